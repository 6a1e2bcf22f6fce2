//! Another e-mail address: an hour's wait, a letter to the old one, two people during a vote, and never a code.

use scrutineer_server::store::{Error, Mark, Tx};
use serde_json::{Value, json};

use super::{address, code_in, count, file, import, officer, reissue, sent, show, with_mail};
use crate::support::Reply;
use crate::union::{Ballot, Union, good, no};

const NEW: &str = "new@home.example";

fn change(union: &Union, member_no: &str, email: &str) -> Reply {
    let path = format!("/api/v1/desk/members/{member_no}/email");
    officer(union).post(&path, &json!({ "email": email }))
}

fn deeds(union: &Union) -> Vec<Value> {
    let audit = good(union.world.sign_in("400").get("/api/v1/audit?limit=500")).json;
    let entries = audit["entries"].as_array().unwrap().iter();
    entries.filter(|one| one["deed"].as_str().unwrap().starts_with("email_change")).cloned().collect()
}

fn is_marked(union: &Union, ballot: &Ballot) -> bool {
    let id = ballot.id.clone();
    let work = move |tx: &Tx<'_>| tx.is_marked(tx.ballots_beginning(&id)?[0].ballot, &no(0), Mark::Address);
    let marked: Result<_, Error> = union.world.inside(async |app| app.store.read("test", work).await);
    marked.unwrap()
}

#[test]
fn a_new_address_is_used_after_an_hour_and_the_old_one_is_told_at_once() {
    let (union, memory) = with_mail(2);
    let reply = good(change(&union, &no(0), " New@HOME.example "));
    assert_eq!(reply.status, 201);
    let told = sent(&union, &memory);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, address(0));
    assert!(!told[0].1.contains("New@"), "the old address is not told the new one");
    let shown = show(&union, &no(0));
    assert_eq!((&shown["email"], &shown["email_change"]["old_is_told"]), (&json!(address(0)), &json!(true)));
    union.world.clock.advance(3599);
    union.world.tick();
    assert_eq!(show(&union, &no(0))["email"], address(0));
    union.world.clock.advance(1);
    union.world.tick();
    let shown = show(&union, &no(0));
    assert_eq!((&shown["email"], &shown["email_change"]), (&json!("New@home.example"), &Value::Null));
    let deeds = deeds(&union);
    let words: Vec<_> = deeds.iter().map(|one| one["deed"].as_str().unwrap()).collect();
    assert_eq!(words, ["email_change_asked", "email_changed"]);
    assert!(deeds.iter().all(|one| one["detail"]["member_no"] == no(0) && !one.to_string().contains('@')));
}

#[test]
fn a_change_can_be_taken_back_and_replaced_while_it_waits() {
    let (mut union, memory) = with_mail(2);
    let path = format!("/api/v1/desk/members/{}/email", no(0));
    officer(&union).delete(&path).is_problem(409, "conflict");
    good(change(&union, &no(0), "wrong@home.example"));
    union.world.clock.advance(1800);
    good(change(&union, &no(0), NEW));
    union.world.clock.advance(1800);
    union.world.tick();
    assert_eq!(show(&union, &no(0))["email"], address(0), "the hour began again");
    assert_eq!(officer(&union).delete(&path).status, 204);
    union.world.clock.advance(3600);
    union.world.tick();
    assert_eq!(show(&union, &no(0))["email"], address(0));
    assert_eq!(sent(&union, &memory).len(), 2);
    // What cannot be taken.
    for bad in ["", "nobody", "a b@home.example", "a@", "a@b\nBcc: x@y.example"] {
        change(&union, &no(0), bad).is_problem(422, "invalid");
    }
    change(&union, &no(0), &address(0)).is_problem(409, "conflict");
    change(&union, "9999", NEW).is_problem(404, "not_found");
    let member = union.member(&no(1));
    for other in [member, union.world.sign_in("200"), union.world.sign_in("400")] {
        other.post(&path, &json!({ "email": NEW })).is_problem(403, "forbidden");
        other.delete(&path).is_problem(403, "forbidden");
    }
    assert_eq!(count(&union, "SELECT count(*) FROM email_change"), 0);
}

#[test]
fn during_a_vote_it_takes_two_people_and_codes_go_to_the_old_address_all_the_same() {
    let (mut union, memory) = with_mail(2);
    let ballot = union.open(&file());
    // Somebody who has no part in it is changed by one person.
    assert_eq!(change(&union, "200", "dan@home.example").status, 201);
    let asked = change(&union, &no(0), NEW);
    assert_eq!(asked.status, 202, "{}", asked.body);
    assert_eq!(
        (&asked.json["content"]["to"], &asked.json["content"]["from"]),
        (&json!(NEW), &json!(address(0)))
    );
    assert_eq!(count(&union, "SELECT count(*) FROM email_change"), 1, "only the delegate's");
    // Addresses are for the desk; the log says whose was changed, never to what.
    let seen = good(union.observer.get("/api/v1/proposals")).json;
    assert!(!seen.to_string().contains('@'));
    let approved = good(union.by_two(asked)).json;
    assert_eq!(approved["email_change"]["email"], NEW);
    assert_eq!(sent(&union, &memory).len(), 1);
    assert!(!is_marked(&union, &ballot));
    union.world.clock.advance(3600);
    union.world.tick();
    assert!(is_marked(&union, &ballot), "from the moment in which letters go there");
    assert_eq!(good(reissue(&union, &ballot, &no(0))).json["codes"][0]["way"], "email");
    let letters = sent(&union, &memory);
    assert_eq!(letters[0].0, address(0));
    code_in(&letters[0].1);
    assert!(!good(union.world.sign_in("400").get("/api/v1/audit?limit=500")).body.contains("home.example"));
}

#[test]
fn a_proposal_ends_when_the_address_that_it_replaces_is_another() {
    let (mut union, _) = with_mail(2);
    union.open(&file());
    let asked = change(&union, &no(0), NEW);
    assert_eq!(asked.status, 202);
    import(&union, 2, |i| format!("later{i}@home.example"));
    union.by_two(asked).is_problem(409, "conflict");
    assert_eq!(count(&union, "SELECT count(*) FROM email_change"), 0);
}

#[test]
fn a_roll_with_another_address_ends_a_change_that_waits_and_one_with_the_old_does_not() {
    let (union, _) = with_mail(3);
    good(change(&union, &no(0), NEW));
    good(change(&union, &no(1), "other@home.example"));
    import(&union, 3, |i| if i == 1 { "roll@home.example".to_owned() } else { address(i) });
    assert_eq!(show(&union, &no(0))["email_change"]["email"], NEW);
    assert_eq!(show(&union, &no(1))["email_change"], Value::Null);
    union.world.clock.advance(3600);
    union.world.tick();
    assert_eq!(show(&union, &no(0))["email"], NEW);
    assert_eq!(show(&union, &no(1))["email"], "roll@home.example");
    let words: Vec<_> = deeds(&union).iter().map(|one| one["deed"].as_str().unwrap().to_owned()).collect();
    assert_eq!(words, ["email_change_asked", "email_change_asked", "email_change_ended", "email_changed"]);
}
