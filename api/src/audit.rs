//! The audit log: every administrative deed, never a cast, chained by hashes.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The query of `GET /api/v1/audit`.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only entries after this number; 0 begins at the beginning.
    #[serde(default)]
    pub after: i64,
    /// At most this many entries, up to 500; 100 if left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit: Option<u16>,
}

/// One deed.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Its number, from 1, without gaps.
    pub seq: i64,
    /// When, seconds since the epoch.
    pub at: i64,
    /// Who: `member:NO`, `operator` (a command on the server's machine) or `server` (its own schedule).
    pub actor: String,
    /// What, a stable word such as `role_granted`.
    pub deed: String,
    /// The particulars.
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
    /// Hash of the entry before, hex; 64 zeros for the first.
    pub prev_hash: String,
    /// This entry's hash: SHA-256, hex, over `scrutineer audit`, a newline, and the JSON array
    /// `[seq,at,actor,deed,detail,prev_hash]`, where detail is a string: its compact JSON with sorted keys.
    pub hash: String,
}

/// A page of the log.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, ToSchema)]
pub struct AuditPage {
    /// Entries, oldest first.
    pub entries: Vec<AuditEntry>,
    /// Number of the newest entry of the whole log.
    pub head_seq: i64,
    /// Hash of the newest entry of the whole log. Who notes it down can tell later whether the log was rewritten.
    pub head_hash: String,
}
