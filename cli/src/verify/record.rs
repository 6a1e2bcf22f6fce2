//! One record: the protocol's checks, then, for one of ours, what its description line adds.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;
use indicatif::ProgressBar;
use scrutineer_ballot::certificate::VoidWatch;
use scrutineer_ballot::outcome::{Outcome, OutcomeError};
use scrutineer_ballot::terms::Terms;
use scrutineer_protocol::archive::is_prefix;
use scrutineer_protocol::credential::PublicCredentials;
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::group::Backend;
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::verify::{self, Cast, Check, Level, Report, VerifyError, Visitor};
use sha2::{Digest, Sha256};

use super::certificate::Folder;
use super::names;
use crate::entropy;
use crate::files::{self, FileError};
use crate::printer::Printer;

/// Most bytes of a file of shares: room for some hundred thousand proofs.
const MAX_SHARES: u64 = 64 << 20;

/// A record that was checked, whatever was found.
#[derive(Debug)]
pub struct Checked {
    /// The file.
    pub file: PathBuf,
    /// Every check, and what the record says.
    pub report: Report,
    /// What was fixed before the first vote, if the record is one of ours.
    pub terms: Option<Terms>,
    /// What the record decides, if it is one of ours, verifies and has its result.
    pub outcome: Option<Outcome>,
    /// SHA-256 of the file, if it was read to its end.
    pub(super) archive: HexHash,
    /// What was seen of the certificate's void codes.
    pub(super) void: VoidWatch,
    /// SHA-256 of the file of shares that it was checked with, if there was one.
    shares: Option<HexHash>,
}

impl Checked {
    /// SHA-256 of the file.
    #[must_use]
    pub fn archive(&self) -> HexHash {
        self.archive
    }

    /// Checks that the file of shares in a certificate's folder is the one that the record was checked with.
    pub(super) fn same_shares(&mut self, folder: &Folder) -> anyhow::Result<()> {
        let Some(election) = &self.report.election else { return Ok(()) };
        let path = folder.shares_file(election.uuid());
        let inside = read_if_there(&path)?.map(|bytes| HexHash::of(&bytes));
        if inside.is_none() || inside != self.shares {
            let detail =
                format!("{} is not the file of shares that the record was checked with", path.display());
            add(&mut self.report, verify::names::SHARES, Level::Fail, detail);
        }
        Ok(())
    }
}

/// Why a file could not be checked.
#[derive(Debug, thiserror::Error)]
enum RecordError {
    #[error("{}: {error}", file.display())]
    Verify { file: PathBuf, error: VerifyError },
    #[error("{} is a folder: name the record itself, a file that ends in .bel", .0.display())]
    Folder(PathBuf),
}

/// Verifies one file, with the shares beside it or in the certificate's folder and, if given, an older copy.
pub(super) fn check(
    path: &Path,
    older: Option<&Path>,
    folder: Option<&Folder>,
    printer: &Printer<'_>,
) -> anyhow::Result<Checked> {
    let void = VoidWatch::new(folder.map(Folder::void_codes).unwrap_or_default());
    check_with(path, older, folder, void, printer)
}

/// The same without a certificate, looking for these void codes.
pub(super) fn check_watching(path: &Path, void: VoidWatch, printer: &Printer<'_>) -> anyhow::Result<Checked> {
    check_with(path, None, None, void, printer)
}

fn check_with(
    path: &Path,
    older: Option<&Path>,
    folder: Option<&Folder>,
    void: VoidWatch,
    printer: &Printer<'_>,
) -> anyhow::Result<Checked> {
    let file = open(path)?;
    let size = file.metadata().map_or(0, |data| data.len());
    let mut reader = Hashing { inner: file, hash: Sha256::new() };
    let mut watch = Watch { bar: printer.progress(size, &format!("checking ({})", Backend::in_use())), void };
    let shares = Shares { record: path, folder, fault: Cell::new(None), given: Cell::new(None) };
    let verified = verify::archive(&mut reader, |uuid| shares.find(uuid), &mut entropy::system(), &mut watch);
    watch.bar.finish_and_clear();
    let mut report = verified.map_err(|error| RecordError::Verify { file: path.to_owned(), error })?;
    if let Some(older) = older {
        let (level, detail) = match is_prefix(open(older)?, open(path)?) {
            Ok(()) => (Level::Ok, format!("{} is the beginning of this record", older.display())),
            Err(error) => (Level::Fail, error.to_string()),
        };
        report.checks.push(Check { name: verify::names::OLDER_COPY, level, detail });
    }
    let (terms, outcome) = ours(&mut report);
    if let Some(why) = shares.fault.take() {
        let shares = verify::names::SHARES;
        // What only warns of a record alone. The record itself decides what it decides.
        report.checks.retain(|check| check.name != shares || check.level != Level::Warning);
        report.checks.push(Check { name: shares, level: Level::Fail, detail: why });
    }
    let archive = HexHash::from_digest(reader.hash.finalize().into());
    let shares = shares.given.take();
    Ok(Checked { file: path.to_owned(), report, terms, outcome, archive, void: watch.void, shares })
}

