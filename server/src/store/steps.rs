//! What statements cost, by steps of the database's machine. In debug builds only: there tests look whether what members ask for
//! costs the same however many of them there are.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, Statement, StatementStatus};

/// The most steps that a statement took, by the database's file and the statement's text.
static STEPS: Mutex<BTreeMap<(String, String), i32>> = Mutex::new(BTreeMap::new());

/// Takes note of what a statement that has run took.
pub(super) fn note(connection: &Connection, sql: &str, statement: &Statement<'_>) {
    let steps = statement.reset_status(StatementStatus::VmStep);
    let file = connection.path().unwrap_or_default().to_owned();
    let mut all = STEPS.lock().unwrap_or_else(PoisonError::into_inner);
    let most = all.entry((file, sql.to_owned())).or_default();
    *most = steps.max(*most);
}

/// The statements that have run on a database since the last call, each with the most steps that it took.
#[must_use]
pub fn taken(file: &Path) -> Vec<(String, i32)> {
    let file = file.to_string_lossy();
    let mut taken = Vec::new();
    STEPS.lock().unwrap_or_else(PoisonError::into_inner).retain(|(of, sql), steps| {
        if *of == file {
            taken.push((sql.clone(), *steps));
        }
        *of != file
    });
    taken
}
