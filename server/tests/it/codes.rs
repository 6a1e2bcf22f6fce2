//! Voting codes on their way to members: who gets them, when they are erased, how one is replaced.

use std::fs;

use scrutineer_ballot::code::VotingCode;
use serde_json::{Value, json};

use crate::support::Client;
use crate::union::{Ballot, Union, YES_NO, good, no, yes};

/// A frozen ballot whose codes nobody has fetched; its path.
fn frozen(union: &Union) -> String {
    let reply = good(union.delegate.post("/api/v1/ballots", &json!({ "file": YES_NO })));
    let path = format!("/api/v1/ballots/{}", reply.text("id"));
    good(union.freezing(&path));
    path
}

fn fetch(client: &Client, path: &str) -> Vec<(String, String)> {
    let codes = good(client.get(&format!("{path}/codes"))).json;
    let text = |code: &Value, field: &str| code[field].as_str().unwrap().to_owned();
    let codes = codes["codes"].as_array().unwrap();
    codes.iter().map(|code| (text(code, "member_no"), text(code, "code"))).collect()
}

fn confirm(client: &Client, path: &str) -> u16 {
    client.order(&format!("{path}/codes/confirmation")).status
}

/// Whether any file of the data folder holds these bytes.
fn is_in_files(union: &Union, bytes: &[u8]) -> bool {
    let folder = union.world.files.folder.path();
    let holds = |path: &std::path::Path| {
        let content = fs::read(path).unwrap();
        content.windows(bytes.len()).any(|window| window == bytes)
    };
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .any(|path| holds(&path))
}

#[test]
fn codes_are_for_whoever_froze_the_ballot_as_often_as_needed_until_they_are_confirmed() {
    let mut union = Union::new(3);
    let path = frozen(&union);
    let officer = union.officers[0].0.clone();
    let member = union.member(&no(0));
    for other in [&officer, &member, &union.observer] {
        other.get(&format!("{path}/codes")).is_problem(403, "forbidden");
        other.order(&format!("{path}/codes/confirmation")).is_problem(403, "forbidden");
    }
    union.delegate.order(&format!("{path}/codes/confirmation")).is_problem(409, "conflict");
    let codes = fetch(&union.delegate, &path);
    assert_eq!(codes, fetch(&union.delegate, &path));
    let numbers: Vec<_> = codes.iter().map(|(no, _)| no.as_str()).collect();
    assert_eq!(numbers, ["1001", "1002", "1003"]);
    for (_, code) in &codes {
        assert_eq!(code.len(), 34);
        assert_eq!(VotingCode::parse(code).unwrap().text().as_str(), code);
    }
    assert_eq!(confirm(&union.delegate, &path), 204);
    union.delegate.get(&format!("{path}/codes")).is_problem(409, "conflict");
    assert_eq!(confirm(&union.delegate, &path), 409);
}

#[test]
fn codes_that_two_confirm_at_once_are_noted_once_and_all() {
    let union = Union::new(3);
    let path = frozen(&union);
    fetch(&union.delegate, &path);
    more_codes(&union, 11_000);
    let mut statuses = std::thread::scope(|scope| {
        let both = [0, 1].map(|_| scope.spawn(|| confirm(&union.delegate, &path)));
        both.map(|one| one.join().unwrap())
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409]);
    assert_eq!(confirmations(&union), [11_003]);
}

/// As many more codes, which were fetched: some thousand take several transactions.
fn more_codes(union: &Union, count: i32) -> rusqlite::Connection {
    let database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
    let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
               INSERT INTO code (box_id, member_no, code, way, fetched)
               SELECT c.box_id, 'more ' || i, c.code, c.way, 1 FROM n, (SELECT * FROM code LIMIT 1) c";
    assert_eq!(database.execute(sql, [count]), Ok(usize::try_from(count).unwrap()));
    database
}

