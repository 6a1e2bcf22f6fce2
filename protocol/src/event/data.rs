//! The data records that precede an event, and the small ones that only join others.

use super::EventKind;
use crate::ParseError;
use crate::hash::HexHash;
use crate::json;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a data record holds; follows from its place before its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataKind {
    /// The election object.
    Election,
    /// The list of trustees.
    Trustees,
    /// The list of public credentials.
    Credentials,
    /// A credential authority's certificate for that list; optional.
    CredentialsCertificate,
    /// [`SetupData`], which joins these.
    SetupData,
    /// A ballot.
    Ballot,
    /// The encrypted tally.
    EncryptedTally,
    /// The encrypted tally's hash with the number of ballots in it.
    SizedTally,
    /// The shuffled ballots of ranking questions with their proof.
    Shuffle,
    /// A trustee's decryption share.
    PartialDecryption,
    /// The number of a trustee and the hash of what is theirs.
    Owned,
    /// The result.
    Result,
}

impl fmt::Display for DataKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Election => "the election",
            Self::Trustees => "the trustees",
            Self::Credentials => "the credentials",
            Self::CredentialsCertificate => "the credentials' certificate",
            Self::SetupData => "the setup data",
            Self::Ballot => "the ballot",
            Self::EncryptedTally => "the encrypted tally",
            Self::SizedTally => "the tally's numbers",
            Self::Shuffle => "the shuffle",
            Self::PartialDecryption => "the partial decryption",
            Self::Owned => "the owner",
            Self::Result => "the result",
        })
    }
}

/// The data records that stand before an event, in order; the last is its payload. A Setup may have one more, the
/// credentials' certificate, before its last.
pub fn data_before(kind: EventKind) -> &'static [DataKind] {
    match kind {
        EventKind::Setup => {
            &[DataKind::Election, DataKind::Trustees, DataKind::Credentials, DataKind::SetupData]
        }
        EventKind::Ballot => &[DataKind::Ballot],
        EventKind::EndBallots | EventKind::EndShuffles => &[],
        EventKind::EncryptedTally => &[DataKind::EncryptedTally, DataKind::SizedTally],
        EventKind::Shuffle => &[DataKind::Shuffle, DataKind::Owned],
        EventKind::PartialDecryption => &[DataKind::PartialDecryption, DataKind::Owned],
        EventKind::Result => &[DataKind::Result],
    }
}

/// The payload of the Setup event: the hashes of the records that fix the election.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetupData {
    /// The election object.
    pub election: HexHash,
    /// The list of trustees.
    pub trustees: HexHash,
    /// The list of public credentials.
    pub credentials: HexHash,
    /// The credential authority's certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials_certificate: Option<HexHash>,
}

impl SetupData {
    /// Reads the canonical text.
    ///
    /// # Errors
    /// Where it is anything else.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse("setup data", bytes)
    }

    /// The canonical text.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }
}
