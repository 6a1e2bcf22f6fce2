//! `scrutineer monitor`: follows the records of a server from outside, for as long as it is let run.
//!
//! | module | what it is for |
//! |---|---|
//! | [`rounds`] | one look at every ballot, again and again |
//! | [`watch`] | one record: its beginning once, then every event that comes |
//! | [`whole`] | what only the whole record shows, when voting has ended |
//! | [`page`] | what people are shown, against what the record fixed |
//! | [`booth`] | the voting page and what it loads |
//! | [`receipts`] | receipts that members hand to a monitor |
//! | [`state`], [`chain`] | the state file |
//! | [`compare`] | two monitors' state files side by side |
//! | [`net`] | the network, and what can go wrong on it |
//!
//! Memory: for each ballot under way its list of voting codes, beside a few megabytes of what is being read. Nothing grows with
//! time or with votes; while a record is verified as a whole, once at its end, 32 bytes for each vote. Time and network are
//! arguments of [`follow`].

pub mod booth;
pub mod chain;
pub mod compare;
pub mod net;
pub mod page;
pub mod receipts;
pub mod rounds;
pub mod state;
pub mod watch;
pub mod whole;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use thiserror::Error;

use crate::client::{Address, AddressError};
use crate::exit::Exit;
use crate::ids::{BallotId, BallotIdError};
use crate::printer::Printer;
use crate::profile::Connection;
use crate::{Session, files, pause};
use net::Http;
use receipts::Receipts;
use rounds::{End, Monitor, Options};
use state::StateFile;

/// What was typed after `monitor`.
#[derive(Args, Debug)]
pub struct MonitorArgs {
    #[command(flatten)]
    connection: Connection,

    /// The server's address, or that of a ballot's page.
    #[arg(value_name = "URL")]
    url: Watched,

    /// Follow this ballot alone, until its result has been verified or it was cancelled; can be given several times.
    #[arg(long, value_name = "ID")]
    ballot: Vec<BallotId>,

    /// The file that holds what was seen; one beside the profile, named after the server, if none is given.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Seconds from one round to the next.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    interval: u64,

    /// Look once and end.
    #[arg(long)]
    once: bool,

    /// A file with one's password, to sign in anew when the session has ended.
    #[arg(long, value_name = "F")]
    password_file: Option<PathBuf>,

    /// Whose password it is, where the profile knows nobody.
    #[arg(long, value_name = "NO", requires = "password_file")]
    member: Option<String>,

    /// A folder with receipts: see that each stands on its record.
    #[arg(long, value_name = "DIR")]
    receipts: Option<PathBuf>,

    /// SHA-256 of a new file of the voting page that was announced; can be given several times.
    #[arg(long, value_name = "SHA256", value_parser = sha256)]
    accept_booth: Vec<String>,

    /// Compare with another monitor's state file instead, without a server: does one record explain both?
    #[arg(long, value_name = "FILE", conflicts_with_all = ["ballot", "once", "receipts", "accept_booth", "password_file"])]
    compare: Option<PathBuf>,
}

/// An address as it was typed: a server's, perhaps with a ballot.
#[derive(Clone, Debug)]
struct Watched {
    server: Address,
    ballot: Option<BallotId>,
}

/// What is wrong with an address.
#[derive(Debug, Error)]
enum WatchedError {
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error("the address is neither a server's nor a ballot's page: {0}")]
    Ballot(#[from] BallotIdError),
}

impl std::str::FromStr for Watched {
    type Err = WatchedError;

    fn from_str(text: &str) -> Result<Self, WatchedError> {
        let Some((server, rest)) = text.split_once("/ballots/") else {
            return Ok(Self { server: text.parse()?, ballot: None });
        };
        let id = rest.split(['/', '?', '#']).next().unwrap_or_default();
        Ok(Self { server: server.parse()?, ballot: Some(id.parse()?) })
    }
}

/// 64 hexadecimal digits.
fn sha256(text: &str) -> Result<String, NotSha256> {
    let lower = text.to_ascii_lowercase();
    let good = lower.len() == 64 && lower.bytes().all(|byte| byte.is_ascii_hexdigit());
    if good { Ok(lower) } else { Err(NotSha256) }
}

/// Not a hash.
#[derive(Clone, Copy, Debug, Error)]
#[error("a SHA-256 has 64 digits from 0 to 9 and a to f")]
struct NotSha256;

/// Why a monitor ends without an answer.
#[derive(Debug, Error)]
enum MonitorError {
    #[error("the server could not be followed: {0}")]
    Trouble(String),
    #[error(
        "not all records are shown now, so not all could be checked: sign in as a member (`scrutineer login --member NO`)"
    )]
    Hidden,
    #[error("the two files have no box in common, so there is nothing to compare")]
    NothingInCommon,
    #[error(
        "the two files differ, but prove nothing: they hold no two heads that the server signed where they do"
    )]
    NotProved,
    #[error("{} holds no state: a monitor that has run has one", .0.display())]
    NoState(PathBuf),
}

