//! The polynomial behind a trustee's shares, and the public commitments to its coefficients.

use super::Fault;
use crate::group::{EdwardsPoint, Point, Scalar, encode_all, power_of_g};
use crate::json;
use crate::proof::Nonces;
use crate::trustee::secret::SecretScalar;
use curve25519_dalek::traits::VartimeMultiscalarMul;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

/// A secret polynomial of degree k - 1, constant term first.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SecretPolynomial {
    polynomial: Vec<SecretScalar>,
}

impl SecretPolynomial {
    /// A random one with this many coefficients, for this board.
    pub(super) fn generate(coefficients: usize, board: &[u8; 32], rng: &mut impl CryptoRng) -> Self {
        let mut nonces = Nonces::new(rng, b"polynomial", board);
        Self { polynomial: (0..coefficients).map(|_| SecretScalar(*nonces.scalar())).collect() }
    }

    /// The share of the trustee of this index, in constant time.
    pub(super) fn value(&self, index: usize) -> SecretScalar {
        let x = index_scalar(index);
        let mut value = SecretScalar(Scalar::ZERO);
        for coefficient in self.polynomial.iter().rev() {
            value.0 = value.0 * x + coefficient.0;
        }
        value
    }

    /// The commitments to the coefficients.
    pub(super) fn coefexps(&self) -> Coefexps {
        let powers: Vec<EdwardsPoint> = self.polynomial.iter().map(|a| power_of_g(&a.0)).collect();
        Coefexps { coefexps: encode_all(&powers) }
    }
}

/// The commitments `A_j = g^(a_j)` to a polynomial's coefficients: the message that a trustee signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Coefexps {
    pub(super) coefexps: Vec<Point>,
}

impl Coefexps {
    /// Reads the message; `expected` is the threshold.
    pub(super) fn parse(message: &str, expected: usize) -> Result<Self, Fault> {
        let parsed: Self = json::parse("commitments to coefficients", message.as_bytes())?;
        if parsed.coefexps.len() != expected {
            return Err(Fault::Coefficients { expected, found: parsed.coefexps.len() });
        }
        Ok(parsed)
    }

    /// `g` to the polynomial's value at an index.
    pub(super) fn value(&self, index: usize) -> EdwardsPoint {
        let elements: Vec<EdwardsPoint> = self.coefexps.iter().map(|a| *a.element()).collect();
        value_in_exponent(&elements, index)
    }
}

/// The commitments to the sum of several polynomials of the same degree.
pub(super) fn sum(all: &[Coefexps]) -> Vec<EdwardsPoint> {
    let length = all.first().map_or(0, |first| first.coefexps.len());
    let mut sums = vec![EdwardsPoint::default(); length];
    for one in all {
        for (sum, coefficient) in sums.iter_mut().zip(&one.coefexps) {
            *sum += coefficient.element();
        }
    }
    sums
}

/// The product of `A_m^(index^m)`. Variable time: all of it is public.
pub(super) fn value_in_exponent(coefexps: &[EdwardsPoint], index: usize) -> EdwardsPoint {
    let x = index_scalar(index);
    let powers = std::iter::successors(Some(Scalar::ONE), |power| Some(power * x));
    // The product takes only iterators that know their length.
    let powers: Vec<Scalar> = powers.take(coefexps.len()).collect();
    EdwardsPoint::vartime_multiscalar_mul(powers, coefexps)
}

fn index_scalar(index: usize) -> Scalar {
    Scalar::from(index as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    #[test]
    fn shares_fit_the_commitments() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        for coefficients in 1..5 {
            let polynomial = SecretPolynomial::generate(coefficients, &[7; 32], &mut rng);
            let coefexps = polynomial.coefexps();
            for index in 1..7 {
                assert_eq!(power_of_g(&polynomial.value(index).0), coefexps.value(index));
            }
            let doubled = sum(&[coefexps.clone(), coefexps]);
            let twice = polynomial.value(3).0 + polynomial.value(3).0;
            assert_eq!(power_of_g(&twice), value_in_exponent(&doubled, 3));
        }
    }
}
