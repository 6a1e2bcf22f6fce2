//! What a teller has seen and said of each box.
//!
//! Which sealed count the teller has spoken for: one, for ever. Two true counts of a box that differ by one vote would open
//! that vote, so the first that a teller signs is the only one. And how far the record was when the teller checked it:
//! what was on it then must stay there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::hash::HexHash;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::files::{self, FileError};

/// Most bytes of the file.
const MAX_FILE: u64 = 4 << 20;
const VERSION: u32 = 1;

/// The counts that a teller has spoken for, and the records that the teller has checked.
#[derive(Debug)]
pub struct Opened {
    path: PathBuf,
    wire: Wire,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    v: u32,
    /// Election uuid to hash of the event with the sealed count.
    opened: BTreeMap<String, HexHash>,
    /// Election uuid to hash of the last event that was on the record.
    #[serde(default)]
    checked: BTreeMap<String, HexHash>,
}

/// Why a count is not opened.
#[derive(Debug, Error)]
pub enum OpenedError {
    /// Another one was.
    #[error(
        "you have already spoken for another count of this box ({election}): the one in event {first}, not {second}. A \
         teller opens one count of a box and no other, ever. Tell the other tellers and the election committee"
    )]
    Another {
        /// The box's election.
        election: Uuid,
        /// The event of the count before.
        first: HexHash,
        /// The event of this one.
        second: HexHash,
    },
    /// The file is damaged; guessing would be dangerous.
    #[error(
        "{} is damaged. It says which counts you have opened; without it none can be opened safely. Bring back a copy of it",
        .0.display()
    )]
    Damaged(PathBuf),
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Opened {
    /// Reads the file; none means none.
    ///
    /// # Errors
    /// It cannot be read or is damaged.
    pub fn load(path: &Path) -> Result<Self, OpenedError> {
        let wire = match files::read_own(path, MAX_FILE)? {
            None => Wire { v: VERSION, opened: BTreeMap::new(), checked: BTreeMap::new() },
            Some(text) => match serde_json::from_str::<Wire>(&text) {
                Ok(wire) if wire.v == VERSION => wire,
                _ => return Err(OpenedError::Damaged(path.to_owned())),
            },
        };
        Ok(Self { path: path.to_owned(), wire })
    }

    /// Whether a count of this box was spoken for.
    #[must_use]
    pub fn has_spoken(&self, election: &Uuid) -> bool {
        self.wire.opened.contains_key(election.as_str())
    }

    /// The last event that was on the record of this box when it was checked, if it was.
    #[must_use]
    pub fn checked(&self, election: &Uuid) -> Option<&HexHash> {
        self.wire.checked.get(election.as_str())
    }

    /// Remembers the last event on the record of a box that was checked.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn remember_checked(&mut self, election: &Uuid, event: HexHash) -> Result<(), OpenedError> {
        self.wire.checked.insert(election.to_string(), event);
        self.save()
    }

    /// Speaks for the count in this event: it is on the disk when this returns.
    ///
    /// # Errors
    /// Another count of this box was spoken for, or the file cannot be written.
    pub fn speak_for(&mut self, election: &Uuid, event: HexHash) -> Result<(), OpenedError> {
        match self.wire.opened.get(election.as_str()) {
            Some(first) if *first == event => return Ok(()),
            Some(first) => {
                return Err(OpenedError::Another {
                    election: election.clone(),
                    first: *first,
                    second: event,
                });
            }
            None => {}
        }
        self.wire.opened.insert(election.to_string(), event);
        self.save()
    }

    fn save(&self) -> Result<(), OpenedError> {
        let bytes = serde_json::to_vec(&self.wire).map_err(|_| OpenedError::Damaged(self.path.clone()))?;
        Ok(files::replace(&self.path, &bytes)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_count_a_box_also_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.opened.json");
        let uuid = |text: &str| Uuid::from_text(text).unwrap();
        let (one, two) = (uuid("ZM9Q5QG2xbtcA9"), uuid("ZM9Q5QG2xbtcA8"));
        let mut opened = Opened::load(&path).unwrap();
        opened.speak_for(&one, HexHash::of(b"1")).unwrap();
        opened.speak_for(&one, HexHash::of(b"1")).unwrap();
        opened.speak_for(&two, HexHash::of(b"2")).unwrap();
        for mut opened in [opened, Opened::load(&path).unwrap()] {
            opened.speak_for(&one, HexHash::of(b"1")).unwrap();
            let refused = opened.speak_for(&one, HexHash::of(b"2"));
            assert!(matches!(refused, Err(OpenedError::Another { .. })));
        }
        let mut again = Opened::load(&path).unwrap();
        again.speak_for(&one, HexHash::of(b"1")).unwrap();
        assert!(again.has_spoken(&one) && !again.has_spoken(&uuid("ZM9Q5QG2xbtcA7")));
    }

    #[test]
    fn what_was_checked_is_kept_with_what_was_spoken_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.opened.json");
        // As it was written before records were remembered.
        let count = HexHash::of(b"1");
        let text = format!("{{\"v\":1,\"opened\":{{\"ZM9Q5QG2xbtcA9\":\"{count}\"}}}}");
        files::replace(&path, text.as_bytes()).unwrap();
        let one = Uuid::from_text("ZM9Q5QG2xbtcA9").unwrap();
        let mut opened = Opened::load(&path).unwrap();
        assert!(opened.has_spoken(&one) && opened.checked(&one).is_none());
        opened.remember_checked(&one, HexHash::of(b"2")).unwrap();
        let again = Opened::load(&path).unwrap();
        assert!(again.has_spoken(&one));
        assert_eq!(again.checked(&one), Some(&HexHash::of(b"2")));
    }

    #[test]
    fn a_damaged_file_opens_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.opened.json");
        for damaged in ["", "{}", "{\"v\":2,\"opened\":{}}", "{\"v\":1,\"opened\":{\"a\":\"b\"}}"] {
            files::replace(&path, damaged.as_bytes()).unwrap();
            assert!(matches!(Opened::load(&path), Err(OpenedError::Damaged(_))), "{damaged}");
        }
    }
}
