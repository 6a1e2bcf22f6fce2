//! Proofs that somebody knows the exponent of a public point: trustees' keys, signatures.

use super::{Checks, Nonces, Proof, ProofError};
use crate::group::{EdwardsPoint, Point, Scalar, power_of_g};
use crate::hash::hash_to_scalar;
use rand_core::CryptoRng;

/// Proves knowledge of `secret`, the exponent of `g^secret`, bound to `prefix` (which ends in `|`).
pub fn prove(prefix: &str, secret: &Scalar, rng: &mut impl CryptoRng) -> Proof {
    let w = Nonces::new(rng, secret.as_bytes(), prefix.as_bytes()).scalar();
    let challenge = hash_to_scalar(prefix, &[Point::new(power_of_g(&w))]);
    Proof { challenge, response: *w - secret * challenge }
}

/// Checks that the prover knew the exponent of `public`. `what` names the proof in the error.
///
/// # Errors
/// Where the proof does not hold.
pub fn verify(what: &'static str, prefix: String, public: &Point, proof: &Proof) -> Result<(), ProofError> {
    let mut checks = Checks::default();
    add(&mut checks, what, prefix, public, proof);
    checks.finish()
}

/// Adds the check of one proof to others.
pub(crate) fn add(checks: &mut Checks, what: &'static str, prefix: String, public: &Point, proof: &Proof) {
    let commitment = EdwardsPoint::vartime_double_scalar_mul_basepoint(
        &proof.challenge,
        public.element(),
        &proof.response,
    );
    checks.add(what, prefix, [commitment], proof.challenge);
}
