-- A recipient answers on a page of their own: one link for each, of which only hashes are kept.

CREATE TABLE answer_link (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  report TEXT NOT NULL,
  body TEXT NOT NULL,
  purpose TEXT NOT NULL,                -- facts, answer
  asks TEXT,                            -- JSON, numbers of recommendations: a part that was passed on; none for all that is theirs
  told TEXT,                            -- to whom a part was passed
  parent TEXT,                          -- by whose link
  made_by TEXT NOT NULL,                -- a person's id, or the parent's
  made_at BIGINT NOT NULL,
  opened_at BIGINT,
  begun_at BIGINT,
  finished_at BIGINT,
  ended_at BIGINT,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, report) REFERENCES report (org, id),
  FOREIGN KEY (org, body) REFERENCES body (org, id)
);
CREATE INDEX answer_link_report ON answer_link (org, report, body);

CREATE TABLE answer_key (               -- each time the link was given out; all of them lead to it until it is ended
  org TEXT NOT NULL,
  hash TEXT NOT NULL,
  link TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (org, hash),
  FOREIGN KEY (org, link) REFERENCES answer_link (org, id)
);
CREATE UNIQUE INDEX answer_key_hash ON answer_key (hash);

CREATE TABLE answer_draft (             -- what was typed and not sent
  org TEXT NOT NULL,
  link TEXT NOT NULL,
  typed TEXT NOT NULL,                  -- JSON, by field
  kept_at BIGINT NOT NULL,
  PRIMARY KEY (org, link),
  FOREIGN KEY (org, link) REFERENCES answer_link (org, id)
);
