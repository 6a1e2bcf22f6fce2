//! What every deed about a ballot begins with: which ballot, whether the caller may, whether its state allows it.

use scrutineer_api::ballot::BallotState;
use scrutineer_api::role::Role;
use scrutineer_ballot::file::BallotFile;
use thiserror::Error;

use super::ballot_id::{self, Drafts, IdError, Named};
use crate::auth::caller::Caller;
use crate::domain::life::{BallotDeed, NotNow};
use crate::store::{Error as StoreError, Tx};

/// Why a deed about a ballot was refused, whatever the deed.
#[derive(Debug, Error)]
pub enum BallotRefusal {
    /// Which ballot?
    #[error(transparent)]
    Id(#[from] IdError),
    /// Not in this state.
    #[error(transparent)]
    NotNow(#[from] NotNow),
    /// A delegate for some units, and a ballot beyond them.
    #[error(
        "you are a delegate for {own}, and this ballot is for others too; its [eligible] must list no other unit, or a \
         delegate for the whole union must do this"
    )]
    OtherUnits {
        /// The caller's units.
        own: String,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether the caller may run a ballot like this: officers any, delegates those of their units.
///
/// # Errors
/// [`BallotRefusal::OtherUnits`].
pub fn may_run(caller: &Caller, file: &BallotFile) -> Result<(), BallotRefusal> {
    if caller.has(Role::Officer) || caller.is_delegate_for(None) {
        return Ok(());
    }
    let units = file.eligible.unit.as_deref().unwrap_or_default();
    if !units.is_empty() && units.iter().all(|unit| caller.is_delegate_for(Some(unit))) {
        return Ok(());
    }
    let own: Vec<_> = caller.session().roles.iter().filter_map(|held| held.unit.clone()).collect();
    Err(BallotRefusal::OtherUnits { own: own.join(", ") })
}

/// Finds the ballot of a deed and checks that the caller may do it, and that the ballot's state allows it.
///
/// # Errors
/// See [`BallotRefusal`].
pub fn begin(
    tx: &Tx<'_>,
    caller: &Caller,
    id: &str,
    deed: BallotDeed,
) -> Result<(Named, BallotFile, BallotState), BallotRefusal> {
    let named = ballot_id::find(tx, id, Drafts::to(Some(caller)))?;
    let file = named.ballot.file()?;
    may_run(caller, &file)?;
    let after = deed.after(named.ballot.state)?;
    Ok((named, file, after))
}
