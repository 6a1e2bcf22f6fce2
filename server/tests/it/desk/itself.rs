//! Finding and showing members; where a new code goes.

use scrutineer_letters::SendError;
use scrutineer_server::domain::delivery::{Channel, State};
use scrutineer_server::store::{Error, WriteTx};
use serde_json::{Value, json};

use super::{address, code_in, count, file, import, import_and_wait, reissue, sent, show, with_mail};
use crate::union::{Union, YES_NO, good, no, yes};

fn find(union: &Union, text: &str) -> Value {
    good(union.officers[0].0.post("/api/v1/desk/search", &json!({ "text": text }))).json
}

fn numbers(found: &Value) -> Vec<&str> {
    found["members"].as_array().unwrap().iter().map(|one| one["member_no"].as_str().unwrap()).collect()
}

#[test]
fn members_are_found_by_number_and_by_name_however_it_is_typed() {
    let mut union = Union::new(60);
    let roll = "member_no,name,unit,standing\n200,Dan Delegate,Office,good\n300,Olga Officer,Office,good\n\
                400,Obi Observer,Office,good\n17,Łucja Żółć-Nowak,North,good\n170,José Peña,South,lapsed\n";
    assert_eq!(find(&union, "teacher")["total"], 60);
    assert_eq!(numbers(&find(&union, "teacher")).len(), 50);
    good(union.officers[0].0.post("/api/v1/roll/imports", &json!({ "csv": roll })));
    for text in ["nowak lucja", "ŻÓŁĆ", "zolc nowak", "łucja"] {
        assert_eq!(numbers(&find(&union, text)), ["17"], "{text}");
    }
    assert_eq!(numbers(&find(&union, "17")), ["17", "170", "1017"], "the number itself first");
    assert_eq!(numbers(&find(&union, "pena jose")), ["170"]);
    assert_eq!(find(&union, "nobody here"), json!({ "members": [], "total": 0 }));
    // Who is gone from the roll is found too: they may stand on a frozen one.
    let gone = &find(&union, &no(3))["members"][0];
    assert_eq!((&gone["member_no"], &gone["on_roll"]), (&json!(no(3)), &json!(false)));
    for text in ["", " , ", &"x".repeat(201)] {
        let refused = union.officers[0].0.post("/api/v1/desk/search", &json!({ "text": text }));
        refused.is_problem(422, "invalid");
    }
    let member = union.member(&no(0));
    for other in [&member, &union.delegate, &union.observer] {
        other.post("/api/v1/desk/search", &json!({ "text": "a" })).is_problem(403, "forbidden");
        other.get("/api/v1/desk/members/17").is_problem(403, "forbidden");
    }
    union.officers[0].0.get("/api/v1/desk/members/9999").is_problem(404, "not_found");
}

#[test]
fn what_the_desk_sees_of_a_member_is_the_same_before_and_after_they_vote() {
    let (mut union, _) = with_mail(3);
    let ballot = union.open(&file());
    let before = show(&union, &no(0));
    let here = &before["ballots"][0];
    assert_eq!((&here["id"], &here["may_vote"]), (&json!(ballot.id), &json!(true)));
    assert_eq!(here["frozen_email"], address(0));
    assert_eq!(here["deliveries"][0]["channel"], "hand");
    assert_eq!(here["reissue"], json!({ "way": "email", "spares": 8, "two_people": false }));
    union.member(&no(0));
    let before = show(&union, &no(0));
    assert_eq!(before["has_password"], true);
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    assert_eq!(show(&union, &no(0)), before);
    // Who is not on its roll.
    let other = show(&union, "200");
    assert_eq!(other["ballots"][0]["may_vote"], false);
    assert_eq!(other["ballots"][0]["reissue"], Value::Null);
    good(union.order(&ballot, "closing"));
    assert_eq!(show(&union, &no(0))["ballots"], json!([]));
}

