//! Making activation codes for members.

use rand_core::CryptoRng;
use scrutineer_api::audit;
use scrutineer_api::roll::{ActivationCode, ActivationCodes, NewActivationCodes};
use thiserror::Error;

use super::deed::{DeedError, perform};
use crate::app::App;
use crate::domain::activation_code::{self, ActivationCode as Code};
use crate::domain::two_people::Deed;
use crate::store::{Actor, Error as StoreError, Named, WriteTx};

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
/// # Errors
/// See [`IssueError`].
pub async fn issue_codes(
    app: &App,
    actor: Actor,
    asked: NewActivationCodes,
) -> Result<ActivationCodes, IssueError> {
    if asked.members.as_ref().is_some_and(|members| members.len() > MOST_NAMED) {
        return Err(IssueError::TooMany);
    }
    let mut rng = app.entropy.rng();
    app.store
        .write("issue activation codes", move |tx| match asked.members {
            Some(members) => issue_to_named(tx, &actor, members, &mut rng),
            None => {
                let members = tx.members_without_password()?;
                tx.audit(
                    &actor,
                    audit::Deed::ActivationCodesIssued,
                    &serde_json::json!({ "members": members.len() }),
                )?;
                issue(tx, members, &mut rng)
            }
        })
        .await
}

fn issue_to_named(
    tx: &WriteTx<'_>,
    actor: &Actor,
    mut numbers: Vec<String>,
    rng: &mut impl CryptoRng,
) -> Result<ActivationCodes, IssueError> {
    numbers.iter_mut().for_each(|no| *no = no.trim().to_owned());
    numbers.sort();
    numbers.dedup();
    let (mut members, mut unknown, mut first) = (Vec::new(), Vec::new(), Vec::new());
    for member_no in numbers {
        match tx.account(&member_no)? {
            Some(account) => {
                if account.password_hash.is_some() {
                    perform(tx, actor, &Deed::ReplacePassword { member_no: member_no.clone() })?;
                } else {
                    first.push(member_no.clone());
                }
                let (id, name, unit) = (account.id, account.name, account.unit);
                members.push(Named { id, member_no, name, unit });
            }
            None => unknown.push(member_no),
        }
    }
    if !unknown.is_empty() {
        return Err(IssueError::NoSuchMembers(unknown));
    }
    if !first.is_empty() {
        tx.audit(actor, audit::Deed::ActivationCodesIssued, &serde_json::json!({ "member_nos": first }))?;
    }
    issue(tx, members, rng)
}

fn issue(
    tx: &WriteTx<'_>,
    members: Vec<Named>,
    rng: &mut impl CryptoRng,
) -> Result<ActivationCodes, IssueError> {
    let expires_at = tx.now() + activation_code::LIFETIME;
    let mut codes = Vec::with_capacity(members.len());
    for Named { id, member_no, name, unit } in members {
        let code = Code::random(rng);
        tx.put_activation(id, &code.hash(), expires_at)?;
        codes.push(ActivationCode { member_no, name, unit, code: code.to_secret() });
    }
    Ok(ActivationCodes { codes, expires_at })
}
