//! Tables `box`, `roll_entry` and `participation`: urns, who may put a vote into each, and who has.

use rusqlite::{Row, params};
use scrutineer_ballot::roll::{FrozenRoll, RollEntry};
use scrutineer_protocol::election::Uuid;

use super::column::{parsed, signed, unsigned};
use super::error::Error;
use super::ids::{BallotId, BoxId};
use super::tx::{Tx, WriteTx};

/// A box.
#[derive(Clone, Debug)]
pub struct BoxRow {
    /// The database's number.
    pub id: BoxId,
    /// Whose.
    pub ballot: BallotId,
    /// Its name, unique in the ballot.
    pub name: String,
    /// Its election.
    pub election: Uuid,
    /// Members on its frozen roll.
    pub eligible: u64,
    /// Credentials beyond them.
    pub spares: u64,
    /// Salt of the roll's hash.
    pub roll_salt: [u8; 32],
    /// The record's one time.
    pub record_time: u64,
    /// While open, people see the record up to this event.
    pub published_height: u64,
    /// When that was last moved on.
    pub published_at: i64,
    /// Codes that were re-issued.
    pub reissued: u64,
    /// How many of them members asked for themselves.
    pub own_reissues: u64,
}

const COLUMNS: &str = "id, ballot_id, name, election, eligible, spares, roll_salt, record_time, \
                       published_height, published_at, reissued, own_reissues";

fn a_box(row: &Row<'_>) -> rusqlite::Result<BoxRow> {
    Ok(BoxRow {
        id: row.get(0)?,
        ballot: row.get(1)?,
        name: row.get(2)?,
        election: parsed(row, 3, Uuid::from_text)?,
        eligible: unsigned(row, 4)?,
        spares: unsigned(row, 5)?,
        roll_salt: row.get(6)?,
        record_time: unsigned(row, 7)?,
        published_height: unsigned(row, 8)?,
        published_at: row.get(9)?,
        reissued: unsigned(row, 10)?,
        own_reissues: unsigned(row, 11)?,
    })
}

/// A member on a frozen roll, from columns `from` on.
fn roll_entry(row: &Row<'_>) -> rusqlite::Result<[String; 5]> {
    let classification: Option<String> = row.get(4)?;
    Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, classification.unwrap_or_default()])
}

impl Tx<'_> {
    /// A box.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if it is not there.
    pub fn box_row(&self, id: BoxId) -> Result<BoxRow, Error> {
        let found = self.first(&format!("SELECT {COLUMNS} FROM box WHERE id = ?1"), [id], a_box)?;
        found.ok_or_else(|| Error::Corrupt("a box that is referred to is not there".to_owned()))
    }

    /// The boxes of a ballot, in the order in which they were made.
    ///
    /// # Errors
    /// The database's.
    pub fn boxes_of(&self, ballot: BallotId) -> Result<Vec<BoxRow>, Error> {
        self.all(&format!("SELECT {COLUMNS} FROM box WHERE ballot_id = ?1 ORDER BY id"), [ballot], a_box)
    }

    /// How many boxes a ballot has; none before it is frozen.
    ///
    /// # Errors
    /// The database's.
    pub fn count_boxes(&self, ballot: BallotId) -> Result<i64, Error> {
        self.value("SELECT count(*) FROM box WHERE ballot_id = ?1", [ballot])
    }

    /// The box of a ballot with this election.
    ///
    /// # Errors
    /// The database's.
    pub fn box_of_election(&self, ballot: BallotId, election: &str) -> Result<Option<BoxRow>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM box WHERE election = ?2 AND ballot_id = ?1");
        self.first(&sql, params![ballot, election], a_box)
    }

    /// The box on whose frozen roll a member is, and whether the member has voted. Every member of a ballot is in exactly
    /// one of its boxes.
    ///
    /// # Errors
    /// The database's.
    pub fn box_of_member(&self, ballot: BallotId, member_no: &str) -> Result<Option<(BoxRow, bool)>, Error> {
        let found = self.first(
            "SELECT p.box_id, p.voted FROM box x JOIN participation p ON p.box_id = x.id
              WHERE x.ballot_id = ?1 AND p.member_no = ?2",
            params![ballot, member_no],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        found.map(|(id, voted): (BoxId, bool)| Ok((self.box_row(id)?, voted))).transpose()
    }

    /// The frozen roll of a box.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if a row is not one of a roll.
    pub fn frozen_roll(&self, id: BoxId) -> Result<FrozenRoll, Error> {
        let rows = self.all(
            "SELECT member_no, name, unit, standing, classification FROM roll_entry WHERE box_id = ?1",
            [id],
            roll_entry,
        )?;
        let corrupt = |error: &dyn std::fmt::Display| Error::Corrupt(format!("a frozen roll: {error}"));
        let entries = rows
            .iter()
            .map(|[no, name, unit, standing, class]| RollEntry::new(no, name, unit, standing, class))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| corrupt(&error))?;
        FrozenRoll::new(entries).map_err(|error| corrupt(&error))
    }

    /// The numbers on the frozen roll of a box, in order.
    ///
    /// # Errors
    /// The database's.
    pub fn numbers_on_roll(&self, id: BoxId) -> Result<Vec<String>, Error> {
        let sql = "SELECT member_no FROM roll_entry WHERE box_id = ?1 ORDER BY member_no";
        self.all(sql, [id], |row| row.get(0))
    }

    /// Whether a member is on the frozen roll of a box, and if so whether the member has voted.
    ///
    /// # Errors
    /// The database's.
    pub fn has_voted(&self, id: BoxId, member_no: &str) -> Result<Option<bool>, Error> {
        self.first(
            "SELECT voted FROM participation WHERE box_id = ?1 AND member_no = ?2",
            params![id, member_no],
            |row| row.get(0),
        )
    }

    /// How many members have voted in a box.
    ///
    /// # Errors
    /// The database's.
    pub fn count_voted(&self, id: BoxId) -> Result<u64, Error> {
        let count: i64 =
            self.value("SELECT count(*) FROM participation WHERE box_id = ?1 AND voted = 1", [id])?;
        u64::try_from(count).map_err(|_| Error::Corrupt("a negative count".to_owned()))
    }
}

impl WriteTx<'_> {
    /// Sets a member's flag. `false` if it was set.
    ///
    /// # Errors
    /// The database's.
    pub fn set_voted(&self, id: BoxId, member_no: &str) -> Result<bool, Error> {
        let changed = self.execute(
            "UPDATE participation SET voted = 1 WHERE box_id = ?1 AND member_no = ?2 AND voted = 0",
            params![id, member_no],
        )?;
        Ok(changed > 0)
    }

    /// Shows the record of a box up to this event from now on.
    ///
    /// # Errors
    /// The database's.
    pub fn publish(&self, id: BoxId, height: u64) -> Result<(), Error> {
        self.execute(
            "UPDATE box SET published_height = ?2, published_at = ?3 WHERE id = ?1",
            params![id, signed(height)?, self.now()],
        )?;
        Ok(())
    }

    /// Counts one more re-issued code.
    ///
    /// # Errors
    /// The database's.
    pub fn count_reissue(&self, id: BoxId) -> Result<(), Error> {
        self.execute("UPDATE box SET reissued = reissued + 1 WHERE id = ?1", [id])?;
        Ok(())
    }
}
