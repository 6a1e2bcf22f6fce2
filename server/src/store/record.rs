//! The records of boxes: tables `event` and `datum`.
//!
//! Nothing gets onto a record but through [`WriteTx::append`], which takes an [`Entry`] that the record's state machine has
//! made. Bodies are the bytes of the exported archive.

use rusqlite::{Row, params};
use scrutineer_protocol::event::{Entry, Event, EventKind, State};
use scrutineer_protocol::hash::{Base64Hash, HexHash};
use thiserror::Error as ThisError;

use super::column::{parsed, signed, unsigned};
use super::error::Error;
use super::ids::BoxId;
use super::tx::{Tx, WriteTx};

/// An event of a record, without what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// What has happened.
    pub kind: EventKind,
    /// Its height, from 0.
    pub height: u64,
    /// The hash of its bytes.
    pub hash: HexHash,
}

/// One step of a record as it goes into an archive: the data, then the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The event's height.
    pub height: u64,
    /// The bodies of the data records, in order.
    pub data: Vec<String>,
    /// The event's body.
    pub event: String,
}

/// The most bodies' bytes that are read at once, besides the one that goes beyond it.
const CHUNK_BYTES: usize = 64 << 10;

/// A word that names no kind of event.
#[derive(Debug, ThisError)]
#[error("no kind of event: {0:?}")]
struct UnknownKind(String);

fn kind(word: &str) -> Result<EventKind, UnknownKind> {
    let found = EventKind::ALL.into_iter().find(|kind| kind.to_string() == word);
    found.ok_or_else(|| UnknownKind(word.to_owned()))
}

fn event(row: &Row<'_>) -> rusqlite::Result<EventRow> {
    let hash = row.get(2).map(HexHash::from_digest)?;
    Ok(EventRow { kind: parsed(row, 0, kind)?, height: unsigned(row, 1)?, hash })
}

const LAST_EVENT_OF: &str = "SELECT kind, height, hash FROM event
      WHERE box_id = ?1 AND kind = ?2 AND height > ifnull(
            (SELECT height FROM event WHERE box_id = ?1 AND kind = 'Ballot' ORDER BY height DESC LIMIT 1), -1)
      ORDER BY height DESC LIMIT 1";

