//! Proofs that at least one of several statements "(a, b) = (g^r, y^r)" holds, without saying which: a
//! sealed number is 0 or 1, a sum lies between min and max, a vote is blank or has answers.

use super::{Checks, Nonces, Prefix, Proof};
use crate::elgamal::ElectionKey;
use crate::group::{EdwardsPoint, Scalar, encode_all, power_of_g, scalar_text};
use crate::hash::hash_to_scalar;
use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use std::iter::successors;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// One statement, as its prover sees it: the ciphertext is (g^randomness, y^randomness g^difference), so
/// the statement is true if and only if `difference` is 0.
#[derive(ZeroizeOnDrop)]
pub(crate) struct Branch {
    pub(crate) randomness: Scalar,
    pub(crate) difference: Scalar,
}

/// One statement, as its checker sees it: a ciphertext that holds 0 if the statement is true.
#[derive(Clone, Copy)]
pub(crate) struct Statement {
    alpha: EdwardsPoint,
    beta: EdwardsPoint,
}

impl Statement {
    /// That a ciphertext holds 0, that it holds 1, and so on without end: `(alpha, beta / g^message)` for each message. To divide by g
    /// costs next to nothing; a power of g in the product that is computed of it would cost a tenth of that.
    pub(crate) fn that_it_holds(
        alpha: EdwardsPoint,
        beta: EdwardsPoint,
    ) -> impl Iterator<Item = Self> + Clone {
        let next = |last: &Self| Some(Self { beta: last.beta - ED25519_BASEPOINT_POINT, ..*last });
        successors(Some(Self { alpha, beta }), next)
    }
}

/// The random numbers of one branch.
///
/// # Security
/// They tell which branch is the true one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    /// The exponent of the first commitment.
    #[serde(with = "scalar_text")]
    pub(crate) w: Scalar,
    /// The challenge. Of the true branch it follows from the others and the hash; what was drawn is not used.
    #[serde(with = "scalar_text")]
    pub(crate) challenge: Scalar,
}

/// Draws the random numbers of a proof; they depend on what is proved.
pub(crate) fn draw(prefix: &str, branches: &[Branch], rng: &mut impl CryptoRng) -> Vec<Drawn> {
    // Everything secret has its room from the start, so that growing leaves no copy behind.
    let mut secret = Zeroizing::new(Vec::with_capacity(64 * branches.len()));
    for branch in branches {
        secret.extend_from_slice(branch.randomness.as_bytes());
        secret.extend_from_slice(branch.difference.as_bytes());
    }
    let mut nonces = Nonces::new(rng, &secret, prefix.as_bytes());
    branches.iter().map(|_| Drawn { w: *nonces.scalar(), challenge: *nonces.scalar() }).collect()
}

/// Proves that one of the branches is true, with as many random numbers. Which one is secret: every branch is treated alike,
/// and the challenge of the true one (the first, if there are several) is put in without a decision on it.
///
/// With `w` the exponent of a branch's first commitment, `A = g^w`, and the second is
/// `B = y^w g^(difference * challenge)`: for a false branch this is what the simulation
/// `A = g^response alpha^challenge` comes to, for the true one the difference is 0. So only powers of g and
/// y are needed, and `response = w - randomness * challenge` holds for all.
pub(crate) fn prove(key: &ElectionKey, prefix: &str, branches: &[Branch], drawn: &[Drawn]) -> Vec<Proof> {
    let mut commitments = Vec::with_capacity(2 * branches.len());
    for (branch, Drawn { w, challenge }) in branches.iter().zip(drawn) {
        commitments.push(power_of_g(w));
        commitments.push(key.power(w) + power_of_g(&(branch.difference * challenge)));
    }
    let total = hash_to_scalar(prefix, &encode_all(&commitments));

    let mut found = Choice::from(0);
    let true_ones: Vec<Choice> = branches
        .iter()
        .map(|branch| {
            let this = branch.difference.ct_eq(&Scalar::ZERO) & !found;
            found |= this;
            this
        })
        .collect();
    let mut others = Scalar::ZERO;
    for (drawn, is_true) in drawn.iter().zip(&true_ones) {
        others += Scalar::conditional_select(&drawn.challenge, &Scalar::ZERO, *is_true);
    }
    let remaining = total - others;
    drawn
        .iter()
        .zip(&true_ones)
        .zip(branches)
        .map(|((Drawn { w, challenge }, is_true), branch)| {
            let challenge = Scalar::conditional_select(challenge, &remaining, *is_true);
            Proof { challenge, response: w - branch.randomness * challenge }
        })
        .collect()
}

/// Adds the check of a disjunction. The caller has compared the number of proofs and statements.
pub(crate) fn add(
    checks: &mut Checks,
    what: &'static str,
    key: &ElectionKey,
    prefix: impl Into<Prefix>,
    statements: impl Iterator<Item = Statement>,
    proofs: &[Proof],
) {
    let mut challenge = Scalar::ZERO;
    let commitments = statements.zip(proofs).flat_map(|(statement, proof)| {
        challenge += proof.challenge;
        let first = EdwardsPoint::vartime_double_scalar_mul_basepoint(
            &proof.challenge,
            &statement.alpha,
            &proof.response,
        );
        let second = key.vartime_product(proof.response, proof.challenge, &statement.beta);
        [first, second]
    });
    let commitments: Vec<_> = commitments.collect();
    checks.add(what, prefix, commitments, challenge);
}
