-- What a report said when it was sent, and who wrote any of it.

CREATE TABLE report_signed (            -- the words that were signed, as they were sent; never changed
  org TEXT NOT NULL,
  report TEXT NOT NULL,
  digest TEXT NOT NULL,                 -- SHA-256 of the document, as the sign-off has it
  document TEXT NOT NULL,               -- JSON
  PRIMARY KEY (org, report),
  FOREIGN KEY (org, report) REFERENCES report (org, id)
);

CREATE TABLE visit_writer (             -- who wrote a finding or a recommendation of a visit, whatever became of it
  org TEXT NOT NULL,
  visit TEXT NOT NULL,
  person TEXT NOT NULL,
  PRIMARY KEY (org, visit, person),
  FOREIGN KEY (org, visit) REFERENCES visit (org, id)
);
INSERT INTO visit_writer (org, visit, person) SELECT DISTINCT org, visit, written_by FROM finding;
