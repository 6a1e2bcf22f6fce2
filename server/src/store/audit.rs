//! Table `audit_entry`: every administrative deed, chained by hashes, written in the transaction of the deed.
//!
//! A cast never writes here: the log's order and times would say who voted when.

use std::fmt;

use rusqlite::{Row, params};
use scrutineer_api::audit::{AuditEntry, Deed};
use scrutineer_ballot::proposal::Replaced;
use serde::Serialize;
use sha2::{Digest, Sha256};
use thiserror::Error as ThisError;

use super::error::Error;
use super::tx::{Tx, WriteTx};

/// Who did a deed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member, by number on the roll.
    Member(String),
    /// Whoever runs commands on the server's machine.
    Operator,
    /// The server, by its own schedule.
    Server,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(no) => write!(f, "member:{no}"),
            Self::Operator => f.write_str("operator"),
            Self::Server => f.write_str("server"),
        }
    }
}

/// An entry as it stands in the database.
#[derive(Clone, Debug)]
pub struct AuditRow {
    seq: i64,
    at: i64,
    actor: String,
    deed: String,
    detail: String,
    prev_hash: [u8; 32],
    hash: [u8; 32],
}

/// The newest entry's number and hash; `(0, zeros)` before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number.
    pub seq: i64,
    /// Hash.
    pub hash: [u8; 32],
}

/// The log is not as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[error("the audit log was changed: entry {seq} does not fit the entry before it")]
pub struct ChainBroken {
    /// The first entry that does not fit.
    pub seq: i64,
}

impl AuditRow {
    fn computed_hash(&self) -> Result<[u8; 32], Error> {
        let prev = hex::encode(self.prev_hash);
        let text = serde_json::to_string(&(self.seq, self.at, &self.actor, &self.deed, &self.detail, prev))
            .map_err(|error| Error::Corrupt(error.to_string()))?;
        Ok(Sha256::new().chain_update("scrutineer audit\n").chain_update(text).finalize().into())
    }

    /// The entry for a reply.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if its particulars are no JSON.
    pub fn into_entry(self) -> Result<AuditEntry, Error> {
        Ok(AuditEntry {
            seq: self.seq,
            at: self.at,
            actor: self.actor,
            deed: self.deed,
            detail: serde_json::from_str(&self.detail).map_err(|error| Error::Corrupt(error.to_string()))?,
            prev_hash: hex::encode(self.prev_hash),
            hash: hex::encode(self.hash),
        })
    }
}

/// Compact JSON with its keys in order, so that whoever reads the entry as JSON can compute its hash.
fn canonical(deed: Deed, detail: &impl Serialize) -> Result<String, Error> {
    let mut value = serde_json::to_value(detail).map_err(|error| Error::Corrupt(error.to_string()))?;
    value.sort_all_objects();
    let known = |key: &String| deed.particulars().contains(&key.as_str());
    debug_assert!(
        value.as_object().is_some_and(|all| all.keys().all(known)),
        "{deed} has particulars that scrutineer_api::audit::Deed does not list: {value}"
    );
    Ok(value.to_string())
}

fn entry(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        seq: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        deed: row.get(3)?,
        detail: row.get(4)?,
        prev_hash: row.get(5)?,
        hash: row.get(6)?,
    })
}

impl Tx<'_> {
    /// Entries after `after`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// The database's.
    pub fn audit_after(&self, after: i64, limit: u16) -> Result<Vec<AuditRow>, Error> {
        self.all(
            "SELECT seq, at, actor, deed, detail, prev_hash, hash FROM audit_entry
              WHERE seq > ?1 ORDER BY seq LIMIT ?2",
            params![after, limit],
            entry,
        )
    }

    /// Entries about a ballot after `after`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// The database's.
    pub fn audit_about(&self, ballot: &str, after: i64, limit: u16) -> Result<Vec<AuditRow>, Error> {
        self.all(
            "SELECT seq, at, actor, deed, detail, prev_hash, hash FROM audit_entry
              WHERE seq > ?1 AND json_extract(detail, '$.ballot') = ?2 ORDER BY seq LIMIT ?3",
            params![after, ballot, limit],
            entry,
        )
    }

    /// The newest entry.
    ///
    /// # Errors
    /// The database's.
    pub fn audit_head(&self) -> Result<Head, Error> {
        let head = self.first("SELECT seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok(Head { seq: row.get(0)?, hash: row.get(1)? })
        })?;
        Ok(head.unwrap_or(Head { seq: 0, hash: [0; 32] }))
    }

    /// When a member's password was last replaced by another, and who made the code for it; `None`: never.
    ///
    /// # Errors
    /// The database's.
    pub fn password_replaced(&self, member_no: &str) -> Result<Option<Replaced>, Error> {
        self.first(
            "SELECT r.at, ifnull((SELECT i.actor FROM audit_entry i
                                   WHERE i.deed = ?2 AND i.seq < r.seq AND json_extract(i.detail, '$.member_no') = ?3
                                   ORDER BY i.seq DESC LIMIT 1), 'nobody known')
               FROM audit_entry r WHERE r.deed = ?1 AND json_extract(r.detail, '$.member_no') = ?3
              ORDER BY r.seq DESC LIMIT 1",
            params![Deed::PasswordReplaced.as_str(), Deed::PasswordReplacementIssued.as_str(), member_no],
            |row| Ok(Replaced { at: row.get(0)?, code_by: row.get(1)? }),
        )
    }
}

impl WriteTx<'_> {
    /// Notes a deed, in the transaction that does it. `detail` holds no secret, no credential and no tracker.
    ///
    /// # Errors
    /// The database's.
    pub fn audit(&self, actor: &Actor, deed: Deed, detail: &impl Serialize) -> Result<(), Error> {
        let head = self.audit_head()?;
        let mut row = AuditRow {
            seq: head.seq + 1,
            at: self.now(),
            actor: actor.to_string(),
            deed: deed.as_str().to_owned(),
            detail: canonical(deed, detail)?,
            prev_hash: head.hash,
            hash: [0; 32],
        };
        row.hash = row.computed_hash()?;
        self.execute(
            "INSERT INTO audit_entry (seq, at, actor, deed, detail, prev_hash, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![row.seq, row.at, row.actor, row.deed, row.detail, row.prev_hash, row.hash],
        )?;
        Ok(())
    }
}

/// Recomputes the whole log.
///
/// # Errors
/// The database's; a log that does not fit together is the inner error.
pub fn verify_chain(tx: &Tx<'_>) -> Result<Result<Head, ChainBroken>, Error> {
    let mut head = Head { seq: 0, hash: [0; 32] };
    loop {
        let page = tx.audit_after(head.seq, 1000)?;
        if page.is_empty() {
            return Ok(Ok(head));
        }
        for row in page {
            let next = head.seq + 1;
            if row.seq != next || row.prev_hash != head.hash || row.computed_hash()? != row.hash {
                return Ok(Err(ChainBroken { seq: next }));
            }
            head = Head { seq: row.seq, hash: row.hash };
        }
    }
}
