//! `scrutineer tellers check`: a teller checks a frozen ballot and signs that it may open.

use clap::Args;
use scrutineer_api::ballot::{Ballot, BallotBox, NewStatement};
use scrutineer_ballot::teller::{CHECK, check_statement};
use scrutineer_protocol::verify::{Check, Level};
use serde::Serialize;

use super::opened::Opened;
use super::seat::{Home, PassphraseFlag};
use super::setup::{self, Share, Teller};
use crate::boxes::BoxFlag;
use crate::client::{Client, Endpoint};
use crate::exit::Exit;
use crate::ids::BallotId;
use crate::profile::Connection;
use crate::{Session, delegate, entropy};

/// What was typed after `tellers check`.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// The ballot.
    id: BallotId,

    #[command(flatten)]
    urn: BoxFlag,

    #[command(flatten)]
    passphrase: PassphraseFlag,
}

/// The document of a run.
#[derive(Serialize)]
struct Document {
    ok: bool,
    boxes: Vec<BoxDocument>,
}

#[derive(Serialize)]
struct BoxDocument {
    #[serde(rename = "box")]
    name: String,
    election: String,
    ok: bool,
    checks: Vec<Check>,
}

/// Checks every box of a ballot, or the one named, and signs for those that hold. [`Exit::No`]: one does not.
///
/// # Errors
/// The key file does not open, or the record cannot be fetched.
pub fn run(args: &CheckArgs, connection: &Connection, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = connection.member()?;
    let ballot = delegate::fetch(&client, args.id.as_str())?;
    let board = setup::board_of(&ballot)?;
    let urns = args.urn.of(&ballot, &args.id)?;
    let home = Home::of(connection, board)?;
    let teller = Teller::open(&client, home, board, &args.passphrase, session)?;
    let mut opened = Opened::load(&teller.home.opened_file())?;
    let mut document = Document { ok: true, boxes: Vec::new() };
    for urn in urns {
        let examined = setup::examine(&client, &ballot, urn, &teller, &opened, session)?;
        if let Some((share, (_, head))) = examined.share.as_ref().zip(examined.report.head) {
            opened.remember_checked(share.election.uuid(), head)?;
            sign(&client, &ballot, urn, &teller, share)?;
        }
        document.ok &= examined.ok();
        document.boxes.push(BoxDocument {
            name: urn.name.clone(),
            election: urn.election.clone(),
            ok: examined.ok(),
            checks: examined.checks,
        });
    }
    let lines = lines(&document);
    session.printer.answer(&document, lines)?;
    Ok(if document.ok { Exit::Yes } else { Exit::No })
}

/// Signs that a box was checked.
fn sign(
    client: &Client,
    ballot: &Ballot,
    urn: &BallotBox,
    teller: &Teller,
    share: &Share,
) -> anyhow::Result<()> {
    let fingerprint = share.election.fingerprint().to_string();
    let text = check_statement(&fingerprint, &teller.fingerprint.to_string());
    let statement = teller.keys.sign_statement(CHECK, &text, &mut entropy::system()).to_text();
    let statement = NewStatement { box_name: Some(urn.name.clone()), statement };
    client.put(&Endpoint::new(&["ballots", &ballot.id, "checks"]), &statement)?;
    Ok(())
}

fn lines(document: &Document) -> Vec<String> {
    let mut lines = Vec::new();
    let several = document.boxes.len() > 1;
    for urn in &document.boxes {
        if several && urn.ok {
            lines.push(format!("Box {} ({}): all {} checks hold", urn.name, urn.election, urn.checks.len()));
            continue;
        }
        lines.push(format!("Box {} ({})", urn.name, urn.election));
        lines.extend(urn.checks.iter().map(|check| {
            let level = if check.level == Level::Fail { "FAIL" } else { "ok" };
            format!("  {level:<4}  {:<11}  {}", check.name, check.detail)
        }));
    }
    lines.push(if document.ok {
        "Everything holds. Your signed statement is at the server.".to_owned()
    } else {
        "This ballot must NOT be opened. Nothing was signed for the box that fails.".to_owned()
    });
    lines
}