impl Tx<'_> {
    /// The newest event of a record; none before its Setup.
    ///
    /// # Errors
    /// The database's.
    pub fn record_head(&self, box_id: BoxId) -> Result<Option<EventRow>, Error> {
        let sql = "SELECT kind, height, hash FROM event WHERE box_id = ?1 ORDER BY height DESC LIMIT 1";
        self.first(sql, [box_id], event)
    }

    /// Where a record stands: what may come next is for the state machine to say.
    ///
    /// # Errors
    /// The database's.
    pub fn record_state(&self, box_id: BoxId) -> Result<State, Error> {
        let resume = |EventRow { kind, height, hash }| State::resume(kind, height, hash);
        Ok(self.record_head(box_id)?.map_or_else(State::start, resume))
    }

    /// The event at a height.
    ///
    /// # Errors
    /// The database's.
    pub fn record_event(&self, box_id: BoxId, height: u64) -> Result<Option<EventRow>, Error> {
        let sql = "SELECT kind, height, hash FROM event WHERE box_id = ?1 AND height = ?2";
        self.first(sql, params![box_id, signed(height)?], event)
    }

    /// The last event of a kind that follows the votes; nothing before voting has ended. Takes a look at what follows the
    /// last vote and no more, also where the kind is not there, as on the record of a cancelled ballot.
    ///
    /// # Errors
    /// The database's.
    pub fn last_event_of(&self, box_id: BoxId, kind: EventKind) -> Result<Option<EventRow>, Error> {
        self.first(LAST_EVENT_OF, params![box_id, kind.to_string()], event)
    }

    /// The votes on a record from one height to another, both included: height and tracker, which an event names.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if an event does not read back.
    pub fn trackers(&self, box_id: BoxId, from: u64, to: u64) -> Result<Vec<(u64, Base64Hash)>, Error> {
        let bodies: Vec<String> = self.all(
            "SELECT body FROM event WHERE box_id = ?1 AND height BETWEEN ?2 AND ?3 AND kind = 'Ballot'
              ORDER BY height",
            params![box_id, signed(from)?, signed(to)?],
            |row| row.get(0),
        )?;
        let tracker = |body: &String| {
            let corrupt = |what: &str| Error::Corrupt(format!("an event of a record: {what}"));
            let event = Event::parse(body.as_bytes()).map_err(|error| corrupt(&error.to_string()))?;
            let payload = event.payload.ok_or_else(|| corrupt("a vote without its data"))?;
            Ok((event.height, Base64Hash::from_digest(*payload.digest())))
        };
        bodies.iter().map(tracker).collect()
    }

    /// The bodies of the data records before the event at a height, in order.
    ///
    /// # Errors
    /// The database's.
    pub fn record_data(&self, box_id: BoxId, height: u64) -> Result<Vec<String>, Error> {
        self.all(
            "SELECT body FROM datum WHERE box_id = ?1 AND height = ?2 ORDER BY position",
            params![box_id, signed(height)?],
            |row| row.get(0),
        )
    }

    /// The body of one data record before the event at a height, counted from 0.
    ///
    /// # Errors
    /// The database's.
    pub fn record_datum(&self, box_id: BoxId, height: u64, position: u32) -> Result<Option<String>, Error> {
        self.first(
            "SELECT body FROM datum WHERE box_id = ?1 AND height = ?2 AND position = ?3",
            params![box_id, signed(height)?, position],
            |row| row.get(0),
        )
    }

    /// How many bytes the body of a data record before the event at a height has; none where there is no such record.
    ///
    /// # Errors
    /// The database's.
    pub fn record_datum_length(
        &self,
        box_id: BoxId,
        height: u64,
        position: u32,
    ) -> Result<Option<u64>, Error> {
        self.first(
            "SELECT octet_length(body) FROM datum WHERE box_id = ?1 AND height = ?2 AND position = ?3",
            params![box_id, signed(height)?, position],
            |row| unsigned(row, 0),
        )
    }

    /// Bytes of the body of a data record from an offset on, at most so many: the list of credentials of a large vote is
    /// never read as a whole. None where there is no such record.
    ///
    /// # Errors
    /// The database's.
    pub fn record_datum_part(
        &self,
        box_id: BoxId,
        height: u64,
        position: u32,
        offset: u64,
        most: usize,
    ) -> Result<Option<Vec<u8>>, Error> {
        let place: Option<i64> = self.first(
            "SELECT place FROM datum WHERE box_id = ?1 AND height = ?2 AND position = ?3",
            params![box_id, signed(height)?, position],
            |row| row.get(0),
        )?;
        place.map_or(Ok(None), |place| self.part("datum", "body", place, offset, most))
    }

    /// The body of the event at a height.
    ///
    /// # Errors
    /// The database's.
    pub fn record_event_body(&self, box_id: BoxId, height: u64) -> Result<Option<String>, Error> {
        let sql = "SELECT body FROM event WHERE box_id = ?1 AND height = ?2";
        self.first(sql, params![box_id, signed(height)?], |row| row.get(0))
    }

    /// The steps from a height to another, both included, but at most `limit`, and fewer where they are large: never none
    /// if there is one.
    ///
    /// # Errors
    /// The database's; also where an event lacks.
    pub fn record_steps(&self, box_id: BoxId, from: u64, to: u64, limit: u64) -> Result<Vec<Step>, Error> {
        let (mut steps, mut bytes) = (Vec::new(), 0);
        for height in (from..=to).take(usize::try_from(limit).unwrap_or(usize::MAX)) {
            let event = self
                .record_event_body(box_id, height)?
                .ok_or_else(|| Error::Corrupt(format!("a record without an event of height {height}")))?;
            let data = self.record_data(box_id, height)?;
            bytes += event.len() + data.iter().map(String::len).sum::<usize>();
            steps.push(Step { height, data, event });
            if bytes >= CHUNK_BYTES {
                break;
            }
        }
        Ok(steps)
    }

    /// The sizes of all bodies from one height to another, both included, for the length of an archive: each rounded up to
    /// `block`, plus one `block` for each; one sum for every so many events. Looks at every one of them.
    ///
    /// # Errors
    /// The database's.
    pub fn record_bytes(
        &self,
        box_id: BoxId,
        (from, to): (u64, u64),
        every: u64,
        block: u32,
    ) -> Result<Vec<u64>, Error> {
        self.all(
            "SELECT sum(?4 + (bytes + ?4 - 1) / ?4 * ?4) FROM
                    (SELECT height, octet_length(body) AS bytes FROM event
                      WHERE box_id = ?1 AND height BETWEEN ?2 AND ?3
                      UNION ALL
                     SELECT height, octet_length(body) FROM datum
                      WHERE box_id = ?1 AND height BETWEEN ?2 AND ?3)
              GROUP BY (height - ?2) / ?5 ORDER BY (height - ?2) / ?5",
            params![box_id, signed(from)?, signed(to)?, block, signed(every)?],
            |row| unsigned(row, 0),
        )
    }
}

