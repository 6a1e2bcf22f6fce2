//! A made-up ballot up to its opening: roll, board, officers, and boxes made exactly as a server makes them.

use rand_core::Rng;
use scrutineer_ballot::boxes::{self, BoxRoll, BoxesError, THE_BOX};
use scrutineer_ballot::file::{BallotFile, Tellers};
use scrutineer_ballot::roll::{EntryError, FrozenRoll, SALT_LEN, canonical_csv};
use scrutineer_ballot::setup::{BoxPlan, NewBox, SetupError, record_time};
use scrutineer_protocol::ParseError;
use scrutineer_protocol::archive::{ArchiveError, Timestamp};
use scrutineer_protocol::credential::{Credential, CredentialKey};
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::event::{Entry, State};
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::trustee::pedersen::PedersenError;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::chance::Chance;
use super::clock::Clock;
use super::officials::{self, Board, Officer, OfficialError};
use super::people::Crowd;

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
    /// A made-up member.
    #[error("no member can be made up for the ballot file's [eligible]: {0}")]
    Member(#[from] EntryError),
    /// A box.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// A ballot file that cannot be kept.
    #[error("the ballot file cannot be written again: {0}")]
    File(#[from] serde_json::Error),
}

/// Those who may vote.
pub enum Voters {
    /// A roll. It is let go as soon as the ballot's boxes are fixed.
    Listed(FrozenRoll),
    /// Members who are made up anew whenever they are looked at; for ballots that are counted in one box.
    MadeUp(Crowd),
}

impl Voters {
    /// How many they are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Listed(roll) => roll.len(),
            Self::MadeUp(crowd) => crowd.len(),
        }
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// SHA-256 of what comes first and of their frozen roll.
    fn hash(&self, first: &[u8], seen: &mut impl FnMut(u64)) -> Result<[u8; 32], EntryError> {
        let mut hash = Sha256::new().chain_update(first);
        let put = |line: &str| {
            hash.update(line);
            seen(1);
        };
        match self {
            Self::Listed(roll) => canonical_csv(roll.entries(), put),
            Self::MadeUp(crowd) => crowd.canonical_csv(put)?,
        }
        Ok(hash.finalize().into())
    }

    /// The boxes that they vote in.
    fn divide(self, file: &BallotFile) -> Result<Vec<(String, Self)>, BoxesError> {
        match self {
            Self::Listed(roll) => {
                let boxes = boxes::divide(file, roll.entries().iter().cloned())?;
                Ok(boxes.into_iter().map(|BoxRoll { name, roll }| (name, Self::Listed(roll))).collect())
            }
            Self::MadeUp(_) => Ok(vec![(THE_BOX.to_owned(), self)]),
        }
    }
}

impl Opened {
    /// Opens a ballot for members all of whom may vote. `made` is told how many members were looked at and codes made: each
    /// member is looked at twice and gets a code.
    ///
    /// # Errors
    /// Where the members cannot be divided into the boxes that the file asks for, or the ballot cannot be written in the
    /// record's format.
    pub fn new(
        file: BallotFile,
        voters: Voters,
        seed: u64,
        mut made: impl FnMut(u64),
    ) -> Result<Self, OpenError> {
        let json = Sha256::digest(file.to_json()?).into();
        let chance = Chance::of_digests(seed, &[json, voters.hash(&[], &mut made)?]);
        let divided = voters.divide(&file)?;
        let board = match &file.tellers {
            Tellers::Server => None,
            Tellers::Board(_) => Some(Board::form(&chance)?),
        };
        let officers = officials::officers(file.officers, &chance)?;
        let ballot = Uuid::random(&mut chance.stream("ballot", 0));
        let receipts = officials::receipts(&chance)?;
        let several = divided.len() > 1;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let sizes: Vec<u64> = divided.iter().map(|(_, voters)| count(voters.len())).collect();
        let spares = boxes::divide_spares(u64::from(file.spares), &sizes);
        let mut boxes = Vec::with_capacity(divided.len());
        for ((name, voters), spares) in divided.into_iter().zip(spares) {
            let chance = if several {
                let name = Sha256::digest(&name).into();
                Chance::of_digests(seed, &[json, voters.hash(&[], &mut |_| ())?, name])
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
                eligible: count(voters.len()),
                spares,
                roll: HexHash::from_digest(voters.hash(&salt, &mut made)?),
                board: board.as_ref().map(|board| &board.parameters),
                officers: officials::on_record(&officers),
                receipts,
            };
            let eligible = voters.len();
            drop(voters);
            let new_box = plan.make(&mut chance.stream("box", 0), &mut made)?;
            boxes.push(OpenedBox { eligible, chance, name, new_box });
        }
        Ok(Self { clock: Clock::of(&file), board, officers, boxes, file })
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

    /// The record's first step, which is kept no longer: it has 67 bytes for every code.
    #[must_use]
    pub fn take_setup(&mut self) -> Entry {
        let Entry { data, event } = &mut self.new_box.setup;
        Entry { data: std::mem::take(data), event: event.clone() }
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
