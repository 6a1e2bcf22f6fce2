//! The file that the booth makes when an observer tests a vote: a sealed vote with everything it was sealed with but its
//! signature's random number and the voting code. Whoever has it can seal again, and sees whether the booth sealed what was
//! chosen.
//!
//! It is JSON with its fields in one order; blanks between its parts do not matter. It names its election by the whole
//! object, so nothing else is needed to check it. Whether that is the election of the ballot is for people to compare by its
//! fingerprint.

use scrutineer_protocol::ParseError;
use scrutineer_protocol::ballot::{AnswerRandomness, Ballot, Opening, OpeningError, Selection};
use scrutineer_protocol::election::{Election, ElectionError, Uuid};
use scrutineer_protocol::hash::Base64Hash;
use scrutineer_protocol::json;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::description::{self, DescriptionError, DescriptionLine};

/// The version of the file that this program writes and reads.
pub const VERSION: u32 = 1;
/// Most bytes of such a file: several times what the longest vote needs.
pub const MAX_TEST_FILE: usize = 4 << 20;

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestFile {
    v: u32,
    ballot: Uuid,
    tracker: Base64Hash,
    election: String,
    vote: String,
    answers: Vec<Vec<u8>>,
    randomness: Vec<AnswerRandomness>,
}

/// Why a text is not such a file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TestFileError {
    /// Longer than any.
    #[error("it is longer than {MAX_TEST_FILE} bytes, which no test of a vote is")]
    TooLarge,
    /// Not JSON, or fields are missing, unknown, twice or of another type.
    #[error("it cannot be read as the test of a vote: {0}")]
    Json(String),
    /// The fields in another order, or written in another way.
    #[error("it is not written as the test of a vote is: fields in another order, or other escapes")]
    Form,
    /// A later version.
    #[error("it has the version {0}; this program reads version {VERSION}")]
    Version(u32),
    /// The election.
    #[error("the election in it cannot be read: {0}")]
    Election(#[from] ElectionError),
    /// Its description line.
    #[error("the election in it cannot be read: {0}")]
    Description(#[from] DescriptionError),
    /// An election without a description line.
    #[error("the election in it is none of Scrutineer's")]
    NotOurs,
    /// The vote.
    #[error("the vote in it cannot be read: {0}")]
    Vote(#[from] ParseError),
}

/// Why the vote does not say what the file says.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Mismatch {
    /// An election of another ballot.
    #[error("the file names the ballot {named}, but the election in it is of the ballot {found}")]
    Ballot {
        /// The ballot in the file.
        named: Uuid,
        /// The ballot in the election.
        found: Uuid,
    },
    /// The vote has another tracker.
    #[error("the file names the tracker {named}, but the vote in it has {found}")]
    Tracker {
        /// The tracker in the file.
        named: Base64Hash,
        /// The vote's own.
        found: Base64Hash,
    },
    /// Sealing again gives something else.
    #[error(transparent)]
    Opening(#[from] OpeningError),
}

/// A test of a vote that was read.
pub struct VoteTest {
    /// The ballot that it says it is of.
    pub ballot: Uuid,
    /// The tracker that it says the vote has.
    pub tracker: Base64Hash,
    /// The election.
    pub election: Election,
    /// Its description line.
    pub line: DescriptionLine,
    /// The sealed vote.
    pub vote: Ballot,
    /// What it is said to be sealed with.
    pub opening: Opening,
}

impl VoteTest {
    /// The test of a vote that was sealed openly.
    ///
    /// # Errors
    /// The election is none of ours.
    pub fn new(election: &Election, vote: Ballot, opening: Opening) -> Result<Self, TestFileError> {
        let line = line(election)?;
        let (ballot, tracker) = (line.ballot.clone(), *vote.tracker());
        Ok(Self { ballot, tracker, election: election.clone(), line, vote, opening })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// It is anything else; whether it is true is for [`Self::check`].
    pub fn parse(bytes: &[u8]) -> Result<Self, TestFileError> {
        if bytes.len() > MAX_TEST_FILE {
            return Err(TestFileError::TooLarge);
        }
        let file: TestFile =
            serde_json::from_slice(bytes).map_err(|error| TestFileError::Json(error.to_string()))?;
        if json::to_text(&file).into_bytes() != without_blanks(bytes) {
            return Err(TestFileError::Form);
        }
        let TestFile { v, ballot, tracker, election, vote, answers, randomness } = file;
        if v != VERSION {
            return Err(TestFileError::Version(v));
        }
        let election = Election::parse(election.as_bytes())?;
        let line = line(&election)?;
        let vote = Ballot::parse(vote.as_bytes())?;
        Ok(Self { ballot, tracker, election, line, vote, opening: Opening { answers, randomness } })
    }

    /// The file, on one line.
    #[must_use]
    pub fn to_text(&self) -> String {
        json::to_text(&TestFile {
            v: VERSION,
            ballot: self.ballot.clone(),
            tracker: self.tracker,
            election: String::from_utf8_lossy(self.election.bytes()).into_owned(),
            vote: self.vote.to_text(),
            answers: self.opening.answers.clone(),
            randomness: self.opening.randomness.clone(),
        })
    }

    /// Seals again and compares; returns what the vote says, one selection a question.
    ///
    /// # Errors
    /// With what is not so.
    pub fn check(&self) -> Result<Vec<Selection>, Mismatch> {
        if self.line.ballot != self.ballot {
            return Err(Mismatch::Ballot { named: self.ballot.clone(), found: self.line.ballot.clone() });
        }
        if *self.vote.tracker() != self.tracker {
            return Err(Mismatch::Tracker { named: self.tracker, found: *self.vote.tracker() });
        }
        Ok(self.vote.check_opening(&self.election, &self.opening)?)
    }
}

fn line(election: &Election) -> Result<DescriptionLine, TestFileError> {
    let parsed = description::parse(election.description())?;
    parsed.map(|(_, line)| line).ok_or(TestFileError::NotOurs)
}

/// JSON without the blanks between its parts.
fn without_blanks(json: &[u8]) -> Vec<u8> {
    let (mut in_text, mut escaped) = (false, false);
    let mut kept = Vec::with_capacity(json.len());
    for byte in json.iter().copied() {
        if in_text {
            in_text = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            continue;
        } else {
            in_text = byte == b'"';
        }
        kept.push(byte);
    }
    kept
}

#[cfg(test)]
mod tests;
