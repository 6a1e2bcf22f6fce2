//! What the voting booth shows of a ballot, in the reader's language.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::ballot::{BallotState, MyPart};

/// The query of `GET /api/v1/ballots/{id}/booth`.
#[derive(Clone, Debug, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BoothQuery {
    /// The language of the sentences: `en`, `es` or `pl`.
    pub language: String,
}

/// `GET /api/v1/ballots/{id}/booth`: what the booth shows. Its sentences are in the language that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Booth {
    /// The identifier.
    pub id: String,
    /// The title.
    pub title: String,
    /// The delegate's text below the title, if any; may have several lines.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    /// Where it is in its life.
    pub state: BallotState,
    /// Whether it is for practice.
    pub practice: bool,
    /// Whom to ask.
    pub contact: String,
    /// When voting ends; null if that is not scheduled.
    pub closes: Option<BoothTime>,
    /// The time zone in which people see its times.
    pub time_zone: String,
    /// The election in which the caller votes.
    pub election: String,
    /// The hash of its election object, Base64.
    pub fingerprint: String,
    /// What is said of each question, in order.
    pub questions: Vec<BoothQuestion>,
    /// Who may vote.
    pub who: String,
    /// What the trust in this ballot rests on.
    pub setting: Vec<String>,
    /// The caller's own part in it.
    pub me: MyPart,
    /// While voting is open the record shows new votes in steps of so many seconds.
    pub record_step: u64,
}

/// A moment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct BoothTime {
    /// Seconds since the epoch, UTC.
    pub seconds: i64,
    /// As the clocks of the ballot's time zone show it, with the zone.
    pub local: String,
}

/// What is said of a question.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct BoothQuestion {
    /// What it takes to pass, and what not voting does; the items of a list begin with their numbers.
    pub rule: Vec<String>,
}
