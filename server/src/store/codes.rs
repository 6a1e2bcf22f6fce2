//! Tables `code`, `binding` and `credential`: voting codes on their way to members, who may use which credential, and the
//! spare and void ones. All of it but the void ones is gone when the ballot is closed.

use rusqlite::{ToSql, params};
use scrutineer_api::ballot::CodeWay;
use zeroize::Zeroizing;

use super::column::signed;
use super::error::Error;
use super::ids::{BallotId, BoxId};
use super::tx::{Tx, WriteTx};
use super::votes::CredentialBytes;

/// A code for a member, not yet confirmed as received by whoever hands it out.
pub struct CodeRow {
    /// Number on the frozen roll.
    pub member_no: String,
    /// Name on the frozen roll.
    pub name: String,
    /// Unit on the frozen roll.
    pub unit: String,
    /// The 28 characters.
    pub code: Zeroizing<String>,
}

/// A credential that nobody has yet.
pub struct SpareRow {
    /// The credential.
    pub credential: CredentialBytes,
    /// The 28 characters, where the server made the code; a registrar's are known to the registrar alone.
    pub code: Option<Zeroizing<String>>,
}

impl Tx<'_> {
    /// The codes of a box that were fetched and are not confirmed yet, by member number, from behind one on; at most `limit`.
    ///
    /// # Errors
    /// The database's.
    pub fn codes_behind(&self, id: BoxId, behind: &str, limit: usize) -> Result<Vec<CodeRow>, Error> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.all(
            "SELECT c.member_no, r.name, r.unit, c.code
               FROM code c JOIN roll_entry r ON r.box_id = c.box_id AND r.member_no = c.member_no
              WHERE c.box_id = ?1 AND c.member_no > ?2 AND c.fetched = 1 AND c.way = 'hand'
              ORDER BY c.member_no LIMIT ?3",
            params![id, behind, limit],
            |row| {
                let (member_no, name, unit) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(CodeRow { member_no, name, unit, code: Zeroizing::new(row.get(3)?) })
            },
        )
    }

    /// Some of the codes that were fetched and are not confirmed yet: box and member's number, at most `limit`.
    ///
    /// # Errors
    /// The database's.
    pub fn fetched_codes(&self, ballot: BallotId, limit: usize) -> Result<Vec<(BoxId, String)>, Error> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.all(
            "SELECT c.box_id, c.member_no FROM box x JOIN code c ON c.box_id = x.id
              WHERE x.ballot_id = ?1 AND c.fetched = 1 AND c.way = 'hand' LIMIT ?2",
            params![ballot, limit],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// How many codes of a ballot that are handed out are not confirmed yet: those that were fetched, and those that were not.
    ///
    /// # Errors
    /// The database's.
    pub fn count_codes(&self, ballot: BallotId) -> Result<(u64, u64), Error> {
        let count = |fetched: bool| {
            let number: i64 = self.value(
                "SELECT count(*) FROM box x JOIN code c ON c.box_id = x.id
                  WHERE x.ballot_id = ?1 AND c.way = 'hand' AND c.fetched = ?2",
                params![ballot, fetched],
            )?;
            u64::try_from(number).map_err(|_| Error::Corrupt("a negative count".to_owned()))
        };
        Ok((count(true)?, count(false)?))
    }

    /// How many spare credentials of a box are left.
    ///
    /// # Errors
    /// The database's.
    pub fn count_spares(&self, id: BoxId) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM credential WHERE box_id = ?1 AND kind = 'spare'";
        let number: i64 = self.value(sql, [id])?;
        u64::try_from(number).map_err(|_| Error::Corrupt("a negative count".to_owned()))
    }

    /// The spare credentials of a box that are left, sorted.
    ///
    /// # Errors
    /// The database's.
    pub fn spares_of(&self, id: BoxId) -> Result<Vec<SpareRow>, Error> {
        self.all(
            "SELECT credential, code FROM credential WHERE box_id = ?1 AND kind = 'spare' ORDER BY credential",
            [id],
            |row| {
                let code = row.get::<_, Option<String>>(1)?.map(Zeroizing::new);
                Ok(SpareRow { credential: row.get(0)?, code })
            },
        )
    }
}

