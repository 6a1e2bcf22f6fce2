//! What people are shown of a ballot must be what its record fixed: title, questions, rules, numbers, tellers, and the election
//! for which the booth seals.

use scrutineer_api::ballot::{Ballot, BallotBox};
use scrutineer_api::board::Board;
use scrutineer_ballot::description::CountOpener;
use scrutineer_protocol::election::Election;
use scrutineer_protocol::hash::HexHash;
use serde_json::json;

use super::net::{As, Network, Trouble, json as get_json, read};
use super::state::Alarm;
use super::watch::Stop;
use crate::boxes;
use crate::client::Endpoint;
use crate::teller::board::Snapshot;

/// Most bytes of an election.
const MAX_ELECTION: u64 = 16 << 20;

/// Holds what the server shows of a ballot and its box against the election of its record; with `deep` also the election that
/// the booth is given, and the board.
///
/// # Errors
/// See [`Stop`].
pub fn check(
    net: &dyn Network,
    ballot: &Ballot,
    urn: &BallotBox,
    election: &[u8],
    deep: bool,
) -> Result<(), Stop> {
    let alarm = |code: &str, message: String| {
        let evidence =
            json!({ "ballot": ballot.title, "fingerprint": urn.fingerprint, "questions": ballot.questions });
        Stop::from(Alarm::new(code, message).of(&ballot.id).of_box(&urn.name).with(evidence))
    };
    let fixed = boxes::check(election, ballot, urn).map_err(|error| {
        alarm("page", format!("what the server shows of the ballot is not what its record fixed: {error}"))
    })?;
    if !deep {
        return Ok(());
    }
    let endpoint = Endpoint::new(&["ballots", &ballot.id, "election"]).query("box", &urn.name);
    let shown = read(net.get(&endpoint, As::Visitor)?, MAX_ELECTION)?;
    if shown != election {
        // What cannot be read did not arrive whole; nothing can be sealed for it either.
        let other = Election::parse(&shown).map_err(|error| {
            Trouble::passing(format!("the election that it gives out cannot be read: {error}"))
        })?;
        let what = format!("its fingerprint is {}", other.fingerprint());
        return Err(alarm(
            "other_election",
            format!("the election for which votes are sealed is not the one of the record: {what}"),
        ));
    }
    let (Some(name), CountOpener::Board(named)) = (&ballot.board, fixed.line.tellers) else {
        return Ok(());
    };
    let board: Board = match get_json(net, &Endpoint::new(&["boards", name])) {
        // Only signed-in people see boards.
        Err(Trouble::SignIn(_)) => return Ok(()),
        board => board?,
    };
    let shown = Snapshot::check(board, name).ok().and_then(|snapshot| snapshot.certificates().ok().flatten());
    if shown.is_none_or(|shown| HexHash::from_digest(shown.fingerprint()) != named) {
        let message =
            format!("the board {name:?} that the server shows is not the one that the record names");
        return Err(alarm("other_board", message));
    }
    Ok(())
}
