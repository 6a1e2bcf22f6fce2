//! Table `role`.

use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Row, params};
use scrutineer_api::role::{HeldRole, Role};

use super::accounts::{MemberId, Named, named};
use super::error::Error;
use super::tx::{Tx, WriteTx};

/// A role that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRow {
    /// Number on the roll.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// The role.
    pub held: HeldRole,
}

fn held(row: &Row<'_>, role: usize, unit: usize) -> rusqlite::Result<HeldRole> {
    let word: String = row.get(role)?;
    let unit: String = row.get(unit)?;
    let role = word.parse().map_err(|unknown| {
        rusqlite::Error::FromSqlConversionFailure(role, Type::Text, FromSqlError::other(unknown).into())
    })?;
    Ok(HeldRole { role, unit: (!unit.is_empty()).then_some(unit) })
}

impl Tx<'_> {
    /// The roles of one member.
    ///
    /// # Errors
    /// The database's.
    pub fn roles_of(&self, member: MemberId) -> Result<Vec<HeldRole>, Error> {
        self.all("SELECT role, unit FROM role WHERE member_id = ?1 ORDER BY role, unit", [member], |row| {
            held(row, 0, 1)
        })
    }

    /// All roles, by role and member number.
    ///
    /// # Errors
    /// The database's.
    pub fn roles(&self) -> Result<Vec<RoleRow>, Error> {
        self.all(
            "SELECT m.member_no, m.name, r.role, r.unit FROM role r JOIN member m ON m.id = r.member_id
             ORDER BY r.role, m.member_no, r.unit",
            [],
            |row| Ok(RoleRow { member_no: row.get(0)?, name: row.get(1)?, held: held(row, 2, 3)? }),
        )
    }

    /// The officers who can sign in, by member number.
    ///
    /// # Errors
    /// The database's.
    pub fn officers_with_password(&self) -> Result<Vec<Named>, Error> {
        self.all(
            "SELECT m.id, m.member_no, m.name, m.unit FROM role r JOIN member m ON m.id = r.member_id
              WHERE r.role = 'officer' AND m.password_hash IS NOT NULL ORDER BY m.member_no",
            [],
            named,
        )
    }
}

impl WriteTx<'_> {
    /// Grants a role; `false` if the member held it already.
    ///
    /// # Errors
    /// The database's.
    pub fn grant_role(&self, member: MemberId, role: Role, unit: Option<&str>) -> Result<bool, Error> {
        let added = self.execute(
            "INSERT INTO role (member_id, role, unit) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![member, role.as_str(), unit.unwrap_or_default()],
        )?;
        Ok(added > 0)
    }

    /// Takes a role away: in one unit, or without a unit wherever it is held. `false` if there was nothing to take.
    ///
    /// # Errors
    /// The database's.
    pub fn revoke_role(&self, member: MemberId, role: Role, unit: Option<&str>) -> Result<bool, Error> {
        let removed = self.execute(
            "DELETE FROM role WHERE member_id = ?1 AND role = ?2 AND (?3 IS NULL OR unit = ?3)",
            params![member, role.as_str(), unit],
        )?;
        Ok(removed > 0)
    }
}
