//! What a ballot came to: the counts from its record, decided under its frozen rules.

use std::sync::Arc;

use scrutineer_api::ballot::BallotState;
use scrutineer_api::count::{AnswerCount, QuestionCount, Results};
use scrutineer_ballot::outcome::{self, OutcomeError};
use scrutineer_protocol::ParseError;
use scrutineer_protocol::event::EventKind;
use scrutineer_protocol::tally::{ElectionResult, SharesFile, SizedTally};
use scrutineer_protocol::verify;
use scrutineer_protocol::{hash::Base64Hash, json};
use thiserror::Error;

use super::ballot_id::{self, Drafts, IdError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::life::is;
use crate::elections::BoxElection;
use crate::store::{BoxId, Error as StoreError, Tx};

/// Why there are no results.
#[derive(Debug, Error)]
pub enum ResultsError {
    /// Which ballot, which box?
    #[error(transparent)]
    Id(#[from] IdError),
    /// Not yet.
    #[error("this ballot {0}; only one whose count was opened has a result")]
    NotYet(&'static str),
    /// There is no file of shares yet.
    #[error("the count of this ballot was not opened yet, so there are no shares beside its record")]
    NoShares,
    /// There will be none.
    #[error("this ballot was cancelled, so it has no result: {0}")]
    Cancelled(String),
    /// What the server put on the record does not read back.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// The counts cannot be decided; the count was opened only because they could.
    #[error(transparent)]
    Outcome(#[from] OutcomeError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The results of a ballot, for everybody.
///
/// # Errors
/// See [`ResultsError`].
pub async fn results(
    app: &App,
    caller: Option<&Caller>,
    id: String,
    box_name: Option<String>,
) -> Result<Results, ResultsError> {
    let (elections, drafts) = (Arc::clone(&app.elections), Drafts::to(caller));
    app.store
        .read("results", move |tx| {
            let named = ballot_id::find(tx, &id, drafts)?;
            match named.ballot.state {
                BallotState::Tallied | BallotState::Certified => {}
                BallotState::Cancelled => {
                    return Err(ResultsError::Cancelled(named.ballot.cancel_reason.unwrap_or_default()));
                }
                state => return Err(ResultsError::NotYet(is(state))),
            }
            let the_box = named.the_box(tx, box_name.as_deref())?;
            let BoxElection { election, line, .. } = &*elections.of(tx, the_box.id)?;
            let sized = SizedTally::parse(payload(tx, the_box.id, EventKind::EncryptedTally)?.as_bytes())?;
            let result = ElectionResult::parse(payload(tx, the_box.id, EventKind::Result)?.as_bytes())?;
            let counts = verify::counts(election, &result).ok_or_else(|| {
                StoreError::Corrupt("a result without the shape of its questions".to_owned())
            })?;
            let cast = sized.num_tallied;
            let decisions = outcome::decisions(election, line, &counts, cast)?;
            let decisions = decisions
                .into_iter()
                .map(|verdict| verdict.map(serde_json::to_value).transpose())
                .collect::<Result<_, _>>()
                .map_err(|error| StoreError::Corrupt(error.to_string()))?;
            Ok(Results {
                id: named.ballot.uuid.to_string(),
                title: election.name().to_owned(),
                counts: counts.into_iter().map(question).collect(),
                eligible: line.eligible,
                cast,
                decisions,
            })
        })
        .await
}

/// The last data record before the last event of a kind.
fn payload(tx: &Tx<'_>, id: BoxId, kind: EventKind) -> Result<String, StoreError> {
    let missing = || StoreError::Corrupt(format!("a counted record without its {kind}"));
    let event = tx.last_event_of(id, kind)?.ok_or_else(missing)?;
    tx.record_data(id, event.height)?.pop().ok_or_else(missing)
}

fn question(count: verify::QuestionCount) -> QuestionCount {
    let answers = count.answers.into_iter();
    QuestionCount {
        question: count.question,
        answers: answers.map(|one| AnswerCount { answer: one.answer, votes: one.votes }).collect(),
        blank: count.blank,
    }
}

/// The file of shares that stands beside a record that has its result; none before.
///
/// # Errors
/// The database's, or where a share that was kept does not read back.
pub fn shares_file(
    tx: &Tx<'_>,
    id: BoxId,
    fingerprint: Base64Hash,
    state: BallotState,
) -> Result<Option<String>, ResultsError> {
    if !matches!(state, BallotState::Tallied | BallotState::Certified) {
        return Ok(None);
    }
    let shares = tx.shares(id)?;
    let shares = shares
        .iter()
        .map(|row| json::parse("bound share", row.bound.as_bytes()))
        .collect::<Result<_, _>>()?;
    Ok(Some(SharesFile::new(fingerprint, shares).to_text()))
}

/// The same for whoever asks.
///
/// # Errors
/// [`ResultsError::NoShares`] before there is one.
pub async fn shares(
    app: &App,
    caller: Option<&Caller>,
    id: String,
    box_name: Option<String>,
) -> Result<String, ResultsError> {
    let (elections, drafts) = (Arc::clone(&app.elections), Drafts::to(caller));
    app.store
        .read("shares", move |tx| {
            let named = ballot_id::find(tx, &id, drafts)?;
            let the_box = named.the_box(tx, box_name.as_deref())?;
            let (election, state) = (elections.of(tx, the_box.id)?, named.ballot.state);
            let file = shares_file(tx, the_box.id, *election.election.fingerprint(), state)?;
            file.ok_or(ResultsError::NoShares)
        })
        .await
}