/// Waits between two rounds.
pub trait Pace {
    /// Waits so many seconds; `false`: the monitor is to end instead.
    fn wait(&mut self, seconds: u64) -> bool;
}

/// Waits by the machine's clock.
struct Real;

impl Pace for Real {
    fn wait(&mut self, seconds: u64) -> bool {
        pause::wait(Duration::from_secs(seconds));
        true
    }
}

/// Follows records, or compares two state files. [`Exit::No`]: something is wrong.
///
/// # Errors
/// What was asked for cannot be done here: a file, an address, with `--once` a server that cannot be reached.
pub fn run(args: &MonitorArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let state = state_path(args)?;
    if let Some(other) = &args.compare {
        return compare_files(&state, other, &mut session.printer);
    }
    let server = args.url.server.to_string();
    let state = StateFile::open(&state, &server)?;
    let net = Http::new(&args.connection, &args.url.server, args.password_file.clone(), args.member.clone())?;
    let mut only = args.ballot.clone();
    only.extend(args.url.ballot.clone().filter(|ballot| !args.ballot.contains(ballot)));
    let options = Options { only, announced: args.accept_booth.iter().cloned().collect() };
    let receipts = args.receipts.as_deref().map(Receipts::new);
    let mut monitor = Monitor::new(&net, state, options, receipts);
    follow(&mut monitor, args.interval, args.once, &mut Real, &mut session.printer)
}

/// Makes rounds until there is something to end with.
///
/// # Errors
/// As [`run`].
pub fn follow(
    monitor: &mut Monitor<'_>,
    interval: u64,
    once: bool,
    pace: &mut dyn Pace,
    printer: &mut Printer<'_>,
) -> anyhow::Result<Exit> {
    if let Some(alarm) = &monitor.state().known.alarm {
        printer.note(format!(
            "Alarms from before in the state file {}: {}. The last: {}",
            monitor.state().path().display(),
            monitor.state().known.alarms,
            alarm.message
        ));
    }
    loop {
        let end = monitor.round(printer)?;
        match &end {
            End::Alarm => return Ok(Exit::No),
            End::Trouble { why, .. } if once => return Err(MonitorError::Trouble(why.clone()).into()),
            // What was wrong once is not made good by a result.
            End::Done if monitor.state().known.alarms > 0 => return Ok(Exit::No),
            End::Done => return Ok(Exit::Yes),
            End::GoOn if once && monitor.hides() => return Err(MonitorError::Hidden.into()),
            End::GoOn if once => return Ok(Exit::Yes),
            End::GoOn | End::Trouble { .. } => {}
        }
        if !pace.wait(monitor.pause(interval, &end)) {
            return Ok(Exit::Yes);
        }
    }
}

/// The state file: as named, or beside the profile.
fn state_path(args: &MonitorArgs) -> anyhow::Result<PathBuf> {
    if let Some(path) = &args.state {
        return Ok(path.clone());
    }
    let server = args.url.server.to_string();
    let name: String = server.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let folder = args.connection.profile()?.folder().join("monitor");
    if args.compare.is_none() {
        files::private_folder(&folder)?;
    }
    Ok(folder.join(format!("{name}.jsonl")))
}

fn compare_files(ours: &Path, theirs: &Path, printer: &mut Printer<'_>) -> anyhow::Result<Exit> {
    if !ours.exists() {
        return Err(MonitorError::NoState(ours.to_owned()).into());
    }
    let comparison = compare::compare(ours, theirs)?;
    if comparison.records.is_empty() {
        return Err(MonitorError::NothingInCommon.into());
    }
    if !comparison.agree && !comparison.proved() {
        comparison.in_words().iter().for_each(|line| printer.note(line));
        return Err(MonitorError::NotProved.into());
    }
    printer.answer(&comparison, comparison.in_words())?;
    Ok(if comparison.agree { Exit::Yes } else { Exit::No })
}

#[cfg(test)]
mod tests {
    use super::{Watched, sha256};

    #[test]
    fn addresses_are_of_servers_and_of_ballots_pages() {
        for (typed, server, ballot) in [
            ("https://vote.example.org", "https://vote.example.org", None),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080", None),
            ("https://v.org/ballots/Zm9Q5QG2xbtcA9", "https://v.org", Some("Zm9Q5QG2xbtcA9")),
            ("https://v.org/ballots/Zm9Q5QG2xbtcA9/vote#x", "https://v.org", Some("Zm9Q5QG2xbtcA9")),
        ] {
            let watched: Watched = typed.parse().unwrap();
            assert_eq!(watched.server.to_string(), server);
            assert_eq!(watched.ballot.as_ref().map(|id| id.as_str()), ballot);
        }
        for wrong in [
            "",
            "v.org",
            "http://v.org",
            "https://v.org/other",
            "https://v.org/ballots/",
            "https://v.org/ballots/0O",
        ] {
            assert!(wrong.parse::<Watched>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn hashes_are_hashes() {
        assert_eq!(sha256(&"AB".repeat(32)).unwrap(), "ab".repeat(32));
        assert!(sha256("ab").is_err() && sha256(&"g".repeat(64)).is_err());
    }
}