impl WriteTx<'_> {
    /// Puts a step at the end of a record. It was made with the [`State`] that [`Tx::record_state`] gave in this
    /// transaction.
    ///
    /// # Errors
    /// The database's; also if there is an event of that height.
    pub fn append(&self, box_id: BoxId, entry: &Entry) -> Result<(), Error> {
        self.append_at(box_id, entry, 0..)
    }

    /// Puts the beginning, which was made without its list of credentials, on a record whose list was kept with
    /// [`WriteTx::reserve_list`] and [`WriteTx::write_list`].
    ///
    /// # Errors
    /// The database's; also if it has begun.
    pub fn append_beginning(&self, box_id: BoxId, entry: &Entry) -> Result<(), Error> {
        self.append_at(box_id, entry, (0..).filter(|position| *position != CREDENTIALS))
    }

    fn append_at(
        &self,
        box_id: BoxId,
        entry: &Entry,
        positions: impl IntoIterator<Item = i64>,
    ) -> Result<(), Error> {
        let made = &entry.event;
        let height = signed(made.event.height)?;
        for (position, body) in positions.into_iter().zip(&entry.data) {
            self.execute(
                "INSERT INTO datum (place, box_id, height, position, body) VALUES (?4, ?1, ?2, ?3, ?5)",
                params![box_id, height, position, place(box_id, height, position), body],
            )?;
        }
        self.execute(
            "INSERT INTO event (box_id, height, kind, hash, body) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![box_id, height, made.event.kind.to_string(), made.hash.digest(), made.text],
        )?;
        Ok(())
    }

    /// Makes room for the list of credentials of a record that has not begun: so many bytes, still zeros. A long list is not put
    /// together in memory.
    ///
    /// # Errors
    /// The database's; also if there is one.
    pub fn reserve_list(&self, box_id: BoxId, bytes: u64) -> Result<(), Error> {
        self.execute(
            "INSERT INTO datum (place, box_id, height, position, body) VALUES (?3, ?1, 0, ?2, CAST(zeroblob(?4) AS TEXT))",
            params![box_id, CREDENTIALS, place(box_id, 0, CREDENTIALS), signed(bytes)?],
        )?;
        Ok(())
    }

    /// Writes a part of the list for which there is room, from an offset on.
    ///
    /// # Errors
    /// The database's; [`Error::Corrupt`] if the record has begun, of which nothing changes.
    pub fn write_list(&self, box_id: BoxId, offset: u64, part: &[u8]) -> Result<(), Error> {
        if self.record_head(box_id)?.is_some() {
            return Err(Error::Corrupt("a record that has begun was to be changed".to_owned()));
        }
        self.write_part("datum", "body", place(box_id, 0, CREDENTIALS), offset, part)
    }
}

/// The position of the list of credentials among the data of the beginning.
const CREDENTIALS: i64 = 2;

/// Where a datum stands: by box (20 bits), height (40 bits) and position (3 bits). No event has more than five.
const fn place(BoxId(box_id): BoxId, height: i64, position: i64) -> i64 {
    (box_id << 43) | (height << 3) | position
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, StatementStatus, params};

    use super::LAST_EVENT_OF;
    use crate::store::migrate::SCHEMA;

    /// Height of the last event of a kind, and how many steps it took the database to find it.
    fn found(database: &Connection, kind: &str) -> (Option<i64>, i32) {
        let mut statement = database.prepare(LAST_EVENT_OF).unwrap();
        let height = statement
            .query_map(params![1, kind], |row| row.get::<_, i64>(1))
            .unwrap()
            .next()
            .map(Result::unwrap);
        (height, statement.get_status(StatementStatus::VmStep))
    }

    #[test]
    fn what_follows_the_votes_is_looked_for_behind_the_last_of_them_only() {
        let database = Connection::open_in_memory().unwrap();
        database.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        database.execute_batch(SCHEMA).unwrap();
        let add = |height: i64, kind: &str| {
            let sql =
                "INSERT INTO event (box_id, height, kind, hash, body) VALUES (1, ?1, ?2, zeroblob(32), '')";
            database.execute(sql, params![height, kind]).unwrap();
        };
        add(0, "Setup");
        (1..3000).for_each(|height| add(height, "Ballot"));
        // A ballot that was cancelled while votes came in ends with a vote.
        let (height, steps) = found(&database, "EncryptedTally");
        assert!(height.is_none() && steps < 100, "{height:?} after {steps} steps");
        add(3000, "EndBallots");
        add(3001, "EncryptedTally");
        (3002..3005).for_each(|height| add(height, "PartialDecryption"));
        for (kind, expected) in [("EncryptedTally", 3001), ("PartialDecryption", 3004)] {
            let (height, steps) = found(&database, kind);
            assert_eq!(height, Some(expected));
            assert!(steps < 200, "{kind} after {steps} steps");
        }
        assert_eq!(found(&database, "Result").0, None);
    }
}
