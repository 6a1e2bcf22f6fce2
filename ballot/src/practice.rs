//! Practice ballots: for trying out, with everything as in earnest but a certificate.
//!
//! The record itself says so, in the format that every record has: its name begins with [`NAME_PREFIX`], and the one key
//! that could sign its certificate is nobody's ([`Officers::nobody`]). So neither a server nor a signature made later can
//! turn it into one that counts.

use scrutineer_protocol::election::Election;
use sha2::{Digest, Sha256};

use crate::description::{DescriptionLine, Officers};
use crate::signature::KeyFingerprint;

/// What the name of a practice ballot's election begins with, before the title.
pub const NAME_PREFIX: &str = "PRACTICE: ";

/// What the fingerprint of nobody's key is the hash of. A key with this fingerprint would have this text as its public half,
/// which is no key.
const NOBODY: &str = "scrutineer: nobody signs the certificate of a practice ballot";

impl Officers {
    /// One signature, of a key that nobody has: what a practice ballot's record says.
    #[must_use]
    pub fn nobody() -> Self {
        let fingerprint = KeyFingerprint::from_digest(Sha256::digest(NOBODY).into());
        Self { needed: 1, keys: vec![fingerprint] }
    }
}

impl DescriptionLine {
    /// Whether it is a practice ballot's.
    #[must_use]
    pub fn is_practice(&self) -> bool {
        self.officers == Officers::nobody()
    }
}

/// Whether a title begins with the word that only practice ballots bear, in any letters.
#[must_use]
pub fn claims(title: &str) -> bool {
    title.trim_start().to_lowercase().starts_with("practice:")
}

/// The election's name: the title, after the word if it is for practice.
#[must_use]
pub fn name(title: &str, officers: &Officers) -> String {
    if *officers == Officers::nobody() { format!("{NAME_PREFIX}{title}") } else { title.to_owned() }
}

/// Whether name and line of an election say the same of practice.
#[must_use]
pub fn agree(election: &Election, line: &DescriptionLine) -> bool {
    election.name().starts_with(NAME_PREFIX) == line.is_practice()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_of_a_practice_ballot_names_a_key_that_is_none() {
        let officers = Officers::nobody();
        assert_eq!(
            serde_json::to_string(&officers).unwrap(),
            concat!(
                r#"{"needed":1,"keys":["SHA256:"#,
                "nsh4Jnr8jAyAE/UQJTyh0i1W5+Om7iMimaEjMqDD6kU",
                r#""]}"#
            )
        );
        assert_eq!(name("Elections", &officers), "PRACTICE: Elections");
        let real = Officers {
            needed: 1,
            keys: vec!["SHA256:AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM".parse().unwrap()],
        };
        assert_eq!(name("Elections", &real), "Elections");
    }

    #[test]
    fn titles_that_claim_to_be_practice_are_seen() {
        for title in ["PRACTICE: x", "Practice:x", " practice: x"] {
            assert!(claims(title), "{title}");
        }
        for title in ["Practice of law", "The PRACTICE: x", "", "PRÁCTICA"] {
            assert!(!claims(title), "{title}");
        }
    }
}
