//! A downloaded log: a header, then one entry a line, each in the one form in which a server writes it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use scrutineer_api::about::About;
use scrutineer_api::audit::AuditEntry;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::files::FileError;

/// The version of this form.
const VERSION: u32 = 1;
/// Longer than any entry: a server takes no request of this size.
const LONGEST: u64 = 64 << 20;

/// The first line: whose log it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    /// What the file is: always `audit-log`.
    scrutineer: String,
    /// The version of its form.
    version: u32,
    /// The union.
    pub(super) union: String,
    /// Fingerprint of the server's receipt key, which tells servers apart.
    pub(super) receipts: String,
}

impl Header {
    pub(super) fn of(about: &About) -> Self {
        Self {
            scrutineer: "audit-log".to_owned(),
            version: VERSION,
            union: about.union.clone(),
            receipts: about.receipt_key.fingerprint.clone(),
        }
    }
}

/// Why a file is no downloaded log.
#[derive(Debug, Error)]
pub(super) enum LogFileError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(
        "{} is no downloaded audit log: its first line is not the one that `scrutineer audit export` writes", .0.display()
    )]
    NoHeader(PathBuf),
    #[error(
        "{} is a log of version {version}, and this program reads version {VERSION}: use a newer one", path.display()
    )]
    Version { path: PathBuf, version: u32 },
    #[error("line {line} of {} is longer than {LONGEST} bytes, which no entry is: is it the right file?", path.display())]
    TooLong { path: PathBuf, line: u64 },
}

/// Why a line is not an entry as a server writes it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum FormError {
    #[error("the file ends in the middle of it: it did not arrive whole, or its end was cut off")]
    CutOff,
    #[error(
        "it ends in CR LF: a program changed the line ends on the way, so take the file as it was downloaded"
    )]
    CrLf,
    #[error("it is no entry of an audit log")]
    NotAnEntry,
    #[error("it is an entry, but not written as a server writes it: it was changed by hand or by a program")]
    Rewritten,
}

/// The lines of a file, never more than one of them in memory.
pub(super) struct LogFile {
    path: PathBuf,
    reader: BufReader<File>,
    line: u64,
    pub(super) header: Header,
}

impl LogFile {
    /// Opens a file and reads its header.
    pub(super) fn open(path: &Path) -> Result<Self, LogFileError> {
        let file = File::open(path).map_err(|source| FileError::Read { path: path.to_owned(), source })?;
        let header =
            Header { scrutineer: String::new(), version: 0, union: String::new(), receipts: String::new() };
        let mut log = Self { path: path.to_owned(), reader: BufReader::new(file), line: 0, header };
        let none = || LogFileError::NoHeader(path.to_owned());
        let first = log.next_line()?.ok_or_else(none)?;
        let header: Header = serde_json::from_slice(first.trim_ascii_end()).map_err(|_| none())?;
        if header.scrutineer != "audit-log" {
            return Err(none());
        }
        if header.version != VERSION {
            return Err(LogFileError::Version { path: path.to_owned(), version: header.version });
        }
        log.header = header;
        Ok(log)
    }

    /// The number of the line that was read last, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The next entry, or why the next line is none.
    pub(super) fn entry(&mut self) -> Result<Option<Result<AuditEntry, FormError>>, LogFileError> {
        Ok(self.next_line()?.map(|line| entry(&line)))
    }

    /// The next line with its end; `None` at the end of the file.
    pub(super) fn next_line(&mut self) -> Result<Option<Vec<u8>>, LogFileError> {
        let mut line = Vec::new();
        let mut bounded = self.reader.by_ref().take(LONGEST + 1);
        let read = bounded.read_until(b'\n', &mut line);
        let read = read.map_err(|source| FileError::Read { path: self.path.clone(), source })?;
        if read == 0 {
            return Ok(None);
        }
        self.line += 1;
        if u64::try_from(read).unwrap_or(u64::MAX) > LONGEST {
            return Err(LogFileError::TooLong { path: self.path.clone(), line: self.line });
        }
        Ok(Some(line))
    }
}

/// A line as a file has it.
pub(super) fn line(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_string(value)? + "\n")
}

fn entry(bytes: &[u8]) -> Result<AuditEntry, FormError> {
    let Some(bare) = bytes.strip_suffix(b"\n") else { return Err(FormError::CutOff) };
    if bare.ends_with(b"\r") {
        return Err(FormError::CrLf);
    }
    let entry: AuditEntry = serde_json::from_slice(bare).map_err(|_| FormError::NotAnEntry)?;
    let same = serde_json::to_vec(&entry).is_ok_and(|text| text == bare);
    if same { Ok(entry) } else { Err(FormError::Rewritten) }
}
