//! Opening a sealed vote: with the choices and the random numbers that it was sealed with, anyone can seal again and see that
//! the same vote comes out. For testing what seals: a vote that was opened must never be cast.
//!
//! The random number of the signature is no part of it, since that would give the credential away. So everything is
//! compared but the signature's proof, which is checked like any other.

use super::check::{check_shape, context};
use super::claims::{Claim, Claims, Numbers};
use super::{Ballot, BallotError, HomomorphicAnswer, Selection};
use crate::election::Election;
use crate::elgamal::ElectionKey;
use crate::group::{Scalar, scalar_text};
use crate::proof::Proof;
use crate::proof::disjunction::{self, Drawn};
use crate::question::{Homomorphic, Question};
use rand_core::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// What a vote was sealed with.
///
/// # Security
/// It shows what the vote says, and proves it.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    /// For each question the numbers that were sealed, 0 or 1: one an answer, preceded by one for blank where allowed.
    pub answers: Vec<Vec<u8>>,
    /// For each question the random numbers.
    pub randomness: Vec<AnswerRandomness>,
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.answers.zeroize();
    }
}

/// The random numbers of the answer to one question.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct AnswerRandomness {
    choices: Vec<Exponent>,
    pub(super) individual_proofs: Vec<Vec<Drawn>>,
    pub(super) overall_proof: Vec<Drawn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) blank_proof: Option<Vec<Drawn>>,
}

/// What one number is sealed with.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
struct Exponent(Scalar);

impl Serialize for Exponent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        scalar_text::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Exponent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar_text::deserialize(deserializer).map(Self)
    }
}

/// Why a vote does not say what its opening says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpeningError {
    /// The vote itself does not hold.
    #[error(transparent)]
    Ballot(#[from] BallotError),
    /// Something is there for more or fewer questions than there are.
    #[error("there are {questions} questions, but what was sealed is given for {given}")]
    Questions {
        /// How many questions there are.
        questions: usize,
        /// For how many something is given.
        given: usize,
    },
    /// The random numbers are more or fewer than the vote has proofs, or name other challenges.
    #[error("question {0}: the random numbers are not those of this vote's proofs")]
    Randomness(usize),
    /// Not an answer that may be given.
    #[error("question {0}: this is no answer that the question allows")]
    Answer(usize),
    /// Sealing again gives something else.
    #[error("question {0}: sealing these answers again with the random numbers given gives another vote")]
    Differs(usize),
}

impl AnswerRandomness {
    /// Draws what the claims need, beside the exponents.
    pub(super) fn draw(exponents: Vec<Scalar>, claims: &Claims, rng: &mut impl CryptoRng) -> Self {
        let mut draw = |claim: &Claim| disjunction::draw(&claim.prefix, &claim.branches, rng);
        Self {
            choices: exponents.into_iter().map(Exponent).collect(),
            individual_proofs: claims.individual.iter().map(&mut draw).collect(),
            blank_proof: claims.blank.as_ref().map(&mut draw),
            overall_proof: draw(&claims.overall),
        }
    }

    /// Puts the challenges of the true branches in, as they came out.
    pub(super) fn keep_challenges(&mut self, answer: &HomomorphicAnswer) {
        let keep = |drawn: &mut Vec<Drawn>, proofs: &[Proof]| {
            for (drawn, proof) in drawn.iter_mut().zip(proofs) {
                drawn.challenge = proof.challenge;
            }
        };
        for (drawn, proofs) in self.individual_proofs.iter_mut().zip(&answer.individual_proofs) {
            keep(drawn, proofs);
        }
        keep(&mut self.overall_proof, &answer.overall_proof);
        if let (Some(drawn), Some(proofs)) = (&mut self.blank_proof, &answer.blank_proof) {
            keep(drawn, proofs);
        }
    }

    /// Whether there are as many as the answer has proofs and branches, with the same challenges.
    fn fits(&self, answer: &HomomorphicAnswer) -> bool {
        let fits = |drawn: &[Drawn], proofs: &[Proof]| {
            drawn.len() == proofs.len()
                && drawn.iter().zip(proofs).all(|(drawn, proof)| drawn.challenge == proof.challenge)
        };
        self.choices.len() == answer.choices.len()
            && self.individual_proofs.len() == answer.individual_proofs.len()
            && self.individual_proofs.iter().zip(&answer.individual_proofs).all(|(d, p)| fits(d, p))
            && fits(&self.overall_proof, &answer.overall_proof)
            && match (&self.blank_proof, &answer.blank_proof) {
                (Some(drawn), Some(proofs)) => fits(drawn, proofs),
                (None, None) => true,
                _ => false,
            }
    }
}

impl Ballot {
    /// Checks the ballot, seals it again with what it was sealed with, and compares all but the signature's proof. Returns
    /// what the ballot says.
    ///
    /// # Errors
    /// With the first thing that is not so.
    pub fn check_opening(
        &self,
        election: &Election,
        opening: &Opening,
    ) -> Result<Vec<Selection>, OpeningError> {
        self.verify(election)?;
        let questions = election.questions().len();
        for given in [opening.answers.len(), opening.randomness.len()] {
            if given != questions {
                return Err(OpeningError::Questions { questions, given });
            }
        }
        let context = context(self);
        let given = opening.answers.iter().zip(&opening.randomness);
        let mut selections = Vec::with_capacity(questions);
        for (i, ((bits, randomness), (question, answer))) in
            given.zip(election.questions().iter().zip(&self.wire.answers)).enumerate()
        {
            let Question::Homomorphic(question) = question;
            selections.push(selection(question, bits).ok_or(OpeningError::Answer(i + 1))?);
            if check_shape(&answer.0, question).is_err() || !randomness.fits(&answer.0) {
                return Err(OpeningError::Randomness(i + 1));
            }
            if seal_again(election.key(), &context, question, bits, randomness) != answer.0 {
                return Err(OpeningError::Differs(i + 1));
            }
        }
        Ok(selections)
    }
}

/// What was chosen, if it may be.
fn selection(question: &Homomorphic, bits: &[u8]) -> Option<Selection> {
    if bits.len() != question.answers.len() + usize::from(question.blank) || bits.iter().any(|bit| *bit > 1) {
        return None;
    }
    let (blank, answers) = bits.split_at(usize::from(question.blank));
    let chosen: Vec<usize> = (0..).zip(answers).filter(|(_, bit)| **bit == 1).map(|(i, _)| i).collect();
    let count = u32::try_from(chosen.len()).ok()?;
    match blank {
        [1] => (count == 0).then_some(Selection::Blank),
        _ => (question.min..=question.max).contains(&count).then_some(Selection::Answers(chosen)),
    }
}

fn seal_again(
    key: &ElectionKey,
    context: &str,
    question: &Homomorphic,
    bits: &[u8],
    randomness: &AnswerRandomness,
) -> HomomorphicAnswer {
    let exponents = Zeroizing::new(randomness.choices.iter().map(|one| one.0).collect::<Vec<Scalar>>());
    Claims::of(key, context, question, Numbers::new(bits, &exponents)).prove(key, randomness)
}
