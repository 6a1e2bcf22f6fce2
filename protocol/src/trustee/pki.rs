//! The keys of a threshold trustee's ceremony, and what is signed and sealed with them (belenios-v1
//! section 7.1).
//!
//! The trustee's whole secret is her [`Seed`]. Two keys follow from it: one that signs and one that opens
//! sealed messages. What else she needs later (her polynomial, her share of the joint key) she has sealed to
//! herself, and finds again from the seed and what the server keeps for her.

mod sealed;

use super::secret::SecretText;
use crate::ParseError;
use crate::base58::{is_base58, random_base58};
use crate::group::{EdwardsPoint, Point, Scalar, power_of_g, scalar_from_hash};
use crate::hash::{hash_to_scalar, sha256};
use crate::json;
use crate::proof::{Proof, ProofError, knowledge};
use rand_core::CryptoRng;
pub use sealed::{OpenError, Sealed};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const SEED_LENGTH: usize = 22;

/// A threshold trustee's secret: 22 Base58 characters, 128 bits.
///
/// # Security
/// Shown once to be written down, and kept in a sealed key file; never sent. It is erased when dropped. One
/// seed serves one ceremony.
#[derive(Clone)]
pub struct Seed(Zeroizing<String>);

impl Seed {
    /// A new seed, every character uniform.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(random_base58(SEED_LENGTH, rng))
    }

    /// Reads a seed as it was shown; one newline may follow.
    ///
    /// # Errors
    /// Where the text is not 22 Base58 characters. The error does not quote it.
    pub fn from_text(text: &str) -> Result<Self, ParseError> {
        let text = text.strip_suffix('\n').unwrap_or(text);
        if text.len() != SEED_LENGTH || !is_base58(text) {
            let why = "must be 22 characters: digits and letters, without 0, O, I and l";
            return Err(ParseError::new("seed", why));
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The 22 characters, to be shown or written to the key file.
    pub fn secret_text(&self) -> &str {
        &self.0
    }

    /// The keys that follow from it.
    pub fn keys(&self) -> Keys {
        let derive = |domain: &str| {
            let preimage = Zeroizing::new(format!("{domain}|{}", self.secret_text()));
            let digest = Zeroizing::new(sha256(preimage.as_bytes()));
            scalar_from_hash(&digest)
        };
        Keys { sk: derive("sk"), dk: derive("dk") }
    }
}

/// A trustee's ceremony keys.
///
/// # Security
/// Never to be sent. They are erased when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Keys {
    /// Signs.
    sk: Scalar,
    /// Opens what is sealed.
    dk: Scalar,
}

/// The public halves of a trustee's ceremony keys. Take them from checked certificates alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PublicKeys {
    /// Signatures are checked with this one.
    pub verification: Point,
    /// Messages are sealed with this one.
    pub encryption: Point,
}

impl Keys {
    /// The public halves.
    pub fn public(&self) -> PublicKeys {
        PublicKeys {
            verification: Point::new(power_of_g(&self.sk)),
            encryption: Point::new(power_of_g(&self.dk)),
        }
    }

    /// Signs one of the ceremony's messages.
    pub(super) fn sign(&self, message: &str, rng: &mut impl CryptoRng) -> SignedMessage {
        SignedMessage { message: message.to_owned(), signature: self.signature(message, rng) }
    }

    /// The signature of a message alone.
    pub(super) fn signature(&self, message: &str, rng: &mut impl CryptoRng) -> Proof {
        knowledge::prove(&signature_prefix(message), &self.sk, rng)
    }

    /// Signs a statement of the trustee outside the ceremony: `domain` says what kind of statement it is
    /// (one word or more, without `|`), `text` what it says. The signed message is
    /// `scrutineer DOMAIN|TEXT`, which is no message of the ceremony.
    pub fn sign_statement(&self, domain: &str, text: &str, rng: &mut impl CryptoRng) -> SignedMessage {
        self.sign(&(statement_prefix(domain) + text), rng)
    }

