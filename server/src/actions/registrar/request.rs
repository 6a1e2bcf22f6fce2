//! What a registrar makes codes from: the frozen roll with everybody's addresses, a piece at a time.

use std::collections::VecDeque;

use scrutineer_api::audit::Deed;
use scrutineer_api::registrar::{RegistrarBox, RegistrarRequest, RollMember};
use serde::Serialize;
use thiserror::Error;

use super::{RegistrarRefusal, election_text, find};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::store::{BoxId, ContactRow, Error as StoreError, RollContactRow, Store, Tx, WriteTx};

/// How a document ends that has an empty list as its last field: the list goes on from there.
const EMPTY: &str = "[]}";

/// Why it broke off.
#[derive(Debug, Error)]
pub enum BrokenOff {
    /// Not everybody on the roll could be sent.
    #[error("the ballot has ended while a registrar asked what codes are made from")]
    Ended,
    /// It cannot be written down.
    #[error("what codes are made from cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The request on its way: JSON as [`RegistrarRequest`] has it, a piece at a time. Nothing but a piece is held, and no snapshot of the
/// database.
pub struct Request {
    /// What comes before the next members: the beginning of the document, or of a box.
    before: Vec<u8>,
    boxes: VecDeque<OfBox>,
    /// Members who are read at once.
    at_once: usize,
    ended: bool,
}

/// A box whose members are still to come.
struct OfBox {
    id: BoxId,
    /// The box with nobody in it.
    empty: RegistrarBox,
    /// The last member who was sent.
    behind: String,
    left: u64,
}

/// What codes are made from.
///
/// # Errors
/// See [`RegistrarRefusal`].
pub async fn request(app: &App, caller: &Caller, id: String) -> Result<Request, RegistrarRefusal> {
    let (caller, public_url) = (caller.clone(), app.settings.public_url.to_string());
    let union = app.installation.union_name.clone();
    let work = move |tx: &WriteTx<'_>| {
        let request = begin(tx, &caller, &id, union, public_url)?;
        let members: u64 = request.1.iter().map(|one| one.left).sum();
        let detail = serde_json::json!({ "ballot": request.0.ballot, "members": members });
        tx.audit(&caller.actor(), Deed::CodesRequested, &detail)?;
        Ok::<_, RegistrarRefusal>(request)
    };
    let (document, boxes) = app.store.write("codes requested", work).await?;
    Ok(Request { before: opened(&document)?, boxes, at_once: app.settings.rows_at_once, ended: false })
}

/// The document without its boxes, and these without their members.
fn begin(
    tx: &Tx<'_>,
    caller: &Caller,
    id: &str,
    union: String,
    public_url: String,
) -> Result<(RegistrarRequest, VecDeque<OfBox>), RegistrarRefusal> {
    let (ballot, file) = find(tx, caller, id)?;
    let boxes = tx.boxes_of(ballot.id)?.into_iter().map(|one| {
        let election = election_text(tx, one.id)?;
        let empty = RegistrarBox { election, roll_salt: hex::encode(one.roll_salt), members: Vec::new() };
        Ok(OfBox { id: one.id, empty, behind: String::new(), left: one.eligible })
    });
    let boxes = boxes.collect::<Result<_, StoreError>>()?;
    let employer_domains = if tx.employer_mail(ballot.id)? {
        Vec::new()
    } else {
        tx.employer_domains()?.into_iter().map(|row| row.domain).collect()
    };
    let document = RegistrarRequest {
        employer_domains,
        union,
        ballot: ballot.uuid.to_string(),
        title: file.title,
        practice: ballot.practice,
        contact: file.contact,
        public_url,
        opens: ballot.opens_at,
        closes: ballot.closes_at,
        time_zone: file.time_zone,
        issued: ballot.registrar_no.is_some(),
        boxes: Vec::new(),
    };
    Ok((document, boxes))
}

/// The beginning of a document up to its list, which comes last and is empty.
fn opened(document: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    let text = serde_json::to_string(document).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let text =
        text.strip_suffix(EMPTY).ok_or_else(|| StoreError::Corrupt("a list that is not last".to_owned()))?;
    Ok(format!("{text}[").into_bytes())
}

impl Request {
    /// The next piece, and what follows it; nothing behind the last.
    ///
    /// # Errors
    /// See [`BrokenOff`]: then what came is not all, and of no use.
    pub async fn piece(mut self, store: &Store) -> Result<Option<(Vec<u8>, Self)>, BrokenOff> {
        let mut bytes = std::mem::take(&mut self.before);
        let Some(one) = self.boxes.front_mut() else {
            if std::mem::replace(&mut self.ended, true) {
                return Ok(None);
            }
            bytes.extend_from_slice(b"]}");
            return Ok(Some((bytes, self)));
        };
        if one.behind.is_empty() {
            bytes.extend(opened(&one.empty)?);
        }
        let (id, behind, at_once) = (one.id, one.behind.clone(), self.at_once);
        let rows =
            store.read("what codes are made from", move |tx| tx.roll_contacts_behind(id, &behind, at_once));
        let rows: Vec<RollContactRow> = rows.await?;
        let last = rows.last().ok_or(BrokenOff::Ended)?;
        let behind = std::mem::replace(&mut one.behind, last.contact.member_no.clone());
        let mut first = behind.is_empty();
        for row in rows {
            one.left = one.left.checked_sub(1).ok_or(BrokenOff::Ended)?;
            if !std::mem::replace(&mut first, false) {
                bytes.push(b',');
            }
            serde_json::to_writer(&mut bytes, &member(row))?;
        }
        if one.left == 0 {
            self.boxes.pop_front();
            bytes.extend_from_slice(b"]}");
            if !self.boxes.is_empty() {
                bytes.push(b',');
            }
        }
        Ok(Some((bytes, self)))
    }
}

fn member(RollContactRow { contact, standing, classification }: RollContactRow) -> RollMember {
    let ContactRow {
        member_no,
        name,
        unit,
        email,
        language,
        address1,
        address2,
        postal_code,
        city,
        country,
        box_id: _,
        phone: _,
    } = contact;
    RollMember {
        member_no,
        name,
        unit,
        standing,
        classification,
        language,
        email,
        address1,
        address2,
        postal_code,
        city,
        country,
    }
}
