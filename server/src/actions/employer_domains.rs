//! Mail domains that are an employer's: no voting code goes there without a second officer's yes, ballot by ballot, for an
//! employer's filter may open every link in a letter.

use scrutineer_api::audit;
use scrutineer_api::ballot::BallotState;
use scrutineer_api::delivery::{EmployerDomain, EmployerDomains};
use scrutineer_ballot::proposal::Content;
use thiserror::Error;

use super::ballot_deed::BallotRefusal;
use super::ballot_id::{self, Drafts, IdError, Named};
use super::proposals::{Asked, ByTwo, Means, circumstances, propose};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::delivery::{NoDomain, parse_domain};
use crate::domain::two_people::{Decision, Deed, decide};
use crate::store::{Error as StoreError, Tx, WriteTx};

/// Why a domain was not marked, or codes not allowed.
#[derive(Debug, Error)]
pub enum EmployerError {
    /// Which ballot?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// It is none.
    #[error(transparent)]
    NoDomain(#[from] NoDomain),
    /// It is marked already.
    #[error("{0} is marked as an employer's already")]
    Marked(String),
    /// It is not marked.
    #[error("{0} is not marked as an employer's; `scrutineer letters domains list` shows those that are")]
    NotMarked(String),
    /// One person would let codes go there.
    #[error(
        "the ballot {0:?} is under way, and without the mark its codes would go to addresses at {1}; two officers can allow \
         that (`scrutineer letters allow-employer`), or wait until its result is there"
    )]
    UnderWay(String, String),
    /// Too early or too late.
    #[error("codes are sent only while a ballot is frozen or open")]
    NotNow,
    /// It is allowed already.
    #[error("two officers have allowed codes of this ballot to employers' addresses already")]
    Allowed,
}

impl From<StoreError> for EmployerError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

impl From<IdError> for EmployerError {
    fn from(error: IdError) -> Self {
        Self::Ballot(error.into())
    }
}

/// The marked domains.
///
/// # Errors
/// The database's.
pub async fn list(app: &App) -> Result<EmployerDomains, EmployerError> {
    app.store
        .read("employer domains", |tx| {
            let rows = tx.employer_domains()?.into_iter().map(|row| EmployerDomain {
                domain: row.domain,
                added_by: row.added_by,
                added_at: row.added_at,
            });
            Ok(EmployerDomains { domains: rows.collect() })
        })
        .await
}

/// Marks a domain.
///
/// # Errors
/// See [`EmployerError`].
pub async fn add(app: &App, caller: &Caller, domain: &str) -> Result<(), EmployerError> {
    let (caller, domain) = (caller.clone(), parse_domain(domain)?);
    app.store
        .write("add employer domain", move |tx| {
            if !tx.add_employer_domain(&domain, caller.session().member)? {
                return Err(EmployerError::Marked(domain));
            }
            let detail = serde_json::json!({ "domain": domain });
            Ok(tx.audit(&caller.actor(), audit::Deed::EmployerDomainAdded, &detail)?)
        })
        .await
}

/// Takes the mark away, while no ballot is under way.
///
/// # Errors
/// See [`EmployerError`].
pub async fn remove(app: &App, caller: &Caller, domain: &str) -> Result<(), EmployerError> {
    let (caller, domain) = (caller.clone(), parse_domain(domain)?);
    app.store
        .write("remove employer domain", move |tx| {
            // Until the result is there: the certificate says how many codes went there.
            for state in [BallotState::Frozen, BallotState::Open, BallotState::Closed] {
                if let Some(ballot) = tx.ballots_in(state)?.into_iter().find(|ballot| !ballot.practice) {
                    return Err(EmployerError::UnderWay(ballot.file()?.title, domain));
                }
            }
            if !tx.remove_employer_domain(&domain)? {
                return Err(EmployerError::NotMarked(domain));
            }
            let detail = serde_json::json!({ "domain": domain });
            Ok(tx.audit(&caller.actor(), audit::Deed::EmployerDomainRemoved, &detail)?)
        })
        .await
}

/// Allows codes of a ballot to employers' addresses; takes two people unless it is for practice.
///
/// # Errors
/// See [`EmployerError`].
pub async fn allow(app: &App, caller: &Caller, id: String) -> Result<Asked<()>, EmployerError> {
    let (caller, means) = (caller.clone(), Means::of(app));
    app.store
        .write("allow employer mail", move |tx| {
            let named = find(tx, &caller, &id)?;
            let ballot = named.ballot.uuid.to_string();
            let content = content(tx, &caller, &ballot)?;
            let deed = Deed::AllowEmployerMail { ballot: ballot.clone() };
            match decide(&deed, &circumstances(tx, &means, Some(&named.ballot))?) {
                Decision::DoNow => apply(tx, &caller, &ballot, None).map(Asked::Done),
                Decision::Propose => {
                    let proposal = propose(tx, &means, &caller, &deed, Some(named.ballot.id), &content)?;
                    Ok(Asked::Waits(proposal))
                }
            }
        })
        .await
}

fn find(tx: &Tx<'_>, caller: &Caller, id: &str) -> Result<Named, EmployerError> {
    let named = ballot_id::find(tx, id, Drafts::to(Some(caller)))?;
    refuse_other_states(named.ballot.state)?;
    Ok(named)
}

/// Refuses where no codes are sent yet, or no more.
pub(super) const fn refuse_other_states(state: BallotState) -> Result<(), EmployerError> {
    match state {
        BallotState::Frozen | BallotState::Open => Ok(()),
        _ => Err(EmployerError::NotNow),
    }
}

/// What allowing it would do, if it can be done now.
pub(super) fn content(tx: &Tx<'_>, caller: &Caller, id: &str) -> Result<Content, EmployerError> {
    let ballot = find(tx, caller, id)?.ballot;
    if tx.employer_mail(ballot.id)? {
        return Err(EmployerError::Allowed);
    }
    Ok(Content::AllowEmployerMail {
        ballot: ballot.uuid.to_string(),
        title: ballot.file()?.title,
        domains: tx.employer_domains()?.into_iter().map(|row| row.domain).collect(),
        members: tx.delivery_totals(ballot.id)?.whole().employers_addresses,
    })
}

/// Allows what [`content`] was found for in this transaction.
pub(super) fn apply(
    tx: &WriteTx<'_>,
    caller: &Caller,
    id: &str,
    by: Option<&ByTwo>,
) -> Result<(), EmployerError> {
    let ballot = find(tx, caller, id)?.ballot;
    tx.set_employer_mail(ballot.id)?;
    let detail = serde_json::json!({ "ballot": ballot.uuid });
    tx.audit(&caller.actor(), audit::Deed::EmployerMailAllowed, &ByTwo::note(by, &detail)?)?;
    Ok(())
}
