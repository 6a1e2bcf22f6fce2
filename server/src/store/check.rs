//! Checks a data folder: the database's pages, schema, references and audit log; the keys beside it.

use std::fmt::Display;
use std::path::Path;

use rusqlite::Connection;
use scrutineer_api::ballot::BallotState;
use scrutineer_protocol::election::Uuid;

use super::audit::verify_chain;
use super::connection;
use super::error::OpenError;
use super::migrate;
use super::tx::Tx;
use crate::data_folder::{DataFolder, KeyKind};

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
    /// What was found, or why it does not hold.
    fn new(name: &'static str, found: Result<String, String>) -> Self {
        match found {
            Ok(detail) => Self { name, ok: true, detail },
            Err(detail) => Self { name, ok: false, detail },
        }
    }
}

/// Checks a data folder, whether or not a server runs on it. Nothing is changed.
///
/// # Errors
/// When the folder cannot be checked at all: it is not ours, newer than this program, or cannot be read.
pub fn check(folder: &DataFolder) -> Result<Vec<Check>, OpenError> {
    let path = folder.database();
    let connection = connection::open_for_reading(&path)?;
    let mut checks = database(&connection, &path)?;
    let receipt_key = folder.receipt_key().map(|key| format!("the receipt key is {}", key.fingerprint()));
    checks.push(Check::new("receipt_key", receipt_key.map_err(|error| error.to_string())));
    let fact_key = folder.fact_key().map(|_| "the key of the hashed facts is there".to_owned());
    checks.push(Check::new("fact_key", fact_key.map_err(|error| error.to_string())));
    checks.push(Check::new("ballot_keys", ballot_keys(&Tx::new(&connection, 0), folder)));
    Ok(checks)
}

/// Whether the keys of ballots are those that there must be: none lacks without which a count is lost, and none is left that
/// should have been destroyed.
fn ballot_keys(tx: &Tx<'_>, folder: &DataFolder) -> Result<String, String> {
    let (mut needed, mut lacking) = (Vec::new(), Vec::new());
    let unreadable = |error: &dyn Display| format!("the ballots cannot be read: {error}");
    for ballot in tx.ballots().map_err(|error| unreadable(&error))? {
        if matches!(ballot.state, BallotState::Frozen | BallotState::Open) {
            if folder.ballot_key(&ballot.uuid).is_err() {
                lacking.push(format!("the key of the bindings of ballot {}", ballot.uuid));
            }
            needed.push((ballot.uuid.clone(), KeyKind::Ballot));
        }
        if matches!(ballot.state, BallotState::Frozen | BallotState::Open | BallotState::Closed) {
            for one in tx.boxes_of(ballot.id).map_err(|error| unreadable(&error))? {
                if folder.server_key(&one.election).is_err() {
                    lacking.push(format!("the server's key of election {}", one.election));
                }
                needed.push((one.election, KeyKind::Server));
            }
        }
    }
    if !lacking.is_empty() {
        return Err(format!(
            "keys cannot be read without which ballots cannot be counted: {}",
            lacking.join(", ")
        ));
    }
    // Those of a ballot that is being frozen at this moment; what a freezing that broke off has left, the server removes.
    let filled = tx.boxes_of_nobody().map_err(|error| unreadable(&error))?;
    let is_filled = |uuid: &Uuid| filled.iter().any(|(_, election)| election == uuid);
    let files = folder.key_files().map_err(|error| error.to_string())?;
    let left = files.iter().filter(|file| !needed.contains(file) && !is_filled(&file.0));
    let left: Vec<_> = left.map(|(uuid, _)| uuid.as_str()).collect();
    if left.is_empty() {
        return Ok(format!("the {} keys of ballots under way are there, and no others", needed.len()));
    }
    Err(format!(
        "keys are left in the folder keys that no ballot needs any more: {}; start the server once, and remove those that \
         are still there afterwards",
        left.join(", ")
    ))
}

/// Checks one database file. What cannot be read does not hold.
pub(super) fn database(database: &Connection, path: &Path) -> Result<Vec<Check>, OpenError> {
    migrate::known_version(database, path)?;
    Ok(vec![
        Check::new("pages", pages(database)),
        Check::new("schema", schema(database)),
        Check::new("references", references(database)),
        Check::new("audit", audit(database)),
    ])
}

fn pages(database: &Connection) -> Result<String, String> {
    match rows(database, "PRAGMA integrity_check(20)") {
        Ok(faults) if faults == ["ok"] => Ok("every page of the database is whole".to_owned()),
        Ok(faults) => Err(format!("the database file is damaged: {}", faults.join("; "))),
        Err(error) => Err(format!("the database file is damaged: {error}")),
    }
}

fn schema(database: &Connection) -> Result<String, String> {
    match migrate::is_as_described(database) {
        Ok(true) => Ok("the tables are as this version makes them".to_owned()),
        Ok(false) => {
            let advice = "start the server once if it was just updated";
            Err(format!("the tables are not as this version makes them; {advice}"))
        }
        Err(error) => Err(format!("the tables cannot be read: {error}")),
    }
}

/// What refers to rows without `REFERENCES`, in tables that closing empties; and credentials to which two members are bound.
const WITHOUT_REFERENCES: &str = "
    SELECT 'session' FROM session WHERE member_id NOT IN (SELECT id FROM member) UNION ALL
    SELECT 'binding' FROM binding WHERE box_id NOT IN (SELECT id FROM box) UNION ALL
    SELECT 'binding (a credential twice)' FROM binding GROUP BY box_id, credential HAVING count(*) > 1 UNION ALL
    SELECT 'code' FROM code WHERE box_id NOT IN (SELECT id FROM box) UNION ALL
    SELECT 'tested_vote' FROM tested_vote WHERE box_id NOT IN (SELECT id FROM box)";

fn references(database: &Connection) -> Result<String, String> {
    let dangling = rows(database, "PRAGMA foreign_key_check").and_then(|mut dangling| {
        dangling.extend(rows(database, WITHOUT_REFERENCES)?);
        Ok(dangling)
    });
    match dangling {
        Ok(dangling) if dangling.is_empty() => Ok("every row that a row refers to is there".to_owned()),
        Ok(dangling) => Err(format!("rows refer to missing rows, in: {}", dangling.join(", "))),
        Err(error) => Err(format!("the rows cannot be read: {error}")),
    }
}

fn audit(database: &Connection) -> Result<String, String> {
    match verify_chain(&Tx::new(database, 0)) {
        Ok(Ok(head)) => Ok(format!("the audit log fits together: {} entries", head.seq)),
        Ok(Err(broken)) => Err(broken.to_string()),
        Err(error) => Err(format!("the audit log cannot be read: {error}")),
    }
}

/// The first column of a query's rows.
fn rows(database: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = database.prepare(sql)?;
    statement.query_map([], |row| row.get(0))?.collect()
}
