//! Keeping and deleting: everything about a ballot is kept for the time that its file says, from its end on; after that the
//! operator may delete all but what the union must be able to show for ever.

use scrutineer_api::audit;
use scrutineer_ballot::file::BallotFile;
use serde_json::json;

use super::issue::objections_until;
use crate::store::{Actor, BallotRow, Error as StoreError, RowCount, Tx, WriteTx};

/// A day in seconds.
const DAY: i64 = 24 * 60 * 60;

/// Until when everything about a ballot that ends now is kept: never shorter than observers may object, where there is a
/// result since `tallied`.
#[must_use]
pub fn keep_until(file: &BallotFile, tallied: Option<i64>, now: i64) -> i64 {
    let kept = now.saturating_add(i64::from(file.keep_days).saturating_mul(DAY));
    tallied.map_or(kept, |tallied| kept.max(objections_until(file, tallied)))
}

/// A ballot whose time is over, with what would be deleted of it.
#[derive(Clone, Debug)]
pub struct Purgeable {
    /// The ballot.
    pub ballot: BallotRow,
    /// Its title.
    pub title: String,
    /// Rows by kind; none of the kinds that are empty.
    pub rows: Vec<RowCount>,
}

impl Purgeable {
    /// How many rows there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.rows.iter().map(|row| row.count).sum()
    }
}

/// The ballots whose time is over, the oldest first.
///
/// # Errors
/// The database's.
pub fn purgeable(tx: &Tx<'_>) -> Result<Vec<Purgeable>, StoreError> {
    let ballots = tx.ballots_past_keeping()?;
    let look = |ballot: BallotRow| {
        let (title, rows) = (ballot.file()?.title, tx.purgeable_rows(ballot.id)?);
        Ok(Purgeable { ballot, title, rows })
    };
    ballots.into_iter().map(look).collect()
}

/// Deletes what [`purgeable`] lists, all of it or nothing, with an entry in the log for each ballot; what it was.
///
/// # Errors
/// The database's.
pub fn purge(tx: &WriteTx<'_>) -> Result<Vec<Purgeable>, StoreError> {
    let purged = purgeable(tx)?;
    for one in &purged {
        tx.purge(one.ballot.id)?;
        let detail = json!({ "ballot": one.ballot.uuid, "title": one.title, "rows": one.count() });
        tx.audit(&Actor::Operator, audit::Deed::BallotPurged, &detail)?;
    }
    Ok(purged)
}
