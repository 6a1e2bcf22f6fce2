//! Voting and receipts.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use scrutineer_ballot::receipt::Receipt;
use scrutineer_cli::exit::Exit;
use scrutineer_protocol::ballot::{Ballot, Eighths};
use serde_json::{Value, json};

use crate::stub::{Answer, Asked, Stub, User, bytes, ok, refused, session, silence};
use crate::world::World;

/// A stand-in with this world's ballot; votes go to `cast`.
fn server(world: &Arc<Mutex<World>>, cast: impl Fn(&Asked, &mut World) -> Answer + Send + 'static) -> Stub {
    let world = Arc::clone(world);
    Stub::start(move |asked| {
        let mut world = world.lock().expect("no panic");
        let ballot = format!("/api/v1/ballots/{}", world.shown.id);
        let (method, path) = asked.line.split_once(' ').expect("two words");
        let path = path.strip_prefix(&ballot).unwrap_or(path);
        match (method, path) {
            ("POST", "/api/v1/sessions") => ok(&session()),
            ("GET", "/election?box=all") => bytes("application/json", world.made.election.bytes().to_vec()),
            ("POST", "/votes") => cast(asked, &mut world),
            ("GET", _) if path.starts_with("/api/v1/ballots/") || path.is_empty() => {
                ok(&serde_json::to_value(&world.shown).expect("JSON"))
            }
            _ => refused(404, "not_found", "no"),
        }
    })
}

fn accept(asked: &Asked, world: &mut World) -> Answer {
    let text = std::str::from_utf8(&asked.body).expect("UTF-8");
    ok(&serde_json::to_value(world.cast(text)).expect("JSON"))
}

fn world() -> Arc<Mutex<World>> {
    Arc::new(Mutex::new(World::new(None, &[])))
}

fn code(world: &Arc<Mutex<World>>, member: usize) -> String {
    world.lock().expect("no panic").made.codes[member].code.text().to_string()
}

fn credential(world: &Arc<Mutex<World>>, member: usize) -> String {
    world.lock().expect("no panic").made.codes[member].code.credential().to_string()
}

const GOOD: [&str; 4] = ["--answer", "1=Yes", "--answer", "2=Second"];

fn vote<'a>(id: &'a str, code: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    [&["vote", id, "--code-file", code], rest].concat()
}

#[test]
fn a_vote_is_cast_and_its_receipt_kept() {
    let world = world();
    let stub = server(&world, accept);
    let user = User::of(&stub);
    user.sign_in();
    let id = world.lock().expect("no panic").shown.id.clone();
    let code_file = user.file("code", &format!("{}\n", code(&world, 0).to_lowercase()));
    let receipt = user.path("receipt.json").display().to_string();
    let rest = [&GOOD[..], &["--answer", "1=1=1", "--receipt", &receipt]].concat();
    let ran = user.run(&[&vote(&id, &code_file, &rest)[..], &["--json"]].concat(), "");
    assert!(ran.exit == Exit::Yes && ran.stderr.contains("server alone opens this count"), "{ran:?}");
    let document = ran.json();
    let kept = fs::read_to_string(&receipt).expect("it is there");
    let kept = Receipt::parse(&kept).expect("a receipt");
    assert_eq!(document["tracker"], kept.tracker.to_string());
    assert_eq!(document["file"], receipt);
    let cast = stub.asked().pop().expect("the vote");
    assert_eq!(cast.headers["content-type"], "application/json");
    let sealed = Ballot::parse(&cast.body).expect("a vote");
    assert_eq!(cast.headers["scrutineer-eighths"], Eighths::of(&sealed).to_text());
    // The same file is not written over, and nothing is sent then.
    let before = stub.lines().len();
    user.refused(&vote(&id, &code_file, &rest), "", "is there already");
    assert_eq!(stub.lines().len(), before);
    // The other form of a code, blank, and the profile's folder.
    let code_file = user.file("code2", &credential(&world, 1));
    let document = user.json(&vote(&id[..4], &code_file, &["--blank", "1", "--answer", "2=First"]), "");
    let file = document["file"].as_str().expect("a name");
    assert!(file.contains("receipts") && fs::metadata(file).is_ok(), "{file}");
    assert_eq!(world.lock().expect("no panic").entries.len(), 3);
}

