//! All boxes of a ballot together: their sums, and what the rules make of them.

use std::collections::HashSet;

use scrutineer_protocol::election::Election;
use scrutineer_protocol::question::Question;
use scrutineer_protocol::verify::{AnswerCount, QuestionCount};
use scrutineer_rules::{
    Choose, CountError, Counts, CountsInput, DecideError, Electorate, Rule, Verdict, decide,
};

use super::OutcomeError;
use crate::description::DescriptionLine;

/// What one box was counted to. That its record verifies is for the caller to see.
#[derive(Debug, Clone, Copy)]
pub struct BoxCounts<'a> {
    /// Its election.
    pub election: &'a Election,
    /// Its description line.
    pub line: &'a DescriptionLine,
    /// The counts, one a question.
    pub counts: &'a [QuestionCount],
    /// Members who voted.
    pub cast: u64,
}

/// What all boxes of a ballot come to.
#[derive(Debug, Clone)]
pub struct Together {
    /// Members who might vote.
    pub eligible: u64,
    /// Codes beyond one a member.
    pub spares: u64,
    /// Members who voted.
    pub cast: u64,
    /// The counts, one a question.
    pub counts: Vec<QuestionCount>,
    /// The verdict of each question; none where it has no rule.
    pub decisions: Vec<Option<Verdict>>,
}

/// In what two boxes differ that are not of one ballot: everything but names, numbers and keys of their own is fixed for
/// the whole ballot.
#[must_use]
pub fn differing(a: (&Election, &DescriptionLine), b: (&Election, &DescriptionLine)) -> Option<&'static str> {
    let ((a_election, a), (b_election, b)) = (a, b);
    // The delegate's text: what stands before the description line.
    let text =
        |election: &Election| election.description().rsplit_once('\n').map(|(text, _)| text.to_owned());
    let fixed = [
        ("ballot", a.ballot == b.ballot),
        ("title", a_election.name() == b_election.name()),
        ("description", text(a_election) == text(b_election)),
        ("number of boxes", a.boxes == b.boxes),
        ("board of tellers", a.tellers == b.tellers),
        ("maker of voting codes", a.codes == b.codes),
        ("list of officers", a.officers == b.officers),
        ("key for receipts", a.receipts == b.receipts),
        ("list of rules", a.rules == b.rules),
        ("deadline", a.closes == b.closes),
        ("list of questions", a_election.questions() == b_election.questions()),
    ];
    fixed.into_iter().find(|(_, same)| !same).map(|(what, _)| what)
}

impl Together {
    /// Puts all boxes of a ballot together and applies its frozen rules: `each unit:` to every box, everything else to
    /// their sums.
    ///
    /// # Errors
    /// They are not all boxes of one ballot, or the numbers do not fit the rules.
    pub fn of(boxes: &[BoxCounts<'_>]) -> Result<Self, OutcomeError> {
        let Some(first) = boxes.first() else { return Err(OutcomeError::NotComplete) };
        check_ballot(first, boxes)?;
        let sum = |number: fn(&BoxCounts<'_>) -> u64| {
            let sum = boxes.iter().map(number).try_fold(0_u64, u64::checked_add);
            sum.ok_or(OutcomeError::Decide { question: 1, why: DecideError::TooLarge })
        };
        let (eligible, spares, cast) =
            (sum(|one| one.line.eligible)?, sum(|one| one.line.spares)?, sum(|one| one.cast)?);
        let questions = first.election.questions().iter().zip(&first.line.rules);
        let mut together = Self { eligible, spares, cast, counts: Vec::new(), decisions: Vec::new() };
        for (i, (question, rule)) in questions.enumerate() {
            let (count, decision) = decided(boxes, i, question, rule.as_deref())?;
            together.counts.push(count);
            together.decisions.push(decision);
        }
        Ok(together)
    }
}

fn check_ballot(first: &BoxCounts<'_>, boxes: &[BoxCounts<'_>]) -> Result<(), OutcomeError> {
    let mut seen = HashSet::new();
    for one in boxes {
        if let Some(what) = differing((first.election, first.line), (one.election, one.line)) {
            let (first, second) = (first.line.box_name.clone(), one.line.box_name.clone());
            return Err(OutcomeError::OtherBallot { first, second, what });
        }
        if !seen.insert(&one.line.box_name) {
            return Err(OutcomeError::Twice(one.line.box_name.clone()));
        }
    }
    let of = first.line.boxes;
    if usize::try_from(of) == Ok(boxes.len()) {
        Ok(())
    } else {
        Err(OutcomeError::NotAll { boxes: of, have: boxes.len() })
    }
}

/// The sum of a question's counts, and the verdict on them.
fn decided(
    boxes: &[BoxCounts<'_>],
    index: usize,
    question: &Question,
    rule: Option<&str>,
) -> Result<(QuestionCount, Option<Verdict>), OutcomeError> {
    let number = index + 1;
    let decide_error = |why| OutcomeError::Decide { question: number, why };
    let mut units = Vec::with_capacity(boxes.len());
    let mut sum: Option<QuestionCount> = None;
    for one in boxes {
        let count = one.counts.get(index).ok_or(OutcomeError::NotComplete)?;
        let counts = counts_of(count, question, one.line.eligible, one.cast);
        let counts = counts.map_err(|why| OutcomeError::Counts { question: number, why })?;
        units.push((one.line.box_name.clone(), counts));
        sum = Some(match sum {
            None => count.clone(),
            Some(sum) => plus(sum, count).ok_or_else(|| decide_error(DecideError::TooLarge))?,
        });
    }
    let sum = sum.ok_or(OutcomeError::NotComplete)?;
    let Some(rule) = rule else { return Ok((sum, None)) };
    let rule = Rule::parse(rule).map_err(|why| OutcomeError::Rule { question: number, why })?;
    let electorate = match &units[..] {
        [(_, counts)] if !rule.needs_units() => Electorate::Whole(counts.clone()),
        _ => Electorate::Units(units),
    };
    Ok((sum, Some(decide(&rule, &electorate).map_err(decide_error)?)))
}

/// Counts of one question in two boxes together; none where they do not fit or are too large.
fn plus(sum: QuestionCount, count: &QuestionCount) -> Option<QuestionCount> {
    if sum.answers.len() != count.answers.len() {
        return None;
    }
    let answers = sum.answers.into_iter().zip(&count.answers).map(|(sum, count)| {
        Some(AnswerCount { answer: sum.answer, votes: sum.votes.checked_add(count.votes)? })
    });
    let answers = answers.collect::<Option<_>>()?;
    let blank = match (sum.blank, count.blank) {
        (None, None) => None,
        (a, b) => Some(a.unwrap_or(0).checked_add(b.unwrap_or(0))?),
    };
    Some(QuestionCount { question: sum.question, answers, blank })
}

fn counts_of(
    count: &QuestionCount,
    question: &Question,
    eligible: u64,
    cast: u64,
) -> Result<Counts, CountError> {
    let (min, max) = question.choices();
    Counts::new(CountsInput {
        eligible,
        cast: Some(cast),
        answers: count.answers.iter().map(|answer| (answer.answer.clone(), answer.votes)).collect(),
        blank: count.blank.unwrap_or(0),
        choose: Choose { min, max },
        ..CountsInput::default()
    })
}
