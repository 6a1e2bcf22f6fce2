//! Ballots (belenios-v1 section 9): the sealed vote of one voter, with the proofs that it is a valid one.

mod check;
mod claims;
mod eighths;
mod opening;
mod recorded;
mod seal;
mod size;
mod tolerant;
mod unproven;

use crate::election::Uuid;
use crate::elgamal::Ciphertext;
use crate::group::{EdwardsPoint, Point};
use crate::hash::{Base64Hash, hash_with_ends};
use crate::json;
use crate::proof::{Checks, Proof, ProofError};
use crate::question::Question;
use crate::{ParseError, election::Election};
#[cfg(test)]
pub(crate) use check::verify_answer;
pub use eighths::Eighths;
pub use opening::{AnswerRandomness, Opening, OpeningError};
pub use recorded::recorded_choices;
pub use seal::{SealError, Selection};
use serde::{Deserialize, Serialize};
pub(crate) use unproven::Unproven;

/// A ballot that has been read: its form is right, nothing is proved yet (see [`Ballot::verify`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
    wire: Wire,
    tracker: Base64Hash,
    /// Hash of the bytes without the signature: what the signature is over.
    unsigned: Base64Hash,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire<C = Point> {
    election_uuid: Uuid,
    election_hash: Base64Hash,
    credential: C,
    #[serde(deserialize_with = "unproven::answers")]
    answers: Vec<Answer>,
    signature: Signature,
}

/// The sealed answer to one question. Other kinds of question bring other forms, as further variants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Answer(HomomorphicAnswer);

/// The answer to a homomorphic question (section 9.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HomomorphicAnswer {
    #[serde(deserialize_with = "unproven::ciphertexts")]
    choices: Vec<Ciphertext>,
    individual_proofs: Vec<Vec<Proof>>,
    overall_proof: Vec<Proof>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blank_proof: Option<Vec<Proof>>,
}

impl Answer {
    /// The sealed numbers: one an answer, preceded by one for blank where the question allows it.
    pub fn ciphertexts(&self) -> &[Ciphertext] {
        &self.0.choices
    }
}

/// The points of the sealed numbers, in their order: alpha and beta of each.
fn elements<C>(wire: &Wire<C>) -> impl Iterator<Item = EdwardsPoint> {
    let ciphertexts = wire.answers.iter().flat_map(|answer| &answer.0.choices);
    ciphertexts.flat_map(|one| [*one.alpha.element(), *one.beta.element()])
}

/// The voter's signature (section 9.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    hash: Base64Hash,
    proof: Proof,
}

/// Why a ballot does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BallotError {
    /// It names another election.
    #[error("the ballot is for another election")]
    OtherElection,
    /// It does not answer the questions as they are asked.
    #[error("the answer to question {question}: {why}")]
    Shape {
        /// The question, counted from 1.
        question: usize,
        /// What does not fit.
        why: &'static str,
    },
    /// It has more or fewer answers than there are questions.
    #[error("the ballot has {got} answers where there are {wanted} questions")]
    Answers {
        /// How many it has.
        got: usize,
        /// How many questions there are.
        wanted: usize,
    },
    /// A proof or the signature does not hold.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl Ballot {
    /// Reads a ballot in its one canonical form.
    ///
    /// # Errors
    /// Where the bytes are anything else.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        Unproven::parse(bytes, Point::on_curve)?.prove(|_| false, &Eighths::default())
    }

    /// Reads a ballot as [`Self::parse`] does, in less time: where its credential has the encoding of one that is known to lie
    /// in the group, as all that have been listed do, and where these are the eighths of its points. It may still have another credential:
    /// the caller compares. Eighths that are wrong change nothing.
    ///
    /// # Errors
    /// Where the bytes are anything else.
    pub fn parse_with(bytes: &[u8], known: &[u8; 32], eighths: &Eighths) -> Result<Self, ParseError> {
        Unproven::parse(bytes, Point::on_curve)?.prove(|credential| credential.encoding() == known, eighths)
    }

    /// Reads a ballot of a foreign record. What voters can get past other servers without changing what
    /// their ballot says (belenios-v1 section 15, "two strictness levels") is read too; the second value
    /// then says what is odd.
    ///
    /// # Errors
    /// Where the bytes are not a ballot even so.
    pub fn parse_tolerant(bytes: &[u8]) -> Result<(Self, Option<String>), ParseError> {
        let (unproven, oddity) = Unproven::parse_tolerant(bytes, Point::on_curve)?;
        Ok((unproven.prove(|_| false, &Eighths::default())?, oddity))
    }

    fn from_wire(wire: Wire, bytes: &[u8]) -> Result<Self, ParseError> {
        // The signature is the last field, and its text has one form.
        let signature =
            [",\"signature\":", &json::to_text_of(&wire.signature, size::SIGNATURE), "}"].concat();
        let unsigned = bytes
            .strip_suffix(signature.as_bytes())
            .ok_or_else(|| ParseError::new("ballot", "must end with its signature"))?;
        let [unsigned, tracker] = hash_with_ends(unsigned, [b"}", signature.as_bytes()]);
        let (unsigned, tracker) = (Base64Hash::from_digest(unsigned), Base64Hash::from_digest(tracker));
        Ok(Self { wire, tracker, unsigned })
    }

    /// The most bytes that a ballot with answers to these questions can have.
    #[must_use]
    pub fn most_bytes(questions: &[Question]) -> usize {
        size::most_bytes(questions)
    }

    /// The canonical bytes. For a ballot read tolerantly these are not the bytes that were read.
    pub fn to_text(&self) -> String {
        json::to_text(&self.wire)
    }

    /// The hash of the bytes that were read: what a voter looks for on the record.
    pub fn tracker(&self) -> &Base64Hash {
        &self.tracker
    }

    /// The public credential that signed.
    pub fn credential(&self) -> &Point {
        &self.wire.credential
    }

    /// The election that it names.
    pub fn election_uuid(&self) -> &Uuid {
        &self.wire.election_uuid
    }

    /// The sealed answers, one a question.
    pub fn answers(&self) -> &[Answer] {
        &self.wire.answers
    }

    /// Checks election, shape, signature and every proof. Whether the credential may vote and whether the
    /// ballot stands on the record already is the caller's to check (section 9.5).
    ///
    /// # Errors
    /// With the first thing that is wrong.
    pub fn verify(&self, election: &Election) -> Result<(), BallotError> {
        Ok(self.claims(election)?.finish()?)
    }

    /// Checks election and shape as [`Self::verify`] does, and gives the claims of which signature and proofs are to be checked: those of
    /// many ballots cost less together.
    pub(crate) fn claims(&self, election: &Election) -> Result<Checks, BallotError> {
        check::claims(self, election)
    }
}
