//! Table `letter`: letters that wait to be sent and, of most kinds, those that were.
//!
//! No text and no code stands there, and no time but when a letter may next be tried. Letters whose existence says whether
//! or when somebody voted are deleted when they are sent or given up, and all that are left when voting ends.

use rusqlite::{Row, params};
use scrutineer_letters::Kind;
use thiserror::Error as ThisError;

use super::accounts::MemberId;
use super::column::{parsed, signed, unsigned};
use super::error::Error;
use super::ids::BallotId;
use super::letter_runs::RunNumber;
use super::tx::{Tx, WriteTx};

/// What a letter is known by: random, and its message id however often it is tried.
pub type LetterId = [u8; 16];

/// The kinds whose letters say whether or when somebody voted.
const TRANSIENT: &str = "('reminder', 'closing_soon', 'recorded', 'replaced')";

/// Where a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LetterState {
    /// Waits for its stage.
    Held,
    /// Is sent when it is due.
    Queued,
    /// A mail server has taken it.
    Sent,
    /// A mail server says that it has arrived.
    Delivered,
    /// It was refused, came back, or was given up.
    Bounced,
    /// It was not sent, because it would no longer have been true.
    Dropped,
}

impl LetterState {
    /// All states.
    pub const ALL: [Self; 6] =
        [Self::Held, Self::Queued, Self::Sent, Self::Delivered, Self::Bounced, Self::Dropped];

    /// The word in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Bounced => "bounced",
            Self::Dropped => "dropped",
        }
    }
}

/// A word that names no state.
#[derive(Debug, ThisError)]
#[error("no state of a letter: {0:?}")]
struct UnknownState(String);

fn state(word: &str) -> Result<LetterState, UnknownState> {
    let found = LetterState::ALL.into_iter().find(|state| state.as_str() == word);
    found.ok_or_else(|| UnknownState(word.to_owned()))
}

/// A letter that is about to be queued.
#[derive(Clone, Copy, Debug)]
pub struct NewLetter<'a> {
    /// Random.
    pub id: LetterId,
    /// Of which run, if of one: then it is held until its stage.
    pub run: Option<RunNumber>,
    /// About which ballot, if about one.
    pub ballot: Option<BallotId>,
    /// To whom.
    pub member: MemberId,
    /// Of which kind.
    pub kind: Kind,
    /// To which e-mail address.
    pub address: &'a str,
    /// Not sent before; kept to the minute.
    pub due_at: i64,
    /// Whether it has the member's voting code.
    pub code: bool,
}

/// A letter.
#[derive(Clone, PartialEq, Eq)]
pub struct LetterRow {
    /// What it is known by.
    pub id: LetterId,
    /// Of which run, if of one.
    pub run: Option<RunNumber>,
    /// About which ballot, if about one.
    pub ballot: Option<BallotId>,
    /// To whom.
    pub member: MemberId,
    /// Of which kind.
    pub kind: Kind,
    /// To which e-mail address.
    pub address: String,
    /// Where it stands.
    pub state: LetterState,
    /// How often it was tried and not taken.
    pub attempts: u64,
    /// Whether it has the member's voting code.
    pub code: bool,
}

const COLUMNS: &str = "l.id, l.run, l.ballot_id, l.member_id, l.kind, l.address, l.state, l.attempts, l.code";

fn a_letter(row: &Row<'_>) -> rusqlite::Result<LetterRow> {
    Ok(LetterRow {
        id: row.get(0)?,
        run: row.get(1)?,
        ballot: row.get(2)?,
        member: MemberId(row.get(3)?),
        kind: parsed(row, 4, str::parse)?,
        address: row.get(5)?,
        state: parsed(row, 6, state)?,
        attempts: unsigned(row, 7)?,
        code: row.get(8)?,
    })
}

