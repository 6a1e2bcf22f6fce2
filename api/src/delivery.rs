//! Delivery: how far the letters and codes of a ballot have come on their way to members.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A way to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Letters by e-mail.
    Email,
    /// Letters by post.
    Post,
    /// Slips that somebody hands over.
    Hand,
}

/// Where the latest letter to a member stands, on one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It waits to be sent.
    Queued,
    /// It was made: printed, or fetched by whoever hands it over.
    Printed,
    /// A mail server has taken it, or it was posted.
    Sent,
    /// The other side says that it has arrived.
    Delivered,
    /// Somebody handed it over.
    HandedOver,
    /// It was refused, or came back.
    Bounced,
}

/// The word names no way, or no state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord(String);

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is neither a way to a member nor a state of delivery", self.0)
    }
}

impl std::error::Error for UnknownWord {}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Email, Self::Post, Self::Hand];

    /// The word for it, as in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Post => "post",
            Self::Hand => "hand",
        }
    }
}

impl DeliveryState {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Printed, Self::Sent, Self::Delivered, Self::HandedOver, Self::Bounced];

    /// The word for it, as in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Printed => "printed",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::HandedOver => "handed_over",
            Self::Bounced => "bounced",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Channel {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|one| one.as_str() == word).ok_or_else(|| UnknownWord(word.to_owned()))
    }
}

impl FromStr for DeliveryState {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|one| one.as_str() == word).ok_or_else(|| UnknownWord(word.to_owned()))
    }
}

/// Members whose latest letter on one way stands at one place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct DeliveryCount {
    /// Which way.
    pub channel: Channel,
    /// Where it stands.
    pub state: DeliveryState,
    /// How many members.
    pub members: u64,
    /// How many of these letters have the voting code.
    pub with_code: u64,
}

/// How far delivery has come in a unit, or in all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct UnitDelivery {
    /// Members on the frozen roll.
    pub eligible: u64,
    /// Members whose code is on its way to them or has reached them, as far as is known.
    pub reached: u64,
    /// The others.
    pub unreached: u64,
    /// Members by way and place; a member without a letter on a way is in none of that way's.
    pub counts: Vec<DeliveryCount>,
}
