//! Who has voted, and who could: for officers and observers.

use scrutineer_api::ballot::{BallotState, FrozenRoll, Participant, Participation};
use thiserror::Error;

use super::ballot_id::{self, Drafts, IdError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::life::is;
use crate::store::{Error as StoreError, ParticipantRow};

/// Why a list is not shown.
#[derive(Debug, Error)]
pub enum ParticipationError {
    /// Which ballot, which box?
    #[error(transparent)]
    Id(#[from] IdError),
    /// Not while people vote.
    #[error("who has voted is shown once voting has ended; this ballot {0}")]
    NotYet(&'static str),
    /// Nobody voted, and nobody will.
    #[error("this ballot was cancelled; who has voted in it is not shown")]
    Cancelled,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who has voted, by name, once voting has ended.
///
/// # Errors
/// See [`ParticipationError`].
pub async fn participation(
    app: &App,
    caller: &Caller,
    id: String,
    box_name: Option<String>,
) -> Result<Participation, ParticipationError> {
    let drafts = Drafts::to(Some(caller));
    app.store
        .read("participation", move |tx| {
            let named = ballot_id::find(tx, &id, drafts)?;
            named.refuse_purged()?;
            match named.ballot.state {
                BallotState::Closed | BallotState::Tallied | BallotState::Certified => {}
                BallotState::Cancelled => return Err(ParticipationError::Cancelled),
                state => return Err(ParticipationError::NotYet(is(state))),
            }
            let the_box = named.the_box(tx, box_name.as_deref())?;
            let voted = tx.participants(the_box.id)?;
            let voted =
                voted.into_iter().map(|ParticipantRow { name, member_no }| Participant { name, member_no });
            Ok(Participation { voted: voted.collect(), eligible: the_box.eligible })
        })
        .await
}

/// The frozen roll with the salt of its hash on the record, so that the hash can be checked.
///
/// # Errors
/// See [`ParticipationError`].
pub async fn frozen_roll(
    app: &App,
    caller: &Caller,
    id: String,
    box_name: Option<String>,
) -> Result<FrozenRoll, ParticipationError> {
    let drafts = Drafts::to(Some(caller));
    app.store
        .read("frozen roll", move |tx| {
            let the_box = ballot_id::find(tx, &id, drafts)?.the_box(tx, box_name.as_deref())?;
            let csv = tx.frozen_roll(the_box.id)?.to_csv();
            Ok(FrozenRoll { box_name: the_box.name, salt: hex::encode(the_box.roll_salt), csv })
        })
        .await
}
