//! The journal of a run of mails: one line for every mail that the mail server took or refused for good. No code, no address.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::files::{self, FileError};

/// Most bytes of a journal: a million lines.
const LIMIT: u64 = 1 << 28;

/// Why a journal cannot be used.
#[derive(Debug, Error)]
pub(super) enum JournalError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{} cannot be written: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error(
        "{} is the journal of another file of codes: name another with --journal, or find the file it belongs to", .0.display()
    )]
    Other(PathBuf),
    #[error("{}, line {line}: this is no line of a journal; nothing was sent", path.display())]
    Line { path: PathBuf, line: usize },
}

/// The first line: which file of codes it is about.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Head {
    codes_sha256: String,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// The mail server took it.
    Sent,
    /// It will never take it.
    Refused,
}

/// One mail.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Line {
    member_no: String,
    state: State,
    /// The mail's own part of its message id, hex; bounces name it.
    letter: String,
    /// What the mail server said, where it refused.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    status: Option<String>,
}

/// The journal, open for more.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    done: BTreeMap<String, State>,
}

impl Journal {
    /// Opens the journal of the file of codes with this hash, or begins it. A last line without its end was being written when
    /// the program was killed: it is taken away, and its mail is sent again under the same id.
    pub(super) fn open(path: &Path, codes_sha256: &str) -> Result<Self, JournalError> {
        let text = files::read_own(path, LIMIT)?;
        let failed = |source| JournalError::Write { path: path.to_owned(), source };
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(failed)?;
        let mut journal = Self { path: path.to_owned(), file, done: BTreeMap::new() };
        let whole =
            text.as_deref().and_then(|text| text.rfind('\n').map(|end| &text[..=end])).unwrap_or_default();
        for (i, line) in whole.lines().enumerate() {
            let bad = || JournalError::Line { path: path.to_owned(), line: i + 1 };
            if i == 0 {
                let head: Head = serde_json::from_str(line).map_err(|_| bad())?;
                if head.codes_sha256 != codes_sha256 {
                    return Err(JournalError::Other(path.to_owned()));
                }
                continue;
            }
            let line: Line = serde_json::from_str(line).map_err(|_| bad())?;
            journal.done.insert(line.member_no, line.state);
        }
        let end = u64::try_from(whole.len()).unwrap_or(u64::MAX);
        journal.file.set_len(end).map_err(failed)?;
        journal.file.seek(io::SeekFrom::End(0)).map_err(failed)?;
        if end == 0 {
            journal.write(&Head { codes_sha256: codes_sha256.to_owned() })?;
        }
        Ok(journal)
    }

    /// Whether this member's mail was taken or refused for good.
    pub(super) fn is_done(&self, member_no: &str) -> bool {
        self.done.contains_key(member_no)
    }

    /// Writes down what became of a mail; it is on the disk when this returns.
    pub(super) fn note(
        &mut self,
        member_no: &str,
        letter: [u8; 16],
        state: State,
        status: Option<String>,
    ) -> Result<(), JournalError> {
        let member_no = member_no.to_owned();
        self.write(&Line { member_no: member_no.clone(), state, letter: hex::encode(letter), status })?;
        self.done.insert(member_no, state);
        Ok(())
    }

    fn write(&mut self, line: &impl Serialize) -> Result<(), JournalError> {
        let failed = |source| JournalError::Write { path: self.path.clone(), source };
        let mut text = serde_json::to_vec(line).map_err(|error| failed(error.into()))?;
        text.push(b'\n');
        self.file.write_all(&text).and_then(|()| self.file.sync_data()).map_err(failed)
    }

    /// Writes whom mails went to and who refused them, as `codes delivered` takes it; returns the file.
    pub(super) fn list(&self, path: &Path) -> anyhow::Result<PathBuf> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(["member_no", "state"])?;
        for (member_no, state) in &self.done {
            let state = match state {
                State::Sent => "sent",
                State::Refused => "bounced",
            };
            csv.write_record([member_no.as_str(), state])?;
        }
        files::replace(path, &csv.into_inner()?)?;
        Ok(path.to_owned())
    }
}