    /// Signs a message and seals it together with the name of its recipient (`send` in the specification).
    pub(super) fn send(&self, to: &Point, message: &impl Serialize, rng: &mut impl CryptoRng) -> Sealed {
        let message = SecretText(Zeroizing::new(json::to_text(message)));
        let addressed = Zeroizing::new(json::to_text(&Addressed { recipient: *to, message }));
        let signature = self.signature(&addressed, rng);
        let signed = SecretSigned { message: SecretText(addressed), signature };
        Sealed::seal(to, &Zeroizing::new(json::to_text(&signed)), rng)
    }

    /// Opens a message and checks who signed it and that it was meant for these keys (`recv`).
    pub(super) fn receive<T: DeserializeOwned + Serialize>(
        &self,
        from: &Point,
        sealed: &Sealed,
    ) -> Result<T, OpenError> {
        let signed = sealed.open(&self.dk)?;
        let signed: SecretSigned = json::parse_secret("sealed message", signed.as_bytes())?;
        if !signature_holds(from, &signed.message.0, &signed.signature) {
            return Err(OpenError::Signature);
        }
        let addressed: Addressed = json::parse_secret("sealed message", signed.message.0.as_bytes())?;
        if addressed.recipient != self.public().encryption {
            return Err(OpenError::Recipient);
        }
        Ok(json::parse_secret("sealed message", addressed.message.0.as_bytes())?)
    }
}

#[cfg(test)]
impl Keys {
    /// What was sealed to these keys, sealed to another, unchanged: still signed, still addressed here.
    pub(super) fn reseal(&self, sealed: &Sealed, to: &Point, rng: &mut impl CryptoRng) -> Sealed {
        Sealed::seal(to, &sealed.open(&self.dk).unwrap(), rng)
    }
}

/// A message and its signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedMessage {
    /// What is signed.
    pub message: String,
    /// The signature.
    pub signature: Proof,
}

impl SignedMessage {
    /// Reads the canonical JSON of a signed message.
    ///
    /// # Errors
    /// Where the bytes are anything else.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse("signed message", bytes)
    }

    /// The canonical JSON.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }

    /// Checks the signature under a verification key.
    ///
    /// # Errors
    /// Where it does not hold.
    pub fn verify(&self, verification: &Point) -> Result<(), ProofError> {
        verify_signature(verification, &self.message, &self.signature)
    }

    /// Checks a statement that was made with [`Keys::sign_statement`] for this domain, and gives its text.
    ///
    /// # Errors
    /// Where the signature does not hold, or the message is no statement of this domain.
    pub fn statement(&self, verification: &Point, domain: &str) -> Result<&str, ProofError> {
        self.verify(verification)?;
        let not_of_kind = || ProofError(format!("the claim that a signed message is a {domain:?}"));
        self.message.strip_prefix(&statement_prefix(domain)).ok_or_else(not_of_kind)
    }
}

pub(super) fn verify_signature(key: &Point, message: &str, signature: &Proof) -> Result<(), ProofError> {
    if signature_holds(key, message, signature) {
        Ok(())
    } else {
        Err(ProofError("the signature".to_owned()))
    }
}

/// Checks a signature without leaving a copy of the message behind, which may quote a secret.
fn signature_holds(key: &Point, message: &str, signature: &Proof) -> bool {
    let commitment = EdwardsPoint::vartime_double_scalar_mul_basepoint(
        &signature.challenge,
        key.element(),
        &signature.response,
    );
    hash_to_scalar(&signature_prefix(message), &[Point::new(commitment)]) == signature.challenge
}

fn signature_prefix(message: &str) -> Zeroizing<String> {
    Zeroizing::new(format!("sigmsg|{message}|"))
}

fn statement_prefix(domain: &str) -> String {
    format!("scrutineer {domain}|")
}

/// What is signed before it is sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Addressed {
    recipient: Point,
    message: SecretText,
}

/// As [`SignedMessage`], for a message that quotes a secret.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretSigned {
    message: SecretText,
    signature: Proof,
}
