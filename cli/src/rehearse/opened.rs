//! A made-up ballot up to its opening: roll, board, officers, and boxes made exactly as a server makes them.

use rand_core::Rng;
use scrutineer_ballot::boxes::{self, BoxRoll, BoxesError};
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

/// A ballot that is open for votes.
pub struct Opened {
    /// When things happen.
    pub clock: Clock,
    /// The ballot file.
    pub file: BallotFile,
    /// The board; none where the file names the server.
    pub board: Option<Board>,
    /// The officers who sign the certificate.
    pub officers: Vec<Officer>,
    /// The boxes.
    pub boxes: Vec<OpenedBox>,
}

/// A box that is open for votes.
pub struct OpenedBox {
    /// Where its chance comes from.
    pub chance: Chance,
    /// Its name.
    pub name: String,
    /// Members who may vote in it.
    pub eligible: usize,
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
    /// The members cannot be divided into boxes.
    #[error(transparent)]
    Boxes(#[from] BoxesError),
    /// A box.
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
    /// Where the members cannot be divided into the boxes that the file asks for, or the ballot cannot be written in the
    /// record's format.
    pub fn new(file: BallotFile, roll: &FrozenRoll, seed: u64) -> Result<Self, OpenError> {
        let json = file.to_json()?;
        let rolls = boxes::divide(&file, roll.entries().iter().cloned())?;
        let chance = Chance::new(seed, &[json.as_bytes(), roll.to_csv().as_bytes()]);
        let board = match &file.tellers {
            Tellers::Server => None,
            Tellers::Board(_) => Some(Board::form(&chance)?),
        };
        let officers = officials::officers(file.officers, &chance)?;
        let ballot = Uuid::random(&mut chance.stream("ballot", 0));
        let receipts = officials::receipts(&chance)?;
        let several = rolls.len() > 1;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let sizes: Vec<u64> = rolls.iter().map(|one| count(one.roll.len())).collect();
        let spares = boxes::divide_spares(u64::from(file.spares), &sizes);
        let mut made = Vec::with_capacity(rolls.len());
        for (BoxRoll { name, roll }, spares) in rolls.into_iter().zip(spares) {
            let chance = if several {
                Chance::new(seed, &[json.as_bytes(), roll.to_csv().as_bytes(), name.as_bytes()])
            } else {
                chance.clone()
            };
            let mut salt = [0; SALT_LEN];
            chance.stream("salt", 0).fill_bytes(&mut salt);
            let plan = BoxPlan {
                ballot: &ballot,
                box_name: &name,
                file: &file,
                boxes: u32::try_from(sizes.len()).unwrap_or(u32::MAX),
                eligible: count(roll.len()),
                spares,
                roll: HexHash::from_digest(roll.hash(&salt)),
                board: board.as_ref().map(|board| &board.parameters),
                officers: officials::on_record(&officers),
                receipts,
            };
            let new_box = plan.make(&mut chance.stream("box", 0))?;
            made.push(OpenedBox { eligible: roll.len(), chance, name, new_box });
        }
        Ok(Self { clock: Clock::of(&file), board, officers, boxes: made, file })
    }

    /// Members who may vote.
    #[must_use]
    pub fn eligible(&self) -> usize {
        self.boxes.iter().map(|one| one.eligible).sum()
    }

    /// The time on the record.
    ///
    /// # Errors
    /// It lies beyond what a record can say.
    pub fn record_time(&self) -> Result<Timestamp, ArchiveError> {
        Timestamp::new(record_time(self.clock.frozen))
    }
}

impl OpenedBox {
    /// What its files are called, without what tells them apart.
    #[must_use]
    pub fn uuid(&self) -> &Uuid {
        self.new_box.election.uuid()
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
