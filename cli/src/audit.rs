//! `scrutineer audit`: the log of every administrative deed, in words, as a file, and checked from its file alone.

mod chain;
mod export;
mod file;
mod verify;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use scrutineer_api::audit::{AuditEntry, AuditPage};
use serde::Serialize;

use crate::Session;
use crate::client::{Client, ClientError, Endpoint};
use crate::exit::Exit;
use crate::ids::BallotId;
use crate::pause;
use crate::profile::Connection;

/// Entries that are asked for at once: the most that a server gives.
const PAGE: &str = "500";
/// How often a page is asked for again where the network fails.
const TRIES: u32 = 3;

/// What was typed after `audit`.
#[derive(Args, Debug)]
pub struct AuditArgs {
    #[command(subcommand)]
    deed: AuditDeed,
}

#[derive(Debug, Subcommand)]
enum AuditDeed {
    /// Say the log in words, as the server has it (officers and observers).
    Show {
        #[command(flatten)]
        connection: Connection,
        /// Only what is about this ballot.
        #[arg(long, value_name = "ID")]
        ballot: Option<BallotId>,
    },
    /// Download the whole log, one entry a line (officers and observers).
    Export {
        #[command(flatten)]
        connection: Connection,
        /// Where to write it; a file that is there already is not touched. Left out: to standard output.
        #[arg(short, long = "out", value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Check a downloaded log from its file alone. Needs no server.
    Verify(verify::VerifyArgs),
}

/// The log in words.
#[derive(Serialize)]
struct Shown {
    entries: Vec<Said>,
}

/// An entry in words.
#[derive(Serialize)]
struct Said {
    seq: i64,
    at: i64,
    time: String,
    sentence: String,
}

impl From<&AuditEntry> for Said {
    fn from(entry: &AuditEntry) -> Self {
        Self { seq: entry.seq, at: entry.at, time: entry.time(), sentence: entry.sentence() }
    }
}

impl Said {
    fn line(&self) -> String {
        format!("{:>6}  {}  {}", self.seq, self.time, self.sentence)
    }
}

/// Shows, downloads or checks the log.
///
/// # Errors
/// The server's refusal; a file that cannot be read or written.
pub fn run(args: &AuditArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    match &args.deed {
        AuditDeed::Show { connection, ballot } => show(connection, ballot.as_ref(), session),
        AuditDeed::Export { connection, out } => export::run(connection, out.as_deref(), session),
        AuditDeed::Verify(args) => verify::run(args, &mut session.printer),
    }
}

fn show(
    connection: &Connection,
    ballot: Option<&BallotId>,
    session: &mut Session<'_>,
) -> anyhow::Result<Exit> {
    let client = connection.member()?;
    let mut entries = Vec::new();
    each_page(&client, ballot, |page| {
        entries.extend(page.entries.iter().map(Said::from));
        Ok(())
    })?;
    let lines: Vec<_> = entries.iter().map(Said::line).collect();
    session.printer.answer(&Shown { entries }, lines)?;
    Ok(Exit::Yes)
}

/// Reads the log page after page until there are no more entries. A page that the network loses is asked for again.
fn each_page(
    client: &Client,
    ballot: Option<&BallotId>,
    mut take: impl FnMut(AuditPage) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut after = 0;
    loop {
        let page = page(client, ballot, after)?;
        let Some(last) = page.entries.last() else { return Ok(()) };
        if last.seq <= after {
            let why = "its log does not go on".to_owned();
            return Err(ClientError::NotOurs { server: client.address().clone(), why }.into());
        }
        (after, _) = (last.seq, take(page)?);
    }
}

fn page(client: &Client, ballot: Option<&BallotId>, after: i64) -> Result<AuditPage, ClientError> {
    let endpoint = Endpoint::new(&["audit"])
        .query("after", &after.to_string())
        .query("limit", PAGE)
        .query_if("ballot", ballot.map(BallotId::as_str));
    let mut tries = 1;
    loop {
        match client.get(&endpoint).and_then(|reply| reply.json()) {
            Err(error) if error.is_lost() && tries < TRIES => {
                // A connection that broke is made anew at once; a server that does not answer gets some time.
                if tries > 1 {
                    pause::before_asking_again();
                }
                tries += 1;
            }
            answered => return answered,
        }
    }
}
