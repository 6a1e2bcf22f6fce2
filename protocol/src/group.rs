//! The group `Ed25519` of belenios-v1 section 2: points and scalars and the texts they are written in.

mod backend;
mod decimal;
mod encoding;
mod point;
mod scalar;
mod subgroup;

pub use backend::Backend;
pub use curve25519_dalek::edwards::EdwardsPoint;
pub use curve25519_dalek::scalar::Scalar;
pub use encoding::Encoding;
pub use point::{Point, encode_all, is_in_group};
pub(crate) use point::{PointText, encoding_from_text, outside};
use scalar::digits;
pub use scalar::{scalar_from_hash, scalar_from_text, scalar_to_text, secret_text};
pub(crate) use subgroup::all_in_group;

/// The group's name as it stands in elections and proofs.
pub const NAME: &str = "Ed25519";

/// The scalar `n`.
pub fn small(n: u64) -> Scalar {
    Scalar::from(n)
}

/// `g^x` in constant time.
pub fn power_of_g(x: &Scalar) -> EdwardsPoint {
    EdwardsPoint::mul_base(x)
}

/// For serde: `#[serde(with = "crate::group::scalar_text")]` writes a scalar as its decimal text.
pub mod scalar_text {
    use super::{Scalar, digits, scalar_from_text};
    use crate::json;
    use serde::{Deserializer, Serializer};

    /// Writes the decimal text.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(scalar: &Scalar, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(digits(scalar).as_str())
    }

    /// Reads the decimal text.
    ///
    /// # Errors
    /// Where the text is not the canonical decimal of a number below the group's order.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Scalar, D::Error> {
        // Where it stands, for it may be a secret's.
        json::from_text(deserializer, "a number in decimal, as a text", scalar_from_text)
    }
}
