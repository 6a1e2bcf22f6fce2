//! How the entries of a log hang together, and what can be said of the first that does not.

use scrutineer_api::audit::AuditEntry;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// How far a log hangs together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chain {
    /// Number of the last entry; 0 before the first.
    pub(super) seq: i64,
    /// Its hash, hex.
    pub(super) hash: String,
    /// The hash before it.
    before: String,
}

/// What is wrong with the first entry that is.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum Fault {
    #[error("entry {0} was changed: it is not what its hash was made of")]
    Changed(i64),
    #[error("the hash of entry {0} was changed: the entry itself is what the next one was written after")]
    HashChanged(i64),
    #[error("entry {0} was removed")]
    Removed(i64),
    #[error("entries {first} to {last} were removed")]
    RemovedSeveral { first: i64, last: i64 },
    #[error("entries {0} and {1} were swapped")]
    Swapped(i64, i64),
    #[error("entry {0} stands there twice")]
    Repeated(i64),
    #[error("two different entries have the number {0}: one of them was added")]
    Added(i64),
    #[error("entry {seq} stands where entry {expected} should: it was moved or added")]
    Misplaced { seq: i64, expected: i64 },
    #[error(
        "entry {0} was not written after the entry that stands before it: one of the two was added or replaced"
    )]
    Unlinked(i64),
}

impl Chain {
    /// Before the first entry.
    pub(super) fn new() -> Self {
        let zeros = "0".repeat(64);
        Self { seq: 0, hash: zeros.clone(), before: zeros }
    }

    /// Takes the next entry, if it follows.
    pub(super) fn follow(&mut self, entry: &AuditEntry) -> bool {
        let follows = entry.seq == self.seq + 1 && entry.prev_hash == self.hash && hash(entry) == entry.hash;
        if follows {
            let before = std::mem::replace(&mut self.hash, entry.hash.clone());
            *self = Self { seq: entry.seq, hash: std::mem::take(&mut self.hash), before };
        }
        follows
    }

    /// What is wrong with an entry that does not follow; `next` stands after it.
    pub(super) fn fault(&self, entry: &AuditEntry, next: Option<&AuditEntry>) -> Fault {
        let (expected, seq) = (self.seq + 1, entry.seq);
        let (own, linked) = (hash(entry) == entry.hash, entry.prev_hash == self.hash);
        if !own {
            let hash_alone =
                linked && seq == expected && next.is_some_and(|next| next.prev_hash == hash(entry));
            return if hash_alone { Fault::HashChanged(seq) } else { Fault::Changed(expected) };
        }
        match seq {
            _ if seq == expected => Fault::Unlinked(seq),
            _ if seq > expected => {
                let back = |next: &AuditEntry| next.seq == expected && hash(next) == next.hash;
                match seq - expected {
                    1 if next.is_some_and(back) => Fault::Swapped(expected, seq),
                    _ if linked => Fault::Misplaced { seq, expected },
                    1 => Fault::Removed(expected),
                    _ => Fault::RemovedSeveral { first: expected, last: seq - 1 },
                }
            }
            _ if entry.hash == self.hash => Fault::Repeated(seq),
            _ if seq == self.seq && entry.prev_hash == self.before => Fault::Added(seq),
            _ => Fault::Misplaced { seq, expected },
        }
    }
}

/// The hash that an entry should have, hex (see `AuditEntry::hash`).
pub(super) fn hash(entry: &AuditEntry) -> String {
    let AuditEntry { seq, at, actor, deed, detail, prev_hash, .. } = entry;
    let text = serde_json::json!([seq, at, actor, deed, detail.to_string(), prev_hash]).to_string();
    hex::encode(Sha256::new().chain_update("scrutineer audit\n").chain_update(text).finalize())
}
