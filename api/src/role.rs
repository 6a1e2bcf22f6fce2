//! Roles: what a member may do beyond voting.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A role that an officer grants. Everybody on the roll is a member first; tellers are named board by board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Opens ballots; in the whole union or in one unit.
    Delegate,
    /// Keeps the roll, the roles and the boards; certifies.
    Officer,
    /// Watches: records, audit log, participation after closing.
    Observer,
}

impl Role {
    /// All roles, in the order in which they are listed.
    pub const ALL: [Self; 3] = [Self::Delegate, Self::Officer, Self::Observer];

    /// The word for it in JSON, on the command line and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delegate => "delegate",
            Self::Officer => "officer",
            Self::Observer => "observer",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownRole;

impl fmt::Display for UnknownRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no such role: a role is delegate, officer or observer")
    }
}

impl std::error::Error for UnknownRole {}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(word: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == word).ok_or(UnknownRole)
    }
}

/// A role that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct HeldRole {
    /// The role.
    pub role: Role,
    /// The unit that a delegate is for; absent: the whole union.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
}

/// `POST /api/v1/roles`, and in the query of `DELETE /api/v1/roles`: which role of which member.
///
/// Only a delegate's role has a unit. Revoking without one takes every role of that name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleOf {
    /// The role.
    pub role: Role,
    /// The member's number on the roll.
    pub member_no: String,
    /// The unit that a delegate is for; absent: the whole union.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
}

/// One line of `GET /api/v1/roles`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct RoleHolder {
    /// The role.
    pub role: Role,
    /// The member's number on the roll.
    pub member_no: String,
    /// The member's name on the roll.
    pub name: String,
    /// The unit that a delegate is for; absent: the whole union.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
}

/// `GET /api/v1/roles`: who holds which role, sorted by role and member number.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Roles {
    /// The roles held.
    pub roles: Vec<RoleHolder>,
}

#[cfg(test)]
mod tests {
    use super::Role;

    #[test]
    fn words_and_json_agree() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
            assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{role}\""));
        }
        assert!("teller".parse::<Role>().is_err());
    }
}
