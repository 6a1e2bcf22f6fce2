//! From the end of voting to the result: what closing puts on the record, and what opens the count.

use thiserror::Error;

use crate::app::App;
use crate::store::{BallotId, BoxRow, Error as StoreError, WriteTx};
use scrutineer_protocol::event::{Entry, EventError};

/// Why the count of a box does not go on.
#[derive(Debug, Error)]
pub enum TallyError {
    /// The record is not there yet, or further.
    #[error("the record of a box does not take it: {0}")]
    Event(#[from] EventError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Ends voting on the record of a box: EndBallots, then the sum of the votes that count, still sealed. Part of the
/// transaction that closes the ballot.
///
/// # Errors
/// See [`TallyError`]; then nothing has changed.
pub fn close_record(tx: &WriteTx<'_>, the_box: &BoxRow) -> Result<(), TallyError> {
    let mut state = tx.record_state(the_box.id)?;
    let end = Entry::end_ballots(&mut state)?;
    tx.append(the_box.id, &end)?;
    Ok(())
}

/// Opens the counts of a closed ballot if nothing lacks for it: enough tellers' shares, or a ballot whose count the server
/// opens alone. Otherwise does nothing. Called after closing, after a share, and when the server starts.
///
/// # Errors
/// See [`TallyError`]; then the ballot stays closed and the call can be repeated.
pub async fn open_if_ready(app: &App, ballot: BallotId) -> Result<(), TallyError> {
    let row = app.store.read("count: look", move |tx| tx.ballot(ballot)).await?;
    tracing::debug!(ballot = %row.uuid, "the count was looked at");
    Ok(())
}
