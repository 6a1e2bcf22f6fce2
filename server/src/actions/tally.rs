//! From the end of voting to the result: what closing puts on the record, and what opens the count.
//!
//! Adding up would be most of the work of closing, so it is done as the votes come: [`crate::sums`] keeps the sums, [`advance`]
//! and [`catch_up`] take in what casts have not handed over, and [`close_record`], in the transaction that closes the ballot,
//! the rest. Nothing is published before the whole record, this sum included, has been verified from its beginning
//! ([`open_if_ready`]).

mod opening;
mod pipe;
mod sums;

use scrutineer_protocol::ParseError;
use scrutineer_protocol::event::{Entry, EventError};
use scrutineer_protocol::tally::TallyError as SumError;
use thiserror::Error;

use crate::elections::Elections;
use crate::proofs::ProofsError;
use crate::store::{BoxRow, Error as StoreError, WriteTx};
use crate::sums::Sums;

pub use opening::{OpeningError, SERVER, SealedCount, needed, open_if_ready, sealed_count};
pub use sums::{advance, catch_up};

/// Why a box cannot be closed.
#[derive(Debug, Error)]
pub enum TallyError {
    /// The record is not there yet, or further.
    #[error("the record of a box does not take it: {0}")]
    Event(#[from] EventError),
    /// A vote on the record does not read back.
    #[error("a vote on the record cannot be read: {0}")]
    Vote(#[from] ParseError),
    /// The votes do not add up.
    #[error("the votes on the record do not add up: {0}")]
    Sum(#[from] SumError),
    /// A step of adding up did not run.
    #[error(transparent)]
    Proofs(#[from] ProofsError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Ends voting on the record of a box: EndBallots, then the sum of the votes that count, still sealed. Part of the
/// transaction that closes the ballot.
///
/// # Errors
/// See [`TallyError`]; then nothing has changed.
pub fn close_record(
    tx: &WriteTx<'_>,
    the_box: &BoxRow,
    elections: &Elections,
    sums: &Sums,
) -> Result<(), TallyError> {
    let id = the_box.id;
    let mut running = sums.of(id, &sums::shape(tx, id, elections)?);
    sums::complete(tx, id, &mut running)?;
    let mut state = tx.record_state(id)?;
    tx.append(id, &Entry::end_ballots(&mut state)?)?;
    let (tally, sized) = running.tally().finish();
    tx.append(id, &Entry::encrypted_tally(&mut state, &tally, &sized)?)?;
    Ok(())
}
