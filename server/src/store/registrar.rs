//! What ballots need whose codes a registrar makes: the record that waits for them (table `awaited_setup`), and re-issued
//! codes that the registrar has to hand out (`registrar_task`).

use rusqlite::params;

use super::error::Error;
use super::ids::{BallotId, BoxId};
use super::tx::{Tx, WriteTx};

/// How the record of a box will begin, but for the credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitedSetup {
    /// The election's bytes.
    pub election: String,
    /// The trustees' bytes.
    pub trustees: String,
}

/// A re-issued code that the registrar has to hand out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrarTask {
    /// In which box.
    pub box_id: BoxId,
    /// To whom, by number on the frozen roll.
    pub member_no: String,
}

impl Tx<'_> {
    /// How the record of a box will begin; nothing once it has.
    ///
    /// # Errors
    /// The database's.
    pub fn awaited_setup(&self, id: BoxId) -> Result<Option<AwaitedSetup>, Error> {
        self.first("SELECT election, trustees FROM awaited_setup WHERE box_id = ?1", [id], |row| {
            Ok(AwaitedSetup { election: row.get(0)?, trustees: row.get(1)? })
        })
    }

    /// The members of a ballot to whom the registrar has to hand out another code, by number.
    ///
    /// # Errors
    /// The database's.
    pub fn registrar_tasks(&self, ballot: BallotId) -> Result<Vec<RegistrarTask>, Error> {
        self.all(
            "SELECT t.box_id, t.member_no FROM box x JOIN registrar_task t ON t.box_id = x.id
              WHERE x.ballot_id = ?1 ORDER BY t.member_no",
            [ballot],
            |row| Ok(RegistrarTask { box_id: row.get(0)?, member_no: row.get(1)? }),
        )
    }
}

impl WriteTx<'_> {
    /// Keeps how the record of a box will begin.
    ///
    /// # Errors
    /// The database's.
    pub fn await_setup(&self, id: BoxId, setup: &AwaitedSetup) -> Result<(), Error> {
        self.execute(
            "INSERT INTO awaited_setup (box_id, election, trustees) VALUES (?1, ?2, ?3)",
            params![id, setup.election, setup.trustees],
        )?;
        Ok(())
    }

    /// Takes away how the record of a box was to begin, because it has.
    ///
    /// # Errors
    /// The database's.
    pub fn no_longer_await_setup(&self, id: BoxId) -> Result<(), Error> {
        self.execute("DELETE FROM awaited_setup WHERE box_id = ?1", [id])?;
        Ok(())
    }

    /// Notes who has issued a ballot's codes: they are on their way.
    ///
    /// # Errors
    /// The database's.
    pub fn set_registrar(&self, id: BallotId, member_no: &str) -> Result<(), Error> {
        self.execute(
            "UPDATE ballot SET registrar_no = ?2, codes_ready = 1 WHERE id = ?1",
            params![id, member_no],
        )?;
        Ok(())
    }

    /// Notes that the registrar has to hand a member another code; once, however often the code is replaced before.
    ///
    /// # Errors
    /// The database's.
    pub fn add_registrar_task(&self, id: BoxId, member_no: &str) -> Result<(), Error> {
        self.execute(
            "INSERT INTO registrar_task (box_id, member_no) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![id, member_no],
        )?;
        Ok(())
    }

    /// Takes a task away, because the registrar has the code. `false` if there was none.
    ///
    /// # Errors
    /// The database's.
    pub fn end_registrar_task(&self, id: BoxId, member_no: &str) -> Result<bool, Error> {
        let sql = "DELETE FROM registrar_task WHERE box_id = ?1 AND member_no = ?2";
        Ok(self.execute(sql, params![id, member_no])? > 0)
    }
}
