//! From an empty file, or an older schema, to the schema of today.
//!
//! `schema.sql` is the schema as it is. To change it after a release: change `schema.sql`, add one step to [`STEPS`] that
//! brings the schema before to it, and the test here compares both ways. `PRAGMA user_version` holds the number.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::connection::{self, APPLICATION_ID};
use super::error::{Error, OpenError};
use super::tx::WriteTx;

/// The schema of today.
pub(super) const SCHEMA: &str = include_str!("../../../schema.sql");

/// Step `i` brings schema `i + 1` to schema `i + 2`.
const STEPS: &[&str] = &[
    PRACTICE_AND_TESTS,
    ACCOUNTABILITY,
    DELIVERY,
    VOTES_BY_CREDENTIAL,
    EMPTIED_AT_ONCE,
    VOTES_IN_A_CHAIN,
    FILLED_IN_PIECES,
    CONFIRMED_SO_FAR,
];

/// Practice ballots, and votes that are tested instead of being cast.
const PRACTICE_AND_TESTS: &str = "
    ALTER TABLE ballot ADD COLUMN practice INTEGER NOT NULL DEFAULT 0 CHECK (practice IN (0, 1));
    ALTER TABLE binding ADD COLUMN tests INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE tested_vote (
      box_id  INTEGER NOT NULL REFERENCES box (id),
      tracker BLOB    NOT NULL CHECK (length(tracker) = 32),
      PRIMARY KEY (box_id, tracker)
    ) STRICT, WITHOUT ROWID;";

