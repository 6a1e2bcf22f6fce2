//! Table `session`: who is signed in.

use rusqlite::params;
use scrutineer_api::account::SessionKind;
use scrutineer_api::role::HeldRole;

use super::accounts::MemberId;
use super::error::Error;
use super::ids::BallotId;
use super::tx::{Tx, WriteTx};

/// SHA-256 of a session's token: its key in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenHash(pub [u8; 32]);

/// When sessions end, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    /// After so long without a request.
    pub idle: i64,
    /// After so long in any case.
    pub total: i64,
}

/// A session that has not ended, and its member.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Its key.
    pub token: TokenHash,
    /// How its token may travel.
    pub kind: SessionKind,
    /// Sign-in.
    pub started_at: i64,
    /// Last use, to the minute.
    pub seen_at: i64,
    /// Who is signed in.
    pub member: MemberId,
    /// Number on the roll.
    pub member_no: String,
    /// Name on the roll.
    pub name: String,
    /// Roles held at this moment.
    pub roles: Vec<HeldRole>,
}

const fn kind_word(kind: SessionKind) -> &'static str {
    match kind {
        SessionKind::Bearer => "bearer",
        SessionKind::Cookie => "cookie",
    }
}

impl Tx<'_> {
    /// The session with this token, unless it has ended.
    ///
    /// # Errors
    /// The database's.
    pub fn session(
        &self,
        token: TokenHash,
        kind: SessionKind,
        limits: SessionLimits,
    ) -> Result<Option<SessionRow>, Error> {
        let found = self.first(
            "SELECT s.started_at, s.seen_at, m.id, m.member_no, m.name
               FROM session s JOIN member m ON m.id = s.member_id
              WHERE s.token_hash = ?1 AND s.kind = ?2 AND s.started_at > ?3 AND s.seen_at > ?4",
            params![token.0, kind_word(kind), self.now() - limits.total, self.now() - limits.idle],
            |row| {
                Ok(SessionRow {
                    token,
                    kind,
                    started_at: row.get(0)?,
                    seen_at: row.get(1)?,
                    member: MemberId(row.get(2)?),
                    member_no: row.get(3)?,
                    name: row.get(4)?,
                    roles: Vec::new(),
                })
            },
        )?;
        let Some(mut session) = found else { return Ok(None) };
        session.roles = self.roles_of(session.member)?;
        Ok(Some(session))
    }
}

impl WriteTx<'_> {
    /// Begins a session, and clears away those that have ended.
    ///
    /// # Errors
    /// The database's.
    pub fn add_session(
        &self,
        token: TokenHash,
        member: MemberId,
        kind: SessionKind,
        limits: SessionLimits,
    ) -> Result<(), Error> {
        self.remove_ended_sessions(limits)?;
        self.execute(
            "INSERT INTO session (token_hash, member_id, kind, started_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?4)",
            params![token.0, member, kind_word(kind), self.now()],
        )?;
        Ok(())
    }

    /// Notes that a session was used now.
    ///
    /// # Errors
    /// The database's.
    pub fn touch_session(&self, token: TokenHash) -> Result<(), Error> {
        self.execute(
            "UPDATE session SET seen_at = max(seen_at, ?2) WHERE token_hash = ?1",
            params![token.0, self.now()],
        )?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database's.
    pub fn remove_session(&self, token: TokenHash) -> Result<(), Error> {
        self.execute("DELETE FROM session WHERE token_hash = ?1", [token.0])?;
        Ok(())
    }

    /// Ends every session of a member.
    ///
    /// # Errors
    /// The database's.
    pub fn remove_sessions_of(&self, member: MemberId) -> Result<(), Error> {
        self.execute("DELETE FROM session WHERE member_id = ?1", [member])?;
        Ok(())
    }

    /// Clears ended sessions away.
    ///
    /// # Errors
    /// The database's.
    pub fn remove_ended_sessions(&self, limits: SessionLimits) -> Result<(), Error> {
        self.execute(
            "DELETE FROM session WHERE started_at <= ?1 OR seen_at <= ?2",
            [self.now() - limits.total, self.now() - limits.idle],
        )?;
        Ok(())
    }

    /// Ends the sessions of the members who could vote in a ballot. Part of closing it: whoever has a session was here within
    /// the last half hour, and who voted then cast the last votes on the record. Those who hold a role or sit on a board
    /// stay signed in, for the closing is theirs to see through and they are here anyway.
    ///
    /// # Errors
    /// The database's.
    pub fn remove_sessions_of_voters(&self, ballot: BallotId) -> Result<(), Error> {
        // Nearly all go, and there may be one of each voter: taking those out that stay costs less than deleting the others.
        let stay: Vec<([u8; 32], MemberId, String, i64, i64)> = self.all(
            "SELECT token_hash, member_id, kind, started_at, seen_at FROM session
              WHERE member_id IN (
                    SELECT DISTINCT member_id FROM session s
                     WHERE member_id IN (SELECT member_id FROM role)
                        OR member_id IN (SELECT member_id FROM teller)
                        OR NOT EXISTS (SELECT 1 FROM box x JOIN roll_entry r ON r.box_id = x.id
                                        WHERE x.ballot_id = ?1
                                          AND r.member_no = (SELECT member_no FROM member WHERE id = s.member_id)))",
            [ballot],
            |row| Ok((row.get(0)?, MemberId(row.get(1)?), row.get(2)?, row.get(3)?, row.get(4)?)),
        )?;
        self.execute("DELETE FROM session", [])?;
        for (token, member, kind, started_at, seen_at) in stay {
            self.execute(
                "INSERT INTO session (token_hash, member_id, kind, started_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![token, member, kind, started_at, seen_at],
            )?;
        }
        Ok(())
    }

    /// Makes all sessions equally old, so that nothing says in which order people signed in or were here last. Part of
    /// closing a ballot: the order of sign-ins is nearly the order of votes. Sessions end earlier by this, never later
    /// than their 12 hours.
    ///
    /// # Errors
    /// The database's.
    pub fn level_session_times(&self, limits: SessionLimits) -> Result<(), Error> {
        self.remove_ended_sessions(limits)?;
        self.execute(
            "UPDATE session SET started_at = (SELECT min(started_at) FROM session), seen_at = ?1",
            [self.now()],
        )?;
        Ok(())
    }
}
