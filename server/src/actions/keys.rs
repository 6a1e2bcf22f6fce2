//! Certificate keys of officers, and what a member sees of their own account.

use scrutineer_api::account::Me;
use scrutineer_api::audit::Deed;
use scrutineer_api::key::{Key, NewKey};
use ssh_key::{Algorithm, HashAlg, PublicKey};
use thiserror::Error;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::store::Error as StoreError;

/// The most keys of one officer.
const MOST_KEYS: usize = 10;

/// Why a key was not added.
#[derive(Debug, Error)]
pub enum KeyError {
    /// Not an OpenSSH public key.
    #[error(
        "this is not an OpenSSH public key; give the one line of the .pub file, which begins with ssh-ed25519"
    )]
    NotAKey,
    /// A private key was sent.
    #[error(
        "this is a private key, which must never leave your machine; give the line of the .pub file beside it"
    )]
    Private,
    /// Another algorithm.
    #[error("keys of the kind {0} cannot sign certificates; make one with `ssh-keygen -t ed25519`")]
    Algorithm(String),
    /// Somebody else's.
    #[error("another officer has added this key already; everybody needs a key of their own")]
    SomebodyElses,
    /// Too many.
    #[error("you have {MOST_KEYS} keys already, which is the most that an officer may have")]
    TooMany,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Adds a certificate key of the officer who asks. Adding one's own key again changes nothing.
///
/// # Errors
/// See [`KeyError`].
pub async fn add(app: &App, caller: &Caller, asked: NewKey) -> Result<Key, KeyError> {
    let key = read(&asked.public_key)?;
    let (actor, member) = (caller.actor(), caller.session().member);
    app.store
        .write("add certificate key", move |tx| {
            let own = tx.certificate_keys_of(member)?;
            if own.iter().any(|known| known.fingerprint == key.fingerprint) {
                return Ok(key);
            }
            if tx.certificate_key(&key.fingerprint)?.is_some() {
                return Err(KeyError::SomebodyElses);
            }
            if own.len() >= MOST_KEYS {
                return Err(KeyError::TooMany);
            }
            tx.add_certificate_key(member, &key.fingerprint, &key.public_key)?;
            tx.audit(&actor, Deed::CertificateKeyAdded, &key)?;
            Ok(key)
        })
        .await
}

fn read(line: &str) -> Result<Key, KeyError> {
    if line.contains("PRIVATE KEY") {
        return Err(KeyError::Private);
    }
    // Of other algorithms only the first word is understood.
    let kind = line.split_whitespace().next().unwrap_or_default();
    let mut key = PublicKey::from_openssh(line.trim()).map_err(|_| match Algorithm::new(kind) {
        Ok(other) if other != Algorithm::Ed25519 => KeyError::Algorithm(other.to_string()),
        _ => KeyError::NotAKey,
    })?;
    if key.algorithm() != Algorithm::Ed25519 {
        return Err(KeyError::Algorithm(key.algorithm().to_string()));
    }
    key.set_comment("");
    let public_key = key.to_openssh().map_err(|_| KeyError::NotAKey)?.trim().to_owned();
    Ok(Key { fingerprint: key.fingerprint(HashAlg::Sha256).to_string(), public_key })
}

/// What a member sees of their own account.
///
/// # Errors
/// The database's.
pub async fn me(app: &App, caller: &Caller) -> Result<Me, StoreError> {
    let session = caller.session().clone();
    let total = app.settings.sessions.total;
    app.store
        .read("me", move |tx| {
            let account = tx.account(&session.member_no)?;
            let (unit, standing) = account.map(|a| (a.unit, a.standing)).unwrap_or_default();
            let keys = tx.certificate_keys_of(session.member)?;
            Ok(Me {
                member_no: session.member_no,
                name: session.name,
                unit,
                standing,
                roles: session.roles,
                keys: keys.into_iter().map(|key| key.fingerprint).collect(),
                session_expires_at: session.started_at + total,
            })
        })
        .await
}
