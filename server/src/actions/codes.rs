//! Voting codes on their way: whoever froze the ballot fetches them, as often as needed, and confirms that they have arrived.
//! Then they are erased here.

use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::{BallotState, MemberCode, MemberCodes};
use scrutineer_api::secret::Secret;
use scrutineer_ballot::file::Codes;
use thiserror::Error;

use super::ballot_deed::BallotRefusal;
use super::ballot_id::{self, Drafts, IdError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::delivery::{Channel, State};
use crate::store::{BallotRow, Error as StoreError, Tx};

/// Why codes were not given out or confirmed.
#[derive(Debug, Error)]
pub enum CodesError {
    /// Which ballot?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// Somebody else's.
    #[error("the voting codes of this ballot are only for whoever froze it")]
    NotYours,
    /// No codes yet, or no more.
    #[error("{0}")]
    None(&'static str),
    /// Nobody has them.
    #[error("the voting codes were not fetched yet; fetch them, look that the file is whole, then confirm")]
    NotFetched,
}

impl From<StoreError> for CodesError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

impl From<IdError> for CodesError {
    fn from(error: IdError) -> Self {
        Self::Ballot(error.into())
    }
}

/// Gives out the codes that are not confirmed yet.
///
/// # Errors
/// See [`CodesError`].
pub async fn fetch(app: &App, caller: &Caller, id: String) -> Result<MemberCodes, CodesError> {
    let caller = caller.clone();
    app.store
        .write("fetch codes", move |tx| {
            let ballot = begin(tx, &caller, &id)?;
            let rows = tx.codes_of(ballot.id)?;
            if rows.is_empty() {
                return Err(CodesError::None(
                    "all voting codes were confirmed and erased; there are none to fetch",
                ));
            }
            tx.set_codes_fetched(ballot.id)?;
            let detail = serde_json::json!({ "ballot": ballot.uuid, "codes": rows.len() });
            tx.audit(&caller.actor(), Deed::CodesFetched, &detail)?;
            let code = |row: crate::store::CodeRow| MemberCode {
                member_no: row.member_no,
                name: row.name,
                unit: row.unit,
                code: Secret::new(row.code.to_string()),
            };
            Ok(MemberCodes { codes: rows.into_iter().map(code).collect() })
        })
        .await
}

/// Takes note that the codes that were fetched have arrived, and erases them, in the files of the database too. Codes that
/// were made since the last fetch stay.
///
/// # Errors
/// See [`CodesError`].
pub async fn confirm(app: &App, caller: &Caller, id: String) -> Result<(), CodesError> {
    let caller = caller.clone();
    app.store
        .write("confirm codes", move |tx| {
            let ballot = begin(tx, &caller, &id)?;
            let (fetched, others) = tx.count_codes(ballot.id)?;
            match (fetched, others) {
                (0, 0) => {
                    return Err(CodesError::None("all voting codes were confirmed already"));
                }
                (0, _) => return Err(CodesError::NotFetched),
                _ => {}
            }
            for member_no in tx.fetched_codes(ballot.id)? {
                tx.note_delivery(ballot.id, &member_no, Channel::Hand, State::Printed, true)?;
            }
            tx.erase_fetched_codes(ballot.id)?;
            tx.set_codes_ready(ballot.id)?;
            let detail = serde_json::json!({ "ballot": ballot.uuid, "codes": fetched });
            tx.audit(&caller.actor(), Deed::CodesConfirmed, &detail)?;
            Ok(())
        })
        .await?;
    // The codes are gone from the tables; the write-ahead log still has them until it is emptied.
    if let Err(error) = app.store.empty_log().await {
        tracing::warn!(%error, "the write-ahead log was not emptied; it will be when the server stops, if not before");
    }
    Ok(())
}

fn begin(tx: &Tx<'_>, caller: &Caller, id: &str) -> Result<BallotRow, CodesError> {
    let ballot = ballot_id::find(tx, id, Drafts::to(Some(caller)))?.ballot;
    match ballot.state {
        BallotState::Draft => {
            return Err(CodesError::None(
                "this ballot is a draft; its voting codes are made when it is frozen",
            ));
        }
        BallotState::Frozen | BallotState::Open if ballot.file()?.codes == Codes::Registrar => {
            return Err(CodesError::None(
                "the voting codes of this ballot are made by its registrar (`scrutineer codes issue`); the server has none",
            ));
        }
        BallotState::Frozen | BallotState::Open => {}
        _ => return Err(CodesError::None("voting has ended, so this ballot has no voting codes any more")),
    }
    if ballot.frozen_by != Some(caller.session().member) {
        return Err(CodesError::NotYours);
    }
    Ok(ballot)
}
