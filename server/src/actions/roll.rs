//! Making activation codes for members.

use rand_core::CryptoRng;
use scrutineer_api::audit;
use scrutineer_api::role::Role;
use scrutineer_api::roll::{ActivationCode, ActivationCodes, NewActivationCodes};
use thiserror::Error;

use super::deed::{DeedError, is_officer};
use super::proposals::{Asked, Means, overtake_grant};
use super::roles::{asks_two, two_people};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::activation_code::{self, ActivationCode as Code};
use crate::domain::two_people::Deed;
use crate::store::{Account, Actor, Error as StoreError, Named, WriteTx};

/// The most members that may be named at once for new codes; for more, leave the names out.
const MOST_NAMED: usize = 1000;

/// Why no codes were made.
#[derive(Debug, Error)]
pub enum IssueError {
    /// Some are not on the roll.
    #[error("not on the roll: {}; no codes were made", .0.join(", "))]
    NoSuchMembers(Vec<String>),
    /// Too many.
    #[error(
        "at most {MOST_NAMED} members may be named at once; leave the names out for all who have no password yet"
    )]
    TooMany,
    /// An officer among others.
    #[error(
        "member {0} is an officer, and a code for an officer's account needs a second person; ask for it by itself"
    )]
    OfficerAmongOthers(String),
    /// The deed itself.
    #[error(transparent)]
    Deed(#[from] DeedError),
}

impl From<StoreError> for IssueError {
    fn from(error: StoreError) -> Self {
        Self::Deed(error.into())
    }
}

/// Makes new activation codes: for the members named, else for everybody without a password. Earlier codes end.
///
/// A code for an officer's account is a second person for whoever holds it, so it takes two people.
///
/// # Errors
/// See [`IssueError`].
pub async fn issue_codes(
    app: &App,
    caller: &Caller,
    asked: NewActivationCodes,
) -> Result<Asked<ActivationCodes>, IssueError> {
    if asked.members.as_ref().is_some_and(|members| members.len() > MOST_NAMED) {
        return Err(IssueError::TooMany);
    }
    let (caller, means, mut rng) = (caller.clone(), Means::of(app), app.entropy.rng());
    app.store
        .write("issue activation codes", move |tx| match asked.members {
            Some(members) => issue_to_named(tx, &means, &caller, members, &mut rng),
            None => {
                let alone = tx.officers_with_password()?.len() <= 1;
                let mut members = Vec::new();
                for member in tx.members_without_password()? {
                    if alone || !is_officer(tx, member.id)? {
                        members.push(member);
                    }
                }
                tx.audit(
                    &caller.actor(),
                    audit::Deed::ActivationCodesIssued,
                    &serde_json::json!({ "members": members.len() }),
                )?;
                Ok(Asked::Done(issue(tx, members, &mut rng)?))
            }
        })
        .await
}

fn issue_to_named(
    tx: &WriteTx<'_>,
    means: &Means,
    caller: &Caller,
    mut numbers: Vec<String>,
    rng: &mut impl CryptoRng,
) -> Result<Asked<ActivationCodes>, IssueError> {
    numbers.iter_mut().for_each(|no| *no = no.trim().to_owned());
    numbers.sort();
    numbers.dedup();
    let (mut accounts, mut unknown) = (Vec::new(), Vec::new());
    for member_no in numbers {
        match tx.account(&member_no)? {
            Some(account) => accounts.push(account),
            None => unknown.push(member_no),
        }
    }
    if !unknown.is_empty() {
        return Err(IssueError::NoSuchMembers(unknown));
    }
    let others = accounts.len() > 1;
    for Account { id, member_no, .. } in &accounts {
        if !is_officer(tx, *id)? {
            continue;
        }
        let deed = Deed::ReplacePassword { member_no: member_no.clone() };
        if others {
            if asks_two(tx, means, caller, &deed)? {
                return Err(IssueError::OfficerAmongOthers(member_no.clone()));
            }
        } else if let Some(proposal) = two_people(tx, means, caller, &deed)? {
            return Ok(Asked::Waits(proposal));
        }
    }
    let (mut members, mut first) = (Vec::new(), Vec::new());
    for Account { id, member_no, name, unit, password_hash, .. } in accounts {
        if password_hash.is_some() {
            let detail = serde_json::json!({ "member_no": member_no });
            tx.audit(&caller.actor(), audit::Deed::PasswordReplacementIssued, &detail)?;
            overtake_grant(tx, &member_no)?;
        } else {
            first.push(member_no.clone());
        }
        members.push(Named { id, member_no, name, unit });
    }
    if !first.is_empty() {
        let detail = serde_json::json!({ "member_nos": first });
        tx.audit(&caller.actor(), audit::Deed::ActivationCodesIssued, &detail)?;
    }
    Ok(Asked::Done(issue(tx, members, rng)?))
}

fn issue(
    tx: &WriteTx<'_>,
    members: Vec<Named>,
    rng: &mut impl CryptoRng,
) -> Result<ActivationCodes, IssueError> {
    let expires_at = tx.now() + activation_code::LIFETIME;
    let codes = members.into_iter().map(|member| new_code(tx, member, rng));
    Ok(ActivationCodes { codes: codes.collect::<Result<_, _>>()?, expires_at })
}

/// Gives a member an activation code in place of any earlier one; its audit entry is the caller's.
///
/// # Errors
/// The database's.
pub(super) fn new_code(
    tx: &WriteTx<'_>,
    Named { id, member_no, name, unit }: Named,
    rng: &mut impl CryptoRng,
) -> Result<ActivationCode, StoreError> {
    let code = Code::random(rng);
    tx.put_activation(id, &code.hash(), tx.now() + activation_code::LIFETIME)?;
    Ok(ActivationCode { member_no, name, unit, code: code.to_secret() })
}

/// Makes an activation code for an officer, on the server's machine: where one officer alone can sign in, nobody could
/// approve one.
///
/// # Errors
/// [`DeedError`]: no such member, or no officer; others get theirs from an officer.
pub fn code_by_operator(
    tx: &WriteTx<'_>,
    member_no: &str,
    rng: &mut impl CryptoRng,
) -> Result<ActivationCode, DeedError> {
    let member = tx.member(member_no)?.ok_or_else(|| DeedError::NoSuchMember(member_no.to_owned()))?;
    if !is_officer(tx, member.id)? {
        let member_no = member_no.to_owned();
        return Err(DeedError::NotHeld { member_no, role: Role::Officer, unit: None });
    }
    let detail = serde_json::json!({ "member_no": member_no });
    tx.audit(&Actor::Operator, audit::Deed::ActivationByOperator, &detail)?;
    Ok(new_code(tx, member, rng)?)
}
