//! The record of a box as people may see it: its archive, its election, its head, and what became of a vote.
//!
//! While a ballot is open, its record is shown to people who are signed in, up to an event that moves on in steps, so that
//! its growth times nobody; with `record = "public"` to everybody, live. Once voting has ended it is public.

use std::sync::Arc;

use scrutineer_api::ballot::BallotState;
use scrutineer_api::vote::{EVENTS_IN_A_PIECE, Head, VoteState, VoteStatus};
use scrutineer_ballot::file::RecordAccess;
use scrutineer_ballot::receipt::HeadLine;
use scrutineer_ballot::signature::SignatureError;
use scrutineer_protocol::archive::{self, ArchiveError, BLOCK, Kind, Timestamp};
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::event::SetupData;
use scrutineer_protocol::hash::{Base64Hash, HexHash};
use thiserror::Error;

use super::ballot_id::{self, Drafts, IdError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::downloads::Parts;
use crate::elections::BoxElection;
use crate::store::{BallotRow, BoxId, BoxRow, Error as StoreError, Step, Tx};

/// Events that are read at once.
const CHUNK: u64 = 64;
/// Which of the data before the first event names the others.
const SETUP: u32 = 3;
/// The size of a block, as a number of bytes in an archive.
const BLOCK_BYTES: u64 = BLOCK as u64;

/// Why a record is not shown.
#[derive(Debug, Error)]
pub enum RecordError {
    /// Which ballot?
    #[error(transparent)]
    Id(#[from] IdError),
    /// Only signed-in people see it now.
    #[error(
        "until voting has ended, the record of this ballot is for people who are signed in; please sign in"
    )]
    SignIn,
    /// Nothing that could be a tracker.
    #[error("{0:?} is not a tracker; a tracker is the 43 characters on the receipt")]
    Tracker(String),
    /// No such piece.
    #[error(
        "the record has no piece {0} so far; its pieces are numbered from 0 and have {EVENTS_IN_A_PIECE} events each"
    )]
    NoPiece(String),
    /// All places for downloads are taken.
    #[error("too many records are being downloaded at this moment; come again in half a minute")]
    Busy,
    /// A piece cannot be compressed.
    #[error("a piece of the record cannot be compressed: {0}")]
    Pack(std::io::Error),
    /// It cannot be written as an archive.
    #[error("the record cannot be written: {0}")]
    Archive(#[from] ArchiveError),
    /// The head cannot be signed.
    #[error("the head cannot be signed: {0}")]
    Signature(#[from] SignatureError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How far a record may be seen.
#[derive(Clone, Debug)]
pub struct Visible {
    /// The box.
    pub the_box: BoxRow,
    /// Up to this event.
    pub height: u64,
    /// Its hash.
    pub event: HexHash,
}

/// How far somebody may see a record.
///
/// # Errors
/// See [`RecordError`].
pub fn visible(
    tx: &Tx<'_>,
    ballot: &BallotRow,
    the_box: BoxRow,
    signed_in: bool,
) -> Result<Visible, RecordError> {
    let head = tx.record_head(the_box.id)?.ok_or(IdError::NoRecord)?;
    let running = matches!(ballot.state, BallotState::Draft | BallotState::Frozen | BallotState::Open);
    if !running || ballot.file()?.record == RecordAccess::Public {
        return Ok(Visible { the_box, height: head.height, event: head.hash });
    }
    if !signed_in {
        return Err(RecordError::SignIn);
    }
    let height = the_box.published_height.min(head.height);
    let event = tx.record_event(the_box.id, height)?;
    let event = event.ok_or_else(|| StoreError::Corrupt("a record without an event".to_owned()))?;
    Ok(Visible { the_box, height, event: event.hash })
}

/// The same, and whether everybody may see it as far.
pub(super) fn visible_to(
    tx: &Tx<'_>,
    ballot: &BallotRow,
    the_box: BoxRow,
    signed_in: bool,
) -> Result<(Visible, bool), RecordError> {
    match visible(tx, ballot, the_box.clone(), false) {
        Err(RecordError::SignIn) if signed_in => Ok((visible(tx, ballot, the_box, true)?, false)),
        seen => Ok((seen?, true)),
    }
}

fn find(
    tx: &Tx<'_>,
    drafts: Drafts,
    signed_in: bool,
    id: &str,
    name: Option<&str>,
) -> Result<Visible, RecordError> {
    let named = ballot_id::find(tx, id, drafts)?;
    let the_box = named.the_box(tx, name)?;
    visible(tx, &named.ballot, the_box, signed_in)
}

/// Whoever asks for a record, and for which.
pub struct Asked<'a> {
    /// Who asks.
    pub caller: Option<&'a Caller>,
    /// What was typed for the ballot.
    pub id: String,
    /// The box, where it was named.
    pub box_name: Option<String>,
}

#[cfg(feature = "misbehave")]
impl Asked<'_> {
    /// The number of the member who asks.
    pub(super) fn viewer(&self) -> Option<String> {
        self.caller.map(|caller| caller.session().member_no.clone())
    }
}

