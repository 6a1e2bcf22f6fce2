//! Freezing in pieces: what happens between them, and what is left when they break off.

use std::path::Path;
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, OpenFlags};
use scrutineer_ballot::code::VotingCode;
use scrutineer_ballot::roll::Roll;
use scrutineer_server::app::App;
use scrutineer_server::data_folder::DataFolder;
use scrutineer_server::store::{self, Error as StoreError, RollDifference, RollFile, WriteTx};
use serde_json::{Value, json};

use crate::support::{Folder, Reply, World};
use crate::union::{Ballot, Union, YES_NO, good, no, yes};

/// Members who may vote.
const MEMBERS: usize = 7;
/// Members whose rows are written in one transaction.
const AT_ONCE: usize = 2;
/// Between the first two pieces, in the middle, and right before everything is shown.
const MOMENTS: [(&str, usize); 4] =
    [("box", 1), ("participation", AT_ONCE), ("binding", AT_ONCE), ("credential", SPARES)];
/// Spare codes of [`YES_NO`].
const SPARES: usize = 2;

fn union() -> Union {
    Union::with(MEMBERS, |settings| settings.rows_at_once = AT_ONCE)
}

fn draft(union: &Union, file: &str) -> String {
    let made = good(union.delegate.post("/api/v1/ballots", &json!({ "file": file })));
    format!("/api/v1/ballots/{}", made.text("id"))
}

