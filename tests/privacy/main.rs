//! Once a ballot is closed, nothing on disk joins a member to a vote: not by key, not by order, not by time.
//!
//! The test knows who cast which vote and when, and tries to find it again in everything that the server leaves: every
//! table and its order, every byte of every file, log and backup. One member votes alone on a day; one code was re-issued
//! before its member voted with the new one, and one after it was lost for good.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests")]

mod database;
mod secrets;
mod trace;

use std::fs;
use std::path::PathBuf;

use rusqlite::Connection;
use scrutineer_protocol::hash::Base64Hash;
use scrutineer_tests::person::Person;
use scrutineer_tests::raw::{Raw, seal};
use scrutineer_tests::union::ballot::{BOARD, Ballot, YES_NO, boxes_file, file};
use scrutineer_tests::union::{PASSWORD, codes, path};
use scrutineer_tests::world::World;

use crate::database::Database;
use crate::secrets::Secrets;
use crate::trace::Trace;

const PROGRAM: &str = env!("CARGO_BIN_EXE_e2e-server");
const DAY: i64 = 24 * 60 * 60;

/// What the test knows and nobody else may find out.
struct Known {
    /// Who voted, in the order in which they did, with the tracker of the vote that counts and the code it bears.
    votes: Vec<(Person, String, String)>,
    /// From when to when only one member voted.
    alone: (i64, i64),
    ballot: Ballot,
    /// Trackers of votes that members tested instead of casting them.
    tested: Vec<String>,
}

/// A member tests a vote before the own one: the server is told its tracker and never takes it.
fn test_one(world: &World, known: &mut Known, person: &Person, code: &str) {
    let url = world.running().unwrap().url();
    let raw = Raw::sign_in(url, &person.member_no, PASSWORD).unwrap();
    let id = &known.ballot.id;
    let vote = seal(&raw.election(id).unwrap(), code, 0).unwrap();
    let tracker = Base64Hash::of(vote.as_bytes()).to_string();
    let body = format!("{{\"tracker\":\"{tracker}\"}}");
    let noted = raw.post(&format!("/api/v1/ballots/{id}/tests"), body.as_bytes()).unwrap();
    assert_eq!(noted.status, 204, "{}", noted.body);
    assert_eq!(raw.cast(id, &vote).unwrap().code(), "vote_tested");
    known.tested.push(tracker);
}

/// The answer of a member's vote.
fn cast(known: &mut Known, person: &Person, code: &str, answer: &str) {
    let said = known.ballot.vote_with(person, code, &["--answer", answer]).yes().unwrap();
    let tracker = said["tracker"].as_str().unwrap().to_owned();
    known.votes.retain(|(other, ..)| other.member_no != person.member_no);
    known.votes.push((person.clone(), tracker, code.to_owned()));
}

/// A desk's new code for a member.
fn reissued(world: &World, known: &Known, person: &Person) -> String {
    let (id, no) = (&known.ballot.id, &person.member_no);
    world.officers()[0].run(&["desk", "reissue", id, "--member", no]).yes().unwrap();
    let file = world.file(&format!("new-code-{no}.csv"));
    world.delegate().run(&["codes", "fetch", id, "--out", &path(&file)]).yes().unwrap();
    world.delegate().run(&["codes", "confirm", id]).yes().unwrap();
    codes(&file).unwrap().remove(no).unwrap()
}

/// A new session, since a day has passed.
fn sign_in(person: &Person) {
    person.login(PASSWORD).unwrap();
}

