//! Proposals: deeds that need two people, one who proposes and an officer who approves.
//!
//! A deed that waits for its second person is answered with 202 and a [`Proposal`]; done at once, as without these. The
//! second person sends the digest of the content that was shown (`POST /api/v1/proposals/{number}/approval`).

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ballot::Reissued;
use crate::desk::EmailChange;
use crate::roll::ActivationCode;

/// What is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalKind {
    /// To freeze a ballot.
    FreezeBallot,
    /// To move a deadline.
    ExtendBallot,
    /// To cancel a ballot.
    CancelBallot,
    /// To make a member an officer.
    GrantOfficer,
    /// To take an officer's role away.
    RevokeOfficer,
    /// To make a code with which an officer chooses a password.
    ReplacePassword,
    /// To replace voting codes.
    ReissueCodes,
    /// To open a ballot with many members out of reach.
    OpenBallot,
    /// To allow codes to employers' addresses.
    AllowEmployerMail,
    /// To correct a member's e-mail address while a ballot of theirs is under way.
    ChangeEmail,
}

impl ProposalKind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::FreezeBallot,
        Self::ExtendBallot,
        Self::CancelBallot,
        Self::GrantOfficer,
        Self::RevokeOfficer,
        Self::ReplacePassword,
        Self::ReissueCodes,
        Self::OpenBallot,
        Self::AllowEmployerMail,
        Self::ChangeEmail,
    ];

    /// The word for it, as in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FreezeBallot => "freeze_ballot",
            Self::ExtendBallot => "extend_ballot",
            Self::CancelBallot => "cancel_ballot",
            Self::GrantOfficer => "grant_officer",
            Self::RevokeOfficer => "revoke_officer",
            Self::ReplacePassword => "replace_password",
            Self::ReissueCodes => "reissue_codes",
            Self::OpenBallot => "open_ballot",
            Self::AllowEmployerMail => "allow_employer_mail",
            Self::ChangeEmail => "change_email",
        }
    }
}

impl fmt::Display for ProposalKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What became of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// It waits for the second person.
    Waiting,
    /// Approved, and done.
    Approved,
    /// Rejected by an officer, or taken back by whoever proposed it.
    Rejected,
    /// Nobody decided in time, or the ballot moved on.
    Expired,
    /// What it would do has changed, or another took its place.
    Overtaken,
}

impl ProposalState {
    /// All states.
    pub const ALL: [Self; 5] =
        [Self::Waiting, Self::Approved, Self::Rejected, Self::Expired, Self::Overtaken];

    /// The word for it, as in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Overtaken => "overtaken",
        }
    }
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, ToSchema)]
pub struct Proposal {
    /// Its number, what people type.
    pub id: i64,
    /// What is proposed.
    pub kind: ProposalKind,
    /// About which ballot, if about one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ballot: Option<String>,
    /// What became of it.
    pub state: ProposalState,
    /// Number on the roll of the first person.
    pub proposed_by: String,
    /// When it was proposed.
    pub proposed_at: i64,
    /// It cannot be approved from then on.
    pub expires_at: i64,
    /// SHA-256 of `content` as canonical JSON (RFC 8785), hex.
    pub digest: String,
    /// What would be done; everything that matters to it.
    #[schema(value_type = Object)]
    pub content: serde_json::Value,
    /// Number on the roll of whoever decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decided_by: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decided_at: Option<i64>,
    /// Why it was rejected, or what ended it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// `GET /api/v1/proposals`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, ToSchema)]
pub struct Proposals {
    /// The newest first.
    pub proposals: Vec<Proposal>,
}

/// `POST /api/v1/proposals/{number}/approval`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The digest of the content that the second person was shown.
    pub digest: String,
}

/// `POST /api/v1/proposals/{number}/rejection`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// Why, for those who see proposals.
    pub reason: String,
}

/// What approving answers with: the deed is done.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct Approved {
    /// The proposal.
    pub proposal: Proposal,
    /// The code that was made, where a password is replaced; it is nowhere else.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub activation_code: Option<ActivationCode>,
    /// By which ways the new codes get to their members, where codes are replaced.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reissued: Option<Reissued>,
    /// From when on a member's new address is in use, where one is changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email_change: Option<EmailChange>,
}

#[cfg(test)]
mod tests {
    use super::{ProposalKind, ProposalState};

    #[test]
    fn words_and_json_agree() {
        for kind in ProposalKind::ALL {
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
        }
        for state in ProposalState::ALL {
            assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{}\"", state.as_str()));
        }
    }
}
