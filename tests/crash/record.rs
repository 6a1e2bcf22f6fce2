//! The record as anyone can download it, looked at event by event.

use std::collections::HashMap;
use std::io::Cursor;

use scrutineer_ballot::receipt::Receipt;
use scrutineer_protocol::archive::{Kind, Reader};
use scrutineer_protocol::hash::Base64Hash;
use scrutineer_tests::raw::Raw;
use serde_json::Value;

/// The events of a record.
pub(crate) struct Record {
    /// Hash, hex, and content, by height.
    events: Vec<(String, Value)>,
    /// Trackers of votes by height.
    votes: Vec<(String, u64)>,
}

impl Record {
    /// Downloads it.
    pub(crate) fn download(url: &str, ballot: &str) -> Self {
        let reply = Raw::anyone(url).get(&format!("/api/v1/ballots/{ballot}/record")).unwrap();
        assert_eq!(reply.status, 200, "{}", reply.body);
        let mut reader = Reader::new(Cursor::new(reply.body.into_bytes())).unwrap();
        let mut record = Self { events: Vec::new(), votes: Vec::new() };
        let mut last = Vec::new();
        while let Some(found) = reader.next_record().unwrap() {
            if found.kind == Kind::Event {
                let event: Value = serde_json::from_slice(&found.body).unwrap();
                if event["type"] == "Ballot" {
                    let height = u64::try_from(record.events.len()).unwrap();
                    record.votes.push((Base64Hash::of(&last).to_string(), height));
                }
                record.events.push((found.hash.to_string(), event));
            }
            last = found.body;
        }
        record
    }

    /// Every event names the one before it, and stands at its height.
    pub(crate) fn is_chained(&self) {
        let mut before = Value::Null;
        for (height, (hash, event)) in self.events.iter().enumerate() {
            assert_eq!(event["height"], height);
            assert_eq!(event.get("parent").unwrap_or(&Value::Null), &before, "event {height}");
            before = Value::String(hash.clone());
        }
    }

    /// What a receipt promises is there.
    pub(crate) fn holds(&self, receipt: &Receipt) {
        let height = usize::try_from(receipt.height).unwrap();
        let (hash, _) =
            self.events.get(height).unwrap_or_else(|| panic!("no event {height}: a vote is lost"));
        assert_eq!(*hash, receipt.event.to_string(), "another event stands at height {height}");
        assert!(self.votes.contains(&(receipt.tracker.to_string(), receipt.height)));
    }

    /// Whether a vote is there.
    pub(crate) fn has(&self, tracker: &str) -> bool {
        self.votes.iter().any(|(other, _)| other == tracker)
    }

    /// Heights of votes by their trackers.
    pub(crate) fn heights(&self) -> HashMap<&str, u64> {
        self.votes.iter().map(|(tracker, height)| (tracker.as_str(), *height)).collect()
    }
}
