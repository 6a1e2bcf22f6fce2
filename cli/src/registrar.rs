//! The registrar: makes voting codes apart from the server, tells it no more than their public part, and hands out spare ones
//! where codes are re-issued.
//!
//! Whatever goes to the server is derived from the files on the disk, which are written first, for good, and never changed:
//! whoever is interrupted runs the same command again, and the same credentials are sent again.

pub mod plan;
pub mod sheet;
pub mod spares;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use rayon::prelude::*;
use scrutineer_api::registrar::{
    CredentialsOfBox, Issued, MemberCredential, NewCredentials, OwedCode, OwedCodes, RegistrarRequest,
    ReissuesConfirmed, RollMember,
};
use scrutineer_ballot::code::VotingCode;
use scrutineer_ballot::registrar::{BoxCredentials, HandedIn, RegistrarError, check};
use scrutineer_ballot::setup::public_credential;
use scrutineer_protocol::ParseError;
use scrutineer_protocol::election::Uuid;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Session;
use crate::client::{Client, Endpoint};
use crate::exit::Exit;
use crate::files::{self, Access};
use crate::ids::BallotId;
use crate::paper::about::AboutFile;
use crate::profile::Connection;
use plan::Plan;
use spares::{Spares, SparesOfBox};

/// Most bytes of a request or of public credentials: those of a million members.
const LIMIT: u64 = 1 << 30;
/// Re-issued codes that are confirmed in one request.
const BATCH: usize = 1_000;

/// What a registrar has to know of all these files.
const DESTROY: &str =
    "Destroy all files of this ballot when voting has ended: with them, the record shows who has voted.";

/// What was typed after `codes issue`.
#[derive(Args, Debug)]
pub struct Issue {
    /// The ballot.
    #[arg(required_unless_present = "request")]
    id: Option<BallotId>,
    /// Without a network: what `codes request` has written on another machine.
    #[arg(long, value_name = "FILE.json", conflicts_with = "id", requires = "public")]
    request: Option<PathBuf>,
    /// Without a network: where to write the public part, for `codes upload` on another machine.
    #[arg(long, value_name = "FILE.json", requires = "request")]
    public: Option<PathBuf>,
    /// Where to write the codes; the file of spare codes is written beside it, as FILE.spares.json.
    #[arg(long, value_name = "FILE.csv")]
    out: PathBuf,
}

/// What was typed after `codes request`.
#[derive(Args, Debug)]
pub struct RequestArgs {
    /// The ballot.
    id: BallotId,
    /// Where to write what codes are made from; it holds members' addresses.
    #[arg(long, value_name = "FILE.json")]
    out: PathBuf,
}

/// What was typed after `codes upload`.
#[derive(Args, Debug)]
pub struct Upload {
    /// The ballot.
    id: BallotId,
    /// What `codes issue --public` has written.
    #[arg(value_name = "FILE.json")]
    public: PathBuf,
}

/// What was typed after `codes reissue`.
#[derive(Args, Debug)]
pub struct Reissue {
    /// The ballot.
    id: BallotId,
    /// The file of spare codes that `codes issue` has written beside the file of codes.
    #[arg(long, value_name = "FILE.spares.json")]
    spares: PathBuf,
    /// Where to write the codes that members get now.
    #[arg(long, value_name = "FILE.csv")]
    out: PathBuf,
}

/// The public part, as it is carried from a machine without a network to one with.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct PublicPart {
    /// The ballot's identifier.
    ballot: String,
    /// What the server is told.
    credentials: NewCredentials,
}

