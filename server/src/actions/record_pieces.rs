//! A record in pieces, for those who follow it: as many events each, so that a piece that is complete never changes and is
//! kept by whoever has it, the server among them.

use std::sync::Arc;

use scrutineer_api::vote::EVENTS_IN_A_PIECE;
use scrutineer_protocol::archive::BLOCK;
#[cfg(feature = "misbehave")]
use scrutineer_protocol::archive::Timestamp;
use scrutineer_protocol::hash::HexHash;

use super::ballot_id::{self, Drafts};
use super::record::{self, Archive, Asked, RecordError, Visible};
use crate::app::App;
use crate::downloads::Place;
use crate::pieces::Packed;
use crate::store::{BoxRow, Error as StoreError, Tx};

/// A piece that takes more than this part of the memory for pieces is not made as a whole and kept: it is read and sent
/// bit by bit.
const LARGEST_PART: usize = 4;

/// A piece that somebody may see.
pub struct Piece {
    /// The hash of its last event.
    pub event: HexHash,
    /// Whether no more events will come into it.
    pub complete: bool,
    /// Whether everybody may see it.
    pub everybodys: bool,
    /// Its bytes.
    pub bytes: PieceBytes,
    /// The place among the downloads that it was made in, where it had to be made.
    pub place: Option<Place>,
}

/// Where the bytes of a piece are.
pub enum PieceBytes {
    /// In memory.
    Packed(Arc<Packed>),
    /// In the database: to be read up to the end of this archive, from an event on, and so many bytes.
    Stored(Archive, u64, u64),
}

/// Which events belong to a piece, and who may see it.
struct Cut {
    visible: Visible,
    everybodys: bool,
    number: u64,
    from: u64,
    to: u64,
    complete: bool,
}

impl Cut {
    fn new(visible: Visible, everybodys: bool, typed: &str) -> Result<Self, RecordError> {
        let none = || RecordError::NoPiece(typed.chars().take(20).collect());
        let number: u64 = typed.parse().map_err(|_| none())?;
        let from = number.checked_mul(EVENTS_IN_A_PIECE).filter(|from| *from <= visible.height);
        let from = from.ok_or_else(none)?;
        let last = from.saturating_add(EVENTS_IN_A_PIECE - 1);
        let (to, complete) = (last.min(visible.height), last <= visible.height);
        Ok(Self { visible, everybodys, number, from, to, complete })
    }
}

/// The piece of this number, up to where somebody may see the record. Where it has to be made, that takes a place among the
/// downloads, which `begin` gives: one piece is made after the other, and not all that there are may wait for it.
///
/// # Errors
/// See [`RecordError`].
pub async fn piece(
    app: &App,
    asked: Asked<'_>,
    number: String,
    begin: impl FnOnce() -> Option<Place>,
) -> Result<Piece, RecordError> {
    #[cfg(feature = "misbehave")]
    if let Some(piece) = dishonest(app, &asked, &number).await? {
        return Ok(piece);
    }
    let Asked { caller, id, box_name } = asked;
    let (drafts, signed_in) = (Drafts::to(caller), caller.is_some());
    let find = move |tx: &Tx<'_>| {
        let named = ballot_id::find(tx, &id, drafts)?;
        let the_box = named.the_box(tx, box_name.as_deref())?;
        let (visible, everybodys) = record::visible_to(tx, &named.ballot, the_box, signed_in)?;
        Cut::new(visible, everybodys, &number)
    };
    let cut = app.store.read("record: which piece", find).await?;
    let mut place = None;
    let make = async {
        place = Some(begin().ok_or(RecordError::Busy)?);
        make(app, &cut).await
    };
    let made = app.pieces.get(&cut.visible.the_box.election, cut.number, cut.to, make).await;
    let Cut { complete, everybodys, .. } = cut;
    match made {
        Ok(packed) => {
            let event = packed.event;
            Ok(Piece { event, complete, everybodys, bytes: PieceBytes::Packed(packed), place })
        }
        Err(NotMade::TooLarge(archive, bytes)) => {
            let event = archive.event;
            let bytes = PieceBytes::Stored(*archive, cut.from, bytes);
            Ok(Piece { event, complete, everybodys, bytes, place })
        }
        Err(NotMade::Error(error)) => Err(error),
    }
}

