//! Table `margin_answer`: what officers said to the warnings beside a result.

use std::str::FromStr;

use rusqlite::params;
use scrutineer_ballot::certificate::Warning;

use super::accounts::MemberId;
use super::column::parsed;
use super::error::Error;
use super::ids::BallotId;
use super::tx::{Tx, WriteTx};

/// What an officer said to a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarginAnswerRow {
    /// To which.
    pub warning: Warning,
    /// What.
    pub text: String,
    /// Number on the roll of the officer.
    pub member_no: String,
    /// The officer's name.
    pub name: String,
}

impl Tx<'_> {
    /// The answers beside the result of a ballot.
    ///
    /// # Errors
    /// The database's.
    pub fn margin_answers(&self, ballot: BallotId) -> Result<Vec<MarginAnswerRow>, Error> {
        self.all(
            "SELECT a.warning, a.text, m.member_no, m.name FROM margin_answer a JOIN member m ON m.id = a.answered_by
              WHERE a.ballot_id = ?1",
            [ballot],
            |row| {
                let warning = parsed(row, 0, Warning::from_str)?;
                Ok(MarginAnswerRow { warning, text: row.get(1)?, member_no: row.get(2)?, name: row.get(3)? })
            },
        )
    }
}

impl WriteTx<'_> {
    /// Keeps an answer, in the place of an earlier one to the same warning.
    ///
    /// # Errors
    /// The database's.
    pub fn put_margin_answer(
        &self,
        ballot: BallotId,
        warning: Warning,
        text: &str,
        by: MemberId,
    ) -> Result<(), Error> {
        self.execute(
            "INSERT INTO margin_answer (ballot_id, warning, text, answered_by, answered_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (ballot_id, warning) DO UPDATE
             SET text = excluded.text, answered_by = excluded.answered_by, answered_at = excluded.answered_at",
            params![ballot, warning.as_str(), text, by, self.now()],
        )?;
        Ok(())
    }
}