/// Has something happen in the transaction of the writer that begins when a table has so many rows. What it queues comes before the
/// next piece.
fn when(union: &Union, (table, rows): (&'static str, usize), mut happens: impl FnMut(&App) + Send + 'static) {
    let file = union.world.files.folder.database();
    let mut happened = false;
    let look = move |app: &App, _| {
        let writer = std::thread::current().name().is_some_and(|name| name.contains("writer"));
        if writer && !happened && count(&file, table) >= rows {
            happened = true;
            happens(app);
        }
    };
    *union.world.meanwhile.lock().unwrap() = Some(Box::new(look));
}

fn reader(file: &Path) -> Connection {
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

fn number(file: &Path, sql: &str) -> usize {
    let number: u32 = reader(file).query_row(sql, [], |row| row.get(0)).unwrap();
    usize::try_from(number).unwrap()
}

fn count(file: &Path, table: &str) -> usize {
    number(file, &format!("SELECT count(*) FROM {table}"))
}

/// Rows in the tables that freezing fills, and boxes.
fn rows(file: &Path) -> usize {
    ["box", "roll_entry", "contact", "participation", "code", "binding", "credential", "datum", "event"]
        .iter()
        .map(|table| count(file, table))
        .sum()
}

fn state(union: &Union, path: &str) -> String {
    good(union.delegate.get(path)).text("state").to_owned()
}

fn keys(folder: &DataFolder) -> usize {
    folder.key_files().unwrap().len()
}

/// Queues a change, which is done before the next piece.
fn change(app: &App, work: impl FnOnce(&WriteTx<'_>) -> Result<(), StoreError> + Send + 'static) {
    drop(app.store.write("test", work));
}

fn no_longer_on_roll(tx: &WriteTx<'_>, member_no: &str) -> Result<(), StoreError> {
    let gone = vec![tx.member(member_no)?.unwrap()];
    let nobody = RollFile::new(Roll::default(), |_| None);
    tx.import_roll(&nobody, &RollDifference { gone, ..RollDifference::default() })
}

#[test]
fn nobody_sees_anything_of_it_before_the_last_piece_and_each_piece_is_small() {
    let mut union = union();
    let file = union.world.files.folder.database();
    let seen: Arc<Mutex<Vec<[usize; 4]>>> = Arc::default();
    let noted = Arc::clone(&seen);
    *union.world.meanwhile.lock().unwrap() = Some(Box::new(move |_, _| {
        let shown = "SELECT count(*) FROM box WHERE ballot_id IS NOT NULL";
        let shown = number(&file, shown);
        let [members, codes, bindings] =
            ["participation", "code", "binding"].map(|table| count(&file, table));
        noted.lock().unwrap().push([shown, members, codes, bindings]);
    }));
    let ballot = union.freeze_without_codes(YES_NO, false);
    *union.world.meanwhile.lock().unwrap() = None;
    let seen = seen.lock().unwrap();
    let last = [1, MEMBERS, MEMBERS, MEMBERS];
    assert_eq!(seen.last(), Some(&last));
    for pair in seen.windows(2) {
        for (before, after) in pair[0].iter().zip(&pair[1]) {
            assert!(after - before <= AT_ONCE, "{pair:?}");
        }
        assert!(pair[1][0] == 0 || pair[1] == last, "{pair:?}");
    }
    assert!(seen.len() > 2 * MEMBERS / AT_ONCE);
    // The list of credentials was written in pieces too.
    assert!(!union.verify(&ballot).complete);
    assert!(store::check(&union.world.files.folder).unwrap().iter().all(|check| check.ok));
}

#[test]
fn a_roll_that_changes_between_two_pieces_is_not_frozen_by_halves() {
    for moment in MOMENTS {
        let union = union();
        let path = draft(&union, YES_NO);
        let before = rows(&union.world.files.folder.database());
        when(&union, moment, |app| change(app, |tx| no_longer_on_roll(tx, &no(1))));
        let reply = union.freezing(&path);
        reply.is_problem(409, "conflict");
        assert!(reply.text("detail").contains("at this very moment"), "{}", reply.body);
        *union.world.meanwhile.lock().unwrap() = None;
        assert_eq!(state(&union, &path), "draft");
        assert_eq!(rows(&union.world.files.folder.database()), before, "nothing is left of it");
        assert_eq!(keys(&union.world.files.folder), 0);
        // The proposal shows the old roll.
        good(union.freezing(&path));
        assert_eq!(good(union.delegate.get(&path)).json["boxes"][0]["eligible"], MEMBERS - 1);
    }
}

#[test]
fn an_address_that_changes_between_two_pieces_is_the_frozen_one() {
    // Of one who is in already, and of one who is not.
    for member in [0, MEMBERS - 1] {
        let mut union = union();
        when(&union, ("participation", AT_ONCE), move |app| {
            change(app, move |tx| tx.set_email(tx.member(&no(member))?.unwrap().id, "new@example.org"));
        });
        let ballot = union.freeze(YES_NO);
        *union.world.meanwhile.lock().unwrap() = None;
        let database = reader(&union.world.files.folder.database());
        let of = |member: usize| -> String {
            let sql = "SELECT email FROM contact WHERE member_no = ?1";
            database.query_row(sql, [no(member)], |row| row.get(0)).unwrap()
        };
        assert_eq!(of(member), "new@example.org");
        assert_eq!(of(1), format!("{}@example.org", no(1)));
        assert_eq!(ballot.codes.len(), MEMBERS);
    }
}

#[test]
fn another_ballot_that_ends_between_two_pieces_takes_nothing_of_this_one() {
    let mut union = union();
    let other = union.open(YES_NO);
    let id = other.id.clone();
    when(&union, ("participation", MEMBERS + AT_ONCE), move |app| {
        let id = id.clone();
        change(app, move |tx| tx.erase_bindings(tx.ballots_beginning(&id)?[0].ballot));
    });
    let ballot = union.freeze(YES_NO);
    *union.world.meanwhile.lock().unwrap() = None;
    assert_eq!(
        count(&union.world.files.folder.database(), "binding"),
        MEMBERS,
        "those of the other are gone"
    );
    assert_eq!(ballot.codes.len(), MEMBERS);
    good(union.order(&ballot, "opening"));
    for member in 0..MEMBERS {
        assert_eq!(union.vote(&ballot, &no(member), &yes()).status, 201);
    }
}

#[test]
fn what_a_killed_server_leaves_of_a_freezing_is_removed_when_the_next_starts() {
    for moment in MOMENTS {
        let union = union();
        let path = draft(&union, YES_NO);
        let before = rows(&union.world.files.folder.database());
        let temp = tempfile::tempdir().unwrap();
        let (from, to) = (union.world.files.folder.path().to_path_buf(), temp.path().join("data"));
        let copy = to.clone();
        when(&union, moment, move |_| copy_folder(&from, &copy));
        good(union.freezing(&path));
        *union.world.meanwhile.lock().unwrap() = None;

        let folder = DataFolder::new(&to);
        assert!(rows(&folder.database()) > before);
        assert!(store::check(&folder).unwrap().iter().all(|check| check.ok), "nothing that lacks or is left");
        let out = temp.path().join("copy.db");
        let taken = store::backup(&folder, &out).unwrap();
        assert!(taken.ends_with("copy.while-open.db"), "its codes are in it");
        let files = Folder { temp, folder, officer_code: String::new() };
        let world = World::on(files, None, |settings| settings.rows_at_once = AT_ONCE);
        world.tick();
        let folder = &world.files.folder;
        assert_eq!((rows(&folder.database()), keys(folder)), (before, 0), "nothing is left of it");
        assert!(store::check(folder).unwrap().iter().all(|check| check.ok));
        let there = |client: &crate::support::Client| {
            let mut client = client.clone();
            client.url.clone_from(&world.url);
            client
        };
        let (delegate, officer) = (there(&union.delegate), there(&union.officers[1].0));
        assert_eq!(good(delegate.get(&path)).text("state"), "draft");
        good(crate::support::by_two(delegate.order(&format!("{path}/freezing")), &officer));
        let codes = good(delegate.get(&format!("{path}/codes"))).json;
        assert_eq!(codes["codes"].as_array().unwrap().len(), MEMBERS);
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, name) = {
            let entry = entry.unwrap();
            (entry.path(), entry.file_name())
        };
        if path.is_dir() {
            copy_folder(&path, &to.join(name));
        } else if !name.to_string_lossy().ends_with("-shm") {
            std::fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

#[test]
fn two_ballots_that_are_frozen_at_once_are_both_frozen() {
    let union = union();
    let paths = [draft(&union, YES_NO), draft(&union, YES_NO)];
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let freezing: Vec<_> = paths.iter().map(|path| scope.spawn(|| union.freezing(path))).collect();
        freezing.into_iter().map(|reply| reply.join().unwrap()).collect()
    });
    replies.into_iter().for_each(|reply| drop(good(reply)));
    for path in &paths {
        assert_eq!(state(&union, path), "frozen");
        let codes = good(union.delegate.get(&format!("{path}/codes"))).json;
        let is_code = |code: &&Value| VotingCode::parse(code["code"].as_str().unwrap()).is_ok();
        assert_eq!(codes["codes"].as_array().unwrap().iter().filter(is_code).count(), MEMBERS);
    }
    assert_eq!(keys(&union.world.files.folder), 4);
}

#[test]
fn several_boxes_are_filled_side_by_side() {
    let mut union = Union::with(12, |settings| settings.rows_at_once = AT_ONCE);
    let file = YES_NO
        .replace("Yes >= 60% of eligible", "each unit: Yes > half of valid")
        .replace("spares = 2", "spares = 3\nsmallest_box = 1");
    let ballot: Ballot = union.freeze(&file);
    let boxes = union.boxes(&ballot);
    assert_eq!((boxes.len(), ballot.codes.len()), (3, 12));
    assert!(boxes.iter().all(|one| !union.verify(one).complete));
}
