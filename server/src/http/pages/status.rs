//! Where a ballot is in its life, in one sentence.

use scrutineer_api::ballot::BallotState;

use crate::domain::words;
use crate::i18n::Texts;

/// The sentence, from the ballot's zone and from state, beginning and end of voting.
pub(super) fn sentence(
    t: &Texts,
    zone: &str,
    (state, opens, closes): (BallotState, Option<i64>, Option<i64>),
) -> String {
    let timed = |seconds: Option<i64>, with: &str, without: &str| match seconds {
        Some(seconds) => t.with(with, &[("time", words::time(t, zone, seconds).into())]),
        None => t.get(without),
    };
    match state {
        BallotState::Draft => t.get("status-draft"),
        BallotState::Frozen => timed(opens, "status-frozen-opens", "status-frozen"),
        BallotState::Open => timed(closes, "status-open-closes", "status-open"),
        BallotState::Closed => t.get("status-closed"),
        BallotState::Tallied => t.get("status-tallied"),
        BallotState::Certified => t.get("status-certified"),
        BallotState::Cancelled => t.get("status-cancelled"),
    }
}
