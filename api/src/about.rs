//! What a server says about itself to anyone.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /api/v1`: whose server this is and the key that signs its receipts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct About {
    /// The union's name.
    pub union: String,
    /// The server's version.
    pub version: String,
    /// The key that signs receipts and heads of records.
    pub receipt_key: ReceiptKey,
    /// The server's clock, seconds since the epoch: deadlines go by it.
    pub now: i64,
}

/// The server's public receipt key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct ReceiptKey {
    /// OpenSSH fingerprint, `SHA256:…`.
    pub fingerprint: String,
    /// The key as one OpenSSH line, for `allowed_signers`.
    pub public_key: String,
}

/// `GET /health`: the server answers and its database can be read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`; anything else is a problem document.
    pub status: String,
}
