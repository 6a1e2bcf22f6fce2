//! Writing tables anew, so that neither where their rows lie nor what lies beside them says what was there before.
//!
//! `secure_delete` blanks what is deleted, but not the copies that a page keeps of rows which were moved to its neighbours;
//! and where a row lies in its page says when it last grew. So when voting in a ballot has ended, all tables but those of the
//! record are copied, emptied at once (which blanks their pages) and filled again in the order of their keys: from pages in
//! which nothing is left, and which of them comes next is drawn by lot, so that the number of a page does not say which rows
//! lay there before. (That some table took it between two votes, it still says: see rewrite.rs.)
//! That takes as long as there are members, not votes, and memory for a few pages; the tables of records, which are nearly all
//! of a database, stay as they lie. Each table is a transaction of its own, so that other writes wait for one of them and not
//! for all.
//!
//! A copy has all that its table has, indexes included: then SQLite takes rows over as they are, index by index, in order.

use rusqlite::{Connection, TransactionBehavior};

use super::error::Error;
use super::tx::Tx;

/// What stays as it lies: the records, which say themselves in which order votes came; the rolls and their addresses, which
/// were written when ballots were frozen, and of which voting changes nothing; the flags of who has voted, which were
/// written so too and change in their places; and what never changes.
const AS_THEY_LIE: [&str; 7] =
    ["event", "datum", "vote", "roll_entry", "contact", "participation", "installation"];

/// What stands before the names of copies, while there are any.
const COPY: &str = "renewed";

/// As many blank pages as one page of SQLite's list of them can name, and itself: those that became blank last stand among as many
/// others at most.
const LISTED: u64 = 1024;

/// A table with no more rows is written anew together with other such.
const SMALL: u32 = 1000;

impl Tx<'_> {
    /// The tables that are to be written anew: first all small ones, which are one piece of work, then the others one by one.
    ///
    /// # Errors
    /// The database's.
    pub(super) fn to_renew(&self) -> Result<Vec<Vec<String>>, Error> {
        let names: Vec<String> = self.all(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
            [],
            |row| row.get(0),
        )?;
        let mut groups = vec![Vec::new()];
        for name in names.into_iter().filter(|name| !AS_THEY_LIE.contains(&name.as_str())) {
            if self.value(&format!("SELECT EXISTS (SELECT 1 FROM {name} LIMIT 1 OFFSET {SMALL})"), [])? {
                groups.push(vec![name]);
            } else if let Some(small) = groups.first_mut() {
                small.push(name);
            }
        }
        Ok(groups)
    }
}

/// Writes tables anew, in one transaction.
pub(super) fn renew(connection: &mut Connection, tables: &[String]) -> rusqlite::Result<()> {
    // Rows that others refer to go and come back; that is checked by nobody but the tests.
    connection.pragma_update(None, "foreign_keys", "OFF")?;
    let renewed = renew_all(connection, tables);
    connection.pragma_update(None, "foreign_keys", "ON")?;
    renewed
}

fn renew_all(connection: &mut Connection, tables: &[String]) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let each = |sql: &dyn Fn(&String) -> String| {
        tables.iter().try_for_each(|table| transaction.execute_batch(&sql(table)))
    };
    let parts = tables.iter().map(|table| parts_of(&transaction, table));
    let parts = parts.collect::<rusqlite::Result<Vec<_>>>()?;
    // They keep rows from being deleted, and are made again as they were.
    let triggers = || parts.iter().flatten().filter(|part| part.kind == "trigger");
    triggers().try_for_each(|part| transaction.execute_batch(&format!("DROP TRIGGER {}", part.name)))?;
    for (table, parts) in tables.iter().zip(&parts) {
        parts.iter().try_for_each(|part| part.copy(&transaction, table))?;
    }
    each(&|table| format!("INSERT INTO {COPY}_{table} SELECT * FROM {table}"))?;
    let blank = blank_pages(&transaction)?;
    each(&|table| format!("DELETE FROM {table}"))?;
    let emptied = blank_pages(&transaction)?.saturating_sub(blank);
    draw_lots(&transaction, emptied.saturating_add(LISTED))?;
    each(&|table| format!("INSERT INTO {table} SELECT * FROM {COPY}_{table}"))?;
    each(&|table| format!("DROP TABLE {COPY}_{table}"))?;
    triggers().try_for_each(|part| transaction.execute_batch(&part.sql))?;
    transaction.commit()
}

/// A trigger, a table or an index, as the schema has it.
struct Part {
    kind: String,
    name: String,
    sql: String,
}

