//! Rewriting the whole database file, which renewing tables (`renew.rs`) does not stand in for: where a page of another table lies
//! between those of a record, its place says at which vote that table grew, and two records that grew together lie in the
//! order in which they did. A file that was rewritten has one table after the other, and no gaps.

use rusqlite::Connection;

/// The largest file that a running server rewrites, in bytes: the new one is built in memory.
pub(super) const LARGEST: i64 = 512 * 1024 * 1024;

/// Whether the file was rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rewritten {
    /// It was.
    Yes,
    /// Not this time.
    No,
    /// Not by a server that runs: the file is too large.
    TooLarge,
}

/// Rewrites it, whatever is open.
pub(super) fn rewrite(connection: &Connection) -> rusqlite::Result<Rewritten> {
    connection.execute_batch("VACUUM")?;
    Ok(Rewritten::Yes)
}

/// Rewrites it if no ballot is open and what is in it has no more than so many bytes.
pub(super) fn rewrite_if_quiet(connection: &Connection, largest: i64) -> rusqlite::Result<Rewritten> {
    let open = "SELECT EXISTS (SELECT 1 FROM ballot WHERE state = 'open')";
    if connection.query_row(open, [], |row| row.get(0))? {
        return Ok(Rewritten::No);
    }
    let pragma = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let used = pragma("PRAGMA page_count")?.saturating_sub(pragma("PRAGMA freelist_count")?);
    if used.saturating_mul(pragma("PRAGMA page_size")?) > largest {
        return Ok(Rewritten::TooLarge);
    }
    rewrite(connection)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{Rewritten, rewrite, rewrite_if_quiet};
    use crate::store::connection::open_for_writing;
    use crate::store::migrate::SCHEMA;

    /// Whether the pages of a table lie one after the other, but for the first, which is made with the table.
    fn lies_together(database: &Connection, table: &str) -> bool {
        let sql = "SELECT max(pageno) - min(pageno) + 1 = count(*), count(*) FROM dbstat WHERE name = ?1 AND path <> '/'";
        let (together, pages): (bool, i64) =
            database.query_row(sql, [table], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert!(pages > 3, "{table} is too small");
        together
    }

    #[test]
    fn records_lie_together_and_large_files_and_open_ballots_are_left_alone() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("scrutineer.db");
        std::fs::write(&path, "").unwrap();
        let database = open_for_writing(&path).unwrap();
        database.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
        database.execute_batch(SCHEMA).unwrap();
        for height in 0..40 {
            for the_box in 1..3 {
                let sql = "INSERT INTO datum VALUES (?1, ?2, ?3, 0, ?4)";
                let body = "x".repeat(3000);
                database.execute(sql, (the_box * 1000 + height, the_box, height, body)).unwrap();
            }
            let sql =
                "INSERT INTO audit_entry VALUES (?1, 5, 'server', 'a_deed', ?2, zeroblob(32), zeroblob(32))";
            database.execute(sql, (height + 1, format!("\"{}\"", "x".repeat(2000)))).unwrap();
        }
        assert!(!lies_together(&database, "datum"), "a record and the log grew together");
        assert_eq!(rewrite_if_quiet(&database, 100_000).unwrap(), Rewritten::TooLarge);
        let columns: Vec<String> = {
            let mut statement =
                database.prepare("SELECT name FROM pragma_table_info('ballot') WHERE \"notnull\" AND dflt_value IS NULL AND name <> 'state'").unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        let sql = format!(
            "INSERT INTO ballot ({}, state) VALUES ({} 'open')",
            columns.join(", "),
            "1, ".repeat(columns.len())
        );
        database.execute(&sql, []).unwrap();
        assert_eq!(rewrite_if_quiet(&database, 100_000_000).unwrap(), Rewritten::No);
        assert!(!lies_together(&database, "datum"));
        database.execute("UPDATE ballot SET state = 'closed'", []).unwrap();
        assert_eq!(rewrite_if_quiet(&database, 100_000_000).unwrap(), Rewritten::Yes);
        assert!(lies_together(&database, "datum") && lies_together(&database, "audit_entry"));
        assert_eq!(rewrite(&database).unwrap(), Rewritten::Yes);
    }
}
