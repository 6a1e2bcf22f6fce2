//! A made-up ballot up to its opening: roll, board, officers, and a box made exactly as a server makes it.

use rand_core::Rng;
use scrutineer_ballot::file::{BallotFile, Tellers};
use scrutineer_ballot::roll::{FrozenRoll, SALT_LEN};
use scrutineer_ballot::setup::{BoxPlan, NewBox, SetupError, record_time};
use scrutineer_protocol::ParseError;
use scrutineer_protocol::archive::{ArchiveError, Timestamp};
use scrutineer_protocol::credential::{Credential, CredentialKey};
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::event::State;
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::trustee::pedersen::PedersenError;
use thiserror::Error;

use super::chance::Chance;
use super::clock::Clock;
use super::officials::{self, Board, Officer, OfficialError};

/// The name of the one box.
const BOX: &str = "All members";

/// A ballot that is open for votes.
pub struct Opened {
    /// Where its chance comes from.
    pub chance: Chance,
    /// When things happen.
    pub clock: Clock,
    /// The ballot file.
    pub file: BallotFile,
    /// Members who may vote.
    pub eligible: usize,
    /// The board; none where the file names the server.
    pub board: Option<Board>,
    /// The officers who sign the certificate.
    pub officers: Vec<Officer>,
    /// The box.
    pub new_box: NewBox,
}

/// Why a ballot cannot be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Officers or receipts.
    #[error(transparent)]
    Official(#[from] OfficialError),
    /// The board.
    #[error("the made-up board cannot be formed: {0}")]
    Board(#[from] PedersenError),
    /// The box.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// A ballot file that cannot be kept.
    #[error("the ballot file cannot be written again: {0}")]
    File(#[from] serde_json::Error),
}

impl Opened {
    /// Opens a ballot for the members of a roll, all of whom may vote.
    ///
    /// # Errors
    /// Where the ballot cannot be written in the record's format.
    pub fn new(file: BallotFile, roll: &FrozenRoll, seed: u64) -> Result<Self, OpenError> {
        let chance = Chance::new(seed, &[file.to_json()?.as_bytes(), roll.to_csv().as_bytes()]);
        let board = match &file.tellers {
            Tellers::Server => None,
            Tellers::Board(_) => Some(Board::form(&chance)?),
        };
        let officers = officials::officers(file.officers, &chance)?;
        let mut salt = [0; SALT_LEN];
        chance.stream("salt", 0).fill_bytes(&mut salt);
        let eligible = roll.len();
        let plan = BoxPlan {
            ballot: &Uuid::random(&mut chance.stream("ballot", 0)),
            box_name: BOX,
            file: &file,
            boxes: 1,
            eligible: u64::try_from(eligible).unwrap_or(u64::MAX),
            spares: u64::from(file.spares),
            roll: HexHash::from_digest(roll.hash(&salt)),
            board: board.as_ref().map(|board| &board.parameters),
            officers: officials::on_record(&officers),
            receipts: officials::receipts(&chance)?,
        };
        let new_box = plan.make(&mut chance.stream("box", 0))?;
        Ok(Self { clock: Clock::of(&file), chance, eligible, board, officers, new_box, file })
    }

    /// The time on the record.
    ///
    /// # Errors
    /// It lies beyond what a record can say.
    pub fn record_time(&self) -> Result<Timestamp, ArchiveError> {
        Timestamp::new(record_time(self.clock.frozen))
    }

    /// The record's state after its setup.
    #[must_use]
    pub fn state(&self) -> State {
        let event = &self.new_box.setup.event;
        State::resume(event.event.kind, event.event.height, event.hash)
    }

    /// The key that votes with the code at this place.
    ///
    /// # Errors
    /// There is no such code.
    pub fn key(&self, code: usize) -> Result<CredentialKey, ParseError> {
        let missing = || ParseError::new("voting code", "there is none at this place");
        let code = self.new_box.codes.get(code).ok_or_else(missing)?;
        Ok(Credential::from_text(&code.code.credential())?.derive(self.new_box.election.uuid()))
    }
}