/// The parts of a table: triggers, the table, its indexes, in this order.
fn parts_of(transaction: &Connection, table: &str) -> rusqlite::Result<Vec<Part>> {
    transaction
        .prepare(
            "SELECT type, name, sql FROM sqlite_schema WHERE tbl_name = ?1 AND sql IS NOT NULL ORDER BY type DESC",
        )?
        .query_map([table], |row| Ok(Part { kind: row.get(0)?, name: row.get(1)?, sql: row.get(2)? }))?
        .collect()
}

impl Part {
    /// Makes an empty copy of it, of a trigger none.
    fn copy(&self, transaction: &Connection, table: &str) -> rusqlite::Result<()> {
        let Self { kind, name, sql } = self;
        let Some((head, columns)) = sql.split_once('(') else { return Ok(()) };
        match kind.as_str() {
            "table" => transaction.execute_batch(&format!("CREATE TABLE {COPY}_{name} ({columns}")),
            "index" => {
                let unique = if head.contains("UNIQUE") { "UNIQUE" } else { "" };
                let sql = format!("CREATE {unique} INDEX {COPY}_{name} ON {COPY}_{table} ({columns}");
                transaction.execute_batch(&sql)
            }
            _ => Ok(()),
        }
    }
}

/// How many pages of the file hold nothing.
fn blank_pages(transaction: &Connection) -> rusqlite::Result<u64> {
    let pages: i64 = transaction.prepare_cached("PRAGMA freelist_count")?.query_row([], |row| row.get(0))?;
    Ok(pages.unsigned_abs())
}