fn open(path: &Path) -> anyhow::Result<File> {
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(RecordError::Folder(path.to_owned()).into());
    }
    Ok(file)
}

/// What a record of ours adds: the terms and, when it has its result, the decisions. One that calls itself ours and is
/// not as ours are fails.
fn ours(report: &mut Report) -> (Option<Terms>, Option<Outcome>) {
    if report.election.is_none() {
        return (None, None);
    }
    let terms = match Terms::of(report) {
        Ok(terms) => terms,
        Err(OutcomeError::NotOurs) => return (None, None),
        Err(error) => {
            add(report, names::DESCRIPTION, Level::Fail, error.to_string());
            return (None, None);
        }
    };
    let detail = "the description line fits the questions, the voting codes and the trustees on the record";
    add(report, names::DESCRIPTION, Level::Ok, detail.to_owned());
    if terms.line.is_practice() {
        let detail = "PRACTICE: this ballot was for trying out. Its result binds nobody, and no certificate of it holds";
        add(report, names::PRACTICE, Level::Warning, detail.to_owned());
    }
    if !report.ok() || !report.complete {
        return (Some(terms), None);
    }
    match Outcome::of(report) {
        Ok(outcome) if terms.line.boxes > 1 => {
            let detail = format!(
                "this is the box {:?}, one of {} that decide together: verify the records of all of them at once",
                terms.line.box_name, terms.line.boxes
            );
            add(report, names::DECISIONS, Level::Ok, detail);
            (Some(terms), Some(outcome))
        }
        Ok(outcome) => {
            let rules = outcome.decisions.iter().flatten().count();
            let detail = match rules {
                0 => "no question has a rule: the counts decide nothing".to_owned(),
                1 => "the one frozen rule was applied to the counts".to_owned(),
                _ => format!("the {rules} frozen rules were applied to the counts"),
            };
            add(report, names::DECISIONS, Level::Ok, detail);
            (Some(terms), Some(outcome))
        }
        Err(error) => {
            add(report, names::DECISIONS, Level::Fail, error.to_string());
            (Some(terms), None)
        }
    }
}

fn add(report: &mut Report, name: &'static str, level: Level, detail: String) {
    report.checks.push(Check { name, level, detail });
}

/// Where the file of shares is looked for.
struct Shares<'a> {
    record: &'a Path,
    folder: Option<&'a Folder>,
    /// What is wrong with it beyond what is inside.
    fault: Cell<Option<String>>,
    /// SHA-256 of the one that was found.
    given: Cell<Option<HexHash>>,
}

impl Shares<'_> {
    /// Beside the record, named like it or by its election; with a certificate, in its folder.
    fn find(&self, uuid: &Uuid) -> io::Result<Option<Vec<u8>>> {
        let found = self.look(uuid)?;
        self.given.set(found.as_deref().map(HexHash::of));
        Ok(found)
    }

    fn look(&self, uuid: &Uuid) -> io::Result<Option<Vec<u8>>> {
        let named = self.record.with_file_name(format!("{uuid}.shares.json"));
        let beside = match read_if_there(&self.record.with_extension("shares.json"))? {
            None => read_if_there(&named)?,
            found => found,
        };
        let Some(folder) = self.folder else { return Ok(beside) };
        let path = folder.shares_file(uuid);
        let inside = read_if_there(&path)?;
        match (&inside, &beside) {
            (None, _) => self.fault.set(Some(format!(
                "{} is missing: the further proofs of the tellers' shares belong to the certificate",
                path.display()
            ))),
            (Some(inside), Some(beside)) if inside != beside => self.fault.set(Some(format!(
                "{} and the file of shares beside the record are not the same",
                path.display()
            ))),
            _ => {}
        }
        Ok(inside)
    }
}

fn read_if_there(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match files::read(path, MAX_SHARES) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(FileError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io::Error::other(error)),
    }
}

/// Hashes what is read.
struct Hashing<R> {
    inner: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hash.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

/// Shows how far the reading has come, and looks for void codes.
struct Watch {
    bar: ProgressBar,
    void: VoidWatch,
}

impl Visitor for Watch {
    fn credentials(&mut self, credentials: &PublicCredentials) {
        self.void.credentials(credentials);
    }

    fn ballot(&mut self, cast: &Cast<'_>) {
        self.void.ballot(cast);
    }

    fn progress(&mut self, bytes: u64) {
        self.bar.set_position(bytes);
    }
}
