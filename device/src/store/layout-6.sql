-- Each person's own PIN on this tablet: a key of theirs, wrapped by it.
CREATE TABLE own (person TEXT PRIMARY KEY, lock TEXT NOT NULL) WITHOUT ROWID;
-- What somebody sealed, so that they can read it back: encrypted to their own key.
CREATE TABLE own_copy (id TEXT PRIMARY KEY, person TEXT NOT NULL, bytes BLOB NOT NULL) WITHOUT ROWID;
