//! All zero-knowledge proofs of belenios-v1: knowledge of an exponent ([`knowledge`], sections 7 and 9.4),
//! one of several numbers sealed ([`disjunction`], section 9) and equal exponents ([`equality`], section 12).
//!
//! They share one shape: the prover commits, the hash of prefix and commitments is the challenge, the
//! response is `w - secret * challenge`. Who checks recomputes the commitments from challenge and response
//! and compares the hash.

pub mod disjunction;
pub mod equality;
pub mod knowledge;
mod nonces;

use crate::group::{EdwardsPoint, Scalar, encode_all, scalar_text};
use crate::hash::hash_to_scalar;
pub(crate) use nonces::Nonces;
use serde::{Deserialize, Serialize};

/// A challenge and a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The hash, or this branch's part of it.
    #[serde(with = "scalar_text")]
    pub challenge: Scalar,
    /// `w - secret * challenge`.
    #[serde(with = "scalar_text")]
    pub response: Scalar,
}

/// A proof that does not hold; names what was to be proved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} does not hold")]
pub struct ProofError(pub String);

/// Checks several proofs together: the encodings of all commitments are made at once, which costs one
/// inversion instead of one for each.
#[derive(Default)]
pub(crate) struct Checks {
    commitments: Vec<EdwardsPoint>,
    claims: Vec<Claim>,
}

struct Claim {
    what: &'static str,
    prefix: String,
    /// Where this claim's commitments end in `commitments`; they begin where the previous claim's end.
    end: usize,
    challenge: Scalar,
}

impl Checks {
    /// Adds a claim: the hash of `prefix` and `commitments` is `challenge`.
    pub(crate) fn add(
        &mut self,
        what: &'static str,
        prefix: String,
        commitments: impl IntoIterator<Item = EdwardsPoint>,
        challenge: Scalar,
    ) {
        self.commitments.extend(commitments);
        self.claims.push(Claim { what, prefix, end: self.commitments.len(), challenge });
    }

    /// Checks every claim.
    ///
    /// # Errors
    /// With the first claim that does not hold.
    pub(crate) fn finish(&self) -> Result<(), ProofError> {
        let points = encode_all(&self.commitments);
        let mut start = 0;
        for claim in &self.claims {
            let commitments = points.get(start..claim.end).unwrap_or_default();
            if hash_to_scalar(&claim.prefix, commitments) != claim.challenge {
                return Err(ProofError(claim.what.to_owned()));
            }
            start = claim.end;
        }
        Ok(())
    }
}
