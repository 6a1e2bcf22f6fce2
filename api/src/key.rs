//! Certificate keys: the OpenSSH keys with which officers sign certificates.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `POST /api/v1/me/keys`: a public key of the officer who is signed in.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// The line of an OpenSSH `.pub` file; Ed25519.
    pub public_key: String,
}

/// A certificate key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Key {
    /// OpenSSH fingerprint, `SHA256:…`.
    pub fingerprint: String,
    /// The key as one OpenSSH line.
    pub public_key: String,
}
