//! Tables `vote`, `latest_vote` and `tested_vote`, and what casting needs of `binding` and `credential`.

use std::collections::{BTreeMap, HashMap};

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

/// A vote that counts, with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedVote {
    /// The credential.
    pub credential: CredentialBytes,
    /// The vote's bytes.
    pub body: String,
}

/// A credential whose counted vote has changed since some height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedVote {
    /// The height of the vote that counts now.
    pub counts: u64,
    /// The height of the vote that counted then, if any.
    pub counted: Option<u64>,
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
            "SELECT height FROM latest_vote WHERE box_id = ?1 AND credential = ?2",
            params![id, credential],
            |row| unsigned(row, 0),
        )
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

    /// How many votes count: the credentials with a vote.
    ///
    /// # Errors
    /// The database's.
    pub fn count_counted(&self, id: BoxId) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM latest_vote WHERE box_id = ?1";
        self.first(sql, [id], |row| unsigned(row, 0)).map(Option::unwrap_or_default)
    }

    /// The votes that count, by credential, after this one; at most `limit`.
    ///
    /// # Errors
    /// The database's.
    pub fn counted_votes(
        &self,
        id: BoxId,
        after: Option<&CredentialBytes>,
        limit: u32,
    ) -> Result<Vec<CountedVote>, Error> {
        self.all(
            "SELECT l.credential, d.body FROM latest_vote l
               JOIN datum d ON d.box_id = l.box_id AND d.height = l.height AND d.position = 0
              WHERE l.box_id = ?1 AND l.credential > ?2 ORDER BY l.credential LIMIT ?3",
            params![id, after.map_or(&[][..], |after| &after[..]), limit],
            |row| Ok(CountedVote { credential: row.get(0)?, body: row.get(1)? }),
        )
    }

    /// The credentials whose counted vote has changed after a height. Grows with their number, and takes one look at every
    /// vote if there are any.
    ///
    /// # Errors
    /// The database's.
    pub fn changed_votes(&self, id: BoxId, after: u64) -> Result<Vec<ChangedVote>, Error> {
        let after = signed(after)?;
        let now: Vec<(CredentialBytes, u64)> = self.all(
            "SELECT credential, height FROM latest_vote WHERE box_id = ?1 AND height > ?2",
            params![id, after],
            |row| Ok((row.get(0)?, unsigned(row, 1)?)),
        )?;
        if now.is_empty() {
            return Ok(Vec::new());
        }
        let mut changed: HashMap<_, _> = now
            .into_iter()
            .map(|(credential, counts)| (credential, ChangedVote { counts, counted: None }))
            .collect();
        let then: BTreeMap<u64, CredentialBytes> = self
            .all(
                "SELECT height, credential FROM vote WHERE box_id = ?1 AND height <= ?2",
                params![id, after],
                |row| Ok((unsigned(row, 0)?, row.get::<_, CredentialBytes>(1)?)),
            )?
            .into_iter()
            .filter(|(_, credential)| changed.contains_key(credential))
            .collect();
        for (height, credential) in then {
            if let Some(vote) = changed.get_mut(&credential) {
                vote.counted = Some(height);
            }
        }
        Ok(changed.into_values().collect())
    }
}

impl WriteTx<'_> {
    /// Notes a vote that was put on the record, and that it counts from now on in the place of earlier ones.
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
        let height = signed(height)?;
        self.execute(
            "INSERT INTO vote (box_id, tracker, height, credential) VALUES (?1, ?2, ?3, ?4)",
            params![id, tracker.digest(), height, credential],
        )?;
        self.execute(
            "INSERT INTO latest_vote (box_id, credential, height) VALUES (?1, ?2, ?3)
             ON CONFLICT (box_id, credential) DO UPDATE SET height = excluded.height",
            params![id, credential, height],
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
