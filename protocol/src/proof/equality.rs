//! Proofs that two points have the same exponent to two bases: decryption factors.

use super::{Checks, Nonces, Proof};
use crate::group::{EdwardsPoint, Point, Scalar, power_of_g};
use crate::hash::hash_to_scalar;
use curve25519_dalek::traits::VartimeMultiscalarMul;
use rand_core::CryptoRng;
use rayon::prelude::*;

/// Proves that `base^secret` has the exponent of `g^secret`, bound to its prefix, for every prefix and base: on all cores. What
/// is drawn is drawn in their order.
pub fn prove_all(statements: Vec<(String, &Point)>, secret: &Scalar, rng: &mut impl CryptoRng) -> Vec<Proof> {
    let drawn = statements.into_iter().map(|(prefix, base)| {
        let mut statement = prefix.as_bytes().to_vec();
        statement.extend_from_slice(base.encoding());
        let nonces = Nonces::new(rng, secret.as_bytes(), &statement);
        (prefix, base, nonces)
    });
    let drawn: Vec<_> = drawn.collect();
    drawn.into_par_iter().map(|(prefix, base, nonces)| prove(&prefix, base, secret, nonces)).collect()
}

fn prove(prefix: &str, base: &Point, secret: &Scalar, mut nonces: Nonces) -> Proof {
    let w = nonces.scalar();
    let commitments = [Point::new(power_of_g(&w)), Point::new(base.element() * *w)];
    let challenge = hash_to_scalar(prefix, &commitments);
    Proof { challenge, response: *w - secret * challenge }
}

/// Adds the check that `factor` is `base` to the exponent of `public`.
pub(crate) fn add(
    checks: &mut Checks,
    what: &'static str,
    prefix: String,
    public: &Point,
    base: &Point,
    factor: &Point,
    proof: &Proof,
) {
    let first = EdwardsPoint::vartime_double_scalar_mul_basepoint(
        &proof.challenge,
        public.element(),
        &proof.response,
    );
    let second = EdwardsPoint::vartime_multiscalar_mul(
        [proof.response, proof.challenge],
        [base.element(), factor.element()],
    );
    checks.add(what, prefix, [first, second], proof.challenge);
}
