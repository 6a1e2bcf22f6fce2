//! What happens by itself: opening, closing, what is shown of an open ballot; and what a start finishes.

use std::fs;

use scrutineer_ballot::zone::Zone;
use scrutineer_server::actions::finish;
use serde_json::{Value, json};

use crate::support::START;
use crate::union::{Ballot, Union, YES_NO, good, no, yes};

const HOUR: i64 = 3_600;

/// The file with times in UTC, counted in seconds from the start of the test.
fn at(opens: Option<i64>, closes: Option<i64>) -> String {
    let line = |key: &str, at: Option<i64>| at.map_or(String::new(), |at| format!("{key} = {}\n", utc(at)));
    line("opens", opens) + &line("closes", closes) + &YES_NO.replace("America/Chicago", "UTC")
}

fn utc(after_start: i64) -> String {
    Zone::parse("UTC").unwrap().rfc3339(START + after_start)[..19].to_owned()
}

fn show(union: &Union, ballot: &Ballot) -> Value {
    good(union.world.anyone().get(&ballot.path)).json
}

fn state(union: &Union, ballot: &Ballot) -> String {
    show(union, ballot)["state"].as_str().unwrap().to_owned()
}

/// Moves the clock to a moment, lets the schedule do what is due, and signs the delegate in again.
fn tick_at(union: &mut Union, after_start: i64) {
    union.world.clock.set(START + after_start);
    union.world.tick();
    union.delegate = union.world.sign_in("200");
}

fn order(union: &Union, ballot: &Ballot, deed: &str, body: &Value) -> crate::support::Reply {
    union.by_two(union.delegate.post(&format!("{}/{deed}", ballot.path), body))
}

#[test]
fn a_ballot_opens_and_closes_at_its_times_to_the_second() {
    let mut union = Union::new(3);
    let ballot = union.freeze(&at(Some(HOUR), Some(2 * HOUR)));
    assert!(
        show(&union, &ballot)["waits_for"][0]
            .as_str()
            .unwrap()
            .starts_with("it opens by itself on Friday, 15")
    );
    let early = union.order(&ballot, "opening");
    early.is_problem(409, "conflict");
    assert!(early.text("detail").contains("it opens by itself on"), "{}", early.body);
    tick_at(&mut union, HOUR - 1);
    assert_eq!(state(&union, &ballot), "frozen");
    tick_at(&mut union, HOUR);
    assert_eq!(state(&union, &ballot), "open");
    let by_hand = union.order(&ballot, "closing");
    by_hand.is_problem(409, "conflict");
    assert!(by_hand.text("detail").contains("closes by itself on"), "{}", by_hand.body);
    tick_at(&mut union, 2 * HOUR - 1);
    assert_eq!(state(&union, &ballot), "open");
    tick_at(&mut union, 2 * HOUR);
    assert_eq!(state(&union, &ballot), "tallied");
    let observer = union.world.sign_in("400");
    let audit = good(observer.get("/api/v1/audit?limit=500")).json;
    let entries = audit["entries"].as_array().unwrap();
    let actor = |deed: &str| entries.iter().find(|entry| entry["deed"] == deed).unwrap()["actor"].clone();
    assert_eq!((actor("ballot_opened"), actor("ballot_closed")), (json!("server"), json!("server")));
}

#[test]
fn a_ballot_whose_time_has_come_opens_as_soon_as_nothing_else_lacks() {
    let mut union = Union::new(3);
    let reply = good(union.delegate.post("/api/v1/ballots", &json!({ "file": at(Some(60), Some(HOUR)) })));
    let path = format!("/api/v1/ballots/{}", reply.text("id"));
    good(union.freezing(&path));
    let state = |union: &Union| good(union.delegate.get(&path)).json["state"].clone();
    tick_at(&mut union, 120);
    assert_eq!(state(&union), "frozen");
    let waits = good(union.delegate.get(&path)).json["waits_for"].clone();
    assert_eq!(waits.as_array().unwrap().len(), 1);
    assert!(waits[0].as_str().unwrap().contains("codes must be fetched and confirmed"));
    good(union.delegate.get(&format!("{path}/codes")));
    good(union.delegate.order(&format!("{path}/codes/confirmation")));
    assert_eq!(state(&union), "frozen");
    union.world.tick();
    assert_eq!(state(&union), "open");
}

