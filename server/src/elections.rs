//! What never changes about a box once it is frozen: its election with the tables of its key, its trustees, its description
//! line. Read once from the record, then kept.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use scrutineer_ballot::description::{self, DescriptionLine};
use scrutineer_protocol::election::Election;
use scrutineer_protocol::trustee::Trustees;

use crate::store::{BoxId, Error, Tx};

/// A box as its record begins.
pub struct BoxElection {
    /// The election.
    pub election: Election,
    /// The trustees: the server's key, then the board.
    pub trustees: Trustees,
    /// The description line.
    pub line: DescriptionLine,
}

/// The elections of all boxes that anybody has asked for.
#[derive(Default)]
pub struct Elections(RwLock<HashMap<BoxId, Arc<BoxElection>>>);

impl Elections {
    /// The election of a box that is frozen.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if the record does not begin as one of ours.
    pub fn of(&self, tx: &Tx<'_>, id: BoxId) -> Result<Arc<BoxElection>, Error> {
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(read(tx, id)?);
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&read));
        Ok(read)
    }
}

fn read(tx: &Tx<'_>, id: BoxId) -> Result<BoxElection, Error> {
    let corrupt = |what: &str| Error::Corrupt(format!("the beginning of a record: {what}"));
    let body = |position| tx.record_datum(id, 0, position)?.ok_or_else(|| corrupt("its data are not there"));
    let election = Election::parse(body(0)?.as_bytes()).map_err(|error| corrupt(&error.to_string()))?;
    let trustees = Trustees::parse(body(1)?.as_bytes()).map_err(|error| corrupt(&error.to_string()))?;
    let line = description::parse(election.description()).map_err(|error| corrupt(&error.to_string()))?;
    let (_, line) = line.ok_or_else(|| corrupt("it has no description line"))?;
    Ok(BoxElection { election, trustees, line })
}