/// Has the next so many blank pages taken by lot. SQLite takes them in an order that follows from the one in which they became blank;
/// so each is filled once and blanked again, in an order of chance.
fn draw_lots(transaction: &Connection, pages: u64) -> rusqlite::Result<()> {
    transaction.execute_batch(&format!(
        "CREATE TABLE {COPY}_lots (id INTEGER PRIMARY KEY, page BLOB NOT NULL) STRICT"
    ))?;
    let left = blank_pages(transaction)?.saturating_sub(pages);
    {
        // No page has room for two.
        let mut fill =
            transaction.prepare(&format!("INSERT INTO {COPY}_lots (page) VALUES (zeroblob(3000))"))?;
        while blank_pages(transaction)? > left {
            fill.execute([])?;
        }
        let mut blank = transaction.prepare(&format!("DELETE FROM {COPY}_lots WHERE id = ?1"))?;
        let order = transaction
            .prepare(&format!("SELECT id FROM {COPY}_lots ORDER BY random()"))?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<i64>>>()?;
        order.iter().try_for_each(|id| blank.execute([id]).map(drop))?;
    }
    transaction.execute_batch(&format!("DROP TABLE {COPY}_lots"))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap, HashSet};
    use std::path::Path;

    use proptest::prelude::*;
    use rusqlite::{Connection, params};

    use crate::store::connection::open_for_writing;
    use crate::store::migrate::{SCHEMA, is_as_described};
    use crate::store::tx::Tx;

    const PAGE: usize = 4096;

    fn id(member: usize) -> i64 {
        i64::try_from(member).unwrap() + 1
    }

    fn box_of(member: usize) -> i64 {
        id(member) % 2
    }

    /// A database with a schema of ours, and its path.
    fn database(folder: &Path) -> Connection {
        let path = folder.join("scrutineer.db");
        std::fs::write(&path, "").unwrap();
        let database = open_for_writing(&path).unwrap();
        database.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        database.execute_batch(SCHEMA).unwrap();
        database
    }

    fn renew(database: &mut Connection) {
        for tables in Tx::new(database, 0).to_renew().unwrap() {
            super::renew(database, &tables).unwrap();
        }
    }

    fn bytes(database: &Connection) -> Vec<u8> {
        database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        std::fs::read(database.path().unwrap()).unwrap()
    }

    fn name(member: usize) -> String {
        format!("Member with the name {member:06} and no other")
    }

    /// Bytes that stand nowhere else, and have nothing to do with their neighbours.
    fn unlike(what: &str, member: usize) -> [u8; 32] {
        *scrutineer_protocol::hash::HexHash::of(format!("{what} {member}").as_bytes()).digest()
    }

    /// Where each of these first stands; what stands nowhere is left out. All are of one length.
    fn find(bytes: &[u8], wanted: &[Vec<u8>]) -> BTreeMap<usize, usize> {
        let length = wanted[0].len();
        let members: HashMap<&[u8], usize> =
            wanted.iter().enumerate().map(|(i, what)| (&what[..], i)).collect();
        let starts: HashSet<[u8; 2]> = wanted.iter().map(|what| [what[0], what[1]]).collect();
        let mut found = BTreeMap::new();
        for (at, window) in bytes.windows(length).enumerate() {
            if starts.contains(&[window[0], window[1]])
                && let Some(member) = members.get(window)
            {
                found.entry(*member).or_insert(at);
            }
        }
        found
    }

    fn slot(member: usize) -> [u8; 16] {
        *unlike("slot", member).first_chunk().unwrap()
    }

    fn fill(database: &Connection, members: usize) {
        database.execute_batch("BEGIN").unwrap();
        for member in 0..members {
            let sql = "INSERT INTO member (id, member_no, name, unit, standing) VALUES (?1, ?2, ?3, 'North', 'good')";
            database.execute(sql, params![id(member), format!("{member:06}"), name(member)]).unwrap();
            let sql = "INSERT INTO binding (box_id, member_mac, credential) VALUES (?1, ?2, ?3)";
            let (mac, credential) = (unlike("mac", member), unlike("credential", member));
            database.execute(sql, params![box_of(member), mac, credential]).unwrap();
            let sql = "INSERT INTO participation (slot, box_id, member_no) VALUES (?1, ?2, ?3)";
            database.execute(sql, params![slot(member), box_of(member), format!("{member:06}")]).unwrap();
        }
        let sql =
            "INSERT INTO audit_entry VALUES (1, 5, 'server', 'a_deed', '{}', zeroblob(32), zeroblob(32))";
        database.execute(sql, []).unwrap();
        database.execute_batch("COMMIT").unwrap();
    }

    /// Members activate and vote, in this order.
    fn act(database: &Connection, order: &[usize]) {
        database.execute_batch("BEGIN").unwrap();
        for member in order {
            let hash = format!("$argon2id${}", "x".repeat(60));
            database
                .execute("UPDATE member SET password_hash = ?2 WHERE id = ?1", params![id(*member), hash])
                .unwrap();
            let sql = "UPDATE binding SET casts = 1, last_cast_at = 1800000000 WHERE member_mac = ?1 AND box_id = ?2";
            database.execute(sql, params![unlike("mac", *member), box_of(*member)]).unwrap();
            let sql = "UPDATE participation SET voted = 1 WHERE box_id = ?1 AND member_no = ?2";
            assert_eq!(database.execute(sql, params![box_of(*member), format!("{member:06}")]), Ok(1));
        }
        database.execute_batch("COMMIT").unwrap();
    }

    fn names(bytes: &[u8], members: usize) -> Vec<usize> {
        find(bytes, &(0..members).map(|member| name(member).into_bytes()).collect::<Vec<_>>())
            .into_values()
            .collect()
    }

    /// Neighbours on the roll whose order in their page is not that of the roll.
    fn out_of_order(bytes: &[u8], members: usize) -> usize {
        let places = names(bytes, members);
        assert_eq!(places.len(), members);
        let pairs = places.windows(2).filter(|pair| pair[0] / PAGE == pair[1] / PAGE);
        pairs.filter(|pair| pair[0] < pair[1]).count()
    }

    /// Free pages, and those of them that are not blank. The first of a chain holds the numbers of others, and nothing else.
    fn free_pages(bytes: &[u8]) -> (usize, usize) {
        let word = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        let page = |number: usize| &bytes[(number - 1) * PAGE..number * PAGE];
        let (mut free, mut not_blank, mut trunk) = (0, 0, word(32));
        while trunk != 0 {
            let at = (trunk - 1) * PAGE;
            let words = (0..PAGE / 4).map(|index| word(at + index * 4));
            not_blank += usize::from(words.into_iter().any(|word| word > bytes.len() / PAGE));
            for leaf in 0..word(at + 4) {
                free += 1;
                not_blank += usize::from(page(word(at + 8 + leaf * 4)).iter().any(|byte| *byte != 0));
            }
            (free, trunk) = (free + 1, word(at));
        }
        (free, not_blank)
    }

    #[test]
    fn nothing_that_was_deleted_is_left_and_rows_lie_in_the_order_of_their_keys() {
        const MEMBERS: usize = 1200;
        let temp = tempfile::tempdir().unwrap();
        let mut database = database(temp.path());
        fill(&database, MEMBERS);
        act(&database, &(0..MEMBERS).map(|i| i * 701 % MEMBERS).collect::<Vec<_>>());
        let gone: Vec<_> = (0..MEMBERS).step_by(2).map(|member| unlike("mac", member).to_vec()).collect();
        let left = |bytes: &[u8]| find(bytes, &gone).len();
        let before = bytes(&database);
        assert_eq!(left(&before), gone.len(), "they are found where they are");
        assert!(out_of_order(&before, MEMBERS) > 0, "and so is in which order people acted");
        database.execute_batch("BEGIN").unwrap();
        for mac in &gone {
            database.execute("DELETE FROM binding WHERE member_mac = ?1", [mac]).unwrap();
        }
        database.execute_batch("COMMIT").unwrap();
        renew(&mut database);
        let after = bytes(&database);
        assert_eq!(left(&after), 0, "what was deleted is left");
        assert_eq!(out_of_order(&after, MEMBERS), 0, "rows lie as they came");
        let (free, not_blank) = free_pages(&after);
        assert!(free > 0 && not_blank == 0, "{not_blank} of {free} free pages are not blank");

        assert!(is_as_described(&database).unwrap(), "the schema is the same, triggers included");
        let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(count("SELECT count(*) FROM member WHERE password_hash IS NOT NULL"), id(MEMBERS - 1));
        assert_eq!(count("SELECT count(*) FROM binding WHERE casts = 1"), id(MEMBERS - 1) / 2);
        assert_eq!(count("PRAGMA foreign_keys"), 1);
        let checked: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(checked, "ok");
        assert!(database.execute("DELETE FROM audit_entry", []).is_err(), "the log is kept as before");
        // Doing it again and again makes the file no larger.
        for _ in 0..3 {
            renew(&mut database);
        }
        assert_eq!(bytes(&database).len(), after.len());
    }

    /// The pages in which rows of a table lie, in the order of their keys.
    fn pages_of(database: &Connection, table: &str) -> Vec<i64> {
        let sql = "SELECT pageno FROM dbstat WHERE name = ?1 AND pagetype = 'leaf' ORDER BY path";
        let mut statement = database.prepare(sql).unwrap();
        statement.query_map([table], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn pages_that_lay_side_by_side_do_not_after() {
        const MEMBERS: usize = 1500;
        let temp = tempfile::tempdir().unwrap();
        let mut database = database(temp.path());
        fill(&database, MEMBERS);
        act(&database, &(0..MEMBERS).map(|i| i * 701 % MEMBERS).collect::<Vec<_>>());
        database.execute("DELETE FROM binding", []).unwrap();
        let mut pages = pages_of(&database, "member");
        for _ in 0..3 {
            renew(&mut database);
            let after = pages_of(&database, "member");
            let places: HashMap<i64, usize> = pages.iter().enumerate().map(|(i, page)| (*page, i)).collect();
            let places: Vec<usize> = after.iter().filter_map(|page| places.get(page).copied()).collect();
            assert!(places.len() > 30, "the pages that were there are used again: {places:?}");
            let beside = places.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) == 1).count();
            assert!(beside < places.len() / 4, "{beside} neighbours are neighbours again: {places:?}");
            let rising = places.windows(2).filter(|pair| pair[0] < pair[1]).count();
            let quarter = places.len() / 4;
            assert!(
                (quarter..places.len() - quarter).contains(&rising),
                "they lie in one direction: {places:?}"
            );
            pages = after;
        }
        // Nor is it the same from one time to the other.
        renew(&mut database);
        assert_ne!(pages_of(&database, "member"), pages);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]
        #[test]
        fn in_which_order_people_acted_cannot_be_seen(seed in any::<[u8; 32]>()) {
            const MEMBERS: usize = 120;
            let files: Vec<Vec<u8>> = [&seed[..], b""].iter().map(|seed| {
                let temp = tempfile::tempdir().unwrap();
                let mut database = database(temp.path());
                fill(&database, MEMBERS);
                let mut order: Vec<usize> = (0..MEMBERS).collect();
                order.sort_by_key(|member| [seed, &unlike("order", *member)[..]].concat().iter().fold(0u64, |sum, byte| {
                    sum.wrapping_mul(1_000_003).wrapping_add(u64::from(*byte))
                }));
                act(&database, &order);
                database.execute("DELETE FROM binding", []).unwrap();
                renew(&mut database);
                let mut bytes = bytes(&database);
                // The file's counters of changes.
                [24..28, 92..96].into_iter().for_each(|range| bytes[range].fill(0));
                bytes
            }).collect();
            let places = |bytes: &[u8]| names(bytes, MEMBERS).into_iter().map(|at| at % PAGE).collect::<Vec<_>>();
            prop_assert_eq!(places(&files[0]), places(&files[1]));
            // The flags of who has voted are not written anew: they lie where they lay.
            let slots: Vec<_> = (0..MEMBERS).map(|member| slot(member).to_vec()).collect();
            prop_assert_eq!(find(&files[0], &slots), find(&files[1], &slots));
        }
    }
}
