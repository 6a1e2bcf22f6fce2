//! Opening a ballot: what it waits for, by command, and by the schedule.

use std::fmt;

use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::BallotState;
use scrutineer_ballot::file::{BallotFile, Codes};
use scrutineer_protocol::election::Uuid;
use thiserror::Error;

use super::ballot_deed::{self, BallotRefusal};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::life::BallotDeed;
use crate::store::{
    Actor, BallotId, BallotRow, BoxRow, Error as StoreError, OpenError, StatementKind, Tx, WriteTx,
};

/// Something without which a frozen ballot does not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Tellers' statements that they have checked a box.
    Checks {
        /// Statements that are there.
        have: usize,
        /// Statements that are needed.
        needed: usize,
    },
    /// The codes have not been fetched and confirmed.
    Codes,
    /// The scheduled time has not come.
    Time {
        /// When it comes, for people.
        opens: String,
    },
    /// The deadline has passed already.
    Late {
        /// When it was, for people.
        closed: String,
    },
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checks { have, needed } => write!(
                f,
                "{needed} tellers must have checked it (`scrutineer tellers check`), {have} have so far"
            ),
            Self::Codes => f.write_str(
                "the voting codes must be fetched and confirmed by whoever froze it (`scrutineer codes fetch`, `codes \
                 confirm`)",
            ),
            Self::Time { opens } => write!(f, "it opens by itself on {opens}, if nothing else lacks then"),
            Self::Late { closed } => write!(
                f,
                "its deadline passed on {closed} before it was opened; cancel it and draft it again"
            ),
        }
    }
}

/// Why a ballot was not opened.
#[derive(Debug, Error)]
pub enum OpeningError {
    /// Which ballot, may the caller, may it now?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// Something lacks.
    #[error("the ballot cannot be opened yet: {}", .0.iter().map(Lack::to_string).collect::<Vec<_>>().join("; "))]
    Lacks(Vec<Lack>),
    /// Without its keys the votes could never be counted.
    #[error("a key of the ballot cannot be read, so it must not be opened: {0}")]
    Key(#[from] OpenError),
}

impl From<StoreError> for OpeningError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

/// What a frozen ballot waits for before it can be opened.
///
/// # Errors
/// The database's.
pub fn lacks(tx: &Tx<'_>, ballot: &BallotRow, file: &BallotFile) -> Result<Vec<Lack>, StoreError> {
    let zone = file.zone().map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let mut lacks = Vec::new();
    if let Some(closes) = ballot.closes_at.filter(|closes| *closes <= tx.now()) {
        lacks.push(Lack::Late { closed: zone.sentence(closes) });
    }
    if let Some(board) = ballot.board {
        let needed = tx.board_row(board)?.threshold;
        let boxes = tx.boxes_of(ballot.id)?;
        let counts = boxes.iter().map(|one| checks(tx, one)).collect::<Result<Vec<_>, _>>()?;
        let have = counts.into_iter().min().unwrap_or(0);
        if have < needed {
            lacks.push(Lack::Checks { have, needed });
        }
    }
    if file.codes == Codes::Server && !ballot.codes_ready {
        lacks.push(Lack::Codes);
    }
    if let Some(opens) = ballot.opens_at.filter(|opens| *opens > tx.now()) {
        lacks.push(Lack::Time { opens: zone.sentence(opens) });
    }
    Ok(lacks)
}

fn checks(tx: &Tx<'_>, one: &BoxRow) -> Result<usize, StoreError> {
    Ok(tx.statements(one.id, StatementKind::Check)?.len())
}

/// Opens a ballot by command.
///
/// # Errors
/// See [`OpeningError`].
pub async fn open(app: &App, caller: &Caller, id: String) -> Result<(), OpeningError> {
    let (asker, typed) = (caller.clone(), id.clone());
    let keys = app
        .store
        .read("open: look", move |tx| {
            let (named, file, _) = ballot_deed::begin(tx, &asker, &typed, BallotDeed::Open)?;
            refuse_lacks(tx, &named.ballot, &file)?;
            keys_of(tx, &named.ballot)
        })
        .await?;
    check_keys(app, &keys)?;
    let caller = caller.clone();
    app.store
        .write("open ballot", move |tx| {
            let (named, file, _) = ballot_deed::begin(tx, &caller, &id, BallotDeed::Open)?;
            do_open(tx, &caller.actor(), &named.ballot, &file)
        })
        .await
}

/// Opens a ballot whose scheduled time has come, unless something lacks. Whether it was opened.
///
/// # Errors
/// See [`OpeningError`].
pub(super) async fn open_due(app: &App, id: BallotId) -> Result<bool, OpeningError> {
    let due = |ballot: &BallotRow, now: i64| {
        ballot.state == BallotState::Frozen && ballot.opens_at.is_some_and(|opens| opens <= now)
    };
    let keys = app
        .store
        .read("open: look", move |tx| {
            let ballot = tx.ballot(id)?;
            if !due(&ballot, tx.now()) || !lacks(tx, &ballot, &ballot.file()?)?.is_empty() {
                return Ok(None);
            }
            keys_of(tx, &ballot).map(Some)
        })
        .await?;
    let Some(keys) = keys else { return Ok(false) };
    check_keys(app, &keys)?;
    app.store
        .write("open ballot", move |tx| {
            let ballot = tx.ballot(id)?;
            if !due(&ballot, tx.now()) {
                return Ok(false);
            }
            do_open(tx, &Actor::Server, &ballot, &ballot.file()?)?;
            Ok(true)
        })
        .await
}

/// The ballot's uuid and its boxes' elections: the names of its keys.
fn keys_of(tx: &Tx<'_>, ballot: &BallotRow) -> Result<(Uuid, Vec<Uuid>), OpeningError> {
    let elections = tx.boxes_of(ballot.id)?.into_iter().map(|one| one.election).collect();
    Ok((ballot.uuid.clone(), elections))
}

fn check_keys(app: &App, (ballot, elections): &(Uuid, Vec<Uuid>)) -> Result<(), OpenError> {
    app.folder.ballot_key(ballot)?;
    elections.iter().try_for_each(|election| app.folder.server_key(election).map(|_| ()))
}

fn refuse_lacks(tx: &Tx<'_>, ballot: &BallotRow, file: &BallotFile) -> Result<(), OpeningError> {
    let lacks = lacks(tx, ballot, file)?;
    if lacks.is_empty() { Ok(()) } else { Err(OpeningError::Lacks(lacks)) }
}

fn do_open(
    tx: &WriteTx<'_>,
    actor: &Actor,
    ballot: &BallotRow,
    file: &BallotFile,
) -> Result<(), OpeningError> {
    refuse_lacks(tx, ballot, file)?;
    tx.set_open(ballot.id)?;
    tx.audit(actor, Deed::BallotOpened, &serde_json::json!({ "ballot": ballot.uuid }))?;
    Ok(())
}