/// How many codes each confirmation was noted with.
fn confirmations(union: &Union) -> Vec<u64> {
    let audit = union.observer.get("/api/v1/audit?limit=500").json;
    let entries = audit["entries"].as_array().unwrap();
    let confirmed = entries.iter().filter(|entry| entry["deed"] == "codes_confirmed");
    confirmed.map(|entry| entry["detail"]["codes"].as_u64().unwrap()).collect()
}

#[test]
fn a_confirmation_that_was_interrupted_is_noted_with_all_of_its_codes() {
    let union = Union::new(3);
    let path = frozen(&union);
    fetch(&union.delegate, &path);
    let database = more_codes(&union, 11_000);
    // One of those that come later cannot be erased.
    let trap = "CREATE TRIGGER trap BEFORE DELETE ON code WHEN OLD.member_no = 'more 9000' BEGIN
                SELECT RAISE(ABORT, 'trapped'); END";
    database.execute_batch(trap).unwrap();
    assert_eq!(confirm(&union.delegate, &path), 500);
    let left: i64 = database.query_row("SELECT count(*) FROM code", [], |row| row.get(0)).unwrap();
    assert!(left > 0 && left < 11_003, "{left} are left");
    assert!(confirmations(&union).is_empty());
    database.execute_batch("DROP TRIGGER trap").unwrap();
    assert_eq!(confirm(&union.delegate, &path), 204);
    assert_eq!(confirmations(&union), [11_003]);
    // The next one begins anew.
    more_codes_again(&database);
    assert_eq!(confirm(&union.delegate, &path), 204);
    let mut noted = confirmations(&union);
    noted.sort_unstable();
    assert_eq!(noted, [2, 11_003]);
}

/// Two codes, of which nobody has heard so far.
fn more_codes_again(database: &rusqlite::Connection) {
    let sql = "INSERT INTO code (box_id, member_no, code, way, fetched)
               SELECT id, column1, 'a code', 'hand', 1 FROM box, (VALUES ('again 1'), ('again 2'))";
    assert_eq!(database.execute(sql, []), Ok(2));
}

#[test]
fn confirmed_codes_are_in_no_file_any_more() {
    let union = Union::new(3);
    let path = frozen(&union);
    let codes = fetch(&union.delegate, &path);
    assert!(codes.iter().all(|(_, code)| is_in_files(&union, code.as_bytes())));
    assert_eq!(confirm(&union.delegate, &path), 204);
    assert!(codes.iter().all(|(_, code)| !is_in_files(&union, code.as_bytes())));
    let audit = union.observer.get("/api/v1/audit?limit=500").body;
    assert!(audit.contains("codes_fetched") && audit.contains("codes_confirmed"));
    assert!(codes.iter().all(|(_, code)| !audit.contains(code)));
}

#[test]
fn closing_erases_what_joined_members_to_credentials_from_every_file() {
    let mut union = Union::new(3);
    let ballot = union.freeze(YES_NO);
    good(union.order(&ballot, "opening"));
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    let folder = &union.world.files.folder;
    let uuid = scrutineer_protocol::election::Uuid::from_text(&ballot.id).unwrap();
    let mac = folder.ballot_key(&uuid).unwrap().mac(&no(0));
    let spares = spare_codes(&union, &ballot);
    assert_eq!(spares.len(), 2);
    assert!(is_in_files(&union, &mac) && spares.iter().all(|code| is_in_files(&union, code.as_bytes())));
    good(union.order(&ballot, "closing"));
    assert!(!is_in_files(&union, &mac));
    assert!(spares.iter().all(|code| !is_in_files(&union, code.as_bytes())));
    assert!(union.world.files.folder.ballot_key(&uuid).is_err());
    assert_eq!(union.world.files.folder.key_files().unwrap(), []);
}

fn spare_codes(union: &Union, ballot: &Ballot) -> Vec<String> {
    let id = ballot.id.clone();
    union.world.inside(async |app| {
        let spares = app.store.read("test", move |tx| {
            let one = tx.boxes_of(tx.ballots_beginning(&id)?[0].ballot)?.remove(0);
            tx.spares_of(one.id)
        });
        spares.await.unwrap().into_iter().map(|spare| spare.code.unwrap().to_string()).collect()
    })
}

