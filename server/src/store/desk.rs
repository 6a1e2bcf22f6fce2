//! What the desk looks up and changes: members with how to reach them, tables `email_change`, `code_request` and
//! `code_permit`.

use rusqlite::{Row, params};

use super::accounts::MemberId;
use super::column::unsigned;
use super::error::Error;
use super::ids::{BallotId, BoxId};
use super::tx::{Tx, WriteTx};

/// A member in a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskRow {
    /// Number on the roll.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// Unit on the roll.
    pub unit: String,
    /// Standing on the roll.
    pub standing: String,
    /// Whether the last import named them.
    pub on_roll: bool,
}

/// A member with how to reach them by the roll as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachRow {
    /// The database's number.
    pub id: MemberId,
    /// Particulars on the roll.
    pub entry: DeskRow,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Language, BCP 47.
    pub language: Option<String>,
    /// Whether they can sign in.
    pub has_password: bool,
    /// Keyed hash of what only they know, if the roll has it.
    pub fact_hash: Option<[u8; 32]>,
}

/// An address that was changed and is not in use yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailChangeRow {
    /// Whose.
    pub member: MemberId,
    /// Their number on the roll.
    pub member_no: String,
    /// The new address; empty if a roll takes it away.
    pub email: String,
    /// Who changed it, as in the audit log.
    pub asked_by: String,
    /// In use from then on, seconds since the epoch.
    pub due_at: i64,
}

/// What somebody typed who says that they have no code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRequestRow {
    /// Random; the row's key.
    pub slot: [u8; 16],
    /// In which ballot.
    pub ballot: BallotId,
    /// As typed.
    pub member_no: String,
    /// Keyed hash of what was typed as the fact.
    pub fact_hash: [u8; 32],
}

/// A permission to get another code oneself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodePermitRow {
    /// Hash of what the letter says; `None` once it was used.
    pub code_hash: Option<[u8; 32]>,
    /// Not taken from then on, seconds since the epoch; nor is another given before.
    pub expires_at: i64,
}

const DESK: &str = "member_no, name, unit, standing, on_roll";

/// Of a permission that was used.
const USED: [u8; 32] = [0; 32];

fn a_desk_row(row: &Row<'_>, from: usize) -> rusqlite::Result<DeskRow> {
    Ok(DeskRow {
        member_no: row.get(from)?,
        name: row.get(from + 1)?,
        unit: row.get(from + 2)?,
        standing: row.get(from + 3)?,
        on_roll: row.get(from + 4)?,
    })
}

fn a_change(row: &Row<'_>) -> rusqlite::Result<EmailChangeRow> {
    Ok(EmailChangeRow {
        member: MemberId(row.get(0)?),
        member_no: row.get(1)?,
        email: row.get(2)?,
        asked_by: row.get(3)?,
        due_at: row.get(4)?,
    })
}

const CHANGE: &str = "SELECT e.member_id, m.member_no, e.email, e.asked_by, e.due_at
     FROM email_change e JOIN member m ON m.id = e.member_id";

