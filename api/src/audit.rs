//! The audit log: every administrative deed, never a cast, chained by hashes, and what its entries say in words.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

mod deed;
mod particulars;

pub use deed::{Deed, UnknownDeed};

/// The query of `GET /api/v1/audit`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only entries after this number; 0 begins at the beginning.
    #[serde(default)]
    pub after: i64,
    /// At most this many entries, up to 500; 100 if left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit: Option<u16>,
    /// Only entries about this ballot: its identifier, or an unambiguous beginning of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ballot: Option<String>,
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

impl AuditEntry {
    /// What was done and by whom, in words for observers: "Member 1002 granted member 200 the role delegate."
    #[must_use]
    pub fn sentence(&self) -> String {
        let who = match (self.actor.as_str(), self.actor.strip_prefix("member:")) {
            ("operator", _) => "The operator".to_owned(),
            ("server", _) => "The server".to_owned(),
            (_, Some(number)) => format!("Member {number}"),
            (other, None) => format!("\u{201c}{other}\u{201d}"),
        };
        match self.deed.parse::<Deed>() {
            Ok(deed) => format!("{who} {}.", deed.sentence(&self.detail)),
            Err(UnknownDeed) => {
                format!(
                    "{who} did something that this version has no words for: {}, {}.",
                    self.deed, self.detail
                )
            }
        }
    }

    /// When it was done, as [`utc`] says it.
    #[must_use]
    pub fn time(&self) -> String {
        utc(self.at)
    }
}

/// A moment in words that mean the same everywhere: `2027-01-15 16:00:00 UTC`. `seconds` count from the epoch.
#[must_use]
pub fn utc(seconds: i64) -> String {
    match Timestamp::from_second(seconds) {
        Ok(moment) => moment.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => format!("{seconds} seconds after 1970-01-01 00:00:00 UTC"),
    }
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
