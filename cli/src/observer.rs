//! What anyone may have of a ballot: its results and its records.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use scrutineer_api::count::{BoxResults, QuestionCount, ResultWarning, Results};
use scrutineer_ballot::certificate::Warning;
use scrutineer_rules::Verdict;
use serde::Serialize;
use thiserror::Error;

use crate::Session;
use crate::boxes::BoxFlag;
use crate::client::{Client, ClientError, Endpoint};
use crate::delegate;
use crate::download::{self, Target};
use crate::exit::Exit;
use crate::files::{Access, FileError, NewFile};
use crate::ids::BallotId;
use crate::pause;
use crate::profile::Connection;

/// What was typed after `results`.
#[derive(Args, Debug)]
pub struct ResultsArgs {
    #[command(flatten)]
    connection: Connection,

    /// The ballot.
    id: BallotId,

    #[command(flatten)]
    urn: BoxFlag,
}

/// What was typed after `record`.
#[derive(Args, Debug)]
pub struct RecordArgs {
    #[command(flatten)]
    connection: Connection,

    /// The ballot.
    id: BallotId,

    #[command(flatten)]
    urn: BoxFlag,

    /// Where to write the record; the shares go beside it, to FILE.shares.json. Where the ballot has several boxes: the folder
    /// for `<election>.bel` and `<election>.shares.json` of each, unless --box names one.
    #[arg(short, long = "out", value_name = "FILE.bel")]
    out: PathBuf,
}

/// What was written of a box.
#[derive(Serialize)]
struct RecordWritten {
    file: PathBuf,
    bytes: u64,
    /// The file of shares, where there are some.
    shares: Option<PathBuf>,
}

/// What was written of several boxes.
#[derive(Serialize)]
struct RecordsWritten<'a> {
    folder: &'a Path,
    records: Vec<BoxWritten>,
}

#[derive(Serialize)]
struct BoxWritten {
    #[serde(rename = "box")]
    name: String,
    election: String,
    #[serde(flatten)]
    written: RecordWritten,
}

/// Why a folder cannot be written.
#[derive(Debug, Error)]
enum FolderError {
    #[error(
        "the ballot has {boxes} boxes, each with a record of its own: name a folder instead of {}, or one box with --box",
        file.display()
    )]
    Several { file: PathBuf, boxes: usize },
    #[error("{} cannot be made: {source}", path.display())]
    Make { path: PathBuf, source: io::Error },
}

/// Shows counts, rules and outcomes. [`Exit::No`]: a question did not pass under its rule.
///
/// # Errors
/// There is no result yet.
pub fn results(args: &ResultsArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = args.connection.anyone()?;
    let endpoint = Endpoint::new(&["ballots", args.id.as_str(), "results"]).query_if("box", args.urn.name());
    let results: Results = client.get(&endpoint)?.json()?;
    session.printer.answer(&results, result_lines(&results))?;
    // As with `decide`: a question that did not pass is a clean no.
    let passed = results.decisions.iter().flatten().all(|decision| outcome(decision) == Some("passed"));
    Ok(if passed { Exit::Yes } else { Exit::No })
}

/// `passed` or `not_passed`.
fn outcome(decision: &serde_json::Value) -> Option<&str> {
    decision.get("outcome")?.as_str()
}

fn result_lines(results: &Results) -> Vec<String> {
    let Results { title, id, box_name, eligible, cast, counts, decisions, boxes, margin, warnings } = results;
    let mut lines = vec![format!("{title} ({id})")];
    lines.extend(box_name.iter().map(|name| format!("Box {name}; all boxes decide together.")));
    lines.push(format!("{cast} of {eligible} eligible members voted."));
    for (number, count) in (1..).zip(counts) {
        lines.push(format!("Question {number}: {}", count.question));
        lines.extend(count_lines(count));
        if box_name.is_some() {
            continue;
        }
        let decision = decisions.get(number - 1).and_then(Option::as_ref);
        let outcome = decision.and_then(outcome);
        let rule = decision.and_then(|decision| decision.get("rule")?.as_str());
        lines.push(match (outcome, rule) {
            (Some("passed"), Some(rule)) => format!("  PASSED under the rule: {rule}"),
            (Some("not_passed"), Some(rule)) => format!("  NOT PASSED under the rule: {rule}"),
            _ => "  (no rule: only counted)".to_owned(),
        });
        lines.extend(decision.into_iter().flat_map(failing_units).map(|sentence| format!("  {sentence}")));
    }
    for BoxResults { name, eligible, cast, counts, .. } in boxes {
        lines.push(format!("Box {name}: {cast} of {eligible} eligible members voted."));
        for (number, count) in (1..).zip(counts) {
            lines.push(format!("  Question {number}:"));
            lines.extend(count_lines(count).into_iter().map(|line| format!("  {line}")));
        }
    }
    lines.extend(
        margin.map(|margin| format!("Margin: fewer than {margin} votes could not have changed an outcome.")),
    );
    lines.extend(warning_lines(warnings, id));
    lines
}

/// Numbers that could have changed a result, and what officers say to them.
pub(crate) fn warning_lines(warnings: &[ResultWarning], ballot: &str) -> Vec<String> {
    let line = |ResultWarning { warning, number, margin, answer }: &ResultWarning| {
        let counts = match warning.parse::<Warning>() {
            Ok(known) => known.counts(),
            Err(_) => warning,
        };
        let said = match answer {
            Some(answer) => format!("{} ({}) says to it: {}", answer.name, answer.by, answer.text),
            None => format!(
                "nobody signs before an officer says something to it: scrutineer answer {ballot} {warning} --text-file FILE"
            ),
        };
        format!("WARNING: {counts}: {number}; margin: {margin}. {said}")
    };
    warnings.iter().map(line).collect()
}

