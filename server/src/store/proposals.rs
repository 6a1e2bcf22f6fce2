//! Table `proposal`: deeds that wait for a second person, and what became of them.

use rusqlite::{Row, params};
use scrutineer_api::audit::Deed;
use scrutineer_api::proposal::{ProposalKind, ProposalState};
use thiserror::Error as ThisError;

use super::accounts::MemberId;
use super::column::parsed;
use super::error::Error;
use super::ids::BallotId;
use super::tx::{Tx, WriteTx};

/// A proposal.
#[derive(Clone, Debug)]
pub struct ProposalRow {
    /// Its number.
    pub number: i64,
    /// What is proposed.
    pub kind: ProposalKind,
    /// About which ballot.
    pub ballot: Option<BallotId>,
    /// That ballot's identifier.
    pub ballot_uuid: Option<String>,
    /// What would be done, JSON.
    pub deed: String,
    /// What is shown, canonical JSON.
    pub content: String,
    /// SHA-256 of `content`.
    pub digest: [u8; 32],
    /// The first person.
    pub proposed_by: MemberId,
    /// Their number on the roll.
    pub proposer_no: String,
    /// Their name on the roll.
    pub proposer_name: String,
    /// When.
    pub proposed_at: i64,
    /// It cannot be approved from then on.
    pub expires_at: i64,
    /// What became of it.
    pub state: ProposalState,
    /// Number on the roll of whoever decided.
    pub decided_by: Option<String>,
    /// When it ended.
    pub decided_at: Option<i64>,
    /// Why it was rejected, or what ended it.
    pub reason: Option<String>,
}

/// A proposal that is about to be kept.
pub struct NewProposalRow<'a> {
    /// What is proposed.
    pub kind: ProposalKind,
    /// About which ballot.
    pub ballot: Option<BallotId>,
    /// What would be done, JSON.
    pub deed: &'a str,
    /// What is shown, canonical JSON.
    pub content: &'a str,
    /// SHA-256 of `content`.
    pub digest: [u8; 32],
    /// The first person.
    pub proposed_by: MemberId,
    /// It cannot be approved from then on.
    pub expires_at: i64,
}

/// A word that names no kind or state.
#[derive(Debug, ThisError)]
#[error("no kind or state of a proposal: {0:?}")]
struct UnknownWord(String);

fn kind(word: &str) -> Result<ProposalKind, UnknownWord> {
    let found = ProposalKind::ALL.into_iter().find(|kind| kind.as_str() == word);
    found.ok_or_else(|| UnknownWord(word.to_owned()))
}

fn state(word: &str) -> Result<ProposalState, UnknownWord> {
    let found = ProposalState::ALL.into_iter().find(|state| state.as_str() == word);
    found.ok_or_else(|| UnknownWord(word.to_owned()))
}

const SELECT: &str =
    "SELECT p.number, p.kind, p.ballot_id, b.uuid, p.deed, p.content, p.digest, p.proposed_by, m.member_no, \
                             m.name, p.proposed_at, p.expires_at, p.state, d.member_no, p.decided_at, p.reason
                        FROM proposal p JOIN member m ON m.id = p.proposed_by
                        LEFT JOIN ballot b ON b.id = p.ballot_id LEFT JOIN member d ON d.id = p.decided_by";

fn proposal(row: &Row<'_>) -> rusqlite::Result<ProposalRow> {
    Ok(ProposalRow {
        number: row.get(0)?,
        kind: parsed(row, 1, kind)?,
        ballot: row.get(2)?,
        ballot_uuid: row.get(3)?,
        deed: row.get(4)?,
        content: row.get(5)?,
        digest: row.get(6)?,
        proposed_by: MemberId(row.get(7)?),
        proposer_no: row.get(8)?,
        proposer_name: row.get(9)?,
        proposed_at: row.get(10)?,
        expires_at: row.get(11)?,
        state: parsed(row, 12, state)?,
        decided_by: row.get(13)?,
        decided_at: row.get(14)?,
        reason: row.get(15)?,
    })
}

impl Tx<'_> {
    /// The proposal with this number.
    ///
    /// # Errors
    /// The database's.
    pub fn proposal(&self, number: i64) -> Result<Option<ProposalRow>, Error> {
        self.first(&format!("{SELECT} WHERE p.number = ?1"), [number], proposal)
    }

    /// All proposals, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn proposals(&self) -> Result<Vec<ProposalRow>, Error> {
        self.all(&format!("{SELECT} ORDER BY p.number DESC"), [], proposal)
    }

    /// The proposals that wait, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn waiting_proposals(&self) -> Result<Vec<ProposalRow>, Error> {
        self.all(&format!("{SELECT} WHERE p.state = 'waiting' ORDER BY p.number"), [], proposal)
    }

    /// How many audit entries of this deed about this ballot (field `ballot`) were written after a time.
    ///
    /// # Errors
    /// The database's.
    pub fn audited_since(&self, deed: Deed, ballot: &str, after: i64) -> Result<u64, Error> {
        let count: i64 = self.value(
            "SELECT count(*) FROM audit_entry
              WHERE deed = ?1 AND at > ?3 AND json_extract(detail, '$.ballot') = ?2",
            params![deed.as_str(), ballot, after],
        )?;
        u64::try_from(count).map_err(|_| Error::Corrupt("a negative count".to_owned()))
    }
}

impl WriteTx<'_> {
    /// Keeps a proposal; its number.
    ///
    /// # Errors
    /// The database's.
    pub fn add_proposal(&self, new: &NewProposalRow<'_>) -> Result<i64, Error> {
        let number: i64 = self.value("SELECT ifnull(max(number), 0) + 1 FROM proposal", [])?;
        self.execute(
            "INSERT INTO proposal (number, kind, ballot_id, deed, content, digest, proposed_by, proposed_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                number,
                new.kind.as_str(),
                new.ballot,
                new.deed,
                new.content,
                new.digest,
                new.proposed_by,
                self.now(),
                new.expires_at
            ],
        )?;
        Ok(number)
    }

    /// Ends a proposal that waits; `false` if it does not.
    ///
    /// # Errors
    /// The database's.
    pub fn end_proposal(
        &self,
        number: i64,
        state: ProposalState,
        by: Option<MemberId>,
        reason: Option<&str>,
    ) -> Result<bool, Error> {
        let ended = self.execute(
            "UPDATE proposal SET state = ?2, decided_by = ?3, decided_at = ?4, reason = ?5
              WHERE number = ?1 AND state = 'waiting'",
            params![number, state.as_str(), by, self.now(), reason],
        )?;
        Ok(ended > 0)
    }
}
