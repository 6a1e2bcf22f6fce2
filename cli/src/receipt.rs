//! `scrutineer receipt`: what became of a vote, asked of a server or looked up in a record, offline.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;
use scrutineer_api::vote::{TrackerQuery, VoteState, VoteStatus};
use scrutineer_ballot::description::{self, DescriptionError};
use scrutineer_ballot::receipt::{Receipt, ReceiptError};
use scrutineer_ballot::signature::SignatureError;
use scrutineer_protocol::hash::{Base64Hash, HexHash};
use scrutineer_protocol::verify::{self, Cast, Report, Visitor};
use serde::Serialize;
use thiserror::Error;

use crate::client::Endpoint;
use crate::exit::Exit;
use crate::files::{self, FileError};
use crate::ids::BallotId;
use crate::profile::Connection;
use crate::{Session, entropy};

/// Most bytes of a receipt file.
const MAX_RECEIPT: u64 = 64 << 10;

/// What was typed after `receipt`.
#[derive(Args, Debug)]
pub struct ReceiptArgs {
    #[command(flatten)]
    connection: Connection,

    /// The ballot to ask about.
    #[arg(requires = "tracker", required_unless_present = "file", conflicts_with = "file")]
    id: Option<BallotId>,

    /// The tracker on the receipt.
    tracker: Option<Tracker>,

    /// A receipt to look up in a record, without a server.
    #[arg(long, value_name = "F", requires = "record")]
    file: Option<PathBuf>,

    /// The record.
    #[arg(long, value_name = "FILE.bel", requires = "file")]
    record: Option<PathBuf>,
}

/// A tracker as it stands on a receipt.
#[derive(Clone, Copy, Debug)]
struct Tracker(Base64Hash);

impl std::str::FromStr for Tracker {
    type Err = TrackerError;

    fn from_str(text: &str) -> Result<Self, TrackerError> {
        Base64Hash::from_text(text.trim()).map(Self).map_err(|_| TrackerError)
    }
}

/// What is wrong with a tracker.
#[derive(Debug, Error)]
#[error("a tracker has 43 letters, digits, + and /, as on the receipt")]
struct TrackerError;

/// Why a receipt cannot be looked up.
#[derive(Debug, Error)]
enum LookupError {
    #[error("{}: {error}", path.display())]
    Receipt { path: PathBuf, error: ReceiptError },
    #[error("{}: {error}", path.display())]
    Record { path: PathBuf, error: verify::VerifyError },
    #[error("{} does not verify, so it says nothing about a vote: `scrutineer verify` tells why", .0.display())]
    NotVerified(PathBuf),
    #[error("{} is no record of ours: it names no key for receipts", .0.display())]
    NotOurs(PathBuf),
    #[error("{}: {error}", path.display())]
    Line { path: PathBuf, error: DescriptionError },
    #[error(
        "the receipt is for the election {receipt}, the record is of {record}: they do not belong together"
    )]
    OtherElection { receipt: String, record: String },
    #[error("the receipt was not signed by the server of this ballot: {0}")]
    Signature(SignatureError),
    #[error(transparent)]
    File(#[from] FileError),
}

/// What a record says about a receipt.
#[derive(Serialize)]
struct Looked {
    tracker: Base64Hash,
    state: VoteState,
    /// Height of the vote's event on the record, where it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u64>,
    /// Whether the record goes to the result; before that a vote may still be replaced.
    complete: bool,
    #[serde(skip)]
    sentence: String,
}

/// Says what became of a vote. [`Exit::Yes`]: it counts; [`Exit::No`]: it was replaced or is not there.
///
/// # Errors
/// The server refuses; a file cannot be read, does not verify, or belongs to something else.
pub fn run(args: &ReceiptArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let state = match (&args.file, &args.record, &args.id, args.tracker) {
        (Some(file), Some(record), ..) => {
            let looked = look_up(file, record, session)?;
            let state = looked.state;
            session.printer.answer(&looked, [&looked.sentence])?;
            state
        }
        (_, _, Some(id), Some(Tracker(tracker))) => {
            let client = args.connection.anyone()?;
            let endpoint = Endpoint::new(&["ballots", id.as_str(), "receipts"]);
            // In the body: what stands in an address stands in the logs of proxies, beside that of the member.
            let asked = TrackerQuery { tracker: tracker.to_string() };
            let status: VoteStatus = client.post(&endpoint, &asked)?.json()?;
            session.printer.answer(&status, [sentence(status.state)])?;
            status.state
        }
        // The flags' definition leaves nothing else.
        _ => return Ok(Exit::Error),
    };
    Ok(if state == VoteState::Counted { Exit::Yes } else { Exit::No })
}

