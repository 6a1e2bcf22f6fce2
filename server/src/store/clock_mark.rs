//! Table `clock_mark`: how far the clock has come, for the time after a restart.

use super::error::Error;
use super::tx::{Tx, WriteTx};

impl Tx<'_> {
    /// The latest time that was noted, in seconds since the epoch; 0 before the first.
    ///
    /// # Errors
    /// The database's.
    pub fn clock_mark(&self) -> Result<i64, Error> {
        Ok(self.first("SELECT at FROM clock_mark WHERE one = 1", [], |row| row.get(0))?.unwrap_or(0))
    }
}

impl WriteTx<'_> {
    /// Notes how far the clock has come, to the minute; a mark never moves back. Never part of a vote.
    ///
    /// # Errors
    /// The database's.
    pub fn move_clock_mark(&self) -> Result<(), Error> {
        let minute = self.now() - self.now().rem_euclid(60);
        self.execute(
            "INSERT INTO clock_mark (one, at) VALUES (1, ?1)
             ON CONFLICT (one) DO UPDATE SET at = max(at, excluded.at)",
            [minute],
        )?;
        Ok(())
    }
}
