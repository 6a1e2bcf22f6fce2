//! Letters where something changes, or goes wrong, between confirming and sending.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::letters::{code_in, confirm, opened_by_mail, test_mail, to, with_mail};
use crate::support::Client;
use crate::union::{Ballot, Union, YES_NO, good, no, yes};

const HOUR: i64 = 60 * 60;

fn database(union: &Union) -> Connection {
    Connection::open(union.world.files.folder.database()).unwrap()
}

/// Has the code of a member replaced; by which way the new one goes.
fn reissue(officer: &Client, ballot: &Ballot, member_no: &str) -> Value {
    let body = json!({ "member_nos": [member_no] });
    good(officer.post(&format!("{}/reissues", ballot.path), &body)).json["codes"][0]["way"].clone()
}

fn codes_to_fetch(union: &Union, ballot: &Ballot) -> Vec<String> {
    let fetched = good(union.delegate.get(&format!("{}/codes", ballot.path))).json;
    let no = |code: &Value| code["member_no"].as_str().unwrap().to_owned();
    fetched["codes"].as_array().unwrap().iter().map(no).collect()
}

#[test]
fn a_code_replaced_before_the_opening_goes_out_with_it() {
    let (mut union, memory) = with_mail(3);
    let mut ballot = union.freeze_without_codes(YES_NO, false);
    test_mail(&union, &memory);
    confirm(&union.delegate, &ballot, "open", &json!({}));
    let officer = union.world.sign_in("300");
    assert_eq!(reissue(&officer, &ballot, &no(0)), "email");
    union.world.mail_tick();
    assert_eq!(memory.take().len(), 0, "nothing leaves before it opens");
    good(union.order(&ballot, "opening"));
    union.world.mail_tick();
    let letters = memory.take();
    assert_eq!(to(&letters), [no(0), no(1), no(2)], "each member has one letter");
    for letter in &letters {
        let member_no = letter.to.as_str().split('@').next().unwrap().to_owned();
        ballot.codes.insert(member_no, code_in(letter, &ballot).unwrap());
    }
    for i in 0..3 {
        assert_eq!(union.vote(&ballot, &no(i), &yes()).status, 201, "{i}");
    }
    let status = good(officer.get(&format!("{}/delivery", ballot.path))).json;
    assert_eq!(status["whole"]["unreached"], 0, "{status}");
}

#[test]
fn a_code_replaced_once_the_letters_of_the_opening_were_cancelled_has_a_letter_of_its_own() {
    let (mut union, memory) = with_mail(2);
    let ballot = union.freeze_without_codes(YES_NO, false);
    test_mail(&union, &memory);
    let number = confirm(&union.delegate, &ballot, "open", &json!({}))["number"].clone();
    good(union.delegate.order(&format!("/api/v1/letters/runs/{number}/cancellation")));
    assert_eq!(reissue(&union.world.sign_in("300"), &ballot, &no(0)), "email");
    union.world.mail_tick();
    let letters = memory.take();
    assert_eq!(to(&letters), [no(0)]);
    assert!(code_in(&letters[0], &ballot).is_some());
    assert_eq!(codes_to_fetch(&union, &ballot), [no(1)]);
}

#[test]
fn a_domain_that_is_marked_after_the_letters_were_confirmed_gets_no_codes() {
    let (mut union, memory) = with_mail(2);
    let ballot = union.freeze_without_codes(YES_NO, false);
    test_mail(&union, &memory);
    confirm(&union.delegate, &ballot, "open", &json!({}));
    good(union.order(&ballot, "opening"));
    let officer = union.world.sign_in("300");
    good(officer.post("/api/v1/employer-domains", &json!({ "domain": "example.org" })));
    union.world.mail_tick();
    assert_eq!(memory.take().len(), 0);
    assert_eq!(codes_to_fetch(&union, &ballot), [no(0), no(1)]);
    let status = good(officer.get(&format!("{}/delivery", ballot.path))).json;
    assert_eq!((&status["whole"]["unreached"], &status["whole"]["out_of_reach"]), (&json!(2), &json!(2)));
}

