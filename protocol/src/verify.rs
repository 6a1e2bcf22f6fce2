//! Checks a whole archive in one pass (belenios-v1 section 15, every point of it that an archive can show).
//!
//! [`archive`] reads the records one by one and comes to a [`Report`]: named checks, each with a level and a
//! sentence. What only those who run an election can cause fails; what a voter can get onto the record without
//! changing what the ballot says is a warning, so that no voter can make an election unverifiable. A fault stops
//! the pass only where nothing after it can be judged: a broken chain, an event out of order, an election that
//! cannot be read.
//!
//! Memory: an entry for each credential (36 bytes on the list; 36 more and 64 for each sealed number once it has voted) and 32
//! bytes for each ballot that was replaced, beside two batches of ballots, whatever the archive's size. Ballots are checked
//! on all cores while the next are read; findings come in the order of the record whatever the number of cores.
//!
//! Whether points lie in the prime-order subgroup is checked for many at once, by sums of random subsets: where one does not, it
//! is found but for a probability under 2^-100. Everything else is exact.

mod ballots;
mod certificate;
mod count;
mod follow;
mod latest;
mod report;
mod setup;

pub use ballots::Cast;
pub use follow::{FollowError, Followed, Follower, Step};
pub use report::{AnswerCount, Check, Level, QuestionCount, Report, counts, names};

use crate::archive::{ArchiveError, Kind, MAX_RECORD, Reader, Record};
use crate::credential::PublicCredentials;
use crate::election::Uuid;
use crate::event::{DataKind, Event, EventError, EventKind, Phase, State, data_before};
use crate::hash::HexHash;
use ballots::Ballots;
use count::Count;
use rand_core::CryptoRng;
use report::Findings;
use setup::Setup;
use std::io::{self, Read};
use std::sync::Arc;

/// Why no report can be given.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The file cannot be read, or is no archive at all.
    #[error(transparent)]
    Unreadable(ArchiveError),
    /// The election is of a kind that is not supported.
    #[error("this record cannot be checked here: {0}")]
    Unsupported(String),
    /// The side file is there and cannot be read.
    #[error("the file of shares beside the record cannot be read: {0}")]
    Shares(io::Error),
}

/// For [`archive`], where there is no side file.
///
/// # Errors
/// Never.
pub fn no_shares(_: &Uuid) -> io::Result<Option<Vec<u8>>> {
    Ok(None)
}

/// Looks on while an archive is verified.
pub trait Visitor {
    /// The list of credentials, before any ballot.
    fn credentials(&mut self, credentials: &PublicCredentials) {
        let _ = credentials;
    }

    /// A ballot on the record, in its order. Ballots that do not verify are not shown.
    fn ballot(&mut self, cast: &Cast<'_>) {
        let _ = cast;
    }

    /// So many bytes of the archive have been read.
    fn progress(&mut self, bytes: u64) {
        let _ = bytes;
    }
}

/// Looks away.
impl Visitor for () {}

/// Verifies an archive. `shares` gives the bytes of the side file `<uuid>.shares.json`, if there is one; it is asked
/// at the end, and only where the record has partial decryptions.
///
/// # Errors
/// Where there is nothing to report on: the archive cannot be read or is none, its election is of a kind that is not
/// supported, or `shares` fails. A record that does not verify is a [`Report`] that is not ok.
///
/// # Security
/// Whoever made the archive must not know what `rng` draws: it seeds the check of the subgroup.
pub fn archive(
    inner: impl Read,
    shares: impl FnOnce(&Uuid) -> io::Result<Option<Vec<u8>>>,
    rng: &mut impl CryptoRng,
    visitor: &mut impl Visitor,
) -> Result<Report, VerifyError> {
    let mut findings = Findings::default();
    let reader = match Reader::new(inner) {
        Ok(reader) => reader,
        Err(error @ (ArchiveError::Empty | ArchiveError::NotAnArchive(_) | ArchiveError::Io(_))) => {
            return Err(VerifyError::Unreadable(error));
        }
        Err(error) => {
            findings.fail(names::CONTAINER, error.to_string());
            return Ok(Report::new(findings));
        }
    };
    let mut seed = [0; 32];
    rng.fill_bytes(&mut seed);
    let mut pass = Pass {
        seed,
        findings,
        state: State::start(),
        records: 0,
        pending: Vec::new(),
        stage: None,
        tally_event: None,
    };
    match pass.read(reader, visitor) {
        Ok(()) => pass.finish(shares).map_err(VerifyError::Shares),
        Err(Stop::Broken) => Ok(pass.report(visitor)),
        Err(Stop::Unsupported(why)) => Err(VerifyError::Unsupported(why)),
        Err(Stop::Unreadable(error)) => Err(VerifyError::Unreadable(error)),
    }
}

