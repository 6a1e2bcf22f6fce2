//! Tables `vote` and `tested_vote`, and what casting needs of `binding` and `credential`.

use rusqlite::params;
use scrutineer_protocol::hash::Base64Hash;

use super::column::{signed, unsigned};
use super::error::Error;
use super::ids::{BallotId, BoxId};
use super::tx::{Tx, WriteTx};

/// A public credential's encoding.
pub type CredentialBytes = [u8; 32];

/// Whether a ballot takes votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voting {
    /// Whether it is open, whatever the time.
    pub open: bool,
    /// Its deadline, if any.
    pub closes_at: Option<i64>,
}

/// What a member may cast with, and how often the member has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CastBinding {
    /// The only credential that the member's votes may bear.
    pub credential: CredentialBytes,
    /// Votes of the member so far.
    pub casts: u64,
    /// When the last of them came.
    pub last_cast_at: i64,
    /// Votes that the member tested instead of casting them.
    pub tests: u64,
}

/// A vote on a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoteRow {
    /// The height of its event.
    pub height: u64,
    /// The credential that signed it.
    pub credential: CredentialBytes,
}

impl Tx<'_> {
    /// Whether a ballot takes votes.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if the ballot is not there.
    pub fn voting(&self, ballot: BallotId) -> Result<Voting, Error> {
        let found =
            self.first("SELECT state = 'open', closes_at FROM ballot WHERE id = ?1", [ballot], |row| {
                Ok(Voting { open: row.get(0)?, closes_at: row.get(1)? })
            })?;
        found.ok_or_else(|| Error::Corrupt("a ballot that is referred to is not there".to_owned()))
    }

    /// What a member may cast with; none if the member is not on the frozen roll, or voting has ended.
    ///
    /// # Errors
    /// The database's.
    pub fn cast_binding(&self, id: BoxId, mac: &[u8; 32]) -> Result<Option<CastBinding>, Error> {
        self.first(
            "SELECT credential, casts, last_cast_at, tests FROM binding WHERE box_id = ?1 AND member_mac = ?2",
            params![id, mac],
            |row| {
                Ok(CastBinding {
                    credential: row.get(0)?,
                    casts: unsigned(row, 1)?,
                    last_cast_at: row.get(2)?,
                    tests: unsigned(row, 3)?,
                })
            },
        )
    }

    /// Whether a credential was made void.
    ///
    /// # Errors
    /// The database's.
    pub fn is_void(&self, id: BoxId, credential: &CredentialBytes) -> Result<bool, Error> {
        self.value(
            "SELECT EXISTS (SELECT 1 FROM credential WHERE box_id = ?1 AND credential = ?2 AND kind = 'void')",
            params![id, credential],
        )
    }

    /// The credentials that were made void.
    ///
    /// # Errors
    /// The database's.
    pub fn void_credentials(&self, id: BoxId) -> Result<Vec<CredentialBytes>, Error> {
        self.all("SELECT credential FROM credential WHERE box_id = ?1 AND kind = 'void'", [id], |row| {
            row.get(0)
        })
    }

    /// A vote on the record.
    ///
    /// # Errors
    /// The database's.
    pub fn vote(&self, id: BoxId, tracker: &Base64Hash) -> Result<Option<VoteRow>, Error> {
        self.first(
            "SELECT height, credential FROM vote WHERE box_id = ?1 AND tracker = ?2",
            params![id, tracker.digest()],
            |row| Ok(VoteRow { height: unsigned(row, 0)?, credential: row.get(1)? }),
        )
    }

    /// The trackers of votes on the record from one digest to another, both included; at most `limit`.
    ///
    /// # Errors
    /// The database's.
    pub fn trackers_between(
        &self,
        id: BoxId,
        (from, to): (&[u8; 32], &[u8; 32]),
        limit: u32,
    ) -> Result<Vec<Base64Hash>, Error> {
        self.all(
            "SELECT tracker FROM vote WHERE box_id = ?1 AND tracker BETWEEN ?2 AND ?3 LIMIT ?4",
            params![id, from, to, limit],
            |row| row.get(0).map(Base64Hash::from_digest),
        )
    }

    /// Whether a sealed vote was tested, so that it is never taken.
    ///
    /// # Errors
    /// The database's.
    pub fn is_tested(&self, id: BoxId, tracker: &Base64Hash) -> Result<bool, Error> {
        self.value(
            "SELECT EXISTS (SELECT 1 FROM tested_vote WHERE box_id = ?1 AND tracker = ?2)",
            params![id, tracker.digest()],
        )
    }

    /// The height of the vote of a credential that counts, if there is one.
    ///
    /// # Errors
    /// The database's.
    pub fn latest_vote(&self, id: BoxId, credential: &CredentialBytes) -> Result<Option<u64>, Error> {
        self.first(
            "SELECT height FROM vote WHERE box_id = ?1 AND credential = ?2 ORDER BY height DESC LIMIT 1",
            params![id, credential],
            |row| unsigned(row, 0),
        )
    }

    /// The height of the last vote on a record, 0 before the first.
    ///
    /// # Errors
    /// The database's.
    pub fn last_vote(&self, id: BoxId) -> Result<u64, Error> {
        let sql =
            "SELECT height FROM event WHERE box_id = ?1 AND kind = 'Ballot' ORDER BY height DESC LIMIT 1";
        self.first(sql, [id], |row| unsigned(row, 0)).map(Option::unwrap_or_default)
    }

    /// Whether a vote of a credential was on the record up to a height, besides the one at that height.
    ///
    /// # Errors
    /// The database's.
    pub fn is_replaced(
        &self,
        id: BoxId,
        credential: &CredentialBytes,
        height: u64,
        up_to: u64,
    ) -> Result<bool, Error> {
        self.value(
            "SELECT EXISTS (SELECT 1 FROM vote
                             WHERE box_id = ?1 AND credential = ?2 AND height > ?3 AND height <= ?4)",
            params![id, credential, signed(height)?, signed(up_to)?],
        )
    }

    /// The height of the vote of a credential that counted before the one at a height, if there was one.
    ///
    /// # Errors
    /// The database's.
    pub fn vote_before(
        &self,
        id: BoxId,
        credential: &CredentialBytes,
        height: u64,
    ) -> Result<Option<u64>, Error> {
        self.first(
            "SELECT height FROM vote WHERE box_id = ?1 AND credential = ?2 AND height < ?3
              ORDER BY height DESC LIMIT 1",
            params![id, credential, signed(height)?],
            |row| unsigned(row, 0),
        )
    }
}

