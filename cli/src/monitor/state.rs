//! A monitor's state file: what it has seen, one JSON document a line, added at the end and never changed.
//!
//! It holds signed heads as they came, and of every event what its hash is made of (its kind and what it names), so that
//! whoever has the file computes the whole chain of a record again and finds the signed heads on it. It holds no times. A
//! program that was killed in the middle of a line leaves a line without an end, which the next run cuts off. Files are read
//! as streams: their length takes no memory.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use scrutineer_ballot::signature::KeyFingerprint;
use scrutineer_protocol::event::{EventKind, State};
use scrutineer_protocol::hash::HexHash;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::chain::{ChainError, Link, links};

/// The version of the file that this program writes and reads.
const VERSION: u32 = 1;
/// The most bytes of a line; the longest that are written have less than half.
const MAX_LINE: usize = 64 << 10;
/// The most bytes of an alarm's sentence, and of a box's name in it: servers have a hand in both.
const MAX_MESSAGE: usize = 4 << 10;
/// The most bytes of an alarm's evidence.
const MAX_EVIDENCE: usize = 24 << 10;

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Entry {
    /// The first line.
    Monitor {
        /// The version of the file.
        v: u32,
        /// The server that is watched.
        server: String,
    },
    /// A record that is followed from here on.
    Record(Begun),
    /// The next events of a record, all of one kind.
    Events {
        /// Whose: the box's election.
        election: String,
        /// The height of the first.
        from: u64,
        /// What has happened.
        kind: EventKind,
        /// What they name, 32 bytes each, one after the other in Base64; empty for an event that names nothing.
        names: String,
    },
    /// A head as it came; its signature held.
    Head(SignedHead),
    /// A script or another file of the voting page, or the page itself, where it was seen first or as announced.
    Booth {
        /// Its path; of the page without the ballot's identifier.
        path: String,
        /// SHA-256 of its bytes, hex.
        sha256: String,
    },
    /// A whole record was verified up to a point.
    Verified {
        /// Whose.
        election: String,
        /// Up to where.
        what: Stage,
        /// The height of its last event.
        height: u64,
    },
    /// A ballot that has ended and needs no more watching.
    Ended {
        /// The ballot.
        ballot: String,
    },
    /// Something was wrong.
    Alarm(Box<Alarm>),
}

/// How a record begins.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Begun {
    /// The box's election.
    pub election: String,
    /// The ballot.
    pub ballot: String,
    /// The name of the box.
    #[serde(rename = "box")]
    pub urn: String,
    /// The election's fingerprint, Base64.
    pub fingerprint: String,
    /// The key that signs heads and receipts.
    pub receipts: KeyFingerprint,
}

/// A head as a server signed it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SignedHead {
    /// The box's election.
    pub election: String,
    /// Height of the event.
    pub height: u64,
    /// Hash of the event.
    pub event: HexHash,
    /// The armoured signature.
    pub signature: String,
}

/// How far a record was verified as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// To the sealed tally.
    Closing,
    /// To the result.
    Result,
    /// With its certificate.
    Certificate,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Alarm {
    /// A stable word.
    pub code: String,
    /// The ballot, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ballot: Option<String>,
    /// The box, if it is about one.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none", default)]
    pub urn: Option<String>,
    /// What is wrong and where, for people.
    pub message: String,
    /// What shows it.
    #[serde(skip_serializing_if = "Value::is_null", default)]
    pub evidence: Value,
}

impl Alarm {
    /// An alarm about the server as a whole.
    #[must_use]
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            ballot: None,
            urn: None,
            message: cut(message.into()),
            evidence: Value::Null,
        }
    }

    /// The same about a ballot.
    #[must_use]
    pub fn of(mut self, ballot: &str) -> Self {
        self.ballot = Some(ballot.to_owned());
        self
    }

    /// The same about a box.
    #[must_use]
    pub fn of_box(mut self, urn: &str) -> Self {
        self.urn = Some(cut(urn.to_owned()));
        self
    }

    /// The same with what shows it. What is longer than a line may be is left out, and said to be.
    #[must_use]
    pub fn with(mut self, evidence: Value) -> Self {
        let size = evidence.to_string().len();
        self.evidence = if size > MAX_EVIDENCE {
            Value::String(format!("too long to be kept: {size} bytes"))
        } else {
            evidence
        };
        self
    }
}

/// A text of others, not longer than it may be on a line.
fn cut(mut text: String) -> String {
    if text.len() > MAX_MESSAGE {
        let end = (0..=MAX_MESSAGE).rev().find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or(0));
        text.push('…');
    }
    text
}