/// Why codes are not made, handed in or handed out.
#[derive(Debug, Error)]
enum IssueError {
    #[error(
        "the voting codes of this ballot were issued already; to send their public part once more, name the very file of \
         codes that was written then, with its file of spare codes beside it"
    )]
    Issued,
    #[error(
        "{} is there already, but {} beside it is not: if the codes in it were never handed in, move it away; else find its \
         file of spare codes first", codes.display(), spares.display()
    )]
    WithoutSpares { codes: PathBuf, spares: PathBuf },
    #[error(
        "{} is there already, but the files of codes that it was made from are not: choose other names, or move it away",
        .0.display()
    )]
    PublicAlone(PathBuf),
    #[error("{} has other credentials than the files of codes: choose another name for it", .0.display())]
    OtherPublic(PathBuf),
    #[error("{} is not {what} as this program writes it (line {line})", path.display())]
    Unreadable { path: PathBuf, what: &'static str, line: usize },
    #[error("the codes in {} cannot be used: {error}", path.display())]
    Unfit { path: PathBuf, error: RegistrarError },
    #[error("a code is no credential: {0}")]
    Code(#[from] ParseError),
    #[error(
        "the server says that it has other credentials than were sent. Hand out no codes, and tell the election committee"
    )]
    OtherList,
    #[error(
        "the server asks for a code for member {0:?}, which is not on the roll that the codes were made for. Hand out \
         nothing, and tell the election committee"
    )]
    NotOnRoll(String),
    #[error(
        "the server asks for a code for member {0:?} that is none of the spare codes in {file}: is it the file that was written \
         with the codes of this ballot? If it is, hand out nothing, and tell the election committee", file = .1.display()
    )]
    NoSpare(String, PathBuf),
    #[error("{} was made for the ballot {made_for}, not for this one", path.display())]
    OtherBallot { path: PathBuf, made_for: String },
}

/// What was made of a box, for programs.
#[derive(Serialize)]
struct BoxMade {
    name: String,
    election: String,
    credentials: usize,
    list_sha256: String,
}

/// Codes were made.
#[derive(Serialize)]
struct Made<'a> {
    ballot: &'a str,
    file: &'a Path,
    codes: usize,
    spares_file: &'a Path,
    spares: usize,
    boxes: Vec<BoxMade>,
    /// The public part, where it was written for another machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    public: Option<&'a Path>,
    uploaded: bool,
}

/// A request was written.
#[derive(Serialize)]
struct Requested<'a> {
    ballot: &'a str,
    file: &'a Path,
    members: usize,
}

/// The public part was handed in.
#[derive(Serialize)]
struct Uploaded<'a> {
    ballot: &'a str,
    #[serde(flatten)]
    issued: &'a Issued,
}

/// Re-issued codes were written.
#[derive(Serialize)]
struct HandedOut<'a> {
    /// None where none waited.
    file: Option<&'a Path>,
    codes: usize,
    confirmed: u64,
}

/// Makes codes and hands in their public part, or writes it for another machine.
///
/// # Errors
/// Not the registrar, files that are there already, a server that says what does not fit.
pub fn issue(args: &Issue, connection: &Connection, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let out = &args.out;
    if let (Some(request), Some(public)) = (&args.request, &args.public) {
        let request: RegistrarRequest = read(request, "a request for codes")?;
        let about = AboutFile::of_request(&request)?;
        let plan = Plan::check(request)?;
        let beside = spares::beside(out);
        if public.exists() && !out.exists() {
            return Err(IssueError::PublicAlone(public.clone()).into());
        }
        let made = make(&plan, out)?;
        about.write_beside(out)?;
        write_public(&plan, &made, public)?;
        let [codes, spares] = kept(&plan, &made, out, &beside);
        let next = format!(
            "Carry {} to a machine with a network, and there: scrutineer codes upload {} {}",
            public.display(),
            plan.ballot,
            public.display()
        );
        let lines = [vec![codes, spares, next, DESTROY.to_owned()], words(&plan, &made)].concat();
        session.printer.answer(&document(&plan, &made, out, &beside, Some(public)), lines)?;
        return Ok(Exit::Yes);
    }
    let id = args.id.as_ref().context("which ballot?")?;
    let client = connection.member()?;
    let request = ask(&client, id)?;
    let about = AboutFile::of_request(&request)?;
    let plan = Plan::check(request)?;
    let beside = spares::beside(out);
    if plan.issued && !(out.exists() && beside.exists()) {
        return Err(IssueError::Issued.into());
    }
    let made = make(&plan, out)?;
    about.write_beside(out)?;
    let issued = hand_in(&client, &plan.ballot, &credentials(&made))?;
    let same = issued.boxes.len() == made.boxes.len()
        && issued.boxes.iter().zip(&made.boxes).all(|(said, one)| {
            said.election == one.election.as_str() && said.list_sha256 == one.hash().to_string()
        });
    if !same {
        return Err(IssueError::OtherList.into());
    }
    let [codes, spares] = kept(&plan, &made, out, &beside);
    let next = "The server has the public part and no code. Now send the codes to their members: scrutineer codes mail|letters|slips."
            .to_owned();
    let lines = [vec![codes, spares, next, DESTROY.to_owned()], words(&plan, &made)].concat();
    session.printer.answer(&document(&plan, &made, out, &beside, None), lines)?;
    Ok(Exit::Yes)
}

