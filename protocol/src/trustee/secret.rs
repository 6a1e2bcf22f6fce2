//! Secrets inside messages: like [`Scalar`] and `String`, but erased when dropped and without `Debug`.
//!
//! The JSON reader and writer work on copies of their own, which are out of our reach; everything that
//! lives longer than one call of theirs is of these types.

use crate::group::{Scalar, scalar_text, secret_text};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A secret number below the group's order.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(super) struct SecretScalar(pub(super) Scalar);

impl Serialize for SecretScalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&secret_text(&self.0))
    }
}

impl<'de> Deserialize<'de> for SecretScalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar_text::deserialize(deserializer).map(Self)
    }
}

/// A text that quotes a secret.
#[derive(Clone)]
pub(super) struct SecretText(pub(super) Zeroizing<String>);

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}
