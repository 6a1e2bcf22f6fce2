//! Checks a record as it grows: its beginning once, then every event that comes, without reading the whole again.
//!
//! A [`Follower`] holds what the Setup event fixed and where the record stands, and nothing that grows with its ballots. So
//! it cannot see what only the whole shows: a ballot that stands twice, the tally, decryptions, the result. For these
//! [`super::archive`] reads the record once more when voting has ended; whether it read the same record, the hash of the
//! last event tells.

use super::ballots::check;
use super::report::{Findings, Level};
use super::setup::Setup;
use super::{MOST_DATA, Stop, check_data};
use crate::ParseError;
use crate::archive::{ArchiveError, Kind, MAX_RECORD, Reader, Record};
use crate::election::Election;
use crate::event::{Event, EventError, EventKind, Phase, State};
use crate::hash::{Base64Hash, HexHash};
use crate::trustee::Trustees;
use rayon::prelude::*;
use std::io::Read;

/// One step of a record: an event and the data records that stand before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The data records, in order.
    pub data: Vec<Record>,
    /// The event's record.
    pub event: Record,
}

impl Step {
    /// The next step of an archive or of a piece of one; none at its end.
    ///
    /// # Errors
    /// [`FollowError::Archive`] where it cannot be read, [`FollowError::Dangling`] where data belong to no event.
    pub fn next<R: Read>(reader: &mut Reader<R>) -> Result<Option<Self>, FollowError> {
        let mut data = Vec::new();
        while let Some(record) = reader.next_record()? {
            match record.kind {
                Kind::Event => {
                    // As in `super::archive`: the list of credentials alone may be larger.
                    reader.limit_records(MAX_RECORD);
                    return Ok(Some(Self { data, event: record }));
                }
                Kind::Data if data.len() == MOST_DATA => return Err(FollowError::Dangling),
                Kind::Data => data.push(record),
            }
        }
        if data.is_empty() { Ok(None) } else { Err(FollowError::Dangling) }
    }

    /// The bytes of its records.
    pub fn bytes(&self) -> usize {
        self.data.iter().map(|record| record.body.len()).sum::<usize>() + self.event.body.len()
    }
}

/// What an event that was taken says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Followed {
    /// What has happened.
    pub kind: EventKind,
    /// The event's height.
    pub height: u64,
    /// The hash of its bytes.
    pub event: HexHash,
    /// The hash of what it names: of a ballot its tracker, in other digits.
    pub payload: Option<HexHash>,
    /// How the form of a valid ballot differs from the usual one, where it does.
    pub oddity: Option<String>,
}

/// Why a record does not go on as it should.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FollowError {
    /// What was given is no archive, or no piece of one.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Data records without an event, or more of them than any event has.
    #[error("there are data records that belong to no event")]
    Dangling,
    /// The election is of a kind that is not supported.
    #[error("this record cannot be checked here: {0}")]
    Unsupported(String),
    /// The beginning does not hold.
    #[error("what the record begins with does not hold: {0}")]
    Setup(String),
    /// An event that cannot be read.
    #[error("an event cannot be read: {0}")]
    Event(#[from] ParseError),
    /// An event that does not follow the one before it.
    #[error("the event that is to have height {height} does not follow the one before it: {why}")]
    Chain {
        /// The height that it must have.
        height: u64,
        /// What is wrong.
        why: EventError,
    },
    /// An event without the data that it needs.
    #[error("the {kind} event of height {height}: {why}")]
    Data {
        /// What it says has happened.
        kind: EventKind,
        /// Its height.
        height: u64,
        /// What is wrong.
        why: String,
    },
    /// A ballot that does not verify.
    #[error("the vote at height {height} ({tracker}): {why}")]
    Ballot {
        /// The height of its event.
        height: u64,
        /// Its tracker.
        tracker: Base64Hash,
        /// What is wrong with it.
        why: String,
    },
}

impl FollowError {
    /// Whether the bytes did not arrive as they were meant to be, which a broken line can bring about; what else is wrong
    /// was made so.
    pub fn is_garbled(&self) -> bool {
        matches!(self, Self::Archive(_) | Self::Dangling)
    }
}

/// Checks a record as it grows.
pub struct Follower {
    setup: Setup,
    state: State,
}

