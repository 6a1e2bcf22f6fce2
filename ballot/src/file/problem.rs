//! What can be wrong with a ballot file, and how it is said.

use std::fmt;

use scrutineer_rules::RuleError;
use thiserror::Error;

use super::{MAX_FILE_BYTES, MAX_OFFICERS, MAX_QUESTIONS, MAX_SPARES};
use crate::roll::MemberNoError;
use crate::text::TextError;
use crate::zone::{TimeError, UnknownZone};

/// Where in a ballot file: a key at the top, in `[eligible]`, or in one of the questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// The question, from 1.
    pub question: Option<usize>,
    /// The key as the file writes it; empty for the file or the question as a whole.
    pub name: &'static str,
}

impl Key {
    /// The file as a whole.
    pub(super) const fn file() -> Self {
        Self { question: None, name: "" }
    }

    /// A key outside of the questions.
    pub(super) const fn top(name: &'static str) -> Self {
        Self { question: None, name }
    }

    /// A key of the question with this index (from 0).
    pub(super) const fn of_question(index: usize, name: &'static str) -> Self {
        Self { question: Some(index + 1), name }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.question, self.name) {
            (None, "") => f.write_str("the ballot file"),
            (None, name) => write!(f, "{name}"),
            (Some(question), "") => write!(f, "question {question}"),
            (Some(question), name) => write!(f, "question {question}, {name}"),
        }
    }
}

/// A mistake in a ballot file. Its `Display` is a sentence with line and key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BallotFileError {
    /// The line, from 1, where the mistake can be pinned on one.
    pub line: Option<u64>,
    /// What the mistake is in.
    pub key: Key,
    /// The mistake.
    pub problem: Box<Problem>,
}

impl BallotFileError {
    /// A mistake whose line is not known (yet).
    pub(super) fn new(key: Key, problem: impl Into<Problem>) -> Self {
        Self { line: None, key, problem: Box::new(problem.into()) }
    }
}

impl fmt::Display for BallotFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        match *self.problem {
            Problem::Rule(_) => write!(f, "{}: {}", self.key, self.problem),
            Problem::Syntax(_) => self.problem.fmt(f),
            _ => write!(f, "{} {}", self.key, self.problem),
        }
    }
}

impl std::error::Error for BallotFileError {}

/// What is wrong. Each sentence is made to follow the key (`closes ...`, `question 2, answers ...`).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// Not the format that is expected there: TOML syntax, a missing or unknown key, a value of another type.
    #[error("{0}")]
    Syntax(String),
    /// Too many bytes.
    #[error("is larger than {} KiB", MAX_FILE_BYTES >> 10)]
    FileTooLarge,
    /// A text.
    #[error("{0}")]
    Text(#[from] TextError),
    /// A kept text that is not in the form in which texts are kept.
    #[error("has blanks or line breaks at its ends, or lines that end with a carriage return")]
    NotTrimmed,
    /// A line that could be taken for the description line of the record (design section 7).
    #[error(
        "has a line that begins with \"scrutineer:\"; such lines are kept for the record, so word it differently"
    )]
    Reserved,
    /// A time.
    #[error("{0}")]
    Time(#[from] TimeError),
    /// The time zone.
    #[error("is not known: {0}")]
    Zone(#[from] UnknownZone),
    /// The deadline is not after the opening.
    #[error("is not after opens; the ballot would close before it opens")]
    ClosesBeforeOpens,
    /// The deadline is past.
    #[error("is past: the deadline {closes} is not after now, {now}; choose a later one")]
    DeadlinePast {
        /// The deadline for people.
        closes: String,
        /// The time now for people.
        now: String,
    },
    /// A word other than the ones that are allowed.
    #[error("is {found:?}; write {expected}")]
    Word {
        /// What stands there.
        found: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// A member number.
    #[error("{0}")]
    MemberNo(#[from] MemberNoError),
    /// A registrar where the server makes the codes.
    #[error("names a registrar, but the server makes the codes; write codes = \"registrar\" as well")]
    RegistrarWithoutCodes,
    /// Too many spare codes.
    #[error("is {0}; at most {MAX_SPARES} spare codes can be made")]
    Spares(u32),
    /// No officer, or too many.
    #[error("is {0}; between 1 and {MAX_OFFICERS} officers sign a certificate")]
    Officers(u32),
    /// A number that is out of its bounds.
    #[error("is {found}; write a number from {least} to {most}")]
    Number {
        /// What stands there.
        found: u32,
        /// The least that may.
        least: u32,
        /// The most that may.
        most: u32,
    },
    /// A box without units.
    #[error("has no unit in {0:?}; list the units whose members share the box")]
    EmptyBox(String),
    /// A list without values.
    #[error("is empty, so that nobody could vote; leave the line out to not narrow by it")]
    EmptyList,
    /// A list with too many values.
    #[error("has {length} values; at most {limit} are allowed")]
    ListTooLong {
        /// Values in the list.
        length: usize,
        /// Values allowed.
        limit: usize,
    },
    /// A value twice in a list.
    #[error("names {0:?} twice")]
    ListedTwice(String),
    /// No question.
    #[error("has no question; write at least one [[question]] with text and answers")]
    NoQuestion,
    /// Too many questions.
    #[error("has {0} questions; at most {MAX_QUESTIONS} are allowed")]
    TooManyQuestions(usize),
    /// Fewer than two answers.
    #[error("has {0}; a question needs at least two answers")]
    TooFewAnswers(AnswerCount),
    /// Two answers that read the same.
    #[error("has the answers {first:?} and {second:?}, which read alike; every answer must differ")]
    DuplicateAnswers {
        /// The earlier one.
        first: String,
        /// The later one.
        second: String,
    },
    /// `min` is greater than `max`.
    #[error("has min = {min} above max = {max}")]
    MinAboveMax {
        /// The least number of answers.
        min: u32,
        /// The greatest number of answers.
        max: u32,
    },
    /// Nobody could choose anything.
    #[error("has max = 0, so that nobody could choose an answer")]
    MaxZero,
    /// More answers could be chosen than there are.
    #[error("has max = {max}, but there are only {answers} answers")]
    MaxAboveAnswers {
        /// The greatest number of answers that a member may choose.
        max: u32,
        /// Answers of the question.
        answers: usize,
    },
    /// Two ways to say nothing.
    #[error(
        "has min = 0 beside blank = true: members would have two ways to abstain; write min = 1 or blank = false"
    )]
    MinZeroWithBlank,
    /// `yes` or `no` without a rule.
    #[error("stands without passes; it names an answer for a rule of the library")]
    WithoutRule,
    /// The passage rule.
    #[error("{0}")]
    Rule(#[from] RuleError),
}

/// A number of answers in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerCount(pub usize);

impl fmt::Display for AnswerCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("no answer"),
            1 => f.write_str("only one answer"),
            n => write!(f, "{n} answers"),
        }
    }
}
