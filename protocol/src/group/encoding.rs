//! The encoding of a point alone: an eighth of a [`Point`], for lists that have one for every voter.

use super::Point;
use super::point::push_text;
use std::fmt;

/// The 32 bytes (RFC 8032) of a point that was checked or made here. Ordered as the stock tool's credential lists are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Encoding([u8; 32]);

impl Encoding {
    /// The bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Appends the 64 digits of the text.
    pub(crate) fn push_text(&self, out: &mut String) {
        push_text(&self.0, out);
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
        let mut text = String::with_capacity(64);
        self.push_text(&mut text);
        f.write_str(&text)
    }
}

impl fmt::Debug for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoding({self})")
    }
}
