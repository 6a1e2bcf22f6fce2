//! Closing a ballot: the record ends its votes and holds their sealed sum, and what joined members to credentials is
//! destroyed, in one transaction. What is left to do after it, `finish` does.

use std::sync::Arc;

use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::BallotState;
use scrutineer_ballot::file::BallotFileError;
use thiserror::Error;

use super::ballot_deed::{self, BallotRefusal};
use super::{finish, letters, tally};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::life::BallotDeed;
use crate::domain::turnout;
use crate::store::{Actor, BallotId, BallotRow, Error as StoreError, SessionLimits, WriteTx};

/// Why a ballot was not closed.
#[derive(Debug, Error)]
pub enum ClosingError {
    /// Which ballot, may the caller, may it now?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// It closes by itself.
    #[error("the ballot closes by itself on {0}; a ballot with a deadline cannot be closed before it")]
    HasDeadline(String),
    /// The votes do not add up.
    #[error("the ballot cannot be closed: {0}")]
    Tally(#[from] tally::TallyError),
    /// The kept file does not read back.
    #[error(transparent)]
    File(#[from] BallotFileError),
}

impl From<StoreError> for ClosingError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

/// Closes a ballot without a deadline by command.
///
/// # Errors
/// See [`ClosingError`]; then it stays open.
pub async fn close(app: &App, caller: &Caller, id: String) -> Result<(), ClosingError> {
    let (asker, typed) = (caller.clone(), id);
    let found = app
        .store
        .read("close: look", move |tx| {
            let (named, file, _) = ballot_deed::begin(tx, &asker, &typed, BallotDeed::Close)?;
            match named.ballot.closes_at {
                Some(closes) => Err(ClosingError::HasDeadline(file.zone()?.sentence(closes))),
                None => Ok(named.ballot.id),
            }
        })
        .await?;
    do_close(app, caller.actor(), found, |ballot, _| ballot.closes_at.is_none()).await
}

/// Closes a ballot whose deadline has come.
///
/// # Errors
/// See [`ClosingError`].
pub(super) async fn close_due(app: &App, id: BallotId) -> Result<(), ClosingError> {
    let due = |ballot: &BallotRow, now| ballot.closes_at.is_some_and(|closes| closes <= now);
    do_close(app, Actor::Server, id, due).await
}

async fn do_close(
    app: &App,
    actor: Actor,
    id: BallotId,
    still: fn(&BallotRow, i64) -> bool,
) -> Result<(), ClosingError> {
    tally::catch_up(app, id).await?;
    let sessions = app.settings.sessions;
    let (elections, sums) = (Arc::clone(&app.elections), Arc::clone(&app.sums));
    app.store
        .write("close ballot", move |tx| {
            let ballot = tx.ballot(id)?;
            BallotDeed::Close.after(ballot.state).map_err(BallotRefusal::from)?;
            if !still(&ballot, tx.now()) {
                return Ok(());
            }
            for one in tx.boxes_of(id)? {
                tally::close_record(tx, &one, &elections, &sums)?;
            }
            tx.set_closed(id)?;
            let cast = end_voting(tx, &ballot, sessions)?;
            let detail = serde_json::json!({ "ballot": ballot.uuid, "cast": cast });
            tx.audit(&actor, Deed::BallotClosed, &detail)?;
            Ok::<_, ClosingError>(())
        })
        .await?;
    finish::ballot(app, id).await;
    Ok(())
}

/// What the end of voting does besides the record, however it ends: shows the records whole and the exact count, deletes
/// what joins members to credentials, ends the voters' sessions and levels the times of the others. How many members have
/// voted.
///
/// # Errors
/// The database's.
pub(super) fn end_voting(
    tx: &WriteTx<'_>,
    ballot: &BallotRow,
    sessions: SessionLimits,
) -> Result<u64, StoreError> {
    for one in tx.boxes_of(ballot.id)? {
        if let Some(head) = tx.record_head(one.id)? {
            tx.publish(one.id, head.height)?;
        }
    }
    let told = turnout::publish_last(&tx.turnout_by_unit(ballot.id)?, &tx.turnout_known(ballot.id)?);
    // How turnout grew from day to day has been told; nobody needs it any more.
    tx.forget_turnout(ballot.id)?;
    tx.tell_turnout(ballot.id, tx.now(), Some(&told))?;
    letters::ended(tx, ballot.id)?;
    tx.erase_bindings(ballot.id)?;
    tx.forget_code_requests(ballot.id)?;
    let own: u64 = tx.boxes_of(ballot.id)?.iter().map(|one| one.own_reissues).sum();
    if own > 0 {
        // Not one by one when they were: their order would be the order of votes.
        let detail = serde_json::json!({ "ballot": ballot.uuid, "codes": own });
        tx.audit(&Actor::Server, Deed::OwnCodesReplaced, &detail)?;
    }
    if ballot.state == BallotState::Open {
        tx.remove_sessions_of_voters(ballot.id)?;
        tx.level_session_times(sessions)?;
    }
    Ok(told.cast())
}
