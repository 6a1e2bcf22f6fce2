-- The whole database of a Scrutineer server as it is today (SQLite; migrations bring older ones here).
--
-- Times are seconds since the epoch, UTC. Hashes are SHA-256, 32 bytes. Every table is STRICT. What one member did and
-- when is kept only where it must be, and nothing here may join a member to a vote once a ballot is closed: no table
-- that is written when a member signs in, activates or votes keeps rows in order of arrival (WITHOUT ROWID, random key).

-- Whose server this is: exactly one row, written by `init`.
CREATE TABLE installation (
  one        INTEGER PRIMARY KEY CHECK (one = 1),      -- makes sure that there is one row
  union_name TEXT    NOT NULL CHECK (union_name <> ''),-- the union's name, shown to everyone
  created_at INTEGER NOT NULL                          -- when `init` ran
) STRICT;

-- The roll: everybody whom the union counts as a member, with the particulars of the last import that named them.
CREATE TABLE member (
  id             INTEGER PRIMARY KEY,                       -- ours; never shown
  member_no      TEXT    NOT NULL UNIQUE CHECK (member_no <> ''), -- the union's number, what people type
  name           TEXT    NOT NULL CHECK (name <> ''),       -- as on the roll
  unit           TEXT    NOT NULL,                          -- school, plant or local
  standing       TEXT    NOT NULL,                          -- a word such as good; decides eligibility
  classification TEXT,                                      -- job class; may decide eligibility
  email          TEXT,                                      -- for letters
  phone          TEXT,                                      -- for the desk
  language       TEXT,                                      -- of letters and pages, BCP 47
  address1       TEXT,                                      -- postal address, first line
  address2       TEXT,                                      -- second line
  postal_code    TEXT,                                      -- postal code
  city           TEXT,                                      -- city
  country        TEXT,                                      -- country
  fact_hash      BLOB    CHECK (length(fact_hash) = 32),    -- HMAC of what only the member knows, key in `fact_key`
  password_hash  TEXT                                       -- Argon2id, PHC string; NULL until activated
) STRICT;

-- Activation codes that may still be used: one a member at most. Used, replaced and ended ones are deleted.
CREATE TABLE activation_code (
  member_id  INTEGER PRIMARY KEY REFERENCES member (id),    -- whose
  code_hash  BLOB    NOT NULL CHECK (length(code_hash) = 32), -- SHA-256 of the code; the code itself is nowhere
  expires_at INTEGER NOT NULL                               -- no longer taken from then on
) STRICT, WITHOUT ROWID;

-- Roles that officers granted. Everybody in `member` is a member without a row here.
CREATE TABLE role (
  member_id INTEGER NOT NULL REFERENCES member (id),        -- who holds it
  role      TEXT    NOT NULL CHECK (role IN ('delegate', 'officer', 'observer')), -- which
  unit      TEXT    NOT NULL DEFAULT '',                    -- a delegate's unit; '' is the whole union
  PRIMARY KEY (member_id, role, unit),
  CHECK (unit = '' OR role = 'delegate')
) STRICT, WITHOUT ROWID;

-- Sessions. Their times are levelled when a ballot closes, so that the order of sign-ins does not outlive it.
CREATE TABLE session (
  token_hash BLOB    PRIMARY KEY CHECK (length(token_hash) = 32), -- SHA-256 of the token; the token is nowhere
  member_id  INTEGER NOT NULL REFERENCES member (id),       -- who is signed in
  kind       TEXT    NOT NULL CHECK (kind IN ('bearer', 'cookie')), -- the only way in which the token is taken
  started_at INTEGER NOT NULL,                              -- sign-in; the session ends 12 hours later
  seen_at    INTEGER NOT NULL                               -- last use, to the minute; ends after 30 idle minutes
) STRICT, WITHOUT ROWID;
CREATE INDEX session_member ON session (member_id);

-- OpenSSH public keys with which officers sign certificates.
CREATE TABLE certificate_key (
  fingerprint TEXT    PRIMARY KEY,                          -- SHA256:…, as ssh-keygen prints it
  member_id   INTEGER NOT NULL REFERENCES member (id),      -- whose
  public_key  TEXT    NOT NULL,                             -- one OpenSSH line without comment
  added_at    INTEGER NOT NULL                              -- when
) STRICT, WITHOUT ROWID;
CREATE INDEX certificate_key_member ON certificate_key (member_id);

-- Every administrative deed, never a cast, chained by hashes; written in the transaction of the deed. `actor` is text
-- on purpose, without a reference: an entry must stay true whatever becomes of the member.
CREATE TABLE audit_entry (
  seq       INTEGER PRIMARY KEY CHECK (seq > 0),            -- 1, 2, 3, … without gaps
  at        INTEGER NOT NULL,                               -- when
  actor     TEXT    NOT NULL,                               -- member:NO, operator or server
  deed      TEXT    NOT NULL,                               -- a stable word such as role_granted
  detail    TEXT    NOT NULL CHECK (json_valid(detail)),    -- particulars; no secret, no credential, no tracker
  prev_hash BLOB    NOT NULL CHECK (length(prev_hash) = 32),-- `hash` of entry seq - 1; zeros for the first
  hash      BLOB    NOT NULL CHECK (length(hash) = 32)      -- SHA-256 over all of the above (store/audit.rs)
) STRICT;
CREATE TRIGGER audit_entry_stays_as_written BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'an audit entry is never changed'); END;
CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'an audit entry is never deleted'); END;
