//! What letters leave behind when voting has ended: nothing that says whether or when somebody voted.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use scrutineer_letters::SendError;
use scrutineer_server::app::VoteLimits;
use serde_json::json;

use crate::letters::{confirm, opened_by_mail, to, with_mail, with_mail_and};
use crate::union::{Union, YES_NO, good, no, yes};

const HOUR: i64 = 60 * 60;

fn list(union: &Union, sql: &str) -> Vec<String> {
    let database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
    let mut statement = database.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

const TRANSIENT: &str = "kind IN ('reminder', 'closing_soon', 'recorded', 'replaced')";

#[test]
fn closing_leaves_no_letter_that_says_who_voted_or_when() {
    let (mut union, memory) = with_mail(6);
    let ballot = opened_by_mail(&mut union, &memory, YES_NO);
    let mut ids = Vec::new();
    // Two vote and are told; the others are reminded, but one of the letters is deferred and one run paused.
    for i in [4, 1] {
        assert_eq!(union.vote(&ballot, &no(i), &yes()).status, 201);
    }
    union.world.clock.advance(HOUR);
    union.world.mail_tick();
    ids.extend(memory.take().into_iter().map(|letter| letter.id.letter()));
    assert_eq!(ids.len(), 2);
    let deferred = no(2);
    memory.judge(move |letter| match letter.to.as_str().starts_with(&deferred) {
        true => Err(SendError::Later { status: "4.2.1".to_owned() }),
        false => Ok(()),
    });
    union.delegate = union.world.sign_in("200");
    confirm(&union.delegate, &ballot, "reminder", &json!({}));
    union.world.mail_tick();
    let reminded = memory.take();
    assert_eq!(to(&reminded), [no(0), no(3), no(5)]);
    ids.extend(reminded.into_iter().map(|letter| letter.id.letter()));
    // One votes in the last hour, and again.
    union.member_again(&no(1));
    union.world.clock.advance(60);
    assert_eq!(union.vote(&ballot, &no(1), &yes()).status, 201);
    assert_eq!(union.vote(&ballot, &no(3), &yes()).status, 201);
    let waiting = list(&union, &format!("SELECT lower(hex(id)) FROM letter WHERE {TRANSIENT}"));
    assert_eq!(waiting.len(), 1, "the deferred reminder");
    ids.push(hex::decode(&waiting[0]).unwrap().try_into().unwrap());

    good(union.order(&ballot, "closing"));
    assert_eq!(list(&union, &format!("SELECT kind FROM letter WHERE {TRANSIENT}")), [""; 0]);
    assert_eq!(list(&union, "SELECT hex(member_mac) FROM binding"), [""; 0]);
    // What is kept is kept of everybody alike.
    for (i, count) in
        list(&union, "SELECT CAST(count(*) AS TEXT) FROM letter WHERE kind = 'open' GROUP BY member_id")
            .iter()
            .enumerate()
    {
        assert_eq!(count, "1", "{i}");
    }
    let days =
        list(&union, "SELECT DISTINCT state || day || attempts || due_at FROM letter WHERE kind = 'open'");
    assert_eq!(days.len(), 1, "{days:?}");
    union.world.stop();
    // Nor is any of it in a free page, in the write-ahead log or anywhere else.
    let folder = union.world.files.folder.path();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|one| one.path().is_file()) {
        let bytes = fs::read(entry.path()).unwrap();
        for id in &ids {
            assert!(!bytes.windows(16).any(|window| window == id), "a letter in {:?}", entry.file_name());
        }
    }
}

#[test]
fn members_who_voted_in_the_last_hour_are_told_by_the_result_alone() {
    let (mut union, memory) = with_mail(3);
    let ballot = opened_by_mail(&mut union, &memory, YES_NO);
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    good(union.order(&ballot, "closing"));
    union.world.clock.advance(2 * HOUR);
    union.world.mail_tick();
    assert_eq!(memory.take().len(), 0);
    let delegate = union.world.sign_in("200");
    confirm(&delegate, &ballot, "result", &json!({}));
    union.world.mail_tick();
    assert_eq!(memory.take().len(), 3);
}

#[test]
fn letters_to_25000_members_are_queued_while_votes_are_cast() {
    const MANY: usize = 25_000;
    let (mut union, memory) = with_mail_and(3, |settings| {
        settings.votes = VoteLimits { replacements: 10_000, seconds_between: 0, tests: 0 };
    });
    let ballot = opened_by_mail(&mut union, &memory, YES_NO);
    let mut roll = String::from("member_no,name,unit,standing,classification,email,language\n");
    for i in 0..3 {
        roll.push_str(&format!("{},Teacher {i},School,good,Teacher,{0}@example.org,en\n", no(i)));
    }
    for (number, name) in [("200", "Dan"), ("300", "Olga"), ("400", "Obi")] {
        roll.push_str(&format!("{number},{name},Office,good,,{name}@example.org,en\n"));
    }
    for i in 0..MANY {
        roll.push_str(&format!("S{i:05},Staff {i},Depot {},good,Staff,s{i:05}@example.org,es\n", i % 40));
    }
    let first = union.world.sign_in("1");
    good(first.post("/api/v1/roll/imports", &json!({ "csv": roll })));
    let file = YES_NO.replace("Teacher", "Staff");
    let id = good(union.delegate.post("/api/v1/ballots", &json!({ "file": file }))).text("id").to_owned();
    let path = format!("/api/v1/ballots/{id}");
    let until = json!({ "objections_until": "2027-01-20T09:00:00" });
    good(union.delegate.post(&format!("{path}/announcement"), &until));
    let shown = good(union.delegate.get(&format!("{path}/letters/notice"))).json;
    assert_eq!(shown["recipients"], MANY);

    let queued = Arc::new(AtomicBool::new(false));
    let (done, delegate, path) = (Arc::clone(&queued), union.delegate.clone(), path.clone());
    let confirming = std::thread::spawn(move || {
        let body = json!({ "recipients": MANY, "digest": shown["digest"] });
        good(delegate.post(&format!("{path}/letters/notice"), &body));
        done.store(true, Ordering::SeqCst);
    });
    let mut votes = 0;
    while !queued.load(Ordering::SeqCst) || votes < 3 {
        assert_eq!(union.vote(&ballot, &no(votes % 3), &yes()).status, 201);
        votes += 1;
    }
    confirming.join().unwrap();
    assert_eq!(
        list(&union, "SELECT CAST(count(*) AS TEXT) FROM letter WHERE kind = 'notice'"),
        [MANY.to_string()]
    );
    // The first stages go while votes come in.
    union.world.mail_tick();
    assert_eq!(memory.take().len(), 20);
    union.world.clock.advance(10 * 60);
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    union.world.mail_tick();
    let second = memory.take();
    assert_eq!(second.len(), 200);
    assert_eq!(
        list(&union, "SELECT CAST(count(*) AS TEXT) FROM letter WHERE state = 'held'"),
        [(MANY - 220).to_string()]
    );
    let mut in_order = to(&second);
    in_order.dedup();
    assert_eq!(in_order.len(), 200, "nobody twice");
    let as_sent: Vec<_> = second.iter().map(|letter| letter.to.as_str().to_owned()).collect();
    let mut sorted = as_sent.clone();
    sorted.sort();
    assert_ne!(as_sent, sorted, "and in no order");
}
