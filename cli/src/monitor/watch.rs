//! Follows the record of one box: its beginning once, then every event that comes, each under a head that the server signed.

use std::io::Read;

use scrutineer_api::vote::{EVENTS_IN_A_PIECE, Head};
use scrutineer_ballot::receipt::HeadLine;
use scrutineer_ballot::signature::KeyFingerprint;
use scrutineer_ballot::terms::Terms;
use scrutineer_protocol::archive::{ArchiveError, Reader};
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::event::{EventKind, Phase};
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::verify::{FollowError, Follower, Step};
use serde_json::{Value, json};

use super::chain::{Link, lines_of};
use super::net::{As, Network, Trouble, broken, json};
use super::state::{Alarm, Begun, Entry, KnownRecord, SignedHead, StateError, StateFile};
use crate::client::Endpoint;

/// What a record or a piece of one is sent as.
const ARCHIVE: &str = "application/octet-stream";
/// Steps that are checked at once, and their bytes: what a monitor holds of a record at one time.
const BATCH: usize = 64;
const BATCH_BYTES: usize = 2 << 20;
/// Most bytes of a head's signature; one has about 300.
const MAX_SIGNATURE: usize = 4096;
/// After so many rounds in a row in which a record could not be read, somebody is to be told.
const UNREADABLE: u32 = 3;

