//! `--turnout` and `--split`: parts of a hundred, and how they become numbers of votes.

use std::str::FromStr;

use scrutineer_ballot::file::Question;
use thiserror::Error;

/// How a blank vote is named in a split.
const BLANK: &str = "blank";

/// A part of a hundred, in hundredths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percent(u32);

/// A text that is no part of a hundred.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected a number from 0 to 100, such as `86` or `86.5` (at most two places after the point)")]
pub struct PercentError;

impl Percent {
    /// Everything.
    pub const ALL: Self = Self(10_000);

    /// This part of a number, rounded up.
    #[must_use]
    pub fn of(self, whole: usize) -> usize {
        // The product of a number of members and 10,000 is far below 2^128.
        let part = (whole as u128 * u128::from(self.0)).div_ceil(10_000);
        usize::try_from(part).unwrap_or(whole)
    }
}

impl FromStr for Percent {
    type Err = PercentError;

    fn from_str(text: &str) -> Result<Self, PercentError> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) || whole.len() > 3 || part.len() > 2 {
            return Err(PercentError);
        }
        let number = |text: &str| text.parse::<u32>().map_err(|_| PercentError);
        let hundredths = number(whole)? * 100 + number(part)? * if part.len() == 1 { 10 } else { 1 };
        if hundredths > Self::ALL.0 { Err(PercentError) } else { Ok(Self(hundredths)) }
    }
}

/// What a vote says to a question of which one answer is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The answer at this position, from 0.
    Answer(u16),
    /// A blank vote.
    Blank,
}

/// How the votes on the first question are divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split(Vec<(Choice, Percent)>);

/// Why a split cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SplitError {
    /// The question does not take votes with one answer.
    #[error("`--split` is for a first question of which one answer may be chosen; here it is {min} to {max}")]
    Choose {
        /// The least number of answers.
        min: u32,
        /// The greatest.
        max: u32,
    },
    /// A part that begins like no answer.
    #[error("`--split`: {rest:?} does not begin with one of the first question's answers and `=`: {answers}")]
    Answer {
        /// What could not be read.
        rest: String,
        /// The answers.
        answers: String,
    },
    /// A number that is none.
    #[error("`--split`: {answer:?}: {error}")]
    Percent {
        /// The answer.
        answer: String,
        /// Why not.
        error: PercentError,
    },
    /// An answer twice.
    #[error("`--split` names {0:?} twice")]
    Twice(String),
    /// The parts do not add up.
    #[error("`--split`: the parts add up to {}.{:02}, not to 100", .0 / 100, .0 % 100)]
    Sum(u32),
}

impl Split {
    /// Reads `ANSWER=PERCENT,ANSWER=PERCENT` for a question. Answers may hold commas and equals signs, since they are
    /// known; `blank` is a blank vote, unless an answer is called so.
    ///
    /// # Errors
    /// Says what cannot be read, or that it does not add up to 100.
    pub fn parse(text: &str, question: &Question) -> Result<Self, SplitError> {
        let (min, max) = (question.choose.min, question.choose.max);
        if min > 1 || max == 0 {
            return Err(SplitError::Choose { min, max });
        }
        let mut names: Vec<(&str, Choice)> =
            (0..).zip(&question.answers).map(|(i, a)| (a.as_str(), Choice::Answer(i))).collect();
        if question.blank && !question.answers.iter().any(|answer| answer == BLANK) {
            names.push((BLANK, Choice::Blank));
        }
        // Where one answer begins like another, the longer one is meant.
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let mut parts: Vec<(Choice, Percent)> = Vec::new();
        let mut rest = text;
        loop {
            rest = rest.trim_start();
            let found = names.iter().find_map(|(name, choice)| {
                Some((*name, *choice, rest.strip_prefix(name)?.strip_prefix('=')?))
            });
            let Some((name, choice, behind)) = found else {
                let answers: Vec<String> = names.iter().map(|(name, _)| format!("{name:?}")).collect();
                return Err(SplitError::Answer { rest: rest.to_owned(), answers: answers.join(", ") });
            };
            let (number, next) = behind.split_once(',').map_or((behind, None), |(n, rest)| (n, Some(rest)));
            let percent = number.trim().parse();
            let percent = percent.map_err(|error| SplitError::Percent { answer: name.to_owned(), error })?;
            if parts.iter().any(|(other, _)| *other == choice) {
                return Err(SplitError::Twice(name.to_owned()));
            }
            parts.push((choice, percent));
            let Some(next) = next else { break };
            rest = next;
        }
        match parts.iter().map(|(_, percent)| percent.0).sum() {
            sum if sum == Percent::ALL.0 => Ok(Self(parts)),
            sum => Err(SplitError::Sum(sum)),
        }
    }

