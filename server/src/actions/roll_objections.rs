//! Members' objections to the roll of an announced draft: filing them, reading them, answering them.

use scrutineer_api::announcement::RollObjections;
use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::BallotState;
use scrutineer_api::role::Role;
use scrutineer_ballot::text::{TextError, paragraphs};
use thiserror::Error;

use super::announced::{objection, sentence};
use super::ballot_deed::{BallotRefusal, may_run};
use super::ballot_id::{self, Drafts, IdError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::store::{AnnouncementRow, BallotRow, Error as StoreError, Tx};

/// Most characters of an objection, and of an answer.
pub const MOST_TEXT: usize = 2_000;

/// Why an objection was not filed, shown or answered.
#[derive(Debug, Error)]
pub enum ObjectionError {
    /// Which ballot, may the caller?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// There is nothing to object to.
    #[error("this ballot was not announced before it was frozen, so there are no objections to its roll")]
    NotAnnounced,
    /// Too late.
    #[error("objections to the roll of this ballot were taken until {0}")]
    Over(String),
    /// Not a draft any more.
    #[error(
        "who may vote in this ballot is fixed, or it was cancelled: objections to its roll are no longer answered"
    )]
    Fixed,
    /// The text cannot be taken.
    #[error("the text {0}")]
    Text(#[from] TextError),
    /// The one before has no answer yet.
    #[error("your objection number {0} is not answered yet; another one can be filed when it is")]
    OneAtATime(u64),
    /// No objection has this number.
    #[error("there is no objection {0} to the roll of this ballot")]
    Unknown(u64),
    /// It has an answer.
    #[error("objection {0} was answered already, and an answer stays as it is")]
    Answered(u64),
}

impl From<StoreError> for ObjectionError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

impl From<IdError> for ObjectionError {
    fn from(error: IdError) -> Self {
        Self::Ballot(error.into())
    }
}

fn announcement(tx: &Tx<'_>, ballot: &BallotRow) -> Result<AnnouncementRow, ObjectionError> {
    tx.announcement(ballot.id)?.ok_or(ObjectionError::NotAnnounced)
}

/// Files the caller's objection and says its number. Everybody with an account may, also who is not on the roll: that may be
/// just what they object to.
///
/// # Errors
/// See [`ObjectionError`].
pub async fn file(app: &App, caller: &Caller, id: String, text: String) -> Result<u64, ObjectionError> {
    let caller = caller.clone();
    app.store
        .write("file objection to roll", move |tx| {
            let ballot = ballot_id::find(tx, &id, Drafts::to(Some(&caller)))?.ballot;
            let until = announcement(tx, &ballot)?.objections_until;
            if ballot.state != BallotState::Draft || tx.now() >= until {
                return Err(ObjectionError::Over(sentence(&ballot.file()?, until)));
            }
            let text = paragraphs(&text, MOST_TEXT)?;
            let member = caller.session().member;
            let before = tx.roll_objections_of(ballot.id, member)?;
            if let Some(open) = before.iter().find(|before| before.answer.is_none()) {
                return Err(ObjectionError::OneAtATime(open.number));
            }
            let number = tx.add_roll_objection(ballot.id, member, &text)?;
            // Who objects is said, what they say is not: the log is kept for ever.
            let member_no = &caller.session().member_no;
            let detail =
                serde_json::json!({ "ballot": ballot.uuid, "number": number, "member_no": member_no });
            tx.audit(&caller.actor(), Deed::RollObjectionFiled, &detail)?;
            Ok(number)
        })
        .await
}

/// All objections to the roll of a ballot. For officers, observers, and delegates who may run it.
///
/// # Errors
/// See [`ObjectionError`].
pub async fn list(app: &App, caller: &Caller, id: String) -> Result<RollObjections, ObjectionError> {
    let caller = caller.clone();
    app.store
        .read("list objections to roll", move |tx| {
            let ballot = ballot_id::find(tx, &id, Drafts::to(Some(&caller)))?.ballot;
            if !caller.has(Role::Officer) && !caller.has(Role::Observer) {
                may_run(&caller, &ballot.file()?)?;
            }
            announcement(tx, &ballot)?;
            let objections = tx.roll_objections(ballot.id)?;
            Ok(RollObjections { objections: objections.iter().map(objection).collect() })
        })
        .await
}

/// Answers an objection. Who objected sees the answer on the ballot's page.
///
/// # Errors
/// See [`ObjectionError`].
pub async fn answer(
    app: &App,
    caller: &Caller,
    id: String,
    number: u64,
    text: String,
) -> Result<(), ObjectionError> {
    let caller = caller.clone();
    app.store
        .write("answer objection to roll", move |tx| {
            let ballot = ballot_id::find(tx, &id, Drafts::to(Some(&caller)))?.ballot;
            may_run(&caller, &ballot.file()?)?;
            announcement(tx, &ballot)?;
            let objections = tx.roll_objections(ballot.id)?;
            let found = objections.iter().find(|objection| objection.number == number);
            if found.ok_or(ObjectionError::Unknown(number))?.answer.is_some() {
                return Err(ObjectionError::Answered(number));
            }
            if ballot.state != BallotState::Draft {
                return Err(ObjectionError::Fixed);
            }
            let text = paragraphs(&text, MOST_TEXT)?;
            tx.answer_roll_objection(ballot.id, number, caller.session().member, &text)?;
            let detail = serde_json::json!({ "ballot": ballot.uuid, "number": number });
            tx.audit(&caller.actor(), Deed::RollObjectionAnswered, &detail)?;
            Ok(())
        })
        .await
}
