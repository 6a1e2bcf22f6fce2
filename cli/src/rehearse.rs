//! `scrutineer rehearse`: a whole vote without a server, with made-up members on a clock of its own. What comes out is
//! made by the functions that a real vote goes through, and checked as a stranger would check it.

mod casting;
pub mod chance;
pub mod clock;
pub mod officials;
pub mod opened;
pub mod people;
pub mod split;
mod staging;
mod turns;

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{ArgGroup, Args};
use scrutineer_ballot::certificate::{Certificate, Facts, IssuedBox, Issuer, Particulars};
use scrutineer_ballot::file::{BallotFile, MAX_FILE_BYTES, Tellers};
use scrutineer_ballot::roll::{FrozenRoll, MAX_MEMBERS, MAX_ROLL_BYTES, Roll, RollEntry};
use scrutineer_ballot::signature::{self, CERTIFICATE_NAMESPACE};
use scrutineer_protocol::Point;
use serde::Serialize;

use crate::exit::Exit;
use crate::files;
use crate::printer::Printer;
use crate::verify::{self, Checked, Document, folder_names};
use chance::Chance;
use officials::Board;
use opened::Opened;
use split::{Percent, Split};
use staging::Staging;
use turns::Turns;

/// The folder of the certificate.
const CERTIFICATE: &str = "certificate";
/// What stands for the union's name, so that nobody takes the certificate for a real one.
const UNION: &str = "A rehearsal (no vote of any union)";

/// What was typed after `rehearse`.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("members").required(true))]
#[command(
    after_help = "The clock stands as the ballot file says; without `opens` and `closes`, voting is from 21 to 23 \
    January 2021. A board is made up of three tellers of whom two open the count, under the name in the file. As many \
    made-up officers sign as the file wants (2 where it does not say). From ten votes on, one in a hundred members votes \
    twice (the later vote counts), and one lost the code and votes with a spare. What nothing here decides is drawn from \
    the seed."
)]
pub struct Rehearse {
    /// The ballot file.
    #[arg(value_name = "FILE.toml")]
    file: PathBuf,

    /// A roll, to which the file's `[eligible]` applies. No name of it is written anywhere.
    #[arg(long, value_name = "FILE.csv", group = "members")]
    roll: Option<PathBuf>,

    /// So many made-up members, all of whom may vote.
    #[arg(long, value_name = "N", group = "members")]
    voters: Option<usize>,

    /// The part of those who may vote that does, rounded up.
    #[arg(long, value_name = "PERCENT", default_value = "100")]
    turnout: Percent,

    /// How the votes on the first question are divided, in parts of a hundred; the first one named is rounded up.
    /// `blank` is a blank vote. Left out: drawn.
    #[arg(long, value_name = "Yes=71,No=29")]
    split: Option<String>,

