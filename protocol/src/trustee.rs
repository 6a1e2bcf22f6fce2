//! Trustees: who can decrypt the tally together (belenios-v1 section 7).
//!
//! - [`single`]: a trustee with a key of her own, without whom nothing is decrypted.
//! - [`pedersen`]: `n` trustees of whom `k` are enough, with one joint key that nobody ever holds.
//! - [`pki`]: how the trustees of such a group sign and seal their messages to each other.
//! - [`Trustees`]: the list in an election's setup, and the election key that follows from it.

mod list;
pub mod pedersen;
pub mod pki;
mod secret;
pub mod single;

use crate::group::{NAME, Point, Scalar, power_of_g};
use crate::proof::{Proof, ProofError, knowledge};
pub use list::{Member, TrusteeItem, Trustees, TrusteesError};
pub use pedersen::ThresholdParameters;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
pub use single::PrivateKey;

/// A trustee's public key as it stands on the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrusteePublicKey {
    /// Proof that somebody knows the private key.
    pub pok: Proof,
    /// `X = g^x`.
    pub public_key: Point,
    /// Inside a Pedersen item alone: signature of the key's text by the trustee's ceremony key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Proof>,
    /// For display only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl TrusteePublicKey {
    /// The public key of `secret` with its proof.
    fn prove(secret: &Scalar, rng: &mut impl CryptoRng) -> Self {
        let public_key = Point::new(power_of_g(secret));
        let pok = knowledge::prove(&pok_prefix(&public_key), secret, rng);
        Self { pok, public_key, signature: None, name: None }
    }

    /// Checks the proof that somebody knows the private key.
    ///
    /// # Errors
    /// Where it does not hold.
    pub fn verify_pok(&self) -> Result<(), ProofError> {
        let prefix = pok_prefix(&self.public_key);
        knowledge::verify("the proof of knowledge of the private key", prefix, &self.public_key, &self.pok)
    }
}

fn pok_prefix(public_key: &Point) -> String {
    format!("pok|{NAME}|{public_key}|")
}
