//! Certificates: downloading one with everything that belongs to it, and having a signed one corrected.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use scrutineer_api::count::{Certificate, NewCorrection};
use scrutineer_ballot::roll::MemberNo;
use scrutineer_ballot::signature::{self, OBJECTION_NAMESPACE};
use scrutineer_protocol::election::Uuid;
use serde::Serialize;
use thiserror::Error;

use crate::Session;
use crate::client::{Client, ClientError, Endpoint};
use crate::exit::Exit;
use crate::files::{self, Access};
use crate::ids::BallotId;
use crate::profile::Connection;
use crate::verify::folder_names;

/// What was typed after `certificate`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct CertificateArgs {
    #[command(subcommand)]
    command: Option<CertificateCommand>,

    #[command(flatten)]
    connection: Connection,

    /// The ballot.
    #[arg(required = true)]
    id: Option<BallotId>,

    /// The folder to make.
    #[arg(short, long = "out", value_name = "DIR", required = true)]
    out: Option<PathBuf>,

    /// Which of the ballot's certificates; left out: the newest that enough officers have signed, or else the newest.
    #[arg(long, value_name = "N")]
    number: Option<u32>,
}

/// What else there is to do about certificates.
#[derive(Subcommand, Debug)]
enum CertificateCommand {
    /// Correct a signed certificate by a new one, with everything on it that came since. It is signed anew (`certify`); the
    /// old one can still be had.
    Correct(Correct),
}

#[derive(Args, Debug)]
struct Correct {
    #[command(flatten)]
    connection: Connection,

    /// The ballot.
    id: BallotId,

    /// Why, for everybody to read on the new certificate.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// What was written.
#[derive(Serialize)]
struct CertificateWritten<'a> {
    folder: &'a Path,
    files: Vec<String>,
    number: u32,
    signatures: usize,
    needed: u64,
}

/// What was made.
#[derive(Serialize)]
struct Corrected {
    number: u32,
    needed: u64,
}

/// Why a folder cannot be written.
#[derive(Debug, Error)]
enum FolderError {
    #[error("{} is there already and is not empty: choose another folder", .0.display())]
    NotEmpty(PathBuf),
    #[error("{} cannot be made: {source}", path.display())]
    Make { path: PathBuf, source: io::Error },
    #[error("the server names an election {0:?}, which is none: tell the election committee")]
    Election(String),
    #[error("the server names a signer {0:?}, which is no member number: tell the election committee")]
    Signer(String),
    #[error("the server gives a key of member {0} that cannot be read: tell the election committee")]
    Key(String),
}

/// A file of a folder.
type NewFile = (String, Vec<u8>);

/// Downloads a certificate, or has one corrected.
///
/// # Errors
/// The folder is there already and not empty; there is no certificate yet; nothing to correct.
pub fn run(args: &CertificateArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    match (&args.command, &args.id, &args.out) {
        (Some(CertificateCommand::Correct(args)), _, _) => correct(args, session),
        (None, Some(id), Some(out)) => download(args, id, out, session),
        // The definition of the flags leaves nothing else.
        (None, _, _) => Ok(Exit::Error),
    }
}

/// Fetches a certificate with its signatures.
///
/// # Errors
/// There is none, or none of this number.
pub(crate) fn fetch(client: &Client, ballot: &str, number: Option<u32>) -> Result<Certificate, ClientError> {
    let number = number.map(|number| number.to_string());
    let endpoint = Endpoint::new(&["ballots", ballot, "certificate"]);
    client.get(&endpoint.query_if("number", number.as_deref()))?.json()
}

/// Fetches the newest certificate: the one that officers sign.
///
/// # Errors
/// There is none.
pub(crate) fn fetch_newest(client: &Client, ballot: &str) -> Result<Certificate, ClientError> {
    let shown = fetch(client, ballot, None)?;
    match shown.certificates.last().map(|newest| newest.number) {
        Some(number) if number != shown.number => fetch(client, ballot, Some(number)),
        _ => Ok(shown),
    }
}

fn correct(args: &Correct, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = args.connection.member()?;
    let endpoint = Endpoint::new(&["ballots", args.id.as_str(), "corrections"]);
    let made: Certificate = client.post(&endpoint, &NewCorrection { reason: args.reason.clone() })?.json()?;
    let corrected = Corrected { number: made.number, needed: made.needed };
    let lines = [
        format!(
            "Certificate {} is made: it corrects and replaces number {}.",
            made.number,
            made.number.saturating_sub(1)
        ),
        format!("It takes {} signatures: scrutineer certify {} --key FILE", made.needed, args.id.as_str()),
    ];
    session.printer.answer(&corrected, lines)?;
    Ok(Exit::Yes)
}

