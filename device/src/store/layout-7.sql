-- Since when somebody's own PIN on this tablet is the one that it is, and how it came to be: first, changed, or set anew
-- because the one before it was forgotten. Rows from before know no time.
ALTER TABLE own ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE own ADD COLUMN how TEXT NOT NULL DEFAULT 'first';
-- What was to be sealed and was begun under a PIN that is forgotten: nobody reads it here any more.
ALTER TABLE draft ADD COLUMN shut INTEGER NOT NULL DEFAULT 0;
