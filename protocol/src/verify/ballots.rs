//! The ballots: read one by one, checked in batches on all cores while the next batch is read, counted in the order of the
//! record.

use super::Visitor;
use super::latest::Latest;
use super::report::{Findings, names};
use super::setup::Setup;
use crate::archive::Record;
use crate::ballot::{Ballot, Unproven};
use crate::group::{EdwardsPoint, Point, all_in_group};
use crate::hash::{Base64Hash, HexHash, sha256_of};
use crate::proof::Checks;
use crate::tally::RunningTally;
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

/// Ballots in a batch. Larger ones would hardly share more work.
const BATCH: usize = 2048;

/// Ballots whose points are encoded together, which takes one division for all of them.
const TOGETHER: usize = 16;

/// Bytes in a batch: where ballots are large, batches have fewer.
const BATCH_BYTES: usize = 8 << 20;

/// A ballot on the record.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Cast<'a> {
    /// Its number among the ballots, from 1.
    pub number: u64,
    /// The height of its event.
    pub height: u64,
    /// The hash of its event.
    pub event: HexHash,
    /// Its tracker: the hash of its bytes.
    pub tracker: Base64Hash,
    /// The public credential that signed it.
    pub credential: &'a Point,
    /// The tracker of the ballot that it replaces.
    pub replaces: Option<Base64Hash>,
}

/// A ballot that waits to be checked.
struct Waiting {
    number: u64,
    height: u64,
    event: HexHash,
    record: Record,
}

/// A ballot that was checked by itself.
pub(super) struct Checked {
    ballot: Ballot,
    /// The credential's place on the list.
    position: usize,
    /// How its form differs from the usual one.
    pub(super) oddity: Option<String>,
}

/// Ballots with what was found of each by itself.
type Batch = Vec<(Waiting, Result<Checked, String>)>;

/// All ballots.
pub(super) struct Ballots {
    /// Seeds the checks that batches share.
    seed: [u8; 32],
    batches: u64,
    waiting: Vec<Waiting>,
    bytes: usize,
    /// The batch that is being checked.
    checking: Option<Receiver<Batch>>,
    /// Ballots on the record.
    number: u64,
    /// Valid ones.
    valid: u64,
    latest: Latest,
    tally: RunningTally,
}

impl Ballots {
    pub(super) fn new(setup: &Setup, seed: [u8; 32]) -> Self {
        let shape: Vec<usize> = setup.election.questions().iter().map(|q| q.ciphertexts()).collect();
        Self {
            seed,
            batches: 0,
            waiting: Vec::new(),
            bytes: 0,
            checking: None,
            number: 0,
            valid: 0,
            tally: RunningTally::new(&shape),
            latest: Latest::new(setup.credentials.len(), shape),
        }
    }

    /// The sum of the ballots that count.
    pub(super) fn tally(&self) -> &RunningTally {
        &self.tally
    }

    /// Valid ballots that do not count because a later one replaced them.
    pub(super) fn replaced(&self) -> u64 {
        self.valid.saturating_sub(self.tally.ballots())
    }

    /// Takes the next ballot.
    pub(super) fn take(
        &mut self,
        height: u64,
        event: HexHash,
        record: Record,
        setup: &Arc<Setup>,
        findings: &mut Findings,
        visitor: &mut impl Visitor,
    ) {
        self.number += 1;
        self.bytes += record.body.len();
        self.waiting.push(Waiting { number: self.number, height, event, record });
        if self.waiting.len() >= BATCH || self.bytes >= BATCH_BYTES {
            self.pass_on(setup, findings, visitor);
        }
    }

    /// Checks and counts every ballot that was taken.
    pub(super) fn flush(&mut self, setup: &Arc<Setup>, findings: &mut Findings, visitor: &mut impl Visitor) {
        self.pass_on(setup, findings, visitor);
        self.collect(setup, findings, visitor);
    }