/// Writes what codes are made from, for a machine without a network.
///
/// # Errors
/// Not the registrar, or a file that is there already.
pub fn request(args: &RequestArgs, client: &Client, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let request = ask(client, &args.id)?;
    files::write_new(&args.out, &serde_json::to_vec(&request)?, Access::Owner)?;
    let ballot = request.ballot.clone();
    let members = request.boxes.iter().map(|one| one.members.len()).sum();
    Plan::check(request)?;
    let out = args.out.display();
    let lines = [
        format!("What codes for {members} members are made from is in {out}; it holds their addresses."),
        format!(
            "On the registrar's machine: scrutineer codes issue --request {out} --out codes.csv --public public.json"
        ),
    ];
    session.printer.answer(&Requested { ballot: &ballot, file: &args.out, members }, lines)?;
    Ok(Exit::Yes)
}

/// Hands in the public part that was made on a machine without a network.
///
/// # Errors
/// Not the registrar, a file that is none, credentials that do not fit.
pub fn upload(args: &Upload, client: &Client, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let part: PublicPart = read(&args.public, "a public part of codes")?;
    let issued = hand_in(client, args.id.as_str(), &part.credentials)?;
    let mut lines = vec![
        format!(
            "The server has the public part. Destroy {}: it says which credential is whose.",
            args.public.display()
        ),
        "Compare with the registrar's machine:".to_owned(),
    ];
    lines.extend(issued.boxes.iter().map(|one| {
        format!("  election {}: {} codes, list {}", one.election, one.credentials, one.list_sha256)
    }));
    session.printer.answer(&Uploaded { ballot: &part.ballot, issued: &issued }, lines)?;
    Ok(Exit::Yes)
}

/// Finds re-issued codes among the spare ones, writes them, and tells the server that they are here.
///
/// # Errors
/// Not the registrar, a file that is there already, a server that asks for what it should not.
pub fn reissue(args: &Reissue, client: &Client, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let file = Spares::read(&args.spares)?;
    let at = ["ballots", args.id.as_str(), "registrar", "reissues"];
    let waiting: OwedCodes = client.get(&Endpoint::new(&at))?.json()?;
    if waiting.codes.is_empty() {
        let nothing = HandedOut { file: None, codes: 0, confirmed: 0 };
        session.printer.answer(&nothing, ["No re-issued code waits for the registrar."])?;
        return Ok(Exit::Yes);
    }
    let rows = found(&file, &waiting.codes, &args.spares)?;
    let written = rows.iter().map(|(member, box_name, code)| (*member, *box_name, code.clone()));
    sheet::write(&args.out, &file.link, written)?;
    crate::codes::about(client, &args.id, &args.out, session);
    let mut confirmed = 0;
    for codes in waiting.codes.chunks(BATCH) {
        let endpoint = Endpoint::new(&[&at[..], &["confirmation"]].concat());
        let reply: ReissuesConfirmed =
            client.post(&endpoint, &OwedCodes { codes: codes.to_vec() })?.json()?;
        confirmed += reply.confirmed;
    }
    let (out, codes) = (args.out.display(), rows.len());
    let mut lines = vec![format!("{codes} re-issued codes are in {out}. Their members' old codes are void.")];
    if usize::try_from(confirmed) != Ok(codes) {
        lines.push(
            "Some were replaced once more, or handed out already, at this very moment: run the command again for those."
                .to_owned(),
        );
    }
    session.printer.answer(&HandedOut { file: Some(&args.out), codes, confirmed }, lines)?;
    Ok(Exit::Yes)
}

