//! A database as whoever has the file can read it: every row of every table, in the order in which it is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

/// One row: its columns and what stands in them.
pub(crate) type Row = Vec<(String, Value)>;

/// All tables.
pub(crate) struct Database {
    tables: BTreeMap<String, Vec<Row>>,
    /// Pages that hold nothing any more as far as the database knows, and are not blank.
    pub(crate) left_in_free_pages: usize,
    /// Pages that hold nothing any more, as far as the database knows.
    pub(crate) free_pages: i64,
}

impl Database {
    /// Reads a database, whether or not a server has it open.
    pub(crate) fn read(path: &Path) -> Self {
        let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let mut names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
        let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let tables = names.into_iter().map(|name| (name.clone(), rows(&database, &name))).collect();
        let free_pages = database.query_row("PRAGMA freelist_count", [], |row| row.get(0)).unwrap();
        Self { tables, left_in_free_pages: left_in_free_pages(&database), free_pages }
    }

    /// All tables by name.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (&str, &[Row])> {
        self.tables.iter().map(|(name, rows)| (name.as_str(), rows.as_slice()))
    }

    /// The rows of a table.
    pub(crate) fn rows(&self, table: &str) -> &[Row] {
        self.tables.get(table).unwrap_or_else(|| panic!("there is no table {table}"))
    }

    /// Some columns of a table.
    pub(crate) fn columns(&self, table: &str, names: &[&str]) -> Vec<Vec<Value>> {
        let column = |row: &Row, wanted: &str| row.iter().find(|(name, _)| name == wanted).unwrap().1.clone();
        self.rows(table).iter().map(|row| names.iter().map(|name| column(row, name)).collect()).collect()
    }

    /// How many different values a column has.
    pub(crate) fn distinct(&self, table: &str, column: &str) -> usize {
        let values: BTreeSet<String> =
            self.columns(table, &[column]).iter().map(|value| format!("{value:?}")).collect();
        values.len()
    }
}

/// What a page of a database has of bytes.
const PAGE: usize = 4096;

/// Looks at every free page. The first of a chain of them holds their numbers and nothing else (SQLite's file format, section
/// 1.5).
fn left_in_free_pages(database: &Connection) -> usize {
    let copy = tempfile::NamedTempFile::new().unwrap();
    // Page by page, with what the write-ahead log has of them.
    database.backup("main", copy.path(), None::<fn(rusqlite::backup::Progress)>).unwrap();
    let bytes = fs::read(copy.path()).unwrap();
    let word =
        |at: usize| usize::try_from(u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap())).unwrap();
    let start = |page: usize| (page - 1) * PAGE;
    let (mut left, mut chain) = (0, word(32));
    while chain != 0 {
        let at = start(chain);
        left += usize::from((0..PAGE).step_by(4).any(|offset| word(at + offset) > bytes.len() / PAGE));
        let pages = (0..word(at + 4)).map(|index| start(word(at + 8 + index * 4)));
        left += pages.filter(|page| bytes[*page..page + PAGE].iter().any(|byte| *byte != 0)).count();
        chain = word(at);
    }
    left
}

/// The rows of a table as they lie there, with the hidden number of each where there is one.
fn rows(database: &Connection, table: &str) -> Vec<Row> {
    let query = |columns: &str| {
        let mut found = database.prepare(&format!("SELECT {columns} FROM \"{table}\" NOT INDEXED"))?;
        let names: Vec<String> = found.column_names().map(str::to_owned).collect();
        let rows = found.query_map([], |row| {
            let value = |(index, name): (usize, &String)| Ok((name.clone(), row.get::<_, Value>(index)?));
            names.iter().enumerate().map(value).collect::<rusqlite::Result<Row>>()
        })?;
        rows.collect::<rusqlite::Result<Vec<Row>>>()
    };
    query("rowid, *").or_else(|_| query("*")).unwrap()
}
