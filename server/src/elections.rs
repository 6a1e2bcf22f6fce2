//! What never changes about a box once it is frozen: its election with the tables of its key, its trustees, its description
//! line. Read once from the record, then kept.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use scrutineer_api::ballot::BallotState;
use scrutineer_ballot::description::{self, DescriptionLine};
use scrutineer_protocol::election::{Election, Uuid};
use scrutineer_protocol::trustee::Trustees;

use crate::store::{BallotId, BoxId, Error, Tx};

/// A box as its record begins.
pub struct BoxElection {
    /// Which box.
    pub id: BoxId,
    /// Its ballot.
    pub ballot: BallotId,
    /// The ballot's identifier.
    pub ballot_uuid: Uuid,
    /// The election.
    pub election: Election,
    /// The trustees: the server's key, then the board.
    pub trustees: Trustees,
    /// The description line.
    pub line: DescriptionLine,
}

/// The elections of all boxes that anybody has asked for.
#[derive(Default)]
pub struct Elections {
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    of_box: HashMap<BoxId, Arc<BoxElection>>,
    /// By the election's identifier.
    named: HashMap<String, BoxId>,
}

impl Elections {
    /// The election of a box that is frozen, also where its record waits for a registrar.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if the record does not begin as one of ours.
    pub fn of(&self, tx: &Tx<'_>, id: BoxId) -> Result<Arc<BoxElection>, Error> {
        if let Some(known) = self.known().of_box.get(&id) {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(read(tx, id)?);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.named.insert(read.election.uuid().as_str().to_owned(), id);
        known.of_box.insert(id, Arc::clone(&read));
        Ok(read)
    }

    /// The election with this identifier, if anybody has asked for it.
    #[must_use]
    pub fn named(&self, uuid: &str) -> Option<Arc<BoxElection>> {
        let known = self.known();
        known.named.get(uuid).and_then(|id| known.of_box.get(id)).map(Arc::clone)
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the tables of every box of a ballot, before votes need them.
    ///
    /// # Errors
    /// As [`Elections::of`].
    pub fn prepare(&self, tx: &Tx<'_>, ballot: BallotId) -> Result<(), Error> {
        tx.boxes_of(ballot)?.iter().try_for_each(|one| self.of(tx, one.id).map(drop))
    }

    /// The same for all ballots that take votes.
    ///
    /// # Errors
    /// As [`Elections::of`].
    pub fn prepare_open(&self, tx: &Tx<'_>) -> Result<(), Error> {
        tx.ballots_in(BallotState::Open)?.iter().try_for_each(|ballot| self.prepare(tx, ballot.id))
    }

    /// Whether the tables of a box are there.
    #[must_use]
    pub fn is_prepared(&self, id: BoxId) -> bool {
        self.known().of_box.contains_key(&id)
    }
}

fn read(tx: &Tx<'_>, id: BoxId) -> Result<BoxElection, Error> {
    let corrupt = |what: &str| Error::Corrupt(format!("the beginning of a record: {what}"));
    let (election, trustees) = match (tx.record_datum(id, 0, 0)?, tx.record_datum(id, 0, 1)?) {
        (Some(election), Some(trustees)) => (election, trustees),
        _ => {
            let awaited = tx.awaited_setup(id)?.ok_or_else(|| corrupt("its data are not there"))?;
            (awaited.election, awaited.trustees)
        }
    };
    let election = Election::parse(election.as_bytes()).map_err(|error| corrupt(&error.to_string()))?;
    let trustees = Trustees::parse(trustees.as_bytes()).map_err(|error| corrupt(&error.to_string()))?;
    let line = description::parse(election.description()).map_err(|error| corrupt(&error.to_string()))?;
    let (_, line) = line.ok_or_else(|| corrupt("it has no description line"))?;
    let ballot = tx.ballot(tx.box_row(id)?.ballot)?;
    Ok(BoxElection { id, ballot: ballot.id, ballot_uuid: ballot.uuid, election, trustees, line })
}