#[test]
fn a_replaced_code_goes_the_same_way_and_a_confirmation_takes_only_what_was_fetched() {
    let mut union = Union::new(3);
    let path = frozen(&union);
    let officer = union.officers[0].0.clone();
    let reissue =
        |member_no: &str| officer.post(&format!("{path}/reissues"), &json!({ "member_nos": [member_no] }));
    let first = fetch(&union.delegate, &path);
    // Between fetching and confirming: the new code is not confirmed with the old ones.
    assert_eq!(reissue("1002").status, 200);
    assert_eq!(confirm(&union.delegate, &path), 204);
    let second = fetch(&union.delegate, &path);
    assert_eq!((second.len(), second[0].0.as_str()), (1, "1002"));
    assert_ne!(second[0].1, first[1].1);
    assert_eq!(confirm(&union.delegate, &path), 204);
    assert_eq!(union.delegate.order(&format!("{path}/opening")).status, 204);
    // While the ballot is open too, and codes that nobody has confirmed do not hold it up.
    assert_eq!(reissue("1003").status, 200);
    let third = fetch(&union.delegate, &path);
    assert_eq!((third.len(), third[0].0.as_str()), (1, "1003"));
    let none_left = reissue("1001");
    none_left.is_problem(409, "conflict");
    assert!(none_left.text("detail").contains("no spare codes left"));
    reissue("9999").is_problem(404, "not_found");
    reissue("200").is_problem(404, "not_found");
    let member = union.member(&no(0));
    for other in [&union.delegate, &union.observer, &member] {
        let asked = other.post(&format!("{path}/reissues"), &json!({ "member_nos": ["1001"] }));
        asked.is_problem(403, "forbidden");
    }
    // The log names the members, and nothing that stands on the record.
    let audit = union.observer.get("/api/v1/audit?limit=500").json;
    let entries = audit["entries"].as_array().unwrap();
    let noted: Vec<_> = entries.iter().filter(|entry| entry["deed"] == "code_reissued").collect();
    let id = path.rsplit('/').next().unwrap();
    let details: Vec<_> = noted.iter().map(|entry| entry["detail"].clone()).collect();
    let expected = ["1002", "1003"].map(|no| json!({ "ballot": id, "member_no": no }));
    assert_eq!(details, expected);
}

#[test]
fn a_code_with_a_vote_under_it_stays_and_without_a_ballot_there_are_none() {
    let mut union = Union::new(3);
    let officer = union.officers[0].0.clone();
    let reissue = |path: &str, member_no: &str| {
        officer.post(&format!("{path}/reissues"), &json!({ "member_nos": [member_no] }))
    };
    let reply = good(union.delegate.post("/api/v1/ballots", &json!({ "file": YES_NO })));
    let draft = format!("/api/v1/ballots/{}", reply.text("id"));
    reissue(&draft, "1001").is_problem(409, "conflict");
    union.delegate.get(&format!("{draft}/codes")).is_problem(409, "conflict");
    let ballot = union.open(YES_NO);
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    let refused = reissue(&ballot.path, &no(0));
    refused.is_problem(409, "conflict");
    assert!(
        refused.text("detail").contains("a vote stands under")
            || refused.text("detail").contains("A vote stands under")
    );
    good(union.order(&ballot, "closing"));
    reissue(&ballot.path, &no(1)).is_problem(409, "conflict");
    union.delegate.get(&format!("{}/codes", ballot.path)).is_problem(409, "conflict");
}

#[test]
fn officers_do_not_learn_who_has_voted_from_re_issues_that_cannot_be_made() {
    let mut union = Union::new(2);
    let ballot = union.open(&YES_NO.replace("spares = 2", "spares = 0"));
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    let officer = union.officers[0].0.clone();
    let details = [0, 1].map(|i| {
        let refused = officer.post(&format!("{}/reissues", ballot.path), &json!({ "member_nos": [no(i)] }));
        refused.is_problem(409, "conflict").text("detail").to_owned()
    });
    assert_eq!(details[0], details[1]);
}

