//! A trustee with a key pair of her own: mandatory for every decryption.

use super::TrusteePublicKey;
use crate::group::{Point, Scalar, power_of_g, scalar_from_text, secret_text};
use crate::proof::Nonces;
use crate::{ParseError, json};
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A private key that decrypts: a single trustee's, or a Pedersen trustee's share of the joint one.
///
/// # Security
/// Never to be sent. It is erased when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PrivateKey(Scalar);

impl PrivateKey {
    /// A new key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(*Nonces::new(rng, b"", b"private key").scalar())
    }

    pub(super) fn from_scalar(scalar: Scalar) -> Self {
        Self(scalar)
    }

    /// Reads a private key file: a JSON string of the decimal; one newline may follow.
    ///
    /// # Errors
    /// Where the file holds anything else. The error does not quote it.
    pub fn from_file(text: &str) -> Result<Self, ParseError> {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let wrong =
            || ParseError::new("private key", "must be a number in quotes, as the key file was written");
        let decimal = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or_else(wrong)?;
        scalar_from_text(decimal).map(Self).map_err(|_| wrong())
    }

    /// The text of the private key file, without a newline.
    pub fn to_file(&self) -> Zeroizing<String> {
        let decimal = secret_text(&self.0);
        let mut text = Zeroizing::new(String::with_capacity(decimal.len() + 2));
        text.push('"');
        text.push_str(&decimal);
        text.push('"');
        text
    }

    /// `g^x`.
    pub fn public_point(&self) -> Point {
        Point::new(power_of_g(&self.0))
    }

    /// The public key with the proof that its private key is known.
    pub fn public_key(&self, rng: &mut impl CryptoRng) -> TrusteePublicKey {
        TrusteePublicKey::prove(&self.0, rng)
    }

    pub(crate) fn scalar(&self) -> &Scalar {
        &self.0
    }
}

impl TrusteePublicKey {
    /// Reads a public key file (`ID.pubkey`); one newline may follow.
    ///
    /// # Errors
    /// Where it is not the canonical form of a trustee's public key.
    pub fn from_file(text: &str) -> Result<Self, ParseError> {
        json::parse("trustee's public key", text.strip_suffix('\n').unwrap_or(text).as_bytes())
    }

    /// The text of the public key file, without a newline.
    pub fn to_file(&self) -> String {
        json::to_text(self)
    }
}
