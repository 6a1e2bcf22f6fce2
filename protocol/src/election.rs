//! Elections (belenios-v1 sections 4 and 6): the object that everything else is bound to by its hash.

use crate::ParseError;
use crate::base58::{is_base58, random_base58};
use crate::elgamal::ElectionKey;
use crate::group::{self, Point};
use crate::hash::{Base64Hash, HexHash};
use crate::json;
use crate::question::{Question, QuestionError};
use rand_core::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::Value;
use std::fmt;

/// An election's identifier: at least 14 digits of Base58.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uuid(String);

/// Identifiers are 14 digits as a rule; what is longer than this is refused.
pub(crate) const LONGEST_UUID: usize = 64;

impl Uuid {
    /// Reads an identifier.
    ///
    /// # Errors
    /// Where it is shorter than 14 digits, longer than 64, or not Base58.
    pub fn from_text(text: &str) -> Result<Self, ParseError> {
        if !(14..=LONGEST_UUID).contains(&text.len()) || !is_base58(text) {
            return Err(ParseError::new("uuid", "must be 14 or more digits of Base58"));
        }
        Ok(Self(text.to_owned()))
    }

    /// A new identifier of 14 digits.
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        Self(random_base58(14, rng).to_string())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uuid({})", self.0)
    }
}

impl Serialize for Uuid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Uuid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::from_text(&text).map_err(D::Error::custom)
    }
}

/// The most questions that an election may have: far above any ballot paper, far below what would let a record exhaust
/// memory.
const MOST_QUESTIONS: usize = 1000;

/// Why an election cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ElectionError {
    /// It cannot be read or makes no sense.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// It is of a kind that is not supported: another version, group or kind of question.
    #[error("{0}")]
    Unsupported(String),
}

/// What an election is made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Draft {
    version: u32,
    /// Free text; belenios-tool shows it to voters.
    pub description: String,
    /// The election's name.
    pub name: String,
    group: &'static str,
    /// The product of the trustees' keys.
    pub public_key: Point,
    /// The questions, in order.
    pub questions: Vec<Question>,
    /// The identifier.
    pub uuid: Uuid,
    /// Who runs the election, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub administrator: Option<String>,
    /// Who made the credentials, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_authority: Option<String>,
}

impl Draft {
    /// A draft with the fields that every election has.
    pub fn new(
        uuid: Uuid,
        name: String,
        description: String,
        public_key: Point,
        questions: Vec<Question>,
    ) -> Self {
        Self {
            version: 1,
            description,
            name,
            group: group::NAME,
            public_key,
            questions,
            uuid,
            administrator: None,
            credential_authority: None,
        }
    }

    /// The election's bytes.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }
}

/// An election as it stands on a record. Its bytes are kept: its hash, the fingerprint, is over them.
#[derive(Clone, Debug)]
pub struct Election {
    bytes: Vec<u8>,
    fingerprint: Base64Hash,
    uuid: Uuid,
    name: String,
    description: String,
    key: ElectionKey,
    questions: Vec<Question>,
}

#[derive(Deserialize)]
struct Wire {
    version: u32,
    description: String,
    name: String,
    group: String,
    public_key: Value,
    questions: Vec<Value>,
    uuid: Uuid,
}

impl Election {
    /// Reads an election. Unknown fields are ignored, as later releases add some; a field named twice is
    /// refused.
    ///
    /// # Errors
    /// Where it cannot be read, its key is neutral or not in the group, a question makes no sense, or it is
    /// of a kind that is not supported.
    pub fn parse(bytes: &[u8]) -> Result<Self, ElectionError> {
        let wire: Wire = json::parse_open("election", bytes)?;
        if wire.version != 1 {
            return Err(ElectionError::Unsupported(format!(
                "election format version {} is not supported: version 1 is",
                wire.version
            )));
        }
        if wire.group != group::NAME {
            return Err(ElectionError::Unsupported(format!(
                "the group {:?} is not supported: {} is",
                wire.group,
                group::NAME
            )));
        }
        let key =
            wire.public_key.as_str().ok_or_else(|| ParseError::new("election key", "must be a string"))?;
        let key = Point::from_text(key)?;
        if key.is_neutral() {
            return Err(
                ParseError::new("election key", "is the neutral element: nothing would be sealed").into()
            );
        }
        if wire.questions.is_empty() || wire.questions.len() > MOST_QUESTIONS {
            let why = format!("must have 1 to {MOST_QUESTIONS} questions");
            return Err(ParseError::new("election", why).into());
        }
        let questions = wire.questions.iter().map(Question::from_json).collect::<Result<_, _>>();
        let questions = questions.map_err(|e| match e {
            QuestionError::Parse(e) => ElectionError::Parse(e),
            QuestionError::Unsupported(_) => ElectionError::Unsupported(e.to_string()),
        })?;
        Ok(Self {
            bytes: bytes.to_vec(),
            fingerprint: Base64Hash::of(bytes),
            uuid: wire.uuid,
            name: wire.name,
            description: wire.description,
            key: ElectionKey::new(key),
            questions,
        })
    }

    /// The bytes as they stand on the record.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash of the bytes, to which every ballot and share is bound.
    pub fn fingerprint(&self) -> &Base64Hash {
        &self.fingerprint
    }

    /// The same hash as the name of its record.
    pub fn hash(&self) -> HexHash {
        HexHash::from_digest(*self.fingerprint.digest())
    }

    /// The identifier.
    pub fn uuid(&self) -> &Uuid {
        &self.uuid
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The description.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The key under which votes are sealed.
    pub fn key(&self) -> &ElectionKey {
        &self.key
    }

    /// The questions, in order.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::{power_of_g, small};
    use serde_json::json;

    fn election(questions: usize) -> Value {
        let question = json!({"answers": ["Yes"], "min": 0, "max": 1, "question": "?"});
        json!({
            "version": 1, "description": "", "name": "", "group": "Ed25519",
            "public_key": Point::new(power_of_g(&small(2))), "questions": vec![question; questions],
            "uuid": "ZM9Q5QG2xbtcA9", "administrator": "A", "credential_authority": "B", "language": ["fr", "ltr"],
        })
    }

    #[test]
    fn fields_of_later_releases_are_passed_over() {
        let parsed = Election::parse(election(2).to_string().as_bytes()).unwrap();
        assert_eq!(parsed.questions().len(), 2);
    }

    #[test]
    fn what_is_no_election_is_refused() {
        let good = election(1);
        let values: Vec<Value> = good.as_object().unwrap().values().take(7).cloned().collect();
        for bad in [Value::Array(values), election(0), election(1001)] {
            let text = bad.to_string();
            let refused = Election::parse(text.as_bytes());
            assert!(matches!(refused, Err(ElectionError::Parse(_))), "{}", text.get(..80).unwrap_or(&text));
        }
    }
}
