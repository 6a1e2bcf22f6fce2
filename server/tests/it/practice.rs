//! Practice ballots: everything as in earnest, but the word everywhere and no certificate.

use scrutineer_ballot::description::parse;
use scrutineer_ballot::practice::NAME_PREFIX;
use scrutineer_ballot::signature::{CERTIFICATE_NAMESPACE, sign};
use scrutineer_ballot::terms::Terms;
use serde_json::json;

use crate::support::World;
use crate::union::{Ballot, Union, YES_NO, good, no, with_board, yes};

/// Drafts, freezes and opens a practice ballot.
fn open(union: &mut Union, file: &str) -> Ballot {
    let ballot = union.freeze_as(file, true);
    good(union.order(&ballot, "opening"));
    ballot
}

#[test]
fn a_practice_ballot_lives_like_another_and_ends_with_its_result() {
    let mut union = Union::new(3);
    let ballot = open(&mut union, YES_NO);
    let anyone = union.world.anyone();
    assert_eq!(ballot.election.name(), "PRACTICE: Work remotely only");
    let shown = good(anyone.get(&ballot.path)).json;
    assert_eq!((&shown["practice"], &shown["title"]), (&json!(true), &json!("Work remotely only")));
    assert_eq!(good(anyone.get("/api/v1/ballots")).json["ballots"][0]["practice"], true);
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    good(union.order(&ballot, "closing"));
    let report = union.verify(&ballot);
    assert!(Terms::of(&report).unwrap().line.is_practice());
    assert!(report.election.unwrap().name().starts_with(NAME_PREFIX));
    let results = good(anyone.get(&format!("{}/results", ballot.path))).json;
    assert_eq!(
        (results["cast"].as_i64(), &results["title"]),
        (Some(1), &json!("PRACTICE: Work remotely only"))
    );
    let shown = good(anyone.get(&ballot.path)).json;
    assert_eq!((&shown["state"], &shown["waits_for"]), (&json!("tallied"), &json!([])));
}

#[test]
fn nobody_gets_or_signs_a_certificate_of_a_practice_ballot() {
    let mut union = Union::new(2);
    let ballot = open(&mut union, YES_NO);
    let certificate = format!("{}/certificate", ballot.path);
    let refused = |union: &Union, when: &str| {
        let reply = union.world.anyone().get(&certificate);
        reply.is_problem(409, "conflict");
        assert!(reply.text("detail").contains("practice ballot"), "{when}: {}", reply.body);
    };
    refused(&union, "open");
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    good(union.order(&ballot, "closing"));
    refused(&union, "counted");
    let (client, key) = &union.officers[0];
    let signature = sign(CERTIFICATE_NAMESPACE, key, b"{}").unwrap();
    let reply = client.post(&format!("{}/signatures", ballot.path), &json!({ "signature": signature }));
    reply.is_problem(409, "conflict");
    assert!(reply.text("detail").contains("practice ballot"), "{}", reply.body);
    // Nor was one refused for a reason of its own.
    let deeds = client.get("/api/v1/audit").body;
    assert!(deeds.contains("\"ballot_tallied\"") && !deeds.contains("certificate_refused"));
}

#[test]
fn it_needs_no_officer_with_a_key() {
    let world = World::start();
    let all = world.everybody();
    let file = YES_NO.replace("classification = [\"Teacher\"]", "");
    let draft = |practice: bool| {
        let reply =
            good(all.delegate.post("/api/v1/ballots", &json!({ "file": file, "practice": practice })));
        format!("/api/v1/ballots/{}", reply.text("id"))
    };
    all.delegate.order(&format!("{}/freezing", draft(false))).is_problem(409, "conflict");
    good(all.delegate.order(&format!("{}/freezing", draft(true))));
}

#[test]
fn a_board_opens_its_count_as_any() {
    let mut union = Union::new(4);
    let board = union.board(2, 3);
    let ballot = union.freeze_as(&with_board(), true);
    assert!(ballot.election.name().starts_with(NAME_PREFIX));
    for teller in &board.tellers {
        good(union.state_check(&ballot, &board, teller));
    }
    good(union.order(&ballot, "opening"));
    assert_eq!(union.vote(&ballot, &no(3), &yes()).status, 201);
    good(union.order(&ballot, "closing"));
    for teller in &board.tellers[..2] {
        good(union.state_closing(&ballot, teller));
    }
    for teller in &board.tellers[..2] {
        good(union.decrypt(&ballot, teller));
    }
    assert_eq!(good(union.world.anyone().get(&ballot.path)).text("state"), "tallied");
    assert_eq!(union.verify(&ballot).votes, 1);
}

#[test]
fn a_real_ballot_cannot_be_called_practice() {
    let union = Union::new(1);
    for (title, practice) in [("PRACTICE: x", false), ("Practice:x", false), ("PRACTICE: x", true)] {
        let file = YES_NO.replace("Work remotely only", title);
        let reply = union.delegate.post("/api/v1/ballots", &json!({ "file": file, "practice": practice }));
        reply.is_problem(422, "invalid");
        assert!(reply.text("detail").contains("--practice"), "{}", reply.body);
    }
    let real = good(union.delegate.post("/api/v1/ballots", &json!({ "file": YES_NO }))).text("id").to_owned();
    let shown = good(union.delegate.get(&format!("/api/v1/ballots/{real}"))).json;
    assert_eq!(shown["practice"], false);
    union
        .delegate
        .post("/api/v1/ballots", &json!({ "file": YES_NO, "practice": "yes" }))
        .is_problem(400, "malformed");
}

#[test]
fn what_the_booth_is_told_apart_from_the_election_stands_in_the_election_too() {
    let mut union = Union::new(2);
    let described = YES_NO.replace(
        "title = \"Work remotely only\"",
        "title = \"„Home“ & \\\"school\\\" <b>\\\\ ½\"\ndescription = \"\"\"\nFirst line.\n\nSecond – \\\"line\\\".\n\"\"\"",
    );
    let member = union.member(&no(0));
    // The booth goes no further where one of these differs.
    for (file, practice) in [(YES_NO, false), (YES_NO, true), (&described, false), (&described, true)] {
        let ballot = union.freeze_as(file, practice);
        let told = good(member.get(&format!("{}/booth?language=pl", ballot.path))).json;
        let text = |field: &str| told[field].as_str().unwrap_or_default().to_owned();
        let mark = if practice { NAME_PREFIX } else { "" };
        assert_eq!(ballot.election.name(), format!("{mark}{}", text("title")));
        let (description, line) = parse(ballot.election.description()).unwrap().unwrap();
        assert_eq!(description, text("description"));
        assert_eq!(file == YES_NO, description.is_empty());
        assert_eq!(line.ballot.to_string(), text("id"));
        assert_eq!(ballot.election.uuid().as_str(), text("election"));
        assert_eq!(ballot.election.fingerprint().to_string(), text("fingerprint"));
        assert_eq!(told["practice"], practice);
    }
}
