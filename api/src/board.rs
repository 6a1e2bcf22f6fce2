//! Boards of tellers and the ceremony in which they make their joint key.
//!
//! The server relays. A teller's program trusts nothing here before its fingerprint has been compared with another
//! teller by other means, so most messages travel as the texts of belenios-v1 section 7.2, to be read strictly by
//! whoever receives them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `POST /api/v1/boards`: a new board.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBoard {
    /// A name that no other board has; ballot files name the board by it.
    pub name: String,
    /// Member numbers of the tellers; their order is the order of their shares.
    pub tellers: Vec<String>,
    /// How many tellers can open a count: less than all, more than half.
    pub threshold: u32,
}

/// How far a teller is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TellerStep {
    /// Has not joined yet.
    Invited,
    /// Has published a certificate (round 1).
    Certificate,
    /// Has compared the fingerprint and committed to round 2.
    Commitment,
    /// Has sent the parts of the key to the others (round 2).
    Parts,
    /// Has checked the others' parts and published the verification key (round 3): done.
    Key,
}

/// Whether a board can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BoardState {
    /// The ceremony goes on.
    Forming,
    /// The joint key is there.
    Ready,
}

/// One seat of a board.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Teller {
    /// The seat, from 1.
    pub index: u32,
    /// The teller's member number.
    pub member_no: String,
    /// The teller's name on the roll.
    pub name: String,
    /// How far the teller is.
    pub step: TellerStep,
    /// Round 1: the signed message, as text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub certificate: Option<String>,
    /// Round 2: the commitment to what the teller is about to publish, as text. Shown to the board's own tellers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub commitment: Option<String>,
}

/// `GET /api/v1/boards/{name}`: a board and its ceremony.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Board {
    /// The name.
    pub name: String,
    /// How many tellers can open a count.
    pub threshold: u32,
    /// Whether it can be used.
    pub state: BoardState,
    /// The seats, in order.
    pub tellers: Vec<Teller>,
    /// The `threshold_parameters` of belenios-v1 section 7.2, as text, once the board is ready.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parameters: Option<String>,
}

/// `GET /api/v1/boards`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Boards {
    /// All boards, by name.
    pub boards: Vec<Board>,
}

/// `PUT /api/v1/boards/{name}/{certificate|commitment|parts|key}`: the caller's message of this step, as text. A step
/// that has been taken cannot be taken again with another message; the same message again is fine.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CeremonyMessage {
    /// `certificate`: the signed message. `commitment`: the signed hash with the teller's own polynomial, sealed to the
    /// teller (`Commitment` of the protocol crate). `parts`: the round 2 object. `key`: the round 3 object.
    pub message: String,
}

/// `GET /api/v1/boards/{name}/inbox`: what the others sent the calling teller in round 2, and, once the caller has
/// published the key, the caller's own round 3 message: with it the seed alone is enough to open a count.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct CeremonyInbox {
    /// The routed round 2 messages (step 4 of belenios-v1 section 7.2), once everybody has sent theirs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parts: Option<String>,
    /// The caller's own round 3 message, once it was sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key: Option<String>,
}
