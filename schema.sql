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

-- The roll: everybody whom the union counts as a member, with the particulars of the last import that named them; and
-- those whom the last import no longer named, since they may stand on the frozen roll of a ballot.
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
  password_hash  TEXT,                                      -- Argon2id, PHC string; NULL until activated
  on_roll        INTEGER NOT NULL DEFAULT 1 CHECK (on_roll IN (0, 1)) -- 0: the last import no longer named them
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

-- Sessions. Their times are levelled when a ballot closes, so that the order of sign-ins does not outlive it. As closing empties
-- this table at once, it has no REFERENCES: SQLite empties a table with references row by row.
CREATE TABLE session (
  token_hash BLOB    PRIMARY KEY CHECK (length(token_hash) = 32), -- SHA-256 of the token; the token is nowhere
  member_id  INTEGER NOT NULL,                              -- who is signed in, of `member`
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

-- Boards of tellers. What the ceremony's messages are is fixed by belenios-v1 section 7.2; the server only relays them.
CREATE TABLE board (
  id         INTEGER PRIMARY KEY,                           -- ours; never shown
  name       TEXT    NOT NULL UNIQUE CHECK (name <> ''),    -- ballot files name the board by it
  threshold  INTEGER NOT NULL CHECK (threshold > 0),        -- tellers needed to open a count
  parameters TEXT,                                          -- threshold_parameters once every teller is done; then ready
  created_at INTEGER NOT NULL                               -- when
) STRICT;

-- Seats of boards with each teller's messages, in the order in which they are sent; none is ever changed.
CREATE TABLE teller (
  board_id    INTEGER NOT NULL REFERENCES board (id),       -- which board
  seat        INTEGER NOT NULL CHECK (seat > 0),            -- 1 to n; the index in the ceremony
  member_id   INTEGER NOT NULL REFERENCES member (id),      -- who sits there
  certificate TEXT,                                         -- round 1
  commitment  TEXT,                                         -- round 2, before anybody's parts are shown
  parts       TEXT,                                         -- round 2: the polynomial's message
  key_message TEXT,                                         -- round 3; its private part is sealed to the teller
  PRIMARY KEY (board_id, seat),
  UNIQUE (board_id, member_id)
) STRICT, WITHOUT ROWID;

-- Ballots, from draft to certificate.
CREATE TABLE ballot (
  id            INTEGER PRIMARY KEY,                        -- ours; never shown
  uuid          TEXT    NOT NULL UNIQUE,                    -- what people see
  file          TEXT    NOT NULL CHECK (json_valid(file)),  -- the ballot file as it was read, JSON
  state         TEXT    NOT NULL CHECK (state IN
    ('draft', 'frozen', 'open', 'closed', 'tallied', 'certified', 'cancelled')), -- where it is in its life
  drafted_by    INTEGER NOT NULL REFERENCES member (id),    -- who wrote it
  drafted_at    INTEGER NOT NULL,                           -- when
  board_id      INTEGER REFERENCES board (id),              -- from freezing on, if tellers open the count
  frozen_by     INTEGER REFERENCES member (id),             -- who froze it, and gets the codes
  frozen_at     INTEGER,                                    -- when
  opens_at      INTEGER,                                    -- scheduled opening, if any
  closes_at     INTEGER,                                    -- deadline, if any; extending moves it
  opened_at     INTEGER,                                    -- when voting began
  closed_at     INTEGER,                                    -- when voting ended
  tallied_at    INTEGER,                                    -- when the result was there
  ended_at      INTEGER,                                    -- when it was certified or cancelled
  cancel_reason TEXT,                                       -- public; of a cancelled ballot
  codes_ready   INTEGER NOT NULL DEFAULT 0 CHECK (codes_ready IN (0, 1)), -- the first codes were fetched and confirmed
  cast_shown    INTEGER NOT NULL DEFAULT 0,                 -- votes cast as of `cast_shown_at`, the only count shown while open
  cast_shown_at INTEGER NOT NULL DEFAULT 0,                 -- a midnight in the ballot's zone
  practice      INTEGER NOT NULL DEFAULT 0 CHECK (practice IN (0, 1)), -- for trying out: says PRACTICE, is never certified
  keep_until    INTEGER,                                    -- nothing of it is deleted before; known once it has ended
  purged_at     INTEGER,                                    -- when all but its certificates was deleted
  registrar_no  TEXT,                                       -- who has issued the codes, where a registrar does; number on the roll
  employer_mail INTEGER NOT NULL DEFAULT 0 CHECK (employer_mail IN (0, 1)), -- two people allow codes to employers' addresses
  open_unreached INTEGER NOT NULL DEFAULT 0 CHECK (open_unreached IN (0, 1)), -- two people let it open with many unreached
  codes_erased  INTEGER NOT NULL DEFAULT 0,                 -- confirmed and erased, by a confirmation that has not come to its end
  CHECK ((state = 'draft') = (frozen_at IS NULL) OR state = 'cancelled'),
  CHECK ((state = 'cancelled') = (cancel_reason IS NOT NULL))
) STRICT;

-- How often the roll has changed, so that whoever looks at it before, or in pieces, knows whether it is still the same.
CREATE TABLE roll_mark (
  one       INTEGER PRIMARY KEY CHECK (one = 1),            -- makes sure that there is one row, once a roll was imported
  changes   INTEGER NOT NULL,                               -- imports that changed something
  addresses INTEGER NOT NULL                                -- addresses that were changed one by one
) STRICT;

-- Urns of ballots: each is one Belenios election. Made when the ballot is frozen: they are filled in pieces, of which nobody sees
-- anything until the last transaction gives them to the ballot.
CREATE TABLE box (
  id               INTEGER PRIMARY KEY,                     -- ours; never shown
  ballot_id        INTEGER REFERENCES ballot (id),          -- whose; NULL while it is being filled
  name             TEXT    NOT NULL CHECK (name <> ''),     -- unique in the ballot
  election         TEXT    NOT NULL UNIQUE,                 -- the election's uuid
  eligible         INTEGER NOT NULL CHECK (eligible > 0),   -- members on the frozen roll
  spares           INTEGER NOT NULL CHECK (spares >= 0),    -- credentials beyond them
  roll_salt        BLOB    NOT NULL CHECK (length(roll_salt) = 32), -- of the roll's hash on the record
  record_time      INTEGER NOT NULL,                        -- the record's one time: the UTC midnight before freezing
  published_height INTEGER NOT NULL DEFAULT 0,              -- while open, people see the record up to this event
  published_at     INTEGER NOT NULL DEFAULT 0,              -- when that was last moved on
  reissued         INTEGER NOT NULL DEFAULT 0,              -- codes that were re-issued
  own_reissues     INTEGER NOT NULL DEFAULT 0,              -- those of them that members asked for themselves
  UNIQUE (ballot_id, name)
) STRICT;

-- The frozen roll of a box: what decides eligibility, as it was then.
CREATE TABLE roll_entry (
  box_id         INTEGER NOT NULL REFERENCES box (id),      -- which box
  member_no      TEXT    NOT NULL,                          -- the member's number
  name           TEXT    NOT NULL,                          -- as on the roll then
  unit           TEXT    NOT NULL,                          -- as on the roll then
  standing       TEXT    NOT NULL,                          -- as on the roll then
  classification TEXT,                                      -- as on the roll then
  PRIMARY KEY (box_id, member_no)
) STRICT, WITHOUT ROWID;

-- Who has voted: one flag a member, without day or order. All rows are written at freezing, and each keeps its place,
-- which is random; a vote changes a 0 into a 1.
CREATE TABLE participation (
  slot      BLOB    PRIMARY KEY CHECK (length(slot) = 16),  -- random; the first half is that of others with neighbouring numbers
  box_id    INTEGER NOT NULL REFERENCES box (id),           -- which box
  member_no TEXT    NOT NULL,                               -- the member's number
  voted     INTEGER NOT NULL DEFAULT 0 CHECK (voted IN (0, 1)) -- whether
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX participation_member ON participation (box_id, member_no);

-- Credentials of a box that are not simply some member's: void ones, and until closing the spares that are left.
-- All others on the record's list are bound to members.
CREATE TABLE credential (
  box_id     INTEGER NOT NULL REFERENCES box (id),          -- which box
  credential BLOB    NOT NULL CHECK (length(credential) = 32), -- the point's encoding (RFC 8032)
  kind       TEXT    NOT NULL CHECK (kind IN ('spare', 'void')), -- which
  code       TEXT,                                          -- of a spare, until it is handed out or the ballot closes
  PRIMARY KEY (box_id, credential),
  CHECK (kind = 'spare' OR code IS NULL)
) STRICT, WITHOUT ROWID;

-- Which member may use which credential, until closing; then all rows are deleted, and the key of the HMAC, a file beside
-- the database, with them. `casts`, `last_cast_at` and `tests` bound how often a member may vote again, or test. No REFERENCES
-- here, for `code` and for `tested_vote`, as for `session`: closing empties them at once where no other box has rows.
CREATE TABLE binding (
  box_id       INTEGER NOT NULL,                            -- which box
  member_mac   BLOB    NOT NULL CHECK (length(member_mac) = 32), -- HMAC-SHA256(ballot key, member number)
  credential   BLOB    NOT NULL CHECK (length(credential) = 32), -- the only one that this member's votes may bear
  casts        INTEGER NOT NULL DEFAULT 0,                  -- votes of this member so far
  last_cast_at INTEGER NOT NULL DEFAULT 0,                  -- the last of them
  tests        INTEGER NOT NULL DEFAULT 0,                  -- votes that this member tested instead of casting them
  told         INTEGER NOT NULL DEFAULT 0,                  -- how many of `casts` the member has had letters about
  last_vote    INTEGER,                                     -- height of the last vote of `credential`, if any
  PRIMARY KEY (box_id, member_mac)
) STRICT, WITHOUT ROWID;

-- Codes that were made and not yet confirmed as received by the delegate who hands them out; then deleted.
CREATE TABLE code (
  box_id    INTEGER NOT NULL,                               -- which box
  member_no TEXT    NOT NULL,                               -- for whom
  code      TEXT    NOT NULL,                               -- the 28 characters
  fetched   INTEGER NOT NULL DEFAULT 0 CHECK (fetched IN (0, 1)), -- whether they were; only then they can be confirmed
  way       TEXT    NOT NULL DEFAULT 'hand' CHECK (way IN ('hand', 'email')), -- fetched by a delegate, or in a letter
  PRIMARY KEY (box_id, member_no)
) STRICT, WITHOUT ROWID;

-- How members of a box could be reached when it was frozen: codes go to these addresses and to no others.
CREATE TABLE contact (
  box_id      INTEGER NOT NULL REFERENCES box (id),         -- which box
  member_no   TEXT    NOT NULL,                             -- the member's number
  email       TEXT,                                         -- as on the roll then
  phone       TEXT,                                         -- as on the roll then
  language    TEXT,                                         -- as on the roll then
  address1    TEXT,                                         -- as on the roll then
  address2    TEXT,                                         -- as on the roll then
  postal_code TEXT,                                         -- as on the roll then
  city        TEXT,                                         -- as on the roll then
  country     TEXT,                                         -- as on the roll then
  PRIMARY KEY (box_id, member_no)
) STRICT, WITHOUT ROWID;

-- Letters of one kind that were previewed and confirmed together.
CREATE TABLE letter_run (
  number       INTEGER PRIMARY KEY CHECK (number > 0),      -- 1, 2, 3, …; what people type
  ballot_id    INTEGER REFERENCES ballot (id),              -- about which ballot, if about one
  kind         TEXT    NOT NULL,                            -- a stable word such as notice or open
  state        TEXT    NOT NULL CHECK (state IN
    ('waiting', 'sending', 'paused', 'stopped', 'done', 'cancelled')), -- waiting: for its time; stopped: by itself
  recipients   INTEGER NOT NULL,                            -- as previewed and confirmed; of reminders, the most there can be
  confirmed_by INTEGER NOT NULL REFERENCES member (id),     -- who saw the preview and said yes
  confirmed_at INTEGER NOT NULL,                            -- when
  due_at       INTEGER,                                     -- when its letters are queued; NULL: when the ballot opens
  before_close INTEGER,                                     -- seconds from then to the deadline, if it was set so: it moves with it
  released     INTEGER NOT NULL DEFAULT 0,                  -- how many of its letters the stages have let go so far
  released_at  INTEGER,                                     -- when the last stage began
  sent         INTEGER NOT NULL DEFAULT 0,                  -- letters that a mail server has taken
  bounced      INTEGER NOT NULL DEFAULT 0,                  -- letters that were refused or came back
  excused      INTEGER NOT NULL DEFAULT 0,                  -- those of them with which somebody let it go on
  note         TEXT,                                        -- why it was stopped or cancelled
  CHECK (due_at IS NOT NULL OR kind = 'open')
) STRICT;

-- Letters: those that wait to be sent and, of most kinds, those that were. They are rendered when they are sent; no text and
-- no code stands here. Letters that say whether somebody has voted are deleted when they are sent, and at closing.
CREATE TABLE letter (
  id        BLOB    PRIMARY KEY CHECK (length(id) = 16),    -- random; its message id, however often it is tried
  run       INTEGER REFERENCES letter_run (number),         -- of which run, if of one
  ballot_id INTEGER REFERENCES ballot (id),                 -- about which ballot, if about one
  member_id INTEGER NOT NULL REFERENCES member (id),        -- to whom
  kind      TEXT    NOT NULL,                               -- a stable word such as notice or open
  address   TEXT    NOT NULL,                               -- the e-mail address to which it goes
  code      INTEGER NOT NULL CHECK (code IN (0, 1)),        -- whether it has the member's voting code
  state     TEXT    NOT NULL CHECK (state IN
    ('held', 'queued', 'sent', 'delivered', 'bounced', 'dropped')), -- held: until its stage or a resumption
  attempts  INTEGER NOT NULL DEFAULT 0,                     -- how often it was tried
  due_at    INTEGER NOT NULL,                               -- not tried before
  day       TEXT    NOT NULL,                               -- of its state, as 2021-01-21 (UTC)
  reason    TEXT                                            -- the mail server's status, such as 5.1.1, or why it was dropped
) STRICT, WITHOUT ROWID;
CREATE INDEX letter_due ON letter (state, due_at);
CREATE INDEX letter_of_member ON letter (member_id, ballot_id);
CREATE INDEX letter_of_run ON letter (run, state);

-- The ledger of delivery: where the latest letter to a member stands, by ballot and way.
CREATE TABLE delivery (
  ballot_id INTEGER NOT NULL REFERENCES ballot (id),        -- which ballot
  member_no TEXT    NOT NULL,                               -- the member's number
  channel   TEXT    NOT NULL CHECK (channel IN ('email', 'post', 'hand')), -- by which way
  state     TEXT    NOT NULL CHECK (state IN
    ('queued', 'sent', 'delivered', 'bounced', 'printed', 'handed_over')), -- where it stands
  code      INTEGER NOT NULL CHECK (code IN (0, 1)),        -- whether it has the member's voting code
  day       TEXT    NOT NULL,                               -- of this state, as 2021-01-21 (UTC)
  PRIMARY KEY (ballot_id, member_no, channel)
) STRICT, WITHOUT ROWID;

-- Members whose code was re-issued, or whose address or password was changed, while a ballot was frozen or open.
CREATE TABLE ballot_mark (
  ballot_id INTEGER NOT NULL REFERENCES ballot (id),        -- which ballot
  member_no TEXT    NOT NULL,                               -- the member's number
  why       TEXT    NOT NULL CHECK (why IN ('reissued', 'address', 'password')), -- what was changed
  PRIMARY KEY (ballot_id, member_no, why)
) STRICT, WITHOUT ROWID;

-- What officers said to the warnings beside a result; it stands on the certificate.
CREATE TABLE margin_answer (
  ballot_id   INTEGER NOT NULL REFERENCES ballot (id),      -- whose result
  warning     TEXT    NOT NULL CHECK (warning IN ('unreached', 'reissued', 'changed')), -- which warning
  text        TEXT    NOT NULL,                             -- the answer
  answered_by INTEGER NOT NULL REFERENCES member (id),      -- by whom
  answered_at INTEGER NOT NULL,                             -- when
  PRIMARY KEY (ballot_id, warning)
) STRICT, WITHOUT ROWID;

-- Addresses that were changed at the desk and are not in use yet.
CREATE TABLE email_change (
  member_id INTEGER PRIMARY KEY REFERENCES member (id),     -- whose
  email     TEXT    NOT NULL,                               -- the new address
  asked_by  TEXT    NOT NULL,                               -- who changed it, as in the audit log
  due_at    INTEGER NOT NULL                                -- in use from then on
) STRICT, WITHOUT ROWID;

-- Mail domains that are an employer's: no codes and no links to codes go there without a second officer's yes.
CREATE TABLE employer_domain (
  domain   TEXT    PRIMARY KEY,                             -- in lower case; its subdomains are meant too
  added_by INTEGER NOT NULL REFERENCES member (id),         -- by whom
  added_at INTEGER NOT NULL                                 -- when
) STRICT, WITHOUT ROWID;

-- Test letters that officers sent to themselves, to see that mail arrives.
CREATE TABLE mail_test (
  member_id    INTEGER PRIMARY KEY REFERENCES member (id),  -- the officer
  number_hash  BLOB    NOT NULL CHECK (length(number_hash) = 32), -- SHA-256 of letter id and number
  sent_at      INTEGER NOT NULL,                            -- when it was queued
  tries        INTEGER NOT NULL DEFAULT 0,                  -- wrong numbers so far
  confirmed_at INTEGER                                      -- when the officer typed its number
) STRICT, WITHOUT ROWID;

-- Requests of people who say that they have no code, until the schedule has looked at them: one row for whatever was typed.
CREATE TABLE code_request (
  slot      BLOB    PRIMARY KEY CHECK (length(slot) = 16),  -- random
  ballot_id INTEGER NOT NULL REFERENCES ballot (id),        -- which ballot
  member_no TEXT    NOT NULL,                               -- as typed
  fact_hash BLOB    NOT NULL CHECK (length(fact_hash) = 32) -- HMAC of what was typed as the fact
) STRICT, WITHOUT ROWID;

-- Permissions to get another code oneself: asked for without a code, sent to the address on file.
CREATE TABLE code_permit (
  ballot_id  INTEGER NOT NULL REFERENCES ballot (id),       -- in which ballot
  member_id  INTEGER NOT NULL REFERENCES member (id),       -- who
  code_hash  BLOB    NOT NULL CHECK (length(code_hash) = 32), -- SHA-256 of what the letter says; zeros once it was used
  expires_at INTEGER NOT NULL,                              -- no longer taken from then on
  PRIMARY KEY (ballot_id, member_id)
) STRICT, WITHOUT ROWID;

-- Re-issued codes that the registrar has to hand out, in ballots whose codes a registrar makes; gone once the registrar has.
CREATE TABLE registrar_task (
  box_id    INTEGER NOT NULL REFERENCES box (id),           -- which box
  member_no TEXT    NOT NULL,                               -- for whom
  PRIMARY KEY (box_id, member_no)
) STRICT, WITHOUT ROWID;

-- How the record of a box will begin whose codes a registrar makes, until the registrar has: then it has begun, and the row is
-- gone.
CREATE TABLE awaited_setup (
  box_id   INTEGER PRIMARY KEY REFERENCES box (id),         -- which box
  election TEXT    NOT NULL,                                -- the election's bytes
  trustees TEXT    NOT NULL                                 -- the trustees' bytes
) STRICT, WITHOUT ROWID;

-- The record: its events. The bytes are those of the exported archive.
CREATE TABLE event (
  box_id INTEGER NOT NULL REFERENCES box (id),              -- which record
  height INTEGER NOT NULL CHECK (height >= 0),              -- 0, 1, 2, … without gaps
  kind   TEXT    NOT NULL,                                  -- Setup, Ballot, EndBallots, …
  hash   BLOB    NOT NULL CHECK (length(hash) = 32),        -- SHA-256 of `body`
  body   TEXT    NOT NULL,                                  -- canonical JSON
  PRIMARY KEY (box_id, height)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER event_stays_as_written BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'an event of a record is never changed'); END;

-- The record: the data that stand before an event. Rows are numbered by box and height and not as they come: members who
-- vote in two ballots one after the other would stand in both in the same order. The pages of the file still lie as they came, until it is
-- rewritten when no ballot is open (store/rewrite.rs; above 512 MB by `purge --yes`).
CREATE TABLE datum (
  place    INTEGER PRIMARY KEY,                             -- box, height and position in one number (store/record.rs)
  box_id   INTEGER NOT NULL REFERENCES box (id),            -- which record
  height   INTEGER NOT NULL,                                -- of the event that they belong to
  position INTEGER NOT NULL CHECK (position >= 0),          -- 0, 1, … before that event
  body     TEXT    NOT NULL,                                -- the record's bytes
  UNIQUE (box_id, height, position)
) STRICT;
CREATE TRIGGER datum_stays_as_written BEFORE UPDATE ON datum
BEGIN SELECT RAISE(ABORT, 'the data of a record are never changed'); END;

-- The votes on a record by tracker, and which replaced which: no more than the record itself says.
CREATE TABLE vote (
  box_id      INTEGER NOT NULL REFERENCES box (id),         -- which record
  tracker     BLOB    NOT NULL CHECK (length(tracker) = 32),-- SHA-256 of the sealed vote
  height      INTEGER NOT NULL,                             -- of its event
  replaces    INTEGER,                                      -- height of the vote of the same credential before it, if any
  replaced_by INTEGER,                                      -- height of the one after it: then it does not count
  PRIMARY KEY (box_id, tracker)
) STRICT, WITHOUT ROWID;

-- Sealed votes that somebody opened to test the booth, by tracker: never taken. Neither who tested one nor when is kept
-- beside it. Deleted at closing, when no vote is taken any more, together with the bindings and their counts of tests.
CREATE TABLE tested_vote (
  box_id  INTEGER NOT NULL,                                 -- for which box
  tracker BLOB    NOT NULL CHECK (length(tracker) = 32),    -- SHA-256 of the sealed vote
  PRIMARY KEY (box_id, tracker)
) STRICT, WITHOUT ROWID;

-- What tellers have stated about a box, signed with their ceremony keys.
CREATE TABLE teller_statement (
  box_id    INTEGER NOT NULL REFERENCES box (id),           -- which box
  kind      TEXT    NOT NULL CHECK (kind IN ('check', 'closing')), -- before opening; before the count
  seat      INTEGER NOT NULL,                               -- which teller
  statement TEXT    NOT NULL,                               -- the signed message
  PRIMARY KEY (box_id, kind, seat)
) STRICT, WITHOUT ROWID;

-- Tellers' shares of a count, checked; k of them go onto the record together with the server's own.
CREATE TABLE share (
  box_id             INTEGER NOT NULL REFERENCES box (id),  -- which box
  owner              INTEGER NOT NULL CHECK (owner > 0),    -- the trustee's number on the record; the server is 1
  partial_decryption TEXT    NOT NULL,                      -- as on the record
  bound              TEXT    NOT NULL,                      -- its entry in the file of shares
  PRIMARY KEY (box_id, owner)
) STRICT, WITHOUT ROWID;

-- Certificates: each fixed by its first signature. Number 1 is made with the result; a later one corrects the one before.
CREATE TABLE certificate (
  ballot_id INTEGER NOT NULL REFERENCES ballot (id),        -- whose
  number    INTEGER NOT NULL CHECK (number > 0),            -- 1, 2, 3, …
  body      TEXT    NOT NULL,                               -- certificate.json, byte for byte
  made_at   INTEGER NOT NULL,                               -- when
  reason    TEXT,                                           -- why it corrects the one before; NULL for number 1
  PRIMARY KEY (ballot_id, number),
  CHECK ((number = 1) = (reason IS NULL))
) STRICT;

-- Officers' signatures of a certificate, one an officer.
CREATE TABLE certificate_signature (
  ballot_id   INTEGER NOT NULL,                             -- whose certificate
  number      INTEGER NOT NULL,                             -- which of its certificates
  member_no   TEXT    NOT NULL,                             -- the officer
  fingerprint TEXT    NOT NULL,                             -- the key, as on the record's description line
  public_key  TEXT    NOT NULL,                             -- the key as one OpenSSH line, for allowed_signers
  signature   TEXT    NOT NULL,                             -- SSHSIG
  signed_at   INTEGER NOT NULL,                             -- when
  PRIMARY KEY (ballot_id, number, member_no),
  FOREIGN KEY (ballot_id, number) REFERENCES certificate (ballot_id, number)
) STRICT, WITHOUT ROWID;

-- Observers' objections to a result, as they signed them.
CREATE TABLE objection (
  ballot_id   INTEGER NOT NULL REFERENCES ballot (id),      -- to whose result
  number      INTEGER NOT NULL CHECK (number > 0),          -- 1, 2, 3, …
  member_no   TEXT    NOT NULL,                             -- the observer
  name        TEXT    NOT NULL,                             -- as on the roll then
  fingerprint TEXT    NOT NULL,                             -- the key that signed it
  public_key  TEXT    NOT NULL,                             -- the key as one OpenSSH line
  text        TEXT    NOT NULL,                             -- the signed bytes
  signature   TEXT    NOT NULL,                             -- SSHSIG
  filed_at    INTEGER NOT NULL,                             -- when
  PRIMARY KEY (ballot_id, number)
) STRICT;

-- Deeds that need two people: what one proposed and what became of it.
CREATE TABLE proposal (
  number      INTEGER PRIMARY KEY CHECK (number > 0),       -- 1, 2, 3, …; what people type
  kind        TEXT    NOT NULL,                             -- a stable word such as freeze_ballot
  ballot_id   INTEGER REFERENCES ballot (id),               -- about which ballot, if about one
  deed        TEXT    NOT NULL CHECK (json_valid(deed)),    -- what would be done
  content     TEXT    NOT NULL CHECK (json_valid(content)), -- what is shown to whoever decides, as it was then
  digest      BLOB    NOT NULL CHECK (length(digest) = 32), -- SHA-256 of `content`: any change ends the proposal
  proposed_by INTEGER NOT NULL REFERENCES member (id),      -- the first person
  proposed_at INTEGER NOT NULL,                             -- when
  expires_at  INTEGER NOT NULL,                             -- it can no longer be approved from then on
  state       TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN
    ('waiting', 'approved', 'rejected', 'expired', 'overtaken')), -- what became of it
  decided_by  INTEGER REFERENCES member (id),               -- the second person; NULL where nobody decided
  decided_at  INTEGER,                                      -- when it ended
  reason      TEXT,                                         -- why it was rejected, or what overtook it
  CHECK ((state = 'waiting') = (decided_at IS NULL))
) STRICT;

-- Drafts that were announced to members, who may object until a set day.
CREATE TABLE announcement (
  ballot_id        INTEGER PRIMARY KEY REFERENCES ballot (id), -- which ballot
  announced_at     INTEGER NOT NULL,                        -- when
  announced_by     INTEGER NOT NULL REFERENCES member (id), -- by whom
  objections_until INTEGER NOT NULL,                        -- members may object before this time
  eligible         INTEGER NOT NULL                         -- members who could vote by the roll as it was then
) STRICT;

-- How the notice of a ballot was sent: what the certificate says of it.
CREATE TABLE notice_sent (
  ballot_id INTEGER NOT NULL REFERENCES announcement (ballot_id), -- which ballot's notice
  number    INTEGER NOT NULL CHECK (number > 0),            -- 1, 2, 3, …
  sent_on   TEXT    NOT NULL,                               -- the day, as 2021-01-15
  copies    INTEGER NOT NULL CHECK (copies > 0),            -- how many were sent
  how       TEXT    NOT NULL CHECK (how IN ('mail', 'email', 'hand', 'posted')), -- by which way
  noted_by  INTEGER NOT NULL REFERENCES member (id),        -- who says so
  noted_at  INTEGER NOT NULL,                               -- when they said it
  PRIMARY KEY (ballot_id, number)
) STRICT;

-- What members objected to on the roll of an announced ballot, and what they were answered.
CREATE TABLE roll_objection (
  ballot_id   INTEGER NOT NULL REFERENCES announcement (ballot_id), -- which ballot
  number      INTEGER NOT NULL CHECK (number > 0),          -- 1, 2, 3, …
  member_id   INTEGER NOT NULL REFERENCES member (id),      -- who objects
  text        TEXT    NOT NULL,                             -- the objection
  filed_at    INTEGER NOT NULL,                             -- when
  answer      TEXT,                                         -- the answer, once there is one
  answered_by INTEGER REFERENCES member (id),               -- by whom
  answered_at INTEGER,                                      -- when
  PRIMARY KEY (ballot_id, number),
  CHECK ((answer IS NULL) = (answered_at IS NULL))
) STRICT;

-- How many had voted by unit, as it was told: never so finely that it tells of fewer than ten members (domain/turnout.rs).
-- Closing leaves one row, how it ended.
CREATE TABLE progress (
  ballot_id INTEGER NOT NULL REFERENCES ballot (id),        -- which ballot
  as_of     INTEGER NOT NULL,                               -- a midnight in the ballot's zone; at last, when voting ended
  cells     TEXT    NOT NULL CHECK (json_valid(cells)),     -- groups of units with their numbers; none: nothing new was told
  PRIMARY KEY (ballot_id, as_of)
) STRICT;

-- How far the clock has come, to the minute, moved on by the schedule and never by a vote: a clock that was set back
-- stops voting.
CREATE TABLE clock_mark (
  one INTEGER PRIMARY KEY CHECK (one = 1),                  -- makes sure that there is one row
  at  INTEGER NOT NULL                                      -- no vote is taken at an earlier time
) STRICT;
