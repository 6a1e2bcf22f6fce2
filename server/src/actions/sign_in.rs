//! Sessions: signing in, being signed in, signing out.

use std::net::IpAddr;

use scrutineer_api::account::{NewSession, Session, SessionKind};
use scrutineer_api::secret::Secret;
use scrutineer_ballot::roll::MemberNo;
use thiserror::Error;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::guesses::Wait;
use crate::auth::password::PasswordError;
use crate::auth::token;
use crate::store::{Error as StoreError, TokenHash};

/// A session's last use is written at most so often, in seconds: not every request is worth a write.
const TOUCH_EVERY: i64 = 60;

/// Why somebody is not signed in.
#[derive(Debug, Error)]
pub enum SignInError {
    /// Unknown member, no password yet, or another password: on purpose the same answer.
    #[error(
        "member number and password do not fit together; if you have no password yet, or lost it, you need an \
         activation code from your union"
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

impl From<Wait> for SignInError {
    fn from(Wait(seconds): Wait) -> Self {
        Self::Wait(seconds)
    }
}

/// A new session and its token, which is kept nowhere.
pub struct SignedIn {
    /// The token.
    pub token: Secret,
    /// The session, without token.
    pub session: Session,
}

/// The key under which tries for an account are counted. What cannot be a member number shares one.
pub(super) fn guess_key(what: &str, member_no: &str) -> String {
    let no = MemberNo::parse(member_no);
    format!("{what} {}", no.as_ref().map_or("?", MemberNo::as_str))
}

/// Signs a member in.
///
/// # Errors
/// See [`SignInError`].
pub async fn sign_in(app: &App, from: IpAddr, asked: NewSession) -> Result<SignedIn, SignInError> {
    let NewSession { member_no, password, kind } = asked;
    let mut attempt = app.guesses.begin(&guess_key("password", &member_no), from, app.clock.now())?;
    let no = member_no.trim().to_owned();
    let account: Result<_, StoreError> = app.store.read("sign in: account", move |tx| tx.account(&no)).await;
    let account = account.inspect_err(|_| attempt.not_made())?;
    let kept = account.as_ref().and_then(|account| account.password_hash.as_deref());
    let fits = app.passwords.fits(password, kept).await;
    let fits = fits.inspect_err(|_| attempt.not_made())?;
    let Some(account) = account.filter(|_| fits) else { return Err(SignInError::WrongCredentials) };
    let (token, hash) = token::random(&mut app.entropy.rng());
    let limits = app.settings.sessions;
    let session = app
        .store
        .write("sign in", move |tx| {
            // The password may have been replaced while this one was being checked.
            let now = tx.account(&account.member_no)?;
            if now.is_none_or(|now| now.password_hash != account.password_hash) {
                return Err(SignInError::WrongCredentials);
            }
            tx.add_session(hash, account.id, kind, limits)?;
            let expires_at = tx.now() + limits.total;
            Ok(Session { token: None, member_no: account.member_no, name: account.name, expires_at })
        })
        .await?;
    attempt.right();
    Ok(SignedIn { token, session })
}

/// The member behind a token, with the roles held now; `None` if the session has ended or never was.
///
/// # Errors
/// The database's.
pub async fn resolve(app: &App, token: TokenHash, kind: SessionKind) -> Result<Option<Caller>, StoreError> {
    let limits = app.settings.sessions;
    let found: Result<_, StoreError> =
        app.store.look("session", move |tx| tx.session(token, kind, limits)).await;
    let Some(session) = found? else { return Ok(None) };
    if app.clock.now() - session.seen_at >= TOUCH_EVERY {
        let touched: Result<_, StoreError> =
            app.store.write("touch session", move |tx| tx.touch_session(token)).await;
        // Reading must go on when writing cannot; the session then ends a little early.
        if let Err(error) = touched {
            tracing::warn!(%error, "the use of a session was not noted");
        }
    }
    Ok(Some(Caller::new(session)))
}

/// Ends the caller's session.
///
/// # Errors
/// The database's.
pub async fn sign_out(app: &App, caller: &Caller) -> Result<(), StoreError> {
    let token = caller.session().token;
    app.store.write("sign out", move |tx| tx.remove_session(token)).await
}