impl WriteTx<'_> {
    /// Binds a member to a credential.
    ///
    /// # Errors
    /// The database's.
    pub fn bind(&self, id: BoxId, mac: &[u8; 32], credential: &CredentialBytes) -> Result<(), Error> {
        self.execute(
            "INSERT INTO binding (box_id, member_mac, credential) VALUES (?1, ?2, ?3)",
            params![id, mac, credential],
        )?;
        Ok(())
    }

    /// Binds a member to another credential. `false` if the member is bound to none.
    ///
    /// # Errors
    /// The database's.
    pub fn rebind(&self, id: BoxId, mac: &[u8; 32], credential: &CredentialBytes) -> Result<bool, Error> {
        let changed = self.execute(
            "UPDATE binding SET credential = ?3, last_vote = NULL WHERE box_id = ?1 AND member_mac = ?2",
            params![id, mac, credential],
        )?;
        Ok(changed > 0)
    }

    /// Keeps a code for a member, in place of one that was not confirmed.
    ///
    /// # Errors
    /// The database's.
    pub fn put_code(&self, id: BoxId, member_no: &str, code: &str, way: CodeWay) -> Result<(), Error> {
        self.execute(
            "INSERT INTO code (box_id, member_no, code, way) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (box_id, member_no) DO UPDATE SET code = excluded.code, fetched = 0, way = excluded.way",
            params![id, member_no, code, way.as_str()],
        )?;
        Ok(())
    }

    /// Keeps a spare credential, with its code where the server made it.
    ///
    /// # Errors
    /// The database's.
    pub fn add_spare(
        &self,
        id: BoxId,
        credential: &CredentialBytes,
        code: Option<&str>,
    ) -> Result<(), Error> {
        self.execute(
            "INSERT INTO credential (box_id, credential, kind, code) VALUES (?1, ?2, 'spare', ?3)",
            params![id, credential, code],
        )?;
        Ok(())
    }

    /// Takes a spare credential away, because a member gets it.
    ///
    /// # Errors
    /// The database's.
    pub fn take_spare(&self, id: BoxId, credential: &CredentialBytes) -> Result<(), Error> {
        let sql = "DELETE FROM credential WHERE box_id = ?1 AND credential = ?2 AND kind = 'spare'";
        self.execute(sql, params![id, credential])?;
        Ok(())
    }

    /// Makes a credential void.
    ///
    /// # Errors
    /// The database's.
    pub fn add_void(&self, id: BoxId, credential: &CredentialBytes) -> Result<(), Error> {
        self.execute(
            "INSERT INTO credential (box_id, credential, kind) VALUES (?1, ?2, 'void')",
            params![id, credential],
        )?;
        Ok(())
    }

    /// Notes that all codes that are there now to be handed out were fetched.
    ///
    /// # Errors
    /// The database's.
    pub fn set_codes_fetched(&self, ballot: BallotId) -> Result<(), Error> {
        self.in_boxes(ballot, "UPDATE code SET fetched = 1 WHERE fetched = 0 AND way = 'hand' AND box_id IN ")
    }

    /// Erases a member's code.
    ///
    /// # Errors
    /// The database's.
    pub fn erase_code(&self, id: BoxId, member_no: &str) -> Result<(), Error> {
        self.execute("DELETE FROM code WHERE box_id = ?1 AND member_no = ?2", params![id, member_no])?;
        Ok(())
    }

    /// Counts codes that a confirmation has erased, until it comes to its end.
    ///
    /// # Errors
    /// The database's.
    pub fn count_erased(&self, ballot: BallotId, codes: u64) -> Result<(), Error> {
        let sql = "UPDATE ballot SET codes_erased = codes_erased + ?2 WHERE id = ?1";
        self.execute(sql, params![ballot, signed(codes)?])?;
        Ok(())
    }

    /// Ends that count: how many there were.
    ///
    /// # Errors
    /// The database's.
    pub fn end_erased(&self, ballot: BallotId) -> Result<u64, Error> {
        let codes: i64 = self.value("SELECT codes_erased FROM ballot WHERE id = ?1", [ballot])?;
        self.execute("UPDATE ballot SET codes_erased = 0 WHERE id = ?1", [ballot])?;
        u64::try_from(codes).map_err(|_| Error::Corrupt("a negative count".to_owned()))
    }

    /// Erases what joins members to credentials, and every code that is left: bindings, codes, spare credentials. The
    /// trackers of tested votes go with them: there is nothing more to refuse.
    ///
    /// # Errors
    /// The database's.
    pub fn erase_bindings(&self, ballot: BallotId) -> Result<(), Error> {
        for table in ["binding", "tested_vote", "code"] {
            self.erase_of_boxes(ballot, table)?;
        }
        self.in_boxes(ballot, "DELETE FROM registrar_task WHERE box_id IN ")?;
        self.in_boxes(ballot, "DELETE FROM credential WHERE kind = 'spare' AND box_id IN ")
    }

    /// Erases all rows of a ballot's boxes. Where there are no others, of a ballot that is being frozen neither, the table is emptied as a whole, which takes no look at any
    /// row (the table has no references for its sake): row by row, every one of a million takes a look at other pages of its
    /// indexes.
    fn erase_of_boxes(&self, ballot: BallotId, table: &str) -> Result<(), Error> {
        let others = format!(
            "SELECT EXISTS (SELECT 1 FROM box x WHERE x.ballot_id IS NOT ?1
                              AND EXISTS (SELECT 1 FROM {table} t WHERE t.box_id = x.id))"
        );
        if self.value(&others, [ballot])? {
            return self.in_boxes(ballot, &format!("DELETE FROM {table} WHERE box_id IN "));
        }
        self.execute(&format!("DELETE FROM {table}"), [])?;
        Ok(())
    }

    pub(super) fn in_boxes(&self, ballot: impl ToSql, sql: &str) -> Result<(), Error> {
        self.execute(&format!("{sql}(SELECT id FROM box WHERE ballot_id = ?1)"), [ballot])?;
        Ok(())
    }
}
