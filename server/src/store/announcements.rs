//! Tables `announcement`, `notice_sent` and `roll_objection`: drafts that members were told of, how they were told, and what
//! they objected to on the roll.

use rusqlite::{Row, params};

use super::accounts::MemberId;
use super::column::{signed, unsigned};
use super::error::Error;
use super::ids::BallotId;
use super::tx::{Tx, WriteTx};

/// When a draft was announced, and until when members may object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnouncementRow {
    /// When it was announced, in seconds since the epoch.
    pub announced_at: i64,
    /// Number on the roll of whoever announced it.
    pub announced_by: String,
    /// Members may object before this time, in seconds since the epoch.
    pub objections_until: i64,
    /// Members who could vote by the roll as it was when it was announced.
    pub eligible: u64,
}

/// One way in which the notice of a ballot was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeSentRow {
    /// Its number in the ballot, from 1.
    pub number: u64,
    /// The day, as `2021-01-15`.
    pub sent_on: String,
    /// How many were sent.
    pub copies: u64,
    /// By which way: `mail`, `email`, `hand` or `posted`.
    pub how: String,
}

/// A member's objection to the roll of an announced ballot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollObjectionRow {
    /// Its number in the ballot, from 1.
    pub number: u64,
    /// Number on the roll of whoever objects.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// The objection.
    pub text: String,
    /// When it was filed, in seconds since the epoch.
    pub filed_at: i64,
    /// The answer, once there is one.
    pub answer: Option<AnswerRow>,
}

/// What an objection was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerRow {
    /// The answer.
    pub text: String,
    /// Number on the roll of whoever answered.
    pub by: String,
    /// When, in seconds since the epoch.
    pub at: i64,
}

const OBJECTION: &str =
    "SELECT o.number, m.member_no, m.name, o.text, o.filed_at, o.answer, a.member_no, o.answered_at
                           FROM roll_objection o
                           JOIN member m ON m.id = o.member_id
                           LEFT JOIN member a ON a.id = o.answered_by";

fn objection(row: &Row<'_>) -> rusqlite::Result<RollObjectionRow> {
    let answer = match row.get(5)? {
        None => None,
        Some(text) => Some(AnswerRow { text, by: row.get(6)?, at: row.get(7)? }),
    };
    Ok(RollObjectionRow {
        number: unsigned(row, 0)?,
        member_no: row.get(1)?,
        name: row.get(2)?,
        text: row.get(3)?,
        filed_at: row.get(4)?,
        answer,
    })
}

impl Tx<'_> {
    /// When a ballot was announced, if it was.
    ///
    /// # Errors
    /// The database's.
    pub fn announcement(&self, ballot: BallotId) -> Result<Option<AnnouncementRow>, Error> {
        self.first(
            "SELECT n.announced_at, m.member_no, n.objections_until, n.eligible
               FROM announcement n JOIN member m ON m.id = n.announced_by WHERE n.ballot_id = ?1",
            [ballot],
            |row| {
                Ok(AnnouncementRow {
                    announced_at: row.get(0)?,
                    announced_by: row.get(1)?,
                    objections_until: row.get(2)?,
                    eligible: unsigned(row, 3)?,
                })
            },
        )
    }

    /// How the notice of a ballot was sent, in the order in which it was noted.
    ///
    /// # Errors
    /// The database's.
    pub fn notices_sent(&self, ballot: BallotId) -> Result<Vec<NoticeSentRow>, Error> {
        self.all(
            "SELECT number, sent_on, copies, how FROM notice_sent WHERE ballot_id = ?1 ORDER BY number",
            [ballot],
            |row| {
                Ok(NoticeSentRow {
                    number: unsigned(row, 0)?,
                    sent_on: row.get(1)?,
                    copies: unsigned(row, 2)?,
                    how: row.get(3)?,
                })
            },
        )
    }

    /// The objections to the roll of a ballot, in the order in which they came.
    ///
    /// # Errors
    /// The database's.
    pub fn roll_objections(&self, ballot: BallotId) -> Result<Vec<RollObjectionRow>, Error> {
        self.all(&format!("{OBJECTION} WHERE o.ballot_id = ?1 ORDER BY o.number"), [ballot], objection)
    }

    /// One member's objections to the roll of a ballot, in the order in which they came.
    ///
    /// # Errors
    /// The database's.
    pub fn roll_objections_of(
        &self,
        ballot: BallotId,
        member: MemberId,
    ) -> Result<Vec<RollObjectionRow>, Error> {
        self.all(
            &format!("{OBJECTION} WHERE o.ballot_id = ?1 AND o.member_id = ?2 ORDER BY o.number"),
            params![ballot, member],
            objection,
        )
    }

    /// How many objections to the roll of a ballot were filed, and how many of them were answered.
    ///
    /// # Errors
    /// The database's.
    pub fn roll_objection_counts(&self, ballot: BallotId) -> Result<(u64, u64), Error> {
        let counts = self.first(
            "SELECT count(*), count(answer) FROM roll_objection WHERE ballot_id = ?1",
            [ballot],
            |row| Ok((unsigned(row, 0)?, unsigned(row, 1)?)),
        )?;
        Ok(counts.unwrap_or_default())
    }
}

