-- The host's record, for SQLite and PostgreSQL alike: TEXT, BIGINT (milliseconds since 1970, or counts) and BYTEA only.
-- `org` stands first in every key. Ids are TEXT UUIDv7 made by the caller, days are TEXT 2026-12-30, JSON is TEXT that SQL never looks into.

CREATE TABLE org (
  org TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  host TEXT NOT NULL,
  scheme TEXT NOT NULL,
  scheme_version TEXT NOT NULL,
  store_id TEXT NOT NULL,               -- new after a restore or a move: tablets then compare
  rev BIGINT NOT NULL,                  -- taken first by every write that the feed shows
  desk_public TEXT,
  desk_private BYTEA,                   -- sealed under the key file
  audit_count BIGINT NOT NULL,
  audit_head TEXT NOT NULL,
  made_at BIGINT NOT NULL
);

CREATE TABLE lead_key (                 -- a safeguarding lead's own key; the private half is wrapped, the server cannot open it
  org TEXT NOT NULL,
  person TEXT NOT NULL,
  public_key TEXT NOT NULL,
  by_passphrase BYTEA NOT NULL,
  by_recovery BYTEA,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (org, person)
);

CREATE TABLE person (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  roles TEXT NOT NULL,                  -- JSON list of the scheme's role names
  email TEXT,
  phone TEXT,
  password TEXT,                        -- argon2id, PHC string
  left_on TEXT,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (org, id)
);
CREATE UNIQUE INDEX person_email ON person (org, email);

CREATE TABLE authorisation (
  org TEXT NOT NULL,
  person TEXT NOT NULL,
  check_seen TEXT,
  check_seen_by TEXT,                   -- the nominated person who judged it; never the certificate
  valid_until TEXT,
  trained TEXT,
  code_signed TEXT,
  nolan_signed TEXT,
  PRIMARY KEY (org, person),
  FOREIGN KEY (org, person) REFERENCES person (org, id)
);

CREATE TABLE interest (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  person TEXT NOT NULL,
  words TEXT NOT NULL,
  body TEXT,                            -- the provider or commissioner it concerns, when known
  place TEXT,
  declared_on TEXT NOT NULL,
  ended_on TEXT,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, person) REFERENCES person (org, id)
);
CREATE INDEX interest_of_person ON interest (org, person);

CREATE TABLE body (                     -- providers, commissioners and who else receives a report
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  email TEXT,
  address TEXT,
  folded TEXT NOT NULL,
  PRIMARY KEY (org, id)
);
CREATE UNIQUE INDEX body_name ON body (org, kind, folded);

CREATE TABLE place (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  provider TEXT,
  commissioner TEXT,
  address TEXT NOT NULL,
  postcode TEXT NOT NULL,
  ods TEXT,                             -- the NHS directory's code
  closed_on TEXT,
  folded TEXT NOT NULL,                 -- search key made in Rust: the databases fold differently
  PRIMARY KEY (org, id)
);
CREATE UNIQUE INDEX place_ods ON place (org, ods);
CREATE INDEX place_folded ON place (org, folded);

CREATE TABLE import_refusal (           -- rows of a directory that were not taken, kept so that somebody can look
  org TEXT NOT NULL,
  import TEXT NOT NULL,
  line BIGINT NOT NULL,
  reason TEXT NOT NULL,
  raw TEXT NOT NULL,
  PRIMARY KEY (org, import, line)
);

CREATE TABLE visit (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  place TEXT NOT NULL,
  purpose TEXT NOT NULL,
  announcement TEXT NOT NULL,
  sessions TEXT NOT NULL,               -- JSON [{date, from, to}]
  first_on TEXT NOT NULL,               -- the first session's day, to sort by
  lead TEXT,
  state TEXT NOT NULL,                  -- planned, done, cancelled
  made_at BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, place) REFERENCES place (org, id)
);
CREATE INDEX visit_by_day ON visit (org, first_on);

CREATE TABLE visit_step (
  org TEXT NOT NULL,
  visit TEXT NOT NULL,
  n BIGINT NOT NULL,
  state TEXT NOT NULL,
  who TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  reason TEXT,
  PRIMARY KEY (org, visit, n),
  FOREIGN KEY (org, visit) REFERENCES visit (org, id)
);

CREATE TABLE assignment (
  org TEXT NOT NULL,
  visit TEXT NOT NULL,
  person TEXT NOT NULL,
  assigned_at BIGINT NOT NULL,
  assigned_by TEXT NOT NULL,
  PRIMARY KEY (org, visit, person),
  FOREIGN KEY (org, visit) REFERENCES visit (org, id),
  FOREIGN KEY (org, person) REFERENCES person (org, id)
);
CREATE INDEX assignment_of_person ON assignment (org, person);

CREATE TABLE refused_assignment (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  visit TEXT NOT NULL,
  person TEXT NOT NULL,
  reason TEXT NOT NULL,
  refused_on TEXT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, visit) REFERENCES visit (org, id),
  FOREIGN KEY (org, person) REFERENCES person (org, id)
);

