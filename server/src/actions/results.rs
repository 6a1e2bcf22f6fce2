//! What a ballot came to: the counts from its record, decided under its frozen rules.

use std::sync::Arc;

use scrutineer_api::ballot::BallotState;
use scrutineer_api::count::{AnswerCount, BoxResults, QuestionCount, Results};
use scrutineer_ballot::outcome::{BoxCounts, OutcomeError, Together};
use scrutineer_protocol::ParseError;
use scrutineer_protocol::event::EventKind;
use scrutineer_protocol::tally::{ElectionResult, SharesFile, SizedTally};
use scrutineer_protocol::verify;
use scrutineer_protocol::{hash::Base64Hash, json};
use thiserror::Error;

use super::answer;
use super::ballot_id::{self, Drafts, IdError};
use super::issue::IssueError;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::life::is;
use crate::elections::{BoxElection, Elections};
use crate::store::{BallotRow, BoxId, Error as StoreError, Tx};

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
    /// The certificate does not read back.
    #[error(transparent)]
    Certificate(#[from] IssueError),
    /// The counts cannot be decided; the count was opened only because they could.
    #[error(transparent)]
    Outcome(#[from] OutcomeError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The results of a ballot, for everybody: of all its boxes together with the decisions, or of one of several boxes.
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
            named.refuse_purged()?;
            match named.ballot.state {
                BallotState::Tallied | BallotState::Certified => {}
                BallotState::Cancelled => {
                    return Err(ResultsError::Cancelled(named.ballot.cancel_reason.unwrap_or_default()));
                }
                state => return Err(ResultsError::NotYet(is(state))),
            }
            let boxes = tx.boxes_of(named.ballot.id)?;
            let one = box_name.is_some() || named.box_id.is_some();
            let one = one.then(|| named.the_box(tx, box_name.as_deref())).transpose()?;
            if let Some(one) = one.filter(|_| boxes.len() > 1) {
                return one_of_several(&named.ballot, &counted(tx, &elections, one.id)?);
            }
            let whole = of_ballot(tx, &elections, &named.ballot)?;
            let (margin, warnings) = answer::beside(tx, &named.ballot)?;
            Ok(Results { margin, warnings, ..whole })
        })
        .await
}

/// The results of a ballot that has them, of all its boxes together.
///
/// # Errors
/// See [`ResultsError`].
pub(super) fn of_ballot(
    tx: &Tx<'_>,
    elections: &Elections,
    ballot: &BallotRow,
) -> Result<Results, ResultsError> {
    let boxes = tx.boxes_of(ballot.id)?;
    let counted = boxes.iter().map(|one| counted(tx, elections, one.id));
    whole(ballot, &counted.collect::<Result<Vec<_>, _>>()?)
}

/// What a box was counted to.
struct Counted {
    election: Arc<BoxElection>,
    counts: Vec<verify::QuestionCount>,
    cast: u64,
}

fn counted(tx: &Tx<'_>, elections: &Elections, id: BoxId) -> Result<Counted, ResultsError> {
    let election = elections.of(tx, id)?;
    let sized = SizedTally::parse(payload(tx, id, EventKind::EncryptedTally)?.as_bytes())?;
    let result = ElectionResult::parse(payload(tx, id, EventKind::Result)?.as_bytes())?;
    let counts = verify::counts(&election.election, &result)
        .ok_or_else(|| StoreError::Corrupt("a result without the shape of its questions".to_owned()))?;
    Ok(Counted { election, counts, cast: sized.num_tallied })
}

/// All boxes, decided together.
fn whole(ballot: &BallotRow, boxes: &[Counted]) -> Result<Results, ResultsError> {
    let counts: Vec<_> = boxes
        .iter()
        .map(|Counted { election, counts, cast }| {
            let BoxElection { election, line, .. } = &**election;
            BoxCounts { election, line, counts, cast: *cast }
        })
        .collect();
    let Together { eligible, cast, counts, decisions, .. } = Together::of(&counts)?;
    let decisions = decisions
        .into_iter()
        .map(|verdict| verdict.map(serde_json::to_value).transpose())
        .collect::<Result<_, _>>()
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let several = if boxes.len() > 1 { boxes } else { &[] };
    Ok(Results {
        id: ballot.uuid.to_string(),
        title: boxes.first().map(|one| one.election.election.name().to_owned()).ok_or(IdError::NoBoxes)?,
        box_name: None,
        counts: questions(&counts),
        eligible,
        cast,
        decisions,
        boxes: several.iter().map(box_results).collect(),
        margin: None,
        warnings: Vec::new(),
    })
}

/// One box, which decides nothing by itself.
fn one_of_several(ballot: &BallotRow, counted: &Counted) -> Result<Results, ResultsError> {
    let one = box_results(counted);
    Ok(Results {
        id: ballot.uuid.to_string(),
        title: counted.election.election.name().to_owned(),
        box_name: Some(one.name),
        decisions: vec![None; one.counts.len()],
        counts: one.counts,
        eligible: one.eligible,
        cast: one.cast,
        boxes: Vec::new(),
        margin: None,
        warnings: Vec::new(),
    })
}

fn box_results(Counted { election, counts, cast }: &Counted) -> BoxResults {
    BoxResults {
        name: election.line.box_name.clone(),
        election: election.election.uuid().to_string(),
        eligible: election.line.eligible,
        cast: *cast,
        counts: questions(counts),
    }
}

/// The last data record before the last event of a kind.
fn payload(tx: &Tx<'_>, id: BoxId, kind: EventKind) -> Result<String, StoreError> {
    let missing = || StoreError::Corrupt(format!("a counted record without its {kind}"));
    let event = tx.last_event_of(id, kind)?.ok_or_else(missing)?;
    tx.record_data(id, event.height)?.pop().ok_or_else(missing)
}

fn questions(counts: &[verify::QuestionCount]) -> Vec<QuestionCount> {
    let question = |count: &verify::QuestionCount| QuestionCount {
        question: count.question.clone(),
        answers: count
            .answers
            .iter()
            .map(|one| AnswerCount { answer: one.answer.clone(), votes: one.votes })
            .collect(),
        blank: count.blank,
    };
    counts.iter().map(question).collect()
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
