//! Opening the count: enough tellers' shares, then the server's own, then the result, all in one transaction, and only if the
//! record verifies with them.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand_core::CryptoRng;
use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::BallotState;
use scrutineer_ballot::certificate::VoidWatch;
use scrutineer_ballot::outcome::{Outcome, OutcomeError};
use scrutineer_protocol::archive::{self, ArchiveError, Kind};
use scrutineer_protocol::event::{Entry, EventError, EventKind, State};
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::tally::{
    BoundShare, CombineError, EncryptedTally, PartialDecryption, ResultError, SharesFile, SizedTally, combine,
};
use scrutineer_protocol::trustee::{PrivateKey, TrusteeItem, Trustees};
use scrutineer_protocol::verify::{Level, Report, VerifyError};
use scrutineer_protocol::{ParseError, Point, json, verify};
use thiserror::Error;

use super::pipe::{self, Pipe};
use crate::actions::issue;
use crate::actions::record::{Archive, RecordError};
use crate::app::App;
use crate::data_folder::KeyKind;
use crate::elections::{BoxElection, Elections};
use crate::store::{
    Actor, BallotId, BallotRow, BoxRow, Error as StoreError, EventRow, OpenError, ShareRow, Tx, WriteTx,
};

/// The server's number among the trustees of a box.
pub const SERVER: usize = 1;

