//! The sealed sums of the boxes of open ballots, kept current while votes come in, so that closing has nothing to add up.
//!
//! A cast hands over the points that the check of its proofs has decoded anyway. What is not handed over (after a restart, or
//! because a client went away at the wrong moment), and what a replaced vote takes away again, is read from the record:
//! `actions::tally` does that in the background, and once more when the ballot is closed. A sum holds the votes up to one
//! height of the record and none beyond it; whatever comes out of order waits here until what lacks has come.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use scrutineer_protocol::ballot::Ballot;
use scrutineer_protocol::elgamal::Ciphertext;
use scrutineer_protocol::tally::{RunningTally, TallyError};

use crate::store::BoxId;

/// What was sealed, by question.
pub type Choices = Vec<Vec<Ciphertext>>;

/// The most ciphertexts of a box that wait for what lacks before them; some 400 bytes each. What finds no room is read from the
/// record.
const MOST_WAITING: usize = 1 << 14;

/// What a verified vote adds to the sum.
#[must_use]
pub fn choices_of(ballot: &Ballot) -> Choices {
    ballot.answers().iter().map(|answer| answer.ciphertexts().to_vec()).collect()
}

/// A vote on the record, as the cast left it.
pub struct Cast {
    /// The height of its event.
    pub height: u64,
    /// The height of the vote that counted before it, if there was one.
    pub replaces: Option<u64>,
    /// What it adds.
    pub choices: Choices,
}

/// What the next vote on the record does to the sum.
#[derive(Clone)]
pub struct Change {
    /// The height of its event.
    pub height: u64,
    /// What it adds.
    pub adds: Choices,
    /// What the vote that it replaces had added.
    pub removes: Option<Choices>,
}

/// The sum of a box as of a height.
#[derive(Clone)]
pub struct Running {
    tally: RunningTally,
    height: u64,
}

impl Running {
    /// The sum before the first vote; `shape` is the number of ciphertexts of each question.
    #[must_use]
    pub fn new(shape: &[usize]) -> Self {
        Self { tally: RunningTally::new(shape), height: 0 }
    }

    /// The last event that is in.
    #[must_use]
    pub const fn height(&self) -> u64 {
        self.height
    }

    /// The sum.
    #[must_use]
    pub const fn tally(&self) -> &RunningTally {
        &self.tally
    }

    /// Takes in the next vote on the record. What is in already, or is not the next, changes nothing.
    ///
    /// # Errors
    /// Votes that cannot be added up.
    pub fn apply(&mut self, change: &Change) -> Result<(), TallyError> {
        if change.height != self.height.saturating_add(1) {
            return Ok(());
        }
        // All or nothing: a sum that has taken in half a change is none.
        let mut tally = self.tally.clone();
        if let Some(removes) = &change.removes {
            tally.remove(removes.iter().map(Vec::as_slice), 1)?;
        }
        tally.add(change.adds.iter().map(Vec::as_slice), 1)?;
        (self.tally, self.height) = (tally, change.height);
        Ok(())
    }
}

/// A box's sum, and the casts that wait for what lacks before them.
struct BoxSum {
    running: Running,
    waiting: BTreeMap<u64, Cast>,
    ciphertexts: usize,
}

impl BoxSum {
    /// Takes in what waits, as far as nothing lacks.
    fn settle(&mut self) -> Result<(), TallyError> {
        while let Some(first) = self.waiting.first_entry() {
            let height = *first.key();
            let is_next = height == self.running.height().saturating_add(1);
            if is_next && first.get().replaces.is_some() || height > self.running.height().saturating_add(1) {
                break;
            }
            let cast = first.remove();
            self.ciphertexts -= size(&cast);
            if is_next {
                self.running.apply(&Change { height, adds: cast.choices, removes: None })?;
            }
        }
        Ok(())
    }
}

fn size(cast: &Cast) -> usize {
    cast.choices.iter().map(Vec::len).sum()
}

/// The sums of all boxes that take votes.
#[derive(Default)]
pub struct Sums(Mutex<HashMap<BoxId, BoxSum>>);

/// What is known of a vote that a sum lacks: what it adds, and the vote whose part it takes away.
pub struct Known {
    /// The height of the vote that it replaces.
    pub replaces: Option<u64>,
    /// What it adds.
    pub choices: Choices,
}

impl Sums {
    fn lock(&self) -> MutexGuard<'_, HashMap<BoxId, BoxSum>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sum of a box; from now on it is kept.
    #[must_use]
    pub fn of(&self, id: BoxId, shape: &[usize]) -> Running {
        let empty = || BoxSum { running: Running::new(shape), waiting: BTreeMap::new(), ciphertexts: 0 };
        self.lock().entry(id).or_insert_with(empty).running.clone()
    }

    /// The last event that is in the sum of a box; none where it is not kept.
    #[must_use]
    pub fn height(&self, id: BoxId) -> Option<u64> {
        self.lock().get(&id).map(|sum| sum.running.height())
    }

    /// A vote that is durably on the record.
    ///
    /// # Errors
    /// Votes that cannot be added up.
    pub fn take(&self, id: BoxId, cast: Cast) -> Result<(), TallyError> {
        let mut sums = self.lock();
        // What is not kept yet will be read from the record.
        let Some(sum) = sums.get_mut(&id) else { return Ok(()) };
        let ciphertexts = sum.ciphertexts + size(&cast);
        if cast.height > sum.running.height() && ciphertexts <= MOST_WAITING {
            sum.ciphertexts = ciphertexts;
            if let Some(twice) = sum.waiting.insert(cast.height, cast) {
                sum.ciphertexts -= size(&twice);
            }
        }
        sum.settle()
    }

    /// What has been handed over of the next votes on a box's record, by height.
    #[must_use]
    pub fn known(&self, id: BoxId, up_to: u64) -> HashMap<u64, Known> {
        let known = |cast: &Cast| Known { replaces: cast.replaces, choices: cast.choices.clone() };
        let sums = self.lock();
        let waiting = sums.get(&id).into_iter().flat_map(|sum| sum.waiting.range(..=up_to));
        waiting.map(|(height, cast)| (*height, known(cast))).collect()
    }

    /// Takes in what was read from the record. The sum may have gone on meanwhile.
    ///
    /// # Errors
    /// Votes that cannot be added up.
    pub fn apply(&self, id: BoxId, changes: &[Change]) -> Result<(), TallyError> {
        let mut sums = self.lock();
        let Some(sum) = sums.get_mut(&id) else { return Ok(()) };
        changes.iter().try_for_each(|change| sum.running.apply(change))?;
        sum.settle()
    }

    /// Keeps no other sums than those of these boxes.
    pub fn keep_only(&self, boxes: &HashSet<BoxId>) {
        self.lock().retain(|id, _| boxes.contains(id));
    }
}