/// The spare codes that members get, each with the member as the registrar's own file has them.
fn found<'a>(
    file: &'a Spares,
    waiting: &[OwedCode],
    path: &Path,
) -> anyhow::Result<Vec<(&'a RollMember, &'a str, VotingCode)>> {
    let mut codes = HashMap::new();
    for one in &file.boxes {
        let election = Uuid::from_text(&one.election)?;
        for code in one.codes(path)? {
            let credential = public_credential(&code, &election).map_err(IssueError::from)?;
            codes.insert((one.election.as_str(), credential.to_text()), code);
        }
    }
    let row = |wanted: &OwedCode| {
        let OwedCode { member_no, election, credential } = wanted;
        let one: Option<&SparesOfBox> = file.boxes.iter().find(|one| one.election == *election);
        let code = codes.get(&(election.as_str(), credential.clone()));
        let (one, code) =
            one.zip(code).ok_or_else(|| IssueError::NoSpare(member_no.clone(), path.to_owned()))?;
        let member = one.members.iter().find(|member| member.member_no == *member_no);
        let member = member.ok_or_else(|| IssueError::NotOnRoll(member_no.clone()))?;
        Ok((member, one.name.as_str(), code.clone()))
    };
    waiting.iter().map(row).collect()
}

fn ask(client: &Client, id: &BallotId) -> anyhow::Result<RegistrarRequest> {
    Ok(client.get(&Endpoint::new(&["ballots", id.as_str(), "registrar"]))?.json()?)
}

fn hand_in(client: &Client, id: &str, credentials: &NewCredentials) -> anyhow::Result<Issued> {
    let endpoint = Endpoint::new(&["ballots", id, "registrar", "credentials"]);
    Ok(client.put(&endpoint, credentials)?.json()?)
}

/// Public credentials that fit, of codes that are on the disk.
struct OnDisk {
    boxes: Vec<BoxCredentials>,
    codes: usize,
    spares: usize,
}

/// Makes what is not there yet of both files, reads them, and derives from them what is public.
fn make(plan: &Plan, out: &Path) -> anyhow::Result<OnDisk> {
    let beside = spares::beside(out);
    let mut rng = crate::entropy::system();
    match (out.exists(), beside.exists()) {
        (true, false) => {
            return Err(IssueError::WithoutSpares { codes: out.to_owned(), spares: beside }.into());
        }
        (_, true) => {}
        (false, false) => Spares::make(plan, &mut rng).write(&beside)?,
    }
    let kept = Spares::read(&beside)?;
    kept.refuse_other(plan, &beside)?;
    if !out.exists() {
        let rows =
            plan.boxes.iter().flat_map(|one| one.members.iter().map(|member| (member, one.name.as_str())));
        let rows = rows.map(|(member, box_name)| (member, box_name, VotingCode::generate(&mut rng)));
        sheet::write(out, &plan.link, rows)?;
    }
    let rows = sheet::read(out)?;
    let mut by_box: HashMap<&str, Vec<&sheet::Row>> = HashMap::new();
    for row in &rows {
        by_box.entry(row.box_name.as_str()).or_default().push(row);
    }
    let mut handed_in = Vec::with_capacity(plan.boxes.len());
    for (one, kept) in plan.boxes.iter().zip(&kept.boxes) {
        let public = |code: &VotingCode| public_credential(code, &one.election).map(|point| point.to_text());
        let rows = by_box.remove(one.name.as_str()).unwrap_or_default();
        let members = rows.par_iter().map(|row| Ok((row.member_no.clone(), public(&row.code)?)));
        handed_in.push(HandedIn {
            election: one.election.to_string(),
            members: members.collect::<Result<_, ParseError>>().map_err(IssueError::from)?,
            spares: kept
                .codes(&beside)?
                .par_iter()
                .map(public)
                .collect::<Result<_, ParseError>>()
                .map_err(IssueError::from)?,
        });
    }
    // Rows of boxes that there are not would be codes that nobody can vote with.
    handed_in.extend(by_box.into_keys().map(|name| HandedIn {
        election: name.to_owned(),
        members: Vec::new(),
        spares: Vec::new(),
    }));
    let unfit = |error| IssueError::Unfit { path: out.to_owned(), error };
    let boxes = check(&plan.expected(), handed_in).map_err(unfit)?;
    Ok(OnDisk { boxes, codes: rows.len(), spares: kept.count() })
}

