//! Deeds that one officer should not do alone.
//!
//! All of them are one type, because a deed that waits for a second person must be kept and shown as data. They all
//! pass through [`decide`], and today it lets each be done at once.

use scrutineer_api::audit;
use scrutineer_api::role::Role;
use serde::{Deserialize, Serialize};

use crate::store::Actor;

/// A deed that changes who holds power over a ballot. Its JSON is the particulars of its audit entry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Deed {
    /// A member gets a role.
    GrantRole(RoleDeed),
    /// A member loses a role.
    RevokeRole(RoleDeed),
    /// A member who has a password gets a code with which to set another.
    ReplacePassword {
        /// Number on the roll.
        member_no: String,
    },
    /// A member gets another voting code in a ballot.
    ReissueCode {
        /// The ballot.
        ballot: String,
        /// Number on the roll.
        member_no: String,
    },
}

/// Which role of which member.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct RoleDeed {
    /// The role.
    pub role: Role,
    /// Number on the roll.
    pub member_no: String,
    /// A delegate's unit; `None` is the whole union.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
}

impl Deed {
    /// What its entry in the audit log is about.
    #[must_use]
    pub const fn noted_as(&self) -> audit::Deed {
        match self {
            Self::GrantRole(_) => audit::Deed::RoleGranted,
            Self::RevokeRole(_) => audit::Deed::RoleRevoked,
            Self::ReplacePassword { .. } => audit::Deed::PasswordReplacementIssued,
            Self::ReissueCode { .. } => audit::Deed::CodeReissued,
        }
    }
}

/// Whether a deed may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// At once.
    DoNow,
}

/// Whether `actor` alone may do the deed.
#[must_use]
pub const fn decide(_deed: &Deed, _actor: &Actor) -> Decision {
    Decision::DoNow
}
