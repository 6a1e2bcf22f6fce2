//! What the answer to one question claims, before anything is proved: the sealed numbers, and for each of its proofs the
//! branches of which one is true. Sealing draws random numbers for the proofs; opening a sealed vote brings them along.

use super::HomomorphicAnswer;
use super::check::{
    blank_prefix, individual_prefix, overall_blank_prefix, overall_messages, overall_prefix, with_choices,
};
use super::opening::AnswerRandomness;
use crate::elgamal::{Ciphertext, ElectionKey};
use crate::group::Scalar;
use crate::proof::disjunction::{self, Branch};
use crate::question::Homomorphic;
use zeroize::ZeroizeOnDrop;

/// The numbers of one answer, each with the exponent that it is sealed with.
pub(super) struct Numbers(Vec<Number>);

/// A number with what its prover knows of it.
#[derive(ZeroizeOnDrop)]
struct Number {
    randomness: Scalar,
    message: Scalar,
}

impl Numbers {
    /// As many numbers as exponents.
    pub(super) fn new(bits: &[u8], exponents: &[Scalar]) -> Self {
        let number =
            |(bit, exponent): (&u8, &Scalar)| Number { randomness: *exponent, message: (*bit).into() };
        Self(bits.iter().zip(exponents).map(number).collect())
    }
}

impl Number {
    /// The claim that the number is `message`.
    fn claim(&self, message: u64) -> Branch {
        Branch { randomness: self.randomness, difference: self.message - Scalar::from(message) }
    }
}

/// What one proof is about: one of the branches is true.
pub(super) struct Claim {
    pub(super) prefix: String,
    pub(super) branches: Vec<Branch>,
}

/// The claims of one answer.
pub(super) struct Claims {
    choices: Vec<Ciphertext>,
    /// Each number is 0 or 1.
    pub(super) individual: Vec<Claim>,
    /// It is blank or there are no answers; where blank is allowed.
    pub(super) blank: Option<Claim>,
    /// The number of answers is allowed, or it is blank.
    pub(super) overall: Claim,
}

impl Claims {
    pub(super) fn of(key: &ElectionKey, context: &str, question: &Homomorphic, numbers: Numbers) -> Self {
        let Numbers(numbers) = numbers;
        let choices: Vec<Ciphertext> =
            numbers.iter().map(|number| key.encrypt(&number.message, &number.randomness)).collect();
        let individual = choices
            .iter()
            .zip(&numbers)
            .map(|(choice, number)| Claim {
                prefix: individual_prefix(context, choice),
                branches: vec![number.claim(0), number.claim(1)],
            })
            .collect();
        let with_choices = with_choices(context, &choices);
        let (blank, chosen) = numbers.split_at(usize::from(question.blank));
        let sum = Number {
            randomness: chosen.iter().map(|number| number.randomness).sum(),
            message: chosen.iter().map(|number| number.message).sum(),
        };
        let sums = overall_messages(question).map(|message| sum.claim(message));
        let (overall, blank) = match blank.first() {
            None => {
                let total = key.encrypt(&sum.message, &sum.randomness);
                let prefix = overall_prefix(&with_choices, &total);
                (Claim { prefix, branches: sums.collect() }, None)
            }
            Some(blank) => {
                let branches = std::iter::once(blank.claim(1)).chain(sums).collect();
                let overall = Claim { prefix: overall_blank_prefix(&with_choices), branches };
                let branches = vec![blank.claim(0), sum.claim(0)];
                (overall, Some(Claim { prefix: blank_prefix(&with_choices), branches }))
            }
        };
        Self { choices, individual, blank, overall }
    }

    /// Proves every claim with these random numbers, of which there are as many.
    pub(super) fn prove(self, key: &ElectionKey, with: &AnswerRandomness) -> HomomorphicAnswer {
        let prove = |claim: &Claim, drawn| disjunction::prove(key, &claim.prefix, &claim.branches, drawn);
        let individual = self.individual.iter().zip(&with.individual_proofs);
        HomomorphicAnswer {
            individual_proofs: individual.map(|(claim, drawn)| prove(claim, drawn)).collect(),
            overall_proof: prove(&self.overall, &with.overall_proof),
            blank_proof: self
                .blank
                .as_ref()
                .zip(with.blank_proof.as_ref())
                .map(|(claim, drawn)| prove(claim, drawn)),
            choices: self.choices,
        }
    }
}
