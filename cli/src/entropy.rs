//! The one place where chance comes from. Functions that need it take `&mut impl CryptoRng`; they get it from here.

use getrandom::SysRng;
use rand_chacha::ChaCha20Rng;
use rand_core::{SeedableRng, TryRng};
use zeroize::Zeroizing;

/// A generator seeded by the operating system.
///
/// # Panics
/// When the operating system has no randomness: nothing safe can be done then.
#[must_use]
#[expect(clippy::expect_used, reason = "without randomness nothing safe can be done")]
pub fn system() -> ChaCha20Rng {
    let mut seed = Zeroizing::new([0; 32]);
    SysRng.try_fill_bytes(&mut *seed).expect("the operating system gives randomness");
    ChaCha20Rng::from_seed(*seed)
}

#[cfg(test)]
mod tests {
    use rand_core::Rng;

    use super::system;

    #[test]
    fn the_system_does_not_repeat_itself() {
        assert_ne!(system().next_u64(), system().next_u64());
    }
}
