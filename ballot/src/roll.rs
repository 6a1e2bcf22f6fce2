//! The roll: the union's list of members, and what of it is frozen into a ballot.
//!
//! A [`Roll`] is read from the union's CSV file (design section 8) and holds names and contact data. A [`FrozenRoll`]
//! holds exactly the members who may vote in one ballot, and of each only what decides that they may: member number,
//! name, unit, standing and classification. Contact data never enters it, because officers and observers receive it in
//! order to check the denominator.

mod frozen;
mod member;
mod packed;
mod parse;
mod spreadsheet;
#[cfg(test)]
mod tests;

pub use frozen::{
    FROZEN_HEADER, FrozenRoll, FrozenRollError, RollDigest, RollMismatch, SALT_LEN, canonical_csv, roll_hash,
    verify_roll_hash,
};
pub use member::{Contact, EntryError, Fact, Member, MemberNo, MemberNoError, RollEntry};

use std::fmt;

use packed::Packed;

/// Most bytes that a roll file may have.
pub const MAX_ROLL_BYTES: usize = 64 << 20;
/// Most members that a roll may have.
pub const MAX_MEMBERS: usize = 1_000_000;

/// The members of a union as read from its file, in the order of the file; member numbers are unique.
///
/// There may be a million of them, so a [`Member`] is put together when it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roll {
    members: Packed,
    /// Their places in the order of their numbers.
    by_number: Vec<u32>,
}

/// A roll together with what its reader should know about how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedRoll {
    /// The members.
    pub roll: Roll,
    /// Sentences for people: how the file was read, columns left out, empty rows left out, e-mail addresses that several members share.
    pub warnings: Vec<String>,
}

/// One thing that is wrong with a roll file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// The line in the file on which the row begins, from 1.
    pub line: u64,
    /// What is wrong and what to do, as a sentence.
    pub message: String,
}

/// Everything that is wrong with a roll file, by line. Nothing of such a file is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollErrors(pub Vec<RowProblem>);

impl fmt::Display for RollErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            write!(f, "line {}: {}", problem.line, problem.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for RollErrors {}

/// A roll file as text, whatever encoding its bytes were in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollText {
    /// The file, still with its own separators.
    pub text: String,
    /// A sentence for people where the encoding was not UTF-8.
    pub assumed: Option<String>,
}

impl RollText {
    /// Decodes a file: UTF-8, or what spreadsheets write instead. A character that cannot be read becomes U+FFFD, which no roll
    /// takes: [`Roll::parse`] names its row.
    pub fn decode(file: &[u8]) -> Self {
        let spreadsheet::Decoded { text, assumed } = spreadsheet::decode(file);
        Self { text: text.into_owned(), assumed }
    }

    /// Refuses a file with far more lines than a roll has members: a quick look, before it is sent anywhere.
    ///
    /// # Errors
    /// Says how many lines there are, and how many there may be.
    pub fn check_lines(&self) -> Result<(), RollErrors> {
        parse::check_lines(&self.text)
    }
}

impl Roll {
    /// Reads a roll file: CSV with a header line. UTF-8 with commas is what is meant; what spreadsheets make of it (Windows-1252,
    /// Windows-1250, UTF-16, semicolons, tabs) is read too, and what was assumed is named in a warning.
    ///
    /// Required columns are `member_no,name,unit,standing`; optional ones are `email,phone,classification,language,
    /// address1,address2,postal_code,city,country,fact`; others are left out and named in a warning (design section 8).
    ///
    /// # Errors
    /// Every bad row, with its line and the reason; nothing is read by halves.
    pub fn parse(csv: &[u8]) -> Result<ParsedRoll, RollErrors> {
        parse::parse(csv)
    }

    /// The members in the order of the file.
    pub fn members(&self) -> impl Iterator<Item = Member> {
        (0..self.members.len()).filter_map(|place| self.members.get(place))
    }

    /// The member at a place in the file.
    pub fn member(&self, place: u32) -> Option<Member> {
        self.members.get(usize::try_from(place).ok()?)
    }

    /// The number of the member at a place in the file; empty beyond the last.
    pub fn number(&self, place: u32) -> &str {
        usize::try_from(place).map_or("", |place| self.members.number(place))
    }

    /// The places in the file, in the order of the members' numbers.
    pub fn by_number(&self) -> &[u32] {
        &self.by_number
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no member; a parsed roll always has at least one.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// What decides eligibility, for each member, in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = RollEntry> {
        self.members().map(|member| member.entry)
    }
}
