//! The roll: import and activation codes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::secret::Secret;

/// `POST /api/v1/roll/imports`: a roll file.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRollImport {
    /// The file's text: CSV with a header, UTF-8.
    pub csv: String,
    /// Check only: say what would happen, change nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// What an import did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct RollImport {
    /// Whether this was a check only.
    pub dry_run: bool,
    /// Members in the file.
    pub members: usize,
    /// Of these, new on the roll.
    pub added: usize,
    /// Of these, on the roll already with other particulars.
    pub changed: usize,
    /// Of these, on the roll already and the same.
    pub unchanged: usize,
    /// Members on the roll whom the file does not name; they stay as they are.
    pub not_in_file: usize,
    /// Things in the file that are allowed but may be a mistake.
    pub warnings: Vec<String>,
}

/// `POST /api/v1/roll/activations`: whom to make new activation codes for.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewActivationCodes {
    /// Member numbers. Absent: every member who has no password yet. A member named here who has a password keeps it
    /// until the new code is used; then the old password and every session end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub members: Option<Vec<String>>,
}

/// The new codes. They are in this reply and nowhere else: the server keeps only their hashes.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct ActivationCodes {
    /// One line a member, sorted by member number.
    pub codes: Vec<ActivationCode>,
    /// When the codes end if nobody uses them.
    pub expires_at: i64,
}

/// One member's activation code.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct ActivationCode {
    /// Number on the roll.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// Unit on the roll.
    pub unit: String,
    /// The code, in groups of four.
    pub code: Secret,
}