#[test]
fn whoever_asks_for_the_code_of_a_member_who_has_voted_does_it_in_sight() {
    let mut union = Union::new(2);
    let ballot = union.open(YES_NO);
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    let officer = union.officers[0].0.clone();
    for _ in 0..2 {
        let refused = officer.post(&format!("{}/reissues", ballot.path), &json!({ "member_nos": [no(0)] }));
        refused.is_problem(409, "conflict");
    }
    let audit = union.observer.get("/api/v1/audit?limit=500").json;
    let entries = audit["entries"].as_array().unwrap();
    let refused: Vec<_> = entries.iter().filter(|entry| entry["deed"] == "code_reissue_refused").collect();
    assert_eq!(refused.len(), 2);
    for entry in refused {
        assert_eq!(
            (&entry["actor"], &entry["detail"]),
            (&json!("member:1"), &json!({ "ballot": ballot.id }))
        );
    }
}

#[test]
fn closing_erases_what_joins_members_to_credentials_in_that_ballot_and_in_no_other() {
    let mut union = Union::new(3);
    let (one, other) = (union.open(YES_NO), union.open(YES_NO));
    let database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
    let bound = || -> Vec<(i64, i64)> {
        let mut statement =
            database.prepare("SELECT box_id, count(*) FROM binding GROUP BY box_id ORDER BY box_id").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    assert_eq!(bound(), [(1, 3), (2, 3)]);
    good(union.order(&one, "closing"));
    assert_eq!(bound(), [(2, 3)]);
    assert_eq!(union.vote(&other, &no(0), &yes()).status, 201);
    // The last one leaves nothing.
    good(union.order(&other, "closing"));
    assert_eq!(bound(), []);
    assert_eq!((union.verify(&one).complete, union.verify(&other).votes), (true, 1));
}

#[test]
fn the_order_of_votes_in_two_ballots_is_not_kept() {
    let mut union = Union::new(3);
    let (one, other) = (union.open(YES_NO), union.open(YES_NO));
    // Whoever votes in both does it one after the other.
    for i in [1, 2, 0] {
        assert_eq!(union.vote(&one, &no(i), &yes()).status, 201);
        assert_eq!(union.vote(&other, &no(i), &yes()).status, 201);
    }
    good(union.order(&one, "closing"));
    good(union.order(&other, "closing"));
    union.world.stop();
    let database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
    let list = |sql: &str| -> Vec<String> {
        let mut statement = database.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let with_rows = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT wr
                      AND name NOT LIKE 'sqlite%'";
    let mut tables = Vec::new();
    for table in list(with_rows) {
        let columns = list(&format!("SELECT name FROM pragma_table_info('{table}')"));
        if columns.iter().any(|name| name == "box_id") {
            let order = list(&format!("SELECT CAST(box_id AS TEXT) FROM {table} ORDER BY rowid"));
            let mut boxes = order.clone();
            boxes.dedup();
            assert_eq!(boxes, ["1", "2"], "{table}: {order:?}");
            tables.push(table);
        }
    }
    assert_eq!(tables, ["datum"]);
}

#[test]
fn closing_leaves_nobody_signed_in_who_may_have_cast_the_last_vote() {
    let mut union = Union::new(4);
    let board = union.board(2, 3);
    let ballot = union.open_with(&board, &crate::union::with_board());
    union.world.clock.advance(25 * 60);
    let (voter, teller) = (union.member(&no(3)), union.member(&no(0)));
    for member_no in [no(3), no(0)] {
        assert_eq!(union.vote(&ballot, &member_no, &yes()).status, 201);
    }
    union.delegate = union.world.sign_in("200");
    good(union.order(&ballot, "closing"));
    voter.get("/api/v1/me").is_problem(401, "not_signed_in");
    // Those who have still to do with it go on.
    for client in [&union.delegate, &teller] {
        assert_eq!(client.get("/api/v1/me").status, 200);
    }
}
