//! From counted ballots to counts: the encrypted tally (belenios-v1 section 10), the trustees' partial
//! decryptions (section 12) and their combination (section 13).
//!
//! - [`RunningTally`] keeps the encrypted sums while votes come in.
//! - [`PartialDecryption::decrypt`] is a trustee's part, [`PartialDecryption::verify`] checks one;
//!   [`SharesFile`] holds the proofs that also bind ciphertext and factor (design section 6).
//! - [`combine`] turns enough valid parts into an [`Opened`] tally, which gives or checks the result.
//!
//! These types are those of homomorphic questions: one array of ciphertexts, factors, proofs or counts for
//! each question. Other kinds nest differently (lists one level deeper, rankings hold the ballots
//! themselves); they are to come as an enum in place of the inner arrays here, chosen by the election's
//! questions, because the JSON alone does not tell a ranking's array from a homomorphic one.

mod bound;
mod combine;
mod decrypt;
mod discrete_log;
mod running;

use crate::ParseError;
use crate::elgamal::Ciphertext;
use crate::hash::HexHash;
use crate::json::{self, Weight};
pub use bound::{BoundShare, SharesError, SharesFile};
pub use combine::{CombineError, Opened, ResultError, combine, lagrange};
pub use decrypt::{DecryptionError, PartialDecryption};
pub use discrete_log::LARGEST_TOTAL;
pub use running::{RunningTally, TallyError};
use serde::{Deserialize, Serialize};

/// The encrypted sums: for each question one ciphertext for each answer (and for the leading bit of a
/// question that may be left blank).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EncryptedTally(pub Vec<Vec<Ciphertext>>);

impl EncryptedTally {
    /// Reads the record's bytes.
    ///
    /// # Errors
    /// Where they are not the canonical form of an encrypted tally of homomorphic questions.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse("encrypted tally", bytes)
    }

    /// The record's bytes.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }

    /// How many ciphertexts each question has.
    pub fn shape(&self) -> Vec<usize> {
        self.0.iter().map(Vec::len).collect()
    }
}

/// What is counted, beside the hash of the encrypted tally: the payload of the event `EncryptedTally`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizedTally {
    /// Ballots that count: the last one of each credential.
    pub num_tallied: u64,
    /// The sum of their weights.
    pub total_weight: Weight,
    /// The hash of the encrypted tally's record.
    pub encrypted_tally: HexHash,
}

impl SizedTally {
    /// Reads the record's bytes.
    ///
    /// # Errors
    /// Where they are not the canonical form of such an object.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse("sized tally", bytes)
    }

    /// The record's bytes.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }
}

/// Whose a record is: the payload of the event `PartialDecryption`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owned {
    /// The trustee's number, from 1, through the flattened list of trustees.
    pub owner: usize,
    /// The hash of the record.
    pub payload: HexHash,
}

impl Owned {
    /// Reads the record's bytes.
    ///
    /// # Errors
    /// Where they are not the canonical form of such an object.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse("owned record", bytes)
    }

    /// The record's bytes.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }
}

/// The counts: for each question one number for each ciphertext of the tally.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ElectionResult {
    /// Counts (sums of weights) by question and answer.
    pub result: Vec<Vec<Weight>>,
}

impl ElectionResult {
    /// Reads the record's bytes.
    ///
    /// # Errors
    /// Where they are not the canonical form of a result of homomorphic questions.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse("result", bytes)
    }

    /// The record's bytes.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }
}
