//! Two monitors' state files side by side: whether one record explains what both were shown. Needs no server. Both files are
//! read as streams, so that their length takes no memory.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::path::Path;

use scrutineer_ballot::receipt::HeadLine;
use scrutineer_ballot::signature::KeyFingerprint;
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::event::State;
use serde::Serialize;

use super::chain::{Link, links};
use super::state::{Begun, Entry, Known, Lines, SignedHead, StateError};

/// What a comparison comes to.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// Whether one record explains both files, for every box that both know.
    pub agree: bool,
    /// The boxes that both know.
    pub records: Vec<Compared>,
    /// Boxes that only one of them knows.
    pub not_common: usize,
}

/// A box in two files.
#[derive(Clone, Debug, Serialize)]
pub struct Compared {
    /// The ballot.
    pub ballot: String,
    /// The name of the box.
    #[serde(rename = "box")]
    pub urn: String,
    /// Whether the two were shown the same, as far as both go.
    pub agree: bool,
    /// The height up to which they were shown the same; none where not even the beginning is.
    pub up_to: Option<u64>,
    /// Where they differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
}

/// Where two monitors were shown different records.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// The first height at which the events differ.
    pub height: u64,
    /// The key that signs the heads of this record.
    pub receipts: KeyFingerprint,
    /// Our first signed head from there on.
    pub ours: Option<SignedHead>,
    /// Theirs.
    pub theirs: Option<SignedHead>,
    /// Whether both heads are there and were signed with that key: then the two prove that the server showed two records.
    pub proved: bool,
}

/// Compares two state files.
///
/// # Errors
/// One of them cannot be read, or is not a monitor's.
pub fn compare(ours: &Path, theirs: &Path) -> Result<Comparison, StateError> {
    let (our_boxes, their_boxes) = (boxes(ours)?, boxes(theirs)?);
    let mut records = Vec::new();
    for (name, begun) in &our_boxes {
        let Some(other) = their_boxes.get(name) else { continue };
        records.push(one((ours, begun), (theirs, other))?);
    }
    let common = records.len();
    Ok(Comparison {
        agree: records.iter().all(|record| record.agree),
        records,
        not_common: our_boxes.len() + their_boxes.len() - 2 * common,
    })
}

/// The boxes that a file knows, by ballot and name. Reads the whole file and computes all of its chains.
fn boxes(path: &Path) -> Result<BTreeMap<(String, String), Begun>, StateError> {
    let (mut known, mut lines) = (Known::default(), Lines::open(path)?);
    let mut read = false;
    while let Some(entry) = lines.next_entry()? {
        known.take(&entry).map_err(|error| lines.damaged(&error))?;
        read = true;
    }
    if !read {
        return Err(lines.damaged(&"there is nothing in it"));
    }
    let begun = known.records.into_values().map(|record| record.begun);
    Ok(begun.map(|begun| ((begun.ballot.clone(), begun.urn.clone()), begun)).collect())
}

/// One record in a file.
struct Walk {
    lines: Lines<File>,
    election: String,
    state: State,
    waiting: VecDeque<Link>,
    /// The last head that came by.
    head: Option<SignedHead>,
}

impl Walk {
    fn new(path: &Path, election: &str) -> Result<Self, StateError> {
        Ok(Self {
            lines: Lines::open(path)?,
            election: election.to_owned(),
            state: State::start(),
            waiting: VecDeque::new(),
            head: None,
        })
    }

    /// The next event.
    fn next(&mut self) -> Result<Option<Link>, StateError> {
        loop {
            if let Some(link) = self.waiting.pop_front() {
                return Ok(Some(link));
            }
            if !self.read()? {
                return Ok(None);
            }
        }
    }

    /// The first head at this height or after it.
    fn head_from(&mut self, height: u64) -> Result<Option<SignedHead>, StateError> {
        loop {
            if self.head.as_ref().is_some_and(|head| head.height >= height) {
                return Ok(self.head.take());
            }
            if !self.read()? {
                return Ok(None);
            }
            // Only heads are looked for now.
            self.waiting.clear();
        }
    }

