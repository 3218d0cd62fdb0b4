-- When each server process began to write: by it a copy of the record that was put back is known from the record itself.
CREATE TABLE start (
  org TEXT NOT NULL,
  id TEXT NOT NULL,                     -- made by the process when it opens the record
  rev BIGINT NOT NULL,                  -- the first revision that it took
  PRIMARY KEY (org, id)
);
CREATE INDEX start_by_rev ON start (org, rev);
