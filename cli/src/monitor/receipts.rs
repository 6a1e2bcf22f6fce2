//! Receipts that somebody has put into a folder: each is a promise that its vote stands at one place of a record.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use scrutineer_ballot::receipt::Receipt;
use scrutineer_protocol::event::EventKind;
use scrutineer_protocol::hash::HexHash;
use serde_json::json;

use super::state::{Alarm, Known, Lines, StateFile};
use super::watch::Stop;
use crate::files;

/// Most bytes of a receipt's file.
const MAX_RECEIPT: u64 = 64 << 10;
/// Most receipts that are looked for.
const MAX_RECEIPTS: usize = 10_000;

/// The receipts of a folder.
pub struct Receipts {
    folder: PathBuf,
    /// Files that have been read.
    seen: BTreeSet<PathBuf>,
    /// Receipts that have not been found yet: election and height, then the file.
    open: BTreeMap<(String, u64), Vec<(PathBuf, Receipt)>>,
}

impl Receipts {
    /// The receipts of this folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), seen: BTreeSet::new(), open: BTreeMap::new() }
    }

    /// Reads what has come into the folder, and looks every receipt up whose place the records have reached. Gives sentences
    /// about those that were found and those that cannot be looked up.
    ///
    /// # Errors
    /// A record does not hold what a receipt promises; the folder or the state file cannot be read.
    pub fn check(&mut self, state: &StateFile) -> Result<Vec<String>, Stop> {
        let mut said = self.read_folder(&state.known)?;
        let reached = |(election, height): &(String, u64)| {
            let known = state.known.records.get(election);
            known.and_then(|known| known.head_event()).is_some_and(|head| head.0 >= *height)
        };
        if self.open.keys().any(reached) {
            said.extend(self.look_up(state)?);
        }
        for ((election, height), receipts) in &self.open {
            let known = state.known.records.get(election);
            let Some(known) = known.filter(|known| known.last == Some(EventKind::Result)) else { continue };
            if let Some((file, receipt)) = receipts.first() {
                let message = format!(
                    "the receipt {} promises a vote at height {height}, but the record of its box has ended before",
                    file.display()
                );
                let alarm = Alarm::new("receipt", message).of(&known.begun.ballot).of_box(&known.begun.urn);
                return Err(alarm.with(json!({ "receipt": receipt, "head": known.head })).into());
            }
        }
        Ok(said)
    }

    fn read_folder(&mut self, known: &Known) -> Result<Vec<String>, Stop> {
        let cannot = |error: std::io::Error| {
            Stop::Here(anyhow::anyhow!(
                "the folder of receipts {} cannot be read: {error}",
                self.folder.display()
            ))
        };
        let mut said = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(cannot)? {
            let path = entry.map_err(cannot)?.path();
            if path.extension().is_none_or(|extension| extension != "json") || self.seen.contains(&path) {
                continue;
            }
            if self.seen.len() == MAX_RECEIPTS {
                said.push(format!("only the first {MAX_RECEIPTS} receipts of the folder are looked for"));
                break;
            }
            let Some(text) = files::read_text(&path, MAX_RECEIPT).ok() else { continue };
            let receipt = match Receipt::parse(&text) {
                Ok(receipt) => receipt,
                Err(error) => {
                    said.push(format!("{}: {error}", path.display()));
                    self.seen.insert(path);
                    continue;
                }
            };
            // Its record has to be known, for the key that signs.
            let Some(record) = known.records.get(receipt.election.as_str()) else { continue };
            match receipt.verify(record.begun.receipts) {
                Ok(()) => {
                    let key = (receipt.election.to_string(), receipt.height);
                    self.open.entry(key).or_default().push((path.clone(), receipt));
                }
                Err(error) => said.push(format!(
                    "{}: it was not signed by the server of this ballot, so it proves nothing: {error}",
                    path.display()
                )),
            }
            self.seen.insert(path);
        }
        Ok(said)
    }

    /// Goes through the state file, which has every event.
    fn look_up(&mut self, state: &StateFile) -> Result<Vec<String>, Stop> {
        let mut said = Vec::new();
        let (mut known, mut lines) = (Known::default(), Lines::open(state.path())?);
        while let Some(entry) = lines.next_entry()? {
            let links = known.take(&entry).map_err(|error| lines.damaged(&error))?;
            let super::state::Entry::Events { election, .. } = &entry else { continue };
            for link in links {
                for (file, receipt) in self.open.remove(&(election.clone(), link.height)).unwrap_or_default()
                {
                    let tracker = HexHash::from_digest(*receipt.tracker.digest());
                    if link.event == receipt.event && link.names == Some(tracker) {
                        said.push(format!(
                            "the vote of the receipt {} stands on the record, at height {}",
                            file.display(),
                            link.height
                        ));
                        continue;
                    }
                    let head = state.known.records.get(election).and_then(|record| record.head.clone());
                    let begun = state.known.records.get(election).map(|record| record.begun.clone());
                    let message = format!(
                        "the receipt {} promises a vote at height {}, but the record has another event there: the vote was \
                         dropped or moved, and receipt and record together prove it",
                        file.display(),
                        link.height
                    );
                    let mut alarm = Alarm::new("receipt", message);
                    if let Some(begun) = begun {
                        alarm = alarm.of(&begun.ballot).of_box(&begun.urn);
                    }
                    let evidence =
                        json!({ "receipt": receipt, "event": link.event, "names": link.names, "head": head });
                    return Err(alarm.with(evidence).into());
                }
            }
        }
        Ok(said)
    }
}
