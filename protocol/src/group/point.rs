//! Points: elements of the prime-order subgroup, written as 64 hexadecimal digits.

use crate::ParseError;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::traits::{Identity, IsIdentity};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::borrow::Cow;
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
        if text.len() != 64 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(ParseError::new("point", "must be 64 lower-case hexadecimal digits"));
        }
        let mut encoding = [0; 32];
        hex::decode_to_slice(text, &mut encoding).map_err(|e| ParseError::new("point", e.to_string()))?;
        encoding.reverse();
        Self::from_encoding(encoding)
    }

    /// Reads the 32 bytes of RFC 8032.
    ///
    /// # Errors
    /// Where they are not the canonical encoding of an element of the prime-order subgroup.
    pub fn from_encoding(encoding: [u8; 32]) -> Result<Self, ParseError> {
        let element = CompressedEdwardsY(encoding)
            .decompress()
            .ok_or_else(|| ParseError::new("point", "is not on the curve"))?;
        // Decompression accepts y >= p and a sign bit on x = 0, so the encoding is made again.
        if element.compress().to_bytes() != encoding {
            return Err(ParseError::new("point", "is not in its canonical encoding"));
        }
        if !is_in_group(&element) {
            return Err(ParseError::new("point", "is not in the prime-order subgroup"));
        }
        Ok(Self { element, encoding })
    }

    /// Reads 64 digits that [`Self::from_text`] has accepted before. Ten times as fast, because neither the encoding nor the
    /// subgroup is checked again.
    ///
    /// # Errors
    /// Where the text is no point of the curve at all.
    pub(crate) fn from_checked_text(text: &str) -> Result<Self, ParseError> {
        let mut encoding = [0; 32];
        hex::decode_to_slice(text, &mut encoding).map_err(|e| ParseError::new("point", e.to_string()))?;
        encoding.reverse();
        let element = CompressedEdwardsY(encoding).decompress();
        let element = element.ok_or_else(|| ParseError::new("point", "is not on the curve"))?;
        Ok(Self { element, encoding })
    }

    /// The element, for arithmetic.
    pub fn element(&self) -> &EdwardsPoint {
        &self.element
    }

    /// The 32 bytes of RFC 8032.
    pub fn encoding(&self) -> &[u8; 32] {
        &self.encoding
    }

    /// Whether this is the neutral element.
    pub fn is_neutral(&self) -> bool {
        self.element.is_identity()
    }

    /// The 64 digits.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(64);
        push_text(&self.encoding, &mut text);
        text
    }
}

/// Whether an element lies in the prime-order subgroup, exactly.
pub fn is_in_group(element: &EdwardsPoint) -> bool {
    element.is_torsion_free()
}

/// Points with their encodings, made together: one inversion instead of one each.
pub fn encode_all(elements: &[EdwardsPoint]) -> Vec<Point> {
    EdwardsPoint::compress_batch_alloc(elements)
        .into_iter()
        .zip(elements)
        .map(|(encoding, element)| Point { element: *element, encoding: encoding.to_bytes() })
        .collect()
}

/// Appends the text of a point.
pub(crate) fn push_point(point: &Point, out: &mut String) {
    push_text(&point.encoding, out);
}

/// Appends the text of an encoding.
pub(super) fn push_text(encoding: &[u8; 32], out: &mut String) {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    for byte in encoding.iter().rev() {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
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
        f.write_str(&self.to_text())
    }
}

impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Point({self})")
    }
}

impl Serialize for Point {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

impl<'de> Deserialize<'de> for Point {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::from_text(&text).map_err(D::Error::custom)
    }
}
