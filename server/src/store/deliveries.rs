//! Tables `delivery` and `employer_domain`: the ledger of delivery, and whose mail an employer may read.

use std::collections::BTreeMap;

use rusqlite::{Row, params};

use super::accounts::MemberId;
use super::column::{parsed, unsigned};
use super::error::Error;
use super::ids::BallotId;
use super::tx::{Tx, WriteTx};
use crate::domain::delivery::{self, Cell, Channel, DeliveryCount, Entry, Reach, Reason, State, Totals};

/// An entry of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRow {
    /// On which way.
    pub channel: Channel,
    /// Where the letter stands, and whether it has the code.
    pub entry: Entry,
    /// The day of this state, as `2021-01-21` (UTC).
    pub day: String,
}

/// A member who is out of reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreachedRow {
    /// Number on the frozen roll.
    pub member_no: String,
    /// Name on the frozen roll.
    pub name: String,
    /// Unit on the frozen roll.
    pub unit: String,
    /// Why.
    pub why: Reason,
}

/// How many members a ballot has, and how many of them a code cannot reach as things stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutOfReach {
    /// On the frozen roll.
    pub eligible: u64,
    /// Neither reached, nor is a letter with their code on its way.
    pub members: u64,
}

/// A mail domain that is an employer's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmployerDomainRow {
    /// The domain, in lower case.
    pub domain: String,
    /// Number on the roll of who added it.
    pub added_by: String,
    /// When, seconds since the epoch.
    pub added_at: i64,
}

/// Everybody on a ballot's frozen rolls: number, name, unit, whether the address is an employer's, whether a code has reached
/// them as far as the ledger knows, and if not why. It knows nothing of who has voted.
const MEMBERS: &str = "
    SELECT p.*,
           CASE WHEN p.email IS NULL THEN 'no_address'
                WHEN p.employers AND NOT p.employer_mail THEN 'employers_address'
                WHEN EXISTS (SELECT 1 FROM delivery d WHERE d.ballot_id = ?1 AND d.member_no = p.member_no
                                AND d.channel = 'email' AND d.state = 'bounced')
                  OR EXISTS (SELECT 1 FROM member m JOIN letter l ON l.member_id = m.id
                              WHERE m.member_no = p.member_no AND l.state = 'bounced' AND l.address = p.email)
                THEN 'bounced'
                WHEN p.queued THEN 'waiting'
                ELSE 'nothing_sent' END AS why
      FROM (SELECT r.member_no, r.name, r.unit, c.email, t.employer_mail,
                   c.email IS NOT NULL AND EXISTS (SELECT 1 FROM employer_domain e
                     WHERE c.email LIKE '%@' || e.domain OR c.email LIKE '%.' || e.domain) AS employers,
                   EXISTS (SELECT 1 FROM delivery d
                     WHERE d.ballot_id = ?1 AND d.member_no = r.member_no AND d.code = 1
                       AND d.channel = 'email' AND d.state = 'queued') AS queued,
                   EXISTS (SELECT 1 FROM delivery d
                     WHERE d.ballot_id = ?1 AND d.member_no = r.member_no AND d.code = 1
                       AND d.state IN ('sent', 'delivered', 'printed', 'handed_over')) AS reached,
                   b.id AS box_id
              FROM box b JOIN ballot t ON t.id = b.ballot_id JOIN roll_entry r ON r.box_id = b.id
              LEFT JOIN contact c ON c.box_id = r.box_id AND c.member_no = r.member_no
             WHERE b.ballot_id = ?1) p";

/// The day of a moment, as `2021-01-21` (UTC).
fn day(seconds: i64) -> String {
    scrutineer_api::audit::utc(seconds).chars().take("2021-01-21".len()).collect()
}

fn a_delivery(row: &Row<'_>) -> rusqlite::Result<DeliveryRow> {
    let entry = Entry { state: parsed(row, 1, str::parse)?, code: row.get(2)? };
    Ok(DeliveryRow { channel: parsed(row, 0, str::parse)?, entry, day: row.get(3)? })
}

fn an_unreached(row: &Row<'_>) -> rusqlite::Result<UnreachedRow> {
    let why = parsed(row, 3, str::parse)?;
    Ok(UnreachedRow { member_no: row.get(0)?, name: row.get(1)?, unit: row.get(2)?, why })
}