/// Why a state file cannot be used.
#[derive(Debug, Error)]
pub enum StateError {
    /// What the system says.
    #[error("the state file {} cannot be used: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another monitor has it.
    #[error("another monitor is using the state file {}: name another one with --state", .0.display())]
    Held(PathBuf),
    /// Another server's.
    #[error("the state file {} is of the server {theirs}, not of {ours}: name another one with --state", path.display())]
    OtherServer {
        /// The file.
        path: PathBuf,
        /// The server in it.
        theirs: String,
        /// The server that is to be watched.
        ours: String,
    },
    /// A line that no monitor writes, or that does not fit those before it.
    #[error("{}, line {line}: {why}. It is damaged, or not a monitor's state file", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Which line, from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
}

/// A state file that is read from its beginning, line by line.
pub struct Lines<R> {
    path: PathBuf,
    reader: BufReader<R>,
    line: u64,
    /// Bytes of all whole lines so far.
    whole: u64,
}

impl Lines<File> {
    /// Opens a file.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path) -> Result<Self, StateError> {
        let file = File::open(path).map_err(|source| StateError::File { path: path.to_owned(), source })?;
        Ok(Self::new(path, file))
    }
}

impl<R: Read> Lines<R> {
    /// Reads from here.
    pub fn new(path: &Path, inner: R) -> Self {
        Self { path: path.to_owned(), reader: BufReader::new(inner), line: 0, whole: 0 }
    }

    /// What is wrong with the line that was read last.
    pub fn damaged(&self, why: &dyn fmt::Display) -> StateError {
        StateError::Damaged { path: self.path.clone(), line: self.line, why: why.to_string() }
    }

    /// Bytes of all whole lines so far.
    pub fn whole(&self) -> u64 {
        self.whole
    }

    /// The next line that has an end; none after the last.
    ///
    /// # Errors
    /// It cannot be read, or is none of a monitor's.
    pub fn next_entry(&mut self) -> Result<Option<Entry>, StateError> {
        let mut line = Vec::new();
        let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX).saturating_add(1);
        let read = self.reader.by_ref().take(limit).read_until(b'\n', &mut line);
        let read = read.map_err(|source| StateError::File { path: self.path.clone(), source })?;
        self.line = self.line.saturating_add(1);
        if line.pop() != Some(b'\n') {
            if read > MAX_LINE {
                return Err(self.damaged(&"it is longer than any line of a monitor"));
            }
            return Ok(None);
        }
        let entry = serde_json::from_slice(&line).map_err(|error| self.damaged(&error))?;
        let first = self.line == 1;
        match &entry {
            Entry::Monitor { v: VERSION, .. } if first => {}
            Entry::Monitor { v, .. } if first => {
                return Err(self.damaged(&format!("version {v} is not {VERSION}, which this program reads")));
            }
            Entry::Monitor { .. } => return Err(self.damaged(&"a second beginning")),
            _ if first => return Err(self.damaged(&"it does not begin as such a file does")),
            _ => {}
        }
        self.whole = self.whole.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(Some(entry))
    }
}

/// A record as far as it is known.
#[derive(Clone, Debug)]
pub struct KnownRecord {
    /// How it begins.
    pub begun: Begun,
    /// Where it stands.
    pub state: State,
    /// What happened last.
    pub last: Option<EventKind>,
    /// The hash of its Setup event.
    pub setup: Option<HexHash>,
    /// The hashes of the events in the piece that it ends in.
    pub piece: Vec<HexHash>,
    /// The newest head.
    pub head: Option<SignedHead>,
    /// How far it was verified as a whole.
    pub verified: Option<Stage>,
}

/// Events in a piece.
const PIECE: u64 = scrutineer_api::vote::EVENTS_IN_A_PIECE;

impl KnownRecord {
    /// A record of which no event is known yet.
    #[must_use]
    pub fn new(begun: Begun) -> Self {
        Self {
            begun,
            state: State::start(),
            last: None,
            setup: None,
            piece: Vec::new(),
            head: None,
            verified: None,
        }
    }

    /// Height and hash of the last event.
    #[must_use]
    pub fn head_event(&self) -> Option<(u64, HexHash)> {
        self.state.head()
    }

    /// Notes an event that has been taken into the chain.
    fn note(&mut self, link: &Link) {
        self.last = Some(link.kind);
        if link.height == 0 {
            self.setup = Some(link.event);
        }
        if link.height.is_multiple_of(PIECE) {
            self.piece.clear();
        }
        self.piece.push(link.event);
    }
}

/// Everything that a state file says, in memory that grows with the number of records alone.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The server.
    pub server: String,
    /// The records, by election.
    pub records: BTreeMap<String, KnownRecord>,
    /// Files of the voting page, by path, with the hashes that were seen.
    pub booth: BTreeMap<String, BTreeSet<String>>,
    /// Ballots that need no more watching.
    pub ended: BTreeSet<String>,
    /// How many alarms there are.
    pub alarms: u64,
    /// The last of them.
    pub alarm: Option<Alarm>,
}

