//! What officers and observers see of a ballot, and of the union, while others run it. A delegate who runs a ballot sees
//! of it what says nothing about single members.

use scrutineer_api::audit::AuditEntry;
use scrutineer_api::ballot::{BallotState, Ballots};
use scrutineer_api::board::{Board, BoardState};
use scrutineer_api::role::Role;
use scrutineer_ballot::file::Tellers;
use thiserror::Error;

use super::ballot_deed::{BallotRefusal, may_run};
use super::ballot_id::{self, Drafts, IdError};
use super::create_board;
use super::show::{self, ShowError, Shown};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::store::{AuditRow, BallotRow, Error as StoreError, ParticipantRow, ProposalRow, SignatureRow, Tx};

/// Entries of the log on a page.
pub const PAGE: u16 = 50;
/// The most entries that a ballot's page shows.
pub const MOST: u16 = 400;

/// Why nothing is shown.
#[derive(Debug, Error)]
pub enum WatchError {
    /// Which ballot?
    #[error(transparent)]
    Id(#[from] IdError),
    /// Not a delegate's own ballot.
    #[error(transparent)]
    Refusal(#[from] BallotRefusal),
    /// The ballot cannot be shown.
    #[error(transparent)]
    Show(#[from] ShowError),
    /// Only once voting has ended, and not of every ballot.
    #[error("who has voted is shown once voting has ended; this is not so, or the ballot was cancelled")]
    NoList,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A ballot as those see it who watch it.
#[derive(Clone, Debug)]
pub struct Watched {
    /// What everybody sees.
    pub shown: Shown,
    /// Its board; before freezing the one that its file names, if there is one of that name.
    pub board: Option<Board>,
    /// The signatures of its newest certificate.
    pub signatures: Vec<SignatureRow>,
    /// How many are needed; from freezing on.
    pub needed: Option<u64>,
    /// The number of its newest certificate.
    pub certificate: Option<u32>,
    /// Proposals about it that wait.
    pub proposals: Vec<ProposalRow>,
    /// For officers and observers.
    pub inside: Option<Inside>,
}

/// What officers and observers see of a ballot besides.
#[derive(Clone, Debug)]
pub struct Inside {
    /// What the log says about it, oldest first.
    pub entries: Vec<AuditEntry>,
    /// Whether the log says more than that.
    pub more: bool,
    /// Who voted, by name, once voting has ended.
    pub voted: Option<Vec<ParticipantRow>>,
}

/// The union as those see it who watch it.
#[derive(Clone, Debug)]
pub struct Union {
    /// All ballots.
    pub ballots: Ballots,
    /// The boards that are still making their key.
    pub forming: Vec<Board>,
    /// All proposals that wait.
    pub proposals: Vec<ProposalRow>,
    /// A page of the log, newest first.
    pub entries: Vec<AuditEntry>,
    /// Number of the newest entry of all.
    pub head_seq: i64,
    /// Its hash, hex.
    pub head_hash: String,
    /// This page, from 1, the newest.
    pub page: u64,
    /// How many pages there are.
    pub pages: u64,
}

/// Whether somebody reads the log and the lists of who voted.
fn reads_all(caller: &Caller) -> bool {
    caller.has(Role::Officer) || caller.has(Role::Observer)
}

/// A ballot.
///
/// # Errors
/// See [`WatchError`].
pub async fn ballot(app: &App, caller: &Caller, id: String) -> Result<Watched, WatchError> {
    let shown = show::whole(app, Some(caller), id).await?;
    if !reads_all(caller) {
        may_run(caller, &shown.file)?;
    }
    let (caller, uuid) = (caller.clone(), shown.ballot.id.clone());
    let elections = std::sync::Arc::clone(&app.elections);
    app.store
        .read("watch ballot", move |tx| {
            let row = ballot_id::find(tx, &uuid, Drafts::to(Some(&caller)))?.ballot;
            let certificate = tx.certificates(row.id)?.last().map(|newest| newest.number);
            let needed = match tx.boxes_of(row.id)?.first() {
                Some(one) => Some(u64::from(elections.of(tx, one.id)?.line.officers.needed)),
                None => None,
            };
            let mut proposals = tx.waiting_proposals()?;
            proposals.retain(|proposal| proposal.ballot == Some(row.id));
            Ok(Watched {
                board: board(tx, &shown, &row)?,
                signatures: match certificate {
                    Some(number) => tx.certificate_signatures(row.id, number)?,
                    None => Vec::new(),
                },
                needed,
                certificate,
                proposals,
                inside: if reads_all(&caller) { Some(inside(tx, &row)?) } else { None },
                shown,
            })
        })
        .await
}

fn board(tx: &Tx<'_>, shown: &Shown, row: &BallotRow) -> Result<Option<Board>, StoreError> {
    let board = match (row.board, &shown.file.tellers) {
        (Some(id), _) => Some(tx.board_row(id)?),
        (None, Tellers::Board(name)) => tx.board(name)?,
        (None, Tellers::Server) => None,
    };
    board.map(|board| create_board::shown(tx, &board, None)).transpose()
}

fn inside(tx: &Tx<'_>, row: &BallotRow) -> Result<Inside, StoreError> {
    let mut rows = tx.audit_about(row.uuid.as_str(), 0, MOST + 1)?;
    let more = rows.len() > usize::from(MOST);
    rows.truncate(usize::from(MOST));
    let entries = rows.into_iter().map(AuditRow::into_entry).collect::<Result<_, _>>()?;
    Ok(Inside { entries, more, voted: voted(tx, row)? })
}

/// Who voted, by name and member number, once voting has ended in an orderly way.
fn voted(tx: &Tx<'_>, row: &BallotRow) -> Result<Option<Vec<ParticipantRow>>, StoreError> {
    if !matches!(row.state, BallotState::Closed | BallotState::Tallied | BallotState::Certified) {
        return Ok(None);
    }
    let mut voted = Vec::new();
    for one in tx.boxes_of(row.id)? {
        voted.extend(tx.participants(one.id)?);
    }
    voted.sort_unstable();
    Ok(Some(voted))
}

/// The list of who voted, and the ballot's identifier.
///
/// # Errors
/// See [`WatchError`].
pub async fn who_voted(
    app: &App,
    caller: &Caller,
    id: String,
) -> Result<(String, Vec<ParticipantRow>), WatchError> {
    let drafts = Drafts::to(Some(caller));
    app.store
        .read("who voted", move |tx| {
            let row = ballot_id::find(tx, &id, drafts)?.ballot;
            let voted = voted(tx, &row)?.ok_or(WatchError::NoList)?;
            Ok((row.uuid.to_string(), voted))
        })
        .await
}

/// The union, and a page of its log.
///
/// # Errors
/// See [`WatchError`].
pub async fn union(app: &App, caller: &Caller, page: u64) -> Result<Union, WatchError> {
    let ballots = show::list(app, Some(caller)).await?;
    app.store
        .read("watch", move |tx| {
            let mut forming = Vec::new();
            for row in tx.boards()? {
                let board = create_board::shown(tx, &row, None)?;
                forming.extend((board.state == BoardState::Forming).then_some(board));
            }
            let head = tx.audit_head()?;
            let entries = u64::try_from(head.seq).unwrap_or_default();
            let pages = entries.div_ceil(u64::from(PAGE)).max(1);
            let page = page.clamp(1, pages);
            // The newest first: from the end, so many pages back.
            let until = head.seq - i64::try_from((page - 1) * u64::from(PAGE)).unwrap_or(head.seq);
            let after = (until - i64::from(PAGE)).max(0);
            let count = u16::try_from(until - after).unwrap_or(PAGE);
            let rows = tx.audit_after(after, count)?;
            let mut entries = rows.into_iter().map(AuditRow::into_entry).collect::<Result<Vec<_>, _>>()?;
            entries.reverse();
            Ok(Union {
                ballots,
                forming,
                proposals: tx.waiting_proposals()?,
                entries,
                head_seq: head.seq,
                head_hash: hex::encode(head.hash),
                page,
                pages,
            })
        })
        .await
}
