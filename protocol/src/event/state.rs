//! The one state machine of a record, drawn in docs/STATES.md. The server asks it before it writes, the verifier
//! while it reads, so that they cannot disagree on what may follow what.

use super::{Event, EventKind};
use crate::hash::HexHash;
use std::fmt;

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// There is no event yet.
    Empty,
    /// Ballots may be cast.
    Voting,
    /// No more ballots; they have not been added up.
    Closed,
    /// The encrypted tally is there.
    Tallied,
    /// Trustees shuffle (elections with ranking questions alone).
    Shuffling,
    /// Every shuffle is there.
    Shuffled,
    /// Trustees decrypt.
    Decrypting,
    /// The result is there; nothing may follow.
    Done,
}

impl Phase {
    /// The phase after an event of this kind, or `None` where it may not happen. `shuffles` says whether the
    /// election has ranking questions.
    pub fn after(self, kind: EventKind, shuffles: bool) -> Option<Self> {
        Some(match (self, kind) {
            (Self::Empty, EventKind::Setup) | (Self::Voting, EventKind::Ballot) => Self::Voting,
            (Self::Voting, EventKind::EndBallots) => Self::Closed,
            (Self::Closed, EventKind::EncryptedTally) => Self::Tallied,
            (Self::Tallied | Self::Shuffling, EventKind::Shuffle) if shuffles => Self::Shuffling,
            (Self::Shuffling, EventKind::EndShuffles) => Self::Shuffled,
            (Self::Tallied, EventKind::PartialDecryption) if !shuffles => Self::Decrypting,
            (Self::Shuffled | Self::Decrypting, EventKind::PartialDecryption) => Self::Decrypting,
            (Self::Decrypting, EventKind::Result) => Self::Done,
            _ => return None,
        })
    }

    /// The phase after a last event of this kind: how a writer finds its place again.
    pub fn of_last(kind: EventKind) -> Self {
        match kind {
            EventKind::Setup | EventKind::Ballot => Self::Voting,
            EventKind::EndBallots => Self::Closed,
            EventKind::EncryptedTally => Self::Tallied,
            EventKind::Shuffle => Self::Shuffling,
            EventKind::EndShuffles => Self::Shuffled,
            EventKind::PartialDecryption => Self::Decrypting,
            EventKind::Result => Self::Done,
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "has not begun",
            Self::Voting => "is open for ballots",
            Self::Closed => "is closed and not added up",
            Self::Tallied => "has been added up",
            Self::Shuffling => "is being shuffled",
            Self::Shuffled => "has been shuffled",
            Self::Decrypting => "is being decrypted",
            Self::Done => "has its result",
        })
    }
}

/// Why an event cannot be the next of a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// It may not happen now.
    #[error("{kind} cannot follow here: the record {phase}")]
    Order {
        /// What is said to happen.
        kind: EventKind,
        /// Where the record stands.
        phase: Phase,
    },
    /// Its height is not one more than the last.
    #[error("its height is {found}, not {expected}")]
    Height {
        /// The height that it must have.
        expected: u64,
        /// The one that it has.
        found: u64,
    },
    /// Its parent is not the last event.
    #[error("its parent is not the event before it")]
    Parent,
    /// It names a data record and should not, or does not and should.
    #[error("a {kind} event {}", if kind.has_payload() { "must name its data" } else { "names no data" })]
    Payload {
        /// Its kind.
        kind: EventKind,
    },
}

impl EventError {
    /// Whether the chain itself is broken, so that nothing more can be said of what follows.
    pub fn breaks_chain(&self) -> bool {
        matches!(self, Self::Height { .. } | Self::Parent)
    }
}

/// An event made by [`State::append`], with its bytes and their hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// The event.
    pub event: Event,
    /// Its canonical text: the body of its record.
    pub text: String,
    /// The hash of the text.
    pub hash: HexHash,
}

/// Where a record stands, and its last event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    shuffles: bool,
    phase: Phase,
    /// Height and hash of the last event.
    head: Option<(u64, HexHash)>,
}

impl State {
    /// The empty record of an election without ranking questions.
    pub fn start() -> Self {
        Self { shuffles: false, phase: Phase::Empty, head: None }
    }

    /// The empty record of an election with ranking questions, whose ballots are shuffled before they are
    /// decrypted.
    pub fn start_with_shuffles() -> Self {
        Self { shuffles: true, ..Self::start() }
    }

    /// A record without ranking questions of which a writer knows the last event: its kind, height and hash.
    pub fn resume(kind: EventKind, height: u64, hash: HexHash) -> Self {
        Self { shuffles: false, phase: Phase::of_last(kind), head: Some((height, hash)) }
    }

    /// Where the record stands.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Height and hash of the last event.
    pub fn head(&self) -> Option<(u64, HexHash)> {
        self.head
    }

    /// Whether an event of this kind may come next.
    pub fn allows(&self, kind: EventKind) -> bool {
        self.phase.after(kind, self.shuffles).is_some()
    }

    fn next_height(&self) -> u64 {
        self.head.map_or(0, |(height, _)| height.saturating_add(1))
    }

    /// Takes the next event, whose bytes have this hash.
    ///
    /// # Errors
    /// Where it does not continue the chain, may not happen now, or should or should not name data; the state
    /// is then as before.
    pub fn apply(&mut self, event: &Event, hash: HexHash) -> Result<(), EventError> {
        let expected = self.next_height();
        if event.height != expected {
            return Err(EventError::Height { expected, found: event.height });
        }
        if event.parent != self.head.map(|(_, hash)| hash) {
            return Err(EventError::Parent);
        }
        let next = self.phase.after(event.kind, self.shuffles);
        let next = next.ok_or(EventError::Order { kind: event.kind, phase: self.phase })?;
        if event.payload.is_some() != event.kind.has_payload() {
            return Err(EventError::Payload { kind: event.kind });
        }
        self.phase = next;
        self.head = Some((event.height, hash));
        Ok(())
    }

    /// Makes the next event and takes it.
    ///
    /// # Errors
    /// As [`Self::apply`].
    pub fn append(&mut self, kind: EventKind, payload: Option<HexHash>) -> Result<NewEvent, EventError> {
        let parent = self.head.map(|(_, hash)| hash);
        let event = Event { parent, height: self.next_height(), kind, payload };
        let text = event.to_text();
        let hash = HexHash::of(text.as_bytes());
        self.apply(&event, hash)?;
        Ok(NewEvent { event, text, hash })
    }
}
