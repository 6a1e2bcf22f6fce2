//! One member: the number, what decides eligibility, how to reach them, and what only they know.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::text::{TextError, line, optional_line};

/// A member number as the union gives it out: 1 to 32 ASCII letters, digits and `- _ . + # : /`, beginning with a letter
/// or digit, compared byte by byte.
///
/// It goes into file names, command lines and OpenSSH's `allowed_signers`, so the characters that are special there
/// (blanks, commas, quotation marks, `* ? ! \`) are not allowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MemberNo(String);

/// Why a text is not a member number. The sentence is made to follow `the member number`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MemberNoError {
    /// No text.
    #[error("is empty")]
    Empty,
    /// More than 32 characters.
    #[error("has more than 32 characters")]
    TooLong,
    /// A character that is not allowed.
    #[error("contains {0:?}; letters A to Z, digits and - _ . + # : / are allowed")]
    Character(char),
    /// The first character is a sign.
    #[error("begins with {0:?}; it must begin with a letter or a digit")]
    First(char),
}

impl MemberNo {
    /// Most characters of a member number.
    pub const MAX_LEN: usize = 32;

    /// Reads a member number; blanks at both ends are taken away.
    ///
    /// # Errors
    /// Says which rule above does not hold.
    pub fn parse(text: &str) -> Result<Self, MemberNoError> {
        let text = text.trim();
        let Some(first) = text.chars().next() else { return Err(MemberNoError::Empty) };
        if let Some(bad) = text.chars().find(|c| !c.is_ascii_alphanumeric() && !"-_.+#:/".contains(*c)) {
            return Err(MemberNoError::Character(bad));
        }
        if !first.is_ascii_alphanumeric() {
            return Err(MemberNoError::First(first));
        }
        if text.len() > Self::MAX_LEN {
            return Err(MemberNoError::TooLong);
        }
        Ok(Self(text.to_owned()))
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as part of a file name: `/` and `:` become `%2F` and `%3A`, everything else stays. Different numbers
    /// give different names, since `%` is not allowed in a number.
    pub fn file_name(&self) -> String {
        self.0.replace('/', "%2F").replace(':', "%3A")
    }
}

impl fmt::Display for MemberNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for MemberNo {
    type Err = MemberNoError;

    fn from_str(text: &str) -> Result<Self, MemberNoError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for MemberNo {
    type Error = MemberNoError;

    fn try_from(text: String) -> Result<Self, MemberNoError> {
        Self::parse(&text)
    }
}

impl From<MemberNo> for String {
    fn from(no: MemberNo) -> String {
        no.0
    }
}

/// What decides whether a member may vote, and what is frozen into a ballot of each member who may.
///
/// A roll may have a million of them, and freezing divides it into boxes: copies share one text.
#[derive(Clone, PartialEq, Eq)]
pub struct RollEntry(Arc<Columns>);

#[derive(PartialEq, Eq)]
struct Columns {
    no: MemberNo,
    /// Name, unit, standing and classification, one after the other; an empty classification is none.
    text: Box<str>,
    /// Where the first three of them end.
    ends: [u16; 3],
}

impl fmt::Debug for RollEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RollEntry")
            .field("no", self.no())
            .field("name", &self.name())
            .field("unit", &self.unit())
            .field("standing", &self.standing())
            .field("classification", &self.classification())
            .finish()
    }
}

/// Why the columns of a member cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EntryError {
    /// The member number.
    #[error("the member number {0}")]
    MemberNo(#[from] MemberNoError),
    /// Another column, by its name in the header.
    #[error("{column} {error}")]
    Column {
        /// The column's name in the header.
        column: &'static str,
        /// What is wrong with it.
        error: TextError,
    },
    /// The standing is not one short word.
    #[error("standing {0:?} is not one word of letters, digits, - and _, such as \"good\"")]
    Standing(String),
}

impl RollEntry {
    /// Most characters of a name.
    pub const MAX_NAME: usize = 200;
    /// Most characters of a unit or a classification.
    pub const MAX_GROUP: usize = 100;
    /// Most characters of a standing.
    pub const MAX_STANDING: usize = 32;

