-- What came of what was asked, once its report is out: whether a promise was kept, and how that is known.

CREATE TABLE outcome (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  recommendation TEXT NOT NULL,
  day TEXT NOT NULL,                    -- on which it was seen or heard of
  state TEXT NOT NULL,                  -- done, in part, not yet, not done
  words TEXT NOT NULL,                  -- what changed
  known TEXT NOT NULL,                  -- how we know, where no note of ours shows it; may be empty
  again_on TEXT,                        -- when it is asked after again
  who TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  wrong TEXT,                           -- why it does not stand any more; both are kept
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, recommendation) REFERENCES recommendation (org, id),
  FOREIGN KEY (org, who) REFERENCES person (org, id)
);
CREATE INDEX outcome_of_recommendation ON outcome (org, recommendation);

CREATE TABLE outcome_evidence (         -- notes that show it: of a later visit, as a rule
  org TEXT NOT NULL,
  outcome TEXT NOT NULL,
  entry TEXT NOT NULL,
  ord BIGINT NOT NULL,
  PRIMARY KEY (org, outcome, entry),
  FOREIGN KEY (org, outcome) REFERENCES outcome (org, id)
);
CREATE INDEX outcome_evidence_of_entry ON outcome_evidence (org, entry);
