//! The roll frozen into one ballot: canonical CSV and the salted hash that the description line carries.
//!
//! Columns: `member_no,name,unit,standing,classification`, the ones that decide eligibility. Rows are exactly the members
//! who may vote, so the number of rows is the ballot's `eligible`, and whoever is given salt and file can check both the
//! denominator and every single member (design section 7).

use std::borrow::Borrow;

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{MemberNo, RollEntry};

/// The header of a frozen roll, without its line feed.
pub const FROZEN_HEADER: &str = "member_no,name,unit,standing,classification";
/// Bytes of the salt that is hashed before the roll.
pub const SALT_LEN: usize = 32;

/// The members who may vote in one ballot, sorted by member number (byte by byte) and unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenRoll {
    entries: Vec<RollEntry>,
}

/// Why a frozen roll cannot be made or read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrozenRollError {
    /// No member at all.
    #[error("the frozen roll has no members")]
    Empty,
    /// A member number twice.
    #[error("member number {0} stands on the frozen roll twice")]
    Duplicate(MemberNo),
    /// The bytes are not the canonical form.
    #[error("the file is not a frozen roll as this program writes it (line {line}: {reason})")]
    NotCanonical {
        /// The line, from 1.
        line: u64,
        /// What is wrong there.
        reason: String,
    },
}

/// The roll or its salt is not the one that the ballot was opened with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the frozen roll does not match the ballot: with this salt its fingerprint is another one")]
pub struct RollMismatch;

impl FrozenRoll {
    /// Freezes the given members, in whatever order they come.
    ///
    /// # Errors
    /// No member, or a member number twice.
    pub fn new(entries: impl IntoIterator<Item = RollEntry>) -> Result<Self, FrozenRollError> {
        let mut entries: Vec<_> = entries.into_iter().collect();
        if entries.is_empty() {
            return Err(FrozenRollError::Empty);
        }
        entries.sort_by(|a, b| a.no().as_str().as_bytes().cmp(b.no().as_str().as_bytes()));
        if let Some((_, twice)) = entries.iter().zip(entries.iter().skip(1)).find(|(a, b)| a.no() == b.no()) {
            return Err(FrozenRollError::Duplicate(twice.no().clone()));
        }
        Ok(Self { entries })
    }

    /// Reads the canonical CSV back.
    ///
    /// # Errors
    /// The bytes differ anywhere from what [`FrozenRoll::to_csv`] writes.
    pub fn parse(bytes: &[u8]) -> Result<Self, FrozenRollError> {
        let bad = |line: u64, reason: String| FrozenRollError::NotCanonical { line, reason };
        let text = std::str::from_utf8(bytes).map_err(|e| bad(1, e.to_string()))?;
        let rows = text
            .strip_prefix(FROZEN_HEADER)
            .and_then(|rest| rest.strip_prefix('\n'))
            .ok_or_else(|| bad(1, "the header is another one".to_owned()))?;
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(rows.as_bytes());
        let mut entries = Vec::new();
        for (row, record) in (2..).zip(reader.records()) {
            let record = record.map_err(|e| bad(row, e.to_string()))?;
            let [no, name, unit, standing, classification] = record.iter().collect::<Vec<_>>()[..] else {
                return Err(bad(row, "five columns are expected".to_owned()));
            };
            let entry = RollEntry::new(no, name, unit, standing, classification);
            entries.push(entry.map_err(|e| bad(row, e.to_string()))?);
        }
        let roll = Self::new(entries)?;
        let canonical = roll.to_csv();
        if canonical.as_bytes() == bytes {
            return Ok(roll);
        }
        let same = canonical.lines().zip(text.lines()).take_while(|(a, b)| a == b).count();
        Err(bad(
            u64::try_from(same + 1).unwrap_or(u64::MAX),
            "order, quotation or line ends differ".to_owned(),
        ))
    }

    /// The members in the order of the file.
    pub fn entries(&self) -> &[RollEntry] {
        &self.entries
    }

