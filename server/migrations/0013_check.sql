-- What people say of a report's words before it goes: how many could have said a quote, who is not to be named; and by
-- when something is asked.

CREATE TABLE could_have_said (          -- who in that building could have said this?
  org TEXT NOT NULL,
  entry TEXT NOT NULL,
  seen TEXT NOT NULL,                   -- of exactly these words, this kind, and so many who spoke: otherwise it is asked again
  people BIGINT NOT NULL,               -- how many; below three the words are not printed
  person TEXT NOT NULL,                 -- who said so
  made_at BIGINT NOT NULL,
  PRIMARY KEY (org, entry)
);

CREATE TABLE kept_name (                -- somebody who did not agree to be named; no report goes while their name stands in it
  org TEXT NOT NULL,
  visit TEXT NOT NULL,
  name TEXT NOT NULL,
  person TEXT NOT NULL,                 -- who wrote it down
  made_at BIGINT NOT NULL,
  PRIMARY KEY (org, visit, name)
);

ALTER TABLE recommendation ADD COLUMN asked_by TEXT;
