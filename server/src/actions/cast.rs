//! Casting a vote.
//!
//! ```text
//! read    whose, for which box, open, own code, not there already, not tested, not too often   (cheap; most refusals end here)
//! proofs  strict reading, every proof, on a pool of its own behind a bounded queue
//! write   all of the first line again by the writer's clock; onto the record; participation flag
//! then    its part is added to the sealed sum (sums.rs), and the receipt is signed, once the group of the write is on the disk
//! ```
//!
//! A cast writes no audit entry, queues no letter, and nothing here logs a member, a credential or a tracker.

use std::borrow::Cow;
use std::sync::Arc;

use scrutineer_api::ballot::BallotState;
use scrutineer_api::vote::Receipt;
use scrutineer_ballot::receipt::ReceiptLine;
use scrutineer_ballot::signature::SignatureError;
use scrutineer_protocol::ballot::{Ballot, Eighths};
use scrutineer_protocol::event::{Entry, EventError};
use scrutineer_protocol::hash::{Base64Hash, HexHash};
use serde::Deserialize;
use thiserror::Error;
use tokio::sync::oneshot;

use super::ballot_id::{self, Drafts, IdError};
use crate::app::{App, VoteLimits};
use crate::auth::caller::Caller;
use crate::elections::{BoxElection, Elections};
use crate::high_water::Watch;
use crate::proofs::ProofsError;
use crate::store::{
    BallotId, BallotRow, BoxId, Coming, CredentialBytes, Error as StoreError, OpenError, Tx, WriteTx,
};
use crate::sums::{Cast as OnRecord, Choices, choices_of};

/// The most bytes of a vote.
pub const MAX_VOTE_BYTES: usize = 256 * 1024;

