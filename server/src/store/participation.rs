//! Who has voted, by name: for officers and observers once a ballot is closed.

use super::error::Error;
use super::ids::BoxId;
use super::tx::Tx;

/// A member who has voted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ParticipantRow {
    /// The name on the frozen roll.
    pub name: String,
    /// The member's number.
    pub member_no: String,
}

impl Tx<'_> {
    /// The members who have voted in a box, by name and member number: an order that says nothing of when.
    ///
    /// # Errors
    /// The database's.
    pub fn participants(&self, id: BoxId) -> Result<Vec<ParticipantRow>, Error> {
        self.all(
            "SELECT r.name, p.member_no FROM participation p
               JOIN roll_entry r ON r.box_id = p.box_id AND r.member_no = p.member_no
              WHERE p.box_id = ?1 AND p.voted = 1 ORDER BY r.name, p.member_no",
            [id],
            |row| Ok(ParticipantRow { name: row.get(0)?, member_no: row.get(1)? }),
        )
    }
}