fn credentials(made: &OnDisk) -> NewCredentials {
    let of_box = |one: &BoxCredentials| CredentialsOfBox {
        election: one.election.to_string(),
        members: one
            .members
            .iter()
            .map(|(member_no, credential)| MemberCredential {
                member_no: member_no.clone(),
                credential: credential.to_string(),
            })
            .collect(),
        spares: one.spares.iter().map(ToString::to_string).collect(),
    };
    NewCredentials { boxes: made.boxes.iter().map(of_box).collect() }
}

/// Writes the public part; one that is there already and says the same is enough.
fn write_public(plan: &Plan, made: &OnDisk, path: &Path) -> anyhow::Result<()> {
    let part = PublicPart { ballot: plan.ballot.clone(), credentials: credentials(made) };
    if path.exists() {
        let there: PublicPart = read(path, "a public part of codes")?;
        if there.ballot != part.ballot {
            return Err(IssueError::OtherBallot { path: path.to_owned(), made_for: there.ballot }.into());
        }
        if there.credentials != part.credentials {
            return Err(IssueError::OtherPublic(path.to_owned()).into());
        }
        return Ok(());
    }
    // Public as each credential is: who has which one is nobody's business.
    Ok(files::write_new(path, &serde_json::to_vec(&part)?, Access::Owner)?)
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path, what: &'static str) -> anyhow::Result<T> {
    let bytes = files::read(path, LIMIT)?;
    let failed =
        |error: serde_json::Error| IssueError::Unreadable { path: path.to_owned(), what, line: error.line() };
    Ok(serde_json::from_slice(&bytes).map_err(failed)?)
}

/// Where the codes are.
fn kept(plan: &Plan, made: &OnDisk, out: &Path, beside: &Path) -> [String; 2] {
    [
        format!("{} voting codes of the ballot {:?} are in {}.", made.codes, plan.title, out.display()),
        format!(
            "{} spare codes are in {}: keep it to yourself until voting has ended; re-issued codes are in no other place.",
            made.spares,
            beside.display()
        ),
    ]
}

/// What can be compared with the page of the record, and with the log.
fn words(plan: &Plan, made: &OnDisk) -> Vec<String> {
    let line = |(one, made): (&plan::PlanBox, &BoxCredentials)| {
        format!(
            "Box {:?}: {} members on its roll, fingerprint of its election: {}; list of credentials: {}",
            one.name,
            one.members.len(),
            one.fingerprint,
            made.hash()
        )
    };
    plan.boxes.iter().zip(&made.boxes).map(line).collect()
}

fn document<'a>(
    plan: &'a Plan,
    made: &OnDisk,
    file: &'a Path,
    spares_file: &'a Path,
    public: Option<&'a Path>,
) -> Made<'a> {
    let of_box = |(one, made): (&plan::PlanBox, &BoxCredentials)| BoxMade {
        name: one.name.clone(),
        election: one.election.to_string(),
        credentials: made.number(),
        list_sha256: made.hash().to_string(),
    };
    Made {
        ballot: &plan.ballot,
        file,
        codes: made.codes,
        spares_file,
        spares: made.spares,
        boxes: plan.boxes.iter().zip(&made.boxes).map(of_box).collect(),
        public,
        uploaded: public.is_none(),
    }
}