async fn read<T: Send + 'static>(
    app: &App,
    asked: Asked<'_>,
    then: impl FnOnce(&Tx<'_>, Visible) -> Result<T, RecordError> + Send + 'static,
) -> Result<T, RecordError> {
    let Asked { caller, id, box_name } = asked;
    let (drafts, signed_in) = (Drafts::to(caller), caller.is_some());
    app.store.read("record", move |tx| then(tx, find(tx, drafts, signed_in, &id, box_name.as_deref())?)).await
}

/// The archive of a record up to an event, to be sent piece by piece.
#[derive(Clone, Debug)]
pub struct Archive {
    /// The box's election: the archive's name.
    pub election: Uuid,
    /// The hash of the last event in it: two archives of a box with the same are the same.
    pub event: HexHash,
    pub(super) box_id: BoxId,
    pub(super) time: Timestamp,
    pub(super) height: u64,
}

/// The archive that somebody may see.
///
/// # Errors
/// See [`RecordError`].
pub async fn archive(app: &App, asked: Asked<'_>) -> Result<Archive, RecordError> {
    read(app, asked, |_, visible| Archive::of(&visible.the_box, visible.height, visible.event)).await
}

/// A place between two pieces of an archive's events and their data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the data before the first event, among which is the list of credentials: in one of them, so many bytes on.
    Setup {
        /// Which of them.
        position: u32,
        /// Bytes of its body.
        offset: u64,
    },
    /// Before the data of an event.
    Event(u64),
}

/// Some bytes of an archive.
pub struct Piece {
    /// The bytes; there may be none, and more after them.
    pub bytes: Vec<u8>,
    /// The place after them.
    pub next: Place,
    /// How many bytes before them were left out, because nobody wants them.
    pub spared: u64,
}

impl Place {
    /// Before an event and its data.
    #[must_use]
    pub const fn before(event: u64) -> Self {
        if event == 0 { Self::Setup { position: 0, offset: 0 } } else { Self::Event(event) }
    }
}

impl Archive {
    /// The archive of a record up to an event.
    ///
    /// # Errors
    /// See [`RecordError`].
    pub fn of(the_box: &BoxRow, height: u64, event: HexHash) -> Result<Self, RecordError> {
        let time = Timestamp::new(the_box.record_time)?;
        Ok(Self { election: the_box.election.clone(), event, box_id: the_box.id, time, height })
    }

    /// How many bytes it has.
    ///
    /// # Errors
    /// The database's.
    pub async fn bytes(&self, app: &App) -> Result<u64, RecordError> {
        let opening = u64::try_from(self.opening().len()).unwrap_or(u64::MAX);
        Ok(opening
            .saturating_add(app.lengths.up_to((&app.store, &app.downloads), self.box_id, self.height).await?))
    }

    /// The box whose record it is.
    #[must_use]
    pub const fn box_id(&self) -> BoxId {
        self.box_id
    }

    /// Its one time.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// Its first bytes.
    #[must_use]
    pub fn opening(&self) -> Vec<u8> {
        archive::opening(self.time)
    }

