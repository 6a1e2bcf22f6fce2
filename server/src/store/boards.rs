//! Tables `board` and `teller`: boards of tellers and the messages of their ceremonies.

use rusqlite::{Row, params};

use super::accounts::MemberId;
use super::error::Error;
use super::ids::BoardId;
use super::tx::{Tx, WriteTx};

/// A board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardRow {
    /// The database's number.
    pub id: BoardId,
    /// Its name.
    pub name: String,
    /// Tellers needed to open a count.
    pub threshold: usize,
    /// The outcome of the ceremony, once there is one.
    pub parameters: Option<String>,
}

/// A seat of a board with its messages so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TellerRow {
    /// The seat, from 1.
    pub seat: usize,
    /// Who sits there.
    pub member: MemberId,
    /// Number on the roll.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// Round 1.
    pub certificate: Option<String>,
    /// Round 2, first part.
    pub commitment: Option<String>,
    /// Round 2.
    pub parts: Option<String>,
    /// Round 3.
    pub key_message: Option<String>,
}

/// A message of the ceremony, in the order in which a teller sends them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CeremonyStep {
    /// Round 1.
    Certificate,
    /// Round 2, first part.
    Commitment,
    /// Round 2.
    Parts,
    /// Round 3.
    Key,
}

impl TellerRow {
    /// The teller's message of a step, if it was sent.
    #[must_use]
    pub fn message(&self, step: CeremonyStep) -> Option<&str> {
        match step {
            CeremonyStep::Certificate => self.certificate.as_deref(),
            CeremonyStep::Commitment => self.commitment.as_deref(),
            CeremonyStep::Parts => self.parts.as_deref(),
            CeremonyStep::Key => self.key_message.as_deref(),
        }
    }
}

fn seat_from_sql(seat: i64) -> usize {
    // CHECK (seat > 0); boards have few seats.
    usize::try_from(seat).unwrap_or(0)
}

fn seat_to_sql(seat: usize) -> i64 {
    i64::try_from(seat).unwrap_or(i64::MAX)
}

fn board(row: &Row<'_>) -> rusqlite::Result<BoardRow> {
    Ok(BoardRow {
        id: row.get(0)?,
        name: row.get(1)?,
        threshold: seat_from_sql(row.get(2)?),
        parameters: row.get(3)?,
    })
}

fn teller(row: &Row<'_>) -> rusqlite::Result<TellerRow> {
    Ok(TellerRow {
        seat: seat_from_sql(row.get(0)?),
        member: MemberId(row.get(1)?),
        member_no: row.get(2)?,
        name: row.get(3)?,
        certificate: row.get(4)?,
        commitment: row.get(5)?,
        parts: row.get(6)?,
        key_message: row.get(7)?,
    })
}

impl Tx<'_> {
    /// The board with this name.
    ///
    /// # Errors
    /// The database's.
    pub fn board(&self, name: &str) -> Result<Option<BoardRow>, Error> {
        self.first("SELECT id, name, threshold, parameters FROM board WHERE name = ?1", [name], board)
    }

    /// A board.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if it is not there.
    pub fn board_row(&self, id: BoardId) -> Result<BoardRow, Error> {
        let sql = "SELECT id, name, threshold, parameters FROM board WHERE id = ?1";
        let found = self.first(sql, [id], board)?;
        found.ok_or_else(|| Error::Corrupt("a board that is referred to is not there".to_owned()))
    }

    /// Who sits on which board, by member number: number on the roll and name of the board.
    ///
    /// # Errors
    /// The database's.
    pub fn seats(&self) -> Result<Vec<(String, String)>, Error> {
        self.all(
            "SELECT m.member_no, b.name FROM teller t
               JOIN member m ON m.id = t.member_id JOIN board b ON b.id = t.board_id
              ORDER BY m.member_no, b.name",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// All boards, by name.
    ///
    /// # Errors
    /// The database's.
    pub fn boards(&self) -> Result<Vec<BoardRow>, Error> {
        self.all("SELECT id, name, threshold, parameters FROM board ORDER BY name", [], board)
    }

    /// The seats of a board, in order.
    ///
    /// # Errors
    /// The database's.
    pub fn tellers(&self, id: BoardId) -> Result<Vec<TellerRow>, Error> {
        self.all(
            "SELECT t.seat, t.member_id, m.member_no, m.name, t.certificate, t.commitment, t.parts, t.key_message
               FROM teller t JOIN member m ON m.id = t.member_id WHERE t.board_id = ?1 ORDER BY t.seat",
            [id],
            teller,
        )
    }

    /// The seat of a member on a board, from 1.
    ///
    /// # Errors
    /// The database's.
    pub fn seat_of(&self, id: BoardId, member: MemberId) -> Result<Option<usize>, Error> {
        self.first(
            "SELECT seat FROM teller WHERE board_id = ?1 AND member_id = ?2",
            params![id, member],
            |row| row.get(0).map(seat_from_sql),
        )
    }
}

impl WriteTx<'_> {
    /// Makes a board with these tellers, in the order of their seats.
    ///
    /// # Errors
    /// The database's; also if the name is taken.
    pub fn add_board(&self, name: &str, threshold: usize, tellers: &[MemberId]) -> Result<(), Error> {
        self.execute(
            "INSERT INTO board (name, threshold, created_at) VALUES (?1, ?2, ?3)",
            params![name, seat_to_sql(threshold), self.now()],
        )?;
        let id: BoardId = self.value("SELECT id FROM board WHERE name = ?1", [name])?;
        for (seat, member) in (1i64..).zip(tellers) {
            self.execute(
                "INSERT INTO teller (board_id, seat, member_id) VALUES (?1, ?2, ?3)",
                params![id, seat, member],
            )?;
        }
        Ok(())
    }

    /// Keeps a teller's message of a step. `false` if there is one already, which stays.
    ///
    /// # Errors
    /// The database's.
    pub fn put_ceremony_message(
        &self,
        id: BoardId,
        seat: usize,
        step: CeremonyStep,
        message: &str,
    ) -> Result<bool, Error> {
        let sql = match step {
            CeremonyStep::Certificate => {
                "UPDATE teller SET certificate = ?3 WHERE board_id = ?1 AND seat = ?2 AND certificate IS NULL"
            }
            CeremonyStep::Commitment => {
                "UPDATE teller SET commitment = ?3 WHERE board_id = ?1 AND seat = ?2 AND commitment IS NULL"
            }
            CeremonyStep::Parts => {
                "UPDATE teller SET parts = ?3 WHERE board_id = ?1 AND seat = ?2 AND parts IS NULL"
            }
            CeremonyStep::Key => {
                "UPDATE teller SET key_message = ?3 WHERE board_id = ?1 AND seat = ?2 AND key_message IS NULL"
            }
        };
        Ok(self.execute(sql, params![id, seat_to_sql(seat), message])? > 0)
    }

    /// Keeps the outcome of a board's ceremony.
    ///
    /// # Errors
    /// The database's.
    pub fn set_board_parameters(&self, id: BoardId, parameters: &str) -> Result<(), Error> {
        self.execute("UPDATE board SET parameters = ?2 WHERE id = ?1", params![id, parameters])?;
        Ok(())
    }
}