    /// Counts the batch that is being checked, and has the ballots that wait checked.
    fn pass_on(&mut self, setup: &Arc<Setup>, findings: &mut Findings, visitor: &mut impl Visitor) {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return;
        }
        self.bytes = 0;
        self.batches += 1;
        let seed = sha256_of([&self.seed[..], &self.batches.to_be_bytes()]);
        let (done, checking) = sync_channel(1);
        let all = Arc::clone(setup);
        // A panic would end the whole process, not this archive's report alone.
        let work = move || {
            if let Ok(batch) = catch_unwind(AssertUnwindSafe(|| check_all(waiting, &all, &seed))) {
                // If nobody waits for it any more, nobody misses it.
                drop(done.send(batch));
            }
        };
        // A thread of the pool that waited for another one's work could wait for itself.
        if rayon::current_thread_index().is_some() {
            work()
        } else {
            rayon::spawn(work)
        }
        self.collect(setup, findings, visitor);
        self.checking = Some(checking);
    }

    /// Counts the batch that is being checked.
    fn collect(&mut self, setup: &Setup, findings: &mut Findings, visitor: &mut impl Visitor) {
        let Some(checking) = self.checking.take() else { return };
        let Ok(batch) = checking.recv() else {
            return findings.fail(names::BALLOTS, "votes could not be checked".to_owned());
        };
        for (waiting, checked) in batch {
            let tracker = Base64Hash::from_digest(*waiting.record.hash.digest());
            let counted = checked.and_then(|checked| {
                self.count(&waiting, tracker, &checked, setup, visitor).map(|()| checked.oddity)
            });
            let vote = format_args!("vote {} ({tracker})", waiting.number);
            match counted {
                Ok(None) => {}
                Ok(Some(oddity)) => findings.warn(
                    names::BALLOTS,
                    format!("{vote} is valid, though its form is not the usual one: {oddity}"),
                ),
                Err(why) => findings.fail(names::BALLOTS, format!("{vote}: {why}")),
            }
        }
    }

    /// Counts a valid ballot in place of the same credential's last.
    fn count(
        &mut self,
        waiting: &Waiting,
        tracker: Base64Hash,
        checked: &Checked,
        setup: &Setup,
        visitor: &mut impl Visitor,
    ) -> Result<(), String> {
        if self.latest.has_stood(checked.position, &tracker) {
            return Err("stands on the record already".to_owned());
        }
        let weight = setup.credentials.weight(checked.position);
        let choices = checked.ballot.answers().iter().map(|answer| answer.ciphertexts());
        let replaced = self.latest.replace(checked.position, tracker, choices.clone())?;
        let (replaces, old) = replaced.unzip();
        old.map_or(Ok(()), |old| self.tally.remove(old.iter().map(Vec::as_slice), weight))
            .and_then(|()| self.tally.add(choices, weight))
            .map_err(|error| error.to_string())?;
        self.valid += 1;
        visitor.ballot(&Cast {
            number: waiting.number,
            height: waiting.height,
            event: waiting.event,
            tracker,
            credential: checked.ballot.credential(),
            replaces,
        });
        Ok(())
    }

    /// Says what was found when all ballots have been read.
    pub(super) fn summarize(&self, findings: &mut Findings) {
        findings.pass(
            names::BALLOTS,
            format!(
                "{} sealed votes, each signed under a listed credential and proved to be a valid vote; {} count, {} \
                 replaced by a later one",
                self.number,
                self.tally.ballots(),
                self.replaced()
            ),
        );
    }
}

/// Checks ballots on all cores; that all their points lie in the group, for all of them together.
fn check_all(waiting: Vec<Waiting>, setup: &Setup, seed: &[u8; 32]) -> Batch {
    let read: Vec<_> = waiting.par_chunks(TOGETHER).flat_map_iter(|some| prove(some, setup)).collect();
    let elements: Vec<EdwardsPoint> = read.iter().flatten().flat_map(|read| read.ballot.elements()).collect();
    let proven = all_in_group(&elements, seed);
    let checked = read.into_par_iter().map(|read| {
        let Read { ballot, position, oddity } = read?;
        // Where not all do, each one's are looked at.
        let ballot = if proven { Ok(ballot.proven()) } else { ballot.prove_elements() };
        Ok(Checked { ballot: ballot.map_err(|error| error.to_string())?, position, oddity })
    });
    waiting.into_par_iter().zip(checked).collect()
}

/// A ballot of which everything holds, if its points lie in the group.
struct Read {
    ballot: Unproven,
    /// The credential's place on the list.
    position: usize,
    oddity: Option<String>,
}

/// Everything that can be said of ballots by themselves, but whether their points lie in the group.
fn prove(waiting: &[Waiting], setup: &Setup) -> impl Iterator<Item = Result<Read, String>> {
    let read = |waiting: &Waiting| match read(&waiting.record.body, setup) {
        Ok((read, claims)) => (Ok(read), claims),
        // What cannot be read claims nothing.
        Err(why) => (Err(why), Checks::default()),
    };
    Checks::finish_all(waiting.iter().map(read).collect()).map(|(read, proven)| {
        let read = read?;
        proven.map_err(|error| error.to_string())?;
        Ok(read)
    })
}

/// Everything that can be said of a ballot before its proofs are checked, and what these claim.
fn read(bytes: &[u8], setup: &Setup) -> Result<(Read, Checks), String> {
    let ballot = Unproven::parse_tolerant(bytes, |credential| setup.credentials.decode(credential));
    let (ballot, oddity) = ballot.map_err(|error| error.to_string())?;
    let position = setup.credentials.position(ballot.as_read().credential());
    let position = position.ok_or("its credential is not on the list")?;
    let claims = ballot.as_read().claims(&setup.election).map_err(|error| error.to_string())?;
    Ok((Read { ballot, position, oddity }, claims))
}

/// Everything that can be said of a ballot by itself.
pub(super) fn check(bytes: &[u8], setup: &Setup) -> Result<Checked, String> {
    let (Read { ballot, position, oddity }, claims) = read(bytes, setup)?;
    claims.finish().map_err(|error| error.to_string())?;
    let ballot = ballot.prove_elements().map_err(|error| error.to_string())?;
    Ok(Checked { ballot, position, oddity })
}
