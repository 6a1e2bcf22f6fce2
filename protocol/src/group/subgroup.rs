//! Whether many points of the curve all lie in the prime-order subgroup: sums of random subsets of them do.
//!
//! A point of the curve is one of the group plus one of eight points of small order. Let some of those small ones not be
//! neutral. In a sum of a subset to which every point belongs by the toss of a coin, the small ones do not cancel with a
//! probability of a half at least, whatever the others are: for the last of them one of the two outcomes is wrong. So
//! [`SUMS`] independent sums all pass with a probability of 2^-104 at most. (One sum with large random factors would not do:
//! there are only eight small points, and such a sum misses one of order two every other time.)
//!
//! Eight sums share the work: every point is added to one of 256 buckets, by eight of its coins, and the buckets are folded
//! into the eight sums. Beside a check of its own each point costs a tenth.

use super::point::is_in_group;
use crate::hash::sha256;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::traits::Identity;
use rayon::prelude::*;

/// Sums that share their buckets.
const SHARED: usize = 8;
/// Groups of sums that share buckets, which are worked out on all cores.
const GROUPS: usize = 13;
/// All sums.
const SUMS: usize = SHARED * GROUPS;
const _: () = assert!(SUMS > 100, "each halves the probability of a wrong answer");

/// Up to so many points a check of each is cheaper.
const FEW: usize = 128;

/// Whether all of these points lie in the group; a wrong yes has a probability under 2^-100.
///
/// # Security
/// `seed` is drawn after the points were fixed, and nobody who could choose a point may know or guess it.
pub(crate) fn all_in_group(elements: &[EdwardsPoint], seed: &[u8; 32]) -> bool {
    if elements.len() <= FEW {
        return elements.iter().all(is_in_group);
    }
    let coins: Vec<[u8; GROUPS]> = (0u64..).zip(elements).map(|(index, _)| coins(seed, index)).collect();
    (0..GROUPS).into_par_iter().all(|group| {
        let mut buckets = vec![EdwardsPoint::identity(); 1 << SHARED];
        for (element, coins) in elements.iter().zip(&coins) {
            if let Some(bucket) = coins.get(group).and_then(|coin| buckets.get_mut(usize::from(*coin))) {
                *bucket += element;
            }
        }
        fold(buckets).iter().all(is_in_group)
    })
}

/// The coins of one point, one a bit.
fn coins(seed: &[u8; 32], index: u64) -> [u8; GROUPS] {
    let mut text = [0; 40];
    let (start, end) = text.split_at_mut(32);
    start.copy_from_slice(seed);
    end.copy_from_slice(&index.to_be_bytes());
    let digest = sha256(&text);
    std::array::from_fn(|group| digest.get(group).copied().unwrap_or_default())
}

/// For each bit, the sum of the buckets whose number has it.
fn fold(mut buckets: Vec<EdwardsPoint>) -> Vec<EdwardsPoint> {
    let mut sums = Vec::with_capacity(SHARED);
    while buckets.len() > 1 {
        let upper = buckets.split_off(buckets.len() / 2);
        sums.push(upper.iter().sum());
        for (lower, upper) in buckets.iter_mut().zip(&upper) {
            *lower += upper;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::constants::EIGHT_TORSION;
    use curve25519_dalek::scalar::Scalar;

    fn points(count: u64) -> Vec<EdwardsPoint> {
        (0..count).map(|n| EdwardsPoint::mul_base(&Scalar::from(n))).collect()
    }

    #[test]
    fn buckets_fold_into_the_sums_of_their_bits() {
        let points = points(256);
        let sums = fold(points.clone());
        assert_eq!(sums.len(), SHARED);
        for (place, sum) in sums.iter().enumerate() {
            let bit = SHARED - 1 - place;
            let wanted = points.iter().enumerate().filter(|(n, _)| n >> bit & 1 == 1);
            assert_eq!(*sum, wanted.map(|(_, point)| point).sum());
        }
    }

    #[test]
    fn points_of_the_group_pass_and_one_other_is_found_wherever_it_stands() {
        for count in [1, 2, 200, 700] {
            let points = points(count);
            assert!(all_in_group(&points, &[7; 32]));
            for place in [0, points.len() / 2, points.len() - 1] {
                for torsion in &EIGHT_TORSION[1..] {
                    let mut changed = points.clone();
                    changed[place] += torsion;
                    assert!(!all_in_group(&changed, &[7; 32]), "{place} of {count}");
                }
            }
        }
    }

    /// One sum of a random subset finds a point of small order every other time, also where two would cancel in the sum of
    /// all: the coins of no two sums or points go together.
    #[test]
    fn coins_are_tossed_for_every_point_and_sum() {
        let tosses: Vec<[u8; GROUPS]> = (0..2000).map(|index| coins(&[1; 32], index)).collect();
        for sum in 0..SUMS {
            let coin = |toss: &[u8; GROUPS]| toss[sum / 8] >> (sum % 8) & 1;
            let heads: usize = tosses.iter().map(|toss| usize::from(coin(toss))).sum();
            assert!((850..1150).contains(&heads), "{heads} of sum {sum}");
            let alike = tosses.windows(2).filter(|pair| coin(&pair[0]) == coin(&pair[1])).count();
            assert!((850..1150).contains(&alike), "{alike} of sum {sum}");
        }
        assert_ne!(coins(&[1; 32], 5), coins(&[2; 32], 5));
        let t = EIGHT_TORSION[4];
        assert_eq!(t + t, EdwardsPoint::identity());
        let mut changed = points(300);
        changed[3] += t;
        changed[250] += t;
        assert!(!all_in_group(&changed, &[7; 32]));
    }
}