#[test]
fn no_letter_is_sent_again_and_again_because_it_cannot_be_noted() {
    let (mut union, memory) = with_mail(6);
    let ballot = union.freeze(YES_NO);
    confirm(&union.delegate, &ballot, "notice", &json!({}));
    // As if the disk were full.
    database(&union)
        .execute_batch(
            "CREATE TRIGGER full BEFORE UPDATE ON letter WHEN NEW.state = 'sent'
             BEGIN SELECT RAISE(ABORT, 'full'); END",
        )
        .unwrap();
    for _ in 0..5 {
        union.world.mail_tick();
    }
    // Those that were on the threads at the same moment, and none after them.
    let first = memory.take();
    assert!((1..=4).contains(&first.len()), "{}", first.len());
    let list = good(union.delegate.get("/api/v1/letters")).json;
    assert!(list["mail"]["fault"].as_str().unwrap().contains("is the disk full"), "{list}");
    database(&union).execute_batch("DROP TRIGGER full").unwrap();
    union.world.clock.advance(15 * 60);
    union.world.mail_tick();
    let second = memory.take();
    assert_eq!(to(&second), (0..6).map(no).collect::<Vec<_>>(), "none is lost");
    for letter in &first {
        assert!(second.iter().any(|again| again.to == letter.to && again.id == letter.id));
    }
}

#[test]
fn a_letter_that_cannot_be_written_keeps_no_other() {
    let (mut union, memory) = with_mail(3);
    let ballot = union.freeze(YES_NO);
    let broken = good(union.delegate.post("/api/v1/ballots", &json!({ "file": YES_NO })));
    let id = broken.text("id").to_owned();
    let database = database(&union);
    database
        .execute(
            "INSERT INTO letter (id, ballot_id, member_id, kind, address, code, state, due_at, day)
             SELECT zeroblob(16), b.id, b.drafted_by, 'notice', 'a@example.org', 0, 'queued', 0, '2027-01-15'
               FROM ballot b WHERE b.uuid = ?1",
            [&id],
        )
        .unwrap();
    confirm(&union.delegate, &ballot, "notice", &json!({}));
    database.execute("UPDATE ballot SET file = '{}' WHERE uuid = ?1", [&id]).unwrap();
    union.world.mail_tick();
    assert_eq!(to(&memory.take()), [no(0), no(1), no(2)]);
    let attempts: i64 = database
        .query_row("SELECT attempts FROM letter WHERE id = zeroblob(16)", [], |row| row.get(0))
        .unwrap();
    assert_eq!(attempts, 1, "tried again later");
}

#[test]
fn members_hear_of_their_votes_although_the_rest_of_the_letters_was_cancelled() {
    let (mut union, memory) = with_mail(2);
    let ballot = opened_by_mail(&mut union, &memory, YES_NO);
    // One letter goes on being tried, so that the run can be cancelled.
    let database = database(&union);
    database.execute("UPDATE letter SET state = 'queued', due_at = 9e9 WHERE address LIKE '1%'", []).unwrap();
    database.execute("UPDATE letter_run SET state = 'sending'", []).unwrap();
    good(union.delegate.order("/api/v1/letters/runs/1/cancellation"));
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    union.world.clock.advance(HOUR);
    union.world.mail_tick();
    assert_eq!(to(&memory.take()), [no(0)]);
}

#[test]
fn what_is_being_sent_is_not_confirmed_once_more() {
    let (mut union, memory) = with_mail(2);
    let ballot = union.freeze(YES_NO);
    confirm(&union.delegate, &ballot, "notice", &json!({}));
    let again = union.delegate.post(&format!("{}/letters/notice", ballot.path), &json!({ "recipients": 2 }));
    assert!(again.is_problem(409, "conflict").text("detail").contains("run 1"), "{}", again.body);
    union.world.mail_tick();
    union.world.mail_tick();
    assert_eq!(memory.take().len(), 2);
    // Once it is done, another is a deed of its own.
    confirm(&union.delegate, &ballot, "notice", &json!({}));
}