CREATE TABLE session (
  org TEXT NOT NULL,
  hash TEXT NOT NULL,
  person TEXT NOT NULL,
  csrf TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (org, hash),
  FOREIGN KEY (org, person) REFERENCES person (org, id)
);
CREATE UNIQUE INDEX session_hash ON session (hash);

CREATE TABLE spent (                    -- nonces and other words that serve once
  org TEXT NOT NULL,
  hash TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (org, hash)
);

CREATE TABLE enrolment_code (
  org TEXT NOT NULL,
  hash TEXT NOT NULL,
  holders TEXT NOT NULL,                -- JSON list of person ids
  made_by TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_by TEXT,                         -- the device
  used_at BIGINT,
  PRIMARY KEY (org, hash)
);
CREATE UNIQUE INDEX enrolment_code_hash ON enrolment_code (hash);

CREATE TABLE device (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  verifying_key TEXT NOT NULL,
  enrolled_at BIGINT NOT NULL,
  approved_at BIGINT,
  last_seen BIGINT,
  revoked_at BIGINT,
  revoked_why TEXT,
  version TEXT,
  waiting TEXT,                         -- JSON: what the tablet last said is only on it
  PRIMARY KEY (org, id)
);
CREATE UNIQUE INDEX device_id ON device (id);
CREATE UNIQUE INDEX device_key ON device (verifying_key);

CREATE TABLE device_holder (
  org TEXT NOT NULL,
  device TEXT NOT NULL,
  person TEXT NOT NULL,
  PRIMARY KEY (org, device, person),
  FOREIGN KEY (org, device) REFERENCES device (org, id),
  FOREIGN KEY (org, person) REFERENCES person (org, id)
);
CREATE INDEX device_holder_person ON device_holder (org, person);

CREATE TABLE actor (                    -- bound to a device's key by the first push that claims it
  org TEXT NOT NULL,
  notebook TEXT NOT NULL,
  actor TEXT NOT NULL,
  device TEXT NOT NULL,
  PRIMARY KEY (org, notebook, actor)
);

CREATE TABLE notebook (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,                   -- visit, event, day
  visit TEXT,
  event TEXT,
  made_by TEXT NOT NULL,                -- the device
  version BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  heads TEXT NOT NULL,                  -- JSON list of hashes
  chunk BYTEA,                          -- the compact form: a cache, the changes are the truth
  projection TEXT,
  last_rev BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (org, id)
);
CREATE INDEX notebook_of_visit ON notebook (org, visit);

CREATE TABLE change (
  org TEXT NOT NULL,
  hash TEXT NOT NULL,
  notebook TEXT NOT NULL,
  actor TEXT NOT NULL,
  seq BIGINT NOT NULL,
  deps TEXT NOT NULL,                   -- JSON list of hashes
  device TEXT NOT NULL,
  state TEXT NOT NULL,                  -- taken, waits, published, held
  reason TEXT,
  mark TEXT,                            -- kept and shown, never a reason to refuse: "after leaving the team"
  bytes BYTEA NOT NULL,
  received_at BIGINT NOT NULL,
  arrival BIGINT NOT NULL,              -- order of arrival within the organisation
  rev BIGINT,
  PRIMARY KEY (org, hash)
);
CREATE INDEX change_of_notebook ON change (org, notebook, arrival);
CREATE UNIQUE INDEX change_of_actor ON change (org, notebook, actor, seq, hash);
CREATE INDEX change_taken ON change (received_at) WHERE state = 'taken';

CREATE TABLE entry (                    -- projected for the office; made again at every publication
  org TEXT NOT NULL,
  notebook TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  author TEXT NOT NULL,
  noted_at BIGINT NOT NULL,
  ord BIGINT NOT NULL,
  area TEXT,
  theme TEXT,
  tone TEXT,
  speaker TEXT,
  consent TEXT,
  folded TEXT NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (org, notebook, id)
);
CREATE UNIQUE INDEX entry_id ON entry (org, id);

CREATE TABLE grants (                   -- which device may see which visit and notebook, since when
  org TEXT NOT NULL,
  device TEXT NOT NULL,
  kind TEXT NOT NULL,                   -- visit, notebook
  ref TEXT NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT,
  PRIMARY KEY (org, device, kind, ref)
);
CREATE INDEX grants_of_ref ON grants (org, kind, ref);

CREATE TABLE photo (
  org TEXT NOT NULL,
  hash TEXT NOT NULL,
  notebook TEXT,
  device TEXT NOT NULL,
  size BIGINT NOT NULL,
  have BIGINT NOT NULL,
  state TEXT NOT NULL,                  -- coming, stored, refused
  reason TEXT,
  received_at BIGINT,
  PRIMARY KEY (org, hash)
);

CREATE TABLE photo_piece (
  org TEXT NOT NULL,
  hash TEXT NOT NULL,
  start BIGINT NOT NULL,
  bytes BYTEA NOT NULL,
  PRIMARY KEY (org, hash, start)
);

