//! The encoding of a point alone: an eighth of a [`Point`], for lists that have one for every voter.

use super::Point;
use super::point::PointText;
use std::fmt;

/// The 32 bytes (RFC 8032) of a point that was checked or made here. Ordered as the stock tool's credential lists are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Encoding([u8; 32]);

impl Encoding {
    /// The bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The text.
    pub(crate) fn text(&self) -> PointText {
        PointText::of(&self.0)
    }
}

impl From<&Point> for Encoding {
    fn from(point: &Point) -> Self {
        Self(*point.encoding())
    }
}

/// The 64 digits.
impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().as_str())
    }
}

impl fmt::Debug for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoding({self})")
    }
}
