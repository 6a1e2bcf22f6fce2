//! Tables `letter_run` and `mail_test`: letters of one kind that somebody has previewed and confirmed, and the test letters
//! without which none with codes are.

use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Row, ToSql, params};
use scrutineer_letters::Kind;
use thiserror::Error as ThisError;

use super::accounts::MemberId;
use super::column::{parsed, signed, unsigned};
use super::error::Error;
use super::ids::BallotId;
use super::tx::{Tx, WriteTx};

/// The number of a run, which people type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunNumber(i64);

impl RunNumber {
    /// The number that somebody typed.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number for people.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl ToSql for RunNumber {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for RunNumber {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(Self)
    }
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// For its time.
    Waiting,
    /// Its letters are sent, stage by stage.
    Sending,
    /// Somebody has paused it.
    Paused,
    /// Too many letters came back, so that it has stopped by itself.
    Stopped,
    /// No letter waits any more.
    Done,
    /// Somebody, or the end of the ballot, has ended it.
    Cancelled,
}

impl RunState {
    /// All states.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Sending, Self::Paused, Self::Stopped, Self::Done, Self::Cancelled];

    /// The word in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing more will come of it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled)
    }
}

/// A word that names no state.
#[derive(Debug, ThisError)]
#[error("no state of a run of letters: {0:?}")]
struct UnknownState(String);

fn state(word: &str) -> Result<RunState, UnknownState> {
    let found = RunState::ALL.into_iter().find(|state| state.as_str() == word);
    found.ok_or_else(|| UnknownState(word.to_owned()))
}

/// A run that is about to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewRun {
    /// About which ballot, if about one.
    pub ballot: Option<BallotId>,
    /// Of which kind.
    pub kind: Kind,
    /// Where it begins.
    pub state: RunState,
    /// As previewed and confirmed.
    pub recipients: u64,
    /// Who has confirmed it.
    pub confirmed_by: MemberId,
    /// When its letters are queued; `None`: when the ballot opens.
    pub due_at: Option<i64>,
    /// Seconds from then to the deadline, if it was set so.
    pub before_close: Option<i64>,
}

/// A run of letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRow {
    /// What people type.
    pub number: RunNumber,
    /// About which ballot, if about one.
    pub ballot: Option<BallotId>,
    /// Of which kind.
    pub kind: Kind,
    /// Where it stands.
    pub state: RunState,
    /// As previewed and confirmed; of reminders, the most there can be.
    pub recipients: u64,
    /// Who has confirmed it.
    pub confirmed_by: MemberId,
    /// When.
    pub confirmed_at: i64,
    /// When its letters are queued; `None`: when the ballot opens.
    pub due_at: Option<i64>,
    /// Seconds from then to the deadline, if it was set so.
    pub before_close: Option<i64>,
    /// How many of its letters the stages have let go so far.
    pub released: u64,
    /// When the last stage began.
    pub released_at: Option<i64>,
    /// Letters that a mail server has taken.
    pub sent: u64,
    /// Letters that were refused or came back.
    pub bounced: u64,
    /// Those of them with which somebody let it go on.
    pub excused: u64,
    /// Why it was stopped or cancelled.
    pub note: Option<String>,
}

const COLUMNS: &str = "number, ballot_id, kind, state, recipients, confirmed_by, confirmed_at, due_at, before_close, \
                       released, released_at, sent, bounced, excused, note";

fn a_run(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    Ok(RunRow {
        number: row.get(0)?,
        ballot: row.get(1)?,
        kind: parsed(row, 2, str::parse)?,
        state: parsed(row, 3, state)?,
        recipients: unsigned(row, 4)?,
        confirmed_by: MemberId(row.get(5)?),
        confirmed_at: row.get(6)?,
        due_at: row.get(7)?,
        before_close: row.get(8)?,
        released: unsigned(row, 9)?,
        released_at: row.get(10)?,
        sent: unsigned(row, 11)?,
        bounced: unsigned(row, 12)?,
        excused: unsigned(row, 13)?,
        note: row.get(14)?,
    })
}

/// A test letter that an officer sent to themselves.
pub struct MailTestRow {
    /// SHA-256 of the letter's id and its number.
    pub number_hash: [u8; 32],
    /// When it was queued.
    pub sent_at: i64,
    /// Wrong numbers so far.
    pub tries: u64,
    /// When the officer typed its number.
    pub confirmed_at: Option<i64>,
}

