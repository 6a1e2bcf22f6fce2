//! Members who ask for a code themselves.

use scrutineer_letters::Memory;
use serde_json::{Value, json};

use super::{
    address, code_in, count, file, import_and_wait, no_code_form, permit_in, reissue, sent, show, with_mail,
};
use crate::support::Reply;
use crate::union::{Ballot, Union, YES_NO, good, no, yes};

fn ask(union: &Union, ballot: &Ballot, member_no: &str, fact: &str) -> Reply {
    let fields = [("ballot", ballot.id.as_str()), ("member_no", member_no), ("fact", fact)];
    no_code_form(&union.world.anyone(), "/no-code", &fields)
}

fn again(union: &Union, ballot: &Ballot, member_no: &str, permit: &str) -> Reply {
    let fields = [("ballot", ballot.id.as_str()), ("member_no", member_no), ("permit", permit)];
    no_code_form(&union.world.anyone(), "/no-code/again", &fields)
}

/// Asks for a permit and gives what the letter says.
fn permit(union: &Union, memory: &Memory, ballot: &Ballot, i: usize) -> String {
    union.world.forget_address();
    assert_eq!(ask(union, ballot, &no(i), "").status, 303);
    let letters = sent(union, memory);
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0].0, address(i));
    permit_in(&letters[0].1)
}

/// The counts of spare and void codes.
fn codes(union: &Union) -> (i64, i64) {
    let of = |kind: &str| count(union, &format!("SELECT count(*) FROM credential WHERE kind = '{kind}'"));
    (of("spare"), of("void"))
}