CREATE TABLE sealed (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,                   -- concern, contact, equality
  notebook TEXT,
  about TEXT,                           -- the entry a contact belongs to; an equality sheet's event and month, nothing else
  device TEXT,                          -- absent for equality sheets
  received_at BIGINT NOT NULL,
  ciphertext BYTEA NOT NULL,
  PRIMARY KEY (org, id)
);

CREATE TABLE sealed_key (               -- outside feed and export; deleting the row is the erasure
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  wrapped BYTEA NOT NULL,
  PRIMARY KEY (org, id)
);

CREATE TABLE sealed_reading (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  n BIGINT NOT NULL,
  person TEXT NOT NULL,
  read_at BIGINT NOT NULL,
  PRIMARY KEY (org, id, n)
);

CREATE TABLE report (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  visit TEXT NOT NULL,
  title TEXT NOT NULL,
  stage TEXT NOT NULL,                  -- JSON, the domain's
  words TEXT NOT NULL,                  -- JSON: the sections typed by the office
  words_digest TEXT NOT NULL,
  edited_by TEXT NOT NULL,
  version BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, visit) REFERENCES visit (org, id)
);
CREATE INDEX report_of_visit ON report (org, visit);

CREATE TABLE report_step (
  org TEXT NOT NULL,
  report TEXT NOT NULL,
  n BIGINT NOT NULL,
  who TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  what TEXT NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (org, report, n),
  FOREIGN KEY (org, report) REFERENCES report (org, id)
);

CREATE TABLE addressee (                -- each recipient has its own receipt, clock and answer
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  report TEXT NOT NULL,
  body TEXT NOT NULL,
  sent_on TEXT NOT NULL,
  received_on TEXT NOT NULL,
  received_why TEXT,                    -- why another day than the day of sending was typed
  due_on TEXT,
  rule TEXT,
  answered_on TEXT,
  answer TEXT,                          -- JSON
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, report) REFERENCES report (org, id),
  FOREIGN KEY (org, body) REFERENCES body (org, id)
);
CREATE UNIQUE INDEX addressee_once ON addressee (org, report, body);
CREATE INDEX addressee_due ON addressee (org, due_on) WHERE answered_on IS NULL;

CREATE TABLE finding (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  visit TEXT NOT NULL,
  theme TEXT NOT NULL,
  words TEXT NOT NULL,
  ord BIGINT NOT NULL,
  written_by TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, visit) REFERENCES visit (org, id)
);
CREATE INDEX finding_of_visit ON finding (org, visit);

CREATE TABLE evidence (
  org TEXT NOT NULL,
  finding TEXT NOT NULL,
  entry TEXT NOT NULL,
  ord BIGINT NOT NULL,
  PRIMARY KEY (org, finding, entry),
  FOREIGN KEY (org, finding) REFERENCES finding (org, id)
);
CREATE INDEX evidence_of_entry ON evidence (org, entry);

CREATE TABLE good_practice (
  org TEXT NOT NULL,
  visit TEXT NOT NULL,
  entry TEXT NOT NULL,
  ord BIGINT NOT NULL,
  PRIMARY KEY (org, visit, entry),
  FOREIGN KEY (org, visit) REFERENCES visit (org, id)
);

CREATE TABLE recommendation (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  visit TEXT NOT NULL,
  body TEXT NOT NULL,
  words TEXT NOT NULL,
  ord BIGINT NOT NULL,
  source TEXT NOT NULL,                 -- JSON {themes: [], findings: []}
  made_at BIGINT NOT NULL,
  PRIMARY KEY (org, id),
  FOREIGN KEY (org, visit) REFERENCES visit (org, id),
  FOREIGN KEY (org, body) REFERENCES body (org, id)
);
CREATE INDEX recommendation_of_visit ON recommendation (org, visit);

CREATE TABLE event (                    -- outreach, entered by the office or begun on a tablet
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  held_on TEXT NOT NULL,
  kind TEXT NOT NULL,
  people_group TEXT NOT NULL,
  place TEXT NOT NULL,
  present BIGINT NOT NULL,
  presented_by TEXT,
  method TEXT NOT NULL,
  notes TEXT,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (org, id)
);
CREATE INDEX event_by_day ON event (org, held_on);

CREATE TABLE audit (                    -- hash-chained, ids only
  org TEXT NOT NULL,
  n BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL,
  subject TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (org, n)
);

CREATE TABLE feed (                     -- what comes back to tablets; each row has a revision of its own
  org TEXT NOT NULL,
  rev BIGINT NOT NULL,
  kind TEXT NOT NULL,                   -- org, person, pack, visit, granted, withdrawn, change, state, photo, gone
  ref TEXT NOT NULL,
  audience TEXT NOT NULL,               -- all, visit, notebook, device
  audience_ref TEXT NOT NULL,
  origin TEXT,                          -- the device that sent it: sees it whatever it may see otherwise
  payload TEXT NOT NULL,                -- JSON
  PRIMARY KEY (org, rev)
);
CREATE INDEX feed_of_ref ON feed (org, kind, ref);
