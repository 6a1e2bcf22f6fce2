//! `scrutineer codes`: the voting codes of a ballot on their way to its members, and how files of codes are written.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use scrutineer_api::about::About;
use scrutineer_api::ballot::{Ballot, MemberCodes};
use serde::Serialize;

use crate::Session;
use crate::client::{Client, Endpoint};
use crate::deliveries::{self, Delivered, HandedOver};
use crate::exit::Exit;
use crate::files::{Access, NewFile};
use crate::ids::BallotId;
use crate::paper::about::AboutFile;
use crate::paper::{self, LettersArgs, ListArgs, MailArgs, SlipsArgs};
use crate::profile::Connection;
use crate::registrar::{self, Issue, Reissue, RequestArgs, Upload};

/// What was typed after `codes`.
#[derive(Args, Debug)]
pub struct CodesArgs {
    #[command(flatten)]
    connection: Connection,

    #[command(subcommand)]
    deed: CodesDeed,
}

#[derive(Debug, Subcommand)]
enum CodesDeed {
    /// Fetch the voting codes that the server made; can be repeated until they are confirmed.
    Fetch {
        /// The ballot.
        id: BallotId,
        /// Where to write them; a file that is there already is not touched.
        #[arg(long, value_name = "FILE.csv")]
        out: PathBuf,
    },
    /// Confirm that the codes have arrived whole: the server erases its copy.
    Confirm {
        /// The ballot.
        id: BallotId,
    },
    /// Make the codes as the registrar, apart from the server, which is told their public part alone.
    Issue(Issue),
    /// Fetch what the registrar makes codes from, to carry it to a machine without a network.
    Request(RequestArgs),
    /// Hand in the public part of codes that were made on a machine without a network.
    Upload(Upload),
    /// Find re-issued codes among the registrar's spare ones.
    Reissue(Reissue),
    /// Note which members were handed their codes.
    HandedOver(HandedOver),
    /// Note, as the registrar, which members' codes were sent, arrived or came back.
    Delivered(Delivered),
    /// Print letters with the codes in a file, for window envelopes. Needs no server.
    Letters(LettersArgs),
    /// Print slips with the codes in a file, several on a page, to be handed over. Needs no server.
    Slips(SlipsArgs),
    /// Print lists on which members sign for their slips. Needs no server.
    List(ListArgs),
    /// Send the codes in a file by e-mail, through the union's own mail server. Needs no server of ours.
    Mail(MailArgs),
}

/// Codes were written.
#[derive(Serialize)]
struct Fetched<'a> {
    file: &'a Path,
    codes: usize,
}

/// Codes were confirmed.
#[derive(Serialize)]
struct Confirmed<'a> {
    id: &'a str,
    confirmed: bool,
}

/// Fetches or confirms codes.
///
/// # Errors
/// Not the delegate who froze the ballot, codes that are confirmed already, a file.
pub fn run(args: &CodesArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    match &args.deed {
        CodesDeed::Fetch { id, out } => {
            let file = NewFile::create(out, Access::Owner)?;
            let client = args.connection.member()?;
            let fetched: MemberCodes =
                client.get(&Endpoint::new(&["ballots", id.as_str(), "codes"]))?.json()?;
            let rows = fetched.codes.iter().map(|code| {
                [code.member_no.as_str(), code.name.as_str(), code.unit.as_str(), code.code.expose()]
            });
            write(file, out, ["member_no", "name", "unit", "code"], rows)?;
            let codes = fetched.codes.len();
            about(&client, id, out, session);
            let text = [
                format!("{codes} voting codes are in {}.", out.display()),
                format!("Check that the file is whole and safe, then: scrutineer codes confirm {id}"),
            ];
            session.printer.answer(&Fetched { file: out, codes }, text)?;
        }
        CodesDeed::Confirm { id } => {
            let client = args.connection.member()?;
            client.order(&Endpoint::new(&["ballots", id.as_str(), "codes", "confirmation"]))?;
            let text = "Confirmed. The server has erased its copy: your file is the only one now.";
            session.printer.answer(&Confirmed { id: id.as_str(), confirmed: true }, [text])?;
        }
        CodesDeed::Issue(deed) => return registrar::issue(deed, &args.connection, session),
        CodesDeed::Request(deed) => return registrar::request(deed, &args.connection.member()?, session),
        CodesDeed::Upload(deed) => return registrar::upload(deed, &args.connection.member()?, session),
        CodesDeed::Reissue(deed) => return registrar::reissue(deed, &args.connection.member()?, session),
        CodesDeed::Letters(args) => return paper::letters(args, session),
        CodesDeed::Slips(args) => return paper::slips(args, session),
        CodesDeed::List(args) => return paper::list(args, session),
        CodesDeed::Mail(args) => return paper::mail(args, session),
        CodesDeed::HandedOver(deed) => {
            return deliveries::handed_over(deed, &args.connection.member()?, session);
        }
        CodesDeed::Delivered(deed) => {
            return deliveries::delivered(deed, &args.connection.member()?, session);
        }
    }
    Ok(Exit::Yes)
}

/// Writes beside a file of codes what letters say about the ballot. The codes are safe by then, and it can be fetched again.
pub(crate) fn about(client: &Client, id: &BallotId, codes: &Path, session: &mut Session<'_>) {
    let write = || -> anyhow::Result<PathBuf> {
        let ballot: Ballot = client.get(&Endpoint::new(&["ballots", id.as_str()]))?.json()?;
        let about: About = client.get(&Endpoint::new(&[]))?.json()?;
        let file = AboutFile::of_ballot(&ballot, &about.union, &client.address().to_string())?;
        Ok(file.write_beside(codes)?)
    };
    if let Err(error) = write() {
        let what = crate::printer::sentence(&error);
        session.printer.warn(format!("what letters say about the ballot was not written: {what}"));
    }
}

/// Writes a file of codes: a header and rows, straight to the disk so that no copy stays in memory.
pub(crate) fn write<'a>(
    file: NewFile,
    path: &Path,
    header: [&str; 4],
    rows: impl Iterator<Item = [&'a str; 4]>,
) -> anyhow::Result<()> {
    let cannot = || format!("{} cannot be written", path.display());
    let mut csv = csv::Writer::from_writer(file);
    csv.write_record(header).with_context(cannot)?;
    for row in rows {
        csv.write_record(row).with_context(cannot)?;
    }
    let file = csv.into_inner().map_err(csv::IntoInnerError::into_error).with_context(cannot)?;
    Ok(file.finish()?)
}
