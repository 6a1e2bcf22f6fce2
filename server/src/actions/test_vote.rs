//! Testing a vote: before the booth opens what it has sealed, the server is told the tracker and never takes that vote.
//!
//! A vote that was opened and could be cast after all would be one that somebody else may know. Like casting, this writes no
//! audit entry, and nothing here logs a member or a tracker.

use scrutineer_protocol::hash::Base64Hash;
use thiserror::Error;

use super::ballot_id::{self, Drafts, IdError};
use super::cast::{self, NotOpen};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::high_water::Watch;
use crate::store::{BallotId, BoxId, Error as StoreError, OpenError, Tx, WriteTx};

/// Why the server did not note a test. Then the vote must not be opened.
#[derive(Debug, Error)]
pub enum TestError {
    /// Which ballot?
    #[error(transparent)]
    Id(#[from] IdError),
    /// Nothing that could be a tracker.
    #[error("this is not a tracker; a tracker is 43 characters long")]
    Tracker,
    /// The ballot takes no votes.
    #[error("{0}, so no vote can be tested")]
    NotOpen(NotOpen),
    /// The member may not vote here.
    #[error("you are not on the roll that was frozen for this ballot, so you cannot test votes in it")]
    NotOnRoll,
    /// It counts.
    #[error("this vote was cast and is on the record, so it cannot be tested; seal another one to test it")]
    OnRecord,
    /// Enough of it.
    #[error(
        "you have tested {0} votes in this ballot, which is as many as one member may; cast your vote, or ask others to test"
    )]
    TooMany(u64),
    /// The clock is not to be relied on.
    #[error(
        "the server's clock was set back, so it takes no votes and no tests; tell whoever runs the server"
    )]
    ClockWentBackwards,
    /// The key of the bindings cannot be read.
    #[error(transparent)]
    Key(#[from] OpenError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where a member may vote.
struct Claim {
    ballot: BallotId,
    /// The member's own box.
    box_id: BoxId,
    /// What stands for the member in the bindings.
    mac: [u8; 32],
}

/// Has a sealed vote refused from now on. A repeat changes nothing.
///
/// # Errors
/// See [`TestError`]; then it may still be cast.
pub async fn refuse(app: &App, caller: &Caller, id: String, tracker: &str) -> Result<(), TestError> {
    let tracker = Base64Hash::from_text(tracker).map_err(|_| TestError::Tracker)?;
    let claim = match look(app, caller, id.clone()).await {
        // The closing may have destroyed the key while this looked at the ballot; the next look sees that it is closed.
        Err(TestError::Key(_)) => look(app, caller, id).await,
        looked => looked,
    }?;
    let (limit, watch) = (app.settings.votes.tests, app.high_water.watch());
    app.store.write("test vote", move |tx| write(tx, &claim, &tracker, limit, &watch)).await
}

async fn look(app: &App, caller: &Caller, id: String) -> Result<Claim, TestError> {
    let (drafts, member_no) = (Drafts::to(Some(caller)), caller.session().member_no.clone());
    let folder = app.folder.clone();
    app.store
        .read("test vote: look", move |tx: &Tx<'_>| {
            let named = ballot_id::find(tx, &id, drafts)?;
            cast::takes_votes(&named.ballot, tx.now()).map_err(TestError::NotOpen)?;
            let own = tx.box_of_member(named.ballot.id, &member_no)?.map(|(own, _)| own.id);
            let own = own.filter(|own| named.box_id.is_none_or(|named| named == *own));
            let box_id = own.ok_or(TestError::NotOnRoll)?;
            let mac = folder.ballot_key(&named.ballot.uuid)?.mac(&member_no);
            Ok(Claim { ballot: named.ballot.id, box_id, mac })
        })
        .await
}

fn write(
    tx: &WriteTx<'_>,
    claim: &Claim,
    tracker: &Base64Hash,
    limit: u64,
    watch: &Watch,
) -> Result<(), TestError> {
    let now = watch.now(tx.now()).ok_or(TestError::ClockWentBackwards)?;
    cast::still_takes_votes(tx, claim.ballot, now)?.map_err(TestError::NotOpen)?;
    let id = claim.box_id;
    let binding = tx.cast_binding(id, &claim.mac)?.ok_or(TestError::NotOnRoll)?;
    if tx.vote(id, tracker)?.is_some() {
        return Err(TestError::OnRecord);
    }
    if tx.is_tested(id, tracker)? {
        return Ok(());
    }
    if binding.tests >= limit {
        return Err(TestError::TooMany(limit));
    }
    Ok(tx.add_tested(id, tracker, &claim.mac)?)
}
