//! Deeds that need two people: what waits, and the second person's word.

use std::path::PathBuf;

use clap::Args;
use scrutineer_api::proposal::{Approval, Approved, Proposal, ProposalState, Proposals, Rejection};
use scrutineer_ballot::proposal::{Content, digest};
use thiserror::Error;

use crate::Session;
use crate::client::{Client, ClientError, Endpoint, Reply};
use crate::exit::Exit;
use crate::files::{Access, NewFile};
use crate::profile::Connection;

/// The status of a reply that says that a deed waits.
const ACCEPTED: u16 = 202;

/// What was typed after `proposals`.
#[derive(Args, Debug)]
pub struct ListArgs {
    #[command(flatten)]
    connection: Connection,
}

/// What was typed after `approve`.
#[derive(Args, Debug)]
pub struct ApproveArgs {
    #[command(flatten)]
    connection: Connection,

    /// The proposal's number.
    #[arg(value_name = "N")]
    number: i64,

    /// Where a password is replaced: the new file that takes the activation code.
    #[arg(long, value_name = "FILE.csv")]
    out: Option<PathBuf>,
}

/// What was typed after `reject`.
#[derive(Args, Debug)]
pub struct RejectArgs {
    #[command(flatten)]
    connection: Connection,

    /// The proposal's number.
    #[arg(value_name = "N")]
    number: i64,

    /// Why.
    #[arg(long, value_name = "R")]
    reason: String,
}

/// A reply that must not be believed, or an answer that has no place to go.
#[derive(Debug, Error)]
enum ProposalError {
    #[error(
        "what proposal {0} would do does not fit the digest that the server gives, so nothing was approved"
    )]
    OtherDigest(i64),
    #[error(
        "proposal {0} makes an activation code: say with --out which new file takes it, for it is shown this once"
    )]
    WhereTo(i64),
}

/// What came of asking for a deed.
pub(crate) enum Asked {
    /// It is done.
    Done(Reply),
    /// It waits for another officer.
    Waits(Box<Proposal>),
}

/// Reads whether a deed was done, or waits for a second person.
///
/// # Errors
/// The reply cannot be read.
pub(crate) fn asked(reply: Reply) -> Result<Asked, ClientError> {
    if reply.status() == ACCEPTED {
        Ok(Asked::Waits(Box::new(reply.json()?)))
    } else {
        Ok(Asked::Done(reply))
    }
}

/// Says that a deed waits, and who must do what next.
///
/// # Errors
/// The answer cannot be written.
pub(crate) fn waits(proposal: &Proposal, session: &mut Session<'_>) -> anyhow::Result<()> {
    let mut lines = lines(proposal, Detail::Full);
    lines.push(format!(
        "This takes two people. Nothing is done until another officer approves it: scrutineer approve {}",
        proposal.id
    ));
    session.printer.answer(proposal, lines)?;
    Ok(())
}

/// Lists proposals.
///
/// # Errors
/// Not a delegate, officer or observer.
pub fn list(args: &ListArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = args.connection.member()?;
    let all: Proposals = client.get(&Endpoint::new(&["proposals"]))?.json()?;
    let said = |proposal: &Proposal| match proposal.state {
        ProposalState::Waiting => lines(proposal, Detail::Full),
        _ => lines(proposal, Detail::Brief),
    };
    let mut text: Vec<_> = all.proposals.iter().flat_map(said).collect();
    if text.is_empty() {
        text.push("There are no proposals.".to_owned());
    }
    session.printer.answer(&all, text)?;
    Ok(Exit::Yes)
}

/// Approves what the server shows, and nothing else.
///
/// # Errors
/// It has ended or changed, one has proposed it oneself, not an officer.
pub fn approve(args: &ApproveArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = args.connection.member()?;
    let number = args.number;
    let endpoint = |deed: &[&str]| Endpoint::new(&[&["proposals", &number.to_string()], deed].concat());
    let shown: Proposal = client.get(&endpoint(&[]))?.json()?;
    let computed = hex::encode(digest(&shown.content)?);
    if computed != shown.digest {
        return Err(ProposalError::OtherDigest(number).into());
    }
    let makes_code = matches!(Content::from_value(&shown.content), Ok(Content::ReplacePassword(_)));
    let file = match (&args.out, makes_code) {
        (Some(out), true) => Some((NewFile::create(out, Access::Owner)?, out)),
        (None, true) => return Err(ProposalError::WhereTo(number).into()),
        (_, false) => None,
    };
    let reply = client.post(&endpoint(&["approval"]), &Approval { digest: computed })?;
    let approved: Approved = reply.json()?;
    let mut text = lines(&approved.proposal, Detail::Full);
    if let (Some((file, out)), Some(code)) = (file, &approved.activation_code) {
        let row = [code.member_no.as_str(), code.name.as_str(), code.unit.as_str(), code.code.expose()];
        crate::codes::write(file, out, ["member_no", "name", "unit", "activation_code"], [row].into_iter())?;
        text.push(format!(
            "The activation code is in {}. It is nowhere else: deliver it, then destroy the file.",
            out.display()
        ));
    }
    text.extend(approved.reissued.iter().flat_map(crate::desk::reissued_lines));
    text.extend(approved.email_change.iter().flat_map(crate::desk::change_lines));
    session.printer.answer(&approved.proposal, text)?;
    Ok(Exit::Yes)
}

/// Rejects a proposal.
///
/// # Errors
/// It has ended; neither an officer nor whoever proposed it.
pub fn reject(args: &RejectArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client: Client = args.connection.member()?;
    let endpoint = Endpoint::new(&["proposals", &args.number.to_string(), "rejection"]);
    let rejection = Rejection { reason: args.reason.clone() };
    let proposal: Proposal = client.post(&endpoint, &rejection)?.json()?;
    session.printer.answer(&proposal, lines(&proposal, Detail::Brief))?;
    Ok(Exit::Yes)
}

/// How much is said of a proposal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// What became of it.
    Brief,
    /// Everything that it would do, or did.
    Full,
}

/// A proposal for people.
fn lines(proposal: &Proposal, detail: Detail) -> Vec<String> {
    let Proposal { id, state, proposed_by, decided_by, reason, .. } = proposal;
    let by = |word: &str| match decided_by {
        Some(by) => format!("{word} by {by}"),
        None => word.to_owned(),
    };
    let how = match state {
        ProposalState::Waiting => format!("waits until {}", moment(proposal.expires_at)),
        ProposalState::Approved => by("approved, and done"),
        ProposalState::Rejected => by("rejected"),
        ProposalState::Expired => "expired".to_owned(),
        ProposalState::Overtaken => "overtaken".to_owned(),
    };
    let content = Content::from_value(&proposal.content);
    let what = content.as_ref().map_or_else(|_| proposal.kind.to_string(), Content::headline);
    let mut lines = vec![format!("Proposal {id} of member {proposed_by}, {what}: {how}")];
    lines.extend(reason.iter().map(|reason| format!("  because: {reason}")));
    match &content {
        _ if detail == Detail::Brief => {}
        Ok(content) => lines.extend(content.rows().iter().map(|(name, text)| format!("  {name}: {text}"))),
        Err(_) => lines.push(format!("  {}", proposal.content)),
    }
    lines
}

/// A moment, in UTC.
fn moment(seconds: i64) -> String {
    scrutineer_ballot::zone::Zone::parse("UTC")
        .map_or_else(|_| seconds.to_string(), |zone| zone.sentence(seconds))
}
