//! `scrutineer verify`: anyone checks records, and the certificate that was made from them, from their files alone.

mod certificate;
mod document;
mod record;
mod text;

use std::path::{Path, PathBuf};

use clap::Args;
use scrutineer_protocol::verify::Report;

use crate::exit::Exit;
use crate::printer::{Printer, sentence};
use certificate::Folder;
pub(crate) use document::Document;
use document::Documents;
pub use record::Checked;
pub use scrutineer_protocol::verify::Level;
pub(crate) use text::one_line;

/// Names of the checks that only records of ours and their certificates have; the others' are in the protocol crate.
pub mod names {
    /// The description line fits the record.
    pub const DESCRIPTION: &str = "description";
    /// The ballot is for practice: its result binds nobody, and it cannot be certified.
    pub const PRACTICE: &str = "practice";
    /// The frozen rules can be applied to the counts.
    pub const DECISIONS: &str = "decisions";
    /// The certificate reads, and its fields agree with each other.
    pub const CERTIFICATE: &str = "certificate";
    /// The certificate says what the record gives.
    pub const CERTIFICATE_RECORD: &str = "certificate-record";
    /// Enough officers have signed the certificate.
    pub const CERTIFICATE_SIGNATURES: &str = "certificate-signatures";
    /// The list of signers beside the certificate names officers alone.
    pub const ALLOWED_SIGNERS: &str = "allowed-signers";
}

/// What the files in a certificate's folder are called (design section 8).
pub mod folder_names {
    use scrutineer_ballot::roll::MemberNo;

    /// The certificate.
    pub const CERTIFICATE: &str = "certificate.json";
    /// The shares of its one record.
    pub const SHARES: &str = "shares.json";
    /// The list of signers for `ssh-keygen`.
    pub const ALLOWED_SIGNERS: &str = "allowed_signers";

    /// A member's signature.
    #[must_use]
    pub fn signature(no: &MemberNo) -> String {
        format!("{CERTIFICATE}.{}.sig", no.file_name())
    }
}

/// What was typed after `verify`.
#[derive(Args, Debug)]
pub struct Verify {
    /// The records to check.
    #[arg(required = true, value_name = "FILE.bel")]
    files: Vec<PathBuf>,

    /// The folder of the certificate that was made from these records: checks it, its signatures and its shares as well.
    #[arg(long, value_name = "DIR")]
    certificate: Option<PathBuf>,

    /// An older copy of the one record: it must be the beginning of it, byte for byte.
    #[arg(long, value_name = "OLDER.bel")]
    older: Option<PathBuf>,
}

/// What is wrong with the arguments.
#[derive(Debug, thiserror::Error)]
enum VerifyFlagError {
    #[error("`--older` goes with one record, not with several: check them one by one")]
    OlderOfSeveral,
}

/// Checks every record and says what was found. [`Exit::Yes`]: all verify; [`Exit::No`]: one does not.
///
/// # Errors
/// A file that cannot be read or is no record, an election of a kind that is not supported, a folder without certificate.
pub fn run(args: &Verify, printer: &mut Printer<'_>) -> anyhow::Result<Exit> {
    let folder = args.certificate.as_deref().map(Folder::open).transpose()?;
    if let [file] = args.files.as_slice() {
        let checked = one(file, args.older.as_deref(), folder.as_ref(), printer)?;
        printer.answer(&Document::new(&checked), text::lines(&checked, folder.as_ref()))?;
        return Ok(exit(&checked.report));
    }
    if args.older.is_some() {
        return Err(VerifyFlagError::OlderOfSeveral.into());
    }
    several(&args.files, folder.as_ref(), printer)
}

/// Checks a record by itself, as `verify FILE.bel` does.
///
/// # Errors
/// As [`run`].
pub fn record(record: &Path, printer: &Printer<'_>) -> anyhow::Result<Checked> {
    record::check(record, None, None, printer)
}

/// Checks a record and the certificate in a folder, as `verify FILE.bel --certificate DIR` does.
///
/// # Errors
/// As [`run`].
pub fn certified(record: &Path, certificate: &Path, printer: &Printer<'_>) -> anyhow::Result<Checked> {
    one(record, None, Some(&Folder::open(certificate)?), printer)
}

/// One record; the certificate's checks stand among its own.
fn one(
    file: &Path,
    older: Option<&Path>,
    folder: Option<&Folder>,
    printer: &Printer<'_>,
) -> anyhow::Result<Checked> {
    let mut checked = record::check(file, older, folder, printer)?;
    if let Some(folder) = folder {
        let found = folder.check(&[&checked]);
        checked.report.checks.extend(found);
    }
    Ok(checked)
}

fn several(files: &[PathBuf], folder: Option<&Folder>, printer: &mut Printer<'_>) -> anyhow::Result<Exit> {
    let mut found = Vec::with_capacity(files.len());
    for file in files {
        let checked = record::check(file, None, folder, printer);
        match &checked {
            Ok(checked) => {
                for line in text::lines(checked, None) {
                    printer.line(line)?;
                }
                printer.line("")?;
            }
            Err(error) => printer.warn(sentence(error)),
        }
        found.push((file.as_path(), checked));
    }
    let exits = found.iter().map(|(_, checked)| checked.as_ref().map_or(Exit::Error, |c| exit(&c.report)));
    let mut worst = exits.max_by_key(|exit| exit.code()).unwrap_or(Exit::Error);
    let certificate = folder.map(|folder| {
        let checked: Vec<&Checked> = found.iter().filter_map(|(_, checked)| checked.as_ref().ok()).collect();
        folder.check(&checked)
    });
    let holds = certificate.as_deref().is_none_or(text::hold);
    if !holds && worst == Exit::Yes {
        worst = Exit::No;
    }
    let mut lines = match (folder, certificate.as_deref()) {
        (Some(folder), Some(checks)) => text::certificate(folder, checks),
        _ => Vec::new(),
    };
    lines.push(text::summary(worst, found.len(), certificate.as_ref().map(|_| holds)));
    printer.answer(&Documents::new(worst, &found, certificate.as_deref()), lines)?;
    Ok(worst)
}

fn exit(report: &Report) -> Exit {
    if report.ok() { Exit::Yes } else { Exit::No }
}
