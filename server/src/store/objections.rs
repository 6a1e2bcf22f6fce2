//! Table `objection`: observers' objections to results, as they signed them.

use rusqlite::params;

use super::error::Error;
use super::ids::BallotId;
use super::tx::{Tx, WriteTx};

/// An observer's objection to a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectionRow {
    /// Its number in the ballot, from 1.
    pub number: u32,
    /// The observer's member number.
    pub member_no: String,
    /// The observer's name, as on the roll then.
    pub name: String,
    /// The key that signed it, as an OpenSSH fingerprint.
    pub fingerprint: String,
    /// The key as one OpenSSH line.
    pub public_key: String,
    /// The signed bytes.
    pub text: String,
    /// The SSHSIG.
    pub signature: String,
    /// When it was filed, in seconds since the epoch.
    pub filed_at: i64,
}

impl Tx<'_> {
    /// The objections to the result of a ballot, by number.
    ///
    /// # Errors
    /// The database's.
    pub fn objections(&self, id: BallotId) -> Result<Vec<ObjectionRow>, Error> {
        self.all(
            "SELECT number, member_no, name, fingerprint, public_key, text, signature, filed_at FROM objection
              WHERE ballot_id = ?1 ORDER BY number",
            [id],
            |row| {
                Ok(ObjectionRow {
                    number: row.get(0)?,
                    member_no: row.get(1)?,
                    name: row.get(2)?,
                    fingerprint: row.get(3)?,
                    public_key: row.get(4)?,
                    text: row.get(5)?,
                    signature: row.get(6)?,
                    filed_at: row.get(7)?,
                })
            },
        )
    }
}

impl WriteTx<'_> {
    /// Keeps an objection.
    ///
    /// # Errors
    /// The database's; also if its number is taken.
    pub fn add_objection(&self, id: BallotId, row: &ObjectionRow) -> Result<(), Error> {
        self.execute(
            "INSERT INTO objection
                    (ballot_id, number, member_no, name, fingerprint, public_key, text, signature, filed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                id,
                row.number,
                row.member_no,
                row.name,
                row.fingerprint,
                row.public_key,
                row.text,
                row.signature,
                row.filed_at
            ],
        )?;
        Ok(())
    }
}
