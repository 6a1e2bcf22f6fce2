//! Sealing a vote: making a ballot.

use super::claims::{Claims, Numbers};
use super::opening::{AnswerRandomness, Opening};
use super::{Answer, Ballot, Signature, Wire};
use crate::credential::CredentialKey;
use crate::election::Election;
use crate::group::{Point, Scalar};
use crate::hash::Base64Hash;
use crate::json;
use crate::proof::{Nonces, knowledge};
use crate::question::{Homomorphic, Question};
use rand_core::CryptoRng;
use serde::Serialize;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// What a voter chooses in one question.
///
/// # Security
/// This is the vote: it has no `Debug` and is wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub enum Selection {
    /// The answers at these positions, counted from 0.
    Answers(Vec<usize>),
    /// A blank vote.
    Blank,
}

/// Why a vote cannot be sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Questions and selections differ in number.
    #[error("there are {questions} questions but {selections} were answered")]
    Questions {
        /// How many questions there are.
        questions: usize,
        /// How many selections were given.
        selections: usize,
    },
    /// A position that is not among the answers, or stands twice.
    #[error("question {0}: an answer that does not exist, or is chosen twice")]
    Answer(usize),
    /// Too many or too few answers.
    #[error("question {question}: {chosen} answers are chosen where {min} to {max} are allowed")]
    Count {
        /// The question, counted from 1.
        question: usize,
        /// How many were chosen.
        chosen: usize,
        /// The fewest allowed.
        min: u32,
        /// The most allowed.
        max: u32,
    },
    /// A blank vote where there is none.
    #[error("question {0} cannot be left blank")]
    Blank(usize),
}

#[derive(Serialize)]
struct Unsigned<'a> {
    election_uuid: &'a crate::election::Uuid,
    election_hash: &'a Base64Hash,
    credential: &'a Point,
    answers: &'a [Answer],
}

impl Ballot {
    /// Seals a vote: one selection a question, signed by the credential.
    ///
    /// # Errors
    /// Where the selections do not fit the questions.
    pub fn seal(
        election: &Election,
        credential: &CredentialKey,
        selections: &[Selection],
        rng: &mut impl CryptoRng,
    ) -> Result<Self, SealError> {
        Self::seal_openly(election, credential, selections, rng).map(|(ballot, _)| ballot)
    }

    /// The same, for a vote that is to be tested: gives also what it was sealed with, which shows what it says.
    ///
    /// # Errors
    /// As [`Ballot::seal`].
    pub fn seal_openly(
        election: &Election,
        credential: &CredentialKey,
        selections: &[Selection],
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, Opening), SealError> {
        let questions = election.questions();
        if questions.len() != selections.len() {
            return Err(SealError::Questions { questions: questions.len(), selections: selections.len() });
        }
        let context = format!("{}|{}", election.fingerprint(), credential.public());
        let mut all_bits = Vec::with_capacity(questions.len());
        for (i, (question, selection)) in questions.iter().zip(selections).enumerate() {
            let Question::Homomorphic(question) = question;
            all_bits.push(bits(i + 1, question, selection)?);
        }
        let mut exponents = exponents(credential, &all_bits, &context, rng);
        let mut answers = Vec::with_capacity(questions.len());
        let mut opening = Opening { answers: Vec::new(), randomness: Vec::new() };
        for (question, bits) in questions.iter().zip(&all_bits) {
            let Question::Homomorphic(question) = question;
            let numbers: Vec<Scalar> = bits.0.iter().map(|_| *exponents.scalar()).collect();
            let claims = Claims::of(election.key(), &context, question, Numbers::new(&bits.0, &numbers));
            let mut randomness = AnswerRandomness::draw(numbers, &claims, rng);
            let answer = claims.prove(election.key(), &randomness);
            randomness.keep_challenges(&answer);
            answers.push(Answer(answer));
            opening.answers.push(bits.0.clone());
            opening.randomness.push(randomness);
        }
        let unsigned = json::to_text(&Unsigned {
            election_uuid: election.uuid(),
            election_hash: election.fingerprint(),
            credential: credential.public(),
            answers: &answers,
        });
        let hash = Base64Hash::of(unsigned.as_bytes());
        let proof = knowledge::prove(&format!("sig|{hash}|"), credential.secret(), rng);
        let wire = Wire {
            election_uuid: election.uuid().clone(),
            election_hash: *election.fingerprint(),
            credential: *credential.public(),
            answers,
            signature: Signature { hash, proof },
        };
        let tracker = Base64Hash::of(json::to_text(&wire).as_bytes());
        Ok((Self { wire, tracker, unsigned: hash }, opening))
    }
}

/// The numbers to seal, wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Bits(Vec<u8>);

fn bits(number: usize, question: &Homomorphic, selection: &Selection) -> Result<Bits, SealError> {
    let offset = usize::from(question.blank);
    let mut bits = Bits(vec![0; question.answers.len() + offset]);
    match selection {
        Selection::Blank if !question.blank => return Err(SealError::Blank(number)),
        Selection::Blank => bits.0[0] = 1,
        Selection::Answers(chosen) => {
            for position in chosen {
                match bits.0.get_mut(offset + position) {
                    Some(bit) if *bit == 0 => *bit = 1,
                    _ => return Err(SealError::Answer(number)),
                }
            }
            let count = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
            if count < question.min || count > question.max {
                let (min, max) = (question.min, question.max);
                return Err(SealError::Count { question: number, chosen: chosen.len(), min, max });
            }
        }
    }
    Ok(bits)
}

/// What the numbers of one vote are sealed with. It depends on the vote, so that a generator that repeats itself does not
/// seal two votes alike: the difference of two sealed numbers would be open.
fn exponents(credential: &CredentialKey, bits: &[Bits], context: &str, rng: &mut impl CryptoRng) -> Nonces {
    let length = 32 + bits.iter().map(|bits| bits.0.len()).sum::<usize>();
    let mut secret = Zeroizing::new(Vec::with_capacity(length));
    secret.extend_from_slice(credential.secret().as_bytes());
    for bits in bits {
        secret.extend_from_slice(&bits.0);
    }
    Nonces::new(rng, &secret, format!("sealing|{context}").as_bytes())
}
