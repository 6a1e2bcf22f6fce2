//! What letters need to know of their recipients: addresses on the roll and on frozen rolls, codes that go by e-mail, who has
//! voted, and who has been told so.

use rusqlite::params;
use zeroize::Zeroizing;

use super::accounts::MemberId;
use super::column::{signed, unsigned};
use super::error::Error;
use super::ids::{BallotId, BoxId};
use super::tx::{Tx, WriteTx};

/// A member to whom letters may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// The database's number.
    pub member: MemberId,
    /// Number on the roll.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// E-mail address on the roll as it is now.
    pub email: Option<String>,
    /// Language, BCP 47.
    pub language: Option<String>,
    /// Whether they have chosen a password.
    pub has_password: bool,
}

/// A member on the frozen roll of a ballot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoterRow {
    /// The member as the roll is now.
    pub person: PersonRow,
    /// In which box.
    pub box_id: BoxId,
    /// E-mail address when the ballot was frozen: the only one to which codes go.
    pub frozen_email: Option<String>,
    /// Whether a code of theirs lies here that nobody has fetched yet.
    pub code_waits: bool,
}

/// A member's votes in a box, of which they have not had letters yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UntoldRow {
    /// Which box.
    pub box_id: BoxId,
    /// What stands for the member.
    pub mac: [u8; 32],
    /// Votes so far.
    pub casts: u64,
    /// How many of them the member has had letters about.
    pub told: u64,
}

const PERSON: &str = "m.id, m.member_no, m.name, m.email, m.language, m.password_hash IS NOT NULL";

fn person(row: &rusqlite::Row<'_>) -> rusqlite::Result<PersonRow> {
    Ok(PersonRow {
        member: MemberId(row.get(0)?),
        member_no: row.get(1)?,
        name: row.get(2)?,
        email: row.get(3)?,
        language: row.get(4)?,
        has_password: row.get(5)?,
    })
}

impl Tx<'_> {
    /// Everybody on the roll or on a frozen one, by member number.
    ///
    /// # Errors
    /// The database's.
    pub fn people(&self) -> Result<Vec<PersonRow>, Error> {
        self.all(&format!("SELECT {PERSON} FROM member m ORDER BY m.member_no"), [], person)
    }

    /// One of them.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if there is no such member.
    pub fn person(&self, member: MemberId) -> Result<PersonRow, Error> {
        let found =
            self.first(&format!("SELECT {PERSON} FROM member m WHERE m.id = ?1"), [member], person)?;
        found.ok_or_else(|| Error::Corrupt("a member who is referred to is not there".to_owned()))
    }

    /// Everybody on the frozen rolls of a ballot, by member number.
    ///
    /// # Errors
    /// The database's.
    pub fn voters(&self, ballot: BallotId) -> Result<Vec<VoterRow>, Error> {
        self.all(
            &format!(
                "SELECT {PERSON}, x.id, f.email,
                        EXISTS (SELECT 1 FROM code c
                                 WHERE c.box_id = x.id AND c.member_no = r.member_no AND c.fetched = 0)
                   FROM box x JOIN roll_entry r ON r.box_id = x.id
                   JOIN member m ON m.member_no = r.member_no
                   LEFT JOIN contact f ON f.box_id = x.id AND f.member_no = r.member_no
                  WHERE x.ballot_id = ?1 ORDER BY m.member_no"
            ),
            [ballot],
            |row| {
                Ok(VoterRow {
                    person: person(row)?,
                    box_id: row.get(6)?,
                    frozen_email: row.get(7)?,
                    code_waits: row.get(8)?,
                })
            },
        )
    }

    /// Whether a member has voted; `None` if the member is not on the frozen roll.
    ///
    /// # Errors
    /// The database's.
    pub fn has_voted_in(&self, ballot: BallotId, member_no: &str) -> Result<Option<bool>, Error> {
        self.first(
            "SELECT p.voted FROM box x JOIN participation p ON p.box_id = x.id AND p.member_no = ?2
              WHERE x.ballot_id = ?1",
            params![ballot, member_no],
            |row| row.get(0),
        )
    }

    /// The numbers of those who have not voted. For letters to them alone.
    ///
    /// # Errors
    /// The database's.
    pub fn not_voted(&self, ballot: BallotId) -> Result<Vec<String>, Error> {
        self.all(
            "SELECT p.member_no FROM box x JOIN participation p ON p.box_id = x.id
              WHERE x.ballot_id = ?1 AND p.voted = 0 ORDER BY p.member_no",
            [ballot],
            |row| row.get(0),
        )
    }

    /// The code that goes to a member by e-mail, and the box that it is for, until a mail server has taken it.
    ///
    /// # Errors
    /// The database's.
    pub fn mail_code(
        &self,
        ballot: BallotId,
        member_no: &str,
    ) -> Result<Option<(BoxId, Zeroizing<String>)>, Error> {
        self.first(
            "SELECT c.box_id, c.code FROM box x JOIN code c ON c.box_id = x.id
              WHERE x.ballot_id = ?1 AND c.member_no = ?2 AND c.way = 'email'",
            params![ballot, member_no],
            |row| Ok((row.get(0)?, Zeroizing::new(row.get(1)?))),
        )
    }

    /// Members with votes of which they have not had letters.
    ///
    /// # Errors
    /// The database's.
    pub fn untold(&self, ballot: BallotId) -> Result<Vec<UntoldRow>, Error> {
        self.all(
            "SELECT b.box_id, b.member_mac, b.casts, b.told FROM box x JOIN binding b ON b.box_id = x.id
              WHERE x.ballot_id = ?1 AND b.casts > b.told",
            [ballot],
            |row| {
                Ok(UntoldRow {
                    box_id: row.get(0)?,
                    mac: row.get(1)?,
                    casts: unsigned(row, 2)?,
                    told: unsigned(row, 3)?,
                })
            },
        )
    }

    /// What is kept of a member's permit to get another code, and when it ends.
    ///
    /// # Errors
    /// The database's.
    pub fn permit_in_letter(
        &self,
        ballot: BallotId,
        member: MemberId,
    ) -> Result<Option<([u8; 32], i64)>, Error> {
        self.first(
            "SELECT code_hash, expires_at FROM code_permit WHERE ballot_id = ?1 AND member_id = ?2",
            params![ballot, member],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }
}

