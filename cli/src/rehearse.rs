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
use scrutineer_protocol::event::Entry;
use serde::Serialize;

use crate::exit::Exit;
use crate::files;
use crate::printer::Printer;
use crate::verify::{self, Checked, folder_names};
use chance::Chance;
use officials::Board;
use opened::{Opened, OpenedBox, Voters};
use people::Crowd;
use split::{Percent, Split};
use staging::Staging;
use turns::Turns;

/// The folder of the certificate.
const CERTIFICATE: &str = "certificate";
/// Bytes of a record that are written at once.
const WRITTEN_AT_ONCE: usize = 1 << 20;
/// What stands for the union's name, so that nobody takes the certificate for a real one.
const UNION: &str = "A rehearsal (no vote of any union)";

/// What was typed after `rehearse`.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("members").required(true))]
#[command(
    after_help = "The clock stands as the ballot file says; without `opens` and `closes`, voting is from 21 to 23 \
    January 2021. A ballot that is counted in boxes gets them as a real one does; turnout and split are those of every box. \
    A board is made up of three tellers of whom two open the count, under the name in the file. As many \
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

    /// The folder to write to: each box's record and shares, and a folder with the certificate. Nothing is overwritten.
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
    let voters = match &args.roll {
        Some(path) => Voters::Listed(read_roll(path, &file, printer)?),
        None => made_up(args.voters.unwrap_or(0), &file, args.seed)?,
    };
    let staging = Staging::begin(&args.out)?;
    staging.refuse_existing(&[CERTIFICATE])?;
    let codes = voters.len() + usize::try_from(file.spares).unwrap_or(0);
    let bar = printer.progress(count(voters.len() * 2 + codes), "making voting codes");
    let mut opened = Opened::new(file, voters, args.seed, |made| bar.inc(made))?;
    bar.finish_and_clear();
    let files: Vec<Files> = opened.boxes.iter().map(|one| Files::of(one, opened.boxes.len())).collect();
    let mut names: Vec<&str> =
        files.iter().flat_map(|one| [one.record.as_str(), one.shares.as_str()]).collect();
    names.push(CERTIFICATE);
    staging.refuse_existing(&names)?;

    let mut turns = Vec::with_capacity(files.len());
    for one in &opened.boxes {
        let (spares, voters) = (one.new_box.codes.len() - one.eligible, args.turnout.of(one.eligible));
        turns.push(Turns::draw(one.eligible, spares, voters, split.as_ref(), &one.chance));
    }
    let all: usize = turns.iter().map(|turns| turns.turns.len()).sum();
    let bar = printer.progress(count(all), "sealing");
    let setups: Vec<Entry> = opened.boxes.iter_mut().map(OpenedBox::take_setup).collect();
    for (((one, setup), turns), files) in opened.boxes.iter().zip(setups).zip(&turns).zip(&files) {
        let mut out = BufWriter::with_capacity(WRITTEN_AT_ONCE, staging.create(&files.record)?);
        let bound = opened.write(one, setup, turns, &mut out, &bar)?.to_text();
        let synced = out.flush().and_then(|()| out.get_ref().sync_all());
        synced.with_context(|| format!("{} cannot be written", args.out.join(&files.record).display()))?;
        staging.write(&files.shares, bound.as_bytes())?;
        staging.write(&format!("{CERTIFICATE}/{}", files.certified_shares), bound.as_bytes())?;
    }
    bar.finish_and_clear();

    let records: Vec<PathBuf> = files.iter().map(|one| staging.path(&one.record)).collect();
    let void = void_codes(&opened, &turns)?;
    // Verifying takes memory of its own.
    opened.boxes.iter_mut().for_each(|one| one.new_box.codes = Vec::new());
    turns.iter_mut().for_each(|turns| turns.turns = Vec::new());
    let checked =
        records.iter().zip(&void).map(|(record, void)| verify::record_watching(record, void, printer));
    let checked = checked.collect::<anyhow::Result<Vec<Checked>>>()?;
    checked.iter().try_for_each(holds)?;
    let statement = certify(&opened, &turns, &staging, &checked, void)?;
    let checked = verify::with_certificate(checked, &staging.path(CERTIFICATE))?;
    checked.iter().try_for_each(holds)?;
    staging.publish(&names)?;
    let place = |name: &str| args.out.join(name).display().to_string();
    let boxes = opened.boxes.iter().zip(&turns).zip(&files).map(|((one, turns), files)| RehearsedBox {
        name: one.name.clone(),
        eligible: one.eligible,
        cast: turns.cast,
        replaced: turns.replaced,
        record: place(&files.record),
        shares: place(&files.shares),
    });
    let mut boxes: Vec<RehearsedBox> = boxes.collect();
    let only = if let [_] = boxes[..] { boxes.pop() } else { None };
    let document = RehearsalDocument {
        id: checked.iter().find_map(|one| one.terms.as_ref()).map(|terms| terms.line.ballot.to_string()),
        seed: args.seed,
        eligible: opened.eligible(),
        cast: turns.iter().map(|turns| turns.cast).sum(),
        replaced: turns.iter().map(|turns| turns.replaced).sum(),
        record: only.as_ref().map(|only| only.record.clone()),
        shares: only.map(|only| only.shares),
        boxes,
        certificate: place(CERTIFICATE),
        verify: verify::document(&checked)?,
    };
    printer.answer(&document, lines(&document, &statement, &opened))?;
    Ok(Exit::Yes)
}

