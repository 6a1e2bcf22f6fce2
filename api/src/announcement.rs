//! Announced drafts: who may vote by the roll as it is now, the notice of a ballot, and objections to the roll.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /api/v1/ballots/{id}/eligibility`: a draft's `[eligible]` applied to the roll as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Eligibility {
    /// Members on the roll.
    pub members: u64,
    /// Of these, who may vote.
    pub eligible: u64,
    /// By unit, sorted by its name.
    pub units: Vec<UnitEligibility>,
    /// Who may not vote, by member number.
    pub left_out: Vec<LeftOut>,
    /// How often each reason occurs, the most frequent first. A member may have several.
    pub reasons: Vec<ReasonCount>,
    /// The boxes in which the ballot would be counted, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub boxes: Vec<BoxEligibility>,
    /// What freezing would refuse as things stand, in sentences.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub problems: Vec<String>,
}

/// A unit in a preview.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct UnitEligibility {
    /// The unit.
    pub unit: String,
    /// Its members on the roll.
    pub members: u64,
    /// Of these, who may vote.
    pub eligible: u64,
}

/// A box in a preview.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct BoxEligibility {
    /// The box's name.
    #[serde(rename = "box")]
    pub box_name: String,
    /// Members who would vote in it.
    pub eligible: u64,
}

/// A member who may not vote.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct LeftOut {
    /// Number on the roll.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// Unit on the roll.
    pub unit: String,
    /// Every reason, in words.
    pub because: Vec<String>,
}

/// How many members a reason keeps from voting.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct ReasonCount {
    /// The reason, in words.
    pub because: String,
    /// Members who have it.
    pub members: u64,
}

/// `PUT /api/v1/ballots/{id}/file`: another file for a draft that was not announced.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFile {
    /// The ballot file, TOML.
    pub file: String,
}

/// `POST /api/v1/ballots/{id}/announcement`: members are told of a draft, whose file is fixed from then on.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAnnouncement {
    /// Until when members may object, as people write it: a local time in the ballot's zone, or a time with an offset.
    pub objections_until: String,
}

/// What is said of a ballot that was announced as a draft.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Announcement {
    /// When it was announced, in seconds since the epoch.
    pub announced: i64,
    /// Members may object to the roll before this time, in seconds since the epoch.
    pub objections_until: i64,
    /// Members who could vote by the roll as it was when it was announced.
    pub eligible: u64,
    /// Objections to the roll that were filed.
    pub objections: u64,
    /// Of these, answered.
    pub answered: u64,
    /// How the notice was sent.
    pub notices: Vec<NoticeSent>,
    /// Of a draft: whether the caller may vote by the roll as it is now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub me: Option<Prospect>,
    /// The caller's own objections.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub my_objections: Vec<RollObjection>,
}

/// Whether somebody may vote by the roll as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Prospect {
    /// Whether they may.
    pub may_vote: bool,
    /// If not, every reason, in words.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub because: Vec<String>,
}

/// By which way a notice was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeWay {
    /// By letter.
    Mail,
    /// By e-mail.
    Email,
    /// Handed over.
    Hand,
    /// Posted up where members see it.
    Posted,
}

impl NoticeWay {
    /// All ways.
    pub const ALL: [Self; 4] = [Self::Mail, Self::Email, Self::Hand, Self::Posted];

    /// The word, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Email => "email",
            Self::Hand => "hand",
            Self::Posted => "posted",
        }
    }
}

impl fmt::Display for NoticeWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWay(String);

impl fmt::Display for UnknownWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no way in which notices are sent; write mail, email, hand or posted", self.0)
    }
}

impl std::error::Error for UnknownWay {}

impl FromStr for NoticeWay {
    type Err = UnknownWay;

    fn from_str(word: &str) -> Result<Self, UnknownWay> {
        Self::ALL.into_iter().find(|way| way.as_str() == word).ok_or_else(|| UnknownWay(word.to_owned()))
    }
}

/// `POST /api/v1/ballots/{id}/notices`: the notice of an announced ballot was sent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeSent {
    /// The day, as `2021-01-15`.
    pub on: String,
    /// How many were sent.
    pub copies: u64,
    /// By which way.
    pub how: NoticeWay,
}

/// `POST /api/v1/ballots/{id}/roll-objections` and `POST …/roll-objections/{number}/answer`.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewText {
    /// The objection, or the answer: up to 2,000 characters, several lines if need be.
    pub text: String,
}

/// `GET /api/v1/ballots/{id}/roll-objections`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct RollObjections {
    /// In the order in which they came.
    pub objections: Vec<RollObjection>,
}

/// An objection of a member to the roll of an announced draft.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct RollObjection {
    /// Its number in the ballot, from 1.
    pub number: u64,
    /// Number on the roll of whoever objects.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// The objection.
    pub text: String,
    /// When it was filed, in seconds since the epoch.
    pub filed: i64,
    /// The answer, once there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub answer: Option<Answer>,
}

/// What an objection was answered.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Answer {
    /// The answer.
    pub text: String,
    /// When, in seconds since the epoch.
    pub at: i64,
}

#[cfg(test)]
mod tests {
    use super::NoticeWay;

    #[test]
    fn the_words_of_ways_are_those_of_json() {
        for way in NoticeWay::ALL {
            assert_eq!(serde_json::to_string(&way).unwrap(), format!("\"{way}\""));
            assert_eq!(way.as_str().parse(), Ok(way));
        }
        assert!("pigeon".parse::<NoticeWay>().is_err());
    }
}
