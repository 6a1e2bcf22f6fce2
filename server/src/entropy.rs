//! The one place where chance comes from. Functions that need it take `&mut impl CryptoRng`; they get it from here.

use std::sync::{Mutex, PoisonError};

use getrandom::SysRng;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng, TryRng};

/// Hands out a generator of its own for every request.
pub struct Entropy {
    /// `None`: the operating system; a generator: the same numbers in every run, for tests.
    seeded: Option<Mutex<ChaCha20Rng>>,
}

impl Entropy {
    /// Chance from the operating system.
    #[must_use]
    pub const fn system() -> Self {
        Self { seeded: None }
    }

    /// The same "chance" in every run.
    ///
    /// # Security
    /// For tests only: who knows the seed knows every token and code.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { seeded: Some(Mutex::new(ChaCha20Rng::seed_from_u64(seed))) }
    }

    /// A generator for one request.
    ///
    /// # Panics
    /// When the operating system has no randomness: nothing safe can be done then.
    #[must_use]
    #[expect(clippy::expect_used, reason = "without randomness nothing safe can be done")]
    pub fn rng(&self) -> ChaCha20Rng {
        let mut seed = [0; 32];
        match &self.seeded {
            Some(source) => source.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut seed),
            None => SysRng.try_fill_bytes(&mut seed).expect("the operating system gives randomness"),
        }
        ChaCha20Rng::from_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use rand_core::Rng;

    use super::Entropy;

    #[test]
    fn seeded_repeats_itself_between_runs_but_not_within_one() {
        let (one, two) = (Entropy::seeded(1), Entropy::seeded(1));
        let first = one.rng().next_u64();
        assert_eq!(first, two.rng().next_u64());
        assert_ne!(first, one.rng().next_u64());
    }

    #[test]
    fn the_system_does_not_repeat_itself() {
        let entropy = Entropy::system();
        assert_ne!(entropy.rng().next_u64(), entropy.rng().next_u64());
    }
}
