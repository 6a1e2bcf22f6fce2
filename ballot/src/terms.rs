//! What a record of ours fixed before the first vote: its description line, checked against everything on the record
//! that the line speaks of (design section 7).

use scrutineer_protocol::election::Election;
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::trustee::pedersen::Threshold;
use scrutineer_protocol::trustee::{ThresholdParameters, TrusteeItem, Trustees};
use scrutineer_protocol::verify::Report;

use crate::description::{CountOpener, DescriptionLine};
use crate::outcome::{OutcomeError, line_of};

/// The terms of a ballot as its record shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The description line.
    pub line: DescriptionLine,
    /// The board that opens the count together with the server; none where the server does alone.
    pub board: Option<BoardOnRecord>,
}

/// A board of tellers among the trustees of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoardOnRecord {
    /// SHA-256 over its certificates: what its tellers compared, as twelve words.
    pub fingerprint: HexHash,
    /// Tellers needed to open a count.
    pub threshold: u32,
    /// Tellers of the board.
    pub size: u32,
}

impl Terms {
    /// Reads the terms off a record, complete or not. That the record verifies is for the caller to see.
    ///
    /// # Errors
    /// The record is not ours ([`OutcomeError::NotOurs`]), its election could not be read, or its description line does
    /// not fit what stands on it: questions, credentials, trustees.
    pub fn of(report: &Report) -> Result<Self, OutcomeError> {
        let election = report.election.as_ref().ok_or(OutcomeError::NotVerified)?;
        Self::of_setup(election, report.trustees.as_ref(), report.voters, report.weighted)
    }

    /// The same from what a record begins with: its election, its trustees, how many credentials it has, and whether they
    /// have weights.
    ///
    /// # Errors
    /// As [`Terms::of`].
    pub fn of_setup(
        election: &Election,
        trustees: Option<&Trustees>,
        credentials: u64,
        weighted: bool,
    ) -> Result<Self, OutcomeError> {
        let line = line_of(election, credentials)?;
        if weighted {
            return misfit("the record gives voting codes weights, which a ballot of ours never has");
        }
        let Some(trustees) = trustees else {
            return misfit("the trustees on the record cannot be read");
        };
        let board = board_of(&line, trustees)?;
        Ok(Self { line, board })
    }
}

fn misfit<T>(why: impl Into<String>) -> Result<T, OutcomeError> {
    Err(OutcomeError::Misfit(why.into()))
}

/// The trustees must be the server's key and, where the line names a board, that board: nobody besides (design section 6).
fn board_of(line: &DescriptionLine, trustees: &Trustees) -> Result<Option<BoardOnRecord>, OutcomeError> {
    match (line.tellers, trustees.items()) {
        (CountOpener::Server, [TrusteeItem::Single(_)]) => Ok(None),
        (CountOpener::Server, _) => {
            misfit("it says that the server opens the count alone, but the trustees are others")
        }
        (CountOpener::Board(named), [TrusteeItem::Single(_), TrusteeItem::Pedersen(board)]) => {
            board_on_record(named, board).map(Some)
        }
        (CountOpener::Board(_), _) => {
            misfit("it names a board of tellers, but the trustees are not a key of the server and one board")
        }
    }
}

fn board_on_record(named: HexHash, board: &ThresholdParameters) -> Result<BoardOnRecord, OutcomeError> {
    let certificates = match board.certificates() {
        Ok(certificates) => certificates,
        Err(error) => return misfit(format!("the board's certificates do not hold: {error}")),
    };
    let fingerprint = HexHash::from_digest(certificates.fingerprint());
    if fingerprint != named {
        return misfit(format!("it names the board {named}, but the trustees are the board {fingerprint}"));
    }
    let (needed, size) = (certificates.threshold().needed(), certificates.threshold().size());
    if let Err(error) = Threshold::for_board(needed, size) {
        return misfit(error.to_string());
    }
    let number = |n| u32::try_from(n).map_err(|_| OutcomeError::Misfit("the board is too large".to_owned()));
    Ok(BoardOnRecord { fingerprint, threshold: number(needed)?, size: number(size)? })
}
