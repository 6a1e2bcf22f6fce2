//! What only the whole record shows: when voting has ended the pieces are put together on the disk and verified once as
//! `scrutineer verify` does it, against what the monitor has followed; with the result comes what the server says of it, and
//! the certificate.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use scrutineer_api::count::{Certificate, Results};
use scrutineer_api::vote::EVENTS_IN_A_PIECE;
use scrutineer_protocol::archive::{ArchiveError, Reader, Writer};
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::verify::{FollowError, Level, Step};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::net::{As, Network, Trouble, broken, json as get_json, read};
use super::state::Alarm;
use super::watch::{Stop, Watched};
use crate::certificate::contents;
use crate::client::Endpoint;
use crate::files::{self, Access};
use crate::printer::Printer;
use crate::verify::{self, Checked};

/// Most bytes of a file of shares.
const MAX_SHARES: u64 = 16 << 20;

/// Records on the disk of this machine, for as long as the value lives.
pub struct Whole {
    folder: TempDir,
}

impl Whole {
    /// A folder for records.
    ///
    /// # Errors
    /// What the system says.
    pub fn new() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("scrutineer-monitor-").tempdir();
        Ok(Self { folder: folder.context("no folder can be made for the record")? })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Fetches a record up to a height, with its shares.
    ///
    /// # Errors
    /// See [`Stop`].
    pub fn fetch(&self, net: &dyn Network, record: &Watched, height: u64) -> Result<(), Stop> {
        download(net, record, height, &self.record(record))?;
        let shares =
            net.get(&record.endpoint(&["shares"]), As::Member).and_then(|answer| read(answer, MAX_SHARES));
        match shares {
            // What is no JSON at all did not arrive whole.
            Ok(bytes) if serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_err() => {
                Err(Trouble::passing("the proofs of the shares did not arrive whole").into())
            }
            Ok(bytes) => Ok(write(&self.path(&format!("{}.shares.json", record.election)), &bytes)?),
            Err(trouble) if trouble.is_missing() => Ok(()),
            Err(trouble) => Err(trouble.into()),
        }
    }

    fn record(&self, record: &Watched) -> PathBuf {
        self.path(&format!("{}.bel", record.election))
    }

    /// Verifies a record that has been fetched up to this event.
    ///
    /// # Errors
    /// See [`Stop`].
    pub fn check(
        &self,
        record: &Watched,
        (height, event): (u64, HexHash),
        printer: &Printer<'_>,
    ) -> Result<Checked, Stop> {
        let checked = verify::record(&self.record(record), printer)?;
        let failed = failures(std::slice::from_ref(&checked));
        let alarm = |code: &str, message: String, evidence: Value| {
            Stop::from(Alarm::new(code, message).of(&record.ballot).of_box(&record.urn).with(evidence))
        };
        if !failed.is_empty() {
            let message = format!("the record of this box does not verify as a whole: {}", failed.join("; "));
            return Err(alarm("does_not_verify", message, json!(failed)));
        }
        if checked.report.head != Some((height, event)) {
            let evidence = json!({ "followed": event, "given_out": checked.report.head.map(|head| head.1) });
            let message = format!(
                "the record that the server gives out now is not the one that was followed: up to height {height} its \
                 events are others"
            );
            return Err(alarm("rewritten", message, evidence));
        }
        Ok(checked)
    }

    /// Sees that the server publishes the counts and decisions that the record gives.
    ///
    /// # Errors
    /// See [`Stop`].
    pub fn check_results(&self, net: &dyn Network, record: &Watched, checked: &Checked) -> Result<(), Stop> {
        let results: Results = match get_json(net, &record.endpoint(&["results"])) {
            // The result is on the record; what is made of it may come a moment later.
            Err(trouble) if trouble.is_missing() => {
                return Err(Trouble::passing("the result is on the record and not published yet").into());
            }
            results => results?,
        };
        let report = &checked.report;
        let ours = json!(report.counts.clone().unwrap_or_default());
        let theirs = json!(results.counts);
        if ours != theirs || results.cast != report.votes {
            let message = format!(
                "the results that the server publishes are not those of the record: {theirs} of {} votes, where the record \
                 gives {ours} of {}",
                results.cast, report.votes
            );
            let alarm = Alarm::new("other_results", message).of(&record.ballot).of_box(&record.urn);
            return Err(alarm.with(json!({ "record": ours, "published": theirs })).into());
        }
        Ok(())
    }

    /// Verifies the certificate of a ballot against its records, which have been fetched.
    ///
    /// # Errors
    /// See [`Stop`].
    pub fn check_certificate(
        &self,
        net: &dyn Network,
        ballot: &str,
        records: &[&Watched],
        printer: &Printer<'_>,
    ) -> Result<(), Stop> {
        let certificate: Certificate = get_json(net, &Endpoint::new(&["ballots", ballot, "certificate"]))?;
        let folder = self.path("certificate");
        if folder.exists() {
            std::fs::remove_dir_all(&folder).context("an older certificate cannot be removed")?;
        }
        std::fs::create_dir(&folder).context("no folder can be made for the certificate")?;
        for (name, bytes) in contents(&certificate)? {
            write(&folder.join(name), &bytes)?;
        }
        let files: Vec<PathBuf> = records.iter().map(|record| self.record(record)).collect();
        let checked = verify::certified(&files, &folder, printer)?;
        let failed = failures(&checked);
        if failed.is_empty() {
            return Ok(());
        }
        let message = format!("the certificate does not hold: {}", failed.join("; "));
        Err(Alarm::new("certificate", message).of(ballot).with(json!(failed)).into())
    }
}

/// The sentences of all checks that fail.
fn failures(checked: &[Checked]) -> Vec<String> {
    let all = checked.iter().flat_map(|checked| &checked.report.checks);
    let failed = all.filter(|check| check.level == Level::Fail);
    failed.map(|check| format!("{}: {}", check.name, check.detail)).collect()
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if path.exists() {
        files::remove(path)?;
    }
    Ok(files::write_new(path, bytes, Access::Owner)?)
}

/// Puts the pieces of a record together, up to a height.
fn download(net: &dyn Network, record: &Watched, height: u64, path: &Path) -> Result<(), Stop> {
    let here = || format!("{} cannot be written", path.display());
    let file = File::create(path).with_context(here)?;
    let mut file = Some(BufWriter::new(file));
    let mut writer = None;
    let mut next = 0;
    for number in 0..=height / EVENTS_IN_A_PIECE {
        let mut reader = Reader::piece(record.piece(net, number)?, None);
        let last = number.saturating_mul(EVENTS_IN_A_PIECE).saturating_add(EVENTS_IN_A_PIECE - 1).min(height);
        while next <= last {
            let step = match Step::next(&mut reader) {
                Ok(Some(step)) => step,
                Ok(None) => return Err(Trouble::passing("a piece of the record is not whole").into()),
                Err(FollowError::Archive(ArchiveError::Io(error))) => return Err(broken(error).into()),
                Err(error) => return Err(Trouble::passing(error.to_string()).into()),
            };
            if let (Some(file), Some(time)) = (file.take(), reader.timestamp()) {
                writer = Some(Writer::new(file, time).map_err(anyhow::Error::from)?);
            }
            let Some(writer) = &mut writer else { return Ok(()) };
            for one in step.data.iter().chain([&step.event]) {
                writer.record(one.kind, &one.body).map_err(anyhow::Error::from).with_context(here)?;
            }
            next += 1;
        }
    }
    if let Some(writer) = writer {
        let mut file = writer.finish().map_err(anyhow::Error::from).with_context(here)?;
        file.flush().with_context(here)?;
    }
    Ok(())
}
