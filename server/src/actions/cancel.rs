//! Cancelling a ballot: it ends without a result, for a reason that everybody can read.

use scrutineer_api::audit;
use scrutineer_api::ballot::{BallotState, Cancellation};
use scrutineer_ballot::proposal::Content;
use scrutineer_ballot::text::{TextError, paragraphs};
use thiserror::Error;

use super::ballot_deed::{self, BallotRefusal};
use super::closing::end_voting;
use super::finish;
use super::keeping::keep_until;
use super::proposals::{Asked, ByTwo, Means, circumstances, propose};
use super::tally::SERVER;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::data_folder::DataFolder;
use crate::domain::life::{BallotDeed, can_be_opened};
use crate::domain::two_people::{Decision, Deed, decide};
use crate::store::{BallotId, BallotRow, BoxRow, Error as StoreError, Tx, WriteTx};

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

/// A cancellation as it was asked for, checked as far as that goes without the database.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    /// The public reason.
    pub(super) reason: String,
    /// Tellers who can no longer open the count, sorted.
    pub(super) lost_tellers: Vec<String>,
}

/// Cancels a practice ballot, or a draft that members were not told of; proposes it for any other.
///
/// # Errors
/// See [`CancelError`].
pub async fn cancel(
    app: &App,
    caller: &Caller,
    id: String,
    asked: Cancellation,
) -> Result<Asked<()>, CancelError> {
    let reason = paragraphs(&asked.reason, MOST_REASON)?;
    let mut lost_tellers: Vec<_> = asked.lost_tellers.iter().map(|no| no.trim().to_owned()).collect();
    lost_tellers.sort();
    lost_tellers.dedup();
    let (caller, means, asked) = (caller.clone(), Means::of(app), Checked { reason, lost_tellers });
    let cancelled = app
        .store
        .write("cancel ballot", move |tx| {
            let (ballot, content) = content(tx, &means, &caller, &id, &asked)?;
            let (id, Checked { reason, lost_tellers }) = (ballot.uuid.to_string(), asked.clone());
            let deed = Deed::CancelBallot { ballot: id.clone(), reason, lost_tellers };
            match decide(&deed, &circumstances(tx, &means, Some(&ballot))?) {
                Decision::DoNow => apply(tx, &means, &caller, &id, &asked, None).map(Asked::Done),
                Decision::Propose => {
                    Ok(Asked::Waits(propose(tx, &means, &caller, &deed, Some(ballot.id), &content)?))
                }
            }
        })
        .await?;
    match cancelled {
        Asked::Waits(proposal) => Ok(Asked::Waits(proposal)),
        Asked::Done(id) => {
            finish::ballot(app, id).await;
            Ok(Asked::Done(()))
        }
    }
}

/// What cancelling would do, if it can be done now.
pub(super) fn content(
    tx: &Tx<'_>,
    means: &Means,
    caller: &Caller,
    id: &str,
    asked: &Checked,
) -> Result<(BallotRow, Content), CancelError> {
    let (named, file, _) = ballot_deed::begin(tx, caller, id, BallotDeed::Cancel)?;
    let ballot = named.ballot;
    if ballot.state == BallotState::Closed {
        refuse_if_it_can_be_opened(tx, &means.folder, &ballot, &asked.lost_tellers)?;
    } else if !asked.lost_tellers.is_empty() {
        return Err(CancelError::TellersNotAsked);
    }
    let content = Content::CancelBallot {
        ballot: ballot.uuid.to_string(),
        title: file.title,
        state: ballot.state.as_str().to_owned(),
        reason: asked.reason.clone(),
        lost_tellers: asked.lost_tellers.clone(),
    };
    Ok((ballot, content))
}

/// Cancels a ballot that [`content`] was found for in this transaction; which one it was.
pub(super) fn apply(
    tx: &WriteTx<'_>,
    means: &Means,
    caller: &Caller,
    id: &str,
    asked: &Checked,
    by: Option<&ByTwo>,
) -> Result<BallotId, CancelError> {
    let (named, file, _) = ballot_deed::begin(tx, caller, id, BallotDeed::Cancel)?;
    let (ballot, reason) = (named.ballot, &asked.reason);
    tx.set_cancelled(ballot.id, reason, keep_until(&file, None, tx.now()))?;
    end_voting(tx, &ballot, means.settings.sessions)?;
    let mut detail = serde_json::json!({
        "ballot": ballot.uuid, "was": ballot.state.as_str(), "reason": reason,
    });
    if !asked.lost_tellers.is_empty() {
        detail["lost_tellers"] = serde_json::json!(asked.lost_tellers);
    }
    tx.audit(&caller.actor(), audit::Deed::BallotCancelled, &ByTwo::note(by, &detail)?)?;
    Ok(ballot.id)
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
