//! The chance of a rehearsal: everything that is drawn follows from the seed, so that the same rehearsal gives the same
//! bytes on every machine, whatever the number of its cores.

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

/// Where everything that is drawn comes from.
///
/// # Security
/// Who knows the seed knows every key and every vote: this is for rehearsals alone.
#[derive(Clone)]
pub struct Chance([u8; 32]);

impl Chance {
    /// What follows from a seed for these inputs.
    #[must_use]
    pub fn new(seed: u64, inputs: &[&[u8]]) -> Self {
        let digests: Vec<[u8; 32]> = inputs.iter().map(|input| Sha256::digest(input).into()).collect();
        Self::of_digests(seed, &digests)
    }

    /// The same, where an input is too large to be put together: from the SHA-256 of each.
    #[must_use]
    pub fn of_digests(seed: u64, inputs: &[[u8; 32]]) -> Self {
        let mut hash = Sha256::new().chain_update("scrutineer rehearsal|").chain_update(seed.to_be_bytes());
        for digest in inputs {
            hash.update(digest);
        }
        Self(hash.finalize().into())
    }

    /// The generator for one thing: the `index`th of those with this label.
    #[must_use]
    pub fn stream(&self, label: &str, index: usize) -> ChaCha20Rng {
        let seed = Sha256::new().chain_update(self.0).chain_update(format!("{label}|{index}"));
        ChaCha20Rng::from_seed(seed.finalize().into())
    }
}

/// A number below `limit`, every one alike; 0 where `limit` is 0.
pub fn below(rng: &mut impl Rng, limit: usize) -> usize {
    let Some(limit) = u64::try_from(limit).ok().filter(|limit| *limit > 0) else { return 0 };
    // The last stretch of numbers, which does not hold every remainder, is drawn again.
    let fair = u64::MAX - u64::MAX % limit;
    loop {
        let drawn = rng.next_u64();
        if drawn < fair {
            return usize::try_from(drawn % limit).unwrap_or(0);
        }
    }
}

/// Puts a list in a random order, every one alike.
pub fn shuffle<T>(list: &mut [T], rng: &mut impl Rng) {
    for last in (1..list.len()).rev() {
        list.swap(last, below(rng, last + 1));
    }
}

/// One of a list; `None` where it is empty.
pub fn one_of<'a, T>(list: &'a [T], rng: &mut impl Rng) -> Option<&'a T> {
    list.get(below(rng, list.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let chance = Chance::new(1, &[b"file", b"roll"]);
        let first = |chance: &Chance, label: &str, index| chance.stream(label, index).next_u64();
        assert_eq!(first(&chance, "vote", 3), first(&Chance::new(1, &[b"file", b"roll"]), "vote", 3));
        let others = [
            first(&chance, "vote", 4),
            first(&chance, "code", 3),
            first(&Chance::new(2, &[b"file", b"roll"]), "vote", 3),
            first(&Chance::new(1, &[b"filer", b"oll"]), "vote", 3),
        ];
        assert!(!others.contains(&first(&chance, "vote", 3)));
    }

    #[test]
    fn numbers_and_orders_are_drawn_fairly() {
        let mut rng = Chance::new(1, &[]).stream("test", 0);
        let mut seen = [0; 7];
        for _ in 0..7000 {
            seen[below(&mut rng, 7)] += 1;
        }
        assert!(seen.iter().all(|count| (850..1150).contains(count)), "{seen:?}");
        assert_eq!(below(&mut rng, 0), 0);
        let mut first = [0; 4];
        for _ in 0..4000 {
            let mut list = [0, 1, 2, 3];
            shuffle(&mut list, &mut rng);
            first[list[0]] += 1;
            list.sort_unstable();
            assert_eq!(list, [0, 1, 2, 3]);
        }
        assert!(first.iter().all(|count| (850..1150).contains(count)), "{first:?}");
        assert_eq!(one_of::<u8>(&[], &mut rng), None);
    }
}
