//! `scrutineer check-test`: an observer checks, offline, that a vote which the booth opened says what the booth said.

use std::path::PathBuf;

use clap::Args;
use scrutineer_ballot::fingerprint::Fingerprint;
use scrutineer_ballot::test_file::{MAX_TEST_FILE, Mismatch, TestFileError, VoteTest};
use scrutineer_protocol::ballot::Selection;
use scrutineer_protocol::hash::Base64Hash;
use scrutineer_protocol::question::Question;
use serde::Serialize;
use thiserror::Error;

use crate::exit::Exit;
use crate::files;
use crate::printer::Printer;
use crate::verify::one_line;

/// What was typed after `check-test`.
#[derive(Args, Debug)]
pub struct CheckTest {
    /// The file that the booth saved when the vote was tested.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Why a file cannot be checked.
#[derive(Debug, Error)]
#[error("{}: {error}", path.display())]
struct UnreadableError {
    path: PathBuf,
    error: TestFileError,
}

/// The document of a check.
#[derive(Serialize)]
struct Document<'a> {
    ok: bool,
    ballot: &'a str,
    tracker: Base64Hash,
    election: ElectionDocument<'a>,
    /// What was sealed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    questions: Vec<Sealed<'a>>,
    /// What is not so.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Serialize)]
struct ElectionDocument<'a> {
    uuid: &'a str,
    name: &'a str,
    hash: Base64Hash,
}

/// What was sealed for one question.
#[derive(Serialize)]
struct Sealed<'a> {
    question: &'a str,
    answers: Vec<&'a str>,
    blank: bool,
}

impl<'a> Sealed<'a> {
    fn new(question: &'a Question, selection: &Selection) -> Self {
        let (chosen, blank): (&[usize], _) = match selection {
            Selection::Answers(chosen) => (chosen, false),
            Selection::Blank => (&[], true),
        };
        let answers = chosen.iter().filter_map(|i| question.answers().get(*i)).map(String::as_str);
        Self { question: question.text(), answers: answers.collect(), blank }
    }
}

/// Seals again what the file says and compares. [`Exit::Yes`]: it is so; [`Exit::No`]: it is not.
///
/// # Errors
/// The file cannot be read, or is no test of a vote.
pub fn run(args: &CheckTest, printer: &mut Printer<'_>) -> anyhow::Result<Exit> {
    let bytes = files::read(&args.file, u64::try_from(MAX_TEST_FILE).unwrap_or(u64::MAX))?;
    let test = VoteTest::parse(&bytes);
    let test = test.map_err(|error| UnreadableError { path: args.file.clone(), error })?;
    let mut document = Document {
        ok: false,
        ballot: test.ballot.as_str(),
        tracker: test.tracker,
        election: ElectionDocument {
            uuid: test.election.uuid().as_str(),
            name: test.election.name(),
            hash: *test.election.fingerprint(),
        },
        questions: Vec::new(),
        reason: None,
    };
    match test.check() {
        Ok(selections) => {
            document.ok = true;
            let questions = test.election.questions().iter().zip(&selections);
            document.questions =
                questions.map(|(question, selection)| Sealed::new(question, selection)).collect();
            printer.answer(&document, confirmed(&test, &document))?;
            Ok(Exit::Yes)
        }
        Err(mismatch) => {
            document.reason = Some(mismatch.to_string());
            printer.answer(&document, refuted(&mismatch))?;
            Ok(Exit::No)
        }
    }
}

/// A true test, for people.
fn confirmed(test: &VoteTest, document: &Document<'_>) -> Vec<String> {
    let mut lines = vec![
        format!("The vote with the tracker {}", test.tracker),
        format!("  in words: {}", Fingerprint::of_digest(test.tracker.digest())),
        format!("says this in {} (ballot {}):", one_line(test.election.name()), test.ballot),
    ];
    for (number, sealed) in (1..).zip(&document.questions) {
        lines.push(format!("  Question {number}: {}", one_line(sealed.question)));
        match (sealed.blank, sealed.answers.is_empty()) {
            (true, _) => lines.push("    (blank)".to_owned()),
            (false, true) => lines.push("    (no answer)".to_owned()),
            (false, false) => {
                lines.extend(sealed.answers.iter().map(|answer| format!("    {}", one_line(answer))))
            }
        }
    }
    lines.extend([
        "Sealing it again gave the same vote, byte for byte; its signature holds.".to_owned(),
        "If these are the answers that were chosen, the booth sealed what it was told.".to_owned(),
        format!("Compare the election's fingerprint with the ballot's page: {}", test.election.fingerprint()),
    ]);
    lines
}

/// One that is not true.
fn refuted(mismatch: &Mismatch) -> Vec<String> {
    vec![
        format!("This vote does NOT say what the file says: {mismatch}."),
        "Keep the file, do not vote on the device that made it, and tell the contact on the ballot's page."
            .to_owned(),
    ]
}