impl WriteTx<'_> {
    /// Announces a draft.
    ///
    /// # Errors
    /// The database's.
    pub fn announce(
        &self,
        ballot: BallotId,
        by: MemberId,
        objections_until: i64,
        eligible: u64,
    ) -> Result<(), Error> {
        self.execute(
            "INSERT INTO announcement (ballot_id, announced_at, announced_by, objections_until, eligible)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![ballot, self.now(), by, objections_until, signed(eligible)?],
        )?;
        Ok(())
    }

    /// Notes that the notice of a ballot was sent.
    ///
    /// # Errors
    /// The database's.
    pub fn add_notice_sent(
        &self,
        ballot: BallotId,
        by: MemberId,
        (sent_on, copies, how): (&str, u64, &str),
    ) -> Result<u64, Error> {
        let number = self.next_in("notice_sent", ballot)?;
        self.execute(
            "INSERT INTO notice_sent (ballot_id, number, sent_on, copies, how, noted_by, noted_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![ballot, signed(number)?, sent_on, signed(copies)?, how, by, self.now()],
        )?;
        Ok(number)
    }

    /// Files a member's objection to the roll of a ballot and says its number.
    ///
    /// # Errors
    /// The database's.
    pub fn add_roll_objection(&self, ballot: BallotId, member: MemberId, text: &str) -> Result<u64, Error> {
        let number = self.next_in("roll_objection", ballot)?;
        self.execute(
            "INSERT INTO roll_objection (ballot_id, number, member_id, text, filed_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![ballot, signed(number)?, member, text, self.now()],
        )?;
        Ok(number)
    }

    /// Answers an objection that has no answer yet.
    ///
    /// # Errors
    /// The database's.
    pub fn answer_roll_objection(
        &self,
        ballot: BallotId,
        number: u64,
        by: MemberId,
        answer: &str,
    ) -> Result<(), Error> {
        self.execute(
            "UPDATE roll_objection SET answer = ?3, answered_by = ?4, answered_at = ?5
              WHERE ballot_id = ?1 AND number = ?2 AND answer IS NULL",
            params![ballot, signed(number)?, answer, by, self.now()],
        )?;
        Ok(())
    }

    /// The number after the last one of a ballot.
    fn next_in(&self, table: &'static str, ballot: BallotId) -> Result<u64, Error> {
        let sql = format!("SELECT ifnull(max(number), 0) + 1 FROM {table} WHERE ballot_id = ?1");
        let next = self.first(&sql, [ballot], |row| unsigned(row, 0))?;
        Ok(next.unwrap_or(1))
    }
}
