//! What a transaction gets: a snapshot to read, or the database to change, and the time by the store's clock.

use std::ops::Deref;

use rusqlite::types::FromSql;
use rusqlite::{Connection, MAIN_DB, OptionalExtension, Params, Row, Statement};

use super::error::Error;

/// A transaction that reads.
pub struct Tx<'c> {
    connection: &'c Connection,
    now: i64,
}

impl<'c> Tx<'c> {
    pub(super) const fn new(connection: &'c Connection, now: i64) -> Self {
        Self { connection, now }
    }

    /// The time, read from the store's clock when this transaction began to run: for a write, the writer's clock.
    #[must_use]
    pub const fn now(&self) -> i64 {
        self.now
    }

    /// The first row, if there is one.
    pub(super) fn first<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let first = statement.query_row(params, read).optional()?;
        self.note(sql, &statement);
        Ok(first)
    }

    /// The first column of the one row that the query always gives.
    pub(super) fn value<T: FromSql>(&self, sql: &str, params: impl Params) -> Result<T, Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let value = statement.query_row(params, |row| row.get(0))?;
        self.note(sql, &statement);
        Ok(value)
    }

    /// Bytes of a text or blob from an offset on, at most so many; the rest of it is not read. `None`: there is no such row.
    pub(super) fn part(
        &self,
        table: &str,
        column: &str,
        row: i64,
        offset: u64,
        most: usize,
    ) -> Result<Option<Vec<u8>>, Error> {
        let exists = format!("SELECT 1 FROM {table} WHERE rowid = ?1");
        if self.first(&exists, [row], |_| Ok(()))?.is_none() {
            return Ok(None);
        }
        let blob = self.connection.blob_open(MAIN_DB, table, column, row, true)?;
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(blob.len());
        let mut bytes = vec![0; most.min(blob.len() - offset)];
        blob.read_at_exact(&mut bytes, offset)?;
        Ok(Some(bytes))
    }

    /// Hands over one row after the other; what is read of a table that has a million is not to be held.
    pub(super) fn each<E: From<Error>>(
        &self,
        sql: &str,
        params: impl Params,
        mut take: impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self.connection.prepare_cached(sql).map_err(Error::from)?;
        let mut rows = statement.query(params).map_err(Error::from)?;
        while let Some(row) = rows.next().map_err(Error::from)? {
            take(row)?;
        }
        drop(rows);
        self.note(sql, &statement);
        Ok(())
    }

    /// All rows.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?.collect::<rusqlite::Result<_>>()?;
        self.note(sql, &statement);
        Ok(rows)
    }

    /// What a statement took, for tests.
    fn note(&self, sql: &str, statement: &Statement<'_>) {
        #[cfg(debug_assertions)]
        super::steps::note(self.connection, sql, statement);
        #[cfg(not(debug_assertions))]
        let _ = (sql, statement);
    }
}

/// A transaction that may write; it can do whatever [`Tx`] can.
pub struct WriteTx<'c>(Tx<'c>);

impl<'c> WriteTx<'c> {
    pub(super) const fn new(connection: &'c Connection, now: i64) -> Self {
        Self(Tx::new(connection, now))
    }

    /// Runs one statement and says how many rows it changed.
    pub(super) fn execute(&self, sql: &str, params: impl Params) -> Result<usize, Error> {
        let mut statement = self.0.connection.prepare_cached(sql)?;
        let changed = statement.execute(params)?;
        self.0.note(sql, &statement);
        Ok(changed)
    }

    /// Writes over bytes of a text or blob from an offset on; it keeps its length. No trigger sees it.
    pub(super) fn write_part(
        &self,
        table: &str,
        column: &str,
        row: i64,
        offset: u64,
        bytes: &[u8],
    ) -> Result<(), Error> {
        let mut blob = self.0.connection.blob_open(MAIN_DB, table, column, row, false)?;
        blob.write_all_at(bytes, usize::try_from(offset).unwrap_or(usize::MAX))?;
        blob.close()?;
        Ok(())
    }
}

impl<'c> Deref for WriteTx<'c> {
    type Target = Tx<'c>;

    fn deref(&self) -> &Tx<'c> {
        &self.0
    }
}
