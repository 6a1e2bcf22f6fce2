//! Void codes: on the record, and without a vote.

use std::collections::HashMap;

use scrutineer_protocol::Point;
use scrutineer_protocol::credential::PublicCredentials;
use scrutineer_protocol::verify::{Cast, Visitor};

/// Looks for void codes while a record is verified. A credential's last vote counts, so one with any vote on the record
/// has a counted one.
#[derive(Debug, Default)]
pub struct VoidWatch {
    void: HashMap<Point, Seen>,
}

/// Where a credential has been seen.
#[derive(Debug, Default, Clone, Copy)]
struct Seen {
    listed: bool,
    voted: bool,
}

impl VoidWatch {
    /// Looks for these public credentials.
    pub fn new(void: impl IntoIterator<Item = Point>) -> Self {
        Self { void: void.into_iter().map(|credential| (credential, Seen::default())).collect() }
    }

    /// Whether a credential that is looked for stands on the record's list.
    pub fn is_listed(&self, credential: &Point) -> bool {
        self.void.get(credential).is_some_and(|seen| seen.listed)
    }

    /// Whether a credential that is looked for has a vote on the record.
    pub fn has_voted(&self, credential: &Point) -> bool {
        self.void.get(credential).is_some_and(|seen| seen.voted)
    }
}

impl Visitor for VoidWatch {
    fn credentials(&mut self, credentials: &PublicCredentials) {
        for (void, seen) in &mut self.void {
            seen.listed = credentials.position(void).is_some();
        }
    }

    fn ballot(&mut self, cast: &Cast<'_>) {
        if let Some(seen) = self.void.get_mut(cast.credential) {
            seen.voted = true;
        }
    }
}
