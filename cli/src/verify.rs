//! `scrutineer verify`: anyone checks a record from its file alone, offline.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use indicatif::ProgressBar;
use scrutineer_protocol::archive::is_prefix;
use scrutineer_protocol::election::{Election, Uuid};
use scrutineer_protocol::verify::{self, Check, Level, QuestionCount, Report, VerifyError, Visitor, names};
use serde::Serialize;

use crate::exit::Exit;
use crate::printer::Printer;

/// What was typed after `verify`.
#[derive(Args, Debug)]
pub struct Verify {
    /// The records to check.
    #[arg(required = true, value_name = "FILE.bel")]
    files: Vec<PathBuf>,

    /// An older copy of the one record: it must be the beginning of it, byte for byte.
    #[arg(long, value_name = "OLDER.bel")]
    older: Option<PathBuf>,
}

/// What is wrong with the arguments.
#[derive(Debug, thiserror::Error)]
enum VerifyFlagError {
    #[error("`--older` goes with one record, not with several: check them one by one")]
    OlderOfSeveral,
}

/// Why a file could not be checked.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", file.display())]
struct VerifyFileError {
    file: PathBuf,
    error: VerifyError,
}

/// Checks every record and says what was found. [`Exit::Yes`]: all verify; [`Exit::No`]: one does not.
///
/// # Errors
/// A file that cannot be read or is no record, an election of a kind that is not supported.
pub fn run(args: &Verify, printer: &mut Printer<'_>) -> anyhow::Result<Exit> {
    if let [file] = args.files.as_slice() {
        let report = check(file, args.older.as_deref(), printer)?;
        printer.answer(&Document::new(&report), lines(file, &report))?;
        return Ok(exit(&report));
    }
    if args.older.is_some() {
        return Err(VerifyFlagError::OlderOfSeveral.into());
    }
    let mut found = Vec::with_capacity(args.files.len());
    for file in &args.files {
        let checked = check(file, None, printer);
        match &checked {
            Ok(report) => {
                for line in lines(file, report) {
                    printer.line(line)?;
                }
                printer.line("")?;
            }
            Err(error) => printer.warn(format!("{error:#}")),
        }
        found.push((file, checked));
    }
    let exits = found.iter().map(|(_, checked)| checked.as_ref().map_or(Exit::Error, exit));
    let worst = exits.max_by_key(|exit| exit.code()).unwrap_or(Exit::Error);
    printer.answer(&Documents::new(worst, &found), [summary(worst, found.len())])?;
    Ok(worst)
}

/// Verifies one file, with the shares beside it and, if given, an older copy.
fn check(path: &Path, older: Option<&Path>, printer: &Printer<'_>) -> anyhow::Result<Report> {
    let open = |path: &Path| File::open(path).with_context(|| format!("{} cannot be opened", path.display()));
    let file = open(path)?;
    let size = file.metadata().map_or(0, |data| data.len());
    let mut watch = Watch { bar: printer.progress(size, "checking") };
    let verified = verify::archive(file, |uuid| shares_beside(path, uuid), &mut watch);
    watch.bar.finish_and_clear();
    let mut report = verified.map_err(|error| VerifyFileError { file: path.to_owned(), error })?;
    if let Some(older) = older {
        let (level, detail) = match is_prefix(open(older)?, open(path)?) {
            Ok(()) => (Level::Ok, format!("{} is the beginning of this record", older.display())),
            Err(error) => (Level::Fail, error.to_string()),
        };
        report.checks.push(Check { name: names::OLDER_COPY, level, detail });
    }
    Ok(report)
}