/// What does not hold in single units, in sentences.
fn failing_units(decision: &serde_json::Value) -> Vec<String> {
    let Ok(verdict) = serde_json::from_value::<Verdict>(decision.clone()) else { return Vec::new() };
    // The first sentence is the rule's.
    let sentences = verdict.sentences().into_iter().skip(1).zip(&verdict.conditions);
    sentences
        .filter(|(_, condition)| condition.unit.is_some() && !condition.holds)
        .map(|(text, _)| text)
        .collect()
}

fn count_lines(count: &QuestionCount) -> Vec<String> {
    let answers = count.answers.iter().map(|answer| format!("{:>9}  {}", answer.votes, answer.answer));
    answers.chain(count.blank.map(|blank| format!("{blank:>9}  (blank)"))).collect()
}

/// Downloads a record with its shares; of a ballot with several boxes all of them, into a folder.
///
/// # Errors
/// A file is there already; a record may not be seen yet.
pub fn record(args: &RecordArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = args.connection.anyone()?;
    let (id, to_file) = (args.id.as_str(), !args.out.is_dir());
    if let (Some(_), true) = (args.urn.name(), to_file) {
        return save_one(&client, args, session);
    }
    let ballot = delegate::fetch(&client, id)?;
    let urns = args.urn.of(&ballot, &args.id)?;
    if let ([_], true) = (urns.as_slice(), to_file) {
        return save_one(&client, args, session);
    }
    if args.out.extension().is_some_and(|extension| extension == "bel") && to_file {
        return Err(FolderError::Several { file: args.out.clone(), boxes: urns.len() }.into());
    }
    fs::create_dir_all(&args.out).map_err(|source| FolderError::Make { path: args.out.clone(), source })?;
    let mut records = Vec::with_capacity(urns.len());
    for urn in urns {
        let out = args.out.join(format!("{}.bel", urn.election));
        records.push(BoxWritten {
            name: urn.name.clone(),
            election: urn.election.clone(),
            written: save(&client, &ballot.id, Some(&urn.name), &out, session)?,
        });
    }
    let folder = args.out.display();
    let mut lines =
        vec![format!("{folder} has {} records, each with its shares if there are some:", records.len())];
    lines.extend(records.iter().map(|one| format!("  {}.bel  {}", one.election, one.name)));
    lines.push(format!("Check them: scrutineer verify {folder}/*.bel"));
    session.printer.answer(&RecordsWritten { folder: &args.out, records }, lines)?;
    Ok(Exit::Yes)
}

fn save_one(client: &Client, args: &RecordArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let written = save(client, args.id.as_str(), args.urn.name(), &args.out, session)?;
    session.printer.answer(&written, written.lines())?;
    Ok(Exit::Yes)
}

/// Downloads the record of a box to a file, and its shares beside it.
fn save(
    client: &Client,
    ballot: &str,
    urn: Option<&str>,
    out: &Path,
    session: &Session<'_>,
) -> anyhow::Result<RecordWritten> {
    let beside = out.with_extension("shares.json");
    let mut file = NewFile::create(out, Access::Public)?;
    let mut shares_file = NewFile::create(&beside, Access::Public)?;
    let bytes = fetch_record(client, ballot, urn, &mut file, session)?;
    let shares = fetch_shares(client, ballot, urn)?;
    if let Some(shares) = &shares {
        shares_file.write_all(shares).map_err(|source| FileError::Write { path: beside.clone(), source })?;
        shares_file.finish()?;
    }
    file.finish()?;
    Ok(RecordWritten { file: out.to_owned(), bytes, shares: shares.map(|_| beside) })
}

impl RecordWritten {
    fn lines(&self) -> Vec<String> {
        let Self { file, bytes, shares } = self;
        let mut lines = vec![format!("{} has the record, {bytes} bytes.", file.display())];
        lines.extend(
            shares.iter().map(|shares| format!("{} has the proofs of the shares.", shares.display())),
        );
        lines.push(format!("Check it: scrutineer verify {}", file.display()));
        lines
    }
}

/// Downloads the record of a box and says how many bytes it has. A download that breaks off goes on.
///
/// # Errors
/// It may not be seen, or did not arrive whole.
pub(crate) fn fetch_record(
    client: &Client,
    ballot: &str,
    urn: Option<&str>,
    target: &mut impl Target,
    session: &Session<'_>,
) -> Result<u64, ClientError> {
    let endpoint = Endpoint::new(&["ballots", ballot, "record"]).query_if("box", urn);
    let bar = session.printer.progress(0, "downloading");
    let copied = download::record(client, &endpoint, target, &bar, pause::wait);
    bar.finish_and_clear();
    copied
}

/// Downloads the shares of a box; `None` where there are none yet.
///
/// # Errors
/// They did not arrive whole.
pub(crate) fn fetch_shares(
    client: &Client,
    ballot: &str,
    urn: Option<&str>,
) -> Result<Option<Vec<u8>>, ClientError> {
    let endpoint = Endpoint::new(&["ballots", ballot, "shares"]).query_if("box", urn);
    match client.get(&endpoint) {
        Err(error) if error.code() == Some("not_found") => Ok(None),
        reply => reply?.bytes().map(Some),
    }
}
