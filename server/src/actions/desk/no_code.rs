//! Members who say that they have no code.
//!
//! Everybody is answered alike and at once: one row is written whatever was typed, by the same queries. The schedule looks at
//! the rows later, and where all is well it sends a permit to the address that was frozen; with that the member gets another
//! code (`again.rs`). So whoever asks for somebody else learns nothing, and voids nothing.

use std::net::IpAddr;

use rand_core::Rng;
use scrutineer_api::ballot::BallotState;
use scrutineer_api::secret::Secret;
use scrutineer_ballot::file::Codes;
use scrutineer_ballot::roll::MemberNo;
use scrutineer_letters::{Address, Kind};
use subtle::ConstantTimeEq;
use thiserror::Error;

use super::super::ballot_id::{self, Drafts, IdError};
use super::super::proposals::Means;
use super::super::reissue::ReissueError;
use super::super::sign_in::guess_key;
use super::way::{self, Way};
use crate::app::App;
use crate::auth::guesses::Wait;
use crate::store::{
    BallotId, BallotRow, BoxRow, CodeRequestRow, Error as StoreError, LetterId, MemberId, NewLetter, Tx,
    WriteTx,
};

/// For how long a permit may be used, and no other is sent; in seconds.
pub const PERMIT_LIFETIME: i64 = 24 * 60 * 60;
/// The most requests that wait; more are answered alike and forgotten.
const MOST_WAITING: u64 = 10_000;
/// How many are looked at in one tick.
const BATCH: u32 = 100;

/// Why nothing was asked.
#[derive(Debug, Error)]
pub enum NoCodeError {
    /// Which ballot?
    #[error(transparent)]
    Id(#[from] IdError),
    /// No codes yet, or no more.
    #[error("voting codes are replaced only before and while the ballot is open")]
    NotNow,
    /// Only people can help.
    #[error("codes of this ballot are not replaced on this page; ask {0}")]
    Ask(String),
    /// Too often.
    #[error("this was asked too often; try again in {0} seconds")]
    Wait(u64),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Wait> for NoCodeError {
    fn from(Wait(seconds): Wait) -> Self {
        Self::Wait(seconds)
    }
}

/// What somebody types.
pub struct NoCode {
    /// The ballot.
    pub ballot: String,
    /// The number of the member who has no code.
    pub member_no: String,
    /// What only the member knows, if anything was typed.
    pub fact: Secret,
}

/// A ballot in which somebody may have no code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whom to ask.
    pub contact: String,
    /// Whether codes are replaced on the page; else by people only.
    pub by_page: bool,
}

/// What the page offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// The ballots that are frozen or open, the newest first.
    pub ballots: Vec<Choice>,
    /// Whether the roll has what only members know.
    pub asks_fact: bool,
}

/// What the page offers, to everybody alike.
///
/// # Errors
/// The database's.
pub async fn offer(app: &App) -> Result<Offer, StoreError> {
    let mail = app.settings.mail.is_some();
    app.store
        .read("no code: offer", move |tx| {
            let mut ballots = Vec::new();
            for row in tx.ballots()? {
                if has_codes(row.state) {
                    let file = row.file()?;
                    let by_page = mail && file.codes == Codes::Server;
                    let (title, contact) = (file.title, file.contact);
                    ballots.push(Choice { id: row.uuid.to_string(), title, contact, by_page });
                }
            }
            Ok(Offer { ballots, asks_fact: tx.roll_has_facts()? })
        })
        .await
}

const fn has_codes(state: BallotState) -> bool {
    matches!(state, BallotState::Frozen | BallotState::Open)
}

/// The ballot, if its codes are replaced on the page.
pub(super) fn find(tx: &Tx<'_>, mail: bool, typed: &str) -> Result<BallotRow, NoCodeError> {
    let ballot = ballot_id::find(tx, typed, Drafts::Hidden)?.ballot;
    if !has_codes(ballot.state) {
        return Err(NoCodeError::NotNow);
    }
    let file = ballot.file()?;
    if !mail || file.codes != Codes::Server {
        return Err(NoCodeError::Ask(file.contact));
    }
    Ok(ballot)
}

