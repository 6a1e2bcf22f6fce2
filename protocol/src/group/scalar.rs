//! Scalars: numbers below the group's order, written in decimal.

use super::decimal::{Decimal, from_decimal};
use crate::ParseError;
use curve25519_dalek::scalar::Scalar;
use zeroize::Zeroizing;

/// The decimal text of a scalar, without leading zeros.
pub fn scalar_to_text(scalar: &Scalar) -> String {
    digits(scalar).as_str().to_owned()
}

/// The same, where no memory needs to be allocated for it.
pub(super) fn digits(scalar: &Scalar) -> Decimal {
    Decimal::of(scalar.as_bytes())
}

/// The decimal text of a secret scalar, for the files and messages of belenios-v1 section 7 that hold one.
pub fn secret_text(scalar: &Scalar) -> Zeroizing<String> {
    Zeroizing::new(scalar_to_text(scalar))
}

/// Reads a scalar: decimal digits, no sign, no leading zeros, below the group's order.
///
/// # Errors
/// Where the text is anything else.
pub fn scalar_from_text(text: &str) -> Result<Scalar, ParseError> {
    let bytes = from_decimal(text)
        .ok_or_else(|| ParseError::new("scalar", "must be a decimal number without leading zeros"))?;
    Option::from(Scalar::from_canonical_bytes(bytes))
        .ok_or_else(|| ParseError::new("scalar", "must be below the order of the group"))
}

/// A 256-bit big-endian number modulo the group's order: how hashes become scalars (belenios-v1 section 2).
pub fn scalar_from_hash(digest: &[u8; 32]) -> Scalar {
    let mut bytes = *digest;
    bytes.reverse();
    Scalar::from_bytes_mod_order(bytes)
}
