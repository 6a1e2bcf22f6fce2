//! Headers: 512 bytes that follow from a name, a size and the archive's time.

use super::{ArchiveError, BLOCK};
use crate::ParseError;
use crate::hash::HexHash;
use crate::json;
use serde::{Deserialize, Serialize};

/// The name of the first member.
pub(super) const FIRST: &str = "BELENIOS";

/// The largest number in 11 octal digits.
const MAX_NUMBER: u64 = (1 << 33) - 1;

const NAME_END: usize = 100;
const SIZE: std::ops::Range<usize> = 124..135;
const TIME: std::ops::Range<usize> = 136..147;
const CHECKSUM: std::ops::Range<usize> = 148..156;
/// The checksum's digits; a zero byte and a blank follow.
const SUM: std::ops::Range<usize> = 148..154;

/// What a record holds, as its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `HASH.data.json`: what an event speaks of.
    Data,
    /// `HASH.event.json`: a link of the chain.
    Event,
}

impl Kind {
    fn suffix(self) -> &'static str {
        match self {
            Self::Data => ".data.json",
            Self::Event => ".event.json",
        }
    }
}

/// The name under which a record is stored.
pub(super) fn record_name(kind: Kind, hash: &HexHash) -> String {
    format!("{hash}{}", kind.suffix())
}

/// Reads the name of a record.
pub(super) fn parse_record_name(name: &str) -> Option<(Kind, HexHash)> {
    [Kind::Data, Kind::Event].into_iter().find_map(|kind| {
        let hash = HexHash::from_text(name.strip_suffix(kind.suffix())?).ok()?;
        Some((kind, hash))
    })
}

/// The time of an archive in seconds since 1970, which every member carries. At most 11 octal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamp(u64);

/// The body of the first member.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening {
    version: u32,
    timestamp: String,
}

impl Timestamp {
    /// `seconds` since 1970.
    ///
    /// # Errors
    /// [`ArchiveError::Number`] where a header has no room for it (from the year 2242).
    pub fn new(seconds: u64) -> Result<Self, ArchiveError> {
        if seconds > MAX_NUMBER {
            return Err(ArchiveError::Number { what: "the time", value: seconds });
        }
        Ok(Self(seconds))
    }

    /// Seconds since 1970.
    pub fn seconds(self) -> u64 {
        self.0
    }

    /// The body of the first member.
    pub(super) fn opening(self) -> String {
        json::to_text(&Opening { version: 1, timestamp: self.0.to_string() })
    }

    /// Reads the body of the first member.
    pub(super) fn parse_opening(body: &[u8]) -> Result<Self, ArchiveError> {
        let what = "first member";
        let opening: Opening = json::parse(what, body)?;
        if opening.version != 1 {
            return Err(ParseError::new(what, format!("version {} is not 1", opening.version)).into());
        }
        let seconds: u64 = opening
            .timestamp
            .parse()
            .map_err(|_| ParseError::new(what, "the timestamp is not a number of seconds"))?;
        let timestamp = Self::new(seconds)?;
        if timestamp.opening().as_bytes() != body {
            return Err(ParseError::new(what, "the timestamp is not in canonical form").into());
        }
        Ok(timestamp)
    }
}

/// A header as it must be.
///
/// # Errors
/// [`ArchiveError::Number`] where `size` is too large.
pub(super) fn write(name: &str, size: u64, time: Timestamp) -> Result<[u8; BLOCK], ArchiveError> {
    if size > MAX_NUMBER {
        return Err(ArchiveError::Number { what: "the size", value: size });
    }
    let mut block = [0; BLOCK];
    block[..name.len()].copy_from_slice(name.as_bytes());
    block[100..107].copy_from_slice(b"0000644");
    block[108..115].copy_from_slice(b"0000000");
    block[116..123].copy_from_slice(b"0000000");
    write_octal(&mut block[SIZE], size);
    write_octal(&mut block[TIME], time.0);
    block[CHECKSUM].copy_from_slice(b"        ");
    block[156] = b'0';
    let sum = block.iter().map(|byte| u64::from(*byte)).sum();
    write_octal(&mut block[SUM], sum);
    block[SUM.end] = 0;
    Ok(block)
}

/// Fills a field with a number that has no more digits.
fn write_octal(field: &mut [u8], mut number: u64) {
    for digit in field.iter_mut().rev() {
        *digit = b'0' | number.to_le_bytes()[0] & 7;
        number >>= 3;
    }
}

/// The fields of a header from which [`write`] makes it again. `None` where they cannot be read.
pub(super) fn read(block: &[u8; BLOCK]) -> Option<(&str, u64, Timestamp)> {
    let end = block[..NAME_END].iter().position(|byte| *byte == 0)?;
    let name = std::str::from_utf8(&block[..end]).ok()?;
    Some((name, octal(&block[SIZE])?, Timestamp(octal(&block[TIME])?)))
}

fn octal(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0u64, |n, digit| match digit {
        b'0'..=b'7' => Some(n * 8 + u64::from(digit - b'0')),
        _ => None,
    })
}

/// The number of zero bytes after a body.
pub(super) fn padding(size: u64) -> u64 {
    let block = BLOCK as u64;
    (block - size % block) % block
}
