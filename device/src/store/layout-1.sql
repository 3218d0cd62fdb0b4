CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE person (id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE visit (id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE notebook (
    id TEXT PRIMARY KEY,
    generation INTEGER NOT NULL DEFAULT 0,
    chunk BLOB,
    granted INTEGER NOT NULL DEFAULT 0,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    made INTEGER NOT NULL
) WITHOUT ROWID;

-- state: here (the outbox), way (taken), office (published), held, refused, gone (the notebook was founded again),
-- asked (another life of the office's store has not told of it yet), waits (stands on changes that have not come).
-- tried: it was in a request once, so it may be at the office whatever the reply was.
CREATE TABLE change (
    nr INTEGER PRIMARY KEY,
    notebook TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    bytes BLOB,
    folded INTEGER NOT NULL DEFAULT 0,
    own INTEGER NOT NULL,
    tried INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    reason TEXT,
    made INTEGER NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX change_notebook ON change (notebook, nr);
CREATE INDEX change_outbox ON change (nr) WHERE state = 'here';

CREATE TABLE part (entry TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (entry, hash)) WITHOUT ROWID;
CREATE INDEX part_hash ON part (hash);

CREATE TABLE draft (
    id TEXT PRIMARY KEY,
    notebook TEXT NOT NULL,
    kind TEXT NOT NULL,
    entry TEXT NOT NULL,
    heads TEXT NOT NULL,
    fields TEXT NOT NULL,
    by TEXT NOT NULL,
    began INTEGER NOT NULL,
    saved INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE pending (
    id TEXT PRIMARY KEY,
    notebook TEXT NOT NULL,
    by TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    key BLOB NOT NULL,
    began INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE photo (
    hash TEXT PRIMARY KEY,
    notebook TEXT NOT NULL,
    size INTEGER NOT NULL,
    thumbnail BLOB NOT NULL,
    key BLOB NOT NULL,
    have INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    reason TEXT,
    made INTEGER NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE sealed (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    notebook TEXT,
    wrapped BLOB,
    body BLOB,
    state TEXT NOT NULL,
    reason TEXT,
    made INTEGER NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID;
