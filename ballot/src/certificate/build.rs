//! From facts to a certificate: every check, every sum, every decision.

use std::collections::HashSet;

use scrutineer_rules::{Counts, CountsInput, Electorate, MAX_COUNT, Rule, decide, lead, margin};
use serde_json::Value;

use super::delivery;
use super::particulars::{self, Reported, Span};
use super::{
    AnswerCount, BallotFacts, BallotReport, BoardReport, BoxReport, Certificate, CertificateError, Facts,
    Moment, Particulars, QuestionCount, QuestionFacts, QuestionReport, QuestionVotes, Tellers, VERSION,
    remarks, statement,
};
use crate::description::{MAX_BOX_NAME, setting_sentences};
use crate::file::{MAX_ANSWER, MAX_DESCRIPTION, MAX_QUESTION, MAX_TITLE};
use crate::fingerprint::Fingerprint;
use crate::reconcile::{BoxNumbers, QuestionNumbers};
use crate::roll::RollEntry;
use crate::text::{self, TextError};
use crate::zone::Zone;

pub(super) type Made<T> = Result<T, CertificateError>;

pub(super) fn contradiction<T>(what: impl Into<String>) -> Made<T> {
    Err(CertificateError::Contradiction(what.into()))
}

pub(super) fn certificate(facts: Facts) -> Made<Certificate> {
    let zone = Zone::parse(&facts.ballot.time_zone)?;
    if zone.name() != facts.ballot.time_zone {
        return contradiction("the time zone is not spelled as in the database");
    }
    one_line("the union's name", &facts.union, MAX_TITLE)?;
    one_line("the title", &facts.ballot.title, MAX_TITLE)?;
    if let Some(text) = &facts.ballot.description {
        kept("the description", text, text::paragraphs(text, MAX_DESCRIPTION))?;
    }
    if facts.ballot.opened > facts.ballot.closed || facts.ballot.closed > facts.ballot.tallied {
        return contradiction("it opened, closed and was counted in another order");
    }
    check_officers(&facts)?;
    if let Tellers::Board(board) = &facts.tellers {
        check_board(board)?;
    }
    check_boxes(&facts)?;
    let total = |number: fn(&BoxReport) -> u64| add(facts.boxes.iter().map(number));
    let (eligible, cast) = (total(|b| b.codes.eligible)?, total(|b| b.votes.cast)?);
    let span = Span { opened: facts.ballot.opened, tallied: facts.ballot.tallied };
    facts.particulars.check(&span, eligible, cast)?;
    let questions = facts.questions.iter().enumerate();
    let questions = questions.map(|(i, question)| report(&facts, i, question)).collect::<Made<Vec<_>>>()?;

    let reissued = total(|one| one.codes.reissued)?;
    let delivery = match &facts.particulars.delivery {
        Some(known) => Some(known.report(eligible, cast, reissued, margin_of(&facts)?)?),
        None => None,
    };

    let moment = |seconds| Moment::new(&zone, seconds);
    let ballot = BallotReport {
        id: facts.ballot.id,
        title: facts.ballot.title,
        description: facts.ballot.description,
        time_zone: facts.ballot.time_zone,
        opened: moment(facts.ballot.opened),
        closed: moment(facts.ballot.closed),
        tallied: moment(facts.ballot.tallied),
    };
    let setting = setting_sentences(matches!(facts.tellers, Tellers::Board(_)), facts.codes);
    let Reported { notice, objections } = facts.particulars.report(&zone);
    let Particulars { page, number, corrects, turnout, audit, keep_days, .. } = facts.particulars;
    let mut certificate = Certificate {
        v: VERSION,
        number,
        corrects,
        union: facts.union,
        ballot,
        codes: facts.codes,
        tellers: facts.tellers,
        officers: facts.officers,
        receipts: facts.receipts,
        eligible,
        cast,
        questions,
        turnout,
        remarks: remarks::of(&facts.boxes),
        boxes: facts.boxes,
        delivery,
        notice,
        objections,
        audit,
        keep_days,
        page,
        setting,
        statement: String::new(),
    };
    certificate.statement = statement::write(&certificate, &zone);
    whole_numbers(&serde_json::to_value(&certificate).map_err(|e| CertificateError::Json(e.to_string()))?)?;
    Ok(certificate)
}

