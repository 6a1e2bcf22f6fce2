//! Cancelling a ballot: it ends without a result, for a reason that everybody can read.

use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::{BallotState, Cancellation};
use scrutineer_ballot::text::{TextError, paragraphs};
use thiserror::Error;

use super::ballot_deed::{self, BallotRefusal};
use super::closing::end_voting;
use super::finish;
use super::tally::SERVER;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::data_folder::DataFolder;
use crate::domain::life::{BallotDeed, can_be_opened};
use crate::store::{BallotRow, BoxRow, Error as StoreError, Tx};

/// Most characters of a reason.
const MOST_REASON: usize = 2_000;

/// Why a ballot was not cancelled.
#[derive(Debug, Error)]
pub enum CancelError {
    /// Which ballot, may the caller, may it now?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// The reason cannot be taken.
    #[error("the reason {0}; it is shown to everybody")]
    Reason(#[from] TextError),
    /// Tellers were named for a ballot that is not closed.
    #[error("lost tellers are named only when a closed ballot is cancelled")]
    TellersNotAsked,
    /// Not on the board.
    #[error("not on this ballot's board: {}", .0.join(", "))]
    NotTellers(Vec<String>),
    /// Enough tellers are left.
    #[error(
        "the votes are in, and {left} tellers can still open the count or have done their part, of whom {needed} are needed; a \
         closed ballot is cancelled only when fewer are left: name those who are lost"
    )]
    CanBeOpened {
        /// Tellers left.
        left: usize,
        /// Tellers needed.
        needed: usize,
    },
    /// The server opens it alone and can.
    #[error(
        "the votes are in and the server can open the count, so this ballot cannot be cancelled any more"
    )]
    ServerCanOpen,
}

impl From<StoreError> for CancelError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

/// Cancels a ballot.
///
/// # Errors
/// See [`CancelError`].
pub async fn cancel(app: &App, caller: &Caller, id: String, asked: Cancellation) -> Result<(), CancelError> {
    let reason = paragraphs(&asked.reason, MOST_REASON)?;
    let mut lost: Vec<_> = asked.lost_tellers.iter().map(|no| no.trim().to_owned()).collect();
    lost.sort();
    lost.dedup();
    let (caller, folder, sessions) = (caller.clone(), app.folder.clone(), app.settings.sessions);
    let cancelled = app
        .store
        .write("cancel ballot", move |tx| {
            let (named, _, _) = ballot_deed::begin(tx, &caller, &id, BallotDeed::Cancel)?;
            let ballot = named.ballot;
            if ballot.state == BallotState::Closed {
                refuse_if_it_can_be_opened(tx, &folder, &ballot, &lost)?;
            } else if !lost.is_empty() {
                return Err(CancelError::TellersNotAsked);
            }
            tx.set_cancelled(ballot.id, &reason)?;
            end_voting(tx, &ballot, sessions)?;
            let mut detail = serde_json::json!({
                "ballot": ballot.uuid, "was": ballot.state.as_str(), "reason": reason,
            });
            if !lost.is_empty() {
                detail["lost_tellers"] = serde_json::json!(lost);
            }
            tx.audit(&caller.actor(), Deed::BallotCancelled, &detail)?;
            Ok::<_, CancelError>(ballot.id)
        })
        .await?;
    finish::ballot(app, cancelled).await;
    Ok(())
}

fn refuse_if_it_can_be_opened(
    tx: &Tx<'_>,
    folder: &DataFolder,
    ballot: &BallotRow,
    lost: &[String],
) -> Result<(), CancelError> {
    let boxes = tx.boxes_of(ballot.id)?;
    let server_lost = boxes.iter().any(|one| folder.server_key(&one.election).is_err());
    let Some(board) = ballot.board else {
        return if server_lost { Ok(()) } else { Err(CancelError::ServerCanOpen) };
    };
    let (tellers, needed) = (tx.tellers(board)?, tx.board_row(board)?.threshold);
    let unknown: Vec<_> =
        lost.iter().filter(|no| tellers.iter().all(|teller| teller.member_no != **no)).cloned().collect();
    if !unknown.is_empty() {
        return Err(CancelError::NotTellers(unknown));
    }
    // Who has opened a box has done for it all that a teller does.
    let mut lacking = 0;
    for teller in tellers.iter().filter(|teller| lost.contains(&teller.member_no)) {
        lacking += usize::from(!has_opened_all(tx, teller.seat, &boxes)?);
    }
    if !server_lost && can_be_opened(needed, tellers.len(), lacking) {
        return Err(CancelError::CanBeOpened { left: tellers.len() - lacking, needed });
    }
    Ok(())
}

/// Whether a teller's share of every box is there.
fn has_opened_all(tx: &Tx<'_>, seat: usize, boxes: &[BoxRow]) -> Result<bool, StoreError> {
    let owner = seat.saturating_add(SERVER);
    for one in boxes {
        if tx.shares(one.id)?.iter().all(|share| usize::try_from(share.owner) != Ok(owner)) {
            return Ok(false);
        }
    }
    Ok(true)
}
