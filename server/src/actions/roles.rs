//! Granting, revoking and listing roles.

use scrutineer_api::proposal::Proposal;
use scrutineer_api::role::{Role, RoleHolder, RoleOf, Roles};
use thiserror::Error;

use super::deed::{self, DeedError, RoleDeed};
use super::proposals::{Asked, Means, circumstances, propose};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::two_people::{Decision, Deed, decide};
use crate::store::{Error as StoreError, Tx, WriteTx};

/// Why a role was not granted or revoked.
#[derive(Debug, Error)]
pub enum RoleError {
    /// Only delegates have units.
    #[error("only the role delegate can be for one unit; leave the unit out for the role {0}")]
    UnitNotAllowed(Role),
    /// No member has this unit.
    #[error("no member on the roll belongs to the unit {0:?}; units are compared letter by letter")]
    NoSuchUnit(String),
    /// The deed itself.
    #[error(transparent)]
    Deed(#[from] DeedError),
}

impl From<StoreError> for RoleError {
    fn from(error: StoreError) -> Self {
        Self::Deed(error.into())
    }
}

/// Grants a role; to make an officer takes two people, as soon as there are two.
///
/// # Errors
/// See [`RoleError`].
pub async fn grant(app: &App, caller: &Caller, asked: RoleOf) -> Result<Asked<RoleHolder>, RoleError> {
    let (deed, caller, means) = (role_deed(asked)?, caller.clone(), Means::of(app));
    app.store
        .write("grant role", move |tx| {
            if let Some(unit) = &deed.unit
                && !tx.unit_exists(unit)?
            {
                return Err(RoleError::NoSuchUnit(unit.clone()));
            }
            if deed.role == Role::Officer {
                let asked = Deed::GrantOfficer { member_no: deed.member_no.clone() };
                if let Some(proposal) = two_people(tx, &means, &caller, &asked)? {
                    return Ok(Asked::Waits(proposal));
                }
            }
            deed::grant(tx, &caller.actor(), &deed, None)?;
            let RoleDeed { role, member_no, unit } = deed;
            let name = tx.member(&member_no)?.map(|member| member.name).unwrap_or_default();
            Ok(Asked::Done(RoleHolder { role, member_no, name, unit }))
        })
        .await
}

/// Revokes a role. It has no effect any more from the next request on. An officer's takes two people.
///
/// # Errors
/// See [`RoleError`].
pub async fn revoke(app: &App, caller: &Caller, asked: RoleOf) -> Result<Asked<()>, RoleError> {
    let (deed, caller, means) = (role_deed(asked)?, caller.clone(), Means::of(app));
    app.store
        .write("revoke role", move |tx| {
            if deed.role == Role::Officer {
                let asked = Deed::RevokeOfficer { member_no: deed.member_no.clone() };
                if let Some(proposal) = two_people(tx, &means, &caller, &asked)? {
                    return Ok(Asked::Waits(proposal));
                }
            }
            deed::revoke(tx, &caller.actor(), &deed, None)?;
            Ok(Asked::Done(()))
        })
        .await
}

/// Proposes a deed about who is an officer, or about an officer's account; nothing if it can be done at once, and may be.
pub(super) fn two_people(
    tx: &WriteTx<'_>,
    means: &Means,
    caller: &Caller,
    deed: &Deed,
) -> Result<Option<Box<Proposal>>, DeedError> {
    let by_two = asks_two(tx, means, caller, deed)?;
    let content = deed::officer_content(tx, means, deed, by_two)?;
    match content.filter(|_| by_two) {
        Some(content) => Ok(Some(propose(tx, means, caller, deed, None, &content)?)),
        None => Ok(None),
    }
}

/// Whether such a deed needs a second person.
pub(super) fn asks_two(tx: &Tx<'_>, means: &Means, caller: &Caller, deed: &Deed) -> Result<bool, StoreError> {
    let mut at = circumstances(tx, means, None)?;
    let account = tx.account(deed.about())?;
    at.own_account = account.as_ref().is_some_and(|account| account.id == caller.session().member);
    at.can_sign_in = account.is_some_and(|account| account.password_hash.is_some());
    Ok(decide(deed, &at) == Decision::Propose)
}

/// Who holds which role.
///
/// # Errors
/// The database's.
pub async fn list(app: &App) -> Result<Roles, StoreError> {
    let rows = app.store.read("list roles", |tx| tx.roles()).await?;
    let holder = |row: crate::store::RoleRow| RoleHolder {
        role: row.held.role,
        member_no: row.member_no,
        name: row.name,
        unit: row.held.unit,
    };
    Ok(Roles { roles: rows.into_iter().map(holder).collect() })
}

fn role_deed(asked: RoleOf) -> Result<RoleDeed, RoleError> {
    let unit = asked.unit.map(|unit| unit.trim().to_owned()).filter(|unit| !unit.is_empty());
    if unit.is_some() && asked.role != Role::Delegate {
        return Err(RoleError::UnitNotAllowed(asked.role));
    }
    Ok(RoleDeed { role: asked.role, member_no: asked.member_no.trim().to_owned(), unit })
}
