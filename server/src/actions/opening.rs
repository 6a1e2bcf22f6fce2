//! Opening a ballot: what it waits for, by command, and by the schedule.

use std::fmt;
use std::sync::Arc;

use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::BallotState;
use scrutineer_ballot::file::{BallotFile, Codes};
use scrutineer_ballot::proposal::Content;
use scrutineer_protocol::election::Uuid;
use thiserror::Error;

use super::ballot_deed::{self, BallotRefusal};
use super::letters;
use super::proposals::{Asked, ByTwo, Means, circumstances, propose};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::data_folder::DataFolder;
use crate::domain::delivery::is_too_many;
use crate::domain::life::BallotDeed;
use crate::domain::two_people::{self, Decision, decide};
use crate::store::{
    Actor, BallotId, BallotRow, BoxRow, Error as StoreError, OpenError, OutOfReach, StatementKind, Tx,
    WriteTx,
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
    /// Codes are mailed, and more members are out of their reach than the ballot file allows.
    OutOfReach {
        /// Members without a code, and without one on its way.
        members: u64,
        /// Members on the frozen roll.
        eligible: u64,
        /// Percent of them that may be.
        share: u32,
    },
    /// The registrar has not issued the codes, and so the record has not begun.
    Registrar {
        /// The registrar's number, where one was named.
        member_no: Option<String>,
    },
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
            Self::OutOfReach { members, eligible, share } => write!(
                f,
                "{members} of {eligible} members have no voting code and none on its way, and only {share} % may be out of \
                 reach (`scrutineer letters status --unreached` names them to officers); reach them, or let two people decide \
                 (`scrutineer ballot open`)"
            ),
            Self::Registrar { member_no: Some(member_no) } => write!(
                f,
                "the registrar, member {member_no}, must issue the voting codes (`scrutineer codes issue`)"
            ),
            Self::Registrar { member_no: None } => {
                f.write_str("the registrar must issue the voting codes (`scrutineer codes issue`)")
            }
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
    /// Nobody has to allow what is allowed.
    #[error("no second person is needed to open this ballot any more: `scrutineer ballot open`")]
    NotNeeded,
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
    let issued = file.codes == Codes::Server || ballot.registrar_no.is_some();
    if !issued {
        lacks.push(Lack::Registrar { member_no: file.registrar.as_ref().map(ToString::to_string) });
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
    // Where codes are fetched and handed out, whoever does that knows whom they have reached.
    let is_known = match file.codes {
        Codes::Server => tx.is_mailed(ballot.id)?,
        Codes::Registrar => tx.any_code_noted(ballot.id)?,
    };
    if is_known && !tx.open_unreached(ballot.id)? {
        let OutOfReach { eligible, members } = tx.out_of_reach(ballot.id)?;
        let share = file.unreachable_share;
        if is_too_many(members, eligible, share) {
            lacks.push(Lack::OutOfReach { members, eligible, share });
        }
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
pub async fn open(app: &App, caller: &Caller, id: String) -> Result<Asked<()>, OpeningError> {
    let (asker, typed, elections) = (caller.clone(), id.clone(), Arc::clone(&app.elections));
    let keys = app
        .store
        .read("open: look", move |tx| {
            let (named, file, _) = ballot_deed::begin(tx, &asker, &typed, BallotDeed::Open)?;
            let lacks = lacks(tx, &named.ballot, &file)?;
            if !lacks.is_empty() && !only_out_of_reach(&lacks) {
                return Err(OpeningError::Lacks(lacks));
            }
            elections.prepare(tx, named.ballot.id)?;
            keys_of(tx, &named.ballot)
        })
        .await?;
    check_keys(&app.folder, &keys)?;
    let (caller, means) = (caller.clone(), Means::of(app));
    app.store
        .write("open ballot", move |tx| {
            let (named, file, _) = ballot_deed::begin(tx, &caller, &id, BallotDeed::Open)?;
            let ballot = named.ballot;
            if !only_out_of_reach(&lacks(tx, &ballot, &file)?) {
                return do_open(tx, &caller.actor(), &ballot, &file).map(Asked::Done);
            }
            let deed = two_people::Deed::OpenBallot { ballot: ballot.uuid.to_string() };
            let uuid = ballot.uuid.to_string();
            let content = content(tx, &caller, &uuid)?;
            match decide(&deed, &circumstances(tx, &means, Some(&ballot))?) {
                Decision::DoNow => apply(tx, &means, &caller, &uuid, None).map(Asked::Done),
                Decision::Propose => {
                    let proposal = propose(tx, &means, &caller, &deed, Some(ballot.id), &content)?;
                    Ok(Asked::Waits(proposal))
                }
            }
        })
        .await
}

/// Whether nothing else is in the way but members out of reach, and the time at which it opens by itself.
fn only_out_of_reach(lacks: &[Lack]) -> bool {
    let (mut out_of_reach, mut others) = (false, false);
    for lack in lacks {
        match lack {
            Lack::OutOfReach { .. } => out_of_reach = true,
            Lack::Time { .. } => {}
            Lack::Checks { .. } | Lack::Codes | Lack::Registrar { .. } | Lack::Late { .. } => others = true,
        }
    }
    out_of_reach && !others
}

/// What letting a ballot open with many members out of reach would do, if it can be done now.
pub(super) fn content(tx: &Tx<'_>, caller: &Caller, id: &str) -> Result<Content, OpeningError> {
    let (named, file, _) = ballot_deed::begin(tx, caller, id, BallotDeed::Open)?;
    let ballot = named.ballot;
    let lacks = lacks(tx, &ballot, &file)?;
    let found = lacks.iter().find_map(|lack| match lack {
        Lack::OutOfReach { members, eligible, share } => Some((*members, *eligible, *share)),
        _ => None,
    });
    match found {
        Some((out_of_reach, eligible, share)) if only_out_of_reach(&lacks) => Ok(Content::OpenBallot {
            ballot: ballot.uuid.to_string(),
            title: file.title,
            eligible,
            out_of_reach,
            share,
        }),
        Some(_) => Err(OpeningError::Lacks(lacks)),
        None => Err(OpeningError::NotNeeded),
    }
}

/// Lets a ballot open with as many out of reach as [`content`] found in this transaction, and opens it unless its time has yet
/// to come.
pub(super) fn apply(
    tx: &WriteTx<'_>,
    means: &Means,
    caller: &Caller,
    id: &str,
    by: Option<&ByTwo>,
) -> Result<(), OpeningError> {
    let (named, file, _) = ballot_deed::begin(tx, caller, id, BallotDeed::Open)?;
    let ballot = named.ballot;
    let OutOfReach { eligible, members } = tx.out_of_reach(ballot.id)?;
    tx.set_open_unreached(ballot.id)?;
    let detail = serde_json::json!({ "ballot": ballot.uuid, "out_of_reach": members, "eligible": eligible });
    tx.audit(&caller.actor(), Deed::OpeningAllowed, &ByTwo::note(by, &detail)?)?;
    if !lacks(tx, &ballot, &file)?.is_empty() {
        // Its time has yet to come.
        return Ok(());
    }
    check_keys(&means.folder, &keys_of(tx, &ballot)?)?;
    means.elections.prepare(tx, ballot.id)?;
    do_open(tx, &caller.actor(), &ballot, &file)
}

/// Opens a ballot whose scheduled time has come, unless something lacks. Whether it was opened.
///
/// # Errors
/// See [`OpeningError`].
pub(super) async fn open_due(app: &App, id: BallotId) -> Result<bool, OpeningError> {
    let due = |ballot: &BallotRow, now: i64| {
        ballot.state == BallotState::Frozen && ballot.opens_at.is_some_and(|opens| opens <= now)
    };
    let elections = Arc::clone(&app.elections);
    let keys = app
        .store
        .read("open: look", move |tx| {
            let ballot = tx.ballot(id)?;
            if !due(&ballot, tx.now()) || !lacks(tx, &ballot, &ballot.file()?)?.is_empty() {
                return Ok(None);
            }
            elections.prepare(tx, id)?;
            keys_of(tx, &ballot).map(Some)
        })
        .await?;
    let Some(keys) = keys else { return Ok(false) };
    check_keys(&app.folder, &keys)?;
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

fn check_keys(folder: &DataFolder, (ballot, elections): &(Uuid, Vec<Uuid>)) -> Result<(), OpenError> {
    folder.ballot_key(ballot)?;
    elections.iter().try_for_each(|election| folder.server_key(election).map(|_| ()))
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
    letters::opened(tx, ballot.id)?;
    tx.audit(actor, Deed::BallotOpened, &serde_json::json!({ "ballot": ballot.uuid }))?;
    Ok(())
}
