//! Numbers that could have changed a result: officers say something to each before anybody signs, and it stands on the
//! certificate.

use scrutineer_ballot::certificate::Certificate;
use scrutineer_server::store::{BallotId, Error, WriteTx};
use serde_json::{Value, json};

use crate::support::{Client, Reply};
use crate::union::{Ballot, Union, YES_NO, good, no, no_vote, yes};

fn in_store(
    union: &Union,
    ballot: &Ballot,
    work: impl FnOnce(&WriteTx<'_>, BallotId) -> Result<(), Error> + Send + 'static,
) {
    let id = ballot.id.clone();
    union.world.inside(async |app| {
        let work = move |tx: &WriteTx<'_>| work(tx, tx.ballots_beginning(&id)?[0].ballot);
        app.store.write("test", work).await.unwrap();
    });
}

/// Ten members: six vote Yes and one No; of the codes of the others, and of one who votes, nothing is known any more.
fn counted(union: &mut Union) -> Ballot {
    let ballot = union.open(YES_NO);
    in_store(union, &ballot, |tx, ballot| {
        [0, 7, 8, 9].iter().try_for_each(|i| tx.void_delivered(ballot, &no(*i)))
    });
    for i in 0..7 {
        let choice = if i == 6 { no_vote() } else { yes() };
        assert_eq!(union.vote(&ballot, &no(i), &choice).status, 201);
    }
    good(union.order(&ballot, "closing"));
    ballot
}

fn certificate(union: &Union, ballot: &Ballot) -> Certificate {
    let found = good(union.world.anyone().get(&format!("{}/certificate", ballot.path))).json;
    Certificate::parse(found["certificate"].as_str().unwrap().as_bytes()).unwrap()
}

fn answer(client: &Client, ballot: &Ballot, warning: &str, text: &str) -> Reply {
    client.post(&format!("{}/answers", ballot.path), &json!({ "warning": warning, "text": text }))
}

#[test]
fn unreached_members_beyond_the_margin_are_answered_before_anybody_signs() {
    let mut union = Union::new(10);
    let ballot = counted(&mut union);
    let officer = union.officers[0].0.clone();
    let results = good(union.world.anyone().get(&format!("{}/results", ballot.path))).json;
    // 6 of 10 are needed and 6 were got; whoever voted was reached.
    let warning = json!([{ "warning": "unreached", "number": 3, "margin": 0, "answer": null }]);
    assert_eq!((&results["margin"], &results["warnings"]), (&json!(0), &warning));
    let shown = good(union.observer.get(&ballot.path)).json;
    let waits = shown["waits_for"][0].as_str().unwrap();
    assert!(waits.contains("unreached members: 3; margin: 0"), "{waits}");
    let refused = union.certify(&ballot, 0);
    let detail = refused.is_problem(409, "conflict").text("detail").to_owned();
    assert!(
        detail.contains(&format!("`scrutineer answer {} unreached --text-file FILE`", ballot.id)),
        "{detail}"
    );

    for other in [&union.delegate, &union.observer] {
        answer(other, &ballot, "unreached", "Never mind.").is_problem(403, "forbidden");
    }
    answer(&officer, &ballot, "unreachable", "Which?").is_problem(422, "invalid");
    answer(&officer, &ballot, "unreached", " ").is_problem(422, "invalid");
    answer(&officer, &ballot, "reissued", "There is none.").is_problem(409, "conflict");
    good(answer(&officer, &ballot, "unreached", "A first thought."));
    let said =
        good(answer(&officer, &ballot, "unreached", "All three were telephoned and did not wish to vote."));
    assert_eq!(said.json["warnings"][0]["answer"]["by"], "1");

    let made = certificate(&union, &ballot);
    let delivery = made.delivery().unwrap();
    assert_eq!((delivery.reached, delivery.unreached, delivery.margin), (7, 3, 0));
    assert_eq!(delivery.answers.len(), 1);
    assert!(made.statement().contains("WARNING: unreached members: 3; margin: 0."), "{}", made.statement());
    assert!(made.statement().contains("All three were telephoned"));
    assert_eq!(
        made.to_bytes().unwrap(),
        Certificate::new(made.facts().unwrap()).unwrap().to_bytes().unwrap()
    );
    good(union.certify(&ballot, 0));

    // Signatures stand under the answer as it is; a correction may have another.
    answer(&officer, &ballot, "unreached", "Another thought.").is_problem(409, "conflict");
    good(union.certify(&ballot, 1));
    good(
        officer
            .post(&format!("{}/corrections", ballot.path), &json!({ "reason": "One more was telephoned." })),
    );
    good(answer(&officer, &ballot, "unreached", "Another thought."));
    let found = good(officer.get(&format!("{}/certificate?number=2", ballot.path))).json;
    assert!(found["certificate"].as_str().unwrap().contains("Another thought."));
    assert!(!certificate(&union, &ballot).statement().contains("Another thought."));
    let audit = union.observer.get("/api/v1/audit?limit=500").json;
    let entries = audit["entries"].as_array().unwrap();
    assert_eq!(entries.iter().filter(|entry| entry["deed"] == "warning_answered").count(), 3);
}

#[test]
fn what_comes_back_after_the_result_changes_no_number_on_the_certificate() {
    let mut union = Union::new(10);
    let ballot = counted(&mut union);
    let before = certificate(&union, &ballot).delivery().unwrap().clone();
    in_store(&union, &ballot, |tx, ballot| tx.void_delivered(ballot, &no(1)));
    let officer = union.officers[0].0.clone();
    good(answer(&officer, &ballot, "unreached", "They were telephoned."));
    let after = certificate(&union, &ballot).delivery().unwrap().clone();
    assert_eq!(
        (after.channels, after.unreached, after.reached),
        (before.channels, before.unreached, before.reached)
    );
}

#[test]
fn votes_under_re_issued_codes_and_after_changes_are_warned_of_like_unreached_members() {
    let mut union = Union::new(10);
    let ballot = union.freeze(YES_NO);
    let officer = union.officers[0].0.clone();
    in_store(&union, &ballot, |tx, ballot| {
        tx.mark(ballot, &no(1), scrutineer_server::store::Mark::Password)?;
        tx.mark(ballot, &no(1), scrutineer_server::store::Mark::Address)?;
        tx.mark(ballot, &no(9), scrutineer_server::store::Mark::Address)
    });
    good(union.order(&ballot, "opening"));
    for i in 0..6 {
        assert_eq!(union.vote(&ballot, &no(i), &yes()).status, 201);
    }
    good(union.order(&ballot, "closing"));
    let results = good(union.world.anyone().get(&format!("{}/results", ballot.path))).json;
    let warnings = results["warnings"].as_array().unwrap();
    // One member with two marks is one vote; one who did not vote is none.
    let found: Vec<_> = warnings.iter().map(|one| (&one["warning"], &one["number"])).collect();
    assert_eq!(found, [(&json!("changed"), &json!(1))]);
    union.certify(&ballot, 0).is_problem(409, "conflict");
    good(answer(&officer, &ballot, "changed", "The member has confirmed it in person."));
    good(union.certify(&ballot, 0));
}

#[test]
fn without_such_numbers_nobody_has_to_say_anything() {
    let mut union = Union::new(10);
    let ballot = union.open(YES_NO);
    for i in 0..10 {
        assert_eq!(union.vote(&ballot, &no(i), &yes()).status, 201);
    }
    good(union.order(&ballot, "closing"));
    let results = good(union.world.anyone().get(&format!("{}/results", ballot.path))).json;
    assert_eq!((&results["margin"], results.get("warnings")), (&json!(4), None::<&Value>));
    assert!(!certificate(&union, &ballot).statement().contains("WARNING"));
    good(union.certify(&ballot, 0));
}

#[test]
fn an_officer_answers_on_the_page_of_the_result() {
    let mut union = Union::new(10);
    let ballot = counted(&mut union);
    let officer = union.officers[0].0.clone();
    let path = format!("/ballots/{}/results", ballot.id);
    let page = |client: &Client| good(client.get(&path)).body;
    let form = format!("action=\"/ballots/{}/answers\"", ballot.id);
    assert!(page(&union.world.anyone()).contains("Members not reached: 3; margin: 0."));
    assert!(!page(&union.observer).contains(&form) && page(&officer).contains(&form));
    let origin = union.world.url.clone();
    let sent = officer.with("origin", &origin).send(
        "POST",
        &format!("/ballots/{}/answers", ballot.id),
        Some("application/x-www-form-urlencoded"),
        "warning=unreached&text=They+were+telephoned.",
    );
    assert_eq!(sent.status, 303, "{}", sent.body);
    let shown = page(&union.world.anyone());
    assert!(shown.contains("(member 1) says to it: They were telephoned."));
    let sheet = good(union.world.anyone().get(&format!("/ballots/{}/certificate", ballot.id))).body;
    assert!(sheet.contains("They were telephoned.") && sheet.contains("Members reached, or who voted"));
}

#[test]
fn officers_observers_and_delegates_see_how_far_codes_have_come() {
    let mut union = Union::new(6);
    let ballot = union.freeze(YES_NO);
    in_store(&union, &ballot, |tx, ballot| tx.void_delivered(ballot, &no(1)));
    let path = format!("/ballots/{}/delivery", ballot.id);
    let officer = union.officers[0].0.clone();
    for client in [&officer, &union.observer, &union.delegate] {
        let shown = good(client.get(&path)).body;
        assert!(shown.contains("School 1") && shown.contains("Printed") && !shown.contains("Teacher 98"));
    }
    assert_eq!(union.member(&no(2)).get(&path).status, 403);
    let list = good(officer.get(&format!("{path}/unreached.csv")));
    assert_eq!(list.body, "member_no,name,unit,why\r\n1002,Teacher 98,School 1,nothing_sent\r\n");
    assert_eq!(union.observer.get(&format!("{path}/unreached.csv")).status, 403);
    let watch = good(union.observer.get(&format!("/ballots/{}/watch", ballot.id))).body;
    assert!(watch.contains(&format!("href=\"{path}\"")));
}