/// The facts in a certificate.
pub(super) fn facts(read: &Certificate) -> Made<Facts> {
    let mut questions = Vec::with_capacity(read.questions.len());
    for question in &read.questions {
        let rule = question.decision.as_ref().map(|verdict| Rule::parse(&verdict.rule));
        let rule = rule.transpose().map_err(|_| CertificateError::NotDerived("decision"))?;
        questions.push(QuestionFacts { text: question.question.clone(), choose: question.choose, rule });
    }
    let ballot = BallotFacts {
        id: read.ballot.id.clone(),
        title: read.ballot.title.clone(),
        description: read.ballot.description.clone(),
        time_zone: read.ballot.time_zone.clone(),
        opened: read.ballot.opened.seconds,
        closed: read.ballot.closed.seconds,
        tallied: read.ballot.tallied.seconds,
    };
    let particulars = Particulars {
        page: read.page.clone(),
        number: read.number,
        corrects: read.corrects.clone(),
        turnout: read.turnout.clone(),
        delivery: read.delivery.as_ref().map(delivery::facts),
        notice: read.notice.as_ref().map(particulars::notice_facts),
        objections_until: read.objections.until.seconds,
        objections: read.objections.filed.iter().map(particulars::objection_facts).collect(),
        audit: read.audit,
        keep_days: read.keep_days,
    };
    Ok(Facts {
        union: read.union.clone(),
        ballot,
        codes: read.codes,
        tellers: read.tellers.clone(),
        officers: read.officers.clone(),
        receipts: read.receipts,
        questions,
        boxes: read.boxes.clone(),
        particulars,
    })
}

/// Makes the certificate again from the facts in it and compares.
pub(super) fn check_derived(read: &Certificate) -> Made<Certificate> {
    let made = certificate(facts(read)?)?;
    for (field, same) in [
        ("ballot", made.ballot == read.ballot),
        ("eligible", made.eligible == read.eligible),
        ("cast", made.cast == read.cast),
        ("questions", made.questions == read.questions),
        ("remarks", made.remarks == read.remarks),
        ("delivery", made.delivery == read.delivery),
        ("notice", made.notice == read.notice),
        ("objections", made.objections == read.objections),
        ("setting", made.setting == read.setting),
        ("statement", made.statement == read.statement),
    ] {
        if !same {
            return Err(CertificateError::NotDerived(field));
        }
    }
    Ok(made)
}

/// A text that could have come from a ballot file or a roll; anything else could make the statement say what it does not.
pub(super) fn one_line(what: &str, value: &str, limit: usize) -> Made<()> {
    kept(what, value, text::line(value, limit))
}

pub(super) fn kept(what: &str, value: &str, kept: Result<String, TextError>) -> Made<()> {
    match kept {
        Ok(kept) if kept == value => Ok(()),
        Ok(_) => contradiction(format!("{what} has blanks at its ends")),
        Err(e) => contradiction(format!("{what} {e}")),
    }
}

fn check_officers(facts: &Facts) -> Made<()> {
    let officers = &facts.officers;
    let keys: HashSet<_> = officers.keys.iter().collect();
    if keys.len() != officers.keys.len() {
        return contradiction("an officer's key is named twice");
    }
    match usize::try_from(officers.needed) {
        Ok(needed) if (1..=keys.len()).contains(&needed) => Ok(()),
        _ => contradiction("it needs no signature, or more than there are officers' keys"),
    }
}

fn check_board(board: &BoardReport) -> Made<()> {
    one_line("the board's name", &board.name, MAX_TITLE)?;
    if board.words != Fingerprint::of_digest(board.fingerprint.digest()).to_string() {
        return contradiction("the board's words are not those of its fingerprint");
    }
    let (k, n) = (u64::from(board.threshold), u64::from(board.size));
    if k >= n || 2 * k <= n {
        return contradiction("a board needs more than half of its tellers, but not all of them");
    }
    let seats: Vec<u32> = board.opened_by.iter().map(|teller| teller.index).collect();
    let in_order = seats.iter().zip(seats.iter().skip(1)).all(|(a, b)| a < b);
    if !in_order || !seats.iter().all(|seat| (1..=board.size).contains(seat)) {
        return contradiction("the tellers who opened the count are not listed once each by their seats");
    }
    if u64::try_from(seats.len()).map_or(true, |opened| opened < k) {
        return contradiction("fewer tellers opened the count than are needed");
    }
    board
        .opened_by
        .iter()
        .try_for_each(|teller| one_line("a teller's name", &teller.name, RollEntry::MAX_NAME))
}

