//! Deeds that need two people: what is said of one that waits, and that only what was shown is approved.

use std::fs;

use scrutineer_ballot::proposal::digest;
use serde_json::{Value, json};

use crate::stub::{Answer, Asked, Stub, User, ok, refused, session};

/// A stand-in that signs everybody in.
fn server(answer: impl Fn(&Asked) -> Answer + Send + 'static) -> Stub {
    Stub::start(move |asked| match asked.line.as_str() {
        "POST /api/v1/sessions" => ok(&session()),
        _ => answer(asked),
    })
}

/// A proposal that waits.
fn proposal(number: i64, content: &Value) -> Value {
    let digest = digest(content).expect("a digest");
    json!({
        "id": number, "kind": content["kind"], "ballot": "abcdefgh", "state": "waiting", "proposed_by": "200",
        "proposed_at": 1, "expires_at": 1_800_000_000, "digest": hex::encode(digest), "content": content,
    })
}

fn extension() -> Value {
    json!({
        "kind": "extend_ballot", "ballot": "abcdefgh", "title": "Strike?", "time_zone": "America/Chicago",
        "from": 1_800_000_000, "to": 1_800_086_400,
    })
}

fn new_password() -> Value {
    json!({ "kind": "replace_password", "member_no": "7", "name": "Olga Officer", "unit": "Office" })
}

fn accepted(document: &Value) -> Answer {
    let Answer { body, .. } = ok(document);
    Answer { head: "202 Accepted\r\ncontent-type: application/json".to_owned(), body }
}

#[test]
fn a_deed_that_waits_is_shown_with_what_comes_next() {
    let waits = proposal(3, &extension());
    let answer = waits.clone();
    let stub = server(move |asked| match asked.line.starts_with("GET") {
        true => ok(&json!({ "proposals": [answer] })),
        false => accepted(&answer),
    });
    let user = User::of(&stub);
    user.sign_in();
    for words in [
        &["ballot", "freeze", "abcd"][..],
        &["ballot", "extend", "abcd", "--until", "T"],
        &["ballot", "cancel", "abcd", "--reason", "R"],
        &["role", "grant", "officer", "--member", "9"],
        &["role", "revoke", "officer", "--member", "9"],
        &["desk", "reissue", "abcd", "--member", "9", "--member", "10"],
        &["roll", "activation", "--out", "never.csv", "--member", "7"],
    ] {
        assert_eq!(user.json(words, ""), waits, "{words:?}");
        let said = user.run(words, "").stdout;
        assert!(said.contains("scrutineer approve 3") && said.contains("Nothing is done until"), "{said}");
        assert!(said.contains("Deadline then: ") && said.contains("\"Strike?\""), "{said}");
    }
    assert_eq!(user.json(&["proposals"], ""), json!({ "proposals": [waits] }));
    let said = user.run(&["proposals"], "").stdout;
    assert!(said.contains("Proposal 3 of member 200") && said.contains("Deadline now: "), "{said}");
    assert!(!user.path("never.csv").exists());
}

#[test]
fn the_digest_of_what_was_shown_is_what_is_approved() {
    let shown = proposal(3, &extension());
    let (mut other, mut done) = (shown.clone(), shown.clone());
    other["id"] = json!(4);
    other["content"]["to"] = json!(1_800_090_000);
    done["state"] = json!("approved");
    done["decided_by"] = json!("300");
    let (answer, changed, approved) = (shown.clone(), other, done.clone());
    let stub = server(move |asked| match asked.line.as_str() {
        "GET /api/v1/proposals/3" => ok(&answer),
        "GET /api/v1/proposals/4" => ok(&changed),
        "POST /api/v1/proposals/3/approval" => ok(&json!({ "proposal": approved })),
        "POST /api/v1/proposals/3/rejection" => ok(&answer),
        _ => refused(404, "not_found", "there is no such proposal"),
    });
    let user = User::of(&stub);
    user.sign_in();
    assert_eq!(user.json(&["approve", "3"], ""), done);
    let sent = stub.asked().last().expect("one").json();
    assert_eq!(sent, json!({ "digest": shown["digest"] }));
    // A server that shows one thing and asks for another is refused.
    let before = stub.lines().len();
    user.refused(&["approve", "4"], "", "does not fit the digest");
    assert_eq!(stub.lines().len(), before + 1, "nothing was approved");
    user.refused(&["approve", "5"], "", "no such proposal");
    user.json(&["reject", "3", "--reason", "The wrong day"], "");
    assert_eq!(stub.asked().last().expect("one").json(), json!({ "reason": "The wrong day" }));
    user.refused(&["reject", "3"], "", "--reason");
    user.refused(&["approve", "three"], "", "three");
}

#[test]
fn a_code_that_approving_makes_goes_to_a_file_that_was_named_before() {
    let shown = proposal(8, &new_password());
    let answer = shown.clone();
    let stub = server(move |asked| match asked.line.as_str() {
        "GET /api/v1/proposals/8" => ok(&answer),
        _ => ok(&json!({ "proposal": answer, "activation_code": {
            "member_no": "7", "name": "Olga Officer", "unit": "Office", "code": "ABCD-EFGH-JKMN-PQRS",
        }})),
    });
    let user = User::of(&stub);
    user.sign_in();
    user.refused(&["approve", "8"], "", "--out");
    let out = user.path("code.csv").display().to_string();
    let said = user.run(&["approve", "8", "--out", &out, "--json"], "").stdout;
    assert!(!said.contains("ABCD-EFGH"), "{said}");
    let expected = "member_no,name,unit,activation_code\n7,Olga Officer,Office,ABCD-EFGH-JKMN-PQRS\n";
    assert_eq!(fs::read_to_string(&out).expect("it is there"), expected);
    let before = stub.lines().iter().filter(|line| line.starts_with("POST")).count();
    user.refused(&["approve", "8", "--out", &out], "", "is there already");
    assert_eq!(stub.lines().iter().filter(|line| line.starts_with("POST")).count(), before);
}

/// What a newer server proposes is still shown, as it is.
#[test]
fn a_kind_of_content_that_is_not_known_is_shown_as_it_is() {
    let mut unknown = proposal(9, &extension());
    unknown["content"] = json!({ "kind": "extend_ballot", "more": "than is known" });
    let stub: Stub = server(move |_| ok(&json!({ "proposals": [unknown] })));
    let user = User::of(&stub);
    user.sign_in();
    let said = user.run(&["proposals"], "").stdout;
    assert!(said.contains("extend_ballot") && said.contains("than is known"), "{said}");
}
