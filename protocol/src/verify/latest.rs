//! The ballot of every credential that counts so far: all that verifying keeps of the ballots.
//!
//! Memory: 4 bytes a credential; 32 bytes and the encodings of the sealed numbers (64 bytes each) for one that has voted,
//! enough to take its ballot out of the sum again; 32 bytes for a ballot that was replaced.

use crate::elgamal::Ciphertext;
use crate::group::Point;
use crate::hash::Base64Hash;
use std::collections::HashSet;

/// The ballots that count so far.
pub(super) struct Latest {
    /// Ciphertexts of each question.
    shape: Vec<usize>,
    /// By the credential's place on the list, one more than its place among those that have voted; 0 for none.
    slots: Vec<u32>,
    /// Trackers, in the order in which credentials voted first.
    trackers: Vec<Base64Hash>,
    /// For each of them the encodings of all its points.
    encodings: Vec<[u8; 32]>,
    /// Trackers of ballots that were replaced.
    replaced: HashSet<Base64Hash>,
}

/// Most encodings that room is set aside for: half a gigabyte's.
const MOST_RESERVED: usize = 1 << 24;

/// The tracker of a ballot that was replaced, and its sealed numbers by question.
pub(super) type Replaced = (Base64Hash, Vec<Vec<Ciphertext>>);

impl Latest {
    /// No ballots. `shape` is the number of ciphertexts of each question.
    pub(super) fn new(credentials: usize, shape: Vec<usize>) -> Self {
        let (mut trackers, mut encodings) = (Vec::new(), Vec::new());
        let points = credentials.saturating_mul(2 * shape.iter().sum::<usize>());
        // Room from the start is not copied as it fills, and takes no memory before. What is missing comes later.
        let _ = trackers.try_reserve_exact(credentials);
        let _ = encodings.try_reserve_exact(points.min(MOST_RESERVED));
        Self { shape, slots: vec![0; credentials], trackers, encodings, replaced: HashSet::new() }
    }

    /// Whether a ballot of a credential, by its place on the list, stands on the record already. Another credential's it
    /// cannot be: the same bytes name the same credential.
    pub(super) fn has_stood(&self, position: usize, tracker: &Base64Hash) -> bool {
        let counts = self.slot(position).and_then(|slot| self.trackers.get(slot));
        counts == Some(tracker) || (counts.is_some() && self.replaced.contains(tracker))
    }

    fn slot(&self, position: usize) -> Option<usize> {
        let one_more = self.slots.get(position)?.checked_sub(1)?;
        usize::try_from(one_more).ok()
    }

    /// Puts a ballot in the place of the same credential's last, and gives that back.
    ///
    /// # Errors
    /// A sentence: there is no such place on the list, or the ballot has another shape; nothing has changed then.
    pub(super) fn replace<'a>(
        &mut self,
        position: usize,
        tracker: Base64Hash,
        choices: impl Iterator<Item = &'a [Ciphertext]> + Clone,
    ) -> Result<Option<Replaced>, &'static str> {
        if !choices.clone().map(<[_]>::len).eq(self.shape.iter().copied()) {
            return Err("it does not have the questions and answers of this election");
        }
        let encodings = choices.flatten().flat_map(|one| [*one.alpha.encoding(), *one.beta.encoding()]);
        let Some(slot) = self.slot(position) else {
            let place = self.slots.get_mut(position).ok_or("its credential is not on the list")?;
            let one_more = u32::try_from(self.trackers.len() + 1);
            *place = one_more.map_err(|_| "there are more votes than can be counted")?;
            self.trackers.push(tracker);
            self.encodings.extend(encodings);
            return Ok(None);
        };
        let points = 2 * self.shape.iter().sum::<usize>();
        let kept = self.encodings.get_mut(slot * points..(slot + 1) * points);
        let (Some(kept), Some(last)) = (kept, self.trackers.get_mut(slot)) else {
            return Err("its credential's last vote cannot be found again");
        };
        let old = decode(kept, &self.shape);
        for (kept, new) in kept.iter_mut().zip(encodings) {
            *kept = new;
        }
        let last = std::mem::replace(last, tracker);
        self.replaced.insert(last);
        Ok(Some((last, old)))
    }
}

/// The ciphertexts again, by question.
fn decode(encodings: &[[u8; 32]], shape: &[usize]) -> Vec<Vec<Ciphertext>> {
    // They were points of the group when they were encoded.
    let point = |encoding: &[u8; 32]| Point::on_curve(*encoding).unwrap_or_else(|_| Point::neutral());
    let mut pairs = encodings.as_chunks::<2>().0.iter();
    let question = |count: &usize| {
        pairs.by_ref().take(*count).map(|[a, b]| Ciphertext { alpha: point(a), beta: point(b) }).collect()
    };
    shape.iter().map(question).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::{power_of_g, small};

    fn ballot(n: u64) -> Vec<Vec<Ciphertext>> {
        let point = |n| Point::new(power_of_g(&small(n)));
        let one = |n| Ciphertext { alpha: point(n), beta: point(n + 1) };
        vec![vec![one(n), one(n + 2)], vec![one(n + 4)]]
    }

    fn tracker(n: u64) -> Base64Hash {
        Base64Hash::of(&n.to_be_bytes())
    }

    #[test]
    fn the_last_ballot_of_a_credential_counts_and_none_stands_twice() {
        let mut latest = Latest::new(5, vec![2, 1]);
        let mut put = |position, n| {
            let ballot = ballot(n);
            assert!(!latest.has_stood(position, &tracker(n)));
            let replaced = latest.replace(position, tracker(n), ballot.iter().map(Vec::as_slice));
            assert!(latest.has_stood(position, &tracker(n)));
            replaced
        };
        assert_eq!(put(3, 10), Ok(None));
        assert_eq!(put(0, 20), Ok(None));
        assert_eq!(put(3, 30), Ok(Some((tracker(10), ballot(10)))));
        assert_eq!(put(4, 40), Ok(None));
        assert_eq!(put(3, 50), Ok(Some((tracker(30), ballot(30)))));
        assert_eq!(put(0, 60), Ok(Some((tracker(20), ballot(20)))));
        assert!(latest.has_stood(3, &tracker(10)) && latest.has_stood(3, &tracker(30)));
        assert!(!latest.has_stood(1, &tracker(10)) && !latest.has_stood(4, &tracker(70)));
    }

    #[test]
    fn what_does_not_fit_changes_nothing() {
        let mut latest = Latest::new(1, vec![2]);
        let choices = ballot(1);
        assert!(latest.replace(0, tracker(1), choices.iter().map(Vec::as_slice)).is_err());
        assert!(latest.replace(1, tracker(1), choices.iter().take(1).map(Vec::as_slice)).is_err());
        assert!(!latest.has_stood(0, &tracker(1)));
        assert_eq!(latest.replace(0, tracker(1), choices.iter().take(1).map(Vec::as_slice)), Ok(None));
    }
}
