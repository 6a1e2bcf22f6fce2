//! The registrar: what makes voting codes apart from the server needs to know, what of them the server is told, and which
//! re-issued ones have to be handed out. No voting code is in any of it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /api/v1/ballots/{id}/registrar`: for the registrar, once the ballot is frozen and while it is not closed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct RegistrarRequest {
    /// The union's name; letters begin with it.
    pub union: String,
    /// The ballot's identifier.
    pub ballot: String,
    /// Its title.
    pub title: String,
    /// Whether it is for trying out only.
    pub practice: bool,
    /// Whom members ask.
    pub contact: String,
    /// Where members reach the server; links to the booth begin with it.
    pub public_url: String,
    /// When voting begins, if that is scheduled.
    pub opens: Option<i64>,
    /// When voting ends, if that is scheduled.
    pub closes: Option<i64>,
    /// The time zone in which people see these times.
    pub time_zone: String,
    /// Whether the codes are issued already: then nothing but the same credentials is taken.
    pub issued: bool,
    /// Mail domains of an employer's to which no codes go, because two people have not allowed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub employer_domains: Vec<String>,
    /// The boxes, in order.
    pub boxes: Vec<RegistrarBox>,
}

/// A box for which codes are needed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct RegistrarBox {
    /// The election object, byte for byte: its uuid is what codes are derived with, and its description line says how many
    /// there are and who is on the roll.
    pub election: String,
    /// The salt of the roll's hash, 32 bytes, hex.
    pub roll_salt: String,
    /// Everybody on the frozen roll, by member number.
    pub members: Vec<RollMember>,
}

/// A member on a frozen roll, and how they could be reached when it was frozen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct RollMember {
    /// Number.
    pub member_no: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Standing.
    pub standing: String,
    /// Classification.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub classification: Option<String>,
    /// Language, BCP 47.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<String>,
    /// Postal address, first line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address1: Option<String>,
    /// Second line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address2: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub postal_code: Option<String>,
    /// City.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub city: Option<String>,
    /// Country.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub country: Option<String>,
}

/// `PUT /api/v1/ballots/{id}/registrar/credentials`: the public credentials of all boxes. The same again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCredentials {
    /// Every box of the ballot.
    pub boxes: Vec<CredentialsOfBox>,
}

/// The public credentials of a box.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CredentialsOfBox {
    /// The election's uuid.
    pub election: String,
    /// Everybody on the box's frozen roll.
    pub members: Vec<MemberCredential>,
    /// The credentials beyond them, for codes that must be re-issued.
    pub spares: Vec<String>,
}

/// Which public credential is a member's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberCredential {
    /// The member's number.
    pub member_no: String,
    /// The public credential, 64 hexadecimal digits.
    pub credential: String,
}

/// What the server says of credentials that it has taken.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Issued {
    /// The boxes, in order.
    pub boxes: Vec<IssuedBox>,
}

/// The credentials of a box as they stand on its record.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct IssuedBox {
    /// The election's uuid.
    pub election: String,
    /// How many there are.
    pub credentials: u64,
    /// SHA-256, hex, of the list on the record.
    pub list_sha256: String,
}

/// `GET /api/v1/ballots/{id}/registrar/reissues`: re-issued codes that the registrar has to hand out. And the body of
/// `POST …/reissues/confirmation`: those that the registrar has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwedCodes {
    /// By member number.
    pub codes: Vec<OwedCode>,
}

/// A member who gets one of the spare codes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwedCode {
    /// The member's number.
    pub member_no: String,
    /// The uuid of the box's election.
    pub election: String,
    /// The public credential of the spare code that is the member's now.
    pub credential: String,
}

/// What became of a confirmation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct ReissuesConfirmed {
    /// Codes that were waiting and no longer do.
    pub confirmed: u64,
}
