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
    union.world.clock.advance(3600);
    union.world.tick();
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

/// Whether an import's report says how many addresses are in use only in an hour.
fn says_later(report: &Value, members: usize) -> bool {
    let text = format!("only in an hour: {members}.");
    report["warnings"].as_array().unwrap().iter().any(|one| one.as_str().unwrap().contains(&text))
}

#[test]
fn a_roll_changes_addresses_in_an_hour_where_a_vote_is_under_way_and_tells_the_old_ones() {
    let (mut union, memory) = with_mail(3);
    let ballot = union.open(&file());
    // Member 0 gets another address, member 1 loses theirs, and the delegate, who has no vote, gets one.
    let next = |phone: &str| {
        let mut csv = "member_no,name,unit,standing,classification,email,phone,fact\n\
            200,Dan Delegate,Office,good,,dan@home.example,,\n300,Olga Officer,Office,good,,,,\n\
            400,Obi Observer,Office,good,,,,\n"
            .to_owned();
        for (i, (email, fact)) in [(NEW, ""), ("", "Blue Bicycle"), (&address(2), "")].into_iter().enumerate()
        {
            let name = 99 - i;
            csv.push_str(&format!(
                "{},Teacher {name:02},School {i},good,Teacher,{email},{phone},{fact}\n",
                no(i)
            ));
        }
        csv
    };
    let post = |csv: String, dry: bool| {
        good(officer(&union).post("/api/v1/roll/imports", &json!({ "csv": csv, "dry_run": dry }))).json
    };
    let list = post(next("+1"), true);
    let done = post(next("+1"), false);
    for report in [&list, &done] {
        assert_eq!((&report["changed"], says_later(report, 2)), (&json!(4), true), "{report}");
    }
    assert_eq!(list["list_sha256"], done["list_sha256"]);
    // The rest is taken at once, and so is the address of whoever has no part in it.
    let (first, second) = (show(&union, &no(0)), show(&union, &no(1)));
    assert_eq!((&first["email"], &first["phone"]), (&json!(address(0)), &json!("+1")));
    assert_eq!(
        (&first["email_change"]["email"], &first["email_change"]["old_is_told"]),
        (&json!(NEW), &json!(true))
    );
    assert_eq!((&second["email"], &second["email_change"]["email"]), (&json!(address(1)), &json!("")));
    assert_eq!(show(&union, "200")["email"], "dan@home.example");
    let told: Vec<_> = sent(&union, &memory).into_iter().map(|(to, _)| to).collect();
    assert_eq!(told.len(), 2);
    assert!([0, 1].iter().all(|i| told.contains(&address(*i))));
    assert!(!is_marked(&union, &ballot));
    // Half an hour later the same file changes nothing, and one with other particulars does not touch what waits.
    union.world.clock.advance(1800);
    let entries = deeds(&union).len();
    let same = post(next("+1"), false);
    assert_eq!((&same["changed"], &same["warnings"]), (&json!(0), &json!([])));
    let other = post(next("+2"), false);
    assert_eq!((&other["changed"], says_later(&other, 2)), (&json!(3), false), "{other}");
    assert_eq!(other["changed_members"][0]["changes"], json!([{ "field": "phone" }]));
    assert_eq!((deeds(&union).len(), sent(&union, &memory).len()), (entries, 0));
    assert_eq!(show(&union, &no(0))["email"], address(0));
    union.world.clock.advance(1800);
    union.world.tick();
    assert_eq!((&show(&union, &no(0))["email"], &show(&union, &no(1))["email"]), (&json!(NEW), &Value::Null));
    assert!(is_marked(&union, &ballot), "from the moment in which letters go there");
    assert_eq!(post(next("+2"), false)["changed"], 0);
    // The code goes to the frozen address all the same.
    good(reissue(&union, &ballot, &no(0)));
    assert_eq!(sent(&union, &memory)[0].0, address(0));
}

#[test]
fn what_a_roll_asked_for_can_be_taken_back_and_a_ballot_for_practice_asks_for_no_hour() {
    let (mut union, memory) = with_mail(2);
    union.freeze(&file());
    import(&union, 2, |i| format!("later{i}@home.example"));
    assert_eq!(sent(&union, &memory).len(), 2, "frozen is under way too");
    assert_eq!(officer(&union).delete(&format!("/api/v1/desk/members/{}/email", no(0))).status, 204);
    union.world.clock.advance(3600);
    union.world.tick();
    assert_eq!(show(&union, &no(0))["email"], address(0));
    assert_eq!(show(&union, &no(1))["email"], "later1@home.example");
    let (mut union, memory) = with_mail(2);
    union.freeze_as(&file(), true);
    let report = import(&union, 2, |i| format!("later{i}@home.example"));
    assert!(!says_later(&report, 2));
    assert_eq!(show(&union, &no(0))["email"], "later0@home.example");
    assert_eq!(sent(&union, &memory).len(), 0);
}