fn check_boxes(facts: &Facts) -> Made<()> {
    if facts.boxes.is_empty() {
        return contradiction("it has no box");
    }
    if facts.questions.is_empty() {
        return contradiction("it has no question");
    }
    let mut names = HashSet::new();
    let mut elections = HashSet::new();
    for one in &facts.boxes {
        one_line("a box's name", &one.name, MAX_BOX_NAME)?;
        if !names.insert(&one.name) || !elections.insert(one.record.election.as_str()) {
            return contradiction(format!("the box {:?} or its record is there twice", one.name));
        }
        let void: Vec<String> = one.codes.void.iter().map(ToString::to_string).collect();
        if !void.iter().zip(void.iter().skip(1)).all(|(a, b)| a < b) {
            return contradiction(format!(
                "the void codes of box {:?} are not sorted, or one is there twice",
                one.name
            ));
        }
        check_questions(facts, one)?;
        let mismatches = numbers(facts, one)?.mismatches();
        if !mismatches.is_empty() {
            return Err(CertificateError::Unreconciled { box_name: one.name.clone(), mismatches });
        }
    }
    Ok(())
}

/// Every box asked the same questions with the same answers.
fn check_questions(facts: &Facts, one: &BoxReport) -> Made<()> {
    let first = facts.boxes.first().map(|first| &first.questions).unwrap_or(&one.questions);
    if one.questions.len() != facts.questions.len() {
        return contradiction(format!("the box {:?} has another number of questions", one.name));
    }
    for (i, ((question, asked), as_first)) in
        one.questions.iter().zip(&facts.questions).zip(first).enumerate()
    {
        let answers =
            |count: &QuestionCount| count.answers.iter().map(|a| a.answer.clone()).collect::<Vec<_>>();
        let same = question.question == asked.text
            && answers(question) == answers(as_first)
            && question.blank.is_some() == as_first.blank.is_some();
        if !same {
            return contradiction(format!("the box {:?} has another question {}", one.name, i + 1));
        }
        kept("a question", &asked.text, text::paragraphs(&asked.text, MAX_QUESTION))?;
        question.answers.iter().try_for_each(|a| one_line("an answer", &a.answer, MAX_ANSWER))?;
    }
    Ok(())
}

fn numbers(facts: &Facts, one: &BoxReport) -> Made<BoxNumbers> {
    let questions = one.questions.iter().zip(&facts.questions).map(|(count, question)| QuestionNumbers {
        min: question.choose.min,
        max: question.choose.max,
        answers: count.answers.iter().map(|answer| answer.votes).collect(),
        blank: count.blank.unwrap_or(0),
    });
    let void = u64::try_from(one.codes.void.len()).map_err(|_| CertificateError::TooLarge)?;
    Ok(BoxNumbers {
        codes_made: one.codes.made,
        eligible: one.codes.eligible,
        spares: one.codes.spares,
        credentials_on_record: one.record.credentials,
        handed_out: one.codes.handed_out,
        reissued: one.codes.reissued,
        used: one.codes.used,
        unused: one.codes.unused,
        void,
        void_with_counted_vote: 0,
        votes_on_record: one.votes.on_record,
        cast: one.votes.cast,
        replaced: one.votes.replaced,
        credentials_with_counted_vote: one.votes.cast,
        participation: one.votes.participation,
        questions: questions.collect(),
    })
}

pub(super) fn add(numbers: impl IntoIterator<Item = u64>) -> Made<u64> {
    let sum = numbers.into_iter().try_fold(0u64, u64::checked_add).filter(|sum| *sum <= MAX_COUNT);
    sum.ok_or_else(|| CertificateError::Number("a sum of its numbers".to_owned()))
}

