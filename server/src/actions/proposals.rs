//! Proposals: deeds that one person asks for and another officer approves or rejects.
//!
//! A proposal is bound to its content. Whoever approves sends the digest of what was shown; the server then makes the
//! content anew, in the transaction of the deed, with the rights that the first person holds at that moment. Where
//! anything differs, the deed is not done and the proposal has ended.

mod approve;

use scrutineer_api::audit;
use scrutineer_api::proposal::{Proposal, ProposalKind, ProposalState, Proposals};
use scrutineer_api::role::Role;
use scrutineer_ballot::proposal::Content;
use scrutineer_ballot::text::{TextError, paragraphs};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use thiserror::Error;

pub use approve::approve;

use super::ballot_deed::{BallotRefusal, may_run};
use super::ballot_id::IdError;
use super::cancel::CancelError;
use super::deed::DeedError;
use super::desk::change_email::ChangeEmailError;
use super::employer_domains::EmployerError;
use super::extend::ExtendError;
use super::freeze::FreezeError;
use super::opening::OpeningError;
use super::reissue::ReissueError;
use crate::app::{App, Settings};
use crate::auth::caller::Caller;
use crate::data_folder::DataFolder;
use crate::domain::life::BallotDeed;
use crate::domain::two_people::{Circumstances, Deed};
use crate::elections::Elections;
use crate::store::{
    Actor, BallotId, BallotRow, Error as StoreError, NewProposalRow, ProposalRow, Tx, WriteTx,
};

/// Most characters of a reason.
const MOST_REASON: usize = 2_000;

