//! How far letters and codes have come, and whose mail an employer may read.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use scrutineer_api::delivery::{
    Delivery, DeliveryCount, EmployerDomains, NewEmployerDomain, UnitDelivery, Unreached, UnreachedMember,
};

use crate::Session;
use crate::client::{Client, Endpoint};
use crate::exit::Exit;
use crate::files::{Access, NewFile};
use crate::ids::BallotId;
use crate::proposals::{self, Asked};

/// What was typed after `letters status`.
#[derive(Args, Debug)]
pub struct Status {
    /// The ballot.
    id: BallotId,
    /// Name the members whom no code has reached, to officers.
    #[arg(long)]
    unreached: bool,
    /// Write these names into a new file.
    #[arg(long, value_name = "FILE.csv", requires = "unreached")]
    out: Option<PathBuf>,
}

/// What was typed after `letters domains`.
#[derive(Args, Debug)]
pub struct Domains {
    #[command(subcommand)]
    deed: DomainsDeed,
}

#[derive(Debug, Subcommand)]
enum DomainsDeed {
    /// The marked domains.
    List,
    /// Mark a domain, such as works.example; its subdomains are meant too.
    Add {
        /// What stands behind the @.
        domain: String,
    },
    /// Take the mark away; refused while a ballot is frozen or open.
    Remove {
        /// The domain.
        domain: String,
    },
}

/// What was typed after `letters allow-employer`.
#[derive(Args, Debug)]
pub struct AllowEmployer {
    /// The ballot.
    id: BallotId,
}

/// Shows how far delivery has come.
///
/// # Errors
/// Not an official, a draft, or names without being an officer.
pub fn status(args: &Status, client: &Client, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    if args.unreached {
        return unreached(args, client, session);
    }
    let found: Delivery = client.get(&Endpoint::new(&["ballots", args.id.as_str(), "delivery"]))?.json()?;
    let mut lines = vec![format!("{} ({})", found.title, found.ballot)];
    for unit in &found.units {
        lines.push(format!("{}:", unit.unit));
        lines.extend(unit_lines(&unit.delivery));
    }
    if found.units.len() != 1 {
        lines.push(if found.all_units { "All units:" } else { "Your units:" }.to_owned());
        lines.extend(unit_lines(&found.whole));
    }
    lines.push(format!(
        "It opens without a second officer's yes with at most {} % of its members out of reach.",
        found.unreachable_share
    ));
    session.printer.answer(&found, lines)?;
    Ok(Exit::Yes)
}

fn unit_lines(unit: &UnitDelivery) -> Vec<String> {
    let mut lines = vec![format!(
        "  {} members: {} reached, {} unreached, {} of these out of reach",
        unit.eligible, unit.reached, unit.unreached, unit.out_of_reach
    )];
    lines.extend(unit.counts.iter().map(|DeliveryCount { channel, state, members, with_code }| {
        let state = state.as_str().replace('_', " ");
        format!("  {channel}, {state}: {members}, {with_code} with the voting code")
    }));
    if unit.employers_addresses > 0 {
        lines.push(format!("  at an employer's mail domain: {}", unit.employers_addresses));
    }
    lines
}

fn unreached(args: &Status, client: &Client, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let file = args.out.as_deref().map(|out| NewFile::create(out, Access::Owner)).transpose()?;
    let endpoint = Endpoint::new(&["ballots", args.id.as_str(), "delivery", "unreached"]);
    let found: Unreached = client.get(&endpoint)?.json()?;
    let mut lines = vec![format!("No voting code has reached {} members.", found.members.len())];
    match file.zip(args.out.as_deref()) {
        Some((file, out)) => {
            write(file, out, &found.members)?;
            lines.push(format!("Their names are in {}.", out.display()));
        }
        None => lines.extend(found.members.iter().map(|member| {
            let UnreachedMember { member_no, name, unit, why } = member;
            format!("  {name} ({member_no}, {unit}): {}", why.as_str().replace('_', " "))
        })),
    }
    session.printer.answer(&found, lines)?;
    Ok(Exit::Yes)
}

fn write(file: NewFile, path: &Path, members: &[UnreachedMember]) -> anyhow::Result<()> {
    let cannot = || format!("{} cannot be written", path.display());
    let mut csv = csv::Writer::from_writer(file);
    csv.write_record(["member_no", "name", "unit", "why"]).with_context(cannot)?;
    for UnreachedMember { member_no, name, unit, why } in members {
        csv.write_record([member_no.as_str(), name, unit, why.as_str()]).with_context(cannot)?;
    }
    let file = csv.into_inner().map_err(csv::IntoInnerError::into_error).with_context(cannot)?;
    Ok(file.finish()?)
}

/// Lists, marks or unmarks employers' mail domains.
///
/// # Errors
/// Not an officer, no domain, or a ballot under way.
pub fn domains(args: &Domains, client: &Client, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    match &args.deed {
        DomainsDeed::List => {}
        DomainsDeed::Add { domain } => {
            client
                .post(&Endpoint::new(&["employer-domains"]), &NewEmployerDomain { domain: domain.clone() })?;
        }
        DomainsDeed::Remove { domain } => {
            client.delete(&Endpoint::new(&["employer-domains", domain]))?;
        }
    }
    let found: EmployerDomains = client.get(&Endpoint::new(&["employer-domains"]))?.json()?;
    let mut lines = vec![format!("{} mail domains are marked as employers'.", found.domains.len())];
    lines.extend(found.domains.iter().map(|one| format!("  {} (by member {})", one.domain, one.added_by)));
    session.printer.answer(&found, lines)?;
    Ok(Exit::Yes)
}

/// Allows codes of a ballot to employers' addresses.
///
/// # Errors
/// Not an officer, or the ballot is not frozen or open.
pub fn allow_employer(
    args: &AllowEmployer,
    client: &Client,
    session: &mut Session<'_>,
) -> anyhow::Result<Exit> {
    let reply = client.order(&Endpoint::new(&["ballots", args.id.as_str(), "employer-mail"]))?;
    match proposals::asked(reply)? {
        Asked::Waits(proposal) => proposals::waits(&proposal, session)?,
        Asked::Done(_) => {
            let document = serde_json::json!({ "id": args.id.as_str(), "employer_mail": true });
            session.printer.answer(&document, ["Voting codes may go to employers' addresses."])?;
        }
    }
    Ok(Exit::Yes)
}