/// Why the pass ends before the archive does.
enum Stop {
    /// The finding is noted; nothing that follows can be judged.
    Broken,
    Unsupported(String),
    Unreadable(ArchiveError),
}

/// What is known after the Setup event.
struct Stage {
    setup: Arc<Setup>,
    ballots: Ballots,
    count: Count,
}

/// One pass over an archive.
struct Pass {
    /// Seeds the checks that many points share.
    seed: [u8; 32],
    findings: Findings,
    state: State,
    records: u64,
    /// Data records that wait for their event.
    pending: Vec<Record>,
    stage: Option<Stage>,
    /// The hash of the EncryptedTally event.
    tally_event: Option<HexHash>,
}

/// The most data records that an event has: a Setup with a certificate.
const MOST_DATA: usize = 5;

impl Pass {
    fn read<R: Read>(&mut self, mut reader: Reader<R>, visitor: &mut impl Visitor) -> Result<(), Stop> {
        loop {
            let record = match reader.next_record() {
                Ok(Some(record)) => record,
                Ok(None) => break,
                Err(error @ ArchiveError::Io(_)) => return Err(Stop::Unreadable(error)),
                Err(error) => {
                    self.findings.fail(names::CONTAINER, error.to_string());
                    return Err(Stop::Broken);
                }
            };
            self.records += 1;
            visitor.progress(reader.offset());
            match record.kind {
                Kind::Data => self.take_data(record)?,
                Kind::Event => {
                    self.take_event(&record, visitor)?;
                    reader.limit_records(MAX_RECORD);
                }
            }
        }
        if let Some(record) = self.pending.first() {
            let place = record.offset;
            self.broken(names::RECORDS, format!("the data record at byte {place} belongs to no event"))?;
        }
        let Some((height, hash)) = self.state.head() else {
            return self.broken(names::ORDER, "the record has no events: it has not begun".to_owned());
        };
        let (records, bytes, events) = (self.records, reader.offset(), height.saturating_add(1));
        self.findings.pass(
            names::CONTAINER,
            format!("{records} records in {bytes} bytes: every header, name and filling is as it must be"),
        );
        self.findings.pass(
            names::CHAIN,
            format!("{events} events, each bound to the one before it; the last is {hash}"),
        );
        self.findings.pass(
            names::ORDER,
            format!("the events follow one another as they may; the record {}", self.state.phase()),
        );
        self.findings.pass(names::RECORDS, "every event has its data, and there is nothing else".to_owned());
        if let Some(stage) = &mut self.stage {
            stage.ballots.flush(&stage.setup, &mut self.findings, visitor);
            stage.ballots.summarize(&mut self.findings);
            stage.count.summarize(&mut self.findings);
        }
        Ok(())
    }

    fn broken(&mut self, name: &'static str, detail: String) -> Result<(), Stop> {
        self.findings.fail(name, detail);
        Err(Stop::Broken)
    }

    fn take_data(&mut self, record: Record) -> Result<(), Stop> {
        if self.pending.len() == MOST_DATA {
            let place = record.offset;
            return self
                .broken(names::RECORDS, format!("the data record at byte {place} belongs to no event"));
        }
        self.pending.push(record);
        Ok(())
    }

