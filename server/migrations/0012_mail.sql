-- Mail that is to go, with what became of it. No words and no address: both are taken from the record when it goes.

CREATE TABLE outbox (
  org TEXT NOT NULL,
  id TEXT NOT NULL,                     -- of a reminder: made from what it reminds of, so that it is there once
  kind TEXT NOT NULL,                   -- link, code, before, on, after
  report TEXT NOT NULL,
  body TEXT NOT NULL,
  link TEXT,                            -- whose code it is
  day TEXT NOT NULL,                    -- by which an answer is due or asked for; else the day on which it was written
  state TEXT NOT NULL,                  -- waits, held (for a person's word), sent, dropped
  tries BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  claimed_until BIGINT,                 -- one of several servers has it in hand
  made_at BIGINT NOT NULL,
  ended_at BIGINT,
  why TEXT,                             -- why it has not gone, in our words
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, report) REFERENCES report (org, id),
  FOREIGN KEY (org, body) REFERENCES body (org, id)
);
CREATE INDEX outbox_waits ON outbox (org, next_at) WHERE state IN ('waits', 'held');

CREATE TABLE answer_code (              -- six digits that went to the address on record; they serve once
  org TEXT NOT NULL,
  link TEXT NOT NULL,
  hash TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (org, link)
);
