//! Table `contact`: how members could be reached when a ballot was frozen. Codes go to these addresses and to no others.

use rusqlite::{Row, params};

use super::accounts::MemberId;
use super::error::Error;
use super::ids::{BallotId, BoxId};
use super::tx::{Tx, WriteTx};

/// How a member on a frozen roll could be reached when it was frozen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactRow {
    /// In which box the member votes.
    pub box_id: BoxId,
    /// Number on the frozen roll.
    pub member_no: String,
    /// Name on the frozen roll.
    pub name: String,
    /// Unit on the frozen roll.
    pub unit: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Language, BCP 47.
    pub language: Option<String>,
    /// Postal address, first line.
    pub address1: Option<String>,
    /// Second line.
    pub address2: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Country.
    pub country: Option<String>,
}

/// The same with what else the frozen roll says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollContactRow {
    /// How the member could be reached.
    pub contact: ContactRow,
    /// Standing on the frozen roll.
    pub standing: String,
    /// Classification on the frozen roll.
    pub classification: Option<String>,
}

const SELECT: &str =
    "SELECT c.box_id, c.member_no, r.name, r.unit, c.email, c.phone, c.language, c.address1, c.address2,
            c.postal_code, c.city, c.country
       FROM box x JOIN contact c ON c.box_id = x.id
       JOIN roll_entry r ON r.box_id = c.box_id AND r.member_no = c.member_no
      WHERE x.ballot_id = ?1";

fn a_contact(row: &Row<'_>) -> rusqlite::Result<ContactRow> {
    Ok(ContactRow {
        box_id: row.get(0)?,
        member_no: row.get(1)?,
        name: row.get(2)?,
        unit: row.get(3)?,
        email: row.get(4)?,
        phone: row.get(5)?,
        language: row.get(6)?,
        address1: row.get(7)?,
        address2: row.get(8)?,
        postal_code: row.get(9)?,
        city: row.get(10)?,
        country: row.get(11)?,
    })
}

impl Tx<'_> {
    /// Everybody on the frozen rolls of a ballot, by member number.
    ///
    /// # Errors
    /// The database's.
    pub fn contacts_of(&self, ballot: BallotId) -> Result<Vec<ContactRow>, Error> {
        self.all(&format!("{SELECT} ORDER BY c.member_no"), [ballot], a_contact)
    }

    /// Some on the frozen roll of a box, behind a member by number, at most `limit`.
    ///
    /// # Errors
    /// The database's.
    pub fn roll_contacts_behind(
        &self,
        id: BoxId,
        behind: &str,
        limit: usize,
    ) -> Result<Vec<RollContactRow>, Error> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.all(
            "SELECT c.box_id, c.member_no, r.name, r.unit, c.email, c.phone, c.language, c.address1, c.address2,
                    c.postal_code, c.city, c.country, r.standing, r.classification
               FROM roll_entry r JOIN contact c ON c.box_id = r.box_id AND c.member_no = r.member_no
              WHERE r.box_id = ?1 AND r.member_no > ?2 ORDER BY r.member_no LIMIT ?3",
            params![id, behind, limit],
            |row| {
                let (standing, classification) = (row.get(12)?, row.get(13)?);
                Ok(RollContactRow { contact: a_contact(row)?, standing, classification })
            },
        )
    }

    /// One member of them.
    ///
    /// # Errors
    /// The database's.
    pub fn contact(&self, ballot: BallotId, member_no: &str) -> Result<Option<ContactRow>, Error> {
        self.first(&format!("{SELECT} AND c.member_no = ?2"), rusqlite::params![ballot, member_no], a_contact)
    }
}

impl WriteTx<'_> {
    /// Keeps how a member can be reached by the roll as it is now, on whose frozen roll they are.
    pub(super) fn keep_contact(&self, id: BoxId, member: MemberId) -> Result<(), Error> {
        self.execute(
            "INSERT INTO contact (box_id, member_no, email, phone, language, address1, address2, postal_code, city, country)
             SELECT ?1, member_no, email, phone, language, address1, address2, postal_code, city, country
               FROM member WHERE id = ?2",
            rusqlite::params![id, member],
        )?;
        Ok(())
    }
}