#[test]
fn a_member_gets_another_code_by_a_permit_that_came_to_the_frozen_address() {
    let (mut union, memory) = with_mail(3);
    let ballot = union.open(&file());
    import_and_wait(&union, &memory, 3, |i| format!("new{i}@elsewhere.example"));
    let lost = union.seal(&ballot, &no(0), &yes());
    let permit = permit(&union, &memory, &ballot, 0);
    assert_eq!(codes(&union), (8, 0), "nothing is void before the permit is used");
    // Not somebody else's, nor a made-up one.
    for (member_no, typed) in
        [(no(2), permit.as_str()), (no(0), "0000-0000-0000-0000"), ("9".into(), &permit)]
    {
        assert_eq!(again(&union, &ballot, &member_no, typed).status, 401);
    }
    let mistyped = again(&union, &ballot, &no(0), "0000-00");
    assert_eq!(mistyped.status, 422);
    let done = again(&union, &ballot, &no(0), &permit.to_lowercase().replace('-', " "));
    assert_eq!((done.status, codes(&union)), (303, (7, 1)), "{}", done.body);
    assert_eq!(again(&union, &ballot, &no(0), &permit).status, 401, "once");
    let letters = sent(&union, &memory);
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].0, address(0));
    let (member, code) = (union.member(&no(0)), code_in(&letters[0].1));
    ballot.cast(&member, &lost).is_problem(403, "code_void");
    let vote = ballot.seal(&ballot.key_of(&code), &yes(), &mut union.rng);
    assert_eq!(ballot.cast(&member, &vote).status, 201);
    // It is the member's own deed, minutes before the vote: the log says how many there were, once voting has ended.
    let log = |union: &Union| good(union.world.sign_in("400").get("/api/v1/audit?limit=500")).json;
    assert!(!log(&union).to_string().contains("own_codes_replaced"));
    union.delegate = union.world.sign_in("200");
    good(union.order(&ballot, "closing"));
    let log = log(&union);
    let noted = log["entries"].as_array().unwrap().iter().find(|one| one["deed"] == "own_codes_replaced");
    assert_eq!(noted.unwrap()["detail"], json!({ "ballot": ballot.id, "codes": 1 }));
    let certificate = good(union.world.anyone().get(&format!("{}/certificate", ballot.path)));
    let certificate: Value = serde_json::from_str(certificate.text("certificate")).unwrap();
    assert_eq!(certificate["boxes"][0]["codes"]["reissued"], 1);
    for table in ["code_request", "code_permit"] {
        assert_eq!(count(&union, &format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    let asked = "SELECT count(*) FROM letter WHERE kind = 'code_asked' OR (kind = 'new_code' AND due_at % 86400 <> 0)";
    assert_eq!(count(&union, asked), 0);
}

#[test]
fn everybody_is_answered_alike_and_one_row_is_written_whatever_was_typed() {
    let (mut union, memory) = with_mail(4);
    let ballot = union.open(&file());
    assert_eq!(union.vote(&ballot, &no(2), &yes()).status, 201);
    let typed = [
        (no(0), ""),
        (no(0), "nonsense"),
        (no(1), "wrong"),
        (no(2), ""),
        ("200".into(), ""),
        ("98765".into(), ""),
        ("?!".into(), "x"),
    ];
    let mut answers = Vec::new();
    for (rows, (member_no, fact)) in (1..).zip(&typed) {
        union.world.forget_address();
        let reply = ask(&union, &ballot, member_no, fact);
        let names = ["location", "content-type", "retry-after"];
        answers.push((reply.status, reply.body.clone(), names.map(|name| reply.header(name).to_owned())));
        assert_eq!(count(&union, "SELECT count(*) FROM code_request"), rows);
        assert_eq!(count(&union, "SELECT count(*) FROM letter"), 0);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(answers[0].0, 303);
    // Every row is as long as any other but for the number that was typed.
    let lengths = "SELECT count(DISTINCT length(slot) || ',' || length(fact_hash)) FROM code_request";
    assert_eq!(count(&union, lengths), 1);
    // What comes of it is seen by the member alone.
    let letters = sent(&union, &memory);
    assert_eq!(letters.iter().map(|(to, _)| to.clone()).collect::<Vec<_>>(), [address(0)]);
    assert_eq!(count(&union, "SELECT count(*) FROM code_request"), 0);
}

#[test]
fn whoever_asks_again_and_again_for_somebody_else_voids_nothing_and_sends_one_letter_a_day() {
    let (mut union, memory) = with_mail(2);
    let ballot = union.open(&file());
    let (mut taken, mut refused, mut letters) = (0, 0, 0);
    for n in 0..1000 {
        match ask(&union, &ballot, &no(0), "").status {
            303 => taken += 1,
            429 => refused += 1,
            other => panic!("{other}"),
        }
        if n % 50 == 49 {
            letters += sent(&union, &memory).len();
            assert_eq!(count(&union, "SELECT count(*) FROM code_request"), 0);
            union.world.clock.advance(60);
        }
    }
    assert_eq!(taken + refused, 1000);
    assert!(refused > 900, "{refused}");
    assert_eq!((letters, codes(&union)), (1, (8, 0)));
    // The member's own code still votes.
    union.delegate = union.world.sign_in("200");
    union.world.forget_address();
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    // And the next day there is another letter, but not for those who have voted.
    union.world.clock.advance(24 * 3600);
    assert_eq!(ask(&union, &ballot, &no(0), "").status, 303);
    assert_eq!(sent(&union, &memory), []);
}

#[test]
fn requests_that_wait_are_bounded_without_anybody_noticing() {
    let (mut union, _) = with_mail(2);
    let ballot = union.open(&file());
    let database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
    database
        .execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
             INSERT INTO code_request SELECT randomblob(16), (SELECT id FROM ballot), 'x' || i, zeroblob(32) FROM n",
            [],
        )
        .unwrap();
    assert_eq!(ask(&union, &ballot, &no(0), "").status, 303);
    assert_eq!(count(&union, "SELECT count(*) FROM code_request"), 10_000);
    // The schedule works them off.
    union.world.tick();
    assert_eq!(count(&union, "SELECT count(*) FROM code_request"), 9_900);
}

#[test]
fn where_the_roll_has_a_fact_only_the_right_one_brings_a_letter() {
    let (mut union, memory) = with_mail(3);
    let ballot = union.open(&file());
    assert!(good(union.world.anyone().get("/no-code")).body.contains("name=\"fact\""));
    for (fact, letters) in [("", 0), ("red bicycle", 0), (" BLUE   bicycle ", 1)] {
        union.world.forget_address();
        assert_eq!(ask(&union, &ballot, &no(1), fact).status, 303);
        assert_eq!(sent(&union, &memory).len(), letters, "{fact:?}");
    }
}

#[test]
fn half_of_the_spares_stay_for_the_desk() {
    let (mut union, memory) = with_mail(4);
    let ballot = union.open(&YES_NO.replace("spares = 2", "spares = 3"));
    let second = {
        let first = permit(&union, &memory, &ballot, 0);
        let second = permit(&union, &memory, &ballot, 2);
        assert_eq!(again(&union, &ballot, &no(0), &first).status, 303);
        second
    };
    // There was one for both; the other is sent to people, and asks them.
    let refused = again(&union, &ballot, &no(2), &second);
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("Election committee, 555-0100"));
    union.world.forget_address();
    assert_eq!(ask(&union, &ballot, &no(3), "").status, 303);
    sent(&union, &memory);
    assert_eq!(count(&union, "SELECT count(*) FROM letter WHERE kind = 'code_asked'"), 2);
    for i in [2, 3] {
        good(reissue(&union, &ballot, &no(i)));
    }
    assert_eq!(codes(&union), (0, 3));
}

#[test]
fn a_permit_ends_with_the_day_with_a_vote_and_with_the_ballot() {
    let (mut union, memory) = with_mail(4);
    let ballot = union.open(&file());
    let late = permit(&union, &memory, &ballot, 0);
    union.world.clock.advance(24 * 3600);
    assert_eq!(again(&union, &ballot, &no(0), &late).status, 401);
    let voted = permit(&union, &memory, &ballot, 2);
    let member = union.member(&no(2));
    let vote = union.seal(&ballot, &no(2), &yes());
    assert_eq!(ballot.cast(&member, &vote).status, 201);
    let refused = again(&union, &ballot, &no(2), &voted);
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("555-0100"));
    let after = permit(&union, &memory, &ballot, 3);
    union.delegate = union.world.sign_in("200");
    good(union.order(&ballot, "closing"));
    union.world.forget_address();
    assert_eq!(again(&union, &ballot, &no(3), &after).status, 409);
    assert_eq!(ask(&union, &ballot, &no(3), "").status, 409);
    assert_eq!(codes(&union), (0, 0));
    let page = good(union.world.anyone().get("/no-code"));
    assert!(!page.body.contains("<form method=\"post\" action=\"/no-code\">"), "no ballot, no form");
}

