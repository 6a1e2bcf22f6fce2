//! The ballot file: what a delegate writes to open a ballot (design section 8).
//!
//! [`BallotFile::parse`] reads the TOML text, [`BallotFile::to_json`] and [`BallotFile::from_json`] keep it in a database.
//! Both ways in end in the same checks, so that a ballot that is kept is one that could have been written. Unknown keys are
//! refused: a misspelt `closes` must not silently mean that a ballot never closes by itself.

mod check;
mod problem;
mod read;
#[cfg(test)]
mod tests;

pub use problem::{BallotFileError, Key, Problem};

use std::collections::BTreeMap;

use scrutineer_rules::Rule;
use serde::{Deserialize, Serialize};

use crate::eligibility::Eligibility;
use crate::roll::MemberNo;
use crate::zone::Zone;

/// Most bytes of a ballot file.
pub const MAX_FILE_BYTES: usize = 256 << 10;
/// Most characters of a title and of a contact.
pub const MAX_TITLE: usize = 200;
/// Most characters of a description.
pub const MAX_DESCRIPTION: usize = 10_000;
/// Most characters of a question.
pub const MAX_QUESTION: usize = 5_000;
/// Most characters of an answer.
pub const MAX_ANSWER: usize = 300;
/// Most questions of a ballot.
pub const MAX_QUESTIONS: usize = 50;
/// Most answers of a question.
pub const MAX_ANSWERS: usize = 100;
/// Most spare codes of a ballot.
pub const MAX_SPARES: u32 = 100_000;
/// Spare codes where the file does not say.
pub const DEFAULT_SPARES: u32 = 20;
/// Most officers whose signatures a certificate may need.
pub const MAX_OFFICERS: u32 = 20;
/// Most values in one list of `[eligible]` or `[boxes]`, and most boxes that `[boxes]` names.
pub const MAX_LISTED: usize = 5_000;
/// Fewest members of a box where the file does not say.
pub const DEFAULT_SMALLEST_BOX: u32 = 20;
/// Hours from the result in which observers may object, where the file does not say.
pub const DEFAULT_OBJECTION_HOURS: u32 = 72;
/// Most hours from the result in which observers may object: 30 days.
pub const MAX_OBJECTION_HOURS: u32 = 720;
/// Days from a ballot's end for which it is kept, where the file does not say.
pub const DEFAULT_KEEP_DAYS: u32 = 365;
/// Most days for which a ballot is kept: a hundred years.
pub const MAX_KEEP_DAYS: u32 = 36_525;

/// Percent of the members who may be out of reach when a ballot opens without a second officer's yes, where the file does not
/// say.
pub const DEFAULT_UNREACHABLE_SHARE: u32 = 5;

/// A ballot as a delegate wrote it, checked.
///
/// Texts are without blanks at their ends and without characters that cannot be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BallotFile {
    /// What the ballot is called, on one line.
    pub title: String,
    /// The delegate's text below the title, if any; may have several lines.
    pub description: Option<String>,
    /// When it opens, in seconds since the epoch; `None`: by command.
    pub opens: Option<i64>,
    /// When it closes, in seconds since the epoch; `None`: by command.
    pub closes: Option<i64>,
    /// The time zone in which members see times, by its IANA name.
    pub time_zone: String,
    /// Whom members ask for help, on one line.
    pub contact: String,
    /// Who opens the count.
    pub tellers: Tellers,
    /// Who makes the voting codes; left out: the server.
    pub codes: Codes,
    /// The registrar's number on the roll, where a registrar makes the codes; left out: whoever issues them first of those who
    /// may run the ballot.
    #[serde(default)]
    pub registrar: Option<MemberNo>,
    /// Percent of the members who may be out of reach when the ballot opens; beyond it opening takes a second officer. Left
    /// out: 5.
    #[serde(default = "default::unreachable_share")]
    pub unreachable_share: u32,
    /// Credentials beyond one a member, for codes that must be re-issued; left out: 20.
    pub spares: u32,
    /// How many officers must sign the certificate; `None`: the server's setting.
    pub officers: Option<u32>,
    /// Whom the record is shown to while the ballot is open; left out: in steps, to people who are signed in.
    pub record: RecordAccess,
    /// Who may vote; left out: everyone in good standing.
    pub eligible: Eligibility,
    /// Boxes of several units: the name of each with its units, for units too small for one of their own.
    #[serde(default)]
    pub boxes: BTreeMap<String, Vec<String>>,
    /// Fewest members who may share a box where a ballot has several; left out: 20.
    #[serde(default = "default::smallest_box")]
    pub smallest_box: u32,
    /// Hours from the result in which observers may object to it; left out: 72.
    #[serde(default = "default::objection_hours")]
    pub objection_hours: u32,
    /// Whether officers sign only after these hours; left out: no.
    #[serde(default)]
    pub wait_for_objections: bool,
    /// Days from its end for which everything about the ballot is kept; left out: 365.
    #[serde(default = "default::keep_days")]
    pub keep_days: u32,
    /// The questions in order; at least one.
    pub questions: Vec<Question>,
}

