//! From the counts on a record to what was decided: the frozen rules applied with the frozen denominators.
//!
//! A ballot that is counted in several boxes is decided by all of them together ([`Together`]); one of them decides nothing.

mod together;

pub use together::{BoxCounts, Together, differing};

use scrutineer_protocol::election::Election;
use scrutineer_protocol::question::Question;
use scrutineer_protocol::verify::{QuestionCount, Report};
use scrutineer_rules::{CountError, DecideError, Rule, RuleError, Verdict};
use thiserror::Error;

use crate::description::{self, DescriptionError, DescriptionLine};
use crate::practice;
use crate::reconcile::QuestionNumbers;
use crate::terms::{BoardOnRecord, Terms};

/// What a record of ours comes to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The description line.
    pub line: DescriptionLine,
    /// The board that opened the count together with the server; none where the server did alone.
    pub board: Option<BoardOnRecord>,
    /// The counts, one a question.
    pub counts: Vec<QuestionCount>,
    /// Members who voted.
    pub cast: u64,
    /// The verdict of each question; none where it has no rule. Empty where the ballot has other boxes besides.
    pub decisions: Vec<Option<Verdict>>,
}

/// Why no outcome can be given. Never an outcome in doubt.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OutcomeError {
    /// The record does not verify.
    #[error("the record does not verify, so it decides nothing")]
    NotVerified,
    /// The record has no result yet.
    #[error("the record has no result yet")]
    NotComplete,
    /// The record is not one of ours.
    #[error("the record has no description line: it was not made by Scrutineer, and fixes no rule")]
    NotOurs,
    /// The description line cannot be read.
    #[error(transparent)]
    Description(#[from] DescriptionError),
    /// The line does not fit the election that it describes.
    #[error("the description line does not fit the record: {0}")]
    Misfit(String),
    /// A rule that does not fit its question.
    #[error("question {question}: {why}")]
    Rule {
        /// The question, from 1.
        question: usize,
        /// What is wrong.
        why: RuleError,
    },
    /// Counts that do not add up.
    #[error("question {question}: {why}")]
    Counts {
        /// The question, from 1.
        question: usize,
        /// What does not add up.
        why: CountError,
    },
    /// Boxes of different ballots.
    #[error("the boxes {first:?} and {second:?} do not belong to one ballot: their {what} differs")]
    OtherBallot {
        /// The first box.
        first: String,
        /// The box that differs from it.
        second: String,
        /// In what.
        what: &'static str,
    },
    /// A box twice.
    #[error("the box {0:?} is there twice")]
    Twice(String),
    /// Not all boxes.
    #[error(
        "the ballot is counted in {boxes} boxes, of which {have} are here: it is decided by all of them together"
    )]
    NotAll {
        /// Boxes of the ballot.
        boxes: u32,
        /// Boxes that are here.
        have: usize,
    },
    /// A rule that cannot be applied.
    #[error("question {question}: {why}")]
    Decide {
        /// The question, from 1.
        question: usize,
        /// Why not.
        why: DecideError,
    },
}

/// Reads the description line of an election of ours and checks that it fits: a rule or none for each question, as many
/// credentials as eligible members and spares, a name that says the same of practice.
///
/// # Errors
/// Where it is missing, cannot be read or does not fit.
pub fn line_of(election: &Election, credentials: u64) -> Result<DescriptionLine, OutcomeError> {
    let (_, line) = description::parse(election.description())?.ok_or(OutcomeError::NotOurs)?;
    let questions = election.questions().len();
    if line.rules.len() != questions {
        let rules = line.rules.len();
        return Err(OutcomeError::Misfit(format!(
            "it has {rules} rules where there are {questions} questions"
        )));
    }
    if line.eligible.checked_add(line.spares) != Some(credentials) {
        return Err(OutcomeError::Misfit(format!(
            "{} eligible members and {} spares do not make the {credentials} credentials on the record",
            line.eligible, line.spares
        )));
    }
    if !practice::agree(election, &line) {
        let why = "the name of the election and the officers' keys do not say the same of whether it is for practice";
        return Err(OutcomeError::Misfit(why.to_owned()));
    }
    for (i, (rule, question)) in line.rules.iter().zip(election.questions()).enumerate() {
        let Some(rule) = rule else { continue };
        let checked = Rule::parse(rule).and_then(|rule| rule.check_answers(question.answers()));
        checked.map_err(|why| OutcomeError::Rule { question: i + 1, why })?;
    }
    Ok(line)
}

impl Outcome {
    /// The outcome of a record that was verified.
    ///
    /// # Errors
    /// Where the record does not verify, has no result, is not ours, or its numbers do not fit its rules.
    pub fn of(report: &Report) -> Result<Self, OutcomeError> {
        let election = report.election.as_ref().filter(|_| report.ok()).ok_or(OutcomeError::NotVerified)?;
        let Terms { line, board } = Terms::of(report)?;
        let counts = report.counts.clone().filter(|_| report.complete).ok_or(OutcomeError::NotComplete)?;
        let cast = report.votes;
        let mut outcome = Self { line, board, counts, cast, decisions: Vec::new() };
        if outcome.line.boxes == 1 {
            outcome.decisions = Together::of(&[outcome.in_box(election)])?.decisions;
        }
        Ok(outcome)
    }

    /// What all boxes are put together from.
    #[must_use]
    pub fn in_box<'a>(&'a self, election: &'a Election) -> BoxCounts<'a> {
        BoxCounts { election, line: &self.line, counts: &self.counts, cast: self.cast }
    }
}

/// A question's numbers for the sums that a certificate rests on.
#[must_use]
pub fn question_numbers(count: &QuestionCount, question: &Question) -> QuestionNumbers {
    let (min, max) = question.choices();
    QuestionNumbers {
        min,
        max,
        answers: count.answers.iter().map(|answer| answer.votes).collect(),
        blank: count.blank.unwrap_or(0),
    }
}