#[test]
fn a_server_without_mail_names_whom_to_ask() {
    let mut union = Union::new(2);
    let ballot = union.open(YES_NO);
    let page = good(union.world.anyone().get("/no-code"));
    assert!(page.body.contains("Election committee, 555-0100") && !page.body.contains("name=\"member_no\""));
    let refused = ask(&union, &ballot, &no(0), "");
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("Election committee, 555-0100"));
    assert_eq!(count(&union, "SELECT count(*) FROM code_request"), 0);
}

#[test]
fn a_request_before_the_ballot_opens_brings_a_code_as_well() {
    let (mut union, memory) = with_mail(2);
    let ballot = union.freeze(&file());
    let permit = permit(&union, &memory, &ballot, 0);
    assert_eq!(again(&union, &ballot, &no(0), &permit).status, 303);
    let letters = sent(&union, &memory);
    let code = code_in(&letters[0].1);
    union.delegate = union.world.sign_in("200");
    good(union.order(&ballot, "opening"));
    let member = union.member(&no(0));
    let vote = ballot.seal(&ballot.key_of(&code), &yes(), &mut union.rng);
    assert_eq!(ballot.cast(&member, &vote).status, 201);
    assert_eq!(show(&union, &no(0))["ballots"][0]["deliveries"][0]["state"], "sent");
}

#[test]
fn two_hundred_members_of_one_school_ask_in_the_same_minute() {
    let (mut union, _) = with_mail(2);
    let ballot = union.open(&file());
    for n in 0..200 {
        assert_eq!(ask(&union, &ballot, &format!("77{n}"), "").status, 303, "{n}");
    }
    let one: Vec<_> = (0..8).map(|_| ask(&union, &ballot, &no(0), "").status).collect();
    assert_eq!(one, [303, 303, 303, 303, 303, 303, 429, 429]);
}
