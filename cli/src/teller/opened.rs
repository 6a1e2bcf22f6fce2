//! Which sealed count a teller has spoken for, box by box: one, for ever. Two true counts of a box that differ by one
//! vote would open that vote, so the first that a teller signs is the only one.

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

/// The counts that a teller has spoken for.
#[derive(Debug)]
pub struct Opened {
    path: PathBuf,
    counts: BTreeMap<String, HexHash>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    v: u32,
    /// Election uuid to hash of the event with the sealed count.
    opened: BTreeMap<String, HexHash>,
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
        let counts = match files::read_own(path, MAX_FILE)? {
            None => BTreeMap::new(),
            Some(text) => match serde_json::from_str::<Wire>(&text) {
                Ok(wire) if wire.v == VERSION => wire.opened,
                _ => return Err(OpenedError::Damaged(path.to_owned())),
            },
        };
        Ok(Self { path: path.to_owned(), counts })
    }

    /// Speaks for the count in this event: it is on the disk when this returns.
    ///
    /// # Errors
    /// Another count of this box was spoken for, or the file cannot be written.
    pub fn speak_for(&mut self, election: &Uuid, event: HexHash) -> Result<(), OpenedError> {
        match self.counts.get(election.as_str()) {
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
        self.counts.insert(election.to_string(), event);
        let wire = Wire { v: VERSION, opened: self.counts.clone() };
        let bytes = serde_json::to_vec(&wire).map_err(|_| OpenedError::Damaged(self.path.clone()))?;
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