impl Tx<'_> {
    /// Everybody whom the union counts as a member or did, by name and number.
    ///
    /// # Errors
    /// The database's.
    pub fn desk_rows(&self) -> Result<Vec<DeskRow>, Error> {
        self.all(&format!("SELECT {DESK} FROM member ORDER BY name, member_no"), [], |row| a_desk_row(row, 0))
    }

    /// A member with how to reach them.
    ///
    /// # Errors
    /// The database's.
    pub fn reach(&self, member_no: &str) -> Result<Option<ReachRow>, Error> {
        self.first(
            &format!(
                "SELECT id, {DESK}, email, phone, language, password_hash IS NOT NULL, fact_hash
                   FROM member WHERE member_no = ?1"
            ),
            [member_no],
            |row| {
                Ok(ReachRow {
                    id: MemberId(row.get(0)?),
                    entry: a_desk_row(row, 1)?,
                    email: row.get(6)?,
                    phone: row.get(7)?,
                    language: row.get(8)?,
                    has_password: row.get(9)?,
                    fact_hash: row.get(10)?,
                })
            },
        )
    }

    /// Whether the roll has of anybody what only they know.
    ///
    /// # Errors
    /// The database's.
    pub fn roll_has_facts(&self) -> Result<bool, Error> {
        self.value("SELECT EXISTS (SELECT 1 FROM member WHERE fact_hash IS NOT NULL)", [])
    }

    /// Whether a ballot that decides something, is frozen or open, and has the member on its frozen roll.
    ///
    /// # Errors
    /// The database's.
    pub fn is_on_roll_of_a_vote(&self, member_no: &str) -> Result<bool, Error> {
        self.value(
            "SELECT EXISTS (
               SELECT 1 FROM ballot b JOIN box x ON x.ballot_id = b.id
                 JOIN roll_entry r ON r.box_id = x.id AND r.member_no = ?1
                WHERE b.state IN ('frozen', 'open') AND b.practice = 0)",
            [member_no],
        )
    }

    /// The change of a member's address that waits, if any.
    ///
    /// # Errors
    /// The database's.
    pub fn email_change(&self, member: MemberId) -> Result<Option<EmailChangeRow>, Error> {
        self.first(&format!("{CHANGE} WHERE e.member_id = ?1"), [member], a_change)
    }

    /// The first changes of addresses whose time has come, at most so many.
    ///
    /// # Errors
    /// The database's.
    pub fn email_changes_due(&self, most: u32) -> Result<Vec<EmailChangeRow>, Error> {
        let sql = format!("{CHANGE} WHERE e.due_at <= ?1 ORDER BY e.member_id LIMIT ?2");
        self.all(&sql, params![self.now(), most], a_change)
    }

    /// Whether a letter with a member's voting code waits for the ballot to be opened: it says the code that is the member's
    /// when it leaves.
    ///
    /// # Errors
    /// The database's.
    pub fn opening_brings_code(&self, ballot: BallotId, member_no: &str) -> Result<bool, Error> {
        self.value(
            "SELECT EXISTS (SELECT 1 FROM letter l JOIN letter_run r ON r.number = l.run
               JOIN member m ON m.id = l.member_id
              WHERE l.ballot_id = ?1 AND m.member_no = ?2 AND l.code = 1 AND l.state = 'held' AND r.state = 'waiting')",
            params![ballot, member_no],
        )
    }

    /// Whether something waits at the desk whose time has come.
    ///
    /// # Errors
    /// The database's.
    pub fn desk_is_due(&self) -> Result<bool, Error> {
        self.value(
            "SELECT EXISTS (SELECT 1 FROM email_change WHERE due_at <= ?1) OR EXISTS (SELECT 1 FROM code_request)",
            [self.now()],
        )
    }

    /// How many requests for a code wait to be looked at.
    ///
    /// # Errors
    /// The database's.
    pub fn count_code_requests(&self) -> Result<u64, Error> {
        let found = self.first("SELECT count(*) FROM code_request", [], |row| unsigned(row, 0))?;
        Ok(found.unwrap_or_default())
    }

    /// The first requests for a code, in no order that says anything.
    ///
    /// # Errors
    /// The database's.
    pub fn code_requests(&self, most: u32) -> Result<Vec<CodeRequestRow>, Error> {
        self.all(
            "SELECT slot, ballot_id, member_no, fact_hash FROM code_request ORDER BY slot LIMIT ?1",
            [most],
            |row| {
                Ok(CodeRequestRow {
                    slot: row.get(0)?,
                    ballot: row.get(1)?,
                    member_no: row.get(2)?,
                    fact_hash: row.get(3)?,
                })
            },
        )
    }

    /// The permission of a member to get another code, used or ended or not.
    ///
    /// # Errors
    /// The database's.
    pub fn code_permit(&self, ballot: BallotId, member: MemberId) -> Result<Option<CodePermitRow>, Error> {
        self.first(
            "SELECT code_hash, expires_at FROM code_permit WHERE ballot_id = ?1 AND member_id = ?2",
            params![ballot, member],
            |row| {
                let hash: [u8; 32] = row.get(0)?;
                Ok(CodePermitRow { code_hash: (hash != USED).then_some(hash), expires_at: row.get(1)? })
            },
        )
    }
}

