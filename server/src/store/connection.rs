//! How a connection is opened. Every connection gets the same settings: durability is a matter of each of them.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::OpenError;

/// Marks a file as a Scrutineer database (`PRAGMA application_id`): "Scru".
pub(super) const APPLICATION_ID: i64 = 0x5363_7275;

/// Settings of every connection. FULL: an answer is given only after the commit is on disk. `secure_delete`: what is
/// deleted is overwritten. Nothing goes to temporary files.
const SETTINGS: &str = "
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = ON;
    PRAGMA foreign_keys = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA cache_size = -16384;
";

/// Settings of the writer's connection. Checkpoints write each page that has changed since the last one, and most pages of a vote change
/// again soon, so there are few of them. Its cache is no larger than those of others, though nobody else writes: when pages of a table
/// are split, SQLite looks at every page in the cache at the next commit.
const WRITER_SETTINGS: &str = "
    PRAGMA wal_autocheckpoint = 4000;
";

fn open(path: &Path, flags: OpenFlags) -> Result<Connection, OpenError> {
    let fail = |source| OpenError::sqlite(path, source);
    let connection =
        Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(fail)?;
    connection.busy_timeout(Duration::from_secs(5)).map_err(fail)?;
    connection.execute_batch(SETTINGS).map_err(fail)?;
    // Without it SQLite plans a statement anew for every value that is bound to it, at several times what running it takes.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(fail)?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(connection)
}

/// The file must be there already: SQLite would make a missing one, with permissions of its own choice.
pub(super) fn must_exist(path: &Path) -> Result<(), OpenError> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(()),
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(OpenError::io(path, source)),
        _ => Err(OpenError::NotAFolder(path.parent().unwrap_or(path).to_path_buf())),
    }
}

/// The writer's connection, in WAL mode.
pub(super) fn open_for_writing(path: &Path) -> Result<Connection, OpenError> {
    must_exist(path)?;
    let writable = std::fs::OpenOptions::new().write(true).open(path);
    writable.map_err(|source| OpenError::io(path, source))?;
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let fail = |source| OpenError::sqlite(path, source);
    connection.execute_batch(WRITER_SETTINGS).map_err(fail)?;
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0)).map_err(fail)?;
    if mode == "wal" { Ok(connection) } else { Err(OpenError::ReadOnly(path.to_path_buf())) }
}

/// A reader's connection. It is opened for writing too, because WAL readers keep their marks in a shared file, but
/// `query_only` refuses every change.
pub(super) fn open_for_reading(path: &Path) -> Result<Connection, OpenError> {
    must_exist(path)?;
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "query_only", "ON").map_err(|source| OpenError::sqlite(path, source))?;
    Ok(connection)
}

/// A new or single-file database without a write-ahead log: for making one and for backups.
pub(super) fn open_single_file(path: &Path) -> Result<Connection, OpenError> {
    must_exist(path)?;
    open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// Runs a statement without values or rows that is run often, such as `COMMIT`.
pub(super) fn run(connection: &Connection, sql: &'static str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::open_for_writing;

    #[test]
    fn a_statement_is_planned_once_whatever_is_bound_to_it() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("small.db");
        std::fs::write(&path, "").unwrap();
        let database = open_for_writing(&path).unwrap();
        database
            .execute_batch("CREATE TABLE t (a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID")
            .unwrap();
        let mut statement =
            database.prepare("SELECT b FROM t WHERE a = ?1 AND b > ?2 ORDER BY b DESC LIMIT 1").unwrap();
        for value in 0..20 {
            assert!(!statement.exists([value, value * 3]).unwrap());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
