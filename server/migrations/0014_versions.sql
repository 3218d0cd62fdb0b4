-- The words of a report as they stood at a step, so that whoever reads it again sees what changed. Our own sentences; of a
-- note that is printed only which one it is and a mark of its words, for those may have to go.

CREATE TABLE report_version (
  org TEXT NOT NULL,
  report TEXT NOT NULL,
  digest TEXT NOT NULL,                 -- of all words, as the sign-off has it
  step TEXT NOT NULL,                   -- at which it was kept
  person TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  parts TEXT NOT NULL,                  -- JSON
  PRIMARY KEY (org, report, digest)
);
