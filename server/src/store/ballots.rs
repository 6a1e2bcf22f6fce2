//! Table `ballot`: from draft to certificate.

use rusqlite::{Row, params};
use scrutineer_api::ballot::BallotState;
use scrutineer_ballot::file::BallotFile;
use scrutineer_protocol::election::Uuid;
use thiserror::Error as ThisError;

use super::accounts::MemberId;
use super::column::{parsed, signed, unsigned};
use super::error::Error;
use super::ids::{BallotId, BoardId, BoxId};
use super::tx::{Tx, WriteTx};

/// A ballot.
#[derive(Clone, Debug)]
pub struct BallotRow {
    /// The database's number.
    pub id: BallotId,
    /// What people see.
    pub uuid: Uuid,
    /// The ballot file as JSON; see [`BallotRow::file`].
    file: String,
    /// Where it is in its life.
    pub state: BallotState,
    /// Who wrote it.
    pub drafted_by: MemberId,
    /// The board that opens the count; from freezing on, and none where the server does.
    pub board: Option<BoardId>,
    /// Who froze it and gets the codes; from freezing on.
    pub frozen_by: Option<MemberId>,
    /// When it was frozen.
    pub frozen_at: Option<i64>,
    /// Scheduled opening, if any.
    pub opens_at: Option<i64>,
    /// Deadline, if any.
    pub closes_at: Option<i64>,
    /// When voting ended.
    pub closed_at: Option<i64>,
    /// When the result was there.
    pub tallied_at: Option<i64>,
    /// Nothing of it is deleted before; known once it has ended.
    pub keep_until: Option<i64>,
    /// When all but its certificates was deleted.
    pub purged_at: Option<i64>,
    /// Public reason, of a cancelled ballot.
    pub cancel_reason: Option<String>,
    /// Whether the first codes were fetched and confirmed.
    pub codes_ready: bool,
    /// Votes cast as of `cast_shown_at`.
    pub cast_shown: u64,
    /// A midnight in the ballot's zone; 0 before the first.
    pub cast_shown_at: i64,
    /// Whether it is for trying out only: it says so everywhere, and is never certified.
    pub practice: bool,
    /// Whether it was announced to members as a draft.
    pub announced: bool,
    /// The registrar who has issued the codes, by number.
    pub registrar_no: Option<String>,
}

impl BallotRow {
    /// The text of the ballot file as JSON, byte for byte as it is kept.
    #[must_use]
    pub fn file_text(&self) -> &str {
        &self.file
    }

    /// The ballot file as it was drafted.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if it does not read back.
    pub fn file(&self) -> Result<BallotFile, Error> {
        BallotFile::from_json(&self.file)
            .map_err(|error| Error::Corrupt(format!("the file of ballot {}: {error}", self.uuid)))
    }
}

/// A ballot that is about to be kept.
pub struct NewBallotRow<'a> {
    /// What people see.
    pub uuid: &'a Uuid,
    /// The file as JSON.
    pub file: &'a str,
    /// Who wrote it.
    pub drafted_by: MemberId,
    /// Scheduled opening, if any.
    pub opens_at: Option<i64>,
    /// Deadline, if any.
    pub closes_at: Option<i64>,
    /// Whether it is for trying out only.
    pub practice: bool,
}

/// One ballot whose identifier, or a box's election, begins with what somebody typed.
#[derive(Clone, Copy, Debug)]
pub struct IdMatch {
    /// The ballot.
    pub ballot: BallotId,
    /// Where it is in its life: drafts are not there for everybody.
    pub state: BallotState,
    /// Whether it was announced: announced drafts are there for members.
    pub announced: bool,
    /// The box, if it was its election.
    pub box_id: Option<BoxId>,
}

/// A word that names no state.
#[derive(Debug, ThisError)]
#[error("no state of a ballot: {0:?}")]
struct UnknownState(String);

fn state(word: &str) -> Result<BallotState, UnknownState> {
    let found = BallotState::ALL.into_iter().find(|state| state.as_str() == word);
    found.ok_or_else(|| UnknownState(word.to_owned()))
}