#[test]
fn a_new_code_goes_to_the_address_that_was_frozen_and_to_nobody_else() {
    let (mut union, memory) = with_mail(3);
    let ballot = union.open(&file());
    // The roll says something else by now; the letter goes to the address of then.
    import_and_wait(&union, &memory, 3, |i| format!("new{i}@elsewhere.example"));
    let lost = union.seal(&ballot, &no(0), &yes());
    let reply = good(reissue(&union, &ballot, &no(0)));
    assert_eq!(reply.json, json!({ "codes": [{ "member_no": no(0), "way": "email" }] }));
    assert_eq!(show(&union, &no(0))["ballots"][0]["deliveries"][0]["state"], "queued");
    let letters = sent(&union, &memory);
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].0, address(0));
    let code = code_in(&letters[0].1);
    assert!(!reply.body.contains(&*code.text()));
    // Gone from the server with the letter, and nothing is left to fetch by hand.
    assert_eq!(count(&union, "SELECT count(*) FROM code"), 0);
    union.world.sign_in("200").get(&format!("{}/codes", ballot.path)).is_problem(409, "conflict");
    let shown = show(&union, &no(0));
    let email = &shown["ballots"][0]["deliveries"][0];
    assert_eq!(
        (&email["channel"], &email["state"], &email["code"]),
        (&json!("email"), &json!("sent"), &json!(true))
    );
    assert_eq!(shown["ballots"][0]["deliveries"][1]["code"], false, "the slip has a void code");
    let member = union.member(&no(0));
    ballot.cast(&member, &lost).is_problem(403, "code_void");
    let vote = ballot.seal(&ballot.key_of(&code), &yes(), &mut union.rng);
    assert_eq!(ballot.cast(&member, &vote).status, 201);
    assert_eq!(reissue(&union, &ballot, &no(0)).status, 409);
}

#[test]
fn a_code_that_is_replaced_twice_is_in_one_letter() {
    let (mut union, memory) = with_mail(2);
    let ballot = union.open(&file());
    good(reissue(&union, &ballot, &no(0)));
    good(reissue(&union, &ballot, &no(0)));
    let letters = sent(&union, &memory);
    assert_eq!(letters.len(), 1);
    let (member, code) = (union.member(&no(0)), code_in(&letters[0].1));
    let vote = ballot.seal(&ballot.key_of(&code), &yes(), &mut union.rng);
    assert_eq!(ballot.cast(&member, &vote).status, 201);
    assert_eq!(sent(&union, &memory), []);
}

#[test]
fn without_a_usable_address_a_new_code_goes_by_hand() {
    let (mut union, memory) = with_mail(5);
    import(&union, 5, |i| match i {
        0 => String::new(),
        1 => "b@mail.works.example".to_owned(),
        _ => address(i),
    });
    let officer = union.officers[0].0.clone();
    good(officer.post("/api/v1/employer-domains", &json!({ "domain": "works.example" })));
    let ballot = union.open(&file());
    let id = ballot.id.clone();
    let bounced = move |tx: &WriteTx<'_>| {
        let ballot = tx.ballots_beginning(&id)?[0].ballot;
        tx.note_delivery(ballot, &no(2), Channel::Email, State::Bounced, false)?;
        Ok::<_, Error>(())
    };
    union.world.inside(async |app| app.store.write("test", bounced).await).unwrap();
    for i in [0, 1, 2] {
        assert_eq!(show(&union, &no(i))["ballots"][0]["reissue"]["way"], "hand", "{i}");
        assert_eq!(good(reissue(&union, &ballot, &no(i))).json["codes"][0]["way"], "hand", "{i}");
    }
    assert_eq!(sent(&union, &memory), []);
    let codes = good(union.delegate.get(&format!("{}/codes", ballot.path))).json;
    assert_eq!(codes["codes"].as_array().unwrap().len(), 3);
    // A letter that is refused for good leaves its code to be handed out.
    memory.judge(|_| Err(SendError::Never { status: "5.1.1".to_owned() }));
    good(reissue(&union, &ballot, &no(3)));
    assert_eq!(sent(&union, &memory), []);
    let codes = good(union.delegate.get(&format!("{}/codes", ballot.path))).json;
    assert_eq!(codes["codes"].as_array().unwrap().len(), 4);
    assert_eq!(show(&union, &no(3))["ballots"][0]["reissue"]["way"], "hand");
}

#[test]
fn a_server_without_mail_hands_out_codes_as_ever() {
    let mut union = Union::new(2);
    let ballot = union.open(YES_NO);
    assert_eq!(good(reissue(&union, &ballot, &no(0))).json["codes"][0]["way"], "hand");
    let codes = good(union.delegate.get(&format!("{}/codes", ballot.path))).json;
    assert_eq!(codes["codes"][0]["member_no"], no(0));
}
