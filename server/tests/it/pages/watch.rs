//! The pages of those who watch: what each role sees, and that nobody sees more before voting has ended.

use serde_json::json;

use super::html::Page;
use crate::support::Client;
use crate::union::{Ballot, Board, Union, YES_NO, good, no, no_vote, with_board, yes};

#[track_caller]
fn read(client: &Client, path: &str) -> Page {
    Page::read(&client.get(path), 200)
}

fn watch(ballot: &Ballot) -> String {
    format!("/ballots/{}/watch", ballot.id)
}

/// Closes a ballot, and lets the first `count` of the board open it.
fn count(union: &mut Union, ballot: &Ballot, board: &Board, count: usize) {
    good(union.order(ballot, "closing"));
    for teller in &board.tellers[..count] {
        union.member_again(&teller.member_no);
        good(union.state_closing(ballot, teller));
    }
    for teller in &board.tellers[..count] {
        good(union.decrypt(ballot, teller));
    }
}

#[test]
fn a_ballot_is_watched_from_its_draft_to_its_certificate() {
    let mut union = Union::new(6);
    let board = union.board(2, 3);
    let ballot = union.freeze(&with_board());
    let path = watch(&ballot);
    let observer = union.observer.clone();
    let shown = read(&observer, &path);
    shown
        .says("Voting has not begun yet.")
        .says("Board: Election committee. To open the count, 2 of 3 are needed.");
    shown.says("1 Teacher 99 (1001) Not yet Not yet Not yet").says("0 of 2 signatures are there.");
    shown.says("The names are shown once voting has ended").says("Member 200 drafted ballot");
    for teller in &board.tellers {
        good(union.state_check(&ballot, &board, teller));
    }
    good(union.order(&ballot, "opening"));
    good(union.vote(&ballot, &no(0), &yes()));
    good(union.vote(&ballot, &no(5), &no_vote()));
    let shown = read(&observer, &path);
    shown.says("3 Teacher 97 (1003) Yes Not yet Not yet").says("Votes: Not shown yet.");
    // Before voting has ended nobody learns who has voted.
    shown.does_not_say("Teacher 94").does_not_say("Download the list");
    Page::read(&observer.get(&format!("{path}/voted.csv")), 409);
    count(&mut union, &ballot, &board, 2);
    let shown = read(&observer, &path);
    shown.says("1 Teacher 99 (1001) Yes Yes Yes").says("3 Teacher 97 (1003) Yes Not yet Not yet");
    shown.says("2 voted. The list is sorted by name").says("Teacher 94 (1006) Teacher 99 (1001)");
    shown.says("2 votes in box").says("officers sign the certificate");
    assert!(
        shown.leads_to(&format!("{path}/voted.csv"))
            && shown.leads_to(&format!("/ballots/{}/record", ballot.id))
    );
    let list = good(observer.get(&format!("{path}/voted.csv")));
    assert_eq!(list.body, "member_no,name\r\n1006,Teacher 94\r\n1001,Teacher 99\r\n");
    assert_eq!(list.header("content-type"), "text/csv; charset=utf-8");
    assert!(list.header("content-disposition").starts_with("attachment; filename=\"voted-"));
    for officer in 0..2 {
        good(union.certify(&ballot, officer));
    }
    let shown = read(&observer, &path);
    shown.says("2 of 2 signatures are there.").says("Member 300, with the key SHA256:");
    let certificate = format!("/ballots/{}/files/certificate.json?number=1", ballot.id);
    assert!(shown.leads_to(&certificate));
    good(observer.get(&certificate));
}

#[test]
fn each_role_sees_what_it_may() {
    let mut union = Union::new(4);
    let ballot = union.open(YES_NO);
    let path = watch(&ballot);
    let (observer, officer, delegate) =
        (union.observer.clone(), union.officers[0].0.clone(), union.delegate.clone());
    for (client, inside) in [(&observer, true), (&officer, true), (&delegate, false)] {
        let shown = read(client, &path);
        shown.says("There are no tellers: the server opens the count alone.");
        assert_eq!(shown.text().contains("What was done"), inside);
        assert_eq!(shown.text().contains("Who voted"), inside);
        assert_eq!(shown.leads_to("/watch"), inside);
        assert_eq!(read(client, "/").leads_to("/watch"), inside);
        assert_eq!(read(client, &format!("/ballots/{}", ballot.id)).leads_to(&path), inside);
    }
    Page::read(&delegate.get("/watch"), 403);
    Page::read(&delegate.get(&format!("{path}/voted.csv")), 403);
    let member = union.member(&no(0));
    for path in [path.as_str(), "/watch"] {
        Page::read(&member.get(path), 403);
        let signed_out = union.world.anyone().get(path);
        assert_eq!(signed_out.status, 303, "{}", signed_out.body);
    }
    // A delegate for another unit only watches ballots that are run there.
    good(
        officer.post("/api/v1/roles", &json!({ "role": "delegate", "member_no": no(0), "unit": "School 0" })),
    );
    Page::read(&member.get(&path), 403);
}