#[test]
fn a_ballot_that_was_not_opened_before_its_deadline_never_opens() {
    let mut union = Union::new(3);
    let scheduled = union.freeze(&at(Some(HOUR), Some(2 * HOUR)));
    let by_command = union.freeze(&at(None, Some(2 * HOUR)));
    tick_at(&mut union, 2 * HOUR);
    for ballot in [&scheduled, &by_command] {
        assert_eq!(state(&union, ballot), "frozen");
        let late = union.order(ballot, "opening");
        late.is_problem(409, "conflict");
        assert!(late.text("detail").contains("cancel it and draft it again"), "{}", late.body);
        let past = order(&union, ballot, "extension", &json!({ "until": utc(9 * HOUR) }));
        past.is_problem(409, "conflict");
        good(order(&union, ballot, "cancellation", &json!({ "reason": "Nobody opened it" })));
    }
}

#[test]
fn a_deadline_moves_only_to_a_later_time_and_only_before_it_has_passed() {
    let mut union = Union::new(3);
    let ballot = union.open(&at(None, Some(HOUR)));
    let extend = |union: &Union, until: &str| order(union, &ballot, "extension", &json!({ "until": until }));
    extend(&union, &utc(HOUR - 60)).is_problem(409, "conflict");
    extend(&union, &utc(HOUR)).is_problem(409, "conflict");
    for bad in ["tomorrow", "", "2027-01-15", "2027-02-30T00:00:00", "2027-01-15T12:00:00+05:00"] {
        extend(&union, bad).is_problem(422, "invalid");
    }
    good(extend(&union, &utc(2 * HOUR)));
    assert_eq!(show(&union, &ballot)["closes"], START + 2 * HOUR);
    tick_at(&mut union, HOUR);
    assert_eq!(state(&union, &ballot), "open");
    // With an offset, if it is the zone's.
    good(extend(&union, &format!("{}Z", utc(3 * HOUR))));
    tick_at(&mut union, 2 * HOUR);
    // Past the deadline that was set first, before the one that is set now.
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    union.world.clock.set(START + 3 * HOUR);
    union.delegate = union.world.sign_in("200");
    // The deadline has passed, whether or not the schedule has seen it.
    let past = extend(&union, &utc(4 * HOUR));
    past.is_problem(409, "conflict");
    assert!(past.text("detail").contains("it can only be moved before"));
    union.world.tick();
    assert_eq!(state(&union, &ballot), "tallied");
}

#[test]
fn by_a_clock_that_was_set_back_nothing_opens_or_closes() {
    let mut union = Union::new(3);
    let ballot = union.freeze(&at(Some(HOUR), Some(2 * HOUR)));
    tick_at(&mut union, HOUR - 10);
    union.world.clock.set(START + 3 * HOUR);
    // Somebody looks, and the schedule does not tick; then the clock goes back to before the deadline.
    union.world.inside(async |app| app.high_water.note(START + 3 * HOUR));
    tick_at(&mut union, HOUR + 5);
    assert_eq!(state(&union, &ballot), "frozen");
}