/// The counts of all boxes together, and the decision on them.
fn report(facts: &Facts, index: usize, question: &QuestionFacts) -> Made<QuestionReport> {
    let boxes: Vec<(&BoxReport, &QuestionCount)> =
        facts.boxes.iter().filter_map(|one| Some((one, one.questions.get(index)?))).collect();
    let first = boxes.first().map(|(_, count)| count.answers.as_slice()).unwrap_or_default();
    let mut answers = Vec::with_capacity(first.len());
    for (i, answer) in first.iter().enumerate() {
        let votes =
            add(boxes.iter().filter_map(|(_, count)| count.answers.get(i)).map(|answer| answer.votes))?;
        answers.push(AnswerCount { answer: answer.answer.clone(), votes });
    }
    let has_blank = boxes.iter().any(|(_, count)| count.blank.is_some());
    let blank = add(boxes.iter().filter_map(|(_, count)| count.blank))?;

    let units = units(facts, index, question)?;
    let decision = match &question.rule {
        None => None,
        Some(rule) => {
            let verdict = decide(rule, &electorate(rule, units));
            Some(verdict.map_err(|error| CertificateError::Decide { question: index + 1, error })?)
        }
    };
    let total = |number: fn(&BoxReport) -> u64| add(facts.boxes.iter().map(number));
    let cast = total(|one| one.votes.cast)?;
    let votes = QuestionVotes {
        eligible: total(|one| one.codes.eligible)?,
        codes_issued: total(|one| one.codes.handed_out)?,
        received: total(|one| one.votes.on_record)?,
        replaced: total(|one| one.votes.replaced)?,
        cast,
        blank,
        spoiled: 0,
        // The sums of every box hold, so no box has more blank votes than votes.
        valid: cast.saturating_sub(blank),
    };
    Ok(QuestionReport {
        question: question.text.clone(),
        choose: question.choose,
        votes,
        answers,
        blank: has_blank.then_some(blank),
        decision,
        rule_in_words: question.rule.as_ref().map(Rule::in_words),
    })
}

/// The counts of a question in every box.
fn units(facts: &Facts, index: usize, question: &QuestionFacts) -> Made<Vec<(String, Counts)>> {
    let boxes = facts.boxes.iter().filter_map(|one| Some((one, one.questions.get(index)?)));
    let unit = |(one, count): (&BoxReport, &QuestionCount)| {
        let counts = Counts::new(CountsInput {
            eligible: one.codes.eligible,
            cast: Some(one.votes.cast),
            answers: count.answers.iter().map(|answer| (answer.answer.clone(), answer.votes)).collect(),
            blank: count.blank.unwrap_or(0),
            spoiled: 0,
            choose: question.choose.into(),
        });
        let counts = counts.map_err(|error| CertificateError::Counts { question: index + 1, error })?;
        Ok((one.name.clone(), counts))
    };
    boxes.map(unit).collect()
}

fn electorate(rule: &Rule, units: Vec<(String, Counts)>) -> Electorate {
    match &units[..] {
        [(_, counts)] if !rule.needs_units() => Electorate::Whole(counts.clone()),
        _ => Electorate::Units(units),
    }
}

/// The fewest votes that could change the outcome of any question.
fn margin_of(facts: &Facts) -> Made<u64> {
    let mut nearest = None;
    for (index, question) in facts.questions.iter().enumerate() {
        let units = units(facts, index, question)?;
        let votes = match &question.rule {
            Some(rule) => margin(rule, &electorate(rule, units))
                .map_err(|error| CertificateError::Decide { question: index + 1, error })?,
            None => {
                let sums = facts.boxes.first().and_then(|one| one.questions.get(index));
                let answers = sums.map_or(0, |count| count.answers.len());
                let of_all = |i: usize| {
                    add(units.iter().filter_map(|(_, counts)| counts.answers().get(i)).map(|(_, n)| *n))
                };
                lead(&(0..answers).map(of_all).collect::<Made<Vec<_>>>()?, question.choose.max)
            }
        };
        nearest = Some(nearest.map_or(votes, |nearest: u64| nearest.min(votes)));
    }
    Ok(nearest.unwrap_or(0))
}

/// Every number is a whole one that every reader of JSON reads alike.
fn whole_numbers(value: &Value) -> Made<()> {
    match value {
        Value::Number(number) => {
            let safe = number.as_i64().is_some_and(|n| n.unsigned_abs() <= MAX_COUNT);
            if safe { Ok(()) } else { Err(CertificateError::Number(number.to_string())) }
        }
        Value::Array(values) => values.iter().try_for_each(whole_numbers),
        Value::Object(fields) => fields.values().try_for_each(whole_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}
