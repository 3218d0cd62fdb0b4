-- Equality sheets of an event that is not over: a random id, and no time.
CREATE TABLE sheet (id TEXT PRIMARY KEY, event TEXT NOT NULL, answers TEXT NOT NULL) WITHOUT ROWID;
-- When the last sheet of an event was put away: one time for all of them, so that they go up together when it is over.
CREATE TABLE sheet_event (event TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
-- The note that a sealed contact belongs to: it goes with the note where that is taken back.
ALTER TABLE sealed ADD COLUMN about TEXT;
