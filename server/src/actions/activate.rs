//! Choosing a password with an activation code: the first, and every later one.

use std::net::IpAddr;

use scrutineer_api::account::{Activated, NewActivation};
use scrutineer_api::audit::Deed;
use thiserror::Error;

use super::proposals::overtake_grant;
use super::sign_in::guess_key;
use crate::app::App;
use crate::auth::guesses::Wait;
use crate::auth::password::{NotAPassword, PasswordError, may_be_chosen};
use crate::domain::activation_code::{ActivationCode, NotACode};
use crate::store::{Account, Actor, Error as StoreError, Mark, Tx};

/// Why no password was set.
#[derive(Debug, Error)]
pub enum ActivateError {
    /// Mistyped.
    #[error(transparent)]
    Code(#[from] NotACode),
    /// The new password cannot be taken.
    #[error(transparent)]
    NotAPassword(#[from] NotAPassword),
    /// Unknown member, another code, or one that was used, replaced or has ended: on purpose the same answer.
    #[error(
        "member number and activation code do not fit together, or the code was used, replaced or is older than 30 \
         days; your union can send a new one"
    )]
    WrongCredentials,
    /// Too many wrong tries.
    #[error("too many wrong attempts; try again in {0} seconds")]
    Wait(u64),
    /// Password hashing is busy, or failed.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Wait> for ActivateError {
    fn from(Wait(seconds): Wait) -> Self {
        Self::Wait(seconds)
    }
}

/// Sets a member's password by an activation code, which is used up; all sessions of the member end.
///
/// The first password is no entry of the audit log: it is the member's own deed, mostly minutes before the vote, and the
/// order of such entries would be the order of votes. A password that replaces another is one.
///
/// # Errors
/// See [`ActivateError`].
pub async fn activate(app: &App, from: IpAddr, asked: NewActivation) -> Result<Activated, ActivateError> {
    let NewActivation { member_no, code, password } = asked;
    may_be_chosen(&password)?;
    let code = ActivationCode::parse(code.expose())?;
    let mut attempt = app.guesses.begin(&guess_key("code", &member_no), from, app.clock.now())?;
    let no = member_no.trim().to_owned();
    let check = move |tx: &Tx<'_>| Ok((fitting(tx, &no, &code)?.is_some(), code));
    let checked: Result<_, StoreError> = app.store.read("activate: check", check).await;
    let (fits, code) = checked.inspect_err(|_| attempt.not_made())?;
    if !fits {
        return Err(ActivateError::WrongCredentials);
    }
    let hash = app.passwords.hash(password, &mut app.entropy.rng()).await;
    let hash = hash.inspect_err(|_| attempt.not_made())?;
    let no = member_no.trim().to_owned();
    let activated = app
        .store
        .write("activate", move |tx| {
            // Checked again: a code works once, however many requests carry it.
            let account = fitting(tx, &no, &code)?.ok_or(ActivateError::WrongCredentials)?;
            tx.set_password(account.id, &hash)?;
            tx.remove_activation(account.id)?;
            tx.remove_sessions_of(account.id)?;
            if account.password_hash.is_some() {
                let detail = serde_json::json!({ "member_no": account.member_no });
                tx.audit(&Actor::Member(account.member_no.clone()), Deed::PasswordReplaced, &detail)?;
                // Also where the code was made before anybody proposed it.
                overtake_grant(tx, &account.member_no)?;
                tx.mark_under_way(&account.member_no, Mark::Password)?;
            }
            Ok::<_, ActivateError>(Activated { member_no: account.member_no, name: account.name })
        })
        .await?;
    attempt.right();
    app.guesses.forget_account(&guess_key("password", &member_no));
    Ok(activated)
}

/// The member, if this is their code and it has not ended.
fn fitting(tx: &Tx<'_>, member_no: &str, code: &ActivationCode) -> Result<Option<Account>, StoreError> {
    let Some(account) = tx.account(member_no)? else { return Ok(None) };
    let Some(kept) = tx.activation(account.id)? else { return Ok(None) };
    let fits = code.fits(&kept.code_hash) && tx.now() < kept.expires_at;
    Ok(fits.then_some(account))
}
