//! Keeping the sealed sums of open ballots current: what was not handed over by casts is read from the record, a short look
//! at a time, and decoded on the pool that checks proofs.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use scrutineer_protocol::ParseError;
use scrutineer_protocol::ballot::recorded_choices;
use scrutineer_protocol::hash::Base64Hash;

use super::TallyError;
use crate::app::App;
use crate::elections::Elections;
use crate::store::{BallotId, BoxId, Error as StoreError, Tx};
use crate::sums::{Change, Choices, Known, Running};

/// Bytes of votes that are read at once, besides the one that goes beyond it.
const STEP_BYTES: usize = 1 << 20;
/// The most votes that are read at once.
const STEP_VOTES: u64 = 1024;
/// How many steps the schedule takes at a time: what closes at its time does not wait for more.
const STEPS_AT_A_TIME: usize = 16;

/// A vote that a sum lacks, and the vote that it replaces, as they were found.
struct Lacking {
    height: u64,
    vote: Found,
    replaced: Option<String>,
}

/// A vote.
enum Found {
    /// Handed over by its cast.
    Decoded(Choices),
    /// Read from the record.
    Text(String),
}

impl Lacking {
    /// Every vote on the record was verified before it got there.
    fn decode(self) -> Result<Change, ParseError> {
        let adds = match self.vote {
            Found::Decoded(choices) => choices,
            Found::Text(text) => recorded_choices(text.as_bytes())?,
        };
        let removes = self.replaced.map(|text| recorded_choices(text.as_bytes())).transpose()?;
        Ok(Change { height: self.height, adds, removes })
    }
}

/// The next votes on the record of a box after a height; none if there are no more.
fn read(
    tx: &Tx<'_>,
    id: BoxId,
    after: u64,
    mut known: HashMap<u64, Known>,
) -> Result<Vec<Lacking>, TallyError> {
    let last = tx.last_vote(id)?.min(after.saturating_add(STEP_VOTES));
    let (mut lacking, mut bytes) = (Vec::new(), 0);
    for height in after.saturating_add(1)..=last {
        let vote_at = |height| -> Result<String, TallyError> {
            let body = tx.record_datum(id, height, 0)?;
            Ok(body.ok_or_else(|| StoreError::Corrupt(format!("no vote at height {height}")))?)
        };
        let (vote, replaces) = match known.remove(&height) {
            Some(Known { choices, replaces }) => (Found::Decoded(choices), replaces),
            None => {
                let text = vote_at(height)?;
                bytes += text.len();
                let vote = tx.vote(id, &Base64Hash::of(text.as_bytes()))?;
                let vote = vote.ok_or_else(|| StoreError::Corrupt(format!("no vote of height {height}")))?;
                (Found::Text(text), vote.replaces)
            }
        };
        let replaced = replaces.map(vote_at).transpose()?;
        bytes += replaced.as_ref().map_or(0, String::len);
        lacking.push(Lacking { height, vote, replaced });
        if bytes >= STEP_BYTES {
            break;
        }
    }
    Ok(lacking)
}

/// How many ciphertexts each question of a box has.
pub(super) fn shape(tx: &Tx<'_>, id: BoxId, elections: &Elections) -> Result<Vec<usize>, StoreError> {
    let election = elections.of(tx, id)?;
    Ok(election.election.questions().iter().map(|question| question.ciphertexts()).collect())
}

/// Takes what lacks into a sum, in a transaction that sees the whole record.
pub(super) fn complete(tx: &Tx<'_>, id: BoxId, running: &mut Running) -> Result<(), TallyError> {
    loop {
        let lacking = read(tx, id, running.height(), HashMap::new())?;
        if lacking.is_empty() {
            return Ok(());
        }
        for one in lacking {
            running.apply(&one.decode()?)?;
        }
    }
}

/// Takes the next votes that lack into the kept sum of a box. Whether there were any.
async fn step(app: &App, id: BoxId) -> Result<bool, TallyError> {
    let (elections, sums) = (Arc::clone(&app.elections), Arc::clone(&app.sums));
    let lacking = app
        .store
        .read("sums: step", move |tx| {
            let after = sums.of(id, &shape(tx, id, &elections)?).height();
            read(tx, id, after, sums.known(id, after.saturating_add(STEP_VOTES)))
        })
        .await?;
    if lacking.is_empty() {
        return Ok(false);
    }
    let decode = move || lacking.into_iter().map(Lacking::decode).collect::<Result<Vec<_>, _>>();
    let changes = app.proofs.run_aside(decode).await??;
    app.sums.apply(id, &changes)?;
    Ok(true)
}

/// Brings the sums of a ballot's boxes to where its records are, before it is closed.
///
/// # Errors
/// See [`TallyError`].
pub async fn catch_up(app: &App, ballot: BallotId) -> Result<(), TallyError> {
    let boxes: Result<_, StoreError> = app.store.read("sums: boxes", move |tx| tx.boxes_of(ballot)).await;
    for one in boxes? {
        while step(app, one.id).await? {}
    }
    Ok(())
}

/// The same, a bounded part of it, for all boxes that take votes, with the heights of their last ones: part of the schedule.
///
/// # Errors
/// See [`TallyError`].
pub async fn advance(app: &App, boxes: &[(BoxId, u64)]) -> Result<(), TallyError> {
    app.sums.keep_only(&boxes.iter().map(|(id, _)| *id).collect::<HashSet<_>>());
    let mut steps = STEPS_AT_A_TIME;
    for (id, last) in boxes {
        while steps > 0 && app.sums.height(*id).is_none_or(|height| height < *last) {
            steps -= 1;
            if !step(app, *id).await? {
                break;
            }
        }
    }
    Ok(())
}
