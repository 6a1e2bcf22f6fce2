//! The checks that hold for every ballot, however it came in.

use std::collections::HashSet;

use super::problem::AnswerCount;
use super::{
    BallotFile, BallotFileError, Choose, Codes, Key, MAX_ANSWER, MAX_ANSWERS, MAX_DESCRIPTION, MAX_KEEP_DAYS,
    MAX_LISTED, MAX_OBJECTION_HOURS, MAX_OFFICERS, MAX_QUESTION, MAX_QUESTIONS, MAX_SPARES, MAX_TITLE,
    Problem, Question, Tellers,
};
use crate::roll::RollEntry;
use crate::text;

type Check = Result<(), BallotFileError>;

fn fail(key: Key, problem: impl Into<Problem>) -> Check {
    Err(BallotFileError::new(key, problem))
}

impl BallotFile {
    /// Every rule that does not depend on the clock.
    pub(super) fn check(&self) -> Check {
        line(Key::top("title"), &self.title, MAX_TITLE)?;
        if let Some(description) = &self.description {
            paragraphs(Key::top("description"), description, MAX_DESCRIPTION)?;
        }
        self.zone()?;
        if let (Some(opens), Some(closes)) = (self.opens, self.closes)
            && closes <= opens
        {
            return fail(Key::top("closes"), Problem::ClosesBeforeOpens);
        }
        line(Key::top("contact"), &self.contact, MAX_TITLE)?;
        if let Tellers::Board(name) = &self.tellers {
            line(Key::top("tellers"), name, MAX_TITLE)?;
        }
        if self.registrar.is_some() && self.codes == Codes::Server {
            return fail(Key::top("registrar"), Problem::RegistrarWithoutCodes);
        }
        if self.spares > MAX_SPARES {
            return fail(Key::top("spares"), Problem::Spares(self.spares));
        }
        if let Some(officers) = self.officers
            && !(1..=MAX_OFFICERS).contains(&officers)
        {
            return fail(Key::top("officers"), Problem::Officers(officers));
        }
        list(Key::top("standing"), Some(&self.eligible.standing), RollEntry::MAX_STANDING)?;
        list(Key::top("classification"), self.eligible.classification.as_ref(), RollEntry::MAX_GROUP)?;
        list(Key::top("unit"), self.eligible.unit.as_ref(), RollEntry::MAX_GROUP)?;
        self.check_boxes()?;
        let number = |name, found, least, most| match found {
            found if (least..=most).contains(&found) => Ok(()),
            found => fail(Key::top(name), Problem::Number { found, least, most }),
        };
        number("smallest_box", self.smallest_box, 1, u32::MAX)?;
        number("objection_hours", self.objection_hours, 0, MAX_OBJECTION_HOURS)?;
        number("unreachable_share", self.unreachable_share, 0, 100)?;
        number("keep_days", self.keep_days, 1, MAX_KEEP_DAYS)?;
        match self.questions.len() {
            0 => return fail(Key::file(), Problem::NoQuestion),
            n if n > MAX_QUESTIONS => return fail(Key::file(), Problem::TooManyQuestions(n)),
            _ => {}
        }
        self.questions.iter().enumerate().try_for_each(|(index, question)| question.check(index))
    }
}

impl BallotFile {
    /// What can be said about `[boxes]` without the roll: names and units that can be, and no unit in two boxes.
    fn check_boxes(&self) -> Check {
        let key = Key::top("boxes");
        if self.boxes.len() > MAX_LISTED {
            return fail(key, Problem::ListTooLong { length: self.boxes.len(), limit: MAX_LISTED });
        }
        let mut seen = HashSet::new();
        for (name, units) in &self.boxes {
            line(key, name, RollEntry::MAX_GROUP)?;
            if units.is_empty() {
                return fail(key, Problem::EmptyBox(name.clone()));
            }
            list(key, Some(units), RollEntry::MAX_GROUP)?;
            if let Some(twice) = units.iter().find(|unit| !seen.insert(unit.as_str())) {
                return fail(key, Problem::ListedTwice(twice.clone()));
            }
        }
        Ok(())
    }
}

impl Question {
    fn check(&self, index: usize) -> Check {
        let key = |name| Key::of_question(index, name);
        paragraphs(key("text"), &self.text, MAX_QUESTION)?;
        match self.answers.len() {
            n @ 0..=1 => return fail(key("answers"), Problem::TooFewAnswers(AnswerCount(n))),
            length if length > MAX_ANSWERS => {
                return fail(key("answers"), Problem::ListTooLong { length, limit: MAX_ANSWERS });
            }
            _ => {}
        }
        for (i, answer) in self.answers.iter().enumerate() {
            line(key("answers"), answer, MAX_ANSWER)?;
            let alike = |other: &&String| other.to_lowercase() == answer.to_lowercase();
            if let Some(first) = self.answers.iter().take(i).find(alike) {
                let (first, second) = (first.clone(), answer.clone());
                return fail(key("answers"), Problem::DuplicateAnswers { first, second });
            }
        }
        let Choose { min, max } = self.choose;
        if max == 0 {
            return fail(key("choose"), Problem::MaxZero);
        }
        if min > max {
            return fail(key("choose"), Problem::MinAboveMax { min, max });
        }
        if usize::try_from(max).map_or(true, |max| max > self.answers.len()) {
            return fail(key("choose"), Problem::MaxAboveAnswers { max, answers: self.answers.len() });
        }
        if min == 0 && self.blank {
            return fail(key("choose"), Problem::MinZeroWithBlank);
        }
        let Some(rule) = &self.rule else { return Ok(()) };
        rule.check_answers(&self.answers).map_err(|e| BallotFileError::new(key("passes"), e))
    }
}

/// A text on one line.
fn line(key: Key, value: &str, limit: usize) -> Check {
    let kept = text::line(value, limit).map_err(|e| BallotFileError::new(key, e))?;
    kept_and_free(key, value, &kept)
}

/// A text of one or more lines.
fn paragraphs(key: Key, value: &str, limit: usize) -> Check {
    let kept = text::paragraphs(value, limit).map_err(|e| BallotFileError::new(key, e))?;
    kept_and_free(key, value, &kept)
}

/// The text is in the form in which it is kept, and no line of it could be taken for the description line: that one
/// begins with `scrutineer: `, and nothing that people wrote may look like it.
fn kept_and_free(key: Key, value: &str, kept: &str) -> Check {
    if value != kept {
        return fail(key, Problem::NotTrimmed);
    }
    let reserved = |line: &str| {
        line.trim_start().get(..11).is_some_and(|start| start.eq_ignore_ascii_case("scrutineer:"))
    };
    if value.lines().any(reserved) { fail(key, Problem::Reserved) } else { Ok(()) }
}

fn list(key: Key, values: Option<&Vec<String>>, limit: usize) -> Check {
    let Some(values) = values else { return Ok(()) };
    if values.is_empty() {
        return fail(key, Problem::EmptyList);
    }
    if values.len() > MAX_LISTED {
        return fail(key, Problem::ListTooLong { length: values.len(), limit: MAX_LISTED });
    }
    let mut seen = HashSet::new();
    for value in values {
        line(key, value, limit)?;
        if !seen.insert(value) {
            return fail(key, Problem::ListedTwice(value.clone()));
        }
    }
    Ok(())
}