impl Follower {
    /// Checks how a record begins: its Setup event.
    ///
    /// # Errors
    /// See [`FollowError`].
    pub fn begin(setup: &Step) -> Result<Self, FollowError> {
        let mut state = State::start();
        let event = apply(&mut state, setup)?;
        if event.kind != EventKind::Setup {
            // Unreachable as long as a record can begin with nothing else.
            return Err(FollowError::Setup("it does not begin with a Setup event".to_owned()));
        }
        let mut findings = Findings::default();
        let checked = Setup::check(&setup.data, None, &mut findings);
        let found = findings.finish();
        if let Some(check) = found.iter().find(|check| check.level == Level::Fail) {
            return Err(FollowError::Setup(check.detail.clone()));
        }
        match checked {
            Ok(setup) => Ok(Self { setup, state }),
            Err(Stop::Unsupported(why)) => Err(FollowError::Unsupported(why)),
            // What is broken stands among the findings.
            Err(Stop::Broken) => Err(FollowError::Setup("it cannot be read".to_owned())),
            Err(Stop::Unreadable(error)) => Err(error.into()),
        }
    }

    /// Goes on after an event up to which the record was checked before; the Setup event is checked anew, and must be the
    /// one of that record, which its hash tells the caller.
    ///
    /// # Errors
    /// See [`FollowError`].
    pub fn resume(setup: &Step, kind: EventKind, height: u64, event: HexHash) -> Result<Self, FollowError> {
        let begun = Self::begin(setup)?;
        Ok(Self { state: State::resume(kind, height, event), ..begun })
    }

    /// Takes the next steps of the record, all of them or, where one does not hold, none. Ballots are checked on all cores.
    ///
    /// # Errors
    /// See [`FollowError`]: the first step that does not hold.
    pub fn take(&mut self, steps: &[Step]) -> Result<Vec<Followed>, FollowError> {
        let mut state = self.state.clone();
        let mut followed = Vec::with_capacity(steps.len());
        let mut broken = None;
        for step in steps {
            match apply(&mut state, step) {
                Ok(event) => followed.push(Followed {
                    kind: event.kind,
                    height: event.height,
                    event: step.event.hash,
                    payload: event.payload,
                    oddity: None,
                }),
                Err(error) => {
                    broken = Some(error);
                    break;
                }
            }
        }
        let setup = &self.setup;
        let ballots = followed.par_iter_mut().zip(steps).map(|(followed, step)| {
            let (EventKind::Ballot, [ballot]) = (followed.kind, step.data.as_slice()) else {
                return Ok::<(), FollowError>(());
            };
            let checked = check(&ballot.body, setup).map_err(|why| FollowError::Ballot {
                height: followed.height,
                tracker: Base64Hash::from_digest(*ballot.hash.digest()),
                why,
            })?;
            followed.oddity = checked.oddity;
            Ok(())
        });
        // The first one, whatever the number of cores.
        ballots.collect::<Vec<_>>().into_iter().collect::<Result<(), _>>()?;
        match broken {
            Some(error) => Err(error),
            None => {
                self.state = state;
                Ok(followed)
            }
        }
    }

    /// The election.
    pub fn election(&self) -> &Election {
        &self.setup.election
    }

    /// The trustees.
    pub fn trustees(&self) -> Option<&Trustees> {
        self.setup.trustees.as_ref()
    }

    /// How many credentials may vote.
    pub fn voters(&self) -> u64 {
        self.setup.credentials.len() as u64
    }

    /// Whether voters have weights.
    pub fn is_weighted(&self) -> bool {
        self.setup.credentials.is_weighted()
    }

    /// Height and hash of the last event.
    pub fn head(&self) -> Option<(u64, HexHash)> {
        self.state.head()
    }

    /// Where the record stands.
    pub fn phase(&self) -> Phase {
        self.state.phase()
    }
}

/// Takes an event into the chain, and sees that it has the data that it needs.
fn apply(state: &mut State, step: &Step) -> Result<Event, FollowError> {
    let event = Event::parse(&step.event.body)?;
    let height = state.head().map_or(0, |(height, _)| height.saturating_add(1));
    state.apply(&event, step.event.hash).map_err(|why| FollowError::Chain { height, why })?;
    check_data(&event, &step.data).map_err(|why| FollowError::Data { kind: event.kind, height, why })?;
    Ok(event)
}
