//! The questions: what was decided, in large letters, and the tellers' report on each.

use scrutineer_ballot::certificate::{Certificate, QuestionReport};
use scrutineer_rules::{Outcome, Verdict};

use super::{CODE, HEADING, OUTCOME, SMALL, SOFT, STRONG, TEXT, heading, number, pairs, percent, table};
use crate::layout::Flow;

/// Above so many questions the outcomes stand in a table.
const LARGE: usize = 3;

/// What was decided.
pub(super) fn outcomes(flow: &mut Flow<'_>, certificate: &Certificate) {
    let questions = certificate.questions();
    if questions.len() > LARGE {
        let rows: Vec<Vec<String>> = (1..)
            .zip(questions)
            .map(|(n, question)| vec![n.to_string(), question.question.clone(), word(question).to_owned()])
            .collect();
        table(flow, [(7, false), (66, false), (27, false)], ["No.", "Question", "Outcome"], &rows);
        flow.gap(600);
        return;
    }
    for (n, question) in (1..).zip(questions) {
        if questions.len() > 1 {
            flow.keep(3 * OUTCOME.line_height());
            flow.shaded(SMALL, &format!("Question {n}"), SOFT);
            flow.paragraph(STRONG, &question.question);
        }
        flow.paragraph(OUTCOME, word(question));
        flow.gap(400);
    }
    flow.gap(300);
}

/// The outcome in a word.
fn word(question: &QuestionReport) -> &'static str {
    match question.decision.as_ref().map(|verdict| verdict.outcome) {
        Some(Outcome::Passed) => "PASSED",
        Some(Outcome::NotPassed) => "NOT PASSED",
        None => "Counted, not decided",
    }
}

/// The tellers' report on one question.
pub(super) fn report(flow: &mut Flow<'_>, n: usize, question: &QuestionReport) {
    heading(flow, &format!("Question {n}: {}", word(question)));
    flow.keep(14 * TEXT.line_height());
    flow.paragraph(STRONG, &question.question);
    let (least, most) = (question.choose.min, question.choose.max);
    if (least, most) != (1, 1) {
        flow.shaded(SMALL, &format!("Each vote could choose {least} to {most} answers."), SOFT);
    }
    flow.gap(300);
    let votes = &question.votes;
    let replaced = number(votes.replaced);
    let mut rows = vec![
        ("Members entitled to vote", number(votes.eligible)),
        ("Voting codes issued", number(votes.codes_issued)),
        (
            "Votes received",
            format!("{}, of which {replaced} were replaced by a later one", number(votes.received)),
        ),
        ("Votes cast (counted)", number(votes.cast)),
        ("Illegal or spoiled votes", number(votes.spoiled)),
    ];
    if let Some(blank) = question.blank {
        rows.push(("Blank votes", number(blank)));
    }
    rows.push(("Valid votes", number(votes.valid)));
    pairs(flow, &rows);
    flow.gap(300);
    let answers: Vec<Vec<String>> = question
        .answers
        .iter()
        .map(|answer| {
            let of = |whole| percent(answer.votes, whole);
            vec![answer.answer.clone(), number(answer.votes), of(votes.valid), of(votes.eligible)]
        })
        .collect();
    table(
        flow,
        [(52, false), (14, true), (17, true), (17, true)],
        ["Votes for", "Number", "of valid votes", "of all members"],
        &answers,
    );
    match &question.decision {
        None => flow.paragraph(TEXT, "This question has no rule: it was counted, not decided."),
        Some(verdict) => decision(flow, verdict, question.rule_in_words.as_deref()),
    }
}

fn decision(flow: &mut Flow<'_>, verdict: &Verdict, in_words: Option<&str>) {
    flow.gap(300);
    flow.keep(4 * TEXT.line_height());
    if let Some(words) = in_words {
        flow.paragraph(TEXT, words);
    }
    flow.shaded(CODE, &format!("Rule: {}", verdict.rule), SOFT);
    flow.gap(300);
    let units = verdict.conditions.iter().any(|condition| condition.unit.is_some());
    let rows: Vec<Vec<String>> = verdict
        .conditions
        .iter()
        .map(|condition| {
            let text = match &condition.unit {
                Some(unit) => format!("{unit}: {}", condition.text),
                None => condition.text.clone(),
            };
            vec![
                text,
                number(condition.needed),
                number(condition.got),
                super::difference(condition.margin),
                if condition.holds { "holds" } else { "does not hold" }.to_owned(),
            ]
        })
        .collect();
    let first = if units { "In each unit" } else { "Condition" };
    table(
        flow,
        [(42, false), (13, true), (13, true), (13, true), (19, false)],
        [first, "Needed", "Got", "Margin", ""],
        &rows,
    );
    let outcome = match verdict.outcome {
        Outcome::Passed => "Passed: the rule holds.",
        Outcome::NotPassed => "Not passed: the rule does not hold.",
    };
    flow.keep(HEADING.line_height());
    flow.paragraph(STRONG, outcome);
}