/// Three days of voting.
fn vote(world: &mut World, ballot: Ballot) -> Known {
    let mut known = Known { votes: Vec::new(), alone: (0, 0), ballot, tested: Vec::new() };
    let voters = world.voters().to_vec();
    let code = |known: &Known, person: &Person| known.ballot.code(person).unwrap().to_owned();
    for person in voters.get(..11).unwrap() {
        world.activate(person).unwrap();
    }
    // Not in the order of their numbers.
    for index in [4, 0, 9, 5, 2, 8, 10] {
        let (person, answer) = (&voters[index], if index % 2 == 0 { "1=Yes" } else { "1=No" });
        let code = code(&known, person);
        if index % 4 == 0 {
            test_one(world, &mut known, person, &code);
        }
        cast(&mut known, person, &code, answer);
    }
    let new = reissued(world, &known, &voters[6]);
    cast(&mut known, &voters[6], &new, "1=Yes");
    // This code is lost for good: nobody votes with the new one.
    reissued(world, &known, &voters[7]);

    world.pass(DAY).unwrap();
    known.alone.0 = world.now();
    sign_in(&voters[1]);
    let alone = code(&known, &voters[1]);
    test_one(world, &mut known, &voters[1], &alone);
    cast(&mut known, &voters[1], &alone, "1=No");
    known.alone.1 = known.alone.0 + DAY - 60;

    world.pass(DAY).unwrap();
    for index in [3, 4] {
        sign_in(&voters[index]);
        let code = code(&known, &voters[index]);
        cast(&mut known, &voters[index], &code, "1=No");
    }
    known
}