    /// Reads a line; `false` at the end.
    fn read(&mut self) -> Result<bool, StateError> {
        match self.lines.next_entry()? {
            None => return Ok(false),
            Some(Entry::Events { election, from, kind, names }) if election == self.election => {
                let made = links(&mut self.state, from, kind, &names);
                self.waiting.extend(made.map_err(|error| self.lines.damaged(&error))?);
            }
            Some(Entry::Head(head)) if head.election == self.election => self.head = Some(head),
            Some(_) => {}
        }
        Ok(true)
    }
}

fn one((ours, begun): (&Path, &Begun), (theirs, other): (&Path, &Begun)) -> Result<Compared, StateError> {
    let mut walks = (Walk::new(ours, &begun.election)?, Walk::new(theirs, &other.election)?);
    let mut up_to = None;
    let difference = loop {
        match (walks.0.next()?, walks.1.next()?) {
            (Some(our), Some(their)) if our.event == their.event => up_to = Some(our.height),
            (Some(our), Some(_)) => break Some(our.height),
            _ => break None,
        }
    };
    let difference = match difference {
        None => None,
        Some(height) => {
            let (ours, theirs) = (walks.0.head_from(height)?, walks.1.head_from(height)?);
            let signed =
                |head: &Option<SignedHead>| head.as_ref().is_some_and(|head| holds(head, begun.receipts));
            let proved = signed(&ours) && signed(&theirs);
            Some(Difference { height, receipts: begun.receipts, ours, theirs, proved })
        }
    };
    Ok(Compared {
        ballot: begun.ballot.clone(),
        urn: begun.urn.clone(),
        agree: difference.is_none(),
        up_to,
        difference,
    })
}

/// Whether a head was signed with this key.
fn holds(head: &SignedHead, key: KeyFingerprint) -> bool {
    let line = line(head);
    line.is_some_and(|line| line.verify(&head.signature, key).is_ok())
}

fn line(head: &SignedHead) -> Option<HeadLine> {
    let election = Uuid::from_text(&head.election).ok()?;
    Some(HeadLine { election, height: head.height, event: head.event })
}

impl Comparison {
    /// Whether every difference is proved by heads that the server signed.
    #[must_use]
    pub fn proved(&self) -> bool {
        self.records
            .iter()
            .filter_map(|record| record.difference.as_ref())
            .all(|difference| difference.proved)
    }

    /// For people.
    #[must_use]
    pub fn in_words(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for record in &self.records {
            let name = format!("Ballot {}, box {}", record.ballot, record.urn);
            let Some(difference) = &record.difference else {
                let up_to = record.up_to.map_or_else(String::new, |height| format!(" up to height {height}"));
                lines.push(format!("{name}: one record explains both{up_to}."));
                continue;
            };
            let height = difference.height;
            if !difference.proved {
                lines.push(format!(
                    "{name}: the two differ from height {height} on, but they hold no two heads that the key {} signed from \
                     there on, so they prove nothing: one of the files may have been made up. Let both monitors run once more, \
                     and compare again.",
                    difference.receipts
                ));
                continue;
            }
            lines.push(format!(
                "{name}: NO record explains both. From height {height} on the server showed the two monitors different \
                 records, and signed both. Keep both files, and tell the election committee and other monitors."
            ));
            for (whose, head) in [("ours", &difference.ours), ("theirs", &difference.theirs)] {
                let Some(head) = head else { continue };
                let line = line(head).map(|line| line.to_string()).unwrap_or_default();
                lines.push(format!("  The head that was signed ({whose}): {line}"));
                lines.extend(head.signature.lines().map(|line| format!("    {line}")));
            }
            lines.push(format!(
                "  Anyone can check each: printf %s 'THE LINE' | ssh-keygen -Y check-novalidate -n scrutineer-head -s \
                 SIGNATURE-FILE must name the key {}",
                difference.receipts
            ));
        }
        lines
    }
}
