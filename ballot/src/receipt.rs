//! What a member keeps, and what the server signs about a record: receipts and heads (design section 5).
//!
//! A receipt is a promise that a vote stands at one place of the record. The signature is over the line
//! `election tracker height event`, a head's over `election height event`: ASCII, one blank between the parts, no line end.
//! Whoever holds a receipt that the record lacks, or two heads for one height, has a proof that `ssh-keygen -Y verify`
//! checks.

use std::fmt;

use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::hash::{Base64Hash, HexHash};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::signature::{self, HEAD_NAMESPACE, KeyFingerprint, RECEIPT_NAMESPACE, SignatureError, Signer};

/// Most bytes of a receipt file.
const MAX_RECEIPT: usize = 8192;

/// Where a vote stands on a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptLine {
    /// The box's election.
    pub election: Uuid,
    /// The vote's tracker.
    pub tracker: Base64Hash,
    /// The height of the event that put the vote on the record.
    pub height: u64,
    /// The hash of that event.
    pub event: HexHash,
}

/// How far a record has grown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadLine {
    /// The box's election.
    pub election: Uuid,
    /// The height of the last event.
    pub height: u64,
    /// The hash of the last event.
    pub event: HexHash,
}

/// A signed receipt: the document that a vote is answered with and that the member keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The vote's tracker.
    pub tracker: Base64Hash,
    /// The box's election.
    pub election: Uuid,
    /// The height of the event that put the vote on the record.
    pub height: u64,
    /// The hash of that event.
    pub event: HexHash,
    /// The server's armoured SSH signature over the receipt line.
    pub signature: String,
}

/// Why a text is not a receipt or a line of one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReceiptError {
    /// Not the parts in their order, or one of them is malformed.
    #[error("this is not the line of a {0}: it must be {1}, with single blanks between")]
    Line(&'static str, &'static str),
    /// Not the JSON document.
    #[error("this is not a receipt file: {0}")]
    File(String),
}

const RECEIPT: ReceiptError = ReceiptError::Line("receipt", "election, tracker, height and event");
const HEAD: ReceiptError = ReceiptError::Line("head", "election, height and event");

impl fmt::Display for ReceiptLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.election, self.tracker, self.height, self.event)
    }
}

impl fmt::Display for HeadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.election, self.height, self.event)
    }
}

impl ReceiptLine {
    /// Reads the line back; only the one spelling that [`fmt::Display`] writes is taken.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, ReceiptError> {
        let [election, tracker, height, event] = text.split(' ').collect::<Vec<_>>()[..] else {
            return Err(RECEIPT);
        };
        let line = Self {
            election: Uuid::from_text(election).map_err(|_| RECEIPT)?,
            tracker: Base64Hash::from_text(tracker).map_err(|_| RECEIPT)?,
            height: height.parse().map_err(|_| RECEIPT)?,
            event: HexHash::from_text(event).map_err(|_| RECEIPT)?,
        };
        if line.to_string() == text { Ok(line) } else { Err(RECEIPT) }
    }

    /// Signs the line with the server's receipt key.
    ///
    /// # Errors
    /// As [`Signer::sign`].
    pub fn sign(self, key: &Signer) -> Result<Receipt, SignatureError> {
        let signature = key.sign(RECEIPT_NAMESPACE, self.to_string().as_bytes())?;
        let Self { election, tracker, height, event } = self;
        Ok(Receipt { tracker, election, height, event, signature })
    }
}

impl HeadLine {
    /// Reads the line back; only the one spelling that [`fmt::Display`] writes is taken.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, ReceiptError> {
        let [election, height, event] = text.split(' ').collect::<Vec<_>>()[..] else { return Err(HEAD) };
        let line = Self {
            election: Uuid::from_text(election).map_err(|_| HEAD)?,
            height: height.parse().map_err(|_| HEAD)?,
            event: HexHash::from_text(event).map_err(|_| HEAD)?,
        };
        if line.to_string() == text { Ok(line) } else { Err(HEAD) }
    }

    /// Signs the line with the server's receipt key; returns the armoured signature.
    ///
    /// # Errors
    /// As [`Signer::sign`].
    pub fn sign(&self, key: &Signer) -> Result<String, SignatureError> {
        key.sign(HEAD_NAMESPACE, self.to_string().as_bytes())
    }

    /// Checks a signature over the line against the receipt key's fingerprint from the description line.
    ///
    /// # Errors
    /// The signature does not hold.
    pub fn verify(&self, armour: &str, receipts: KeyFingerprint) -> Result<(), SignatureError> {
        signature::verify(HEAD_NAMESPACE, armour, self.to_string().as_bytes(), &[receipts]).map(|_| ())
    }
}

impl Receipt {
    /// Reads a receipt file; blanks and the order of the fields do not matter, other fields are refused.
    ///
    /// # Errors
    /// Not a receipt file.
    pub fn parse(json: &str) -> Result<Self, ReceiptError> {
        if json.len() > MAX_RECEIPT {
            return Err(ReceiptError::File("it is too long".to_owned()));
        }
        serde_json::from_str(json).map_err(|e| ReceiptError::File(e.to_string()))
    }

    /// What the signature is over.
    pub fn line(&self) -> ReceiptLine {
        ReceiptLine {
            election: self.election.clone(),
            tracker: self.tracker,
            height: self.height,
            event: self.event,
        }
    }

