//! Messages sealed to one trustee: ElGamal for a random group element, AES-256-GCM under its hash
//! (belenios-v1 section 7.1).

use crate::ParseError;
use crate::group::{Point, Scalar, power_of_g};
use crate::hash::sha256;
use crate::json;
use crate::proof::Nonces;
use aes_gcm::aead::consts::U32;
use aes_gcm::aes::Aes256;
use aes_gcm::{AesGcm, Key, KeyInit, Nonce, aead::Aead};
use rand_core::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use zeroize::Zeroizing;

/// The stock tool takes the whole hash as nonce, not 12 bytes of it.
type Cipher = AesGcm<Aes256, U32>;

/// A sealed message. In JSON it is a string that holds the JSON of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed(Encrypted);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Encrypted {
    algorithm: Algorithm,
    /// `g^r`.
    alpha: Point,
    /// The random element times `ek^r`.
    beta: Point,
    /// Ciphertext and tag.
    #[serde(with = "hex")]
    data: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Algorithm {
    #[serde(rename = "AES-GCM")]
    AesGcm,
}

/// Why a sealed message does not open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It was sealed with another key, or altered.
    #[error("it does not open with this key")]
    Key,
    /// It opens, but does not hold what it should.
    #[error(transparent)]
    Content(#[from] ParseError),
    /// It was not signed by its sender.
    #[error("the signature inside does not hold")]
    Signature,
    /// It was written for somebody else.
    #[error("it is addressed to somebody else")]
    Recipient,
}

impl Sealed {
    /// Seals a text so that who holds the private half of `to` can open it.
    pub(super) fn seal(to: &Point, text: &str, rng: &mut impl CryptoRng) -> Self {
        let mut nonces = Nonces::new(rng, text.as_bytes(), to.encoding());
        let (r, s) = (nonces.scalar(), nonces.scalar());
        let element = power_of_g(&s);
        let alpha = Point::new(power_of_g(&r));
        let beta = Point::new(to.element() * *r + element);
        let (cipher, iv) = cipher(&Point::new(element), &alpha);
        #[expect(clippy::expect_used, reason = "AES-GCM refuses only texts beyond 64 GiB")]
        let data = cipher.encrypt(&iv, text.as_bytes()).expect("the message is far below the cipher's limit");
        Self(Encrypted { algorithm: Algorithm::AesGcm, alpha, beta, data })
    }

    /// Opens the message with the private half of the key that it was sealed to.
    pub(super) fn open(&self, dk: &Scalar) -> Result<Zeroizing<String>, OpenError> {
        let Encrypted { alpha, beta, data, .. } = &self.0;
        let element = Point::new(beta.element() - alpha.element() * dk);
        let (cipher, iv) = cipher(&element, alpha);
        let bytes = Zeroizing::new(cipher.decrypt(&iv, data.as_slice()).map_err(|_| OpenError::Key)?);
        let text = str::from_utf8(&bytes).map_err(|_| ParseError::new("sealed message", "is not UTF-8"))?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// Reads the JSON object, as the stock tool keeps it in a `.dkey` file; one newline may follow.
    ///
    /// # Errors
    /// Where the text is anything but the canonical form of a sealed message.
    pub fn from_text(text: &str) -> Result<Self, ParseError> {
        json::parse("sealed message", text.strip_suffix('\n').unwrap_or(text).as_bytes()).map(Self)
    }

    /// The JSON object.
    pub fn to_text(&self) -> String {
        json::to_text(&self.0)
    }
}

fn cipher(element: &Point, alpha: &Point) -> (Cipher, Nonce<U32>) {
    let preimage = Zeroizing::new(format!("key|{element}"));
    let key = Zeroizing::new(sha256(preimage.as_bytes()));
    let iv = sha256(format!("iv|{alpha}").as_bytes());
    (Cipher::new(&Key::<Cipher>::from(*key)), Nonce::from(iv))
}

impl Serialize for Sealed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

impl<'de> Deserialize<'de> for Sealed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        json::parse("sealed message", text.as_bytes()).map(Self).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cipher_agrees_with_the_vectors() {
        #[derive(Deserialize)]
        struct Vectors {
            cases: Vec<Case>,
        }
        #[derive(Deserialize)]
        struct Case {
            #[serde(with = "hex")]
            key: [u8; 32],
            #[serde(with = "hex")]
            iv: [u8; 32],
            plaintext: String,
            #[serde(with = "hex")]
            data: Vec<u8>,
        }
        let vectors: Vectors =
            serde_json::from_str(include_str!("../../../tests/data/unit/aes_gcm.json")).unwrap();
        assert!(!vectors.cases.is_empty());
        for case in vectors.cases {
            let cipher = Cipher::new(&Key::<Cipher>::from(case.key));
            let iv = Nonce::from(case.iv);
            assert_eq!(cipher.encrypt(&iv, case.plaintext.as_bytes()).unwrap(), case.data);
            assert_eq!(cipher.decrypt(&iv, case.data.as_slice()).unwrap(), case.plaintext.as_bytes());
        }
    }
}
