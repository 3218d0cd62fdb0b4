-- Directory imports, so that one that broke off is known from one that came to its end after the server was started again.

CREATE TABLE directory_import (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  row_count BIGINT NOT NULL,            -- rows in the file
  begun_at BIGINT NOT NULL,
  taken BIGINT,                         -- rows taken, once it came to its end
  PRIMARY KEY (org, id)
);
