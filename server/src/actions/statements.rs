//! What tellers state about a ballot: before opening that they have checked it, before the count which sealed count they see
//! (design section 3). A statement is signed with the key of the teller's certificate; one that says something else than the
//! record is refused, and everybody can read in the audit log that it came.

use scrutineer_api::audit::Deed;
use scrutineer_api::ballot::{BallotState, NewStatement};
use scrutineer_ballot::description::CountOpener;
use scrutineer_ballot::teller::{CHECK, CLOSING, check_statement, closing_statement};
use scrutineer_protocol::ParseError;
use scrutineer_protocol::Point;
use scrutineer_protocol::event::EventKind;
use scrutineer_protocol::trustee::ThresholdParameters;
use scrutineer_protocol::trustee::pedersen::PedersenError;
use scrutineer_protocol::trustee::pki::SignedMessage;
use thiserror::Error;

use super::ballot_id::{self, Drafts, IdError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::elections::Elections;
use crate::store::{BallotRow, BoxRow, Error as StoreError, StatementKind, Tx};

/// Why a statement was not taken.
#[derive(Debug, Error)]
pub enum StatementError {
    /// Which ballot, which box?
    #[error(transparent)]
    Id(#[from] IdError),
    /// No board.
    #[error("this ballot has no board of tellers: the server opens its count alone")]
    NoBoard,
    /// Not the caller's board.
    #[error("you are not a teller of this ballot's board")]
    NotATeller,
    /// Not in this state.
    #[error("{0}")]
    NotNow(&'static str),
    /// The message cannot be read.
    #[error("your statement cannot be read: {0}")]
    Unreadable(#[from] ParseError),
    /// Not signed with the seat's key, or another kind of statement.
    #[error(
        "your statement is not signed with the key of your seat, or is a statement of another kind; use the key file (or \
         the paper) of this very board"
    )]
    Signature,
    /// It says something else than the record.
    #[error(
        "your statement says {said:?}, but the record says {record:?}: you and the server do not see the same. Do not go \
         on; speak with the other tellers. That your statement came is in the audit log"
    )]
    Differs {
        /// What the teller says.
        said: String,
        /// What the record says.
        record: String,
    },
    /// The board's parameters do not hold any more.
    #[error("the board's keys do not read back: {0}")]
    Board(#[from] PedersenError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who speaks about what, and what there is to say.
struct Claim {
    ballot: BallotRow,
    one: BoxRow,
    seat: usize,
    key: Point,
    /// What a true statement says.
    text: String,
}

/// Takes a teller's statement. A second one of the same teller changes nothing.
///
/// # Errors
/// See [`StatementError`].
pub async fn take(
    app: &App,
    caller: &Caller,
    id: String,
    kind: StatementKind,
    asked: NewStatement,
) -> Result<(), StatementError> {
    let signed = SignedMessage::parse(asked.statement.as_bytes())?;
    let elections = std::sync::Arc::clone(&app.elections);
    let (caller, statement) = (caller.clone(), asked.statement);
    let differs = app
        .store
        .write("teller's statement", move |tx| {
            let claim = claim(tx, &caller, &id, asked.box_name.as_deref(), kind, &elections)?;
            let (domain, stated, differed) = match kind {
                StatementKind::Check => (CHECK, Deed::TellerChecked, Deed::TellerCheckDiffers),
                StatementKind::Closing => (CLOSING, Deed::TellerConfirmedCount, Deed::TellerCountDiffers),
            };
            let said = signed.statement(&claim.key, domain).map_err(|_| StatementError::Signature)?;
            let mut detail = serde_json::json!({
                "ballot": claim.ballot.uuid, "box": claim.one.name, "seat": claim.seat, "says": said,
            });
            if said != claim.text {
                detail["record_says"] = claim.text.clone().into();
                tx.audit(&caller.actor(), differed, &detail)?;
                return Ok(Some((said.to_owned(), claim.text)));
            }
            if tx.add_statement(claim.one.id, kind, claim.seat, &statement)? {
                tx.audit(&caller.actor(), stated, &detail)?;
            }
            Ok::<_, StatementError>(None)
        })
        .await?;
    match differs {
        Some((said, record)) => Err(StatementError::Differs { said, record }),
        None => Ok(()),
    }
}

fn claim(
    tx: &Tx<'_>,
    caller: &Caller,
    id: &str,
    box_name: Option<&str>,
    kind: StatementKind,
    elections: &Elections,
) -> Result<Claim, StatementError> {
    let named = ballot_id::find(tx, id, Drafts::to(Some(caller)))?;
    let one = named.the_box(tx, box_name)?;
    let ballot = named.ballot;
    let board = ballot.board.ok_or(StatementError::NoBoard)?;
    let seat = tx.seat_of(board, caller.session().member)?.ok_or(StatementError::NotATeller)?;
    tx.record_head(one.id)?.ok_or(IdError::NoRecord)?;
    let election = elections.of(tx, one.id)?;
    let text = match (kind, ballot.state) {
        (StatementKind::Check, BallotState::Frozen | BallotState::Open) => {
            let CountOpener::Board(board) = &election.line.tellers else {
                return Err(StatementError::NoBoard);
            };
            check_statement(&election.election.fingerprint().to_string(), &board.to_string())
        }
        (StatementKind::Check, _) => {
            return Err(StatementError::NotNow(
                "a ballot is checked while it is frozen, or open at the latest",
            ));
        }
        (StatementKind::Closing, BallotState::Closed) => {
            let event = tx.last_event_of(one.id, EventKind::EncryptedTally)?;
            let event =
                event.ok_or_else(|| StoreError::Corrupt("a closed box without its sum".to_owned()))?;
            closing_statement(election.election.uuid().as_str(), &event.hash.to_string())
        }
        (StatementKind::Closing, BallotState::Frozen | BallotState::Open) => {
            return Err(StatementError::NotNow(
                "the ballot is not closed yet, so there is no count to state",
            ));
        }
        (StatementKind::Closing, _) => {
            return Err(StatementError::NotNow("this ballot waits for no more statements about its count"));
        }
    };
    let row = tx.board_row(board)?;
    let parameters = row.parameters.unwrap_or_default();
    let certificates = ThresholdParameters::parse(parameters.as_bytes())?.certificates()?;
    let key = certificates.keys_of(seat)?.verification;
    Ok(Claim { ballot, one, seat, key, text })
}
