//! A teller's share of a count: checked, kept, and with the last one that is needed the count is opened.

use std::sync::Arc;

use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::BallotState;
use scrutineer_api::count::NewDecryption;
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::tally::{
    BoundShare, DecryptionError, EncryptedTally, PartialDecryption, SharesError,
};
use scrutineer_protocol::{ParseError, json};
use thiserror::Error;

use super::ballot_id::{self, Drafts, IdError};
use super::tally::{self, OpeningError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::life::is;
use crate::elections::BoxElection;
use crate::proofs::ProofsError;
use crate::store::{BallotId, BoxId, Error as StoreError, ShareRow, StatementKind, Tx};

/// Why a share was not taken.
#[derive(Debug, Error)]
pub enum DecryptError {
    /// Which ballot, which box?
    #[error(transparent)]
    Id(#[from] IdError),
    /// There is no sealed count to open.
    #[error("this ballot {0}; shares are taken once voting has ended, until the count is open")]
    NotNow(&'static str),
    /// The server opens it alone.
    #[error("the count of this ballot is opened by the server alone; there are no tellers' shares in it")]
    NoBoard,
    /// Not one of the board.
    #[error("you are not one of the tellers of this ballot's board")]
    NotATeller,
    /// Too few have said which count they see.
    #[error(
        "{needed} tellers must first compare and sign which sealed count they see, and {signed} have; compare its words \
         with another teller and run `scrutineer tellers decrypt` again"
    )]
    TooFewClosings {
        /// The threshold.
        needed: usize,
        /// Those who have.
        signed: usize,
    },
    /// The caller has not said so.
    #[error(
        "you have not signed which sealed count you see; run `scrutineer tellers decrypt` to compare and sign"
    )]
    NoClosing,
    /// Not the texts that belong here.
    #[error("the share cannot be read: {0}")]
    Text(#[from] ParseError),
    /// Somebody else's, or of another trustee.
    #[error(
        "the share is not that of your seat: its proofs are for trustee {found}, and you are trustee {expected}"
    )]
    Owner {
        /// The caller's number on the record.
        expected: usize,
        /// The one in the share.
        found: usize,
    },
    /// It does not hold.
    #[error("the share does not hold for the sealed count of this ballot: {0}")]
    Share(#[from] DecryptionError),
    /// Its bound proofs do not hold.
    #[error("the share does not hold for the sealed count of this ballot: {0}")]
    Bound(#[from] SharesError),
    /// The checks were not made.
    #[error(transparent)]
    Proofs(#[from] ProofsError),
    /// The sealed count cannot be read.
    #[error(transparent)]
    Count(#[from] OpeningError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a share is checked against.
struct Against {
    ballot: BallotId,
    box_id: BoxId,
    election: Arc<BoxElection>,
    tally: EncryptedTally,
    /// The event that holds the sealed count.
    event: HexHash,
    /// The caller's number on the record.
    owner: usize,
}

/// Takes the caller's share of a count. A share of a caller whose share is there already changes nothing. Gives the ballot,
/// whose count may now be ready to be opened ([`tally::open_if_ready`]).
///
/// # Errors
/// See [`DecryptError`]; then nothing has changed.
pub async fn take(
    app: &App,
    caller: &Caller,
    id: String,
    asked: NewDecryption,
) -> Result<BallotId, DecryptError> {
    let (elections, asker) = (Arc::clone(&app.elections), caller.clone());
    let NewDecryption { box_name, partial_decryption, bound_proofs } = asked;
    let against = app
        .store
        .read("share: look", move |tx| {
            let named = ballot_id::find(tx, &id, Drafts::to(Some(&asker)))?;
            let owner = may_share(tx, &named, &asker)?;
            let the_box = named.the_box(tx, box_name.as_deref())?;
            let election = elections.of(tx, the_box.id)?;
            closings_agree(tx, the_box.id, tally::needed(&election.trustees), owner)?;
            let head = tx.record_head(the_box.id)?.ok_or(IdError::NoBoxes)?;
            let tally = tally::sealed_count(tx, &head, &the_box)?.tally;
            let (ballot, box_id, event) = (named.ballot.id, the_box.id, head.hash);
            Ok::<_, DecryptError>(Against { ballot, box_id, election, tally, event, owner })
        })
        .await?;
    let (ballot, box_id, event) = (against.ballot, against.box_id, against.event);
    let row = app.proofs.run(move || check(&against, partial_decryption, bound_proofs)).await??;
    let actor = caller.actor();
    app.store
        .write("share", move |tx| {
            let now = tx.ballot(ballot)?;
            let head = tx.record_head(box_id)?;
            if now.state != BallotState::Closed || head.is_none_or(|head| head.hash != event) {
                return Err(DecryptError::NotNow(is(now.state)));
            }
            if tx.add_share(box_id, &row)? {
                let (uuid, name) = (now.uuid.as_str(), tx.box_row(box_id)?.name);
                let detail = serde_json::json!({ "ballot": uuid, "box": name, "seat": seat(row.owner) });
                tx.audit(&actor, Deed::ShareTaken, &detail)?;
            }
            Ok(ballot)
        })
        .await
}

/// The seat on the board of a trustee of a record: the server is the first trustee.
const fn seat(owner: u64) -> u64 {
    owner.saturating_sub(1)
}

/// The caller's number on the record, if the caller sits on the ballot's board and shares are taken now.
fn may_share(tx: &Tx<'_>, named: &ballot_id::Named, caller: &Caller) -> Result<usize, DecryptError> {
    let state = named.ballot.state;
    if matches!(state, BallotState::Draft | BallotState::Cancelled) {
        return Err(DecryptError::NotNow(is(state)));
    }
    let board = named.ballot.board.ok_or(DecryptError::NoBoard)?;
    let seat = tx.seat_of(board, caller.session().member)?.ok_or(DecryptError::NotATeller)?;
    if state != BallotState::Closed {
        return Err(DecryptError::NotNow(is(state)));
    }
    Ok(seat.saturating_add(tally::SERVER))
}

/// Whether enough tellers, the caller among them, have signed which sealed count they see. A statement is kept only if it
/// names the event that is there.
fn closings_agree(tx: &Tx<'_>, id: BoxId, needed: usize, owner: usize) -> Result<(), DecryptError> {
    let closings = tx.statements(id, StatementKind::Closing)?;
    if !closings.iter().any(|closing| closing.seat.saturating_add(tally::SERVER) == owner) {
        return Err(DecryptError::NoClosing);
    }
    if closings.len() < needed {
        return Err(DecryptError::TooFewClosings { needed, signed: closings.len() });
    }
    Ok(())
}

/// Reads a share strictly and checks its proofs.
fn check(against: &Against, partial: String, bound: String) -> Result<ShareRow, DecryptError> {
    let read = PartialDecryption::parse(partial.as_bytes())?;
    let proofs: BoundShare = json::parse("bound share", bound.as_bytes())?;
    let Against { election, tally, owner, .. } = against;
    if proofs.owner != *owner {
        return Err(DecryptError::Owner { expected: *owner, found: proofs.owner });
    }
    let fingerprint = election.election.fingerprint();
    let member = election.trustees.member(*owner).ok_or(DecryptError::NotATeller)?;
    read.verify(fingerprint, tally, &member.key.public_key)?;
    proofs.verify(fingerprint, tally, &election.trustees, &read)?;
    let owner = u64::try_from(*owner).unwrap_or(u64::MAX);
    Ok(ShareRow { owner, partial_decryption: partial, bound })
}
