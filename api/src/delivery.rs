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
    /// Those of the others to whom no letter with a code is on its way either.
    pub out_of_reach: u64,
    /// Members whose address on the frozen roll is at an employer's mail domain.
    pub employers_addresses: u64,
    /// Members by way and place; a member without a letter on a way is in none of that way's.
    pub counts: Vec<DeliveryCount>,
}

/// A unit with its name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct DeliveryOfUnit {
    /// The unit, as on the frozen roll.
    pub unit: String,
    /// How far delivery has come in it.
    #[serde(flatten)]
    pub delivery: UnitDelivery,
}

/// How far delivery has come in a ballot. It knows nothing of who has voted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Delivery {
    /// The ballot's identifier.
    pub ballot: String,
    /// Its title.
    pub title: String,
    /// Whether the caller sees every unit.
    pub all_units: bool,
    /// The units that the caller sees, together.
    pub whole: UnitDelivery,
    /// By unit.
    pub units: Vec<DeliveryOfUnit>,
    /// Percent of the members who may be out of reach when the ballot opens without a second officer's yes.
    pub unreachable_share: u32,
    /// Whether two people let it open with more.
    pub open_unreached: bool,
    /// Whether two people allow codes to employers' addresses.
    pub employer_mail: bool,
}

/// Why a code has not reached a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The roll had no e-mail address when it was frozen.
    NoAddress,
    /// The address is at an employer's mail domain, and two people have not allowed codes there.
    EmployersAddress,
    /// Letters to the address came back.
    Bounced,
    /// Nothing is known to be on its way.
    NothingSent,
    /// A letter with the code waits to be sent.
    Waiting,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::NoAddress, Self::EmployersAddress, Self::Bounced, Self::NothingSent, Self::Waiting];

    /// The word for it, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoAddress => "no_address",
            Self::EmployersAddress => "employers_address",
            Self::Bounced => "bounced",
            Self::NothingSent => "nothing_sent",
            Self::Waiting => "waiting",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Reason {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|one| one.as_str() == word).ok_or_else(|| UnknownWord(word.to_owned()))
    }
}

/// A member whose code has not reached them, as far as is known.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct UnreachedMember {
    /// Number on the frozen roll.
    pub member_no: String,
    /// Name on the frozen roll.
    pub name: String,
    /// Unit on the frozen roll.
    pub unit: String,
    /// Why.
    pub why: Reason,
}

/// All of them, by unit and number. Whether they have voted is not asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Unreached {
    /// The members.
    pub members: Vec<UnreachedMember>,
}

/// Where a letter or a slip with a member's code stands.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDelivery {
    /// Number on the frozen roll.
    pub member_no: String,
    /// Where it stands. What was noted as handed over and was not is noted as printed again.
    pub state: DeliveryState,
}

/// A report of what was handed over, or of what a registrar sent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeliveries {
    /// On which way.
    pub channel: Channel,
    /// The members.
    pub entries: Vec<NewDelivery>,
}

/// What came of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct DeliveriesNoted {
    /// Members for whom the ledger has changed.
    pub noted: u64,
    /// Members for whom it said so already, or something later.
    pub unchanged: u64,
}

/// A mail domain that is an employer's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct EmployerDomain {
    /// The domain; its subdomains are meant too.
    pub domain: String,
    /// Number on the roll of who marked it.
    pub added_by: String,
    /// When, seconds since the epoch.
    pub added_at: i64,
}

/// All of them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct EmployerDomains {
    /// By name.
    pub domains: Vec<EmployerDomain>,
}

/// Marks a mail domain as an employer's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEmployerDomain {
    /// The domain, without `@`.
    pub domain: String,
}