    fn take_event(&mut self, record: &Record, visitor: &mut impl Visitor) -> Result<(), Stop> {
        let place = record.offset;
        let event = match Event::parse(&record.body) {
            Ok(event) => event,
            Err(error) => return self.broken(names::CHAIN, format!("the event at byte {place}: {error}")),
        };
        if let Err(error) = self.state.apply(&event, record.hash) {
            let name = match error {
                EventError::Order { .. } => names::ORDER,
                EventError::Payload { .. } => names::RECORDS,
                EventError::Height { .. } | EventError::Parent => names::CHAIN,
            };
            return self.broken(name, format!("the event at byte {place}: {error}"));
        }
        let data = std::mem::take(&mut self.pending);
        if let Err(why) = check_data(&event, &data) {
            return self.broken(names::RECORDS, format!("the {} event at byte {place}: {why}", event.kind));
        }
        self.apply(&event, record.hash, data, visitor)
    }

    /// Checks what the event brings. Its data records are there, and the last is its payload.
    fn apply(
        &mut self,
        event: &Event,
        hash: HexHash,
        mut data: Vec<Record>,
        visitor: &mut impl Visitor,
    ) -> Result<(), Stop> {
        let findings = &mut self.findings;
        let Some(stage) = &mut self.stage else {
            let setup = Arc::new(Setup::check(&data, Some(&self.seed), findings)?);
            visitor.credentials(&setup.credentials);
            let ballots = Ballots::new(&setup, self.seed);
            self.stage = Some(Stage { setup, ballots, count: Count::default() });
            return Ok(());
        };
        if event.kind == EventKind::Ballot {
            if let Some(record) = data.pop() {
                stage.ballots.take(event.height, hash, record, &stage.setup, findings, visitor);
            }
            return Ok(());
        }
        stage.ballots.flush(&stage.setup, findings, visitor);
        match event.kind {
            EventKind::EncryptedTally => {
                self.tally_event = Some(hash);
                stage.count.tally(&data, stage.ballots.tally(), findings)?;
            }
            EventKind::PartialDecryption => stage.count.partial_decryption(&data, &stage.setup, findings)?,
            EventKind::Result => stage.count.result(&data, &stage.setup, findings)?,
            // The state machine has refused the others.
            EventKind::Setup
            | EventKind::Ballot
            | EventKind::EndBallots
            | EventKind::Shuffle
            | EventKind::EndShuffles => {}
        }
        Ok(())
    }

    /// The report on a record that was read to its end.
    fn finish(mut self, shares: impl FnOnce(&Uuid) -> io::Result<Option<Vec<u8>>>) -> io::Result<Report> {
        if let Some(stage) = &self.stage
            && stage.count.has_decryptions()
        {
            let file = shares(stage.setup.election.uuid())?;
            stage.count.shares(file.as_deref(), &stage.setup, &mut self.findings);
        }
        Ok(self.report(&mut ()))
    }

    fn report(mut self, visitor: &mut impl Visitor) -> Report {
        if let Some(stage) = &mut self.stage {
            stage.ballots.flush(&stage.setup, &mut self.findings, visitor);
        }
        let mut report = Report::new(self.findings);
        report.complete = self.state.phase() == Phase::Done;
        report.head = self.state.head();
        report.encrypted_tally_event = self.tally_event;
        if let Some(Stage { setup, ballots, count }) = self.stage {
            report.voters = setup.credentials.len() as u64;
            report.votes = ballots.tally().ballots();
            report.replaced = ballots.replaced();
            report.weight = ballots.tally().weight();
            report.weighted = setup.credentials.is_weighted();
            report.counts = count.counts(&setup.election);
            report.decrypted_by = count.owners();
            report.trustees.clone_from(&setup.trustees);
            report.election = Some(setup.election.clone());
        }
        report
    }
}

/// Checks that the data records before an event are those that it must have, joined by their hashes as far as that
/// can be seen without reading what they hold.
fn check_data(event: &Event, data: &[Record]) -> Result<(), String> {
    let wanted = data_before(event.kind);
    let certificate = usize::from(event.kind == EventKind::Setup);
    if data.len() < wanted.len() || data.len() > wanted.len() + certificate {
        let wanted: Vec<String> = wanted.iter().map(DataKind::to_string).collect();
        let wanted = if wanted.is_empty() { "none".to_owned() } else { wanted.join(", ") };
        return Err(format!("{} data records stand before it, where it needs: {wanted}", data.len()));
    }
    match (&event.payload, data.last()) {
        (Some(payload), Some(last)) if *payload != last.hash => {
            Err("it does not name the data record before it".to_owned())
        }
        _ => Ok(()),
    }
}
