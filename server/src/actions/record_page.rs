//! What the page of a record shows: fingerprints, and the receipts on it a thousand at a time.

use std::sync::Arc;

use scrutineer_api::ballot::BallotState;
use scrutineer_protocol::event::EventKind;
use scrutineer_protocol::hash::{Base64Hash, HexHash};

use super::ballot_id::{self, Drafts, IdError};
use super::record::{self, RecordError, Visible};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::elections::Elections;
use crate::store::{BallotRow, BoxId, BoxRow, Error as StoreError, Tx};

/// Receipts on a page: those of as many heights.
pub const PAGE: u64 = 1000;

/// A record as its page shows it.
#[derive(Clone, Debug)]
pub struct RecordPage {
    /// The ballot's identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether it is for practice.
    pub practice: bool,
    /// Where it is in its life.
    pub state: BallotState,
    /// When voting ends, if that is scheduled, in seconds since the epoch.
    pub closes: Option<i64>,
    /// The name of the time zone in which people see its times.
    pub time_zone: String,
    /// The box, where the ballot has several and this is the record of one.
    pub box_name: Option<String>,
    /// What can be seen of the record.
    pub sight: Sight,
}

impl RecordPage {
    /// Whether the ballot has a result.
    #[must_use]
    pub const fn has_results(&self) -> bool {
        matches!(self.state, BallotState::Tallied | BallotState::Certified)
    }
}

/// How much of a record somebody sees.
#[derive(Clone, Debug)]
pub enum Sight {
    /// There is none before freezing.
    NotYet,
    /// There is none before the registrar has issued the codes.
    NoCodes,
    /// There are several, one a box.
    Boxes(Vec<OfBox>),
    /// None, without signing in.
    SignIn,
    /// The record as it was a step ago; no list of receipts.
    Steps(Fingerprints),
    /// The record, for everybody, while votes are still coming in.
    Live(Fingerprints, Receipts),
    /// The record, for everybody.
    Public(Fingerprints, Receipts),
}

/// One of several boxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfBox {
    /// Its name.
    pub name: String,
    /// Its election.
    pub election: String,
    /// Members who may vote in it.
    pub eligible: u64,
    /// The hash of the event that holds the sealed count, once it is there.
    pub closing: Option<HexHash>,
}

/// What identifies a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprints {
    /// The box's election.
    pub election: String,
    /// The hash of its election object.
    pub fingerprint: Base64Hash,
    /// Height of the newest event that is shown.
    pub height: u64,
    /// Its hash.
    pub head: HexHash,
    /// The hash of the event that holds the sealed count, once it is there.
    pub closing: Option<HexHash>,
    /// OpenSSH fingerprint of the key that signs receipts.
    pub receipts_key: String,
    /// Whether the proofs of the tellers' shares can be downloaded.
    pub shares: bool,
}

/// A page of the receipts on a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipts {
    /// Which page, from 1.
    pub page: u64,
    /// How many there are; one even if there is no receipt.
    pub pages: u64,
    /// By height.
    pub receipts: Vec<Receipt>,
}

/// A receipt on a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The height of its event.
    pub height: u64,
    /// The tracker.
    pub tracker: Base64Hash,
    /// Whether a later vote of the same member counts instead.
    pub replaced: bool,
}

/// The page of a ballot's record for whoever asks. Pages are counted from 1; one beyond the last is the last.
///
/// # Errors
/// See [`RecordError`].
pub async fn record_page(
    app: &App,
    caller: Option<&Caller>,
    id: String,
    box_name: Option<String>,
    page: u64,
) -> Result<RecordPage, RecordError> {
    let elections = Arc::clone(&app.elections);
    let (drafts, signed_in) = (Drafts::to(caller), caller.is_some());
    app.store
        .read("record page", move |tx| {
            let named = ballot_id::find(tx, &id, drafts)?;
            let file = named.ballot.file()?;
            let several = tx.count_boxes(named.ballot.id)? > 1;
            let (box_name, sight) = match named.the_box(tx, box_name.as_deref()) {
                Err(IdError::NoBoxes) => (None, Sight::NotYet),
                Err(IdError::WhichBox(_)) => (None, Sight::Boxes(of_boxes(tx, &named.ballot)?)),
                Err(error) => return Err(error.into()),
                Ok(the_box) => {
                    let name = several.then(|| the_box.name.clone());
                    (name, sight(tx, &elections, (&named.ballot, the_box), signed_in, page)?)
                }
            };
            Ok(RecordPage {
                id: named.ballot.uuid.to_string(),
                title: file.title,
                practice: named.ballot.practice,
                state: named.ballot.state,
                closes: named.ballot.closes_at,
                time_zone: file.time_zone,
                box_name,
                sight,
            })
        })
        .await
}