#[test]
fn mistakes_are_said_before_anything_is_cast() {
    let world = world();
    let stub = server(&world, accept);
    let user = User::of(&stub);
    user.sign_in();
    let id = world.lock().expect("no panic").shown.id.clone();
    let good = user.file("good", &code(&world, 0));
    let one = code(&world, 0);
    let wrong = format!("{}{}", &one[..one.len() - 1], if one.ends_with('0') { '1' } else { '0' });
    let before = stub.lines().len();
    let wrong = user.file("wrong", &wrong);
    user.refused(&vote(&id, &wrong, &GOOD), "", "may have mistyped");
    let two = user.file("two", &format!("{one}\n{}\n", code(&world, 1)));
    user.refused(&vote(&id, &two, &GOOD), "", "2 codes");
    let empty = user.file("empty", "\n");
    user.refused(&vote(&id, &empty, &GOOD), "", "empty");
    user.refused(&vote(&id, "/no/such/file", &GOOD), "", "cannot be read");
    user.refused(&vote(&id, &good, &["--answer", "Yes"]), "", "1=Yes");
    user.refused(&vote(&id, &good, &["--answer", "0=Yes"]), "", "1=Yes");
    assert_eq!(stub.lines().len(), before, "nothing is asked with a bad code or bad flags");
    for (rest, expected) in [
        (&["--answer", "1=Yes"][..], "question 2 is not answered"),
        (&["--answer", "1=yes", "--answer", "2=First"], "no answer with exactly this text"),
        (&["--answer", "1=Yes", "--answer", "2= First"], "no answer with exactly this text"),
        (&["--answer", "1=Yes", "--answer", "2=First", "--answer", "3=x"], "no question 3"),
        (&["--answer", "1=Yes", "--blank", "1", "--answer", "2=First"], "both answered and left blank"),
        (&["--answer", "1=Yes", "--answer", "1=Yes", "--answer", "2=First"], "twice"),
        (&["--blank", "1", "--blank", "1", "--answer", "2=First"], "twice"),
        (&["--blank", "1", "--blank", "2"], "question 2"),
        (&["--answer", "1=Yes", "--answer", "2=First", "--answer", "2=Second"], "2 answers are chosen"),
    ] {
        user.refused(&vote(&id, &good, rest), "", expected);
    }
    assert!(stub.lines().iter().all(|line| !line.ends_with("/votes")));
}

#[test]
fn a_code_can_be_typed() {
    let world = world();
    let stub = server(&world, accept);
    let user = User::of(&stub);
    user.sign_in();
    let id = world.lock().expect("no panic").shown.id.clone();
    let typed = format!("{}\n", code(&world, 2));
    user.json(&[&["vote", &id], &GOOD[..]].concat(), &typed);
}

#[test]
fn an_election_of_another_ballot_is_not_voted_in() {
    type Change = fn(&mut World);
    let changes: [(Change, &str); 8] = [
        (|world| world.shown.boxes[0].election = "ZM9Q5QG2xbtcA9".to_owned(), "identifier"),
        (|world| world.shown.practice = true, "purpose"),
        (|world| world.shown.boxes[0].fingerprint = "x".to_owned(), "fingerprint"),
        (|world| world.shown.questions[0].answers.swap(0, 1), "list of questions"),
        (|world| world.shown.questions[0].rule = None, "list of questions"),
        (|world| world.shown.boxes[0].eligible = 2, "eligible"),
        (|world| world.shown.closes = Some(5), "deadline"),
        (|world| world.shown.description = Some("Vote No.".to_owned()), "description"),
    ];
    for (change, expected) in changes {
        let world = world();
        let stub = server(&world, accept);
        let user = User::of(&stub);
        user.sign_in();
        let id = world.lock().expect("no panic").shown.id.clone();
        change(&mut world.lock().expect("no panic"));
        let good = user.file("good", &code(&world, 0));
        user.refused(&vote(&id, &good, &GOOD), "", expected);
        assert!(stub.lines().iter().all(|line| !line.ends_with("/votes")));
    }
}