#[test]
fn while_a_ballot_is_open_turnout_is_told_as_of_midnight_and_its_record_in_steps() {
    // Three schools of 20, 20 and 20 members.
    let mut union = Union::new(60);
    let midnight = 16 * HOUR;
    assert!(utc(midnight).ends_with("T00:00:00"));
    let ballot = union.open(&at(None, Some(92 * HOUR)));
    let mut voters = (0..60).map(no);
    let mut vote = |union: &mut Union, count: usize| {
        for voter in voters.by_ref().take(count) {
            assert_eq!(union.vote(&ballot, &voter, &yes()).status, 201);
        }
    };
    let seen = |union: &Union| good(union.delegate.get(&ballot.path)).json;
    let told = |union: &Union| {
        let shown = seen(union);
        let cell = |cell: &Value| format!("{} {}/{}", cell["units"], cell["cast"], cell["eligible"]);
        let cells = shown["turnout"].as_array().map(|cells| cells.iter().map(cell).collect::<Vec<_>>());
        (shown["cast"].as_i64(), shown["cast_at"].as_i64(), cells.unwrap_or_default())
    };
    let height = |union: &Union| seen(union)["boxes"][0]["height"].clone();
    let midnights = |days: i64| Some(START + midnight + days * 24 * HOUR);
    vote(&mut union, 9);
    tick_at(&mut union, 599);
    assert_eq!(height(&union), 0);
    tick_at(&mut union, 600);
    assert_eq!(height(&union), 9);
    // Nobody who is not signed in sees the record grow.
    assert_eq!(show(&union, &ballot)["boxes"][0]["height"], 0);
    tick_at(&mut union, midnight - 1);
    assert_eq!(told(&union), (None, None, vec![]));
    // Nine are too few to be told, and a tenth just after midnight waits for the next one.
    tick_at(&mut union, midnight);
    vote(&mut union, 1);
    tick_at(&mut union, midnight + 60);
    assert_eq!(told(&union), (None, None, vec![]));
    let next = midnight + 24 * HOUR;
    tick_at(&mut union, next);
    assert_eq!(told(&union), (Some(10), midnights(1), vec![]));
    // Ten more: of each school fewer than ten.
    vote(&mut union, 11);
    tick_at(&mut union, next + HOUR);
    assert_eq!(told(&union), (Some(10), midnights(1), vec![]));
    // A server that was down at midnight does not tell the count of the morning.
    tick_at(&mut union, next + 24 * HOUR - 1);
    tick_at(&mut union, next + 24 * HOUR - 1 + 600);
    assert_eq!(told(&union), (Some(10), midnights(1), vec![]));
    vote(&mut union, 9);
    tick_at(&mut union, next + 48 * HOUR);
    let schools = |counts: [i64; 3]| -> Vec<String> {
        ["0", "1", "2"]
            .iter()
            .zip(counts)
            .map(|(unit, cast)| format!("[\"School {unit}\"] {cast}/20"))
            .collect()
    };
    assert_eq!(told(&union), (Some(30), midnights(3), schools([10, 10, 10])));
    // Who is not signed in is told the whole alone.
    let outside = show(&union, &ballot);
    assert_eq!((outside["cast"].as_i64(), outside.get("turnout")), (Some(30), None));
    // At the end the whole is told as it is; that one school's step is about a few is not.
    vote(&mut union, 1);
    tick_at(&mut union, 92 * HOUR);
    assert_eq!(told(&union), (Some(31), Some(START + 92 * HOUR), vec![]));
    assert_eq!(certified_turnout(&union, &ballot), json!([]));
}

/// Turnout by unit as the certificate has it.
fn certified_turnout(union: &Union, ballot: &Ballot) -> Value {
    let reply = good(union.world.anyone().get(&format!("{}/certificate", ballot.path)));
    serde_json::from_str::<Value>(reply.text("certificate")).unwrap()["turnout"].clone()
}

#[test]
fn the_certificate_has_turnout_by_unit_as_it_may_be_told() {
    // Schools of 20, 20 and 20; of the last one only two vote.
    let mut union = Union::new(60);
    let ballot = union.open(YES_NO);
    for voter in (0..30).filter(|voter| voter % 3 < 2 || *voter < 6) {
        assert_eq!(union.vote(&ballot, &no(voter), &yes()).status, 201);
    }
    good(union.order(&ballot, "closing"));
    let told = json!([
        { "units": ["School 0", "School 2"], "eligible": 40, "cast": 12 },
        { "units": ["School 1"], "eligible": 20, "cast": 10 },
    ]);
    let sorted = |turnout: Value| {
        let mut turnout = turnout;
        turnout.sort_all_objects();
        turnout
    };
    assert_eq!(sorted(certified_turnout(&union, &ballot)), sorted(told.clone()));
    // After voting has ended everybody may know it.
    assert_eq!(sorted(show(&union, &ballot)["turnout"].clone()), sorted(told));
}

