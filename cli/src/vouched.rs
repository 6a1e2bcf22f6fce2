//! Whether enough tellers vouch for the election that a member is shown. The server hands it out and could make one of its
//! own for a single member, under a key that it can open alone; what k tellers have signed it cannot.

use scrutineer_api::ballot::{Ballot, BallotBox, TellerStatement};
use scrutineer_ballot::description::CountOpener;
use scrutineer_ballot::fingerprint::Fingerprint;
use scrutineer_ballot::teller::{CHECK, check_statement};
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::trustee::pedersen::Certificates;
use scrutineer_protocol::trustee::pki::SignedMessage;
use thiserror::Error;

use crate::boxes::BoxElection;
use crate::client::Client;
use crate::teller::board::Snapshot;

/// Why a vote is not sealed for an election.
#[derive(Debug, Error)]
pub enum VouchError {
    /// The server shows other tellers than the election names.
    #[error(
        "the board {0:?} that the server shows is not the one that this ballot's election names. Your vote was not sealed; \
         tell the election committee"
    )]
    OtherBoard(String),
    /// Too few tellers have checked this very election.
    #[error(
        "{signed} of the {needed} tellers that it takes have signed that they checked this ballot. Your vote was not sealed; \
         tell the election committee"
    )]
    TooFew {
        /// How many have.
        signed: usize,
        /// The threshold.
        needed: usize,
    },
}

/// Checks that as many tellers as can open the count have checked this very election, and gives the fingerprint of their
/// board; `None` where the server opens the count alone. Whose board it is, only its words can tell: the tellers know them.
///
/// # Errors
/// They have not, or the board cannot be fetched.
pub fn board(
    client: &Client,
    ballot: &Ballot,
    urn: &BallotBox,
    fixed: &BoxElection,
) -> anyhow::Result<Option<Fingerprint>> {
    let (CountOpener::Board(named), Some(name)) = (fixed.line.tellers, &ballot.board) else {
        return Ok(None);
    };
    let snapshot = Snapshot::fetch(client, name)?;
    let certificates = snapshot.certificates()?;
    let certificates = certificates
        .filter(|all| HexHash::from_digest(all.fingerprint()) == named)
        .ok_or_else(|| VouchError::OtherBoard(name.clone()))?;
    let text = check_statement(&fixed.election.fingerprint().to_string(), &named.to_string());
    let said = statements(&urn.checks, &certificates, CHECK);
    let mut signed: Vec<usize> = said.filter(|(_, said)| *said == text).map(|(index, _)| index).collect();
    signed.sort_unstable();
    signed.dedup();
    let (signed, needed) = (signed.len(), certificates.threshold().needed());
    if signed < needed {
        return Err(VouchError::TooFew { signed, needed }.into());
    }
    Ok(Some(Fingerprint::of_digest(named.digest())))
}

/// What tellers have stated in a domain, by seat; only what they have signed.
pub fn statements<'a>(
    shown: &'a [TellerStatement],
    certificates: &'a Certificates,
    domain: &'static str,
) -> impl Iterator<Item = (usize, String)> + 'a {
    shown.iter().filter_map(move |statement| {
        let index = usize::try_from(statement.index).ok()?;
        let key = &certificates.keys_of(index).ok()?.verification;
        let signed = SignedMessage::parse(statement.statement.as_bytes()).ok()?;
        Some((index, signed.statement(key, domain).ok()?.to_owned()))
    })
}