#[test]
fn a_cancelled_ballot_names_nobody() {
    let mut union = Union::new(3);
    let ballot = union.open(YES_NO);
    good(union.vote(&ballot, &no(0), &yes()));
    let path = format!("{}/cancellation", ballot.path);
    good(union.by_two(union.delegate.post(&path, &json!({ "reason": "Withdrawn" }))));
    let path = watch(&ballot);
    let shown = read(&union.observer, &path);
    shown.says("The reason: Withdrawn").does_not_say("Teacher 99").says("cancelled ballot");
    Page::read(&union.observer.get(&format!("{path}/voted.csv")), 409);
}

#[test]
fn the_whole_log_is_paged_from_its_end() {
    let union = Union::new(3);
    let body = json!({ "name": "Second board", "tellers": [no(0), no(1), no(2)], "threshold": 2 });
    good(union.officers[0].0.post("/api/v1/boards", &body));
    let first = read(&union.observer, "/watch");
    first.says("Second board").says("1 Teacher 99 (1001) 0 of 4 steps");
    first.says("Member 1 named the board").says("The operator set up this server for the union");
    assert!(!first.leads_to("/watch?page=2#log"));
    // A draft that names the board: for those who see drafts.
    let file = with_board().replace("Election committee\"\ncodes", "Second board\"\ncodes");
    let draft = good(union.delegate.post("/api/v1/ballots", &json!({ "file": file })));
    let path = format!("/ballots/{}/watch", draft.text("id"));
    read(&union.delegate, &path).says("Board: Second board.").says("3 Teacher 97 (1003) 0 of 4 steps");
    Page::read(&union.observer.get(&path), 404);
    for round in 0..60 {
        let body = json!({ "role": "delegate", "member_no": no(0), "unit": format!("School {}", round % 3) });
        let officer = &union.officers[0].0;
        if round % 6 < 3 {
            good(officer.post("/api/v1/roles", &body));
        } else {
            let path = format!("/api/v1/roles?role=delegate&member_no={}&unit=School%20{}", no(0), round % 3);
            good(officer.send("DELETE", &path, None, ""));
        }
    }
    let newest = read(&union.observer, "/watch");
    assert!(newest.leads_to("/watch?page=2#log"));
    newest.says("took the role delegate for School 2").does_not_say("The operator set up");
    let oldest = read(&union.observer, "/watch?page=2");
    oldest.says("The operator set up").says("Member 1 named the board");
    assert!(oldest.leads_to("/watch?page=1#log"));
    let head =
        good(union.observer.get("/api/v1/audit?limit=1")).json["head_hash"].as_str().unwrap().to_owned();
    newest.says(&head);
    assert_eq!(read(&union.observer, "/watch?page=99").text(), oldest.text());
    Page::read(&union.observer.get("/watch?page=x"), 400);
}

#[test]
fn the_log_of_one_ballot_can_be_asked_for() {
    let mut union = Union::new(3);
    let (one, other) = (union.open(YES_NO), union.freeze(YES_NO));
    let of = |query: &str| {
        let page = good(union.observer.get(&format!("/api/v1/audit?limit=500&ballot={query}"))).json;
        let entries = page["entries"].as_array().unwrap().clone();
        entries
            .into_iter()
            .map(|entry| entry["detail"]["ballot"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let found = of(&one.id);
    assert!(found.len() >= 5 && found.iter().all(|ballot| *ballot == one.id), "{found:?}");
    assert_eq!(of(&one.id[..8]), found);
    assert!(of(&other.id).iter().all(|ballot| *ballot == other.id));
    union.observer.get("/api/v1/audit?ballot=nothing").is_problem(404, "not_found");
}