    /// The next bytes from a place on, and the place after them; none at its end. Each call is one short look at the
    /// database, so that nobody's slow line holds it, and gives a piece that is small, so that many slow lines hold little.
    ///
    /// Whoever does not want the first `skip` bytes may be spared some of them.
    pub fn piece(
        &self,
        parts: Arc<Parts>,
        from: Place,
        skip: u64,
    ) -> impl FnOnce(&Tx<'_>) -> Result<Option<Piece>, RecordError> + Send + use<> {
        let archive = self.clone();
        move |tx| {
            let from = match from {
                Place::Setup { position, offset } => {
                    return setup_piece(tx, &archive, &parts, (position, offset), skip).map(Some);
                }
                Place::Event(from) => from,
            };
            let steps = tx.record_steps(archive.box_id, from, archive.height, CHUNK)?;
            let Some(last) = steps.last() else { return Ok(None) };
            let next = last.height.saturating_add(1);
            Ok(Some(Piece { bytes: write(&steps, archive.time)?, next: Place::Event(next), spared: 0 }))
        }
    }
}

/// Some bytes of the record's beginning, where one of the data has 67 bytes for every member.
fn setup_piece(
    tx: &Tx<'_>,
    of: &Archive,
    parts: &Parts,
    (position, offset): (u32, u64),
    skip: u64,
) -> Result<Piece, RecordError> {
    let (id, time) = (of.box_id, of.time);
    let after = Place::Setup { position: position.saturating_add(1), offset: 0 };
    let lost = || StoreError::Corrupt("a record without its beginning".to_owned());
    let Some(length) = tx.record_datum_length(id, 0, position)? else {
        let event = tx.record_event_body(id, 0)?.ok_or_else(lost)?;
        let bytes = archive::record(Kind::Event, event.as_bytes(), time)?;
        return Ok(Piece { bytes, next: Place::Event(1), spared: 0 });
    };
    let whole = BLOCK_BYTES.saturating_add(length.next_multiple_of(BLOCK_BYTES));
    if offset == 0 && skip >= whole {
        return Ok(Piece { bytes: Vec::new(), next: after, spared: whole });
    }
    // The last of its bytes come with the padding.
    let spared = if offset == 0 { skip.min(BLOCK_BYTES.saturating_add(length.saturating_sub(1))) } else { 0 };
    if spared > BLOCK_BYTES {
        let next = Place::Setup { position, offset: spared - BLOCK_BYTES };
        return Ok(Piece { bytes: Vec::new(), next, spared });
    }
    let part = parts.read(tx, (&of.election, id), position, offset)?.ok_or_else(lost)?;
    let next = offset.saturating_add(u64::try_from(part.len()).unwrap_or(u64::MAX));
    let mut bytes = Vec::with_capacity(part.len() + 2 * BLOCK);
    if offset == 0 {
        let hash = if next == length { HexHash::of(&part) } else { kept_hash(tx, id, position)? };
        bytes.extend(archive::header(Kind::Data, &hash, length, time)?);
    }
    bytes.extend_from_slice(&part);
    if next < length {
        return Ok(Piece { bytes, next: Place::Setup { position, offset: next }, spared: 0 });
    }
    bytes
        .resize(bytes.len() + usize::try_from(length.next_multiple_of(BLOCK_BYTES) - length).unwrap_or(0), 0);
    Ok(Piece { bytes, next: after, spared: 0 })
}

/// The hash of one of a record's first data, as its Setup names it: nobody reads a large one to find it.
fn kept_hash(tx: &Tx<'_>, id: BoxId, position: u32) -> Result<HexHash, RecordError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("the beginning of a record: {what}"));
    let body = tx.record_datum(id, 0, SETUP)?.ok_or_else(|| corrupt("its data are not there"))?;
    let setup = SetupData::parse(body.as_bytes()).map_err(|error| corrupt(&error.to_string()))?;
    Ok(match position {
        0 => setup.election,
        1 => setup.trustees,
        2 => setup.credentials,
        SETUP => HexHash::of(body.as_bytes()),
        _ => return Err(corrupt("it has more data than there are").into()),
    })
}

/// Steps as they stand in an archive.
pub(super) fn write(steps: &[Step], time: Timestamp) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = Vec::new();
    for step in steps {
        for body in &step.data {
            bytes.extend(archive::record(Kind::Data, body.as_bytes(), time)?);
        }
        bytes.extend(archive::record(Kind::Event, step.event.as_bytes(), time)?);
    }
    Ok(bytes)
}

