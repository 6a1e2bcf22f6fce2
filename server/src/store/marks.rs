//! Table `ballot_mark`: whose code, address or password was changed while a ballot was under way. After closing it says how
//! many votes there can be at most that somebody else might have cast; it is nobody's fault to stand in it.

use rusqlite::params;

use super::column::unsigned;
use super::error::Error;
use super::ids::BallotId;
use super::tx::{Tx, WriteTx};

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// The voting code was re-issued.
    Reissued,
    /// The e-mail address was changed.
    Address,
    /// The password was set, or set anew.
    Password,
}

impl Mark {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Reissued => "reissued",
            Self::Address => "address",
            Self::Password => "password",
        }
    }
}

/// Votes of members who were marked: at most so many might have been cast by somebody else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MarkedVotes {
    /// Members with a re-issued code who voted.
    pub reissued: u64,
    /// Members with a changed address or password who voted.
    pub changed: u64,
}

impl Tx<'_> {
    /// The ballots that are frozen or open and have a member on their frozen roll.
    ///
    /// # Errors
    /// The database's.
    pub fn ballots_under_way_of(&self, member_no: &str) -> Result<Vec<BallotId>, Error> {
        self.all(
            "SELECT b.id FROM ballot b JOIN box x ON x.ballot_id = b.id
               JOIN roll_entry r ON r.box_id = x.id AND r.member_no = ?1
              WHERE b.state IN ('frozen', 'open') ORDER BY b.id",
            [member_no],
            |row| row.get(0),
        )
    }

    /// Why a member is marked in a ballot.
    ///
    /// # Errors
    /// The database's.
    pub fn is_marked(&self, ballot: BallotId, member_no: &str, mark: Mark) -> Result<bool, Error> {
        let sql =
            "SELECT EXISTS (SELECT 1 FROM ballot_mark WHERE ballot_id = ?1 AND member_no = ?2 AND why = ?3)";
        self.value(sql, params![ballot, member_no, mark.as_str()])
    }

    /// How many members who were marked in a ballot have voted in it. Only for ballots whose voting has ended.
    ///
    /// # Errors
    /// The database's.
    pub fn marked_votes(&self, ballot: BallotId) -> Result<MarkedVotes, Error> {
        let found = self.first(
            "SELECT ifnull(sum(reissued), 0), ifnull(sum(changed), 0) FROM (
               SELECT max(m.why = 'reissued') AS reissued, max(m.why <> 'reissued') AS changed
                 FROM ballot_mark m JOIN box b ON b.ballot_id = m.ballot_id
                 JOIN participation p ON p.box_id = b.id AND p.member_no = m.member_no
                WHERE m.ballot_id = ?1 AND p.voted = 1 GROUP BY m.member_no)",
            [ballot],
            |row| Ok(MarkedVotes { reissued: unsigned(row, 0)?, changed: unsigned(row, 1)? }),
        )?;
        Ok(found.unwrap_or_default())
    }
}

impl WriteTx<'_> {
    /// Marks a member in a ballot.
    ///
    /// # Errors
    /// The database's.
    pub fn mark(&self, ballot: BallotId, member_no: &str, mark: Mark) -> Result<(), Error> {
        self.execute(
            "INSERT INTO ballot_mark (ballot_id, member_no, why) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![ballot, member_no, mark.as_str()],
        )?;
        Ok(())
    }

    /// Marks a member in every ballot that is frozen or open and has the member on its frozen roll.
    ///
    /// # Errors
    /// The database's.
    pub fn mark_under_way(&self, member_no: &str, mark: Mark) -> Result<(), Error> {
        for ballot in self.ballots_under_way_of(member_no)? {
            self.mark(ballot, member_no, mark)?;
        }
        Ok(())
    }

    /// Takes note that a member's code was re-issued: the member is marked, and what carried the old code does not count.
    ///
    /// # Errors
    /// The database's.
    pub fn note_reissue(&self, ballot: BallotId, member_no: &str) -> Result<(), Error> {
        self.mark(ballot, member_no, Mark::Reissued)?;
        self.void_delivered(ballot, member_no)
    }
}
