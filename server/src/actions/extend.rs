//! Moving a deadline: before it has passed, and only to a later time.

use scrutineer_api::audit::Deed;
use scrutineer_ballot::file::BallotFileError;
use scrutineer_ballot::zone::TimeError;
use thiserror::Error;

use super::ballot_deed::{self, BallotRefusal};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::life::BallotDeed;
use crate::store::Error as StoreError;

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

/// Moves the deadline of a frozen or open ballot.
///
/// # Errors
/// See [`ExtendError`].
pub async fn extend(app: &App, caller: &Caller, id: String, until: String) -> Result<(), ExtendError> {
    let caller = caller.clone();
    app.store
        .write("extend ballot", move |tx| {
            let (named, file, _) = ballot_deed::begin(tx, &caller, &id, BallotDeed::Extend)?;
            let (ballot, zone) = (named.ballot, file.zone()?);
            let set = ballot.closes_at.ok_or(ExtendError::NoDeadline)?;
            if set <= tx.now() {
                return Err(ExtendError::Past(zone.sentence(set)));
            }
            let new = zone.instant(&until)?;
            if new <= set {
                return Err(ExtendError::NotLater { new: zone.sentence(new), set: zone.sentence(set) });
            }
            tx.set_deadline(ballot.id, new)?;
            let detail = serde_json::json!({ "ballot": ballot.uuid, "from": set, "to": new });
            tx.audit(&caller.actor(), Deed::BallotExtended, &detail)?;
            Ok(())
        })
        .await
}