/// Who opens the count (`tellers = "server"` or the name of a board).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tellers {
    /// The server alone: secrecy then rests on it.
    Server,
    /// The board of tellers with this name.
    Board(String),
}

/// Who makes the voting codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Codes {
    /// The server: that only eligible members voted then rests on it.
    Server,
    /// A registrar, offline.
    Registrar,
}

/// How the record is shown while the ballot is open (design section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordAccess {
    /// To people who are signed in, growing in steps so that nobody's vote can be timed.
    Steps,
    /// To everybody, live.
    Public,
}

/// One question of a ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The question; may have several lines.
    pub text: String,
    /// The answers in order, at least two, no two alike whatever their case.
    pub answers: Vec<String>,
    /// How many answers a member chooses; left out: exactly one.
    pub choose: Choose,
    /// Whether members may abstain explicitly; left out: no.
    pub blank: bool,
    /// The condition under which the question passes; `None`: it is only counted.
    #[serde(with = "rule_text")]
    pub rule: Option<Rule>,
}

/// How many answers a member chooses: at least `min`, at most `max`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choose {
    /// The least number; 0 only where the question has no `blank`, which would be a second way to say nothing.
    pub min: u32,
    /// The greatest number, at most the number of answers.
    pub max: u32,
}

impl Choose {
    /// One answer, no more and no fewer.
    pub const ONE: Self = Self { min: 1, max: 1 };
}

/// As the rules have it.
impl From<Choose> for scrutineer_rules::Choose {
    fn from(Choose { min, max }: Choose) -> Self {
        Self { min, max }
    }
}

impl BallotFile {
    /// Reads a ballot file. The keys and what they mean are those of [`TEMPLATE`].
    ///
    /// # Errors
    /// The first mistake with its line and key. Whether the deadline is past is another question: [`Self::validate_at`].
    pub fn parse(text: &str) -> Result<Self, BallotFileError> {
        read::read(text)
    }

    /// Checks the deadline against the clock.
    ///
    /// # Errors
    /// `closes` is not after `now` (seconds since the epoch).
    pub fn validate_at(&self, now: i64) -> Result<(), BallotFileError> {
        match self.closes {
            Some(closes) if closes <= now => {
                let zone = self.zone()?;
                let problem =
                    Problem::DeadlinePast { closes: zone.sentence(closes), now: zone.sentence(now) };
                Err(BallotFileError::new(Key::top("closes"), problem))
            }
            _ => Ok(()),
        }
    }

    /// The ballot as JSON, for keeping.
    ///
    /// # Errors
    /// None that can happen with these types; serde does not know that.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads back what [`Self::to_json`] wrote, with all checks.
    ///
    /// # Errors
    /// The text is not such JSON, or what it says is not a ballot.
    pub fn from_json(json: &str) -> Result<Self, BallotFileError> {
        let file: Self = serde_json::from_str(json)
            .map_err(|e| BallotFileError::new(Key::file(), Problem::Syntax(e.to_string())))?;
        file.check()?;
        Ok(file)
    }

    /// The time zone in which members see times.
    ///
    /// # Errors
    /// The name is unknown; not after the checks of this module.
    pub fn zone(&self) -> Result<Zone, BallotFileError> {
        Zone::parse(&self.time_zone).map_err(|e| BallotFileError::new(Key::top("time_zone"), e))
    }
}

/// What drafts that were kept before these keys existed are read with.
mod default {
    pub(super) const fn smallest_box() -> u32 {
        super::DEFAULT_SMALLEST_BOX
    }

    pub(super) const fn objection_hours() -> u32 {
        super::DEFAULT_OBJECTION_HOURS
    }

    pub(super) const fn unreachable_share() -> u32 {
        super::DEFAULT_UNREACHABLE_SHARE
    }

    pub(super) const fn keep_days() -> u32 {
        super::DEFAULT_KEEP_DAYS
    }
}

/// A rule in JSON is its text.
mod rule_text {
    use scrutineer_rules::Rule;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(rule: &Option<Rule>, serializer: S) -> Result<S::Ok, S::Error> {
        rule.as_ref().map(Rule::text).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Rule>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| Rule::parse(&text).map_err(D::Error::custom)).transpose()
    }
}

/// A ballot file with every key and what it means; it reads as a valid file.
pub const TEMPLATE: &str = include_str!("file/template.toml");
