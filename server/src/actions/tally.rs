//! From the end of voting to the result: what closing puts on the record, and what opens the count.
//!
//! Adding up is most of the work of closing, and it is done beforehand: [`add_up`] adds the votes that count while others
//! still come in, and [`close_record`], in the transaction that closes the ballot, takes in what has changed since.

mod opening;
mod pipe;

use std::sync::Arc;

use scrutineer_protocol::ParseError;
use scrutineer_protocol::ballot::recorded_choices;
use scrutineer_protocol::elgamal::Ciphertext;
use scrutineer_protocol::event::{Entry, EventError};
use scrutineer_protocol::tally::{RunningTally, TallyError as SumError};
use thiserror::Error;

use crate::app::App;
use crate::elections::BoxElection;
use crate::proofs::Proofs;
use crate::store::{BallotId, BoxId, BoxRow, Error as StoreError, Tx, WriteTx};

pub use opening::{OpeningError, SERVER, SealedCount, needed, open_if_ready, sealed_count};

/// Votes that are added up at once.
const CHUNK: u32 = 512;

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
    /// Sums of other boxes.
    #[error("the votes of this box were not added up")]
    NotAddedUp,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The sums of a ballot's boxes as they were at one moment, still sealed.
pub struct Sums(Vec<BoxSums>);

/// The sums of one box.
struct BoxSums {
    id: BoxId,
    tally: RunningTally,
    /// The last event that is in.
    height: u64,
}

/// Adds up the votes of a ballot that count now. Takes some 50 microseconds a vote, so it is done before the transaction
/// that closes the ballot. Every vote was verified before it was recorded.
///
/// # Errors
/// See [`TallyError`].
pub async fn add_up(app: &App, ballot: BallotId) -> Result<Sums, TallyError> {
    let (elections, proofs) = (Arc::clone(&app.elections), Arc::clone(&app.proofs));
    app.store
        .read("add votes up", move |tx| {
            let boxes = tx.boxes_of(ballot)?;
            let sums = boxes.iter().map(|one| {
                let election = elections.of(tx, one.id)?;
                add_up_box(tx, one.id, &election, &proofs)
            });
            Ok(Sums(sums.collect::<Result<_, TallyError>>()?))
        })
        .await
}

fn add_up_box(
    tx: &Tx<'_>,
    id: BoxId,
    election: &BoxElection,
    proofs: &Proofs,
) -> Result<BoxSums, TallyError> {
    let shape: Vec<usize> = election.election.questions().iter().map(|q| q.ciphertexts()).collect();
    let height = tx.record_head(id)?.map_or(0, |head| head.height);
    let mut tally = RunningTally::new(&shape);
    let mut after = None;
    loop {
        let votes = tx.counted_votes(id, after.as_ref(), CHUNK)?;
        let Some(last) = votes.last() else { break };
        after = Some(last.credential);
        for choices in proofs.each(votes, |vote| recorded_choices(vote.body.as_bytes()))? {
            tally.add(choices.iter().map(Vec::as_slice), 1)?;
        }
    }
    Ok(BoxSums { id, tally, height })
}

/// Ends voting on the record of a box: EndBallots, then the sum of the votes that count, still sealed. Part of the
/// transaction that closes the ballot.
///
/// # Errors
/// See [`TallyError`]; then nothing has changed.
pub fn close_record(tx: &WriteTx<'_>, the_box: &BoxRow, sums: &Sums) -> Result<(), TallyError> {
    let id = the_box.id;
    let sums = sums.0.iter().find(|sums| sums.id == id).ok_or(TallyError::NotAddedUp)?;
    let mut tally = sums.tally.clone();
    let choices = |height| -> Result<Vec<Vec<Ciphertext>>, TallyError> {
        let body = tx.record_datum(id, height, 0)?;
        let body = body.ok_or_else(|| StoreError::Corrupt(format!("no vote at height {height}")))?;
        Ok(recorded_choices(body.as_bytes())?)
    };
    for changed in tx.changed_votes(id, sums.height)? {
        if let Some(counted) = changed.counted {
            tally.remove(choices(counted)?.iter().map(Vec::as_slice), 1)?;
        }
        tally.add(choices(changed.counts)?.iter().map(Vec::as_slice), 1)?;
    }
    let mut state = tx.record_state(id)?;
    tx.append(id, &Entry::end_ballots(&mut state)?)?;
    let (tally, sized) = tally.finish();
    tx.append(id, &Entry::encrypted_tally(&mut state, &tally, &sized)?)?;
    Ok(())
}