    /// The choices of so many votes. The first part is rounded up, and so is each together with those before it, so that
    /// all parts together are exactly the votes.
    #[must_use]
    pub fn choices(&self, votes: usize) -> Vec<Choice> {
        let mut choices = Vec::with_capacity(votes);
        let mut so_far = 0;
        for (choice, Percent(part)) in &self.0 {
            so_far += part;
            choices.resize(Percent(so_far).of(votes), *choice);
        }
        choices
    }
}

#[cfg(test)]
mod tests {
    use scrutineer_ballot::file::Choose;

    use super::*;

    fn question(answers: &[&str], blank: bool, choose: Choose) -> Question {
        let answers = answers.iter().map(|answer| (*answer).to_owned()).collect();
        Question { text: "?".to_owned(), answers, choose, blank, rule: None }
    }

    fn counts(text: &str, question: &Question, votes: usize) -> Vec<usize> {
        let choices = Split::parse(text, question).unwrap().choices(votes);
        assert_eq!(choices.len(), votes);
        let count = |wanted| choices.iter().filter(|choice| **choice == wanted).count();
        let answers = (0..).zip(&question.answers).map(|(i, _)| count(Choice::Answer(i)));
        answers.chain([count(Choice::Blank)]).collect()
    }

    #[test]
    fn the_vote_of_january_2021_is_rounded_up() {
        let turnout: Percent = "86".parse().unwrap();
        let question = question(&["Yes", "No"], true, Choose::ONE);
        for (members, voted, yes) in [(25_000, 21_500, 15_265), (1000, 860, 611), (200, 172, 123), (1, 1, 1)]
        {
            assert_eq!(turnout.of(members), voted);
            assert_eq!(counts("Yes=71,No=29", &question, voted), [yes, voted - yes, 0]);
        }
        assert_eq!(turnout.of(0), 0);
        assert_eq!(Percent::ALL.of(7), 7);
    }

    #[test]
    fn all_parts_together_are_the_votes() {
        let question = question(&["A", "B", "C"], true, Choose { min: 1, max: 2 });
        let text = "C=33.33, A=33.33,blank=0.01,B=33.33";
        assert_eq!(counts(text, &question, 100), [33, 33, 34, 0]);
        assert_eq!(counts(text, &question, 1), [0, 0, 1, 0]);
        assert_eq!(counts(text, &question, 0), [0, 0, 0, 0]);
        assert_eq!(counts("B=100", &question, 9), [0, 9, 0, 0]);
    }

    #[test]
    fn answers_are_known_whatever_they_hold() {
        let question = question(&["Yes", "Yes, now", "a=1, b", "blank"], true, Choose::ONE);
        assert_eq!(counts("Yes, now=10,a=1, b=20,Yes=30,blank=40", &question, 10), [3, 1, 2, 4, 0]);
    }

    #[test]
    fn what_cannot_be_meant_is_said() {
        let two = question(&["Yes", "No"], false, Choose::ONE);
        for (text, expected) in [
            ("Yes=71", "add up to 71.00, not to 100"),
            ("Yes=71,No=29.5", "add up to 100.50"),
            ("Yes=71,No=29,", "\"\" does not begin with"),
            ("yes=71,No=29", "\"Yes\", \"No\""),
            ("Yes=71,Yes=29", "\"Yes\" twice"),
            ("Yes=71,blank=29", "\"blank=29\" does not begin"),
            ("Yes=x,No=29", "\"Yes\": expected a number"),
            ("Yes=101,No=0", "from 0 to 100"),
            ("", "does not begin"),
        ] {
            let error = Split::parse(text, &two).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
        let several = question(&["A", "B", "C"], false, Choose { min: 2, max: 3 });
        assert!(Split::parse("A=100", &several).unwrap_err().to_string().contains("here it is 2 to 3"));
        for bad in ["", "-1", "100.01", "1e2", "86%", "1.234", ".5", "5.", "+5", "0100"] {
            assert_eq!(bad.parse::<Percent>(), Err(PercentError), "{bad}");
        }
    }
}
