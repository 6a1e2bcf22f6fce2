//! Letters to members by e-mail, from the deed that they are about to the mailbox.
//!
//! ```text
//! preview   who would get which letter, and what it says; its number and digest have to be confirmed
//! runs      confirming queues the letters, held until their stage; pausing, resuming, cancelling
//! worker    lets stages go, sends what is due, tries again, stops what comes back too often
//! alarms    once an hour: "a vote was recorded for you", "your vote was replaced"
//! bounces   what mail servers say later
//! ```
//!
//! Letters of a single deed (a new code, a changed address) are queued by that deed with `tx.queue_letter`. A letter is put
//! into words when it is sent (`compose`); what says whether somebody voted leaves no trace when it was sent, and none of
//! it stays when voting ends.

mod alarms;
mod bounces;
mod compose;
mod plan;
pub mod preview;
pub mod runs;
mod test_letter;
pub mod worker;

use scrutineer_api::ballot::BallotState;
use scrutineer_ballot::file::BallotFile;
use scrutineer_ballot::zone::TimeError;
use scrutineer_letters::{Kind, NoSuchKind, NotAnAddress, RenderError};
use thiserror::Error;

pub use test_letter::{confirm_test, send_test};

use super::ballot_deed::{BallotRefusal, may_run};
use super::ballot_id::{self, Drafts, IdError};
use crate::auth::caller::Caller;
use crate::domain::life::is;
use crate::store::{BallotId, BallotRow, Error as StoreError, RunNumber, RunState, Tx, WriteTx};

/// Why letters were not previewed, sent, paused and so on.
#[derive(Debug, Error)]
pub enum LettersError {
    /// Which ballot, may the caller?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// The server sends no mail.
    #[error(
        "this server sends no letters: whoever runs it has to start it with --mail (see docs/OPERATIONS.md)"
    )]
    NoMail,
    /// No such letters.
    #[error(transparent)]
    Kind(#[from] NoSuchKind),
    /// They follow from a deed.
    #[error("letters of the kind {0} follow from a deed by themselves and are not sent in runs")]
    NotARun(Kind),
    /// They are about a ballot, or about none.
    #[error("letters of the kind {0} are sent {1}")]
    WrongPlace(Kind, &'static str),
    /// Not in this state.
    #[error("this ballot {}; letters of the kind {kind} are for a ballot that {when}", is(*.state))]
    NotNow {
        /// Where it is.
        state: BallotState,
        /// Which letters.
        kind: Kind,
        /// When they can be sent.
        when: &'static str,
    },
    /// They were sent.
    #[error(
        "letters of the kind {kind} were confirmed for this ballot already (run {run}); cancel that run first"
    )]
    Already {
        /// Which letters.
        kind: Kind,
        /// The run.
        run: i64,
    },
    /// They are being sent.
    #[error(
        "letters of the kind {kind} are being sent already (run {run}); wait until that run is done, or cancel it first"
    )]
    Unfinished {
        /// Which letters.
        kind: Kind,
        /// The run.
        run: i64,
    },
    /// Nobody has seen a test letter arrive.
    #[error(
        "before letters with voting codes are sent, an officer must see that mail arrives: `scrutineer letters test` sends a \
         number to your own address, `scrutineer letters confirm-test NUMBER` confirms it; that holds for seven days"
    )]
    NotTested,
    /// Another number.
    #[error(
        "the preview was of {confirmed} recipients, and by now it would be {now}; look at the preview again"
    )]
    OtherNumber {
        /// As confirmed.
        confirmed: u64,
        /// As it is.
        now: u64,
    },
    /// Something else has changed.
    #[error("recipients or texts have changed since the preview; look at it again")]
    OtherDigest,
    /// Nobody.
    #[error("nobody would get such a letter: no recipient has an e-mail address that can be used")]
    Nobody,
    /// Only reminders wait for a time.
    #[error("only reminders and letters that voting ends soon can be sent at a set time; leave the time out")]
    NoTime,
    /// Both times.
    #[error("say either at which time, or how long before the deadline, not both")]
    TwoTimes,
    /// Not a time.
    #[error("the time of the letters {0}")]
    Time(#[from] TimeError),
    /// A time that cannot be.
    #[error("{0}")]
    BadTime(String),
    /// Enough of them.
    #[error("{0} reminders have been confirmed for this ballot already; more are not sent")]
    EnoughReminders(usize),
    /// No such run.
    #[error(
        "there is no run of letters with the number {0}; `scrutineer letters list` shows those that there are"
    )]
    NoSuchRun(String),
    /// It cannot be done with this run now.
    #[error("run {number} is {state}, so it cannot be {deed}")]
    RunIs {
        /// The run.
        number: i64,
        /// Where it stands.
        state: &'static str,
        /// What was to be done.
        deed: &'static str,
    },
    /// It is for officers.
    #[error("letters with activation codes are for officers")]
    OfficersOnly,
    /// No address of one's own.
    #[error("the roll has no e-mail address of yours to which a test letter could go")]
    NoAddress,
    /// One's own address is none.
    #[error("your e-mail address on the roll cannot be used: {0}")]
    BadAddress(#[from] NotAnAddress),
    /// No test letter waits.
    #[error(
        "there is no test letter of yours that could be confirmed; send one with `scrutineer letters test`"
    )]
    NoTest,
    /// Wrong number.
    #[error("this is not the number of your latest test letter; {0} more tries are left")]
    WrongNumber(u64),
    /// Too many wrong numbers.
    #[error(
        "too many wrong numbers: this test letter has ended; send another with `scrutineer letters test`"
    )]
    TestEnded,
    /// A letter cannot be put into words.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// What a letter has to say cannot be found out.
    #[error(transparent)]
    Compose(#[from] compose::ComposeError),
}

