//! Table `teller_statement`: what tellers have stated about a box.

use rusqlite::params;

use super::error::Error;
use super::ids::BoxId;
use super::tx::{Tx, WriteTx};

/// What a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementKind {
    /// Before opening: the teller has checked the box.
    Check,
    /// Before the count: which sealed count the teller sees.
    Closing,
}

impl StatementKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Closing => "closing",
        }
    }
}

/// A statement that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementRow {
    /// The teller's seat, from 1.
    pub seat: usize,
    /// The signed message.
    pub statement: String,
}

impl Tx<'_> {
    /// The statements of a kind about a box, by seat.
    ///
    /// # Errors
    /// The database's.
    pub fn statements(&self, id: BoxId, kind: StatementKind) -> Result<Vec<StatementRow>, Error> {
        let rows = self.all(
            "SELECT seat, statement FROM teller_statement WHERE box_id = ?1 AND kind = ?2 ORDER BY seat",
            params![id, kind.word()],
            |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)),
        )?;
        let seat = |seat| usize::try_from(seat).map_err(|_| Error::Corrupt(format!("a seat {seat}")));
        rows.into_iter().map(|(no, statement)| Ok(StatementRow { seat: seat(no)?, statement })).collect()
    }
}

impl WriteTx<'_> {
    /// Keeps a teller's statement about a box. `false` if there is one already, which stays.
    ///
    /// # Errors
    /// The database's.
    pub fn add_statement(
        &self,
        id: BoxId,
        kind: StatementKind,
        seat: usize,
        statement: &str,
    ) -> Result<bool, Error> {
        let seat = i64::try_from(seat).map_err(|_| Error::Corrupt(format!("a seat {seat}")))?;
        let added = self.execute(
            "INSERT INTO teller_statement (box_id, kind, seat, statement) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            params![id, kind.word(), seat, statement],
        )?;
        Ok(added > 0)
    }
}
