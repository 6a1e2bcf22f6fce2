//! The desk that helps members while a vote runs: finding a member, what an officer sees of them, another e-mail address.
//!
//! Nothing here says whether a member has voted, and nothing here is a voting code.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ballot::{BallotState, CodeWay};
use crate::delivery::{Channel, DeliveryState};

/// `POST /api/v1/desk/search`. What is searched for is a name or a number, so it stands in no address and in no log.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeskSearch {
    /// A number, or words of a name in any order; capitals and accents do not matter.
    pub text: String,
}

/// Who was found.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct DeskFound {
    /// The first of them: the one with just that number, then by name.
    pub members: Vec<DeskEntry>,
    /// How many there are in all.
    pub total: u64,
}

/// A member who was found.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct DeskEntry {
    /// Number on the roll.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// Unit on the roll.
    pub unit: String,
    /// Standing on the roll.
    pub standing: String,
    /// Whether the last import named them.
    pub on_roll: bool,
}

/// `GET /api/v1/desk/members/{member_no}`: what the desk needs to help a member.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct DeskMember {
    /// Number on the roll.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// Unit on the roll.
    pub unit: String,
    /// Standing on the roll.
    pub standing: String,
    /// Whether the last import named them.
    pub on_roll: bool,
    /// Where letters without a code go.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Language of letters, BCP 47.
    pub language: Option<String>,
    /// Whether they can sign in.
    pub has_password: bool,
    /// Whether the roll has something that only they know.
    pub has_fact: bool,
    /// Another e-mail address that is not in use yet.
    pub email_change: Option<EmailChange>,
    /// The ballots that are frozen or open, the newest first.
    pub ballots: Vec<DeskBallot>,
}

/// Another e-mail address of a member, before it is in use.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct EmailChange {
    /// Whose, by number.
    pub member_no: String,
    /// The new address; empty if a roll takes it away.
    pub email: String,
    /// In use from then on, seconds since the epoch.
    pub due_at: i64,
    /// Whether the address that is left behind is told in a letter.
    pub old_is_told: bool,
}

/// `POST /api/v1/desk/members/{member_no}/email`.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEmail {
    /// The new address.
    pub email: String,
}

/// A ballot as the desk sees it for one member.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct DeskBallot {
    /// The ballot's identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether it is for practice.
    pub practice: bool,
    /// Frozen or open.
    pub state: BallotState,
    /// Whether the member stands on its frozen roll.
    pub may_vote: bool,
    /// In which box, where there are several.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none", default)]
    pub box_name: Option<String>,
    /// The address that was on the roll when it was frozen: codes go there and nowhere else.
    pub frozen_email: Option<String>,
    /// Where letters to the member stand, by way.
    pub deliveries: Vec<DeskDelivery>,
    /// What replacing the member's code would be, where it can be tried at all. That a vote stands is said only to whoever
    /// tries, and stands in the log.
    pub reissue: Option<DeskReissue>,
}

/// What re-issuing a member's code would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct DeskReissue {
    /// By which way the new code would go.
    pub way: CodeWay,
    /// Spare codes that are left in the member's box.
    pub spares: u64,
    /// Whether another officer would have to agree.
    pub two_people: bool,
}

/// Where letters to a member stand on one way.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct DeskDelivery {
    /// Which way.
    pub channel: Channel,
    /// How far the latest letter has come.
    pub state: DeliveryState,
    /// Whether it has the code that is the member's now.
    pub code: bool,
    /// The day, as 2021-01-21 (UTC).
    pub day: String,
}
