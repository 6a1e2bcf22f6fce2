//! Accounts and sessions.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::role::HeldRole;
use crate::secret::Secret;

/// The shortest password that the server takes, in characters.
pub const MIN_PASSWORD_CHARS: usize = 10;
/// The longest password that the server takes, in bytes of UTF-8.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// `POST /api/v1/activations`: an activation code and the password that the member chooses.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewActivation {
    /// The member's number on the roll.
    pub member_no: String,
    /// The activation code as the union sent it; case, blanks and dashes do not matter.
    pub code: Secret,
    /// The new password: at least 10 characters, at most 1024 bytes.
    pub password: Secret,
}

/// The account that a password now opens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Activated {
    /// The member's number on the roll.
    pub member_no: String,
    /// The member's name on the roll.
    pub name: String,
}

/// How a session's token travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// In the reply, then in `Authorization: Bearer`: for programs.
    Bearer,
    /// In a cookie that scripts cannot read: for browsers.
    Cookie,
}

/// `POST /api/v1/sessions`: a sign-in. `DELETE /api/v1/sessions/current` ends the session that the request comes with.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSession {
    /// The member's number on the roll.
    pub member_no: String,
    /// The member's password.
    pub password: Secret,
    /// How the token is to travel.
    pub kind: SessionKind,
}

/// A session that has just begun.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct Session {
    /// The token, for `kind = "bearer"` only. It is shown this once.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub token: Option<Secret>,
    /// The member's number on the roll.
    pub member_no: String,
    /// The member's name on the roll.
    pub name: String,
    /// When the session ends in any case (12 hours); it ends earlier after 30 idle minutes.
    pub expires_at: i64,
}

/// `GET /api/v1/me`: who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Me {
    /// Number on the roll.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// Unit on the roll.
    pub unit: String,
    /// Standing on the roll.
    pub standing: String,
    /// Roles beside that of a member.
    pub roles: Vec<HeldRole>,
    /// OpenSSH fingerprints of the member's own certificate keys.
    pub keys: Vec<String>,
    /// When this session ends in any case.
    pub session_expires_at: i64,
}