/// Why a piece was not made as a whole.
enum NotMade {
    TooLarge(Box<Archive>, u64),
    Error(RecordError),
}

impl<E: Into<RecordError>> From<E> for NotMade {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// Reads a piece and compresses it.
async fn make(app: &App, cut: &Cut) -> Result<Packed, NotMade> {
    let (id, from, to, complete) = (cut.visible.the_box.id, cut.from, cut.to, cut.complete);
    let the_box = cut.visible.the_box.clone();
    let limit = u64::try_from(app.settings.pieces_bytes / LARGEST_PART).unwrap_or(u64::MAX);
    let read = move |tx: &Tx<'_>| {
        let (archive, bytes) = Archive::part(tx, &the_box, from, to)?;
        if bytes > limit {
            return Ok::<_, RecordError>((archive, Err(bytes)));
        }
        let mut steps = Vec::new();
        // They come in chunks of bytes.
        while steps.len() as u64 <= to - from {
            steps.extend(tx.record_steps(id, from + steps.len() as u64, to, EVENTS_IN_A_PIECE)?);
        }
        let bytes = record::write(&steps, archive.time())?;
        Ok((archive, Ok(bytes)))
    };
    let (archive, bytes) = app.downloads.read(&app.store, "record: piece", read).await?;
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(bytes) => return Err(NotMade::TooLarge(Box::new(archive), bytes)),
    };
    let packing = tokio::task::spawn_blocking(move || Packed::new(&bytes, archive.event, complete));
    let packed =
        packing.await.map_err(|_| StoreError::Corrupt("packing a piece ended by a panic".to_owned()));
    Ok(packed.map_err(RecordError::from)?.map_err(RecordError::Pack)?)
}

impl Archive {
    /// The records from one event to another, both included: what an archive holds of them, without its opening, and how many
    /// bytes that is.
    fn part(tx: &Tx<'_>, the_box: &BoxRow, from: u64, to: u64) -> Result<(Self, u64), RecordError> {
        let block = u32::try_from(BLOCK).unwrap_or(u32::MAX);
        let event = tx.record_event(the_box.id, to)?;
        let event =
            event.ok_or_else(|| StoreError::Corrupt(format!("a record without an event of height {to}")))?;
        let events = (to - from).saturating_add(1);
        let bytes = tx.record_bytes(the_box.id, (from, to), events, block)?;
        Ok((Self::of(the_box, to, event.hash)?, bytes.into_iter().sum()))
    }
}

/// The piece as a dishonest server shows it, in test builds.
#[cfg(feature = "misbehave")]
async fn dishonest(app: &App, asked: &Asked<'_>, number: &str) -> Result<Option<Piece>, RecordError> {
    let (misbehave, viewer) = (app.settings.misbehave, asked.viewer());
    let (drafts, signed_in) = (Drafts::to(asked.caller), asked.caller.is_some());
    let (id, box_name, number) = (asked.id.clone(), asked.box_name.clone(), number.to_owned());
    let shown = move |tx: &Tx<'_>| {
        let named = ballot_id::find(tx, &id, drafts)?;
        let the_box = named.the_box(tx, box_name.as_deref())?;
        let (mut visible, everybodys) = record::visible_to(tx, &named.ballot, the_box, signed_in)?;
        let steps = super::misbehave::record(tx, misbehave, viewer.as_deref(), &visible)?;
        let Some((steps, (height, event))) = steps.and_then(|steps| {
            let last = super::misbehave::last(&steps)?;
            Some((steps, last))
        }) else {
            return Ok::<_, RecordError>(None);
        };
        visible.height = height;
        let time = Timestamp::new(visible.the_box.record_time)?;
        let cut = Cut::new(visible, everybodys, &number)?;
        let steps: Vec<_> =
            steps.into_iter().filter(|step| (cut.from..=cut.to).contains(&step.height)).collect();
        let event = super::misbehave::last(&steps).map_or(event, |last| last.1);
        let packed =
            Packed::new(&record::write(&steps, time)?, event, cut.complete).map_err(RecordError::Pack)?;
        let Cut { complete, everybodys, .. } = cut;
        let bytes = PieceBytes::Packed(Arc::new(packed));
        Ok(Some(Piece { event, complete, everybodys, bytes, place: None }))
    };
    app.store.read("record: dishonest piece", shown).await
}