impl WriteTx<'_> {
    /// Keeps another address of a member until it is in use, in place of one that waits.
    ///
    /// # Errors
    /// The database's.
    pub fn put_email_change(
        &self,
        member: MemberId,
        email: &str,
        asked_by: &str,
        due_at: i64,
    ) -> Result<(), Error> {
        self.execute(
            "INSERT INTO email_change (member_id, email, asked_by, due_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (member_id) DO UPDATE
                SET email = excluded.email, asked_by = excluded.asked_by, due_at = excluded.due_at",
            params![member, email, asked_by, due_at],
        )?;
        Ok(())
    }

    /// Forgets the change of an address. `false` if none waits.
    ///
    /// # Errors
    /// The database's.
    pub fn remove_email_change(&self, member: MemberId) -> Result<bool, Error> {
        Ok(self.execute("DELETE FROM email_change WHERE member_id = ?1", [member])? == 1)
    }

    /// Gives a member another address on the roll, also in a ballot that is being frozen; an empty one is none.
    ///
    /// # Errors
    /// The database's.
    pub fn set_email(&self, member: MemberId, email: &str) -> Result<(), Error> {
        self.execute("UPDATE member SET email = nullif(?2, '') WHERE id = ?1", params![member, email])?;
        self.execute(
            "INSERT INTO roll_mark (one, changes, addresses) VALUES (1, 0, 1)
             ON CONFLICT (one) DO UPDATE SET addresses = addresses + 1",
            [],
        )?;
        self.execute(
            "UPDATE contact SET email = nullif(?2, '')
              WHERE box_id IN (SELECT id FROM box WHERE ballot_id IS NULL)
                AND member_no = (SELECT member_no FROM member WHERE id = ?1)",
            params![member, email],
        )?;
        Ok(())
    }

    /// Keeps what somebody typed who says that they have no code.
    ///
    /// # Errors
    /// The database's.
    pub fn add_code_request(&self, request: &CodeRequestRow) -> Result<(), Error> {
        self.execute(
            "INSERT INTO code_request (slot, ballot_id, member_no, fact_hash) VALUES (?1, ?2, ?3, ?4)",
            params![request.slot, request.ballot, request.member_no, request.fact_hash],
        )?;
        Ok(())
    }

    /// Forgets a request.
    ///
    /// # Errors
    /// The database's.
    pub fn remove_code_request(&self, slot: &[u8; 16]) -> Result<(), Error> {
        self.execute("DELETE FROM code_request WHERE slot = ?1", [slot])?;
        Ok(())
    }

    /// Permits a member to get another code, in place of a permission that has ended.
    ///
    /// # Errors
    /// The database's.
    pub fn put_code_permit(
        &self,
        ballot: BallotId,
        member: MemberId,
        code_hash: &[u8; 32],
        expires_at: i64,
    ) -> Result<(), Error> {
        self.execute(
            "INSERT INTO code_permit (ballot_id, member_id, code_hash, expires_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (ballot_id, member_id)
             DO UPDATE SET code_hash = excluded.code_hash, expires_at = excluded.expires_at",
            params![ballot, member, code_hash, expires_at],
        )?;
        Ok(())
    }

    /// Uses a permission up: until its time is over there is no other.
    ///
    /// # Errors
    /// The database's.
    pub fn use_code_permit(&self, ballot: BallotId, member: MemberId) -> Result<(), Error> {
        self.execute(
            "UPDATE code_permit SET code_hash = ?3 WHERE ballot_id = ?1 AND member_id = ?2",
            params![ballot, member, USED],
        )?;
        Ok(())
    }

    /// Counts a code that a member replaced without the desk.
    ///
    /// # Errors
    /// The database's.
    pub fn count_own_reissue(&self, id: BoxId) -> Result<(), Error> {
        self.execute("UPDATE box SET own_reissues = own_reissues + 1 WHERE id = ?1", [id])?;
        Ok(())
    }

    /// Takes note that the code in a member's letters is void: those that wait are dropped.
    ///
    /// # Errors
    /// The database's.
    pub fn drop_code_letters(&self, ballot: BallotId, member_no: &str) -> Result<(), Error> {
        self.execute(
            "UPDATE letter SET state = 'dropped', reason = 'a newer code', day = date(?3, 'unixepoch')
              WHERE ballot_id = ?1 AND member_id = (SELECT id FROM member WHERE member_no = ?2) AND code = 1
                AND state IN ('held', 'queued')",
            params![ballot, member_no, self.now()],
        )?;
        // Should one of those that were sent come back now, that says nothing of the new code.
        self.execute(
            "UPDATE letter SET code = 0
              WHERE ballot_id = ?1 AND member_id = (SELECT id FROM member WHERE member_no = ?2) AND code = 1",
            params![ballot, member_no],
        )?;
        Ok(())
    }

    /// Forgets who asked for a code, and when: part of the end of voting. What was asked says that no vote stood then.
    ///
    /// # Errors
    /// The database's.
    pub fn forget_code_requests(&self, ballot: BallotId) -> Result<(), Error> {
        self.execute("DELETE FROM code_request WHERE ballot_id = ?1", [ballot])?;
        self.execute("DELETE FROM code_permit WHERE ballot_id = ?1", [ballot])?;
        self.execute(
            "DELETE FROM letter WHERE run IS NULL AND ballot_id = ?1 AND kind = 'code_asked'",
            [ballot],
        )?;
        // The day stays, for the ledger of delivery; the minute would say when somebody was about to vote.
        self.execute(
            "UPDATE letter SET due_at = unixepoch(day) WHERE run IS NULL AND ballot_id = ?1 AND kind = 'new_code'",
            [ballot],
        )?;
        Ok(())
    }
}
