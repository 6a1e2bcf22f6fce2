//! Making boards of tellers, and what people see of them.

use scrutineer_api::audit::Deed;
use scrutineer_api::board::{Board, BoardState, Boards, NewBoard, Teller, TellerStep};
use scrutineer_ballot::text::{TextError, line};
use scrutineer_protocol::trustee::pedersen::{Threshold, ThresholdError};
use thiserror::Error;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::store::{BoardRow, CeremonyStep, Error as StoreError, MemberId, TellerRow, Tx};

/// Most tellers of a board.
const MOST_TELLERS: usize = 20;
/// Most characters of a board's name.
const MOST_NAME: usize = 100;

/// Why a board was not made, or is not shown.
#[derive(Debug, Error)]
pub enum BoardError {
    /// The name cannot be taken.
    #[error("the name {0}")]
    Name(#[from] TextError),
    /// The word that means no board.
    #[error("the name \"server\" in a ballot file means that there is no board; choose another one")]
    Reserved,
    /// Not k of n as boards must be.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
    /// Too many.
    #[error("a board has at most {MOST_TELLERS} tellers")]
    TooMany,
    /// The same teller twice.
    #[error("member {0} is named twice; every seat needs a teller of its own")]
    Twice(String),
    /// Some are not on the roll.
    #[error("not on the roll: {}; tellers are named by their member numbers", .0.join(", "))]
    NoSuchMembers(Vec<String>),
    /// The name is taken.
    #[error("there is a board {0:?} already; choose a name that differs in more than its letter case")]
    Taken(String),
    /// There is none.
    #[error("there is no board {0:?}; names are compared letter by letter")]
    Unknown(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a board. Its tellers can begin their ceremony at once.
///
/// # Errors
/// See [`BoardError`].
pub async fn create(app: &App, caller: &Caller, asked: NewBoard) -> Result<Board, BoardError> {
    let name = line(&asked.name, MOST_NAME)?;
    if name.eq_ignore_ascii_case("server") {
        return Err(BoardError::Reserved);
    }
    let tellers: Vec<_> = asked.tellers.iter().map(|no| no.trim().to_owned()).collect();
    if tellers.len() > MOST_TELLERS {
        return Err(BoardError::TooMany);
    }
    let threshold = usize::try_from(asked.threshold).unwrap_or(usize::MAX);
    let threshold = Threshold::for_board(threshold, tellers.len())?;
    if let Some((_, twice)) = tellers.iter().enumerate().find(|(at, no)| tellers[..*at].contains(no)) {
        return Err(BoardError::Twice(twice.clone()));
    }
    let actor = caller.actor();
    app.store
        .write("create board", move |tx| {
            let lower = name.to_lowercase();
            if let Some(taken) = tx.boards()?.into_iter().find(|other| other.name.to_lowercase() == lower) {
                return Err(BoardError::Taken(taken.name));
            }
            let (mut members, mut unknown) = (Vec::new(), Vec::new());
            for no in &tellers {
                match tx.member(no)? {
                    Some(member) => members.push(member.id),
                    None => unknown.push(no.clone()),
                }
            }
            if !unknown.is_empty() {
                return Err(BoardError::NoSuchMembers(unknown));
            }
            tx.add_board(&name, threshold.needed(), &members)?;
            let detail =
                serde_json::json!({ "board": name, "tellers": tellers, "threshold": threshold.needed() });
            tx.audit(&actor, Deed::BoardCreated, &detail)?;
            let row = tx.board(&name)?.ok_or(BoardError::Unknown(name))?;
            Ok(shown(tx, &row, None)?)
        })
        .await
}

/// One board, as a member sees it.
///
/// # Errors
/// See [`BoardError`].
pub async fn one(app: &App, caller: &Caller, name: String) -> Result<Board, BoardError> {
    let viewer = caller.session().member;
    let board = app
        .store
        .read("show board", move |tx| {
            let row = tx.board(&name)?.ok_or(BoardError::Unknown(name))?;
            Ok::<_, BoardError>(shown(tx, &row, Some(viewer))?)
        })
        .await?;
    #[cfg(feature = "misbehave")]
    let board = super::misbehave::relay(app, &caller.session().member_no, board);
    Ok(board)
}

/// All boards, as a member sees them.
///
/// # Errors
/// See [`BoardError`].
pub async fn list(app: &App, caller: &Caller) -> Result<Boards, BoardError> {
    let viewer = caller.session().member;
    app.store
        .read("list boards", move |tx| {
            let rows = tx.boards()?;
            let boards = rows
                .iter()
                .map(|row| shown(tx, row, Some(viewer)))
                .collect::<Result<Vec<_>, StoreError>>()?;
            Ok(Boards { boards })
        })
        .await
}

/// A board as it is shown to a member: commitments to its own tellers alone, for whom they are.
pub(super) fn shown(tx: &Tx<'_>, row: &BoardRow, viewer: Option<MemberId>) -> Result<Board, StoreError> {
    let rows = tx.tellers(row.id)?;
    let sits = rows.iter().any(|teller| Some(teller.member) == viewer);
    let number = |n: usize| u32::try_from(n).map_err(|_| StoreError::Corrupt("a huge board".to_owned()));
    let tellers = rows
        .into_iter()
        .map(|teller| {
            let step = step_of(&teller);
            Ok(Teller {
                index: number(teller.seat)?,
                step,
                member_no: teller.member_no,
                name: teller.name,
                certificate: teller.certificate,
                commitment: teller.commitment.filter(|_| sits),
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Board {
        name: row.name.clone(),
        threshold: number(row.threshold)?,
        state: if row.parameters.is_some() { BoardState::Ready } else { BoardState::Forming },
        tellers,
        parameters: row.parameters.clone(),
    })
}

fn step_of(teller: &TellerRow) -> TellerStep {
    let steps = [
        (CeremonyStep::Key, TellerStep::Key),
        (CeremonyStep::Parts, TellerStep::Parts),
        (CeremonyStep::Commitment, TellerStep::Commitment),
        (CeremonyStep::Certificate, TellerStep::Certificate),
    ];
    let taken = steps.into_iter().find(|(step, _)| teller.message(*step).is_some());
    taken.map_or(TellerStep::Invited, |(_, shown)| shown)
}
