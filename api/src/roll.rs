//! The roll: import and activation codes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::secret::Secret;

/// `POST /api/v1/roll/imports`: a roll file. It is the whole roll: members on the roll whom it does not name are gone.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRollImport {
    /// The file's text: CSV with a header, UTF-8.
    pub csv: String,
    /// Check only: say what would happen, change nothing.
    #[serde(default)]
    pub dry_run: bool,
    /// Import only if this is what happens: `list_sha256` of a check before. Otherwise 409.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub list_sha256: Option<String>,
}

/// What an import did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct RollImport {
    /// Whether this was a check only.
    pub dry_run: bool,
    /// Members in the file.
    pub members: usize,
    /// Of these, new on the roll or on it again.
    pub added: usize,
    /// Of these, on the roll already with other particulars.
    pub changed: usize,
    /// Of these, on the roll already and the same.
    pub unchanged: usize,
    /// Members on the roll whom the file does not name: gone. They count for no new ballot; their accounts, their roles
    /// and the ballots that were frozen before stay as they are.
    pub not_in_file: usize,
    /// Who is added, in the order of the file.
    #[serde(default)]
    pub added_members: Vec<AddedMember>,
    /// Who is changed, in the order of the file.
    #[serde(default)]
    pub changed_members: Vec<ChangedMember>,
    /// Who is gone, by member number.
    #[serde(default)]
    pub gone_members: Vec<GoneMember>,
    /// SHA-256, hex, over the compact JSON `{"added_members":…,"changed_members":…,"gone_members":…}` with the three lists
    /// as they stand here.
    #[serde(default)]
    pub list_sha256: String,
    /// Things in the file that are allowed but may be a mistake.
    pub warnings: Vec<String>,
}

/// A member whom an import adds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct AddedMember {
    /// Number on the roll.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// Unit on the roll.
    pub unit: String,
    /// Was on the roll before and gone since.
    #[serde(skip_serializing_if = "is_false", default)]
    pub returned: bool,
    /// Of a member who returned: what is another than before.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub changes: Vec<FieldChange>,
}

/// A member whom an import changes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct ChangedMember {
    /// Number on the roll.
    pub member_no: String,
    /// Name as the file has it.
    pub name: String,
    /// What is another than before.
    pub changes: Vec<FieldChange>,
}

/// One column of a member that is another than before.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct FieldChange {
    /// The column's name in the file.
    pub field: String,
    /// What stood there before, empty if nothing; absent for contact data and the fact, which are not repeated.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<String>,
    /// What stands there now; as for `from`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to: Option<String>,
}

/// A member who is gone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct GoneMember {
    /// Number on the roll.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// Unit on the roll.
    pub unit: String,
    /// Roles that they hold, and keep until somebody revokes them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub roles: Vec<String>,
    /// Boards on which they sit as tellers.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub boards: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_false(value: &bool) -> bool {
    !*value
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
