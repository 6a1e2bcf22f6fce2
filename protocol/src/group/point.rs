//! Points: elements of the prime-order subgroup, written as 64 hexadecimal digits.

use crate::{ParseError, json};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{Identity, IsIdentity};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::hash::{Hash, Hasher};

/// An element of the prime-order subgroup together with its one encoding.
///
/// A `Point` that was parsed is canonical and in the group; equality and hashing go by the encoding.
#[derive(Clone, Copy)]
pub struct Point {
    element: EdwardsPoint,
    /// RFC 8032 encoding, little-endian; the text shows these bytes reversed.
    encoding: [u8; 32],
}

impl Point {
    /// The point with its encoding. `element` must lie in the prime-order subgroup, which holds for
    /// everything that is computed from the generator and from parsed points.
    pub fn new(element: EdwardsPoint) -> Self {
        Self { element, encoding: element.compress().to_bytes() }
    }

    /// The neutral element, `1` in multiplicative notation.
    pub fn neutral() -> Self {
        Self::new(EdwardsPoint::identity())
    }

    /// Reads 64 lower-case hexadecimal digits (belenios-v1 section 2).
    ///
    /// # Errors
    /// Where the text is not the canonical encoding of an element of the prime-order subgroup.
    pub fn from_text(text: &str) -> Result<Self, ParseError> {
        Self::from_encoding(encoding_from_text(text)?)
    }

    /// Reads the 32 bytes of RFC 8032.
    ///
    /// # Errors
    /// Where they are not the canonical encoding of an element of the prime-order subgroup.
    pub fn from_encoding(encoding: [u8; 32]) -> Result<Self, ParseError> {
        Self::on_curve(encoding)?.in_group()
    }

    /// Reads the 32 bytes of RFC 8032 without showing that they lie in the prime-order subgroup, which is most of the cost.
    ///
    /// # Errors
    /// Where they are not the canonical encoding of a point of the curve.
    pub(crate) fn on_curve(encoding: [u8; 32]) -> Result<Self, ParseError> {
        if !is_canonical(&encoding) {
            return Err(ParseError::new("point", "is not in its canonical encoding"));
        }
        let element = CompressedEdwardsY(encoding).decompress();
        let element = element.ok_or_else(|| ParseError::new("point", "is not on the curve"))?;
        Ok(Self { element, encoding })
    }

    /// Reads 64 digits as [`Self::on_curve`] does their bytes.
    ///
    /// # Errors
    /// Where the text is not the canonical encoding of a point of the curve.
    pub(crate) fn on_curve_from_text(text: &str) -> Result<Self, ParseError> {
        Self::on_curve(encoding_from_text(text)?)
    }

    /// The point, which [`Self::on_curve`] has read, once it has been shown to lie in the group.
    ///
    /// # Errors
    /// Where it does not.
    pub(crate) fn in_group(self) -> Result<Self, ParseError> {
        if is_in_group(&self.element) { Ok(self) } else { Err(outside()) }
    }

    /// The element, for arithmetic.
    pub fn element(&self) -> &EdwardsPoint {
        &self.element
    }

    /// The 32 bytes of RFC 8032.
    pub fn encoding(&self) -> &[u8; 32] {
        &self.encoding
    }

    /// The text, where no memory needs to be allocated for it.
    pub(crate) fn text(&self) -> PointText {
        PointText::of(&self.encoding)
    }

    /// Whether this is the neutral element.
    pub fn is_neutral(&self) -> bool {
        self.element.is_identity()
    }

    /// The 64 digits.
    pub fn to_text(&self) -> String {
        self.text().as_str().to_owned()
    }
}

/// The bytes that 64 lower-case hexadecimal digits show, the last two first.
pub(crate) fn encoding_from_text(text: &str) -> Result<[u8; 32], ParseError> {
    let mut encoding = [0; 32];
    let read = base16ct::lower::decode(text, &mut encoding);
    if read.map(<[u8]>::len) != Ok(encoding.len()) {
        return Err(ParseError::new("point", "must be 64 lower-case hexadecimal digits"));
    }
    encoding.reverse();
    Ok(encoding)
}

/// Why a point of the curve is none of the group.
pub(crate) fn outside() -> ParseError {
    ParseError::new("point", "is not in the prime-order subgroup")
}

