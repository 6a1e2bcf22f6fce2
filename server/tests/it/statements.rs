//! What tellers state: before opening that they have checked a ballot, before the count what they open.

use scrutineer_ballot::teller::{CHECK, CLOSING, check_statement};
use scrutineer_protocol::trustee::pki::{Keys, Seed};
use serde_json::{Value, json};

use crate::union::{Union, good, no, with_board, yes};

fn show(union: &Union, path: &str) -> Value {
    good(union.delegate.get(path)).json
}

/// How many entries of the audit log name this deed, and the particulars of the last.
fn audited(union: &Union, deed: &str) -> (usize, Value) {
    let entries = good(union.observer.get("/api/v1/audit?limit=500")).json;
    let entries = entries["entries"].as_array().unwrap();
    let found: Vec<_> = entries.iter().filter(|entry| entry["deed"] == deed).collect();
    (found.len(), found.last().map(|entry| entry["detail"].clone()).unwrap_or_default())
}

#[test]
fn opening_waits_for_enough_tellers_who_have_checked_and_for_the_codes() {
    let mut union = Union::new(4);
    let board = union.board(2, 3);
    let ballot = union.freeze(&with_board());
    let lacks = |union: &Union, says: &str| {
        let reply = union.order(&ballot, "opening");
        reply.is_problem(409, "conflict");
        assert!(reply.text("detail").contains(says), "{says}: {}", reply.body);
        assert!(show(union, &ballot.path)["waits_for"][0].as_str().unwrap().contains(says));
    };
    lacks(&union, "have checked it (`scrutineer tellers check`), 0 have so far");
    let text = check_statement(&ballot.election.fingerprint().to_string(), &board.fingerprint);
    let path = format!("{}/checks", ballot.path);
    for teller in &board.tellers[..2] {
        let sign = |union: &mut Union| teller.keys.sign_statement(CHECK, &text, &mut union.rng).to_text();
        let client = union.member(&teller.member_no);
        let statement = sign(&mut union);
        assert_eq!(client.put(&path, &json!({ "statement": statement })).status, 204);
        // Once more, signed anew: nothing is added.
        let again = sign(&mut union);
        assert_eq!(client.put(&path, &json!({ "statement": again })).status, 204);
        let checks = &show(&union, &ballot.path)["boxes"][0]["checks"];
        assert_eq!(checks[teller.seat - 1], json!({ "index": teller.seat, "statement": statement }));
        if teller.seat == 1 {
            lacks(&union, "1 have so far");
        }
    }
    good(union.order(&ballot, "opening"));
    assert_eq!(show(&union, &ballot.path)["state"], "open");
    assert_eq!(audited(&union, "teller_checked").0, 2);
}

#[test]
fn statements_count_only_from_their_own_teller_about_this_very_box() {
    let mut union = Union::new(4);
    let board = union.board(2, 3);
    let ballot = union.freeze(&with_board());
    let path = format!("{}/checks", ballot.path);
    let fingerprint = ballot.election.fingerprint().to_string();
    let text = check_statement(&fingerprint, &board.fingerprint);
    let (first, second) = (&board.tellers[0], &board.tellers[1]);
    let (mine, other) = (union.member(&first.member_no), union.member(&no(3)));
    let foreign = Seed::generate(&mut union.rng).keys();
    let mut sign = |keys: &Keys, domain: &str, text: &str| json!({ "statement": keys.sign_statement(domain, text, &mut union.rng).to_text() });
    let good_one = sign(&first.keys, CHECK, &text);
    let (of_second, as_closing, of_stranger) =
        (sign(&second.keys, CHECK, &text), sign(&first.keys, CLOSING, &text), sign(&foreign, CHECK, &text));
    let lie = sign(&first.keys, CHECK, &check_statement(&fingerprint, &"0".repeat(64)));
    other.put(&path, &good_one).is_problem(403, "forbidden");
    union.observer.put(&path, &good_one).is_problem(403, "forbidden");
    union.world.anyone().put(&path, &good_one).is_problem(401, "not_signed_in");
    for bad in
        [&of_second, &as_closing, &of_stranger, &json!({ "statement": "{}" }), &json!({ "statement": "" })]
    {
        mine.put(&path, bad).is_problem(422, "invalid");
    }
    let mut wrong_box = good_one.clone();
    wrong_box["box"] = "none".into();
    mine.put(&path, &wrong_box).is_problem(404, "not_found");
    assert_eq!((audited(&union, "teller_checked").0, audited(&union, "teller_check_differs").0), (0, 0));
    let differs = mine.put(&path, &lie);
    differs.is_problem(409, "conflict");
    assert!(differs.text("detail").contains("do not see the same"), "{}", differs.body);
    let (times, noted) = audited(&union, "teller_check_differs");
    assert_eq!((times, &noted["record_says"]), (1, &json!(text)));
    // It is not too late for the true one; and before closing there is no count to speak of.
    assert_eq!(mine.put(&path, &good_one).status, 204);
    let closing = format!("{}/closings", ballot.path);
    mine.put(&closing, &as_closing).is_problem(409, "conflict");
    assert_eq!(show(&union, &ballot.path)["boxes"][0]["checks"].as_array().unwrap().len(), 1);
}

#[test]
fn the_count_is_stated_by_tellers_once_the_ballot_is_closed_and_other_counts_are_refused() {
    let mut union = Union::new(4);
    let board = union.board(2, 3);
    let ballot = union.open_with(&board, &with_board());
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    good(union.order(&ballot, "closing"));
    let shown = show(&union, &ballot.path);
    assert_eq!(shown["state"], "closed");
    assert_eq!(shown["cast"], 1);
    assert_eq!(shown["boxes"][0]["height"], 3);
    assert!(shown["waits_for"][0].as_str().unwrap().contains("0 have so far"));
    let report = union.verify(&ballot);
    assert_eq!((report.complete, report.votes), (false, 1));
    for teller in &board.tellers[..2] {
        assert_eq!(union.state_closing(&ballot, teller).status, 204);
    }
    let shown = show(&union, &ballot.path);
    assert_eq!(shown["boxes"][0]["closings"].as_array().unwrap().len(), 2);
    let third = &board.tellers[2];
    let text = format!("{} {}", ballot.election.uuid(), "0".repeat(64));
    let lie = third.keys.sign_statement(CLOSING, &text, &mut union.rng).to_text();
    let client = union.member(&third.member_no);
    client
        .put(&format!("{}/closings", ballot.path), &json!({ "statement": lie }))
        .is_problem(409, "conflict");
    let noted = ["teller_confirmed_count", "teller_count_differs"].map(|deed| audited(&union, deed).0);
    assert_eq!(noted, [2, 1]);
}
