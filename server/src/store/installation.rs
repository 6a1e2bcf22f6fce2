//! Table `installation`: whose server this is.

use rusqlite::params;

use super::error::Error;
use super::tx::{Tx, WriteTx};

/// Whose server this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// The union's name.
    pub union_name: String,
}

impl Tx<'_> {
    /// Whose server this is.
    ///
    /// # Errors
    /// The database's.
    pub fn installation(&self) -> Result<Installation, Error> {
        let union_name = self.value("SELECT union_name FROM installation", [])?;
        Ok(Installation { union_name })
    }
}

impl WriteTx<'_> {
    /// Says whose server this is; once, when the database is made.
    ///
    /// # Errors
    /// The database's.
    pub fn set_installation(&self, union_name: &str) -> Result<(), Error> {
        self.execute(
            "INSERT INTO installation (one, union_name, created_at) VALUES (1, ?1, ?2)",
            params![union_name, self.now()],
        )?;
        Ok(())
    }
}