/// Takes note of what somebody typed.
///
/// # Errors
/// See [`NoCodeError`]; none says anything about the member.
pub async fn ask(app: &App, from: IpAddr, asked: NoCode) -> Result<(), NoCodeError> {
    let NoCode { ballot, member_no, fact } = asked;
    // Counted and never taken back: right or wrong, nobody may ask again and again.
    drop(app.code_requests.begin(&guess_key("no code", &member_no), from, app.clock.now())?);
    let member_no = MemberNo::parse(&member_no).map_or_else(|_| "?".to_owned(), |no| no.to_string());
    let fact_hash = app.fact_key.hash(&member_no, fact.expose());
    let mut slot = [0; 16];
    app.entropy.rng().fill_bytes(&mut slot);
    let mail = app.settings.mail.is_some();
    app.store
        .write("no code: ask", move |tx| {
            let ballot = find(tx, mail, &ballot)?.id;
            if tx.count_code_requests()? < MOST_WAITING {
                tx.add_code_request(&CodeRequestRow { slot, ballot, member_no, fact_hash })?;
            }
            Ok(())
        })
        .await
}

/// Looks at what was asked, and sends permits where all is well.
///
/// # Errors
/// The database's; the ballot's key cannot be read.
pub(super) async fn look(app: &App) -> Result<(), ReissueError> {
    let (means, mut rng) = (Means::of(app), app.entropy.rng());
    let waiting: Result<_, StoreError> =
        app.store.read("no code: waiting", |tx| tx.code_requests(BATCH)).await;
    let asked = waiting?.into_iter().map(|request| {
        let mut letter: LetterId = [0; 16];
        rng.fill_bytes(&mut letter);
        (request, letter, app.letter_key.permit(&letter).hash())
    });
    let asked: Vec<_> = asked.collect();
    if asked.is_empty() {
        return Ok(());
    }
    app.store
        .write("no code: look", move |tx| {
            for (request, letter, hash) in &asked {
                tx.remove_code_request(&request.slot)?;
                if let Some(entitled) = entitled(tx, &means, request)? {
                    permit(tx, request.ballot, &entitled, letter, hash)?;
                }
            }
            Ok(())
        })
        .await
}

/// A member who gets a permit.
struct Entitled {
    member: MemberId,
    address: Address,
}

fn entitled(tx: &Tx<'_>, means: &Means, request: &CodeRequestRow) -> Result<Option<Entitled>, ReissueError> {
    let ballot = tx.ballot(request.ballot)?;
    let Some((own, voted)) = tx.box_of_member(ballot.id, &request.member_no)? else { return Ok(None) };
    let Some(row) = tx.reach(&request.member_no)? else { return Ok(None) };
    let knows = row.fact_hash.is_none_or(|fact| bool::from(fact.ct_eq(&request.fact_hash)));
    let permitted = tx.code_permit(ballot.id, row.id)?.is_some_and(|permit| tx.now() < permit.expires_at);
    if !has_codes(ballot.state) || !knows || permitted || voted || !spares_left(tx, &own)? {
        return Ok(None);
    }
    Ok(match way::of(tx, means, &ballot, &request.member_no)? {
        Way::Email(address) => Some(Entitled { member: row.id, address }),
        Way::Hand | Way::Registrar => None,
    })
}

/// Whether a box has a spare that may go this way: half of them stay for the desk.
///
/// # Errors
/// The database's.
pub(super) fn spares_left(tx: &Tx<'_>, own: &BoxRow) -> Result<bool, StoreError> {
    Ok(own.own_reissues < own.spares / 2 && tx.count_spares(own.id)? > 0)
}

fn permit(
    tx: &WriteTx<'_>,
    ballot: BallotId,
    Entitled { member, address }: &Entitled,
    letter: &LetterId,
    hash: &[u8; 32],
) -> Result<(), StoreError> {
    tx.put_code_permit(ballot, *member, hash, tx.now() + PERMIT_LIFETIME)?;
    tx.queue_letter(&NewLetter {
        id: *letter,
        run: None,
        ballot: Some(ballot),
        member: *member,
        kind: Kind::CodeAsked,
        address: address.as_str(),
        due_at: tx.now(),
        code: false,
    })
}
