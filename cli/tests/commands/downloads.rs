//! Results, records and certificates as files.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use scrutineer_cli::exit::Exit;
use serde_json::json;

use crate::stub::{Answer, Stub, User, bytes, ok, refused, scrutineer};
use crate::world::World;

#[test]
fn results_are_told_in_words_and_numbers() {
    let results = json!({
        "id": "abcdefgh", "title": "T", "eligible": 10, "cast": 7,
        "counts": [
            {"question": "Q1", "answers": [{"answer": "Yes", "votes": 6}, {"answer": "No", "votes": 0}], "blank": 1},
            {"question": "Q2", "answers": [{"answer": "A", "votes": 7}]},
        ],
        "decisions": [{"outcome": "passed", "rule": "Yes >= 60% of eligible", "conditions": []}, null],
        "margin": null,
    });
    let answer = results.clone();
    let stub = Stub::start(move |asked| match asked.line.as_str() {
        "GET /api/v1/ballots/abcd/results" => ok(&answer),
        _ => refused(409, "conflict", "There is no result yet."),
    });
    let user = User::of(&stub);
    assert_eq!(user.json(&["results", "abcd"], ""), results);
    let text = user.run(&["results", "abcd"], "").stdout;
    for part in
        ["7 of 10", "6  Yes", "1  (blank)", "PASSED under the rule: Yes >= 60% of eligible", "only counted"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    user.refused(&["results", "efgh"], "", "no result yet");
}

#[test]
fn results_of_a_question_that_did_not_pass_are_a_clean_no() {
    let decision =
        |outcome: &str| json!({"outcome": outcome, "rule": "Yes > half of valid", "conditions": []});
    let results = json!({
        "id": "abcdefgh", "title": "T", "eligible": 2, "cast": 2,
        "counts": [
            {"question": "Q1", "answers": [{"answer": "Yes", "votes": 2}, {"answer": "No", "votes": 0}]},
            {"question": "Q2", "answers": [{"answer": "Yes", "votes": 1}, {"answer": "No", "votes": 1}]},
        ],
        "decisions": [decision("passed"), decision("not_passed")],
    });
    let stub = Stub::start(move |_| ok(&results));
    let shown = User::of(&stub).run(&["results", "abcd"], "");
    assert_eq!(shown.exit, Exit::No);
    assert!(shown.stdout.contains("NOT PASSED"), "{}", shown.stdout);
}

#[test]
fn a_record_comes_with_its_shares_or_not_at_all() {
    let mut world = World::new(None, &[]);
    let open = world.record();
    world.close();
    world.finish();
    let (record, shares) = (world.record(), world.shares_file());
    let (body, side) = (record.clone(), shares.clone());
    let ballot = serde_json::to_value(&world.shown).expect("JSON");
    let broke_off = AtomicBool::new(false);
    let stub = Stub::start(move |asked| match asked.line.as_str() {
        "GET /api/v1/ballots/open"
        | "GET /api/v1/ballots/stop"
        | "GET /api/v1/ballots/part"
        | "GET /api/v1/ballots/done" => ok(&ballot),
        "GET /api/v1/ballots/open/record" | "GET /api/v1/ballots/stop/record" => {
            bytes("application/octet-stream", open.clone())
        }
        "GET /api/v1/ballots/stop/shares" => refused(503, "busy", "The server is busy."),
        "GET /api/v1/ballots/done/record?box=all" => bytes("application/octet-stream", body.clone()),
        "GET /api/v1/ballots/done/shares?box=all" => bytes("application/json", side.clone().into_bytes()),
        "GET /api/v1/ballots/part/record" if broke_off.swap(true, Ordering::Relaxed) => {
            refused(404, "not_found", "It is gone.")
        }
        "GET /api/v1/ballots/part/record" => Answer {
            head: "200 OK\r\ncontent-type: application/octet-stream\r\ntransfer-encoding: chunked".to_owned(),
            body: b"5\r\nhalf\n".to_vec(),
        },
        _ => refused(404, "not_found", "There is none yet."),
    });
    let user = User::of(&stub);
    let out = user.path("vote.bel").display().to_string();
    let document = user.json(&["record", "done", "--box", "all", "-o", &out], "");
    let beside = user.path("vote.shares.json").display().to_string();
    assert_eq!(document, json!({"file": out, "bytes": record.len(), "shares": beside}));
    assert_eq!(fs::read(&out).expect("it is there"), record);
    assert_eq!(fs::read_to_string(&beside).expect("it is there"), shares);
    // What was written verifies, shares and all.
    assert_eq!(scrutineer(&["scrutineer", "verify", &out], "").exit, Exit::Yes);
    user.refused(&["record", "done", "--box", "all", "-o", &out], "", "is there already");

    let other = user.path("open.bel").display().to_string();
    assert_eq!(user.json(&["record", "open", "-o", &other], "")["shares"], json!(null));
    let before = fs::read_dir(user.home.path()).expect("a folder").count();
    for (id, expected) in [("stop", "busy"), ("part", "It is gone"), ("none", "none yet")] {
        let out = user.path("never.bel").display().to_string();
        user.refused(&["record", id, "-o", &out], "", expected);
    }
    assert_eq!(fs::read_dir(user.home.path()).expect("a folder").count(), before, "nothing is left of them");
    let nowhere = user.path("no/such/folder.bel").display().to_string();
    user.refused(&["record", "done", "-o", &nowhere], "", "cannot be written");
}

#[test]
fn a_certificate_is_a_folder_of_its_own() {
    let certificate = |member_no: &str| {
        json!({
            "certificate": "{\"v\":1}", "needed": 2, "allowed_signers": "a\n", "shares": "{}",
            "signatures": [{"member_no": member_no, "key": "SHA256:x", "signature": "S\n"}],
        })
    };
    let (good, bad) = (certificate("A/7"), certificate("../7"));
    let stub = Stub::start(move |asked| match asked.line.as_str() {
        "GET /api/v1/ballots/good/certificate" => ok(&good),
        "GET /api/v1/ballots/evi1/certificate" => ok(&bad),
        _ => refused(409, "conflict", "There is no certificate yet."),
    });
    let user = User::of(&stub);
    let folder = user.path("certificate");
    let out = folder.display().to_string();
    fs::create_dir(&folder).expect("an empty folder is taken");
    let document = user.json(&["certificate", "good", "-o", &out], "");
    assert_eq!((document["signatures"].clone(), document["needed"].clone()), (json!(1), json!(2)));
    for (name, text) in [
        ("certificate.json", "{\"v\":1}"),
        ("certificate.json.A%2F7.sig", "S\n"),
        ("allowed_signers", "a\n"),
        ("shares.json", "{}"),
    ] {
        assert_eq!(fs::read_to_string(folder.join(name)).expect("it is there"), text);
    }
    user.refused(&["certificate", "good", "-o", &out], "", "is not empty");
    let other = user.path("other").display().to_string();
    user.refused(&["certificate", "evi1", "-o", &other], "", "no member number");
    user.refused(&["certificate", "none", "-o", &other], "", "no certificate yet");
    assert!(!user.path("other").exists());
}