/// Why a vote was not taken.
#[derive(Debug, Error)]
pub enum CastError {
    /// Which ballot?
    #[error(transparent)]
    Id(#[from] IdError),
    /// Not a sealed vote at all.
    #[error("this is not a sealed vote: {0}")]
    Malformed(String),
    /// The ballot takes no votes.
    #[error("{0}; your vote was not taken")]
    NotOpen(NotOpen),
    /// The member may not vote here.
    #[error(
        "you are not on the roll that was frozen for this ballot, so you cannot vote in it; ask those who run it"
    )]
    NotOnRoll,
    /// Sealed for other members' votes.
    #[error(
        "the vote was sealed for another box than yours, which is {0:?}; your vote was not taken, vote again"
    )]
    OtherBox(String),
    /// A code of somebody else's, or of nobody's.
    #[error(
        "the voting code is not the one that was made for you; check that you took your own, for this very ballot, \
         and sign in as yourself"
    )]
    NotYourCode,
    /// A code that was replaced.
    #[error("this code was replaced by a newer one; vote with the code that you got last")]
    CodeVoid,
    /// Anything that makes it impossible to count it.
    #[error("the vote cannot be counted: {0}; your vote was not taken, vote again")]
    Bad(String),
    /// On the record already, and replaced.
    #[error("this vote is on the record already, and a later vote of yours counts in its place")]
    AlreadyReplaced,
    /// It was not to take the place of another, and there is one.
    #[error("another vote of yours is on the record; send this one again to have it counted in its place")]
    VotedAlready,
    /// Opened to test the booth.
    #[error(
        "this sealed vote was tested: what it says may be known, so it is never taken. Your vote was not taken; seal a new one"
    )]
    Tested,
    /// Replaced too often.
    #[error("a vote can be replaced {0} times, and yours has been; the last one counts")]
    TooOften(u64),
    /// Replaced a moment ago.
    #[error("you voted a moment ago; wait {0} seconds to replace your vote. The last one counts meanwhile")]
    TooSoon(u64),
    /// The clock is not to be relied on.
    #[error(
        "the server's clock was set back, so it cannot tell whether voting is still open; tell whoever runs the \
         server. Your vote was not taken"
    )]
    ClockWentBackwards,
    /// The proofs were not checked.
    #[error(transparent)]
    Proofs(#[from] ProofsError),
    /// The record does not take it.
    #[error("the record does not take the vote: {0}")]
    Event(#[from] EventError),
    /// The key of the bindings cannot be read.
    #[error(transparent)]
    Key(#[from] OpenError),
    /// The vote is there, its receipt cannot be made.
    #[error("the receipt cannot be signed: {0}")]
    Signature(#[from] SignatureError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A vote that was taken, or had been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cast {
    /// It is new.
    New(Receipt),
    /// It is the member's latest vote, sent again.
    Again(Receipt),
}

/// The beginning of a vote: enough to refuse most of what is to be refused.
#[derive(Deserialize)]
struct Beginning<'a> {
    #[serde(borrow)]
    election_uuid: Cow<'a, str>,
    #[serde(borrow)]
    election_hash: Cow<'a, str>,
    #[serde(borrow)]
    credential: Cow<'a, str>,
}

/// Whose vote it is, for which box.
#[derive(Clone, Copy)]
struct Claim {
    ballot: BallotId,
    box_id: BoxId,
    /// What stands for the member in the bindings.
    mac: [u8; 32],
    credential: CredentialBytes,
    tracker: Base64Hash,
    /// It is taken only as the member's first.
    only_first: bool,
}

/// A sealed vote as it was sent.
pub struct Sent<'a> {
    /// What was typed for the ballot.
    pub id: &'a str,
    /// The vote's bytes.
    pub text: String,
    /// What may show that its points lie in the group.
    pub eighths: Eighths,
    /// Not to take the place of another vote: what is sent again by itself after a connection was lost must not replace
    /// what the member cast elsewhere meanwhile.
    pub only_first: bool,
}

/// Where a vote stands on the record.
struct Place {
    height: u64,
    event: HexHash,
}

/// What [`admit`] finds.
enum Admitted {
    /// The member's latest vote, sent again: where it stands.
    Again(Place),
    /// A vote that may be taken, and the height of the one that it replaces.
    New { replaces: Option<u64> },
}

impl Admitted {
    fn place(self) -> Option<Place> {
        match self {
            Self::Again(place) => Some(place),
            Self::New { .. } => None,
        }
    }
}

/// Takes a sealed vote.
///
/// # Errors
/// See [`CastError`]; then no vote was taken, but for [`CastError::Signature`].
pub async fn cast(app: &App, caller: &Caller, sent: Sent<'_>) -> Result<Cast, CastError> {
    let member_no = caller.session().member_no.clone();
    let look = || look(app, Drafts::to(Some(caller)), &sent, member_no.clone());
    let (claim, election, standing) = match look().await {
        // The closing may have destroyed the key while this looked at the ballot; the next look sees that it is closed.
        Err(CastError::Key(_)) => look().await,
        looked => looked,
    }?;
    let line = |Place { height, event }| ReceiptLine {
        election: election.election.uuid().clone(),
        tracker: claim.tracker,
        height,
        event,
    };
    if let Some(place) = standing {
        return Ok(Cast::Again(app.receipt_key.receipt(line(place))?));
    }
    let checked = Arc::clone(&election);
    let Sent { text, eighths, .. } = sent;
    let (limits, watch) = (app.settings.votes, app.high_water.watch());
    let coming = app.store.announce_write();
    let (answer, outcome) = oneshot::channel();
    // Where nobody waits any more, there is nothing to do.
    let work = move |asker: &Asker| {
        (!asker.answer.is_closed()).then(|| check(&checked, &claim.credential, text, &eighths))
    };
    // Whoever has checked the proofs queues the write, so that nobody has to be woken for it.
    let then = move |Asker { answer, coming }, checked: Option<Option<_>>| match checked {
        Some(None) => {}
        None => drop(answer.send(Err(ProofsError::Failed.into()))),
        Some(Some(Err(refused))) => drop(answer.send(Err(refused))),
        Some(Some(Ok((text, choices)))) => {
            let work = move |tx: &WriteTx<'_>| write(tx, &claim, &member_no, text, limits, &watch);
            coming.write("cast", work, |written| {
                drop(answer.send(written.map(|written| (written, choices))));
            });
        }
    };
    app.proofs.start_in_turn(claim.mac, Asker { answer, coming }, work, then).await?;
    let (written, choices) = outcome.await.map_err(|_| StoreError::Unfinished)??;
    Ok(match written {
        Written::New(place, replaces) => {
            let cast = OnRecord { height: place.height, replaces, choices };
            if let Err(error) = app.sums.take(claim.box_id, cast) {
                // The vote stands; closing reads from the record what the sum lacks.
                tracing::error!(%error, "a vote was not added to the sum of its box");
            }
            Cast::New(app.receipt_key.receipt(line(place))?)
        }
        Written::Again(place) => Cast::Again(app.receipt_key.receipt(line(place))?),
    })
}

/// Everything that can be said of a vote without checking a proof.
async fn look(
    app: &App,
    drafts: Drafts,
    Sent { id, text, only_first, .. }: &Sent<'_>,
    member_no: String,
) -> Result<(Claim, Arc<BoxElection>, Option<Place>), CastError> {
    let beginning: Beginning<'_> = serde_json::from_str(text).map_err(|error| malformed(&error))?;
    let credential = credential(&beginning.credential)
        .ok_or_else(|| CastError::Malformed("its credential is not a point".to_owned()))?;
    let (uuid, hash) = (beginning.election_uuid.into_owned(), beginning.election_hash.into_owned());
    let tracker = Base64Hash::of(text.as_bytes());
    let (elections, folder, id) = (Arc::clone(&app.elections), app.folder.clone(), (*id).to_owned());
    let only_first = *only_first;
    let (limits, watch, bytes) = (app.settings.votes, app.high_water.watch(), text.len());
    app.store
        .look("cast: look", move |tx| {
            let election = which(tx, &elections, (&id, drafts), &uuid)?;
            if election.election.fingerprint().to_string() != hash {
                return Err(CastError::Bad("it was made for another form of this ballot".to_owned()));
            }
            // Reading is most of what a bad vote costs, and it grows with what there is to read.
            if bytes > Ballot::most_bytes(election.election.questions()) {
                return Err(CastError::Bad("it is longer than answers to these questions can be".to_owned()));
            }
            let mac = folder.held_ballot_key(&election.ballot_uuid)?.mac(&member_no);
            let (ballot, box_id) = (election.ballot, election.id);
            let claim = Claim { ballot, box_id, mac, credential, tracker, only_first };
            match admit(tx, &claim, limits, &watch) {
                // Whoever may vote is on the roll of one box.
                Err(CastError::NotOnRoll) => Err(match tx.box_of_member(ballot, &member_no)? {
                    Some((own, _)) if own.id != box_id => CastError::OtherBox(own.name),
                    _ => CastError::NotOnRoll,
                }),
                admitted => Ok((claim, election, admitted?.place())),
            }
        })
        .await
}

/// The election of the box that the vote is for, which takes votes.
fn which(
    tx: &Tx<'_>,
    elections: &Elections,
    (id, drafts): (&str, Drafts),
    uuid: &str,
) -> Result<Arc<BoxElection>, CastError> {
    // Of one that is known, only whether it takes votes is to be looked up. Whoever means another ballot, or comes at another time,
    // is told so below.
    if let Some(known) = elections.named(uuid)
        && [known.ballot_uuid.as_str(), uuid].contains(&id)
        && still_takes_votes(tx, known.ballot, tx.now())?.is_ok()
    {
        return Ok(known);
    }
    let named = ballot_id::find(tx, id, drafts)?;
    takes_votes(&named.ballot, tx.now()).map_err(CastError::NotOpen)?;
    let the_box = tx.box_of_election(named.ballot.id, uuid)?;
    let Some(the_box) = the_box.filter(|one| named.box_id.is_none_or(|id| id == one.id)) else {
        return Err(CastError::Bad("it was made for another ballot".to_owned()));
    };
    Ok(elections.of(tx, the_box.id)?)
}

/// Says where the JSON breaks off; what was there instead is not repeated.
fn malformed(error: &serde_json::Error) -> CastError {
    CastError::Malformed(format!(
        "it breaks off or changes at line {}, column {}",
        error.line(),
        error.column()
    ))
}

/// The encoding of a credential; whether it is a point is seen when the whole vote is read.
fn credential(text: &str) -> Option<CredentialBytes> {
    let mut encoding = [0; 32];
    hex::decode_to_slice(text, &mut encoding).ok()?;
    encoding.reverse();
    Some(encoding)
}

/// Why a ballot takes no votes, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct NotOpen(&'static str);

const ENDED: NotOpen = NotOpen("voting in this ballot has ended");

/// Whether the ballot takes votes.
///
/// # Errors
/// Why it does not.
pub(super) fn takes_votes(ballot: &BallotRow, now: i64) -> Result<(), NotOpen> {
    Err(match ballot.state {
        BallotState::Open if ballot.closes_at.is_none_or(|closes| now < closes) => return Ok(()),
        BallotState::Draft => NotOpen("this ballot is still a draft"),
        BallotState::Frozen => NotOpen("voting in this ballot has not begun"),
        BallotState::Cancelled => NotOpen("this ballot was cancelled"),
        BallotState::Open | BallotState::Closed | BallotState::Tallied | BallotState::Certified => ENDED,
    })
}

/// The same at a time by the watched clock, as quickly as it must be when a vote is written.
///
/// # Errors
/// The ballot takes none; the database's.
pub(super) fn still_takes_votes(
    tx: &Tx<'_>,
    ballot: BallotId,
    now: i64,
) -> Result<Result<(), NotOpen>, StoreError> {
    let voting = tx.voting(ballot)?;
    let ended = !voting.open || voting.closes_at.is_some_and(|closes| now >= closes);
    Ok(if ended { Err(ENDED) } else { Ok(()) })
}

/// What must hold when a vote is looked at and again when it is written.
fn admit(tx: &Tx<'_>, claim: &Claim, limits: VoteLimits, watch: &Watch) -> Result<Admitted, CastError> {
    let now = watch.now(tx.now()).ok_or(CastError::ClockWentBackwards)?;
    still_takes_votes(tx, claim.ballot, now)?.map_err(CastError::NotOpen)?;
    let binding = tx.cast_binding(claim.box_id, &claim.mac)?.ok_or(CastError::NotOnRoll)?;
    if binding.credential != claim.credential {
        let void = tx.is_void(claim.box_id, &claim.credential)?;
        return Err(if void { CastError::CodeVoid } else { CastError::NotYourCode });
    }
    // Only votes of this credential have its trackers: for most, the look would find nothing at a place that nobody else needs.
    if binding.last_vote.is_some()
        && let Some(vote) = tx.vote(claim.box_id, &claim.tracker)?
    {
        if vote.replaced_by.is_some() {
            return Err(CastError::AlreadyReplaced);
        }
        let event = tx.record_event(claim.box_id, vote.height)?;
        let event = event.ok_or_else(|| StoreError::Corrupt("a vote without its event".to_owned()))?;
        return Ok(Admitted::Again(Place { height: vote.height, event: event.hash }));
    }
    if tx.is_tested(claim.box_id, &claim.tracker)? {
        return Err(CastError::Tested);
    }
    if claim.only_first && binding.casts > 0 {
        return Err(CastError::VotedAlready);
    }
    if binding.casts > limits.replacements {
        return Err(CastError::TooOften(limits.replacements));
    }
    let wait = binding.last_cast_at.saturating_add(limits.seconds_between).saturating_sub(now);
    match u64::try_from(wait) {
        Ok(seconds) if binding.casts > 0 && seconds > 0 => Err(CastError::TooSoon(seconds)),
        _ => Ok(Admitted::New { replaces: binding.last_vote }),
    }
}

/// Reads the vote strictly and checks every proof. Gives its text back, and what it adds to the sum.
fn check(
    election: &BoxElection,
    credential: &CredentialBytes,
    text: String,
    eighths: &Eighths,
) -> Result<(String, Choices), CastError> {
    let bad = |why: String| CastError::Bad(why);
    // The credential is the one to which the member is bound: it was checked when the ballot was frozen.
    let ballot =
        Ballot::parse_with(text.as_bytes(), credential, eighths).map_err(|error| bad(error.to_string()))?;
    ballot.verify(&election.election).map_err(|error| bad(error.to_string()))?;
    if ballot.credential().encoding() != credential {
        return Err(bad("it names two credentials".to_owned()));
    }
    let choices = choices_of(&ballot);
    Ok((text, choices))
}

/// How the write ended.
enum Written {
    /// With the height of the vote that it replaces.
    New(Place, Option<u64>),
    Again(Place),
}

/// Whoever waits to hear of a vote, and the place that is kept for its write.
struct Asker {
    answer: oneshot::Sender<Result<(Written, Choices), CastError>>,
    coming: Coming,
}

fn write(
    tx: &WriteTx<'_>,
    claim: &Claim,
    member_no: &str,
    text: String,
    limits: VoteLimits,
    watch: &Watch,
) -> Result<Written, CastError> {
    let replaces = match admit(tx, claim, limits, watch)? {
        Admitted::Again(place) => return Ok(Written::Again(place)),
        Admitted::New { replaces } => replaces,
    };
    let hash = HexHash::from_digest(*claim.tracker.digest());
    let entry = Entry::hashed_ballot(&mut tx.record_state(claim.box_id)?, text, hash)?;
    let place = Place { height: entry.event.event.height, event: entry.event.hash };
    tx.append(claim.box_id, &entry)?;
    tx.add_vote(claim.box_id, &claim.tracker, place.height, replaces)?;
    tx.note_cast(claim.box_id, &claim.mac, place.height)?;
    tx.set_voted(claim.box_id, member_no)?;
    Ok(Written::New(place, replaces))
}