/// The election object of a box, byte for byte: for everybody, from freezing on. Where the ballot has several and none is
/// named, the one in which whoever asks votes.
///
/// # Errors
/// See [`RecordError`].
pub async fn election(app: &App, asked: Asked<'_>) -> Result<Arc<BoxElection>, RecordError> {
    let Asked { caller, id, box_name } = asked;
    let (drafts, elections) = (Drafts::to(caller), Arc::clone(&app.elections));
    let member_no = caller.map(|caller| caller.session().member_no.clone());
    app.store
        .read("election", move |tx| {
            let named = ballot_id::find(tx, &id, drafts)?;
            let the_box = match (named.the_box(tx, box_name.as_deref()), member_no) {
                (Err(IdError::WhichBox(names)), Some(member_no)) => {
                    let own = tx.box_of_member(named.ballot.id, &member_no)?;
                    own.map(|(own, _)| own).ok_or(IdError::WhichBox(names))?
                }
                (found, _) => found?,
            };
            // It is fixed, but nobody checks or votes before the record begins.
            tx.record_head(the_box.id)?.ok_or(IdError::NoRecord)?;
            Ok(elections.of(tx, the_box.id)?)
        })
        .await
}

/// The newest event that somebody may see, signed.
///
/// # Errors
/// See [`RecordError`].
pub async fn head(app: &App, asked: Asked<'_>) -> Result<Head, RecordError> {
    #[cfg(feature = "misbehave")]
    let (misbehave, viewer) = (app.settings.misbehave, asked.viewer());
    let line = read(app, asked, move |tx, visible| {
        #[cfg(feature = "misbehave")]
        if let Some(steps) = super::misbehave::record(tx, misbehave, viewer.as_deref(), &visible)?
            && let Some((height, event)) = super::misbehave::last(&steps)
        {
            return Ok(HeadLine { election: visible.the_box.election, height, event });
        }
        #[cfg(not(feature = "misbehave"))]
        let _ = tx;
        let Visible { the_box, height, event } = visible;
        Ok(HeadLine { election: the_box.election, height, event })
    });
    let line = line.await?;
    #[cfg(feature = "misbehave")]
    if misbehave == Some(crate::app::Misbehave::WrongHeadKey) {
        return Ok(super::misbehave::sign_with_another_key(&line)?);
    }
    Ok(app.receipt_key.head(&line)?)
}

/// What became of a vote, as far as somebody may see.
///
/// # Errors
/// See [`RecordError`].
pub async fn status(app: &App, asked: Asked<'_>, tracker: String) -> Result<VoteStatus, RecordError> {
    // Whoever puts a tracker into an address as it is gets its plus signs read as blanks.
    let hash = Base64Hash::from_text(&tracker.trim().replace(' ', "+"))
        .map_err(|_| RecordError::Tracker(tracker.chars().take(60).collect()))?;
    let Asked { caller, id, box_name } = asked;
    let (drafts, signed_in) = (Drafts::to(caller), caller.is_some());
    app.store
        .read("receipt", move |tx| {
            let named = ballot_id::find(tx, &id, drafts)?;
            named.refuse_purged()?;
            let boxes = match (&box_name, named.box_id) {
                // Nobody need know which of several boxes a vote is in.
                (None, None) => tx.boxes_of(named.ballot.id)?,
                _ => vec![named.the_box(tx, box_name.as_deref())?],
            };
            if boxes.is_empty() {
                return Err(IdError::NoBoxes.into());
            }
            let mut found =
                VoteStatus { tracker: hash.to_string(), state: VoteState::NotFound, height: None };
            for one in boxes {
                let visible = visible(tx, &named.ballot, one, signed_in)?;
                let (state, height) = became(tx, &visible, &hash)?;
                if height.is_some() {
                    (found.state, found.height) = (state, height);
                }
            }
            Ok(found)
        })
        .await
}

/// What became of a vote on a record as far as it may be seen, and where it stands if it is there.
///
/// # Errors
/// The database's.
pub(super) fn became(
    tx: &Tx<'_>,
    Visible { the_box, height: seen, .. }: &Visible,
    tracker: &Base64Hash,
) -> Result<(VoteState, Option<u64>), StoreError> {
    let (id, seen) = (the_box.id, *seen);
    let Some(vote) = tx.vote(id, tracker)?.filter(|vote| vote.height <= seen) else {
        return Ok((VoteState::NotFound, None));
    };
    let state = if vote.replaced_by.is_some_and(|height| height <= seen) {
        VoteState::Replaced
    } else {
        VoteState::Counted
    };
    Ok((state, Some(vote.height)))
}
