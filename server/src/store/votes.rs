//! Tables `vote` and `tested_vote`, and what casting needs of `binding` and `credential`.

use rusqlite::params;
use scrutineer_protocol::hash::Base64Hash;

use super::column::{maybe_unsigned, signed, unsigned};
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
    /// The height of the last vote of the credential, if there is one.
    pub last_vote: Option<u64>,
}

/// A vote on a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoteRow {
    /// The height of its event.
    pub height: u64,
    /// The height of the vote of the same credential that counted before it, if there was one.
    pub replaces: Option<u64>,
    /// The height of the vote that replaced it, if there is one.
    pub replaced_by: Option<u64>,
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
            "SELECT credential, casts, last_cast_at, tests, last_vote FROM binding
              WHERE box_id = ?1 AND member_mac = ?2",
            params![id, mac],
            |row| {
                Ok(CastBinding {
                    credential: row.get(0)?,
                    casts: unsigned(row, 1)?,
                    last_cast_at: row.get(2)?,
                    tests: unsigned(row, 3)?,
                    last_vote: maybe_unsigned(row, 4)?,
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
            "SELECT height, replaces, replaced_by FROM vote WHERE box_id = ?1 AND tracker = ?2",
            params![id, tracker.digest()],
            |row| {
                let (replaces, replaced_by) = (maybe_unsigned(row, 1)?, maybe_unsigned(row, 2)?);
                Ok(VoteRow { height: unsigned(row, 0)?, replaces, replaced_by })
            },
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

    /// The height of the last vote on a record, 0 before the first.
    ///
    /// # Errors
    /// The database's.
    pub fn last_vote(&self, id: BoxId) -> Result<u64, Error> {
        let sql =
            "SELECT height FROM event WHERE box_id = ?1 AND kind = 'Ballot' ORDER BY height DESC LIMIT 1";
        self.first(sql, [id], |row| unsigned(row, 0)).map(Option::unwrap_or_default)
    }
}

impl WriteTx<'_> {
    /// Notes a vote that was put on the record, and that it counts in the place of the one at another height.
    ///
    /// # Errors
    /// The database's; also if the vote is there already.
    pub fn add_vote(
        &self,
        id: BoxId,
        tracker: &Base64Hash,
        height: u64,
        replaces: Option<u64>,
    ) -> Result<(), Error> {
        let other = replaces.map(signed).transpose()?;
        self.execute(
            "INSERT INTO vote (box_id, tracker, height, replaces) VALUES (?1, ?2, ?3, ?4)",
            params![id, tracker.digest(), signed(height)?, other],
        )?;
        let Some(replaced) = replaces else { return Ok(()) };
        for (_, replaced) in self.trackers(id, replaced, replaced)? {
            self.execute(
                "UPDATE vote SET replaced_by = ?3 WHERE box_id = ?1 AND tracker = ?2",
                params![id, replaced.digest(), signed(height)?],
            )?;
        }
        Ok(())
    }

    /// Counts a vote of a member, for the limits, and notes its height.
    ///
    /// # Errors
    /// The database's.
    pub fn note_cast(&self, id: BoxId, mac: &[u8; 32], height: u64) -> Result<(), Error> {
        self.execute(
            "UPDATE binding SET casts = casts + 1, last_cast_at = ?3, last_vote = ?4
              WHERE box_id = ?1 AND member_mac = ?2",
            params![id, mac, self.now(), signed(height)?],
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
