//! Observers' objections to a result: signed texts, until a deadline after the result, each by its hash on the certificate.

use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::BallotState;
use scrutineer_api::count::{NewObjection, Objection, Objections};
use scrutineer_ballot::objection::{self, ObjectionError};
use scrutineer_ballot::signature::{self, KeyFingerprint, OBJECTION_NAMESPACE, SignatureError};
use scrutineer_protocol::hash::HexHash;
use thiserror::Error;

use super::ballot_id::{self, Drafts, IdError, Named};
use super::issue::{self, IssueError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::life::is;
use crate::store::{Error as StoreError, ObjectionRow, Tx, WriteTx};

/// Most objections of one observer to one result.
const MOST: usize = 20;

/// Why an objection is not taken.
#[derive(Debug, Error)]
pub enum ObjectError {
    /// Which ballot?
    #[error(transparent)]
    Id(#[from] IdError),
    /// Not yet.
    #[error("this ballot {0}; only to one whose count was opened can be objected")]
    NotYet(&'static str),
    /// For trying out only.
    #[error("this is a practice ballot: its result binds nobody, so nobody can object to it")]
    Practice,
    /// Too late.
    #[error("observers could object to this result until {0}; that is past")]
    Late(String),
    /// Not a text that can be taken.
    #[error(transparent)]
    Text(#[from] ObjectionError),
    /// The signature does not hold.
    #[error("the signature was not taken: {0}")]
    Signature(#[from] SignatureError),
    /// The same again.
    #[error("this very objection was filed already, as number {0}")]
    Filed(u32),
    /// Somebody else's words, or key.
    #[error("another observer has signed an objection with the key {0}; sign with a key of your own")]
    OtherKey(KeyFingerprint),
    /// Too many.
    #[error("you have filed {MOST} objections to this result, which is as many as one observer can")]
    TooMany,
    /// The certificate cannot be made again with it.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is objected to a result, for everybody.
///
/// # Errors
/// See [`ObjectError`].
pub async fn objections(app: &App, caller: Option<&Caller>, id: String) -> Result<Objections, ObjectError> {
    let drafts = Drafts::to(caller);
    app.store
        .read("objections", move |tx| {
            let named = ballot_id::find(tx, &id, drafts)?;
            let Window { until, first_line } = window(tx, &named)?;
            let objections = tx.objections(named.ballot.id)?.into_iter().map(objection).collect();
            Ok(Objections { until, first_line, objections })
        })
        .await
}

/// Files an objection, and puts it on the certificate if nobody has signed that yet.
///
/// # Errors
/// See [`ObjectError`]; then nothing has changed.
pub async fn file(
    app: &App,
    caller: &Caller,
    id: String,
    asked: NewObjection,
) -> Result<Objection, ObjectError> {
    let caller = caller.clone();
    app.store.write("object", move |tx| file_in(tx, &caller, &id, asked)).await
}

fn file_in(
    tx: &WriteTx<'_>,
    caller: &Caller,
    id: &str,
    asked: NewObjection,
) -> Result<Objection, ObjectError> {
    let named = ballot_id::find(tx, id, Drafts::to(Some(caller)))?;
    let Window { until, first_line } = window(tx, &named)?;
    if tx.now() >= until {
        return Err(ObjectError::Late(
            named
                .ballot
                .file()?
                .zone()
                .map_or_else(|_| format!("{until} seconds since 1970"), |zone| zone.sentence(until)),
        ));
    }
    objection::text_of(&asked.text, &first_line)?;
    let key = signature::key_in(&asked.signature)?;
    let fingerprint = KeyFingerprint::of(&key);
    signature::verify(OBJECTION_NAMESPACE, &asked.signature, asked.text.as_bytes(), &[fingerprint])?;
    let session = caller.session();
    let filed = tx.objections(named.ballot.id)?;
    // Whoever filed it: a certificate names every objection once, by its text.
    if let Some(same) = filed.iter().find(|row| row.text == asked.text) {
        return Err(ObjectError::Filed(same.number));
    }
    let mut by_others = filed.iter().filter(|row| row.member_no != session.member_no);
    if by_others.any(|row| row.fingerprint == fingerprint.to_string()) {
        return Err(ObjectError::OtherKey(fingerprint));
    }
    if filed.iter().filter(|row| row.member_no == session.member_no).count() >= MOST {
        return Err(ObjectError::TooMany);
    }
    let public_key = key.to_openssh().map_err(|_| SignatureError::KeyType)?;
    let row = ObjectionRow {
        number: filed.last().map_or(1, |last| last.number.saturating_add(1)),
        member_no: session.member_no.clone(),
        name: session.name.clone(),
        fingerprint: fingerprint.to_string(),
        public_key,
        text: asked.text,
        signature: asked.signature.trim().replace("\r\n", "\n") + "\n",
        filed_at: filed.last().map_or(tx.now(), |last| last.filed_at.max(tx.now())),
    };
    tx.add_objection(named.ballot.id, &row)?;
    let detail = serde_json::json!({
        "ballot": named.ballot.uuid.as_str(),
        "number": row.number,
        "key": row.fingerprint,
        "text_sha256": HexHash::of(row.text.as_bytes()).to_string(),
    });
    tx.audit(&caller.actor(), Deed::ResultObjectedTo, &detail)?;
    issue::remake(tx, &named.ballot)?;
    Ok(objection(row))
}

/// Until when, and with which first line, observers may object.
struct Window {
    until: i64,
    first_line: String,
}

fn window(tx: &Tx<'_>, named: &Named) -> Result<Window, ObjectError> {
    named.refuse_purged()?;
    let ballot = &named.ballot;
    if ballot.practice {
        return Err(ObjectError::Practice);
    }
    let tallied = match (ballot.state, ballot.tallied_at) {
        (BallotState::Tallied | BallotState::Certified, Some(tallied)) => tallied,
        (state, _) => return Err(ObjectError::NotYet(is(state))),
    };
    let file = ballot.file()?;
    let mut events = Vec::new();
    for one in tx.boxes_of(ballot.id)? {
        let head = tx.record_head(one.id)?.ok_or(IdError::NoBoxes)?;
        events.push(head.hash);
    }
    let first_line = objection::first_line(&ballot.uuid, &file.title, &events);
    Ok(Window { until: issue::objections_until(&file, tallied), first_line })
}

/// As it is given out.
pub(super) fn objection(row: ObjectionRow) -> Objection {
    let ObjectionRow { number, member_no, name, fingerprint, public_key, text, signature, filed_at } = row;
    Objection { number, member_no, name, key: fingerprint, public_key, filed_at, text, signature }
}