/// Whether bytes that decompress to a point are the ones that the point is written as: decompression also takes y of the
/// field's order or more, and a sign bit where x is 0, which it is for y = 1 and y = -1 alone.
fn is_canonical(encoding: &[u8; 32]) -> bool {
    let [first, middle @ .., last] = encoding;
    let (y_high, sign) = (last & 0x7f, last >> 7 == 1);
    let ones = middle.iter().all(|byte| *byte == 0xff) && y_high == 0x7f;
    let zeros = middle.iter().all(|byte| *byte == 0) && y_high == 0;
    let too_large = ones && *first >= 0xed;
    let x_is_zero = (zeros && *first == 1) || (ones && *first == 0xec);
    !(too_large || (x_is_zero && sign))
}

/// Whether an element lies in the prime-order subgroup, exactly; in variable time.
pub fn is_in_group(element: &EdwardsPoint) -> bool {
    // Of the group's order ℓ, (ℓ - 1) P is -P if and only if ℓ P is neutral; scalars stop short of ℓ itself.
    EdwardsPoint::vartime_double_scalar_mul_basepoint(&-Scalar::ONE, element, &Scalar::ZERO) == -element
}

/// Points with their encodings, made together: one inversion instead of one each.
pub fn encode_all(elements: &[EdwardsPoint]) -> Vec<Point> {
    EdwardsPoint::compress_batch_alloc(elements)
        .into_iter()
        .zip(elements)
        .map(|(encoding, element)| Point { element: *element, encoding: encoding.to_bytes() })
        .collect()
}

/// The text of an encoding: 64 lower-case hexadecimal digits, the last byte's first.
#[derive(Clone, Copy)]
pub(crate) struct PointText([u8; 64]);

impl PointText {
    /// The text of these bytes.
    pub(crate) fn of(encoding: &[u8; 32]) -> Self {
        let mut bytes = *encoding;
        bytes.reverse();
        let mut text = [b'0'; 64];
        // At once and not digit by digit: a vote's proofs hash some forty points. There is room for all digits.
        let _ = base16ct::lower::encode(&bytes, &mut text);
        Self(text)
    }

    /// The digits.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl PartialEq for Point {
    fn eq(&self, other: &Self) -> bool {
        self.encoding == other.encoding
    }
}

impl Eq for Point {}

impl Hash for Point {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.encoding.hash(state);
    }
}

impl PartialOrd for Point {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The order of the stock tool's credential lists: by little-endian bytes (belenios-v1 section 8).
impl Ord for Point {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.encoding.cmp(&other.encoding)
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().as_str())
    }
}

impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Point({self})")
    }
}

impl Serialize for Point {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text().as_str())
    }
}

impl<'de> Deserialize<'de> for Point {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::from_text(deserializer, "a point in hexadecimal, as a text", Self::from_text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::constants::EIGHT_TORSION;
    use proptest::prelude::*;

    /// What decompression takes and writes again.
    fn written_as(encoding: [u8; 32]) -> Option<[u8; 32]> {
        CompressedEdwardsY(encoding).decompress().map(|element| element.compress().to_bytes())
    }

    #[test]
    fn bytes_are_canonical_where_the_point_is_written_as_them() {
        let mut tried = 0;
        for first in 0..=255 {
            for (rest, last) in [(0, 0), (0, 0x80), (0xff, 0x7f), (0xff, 0xff), (0, 0x7f), (0xff, 0)] {
                let mut encoding = [rest; 32];
                (encoding[0], encoding[31]) = (first, last);
                if let Some(written) = written_as(encoding) {
                    assert_eq!(is_canonical(&encoding), written == encoding, "{}", hex::encode(encoding));
                    tried += usize::from(written != encoding);
                }
            }
        }
        assert!(tried > 10, "{tried}");
    }

    #[test]
    fn points_of_other_orders_are_outside() {
        let g = EdwardsPoint::mul_base(&Scalar::ONE);
        for (order, torsion) in EIGHT_TORSION.iter().enumerate() {
            for element in [*torsion, g + torsion, torsion - g] {
                assert_eq!(is_in_group(&element), order == 0);
                assert_eq!(is_in_group(&element), element.is_torsion_free());
                assert_eq!(Point::from_encoding(element.compress().to_bytes()).is_ok(), order == 0);
                assert!(Point::on_curve(element.compress().to_bytes()).is_ok());
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn other_bytes_too(encoding: [u8; 32]) {
            if let Some(written) = written_as(encoding) {
                prop_assert_eq!(is_canonical(&encoding), written == encoding);
            }
        }
    }
}
