//! Votes, receipts and what the record says about them.
//!
//! The body of `POST /api/v1/ballots/{id}/votes` is the sealed vote itself, byte for byte (belenios-v1 section 9); there
//! is no envelope around it. What helps to check it may come along in a header, [`EIGHTHS`].

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The header in which a vote's eighths may come along: points of which its own points are eight times, so that it takes less
/// to see that they lie in the group. They decide nothing; a vote without them, or with wrong ones, is judged alike.
pub const EIGHTHS: &str = "scrutineer-eighths";

/// What a member keeps of a vote: 201 for a new one, 200 for a repeat of the latest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Hash of the sealed vote, Base64.
    pub tracker: String,
    /// The box's election.
    pub election: String,
    /// Height of the vote's event on the record.
    pub height: u64,
    /// Hash of that event, hex.
    pub event: String,
    /// SSHSIG by the server's receipt key, namespace `scrutineer-receipt`, over `election tracker height event`.
    pub signature: String,
}

/// `POST /api/v1/ballots/{id}/tests`: a sealed vote that is about to be opened, to see whether the device sealed what was
/// chosen. It is never taken from then on. A repeat changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTest {
    /// Hash of the sealed vote, Base64.
    pub tracker: String,
}

/// `GET /api/v1/ballots/{id}/head`: the newest event of the record that the caller may see, signed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Head {
    /// The box's election.
    pub election: String,
    /// Height of the event.
    pub height: u64,
    /// Hash of the event, hex.
    pub event: String,
    /// SSHSIG by the server's receipt key, namespace `scrutineer-head`, over `election height event`.
    pub signature: String,
}

/// How many events a piece of a record has: `GET /api/v1/ballots/{id}/record/pieces/{number}` gives those from
/// `number * EVENTS_IN_A_PIECE` on, as they stand in the archive. The last piece has fewer.
pub const EVENTS_IN_A_PIECE: u64 = 256;

/// The query of `GET /api/v1/ballots/{id}/receipts`, and the body of `POST` there: a query stands in the logs of proxies,
/// beside the address that asked.
#[derive(Clone, Debug, Deserialize, Serialize, IntoParams, ToSchema)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TrackerQuery {
    /// The tracker on the receipt.
    pub tracker: String,
}

/// What became of a vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoteState {
    /// It is on the record and counts.
    Counted,
    /// It is on the record; a later vote of the same member counts.
    Replaced,
    /// It is not on the record that the caller may see.
    NotFound,
}

/// `GET /api/v1/ballots/{id}/receipts?tracker=…`, or `POST` there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct VoteStatus {
    /// The tracker that was asked for.
    pub tracker: String,
    /// What became of it.
    pub state: VoteState,
    /// Height of its event, where it is there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub height: Option<u64>,
}
