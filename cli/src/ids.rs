//! How ballots and boards are named on the command line.

use std::fmt;
use std::str::FromStr;

use scrutineer_protocol::base58::is_base58;
use thiserror::Error;

/// The fewest characters of a ballot's identifier that are enough.
const FEWEST: usize = 4;
/// More than any has.
const MOST: usize = 64;

/// A ballot's identifier, or the beginning of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BallotId(String);

/// A text that is no ballot's identifier.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "a ballot's ID, or the beginning of it: at least {FEWEST} letters and digits, such as `Zm9Q5QG2xbtcA9`"
)]
pub struct BallotIdError;

impl BallotId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BallotId {
    type Err = BallotIdError;

    fn from_str(text: &str) -> Result<Self, BallotIdError> {
        if !(FEWEST..=MOST).contains(&text.len()) || !is_base58(text) {
            return Err(BallotIdError);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for BallotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A board's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardName(String);

/// A text that is no board's name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a board's name is not empty and stands on one line")]
pub struct BoardNameError;

impl BoardName {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BoardName {
    type Err = BoardNameError;

    fn from_str(text: &str) -> Result<Self, BoardNameError> {
        let name = text.trim();
        if name.is_empty() || name.chars().any(char::is_control) {
            return Err(BoardNameError);
        }
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for BoardName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_servers_can_know() {
        assert!("Zm9Q".parse::<BallotId>().is_ok());
        for bad in ["", "Zm9", "Zm9O", "../x", "Zm9Q/votes", &"Z".repeat(MOST + 1)] {
            assert_eq!(bad.parse::<BallotId>(), Err(BallotIdError), "{bad}");
        }
        assert_eq!(" Election committee ".parse::<BoardName>().unwrap().as_str(), "Election committee");
        for bad in ["", " ", "a\nb"] {
            assert_eq!(bad.parse::<BoardName>(), Err(BoardNameError), "{bad}");
        }
    }
}