    /// Checks the signature against the receipt key's fingerprint from the description line.
    ///
    /// # Errors
    /// The signature does not hold.
    pub fn verify(&self, receipts: KeyFingerprint) -> Result<(), SignatureError> {
        let line = self.line().to_string();
        signature::verify(RECEIPT_NAMESPACE, &self.signature, line.as_bytes(), &[receipts]).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;
    use ssh_key::{Algorithm, PrivateKey};

    use super::*;

    fn key(seed: u64) -> Signer {
        Signer::new(&PrivateKey::random(&mut ChaCha20Rng::seed_from_u64(seed), Algorithm::Ed25519).unwrap())
            .unwrap()
    }

    fn line() -> ReceiptLine {
        ReceiptLine {
            election: Uuid::from_text("ZM9Q5QG2xbtcA9").unwrap(),
            tracker: Base64Hash::from_digest([1; 32]),
            height: 7,
            event: HexHash::from_digest([2; 32]),
        }
    }

    const LINE: &str = "ZM9Q5QG2xbtcA9 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE 7 \
                        0202020202020202020202020202020202020202020202020202020202020202";

    #[test]
    fn lines_have_one_spelling() {
        assert_eq!(line().to_string(), LINE);
        assert_eq!(ReceiptLine::parse(LINE), Ok(line()));
        let head = HeadLine { election: line().election, height: 7, event: line().event };
        assert_eq!(HeadLine::parse(&head.to_string()), Ok(head.clone()));
        assert_eq!(head.to_string(), LINE.replacen(" AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", "", 1));
        for bad in [
            format!("{LINE}\n"),
            format!(" {LINE}"),
            LINE.replacen(' ', "  ", 1),
            LINE.replacen(" 7 ", " 07 ", 1),
            LINE.replacen(" 7 ", " +7 ", 1),
            LINE.replacen(" 7 ", " -7 ", 1),
            LINE.replacen("AQE ", "AQF ", 1),
            LINE.replacen("0202", "02", 1),
            LINE.replacen("ZM", "", 1),
            head.to_string(),
        ] {
            assert_eq!(ReceiptLine::parse(&bad), Err(RECEIPT), "{bad}");
        }
        assert_eq!(HeadLine::parse(LINE), Err(HEAD));
    }

    #[test]
    fn a_receipt_is_signed_kept_and_verified() {
        let fingerprint = KeyFingerprint::of(key(1).public_key());
        let receipt = line().sign(&key(1)).unwrap();
        let json = serde_json::to_string_pretty(&receipt).unwrap();
        let read = Receipt::parse(&json).unwrap();
        assert_eq!(read, receipt);
        assert_eq!(read.verify(fingerprint), Ok(()));
        let other = KeyFingerprint::of(key(2).public_key());
        assert_eq!(read.verify(other), Err(SignatureError::UnknownKey(fingerprint)));
        for changed in [
            Receipt { tracker: Base64Hash::from_digest([3; 32]), ..receipt.clone() },
            Receipt { election: Uuid::from_text("ZM9Q5QG2xbtcA8").unwrap(), ..receipt.clone() },
            Receipt { height: 8, ..receipt.clone() },
            Receipt { event: HexHash::from_digest([3; 32]), ..receipt.clone() },
        ] {
            assert_eq!(changed.verify(fingerprint), Err(SignatureError::Mismatch));
        }
    }

    #[test]
    fn a_head_is_no_receipt() {
        let fingerprint = KeyFingerprint::of(key(1).public_key());
        let head = HeadLine { election: line().election, height: 7, event: line().event };
        let armour = head.sign(&key(1)).unwrap();
        assert_eq!(head.verify(&armour, fingerprint), Ok(()));
        assert!(HeadLine { height: 8, ..head }.verify(&armour, fingerprint).is_err());
        let receipt = Receipt { signature: armour, ..line().sign(&key(1)).unwrap() };
        assert_eq!(receipt.verify(fingerprint), Err(SignatureError::Namespace(RECEIPT_NAMESPACE)));
    }

    #[test]
    fn other_files_are_no_receipts() {
        let json = serde_json::to_string(&line().sign(&key(1)).unwrap()).unwrap();
        for bad in [
            String::new(),
            "{}".to_owned(),
            json.replacen("\"height\":7", "\"height\":\"7\"", 1),
            json.replacen("\"height\":7", "\"height\":7,\"height\":7", 1),
            json.replacen("\"height\":7", "\"height\":7,\"time\":7", 1),
            format!("{json}{json}"),
            format!("{json}{}", " ".repeat(MAX_RECEIPT)),
        ] {
            assert!(matches!(Receipt::parse(&bad), Err(ReceiptError::File(_))), "{bad}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_line_reads_back(tracker: [u8; 32], event: [u8; 32], height: u64, uuid in "[1-9A-HJ-NP-Za-km-z]{14,20}") {
            let election = Uuid::from_text(&uuid).unwrap();
            let (tracker, event) = (Base64Hash::from_digest(tracker), HexHash::from_digest(event));
            let head = HeadLine { election: election.clone(), height, event };
            prop_assert_eq!(HeadLine::parse(&head.to_string()), Ok(head));
            let line = ReceiptLine { election, tracker, height, event };
            prop_assert_eq!(ReceiptLine::parse(&line.to_string()), Ok(line));
        }
    }
}
