//! Deleting a ballot whose time of keeping is over: from which tables, and what stays.
//!
//! The row of the ballot stays with its state and its file, and so do certificates, their signatures, observers' objections
//! and the audit log.

use scrutineer_api::ballot::BallotState;

use super::ballots::BallotRow;
use super::error::Error;
use super::ids::BallotId;
use super::tx::{Tx, WriteTx};

/// How many rows of a kind there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowCount {
    /// What they are, for people.
    pub kind: &'static str,
    /// How many.
    pub count: u64,
}

/// Tables that are emptied of a ballot's boxes, in an order in which nothing refers to what is gone.
const OF_BOXES: [(&str, &str); 15] = [
    ("datum", "data on the record"),
    ("event", "events on the record"),
    ("vote", "trackers of votes"),
    ("tested_vote", "trackers of tested votes"),
    ("teller_statement", "statements of tellers"),
    ("share", "shares of the count"),
    ("credential", "spare and void credentials"),
    ("binding", "bindings of members to credentials"),
    ("code", "voting codes"),
    ("participation", "flags of who voted"),
    ("awaited_setup", "records that waited for a registrar"),
    ("registrar_task", "codes that the registrar had to hand out"),
    ("contact", "addresses on the frozen roll"),
    ("roll_entry", "members on the frozen roll"),
    ("box", "boxes"),
];

/// The same of tables that refer to the ballot itself.
const OF_BALLOT: [(&str, &str); 11] = [
    ("letter", "letters"),
    ("letter_run", "runs of letters"),
    ("delivery", "entries of the ledger of delivery"),
    ("ballot_mark", "marks of changed codes, addresses and passwords"),
    ("margin_answer", "answers to warnings"),
    ("code_request", "requests of members without a code"),
    ("code_permit", "permissions to get another code"),
    ("progress", "numbers told while it was open"),
    ("roll_objection", "objections of members to the roll"),
    ("notice_sent", "notes of notices sent"),
    ("announcement", "announcements"),
];

/// Which rows of a table belong to a ballot.
fn whose(table: &str) -> &'static str {
    if table == "box" || OF_BALLOT.iter().any(|(name, _)| *name == table) {
        "ballot_id = ?1"
    } else {
        "box_id IN (SELECT id FROM box WHERE ballot_id = ?1)"
    }
}

impl Tx<'_> {
    /// The ballots that have ended and need not be kept any more, the oldest first; those are left out of which only the
    /// certificates are there.
    ///
    /// # Errors
    /// The database's.
    pub fn ballots_past_keeping(&self) -> Result<Vec<BallotRow>, Error> {
        let mut past = Vec::new();
        for state in [BallotState::Certified, BallotState::Cancelled] {
            past.extend(self.ballots_in(state)?.into_iter().filter(|ballot| {
                ballot.purged_at.is_none() && ballot.keep_until.is_some_and(|until| until <= self.now())
            }));
        }
        past.sort_by_key(|ballot| ballot.id);
        Ok(past)
    }

    /// What would be deleted of a ballot.
    ///
    /// # Errors
    /// The database's.
    pub fn purgeable_rows(&self, id: BallotId) -> Result<Vec<RowCount>, Error> {
        let mut rows = Vec::new();
        for (table, kind) in OF_BOXES.into_iter().chain(OF_BALLOT) {
            let count: i64 =
                self.value(&format!("SELECT count(*) FROM {table} WHERE {}", whose(table)), [id])?;
            let count = u64::try_from(count).map_err(|_| Error::Corrupt("a negative count".to_owned()))?;
            rows.push(RowCount { kind, count });
        }
        let proposals: i64 = self.value("SELECT count(*) FROM proposal WHERE ballot_id = ?1", [id])?;
        let count = u64::try_from(proposals).map_err(|_| Error::Corrupt("a negative count".to_owned()))?;
        rows.push(RowCount { kind: "contents of proposals", count });
        rows.retain(|row| row.count > 0);
        Ok(rows)
    }
}

impl WriteTx<'_> {
    /// Deletes what [`Tx::purgeable_rows`] counts. Proposals stay with their number and digest, without what they said;
    /// none waits any more.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if the ballot is still to be kept.
    pub fn purge(&self, id: BallotId) -> Result<(), Error> {
        let noted = self.execute(
            "UPDATE ballot SET purged_at = ?2
              WHERE id = ?1 AND state IN ('certified', 'cancelled') AND keep_until <= ?2 AND purged_at IS NULL",
            rusqlite::params![id, self.now()],
        )?;
        if noted != 1 {
            return Err(Error::Corrupt("a ballot that must be kept was to be deleted".to_owned()));
        }
        for (table, _) in OF_BOXES.into_iter().chain(OF_BALLOT) {
            self.execute(&format!("DELETE FROM {table} WHERE {}", whose(table)), [id])?;
        }
        // One that still waits could be about nothing any more.
        self.execute(
            "UPDATE proposal SET deed = '{}', content = '{}', reason = NULL, decided_at = ifnull(decided_at, ?2),
                    state = CASE state WHEN 'waiting' THEN 'expired' ELSE state END
              WHERE ballot_id = ?1",
            rusqlite::params![id, self.now()],
        )?;
        Ok(())
    }
}
