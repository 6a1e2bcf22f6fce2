//! What a question came to, in sentences.

use scrutineer_api::count::QuestionCount;
use scrutineer_ballot::file::Question;
use scrutineer_rules::{Clause, Comparison, Condition, Outcome, Quantity, Rule, Verdict};

use super::rule::{Words, comparison_of};
use crate::i18n::{Arg, Texts};

/// The verdict on a question as one sentence; its counts where no rule decides it.
#[must_use]
pub fn verdict(t: &Texts, question: &Question, count: &QuestionCount, verdict: Option<&Verdict>) -> String {
    let Some(verdict) = verdict else { return counted(t, count) };
    let words = Words::new(t, question);
    let passed = verdict.outcome == Outcome::Passed;
    if let Some(sentence) = each(t, verdict) {
        return sentence;
    }
    let only = single(verdict).zip(verdict.conditions.first());
    let Some((Single { comparison, stops }, condition)) = only else {
        return t.get(if passed { "results-passed" } else { "results-failed" });
    };
    let subject = Subject::of(&words, count, &comparison, condition);
    let numbers = |needs_short: bool| {
        let mut args = vec![("got", Arg::from(condition.got)), ("needed", Arg::from(condition.needed))];
        if needs_short {
            args.push(("short", condition.margin.unsigned_abs().into()));
        }
        args
    };
    let (id, short) = match (&subject, stops, passed) {
        (Subject::Answer(_), false, true) => ("results-passed-answer", false),
        (Subject::Answer(_), false, false) => ("results-failed-answer", true),
        (Subject::Answer(_), true, true) => ("results-not-stopped-answer", false),
        (Subject::Answer(_), true, false) => ("results-stopped-answer", false),
        (Subject::Votes, false, true) => ("results-passed-votes", false),
        (Subject::Votes, false, false) => ("results-failed-votes", true),
        (Subject::Votes | Subject::Amount(_), true, true) => ("results-not-stopped-amount", false),
        (Subject::Votes | Subject::Amount(_), true, false) => ("results-stopped-amount", false),
        (Subject::Amount(_), false, true) => ("results-passed-amount", false),
        (Subject::Amount(_), false, false) => ("results-failed-amount", false),
    };
    let mut args = numbers(short);
    match subject {
        Subject::Answer(answer) => args.push(("answer", answer.into())),
        Subject::Amount(what) => args.push(("what", what.into())),
        Subject::Votes if stops => args.push(("what", words.what(&comparison.left).into())),
        Subject::Votes => {}
    }
    t.with(id, &args)
}

/// The verdict of a rule that is one comparison in each unit.
fn each(t: &Texts, verdict: &Verdict) -> Option<String> {
    let explanation = Rule::parse(&verdict.rule).ok()?.explain();
    let Clause::EachUnit(part) = explanation.clause else { return None };
    let Clause::Comparison(_) = *part else { return None };
    let number = |count: usize| Arg::from(u64::try_from(count).unwrap_or(u64::MAX));
    let failed = verdict.conditions.iter().filter(|condition| !condition.holds).count();
    Some(match failed {
        0 => t.get("results-passed-each"),
        _ => {
            let numbers = [("failed", number(failed)), ("n", number(verdict.conditions.len()))];
            t.with("results-failed-each", &numbers)
        }
    })
}

/// The conditions of a rule that has several, one sentence each; nothing for the others, whose verdict says it all.
#[must_use]
pub fn conditions(t: &Texts, question: &Question, count: &QuestionCount, verdict: &Verdict) -> Vec<String> {
    let Ok(rule) = Rule::parse(&verdict.rule) else { return Vec::new() };
    if single(verdict).is_some() {
        return Vec::new();
    }
    let words = Words::new(t, question);
    let line = |condition: &Condition| {
        let (comparison, against) = comparison_of(&rule, &condition.text)?;
        let sentence = one(&words, count, &comparison, condition);
        let sentence = if against {
            t.with("results-condition-against", &[("condition", sentence.into())])
        } else {
            sentence
        };
        Some(match &condition.unit {
            Some(unit) => t.with("results-unit", &[("unit", unit.into()), ("condition", sentence.into())]),
            None => sentence,
        })
    };
    verdict.conditions.iter().filter_map(line).collect()
}

fn one(words: &Words<'_>, count: &QuestionCount, comparison: &Comparison, condition: &Condition) -> String {
    let mut args = vec![
        ("holds", if condition.holds { "yes" } else { "no" }.into()),
        ("got", condition.got.into()),
        ("needed", condition.needed.into()),
    ];
    let id = match Subject::of(words, count, comparison, condition) {
        Subject::Answer(answer) => {
            args.push(("answer", answer.into()));
            "results-condition-answer"
        }
        Subject::Votes => "results-condition-votes",
        Subject::Amount(what) => {
            args.push(("what", what.into()));
            "results-condition-amount"
        }
    };
    words.t.with(id, &args)
}

/// The only comparison of a rule.
struct Single {
    comparison: Comparison,
    /// Whether the rule is that it must not hold.
    stops: bool,
}

fn single(verdict: &Verdict) -> Option<Single> {
    let explanation = Rule::parse(&verdict.rule).ok()?.explain();
    match explanation.clause {
        Clause::Comparison(comparison) => Some(Single { comparison, stops: false }),
        Clause::Not(part) => match *part {
            Clause::Comparison(comparison) => Some(Single { comparison, stops: true }),
            _ => None,
        },
        _ => None,
    }
}

/// What a condition counted.
enum Subject {
    /// Members who chose an answer, marked off.
    Answer(String),
    /// Members who voted.
    Votes,
    /// Something else, by its name.
    Amount(String),
}

impl Subject {
    fn of(words: &Words<'_>, count: &QuestionCount, comparison: &Comparison, condition: &Condition) -> Self {
        match &comparison.left {
            Quantity::Answer(answer) => Self::Answer(words.answer(answer)),
            Quantity::Cast => Self::Votes,
            Quantity::TopAnswer => {
                // In the whole ballot's counts the answer has a name, if it is only one.
                let mut top = count.answers.iter().filter(|one| one.votes == condition.got);
                match (top.next(), top.next()) {
                    (Some(only), None) if condition.unit.is_none() => {
                        Self::Answer(words.answer(&only.answer))
                    }
                    _ => Self::Amount(words.what(&comparison.left)),
                }
            }
            other => Self::Amount(words.what(other)),
        }
    }
}

/// The counts of a question that no rule decides.
fn counted(t: &Texts, count: &QuestionCount) -> String {
    let one =
        |answer: Arg, votes: u64| t.with("results-count", &[("answer", answer), ("votes", votes.into())]);
    let answers = count.answers.iter().map(|answer| one((&answer.answer).into(), answer.votes));
    let blank = count.blank.map(|blank| one(t.get("results-blank").into(), blank));
    let list: Vec<_> = answers.chain(blank).collect();
    t.with("results-counted", &[("list", list.join("; ").into())])
}