/// All boxes of a ballot.
fn of_boxes(tx: &Tx<'_>, ballot: &BallotRow) -> Result<Vec<OfBox>, StoreError> {
    let of_box = |one: BoxRow| {
        let closing = tx.last_event_of(one.id, EventKind::EncryptedTally)?.map(|event| event.hash);
        let (name, election) = (one.name, one.election.to_string());
        Ok(OfBox { name, election, eligible: one.eligible, closing })
    };
    tx.boxes_of(ballot.id)?.into_iter().map(of_box).collect()
}

fn sight(
    tx: &Tx<'_>,
    elections: &Elections,
    (ballot, the_box): (&BallotRow, BoxRow),
    signed_in: bool,
    page: u64,
) -> Result<Sight, RecordError> {
    let (seen, everybodys) = match record::visible_to(tx, ballot, the_box, signed_in) {
        Ok(found) => found,
        Err(RecordError::SignIn) => return Ok(Sight::SignIn),
        Err(RecordError::Id(IdError::NoRecord)) => return Ok(Sight::NoCodes),
        Err(error) => return Err(error),
    };
    let id = seen.the_box.id;
    let last_vote = last_vote(tx, id, seen.height)?;
    let election = elections.of(tx, id)?;
    let fingerprints = Fingerprints {
        election: election.election.uuid().to_string(),
        fingerprint: *election.election.fingerprint(),
        height: seen.height,
        head: seen.event,
        closing: closing(tx, &seen, last_vote)?,
        receipts_key: election.line.receipts.to_string(),
        shares: has_shares(ballot),
    };
    if !everybodys {
        return Ok(Sight::Steps(fingerprints));
    }
    let receipts = receipts(tx, id, last_vote, page)?;
    Ok(match ballot.state {
        BallotState::Frozen | BallotState::Open => Sight::Live(fingerprints, receipts),
        _ => Sight::Public(fingerprints, receipts),
    })
}

const fn has_shares(ballot: &BallotRow) -> bool {
    matches!(ballot.state, BallotState::Tallied | BallotState::Certified)
}

/// The height of the last vote up to a height; 0 without one. Few events follow the last vote.
fn last_vote(tx: &Tx<'_>, id: BoxId, height: u64) -> Result<u64, StoreError> {
    let mut height = height;
    while height > 0 {
        let event = tx.record_event(id, height)?;
        if event.is_none_or(|event| event.kind == EventKind::Ballot) {
            break;
        }
        height -= 1;
    }
    Ok(height)
}

/// The event that holds the sealed count, if it is within what is seen: it follows the last vote and the end of voting.
fn closing(tx: &Tx<'_>, seen: &Visible, last_vote: u64) -> Result<Option<HexHash>, StoreError> {
    for height in last_vote + 1..=seen.height {
        if let Some(event) = tx.record_event(seen.the_box.id, height)?
            && event.kind == EventKind::EncryptedTally
        {
            return Ok(Some(event.hash));
        }
    }
    Ok(None)
}

fn receipts(tx: &Tx<'_>, id: BoxId, last_vote: u64, page: u64) -> Result<Receipts, StoreError> {
    let pages = last_vote.div_ceil(PAGE).max(1);
    let page = page.clamp(1, pages);
    let first = (page - 1) * PAGE + 1;
    let last = last_vote.min(page * PAGE);
    let mut receipts = Vec::new();
    for (height, tracker) in tx.trackers(id, first, last)? {
        let vote = tx.vote(id, &tracker)?;
        let vote = vote.ok_or_else(|| StoreError::Corrupt(format!("no vote of height {height}")))?;
        receipts.push(Receipt { height, tracker, replaced: vote.replaced_by.is_some() });
    }
    Ok(Receipts { page, pages, receipts })
}
