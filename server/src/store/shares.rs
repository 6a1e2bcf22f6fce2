//! Table `share`: tellers' shares of a count, checked.

use rusqlite::params;

use super::column::{signed, unsigned};
use super::error::Error;
use super::ids::BoxId;
use super::tx::{Tx, WriteTx};

/// A share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareRow {
    /// The trustee's number on the record; the server is 1, the teller in seat 1 is 2.
    pub owner: u64,
    /// The partial decryption, as on the record.
    pub partial_decryption: String,
    /// Its entry in the file of shares.
    pub bound: String,
}

impl Tx<'_> {
    /// The shares of a box that were taken, by owner.
    ///
    /// # Errors
    /// The database's.
    pub fn shares(&self, id: BoxId) -> Result<Vec<ShareRow>, Error> {
        self.all(
            "SELECT owner, partial_decryption, bound FROM share WHERE box_id = ?1 ORDER BY owner",
            [id],
            |row| {
                let owner = unsigned(row, 0)?;
                Ok(ShareRow { owner, partial_decryption: row.get(1)?, bound: row.get(2)? })
            },
        )
    }
}

impl WriteTx<'_> {
    /// Keeps a share. `false` if there is one of this owner, which stays.
    ///
    /// # Errors
    /// The database's.
    pub fn add_share(&self, id: BoxId, share: &ShareRow) -> Result<bool, Error> {
        let added = self.execute(
            "INSERT INTO share (box_id, owner, partial_decryption, bound) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            params![id, signed(share.owner)?, share.partial_decryption, share.bound],
        )?;
        Ok(added > 0)
    }

    /// Lets go of a share that did not get onto the record.
    ///
    /// # Errors
    /// The database's.
    pub fn remove_share(&self, id: BoxId, owner: u64) -> Result<(), Error> {
        self.execute("DELETE FROM share WHERE box_id = ?1 AND owner = ?2", params![id, signed(owner)?])?;
        Ok(())
    }
}
