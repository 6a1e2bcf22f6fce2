//! What officers and observers ask besides the record: who voted, and whether the list of those who could is the one that
//! the record fixes.

use std::path::{Path, PathBuf};

use clap::Args;
use scrutineer_api::ballot::{Ballot, BallotBox, FrozenRoll as RollReply, Participation};
use scrutineer_ballot::description::DescriptionLine;
use scrutineer_ballot::roll::{FrozenRoll, FrozenRollError, SALT_LEN};
use serde::Serialize;
use thiserror::Error;

use crate::Session;
use crate::boxes::{self, BoxFlag};
use crate::client::{Client, Endpoint};
use crate::exit::Exit;
use crate::files::{self, Access, NewFile};
use crate::ids::BallotId;
use crate::profile::Connection;
use crate::verify;

/// What was typed after `participation`.
#[derive(Args, Debug)]
pub struct ParticipationArgs {
    #[command(flatten)]
    connection: Connection,

    /// The ballot.
    id: BallotId,

    #[command(flatten)]
    urn: BoxFlag,

    /// Also write the list, as CSV.
    #[arg(short, long = "out", value_name = "FILE.csv")]
    out: Option<PathBuf>,
}

/// What was typed after `roll check`.
#[derive(Args, Debug)]
pub struct RollCheck {
    /// The ballot.
    id: BallotId,

    #[command(flatten)]
    urn: BoxFlag,

    /// Compare with this downloaded record, not with what the server says is on it.
    #[arg(long, value_name = "FILE.bel")]
    record: Option<PathBuf>,

    /// Also write the list of those who may vote in the one box, as its bytes were when it was frozen.
    #[arg(short, long = "out", value_name = "FILE.csv")]
    out: Option<PathBuf>,
}

/// Who voted.
#[derive(Serialize)]
struct Voted {
    voted: Vec<Voter>,
    cast: usize,
    eligible: u64,
}

/// One who voted.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Voter {
    name: String,
    member_no: String,
    #[serde(rename = "box")]
    box_name: String,
}

/// Whether the rolls are those of the record.
#[derive(Serialize)]
struct Document {
    ok: bool,
    boxes: Vec<BoxDocument>,
}

/// One box.
#[derive(Serialize)]
struct BoxDocument {
    #[serde(rename = "box")]
    box_name: String,
    election: String,
    ok: bool,
    /// Members on the roll that the server gives out.
    members: usize,
    salt: String,
    /// The hash of salt and roll, hex.
    hash: String,
    /// The hash on the record, hex.
    recorded: String,
    detail: String,
}

