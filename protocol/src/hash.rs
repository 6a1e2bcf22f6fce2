//! Hashes and their texts (belenios-v1 section 1), and the hash of points to a scalar (section 2).

use crate::group::{Point, Scalar, scalar_from_hash};
use crate::{ParseError, json};
use base64ct::{Base64Unpadded, Encoding};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::fmt;

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-256 of these pieces, one behind the other.
pub(crate) fn sha256_of<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    pieces.into_iter().fold(Sha256::new(), |hash, piece| hash.chain_update(piece)).finalize().into()
}

/// SHA-256 of `start` with each of these ends; the start is hashed once.
pub(crate) fn hash_with_ends<const N: usize>(start: &[u8], ends: [&[u8]; N]) -> [[u8; 32]; N] {
    let begun = Sha256::new().chain_update(start);
    ends.map(|end| begun.clone().chain_update(end).finalize().into())
}

/// `H(prefix, points)`: SHA-256 over the prefix and the texts of the points joined by commas, as a
/// big-endian number modulo the group's order. The prefix carries its own final `|`.
pub fn hash_to_scalar(prefix: &str, points: &[Point]) -> Scalar {
    // Fed piece by piece, so that no copy of a prefix that quotes a secret message stays behind.
    let mut hasher = Sha256::new();
    hasher.update(prefix);
    for (i, point) in points.iter().enumerate() {
        if i > 0 {
            hasher.update(",");
        }
        hasher.update(point.text().as_str());
    }
    let digest = hasher.finalize().into();
    #[cfg(test)]
    crate::hash_trace::note(&digest);
    scalar_from_hash(&digest)
}

/// A SHA-256 written in lower-case hexadecimal: objects, events, names of records.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HexHash([u8; 32]);

impl HexHash {
    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha256(bytes))
    }

    /// A digest that was computed elsewhere.
    pub fn from_digest(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The 32 bytes.
    pub fn digest(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// Where the text is anything else.
    pub fn from_text(text: &str) -> Result<Self, ParseError> {
        let mut digest = [0; 32];
        let read = base16ct::lower::decode(text, &mut digest);
        if read.map(<[u8]>::len) != Ok(digest.len()) {
            return Err(ParseError::new("hash", "must be 64 lower-case hexadecimal digits"));
        }
        Ok(Self(digest))
    }
}

/// A SHA-256 written in Base64 without padding: election fingerprints, trackers, ballot hashes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Base64Hash([u8; 32]);

impl Base64Hash {
    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha256(bytes))
    }

    /// A digest that was computed elsewhere.
    pub fn from_digest(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The 32 bytes.
    pub fn digest(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 43 digits of Base64 without padding.
    ///
    /// # Errors
    /// Where the text is anything else, a non-canonical last digit included.
    pub fn from_text(text: &str) -> Result<Self, ParseError> {
        let wrong = || ParseError::new("hash", "must be 43 digits of Base64 without padding");
        let mut digest = [0; 32];
        let decoded = Base64Unpadded::decode(text, &mut digest).map_err(|_| wrong())?;
        if decoded.len() != 32 {
            return Err(wrong());
        }
        Ok(Self(digest))
    }
}

impl HexHash {
    /// The text, where no memory needs to be allocated for it.
    fn text<'a>(&self, room: &'a mut [u8; 64]) -> &'a str {
        // There is room for all digits.
        base16ct::lower::encode_str(&self.0, room).unwrap_or_default()
    }
}

impl Base64Hash {
    /// The text, where no memory needs to be allocated for it.
    pub(crate) fn text<'a>(&self, room: &'a mut [u8; 43]) -> &'a str {
        // There is room for all digits.
        Base64Unpadded::encode(&self.0, room).unwrap_or_default()
    }
}

macro_rules! text_form {
    ($type:ident, $digits:literal) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.text(&mut [0; $digits]))
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($type))
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.text(&mut [0; $digits]))
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                json::from_text(deserializer, "a hash, as a text", Self::from_text)
            }
        }

        impl std::str::FromStr for $type {
            type Err = ParseError;

            fn from_str(text: &str) -> Result<Self, ParseError> {
                Self::from_text(text)
            }
        }
    };
}

text_form!(HexHash, 64);
text_form!(Base64Hash, 43);