    /// The same seed gives the same bytes.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// The folder to write to: the record, its shares, and a folder with the certificate. Nothing is overwritten.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// What is wrong with what was asked for.
#[derive(Debug, thiserror::Error)]
enum RehearseError {
    #[error("a rehearsal needs 1 to {MAX_MEMBERS} members, not {0}")]
    Members(usize),
    #[error("the rehearsed record does not verify, which is a fault of this program; nothing was kept: {0}")]
    NotVerified(String),
}

/// Rehearses the ballot. [`Exit::Yes`]: everything was made and verifies, whatever the vote decided.
///
/// # Errors
/// A mistake in the ballot file, the roll or the flags, or a place that cannot be written to.
pub fn run(args: &Rehearse, printer: &mut Printer<'_>) -> anyhow::Result<Exit> {
    let limit = u64::try_from(MAX_FILE_BYTES).unwrap_or(u64::MAX);
    let file = BallotFile::parse(&files::read_text(&args.file, limit)?)
        .with_context(|| args.file.display().to_string())?;
    let first = file.questions.first();
    let split =
        args.split.as_deref().zip(first).map(|(text, first)| Split::parse(text, first)).transpose()?;
    let roll = match &args.roll {
        Some(path) => read_roll(path, &file, printer)?,
        None => made_up_roll(args.voters.unwrap_or(0), &file, args.seed)?,
    };
    let staging = Staging::begin(&args.out)?;
    staging.refuse_existing(&[CERTIFICATE])?;
    let opened = Opened::new(file, &roll, args.seed)?;
    let uuid = opened.new_box.election.uuid();
    let (record, shares) = (format!("{uuid}.bel"), format!("{uuid}.shares.json"));
    let names = [record.as_str(), shares.as_str(), CERTIFICATE];
    staging.refuse_existing(&names)?;

    let spares = opened.new_box.codes.len() - opened.eligible;
    let turns = Turns::draw(
        opened.eligible,
        spares,
        args.turnout.of(opened.eligible),
        split.as_ref(),
        &opened.chance,
    );
    let bar = printer.progress(u64::try_from(turns.turns.len()).unwrap_or(0), "sealing");
    let mut out = BufWriter::new(staging.create(&record)?);
    let written = opened.write(&turns, &mut out, &bar);
    bar.finish_and_clear();
    let bound = written?.to_text();
    let synced = out.flush().and_then(|()| out.get_ref().sync_all());
    synced.with_context(|| format!("{} cannot be written", args.out.join(&record).display()))?;
    staging.write(&shares, bound.as_bytes())?;
    staging.write(&format!("{CERTIFICATE}/{}", folder_names::SHARES), bound.as_bytes())?;

    let statement = certify(&opened, &turns, &staging, &record, printer)?;
    let checked = verify::certified(&staging.path(&record), &staging.path(CERTIFICATE), printer)?;
    holds(&checked)?;
    staging.publish(&names)?;
    let place = |name: &str| args.out.join(name).display().to_string();
    let document = RehearsalDocument {
        id: checked.terms.as_ref().map(|terms| terms.line.ballot.to_string()),
        seed: args.seed,
        eligible: opened.eligible,
        cast: turns.cast,
        replaced: turns.replaced,
        record: place(&record),
        shares: place(&shares),
        certificate: place(CERTIFICATE),
        verify: Document::new(&checked),
    };
    printer.answer(&document, lines(&document, &statement, &opened))?;
    Ok(Exit::Yes)
}

/// The members of a roll who may vote.
fn read_roll(path: &Path, file: &BallotFile, printer: &mut Printer<'_>) -> anyhow::Result<FrozenRoll> {
    let limit = u64::try_from(MAX_ROLL_BYTES).unwrap_or(u64::MAX);
    let parsed = Roll::parse(&files::read(path, limit)?)
        .with_context(|| format!("{} is not a roll that can be used", path.display()))?;
    for warning in parsed.warnings {
        printer.warn(warning);
    }
    let selection = file.eligible.select(parsed.roll.entries())?;
    Ok(FrozenRoll::new(selection.included.into_iter().cloned())?)
}

fn made_up_roll(voters: usize, file: &BallotFile, seed: u64) -> anyhow::Result<FrozenRoll> {
    if !(1..=MAX_MEMBERS).contains(&voters) {
        return Err(RehearseError::Members(voters).into());
    }
    let chance = Chance::new(seed, &[file.to_json()?.as_bytes()]);
    let members: Vec<RollEntry> = people::members(voters, &file.eligible, &chance)
        .context("no member can be made up for the ballot file's [eligible]")?;
    Ok(FrozenRoll::new(members)?)
}

/// Verifies the record as an officer does, makes the certificate and signs it; returns its statement.
fn certify(
    opened: &Opened,
    turns: &Turns,
    staging: &Staging,
    record: &str,
    printer: &Printer<'_>,
) -> anyhow::Result<String> {
    let checked = verify::record(&staging.path(record), printer)?;
    holds(&checked)?;
    let outcome = checked.outcome.as_ref().context("the rehearsed record decides nothing")?;
    let board = match &opened.file.tellers {
        Tellers::Server => None,
        Tellers::Board(name) => Some(Board::names(name)?),
    };
    let issuer = Issuer {
        union: UNION.to_owned(),
        time_zone: opened.file.time_zone.clone(),
        opened: opened.clock.opened,
        closed: opened.clock.closed,
        tallied: opened.clock.tallied,
        board,
        particulars: Particulars::first(opened.clock.objections_until(&opened.file), opened.file.keep_days),
    };
    let lost = turns.lost.and_then(|(lost, _)| opened.new_box.codes.get(lost));
    let void: Vec<Point> = lost.map(|code| code.credential).into_iter().collect();
    let issued = IssuedBox {
        report: &checked.report,
        outcome,
        archive: checked.archive(),
        reissued: u64::try_from(void.len()).unwrap_or(u64::MAX),
        void,
        participation: u64::try_from(turns.cast).unwrap_or(u64::MAX),
    };
    let certificate = Certificate::new(Facts::from_records(issuer, &[issued])?)?;
    let bytes = certificate.to_bytes()?;
    let write = |name: &str, bytes: &[u8]| staging.write(&format!("{CERTIFICATE}/{name}"), bytes);
    write(folder_names::CERTIFICATE, &bytes)?;
    for officer in &opened.officers {
        let armour = signature::sign(CERTIFICATE_NAMESPACE, &officer.key, &bytes)?;
        write(&folder_names::signature(&officer.no), armour.as_bytes())?;
    }
    let signers = opened.officers.iter().map(|officer| (&officer.no, officer.key.public_key()));
    let signers = signature::allowed_signers(CERTIFICATE_NAMESPACE, signers)?;
    write(folder_names::ALLOWED_SIGNERS, signers.as_bytes())?;
    Ok(certificate.statement().to_owned())
}

fn holds(checked: &Checked) -> Result<(), RehearseError> {
    let failed = checked.report.checks.iter().find(|check| check.level == verify::Level::Fail);
    match failed {
        None => Ok(()),
        Some(check) => Err(RehearseError::NotVerified(format!("{}: {}", check.name, check.detail))),
    }
}

/// The JSON document.
#[derive(Serialize)]
struct RehearsalDocument<'a> {
    /// The ballot's identifier.
    id: Option<String>,
    seed: u64,
    eligible: usize,
    cast: usize,
    replaced: usize,
    record: String,
    shares: String,
    certificate: String,
    /// What `verify --certificate` says of them.
    verify: Document<'a>,
}

/// What people read.
fn lines(document: &RehearsalDocument<'_>, statement: &str, opened: &Opened) -> Vec<String> {
    let RehearsalDocument { seed, record, shares, certificate, .. } = document;
    let mut lines = vec![statement.to_owned(), String::new()];
    lines.push(format!("Written (seed {seed}):"));
    lines.push(format!("  {record}  the record"));
    lines.push(format!("  {shares}  the further proofs of the shares"));
    lines.push(format!("  {certificate}  the certificate and its signatures"));
    let [record, certificate] = [record, certificate].map(|path| quoted(path));
    lines.push("Record and certificate verify. To check them yourself:".to_owned());
    lines.push(format!("  scrutineer verify {record} --certificate {certificate}"));
    lines.push(format!(
        "  belenios-tool election verify --dir D    (D: a folder with a copy of {record} alone)"
    ));
    for officer in &opened.officers {
        lines.push(format!(
            "  cd {certificate} && ssh-keygen -Y verify -f {} -I {no} -n {CERTIFICATE_NAMESPACE} -s {} < {}",
            folder_names::ALLOWED_SIGNERS,
            folder_names::signature(&officer.no),
            folder_names::CERTIFICATE,
            no = officer.no,
        ));
    }
    lines
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}
