-- Before a report goes: who looked at a photo beside whoever took it, and which texts that differ are printed as they are.

CREATE TABLE photo_look (               -- somebody who did not take it has looked: nobody in it can be recognised
  org TEXT NOT NULL,
  hash TEXT NOT NULL,                   -- of exactly these bytes
  person TEXT NOT NULL,
  looked_at BIGINT NOT NULL,
  PRIMARY KEY (org, hash, person)
);

CREATE TABLE printed_difference (       -- the team lets the report print what two of them wrote apart
  org TEXT NOT NULL,
  notebook TEXT NOT NULL,
  spot TEXT NOT NULL,                   -- the domain's JSON
  seen TEXT NOT NULL,                   -- of exactly these texts: a third one asks again
  decided_by TEXT NOT NULL,             -- JSON, ids of people
  decided_on TEXT NOT NULL,
  who TEXT NOT NULL,                    -- who entered it
  made_at BIGINT NOT NULL,
  PRIMARY KEY (org, notebook, spot)
);

ALTER TABLE body ADD COLUMN phone TEXT;