const COLUMNS: &str = "id, uuid, file, state, drafted_by, board_id, frozen_by, frozen_at, opens_at, closes_at, \
                       closed_at, tallied_at, cancel_reason, codes_ready, cast_shown, cast_shown_at, practice, \
                       EXISTS (SELECT 1 FROM announcement a WHERE a.ballot_id = ballot.id), keep_until, purged_at, \
                       registrar_no";

fn ballot(row: &Row<'_>) -> rusqlite::Result<BallotRow> {
    Ok(BallotRow {
        id: row.get(0)?,
        uuid: parsed(row, 1, Uuid::from_text)?,
        file: row.get(2)?,
        state: parsed(row, 3, state)?,
        drafted_by: MemberId(row.get(4)?),
        board: row.get(5)?,
        frozen_by: row.get::<_, Option<i64>>(6)?.map(MemberId),
        frozen_at: row.get(7)?,
        opens_at: row.get(8)?,
        closes_at: row.get(9)?,
        closed_at: row.get(10)?,
        tallied_at: row.get(11)?,
        cancel_reason: row.get(12)?,
        codes_ready: row.get(13)?,
        cast_shown: unsigned(row, 14)?,
        cast_shown_at: row.get(15)?,
        practice: row.get(16)?,
        announced: row.get(17)?,
        keep_until: row.get(18)?,
        purged_at: row.get(19)?,
        registrar_no: row.get(20)?,
    })
}

impl Tx<'_> {
    /// The ballots whose identifier, or whose box's election, begins with these characters.
    ///
    /// # Errors
    /// The database's.
    pub fn ballots_beginning(&self, with: &str) -> Result<Vec<IdMatch>, Error> {
        self.all(
            "SELECT id, state, EXISTS (SELECT 1 FROM announcement a WHERE a.ballot_id = ballot.id), NULL
               FROM ballot WHERE uuid >= ?1 AND uuid < ?1 || char(1114111)
              UNION ALL
             SELECT b.id, b.state, 0, x.id FROM box x JOIN ballot b ON b.id = x.ballot_id
              WHERE x.election >= ?1 AND x.election < ?1 || char(1114111)",
            [with],
            |row| {
                let (ballot, state) = (row.get(0)?, parsed(row, 1, state)?);
                Ok(IdMatch { ballot, state, announced: row.get(2)?, box_id: row.get(3)? })
            },
        )
    }

    /// A ballot.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if it is not there.
    pub fn ballot(&self, id: BallotId) -> Result<BallotRow, Error> {
        let found = self.first(&format!("SELECT {COLUMNS} FROM ballot WHERE id = ?1"), [id], ballot)?;
        found.ok_or_else(|| Error::Corrupt("a ballot that is referred to is not there".to_owned()))
    }

    /// The ballot with this identifier.
    ///
    /// # Errors
    /// The database's.
    pub fn ballot_of(&self, uuid: &str) -> Result<Option<BallotRow>, Error> {
        self.first(&format!("SELECT {COLUMNS} FROM ballot WHERE uuid = ?1"), [uuid], ballot)
    }

    /// All ballots, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn ballots(&self) -> Result<Vec<BallotRow>, Error> {
        self.all(&format!("SELECT {COLUMNS} FROM ballot ORDER BY id DESC"), [], ballot)
    }

    /// The ballots in one state, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn ballots_in(&self, state: BallotState) -> Result<Vec<BallotRow>, Error> {
        self.all(
            &format!("SELECT {COLUMNS} FROM ballot WHERE state = ?1 ORDER BY id"),
            [state.as_str()],
            ballot,
        )
    }
}