/// Why a count is not opened.
#[derive(Debug, Error)]
pub enum OpeningError {
    /// The server's own key of the box.
    #[error("the server's key of this count cannot be used: {0}")]
    Key(#[from] OpenError),
    /// Something that the server checked before it kept it does not read back.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// The shares do not open it.
    #[error(transparent)]
    Combine(#[from] CombineError),
    /// What they open is no result.
    #[error(transparent)]
    Result(#[from] ResultError),
    /// The record does not take it.
    #[error(transparent)]
    Event(#[from] EventError),
    /// The record cannot be written as an archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The record cannot be read.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The record cannot be verified.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The record does not verify. Nothing of it is published.
    #[error("the record of this ballot does not verify with its result: {0}")]
    NotVerified(String),
    /// The record decides nothing.
    #[error(transparent)]
    Outcome(#[from] OutcomeError),
    /// The verification ended before its time.
    #[error("verifying the record was interrupted")]
    Interrupted,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens the counts of a closed ballot if nothing lacks for it: enough tellers' shares, or a ballot whose count the server
/// opens alone. Otherwise does nothing. Called after closing, after a share, and when the server starts.
///
/// # Errors
/// See [`OpeningError`]; then the ballot stays closed, and the call can be repeated.
pub async fn open_if_ready(app: &App, ballot: BallotId) -> Result<(), OpeningError> {
    let _alone = app.counting.lock().await;
    let elections = Arc::clone(&app.elections);
    let ready = app.store.read("count: look", move |tx| ready(tx, ballot, &elections)).await?;
    let Some((row, boxes)) = ready else { return Ok(()) };
    let mut verified = Vec::with_capacity(boxes.len());
    for one in boxes {
        let key = app.folder.server_key(&one.the_box.election)?;
        let mut rng = app.entropy.rng();
        // A ballot with many answers takes a while.
        let opening = tokio::task::spawn_blocking(move || one.open(&key, &mut rng));
        let opened = opening.await.map_err(|_| OpeningError::Interrupted)??;
        verified.push(verify_opened(app, opened).await?);
    }
    let elections: Vec<_> = verified.iter().map(|one| one.opened.ready.the_box.election.clone()).collect();
    let union = app.installation.union_name.clone();
    let origin = app.settings.public_url.origin().to_owned();
    app.store.write("count: open", move |tx| publish(tx, &row, &verified, union, &origin)).await?;
    for election in elections {
        app.folder.destroy_key(&election, KeyKind::Server)?;
    }
    Ok(())
}

/// A box whose count can be opened.
struct Ready {
    the_box: BoxRow,
    election: Arc<BoxElection>,
    head: EventRow,
    archive: Archive,
    tally: EncryptedTally,
    total: u64,
    /// The tellers' shares that go onto the record, in the order of their seats.
    shares: Vec<(PartialDecryption, BoundShare)>,
    void: Vec<Point>,
}

/// The boxes of a ballot, if it is closed and every one of them can be opened.
fn ready(
    tx: &Tx<'_>,
    ballot: BallotId,
    elections: &Elections,
) -> Result<Option<(BallotRow, Vec<Ready>)>, OpeningError> {
    let row = tx.ballot(ballot)?;
    if row.state != BallotState::Closed {
        return Ok(None);
    }
    let boxes = tx.boxes_of(ballot)?.into_iter().map(|the_box| ready_box(tx, the_box, elections));
    let boxes: Option<Vec<_>> = boxes.collect::<Result<_, OpeningError>>()?;
    Ok(boxes.map(|boxes| (row, boxes)))
}

/// Tellers needed to open a count; none where the server opens it alone.
#[must_use]
pub fn needed(trustees: &Trustees) -> usize {
    let boards = trustees.items().iter().map(|item| match item {
        TrusteeItem::Single(_) => 0,
        TrusteeItem::Pedersen(board) => board.threshold,
    });
    boards.sum()
}

/// The sealed count of a box that is closed.
///
/// # Errors
/// The database's, or where it does not read back.
pub fn sealed_count(tx: &Tx<'_>, head: &EventRow, the_box: &BoxRow) -> Result<SealedCount, OpeningError> {
    let data = tx.record_data(the_box.id, head.height)?;
    match &data[..] {
        [tally, sized] if head.kind == EventKind::EncryptedTally => Ok(SealedCount {
            tally: EncryptedTally::parse(tally.as_bytes())?,
            sized: SizedTally::parse(sized.as_bytes())?,
        }),
        _ => {
            Err(StoreError::Corrupt("the record of a closed box without its sealed count".to_owned()).into())
        }
    }
}

/// A sealed count with its numbers.
pub struct SealedCount {
    /// The sums.
    pub tally: EncryptedTally,
    /// How many votes are in them.
    pub sized: SizedTally,
}

fn ready_box(tx: &Tx<'_>, the_box: BoxRow, elections: &Elections) -> Result<Option<Ready>, OpeningError> {
    let election = elections.of(tx, the_box.id)?;
    let needed = needed(&election.trustees);
    let rows = tx.shares(the_box.id)?;
    if rows.len() < needed {
        return Ok(None);
    }
    let head = tx.record_head(the_box.id)?.ok_or_else(|| StoreError::Corrupt("no record".to_owned()))?;
    let SealedCount { tally, sized } = sealed_count(tx, &head, &the_box)?;
    let shares = rows.iter().take(needed).map(read_share).collect::<Result<_, _>>()?;
    let void = tx.void_credentials(the_box.id)?;
    let void = void.into_iter().map(Point::from_encoding).collect::<Result<_, _>>()?;
    let archive = Archive::of(&the_box, head.height, head.hash)?;
    let total = sized.total_weight.0;
    Ok(Some(Ready { the_box, election, head, archive, tally, total, shares, void }))
}

/// A share that was kept.
fn read_share(row: &ShareRow) -> Result<(PartialDecryption, BoundShare), ParseError> {
    let partial = PartialDecryption::parse(row.partial_decryption.as_bytes())?;
    Ok((partial, json::parse("bound share", row.bound.as_bytes())?))
}

/// A box whose count was opened, in memory.
struct Opened {
    ready: Ready,
    entries: Vec<Entry>,
    /// The server's own share.
    own: ShareRow,
    shares: SharesFile,
}

impl Ready {
    fn open(self, key: &PrivateKey, rng: &mut impl CryptoRng) -> Result<Opened, OpeningError> {
        let election = &self.election.election;
        let fingerprint = election.fingerprint();
        let own = PartialDecryption::decrypt(fingerprint, &self.tally, key, rng);
        let bound = BoundShare::prove(SERVER, fingerprint, &self.tally, &own, key, rng);
        let tellers = self.shares.iter().map(|(partial, bound)| (bound.owner, partial.clone()));
        let shares: BTreeMap<_, _> = tellers.chain([(SERVER, own.clone())]).collect();
        let opened = combine(fingerprint, &self.tally, &self.election.trustees, &shares)?;
        let result = opened.result(self.total)?;

        let mut state = State::resume(self.head.kind, self.head.height, self.head.hash);
        let mut entries = Vec::with_capacity(self.shares.len() + 2);
        for (partial, bound) in &self.shares {
            entries.push(Entry::partial_decryption(&mut state, bound.owner, partial)?);
        }
        entries.push(Entry::partial_decryption(&mut state, SERVER, &own)?);
        entries.push(Entry::result(&mut state, &result)?);
        let bounds = self.shares.iter().map(|(_, bound)| bound.clone()).chain([bound.clone()]).collect();
        let shares = SharesFile::new(*fingerprint, bounds);
        let own = ShareRow {
            owner: u64::try_from(SERVER).unwrap_or(u64::MAX),
            partial_decryption: own.to_text(),
            bound: json::to_text(&bound),
        };
        Ok(Opened { ready: self, entries, own, shares })
    }
}

/// A box whose whole record verifies with its result.
struct Verified {
    opened: Opened,
    report: Report,
    outcome: Outcome,
    /// SHA-256 of the whole archive.
    archive: HexHash,
    /// Whether there is a vote under a void code.
    void_with_vote: bool,
}

/// Verifies a record with what is to come onto it, as anybody would who has downloaded it.
async fn verify_opened(app: &App, opened: Opened) -> Result<Verified, OpeningError> {
    let ready = &opened.ready;
    let mut tail = Vec::new();
    for entry in &opened.entries {
        for body in &entry.data {
            tail.extend(archive::record(Kind::Data, body.as_bytes(), ready.archive.time())?);
        }
        tail.extend(archive::record(Kind::Event, entry.event.text.as_bytes(), ready.archive.time())?);
    }
    let (feed, mut pipe) = pipe::new();
    let mut rng = app.entropy.rng();
    let (shares, void) = (opened.shares.to_text().into_bytes(), ready.void.clone());
    let verifying = tokio::task::spawn_blocking(move || {
        let mut watch = VoidWatch::new(void.iter().copied());
        let report = verify::archive(&mut pipe, |_| Ok(Some(shares)), &mut rng, &mut watch)?;
        let void_with_vote = void.iter().any(|credential| watch.has_voted(credential));
        Ok::<_, VerifyError>((report, Pipe::finish(pipe), void_with_vote))
    });
    feed.archive(&app.store, &ready.archive, tail).await?;
    let (report, archive, void_with_vote) = verifying.await.map_err(|_| OpeningError::Interrupted)??;
    if !report.ok() || !report.complete {
        let fails = report.checks.iter().filter(|check| check.level == Level::Fail);
        let fails: Vec<_> = fails.map(|check| format!("{}: {}", check.name, check.detail)).collect();
        return Err(OpeningError::NotVerified(fails.join("; ")));
    }
    let outcome = Outcome::of(&report)?;
    Ok(Verified { opened, report, outcome, archive, void_with_vote })
}

/// Puts the shares and the result of every box onto its record, and makes the certificate if it can be made and is not of a
/// practice ballot.
fn publish(
    tx: &WriteTx<'_>,
    row: &BallotRow,
    boxes: &[Verified],
    union: String,
    origin: &str,
) -> Result<(), OpeningError> {
    if tx.ballot(row.id)?.state != BallotState::Closed {
        return Ok(());
    }
    let mut counted = Vec::with_capacity(boxes.len());
    for Verified { opened, outcome, .. } in boxes {
        let Ready { the_box, shares, .. } = &opened.ready;
        // The entries follow the head that was read; `append` refuses a height that is taken.
        opened.entries.iter().try_for_each(|entry| tx.append(the_box.id, entry))?;
        // Others may have come meanwhile; beside the record stand the shares that are on it.
        for row in tx.shares(the_box.id)? {
            let is_on_record = |(_, bound): &(_, BoundShare)| u64::try_from(bound.owner) == Ok(row.owner);
            if !shares.iter().any(is_on_record) {
                tx.remove_share(the_box.id, row.owner)?;
            }
        }
        tx.add_share(the_box.id, &opened.own)?;
        counted.push(serde_json::json!({ "box": the_box.name, "cast": outcome.cast }));
    }
    tx.set_tallied(row.id)?;
    let detail = serde_json::json!({ "ballot": row.uuid.as_str(), "boxes": counted });
    tx.audit(&Actor::Server, Deed::BallotTallied, &detail)?;
    if row.practice {
        return Ok(());
    }
    let boxes: Vec<_> = boxes
        .iter()
        .map(|one| issue::Counted {
            the_box: &one.opened.ready.the_box,
            report: &one.report,
            outcome: &one.outcome,
            archive: one.archive,
            void: &one.opened.ready.void,
            void_with_vote: one.void_with_vote,
        })
        .collect();
    match issue::first(tx, row, union, origin, &boxes) {
        Ok(()) => {}
        Err(issue::IssueError::Store(error)) => return Err(error.into()),
        Err(error) => {
            tracing::error!(%error, "the certificate of a ballot cannot be made");
            let detail = serde_json::json!({ "ballot": row.uuid.as_str(), "reason": error.to_string() });
            tx.audit(&Actor::Server, Deed::CertificateRefused, &detail)?;
        }
    }
    Ok(())
}
