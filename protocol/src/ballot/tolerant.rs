//! Reading ballots of foreign records whose answers are not in canonical form.
//!
//! The ballot itself must be canonical. Inside an answer, fields that we do not know are passed over,
//! points may have upper-case digits and the neutral element's other spellings, scalars may have leading
//! zeros; hashes are over the canonical texts.

use super::{Answer, Signature, Wire};
use crate::ParseError;
use crate::election::Uuid;
use crate::group::Point;
use crate::hash::Base64Hash;
use crate::json;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenWire {
    election_uuid: Uuid,
    election_hash: Base64Hash,
    credential: Point,
    answers: Vec<Value>,
    signature: Signature,
}

pub(super) fn parse(bytes: &[u8]) -> Result<Wire, ParseError> {
    let wire: OpenWire = json::parse("ballot", bytes)?;
    let answers = wire
        .answers
        .into_iter()
        .map(|answer| {
            let answer = Answer::deserialize(known_fields(answer));
            answer.map_err(|e| ParseError::new("ballot", e.to_string()))
        })
        .collect::<Result<_, _>>()?;
    Ok(Wire {
        election_uuid: wire.election_uuid,
        election_hash: wire.election_hash,
        credential: wire.credential,
        answers,
        signature: wire.signature,
    })
}

/// The fields of answers, ciphertexts and proofs, with their texts made canonical.
fn known_fields(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(known_fields).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().filter_map(known_field).collect::<Map<_, _>>())
        }
        other => other,
    }
}

fn known_field((name, value): (String, Value)) -> Option<(String, Value)> {
    let value = match (name.as_str(), value) {
        ("alpha" | "beta", Value::String(text)) => Value::String(point_text(&text)),
        ("challenge" | "response", Value::String(text)) => Value::String(scalar_text(&text)),
        ("choices" | "individual_proofs" | "overall_proof" | "blank_proof", value) => known_fields(value),
        ("alpha" | "beta" | "challenge" | "response", value) => value,
        _ => return None,
    };
    Some((name, value))
}

fn point_text(text: &str) -> String {
    /// y = 1 with the sign bit; y = p + 1; both.
    const NEUTRAL: [&str; 3] = [
        "8000000000000000000000000000000000000000000000000000000000000001",
        "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffee",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffee",
    ];
    let text = text.to_ascii_lowercase();
    if NEUTRAL.contains(&text.as_str()) { Point::neutral().to_text() } else { text }
}

fn scalar_text(text: &str) -> String {
    let digits = text.trim_start_matches('0');
    if digits.is_empty() && !text.is_empty() { "0".to_owned() } else { digits.to_owned() }
}