/// Why a roll cannot be compared.
#[derive(Debug, Error)]
enum RollCheckError {
    #[error("the server gives out a salt that is none: tell the election committee")]
    Salt,
    #[error("the server gives out a roll that is none: {0}. Tell the election committee")]
    Roll(#[from] FrozenRollError),
    #[error("the ballot has several boxes: say with --box which one")]
    WhichBox,
    #[error("{} is not a record of ours that verifies: run `scrutineer verify` on it", .0.display())]
    NotARecord(PathBuf),
    #[error("{} is the record of another ballot or box", .0.display())]
    OtherRecord(PathBuf),
}

/// Lists who voted, once voting has ended.
///
/// # Errors
/// It has not, or whoever asks is neither officer nor observer.
pub fn participation(args: &ParticipationArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let file = args.out.as_deref().map(|out| NewFile::create(out, Access::Owner)).transpose()?;
    let client = args.connection.member()?;
    let ballot = show(&client, &args.id)?;
    let mut document = Voted { voted: Vec::new(), cast: 0, eligible: 0 };
    for urn in args.urn.of(&ballot, &args.id)? {
        let endpoint = Endpoint::new(&["ballots", &ballot.id, "participation"]).query("box", &urn.name);
        let Participation { voted, eligible } = client.get(&endpoint)?.json()?;
        document.eligible += eligible;
        document.voted.extend(voted.into_iter().map(|one| Voter {
            name: one.name,
            member_no: one.member_no,
            box_name: urn.name.clone(),
        }));
    }
    document.voted.sort_unstable();
    document.cast = document.voted.len();
    if let Some((file, out)) = file.zip(args.out.as_deref()) {
        let row = |one: &'_ Voter| [one.member_no.clone(), one.name.clone(), one.box_name.clone()];
        write(file, out, document.voted.iter().map(row))?;
    }
    let mut lines = vec![format!("{} of {} members voted.", document.cast, document.eligible)];
    match &args.out {
        Some(out) => lines.push(format!("The list is in {}.", out.display())),
        None => lines.extend(document.voted.iter().map(|one| format!("  {} ({})", one.name, one.member_no))),
    }
    session.printer.answer(&document, lines)?;
    Ok(Exit::Yes)
}

fn write(file: NewFile, path: &Path, rows: impl Iterator<Item = [String; 3]>) -> anyhow::Result<()> {
    let cannot = |source: csv::Error| {
        anyhow::Error::new(source).context(format!("{} cannot be written", path.display()))
    };
    let mut csv = csv::Writer::from_writer(file);
    csv.write_record(["member_no", "name", "box"]).map_err(cannot)?;
    for row in rows {
        csv.write_record(row).map_err(cannot)?;
    }
    let file = csv
        .into_inner()
        .map_err(|error| files::FileError::Write { path: path.to_owned(), source: error.into_error() })?;
    Ok(file.finish()?)
}

/// Compares the rolls that the server gives out with the hashes that the records fix. [`Exit::No`]: one differs.
///
/// # Errors
/// Whoever asks is neither officer nor observer; what comes is no roll.
pub fn roll_check(
    args: &RollCheck,
    connection: &Connection,
    session: &mut Session<'_>,
) -> anyhow::Result<Exit> {
    let file = args.out.as_deref().map(|out| NewFile::create(out, Access::Owner)).transpose()?;
    let client = connection.member()?;
    let ballot = show(&client, &args.id)?;
    let urns = args.urn.of(&ballot, &args.id)?;
    if urns.len() != 1 && (args.record.is_some() || args.out.is_some()) {
        return Err(RollCheckError::WhichBox.into());
    }
    let mut document = Document { ok: true, boxes: Vec::new() };
    let mut last = String::new();
    for urn in urns {
        let endpoint = Endpoint::new(&["ballots", &ballot.id, "roll"]).query("box", &urn.name);
        let given: RollReply = client.get(&endpoint)?.json()?;
        let line = match &args.record {
            Some(path) => recorded(path, &ballot, urn, session)?,
            None => boxes::election(&client, &ballot, urn)?.line,
        };
        let compared = compare(&given, &line, urn)?;
        document.ok &= compared.ok;
        document.boxes.push(compared);
        last = given.csv;
    }
    if let Some((mut file, out)) = file.zip(args.out.as_deref()) {
        let written = std::io::Write::write_all(&mut file, last.as_bytes());
        written.map_err(|source| files::FileError::Write { path: out.to_owned(), source })?;
        file.finish()?;
    }
    let lines = lines(&document, args.out.as_deref());
    session.printer.answer(&document, lines)?;
    Ok(if document.ok { Exit::Yes } else { Exit::No })
}

fn show(client: &Client, id: &BallotId) -> anyhow::Result<Ballot> {
    Ok(client.get(&Endpoint::new(&["ballots", id.as_str()]))?.json()?)
}

/// The description line of a downloaded record, if it is that of the box.
fn recorded(
    path: &Path,
    ballot: &Ballot,
    urn: &BallotBox,
    session: &Session<'_>,
) -> anyhow::Result<DescriptionLine> {
    let checked = verify::record(path, &session.printer)?;
    let none = || RollCheckError::NotARecord(path.to_owned());
    let terms = checked.terms.filter(|_| checked.report.ok()).ok_or_else(none)?;
    if terms.line.ballot.as_str() != ballot.id || terms.line.box_name != urn.name {
        return Err(RollCheckError::OtherRecord(path.to_owned()).into());
    }
    Ok(terms.line)
}

fn compare(
    given: &RollReply,
    line: &DescriptionLine,
    urn: &BallotBox,
) -> Result<BoxDocument, RollCheckError> {
    let salt: [u8; SALT_LEN] =
        hex::decode(&given.salt).ok().and_then(|salt| salt.try_into().ok()).ok_or(RollCheckError::Salt)?;
    let roll = FrozenRoll::parse(given.csv.as_bytes())?;
    let (hash, recorded) = (hex::encode(roll.hash(&salt)), line.roll.to_string());
    let same_number = u64::try_from(roll.len()) == Ok(line.eligible);
    let detail = match (hash == recorded, same_number) {
        (true, true) => format!("the {} members on the roll are those that the record fixes", roll.len()),
        (true, false) => {
            format!("the record counts {} members, and the roll has {}", line.eligible, roll.len())
        }
        (false, _) => "the roll that the server gives out is NOT the one that the record fixes".to_owned(),
    };
    Ok(BoxDocument {
        box_name: urn.name.clone(),
        election: urn.election.clone(),
        ok: hash == recorded && same_number,
        members: roll.len(),
        salt: given.salt.clone(),
        hash,
        recorded,
        detail,
    })
}

fn lines(document: &Document, out: Option<&Path>) -> Vec<String> {
    let mut lines = Vec::new();
    for urn in &document.boxes {
        let level = if urn.ok { "ok" } else { "FAIL" };
        lines.push(format!("Box {} ({})", urn.box_name, urn.election));
        lines.push(format!("  {level:<4}  {}", urn.detail));
        lines.push(format!("  on the record: {}", urn.recorded));
        lines.push(format!("  computed:      {}", urn.hash));
        if let Some(out) = out {
            lines.push("With other tools:".to_owned());
            lines.push(format!("  (printf {} | xxd -r -p; cat {}) | sha256sum", urn.salt, out.display()));
        }
    }
    lines
}
