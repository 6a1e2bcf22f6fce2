//! Granting, revoking and listing roles.

use scrutineer_api::role::{Role, RoleHolder, RoleOf, Roles};
use thiserror::Error;

use super::deed::{DeedError, perform};
use crate::app::App;
use crate::domain::two_people::{Deed, RoleDeed};
use crate::store::{Actor, Error as StoreError};

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

/// Grants a role.
///
/// # Errors
/// See [`RoleError`].
pub async fn grant(app: &App, actor: Actor, asked: RoleOf) -> Result<RoleHolder, RoleError> {
    let deed = role_deed(asked)?;
    app.store
        .write("grant role", move |tx| {
            if let Some(unit) = &deed.unit
                && !tx.unit_exists(unit)?
            {
                return Err(RoleError::NoSuchUnit(unit.clone()));
            }
            perform(tx, &actor, &Deed::GrantRole(deed.clone()))?;
            let RoleDeed { role, member_no, unit } = deed;
            let name = tx.member(&member_no)?.map(|member| member.name).unwrap_or_default();
            Ok(RoleHolder { role, member_no, name, unit })
        })
        .await
}

/// Revokes a role. It has no effect any more from the next request on.
///
/// # Errors
/// See [`RoleError`].
pub async fn revoke(app: &App, actor: Actor, asked: RoleOf) -> Result<(), RoleError> {
    let deed = Deed::RevokeRole(role_deed(asked)?);
    app.store
        .write("revoke role", move |tx| {
            perform(tx, &actor, &deed)?;
            Ok(())
        })
        .await
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