fn sentence(state: VoteState) -> &'static str {
    match state {
        VoteState::Counted => "This vote is on the record and counts.",
        VoteState::Replaced => {
            "This vote is on the record, but a later vote of the same member counts instead."
        }
        VoteState::NotFound => {
            "This vote is not on the record as far as it is shown now; while voting is open the record is shown in steps."
        }
    }
}

/// Looks for one vote while a record is verified.
struct Search {
    tracker: Base64Hash,
    found: Option<(u64, HexHash)>,
    replaced: bool,
    bar: indicatif::ProgressBar,
}

impl Visitor for Search {
    fn ballot(&mut self, cast: &Cast<'_>) {
        if cast.tracker == self.tracker {
            self.found = Some((cast.height, cast.event));
        }
        self.replaced |= cast.replaces == Some(self.tracker);
    }

    fn progress(&mut self, bytes: u64) {
        self.bar.set_position(bytes);
    }
}

fn look_up(file: &Path, record: &Path, session: &Session<'_>) -> anyhow::Result<Looked> {
    let text = files::read_text(file, MAX_RECEIPT)?;
    let receipt = Receipt::parse(&text);
    let receipt = receipt.map_err(|error| LookupError::Receipt { path: file.to_owned(), error })?;
    let open = |source| FileError::Read { path: record.to_owned(), source };
    let archive = File::open(record).map_err(open)?;
    let size = archive.metadata().map_err(open)?.len();
    let bar = session.printer.progress(size, "looking");
    let mut search = Search { tracker: receipt.tracker, found: None, replaced: false, bar };
    let verified = verify::archive(archive, verify::no_shares, &mut entropy::system(), &mut search);
    search.bar.finish_and_clear();
    let report = verified.map_err(|error| LookupError::Record { path: record.to_owned(), error })?;
    check_signature(&receipt, &report, record)?;
    Ok(judge(&receipt, &search, report.complete))
}

/// Checks that the receipt was signed for this record.
fn check_signature(receipt: &Receipt, report: &Report, record: &Path) -> Result<(), LookupError> {
    let election = report.election.as_ref().filter(|_| report.ok());
    let election = election.ok_or_else(|| LookupError::NotVerified(record.to_owned()))?;
    if receipt.election != *election.uuid() {
        return Err(LookupError::OtherElection {
            receipt: receipt.election.to_string(),
            record: election.uuid().to_string(),
        });
    }
    let line = description::parse(election.description());
    let line = line.map_err(|error| LookupError::Line { path: record.to_owned(), error })?;
    let (_, line) = line.ok_or_else(|| LookupError::NotOurs(record.to_owned()))?;
    receipt.verify(line.receipts).map_err(LookupError::Signature)
}

fn judge(receipt: &Receipt, search: &Search, complete: bool) -> Looked {
    let so_far = if complete { "" } else { " as far as this copy of the record goes" };
    let (state, sentence) = match search.found {
        None => (
            VoteState::NotFound,
            "This vote is not in this copy of the record. If the copy reaches beyond the receipt's height, receipt and \
             record together prove that the server broke its word."
                .to_owned(),
        ),
        Some((height, event)) if (height, event) != (receipt.height, receipt.event) => (
            VoteState::NotFound,
            format!(
                "This vote stands at height {height} of the record, not at {} where the receipt says: receipt and record \
                 together prove that the server broke its word.",
                receipt.height
            ),
        ),
        Some(_) if search.replaced => (VoteState::Replaced, sentence(VoteState::Replaced).to_owned()),
        Some(_) => (VoteState::Counted, format!("This vote is on the record and counts{so_far}.")),
    };
    let height = search.found.map(|(height, _)| height);
    Looked { tracker: receipt.tracker, state, height, complete, sentence }
}