#[test]
fn a_start_finishes_what_closing_left_to_be_done() {
    let mut union = Union::new(3);
    let ballot = union.open(YES_NO);
    let keys = union.world.files.folder.path().join("keys");
    let (bindings, server) =
        (keys.join(format!("{}.ballot", ballot.id)), keys.join(format!("{}.server", ballot.election.uuid())));
    let saved = (fs::read(&bindings).unwrap(), fs::read(&server).unwrap());
    // Without its key the server cannot open the count: closed is closed all the same.
    fs::remove_file(&server).unwrap();
    good(union.order(&ballot, "closing"));
    assert_eq!(state(&union, &ballot), "closed");
    assert!(!bindings.exists());
    // As if the server had died right after the transaction.
    fs::write(&bindings, &saved.0).unwrap();
    fs::write(&server, &saved.1).unwrap();
    union.world.inside(async |app| finish::all(app).await);
    assert_eq!(state(&union, &ballot), "tallied");
    assert!(!bindings.exists() && !server.exists());
    // As if it had died right after the result.
    fs::write(&server, &saved.1).unwrap();
    union.world.inside(async |app| finish::all(app).await);
    assert!(!server.exists());
    union.verify(&ballot);
}

#[test]
fn the_file_is_rewritten_once_no_ballot_is_open_also_after_a_restart() {
    let mut union = Union::new(3);
    let free_pages = |union: &Union| {
        let database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
        database.query_row("PRAGMA freelist_count", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let is_due = |union: &Union| union.world.files.folder.is_rewrite_due();
    let (first, second) = (union.open(YES_NO), union.open(YES_NO));
    for ballot in [&first, &second] {
        assert_eq!(union.vote(ballot, &no(0), &yes()).status, 201);
    }
    good(union.order(&first, "closing"));
    union.world.inside(async |app| finish::all(app).await);
    assert!(is_due(&union) && free_pages(&union) > 0, "another ballot is not held up");
    good(union.order(&second, "closing"));
    assert!(!is_due(&union));
    assert_eq!(free_pages(&union), 0);
    for ballot in [&first, &second] {
        assert_eq!(state(&union, ballot), "tallied");
    }
    // As if the server had died before it.
    union.world.files.folder.note_rewrite_due().unwrap();
    union.world.inside(async |app| app.store.renew_tables().await.unwrap());
    assert!(free_pages(&union) > 0);
    union.world.restart();
    union.world.inside(async |app| finish::all(app).await);
    assert!(!is_due(&union));
    assert_eq!(free_pages(&union), 0);
}

#[test]
fn tables_are_written_anew_once_however_long_the_log_is_held() {
    let mut union = Union::new(3);
    let database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
    // Each time tables are written anew, the schema changes and changes back.
    let renewed = || database.query_row("PRAGMA schema_version", [], |row| row.get::<_, i64>(0)).unwrap();
    let keys = |union: &Union| union.world.files.folder.key_files().unwrap().len();
    let (ballot, _other) = (union.open(YES_NO), union.open(YES_NO));
    assert_eq!(keys(&union), 4);
    let backup = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
    backup.execute_batch("BEGIN; SELECT count(*) FROM member").unwrap();
    let before = renewed();
    good(union.order(&ballot, "closing"));
    let after = renewed();
    assert!(after > before);
    assert_eq!(keys(&union), 3, "the key file is there while the log is not empty");
    backup.execute_batch("COMMIT").unwrap();
    union.world.inside(async |app| finish::all(app).await);
    assert_eq!(keys(&union), 2);
    assert_eq!(renewed(), after);
}

#[test]
fn a_frozen_ballot_whose_keys_are_gone_is_not_opened() {
    let union_of = |name: &dyn Fn(&Ballot) -> String| {
        let mut union = Union::new(2);
        let ballot = union.freeze(YES_NO);
        fs::remove_file(union.world.files.folder.path().join("keys").join(name(&ballot))).unwrap();
        union.order(&ballot, "opening").is_problem(500, "internal");
        assert_eq!(state(&union, &ballot), "frozen");
    };
    union_of(&|ballot| format!("{}.ballot", ballot.id));
    union_of(&|ballot| format!("{}.server", ballot.election.uuid()));
}
