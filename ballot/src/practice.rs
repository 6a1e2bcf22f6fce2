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
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;
    use scrutineer_protocol::election::Uuid;
    use scrutineer_protocol::hash::HexHash;

    use super::*;
    use crate::file::BallotFile;
    use crate::outcome::{OutcomeError, line_of};
    use crate::setup::BoxPlan;

    const FILE: &str = "title = \"T\"\ntime_zone = \"UTC\"\ncontact = \"C\"\ntellers = \"server\"\nspares = 0\n\
                        [[question]]\ntext = \"Q?\"\nanswers = [\"Yes\", \"No\"]\n";
    const REAL: &str = r#"{"needed":1,"keys":["SHA256:AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM"]}"#;

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
        let real: Officers = serde_json::from_str(REAL).unwrap();
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

    #[test]
    fn a_name_and_a_line_that_do_not_say_the_same_are_no_record_of_ours() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let file = BallotFile::parse(FILE).unwrap();
        let real = serde_json::from_str(REAL).unwrap();
        for officers in [Officers::nobody(), real] {
            let practice = officers == Officers::nobody();
            let plan = BoxPlan {
                ballot: &Uuid::random(&mut rng),
                box_name: "all",
                file: &file,
                boxes: 1,
                eligible: 2,
                spares: u64::from(file.spares),
                roll: HexHash::of(b"roll"),
                board: None,
                receipts: officers.keys[0],
                officers,
            };
            let made = plan.make(&mut rng, |_| ()).unwrap();
            let line = line_of(&made.election, 2).unwrap();
            assert_eq!((line.is_practice(), made.election.name().contains("PRACTICE")), (practice, practice));
            let text = String::from_utf8(made.election.bytes().to_vec()).unwrap();
            let other = if practice {
                text.replace("\"name\":\"PRACTICE: T\"", "\"name\":\"T\"")
            } else {
                text.replace("\"name\":\"T\"", "\"name\":\"PRACTICE: T\"")
            };
            assert_ne!(other, text);
            let other = Election::parse(other.as_bytes()).unwrap();
            assert!(matches!(line_of(&other, 2), Err(OutcomeError::Misfit(why)) if why.contains("practice")));
        }
    }
}