/// Results that stand up: two people for a deed, announcements, objections, corrections, retention.
const ACCOUNTABILITY: &str = "
    ALTER TABLE member ADD COLUMN on_roll INTEGER NOT NULL DEFAULT 1 CHECK (on_roll IN (0, 1));
    ALTER TABLE ballot ADD COLUMN keep_until INTEGER;
    ALTER TABLE ballot ADD COLUMN purged_at INTEGER;
    UPDATE ballot SET keep_until = ended_at + 365 * 86400 WHERE ended_at IS NOT NULL;
    CREATE TABLE certificate_3 (
      ballot_id INTEGER NOT NULL REFERENCES ballot (id),
      number    INTEGER NOT NULL CHECK (number > 0),
      body      TEXT    NOT NULL,
      made_at   INTEGER NOT NULL,
      reason    TEXT,
      PRIMARY KEY (ballot_id, number),
      CHECK ((number = 1) = (reason IS NULL))
    ) STRICT;
    CREATE TABLE certificate_signature_3 (
      ballot_id   INTEGER NOT NULL,
      number      INTEGER NOT NULL,
      member_no   TEXT    NOT NULL,
      fingerprint TEXT    NOT NULL,
      public_key  TEXT    NOT NULL,
      signature   TEXT    NOT NULL,
      signed_at   INTEGER NOT NULL,
      PRIMARY KEY (ballot_id, number, member_no),
      FOREIGN KEY (ballot_id, number) REFERENCES certificate_3 (ballot_id, number)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO certificate_3 (ballot_id, number, body, made_at) SELECT ballot_id, 1, body, made_at FROM certificate;
    INSERT INTO certificate_signature_3 (ballot_id, number, member_no, fingerprint, public_key, signature, signed_at)
      SELECT ballot_id, 1, member_no, fingerprint, public_key, signature, signed_at FROM certificate_signature;
    DROP TABLE certificate_signature;
    DROP TABLE certificate;
    ALTER TABLE certificate_3 RENAME TO certificate;
    ALTER TABLE certificate_signature_3 RENAME TO certificate_signature;
    CREATE TABLE objection (
      ballot_id   INTEGER NOT NULL REFERENCES ballot (id),
      number      INTEGER NOT NULL CHECK (number > 0),
      member_no   TEXT    NOT NULL,
      name        TEXT    NOT NULL,
      fingerprint TEXT    NOT NULL,
      public_key  TEXT    NOT NULL,
      text        TEXT    NOT NULL,
      signature   TEXT    NOT NULL,
      filed_at    INTEGER NOT NULL,
      PRIMARY KEY (ballot_id, number)
    ) STRICT;
    CREATE TABLE proposal (
      number      INTEGER PRIMARY KEY CHECK (number > 0),
      kind        TEXT    NOT NULL,
      ballot_id   INTEGER REFERENCES ballot (id),
      deed        TEXT    NOT NULL CHECK (json_valid(deed)),
      content     TEXT    NOT NULL CHECK (json_valid(content)),
      digest      BLOB    NOT NULL CHECK (length(digest) = 32),
      proposed_by INTEGER NOT NULL REFERENCES member (id),
      proposed_at INTEGER NOT NULL,
      expires_at  INTEGER NOT NULL,
      state       TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN
        ('waiting', 'approved', 'rejected', 'expired', 'overtaken')),
      decided_by  INTEGER REFERENCES member (id),
      decided_at  INTEGER,
      reason      TEXT,
      CHECK ((state = 'waiting') = (decided_at IS NULL))
    ) STRICT;
    CREATE TABLE announcement (
      ballot_id        INTEGER PRIMARY KEY REFERENCES ballot (id),
      announced_at     INTEGER NOT NULL,
      announced_by     INTEGER NOT NULL REFERENCES member (id),
      objections_until INTEGER NOT NULL,
      eligible         INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE notice_sent (
      ballot_id INTEGER NOT NULL REFERENCES announcement (ballot_id),
      number    INTEGER NOT NULL CHECK (number > 0),
      sent_on   TEXT    NOT NULL,
      copies    INTEGER NOT NULL CHECK (copies > 0),
      how       TEXT    NOT NULL CHECK (how IN ('mail', 'email', 'hand', 'posted')),
      noted_by  INTEGER NOT NULL REFERENCES member (id),
      noted_at  INTEGER NOT NULL,
      PRIMARY KEY (ballot_id, number)
    ) STRICT;
    CREATE TABLE roll_objection (
      ballot_id   INTEGER NOT NULL REFERENCES announcement (ballot_id),
      number      INTEGER NOT NULL CHECK (number > 0),
      member_id   INTEGER NOT NULL REFERENCES member (id),
      text        TEXT    NOT NULL,
      filed_at    INTEGER NOT NULL,
      answer      TEXT,
      answered_by INTEGER REFERENCES member (id),
      answered_at INTEGER,
      PRIMARY KEY (ballot_id, number),
      CHECK ((answer IS NULL) = (answered_at IS NULL))
    ) STRICT;
    CREATE TABLE progress (
      ballot_id INTEGER NOT NULL REFERENCES ballot (id),
      as_of     INTEGER NOT NULL,
      cells     TEXT    NOT NULL CHECK (json_valid(cells)),
      PRIMARY KEY (ballot_id, as_of)
    ) STRICT;";

/// Letters, their delivery, and the desk.
const DELIVERY: &str = "
    ALTER TABLE ballot ADD COLUMN registrar_no TEXT;
    ALTER TABLE ballot ADD COLUMN employer_mail INTEGER NOT NULL DEFAULT 0 CHECK (employer_mail IN (0, 1));
    ALTER TABLE ballot ADD COLUMN open_unreached INTEGER NOT NULL DEFAULT 0 CHECK (open_unreached IN (0, 1));
    ALTER TABLE box ADD COLUMN own_reissues INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE binding ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE code ADD COLUMN way TEXT NOT NULL DEFAULT 'hand' CHECK (way IN ('hand', 'email'));
    CREATE TABLE contact (
      box_id INTEGER NOT NULL REFERENCES box (id),
      member_no TEXT NOT NULL,
      email TEXT,
      phone TEXT,
      language TEXT,
      address1 TEXT,
      address2 TEXT,
      postal_code TEXT,
      city TEXT,
      country TEXT,
      PRIMARY KEY (box_id, member_no)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE letter_run (
      number INTEGER PRIMARY KEY CHECK (number > 0),
      ballot_id INTEGER REFERENCES ballot (id),
      kind TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN
      ('waiting', 'sending', 'paused', 'stopped', 'done', 'cancelled')),
      recipients INTEGER NOT NULL,
      confirmed_by INTEGER NOT NULL REFERENCES member (id),
      confirmed_at INTEGER NOT NULL,
      due_at INTEGER,
      before_close INTEGER,
      released INTEGER NOT NULL DEFAULT 0,
      released_at INTEGER,
      sent INTEGER NOT NULL DEFAULT 0,
      bounced INTEGER NOT NULL DEFAULT 0,
      excused INTEGER NOT NULL DEFAULT 0,
      note TEXT,
      CHECK (due_at IS NOT NULL OR kind = 'open')
    ) STRICT;
    CREATE TABLE letter (
      id BLOB PRIMARY KEY CHECK (length(id) = 16),
      run INTEGER REFERENCES letter_run (number),
      ballot_id INTEGER REFERENCES ballot (id),
      member_id INTEGER NOT NULL REFERENCES member (id),
      kind TEXT NOT NULL,
      address TEXT NOT NULL,
      code INTEGER NOT NULL CHECK (code IN (0, 1)),
      state TEXT NOT NULL CHECK (state IN
      ('held', 'queued', 'sent', 'delivered', 'bounced', 'dropped')),
      attempts INTEGER NOT NULL DEFAULT 0,
      due_at INTEGER NOT NULL,
      day TEXT NOT NULL,
      reason TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX letter_due ON letter (state, due_at);
    CREATE INDEX letter_of_member ON letter (member_id, ballot_id);
    CREATE INDEX letter_of_run ON letter (run, state);
    CREATE TABLE delivery (
      ballot_id INTEGER NOT NULL REFERENCES ballot (id),
      member_no TEXT NOT NULL,
      channel TEXT NOT NULL CHECK (channel IN ('email', 'post', 'hand')),
      state TEXT NOT NULL CHECK (state IN
      ('queued', 'sent', 'delivered', 'bounced', 'printed', 'handed_over')),
      code INTEGER NOT NULL CHECK (code IN (0, 1)),
      day TEXT NOT NULL,
      PRIMARY KEY (ballot_id, member_no, channel)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE ballot_mark (
      ballot_id INTEGER NOT NULL REFERENCES ballot (id),
      member_no TEXT NOT NULL,
      why TEXT NOT NULL CHECK (why IN ('reissued', 'address', 'password')),
      PRIMARY KEY (ballot_id, member_no, why)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE margin_answer (
      ballot_id INTEGER NOT NULL REFERENCES ballot (id),
      warning TEXT NOT NULL CHECK (warning IN ('unreached', 'reissued', 'changed')),
      text TEXT NOT NULL,
      answered_by INTEGER NOT NULL REFERENCES member (id),
      answered_at INTEGER NOT NULL,
      PRIMARY KEY (ballot_id, warning)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE email_change (
      member_id INTEGER PRIMARY KEY REFERENCES member (id),
      email TEXT NOT NULL,
      asked_by TEXT NOT NULL,
      due_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE employer_domain (
      domain TEXT PRIMARY KEY,
      added_by INTEGER NOT NULL REFERENCES member (id),
      added_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE mail_test (
      member_id INTEGER PRIMARY KEY REFERENCES member (id),
      number_hash BLOB NOT NULL CHECK (length(number_hash) = 32),
      sent_at INTEGER NOT NULL,
      tries INTEGER NOT NULL DEFAULT 0,
      confirmed_at INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE code_request (
      slot BLOB PRIMARY KEY CHECK (length(slot) = 16),
      ballot_id INTEGER NOT NULL REFERENCES ballot (id),
      member_no TEXT NOT NULL,
      fact_hash BLOB NOT NULL CHECK (length(fact_hash) = 32)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE code_permit (
      ballot_id INTEGER NOT NULL REFERENCES ballot (id),
      member_id INTEGER NOT NULL REFERENCES member (id),
      code_hash BLOB NOT NULL CHECK (length(code_hash) = 32),
      expires_at INTEGER NOT NULL,
      PRIMARY KEY (ballot_id, member_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE registrar_task (
      box_id INTEGER NOT NULL REFERENCES box (id),
      member_no TEXT NOT NULL,
      PRIMARY KEY (box_id, member_no)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE awaited_setup (
      box_id INTEGER PRIMARY KEY REFERENCES box (id),
      election TEXT NOT NULL,
      trustees TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO contact
      SELECT r.box_id, r.member_no, m.email, m.phone, m.language, m.address1, m.address2, m.postal_code, m.city, m.country
        FROM roll_entry r JOIN member m ON m.member_no = r.member_no
        JOIN box x ON x.id = r.box_id JOIN ballot b ON b.id = x.ballot_id
       WHERE b.state IN ('frozen', 'open');";

/// Which vote of a credential counts is found by an index, also as of an earlier height; no table says it a second time.
const VOTES_BY_CREDENTIAL: &str = "
    CREATE INDEX vote_of_credential ON vote (box_id, credential, height);
    DROP TABLE latest_vote;";

/// Tables that closing empties have no references: with them they are emptied row by row.
const EMPTIED_AT_ONCE: &str = "
    CREATE TABLE session_6 (
      token_hash BLOB    PRIMARY KEY CHECK (length(token_hash) = 32),
      member_id  INTEGER NOT NULL,
      kind       TEXT    NOT NULL CHECK (kind IN ('bearer', 'cookie')),
      started_at INTEGER NOT NULL,
      seen_at    INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE binding_6 (
      box_id       INTEGER NOT NULL,
      member_mac   BLOB    NOT NULL CHECK (length(member_mac) = 32),
      credential   BLOB    NOT NULL CHECK (length(credential) = 32),
      casts        INTEGER NOT NULL DEFAULT 0,
      last_cast_at INTEGER NOT NULL DEFAULT 0,
      tests        INTEGER NOT NULL DEFAULT 0,
      told         INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (box_id, member_mac)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE code_6 (
      box_id    INTEGER NOT NULL,
      member_no TEXT    NOT NULL,
      code      TEXT    NOT NULL,
      fetched   INTEGER NOT NULL DEFAULT 0 CHECK (fetched IN (0, 1)),
      way       TEXT    NOT NULL DEFAULT 'hand' CHECK (way IN ('hand', 'email')),
      PRIMARY KEY (box_id, member_no)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tested_vote_6 (
      box_id  INTEGER NOT NULL,
      tracker BLOB    NOT NULL CHECK (length(tracker) = 32),
      PRIMARY KEY (box_id, tracker)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO session_6 SELECT token_hash, member_id, kind, started_at, seen_at FROM session;
    INSERT INTO binding_6
      SELECT box_id, member_mac, credential, casts, last_cast_at, tests, told FROM binding;
    INSERT INTO code_6 SELECT box_id, member_no, code, fetched, way FROM code;
    INSERT INTO tested_vote_6 SELECT box_id, tracker FROM tested_vote;
    DROP TABLE session;
    DROP TABLE binding;
    DROP TABLE code;
    DROP TABLE tested_vote;
    ALTER TABLE session_6 RENAME TO session;
    ALTER TABLE binding_6 RENAME TO binding;
    ALTER TABLE code_6 RENAME TO code;
    ALTER TABLE tested_vote_6 RENAME TO tested_vote;
    CREATE INDEX session_member ON session (member_id);
    CREATE UNIQUE INDEX binding_credential ON binding (box_id, credential);";

/// A vote names the one that it replaces: no index by credential has to be kept for every vote.
const VOTES_IN_A_CHAIN: &str = "
    ALTER TABLE binding ADD COLUMN last_vote INTEGER;
    UPDATE binding SET last_vote =
      (SELECT max(v.height) FROM vote v WHERE v.box_id = binding.box_id AND v.credential = binding.credential);
    CREATE TABLE vote_7 (
      box_id      INTEGER NOT NULL REFERENCES box (id),
      tracker     BLOB    NOT NULL CHECK (length(tracker) = 32),
      height      INTEGER NOT NULL,
      replaces    INTEGER,
      replaced_by INTEGER,
      PRIMARY KEY (box_id, tracker)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO vote_7
      SELECT box_id, tracker, height, lag(height) OVER votes, lead(height) OVER votes FROM vote
      WINDOW votes AS (PARTITION BY box_id, credential ORDER BY height)
       ORDER BY box_id, tracker;
    DROP TABLE vote;
    ALTER TABLE vote_7 RENAME TO vote;";

/// Boxes are filled before they are their ballot's; nobody looks a binding up by its credential.
const FILLED_IN_PIECES: &str = "
    CREATE TABLE roll_mark (
      one       INTEGER PRIMARY KEY CHECK (one = 1),
      changes   INTEGER NOT NULL,
      addresses INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE box_8 (
      id               INTEGER PRIMARY KEY,
      ballot_id        INTEGER REFERENCES ballot (id),
      name             TEXT    NOT NULL CHECK (name <> ''),
      election         TEXT    NOT NULL UNIQUE,
      eligible         INTEGER NOT NULL CHECK (eligible > 0),
      spares           INTEGER NOT NULL CHECK (spares >= 0),
      roll_salt        BLOB    NOT NULL CHECK (length(roll_salt) = 32),
      record_time      INTEGER NOT NULL,
      published_height INTEGER NOT NULL DEFAULT 0,
      published_at     INTEGER NOT NULL DEFAULT 0,
      reissued         INTEGER NOT NULL DEFAULT 0,
      own_reissues     INTEGER NOT NULL DEFAULT 0,
      UNIQUE (ballot_id, name)
    ) STRICT;
    INSERT INTO box_8
      SELECT id, ballot_id, name, election, eligible, spares, roll_salt, record_time, published_height, published_at, reissued,
             own_reissues FROM box;
    DROP TABLE box;
    ALTER TABLE box_8 RENAME TO box;
    DROP INDEX binding_credential;";

/// A confirmation of codes that is interrupted is noted with all of its codes when it comes to its end.
const CONFIRMED_SO_FAR: &str = "ALTER TABLE ballot ADD COLUMN codes_erased INTEGER NOT NULL DEFAULT 0;";

fn newest(steps: &[&str]) -> i64 {
    i64::try_from(steps.len()).map_or(i64::MAX, |count| count + 1)
}

/// Makes a complete new database beside its place, then gives it its name.
pub(super) fn create<E: From<OpenError> + From<Error>>(
    path: &Path,
    now: i64,
    fill: impl FnOnce(&WriteTx<'_>) -> Result<(), E>,
) -> Result<(), E> {
    if path.exists() {
        return Err(OpenError::Exists(path.parent().unwrap_or(path).to_path_buf()).into());
    }
    let unfinished = path.with_extension("db.new");
    let io = |source| OpenError::io(&unfinished, source);
    let sqlite = |source| OpenError::sqlite(&unfinished, source);
    crate::data_folder::create_file(&unfinished, true).map_err(io)?;
    let mut database = connection::open_single_file(&unfinished)?;
    let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sqlite)?;
    transaction.execute_batch(SCHEMA).map_err(sqlite)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(sqlite)?;
    transaction.pragma_update(None, "user_version", newest(STEPS)).map_err(sqlite)?;
    fill(&WriteTx::new(&transaction, now))?;
    transaction.commit().map_err(sqlite)?;
    database.close().map_err(|(_, source)| sqlite(source))?;
    crate::data_folder::rename(&unfinished, path).map_err(io)?;
    Ok(())
}

/// The number of the schema that a database has; refuses files that are not ours and newer schemas.
pub(super) fn known_version(database: &Connection, path: &Path) -> Result<i64, OpenError> {
    let pragma = |name: &str| -> Result<i64, OpenError> {
        database
            .pragma_query_value(None, name, |row| row.get(0))
            .map_err(|source| OpenError::sqlite(path, source))
    };
    let found = pragma("user_version")?;
    if pragma("application_id")? != APPLICATION_ID || found < 1 {
        return Err(OpenError::NotOurs(path.to_path_buf()));
    }
    let known = newest(STEPS);
    if found > known {
        return Err(OpenError::Newer { path: path.to_path_buf(), found, known });
    }
    Ok(found)
}

/// Brings the database to the schema of today, in one transaction.
pub(super) fn bring_up_to_date(database: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let found = known_version(database, path)?;
    apply(database, found, STEPS).map_err(|source| OpenError::sqlite(path, source))
}

fn apply(database: &mut Connection, found: i64, steps: &[&str]) -> rusqlite::Result<()> {
    if found == newest(steps) {
        return Ok(());
    }
    // A table that others refer to may be made anew; that all rows still have what they refer to is looked at in the end.
    database.pragma_update(None, "foreign_keys", "OFF")?;
    let applied = apply_missing(database, found, steps);
    database.pragma_update(None, "foreign_keys", "ON")?;
    applied
}

fn apply_missing(database: &mut Connection, found: i64, steps: &[&str]) -> rusqlite::Result<()> {
    let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in steps.iter().skip(usize::try_from(found - 1).unwrap_or(usize::MAX)) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", newest(steps))?;
    if transaction.prepare("PRAGMA foreign_key_check")?.exists([])? {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY);
        return Err(rusqlite::Error::SqliteFailure(code, Some("rows refer to missing rows".to_owned())));
    }
    transaction.commit()
}

/// What a database consists of: every table, index and trigger, and every table's columns; comments and blanks apart.
pub(super) fn describe(database: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = database.prepare(
        "SELECT type, name, ifnull(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'",
    )?;
    let mut parts = statement
        .query_map([], |row| {
            let (kind, name, sql): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let words: Vec<_> = sql
                .lines()
                .flat_map(|line| line.split("--").next().unwrap_or_default().split_whitespace())
                .collect();
            Ok(format!("{kind} {name}: {}", words.concat().replace('"', "")))
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    parts.sort();
    Ok(parts)
}

/// Whether the database has exactly the schema that its number promises, which must be today's.
pub(super) fn is_as_described(database: &Connection) -> rusqlite::Result<bool> {
    let fresh = Connection::open_in_memory()?;
    fresh.execute_batch(SCHEMA)?;
    Ok(describe(database)? == describe(&fresh)?)
}

#[cfg(test)]
mod tests {
    use super::{SCHEMA, STEPS, apply, describe, newest};
    use rusqlite::Connection;

    /// Schema 1, with which the first databases were made.
    const FIRST: &str = include_str!("../../tests/data/schema-1.sql");

    #[test]
    fn fresh_and_migrated_are_the_same() {
        let fresh = Connection::open_in_memory().unwrap();
        fresh.execute_batch(SCHEMA).unwrap();
        let mut migrated = Connection::open_in_memory().unwrap();
        migrated.execute_batch(FIRST).unwrap();
        apply(&mut migrated, 1, STEPS).unwrap();
        assert_eq!(describe(&fresh).unwrap(), describe(&migrated).unwrap());
        assert!(describe(&fresh).unwrap().len() > 10);
    }

    #[test]
    fn what_older_databases_hold_is_kept() {
        let mut database = Connection::open_in_memory().unwrap();
        database.execute_batch(FIRST).unwrap();
        database
            .execute_batch(
                "INSERT INTO member (id, member_no, name, unit, standing) VALUES (1, '7', 'Ana', 'North', 'good');
                 INSERT INTO ballot (id, uuid, file, state, drafted_by, drafted_at, board_id, frozen_at)
                      VALUES (1, 'ZM9Q5QG2xbtcA9', '{}', 'open', 1, 5, NULL, 6);
                 INSERT INTO box (id, ballot_id, name, election, eligible, spares, roll_salt, record_time)
                      VALUES (1, 1, 'all', 'ZM9Q5QG2xbtcA8', 1, 0, zeroblob(32), 0);
                 INSERT INTO binding (box_id, member_mac, credential, casts) VALUES (1, zeroblob(32), zeroblob(32), 2);
                 INSERT INTO vote (box_id, tracker, height, credential) VALUES
                      (1, zeroblob(32), 2, randomblob(32)), (1, randomblob(32), 3, zeroblob(32)), (1, randomblob(32), 1, zeroblob(32));
                 INSERT INTO code (box_id, member_no, code) VALUES (1, '7', 'a code');
                 INSERT INTO session VALUES (zeroblob(32), 1, 'cookie', 3, 4);
                 INSERT INTO certificate (ballot_id, body, made_at) VALUES (1, '{}', 8);
                 INSERT INTO certificate_signature VALUES (1, '7', 'SHA256:x', 'ssh-ed25519 x', 'sig', 9);",
            )
            .unwrap();
        apply(&mut database, 1, STEPS).unwrap();
        let kept: (i64, i64, i64, i64) = database
            .query_row(
                "SELECT practice, tests, casts, (SELECT count(*) FROM tested_vote) FROM ballot, binding",
                [],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
            )
            .unwrap();
        assert_eq!(kept, (0, 0, 2, 0));
        let kept: (i64, String, i64, String, i64) = database
            .query_row(
                "SELECT c.number, c.body, s.number, s.signature, m.on_roll
                   FROM certificate c JOIN certificate_signature s USING (ballot_id), member m",
                [],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)),
            )
            .unwrap();
        assert_eq!(kept, (1, "{}".to_owned(), 1, "sig".to_owned(), 1));
        let sql = "SELECT code, fetched, way, member_id, kind, started_at, seen_at FROM code, session";
        let kept: (String, i64, String, i64, String, i64, i64) = database
            .query_row(sql, [], |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                    row.get(5)?,
                    row.get(6)?,
                ))
            })
            .unwrap();
        assert_eq!(kept, ("a code".to_owned(), 0, "hand".to_owned(), 1, "cookie".to_owned(), 3, 4));
        let sql = "SELECT height, replaces, replaced_by, last_vote FROM vote, binding ORDER BY height";
        let votes = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        let mut statement = database.prepare(sql).unwrap();
        type Vote = (i64, Option<i64>, Option<i64>, i64);
        let votes: rusqlite::Result<Vec<Vote>> = statement.query_map([], votes).unwrap().collect();
        let wanted = vec![(1, None, Some(3), 3), (2, None, None, 3), (3, Some(1), None, 3)];
        assert_eq!(votes.unwrap(), wanted);
    }

    #[test]
    fn each_missing_step_is_applied_once_and_a_bad_one_changes_nothing() {
        let steps = ["CREATE TABLE a (x) STRICT_TYPO", "CREATE TABLE b (x INTEGER)"];
        let mut database = Connection::open_in_memory().unwrap();
        let version = |database: &Connection| -> i64 {
            database.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
        };
        assert!(apply(&mut database, 1, &steps).is_err());
        assert_eq!((version(&database), describe(&database).unwrap().len()), (0, 0));
        apply(&mut database, 2, &steps).unwrap();
        assert_eq!((version(&database), describe(&database).unwrap().len()), (newest(&steps), 1));
        apply(&mut database, 3, &steps).unwrap();
    }

    #[test]
    fn every_column_has_a_comment() {
        let begins =
            |line: &&str| line.starts_with("  ") && line[2..].starts_with(|c: char| c.is_lowercase());
        let mut columns: Vec<String> = Vec::new();
        for line in SCHEMA.lines() {
            match columns.last_mut() {
                Some(column) if line.starts_with("   ") => column.push_str(line),
                _ if begins(&line) => columns.push(line.to_owned()),
                _ => {}
            }
        }
        let bare: Vec<_> = columns.iter().filter(|column| !column.contains("-- ")).collect();
        assert!(columns.len() > 40);
        assert_eq!(bare, Vec::<&String>::new());
    }
}