impl WriteTx<'_> {
    /// Keeps a draft.
    ///
    /// # Errors
    /// The database's.
    pub fn add_ballot(&self, new: &NewBallotRow<'_>) -> Result<(), Error> {
        self.execute(
            "INSERT INTO ballot (uuid, file, state, drafted_by, drafted_at, opens_at, closes_at, practice)
             VALUES (?1, ?2, 'draft', ?3, ?4, ?5, ?6, ?7)",
            params![
                new.uuid.as_str(),
                new.file,
                new.drafted_by,
                self.now(),
                new.opens_at,
                new.closes_at,
                new.practice
            ],
        )?;
        Ok(())
    }

    /// Puts another file in the place of a draft's.
    ///
    /// # Errors
    /// The database's.
    pub fn replace_draft(
        &self,
        id: BallotId,
        file: &str,
        opens_at: Option<i64>,
        closes_at: Option<i64>,
    ) -> Result<(), Error> {
        self.execute(
            "UPDATE ballot SET file = ?2, opens_at = ?3, closes_at = ?4 WHERE id = ?1 AND state = 'draft'",
            params![id, file, opens_at, closes_at],
        )?;
        Ok(())
    }

    /// Notes that a draft is frozen.
    ///
    /// # Errors
    /// The database's.
    pub fn set_frozen(&self, id: BallotId, by: MemberId, board: Option<BoardId>) -> Result<(), Error> {
        self.execute(
            "UPDATE ballot SET state = 'frozen', frozen_by = ?2, frozen_at = ?3, board_id = ?4 WHERE id = ?1",
            params![id, by, self.now(), board],
        )?;
        Ok(())
    }

    /// Notes that voting has begun.
    ///
    /// # Errors
    /// The database's.
    pub fn set_open(&self, id: BallotId) -> Result<(), Error> {
        self.execute(
            "UPDATE ballot SET state = 'open', opened_at = ?2 WHERE id = ?1",
            params![id, self.now()],
        )?;
        Ok(())
    }

    /// Notes that voting has ended.
    ///
    /// # Errors
    /// The database's.
    pub fn set_closed(&self, id: BallotId) -> Result<(), Error> {
        self.execute(
            "UPDATE ballot SET state = 'closed', closed_at = ?2 WHERE id = ?1",
            params![id, self.now()],
        )?;
        Ok(())
    }

    /// Notes that the result is there.
    ///
    /// # Errors
    /// The database's.
    pub fn set_tallied(&self, id: BallotId) -> Result<(), Error> {
        self.execute(
            "UPDATE ballot SET state = 'tallied', tallied_at = ?2 WHERE id = ?1",
            params![id, self.now()],
        )?;
        Ok(())
    }

    /// Notes that enough officers have signed, and until when everything is kept.
    ///
    /// # Errors
    /// The database's.
    pub fn set_certified(&self, id: BallotId, keep_until: i64) -> Result<(), Error> {
        self.execute(
            "UPDATE ballot SET state = 'certified', ended_at = ?2, keep_until = ?3 WHERE id = ?1",
            params![id, self.now(), keep_until],
        )?;
        Ok(())
    }

    /// Notes that the ballot has ended without a result, why, and until when everything is kept.
    ///
    /// # Errors
    /// The database's.
    pub fn set_cancelled(&self, id: BallotId, reason: &str, keep_until: i64) -> Result<(), Error> {
        self.execute(
            "UPDATE ballot SET state = 'cancelled', cancel_reason = ?3, ended_at = ?2, keep_until = ?4 WHERE id = ?1",
            params![id, self.now(), reason, keep_until],
        )?;
        Ok(())
    }

    /// Moves the deadline.
    ///
    /// # Errors
    /// The database's.
    pub fn set_deadline(&self, id: BallotId, closes_at: i64) -> Result<(), Error> {
        self.execute("UPDATE ballot SET closes_at = ?2 WHERE id = ?1", params![id, closes_at])?;
        Ok(())
    }

    /// Notes that the codes were received by whoever hands them out.
    ///
    /// # Errors
    /// The database's.
    pub fn set_codes_ready(&self, id: BallotId) -> Result<(), Error> {
        self.execute("UPDATE ballot SET codes_ready = 1 WHERE id = ?1", [id])?;
        Ok(())
    }

    /// Notes that codes wait again to be received by whoever hands them out.
    ///
    /// # Errors
    /// The database's.
    pub fn set_codes_waiting(&self, id: BallotId) -> Result<(), Error> {
        self.execute("UPDATE ballot SET codes_ready = 0 WHERE id = ?1", [id])?;
        Ok(())
    }

    /// Shows how many votes were cast as of a moment.
    ///
    /// # Errors
    /// The database's.
    pub(super) fn show_cast(&self, id: BallotId, cast: u64, at: i64) -> Result<(), Error> {
        self.execute(
            "UPDATE ballot SET cast_shown = ?2, cast_shown_at = ?3 WHERE id = ?1",
            params![id, signed(cast)?, at],
        )?;
        Ok(())
    }
}