impl Tx<'_> {
    /// A letter, unless it was deleted.
    ///
    /// # Errors
    /// The database's.
    pub fn letter(&self, id: &LetterId) -> Result<Option<LetterRow>, Error> {
        self.first(&format!("SELECT {COLUMNS} FROM letter l WHERE l.id = ?1"), [id], a_letter)
    }

    /// Letters that are due: first those of no run, then those of runs that are being sent, at most so many of each run.
    ///
    /// # Errors
    /// The database's.
    pub fn letters_due(&self, limit: usize) -> Result<Vec<LetterRow>, Error> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut due = self.all(
            &format!(
                "SELECT {COLUMNS} FROM letter l WHERE l.run IS NULL AND l.state = 'queued' AND l.due_at <= ?1 LIMIT ?2"
            ),
            params![self.now(), limit],
            a_letter,
        )?;
        let runs: Vec<i64> =
            self.all("SELECT number FROM letter_run WHERE state = 'sending' ORDER BY number", [], |row| {
                row.get(0)
            })?;
        for run in runs {
            due.extend(self.all(
                &format!(
                    "SELECT {COLUMNS} FROM letter l
                      WHERE l.run = ?3 AND l.state = 'queued' AND l.due_at <= ?1 LIMIT ?2"
                ),
                params![self.now(), limit, run],
                a_letter,
            )?);
        }
        Ok(due)
    }

    /// How many letters of a run stand in each state.
    ///
    /// # Errors
    /// The database's.
    pub fn letter_counts(&self, run: RunNumber) -> Result<Vec<(LetterState, u64)>, Error> {
        self.all("SELECT state, count(*) FROM letter WHERE run = ?1 GROUP BY state", [run], |row| {
            Ok((parsed(row, 0, state)?, unsigned(row, 1)?))
        })
    }

    /// The ids of the test letters of a member.
    ///
    /// # Errors
    /// The database's.
    pub fn test_letters(&self, member: MemberId) -> Result<Vec<LetterId>, Error> {
        self.all("SELECT id FROM letter WHERE member_id = ?1 AND kind = 'test'", [member], |row| row.get(0))
    }

    /// Whether letters of a run wait, held or queued.
    ///
    /// # Errors
    /// The database's.
    pub fn run_waits(&self, run: RunNumber) -> Result<bool, Error> {
        Ok(self.run_has(run, LetterState::Held)? || self.run_has(run, LetterState::Queued)?)
    }

    /// Whether letters of a run stand in a state.
    ///
    /// # Errors
    /// The database's.
    pub fn run_has(&self, run: RunNumber, state: LetterState) -> Result<bool, Error> {
        self.value(
            "SELECT EXISTS (SELECT 1 FROM letter WHERE run = ?1 AND state = ?2)",
            params![run, state.as_str()],
        )
    }

    /// Whether queued letters of a run have not been tried yet.
    ///
    /// # Errors
    /// The database's.
    pub fn run_has_untried(&self, run: RunNumber) -> Result<bool, Error> {
        self.value(
            "SELECT EXISTS (SELECT 1 FROM letter WHERE run = ?1 AND state = 'queued' AND attempts = 0)",
            [run],
        )
    }

    /// The e-mail addresses to which a letter was refused for good, or came back.
    ///
    /// # Errors
    /// The database's.
    pub fn bounced_addresses(&self) -> Result<Vec<(MemberId, String)>, Error> {
        self.all(
            "SELECT DISTINCT member_id, address FROM letter WHERE state = 'bounced' AND reason LIKE '5%'",
            [],
            |row| Ok((MemberId(row.get(0)?), row.get(1)?)),
        )
    }
}

