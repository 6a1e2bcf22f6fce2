//! `scrutineer object`: an observer objects to a result, in a signed text that anyone can check.

use std::path::PathBuf;

use clap::Args;
use scrutineer_api::count::{NewObjection, Objection, Objections};
use scrutineer_ballot::objection;
use scrutineer_ballot::signature::{self, OBJECTION_NAMESPACE};
use serde::Serialize;

use crate::Session;
use crate::certify;
use crate::client::Endpoint;
use crate::exit::Exit;
use crate::files;
use crate::ids::BallotId;
use crate::profile::Connection;

/// What was typed after `object`.
#[derive(Args, Debug)]
#[command(
    after_help = "What is signed begins with a line that names the ballot and the last event of its record; it can be seen \
    with the certificate (`scrutineer certificate`), as objection-N.txt. Observers may object until the time on the \
    certificate."
)]
pub struct Object {
    #[command(flatten)]
    connection: Connection,

    /// The ballot.
    id: BallotId,

    /// The objection, a text file; everybody will be able to read it.
    #[arg(long, value_name = "FILE")]
    text_file: PathBuf,

    /// Your OpenSSH private key (Ed25519); its passphrase is asked for if it has one.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// What was filed.
#[derive(Serialize)]
struct Filed {
    number: u32,
    key: String,
}

/// Signs and files an objection.
///
/// # Errors
/// The text cannot be taken, the key cannot sign, or the time is past.
pub fn run(args: &Object, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let limit = u64::try_from(objection::MAX_BYTES).unwrap_or(u64::MAX);
    let text = files::read_text(&args.text_file, limit)?;
    let client = args.connection.member()?;
    let endpoint = Endpoint::new(&["ballots", args.id.as_str(), "objections"]);
    let about: Objections = client.get(&endpoint)?.json()?;
    let signed = objection::signed(&about.first_line, &text)?;
    let key = certify::private_key(&args.key, session)?;
    let signature = signature::sign(OBJECTION_NAMESPACE, &key, signed.as_bytes())?;
    let filed: Objection = client.post(&endpoint, &NewObjection { text: signed, signature })?.json()?;
    let lines = [
        about.first_line,
        format!("Your objection is filed as number {}, signed with {}.", filed.number, filed.key),
    ];
    session.printer.answer(&Filed { number: filed.number, key: filed.key }, lines)?;
    Ok(Exit::Yes)
}
