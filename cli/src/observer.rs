//! What anyone may have of a ballot: results, the record, the certificate.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use scrutineer_api::count::{BoxResults, Certificate, QuestionCount, Results};
use scrutineer_ballot::roll::MemberNo;
use scrutineer_rules::Verdict;
use serde::Serialize;
use thiserror::Error;

use crate::Session;
use crate::boxes::BoxFlag;
use crate::client::{Client, ClientError, Endpoint};
use crate::exit::Exit;
use crate::files::{self, Access, FileError, NewFile};
use crate::ids::BallotId;
use crate::profile::Connection;
use crate::verify::folder_names;

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

    /// Where to write the record; the shares go beside it, to FILE.shares.json.
    #[arg(short, long = "out", value_name = "FILE.bel")]
    out: PathBuf,
}

/// What was typed after `certificate`.
#[derive(Args, Debug)]
pub struct CertificateArgs {
    #[command(flatten)]
    connection: Connection,

    /// The ballot.
    id: BallotId,

    /// The folder to make.
    #[arg(short, long = "out", value_name = "DIR")]
    out: PathBuf,
}

/// What was written.
#[derive(Serialize)]
struct RecordWritten<'a> {
    file: &'a Path,
    bytes: u64,
    /// The file of shares, where there are some.
    shares: Option<&'a Path>,
}

/// What was written.
#[derive(Serialize)]
struct CertificateWritten<'a> {
    folder: &'a Path,
    files: Vec<String>,
    signatures: usize,
    needed: u64,
}

/// Why a certificate cannot be written.
#[derive(Debug, Error)]
enum FolderError {
    #[error("{} is there already and is not empty: choose another folder", .0.display())]
    NotEmpty(PathBuf),
    #[error("{} cannot be made: {source}", path.display())]
    Make { path: PathBuf, source: io::Error },
    #[error("the server names a signer {0:?}, which is no member number: tell the election committee")]
    Signer(String),
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
    let Results { title, id, box_name, eligible, cast, counts, decisions, boxes } = results;
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
    lines
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

/// Downloads a record with its shares.
///
/// # Errors
/// A file is there already; the record may not be seen yet.
pub fn record(args: &RecordArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let beside = args.out.with_extension("shares.json");
    let mut file = NewFile::create(&args.out, Access::Public)?;
    let mut shares_file = NewFile::create(&beside, Access::Public)?;
    let client = args.connection.anyone()?;
    let bytes = fetch_record(&client, args.id.as_str(), args.urn.name(), &mut file, session)?;
    let shares = fetch_shares(&client, args.id.as_str(), args.urn.name())?;
    if let Some(shares) = &shares {
        shares_file.write_all(shares).map_err(|source| FileError::Write { path: beside.clone(), source })?;
        shares_file.finish()?;
    }
    file.finish()?;
    let shares = shares.map(|_| beside.as_path());
    let mut lines = vec![format!("{} has the record, {bytes} bytes.", args.out.display())];
    lines.extend(shares.map(|shares| format!("{} has the proofs of the shares.", shares.display())));
    lines.push(format!("Check it: scrutineer verify {}", args.out.display()));
    session.printer.answer(&RecordWritten { file: &args.out, bytes, shares }, lines)?;
    Ok(Exit::Yes)
}

/// Downloads the record of a box and says how many bytes it has.
///
/// # Errors
/// It may not be seen, or did not arrive whole.
pub(crate) fn fetch_record(
    client: &Client,
    ballot: &str,
    urn: Option<&str>,
    target: &mut impl Write,
    session: &Session<'_>,
) -> Result<u64, ClientError> {
    let endpoint = Endpoint::new(&["ballots", ballot, "record"]).query_if("box", urn);
    let reply = client.get(&endpoint)?;
    let bar = session.printer.progress(reply.length().unwrap_or(0), "downloading");
    let copied = reply.copy_to(target, |bytes| bar.set_position(bytes));
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

/// Fetches the certificate with its signatures.
pub(crate) fn fetch_certificate(client: &Client, ballot: &str) -> Result<Certificate, ClientError> {
    client.get(&Endpoint::new(&["ballots", ballot, "certificate"]))?.json()
}

/// Downloads a certificate into a new folder.
///
/// # Errors
/// The folder is there already and not empty; there is no certificate yet.
pub fn certificate(args: &CertificateArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let folder = &args.out;
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) || folder.is_file() {
        return Err(FolderError::NotEmpty(folder.clone()).into());
    }
    let client = args.connection.anyone()?;
    let certificate = fetch_certificate(&client, args.id.as_str())?;
    let written = contents(&certificate)?;
    write_folder(folder, &written)?;
    let document = CertificateWritten {
        folder,
        files: written.iter().map(|(name, _)| name.clone()).collect(),
        signatures: certificate.signatures.len(),
        needed: certificate.needed,
    };
    let text = [
        format!("The certificate is in {}.", folder.display()),
        format!("{} of {} signatures are there.", document.signatures, document.needed),
        format!("Check it against the record: scrutineer verify FILE.bel --certificate {}", folder.display()),
    ];
    session.printer.answer(&document, text)?;
    Ok(Exit::Yes)
}

/// The files of a certificate's folder.
fn contents(certificate: &Certificate) -> Result<Vec<(String, &str)>, FolderError> {
    let mut files = vec![
        (folder_names::CERTIFICATE.to_owned(), certificate.certificate.as_str()),
        (folder_names::ALLOWED_SIGNERS.to_owned(), certificate.allowed_signers.as_str()),
        (folder_names::SHARES.to_owned(), certificate.shares.as_str()),
    ];
    for signature in &certificate.signatures {
        // It becomes part of a file's name.
        let signer = MemberNo::parse(&signature.member_no);
        let signer = signer.map_err(|_| FolderError::Signer(signature.member_no.clone()))?;
        files.push((folder_names::signature(&signer), &signature.signature));
    }
    Ok(files)
}

/// Makes the folder beside its place, then puts it there as a whole.
fn write_folder(folder: &Path, contents: &[(String, &str)]) -> anyhow::Result<()> {
    let failed = |source| FolderError::Make { path: folder.to_owned(), source };
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let made = tempfile::Builder::new().prefix(".scrutineer-").tempdir_in(parent).map_err(failed)?;
    for (name, text) in contents {
        files::write_new(&made.path().join(name), text.as_bytes(), Access::Public)?;
    }
    if folder.exists() {
        // It was empty a moment ago; if it no longer is, this fails and nothing is lost.
        fs::remove_dir(folder).map_err(failed)?;
    }
    let made = made.keep();
    fs::rename(&made, folder).map_err(|error| {
        // What could not be put in place is not left behind either.
        let _ = fs::remove_dir_all(&made);
        failed(error).into()
    })
}
