//! Granting and revoking roles, whoever decided it: every way to do so ends here.

use std::collections::BTreeSet;

use scrutineer_api::audit;
use scrutineer_api::ballot::BallotState;
use scrutineer_api::role::Role;
use scrutineer_ballot::proposal::{Candidate, Content, Person};
use serde::Serialize;
use thiserror::Error;

use super::proposals::{ByTwo, Means};
use crate::domain::two_people::Deed;
use crate::store::{Account, Actor, Error as StoreError, MemberId, Named, Tx, WriteTx};

/// Which role of which member. Its JSON is the particulars of its audit entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoleDeed {
    /// The role.
    pub role: Role,
    /// Number on the roll.
    pub member_no: String,
    /// A delegate's unit; `None` is the whole union.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

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
    /// Whoever holds the activation code would be the officer.
    #[error(
        "member {0} has not chosen a password yet, so that it is not certain who would become an officer; let them \
         activate their account first"
    )]
    NotActivated(String),
    /// Too few could sign certificates, or approve deeds, afterwards.
    #[error(
        "without member {member_no} only {left} officers could sign in, and {needed} are needed; let others become officers \
         and activate their accounts first"
    )]
    TooFewOfficers {
        /// Number on the roll.
        member_no: String,
        /// Officers who would be left.
        left: usize,
        /// Officers needed.
        needed: u32,
    },
    /// The certificate of a ballot could not be completed.
    #[error(
        "the certificate of the ballot {title:?} needs the signatures of {needed} officers whose keys were fixed when it was \
         frozen, and without member {member_no} only {left} of them are left; wait until it has ended"
    )]
    NeededFor {
        /// Number on the roll.
        member_no: String,
        /// The ballot's title.
        title: String,
        /// Signers who would be left.
        left: usize,
        /// Signatures needed.
        needed: u32,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Grants a role, with its audit entry.
///
/// # Errors
/// See [`DeedError`]; then nothing has changed.
pub(super) fn grant(
    tx: &WriteTx<'_>,
    actor: &Actor,
    deed: &RoleDeed,
    by: Option<&ByTwo>,
) -> Result<(), DeedError> {
    let member = member(tx, &deed.member_no)?;
    if !tx.grant_role(member.id, deed.role, deed.unit.as_deref())? {
        return Err(DeedError::Held { member_no: deed.member_no.clone(), role: deed.role });
    }
    tx.audit(actor, audit::Deed::RoleGranted, &ByTwo::note(by, deed)?)?;
    Ok(())
}

/// Revokes a role, with its audit entry.
///
/// # Errors
/// See [`DeedError`]; then nothing has changed.
pub(super) fn revoke(
    tx: &WriteTx<'_>,
    actor: &Actor,
    deed: &RoleDeed,
    by: Option<&ByTwo>,
) -> Result<(), DeedError> {
    let member = member(tx, &deed.member_no)?;
    if !tx.revoke_role(member.id, deed.role, deed.unit.as_deref())? {
        let RoleDeed { role, member_no, unit } = deed.clone();
        return Err(DeedError::NotHeld { member_no, role, unit });
    }
    tx.audit(actor, audit::Deed::RoleRevoked, &ByTwo::note(by, deed)?)?;
    Ok(())
}

/// What a deed about who is an officer would do, if it may be done. `by_two` says whether two people decide it.
///
/// # Errors
/// See [`DeedError`].
pub(super) fn officer_content(
    tx: &Tx<'_>,
    means: &Means,
    deed: &Deed,
    by_two: bool,
) -> Result<Option<Content>, DeedError> {
    match deed {
        Deed::GrantOfficer { member_no } => {
            let account = account(tx, member_no)?;
            if is_officer(tx, account.id)? {
                return Err(DeedError::Held { member_no: member_no.clone(), role: Role::Officer });
            }
            if by_two && account.password_hash.is_none() {
                return Err(DeedError::NotActivated(member_no.clone()));
            }
            let password_replaced = tx.password_replaced(member_no)?;
            let Person { member_no, name, unit } = person(account);
            Ok(Some(Content::GrantOfficer(Candidate { member_no, name, unit, password_replaced })))
        }
        Deed::RevokeOfficer { member_no } => {
            let account = officer(tx, member_no)?;
            refuse_too_few(tx, means, &account)?;
            Ok(Some(Content::RevokeOfficer(person(account))))
        }
        Deed::ReplacePassword { member_no } => {
            Ok(Some(Content::ReplacePassword(person(officer(tx, member_no)?))))
        }
        Deed::FreezeBallot { .. }
        | Deed::ExtendBallot { .. }
        | Deed::CancelBallot { .. }
        | Deed::ReissueCodes { .. }
        | Deed::OpenBallot { .. }
        | Deed::AllowEmployerMail { .. }
        | Deed::ChangeEmail { .. } => Ok(None),
    }
}

/// Whether a member is an officer.
///
/// # Errors
/// The database's.
pub(super) fn is_officer(tx: &Tx<'_>, member: MemberId) -> Result<bool, StoreError> {
    Ok(tx.roles_of(member)?.iter().any(|held| held.role == Role::Officer))
}

fn account(tx: &Tx<'_>, member_no: &str) -> Result<Account, DeedError> {
    tx.account(member_no)?.ok_or_else(|| DeedError::NoSuchMember(member_no.to_owned()))
}

fn officer(tx: &Tx<'_>, member_no: &str) -> Result<Account, DeedError> {
    let account = account(tx, member_no)?;
    if is_officer(tx, account.id)? {
        return Ok(account);
    }
    Err(DeedError::NotHeld { member_no: member_no.to_owned(), role: Role::Officer, unit: None })
}

fn person(account: Account) -> Person {
    Person { member_no: account.member_no, name: account.name, unit: account.unit }
}

fn member(tx: &Tx<'_>, member_no: &str) -> Result<Named, DeedError> {
    tx.member(member_no)?.ok_or_else(|| DeedError::NoSuchMember(member_no.to_owned()))
}

/// Refuses to let an officer go without whom too few could sign in, or sign the certificate of a ballot under way.
fn refuse_too_few(tx: &Tx<'_>, means: &Means, leaves: &Account) -> Result<(), DeedError> {
    let officers = tx.officers_with_password()?;
    let others: Vec<_> = officers.iter().filter(|officer| officer.id != leaves.id).collect();
    let needed = means.settings.officers_needed;
    if others.len() < officers.len() && is_less(others.len(), needed) {
        let member_no = leaves.member_no.clone();
        return Err(DeedError::TooFewOfficers { member_no, left: others.len(), needed });
    }
    for state in [BallotState::Frozen, BallotState::Open, BallotState::Closed, BallotState::Tallied] {
        for ballot in tx.ballots_in(state)?.into_iter().filter(|ballot| !ballot.practice) {
            let Some(one) = tx.boxes_of(ballot.id)?.into_iter().next() else { continue };
            let line = &means.elections.of(tx, one.id)?.line.officers;
            let may_sign = |member| -> Result<bool, StoreError> {
                let keys = tx.certificate_keys_of(member)?;
                Ok(keys.iter().any(|key| line.keys.iter().any(|fixed| fixed.to_string() == key.fingerprint)))
            };
            let signed = tx.certificate_signatures(ballot.id, 1)?;
            let mut left: BTreeSet<String> = signed.into_iter().map(|row| row.member_no).collect();
            let counts_without = left.contains(&leaves.member_no) || !may_sign(leaves.id)?;
            for officer in &others {
                if may_sign(officer.id)? {
                    left.insert(officer.member_no.clone());
                }
            }
            if !counts_without && is_less(left.len(), line.needed) {
                return Err(DeedError::NeededFor {
                    member_no: leaves.member_no.clone(),
                    title: ballot.file()?.title,
                    left: left.len(),
                    needed: line.needed,
                });
            }
        }
    }
    Ok(())
}

fn is_less(have: usize, needed: u32) -> bool {
    have < usize::try_from(needed).unwrap_or(usize::MAX)
}
