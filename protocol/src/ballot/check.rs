//! Checking a ballot against its election (belenios-v1 sections 9.1 and 9.4).

use super::{Ballot, BallotError, HomomorphicAnswer};
use crate::election::Election;
use crate::elgamal::{Ciphertext, ElectionKey, Sum, join_text};
use crate::proof::disjunction::{self, Statement};
use crate::proof::{Checks, Prefix, ProofError, knowledge};
use crate::question::{Homomorphic, Question};

/// Everything but the proofs, and what these claim.
pub(super) fn claims(ballot: &Ballot, election: &Election) -> Result<Checks, BallotError> {
    let wire = &ballot.wire;
    if &wire.election_uuid != election.uuid() || &wire.election_hash != election.fingerprint() {
        return Err(BallotError::OtherElection);
    }
    if wire.answers.len() != election.questions().len() {
        return Err(BallotError::Answers { got: wire.answers.len(), wanted: election.questions().len() });
    }
    if wire.signature.hash != ballot.unsigned {
        return Err(ProofError("the hash in the ballot's signature".to_owned()).into());
    }
    let mut checks = Checks::default();
    knowledge::add(
        &mut checks,
        "the ballot's signature",
        signature_prefix(ballot),
        &wire.credential,
        &wire.signature.proof,
    );
    let context = context(ballot);
    for (i, (answer, question)) in wire.answers.iter().zip(election.questions()).enumerate() {
        let Question::Homomorphic(question) = question;
        check_shape(&answer.0, question).map_err(|why| BallotError::Shape { question: i + 1, why })?;
        add_answer(&mut checks, election.key(), &context, &answer.0, question);
    }
    Ok(checks)
}

/// `S0`: what binds every proof to the election and the voter.
pub(super) fn context(ballot: &Ballot) -> String {
    [ballot.wire.election_hash.text(&mut [0; 43]), "|", ballot.wire.credential.text().as_str()].concat()
}

fn signature_prefix(ballot: &Ballot) -> String {
    ["sig|", ballot.wire.signature.hash.text(&mut [0; 43]), "|"].concat()
}

pub(super) fn check_shape(answer: &HomomorphicAnswer, question: &Homomorphic) -> Result<(), &'static str> {
    let choices = question.answers.len() + usize::from(question.blank);
    if answer.choices.len() != choices {
        return Err("the number of choices does not fit the question");
    }
    if answer.individual_proofs.len() != choices || answer.individual_proofs.iter().any(|p| p.len() != 2) {
        return Err("every choice needs one proof of two branches");
    }
    let sums = overall_messages(question).count() + usize::from(question.blank);
    if answer.overall_proof.len() != sums {
        return Err("the overall proof has the wrong number of branches");
    }
    match (&answer.blank_proof, question.blank) {
        (Some(proof), true) if proof.len() == 2 => Ok(()),
        (None, false) => Ok(()),
        (Some(_), true) => Err("the proof about blank must have two branches"),
        (None, true) => Err("the proof about blank is missing"),
        (Some(_), false) => Err("there is a proof about blank where blank is not allowed"),
    }
}

/// The numbers of answers that may be chosen.
pub(super) fn overall_messages(question: &Homomorphic) -> impl Iterator<Item = u64> {
    (question.min..=question.max).map(u64::from)
}

fn add_answer(
    checks: &mut Checks,
    key: &ElectionKey,
    context: &str,
    answer: &HomomorphicAnswer,
    question: &Homomorphic,
) {
    for (choice, proofs) in answer.choices.iter().zip(&answer.individual_proofs) {
        let (alpha, beta) = (*choice.alpha.element(), *choice.beta.element());
        let statements = Statement::that_it_holds(alpha, beta).take(2);
        disjunction::add(
            checks,
            "the proof that a choice is 0 or 1",
            key,
            individual_prefix(context, choice),
            statements,
            proofs,
        );
    }
    let with_choices = with_choices(context, &answer.choices);
    let (blank, chosen) = answer.choices.split_at(usize::from(question.blank));
    let sum = Sum::of(chosen);
    let (alpha, beta) = sum.elements();
    let sum_is = Statement::that_it_holds(alpha, beta);
    let least = usize::try_from(question.min).unwrap_or(usize::MAX);
    let sum_is_allowed = sum_is.clone().skip(least).take(overall_messages(question).count());
    let Some(blank) = blank.first() else {
        let prefix = Prefix::ending_in(before_sum(&with_choices), sum);
        disjunction::add(checks, OVERALL, key, prefix, sum_is_allowed, &answer.overall_proof);
        return;
    };
    let blank_is = Statement::that_it_holds(*blank.alpha.element(), *blank.beta.element());
    let blank_or_nothing = blank_is.clone().take(1).chain(sum_is.take(1));
    let proofs = answer.blank_proof.as_deref().unwrap_or_default();
    let prefix = blank_prefix(&with_choices);
    disjunction::add(checks, "the proof about blank", key, prefix, blank_or_nothing, proofs);
    let blank_or_allowed = blank_is.skip(1).take(1).chain(sum_is_allowed);
    let prefix = overall_blank_prefix(&with_choices);
    disjunction::add(checks, OVERALL, key, prefix, blank_or_allowed, &answer.overall_proof);
}

/// Checks one answer by itself, as it stands in a ballot.
#[cfg(test)]
pub(crate) fn verify_answer(
    answer: &serde_json::Value,
    question: &Homomorphic,
    key: &ElectionKey,
    context: &str,
) -> Result<(), ProofError> {
    let answer = serde_json::from_value(answer.clone()).unwrap();
    let mut checks = Checks::default();
    add_answer(&mut checks, key, context, &answer, question);
    checks.finish()
}

const OVERALL: &str = "the proof that the number of choices is allowed";

pub(super) fn individual_prefix(context: &str, choice: &Ciphertext) -> String {
    ["prove|", context, "|", &choice.to_text(), "|"].concat()
}

/// What the prefixes about more than one choice quote.
pub(super) fn with_choices(context: &str, choices: &[Ciphertext]) -> String {
    [context, "|", &join_text(choices)].concat()
}

pub(super) fn overall_prefix(with_choices: &str, sum: &Ciphertext) -> String {
    [&before_sum(with_choices), &sum.to_text(), "|"].concat()
}

fn before_sum(with_choices: &str) -> String {
    ["prove|", with_choices, "|"].concat()
}

pub(super) fn blank_prefix(with_choices: &str) -> String {
    ["bproof0|", with_choices, "|"].concat()
}

pub(super) fn overall_blank_prefix(with_choices: &str) -> String {
    ["bproof1|", with_choices, "|"].concat()
}
