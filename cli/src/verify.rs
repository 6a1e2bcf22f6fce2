//! `scrutineer verify`: anyone checks records, and the certificate that was made from them, from their files alone.

mod beside;
mod certificate;
mod document;
mod record;
mod text;
mod together;

use std::path::{Path, PathBuf};

use clap::Args;
use scrutineer_ballot::certificate::VoidWatch;
use scrutineer_protocol::Point;
use scrutineer_protocol::verify::Report;

use crate::exit::Exit;
use crate::printer::{Printer, sentence};
use certificate::Folder;
use document::{Document, Documents};
pub use record::Checked;
pub use scrutineer_protocol::verify::Level;
pub(crate) use text::one_line;
use together::Joint;

/// Names of the checks that only records of ours and their certificates have; the others' are in the protocol crate.
pub mod names {
    /// The description line fits the record.
    pub const DESCRIPTION: &str = "description";
    /// The ballot is for practice: its result binds nobody, and it cannot be certified.
    pub const PRACTICE: &str = "practice";
    /// The frozen rules can be applied to the counts.
    pub const DECISIONS: &str = "decisions";
    /// The records of a ballot's boxes belong together, and none lacks.
    pub const BOXES: &str = "boxes";
    /// The certificate reads, and its fields agree with each other.
    pub const CERTIFICATE: &str = "certificate";
    /// The certificate says what the record gives.
    pub const CERTIFICATE_RECORD: &str = "certificate-record";
    /// Enough officers have signed the certificate.
    pub const CERTIFICATE_SIGNATURES: &str = "certificate-signatures";
    /// What the certificate says of delivery, and that officers have answered what could have changed the result.
    pub const CERTIFICATE_DELIVERY: &str = "certificate-delivery";
    /// The objections beside the certificate are those on it, and signed.
    pub const CERTIFICATE_OBJECTIONS: &str = "certificate-objections";
    /// The PDF beside the certificate shows it.
    pub const CERTIFICATE_PRINT: &str = "certificate-print";
    /// The list of signers beside the certificate names officers alone.
    pub const ALLOWED_SIGNERS: &str = "allowed-signers";
}

/// What the files in a certificate's folder are called (design section 8).
pub mod folder_names {
    use scrutineer_ballot::roll::MemberNo;
    use scrutineer_protocol::election::Uuid;

    /// The certificate.
    pub const CERTIFICATE: &str = "certificate.json";
    /// The shares of its one record.
    pub const SHARES: &str = "shares.json";
    /// The shares of one of its several records.
    #[must_use]
    pub fn shares(election: &Uuid) -> String {
        format!("{election}.{SHARES}")
    }
    /// The list of signers for `ssh-keygen`.
    pub const ALLOWED_SIGNERS: &str = "allowed_signers";
    /// The same of the observers who objected.
    pub const ALLOWED_OBSERVERS: &str = "allowed_observers";
    /// The certificate to read and print.
    pub const PRINT: &str = "certificate.pdf";

    /// An observer's objection.
    #[must_use]
    pub fn objection(number: u32) -> String {
        format!("objection-{number}.txt")
    }

    /// Its signature.
    #[must_use]
    pub fn objection_signature(number: u32) -> String {
        format!("objection-{number}.txt.sig")
    }

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

/// The same, and looks for codes that the certificate to come will call void: for [`with_certificate`].
///
/// # Errors
/// As [`run`].
pub fn record_watching(record: &Path, void: &[Point], printer: &Printer<'_>) -> anyhow::Result<Checked> {
    record::check_watching(record, VoidWatch::new(void.iter().copied()), printer)
}

/// What [`certified`] gives, for records that were verified a moment ago ([`record_watching`]): they are not verified again, but
/// the certificate's file of shares has to be byte for byte the one that they were verified with.
///
/// # Errors
/// There is no such folder, or a file in it cannot be read.
pub fn with_certificate(mut records: Vec<Checked>, certificate: &Path) -> anyhow::Result<Vec<Checked>> {
    let folder = Folder::open(certificate)?;
    records.iter_mut().try_for_each(|checked| checked.same_shares(&folder))?;
    Ok(held_against(records, &folder))
}

/// Checks records and the certificate in a folder, as `verify FILE.bel.. --certificate DIR` does.
///
/// # Errors
/// As [`run`].
pub fn certified(
    records: &[PathBuf],
    certificate: &Path,
    printer: &Printer<'_>,
) -> anyhow::Result<Vec<Checked>> {
    let folder = Folder::open(certificate)?;
    let records = records.iter().map(|record| record::check(record, None, Some(&folder), printer));
    Ok(held_against(records.collect::<anyhow::Result<_>>()?, &folder))
}

/// Adds what is to be said of the certificate and of all records together.
fn held_against(mut records: Vec<Checked>, folder: &Folder) -> Vec<Checked> {
    let all: Vec<&Checked> = records.iter().collect();
    let mut found: Vec<_> = Joint::all(&all).into_iter().flat_map(|joint| joint.checks).collect();
    found.extend(folder.check(&all));
    // What is about all of them stands among the checks of the first.
    records.iter_mut().take(1).for_each(|first| first.report.checks.append(&mut found));
    records
}

/// The document of records that were checked together with a certificate ([`certified`]).
///
/// # Errors
/// None that can happen with these types; serde does not know that.
pub fn document(checked: &[Checked]) -> Result<serde_json::Value, serde_json::Error> {
    if let [only] = checked {
        return serde_json::to_value(Document::new(only));
    }
    let all: Vec<&Checked> = checked.iter().collect();
    let joints = Joint::all(&all);
    let exits = checked.iter().map(|checked| exit(&checked.report));
    let worst = exits.max_by_key(|exit| exit.code()).unwrap_or(Exit::Error);
    let found: Vec<_> = checked.iter().map(|checked| (checked.file.as_path(), Ok(checked))).collect();
    serde_json::to_value(Documents::new(worst, &found, &joints, None))
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

/// Of more records than this, those that verify are told in one line each.
const IN_FULL: usize = 12;

fn several(files: &[PathBuf], folder: Option<&Folder>, printer: &mut Printer<'_>) -> anyhow::Result<Exit> {
    let mut found = Vec::with_capacity(files.len());
    for file in files {
        let checked = record::check(file, None, folder, printer);
        match &checked {
            Ok(checked) if files.len() > IN_FULL && checked.report.ok() => {
                printer.line(text::one_record(checked))?;
            }
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
    let checked: Vec<&Checked> = found.iter().filter_map(|(_, checked)| checked.as_ref().ok()).collect();
    let joints = Joint::all(&checked);
    let certificate = folder.map(|folder| folder.check(&checked));
    let holds = certificate.as_deref().is_none_or(text::hold);
    let belong = joints.iter().all(|joint| text::hold(&joint.checks));
    if !(holds && belong) && worst == Exit::Yes {
        worst = Exit::No;
    }
    let mut lines: Vec<String> = joints.iter().flat_map(text::together).collect();
    if let (Some(folder), Some(checks)) = (folder, certificate.as_deref()) {
        lines.extend(text::certificate(folder, checks));
    }
    lines.push(text::summary(worst, found.len(), belong, certificate.as_ref().map(|_| holds)));
    let found: Vec<_> = found.iter().map(|(file, checked)| (*file, checked.as_ref())).collect();
    printer.answer(&Documents::new(worst, &found, &joints, certificate.as_deref()), lines)?;
    Ok(worst)
}

fn exit(report: &Report) -> Exit {
    if report.ok() { Exit::Yes } else { Exit::No }
}
