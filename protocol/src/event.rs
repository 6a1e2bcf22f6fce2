//! Events: the links of a record's chain, and what may follow what (belenios-v1 section 5).

mod data;
mod entry;
mod state;

pub use data::{DataKind, SetupData, data_before};
pub use entry::Entry;
pub use state::{EventError, NewEvent, Phase, State};

use crate::ParseError;
use crate::hash::HexHash;
use crate::json;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What an event says has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EventKind {
    /// The election is fixed: questions, trustees, credentials.
    Setup,
    /// A ballot was cast.
    Ballot,
    /// No more ballots.
    EndBallots,
    /// The ballots were added up, still sealed.
    EncryptedTally,
    /// A trustee has shuffled the ballots of ranking questions.
    Shuffle,
    /// No more shuffles.
    EndShuffles,
    /// A trustee has published a decryption share.
    PartialDecryption,
    /// The result.
    Result,
}

impl EventKind {
    /// All kinds, in the order in which they may first stand on a record.
    pub const ALL: [Self; 8] = [
        Self::Setup,
        Self::Ballot,
        Self::EndBallots,
        Self::EncryptedTally,
        Self::Shuffle,
        Self::EndShuffles,
        Self::PartialDecryption,
        Self::Result,
    ];

    /// Whether such an event names a data record.
    pub fn has_payload(self) -> bool {
        !matches!(self, Self::EndBallots | Self::EndShuffles)
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A link of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The hash of the previous event's bytes; absent in the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<HexHash>,
    /// 0 for the first, one more for each that follows.
    pub height: u64,
    /// What has happened.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// The hash of the data record that says more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<HexHash>,
}

impl Event {
    /// Reads the canonical text.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse("event", bytes)
    }

    /// The canonical text.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }
}