impl Tx<'_> {
    /// A run.
    ///
    /// # Errors
    /// The database's.
    pub fn run(&self, number: RunNumber) -> Result<Option<RunRow>, Error> {
        self.first(&format!("SELECT {COLUMNS} FROM letter_run WHERE number = ?1"), [number], a_run)
    }

    /// All runs, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn runs(&self) -> Result<Vec<RunRow>, Error> {
        self.all(&format!("SELECT {COLUMNS} FROM letter_run ORDER BY number DESC"), [], a_run)
    }

    /// The runs of a ballot, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn runs_of(&self, ballot: BallotId) -> Result<Vec<RunRow>, Error> {
        self.all(
            &format!("SELECT {COLUMNS} FROM letter_run WHERE ballot_id = ?1 ORDER BY number"),
            [ballot],
            a_run,
        )
    }

    /// The runs in a state, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn runs_in(&self, state: RunState) -> Result<Vec<RunRow>, Error> {
        self.all(
            &format!("SELECT {COLUMNS} FROM letter_run WHERE state = ?1 ORDER BY number"),
            [state.as_str()],
            a_run,
        )
    }

    /// The test letter that an officer sent last.
    ///
    /// # Errors
    /// The database's.
    pub fn mail_test(&self, member: MemberId) -> Result<Option<MailTestRow>, Error> {
        self.first(
            "SELECT number_hash, sent_at, tries, confirmed_at FROM mail_test WHERE member_id = ?1",
            [member],
            |row| {
                Ok(MailTestRow {
                    number_hash: row.get(0)?,
                    sent_at: row.get(1)?,
                    tries: unsigned(row, 2)?,
                    confirmed_at: row.get(3)?,
                })
            },
        )
    }

    /// When an officer last typed the number of a test letter, whoever it was.
    ///
    /// # Errors
    /// The database's.
    pub fn mail_tested_at(&self) -> Result<Option<i64>, Error> {
        self.value("SELECT max(confirmed_at) FROM mail_test", [])
    }
}

impl WriteTx<'_> {
    /// Keeps a new run; its number.
    ///
    /// # Errors
    /// The database's.
    pub fn add_run(&self, new: &NewRun) -> Result<RunNumber, Error> {
        let number: i64 = self.value("SELECT ifnull(max(number), 0) + 1 FROM letter_run", [])?;
        self.execute(
            "INSERT INTO letter_run (number, ballot_id, kind, state, recipients, confirmed_by, confirmed_at, due_at,
                                     before_close)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                number,
                new.ballot,
                new.kind.as_str(),
                new.state.as_str(),
                signed(new.recipients)?,
                new.confirmed_by,
                self.now(),
                new.due_at,
                new.before_close
            ],
        )?;
        Ok(RunNumber(number))
    }

    /// Moves a run on, with a note where it was stopped or cancelled.
    ///
    /// # Errors
    /// The database's.
    pub fn set_run(&self, number: RunNumber, to: RunState, note: Option<&str>) -> Result<(), Error> {
        self.execute(
            "UPDATE letter_run SET state = ?2, note = ?3 WHERE number = ?1",
            params![number, to.as_str(), note],
        )?;
        Ok(())
    }

    /// Lets a run go on in spite of the letters that have come back so far.
    ///
    /// # Errors
    /// The database's.
    pub fn excuse_bounces(&self, number: RunNumber) -> Result<(), Error> {
        self.execute("UPDATE letter_run SET excused = bounced WHERE number = ?1", [number])?;
        Ok(())
    }

    /// Notes that a stage of a run has let so many letters more go.
    ///
    /// # Errors
    /// The database's.
    pub fn note_stage(&self, number: RunNumber, released: u64) -> Result<(), Error> {
        self.execute(
            "UPDATE letter_run SET released = released + ?2, released_at = ?3 WHERE number = ?1",
            params![number, signed(released)?, self.now()],
        )?;
        Ok(())
    }

    /// Moves the runs of a ballot that were set by its deadline and still wait, by so many seconds.
    ///
    /// # Errors
    /// The database's.
    pub fn move_runs(&self, ballot: BallotId, by: i64) -> Result<(), Error> {
        self.execute(
            "UPDATE letter_run SET due_at = due_at + ?2
              WHERE ballot_id = ?1 AND before_close IS NOT NULL AND state IN ('waiting', 'paused') AND released_at IS NULL",
            params![ballot, by],
        )?;
        Ok(())
    }

    /// What remains of the numbers of runs that went to those who had not voted: whole tens, so that the difference from
    /// one to the next, or to the end, is not a handful of members.
    ///
    /// # Errors
    /// The database's.
    pub fn round_runs(&self, ballot: BallotId) -> Result<(), Error> {
        self.execute(
            "UPDATE letter_run SET released = released / 10 * 10, sent = sent / 10 * 10, bounced = bounced / 10 * 10,
                    excused = 0
              WHERE ballot_id = ?1 AND kind IN ('reminder', 'closing_soon')",
            [ballot],
        )?;
        Ok(())
    }

    /// Keeps that an officer sent a test letter to themselves, in place of an earlier one.
    ///
    /// # Errors
    /// The database's.
    pub fn put_mail_test(&self, member: MemberId, number_hash: &[u8; 32]) -> Result<(), Error> {
        self.execute(
            "INSERT INTO mail_test (member_id, number_hash, sent_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (member_id) DO UPDATE SET number_hash = excluded.number_hash, sent_at = excluded.sent_at,
                    tries = 0, confirmed_at = NULL",
            params![member, number_hash, self.now()],
        )?;
        Ok(())
    }

    /// Counts a wrong number.
    ///
    /// # Errors
    /// The database's.
    pub fn note_wrong_number(&self, member: MemberId) -> Result<(), Error> {
        self.execute("UPDATE mail_test SET tries = tries + 1 WHERE member_id = ?1", [member])?;
        Ok(())
    }

    /// Notes that the officer has typed the number.
    ///
    /// # Errors
    /// The database's.
    pub fn confirm_mail_test(&self, member: MemberId) -> Result<(), Error> {
        self.execute(
            "UPDATE mail_test SET confirmed_at = ?2 WHERE member_id = ?1",
            params![member, self.now()],
        )?;
        Ok(())
    }
}
