//! Checks a data folder: the database's pages, schema, references and audit log; the keys beside it.

use std::path::Path;

use rusqlite::Connection;

use super::audit::verify_chain;
use super::connection;
use super::error::{Error, OpenError};
use super::migrate;
use super::tx::Tx;
use crate::data_folder::DataFolder;

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// A stable word.
    pub name: &'static str,
    /// Whether it holds.
    pub ok: bool,
    /// What was found, for people.
    pub detail: String,
}

impl Check {
    const fn ok(name: &'static str, detail: String) -> Self {
        Self { name, ok: true, detail }
    }

    const fn fail(name: &'static str, detail: String) -> Self {
        Self { name, ok: false, detail }
    }
}

/// Checks a data folder, whether or not a server runs on it. Nothing is changed.
///
/// # Errors
/// When the folder cannot be checked at all: it is not ours, newer than this program, or cannot be read.
pub fn check(folder: &DataFolder) -> Result<Vec<Check>, OpenError> {
    let path = folder.database();
    let mut checks = database(&connection::open_for_reading(&path)?, &path)?;
    checks.push(match folder.receipt_key() {
        Ok(key) => Check::ok("receipt_key", format!("the receipt key is {}", key.fingerprint())),
        Err(error) => Check::fail("receipt_key", error.to_string()),
    });
    checks.push(match folder.fact_key() {
        Ok(_) => Check::ok("fact_key", "the key of the hashed facts is there".to_owned()),
        Err(error) => Check::fail("fact_key", error.to_string()),
    });
    Ok(checks)
}

/// Checks one database file.
pub(super) fn database(database: &Connection, path: &Path) -> Result<Vec<Check>, OpenError> {
    let fail = |source| OpenError::sqlite(path, source);
    migrate::known_version(database, path)?;
    let mut checks = Vec::new();
    let faults = rows(database, "PRAGMA integrity_check(20)", 0).map_err(fail)?;
    checks.push(if faults == ["ok"] {
        Check::ok("pages", "every page of the database is whole".to_owned())
    } else {
        Check::fail("pages", format!("the database file is damaged: {}", faults.join("; ")))
    });
    checks.push(if migrate::is_as_described(database).map_err(fail)? {
        Check::ok("schema", "the tables are as this version makes them".to_owned())
    } else {
        let advice =
            "the tables are not as this version makes them; start the server once if it was just updated";
        Check::fail("schema", advice.to_owned())
    });
    let dangling = rows(database, "PRAGMA foreign_key_check", 0).map_err(fail)?;
    checks.push(if dangling.is_empty() {
        Check::ok("references", "every row that a row refers to is there".to_owned())
    } else {
        Check::fail("references", format!("rows refer to missing rows, in: {}", dangling.join(", ")))
    });
    checks.push(match verify_chain(&Tx::new(database, 0)) {
        Ok(Ok(head)) => Check::ok("audit", format!("the audit log fits together: {} entries", head.seq)),
        Ok(Err(broken)) => Check::fail("audit", broken.to_string()),
        Err(Error::Sqlite(error)) => Check::fail("audit", format!("the audit log cannot be read: {error}")),
        Err(error) => Check::fail("audit", error.to_string()),
    });
    Ok(checks)
}

fn rows(database: &Connection, sql: &str, column: usize) -> rusqlite::Result<Vec<String>> {
    let mut statement = database.prepare(sql)?;
    statement.query_map([], |row| row.get(column))?.collect()
}