/// Everything that the server leaves: its folder, its log, a backup.
fn left_behind(world: &World) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![world.data()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.push(world.log());
    files.extend(Some(world.file("after.db")).filter(|backup| backup.exists()));
    files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[test]
fn nothing_joins_a_member_to_a_vote_once_the_ballot_is_closed() {
    nothing_is_left_of(|_| file(BOARD, &[YES_NO]));
}

#[test]
fn nothing_joins_a_member_to_a_vote_where_there_are_several_boxes() {
    nothing_is_left_of(|world| {
        let units = world.units();
        let (east, west) = units.split_at(units.len() / 2);
        boxes_file(BOARD, &[("East side", east), ("West side", west)], &[YES_NO])
    });
}

fn nothing_is_left_of(file: impl FnOnce(&World) -> String) {
    let mut world = World::with_board(PROGRAM, 20).unwrap();
    let tellers: Vec<Person> = world.tellers().into_iter().cloned().collect();
    let ballot = world.bring_to_open(&file(&world), &[&tellers[0], &tellers[1]]).unwrap();
    let database = world.data().join("scrutineer.db");
    let before = Database::read(&database);
    let known = vote(&mut world, ballot);
    let id = known.ballot.id.clone();

    // While voting is open there is something to find: this shows that the search would find it.
    let secrets = Secrets::gather(&world, &known);
    let while_open = secrets.found_in(&left_behind(&world));
    for kind in ["the key of the bindings", "a binding", "a tested vote"] {
        assert!(while_open.iter().any(|found| found.contains(kind)), "{kind} is not found: {while_open:?}");
    }
    let open = Database::read(&database);
    let trace = Trace::of(&world, &known);
    assert!(!trace.joins(&open).is_empty(), "bindings are not found while the ballot is open");
    let backup =
        world.program().json(["backup", "--data", &path(&world.data()), "--out", &path(&world.file("b.db"))]);
    let backup = backup.unwrap()["file"].as_str().unwrap().to_owned();
    assert!(backup.ends_with("b.while-open.db") && !world.file("b.db").exists(), "{backup}");

    sign_in(world.delegate());
    world.close(&id).unwrap();
    let log = fs::read(database.with_extension("db-wal")).unwrap_or_default();
    assert!(log.is_empty(), "the write-ahead log keeps what was written while people voted");
    let closed = Database::read(&database);
    for column in ["started_at", "seen_at"] {
        assert!(closed.distinct("session", column) <= 1, "the times of sessions are not levelled");
    }
    look(&world, &secrets, &trace, &before, &known);

    // Nor once it is counted and certified, nor in a backup, nor after the server has been stopped.
    let [one, _, three] = world.tellers();
    let [officer, other] = world.officers();
    for person in [one, three, officer, other] {
        sign_in(person);
    }
    for teller in [three, tellers.first().unwrap()] {
        let _ = world.decrypt(teller, &id);
    }
    world.decrypt(three, &id).yes().unwrap();
    for officer in world.officers() {
        world.certify(officer, &id).yes().unwrap();
    }
    let words = ["backup", "--data", &path(&world.data()), "--out", &path(&world.file("after.db"))];
    assert!(world.program().output(words).unwrap().status.success());
    assert!(world.file("after.db").exists());
    look(&world, &secrets, &trace, &before, &known);
    world.stop().unwrap();
    look(&world, &secrets, &trace, &before, &known);
    what_is_planted_is_found(&world, &trace, &known);
}

/// A copy in which each kind of trace was left on purpose: whoever looks as above finds it.
fn what_is_planted_is_found(world: &World, trace: &Trace, known: &Known) {
    let planted = world.file("planted.db");
    fs::copy(world.file("after.db"), &planted).unwrap();
    let database = Connection::open(&planted).unwrap();
    let (person, tracker, _) = known.votes.first().unwrap();
    database
        .execute_batch(
            "CREATE TABLE a_join (member_no TEXT, tracker TEXT); CREATE TABLE an_order (member_no TEXT);
             CREATE TABLE a_time (at INTEGER);",
        )
        .unwrap();
    database.execute("INSERT INTO a_join VALUES (?1, ?2)", [&person.member_no, tracker]).unwrap();
    for (person, ..) in &known.votes {
        database.execute("INSERT INTO an_order VALUES (?1)", [&person.member_no]).unwrap();
    }
    database.execute("INSERT INTO a_time VALUES (?1)", [known.alone.0 + 1]).unwrap();
    drop(database);
    let planted = Database::read(&planted);
    assert_eq!(trace.joins(&planted), [format!("a_join: {}", person.member_no)]);
    let orders = trace.orders(&planted);
    assert!(!orders.is_empty() && orders.iter().all(|found| found.starts_with("an_order")), "{orders:?}");
    assert_eq!(trace.times(&planted, known.alone), ["a_time.at"]);
    let log = format!("started\n{} asked for something\n", person.member_no);
    assert_eq!(trace.in_log(&[("server.log".into(), log.into_bytes())]).len(), 1);
}

/// Tries everything.
fn look(world: &World, secrets: &Secrets, trace: &Trace, before: &Database, known: &Known) {
    let files = left_behind(world);
    assert_eq!(secrets.found_in(&files), Vec::<String>::new(), "secrets are left");
    assert_eq!(trace.in_log(&files), Vec::<String>::new(), "the log says who voted or what");
    let names: Vec<_> = files.iter().map(|(path, _)| path.file_name().unwrap().to_str().unwrap()).collect();
    assert!(
        !names.iter().any(|name| name.ends_with(".ballot")),
        "the key of the bindings is there: {names:?}"
    );

    let mut databases = vec![world.data().join("scrutineer.db")];
    databases.extend(Some(world.file("after.db")).filter(|backup| backup.exists()));
    for path in databases {
        let now = Database::read(&path);
        assert_eq!(trace.joins(&now), Vec::<String>::new(), "a row joins a member to a vote");
        assert_eq!(trace.orders(&now), Vec::<String>::new(), "the order of rows is the order of votes");
        assert_eq!(
            trace.times(&now, known.alone),
            Vec::<String>::new(),
            "a time tells of the day on which one voted"
        );
        assert_eq!(now.left_in_free_pages, 0, "pages that were given up are not blank");
        assert_eq!(now.free_pages, 0, "pages that were given up are still there");
        for table in ["binding", "code", "tested_vote"] {
            assert_eq!(now.rows(table).len(), 0, "{table} is not empty");
        }
        // Each flag keeps its place, which was drawn by lot before anybody voted.
        let places = |database: &Database| database.columns("participation", &["slot", "member_no"]);
        assert_eq!(places(&now), places(before));
    }
}
