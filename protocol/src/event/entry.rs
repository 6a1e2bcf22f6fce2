//! What is appended to a record at one step: the data records and the event that they belong to. Everything
//! that writes a record goes through here, so that the order of belenios-v1 section 5 is kept in one place.

use super::{EventError, EventKind, NewEvent, SetupData, State};
use crate::hash::HexHash;
use crate::tally::{ElectionResult, EncryptedTally, Owned, PartialDecryption, SizedTally};

/// One step of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The bodies of the data records, in order.
    pub data: Vec<String>,
    /// The event.
    pub event: NewEvent,
}

impl Entry {
    /// The beginning: what fixes the election. The arguments are the bytes of the three records.
    ///
    /// # Errors
    /// Where the record has begun already.
    pub fn setup(
        state: &mut State,
        election: String,
        trustees: String,
        credentials: String,
    ) -> Result<Self, EventError> {
        let hash = HexHash::of(credentials.as_bytes());
        let mut entry = Self::setup_of_list(state, election, trustees, hash)?;
        entry.data.insert(Self::CREDENTIALS, credentials);
        Ok(entry)
    }

    /// The place of the list of credentials among the data of the beginning.
    pub const CREDENTIALS: usize = 2;

    /// The beginning without its list of credentials, of which the hash is known: the caller keeps it at its place,
    /// [`Entry::CREDENTIALS`].
    ///
    /// # Errors
    /// Where the record has begun already.
    pub fn setup_of_list(
        state: &mut State,
        election: String,
        trustees: String,
        credentials: HexHash,
    ) -> Result<Self, EventError> {
        let setup = SetupData {
            election: HexHash::of(election.as_bytes()),
            trustees: HexHash::of(trustees.as_bytes()),
            credentials,
            credentials_certificate: None,
        };
        Self::with_payload(state, EventKind::Setup, vec![election, trustees, setup.to_text()])
    }

    /// A ballot, whose bytes the caller has checked.
    ///
    /// # Errors
    /// Where no ballot may come now.
    pub fn ballot(state: &mut State, ballot: String) -> Result<Self, EventError> {
        Self::with_payload(state, EventKind::Ballot, vec![ballot])
    }

    /// The same where the hash of the ballot's bytes is known already: for a writer that must be quick.
    ///
    /// # Errors
    /// Where no ballot may come now.
    pub fn hashed_ballot(state: &mut State, ballot: String, hash: HexHash) -> Result<Self, EventError> {
        Ok(Self { event: state.append(EventKind::Ballot, Some(hash))?, data: vec![ballot] })
    }

    /// No more ballots.
    ///
    /// # Errors
    /// Where that may not be said now.
    pub fn end_ballots(state: &mut State) -> Result<Self, EventError> {
        Ok(Self { data: Vec::new(), event: state.append(EventKind::EndBallots, None)? })
    }

    /// The sum of the ballots that count.
    ///
    /// # Errors
    /// Where it may not come now.
    pub fn encrypted_tally(
        state: &mut State,
        tally: &EncryptedTally,
        sized: &SizedTally,
    ) -> Result<Self, EventError> {
        Self::with_payload(state, EventKind::EncryptedTally, vec![tally.to_text(), sized.to_text()])
    }

    /// The share of the trustee with this number (from 1).
    ///
    /// # Errors
    /// Where no share may come now.
    pub fn partial_decryption(
        state: &mut State,
        owner: usize,
        share: &PartialDecryption,
    ) -> Result<Self, EventError> {
        let share = share.to_text();
        let owned = Owned { owner, payload: HexHash::of(share.as_bytes()) };
        Self::with_payload(state, EventKind::PartialDecryption, vec![share, owned.to_text()])
    }

    /// The result.
    ///
    /// # Errors
    /// Where it may not come now.
    pub fn result(state: &mut State, result: &ElectionResult) -> Result<Self, EventError> {
        Self::with_payload(state, EventKind::Result, vec![result.to_text()])
    }

    /// The last of the data records is the event's payload.
    fn with_payload(state: &mut State, kind: EventKind, data: Vec<String>) -> Result<Self, EventError> {
        let payload = data.last().map(|body| HexHash::of(body.as_bytes()));
        Ok(Self { event: state.append(kind, payload)?, data })
    }

    /// The bodies in the order in which they are recorded, the event last.
    pub fn bodies(&self) -> impl Iterator<Item = &str> {
        self.data.iter().map(String::as_str).chain([self.event.text.as_str()])
    }
}
