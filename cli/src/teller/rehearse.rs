//! `scrutineer tellers rehearse`: a teller opens a made-up count with the real share, so that a lost key is found before
//! the vote. Nothing is sent.

use clap::Args;
use scrutineer_protocol::ballot::{Ballot, Selection};
use scrutineer_protocol::credential::Credential;
use scrutineer_protocol::election::{Draft, Election, Uuid};
use scrutineer_protocol::question::Question;
use scrutineer_protocol::tally::{BoundShare, PartialDecryption, RunningTally};
use scrutineer_protocol::trustee::{PrivateKey, ThresholdParameters, Trustees};
use serde::Serialize;

use super::board::Snapshot;
use super::seat::{Home, PassphraseFlag};
use super::setup::Teller;
use crate::exit::Exit;
use crate::ids::BoardName;
use crate::profile::Connection;
use crate::{Session, entropy};

/// What was typed after `tellers rehearse`.
#[derive(Args, Debug)]
pub struct Rehearse {
    /// The board.
    name: BoardName,

    #[command(flatten)]
    passphrase: PassphraseFlag,
}

/// The document of a run.
#[derive(Serialize)]
struct Document<'a> {
    name: &'a str,
    /// Whether the share opens a count.
    opens: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// Opens a made-up count. [`Exit::Yes`]: the share works; [`Exit::No`]: it does not.
///
/// # Errors
/// The board is not ready, or the key file does not open.
pub fn run(args: &Rehearse, connection: &Connection, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = connection.member()?;
    let name = args.name.as_str();
    let snapshot = Snapshot::fetch(&client, name)?;
    let home = Home::of(connection, name)?;
    let teller = Teller::open(&client, home, name, &args.passphrase, session)?;
    let parameters = snapshot.parameters(teller.fingerprint, &teller.keys)?;
    let opened = parameters
        .private_key(&teller.keys, &teller.sealed)
        .map_err(anyhow::Error::from)
        .and_then(|(index, key)| open(&parameters, index, &key));
    let document = Document { name, opens: opened.is_ok(), why: opened.err().map(|why| why.to_string()) };
    let line = match &document.why {
        None => "Your share opens a count. You are ready.".to_owned(),
        Some(why) => {
            format!("Your share does NOT open a count: {why}. Tell the other tellers before any vote.")
        }
    };
    session.printer.answer(&document, [line])?;
    Ok(if document.opens { Exit::Yes } else { Exit::No })
}

/// Makes up an election under the board's key with a few votes, and opens this teller's share of it.
fn open(parameters: &ThresholdParameters, index: usize, key: &PrivateKey) -> anyhow::Result<()> {
    let mut rng = entropy::system();
    let trustees = Trustees::new(Vec::new(), vec![parameters.clone()]);
    let answers = vec!["Yes".to_owned(), "No".to_owned()];
    let question = Question::homomorphic("A rehearsal".to_owned(), answers, false, 1, 1)?;
    let uuid = Uuid::random(&mut rng);
    let draft = Draft::new(
        uuid.clone(),
        "Rehearsal".to_owned(),
        String::new(),
        trustees.election_key(),
        vec![question],
    );
    let election = Election::parse(draft.to_text().as_bytes())?;
    let shape: Vec<usize> = election.questions().iter().map(Question::ciphertexts).collect();
    let mut tally = RunningTally::new(&shape);
    for choice in [0, 1, 0] {
        let credential = Credential::random(&mut rng).derive(&uuid);
        let vote = Ballot::seal(&election, &credential, &[Selection::Answers(vec![choice])], &mut rng)?;
        vote.verify(&election)?;
        tally.add(vote.answers().iter().map(|answer| answer.ciphertexts()), 1)?;
    }
    let tally = tally.encrypted();
    let partial = PartialDecryption::decrypt(election.fingerprint(), &tally, key, &mut rng);
    let bound = BoundShare::prove(index, election.fingerprint(), &tally, &partial, key, &mut rng);
    let own =
        trustees.member(index).map(|member| member.key.public_key).unwrap_or_else(|| key.public_point());
    partial.verify(election.fingerprint(), &tally, &own)?;
    bound.verify(election.fingerprint(), &tally, &trustees, &partial)?;
    Ok(())
}