    /// Checks the columns of one member; an empty `classification` counts as none. Blanks at both ends are taken away.
    ///
    /// # Errors
    /// The first column that cannot be taken, in the order of the arguments.
    pub fn new(
        no: &str,
        name: &str,
        unit: &str,
        standing: &str,
        classification: &str,
    ) -> Result<Self, EntryError> {
        let column = |column| move |error| EntryError::Column { column, error };
        let no = MemberNo::parse(no)?;
        let name = line(name, Self::MAX_NAME).map_err(column("name"))?;
        let unit = line(unit, Self::MAX_GROUP).map_err(column("unit"))?;
        let standing = line(standing, Self::MAX_STANDING).map_err(column("standing"))?;
        if !standing.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) {
            return Err(EntryError::Standing(standing));
        }
        let classification =
            optional_line(classification, Self::MAX_GROUP).map_err(column("classification"))?;
        Ok(Self::put_together(no, name, [&unit, &standing, &classification]))
    }

    /// The same of columns that were checked.
    pub(super) fn of_columns(no: &str, name: &str, unit: &str, standing: &str, classification: &str) -> Self {
        Self::put_together(MemberNo(no.to_owned()), name.to_owned(), [unit, standing, classification])
    }

    fn put_together(no: MemberNo, mut text: String, others: [&str; 3]) -> Self {
        let mut ends = [0; 3];
        for (end, next) in ends.iter_mut().zip(others) {
            // At most a few thousand bytes.
            *end = u16::try_from(text.len()).unwrap_or(u16::MAX);
            text.push_str(next);
        }
        Self(Arc::new(Columns { no, text: text.into_boxed_str(), ends }))
    }

    /// The text from one end to another; `None`: its beginning or its end.
    fn column(&self, from: Option<u16>, to: Option<u16>) -> &str {
        let Columns { text, .. } = &*self.0;
        let (from, to) = (from.map_or(0, usize::from), to.map_or(text.len(), usize::from));
        text.get(from..to).unwrap_or_default()
    }

    /// The member number.
    pub fn no(&self) -> &MemberNo {
        &self.0.no
    }

    /// The member's name, as it stands on the roll.
    pub fn name(&self) -> &str {
        self.column(None, Some(self.0.ends[0]))
    }

    /// The unit (school, shop, local) that the member belongs to.
    pub fn unit(&self) -> &str {
        self.column(Some(self.0.ends[0]), Some(self.0.ends[1]))
    }

    /// The member's standing with the union, usually `good`.
    pub fn standing(&self) -> &str {
        self.column(Some(self.0.ends[1]), Some(self.0.ends[2]))
    }

    /// The member's classification (job), if the roll names one.
    pub fn classification(&self) -> Option<&str> {
        Some(self.column(Some(self.0.ends[2]), None)).filter(|text| !text.is_empty())
    }
}

/// How to reach a member. No text here is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// E-mail address, checked for its form only.
    pub email: Option<String>,
    /// Telephone number as written.
    pub phone: Option<String>,
    /// Language tag such as `es` or `pt-BR`.
    pub language: Option<String>,
    /// First line of the postal address.
    pub address1: Option<String>,
    /// Second line of the postal address.
    pub address2: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Country.
    pub country: Option<String>,
}

/// Something that only the member knows (column `fact`), used to recognise them at the desk for lost codes.
///
/// # Security
/// Keep only a keyed hash of it. It is erased from memory when dropped and is never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Fact(Zeroizing<String>);

impl Fact {
    pub(super) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text, for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fact(..)")
    }
}

/// One row of a roll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub(super) entry: RollEntry,
    pub(super) contact: Contact,
    pub(super) fact: Option<Fact>,
}

impl Member {
    /// The columns that decide eligibility.
    pub fn entry(&self) -> &RollEntry {
        &self.entry
    }

    /// The member number.
    pub fn no(&self) -> &MemberNo {
        self.entry.no()
    }

    /// The member's name.
    pub fn name(&self) -> &str {
        self.entry.name()
    }

    /// The member's unit.
    pub fn unit(&self) -> &str {
        self.entry.unit()
    }

    /// The member's standing.
    pub fn standing(&self) -> &str {
        self.entry.standing()
    }

    /// The member's classification, if any.
    pub fn classification(&self) -> Option<&str> {
        self.entry.classification()
    }

    /// How to reach the member.
    pub fn contact(&self) -> &Contact {
        &self.contact
    }

    /// What only the member knows, if the roll has it.
    pub fn fact(&self) -> Option<&Fact> {
        self.fact.as_ref()
    }
}
