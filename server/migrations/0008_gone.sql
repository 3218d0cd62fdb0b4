-- What was taken back. A tombstone holds an id and no words; it stays, so that what comes late does not bring them back.

CREATE TABLE gone (
  org TEXT NOT NULL,
  kind TEXT NOT NULL,                   -- entry, change, object
  ref TEXT NOT NULL,                    -- an entry's id, a change's hash, a photo's hash
  notebook TEXT NOT NULL,
  open BIGINT NOT NULL,                 -- 1: the entry still has to be taken out, the object still has to be removed
  who TEXT,                             -- who asked for it: a person's or a tablet's id
  gone_at BIGINT NOT NULL,
  PRIMARY KEY (org, kind, ref)
);
CREATE INDEX gone_open ON gone (kind, org, notebook) WHERE open = 1;
CREATE INDEX gone_entries ON gone (org, ref) WHERE kind = 'entry';
CREATE INDEX gone_of_notebook ON gone (org, notebook, kind);
