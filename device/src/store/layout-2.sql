-- What is typed and covered on a photo's page before it is used, as JSON text.
ALTER TABLE pending ADD COLUMN fields TEXT NOT NULL DEFAULT '{}';