impl From<StoreError> for LettersError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

impl From<IdError> for LettersError {
    fn from(error: IdError) -> Self {
        Self::Ballot(error.into())
    }
}

/// The ballot that letters are about, if the caller may run it.
fn find(tx: &Tx<'_>, caller: &Caller, id: &str) -> Result<(BallotRow, BallotFile), LettersError> {
    let ballot = ballot_id::find(tx, id, Drafts::to(Some(caller)))?.ballot;
    let file = ballot.file()?;
    may_run(caller, &file)?;
    Ok((ballot, file))
}

/// Lets the letters go that wait for a ballot to be opened, in the transaction that opens it.
///
/// # Errors
/// The database's.
pub(super) fn opened(tx: &WriteTx<'_>, ballot: BallotId) -> Result<(), StoreError> {
    for run in tx.runs_of(ballot)? {
        if run.kind == Kind::Open && run.state == RunState::Waiting {
            tx.set_run(run.number, RunState::Sending, None)?;
        }
    }
    Ok(())
}

/// Ends all letters about a ballot whose voting, or whose life, ends, in the transaction that ends it. Nothing stays that
/// says whether or when somebody voted.
///
/// # Errors
/// The database's.
pub(super) fn ended(tx: &WriteTx<'_>, ballot: BallotId) -> Result<(), StoreError> {
    const WHY: &str = "voting has ended";
    for run in tx.runs_of(ballot)? {
        if run.state.is_over() {
            continue;
        }
        if run.state == RunState::Sending && !tx.run_waits(run.number)? {
            tx.set_run(run.number, RunState::Done, None)?;
        } else {
            tx.set_run(run.number, RunState::Cancelled, Some(WHY))?;
        }
    }
    tx.drop_letters_of_ballot(ballot, WHY)?;
    tx.round_runs(ballot)
}

/// Moves the letters that were set by a deadline, in the transaction that moves it, by so many seconds.
///
/// # Errors
/// The database's.
pub(super) fn extended(tx: &WriteTx<'_>, ballot: BallotId, by: i64) -> Result<(), StoreError> {
    tx.move_runs(ballot, by)
}

/// The number of a run as somebody typed it.
///
/// # Errors
/// [`LettersError::NoSuchRun`].
pub fn run_number(typed: &str) -> Result<RunNumber, LettersError> {
    let number = typed.trim().parse().map_err(|_| {
        let typed: String = typed.chars().take(20).collect();
        LettersError::NoSuchRun(typed)
    })?;
    Ok(RunNumber::new(number))
}
