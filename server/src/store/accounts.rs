//! Members as people who sign in: tables `member` (who they are, password) and `activation_code`.

use rusqlite::{Row, ToSql, params};

use super::error::Error;
use super::tx::{Tx, WriteTx};

/// The database's number for a member; never shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberId(pub(super) i64);

impl MemberId {
    /// The number, for keyed hashes that stand for the member.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl ToSql for MemberId {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

/// A member in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The database's number.
    pub id: MemberId,
    /// Number on the roll.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// Unit on the roll.
    pub unit: String,
}

/// A member who signs in.
pub struct Account {
    /// The database's number.
    pub id: MemberId,
    /// Number on the roll.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// Unit on the roll.
    pub unit: String,
    /// Standing on the roll.
    pub standing: String,
    /// Argon2id in PHC form; `None` until activated.
    pub password_hash: Option<String>,
}

/// An activation code that may still be used.
pub struct ActivationRow {
    /// SHA-256 of the code.
    pub code_hash: [u8; 32],
    /// Not taken from then on.
    pub expires_at: i64,
}

pub(super) fn named(row: &Row<'_>) -> rusqlite::Result<Named> {
    Ok(Named { id: MemberId(row.get(0)?), member_no: row.get(1)?, name: row.get(2)?, unit: row.get(3)? })
}

impl Tx<'_> {
    /// The member with this number.
    ///
    /// # Errors
    /// The database's.
    pub fn account(&self, member_no: &str) -> Result<Option<Account>, Error> {
        self.first(
            "SELECT id, member_no, name, unit, standing, password_hash FROM member WHERE member_no = ?1",
            [member_no],
            |row| {
                Ok(Account {
                    id: MemberId(row.get(0)?),
                    member_no: row.get(1)?,
                    name: row.get(2)?,
                    unit: row.get(3)?,
                    standing: row.get(4)?,
                    password_hash: row.get(5)?,
                })
            },
        )
    }

    /// The member with this number, without password.
    ///
    /// # Errors
    /// The database's.
    pub fn member(&self, member_no: &str) -> Result<Option<Named>, Error> {
        self.first("SELECT id, member_no, name, unit FROM member WHERE member_no = ?1", [member_no], named)
    }

    /// Members who have no password yet and could need one, being on the roll or on that of a ballot that is frozen or
    /// open; by member number.
    ///
    /// # Errors
    /// The database's.
    pub fn members_without_password(&self) -> Result<Vec<Named>, Error> {
        self.all(
            "SELECT id, member_no, name, unit FROM member m
              WHERE password_hash IS NULL
                AND (on_roll = 1 OR EXISTS (
                      SELECT 1 FROM ballot b JOIN box x ON x.ballot_id = b.id
                        JOIN roll_entry r ON r.box_id = x.id AND r.member_no = m.member_no
                       WHERE b.state IN ('frozen', 'open')))
              ORDER BY member_no",
            [],
            named,
        )
    }

    /// The member's activation code, ended or not.
    ///
    /// # Errors
    /// The database's.
    pub fn activation(&self, member: MemberId) -> Result<Option<ActivationRow>, Error> {
        self.first(
            "SELECT code_hash, expires_at FROM activation_code WHERE member_id = ?1",
            [member],
            |row| Ok(ActivationRow { code_hash: row.get(0)?, expires_at: row.get(1)? }),
        )
    }
}

impl WriteTx<'_> {
    /// Gives the member an activation code in place of any earlier one.
    ///
    /// # Errors
    /// The database's.
    pub fn put_activation(
        &self,
        member: MemberId,
        code_hash: &[u8; 32],
        expires_at: i64,
    ) -> Result<(), Error> {
        self.execute(
            "INSERT INTO activation_code (member_id, code_hash, expires_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (member_id) DO UPDATE SET code_hash = excluded.code_hash, expires_at = excluded.expires_at",
            params![member, code_hash, expires_at],
        )?;
        Ok(())
    }

    /// Takes the member's activation code away.
    ///
    /// # Errors
    /// The database's.
    pub fn remove_activation(&self, member: MemberId) -> Result<(), Error> {
        self.execute("DELETE FROM activation_code WHERE member_id = ?1", [member])?;
        Ok(())
    }

    /// Sets the member's password.
    ///
    /// # Errors
    /// The database's.
    pub fn set_password(&self, member: MemberId, password_hash: &str) -> Result<(), Error> {
        self.execute("UPDATE member SET password_hash = ?2 WHERE id = ?1", params![member, password_hash])?;
        Ok(())
    }
}
