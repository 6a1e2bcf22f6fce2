//! ElGamal in the exponent: ciphertexts, and the election key with its tables.

use crate::group::{EdwardsPoint, Point, Scalar, power_of_g};
use curve25519_dalek::edwards::{EdwardsBasepointTable, VartimeEdwardsPrecomputation};
use curve25519_dalek::traits::{BasepointTable, VartimePrecomputedMultiscalarMul};
use serde::{Deserialize, Serialize};

/// `(g^r, y^r g^m)`: the number `m` sealed under the key `y`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ciphertext {
    /// `g^r`.
    pub alpha: Point,
    /// `y^r g^m`.
    pub beta: Point,
}

impl Ciphertext {
    /// The ciphertext (1, 1), which holds 0: what an empty product is.
    pub fn neutral() -> Self {
        Self { alpha: Point::neutral(), beta: Point::neutral() }
    }

    /// `alpha,beta`, the form in which ciphertexts are hashed.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(129);
        self.push_text(&mut text);
        text
    }

    /// Appends `alpha,beta`.
    pub(crate) fn push_text(&self, out: &mut String) {
        out.push_str(self.alpha.text().as_str());
        out.push(',');
        out.push_str(self.beta.text().as_str());
    }
}

/// The texts of ciphertexts joined by commas.
pub(crate) fn join_text(ciphertexts: &[Ciphertext]) -> String {
    let mut text = String::with_capacity(ciphertexts.len() * 130);
    for (i, ciphertext) in ciphertexts.iter().enumerate() {
        if i > 0 {
            text.push(',');
        }
        ciphertext.push_text(&mut text);
    }
    text
}

/// A running product of ciphertexts: the sum of what they hold.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    alpha: EdwardsPoint,
    beta: EdwardsPoint,
}

impl Sum {
    /// Multiplies a ciphertext in: adds what it holds.
    pub fn add(&mut self, ciphertext: &Ciphertext) {
        self.alpha += ciphertext.alpha.element();
        self.beta += ciphertext.beta.element();
    }

    /// Adds what a ciphertext holds `weight` times.
    pub fn add_weighted(&mut self, ciphertext: &Ciphertext, weight: u64) {
        if weight == 1 {
            return self.add(ciphertext);
        }
        let weight = Scalar::from(weight);
        self.alpha += ciphertext.alpha.element() * weight;
        self.beta += ciphertext.beta.element() * weight;
    }

    /// Takes away what a ciphertext added `weight` times: undoes [`Self::add_weighted`].
    pub fn remove_weighted(&mut self, ciphertext: &Ciphertext, weight: u64) {
        if weight == 1 {
            self.alpha -= ciphertext.alpha.element();
            self.beta -= ciphertext.beta.element();
            return;
        }
        let weight = Scalar::from(weight);
        self.alpha -= ciphertext.alpha.element() * weight;
        self.beta -= ciphertext.beta.element() * weight;
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        self.alpha += other.alpha;
        self.beta += other.beta;
    }

    /// The product as a ciphertext.
    pub fn ciphertext(&self) -> Ciphertext {
        Ciphertext { alpha: Point::new(self.alpha), beta: Point::new(self.beta) }
    }

    pub(crate) fn of(ciphertexts: &[Ciphertext]) -> Self {
        let mut sum = Self::default();
        for ciphertext in ciphertexts {
            sum.add(ciphertext);
        }
        sum
    }

    pub(crate) fn elements(&self) -> (EdwardsPoint, EdwardsPoint) {
        (self.alpha, self.beta)
    }
}

/// An election's public key `y` with tables that make its powers cheap.
pub struct ElectionKey {
    point: Point,
    /// Powers of y in constant time, for sealing.
    powers: EdwardsBasepointTable,
    /// Powers of y in variable time together with those of other points, for checking.
    public_powers: VartimeEdwardsPrecomputation,
}

impl ElectionKey {
    /// Builds the tables.
    pub fn new(point: Point) -> Self {
        Self {
            point,
            powers: EdwardsBasepointTable::create(point.element()),
            public_powers: VartimeEdwardsPrecomputation::new([point.element()]),
        }
    }

    /// The key itself.
    pub fn point(&self) -> &Point {
        &self.point
    }

    /// `y^x` in constant time.
    pub(crate) fn power(&self, x: &Scalar) -> EdwardsPoint {
        self.powers.mul_base(x)
    }

    /// `y^a base^b` in variable time: public values only.
    pub(crate) fn vartime_product(&self, a: Scalar, b: Scalar, base: &EdwardsPoint) -> EdwardsPoint {
        self.public_powers.vartime_mixed_multiscalar_mul([a], [b], [base])
    }

    /// Seals the number `message` with randomness `randomness`, in constant time.
    pub fn encrypt(&self, message: &Scalar, randomness: &Scalar) -> Ciphertext {
        Ciphertext {
            alpha: Point::new(power_of_g(randomness)),
            beta: Point::new(self.power(randomness) + power_of_g(message)),
        }
    }
}

impl Clone for ElectionKey {
    fn clone(&self) -> Self {
        Self::new(self.point)
    }
}

impl std::fmt::Debug for ElectionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ElectionKey({})", self.point)
    }
}
