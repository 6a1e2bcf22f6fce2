//! Sealing a vote: making a ballot.

use super::check::{blank_prefix, individual_prefix, overall_blank_prefix, overall_messages, overall_prefix};
use super::{Answer, Ballot, HomomorphicAnswer, Signature, Wire};
use crate::credential::CredentialKey;
use crate::election::Election;
use crate::elgamal::{Ciphertext, ElectionKey, join_text};
use crate::group::{Point, Scalar};
use crate::hash::Base64Hash;
use crate::json;
use crate::proof::disjunction::{self, Branch};
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
        let mut randomness = randomness(credential, &all_bits, &context, rng);
        let mut answers = Vec::with_capacity(questions.len());
        for (question, bits) in questions.iter().zip(&all_bits) {
            let Question::Homomorphic(question) = question;
            let key = election.key();
            answers.push(Answer(seal_answer(key, &context, question, bits, &mut randomness, rng)));
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
        Ok(Self { wire, tracker, unsigned: hash })
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
fn randomness(credential: &CredentialKey, bits: &[Bits], context: &str, rng: &mut impl CryptoRng) -> Nonces {
    let length = 32 + bits.iter().map(|bits| bits.0.len()).sum::<usize>();
    let mut secret = Zeroizing::new(Vec::with_capacity(length));
    secret.extend_from_slice(credential.secret().as_bytes());
    for bits in bits {
        secret.extend_from_slice(&bits.0);
    }
    Nonces::new(rng, &secret, format!("sealing|{context}").as_bytes())
}

/// A sealed number with what its prover knows of it.
#[derive(ZeroizeOnDrop)]
struct Opening {
    randomness: Scalar,
    message: Scalar,
}

impl Opening {
    /// The claim that the number is `message`.
    fn claim(&self, message: u64) -> Branch {
        Branch { randomness: self.randomness, difference: self.message - Scalar::from(message) }
    }
}

fn seal_answer(
    key: &ElectionKey,
    context: &str,
    question: &Homomorphic,
    bits: &Bits,
    randomness: &mut Nonces,
    rng: &mut impl CryptoRng,
) -> HomomorphicAnswer {
    let openings: Vec<Opening> = bits
        .0
        .iter()
        .map(|bit| Opening { randomness: *randomness.scalar(), message: Scalar::from(*bit) })
        .collect();
    let choices: Vec<Ciphertext> =
        openings.iter().map(|opening| key.encrypt(&opening.message, &opening.randomness)).collect();
    let individual_proofs = choices
        .iter()
        .zip(&openings)
        .map(|(choice, opening)| {
            let claims = [opening.claim(0), opening.claim(1)];
            disjunction::prove(key, &individual_prefix(context, choice), &claims, rng)
        })
        .collect();
    let with_choices = format!("{context}|{}", join_text(&choices));
    let (blank, chosen) = openings.split_at(usize::from(question.blank));
    let sum = Opening {
        randomness: chosen.iter().map(|opening| opening.randomness).sum(),
        message: chosen.iter().map(|opening| opening.message).sum(),
    };
    let sums = overall_messages(question).map(|message| sum.claim(message));
    let (overall_proof, blank_proof) = match blank.first() {
        None => {
            let claims: Vec<_> = sums.collect();
            let total = key.encrypt(&sum.message, &sum.randomness);
            (disjunction::prove(key, &overall_prefix(&with_choices, &total), &claims, rng), None)
        }
        Some(blank) => {
            let blank_or_nothing = [blank.claim(0), sum.claim(0)];
            let blank_proof = disjunction::prove(key, &blank_prefix(&with_choices), &blank_or_nothing, rng);
            let claims: Vec<_> = std::iter::once(blank.claim(1)).chain(sums).collect();
            (disjunction::prove(key, &overall_blank_prefix(&with_choices), &claims, rng), Some(blank_proof))
        }
    };
    HomomorphicAnswer { choices, individual_proofs, overall_proof, blank_proof }
}