impl WriteTx<'_> {
    /// Notes a vote that was put on the record: it counts from now on in the place of earlier ones.
    ///
    /// # Errors
    /// The database's; also if the vote is there already.
    pub fn add_vote(
        &self,
        id: BoxId,
        tracker: &Base64Hash,
        credential: &CredentialBytes,
        height: u64,
    ) -> Result<(), Error> {
        self.execute(
            "INSERT INTO vote (box_id, tracker, height, credential) VALUES (?1, ?2, ?3, ?4)",
            params![id, tracker.digest(), signed(height)?, credential],
        )?;
        Ok(())
    }

    /// Counts a vote of a member, for the limits.
    ///
    /// # Errors
    /// The database's.
    pub fn note_cast(&self, id: BoxId, mac: &[u8; 32]) -> Result<(), Error> {
        self.execute(
            "UPDATE binding SET casts = casts + 1, last_cast_at = ?3 WHERE box_id = ?1 AND member_mac = ?2",
            params![id, mac, self.now()],
        )?;
        Ok(())
    }

    /// Notes that a sealed vote was tested by a member, who is not named beside it, and counts it for the limits.
    ///
    /// # Errors
    /// The database's; also if it was tested before.
    pub fn add_tested(&self, id: BoxId, tracker: &Base64Hash, mac: &[u8; 32]) -> Result<(), Error> {
        self.execute(
            "INSERT INTO tested_vote (box_id, tracker) VALUES (?1, ?2)",
            params![id, tracker.digest()],
        )?;
        self.execute(
            "UPDATE binding SET tests = tests + 1 WHERE box_id = ?1 AND member_mac = ?2",
            params![id, mac],
        )?;
        Ok(())
    }
}
