//! Reading ballots of foreign records whose answers are not in canonical form. That points lie in the group is the caller's
//! to show.
//!
//! The ballot itself must be canonical. Inside an answer, fields that we do not know are passed over whatever they hold,
//! fields may stand in any order (of one that stands twice the last counts), points may have upper-case digits and the
//! neutral element's other spellings, scalars may have leading zeros; hashes are over the canonical texts. Blanks and
//! other ways to write a text stand nowhere.

mod cursor;

use super::unproven::Undecoded;
use super::{Answer, HomomorphicAnswer, Wire};
use crate::ParseError;
use crate::election::Uuid;
use crate::elgamal::Ciphertext;
use crate::group::{Point, scalar_from_text};
use crate::hash::Base64Hash;
use crate::json;
use crate::proof::Proof;
use cursor::Cursor;

type Read<T> = Result<T, ParseError>;

pub(super) fn parse(bytes: &[u8]) -> Read<Wire<Undecoded>> {
    let mut cursor = Cursor::new(bytes);
    cursor.expect("{\"election_uuid\":")?;
    let election_uuid = Uuid::from_text(&cursor.string()?)?;
    cursor.expect(",\"election_hash\":")?;
    let election_hash = Base64Hash::from_text(&cursor.string()?)?;
    cursor.expect(",\"credential\":")?;
    let credential = Undecoded::from_text(&cursor.string()?)?;
    cursor.expect(",\"answers\":")?;
    let answers = cursor.list(answer)?;
    cursor.expect(",\"signature\":")?;
    let signature = cursor.rest().strip_suffix(b"}").unwrap_or_default();
    let signature = json::parse("ballot's signature", signature)?;
    Ok(Wire { election_uuid, election_hash, credential, answers, signature })
}

fn answer(cursor: &mut Cursor<'_>) -> Read<Answer> {
    let (mut choices, mut individual_proofs, mut overall_proof, mut blank_proof) = (None, None, None, None);
    cursor.object(|name, cursor| {
        match name {
            "choices" => choices = Some(cursor.list(ciphertext)?),
            "individual_proofs" => individual_proofs = Some(cursor.list(|cursor| cursor.list(proof))?),
            "overall_proof" => overall_proof = Some(cursor.list(proof)?),
            "blank_proof" => blank_proof = cursor.unless_null(|cursor| cursor.list(proof))?,
            _ => cursor.pass_over()?,
        }
        Ok(())
    })?;
    Ok(Answer(HomomorphicAnswer {
        choices: choices.ok_or_else(|| missing("choices"))?,
        individual_proofs: individual_proofs.ok_or_else(|| missing("individual_proofs"))?,
        overall_proof: overall_proof.ok_or_else(|| missing("overall_proof"))?,
        blank_proof,
    }))
}

fn ciphertext(cursor: &mut Cursor<'_>) -> Read<Ciphertext> {
    let (mut alpha, mut beta) = (None, None);
    cursor.object(|name, cursor| {
        match name {
            "alpha" => alpha = Some(point(&cursor.string()?)?),
            "beta" => beta = Some(point(&cursor.string()?)?),
            _ => cursor.pass_over()?,
        }
        Ok(())
    })?;
    let alpha = alpha.ok_or_else(|| missing("alpha"))?;
    Ok(Ciphertext { alpha, beta: beta.ok_or_else(|| missing("beta"))? })
}

fn proof(cursor: &mut Cursor<'_>) -> Read<Proof> {
    let (mut challenge, mut response) = (None, None);
    cursor.object(|name, cursor| {
        match name {
            "challenge" => challenge = Some(scalar_from_text(digits(&cursor.string()?))?),
            "response" => response = Some(scalar_from_text(digits(&cursor.string()?))?),
            _ => cursor.pass_over()?,
        }
        Ok(())
    })?;
    let challenge = challenge.ok_or_else(|| missing("challenge"))?;
    Ok(Proof { challenge, response: response.ok_or_else(|| missing("response"))? })
}

fn missing(field: &str) -> ParseError {
    ParseError::new("ballot", format!("the field {field} is missing"))
}

fn point(text: &str) -> Read<Point> {
    /// y = 1 with the sign bit; y = p + 1; both.
    const NEUTRAL: [&str; 3] = [
        "8000000000000000000000000000000000000000000000000000000000000001",
        "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffee",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffee",
    ];
    let text = text.to_ascii_lowercase();
    if NEUTRAL.contains(&text.as_str()) { Ok(Point::neutral()) } else { Point::on_curve_from_text(&text) }
}

/// A number's digits without leading zeros.
fn digits(text: &str) -> &str {
    let digits = text.trim_start_matches('0');
    if digits.is_empty() { text.get(..1).unwrap_or_default() } else { digits }
}