/// Why a round over a record ends early.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// It may pass.
    #[error(transparent)]
    Trouble(#[from] Trouble),
    /// Something is wrong.
    #[error("{}", .0.message)]
    Alarm(Box<Alarm>),
    /// The own state file.
    #[error(transparent)]
    State(#[from] StateError),
    /// Something on this machine.
    #[error(transparent)]
    Here(#[from] anyhow::Error),
}

impl From<Alarm> for Stop {
    fn from(alarm: Alarm) -> Self {
        Self::Alarm(Box::new(alarm))
    }
}

/// A record that is followed.
pub struct Watched {
    /// The ballot.
    pub ballot: String,
    /// The name of the box.
    pub urn: String,
    /// The box's election.
    pub election: Uuid,
    /// What the record fixed, once it has been read in this run.
    fixed: Option<Fixed>,
    /// Rounds in a row in which it could not be read.
    unreadable: u32,
    /// Whether it was said that the record has not begun.
    pub said_to_wait: bool,
}

/// What the beginning of a record fixed.
struct Fixed {
    follower: Follower,
    receipts: KeyFingerprint,
}

/// What a round brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grown {
    /// The height before, where the record was known.
    pub from: Option<u64>,
    /// The height now.
    pub height: u64,
    /// New votes.
    pub votes: u64,
    /// What was odd about votes that are valid.
    pub oddities: Vec<String>,
}

/// Oddities that are told one by one in a round.
const MOST_ODDITIES: usize = 20;

impl Watched {
    /// A record that is to be followed.
    #[must_use]
    pub fn new(ballot: &str, urn: &str, election: Uuid) -> Self {
        let (ballot, urn) = (ballot.to_owned(), urn.to_owned());
        Self { ballot, urn, election, fixed: None, unreadable: 0, said_to_wait: false }
    }

    /// The election object as the record has it, once it has been read in this run.
    #[must_use]
    pub fn election_bytes(&self) -> Option<&[u8]> {
        self.fixed.as_ref().map(|fixed| fixed.follower.election().bytes())
    }

    /// Where the record stands.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.fixed.as_ref().map_or(Phase::Empty, |fixed| fixed.follower.phase())
    }

    /// The address of something that belongs to this box.
    #[must_use]
    pub fn endpoint(&self, what: &[&str]) -> Endpoint {
        Endpoint::new(&[&["ballots", self.ballot.as_str()], what].concat()).query("box", &self.urn)
    }

    fn alarm(&self, code: &str, message: impl Into<String>, evidence: Value) -> Alarm {
        Alarm::new(code, message).of(&self.ballot).of_box(&self.urn).with(evidence)
    }

    /// Follows the record as far as the server signs it now.
    ///
    /// # Errors
    /// See [`Stop`].
    pub fn advance(&mut self, net: &dyn Network, state: &mut StateFile) -> Result<Grown, Stop> {
        let result = self.try_advance(net, state);
        match &result {
            Err(Stop::Trouble(Trouble::Passing { why, .. })) if self.unreadable > UNREADABLE => {
                Err(self
                    .alarm(
                        "unreadable",
                        format!(
                            "the server has signed a head that it does not give out a record for, {} times in a row: {why}",
                            self.unreadable
                        ),
                        Value::Null,
                    )
                    .into())
            }
            _ => result,
        }
    }

    fn try_advance(&mut self, net: &dyn Network, state: &mut StateFile) -> Result<Grown, Stop> {
        let head: Head = json(net, &self.endpoint(&["head"]))?;
        let key = self.election.as_str().to_owned();
        let from = state.known.records.get(&key).and_then(KnownRecord::head_event).map(|head| head.0);
        if self.fixed.is_none() {
            self.begin(net, state)?;
        }
        let Some(mut fixed) = self.fixed.take() else { return Ok(Grown::default()) };
        let followed = self.follow(net, state, &mut fixed, &head);
        self.fixed = Some(fixed);
        let grown = followed?;
        self.unreadable = 0;
        Ok(Grown { from, ..grown })
    }

    /// Reads the beginning of the record: takes it as it is the first time, later it has to be the same.
    fn begin(&mut self, net: &dyn Network, state: &mut StateFile) -> Result<(), Stop> {
        let answer = self.piece(net, 0)?;
        let mut reader = Reader::piece(answer, None);
        let setup = match Step::next(&mut reader) {
            Ok(Some(step)) => step,
            Ok(None) => return Err(self.garbled("its first piece is empty").into()),
            Err(error) => return Err(self.fault(error)),
        };
        let known = state.known.records.get(self.election.as_str());
        let resumed = match known.map(|known| (known.setup, known.last, known.head_event())) {
            Some((Some(first), Some(kind), Some((height, event)))) => {
                if setup.event.hash != first {
                    let what = json!({ "ours": first, "theirs": setup.event.hash });
                    return Err(self
                        .alarm(
                            "rewritten",
                            "the record begins otherwise than it did: its Setup event is another one",
                            what,
                        )
                        .into());
                }
                Follower::resume(&setup, kind, height, event)
            }
            _ => Follower::begin(&setup),
        };
        let follower = resumed.map_err(|error| self.fault(error))?;
        let election = follower.election();
        if *election.uuid() != self.election {
            let message = format!(
                "the ballot's page names the election {}, but its record is of the election {}",
                self.election,
                election.uuid()
            );
            return Err(self.alarm("other_election", message, Value::Null).into());
        }
        let terms = Terms::of_setup(election, follower.trustees(), follower.voters(), follower.is_weighted());
        let terms = terms.map_err(|error| {
            self.alarm("setup", format!("what the record fixes does not fit together: {error}"), Value::Null)
        })?;
        let receipts = terms.line.receipts;
        if state.known.records.get(self.election.as_str()).is_none_or(|known| known.setup.is_none()) {
            let begun = Begun {
                election: self.election.to_string(),
                ballot: self.ballot.clone(),
                urn: self.urn.clone(),
                fingerprint: election.fingerprint().to_string(),
                receipts,
            };
            let first = Link {
                kind: EventKind::Setup,
                height: 0,
                names: setup.data.last().map(|record| record.hash),
                event: setup.event.hash,
            };
            let mut lines = Vec::new();
            if !state.known.records.contains_key(self.election.as_str()) {
                lines.push(Entry::Record(begun));
            }
            lines.extend(lines_of(self.election.as_str(), &[first]));
            state.add(lines)?;
        }
        self.fixed = Some(Fixed { follower, receipts });
        Ok(())
    }

    fn follow(
        &mut self,
        net: &dyn Network,
        state: &mut StateFile,
        fixed: &mut Fixed,
        head: &Head,
    ) -> Result<Grown, Stop> {
        let signed = self.check_head(fixed, head)?;
        let Some(known) = state.known.records.get(self.election.as_str()) else {
            return Ok(Grown::default());
        };
        let Some((height, event)) = known.head_event() else { return Ok(Grown::default()) };
        let ours = known.head.clone();
        let both = json!({ "ours": ours, "theirs": signed });
        if signed.height < height {
            let message = format!(
                "the record has shrunk: it reached height {height}, and the server now signs height {} as its end; what was \
                 shown after it was taken away",
                signed.height
            );
            return Err(self.alarm("shrunk", message, both).into());
        }
        let mut grown = Grown { height, ..Grown::default() };
        if signed.height > height {
            self.read_pieces(net, state, fixed, (height, event), &signed, &mut grown)?;
        }
        if fixed.follower.head() != Some((signed.height, signed.event)) {
            let message = format!(
                "the server signs another event at height {} than it has shown there: the record was rewritten at this \
                 height or before it",
                signed.height
            );
            return Err(self.alarm("rewritten", message, both).into());
        }
        grown.height = signed.height;
        let known = state.known.records.get(self.election.as_str());
        if known.is_some_and(|known| known.head.as_ref().is_none_or(|head| head.event != signed.event)) {
            state.add(vec![Entry::Head(signed)])?;
        }
        Ok(grown)
    }

    /// Checks that a head is about this election and signed with the key that the record names.
    fn check_head(&self, fixed: &Fixed, head: &Head) -> Result<SignedHead, Stop> {
        let bad = |why: String| {
            let message = format!("a head that the server hands out cannot be one of this record: {why}");
            Stop::from(self.alarm("bad_head", message, json!({ "theirs": head })))
        };
        if head.signature.len() > MAX_SIGNATURE {
            return Err(bad("its signature is longer than any".to_owned()));
        }
        if head.election != self.election.as_str() {
            return Err(bad(format!("it is of the election {}", head.election)));
        }
        let event = HexHash::from_text(&head.event).map_err(|error| bad(error.to_string()))?;
        let line = HeadLine { election: self.election.clone(), height: head.height, event };
        line.verify(&head.signature, fixed.receipts).map_err(|error| bad(error.to_string()))?;
        let (election, signature) = (head.election.clone(), head.signature.clone());
        Ok(SignedHead { election, height: head.height, event, signature })
    }

    /// Reads and checks every event after the last known one, up to the one that was signed.
    fn read_pieces(
        &mut self,
        net: &dyn Network,
        state: &mut StateFile,
        fixed: &mut Fixed,
        (height, _): (u64, HexHash),
        signed: &SignedHead,
        grown: &mut Grown,
    ) -> Result<(), Stop> {
        for number in height / EVENTS_IN_A_PIECE..=signed.height / EVENTS_IN_A_PIECE {
            let mut reader = Reader::piece(self.piece(net, number)?, None);
            let first = number.saturating_mul(EVENTS_IN_A_PIECE);
            let last = first.saturating_add(EVENTS_IN_A_PIECE - 1).min(signed.height);
            let (mut batch, mut bytes): (Vec<Step>, usize) = (Vec::new(), 0);
            for place in first..=last {
                let step = match Step::next(&mut reader) {
                    Ok(Some(step)) => step,
                    Ok(None) => {
                        let why = format!("the piece {number} of the record ends before height {place}");
                        return Err(self.garbled(&why).into());
                    }
                    Err(error) => return Err(self.fault(error)),
                };
                if place <= height {
                    self.check_known(state, signed, place, first, &step)?;
                    continue;
                }
                bytes += step.bytes();
                batch.push(step);
                if batch.len() == BATCH || bytes > BATCH_BYTES || place == last {
                    self.take(state, fixed, &batch, grown)?;
                    batch.clear();
                    bytes = 0;
                }
            }
        }
        Ok(())
    }

    /// Sees that an event that was shown before is still the same.
    fn check_known(
        &self,
        state: &StateFile,
        signed: &SignedHead,
        place: u64,
        first: u64,
        step: &Step,
    ) -> Result<(), Stop> {
        let known = state.known.records.get(self.election.as_str());
        let index = usize::try_from(place - first).unwrap_or(usize::MAX);
        let Some(was) = known.and_then(|known| known.piece.get(index)) else { return Ok(()) };
        if *was == step.event.hash {
            return Ok(());
        }
        let before = if place == first && first > 0 { " or before it" } else { "" };
        let message = format!(
            "the record was rewritten at height {place}{before}: the event there is another one than it was, so a vote \
             that was shown has been dropped, changed or moved"
        );
        let evidence = json!({
            "ours": known.and_then(|known| known.head.clone()), "theirs": signed, "height": place,
            "was": was, "is": step.event.hash, "text": String::from_utf8_lossy(&step.event.body),
        });
        Err(self.alarm("rewritten", message, evidence).into())
    }

    /// Checks new steps and keeps them.
    fn take(
        &mut self,
        state: &mut StateFile,
        fixed: &mut Fixed,
        batch: &[Step],
        grown: &mut Grown,
    ) -> Result<(), Stop> {
        let followed = fixed.follower.take(batch).map_err(|error| self.fault(error))?;
        let mut links = Vec::with_capacity(followed.len());
        for event in followed {
            grown.votes += u64::from(event.kind == EventKind::Ballot);
            if let Some(oddity) = event.oddity.filter(|_| grown.oddities.len() < MOST_ODDITIES) {
                grown.oddities.push(format!(
                    "the vote at height {} is valid, though its form is not the usual one: {oddity}",
                    event.height
                ));
            }
            links.push(Link {
                kind: event.kind,
                height: event.height,
                names: event.payload,
                event: event.event,
            });
        }
        Ok(state.add(lines_of(self.election.as_str(), &links))?)
    }

    /// Asks for a piece of the record.
    pub fn piece(&self, net: &dyn Network, number: u64) -> Result<Box<dyn Read>, Trouble> {
        let answer = net.get(&self.endpoint(&["record", "pieces", &number.to_string()]), As::Member)?;
        if answer.kind == ARCHIVE {
            Ok(answer.body)
        } else {
            Err(Trouble::passing("it does not answer with a piece of the record"))
        }
    }

    /// Bytes that are no piece of a record: a broken line once or twice, afterwards not.
    fn garbled(&mut self, why: &str) -> Trouble {
        self.unreadable = self.unreadable.saturating_add(1);
        Trouble::passing(format!("what it gives out is not a whole piece of the record: {why}"))
    }

    /// What is wrong with steps that were given out.
    fn fault(&mut self, error: FollowError) -> Stop {
        match error {
            FollowError::Archive(ArchiveError::Io(error)) => broken(error).into(),
            FollowError::Unsupported(why) => Stop::Here(anyhow::anyhow!(
                "the record of the ballot {} cannot be followed by this program: {why}",
                self.ballot
            )),
            error if error.is_garbled() => self.garbled(&error.to_string()).into(),
            error => {
                let message = format!("the record of this box does not verify: {error}");
                self.alarm("does_not_verify", message, Value::Null).into()
            }
        }
    }
}