    /// Number of members who may vote: the description line's `eligible`.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no member: never, since such a roll cannot be made.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Looks a member up.
    pub fn get(&self, no: &MemberNo) -> Option<&RollEntry> {
        self.entries.binary_search_by(|e| e.no().cmp(no)).ok().and_then(|i| self.entries.get(i))
    }

    /// The canonical CSV: the header, then one line for each member sorted by member number byte by byte; a field stands
    /// in quotation marks (doubled inside) only if it contains a comma or a quotation mark (RFC 4180); every line ends
    /// with one line feed.
    pub fn to_csv(&self) -> String {
        let mut out = String::with_capacity(self.entries.len() * 64);
        canonical_csv(&self.entries, |line| out.push_str(line));
        out
    }

    /// The hash under `salt` that goes into the description line.
    pub fn hash(&self, salt: &[u8; SALT_LEN]) -> [u8; 32] {
        let mut hash = Sha256::new().chain_update(salt);
        canonical_csv(&self.entries, |line| hash.update(line));
        hash.finalize().into()
    }

    /// SHA-256 of the canonical CSV, which is not put together for it.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        canonical_csv(&self.entries, |line| hash.update(line));
        hash.finalize().into()
    }
}

/// Gives out the canonical CSV of members line by line, each with its line feed. They come sorted by their numbers, each once,
/// as those of a [`FrozenRoll`] do.
pub fn canonical_csv<E: Borrow<RollEntry>>(entries: impl IntoIterator<Item = E>, mut put: impl FnMut(&str)) {
    put(FROZEN_HEADER);
    put("\n");
    let mut line = String::new();
    for entry in entries {
        line.clear();
        push_line(&mut line, entry.borrow());
        put(&line);
    }
}

fn push_line(line: &mut String, e: &RollEntry) {
    let fields = [e.no().as_str(), e.name(), e.unit(), e.standing(), e.classification().unwrap_or("")];
    for (i, field) in fields.into_iter().enumerate() {
        if i > 0 {
            line.push(',');
        }
        push_field(line, field);
    }
    line.push('\n');
}

/// Hashes the canonical CSV of members who come one after the other, sorted by their numbers, each once.
pub struct RollDigest {
    hash: Sha256,
    line: String,
}

impl RollDigest {
    /// As [`FrozenRoll::digest`].
    #[must_use]
    pub fn plain() -> Self {
        Self { hash: Sha256::new().chain_update(FROZEN_HEADER).chain_update("\n"), line: String::new() }
    }

    /// As [`FrozenRoll::hash`].
    #[must_use]
    pub fn salted(salt: &[u8; SALT_LEN]) -> Self {
        let hash = Sha256::new().chain_update(salt).chain_update(FROZEN_HEADER).chain_update("\n");
        Self { hash, line: String::new() }
    }

    /// The next member.
    pub fn add(&mut self, entry: &RollEntry) {
        self.line.clear();
        push_line(&mut self.line, entry);
        self.hash.update(&self.line);
    }

    /// The hash.
    #[must_use]
    pub fn finish(self) -> [u8; 32] {
        self.hash.finalize().into()
    }
}

fn push_field(out: &mut String, field: &str) {
    if field.contains([',', '"']) {
        out.push('"');
        out.push_str(&field.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(field);
    }
}

/// SHA-256(salt ‖ canonical CSV): the description line's `roll` (design section 7). The salt keeps a stranger from
/// guessing rolls against the hash.
pub fn roll_hash(salt: &[u8; SALT_LEN], canonical_csv: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(salt).chain_update(canonical_csv).finalize().into()
}

/// Checks that a roll file is the one that a ballot was opened with.
///
/// # Errors
/// The hash is another one.
pub fn verify_roll_hash(
    salt: &[u8; SALT_LEN],
    canonical_csv: &[u8],
    expected: &[u8; 32],
) -> Result<(), RollMismatch> {
    if roll_hash(salt, canonical_csv) == *expected { Ok(()) } else { Err(RollMismatch) }
}