/// What the files of a box are called.
struct Files {
    record: String,
    shares: String,
    /// The shares in the folder of the certificate.
    certified_shares: String,
}

impl Files {
    fn of(one: &OpenedBox, boxes: usize) -> Self {
        let uuid = one.uuid();
        let shares = folder_names::shares(uuid);
        let certified_shares = if boxes > 1 { shares.clone() } else { folder_names::SHARES.to_owned() };
        Self { record: format!("{uuid}.bel"), shares, certified_shares }
    }
}

/// The members of a roll who may vote.
fn read_roll(path: &Path, file: &BallotFile, printer: &mut Printer<'_>) -> anyhow::Result<FrozenRoll> {
    let limit = u64::try_from(MAX_ROLL_BYTES).unwrap_or(u64::MAX);
    let parsed = Roll::parse(&files::read(path, limit)?)
        .with_context(|| format!("{} is not a roll that can be used", path.display()))?;
    for warning in parsed.warnings {
        printer.warn(warning);
    }
    let entries: Vec<_> = parsed.roll.entries().collect();
    let selection = file.eligible.select(&entries)?;
    Ok(FrozenRoll::new(selection.included.into_iter().cloned())?)
}

fn made_up(voters: usize, file: &BallotFile, seed: u64) -> anyhow::Result<Voters> {
    if !(1..=MAX_MEMBERS).contains(&voters) {
        return Err(RehearseError::Members(voters).into());
    }
    let chance = Chance::new(seed, &[file.to_json()?.as_bytes()]);
    if !file.counts_units() {
        return Ok(Voters::MadeUp(Crowd::new(voters, file.eligible.clone(), chance)));
    }
    let members: Vec<RollEntry> =
        people::members(voters, &file.eligible, &people::units(voters, file), &chance)
            .context("no member can be made up for the ballot file's [eligible]")?;
    Ok(Voters::Listed(FrozenRoll::new(members)?))
}

/// The public credentials of the codes that were lost, by box.
fn void_codes(opened: &Opened, turns: &[Turns]) -> anyhow::Result<Vec<Vec<Point>>> {
    let of_box = |(one, turns): (&OpenedBox, &Turns)| {
        let lost = turns.lost.and_then(|(lost, _)| one.new_box.codes.get(lost));
        let void = lost.map(|code| Point::from_encoding(*code.credential.bytes())).transpose()?;
        Ok(void.into_iter().collect())
    };
    opened.boxes.iter().zip(turns).map(of_box).collect()
}