/// The file of shares that belongs to a record: named like the record, or by its election.
fn shares_beside(record: &Path, uuid: &Uuid) -> io::Result<Option<Vec<u8>>> {
    for path in [record.with_extension("shares.json"), record.with_file_name(format!("{uuid}.shares.json"))] {
        match fs::read(&path) {
            Ok(bytes) => return Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Shows how far the reading has come.
struct Watch {
    bar: ProgressBar,
}

impl Visitor for Watch {
    fn progress(&mut self, bytes: u64) {
        self.bar.set_position(bytes);
    }
}

fn exit(report: &Report) -> Exit {
    if report.ok() { Exit::Yes } else { Exit::No }
}

/// The JSON document of one record.
#[derive(Serialize)]
struct Document<'a> {
    ok: bool,
    complete: bool,
    /// Absent (null) where it could not be read.
    election: Option<ElectionDocument<'a>>,
    voters: u64,
    votes: u64,
    replaced: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<&'a [QuestionCount]>,
    checks: &'a [Check],
}

#[derive(Serialize)]
struct ElectionDocument<'a> {
    uuid: &'a str,
    name: &'a str,
    hash: String,
}

impl<'a> Document<'a> {
    fn new(report: &'a Report) -> Self {
        let election = |election: &'a Election| ElectionDocument {
            uuid: election.uuid().as_str(),
            name: election.name(),
            hash: election.fingerprint().to_string(),
        };
        Self {
            ok: report.ok(),
            complete: report.complete,
            election: report.election.as_ref().map(election),
            voters: report.voters,
            votes: report.votes,
            replaced: report.replaced,
            counts: counts(report),
            checks: &report.checks,
        }
    }
}

/// The JSON document of several records.
#[derive(Serialize)]
struct Documents<'a> {
    ok: bool,
    records: Vec<RecordDocument<'a>>,
}

#[derive(Serialize)]
struct RecordDocument<'a> {
    file: String,
    #[serde(flatten)]
    outcome: OutcomeDocument<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum OutcomeDocument<'a> {
    Checked(Document<'a>),
    Failed { ok: bool, error: MessageDocument },
}

#[derive(Serialize)]
struct MessageDocument {
    message: String,
}

impl<'a> Documents<'a> {
    fn new(worst: Exit, found: &'a [(&PathBuf, anyhow::Result<Report>)]) -> Self {
        let record = |(file, checked): &'a (&PathBuf, anyhow::Result<Report>)| RecordDocument {
            file: file.display().to_string(),
            outcome: match checked {
                Ok(report) => OutcomeDocument::Checked(Document::new(report)),
                Err(error) => {
                    let error = MessageDocument { message: format!("{error:#}") };
                    OutcomeDocument::Failed { ok: false, error }
                }
            },
        };
        Self { ok: worst == Exit::Yes, records: found.iter().map(record).collect() }
    }
}

/// Counts are only told of a record that verifies.
fn counts(report: &Report) -> Option<&[QuestionCount]> {
    report.counts.as_deref().filter(|_| report.ok())
}

/// What people read.
fn lines(file: &Path, report: &Report) -> Vec<String> {
    let mut lines = vec![format!("Record {}", file.display())];
    if let Some(election) = &report.election {
        lines.push(format!("  {} ({})", one_line(election.name()), election.uuid()));
    }
    let width = report.checks.iter().map(|check| check.name.len()).max().unwrap_or(0);
    for Check { name, level, detail } in &report.checks {
        let level = match level {
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Fail => "FAIL",
        };
        lines.push(format!("  {level:<7}  {name:<width$}  {}", one_line(detail)));
    }
    if report.election.is_some() {
        let Report { voters, votes, replaced, .. } = report;
        lines.push(format!(
            "  {voters} voting codes, {votes} votes counted, {replaced} replaced by a later vote"
        ));
    }
    for (number, question) in (1..).zip(counts(report).unwrap_or_default()) {
        lines.push(format!("  Question {number}: {}", one_line(&question.question)));
        for answer in &question.answers {
            lines.push(format!("    {:>9}  {}", answer.votes, one_line(&answer.answer)));
        }
        if let Some(blank) = question.blank {
            lines.push(format!("    {blank:>9}  (blank)"));
        }
    }
    lines.push(verdict(report).to_owned());
    lines
}

fn verdict(report: &Report) -> &'static str {
    match (report.ok(), report.complete, report.level()) {
        (false, ..) => "This record does NOT verify.",
        (true, false, _) => "This record is right so far; it has no result yet.",
        (true, true, Level::Warning) => "This record verifies, with the warnings above.",
        (true, true, _) => "This record verifies.",
    }
}

fn summary(worst: Exit, records: usize) -> String {
    match worst {
        Exit::Yes => format!("All {records} records verify."),
        Exit::No => format!("Of {records} records not all verify."),
        Exit::Error => format!("Of {records} records not all could be checked."),
    }
}

/// A text from a record as it may be shown on a terminal: on one line, without control characters.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