impl Tx<'_> {
    /// Where letters to a member stand, by way.
    ///
    /// # Errors
    /// The database's.
    pub fn delivery_of(&self, ballot: BallotId, member_no: &str) -> Result<Vec<DeliveryRow>, Error> {
        self.all(
            "SELECT channel, state, code, day FROM delivery WHERE ballot_id = ?1 AND member_no = ?2 ORDER BY channel",
            params![ballot, member_no],
            a_delivery,
        )
    }

    /// The ledger in numbers, by unit. It knows nothing of who has voted.
    ///
    /// # Errors
    /// The database's.
    pub fn delivery_totals(&self, ballot: BallotId) -> Result<Totals, Error> {
        // Added up here: grouped by the database, members would be sorted by unit, and the tables looked through in that order.
        let mut reach: BTreeMap<String, Reach> = BTreeMap::new();
        self.all(
            &format!("SELECT unit, reached, NOT reached AND why <> 'waiting', employers FROM ({MEMBERS})"),
            [ballot],
            |row| {
                let unit: String = row.get(0)?;
                let of_unit = reach.entry(unit).or_default();
                of_unit.eligible += 1;
                of_unit.unreached += u64::from(!row.get::<_, bool>(1)?);
                of_unit.out_of_reach += u64::from(row.get::<_, bool>(2)?);
                of_unit.employers_addresses += u64::from(row.get::<_, bool>(3)?);
                Ok(())
            },
        )?;
        let reach = reach.into_iter().map(|(unit, of_unit)| Reach { unit, ..of_unit }).collect();
        let mut cells: BTreeMap<(String, String, String), (u64, u64)> = BTreeMap::new();
        self.all(
            "SELECT r.unit, d.channel, d.state, d.code
               FROM box b JOIN roll_entry r ON r.box_id = b.id
               JOIN delivery d ON d.ballot_id = b.ballot_id AND d.member_no = r.member_no
              WHERE b.ballot_id = ?1",
            [ballot],
            |row| {
                let (members, with_code) = cells.entry((row.get(0)?, row.get(1)?, row.get(2)?)).or_default();
                *members += 1;
                *with_code += u64::from(row.get::<_, bool>(3)?);
                Ok(())
            },
        )?;
        let unknown = |what: &str, word: &str| Error::Corrupt(format!("no {what}: {word:?}"));
        let cell =
            |((unit, channel, state), (members, with_code)): ((String, String, String), (u64, u64))| {
                let (channel, state) = (
                    channel.parse().map_err(|_| unknown("way of delivery", &channel))?,
                    state.parse().map_err(|_| unknown("state of a delivery", &state))?,
                );
                Ok(Cell { unit, count: DeliveryCount { channel, state, members, with_code } })
            };
        let cells = cells.into_iter().map(cell).collect::<Result<_, Error>>()?;
        Ok(Totals::of(reach, cells))
    }

    /// Members whose code has not reached them as far as the ledger knows, by unit and number. It knows nothing of who has
    /// voted.
    ///
    /// # Errors
    /// The database's.
    pub fn unreached(&self, ballot: BallotId) -> Result<Vec<UnreachedRow>, Error> {
        self.all(
            &format!(
                "SELECT member_no, name, unit, why FROM ({MEMBERS}) WHERE NOT reached ORDER BY unit, member_no"
            ),
            [ballot],
            an_unreached,
        )
    }

    /// How many members a code cannot reach as things stand: neither has it, nor is a letter with it on its way.
    ///
    /// # Errors
    /// The database's.
    pub fn out_of_reach(&self, ballot: BallotId) -> Result<OutOfReach, Error> {
        let found = self.first(
            &format!("SELECT count(*), ifnull(sum(NOT reached AND why <> 'waiting'), 0) FROM ({MEMBERS})"),
            [ballot],
            |row| Ok(OutOfReach { eligible: unsigned(row, 0)?, members: unsigned(row, 1)? }),
        )?;
        Ok(found.unwrap_or_default())
    }

    /// How many members of a ballot were never reached: out of reach as far as the ledger knows, and without a vote. Only for
    /// ballots whose voting has ended.
    ///
    /// # Errors
    /// The database's.
    pub fn never_reached(&self, ballot: BallotId) -> Result<u64, Error> {
        let found = self.first(
            &format!(
                "SELECT count(*) FROM ({MEMBERS}) q
                   JOIN participation v ON v.box_id = q.box_id AND v.member_no = q.member_no
                  WHERE v.voted = 0 AND NOT q.reached"
            ),
            [ballot],
            |row| unsigned(row, 0),
        )?;
        Ok(found.unwrap_or_default())
    }

    /// How many members' codes were mailed to an employer's address.
    ///
    /// # Errors
    /// The database's.
    pub fn codes_at_employers(&self, ballot: BallotId) -> Result<u64, Error> {
        let found = self.first(
            &format!(
                "SELECT count(*) FROM ({MEMBERS}) q JOIN delivery d ON d.ballot_id = ?1 AND d.member_no = q.member_no
                  WHERE q.employers AND d.channel = 'email' AND d.code = 1 AND d.state <> 'queued'"
            ),
            [ballot],
            |row| unsigned(row, 0),
        )?;
        Ok(found.unwrap_or_default())
    }

    /// Whether letters that a ballot is open were confirmed, and not cancelled before any of them was sent.
    ///
    /// # Errors
    /// The database's.
    pub fn is_mailed(&self, ballot: BallotId) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM letter_run
                     WHERE ballot_id = ?1 AND kind = 'open' AND (state <> 'cancelled' OR sent > 0))";
        self.value(sql, [ballot])
    }

    /// Whether any code of a ballot is known to be on its way or with its member.
    ///
    /// # Errors
    /// The database's.
    pub fn any_code_noted(&self, ballot: BallotId) -> Result<bool, Error> {
        self.value("SELECT EXISTS (SELECT 1 FROM delivery WHERE ballot_id = ?1 AND code = 1)", [ballot])
    }

    /// Whether two people allow codes of a ballot to employers' addresses.
    ///
    /// # Errors
    /// The database's.
    pub fn employer_mail(&self, ballot: BallotId) -> Result<bool, Error> {
        self.value("SELECT employer_mail FROM ballot WHERE id = ?1", [ballot])
    }

    /// Whether two people let a ballot open with many members out of reach.
    ///
    /// # Errors
    /// The database's.
    pub fn open_unreached(&self, ballot: BallotId) -> Result<bool, Error> {
        self.value("SELECT open_unreached FROM ballot WHERE id = ?1", [ballot])
    }

    /// The mail domains that are an employer's, by name.
    ///
    /// # Errors
    /// The database's.
    pub fn employer_domains(&self) -> Result<Vec<EmployerDomainRow>, Error> {
        self.all(
            "SELECT e.domain, m.member_no, e.added_at FROM employer_domain e JOIN member m ON m.id = e.added_by
              ORDER BY e.domain",
            [],
            |row| Ok(EmployerDomainRow { domain: row.get(0)?, added_by: row.get(1)?, added_at: row.get(2)? }),
        )
    }
}