/// Makes the certificate of records that were verified as an officer does, and signs it; returns its statement.
fn certify(
    opened: &Opened,
    turns: &[Turns],
    staging: &Staging,
    checked: &[Checked],
    void: Vec<Vec<Point>>,
) -> anyhow::Result<String> {
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
    let issued = checked.iter().zip(void).zip(turns).map(|((checked, void), turns)| {
        Ok(IssuedBox {
            report: &checked.report,
            outcome: checked.outcome.as_ref().context("the rehearsed record decides nothing")?,
            archive: checked.archive(),
            reissued: count(void.len()),
            void,
            participation: count(turns.cast),
        })
    });
    let issued = issued.collect::<anyhow::Result<Vec<_>>>()?;
    let certificate = Certificate::new(Facts::from_records(issuer, &issued)?)?;
    let bytes = certificate.to_bytes()?;
    let write = |name: &str, bytes: &[u8]| staging.write(&format!("{CERTIFICATE}/{name}"), bytes);
    write(folder_names::CERTIFICATE, &bytes)?;
    write(folder_names::PRINT, &scrutineer_print::pdf(&bytes)?)?;
    for officer in &opened.officers {
        let armour = signature::sign(CERTIFICATE_NAMESPACE, &officer.key, &bytes)?;
        write(&folder_names::signature(&officer.no), armour.as_bytes())?;
    }
    let signers = opened.officers.iter().map(|officer| (&officer.no, officer.key.public_key()));
    let signers = signature::allowed_signers(CERTIFICATE_NAMESPACE, signers)?;
    write(folder_names::ALLOWED_SIGNERS, signers.as_bytes())?;
    Ok(certificate.statement().to_owned())
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
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
struct RehearsalDocument {
    /// The ballot's identifier.
    id: Option<String>,
    seed: u64,
    eligible: usize,
    cast: usize,
    replaced: usize,
    /// The record and its shares, where the ballot has one box.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shares: Option<String>,
    /// Every box with its own, where it has several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    boxes: Vec<RehearsedBox>,
    certificate: String,
    /// What `verify --certificate` says of them.
    verify: serde_json::Value,
}

#[derive(Serialize)]
struct RehearsedBox {
    #[serde(rename = "box")]
    name: String,
    eligible: usize,
    cast: usize,
    replaced: usize,
    record: String,
    shares: String,
}

/// What people read.
fn lines(document: &RehearsalDocument, statement: &str, opened: &Opened) -> Vec<String> {
    let RehearsalDocument { seed, record, shares, boxes, certificate, .. } = document;
    let mut lines = vec![statement.to_owned(), String::new()];
    lines.push(format!("Written (seed {seed}):"));
    lines.extend(record.iter().map(|record| format!("  {record}  the record")));
    lines.extend(shares.iter().map(|shares| format!("  {shares}  the further proofs of the shares")));
    for RehearsedBox { name, record, shares, .. } in boxes {
        lines.push(format!("  {record}  the record of the box {name}"));
        lines.push(format!("  {shares}  the further proofs of its shares"));
    }
    lines.push(format!(
        "  {certificate}  the certificate, to read and print ({}), and its signatures",
        folder_names::PRINT
    ));
    let certificate = quoted(certificate);
    let records: Vec<String> =
        record.iter().chain(boxes.iter().map(|one| &one.record)).map(|path| quoted(path)).collect();
    lines.push(match records.len() {
        1 => "Record and certificate verify. To check them yourself:".to_owned(),
        n => format!("All {n} records and the certificate verify. To check them yourself:"),
    });
    lines.push(format!("  scrutineer verify {} --certificate {certificate}", records.join(" ")));
    let record = records.first().map_or("", String::as_str);
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