fn download(
    args: &CertificateArgs,
    id: &BallotId,
    folder: &Path,
    session: &mut Session<'_>,
) -> anyhow::Result<Exit> {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) || folder.is_file() {
        return Err(FolderError::NotEmpty(folder.to_owned()).into());
    }
    let client = args.connection.anyone()?;
    let certificate = fetch(&client, id.as_str(), args.number)?;
    let mut written = contents(&certificate)?;
    // What is no certificate is downloaded all the same: `verify` says what is wrong with it.
    let printed = scrutineer_print::pdf(certificate.certificate.as_bytes());
    let printed = printed.map(|pdf| written.push((folder_names::PRINT.to_owned(), pdf)));
    write_folder(folder, &written)?;
    let document = CertificateWritten {
        folder,
        files: written.iter().map(|(name, _)| name.clone()).collect(),
        number: certificate.number,
        signatures: certificate.signatures.len(),
        needed: certificate.needed,
    };
    let mut text = lines(&document, &certificate);
    text.extend(printed.err().map(|error| format!("{} was not made: {error}", folder_names::PRINT)));
    session.printer.answer(&document, text)?;
    Ok(Exit::Yes)
}

fn lines(document: &CertificateWritten<'_>, certificate: &Certificate) -> Vec<String> {
    let (folder, number) = (document.folder.display(), document.number);
    let mut lines = vec![
        format!(
            "Certificate {number} is in {folder}; {} is the same to read and print.",
            folder_names::PRINT
        ),
        format!("{} of {} signatures are there.", document.signatures, document.needed),
    ];
    if let Some(newest) = certificate.certificates.last().filter(|newest| newest.number != number) {
        lines.push(format!(
            "Certificate {} is newer; {} officers have signed it (--number {}).",
            newest.number, newest.signatures, newest.number
        ));
    }
    if !certificate.objections.is_empty() {
        lines.push(format!("Objections of observers: {}.", certificate.objections.len()));
    }
    lines.push(match certificate.boxes.len() {
        0 => format!("Check it against the record: scrutineer verify FILE.bel --certificate {folder}"),
        boxes => format!(
            "Check it against the records of all {boxes} boxes: scrutineer verify RECORDS/*.bel --certificate {folder}"
        ),
    });
    lines
}

/// The files of a certificate's folder.
///
/// # Errors
/// The server gives names that are none.
pub(crate) fn contents(certificate: &Certificate) -> anyhow::Result<Vec<NewFile>> {
    let mut files = vec![
        (folder_names::CERTIFICATE.to_owned(), certificate.certificate.clone().into_bytes()),
        (folder_names::ALLOWED_SIGNERS.to_owned(), certificate.allowed_signers.clone().into_bytes()),
    ];
    match certificate.boxes.as_slice() {
        // They are deleted with the record when its time of keeping is over.
        [] if certificate.shares.is_empty() => {}
        [] => files.push((folder_names::SHARES.to_owned(), certificate.shares.clone().into_bytes())),
        several => {
            for one in several {
                // It becomes part of a file's name.
                let uuid = Uuid::from_text(&one.election);
                let uuid = uuid.map_err(|_| FolderError::Election(one.election.clone()))?;
                files.push((folder_names::shares(&uuid), one.shares.clone().into_bytes()));
            }
        }
    }
    for signature in &certificate.signatures {
        // It becomes part of a file's name.
        let signer = MemberNo::parse(&signature.member_no);
        let signer = signer.map_err(|_| FolderError::Signer(signature.member_no.clone()))?;
        files.push((folder_names::signature(&signer), signature.signature.clone().into_bytes()));
    }
    let mut observers = Vec::new();
    for objection in &certificate.objections {
        let observer = MemberNo::parse(&objection.member_no);
        let observer = observer.map_err(|_| FolderError::Signer(objection.member_no.clone()))?;
        let key = signature::parse_public_key(&objection.public_key);
        let key = key.map_err(|_| FolderError::Key(objection.member_no.clone()))?;
        if !observers.iter().any(|(other, known)| *other == observer && *known == key) {
            observers.push((observer, key));
        }
        files.push((folder_names::objection(objection.number), objection.text.clone().into_bytes()));
        let name = folder_names::objection_signature(objection.number);
        files.push((name, objection.signature.clone().into_bytes()));
    }
    if !observers.is_empty() {
        let observers = observers.iter().map(|(observer, key)| (observer, key));
        let text = signature::allowed_signers(OBJECTION_NAMESPACE, observers)?;
        files.push((folder_names::ALLOWED_OBSERVERS.to_owned(), text.into_bytes()));
    }
    Ok(files)
}

/// Makes the folder beside its place, then puts it there as a whole.
fn write_folder(folder: &Path, contents: &[NewFile]) -> anyhow::Result<()> {
    let failed = |source| FolderError::Make { path: folder.to_owned(), source };
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let made = tempfile::Builder::new().prefix(".scrutineer-").tempdir_in(parent).map_err(failed)?;
    for (name, bytes) in contents {
        files::write_new(&made.path().join(name), bytes, Access::Public)?;
    }
    if folder.exists() {
        // It was empty a moment ago; if it no longer is, this fails and nothing is lost.
        fs::remove_dir(folder).map_err(failed)?;
    }
    let made = made.keep();
    fs::rename(&made, folder).map_err(|error| {
        // What could not be put in place is not left behind either.
        let _ = fs::remove_dir_all(&made);
        failed(error).into()
    })
}
