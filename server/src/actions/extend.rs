//! Moving a deadline: before it has passed, and only to a later time.

use scrutineer_api::audit;
use scrutineer_ballot::file::BallotFileError;
use scrutineer_ballot::proposal::Content;
use scrutineer_ballot::zone::TimeError;
use thiserror::Error;

use super::ballot_deed::{self, BallotRefusal};
use super::letters;
use super::proposals::{Asked, ByTwo, Means, circumstances, propose};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::life::BallotDeed;
use crate::domain::two_people::{Decision, Deed, decide};
use crate::store::{Error as StoreError, Tx, WriteTx};

/// Why a deadline was not moved.
#[derive(Debug, Error)]
pub enum ExtendError {
    /// Which ballot, may the caller, may it now?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// The text is not a time.
    #[error("the new deadline {0}")]
    Time(#[from] TimeError),
    /// There is none.
    #[error("this ballot has no deadline: it stays open until it is closed by command")]
    NoDeadline,
    /// It has passed.
    #[error("the deadline passed on {0}; it can only be moved before")]
    Past(String),
    /// Not later.
    #[error(
        "the new deadline {new} is not later than the one that is set, {set}; a deadline is never shortened"
    )]
    NotLater {
        /// The new one.
        new: String,
        /// The one that is set.
        set: String,
    },
    /// The kept file does not read back.
    #[error(transparent)]
    File(#[from] BallotFileError),
}

impl From<StoreError> for ExtendError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

/// Moves the deadline of a frozen or open practice ballot; proposes it for any other.
///
/// # Errors
/// See [`ExtendError`].
pub async fn extend(app: &App, caller: &Caller, id: String, until: String) -> Result<Asked<()>, ExtendError> {
    let (caller, means) = (caller.clone(), Means::of(app));
    app.store
        .write("extend ballot", move |tx| {
            let (named, file, _) = ballot_deed::begin(tx, &caller, &id, BallotDeed::Extend)?;
            let ballot = named.ballot.uuid.to_string();
            let until = file.zone()?.instant(&until)?;
            let content = content(tx, &caller, &ballot, until)?;
            let deed = Deed::ExtendBallot { ballot: ballot.clone(), until };
            match decide(&deed, &circumstances(tx, &means, Some(&named.ballot))?) {
                Decision::DoNow => apply(tx, &caller, &ballot, until, None).map(Asked::Done),
                Decision::Propose => {
                    let proposal = propose(tx, &means, &caller, &deed, Some(named.ballot.id), &content)?;
                    Ok(Asked::Waits(proposal))
                }
            }
        })
        .await
}

/// What moving a deadline would do, if it can be done now.
pub(super) fn content(tx: &Tx<'_>, caller: &Caller, id: &str, until: i64) -> Result<Content, ExtendError> {
    let (named, file, _) = ballot_deed::begin(tx, caller, id, BallotDeed::Extend)?;
    let (ballot, zone) = (named.ballot, file.zone()?);
    let set = ballot.closes_at.ok_or(ExtendError::NoDeadline)?;
    if set <= tx.now() {
        return Err(ExtendError::Past(zone.sentence(set)));
    }
    if until <= set {
        return Err(ExtendError::NotLater { new: zone.sentence(until), set: zone.sentence(set) });
    }
    Ok(Content::ExtendBallot {
        ballot: ballot.uuid.to_string(),
        title: file.title,
        time_zone: file.time_zone,
        from: set,
        to: until,
    })
}

/// Moves a deadline that [`content`] was found for in this transaction.
pub(super) fn apply(
    tx: &WriteTx<'_>,
    caller: &Caller,
    id: &str,
    until: i64,
    by: Option<&ByTwo>,
) -> Result<(), ExtendError> {
    let (named, ..) = ballot_deed::begin(tx, caller, id, BallotDeed::Extend)?;
    let ballot = named.ballot;
    tx.set_deadline(ballot.id, until)?;
    letters::extended(tx, ballot.id, until - ballot.closes_at.unwrap_or(until))?;
    let detail = serde_json::json!({ "ballot": ballot.uuid, "from": ballot.closes_at, "to": until });
    tx.audit(&caller.actor(), audit::Deed::BallotExtended, &ByTwo::note(by, &detail)?)?;
    Ok(())
}