impl WriteTx<'_> {
    /// Queues a letter in the transaction of the deed that it is about.
    ///
    /// # Errors
    /// The database's; also if there is a letter with this id.
    pub fn queue_letter(&self, new: &NewLetter<'_>) -> Result<(), Error> {
        let state = if new.run.is_some() { LetterState::Held } else { LetterState::Queued };
        self.execute(
            "INSERT INTO letter (id, run, ballot_id, member_id, kind, address, code, state, due_at, day)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, date(?10, 'unixepoch'))",
            params![
                new.id,
                new.run,
                new.ballot,
                new.member,
                new.kind.as_str(),
                new.address,
                new.code,
                state.as_str(),
                to_the_minute(new.due_at),
                self.now()
            ],
        )?;
        Ok(())
    }

    /// Lets some held letters of a run go; how many.
    ///
    /// # Errors
    /// The database's.
    pub fn release_letters(&self, run: RunNumber, most: u64) -> Result<u64, Error> {
        let changed = self.execute(
            "UPDATE letter SET state = 'queued', due_at = ?3
              WHERE id IN (SELECT id FROM letter WHERE run = ?1 AND state = 'held' LIMIT ?2)",
            params![run, signed(most)?, to_the_minute(self.now())],
        )?;
        u64::try_from(changed).map_err(|_| Error::Corrupt("more letters than can be".to_owned()))
    }

    /// Notes that a mail server has taken a letter, even one that was dropped while it was on its way. A letter that says
    /// whether somebody voted is deleted. Whether the letter was still there.
    ///
    /// # Errors
    /// The database's.
    pub fn letter_sent(&self, letter: &LetterRow) -> Result<bool, Error> {
        let noted = self.end_letter(letter, LetterState::Sent, None)?;
        if noted && let Some(run) = letter.run {
            self.execute("UPDATE letter_run SET sent = sent + 1 WHERE number = ?1", [run])?;
        }
        Ok(noted)
    }

    /// Notes that a letter was refused for good or is given up, with the mail server's status. A letter that says whether
    /// somebody voted is deleted. Whether it was still there and waiting.
    ///
    /// # Errors
    /// The database's.
    pub fn letter_refused(&self, letter: &LetterRow, reason: &str) -> Result<bool, Error> {
        let noted = self.end_letter(letter, LetterState::Bounced, Some(reason))?;
        if noted && let Some(run) = letter.run {
            self.execute("UPDATE letter_run SET bounced = bounced + 1 WHERE number = ?1", [run])?;
        }
        Ok(noted)
    }

    /// Notes that a letter is not sent, because what it says would no longer be true. Whether it was still there and waiting.
    ///
    /// # Errors
    /// The database's.
    pub fn letter_dropped(&self, letter: &LetterRow, reason: &str) -> Result<bool, Error> {
        self.end_letter(letter, LetterState::Dropped, Some(reason))
    }

    fn end_letter(&self, letter: &LetterRow, to: LetterState, reason: Option<&str>) -> Result<bool, Error> {
        let deleted = self.execute(
            &format!(
                "DELETE FROM letter WHERE id = ?1 AND state IN ('held', 'queued') AND kind IN {TRANSIENT}"
            ),
            [letter.id],
        )?;
        if deleted > 0 {
            return Ok(true);
        }
        let changed = self.execute(
            "UPDATE letter SET state = ?2, reason = ?3, day = date(?4, 'unixepoch')
              WHERE id = ?1 AND (state IN ('held', 'queued') OR (state = 'dropped' AND ?2 = 'sent'))",
            params![letter.id, to.as_str(), reason, self.now()],
        )?;
        Ok(changed > 0)
    }

    /// Notes that a letter was not taken for now, with the mail server's status, and when it is tried again.
    ///
    /// # Errors
    /// The database's.
    pub fn letter_deferred(&self, id: &LetterId, reason: &str, due_at: i64) -> Result<(), Error> {
        self.execute(
            "UPDATE letter SET attempts = attempts + 1, reason = ?2, due_at = ?3 WHERE id = ?1 AND state = 'queued'",
            params![id, reason, to_the_minute(due_at)],
        )?;
        Ok(())
    }

    /// Notes what a mail server has said later of a letter that was sent: that it has arrived, or came back with this status.
    /// Whether it stood so that this could be news.
    ///
    /// # Errors
    /// The database's.
    pub fn letter_reported(&self, letter: &LetterRow, bounced: Option<&str>) -> Result<bool, Error> {
        let to = if bounced.is_some() { LetterState::Bounced } else { LetterState::Delivered };
        let changed = self.execute(
            "UPDATE letter SET state = ?2, reason = ?3, day = date(?4, 'unixepoch')
              WHERE id = ?1 AND (state = 'sent' OR (state = 'delivered' AND ?2 = 'bounced'))",
            params![letter.id, to.as_str(), bounced, self.now()],
        )?;
        if changed > 0
            && bounced.is_some()
            && let Some(run) = letter.run
        {
            self.execute("UPDATE letter_run SET bounced = bounced + 1 WHERE number = ?1", [run])?;
        }
        Ok(changed > 0)
    }

    /// Ends what waits of a run: letters that say whether somebody voted are deleted, the others dropped.
    ///
    /// # Errors
    /// The database's.
    pub fn drop_letters_of_run(&self, run: RunNumber, reason: &str) -> Result<(), Error> {
        self.execute(
            &format!(
                "DELETE FROM letter WHERE run = ?1 AND state IN ('held', 'queued') AND kind IN {TRANSIENT}"
            ),
            [run],
        )?;
        self.execute(
            "UPDATE letter SET state = 'dropped', reason = ?2, day = date(?3, 'unixepoch')
              WHERE run = ?1 AND state IN ('held', 'queued')",
            params![run, reason, self.now()],
        )?;
        Ok(())
    }

    /// Ends what waits of a ballot when its voting has: letters that say whether somebody voted are deleted, the others
    /// dropped.
    ///
    /// # Errors
    /// The database's.
    pub fn drop_letters_of_ballot(&self, ballot: BallotId, reason: &str) -> Result<(), Error> {
        // By their runs, and those of none: nothing leads from a ballot to its letters, and a look at all of them takes long.
        self.execute(
            &format!(
                "DELETE FROM letter WHERE kind IN {TRANSIENT} AND ballot_id = ?1
                    AND run IN (SELECT number FROM letter_run WHERE ballot_id = ?1 AND kind IN {TRANSIENT})"
            ),
            [ballot],
        )?;
        self.execute(
            &format!("DELETE FROM letter WHERE run IS NULL AND ballot_id = ?1 AND kind IN {TRANSIENT}"),
            [ballot],
        )?;
        self.execute(
            "UPDATE letter SET state = 'dropped', reason = ?2, day = date(?3, 'unixepoch')
              WHERE ballot_id = ?1 AND state IN ('held', 'queued')",
            params![ballot, reason, self.now()],
        )?;
        Ok(())
    }
}

const fn to_the_minute(at: i64) -> i64 {
    at - at.rem_euclid(60)
}
