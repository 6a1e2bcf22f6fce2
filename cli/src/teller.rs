//! `scrutineer tellers`: boards of tellers, from their ceremony to the count.
//!
//! The server relays every message and could change any of them, so nothing that it says is believed before it is proved:
//! certificates by words that tellers compare by voice ([`join`]), a ballot's keys by its record ([`check`]), a sealed
//! count by the whole record and by the signatures of enough other tellers ([`decrypt`]).

pub mod board;
pub mod check;
pub mod decrypt;
pub mod join;
pub mod key_file;
pub mod opened;
pub mod rehearse;
pub mod seat;
pub mod setup;

use clap::{Args, Subcommand};
use scrutineer_api::ballot::BallotId as Created;
use scrutineer_api::board::{Board, BoardState, NewBoard, TellerStep};
use scrutineer_ballot::fingerprint::Fingerprint;
use serde::Serialize;

use crate::Session;
use crate::client::Endpoint;
use crate::exit::Exit;
use crate::ids::BoardName;
use crate::profile::Connection;
use board::Snapshot;

/// What was typed after `tellers`.
#[derive(Args, Debug)]
pub struct TellersArgs {
    #[command(flatten)]
    connection: Connection,

    #[command(subcommand)]
    deed: Deed,
}

#[derive(Debug, Subcommand)]
enum Deed {
    /// Make a board; its tellers then join.
    Create(Create),
    /// Take part in making the board's key: does what can be done now and says what it waits for.
    Join(join::Join),
    /// How far the tellers of a board are.
    Status(Status),
    /// Open a made-up count with your share, so that a lost key is found before the vote.
    Rehearse(rehearse::Rehearse),
    /// Check a frozen ballot, and sign that it may open.
    Check(check::CheckArgs),
    /// Verify a closed ballot, compare its sealed count with other tellers', and open your share of it.
    Decrypt(decrypt::Decrypt),
}

#[derive(Args, Debug)]
struct Create {
    /// A name that no other board has; ballot files name the board by it.
    name: BoardName,
    /// A teller's member number, repeatable; their order is that of their seats.
    #[arg(long, value_name = "NO", required = true, num_args = 1..)]
    teller: Vec<String>,
    /// How many tellers can open a count together: more than half, less than all.
    #[arg(long, value_name = "K")]
    threshold: u32,
}

#[derive(Args, Debug)]
struct Status {
    /// The board.
    name: BoardName,
}

/// How far a board is, as far as this program can tell by itself.
#[derive(Serialize)]
struct StatusDocument<'a> {
    name: &'a str,
    threshold: u32,
    state: BoardState,
    tellers: Vec<Seat<'a>>,
    /// Computed here from the certificates, once all are there.
    fingerprint: Option<String>,
}

#[derive(Serialize)]
struct Seat<'a> {
    member_no: &'a str,
    step: TellerStep,
}

/// Does a deed on boards.
///
/// # Errors
/// The caller may not, or something does not hold.
pub fn run(args: &TellersArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let connection = &args.connection;
    match &args.deed {
        Deed::Create(args) => create(args, connection, session),
        Deed::Join(args) => join::run(args, connection, session),
        Deed::Status(args) => status(args, connection, session),
        Deed::Rehearse(args) => rehearse::run(args, connection, session),
        Deed::Check(args) => check::run(args, connection, session),
        Deed::Decrypt(args) => decrypt::run(args, connection, session),
    }
}

fn create(args: &Create, connection: &Connection, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = connection.member()?;
    let board = NewBoard {
        name: args.name.as_str().to_owned(),
        tellers: args.teller.clone(),
        threshold: args.threshold,
    };
    let made: Board = client.post(&Endpoint::new(&["boards"]), &board)?.json()?;
    let text = [
        format!(
            "The board {:?} is there: {} of {} open a count.",
            made.name,
            made.threshold,
            made.tellers.len()
        ),
        format!("Now each of its tellers runs: scrutineer tellers join {:?}", made.name),
    ];
    session.printer.answer(&Created { id: made.name.clone() }, text)?;
    Ok(Exit::Yes)
}

fn status(args: &Status, connection: &Connection, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = connection.anyone()?;
    let name = args.name.as_str();
    let snapshot = Snapshot::fetch(&client, name)?;
    let certificates = snapshot.certificates()?;
    if let (Some(compared), Some(certificates)) = (seat::compared(connection, name)?, &certificates) {
        board::same(compared, certificates)?;
    }
    let words = certificates.map(|all| Fingerprint::of_digest(&all.fingerprint()).to_string());
    let Board { threshold, state, tellers, .. } = &snapshot.board;
    let mut lines = vec![format!(
        "{name}: {threshold} of {} open a count; {}",
        tellers.len(),
        match state {
            BoardState::Forming => "the tellers are still making the key",
            BoardState::Ready => "ready",
        }
    )];
    lines.extend(tellers.iter().map(|teller| {
        format!("  {}. {} ({}): {}", teller.index, teller.name, teller.member_no, said(teller.step))
    }));
    lines.push(match &words {
        Some(words) => format!("Fingerprint: {words}"),
        None => "Fingerprint: there when every teller has joined".to_owned(),
    });
    let seats = tellers.iter().map(|teller| Seat { member_no: &teller.member_no, step: teller.step });
    let document = StatusDocument {
        name,
        threshold: *threshold,
        state: *state,
        tellers: seats.collect(),
        fingerprint: words,
    };
    session.printer.answer(&document, lines)?;
    Ok(Exit::Yes)
}

fn said(step: TellerStep) -> &'static str {
    match step {
        TellerStep::Invited => "has not joined yet",
        TellerStep::Certificate => "has joined; the words are still to be compared",
        TellerStep::Commitment => "has compared the words",
        TellerStep::Parts => "has sent the parts of the key",
        TellerStep::Key => "done",
    }
}