#[test]
fn a_lost_reply_is_asked_for_once_more_with_the_same_bytes() {
    let world = world();
    let times = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&times);
    let stub = server(&world, move |asked, world| {
        let text = std::str::from_utf8(&asked.body).expect("UTF-8");
        match counted.fetch_add(1, Ordering::SeqCst) {
            0 => {
                world.cast(text);
                silence()
            }
            1 => {
                // A repeat of the latest vote gets its receipt.
                let entry = world.entries.last().expect("a vote").clone();
                assert_eq!(entry.data, [text]);
                let line = scrutineer_ballot::receipt::ReceiptLine {
                    election: world.made.election.uuid().clone(),
                    tracker: scrutineer_protocol::hash::Base64Hash::of(text.as_bytes()),
                    height: entry.event.event.height,
                    event: entry.event.hash,
                };
                ok(&serde_json::to_value(line.sign(&world.receipt_key).expect("a receipt")).expect("JSON"))
            }
            _ => silence(),
        }
    });
    let user = User::of(&stub);
    user.sign_in();
    let id = world.lock().expect("no panic").shown.id.clone();
    let good = user.file("good", &code(&world, 0));
    user.json(&vote(&id, &good, &GOOD), "");
    assert_eq!(times.load(Ordering::SeqCst), 2);
    let ran = user.run(&vote(&id, &good, &GOOD), "");
    assert_eq!((ran.exit, times.load(Ordering::SeqCst)), (Exit::Error, 4), "two tries, no more");
    assert!(
        ran.stderr.contains("is not known") && ran.stderr.contains("scrutineer receipt"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_receipt_that_is_not_right_is_told() {
    type Change = fn(&mut Value);
    let changes: [(Change, &str); 4] = [
        (|receipt| receipt["height"] = json!(99), "not signed"),
        (|receipt| receipt["tracker"] = json!("A".repeat(43)), "names another vote"),
        (|receipt| receipt["election"] = json!("ZM9Q5QG2xbtcA9"), "names another election"),
        (|receipt| receipt["signature"] = json!("x"), "not signed"),
    ];
    for (change, expected) in changes {
        let world = world();
        let stub = server(&world, move |asked, world| {
            let mut answer = accept(asked, world);
            let mut receipt = serde_json::from_slice(&answer.body).expect("JSON");
            change(&mut receipt);
            answer.body = receipt.to_string().into_bytes();
            answer
        });
        let user = User::of(&stub);
        user.sign_in();
        let id = world.lock().expect("no panic").shown.id.clone();
        let good = user.file("good", &code(&world, 0));
        let ran = user.run(&vote(&id, &good, &GOOD), "");
        assert_eq!(ran.exit, Exit::Error);
        assert!(ran.stderr.contains(expected) && ran.stderr.contains("took the vote"), "{}", ran.stderr);
    }
}

#[test]
fn a_server_is_asked_for_a_tracker() {
    let tracker = |first: &str| format!("{first}{}+/A", "A".repeat(39));
    let stub = Stub::start(|asked| {
        // The tracker stands in no address, and so in no log of them.
        assert_eq!(asked.line, "POST /api/v1/ballots/abcd/receipts");
        let body: Value = serde_json::from_slice(&asked.body).expect("JSON");
        let tracker = body["tracker"].as_str().expect("a tracker");
        let state = match tracker.strip_suffix(&format!("{}+/A", "A".repeat(39))) {
            Some("c") => "counted",
            Some("r") => "replaced",
            Some("n") => "not_found",
            _ => return refused(404, "not_found", "no such ballot"),
        };
        ok(&json!({"tracker": tracker, "state": state}))
    });
    let user = User::of(&stub);
    for (first, exit, state) in
        [("c", Exit::Yes, "counted"), ("r", Exit::No, "replaced"), ("n", Exit::No, "not_found")]
    {
        let ran = user.run(&["receipt", "abcd", &tracker(first), "--json"], "");
        assert_eq!((ran.exit, ran.json()["state"].as_str()), (exit, Some(state)));
    }
    user.refused(&["receipt", "abcd", &tracker("x")], "", "no such ballot");
    user.refused(&["receipt", "abcd", "short"], "", "a tracker has 43");
    user.refused(&["receipt", "abcd"], "", "required");
    user.refused(&["receipt", "--file", "f"], "", "required");
    user.refused(&["receipt"], "", "required");
}

#[test]
fn a_record_says_what_became_of_a_vote() {
    let world = world();
    let stub = server(&world, accept);
    let user = User::of(&stub);
    user.sign_in();
    let id = world.lock().expect("no panic").shown.id.clone();
    let mut receipts = Vec::new();
    for (member, name) in [(0, "first"), (1, "other")] {
        let code_file = user.file(&format!("code{member}"), &code(&world, member));
        let receipt = user.path(name).display().to_string();
        user.json(&vote(&id, &code_file, &[&GOOD[..], &["--receipt", &receipt]].concat()), "");
        receipts.push(receipt);
    }
    let record = |name: &str| {
        let bytes = world.lock().expect("no panic").record();
        fs::write(user.path(name), bytes).expect("a file");
        user.path(name).display().to_string()
    };
    let open = record("open.bel");
    let look = |receipt: &str, record: &str| {
        let ran = user.run(&["receipt", "--file", receipt, "--record", record, "--json"], "");
        (ran.exit, ran.json()["state"].clone())
    };
    assert_eq!(look(&receipts[0], &open), (Exit::Yes, json!("counted")));

    // The second member votes again, then voting ends.
    let code_file = user.file("code1", &code(&world, 1));
    let again = user.path("again").display().to_string();
    user.json(&vote(&id, &code_file, &["--blank", "1", "--answer", "2=First", "--receipt", &again]), "");
    {
        let mut world = world.lock().expect("no panic");
        world.close();
        world.finish();
    }
    let done = record("done.bel");
    assert_eq!(look(&receipts[0], &done), (Exit::Yes, json!("counted")));
    assert_eq!(look(&receipts[1], &done), (Exit::No, json!("replaced")));
    assert_eq!(look(&again, &done), (Exit::Yes, json!("counted")));
    assert_eq!(look(&again, &open), (Exit::No, json!("not_found")));

    // A browser saves the same document in its own hand.
    let saved: Value = serde_json::from_slice(&fs::read(&receipts[0]).expect("a file")).expect("JSON");
    let pretty = serde_json::to_string_pretty(&saved).expect("JSON");
    for (name, text) in [
        ("a.json", pretty.clone() + "\n"),
        ("b.json", pretty.replace('\n', "\r\n")),
        ("c.json", saved.to_string()),
    ] {
        assert_eq!(look(&user.file(name, &text), &done), (Exit::Yes, json!("counted")), "{name}");
    }

    // What does not belong together, or is damaged.
    let read = |path: &str| fs::read_to_string(path).expect("it is there");
    let forged = read(&receipts[0]).replacen("\"height\":1", "\"height\":2", 1);
    let forged = user.file("forged", &forged);
    user.refused(&["receipt", "--file", &forged, "--record", &done], "", "not signed by the server");
    let mut bytes = fs::read(&done).expect("it is there");
    let last = bytes.len() - 600;
    bytes[last] ^= 1;
    fs::write(user.path("bad.bel"), bytes).expect("a file");
    let bad = user.path("bad.bel").display().to_string();
    user.refused(&["receipt", "--file", &receipts[0], "--record", &bad], "", "does not verify");
    user.refused(&["receipt", "--file", &done, "--record", &done], "", "not a receipt file");
    user.refused(&["receipt", "--file", &receipts[0], "--record", &receipts[0]], "", "not a record");
}
