//! From `g^n` to `n` for small `n`: baby steps, giant steps. Variable time: the counts are public.

use crate::group::{EdwardsPoint, Scalar, encode_all, power_of_g};
use rayon::prelude::*;
use std::collections::HashMap;

/// The largest total weight whose counts we look for: ten times what the stock server admits. The table
/// for it has a million entries.
pub const LARGEST_TOTAL: u64 = 1_000_000_000_000;

/// How many points are encoded together.
const BATCH: usize = 1024;

/// The table of baby steps for numbers up to a largest one.
pub(super) struct Logarithms {
    largest: u64,
    /// How many baby steps there are: the root of `largest`, rounded up.
    steps: u64,
    /// Encodings of g^0, g^1, ...
    table: HashMap<[u8; 32], u64>,
}

impl Logarithms {
    /// The table for numbers up to `largest`, if that is at most [`LARGEST_TOTAL`].
    pub(super) fn new(largest: u64) -> Option<Self> {
        if largest > LARGEST_TOTAL {
            return None;
        }
        let steps = largest.isqrt() + 1;
        let g = power_of_g(&Scalar::ONE);
        let mut table = HashMap::with_capacity(usize::try_from(steps).ok()?);
        walk(EdwardsPoint::default(), g, steps, |n, encoding| {
            table.insert(encoding, n);
            None::<()>
        });
        Some(Self { largest, steps, table })
    }

    /// The number n with `g^n` = point, if there is one up to the largest.
    fn find(&self, point: EdwardsPoint) -> Option<u64> {
        let giant = -power_of_g(&Scalar::from(self.steps));
        walk(point, giant, self.largest / self.steps + 1, |i, encoding| {
            let n = i * self.steps + self.table.get(&encoding)?;
            (n <= self.largest).then_some(n)
        })
    }

    /// The numbers of many points.
    pub(super) fn find_all(&self, points: &[EdwardsPoint]) -> Vec<Option<u64>> {
        points.par_iter().map(|point| self.find(*point)).collect()
    }
}

/// Visits the encodings of `start`, `start + step`, `start + 2 step`, ... (`count` of them) until `visit`
/// gives something.
fn walk<T>(
    start: EdwardsPoint,
    step: EdwardsPoint,
    count: u64,
    mut visit: impl FnMut(u64, [u8; 32]) -> Option<T>,
) -> Option<T> {
    let mut current = start;
    let mut batch = Vec::with_capacity(BATCH);
    let mut first = 0;
    for n in 0..count {
        batch.push(current);
        current += step;
        if batch.len() == BATCH || n + 1 == count {
            for (i, point) in (first..).zip(encode_all(&batch)) {
                if let Some(found) = visit(i, *point.encoding()) {
                    return Some(found);
                }
            }
            batch.clear();
            first = n + 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_number_up_to_the_largest_and_none_beyond() {
        for largest in [0, 1, 2, 3, 8, 9, 10, 99] {
            let logarithms = Logarithms::new(largest).unwrap();
            let points: Vec<_> = (0..=largest + 12).map(|n| power_of_g(&Scalar::from(n))).collect();
            for (n, found) in (0..).zip(logarithms.find_all(&points)) {
                assert_eq!(found, (n <= largest).then_some(n), "{n} of {largest}");
            }
            assert_eq!(logarithms.find(-power_of_g(&Scalar::ONE)), None);
        }
    }

    #[test]
    fn finds_large_numbers() {
        let largest = 91_000_000_001;
        let logarithms = Logarithms::new(largest).unwrap();
        let numbers = [0, 1, 301_662, 301_663, 90_000_000_001, largest, largest + 1];
        let points: Vec<_> = numbers.iter().map(|n| power_of_g(&Scalar::from(*n))).collect();
        let found = logarithms.find_all(&points);
        for (n, found) in numbers.iter().zip(found) {
            assert_eq!(found, (*n <= largest).then_some(*n));
        }
    }

    #[test]
    fn refuses_a_table_that_would_be_too_large() {
        assert!(Logarithms::new(LARGEST_TOTAL + 1).is_none());
    }
}
