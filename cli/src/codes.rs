//! `scrutineer codes`: the voting codes of a ballot on their way to its members, and how files of codes are written.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use scrutineer_api::about::About;
use scrutineer_api::ballot::{Ballot, MemberCode};
use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

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
            let reply = client.get(&Endpoint::new(&["ballots", id.as_str(), "codes"]))?;
            let mut file = CodesFile::begin(file, out, ["member_no", "name", "unit", "code"])?;
            let (mut codes, mut failed) = (0, None);
            let read = reply.json_by(MemberCodes(|code: MemberCode| {
                let row = [&code.member_no, &code.name, &code.unit, code.code.expose()];
                codes += 1;
                file.add(row).map_err(|error| failed = Some(error)).is_ok()
            }));
            if let Some(error) = failed {
                return Err(error);
            }
            read?;
            file.finish()?;
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

/// What the server sends, [`scrutineer_api::ballot::MemberCodes`], as it comes: each code is given away when it is there. `false`
/// ends it.
struct MemberCodes<F>(F);

impl<'de, F: FnMut(MemberCode) -> bool> DeserializeSeed<'de> for MemberCodes<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de, F: FnMut(MemberCode) -> bool> Visitor<'de> for MemberCodes<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("voting codes")
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> Result<(), M::Error> {
        let mut seen = false;
        while let Some(name) = map.next_key::<String>()? {
            if name != "codes" {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if std::mem::replace(&mut seen, true) {
                return Err(M::Error::duplicate_field("codes"));
            }
            map.next_value_seed(EachCode(&mut self.0))?;
        }
        if seen { Ok(()) } else { Err(M::Error::missing_field("codes")) }
    }
}

/// The codes themselves.
struct EachCode<'f, F>(&'f mut F);

impl<'de, F: FnMut(MemberCode) -> bool> DeserializeSeed<'de> for EachCode<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(MemberCode) -> bool> Visitor<'de> for EachCode<'_, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("voting codes, one after the other")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut codes: S) -> Result<(), S::Error> {
        while let Some(code) = codes.next_element()? {
            if !(self.0)(code) {
                return Err(S::Error::custom("they cannot be taken"));
            }
        }
        Ok(())
    }
}

/// A file of codes that is being written: a header and rows, straight to the disk so that no copy stays in memory.
struct CodesFile<'p> {
    path: &'p Path,
    csv: csv::Writer<NewFile>,
}

impl<'p> CodesFile<'p> {
    fn begin(file: NewFile, path: &'p Path, header: [&str; 4]) -> anyhow::Result<Self> {
        let mut file = Self { path, csv: csv::Writer::from_writer(file) };
        file.add(header)?;
        Ok(file)
    }

    fn cannot(path: &Path) -> String {
        format!("{} cannot be written", path.display())
    }

    fn add(&mut self, row: [&str; 4]) -> anyhow::Result<()> {
        self.csv.write_record(row).with_context(|| Self::cannot(self.path))
    }

    fn finish(self) -> anyhow::Result<()> {
        let file = self.csv.into_inner().map_err(csv::IntoInnerError::into_error);
        Ok(file.with_context(|| Self::cannot(self.path))?.finish()?)
    }
}

/// Writes a file of codes.
pub(crate) fn write<'a>(
    file: NewFile,
    path: &Path,
    header: [&str; 4],
    rows: impl Iterator<Item = [&'a str; 4]>,
) -> anyhow::Result<()> {
    let mut file = CodesFile::begin(file, path, header)?;
    for row in rows {
        file.add(row)?;
    }
    file.finish()
}
