-- What belongs to this copy of the record as a whole and to no organisation: its mark, by which the key and the place of
-- the photos are known to be the right ones, its certificate, and when it was last backed up. Never carried elsewhere.

CREATE TABLE about_store (
  name TEXT PRIMARY KEY,                -- mark, certificate, backup, drill
  at BIGINT NOT NULL,
  sealed BYTEA NOT NULL                 -- under the store's key
);
