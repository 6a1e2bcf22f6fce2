//! Does the deeds of [`two_people`], which is the only way to do them.

use thiserror::Error;

use crate::domain::two_people::{self, Decision, Deed, RoleDeed};
use crate::store::{Actor, Error as StoreError, MemberId, WriteTx};
use scrutineer_api::role::Role;

/// Why a deed was not done.
#[derive(Debug, Error)]
pub enum DeedError {
    /// The member is not on the roll.
    #[error("there is no member {0:?} on the roll")]
    NoSuchMember(String),
    /// The role is not held.
    #[error("member {member_no} does not hold the role {role}{}", unit.as_deref().map(|u| format!(" for {u}")).unwrap_or_default())]
    NotHeld {
        /// Number on the roll.
        member_no: String,
        /// The role.
        role: Role,
        /// The unit asked for.
        unit: Option<String>,
    },
    /// The role is held already.
    #[error("member {member_no} holds the role {role} already")]
    Held {
        /// Number on the roll.
        member_no: String,
        /// The role.
        role: Role,
    },
    /// Nobody could grant roles afterwards.
    #[error(
        "member {0} is the only officer who can sign in; let another officer activate their account, then try again"
    )]
    LastOfficer(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Does a deed, or will one day put it before a second person, with its audit entry in the same transaction.
///
/// # Errors
/// See [`DeedError`]; then nothing has changed.
pub fn perform(tx: &WriteTx<'_>, actor: &Actor, deed: &Deed) -> Result<Decision, DeedError> {
    let decision = two_people::decide(deed, actor);
    match decision {
        Decision::DoNow => {
            apply(tx, deed)?;
            tx.audit(actor, deed.noted_as(), deed)?;
        }
    }
    Ok(decision)
}

fn apply(tx: &WriteTx<'_>, deed: &Deed) -> Result<(), DeedError> {
    match deed {
        Deed::GrantRole(RoleDeed { role, member_no, unit }) => {
            let member = member(tx, member_no)?;
            if !tx.grant_role(member, *role, unit.as_deref())? {
                return Err(DeedError::Held { member_no: member_no.clone(), role: *role });
            }
        }
        Deed::RevokeRole(RoleDeed { role, member_no, unit }) => {
            let member = member(tx, member_no)?;
            if !tx.revoke_role(member, *role, unit.as_deref())? {
                let (member_no, unit) = (member_no.clone(), unit.clone());
                return Err(DeedError::NotHeld { member_no, role: *role, unit });
            }
            if *role == Role::Officer && tx.other_officers_with_password(member)? == 0 {
                return Err(DeedError::LastOfficer(member_no.clone()));
            }
        }
        // The code is shown once, to the officer who asked: `roll::issue_codes` makes it in the same transaction.
        Deed::ReplacePassword { member_no } => {
            member(tx, member_no)?;
        }
        // `reissue::reissue` moves the binding in the same transaction. The member is on the frozen roll.
        Deed::ReissueCode { .. } => {}
    }
    Ok(())
}

fn member(tx: &WriteTx<'_>, member_no: &str) -> Result<MemberId, DeedError> {
    let found = tx.member(member_no)?;
    Ok(found.ok_or_else(|| DeedError::NoSuchMember(member_no.to_owned()))?.id)
}
