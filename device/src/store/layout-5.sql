-- Notes that were sent, and that somebody asked not to be kept. heard: the office says that it takes them out. gone: it has.
CREATE TABLE taken_back (
    entry TEXT PRIMARY KEY,
    notebook TEXT NOT NULL,
    asked INTEGER NOT NULL,
    heard INTEGER,
    gone INTEGER
) WITHOUT ROWID;
