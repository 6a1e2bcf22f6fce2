//! Boxes of a ballot that is being frozen. With a million members they are filled in pieces, each a short transaction, and until the
//! last of these gives them to their ballot (`ballot_id`) they are nobody's: no other query finds them. What an interrupted
//! freezing leaves is emptied in pieces too.

use rusqlite::params;
use scrutineer_ballot::roll::RollEntry;
use scrutineer_protocol::election::Uuid;

use super::accounts::MemberId;
use super::column::{parsed, signed};
use super::error::Error;
use super::ids::{BallotId, BoxId};
use super::tx::{Tx, WriteTx};

/// A box that is about to be filled.
pub struct NewBoxRow<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its election.
    pub election: &'a Uuid,
    /// Members who may vote in it.
    pub eligible: u64,
    /// Credentials beyond one a member.
    pub spares: u64,
    /// Salt of the roll's hash.
    pub roll_salt: [u8; 32],
    /// The record's one time.
    pub record_time: u64,
}

/// What a box that is nobody's may hold: a table, and the column that with the box tells its rows apart.
const FILLED: [(&str, &str); 9] = [
    ("binding", "member_mac"),
    ("code", "member_no"),
    ("credential", "credential"),
    ("participation", "slot"),
    ("contact", "member_no"),
    ("roll_entry", "member_no"),
    ("awaited_setup", "box_id"),
    ("event", "height"),
    ("datum", "place"),
];

impl Tx<'_> {
    /// The boxes that are nobody's yet, with their elections.
    ///
    /// # Errors
    /// The database's.
    pub fn boxes_of_nobody(&self) -> Result<Vec<(BoxId, Uuid)>, Error> {
        self.all("SELECT id, election FROM box WHERE ballot_id IS NULL ORDER BY id", [], |row| {
            Ok((row.get(0)?, parsed(row, 1, Uuid::from_text)?))
        })
    }
}

impl WriteTx<'_> {
    /// Begins a box that is nobody's yet.
    ///
    /// # Errors
    /// The database's.
    pub fn begin_box(&self, new: &NewBoxRow<'_>) -> Result<BoxId, Error> {
        self.execute(
            "INSERT INTO box (name, election, eligible, spares, roll_salt, record_time) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                new.name,
                new.election.as_str(),
                signed(new.eligible)?,
                signed(new.spares)?,
                new.roll_salt,
                signed(new.record_time)?
            ],
        )?;
        self.value("SELECT id FROM box WHERE election = ?1", [new.election.as_str()])
    }

    /// Puts a member on the frozen roll of a box, with how they can be reached by the roll as it is now, and keeps a flag for them
    /// under a random key.
    ///
    /// # Errors
    /// The database's.
    pub fn add_to_box(
        &self,
        id: BoxId,
        member: MemberId,
        entry: &RollEntry,
        slot: &[u8; 16],
    ) -> Result<(), Error> {
        let member_no = entry.no().as_str();
        self.execute(
            "INSERT INTO roll_entry (box_id, member_no, name, unit, standing, classification)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![id, member_no, entry.name(), entry.unit(), entry.standing(), entry.classification()],
        )?;
        self.keep_contact(id, member)?;
        self.execute(
            "INSERT INTO participation (slot, box_id, member_no) VALUES (?1, ?2, ?3)",
            params![slot, id, member_no],
        )?;
        Ok(())
    }

    /// Gives boxes to their ballot: from now on they are seen.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if one is somebody's already, or gone.
    pub fn give_boxes(&self, ballot: BallotId, boxes: &[BoxId]) -> Result<(), Error> {
        for id in boxes {
            let given = self.execute(
                "UPDATE box SET ballot_id = ?2, published_at = ?3 WHERE id = ?1 AND ballot_id IS NULL",
                params![id, ballot, self.now()],
            )?;
            if given != 1 {
                return Err(Error::Corrupt("a box that was filled is not there".to_owned()));
            }
        }
        Ok(())
    }

    /// Takes some rows out of a box that is nobody's, at most so many; at last the box itself. Whether it is gone.
    ///
    /// # Errors
    /// The database's.
    pub fn empty_box_of_nobody(&self, id: BoxId, limit: usize) -> Result<bool, Error> {
        let nobodys = "SELECT EXISTS (SELECT 1 FROM box WHERE id = ?1 AND ballot_id IS NULL)";
        if !self.value(nobodys, [id])? {
            return Ok(true);
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        for (table, key) in FILLED {
            let sql = format!(
                "DELETE FROM {table} WHERE box_id = ?1 AND {key} IN (SELECT {key} FROM {table} WHERE box_id = ?1 LIMIT ?2)"
            );
            if self.execute(&sql, params![id, limit])? > 0 {
                return Ok(false);
            }
        }
        self.execute("DELETE FROM box WHERE id = ?1 AND ballot_id IS NULL", [id])?;
        Ok(true)
    }
}
