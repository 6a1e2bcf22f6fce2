//! Where the random numbers of proofs come from.

use crate::group::Scalar;
use rand_core::CryptoRng;
use sha2::{Digest, Sha512};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A stream of scalars that depends on the generator, on the secret and on the statement.
///
/// A proof whose random number is used twice gives its secret away. Mixing secret and statement in means
/// that a generator that repeats itself (a restored snapshot, a cloned machine) does not repeat a number
/// for another statement.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Nonces {
    key: [u8; 64],
    counter: u64,
}

impl Nonces {
    pub(crate) fn new(rng: &mut impl CryptoRng, secret: &[u8], statement: &[u8]) -> Self {
        let mut fresh = [0u8; 32];
        rng.fill_bytes(&mut fresh);
        let mut hasher = Sha512::new();
        hasher.update(b"scrutineer nonces|");
        hasher.update(fresh);
        hasher.update((secret.len() as u64).to_be_bytes());
        hasher.update(secret);
        hasher.update(statement);
        fresh.zeroize();
        Self { key: hasher.finalize().into(), counter: 0 }
    }

    /// The next scalar, uniform in 0..q; wiped when dropped.
    pub(crate) fn scalar(&mut self) -> Zeroizing<Scalar> {
        let mut hasher = Sha512::new();
        hasher.update(self.key);
        hasher.update(self.counter.to_be_bytes());
        self.counter += 1;
        let mut wide: [u8; 64] = hasher.finalize().into();
        let scalar = Zeroizing::new(Scalar::from_bytes_mod_order_wide(&wide));
        wide.zeroize();
        scalar
    }
}
