//! The ballots: read one by one, checked in batches on all cores, counted in the order of the record.

use super::Visitor;
use super::report::{Findings, names};
use super::setup::Setup;
use crate::archive::Record;
use crate::ballot::Ballot;
use crate::elgamal::Ciphertext;
use crate::group::Point;
use crate::hash::{Base64Hash, HexHash};
use crate::tally::RunningTally;
use curve25519_dalek::edwards::CompressedEdwardsY;
use rayon::prelude::*;
use std::collections::HashSet;

/// Ballots in a batch.
const BATCH: usize = 512;

/// Bytes in a batch: where ballots are large, batches have fewer.
const BATCH_BYTES: usize = 32 << 20;

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

/// The ballot of a credential that counts so far.
struct Last {
    tracker: Base64Hash,
    /// Encodings of all its ciphertexts: enough to take it out again, in a sixth of the memory.
    choices: Box<[[u8; 32]]>,
}

/// All ballots.
pub(super) struct Ballots {
    waiting: Vec<Waiting>,
    bytes: usize,
    /// Ballots on the record.
    number: u64,
    /// Valid ones.
    valid: u64,
    seen: HashSet<[u8; 32]>,
    /// By the credentials' places.
    last: Vec<Option<Last>>,
    shape: Vec<usize>,
    tally: RunningTally,
}

impl Ballots {
    pub(super) fn new(setup: &Setup) -> Self {
        let shape: Vec<usize> = setup.election.questions().iter().map(|q| q.ciphertexts()).collect();
        let mut last = Vec::new();
        last.resize_with(setup.credentials.len(), || None);
        Self {
            waiting: Vec::new(),
            bytes: 0,
            number: 0,
            valid: 0,
            seen: HashSet::new(),
            last,
            tally: RunningTally::new(&shape),
            shape,
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
        setup: &Setup,
        findings: &mut Findings,
        visitor: &mut impl Visitor,
    ) {
        self.number += 1;
        self.bytes += record.body.len();
        self.waiting.push(Waiting { number: self.number, height, event, record });
        if self.waiting.len() >= BATCH || self.bytes >= BATCH_BYTES {
            self.flush(setup, findings, visitor);
        }
    }

    /// Checks and counts the ballots that wait.
    pub(super) fn flush(&mut self, setup: &Setup, findings: &mut Findings, visitor: &mut impl Visitor) {
        let waiting = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        let checked: Vec<Result<Checked, String>> =
            waiting.par_iter().map(|waiting| check(&waiting.record.body, setup)).collect();
        for (waiting, checked) in waiting.iter().zip(checked) {
            let tracker = Base64Hash::from_digest(*waiting.record.hash.digest());
            let counted = match checked {
                _ if !self.seen.insert(*tracker.digest()) => Err("stands on the record already".to_owned()),
                Ok(checked) => {
                    self.count(waiting, tracker, &checked, setup, visitor).map(|()| checked.oddity)
                }
                Err(why) => Err(why),
            };
            let vote = format!("vote {} ({tracker})", waiting.number);
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
        let weight = setup.credentials.weight(checked.position);
        let choices = checked.ballot.answers().iter().map(|answer| answer.ciphertexts());
        let Some(slot) = self.last.get_mut(checked.position) else {
            return Err("its credential is not on the list".to_owned());
        };
        let encodings =
            choices.clone().flatten().flat_map(|choice| [*choice.alpha.encoding(), *choice.beta.encoding()]);
        let last = slot.replace(Last { tracker, choices: encodings.collect() });
        let replaced = match &last {
            None => Ok(()),
            Some(last) => {
                let old = decode(&last.choices, &self.shape);
                self.tally.remove(old.iter().map(Vec::as_slice), weight)
            }
        };
        replaced.and_then(|()| self.tally.add(choices, weight)).map_err(|error| error.to_string())?;
        self.valid += 1;
        visitor.ballot(&Cast {
            number: waiting.number,
            height: waiting.height,
            event: waiting.event,
            tracker,
            credential: checked.ballot.credential(),
            replaces: last.map(|last| last.tracker),
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

/// Everything that can be said of a ballot by itself.
pub(super) fn check(bytes: &[u8], setup: &Setup) -> Result<Checked, String> {
    let (ballot, oddity) = Ballot::parse_tolerant(bytes).map_err(|error| error.to_string())?;
    let position =
        setup.credentials.position(ballot.credential()).ok_or("its credential is not on the list")?;
    ballot.verify(&setup.election).map_err(|error| error.to_string())?;
    Ok(Checked { ballot, position, oddity })
}

/// The ciphertexts again, by question.
fn decode(encodings: &[[u8; 32]], shape: &[usize]) -> Vec<Vec<Ciphertext>> {
    // They were points of the group when they were encoded.
    let point = |encoding: &[u8; 32]| {
        CompressedEdwardsY(*encoding).decompress().map_or_else(Point::neutral, Point::new)
    };
    let mut pairs = encodings.as_chunks::<2>().0.iter();
    let question = |count: &usize| {
        pairs.by_ref().take(*count).map(|[a, b]| Ciphertext { alpha: point(a), beta: point(b) }).collect()
    };
    shape.iter().map(question).collect()
}