impl WriteTx<'_> {
    /// Notes in the ledger where a letter to a member stands, today. Whether that changed anything: what comes late or out
    /// of order does not (`domain::delivery`).
    ///
    /// # Errors
    /// The database's.
    pub fn note_delivery(
        &self,
        ballot: BallotId,
        member_no: &str,
        channel: Channel,
        state: State,
        code: bool,
    ) -> Result<bool, Error> {
        let is = self.first(
            "SELECT state, code FROM delivery WHERE ballot_id = ?1 AND member_no = ?2 AND channel = ?3",
            params![ballot, member_no, channel.as_str()],
            |row| Ok(Entry { state: parsed(row, 0, str::parse)?, code: row.get(1)? }),
        )?;
        let Some(entry) = delivery::after(channel, is, Entry { state, code }) else { return Ok(false) };
        self.execute(
            "INSERT INTO delivery (ballot_id, member_no, channel, state, code, day) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (ballot_id, member_no, channel)
             DO UPDATE SET state = excluded.state, code = excluded.code, day = excluded.day",
            params![ballot, member_no, channel.as_str(), entry.state.as_str(), entry.code, day(self.now())],
        )?;
        Ok(true)
    }

    /// Notes that the code of a member is void: whatever carried it does not count any more.
    ///
    /// # Errors
    /// The database's.
    pub fn void_delivered(&self, ballot: BallotId, member_no: &str) -> Result<(), Error> {
        self.execute(
            "UPDATE delivery SET code = 0 WHERE ballot_id = ?1 AND member_no = ?2 AND code = 1",
            params![ballot, member_no],
        )?;
        Ok(())
    }

    /// Allows codes of a ballot to employers' addresses.
    ///
    /// # Errors
    /// The database's.
    pub fn set_employer_mail(&self, ballot: BallotId) -> Result<(), Error> {
        self.execute("UPDATE ballot SET employer_mail = 1 WHERE id = ?1", [ballot])?;
        Ok(())
    }

    /// Lets a ballot open with many members out of reach.
    ///
    /// # Errors
    /// The database's.
    pub fn set_open_unreached(&self, ballot: BallotId) -> Result<(), Error> {
        self.execute("UPDATE ballot SET open_unreached = 1 WHERE id = ?1", [ballot])?;
        Ok(())
    }

    /// Marks a mail domain, in lower case, as an employer's. `false` if it was.
    ///
    /// # Errors
    /// The database's.
    pub fn add_employer_domain(&self, domain: &str, by: MemberId) -> Result<bool, Error> {
        let added = self.execute(
            "INSERT INTO employer_domain (domain, added_by, added_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![domain, by, self.now()],
        )?;
        Ok(added == 1)
    }

    /// Takes the mark of a mail domain away. `false` if there was none.
    ///
    /// # Errors
    /// The database's.
    pub fn remove_employer_domain(&self, domain: &str) -> Result<bool, Error> {
        Ok(self.execute("DELETE FROM employer_domain WHERE domain = ?1", [domain])? == 1)
    }
}