impl WriteTx<'_> {
    /// Sends a member's code by e-mail: nobody fetches it any more.
    ///
    /// # Errors
    /// The database's.
    pub fn mail_out_code(&self, id: BoxId, member_no: &str) -> Result<(), Error> {
        self.execute(
            "UPDATE code SET way = 'email', fetched = 0 WHERE box_id = ?1 AND member_no = ?2",
            params![id, member_no],
        )?;
        Ok(())
    }

    /// Erases a code that a mail server has taken, unless another has come in its place. Whether it was there.
    ///
    /// # Errors
    /// The database's.
    pub fn erase_mailed_code(&self, id: BoxId, member_no: &str, code: &str) -> Result<bool, Error> {
        let erased = self.execute(
            "DELETE FROM code WHERE box_id = ?1 AND member_no = ?2 AND code = ?3",
            params![id, member_no, code],
        )?;
        Ok(erased > 0)
    }

    /// Gives a code that could not be sent back to whoever fetches codes.
    ///
    /// # Errors
    /// The database's.
    pub fn hand_out_code(&self, ballot: BallotId, member_no: &str) -> Result<(), Error> {
        self.execute(
            "UPDATE code SET way = 'hand' WHERE member_no = ?2 AND way = 'email'
                AND box_id IN (SELECT id FROM box WHERE ballot_id = ?1)",
            params![ballot, member_no],
        )?;
        Ok(())
    }

    /// Gives all codes that wait to be sent back to whoever fetches codes; how many there were.
    ///
    /// # Errors
    /// The database's.
    pub fn hand_out_codes(&self, ballot: BallotId) -> Result<usize, Error> {
        self.execute(
            "UPDATE code SET way = 'hand' WHERE way = 'email' AND box_id IN (SELECT id FROM box WHERE ballot_id = ?1)",
            [ballot],
        )
    }

    /// Takes back that letters of a ballot wait to be sent, because they never will be.
    ///
    /// # Errors
    /// The database's.
    pub fn unqueue_deliveries(&self, ballot: BallotId) -> Result<(), Error> {
        self.execute(
            "DELETE FROM delivery WHERE ballot_id = ?1 AND channel = 'email' AND state = 'queued'",
            [ballot],
        )?;
        Ok(())
    }

    /// The same of the letter to one member.
    ///
    /// # Errors
    /// The database's.
    pub fn unqueue_delivery(&self, ballot: BallotId, member_no: &str) -> Result<(), Error> {
        self.execute(
            "DELETE FROM delivery WHERE ballot_id = ?1 AND member_no = ?2 AND channel = 'email' AND state = 'queued'",
            params![ballot, member_no],
        )?;
        Ok(())
    }

    /// Notes that a member has had letters about so many votes.
    ///
    /// # Errors
    /// The database's.
    pub fn set_told(&self, of: &UntoldRow) -> Result<(), Error> {
        self.execute(
            "UPDATE binding SET told = ?3 WHERE box_id = ?1 AND member_mac = ?2",
            params![of.box_id, of.mac, signed(of.casts)?],
        )?;
        Ok(())
    }
}
