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

use crate::elgamal::Sum;
use crate::group::{EdwardsPoint, Point, Scalar, encode_all, scalar_text};
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

/// What is hashed before the commitments.
pub(crate) struct Prefix {
    text: String,
    /// A sum that was worked out here and ends the prefix, as the text of a ciphertext and a stroke: its encoding is made
    /// together with the commitments'.
    quoted: Option<Sum>,
}

impl Prefix {
    pub(crate) fn ending_in(text: String, sum: Sum) -> Self {
        Self { text, quoted: Some(sum) }
    }
}

impl From<String> for Prefix {
    fn from(text: String) -> Self {
        Self { text, quoted: None }
    }
}

/// Checks several proofs together: the encodings of all commitments are made at once, which costs one
/// inversion instead of one for each.
#[derive(Default)]
pub(crate) struct Checks {
    points: Vec<EdwardsPoint>,
    claims: Vec<Claim>,
}

struct Claim {
    what: &'static str,
    prefix: String,
    /// So many of its points belong to the prefix.
    quoted: usize,
    /// Where this claim's points end in `points`; they begin where the previous claim's end.
    end: usize,
    challenge: Scalar,
}

impl Checks {
    /// Adds a claim: the hash of `prefix` and `commitments` is `challenge`.
    pub(crate) fn add(
        &mut self,
        what: &'static str,
        prefix: impl Into<Prefix>,
        commitments: impl IntoIterator<Item = EdwardsPoint>,
        challenge: Scalar,
    ) {
        let Prefix { text, quoted } = prefix.into();
        let ciphertext = quoted.into_iter().flat_map(|sum| <[EdwardsPoint; 2]>::from(sum.elements()));
        let before = self.points.len();
        self.points.extend(ciphertext);
        let quoted = self.points.len() - before;
        self.points.extend(commitments);
        self.claims.push(Claim { what, prefix: text, quoted, end: self.points.len(), challenge });
    }

    /// Checks every claim.
    ///
    /// # Errors
    /// With the first claim that does not hold.
    pub(crate) fn finish(self) -> Result<(), ProofError> {
        let points = encode_all(&self.points);
        self.compare(&points)
    }

    /// The same for many at once, each with whatever belongs to it.
    pub(crate) fn finish_all<T>(all: Vec<(T, Self)>) -> impl Iterator<Item = (T, Result<(), ProofError>)> {
        let elements: Vec<EdwardsPoint> =
            all.iter().flat_map(|(_, checks)| &checks.points).copied().collect();
        let points = encode_all(&elements);
        let mut start = 0;
        all.into_iter().map(move |(whose, checks)| {
            let own = start..start + checks.points.len();
            start = own.end;
            (whose, checks.compare(points.get(own).unwrap_or_default()))
        })
    }

    /// Compares every claim's challenge, given the encodings of the points.
    fn compare(self, points: &[Point]) -> Result<(), ProofError> {
        let mut start = 0;
        for Claim { what, mut prefix, quoted, end, challenge } in self.claims {
            let (quoted, commitments) = points.get(start..end).unwrap_or_default().split_at(quoted);
            if let [alpha, beta] = quoted {
                prefix.push_str(alpha.text().as_str());
                prefix.push(',');
                prefix.push_str(beta.text().as_str());
                prefix.push('|');
            }
            if hash_to_scalar(&prefix, commitments) != challenge {
                return Err(ProofError(what.to_owned()));
            }
            start = end;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Checks, knowledge};
    use crate::group::{Point, Scalar, power_of_g, small};
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    #[test]
    fn claims_that_are_checked_together_hold_or_fail_each_for_itself() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let mut checks = |secrets: &[u64], added: Scalar| {
            let mut checks = Checks::default();
            for secret in secrets {
                let secret = small(*secret);
                let mut proof = knowledge::prove("a|", &secret, &mut rng);
                proof.response += added;
                let public = Point::new(power_of_g(&secret));
                knowledge::add(&mut checks, "it", "a|".to_owned(), &public, &proof);
            }
            checks
        };
        let all = vec![
            (0, checks(&[5, 6, 7], Scalar::ZERO)),
            (1, Checks::default()),
            (2, checks(&[8, 9], Scalar::ONE)),
            (3, checks(&[10], Scalar::ZERO)),
        ];
        let found = Checks::finish_all(all).map(|(whose, found)| (whose, found.is_ok()));
        assert_eq!(found.collect::<Vec<_>>(), [(0, true), (1, true), (2, false), (3, true)]);
    }
}