impl Known {
    /// Takes a line; gives its events, where it has some.
    ///
    /// # Errors
    /// It does not fit those before it, in words.
    pub fn take(&mut self, entry: &Entry) -> Result<Vec<Link>, UnfitError> {
        let unknown = || UnfitError::Unknown;
        match entry {
            Entry::Monitor { server, .. } => self.server.clone_from(server),
            Entry::Record(begun) => {
                let record = KnownRecord::new(begun.clone());
                if self.records.insert(begun.election.clone(), record).is_some() {
                    return Err(UnfitError::Twice);
                }
            }
            Entry::Events { election, from, kind, names } => {
                let record = self.records.get_mut(election).ok_or_else(unknown)?;
                let links = links(&mut record.state, *from, *kind, names)?;
                links.iter().for_each(|link| record.note(link));
                return Ok(links);
            }
            Entry::Head(head) => {
                let record = self.records.get_mut(&head.election).ok_or_else(unknown)?;
                // A head comes after the events up to it; an older one, if it came again, says nothing new.
                if record.head_event() != Some((head.height, head.event)) {
                    return Err(UnfitError::Head(head.height));
                }
                record.head = Some(head.clone());
            }
            Entry::Booth { path, sha256 } => {
                self.booth.entry(path.clone()).or_default().insert(sha256.clone());
            }
            Entry::Verified { election, what, .. } => {
                self.records.get_mut(election).ok_or_else(unknown)?.verified = Some(*what);
            }
            Entry::Ended { ballot } => drop(self.ended.insert(ballot.clone())),
            Entry::Alarm(alarm) => {
                self.alarms = self.alarms.saturating_add(1);
                self.alarm = Some(alarm.as_ref().clone());
            }
        }
        Ok(Vec::new())
    }
}

/// Why a line does not fit those before it.
#[derive(Debug, Error)]
pub enum UnfitError {
    /// It speaks of a record that has not begun.
    #[error("it speaks of a record that has not begun")]
    Unknown,
    /// A record begins again.
    #[error("a record begins a second time")]
    Twice,
    /// A line that is longer than any.
    #[error("it is longer than any line of a monitor")]
    TooLong,
    /// A head that is not the event that it signs.
    #[error("the signed head of height {0} is not the last event before it")]
    Head(u64),
    /// Events that are no chain.
    #[error(transparent)]
    Chain(#[from] ChainError),
}

/// The own state file, held against other monitors as long as the value lives.
pub struct StateFile {
    path: PathBuf,
    file: File,
    /// What it says.
    pub known: Known,
}

impl StateFile {
    /// Opens a file, or begins one; cuts off a last line that was not finished.
    ///
    /// # Errors
    /// See [`StateError`].
    pub fn open(path: &Path, server: &str) -> Result<Self, StateError> {
        let failed = |source| StateError::File { path: path.to_owned(), source };
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(failed)?;
        file.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => StateError::Held(path.to_owned()),
            fs::TryLockError::Error(source) => failed(source),
        })?;
        let mut known = Known::default();
        let mut lines = Lines::new(path, &file);
        while let Some(entry) = lines.next_entry()? {
            known.take(&entry).map_err(|error| lines.damaged(&error))?;
        }
        let whole = lines.whole();
        file.set_len(whole).map_err(failed)?;
        let mut state = Self { path: path.to_owned(), file, known };
        state.file.seek(SeekFrom::Start(whole)).map_err(failed)?;
        if whole == 0 {
            state.add(vec![Entry::Monitor { v: VERSION, server: server.to_owned() }])?;
            // That the file is there is kept as well.
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
            }
        }
        if state.known.server != server {
            let theirs = state.known.server.clone();
            return Err(StateError::OtherServer { path: path.to_owned(), theirs, ours: server.to_owned() });
        }
        Ok(state)
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds lines: in memory and on the disk.
    ///
    /// # Errors
    /// It cannot be written; [`StateError::Damaged`] if a line does not fit those before it, which would be a fault of this
    /// program.
    pub fn add(&mut self, entries: Vec<Entry>) -> Result<(), StateError> {
        let failed = |source| StateError::File { path: self.path.clone(), source };
        let mut bytes = Vec::new();
        for entry in entries {
            let unfit = |error: UnfitError| StateError::Damaged {
                path: self.path.clone(),
                line: 0,
                why: format!("what would be written does not fit: {error}"),
            };
            let line = serde_json::to_vec(&entry).map_err(|error| failed(error.into()))?;
            // What no run could read again is not written.
            if line.len() >= MAX_LINE {
                return Err(unfit(UnfitError::TooLong));
            }
            self.known.take(&entry).map_err(unfit)?;
            bytes.extend(line);
            bytes.push(b'\n');
        }
        self.file.write_all(&bytes).and_then(|()| self.file.sync_data()).map_err(failed)
    }
}
