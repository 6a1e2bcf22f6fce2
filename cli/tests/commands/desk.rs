//! The desk on the command line: what is asked for, and what is said.

use serde_json::{Value, json};

use crate::stub::{Answer, Asked, Stub, User, ok, session};

/// A stand-in that signs everybody in.
fn server(answer: impl Fn(&Asked) -> Answer + Send + 'static) -> Stub {
    Stub::start(move |asked| match asked.line.as_str() {
        "POST /api/v1/sessions" => ok(&session()),
        _ => answer(asked),
    })
}

fn member() -> Value {
    json!({
        "member_no": "A/7", "name": "Anna Żółć", "unit": "North", "standing": "good", "on_roll": true,
        "email": "anna@example.org", "phone": null, "language": "pl", "has_password": false, "has_fact": true,
        "email_change": { "member_no": "A/7", "email": "new@example.org", "due_at": 1_800_000_000, "old_is_told": true },
        "ballots": [
            {
                "id": "abcdefgh", "title": "Strike?", "practice": false, "state": "open", "may_vote": true,
                "frozen_email": "then@example.org",
                "deliveries": [{ "channel": "email", "state": "bounced", "code": true, "day": "2027-01-15" }],
                "reissue": { "way": "hand", "spares": 3, "two_people": true },
            },
            {
                "id": "bcdefghi", "title": "Dues", "practice": true, "state": "frozen", "may_vote": false,
                "frozen_email": null, "deliveries": [], "reissue": null,
            },
        ],
    })
}

#[test]
fn a_member_is_found_and_shown_in_words() {
    let found = json!({
        "members": [{ "member_no": "A/7", "name": "Anna Żółć", "unit": "North", "standing": "good", "on_roll": false }],
        "total": 61,
    });
    let (answer, shown) = (found.clone(), member());
    let stub = server(move |asked| if asked.line.starts_with("GET") { ok(&shown) } else { ok(&answer) });
    let user = User::of(&stub);
    user.sign_in();
    assert_eq!(user.json(&["desk", "find", "zolc", "anna"], ""), found);
    // A name is in the body, never in an address.
    let asked = stub.asked().pop().expect("one");
    assert_eq!(
        (asked.line.as_str(), asked.json()),
        ("POST /api/v1/desk/search", json!({ "text": "zolc anna" }))
    );
    let said = user.run(&["desk", "find", "zolc"], "").stdout;
    assert!(said.contains("A/7  Anna Żółć, North (good, not on the roll any more)"), "{said}");
    assert!(said.contains("60 more"), "{said}");
    let said = user.run(&["desk", "show", "A/7"], "").stdout;
    assert_eq!(stub.asked().pop().expect("one").line, "GET /api/v1/desk/members/A%2F7");
    for words in [
        "Anna Żółć (A/7), North, standing good",
        "letters go to new@example.org.",
        "No password yet",
        "Strike? (abcdefgh, open)",
        "codes by e-mail go to then@example.org and nowhere else",
        "email: bounced on 2027-01-15, with the code",
        "another code would go by hand",
        "(3 spares left); another officer has to agree",
        "Dues (bcdefghi, frozen, practice)",
        "may not vote in it",
    ] {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    assert_eq!(user.json(&["desk", "show", "A/7"], ""), member());
}

#[test]
fn nobody_found_is_a_clean_no() {
    let stub = server(|_| ok(&json!({ "members": [], "total": 0 })));
    let user = User::of(&stub);
    user.sign_in();
    let run = user.run(&["desk", "find", "x"], "");
    assert!(run.stdout.contains("Nobody was found"), "{}", run.stdout);
    assert_eq!(run.exit, scrutineer_cli::exit::Exit::No);
}

#[test]
fn an_address_is_changed_and_taken_back() {
    let change = member()["email_change"].clone();
    let answer = change.clone();
    let stub = server(move |_| ok(&answer));
    let user = User::of(&stub);
    user.sign_in();
    assert_eq!(user.json(&["desk", "change-email", "7", "new@example.org"], ""), change);
    assert_eq!(stub.asked().pop().expect("one").json(), json!({ "email": "new@example.org" }));
    let said = user.run(&["desk", "change-email", "7", "new@example.org"], "").stdout;
    assert!(said.contains("A letter to the old address says so.") && said.contains("--cancel"), "{said}");
    let taken_back = user.json(&["desk", "change-email", "7", "--cancel"], "");
    assert_eq!(taken_back, json!({ "member_no": "7", "cancelled": true }));
    assert_eq!(stub.lines().pop().expect("one"), "DELETE /api/v1/desk/members/7/email");
    for args in
        [&["desk", "change-email", "7"][..], &["desk", "change-email", "7", "a@b.example", "--cancel"]]
    {
        assert_eq!(user.run(args, "").exit, scrutineer_cli::exit::Exit::Error);
    }
}

#[test]
fn each_way_of_a_new_code_is_said() {
    let stub = server(|_| {
        ok(&json!({ "codes": [
            { "member_no": "7", "way": "email" }, { "member_no": "8", "way": "hand" },
            { "member_no": "9", "way": "registrar" },
        ] }))
    });
    let user = User::of(&stub);
    user.sign_in();
    let words = ["desk", "reissue", "abcd", "--member", "7", "--member", "8", "--member", "9"];
    let said = user.run(&words, "").stdout;
    for words in [
        "code of 7 is void. The new one goes in a letter",
        "8 is void. The new one goes by hand",
        "the registrar",
    ] {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    let replaced = user.json(&words, "");
    assert_eq!((replaced.get("member_no"), &replaced["member_nos"]), (None, &json!(["7", "8", "9"])));
}