/// Why a proposal was not decided.
#[derive(Debug, Error)]
pub enum ProposalError {
    /// There is none.
    #[error("there is no proposal {0}; `scrutineer proposals` lists those that there are")]
    NoSuch(i64),
    /// It was decided, or ended.
    #[error("proposal {number} does not wait any more: {how}")]
    Over {
        /// Its number.
        number: i64,
        /// What became of it.
        how: String,
    },
    /// It ended at this moment.
    #[error(
        "proposal {number} has ended, and nothing was done: {why}; propose it again if it is still wanted"
    )]
    Ended {
        /// Its number.
        number: i64,
        /// Why.
        why: String,
    },
    /// What was shown is something else.
    #[error("proposal {0} says something else than what you were shown; look at it again")]
    OtherDigest(i64),
    /// No officer.
    #[error("only officers approve proposals")]
    NotOfficer,
    /// The first person again.
    #[error("you proposed this yourself; another officer must approve it")]
    SamePerson,
    /// Neither an officer nor whoever proposed it.
    #[error("only officers reject proposals, and whoever proposed one may take it back")]
    NotYours,
    /// The reason cannot be taken.
    #[error("the reason {0}")]
    Reason(#[from] TextError),
    /// Freezing did not go well.
    #[error(transparent)]
    Freeze(#[from] FreezeError),
    /// Extending did not go well.
    #[error(transparent)]
    Extend(#[from] ExtendError),
    /// Cancelling did not go well.
    #[error(transparent)]
    Cancel(#[from] CancelError),
    /// Re-issuing did not go well.
    #[error(transparent)]
    Reissue(#[from] ReissueError),
    /// Opening did not go well.
    #[error(transparent)]
    Opening(#[from] OpeningError),
    /// Allowing codes to employers' addresses did not go well.
    #[error(transparent)]
    Employer(#[from] EmployerError),
    /// Changing an address did not go well.
    #[error(transparent)]
    ChangeEmail(#[from] ChangeEmailError),
    /// Changing who is an officer did not go well.
    #[error(transparent)]
    Deed(#[from] DeedError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What came of asking for a deed.
pub enum Asked<T> {
    /// It is done.
    Done(T),
    /// It waits for another officer.
    Waits(Box<Proposal>),
}

/// What deeds need beside their transaction.
#[derive(Clone)]
pub struct Means {
    pub(super) folder: DataFolder,
    pub(super) settings: Settings,
    pub(super) elections: Arc<Elections>,
}

impl Means {
    /// A server's.
    pub(super) fn of(app: &App) -> Self {
        Self {
            folder: app.folder.clone(),
            settings: app.settings.clone(),
            elections: Arc::clone(&app.elections),
        }
    }
}

/// That two people decided a deed.
#[derive(Clone, Debug)]
pub struct ByTwo {
    /// The proposal's number.
    pub proposal: i64,
    /// Number on the roll of the second person.
    pub approved_by: String,
}

impl ByTwo {
    /// Adds this to the particulars of a deed.
    ///
    /// # Errors
    /// They are no JSON.
    pub(super) fn note(by: Option<&Self>, detail: &impl Serialize) -> Result<Value, StoreError> {
        let corrupt = |error: serde_json::Error| StoreError::Corrupt(error.to_string());
        let mut detail = serde_json::to_value(detail).map_err(corrupt)?;
        if let Some(by) = by {
            detail["proposal"] = json!(by.proposal);
            detail["approved_by"] = json!(by.approved_by);
        }
        Ok(detail)
    }
}

/// Why a proposal can no longer be approved.
enum Blocked {
    /// Time has passed, or the ballot has moved on.
    Expired(String),
    /// Something has changed.
    Overtaken(String),
    /// The database; nothing is said of the proposal.
    Store(StoreError),
}

impl From<StoreError> for Blocked {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<BallotRefusal> for Blocked {
    fn from(error: BallotRefusal) -> Self {
        match error {
            BallotRefusal::Store(error) | BallotRefusal::Id(IdError::Store(error)) => Self::Store(error),
            BallotRefusal::NotNow(error) => Self::Expired(error.to_string()),
            error @ (BallotRefusal::Id(_) | BallotRefusal::OtherUnits { .. }) => {
                Self::Overtaken(error.to_string())
            }
        }
    }
}

impl From<FreezeError> for Blocked {
    fn from(error: FreezeError) -> Self {
        match error {
            FreezeError::Ballot(error) => error.into(),
            error @ FreezeError::File(_) => Self::Expired(error.to_string()),
            error => Self::Overtaken(error.to_string()),
        }
    }
}

impl From<ExtendError> for Blocked {
    fn from(error: ExtendError) -> Self {
        match error {
            ExtendError::Ballot(error) => error.into(),
            error @ ExtendError::Past(_) => Self::Expired(error.to_string()),
            error => Self::Overtaken(error.to_string()),
        }
    }
}

impl From<CancelError> for Blocked {
    fn from(error: CancelError) -> Self {
        match error {
            CancelError::Ballot(error) => error.into(),
            error => Self::Overtaken(error.to_string()),
        }
    }
}

impl From<ReissueError> for Blocked {
    fn from(error: ReissueError) -> Self {
        match error {
            ReissueError::Ballot(error) => error.into(),
            error @ ReissueError::NotNow => Self::Expired(error.to_string()),
            error => Self::Overtaken(error.to_string()),
        }
    }
}

impl From<OpeningError> for Blocked {
    fn from(error: OpeningError) -> Self {
        match error {
            OpeningError::Ballot(error) => error.into(),
            error => Self::Overtaken(error.to_string()),
        }
    }
}

impl From<EmployerError> for Blocked {
    fn from(error: EmployerError) -> Self {
        match error {
            EmployerError::Ballot(error) => error.into(),
            error @ EmployerError::NotNow => Self::Expired(error.to_string()),
            error => Self::Overtaken(error.to_string()),
        }
    }
}

impl From<ChangeEmailError> for Blocked {
    fn from(error: ChangeEmailError) -> Self {
        match error {
            ChangeEmailError::Store(error) => Self::Store(error),
            error => Self::Overtaken(error.to_string()),
        }
    }
}

impl From<DeedError> for Blocked {
    fn from(error: DeedError) -> Self {
        match error {
            DeedError::Store(error) => Self::Store(error),
            error => Self::Overtaken(error.to_string()),
        }
    }
}

/// As what a caller asks for a deed about a ballot, or about nobody in particular.
///
/// # Errors
/// The database's.
pub(super) fn circumstances(
    tx: &Tx<'_>,
    means: &Means,
    ballot: Option<&BallotRow>,
) -> Result<Circumstances, StoreError> {
    let mut at = Circumstances {
        officers: tx.officers_with_password()?.len(),
        reissues_alone: means.settings.reissues_alone,
        ..Circumstances::default()
    };
    if let Some(ballot) = ballot {
        at.practice = ballot.practice;
        at.unannounced_draft = ballot.state == scrutineer_api::ballot::BallotState::Draft
            && tx.announcement(ballot.id)?.is_none();
    }
    Ok(at)
}

/// Puts a deed before a second person. The same thing asked for again is the same proposal; something else about the same
/// thing takes its place.
///
/// # Errors
/// The database's.
pub(super) fn propose(
    tx: &WriteTx<'_>,
    means: &Means,
    caller: &Caller,
    deed: &Deed,
    ballot: Option<BallotId>,
    content: &Content,
) -> Result<Box<Proposal>, StoreError> {
    let corrupt = |error: &dyn std::fmt::Display| StoreError::Corrupt(error.to_string());
    let text = content.to_json().map_err(|error| corrupt(&error))?;
    let mut replaced = Vec::new();
    for row in tx.waiting_proposals()?.into_iter().filter(|row| row.kind == deed.kind()) {
        if read(&row)?.about() != deed.about() {
            continue;
        }
        if let Some(why) = lapsed(tx, &row)? {
            end(tx, &row, ProposalState::Expired, &why)?;
        } else if row.content == text {
            return shown(row).map(Box::new);
        } else {
            replaced.push(row);
        }
    }
    let number = tx.add_proposal(&NewProposalRow {
        kind: deed.kind(),
        ballot,
        deed: &serde_json::to_string(deed).map_err(|error| corrupt(&error))?,
        content: &text,
        digest: Sha256::digest(&text).into(),
        proposed_by: caller.session().member,
        expires_at: tx.now() + means.settings.proposal_lifetime,
    })?;
    for row in replaced {
        end(tx, &row, ProposalState::Overtaken, &format!("proposal {number} took its place"))?;
    }
    let row = found(tx, number)?;
    let mut detail = about(&row, content);
    detail["digest"] = json!(hex::encode(row.digest));
    detail["expires_at"] = json!(row.expires_at);
    tx.audit(&caller.actor(), audit::Deed::ProposalMade, &detail)?;
    shown(row).map(Box::new)
}

/// All proposals that a caller may see, the newest first: officers and observers see all, delegates those about ballots that
/// they may run.
///
/// # Errors
/// The database's.
pub async fn list(app: &App, caller: &Caller) -> Result<Proposals, ProposalError> {
    let caller = caller.clone();
    app.store
        .read("list proposals", move |tx| {
            let mut proposals = Vec::new();
            for row in tx.proposals()? {
                if may_see(tx, &caller, &row)? {
                    proposals.push(shown(row)?);
                }
            }
            Ok(Proposals { proposals })
        })
        .await
}

/// One proposal.
///
/// # Errors
/// See [`ProposalError`].
pub async fn one(app: &App, caller: &Caller, number: i64) -> Result<Proposal, ProposalError> {
    let caller = caller.clone();
    app.store
        .read("show proposal", move |tx| {
            let row = tx.proposal(number)?.ok_or(ProposalError::NoSuch(number))?;
            if !may_see(tx, &caller, &row)? {
                return Err(ProposalError::NoSuch(number));
            }
            Ok(shown(row)?)
        })
        .await
}

/// Rejects a proposal, as an officer, or takes back one's own.
///
/// # Errors
/// See [`ProposalError`].
pub async fn reject(
    app: &App,
    caller: &Caller,
    number: i64,
    reason: &str,
) -> Result<Proposal, ProposalError> {
    let (caller, reason) = (caller.clone(), paragraphs(reason, MOST_REASON)?);
    app.store
        .write("reject proposal", move |tx| {
            let row = tx.proposal(number)?.ok_or(ProposalError::NoSuch(number))?;
            if !may_see(tx, &caller, &row)? {
                return Err(ProposalError::NoSuch(number));
            }
            refuse_ended(&row)?;
            let member = caller.session().member;
            if !super::deed::is_officer(tx, member)? && member != row.proposed_by {
                return Err(ProposalError::NotYours);
            }
            let mut detail = about(&row, &content(&row)?);
            detail["reason"] = json!(reason);
            tx.end_proposal(number, ProposalState::Rejected, Some(member), Some(&reason))?;
            tx.audit(&caller.actor(), audit::Deed::ProposalRejected, &detail)?;
            Ok(shown(found(tx, number)?)?)
        })
        .await
}

/// Whether some proposal has to be ended because its time, or its ballot's, has passed.
///
/// # Errors
/// The database's.
pub(super) fn some_lapsed(tx: &Tx<'_>) -> Result<bool, StoreError> {
    for row in tx.waiting_proposals()? {
        if lapsed(tx, &row)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Ends the proposals whose time, or whose ballot's, has passed.
///
/// # Errors
/// The database's.
pub(super) fn end_lapsed(tx: &WriteTx<'_>) -> Result<(), StoreError> {
    for row in tx.waiting_proposals()? {
        if let Some(why) = lapsed(tx, &row)? {
            end(tx, &row, ProposalState::Expired, &why)?;
        }
    }
    Ok(())
}

/// Ends the proposal to make a member an officer, if one waits: who holds the code for a new password of theirs is not
/// certainly the person that it shows.
///
/// # Errors
/// The database's.
pub(super) fn overtake_grant(tx: &WriteTx<'_>, member_no: &str) -> Result<(), StoreError> {
    for row in tx.waiting_proposals()? {
        if matches!(read(&row)?, Deed::GrantOfficer { member_no: of } if of == member_no) {
            let why = format!("member {member_no} was sent a code for a new password");
            end(tx, &row, ProposalState::Overtaken, &why)?;
        }
    }
    Ok(())
}

/// Why a proposal's time has passed, if it has.
fn lapsed(tx: &Tx<'_>, row: &ProposalRow) -> Result<Option<String>, StoreError> {
    if row.expires_at <= tx.now() {
        return Ok(Some("nobody decided in time".to_owned()));
    }
    let Some(id) = row.ballot else { return Ok(None) };
    let ballot = tx.ballot(id)?;
    let needs = match read(row)? {
        Deed::FreezeBallot { .. } => BallotDeed::Freeze,
        Deed::ExtendBallot { .. } => BallotDeed::Extend,
        Deed::CancelBallot { .. } => BallotDeed::Cancel,
        Deed::ReissueCodes { .. } => {
            return Ok(super::reissue::refuse_other_states(ballot.state)
                .err()
                .map(|error| error.to_string()));
        }
        Deed::AllowEmployerMail { .. } => {
            let refused = super::employer_domains::refuse_other_states(ballot.state);
            return Ok(refused.err().map(|error| error.to_string()));
        }
        Deed::OpenBallot { .. } => BallotDeed::Open,
        Deed::GrantOfficer { .. }
        | Deed::RevokeOfficer { .. }
        | Deed::ReplacePassword { .. }
        | Deed::ChangeEmail { .. } => {
            return Ok(None);
        }
    };
    if let Err(error) = needs.after(ballot.state) {
        return Ok(Some(error.to_string()));
    }
    if needs == BallotDeed::Extend && ballot.closes_at.is_some_and(|closes| closes <= tx.now()) {
        return Ok(Some("the deadline has passed".to_owned()));
    }
    Ok(None)
}

/// Ends a proposal that nobody decided, and says so in the log.
fn end(tx: &WriteTx<'_>, row: &ProposalRow, state: ProposalState, why: &str) -> Result<(), StoreError> {
    if !tx.end_proposal(row.number, state, None, Some(why))? {
        return Ok(());
    }
    let deed = match state {
        ProposalState::Expired => audit::Deed::ProposalExpired,
        _ => audit::Deed::ProposalOvertaken,
    };
    let mut detail = about(row, &content(row)?);
    detail["reason"] = json!(why);
    tx.audit(&Actor::Server, deed, &detail)
}

/// What every audit entry about a proposal begins with.
fn about(row: &ProposalRow, content: &Content) -> Value {
    let mut detail = json!({ "proposal": row.number, "what": content.headline() });
    if let Some(ballot) = &row.ballot_uuid {
        detail["ballot"] = json!(ballot);
    }
    detail
}

fn refuse_ended(row: &ProposalRow) -> Result<(), ProposalError> {
    let how = match (row.state, &row.decided_by, &row.reason) {
        (ProposalState::Waiting, ..) => return Ok(()),
        (ProposalState::Approved, Some(by), _) => format!("member {by} approved it"),
        (ProposalState::Rejected, Some(by), Some(reason)) => format!("member {by} rejected it: {reason}"),
        (state, _, reason) => {
            format!("it has {}: {}", state.as_str(), reason.as_deref().unwrap_or("unknown"))
        }
    };
    Err(ProposalError::Over { number: row.number, how })
}

fn may_see(tx: &Tx<'_>, caller: &Caller, row: &ProposalRow) -> Result<bool, StoreError> {
    if caller.has(Role::Officer) || row.proposed_by == caller.session().member {
        return Ok(true);
    }
    if caller.has(Role::Observer) {
        // Whose address is changed stands in the log; the address itself is nobody's but the desk's.
        return Ok(row.kind != ProposalKind::ChangeEmail);
    }
    let Some(ballot) = row.ballot else { return Ok(false) };
    Ok(may_run(caller, &tx.ballot(ballot)?.file()?).is_ok())
}

fn found(tx: &Tx<'_>, number: i64) -> Result<ProposalRow, StoreError> {
    let row = tx.proposal(number)?;
    row.ok_or_else(|| StoreError::Corrupt(format!("proposal {number} is not there")))
}

fn corrupt(row: &ProposalRow, error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("proposal {}: {error}", row.number))
}

fn read(row: &ProposalRow) -> Result<Deed, StoreError> {
    serde_json::from_str(&row.deed).map_err(|error| corrupt(row, &error))
}

fn value(row: &ProposalRow) -> Result<Value, StoreError> {
    serde_json::from_str(&row.content).map_err(|error| corrupt(row, &error))
}

fn content(row: &ProposalRow) -> Result<Content, StoreError> {
    Content::from_value(&value(row)?).map_err(|error| corrupt(row, &error))
}

fn shown(row: ProposalRow) -> Result<Proposal, StoreError> {
    let content = value(&row)?;
    Ok(Proposal {
        id: row.number,
        kind: row.kind,
        ballot: row.ballot_uuid,
        state: row.state,
        proposed_by: row.proposer_no,
        proposed_at: row.proposed_at,
        expires_at: row.expires_at,
        digest: hex::encode(row.digest),
        content,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
        reason: row.reason,
    })
}
