//! Testing a vote: what was tested is never taken, and nothing joins who tested it to it.

use std::sync::mpsc::channel;

use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::hash::Base64Hash;
use scrutineer_server::app::VoteLimits;
use serde_json::json;

use crate::support::{Client, Reply};
use crate::union::{Ballot, Union, YES_NO, good, no, no_vote, yes};

fn tracker(vote: &str) -> String {
    Base64Hash::of(vote.as_bytes()).to_string()
}

fn test(ballot: &Ballot, client: &Client, tracker: &str) -> Reply {
    client.post(&format!("{}/tests", ballot.path), &json!({ "tracker": tracker }))
}

/// No pause between votes of one member.
fn union(members: usize) -> Union {
    Union::with(members, |settings| settings.votes.seconds_between = 0)
}

#[test]
fn a_tested_vote_is_never_taken_and_another_one_is() {
    let mut union = union(2);
    let ballot = union.open(YES_NO);
    let member = union.member(&no(0));
    let (tested, cast) = (union.seal(&ballot, &no(0), &yes()), union.seal(&ballot, &no(0), &yes()));
    let reply = test(&ballot, &member, &tracker(&tested));
    assert_eq!((reply.status, reply.body.as_str()), (204, ""));
    let refused = ballot.cast(&member, &tested);
    refused.is_problem(409, "vote_tested");
    assert!(refused.text("detail").contains("seal a new one"), "{}", refused.body);
    assert_eq!(ballot.cast(&member, &cast).status, 201);
    ballot.cast(&member, &tested).is_problem(409, "vote_tested");
    // A repeat changes nothing, whoever sends it.
    assert_eq!(test(&ballot, &member, &tracker(&tested)).status, 204);
    let other = union.member(&no(1));
    assert_eq!(test(&ballot, &other, &tracker(&tested)).status, 204);

    union.restart();
    let member = union.member(&no(0));
    ballot.cast(&member, &tested).is_problem(409, "vote_tested");
    good(union.order(&ballot, "closing"));
    let report = union.verify(&ballot);
    assert_eq!((report.votes, report.replaced), (1, 0));
}

#[test]
fn a_vote_on_the_record_is_not_tested() {
    let mut union = union(2);
    let ballot = union.open(YES_NO);
    let (member, other) = (union.member(&no(0)), union.member(&no(1)));
    let (first, second) = (union.seal(&ballot, &no(0), &yes()), union.seal(&ballot, &no(0), &no_vote()));
    for vote in [&first, &second] {
        assert_eq!(ballot.cast(&member, vote).status, 201);
    }
    for (vote, client) in [(&first, &member), (&second, &member), (&second, &other)] {
        test(&ballot, client, &tracker(vote)).is_problem(409, "conflict");
    }
    assert_eq!(ballot.cast(&member, &second).status, 200);
}

#[test]
fn only_members_who_may_vote_test_and_only_while_they_may() {
    let mut union = union(2);
    let closes = YES_NO.replace("codes =", "closes = 2027-01-15T02:20:00\ncodes =");
    let ballot = union.freeze(&closes);
    let (member, hash) = (union.member(&no(0)), tracker("x"));
    test(&ballot, &member, &hash).is_problem(409, "not_open");
    good(union.order(&ballot, "opening"));
    test(&ballot, &union.world.anyone(), &hash).is_problem(401, "not_signed_in");
    for client in [&union.delegate, &union.observer, &union.officers[0].0] {
        test(&ballot, client, &hash).is_problem(403, "forbidden");
    }
    assert_eq!(test(&ballot, &member, &hash).status, 204);
    union.world.clock.advance(20 * 60);
    // The deadline has come, whatever the schedule has done.
    test(&ballot, &member, &tracker("y")).is_problem(409, "not_open");
    union.world.tick();
    let member = union.member_again(&no(0));
    let late = test(&ballot, &member, &tracker("y"));
    late.is_problem(409, "not_open");
    assert!(late.text("detail").contains("has ended"), "{}", late.body);
}

#[test]
fn what_is_no_tracker_or_no_ballot_is_refused() {
    let mut union = union(1);
    let (ballot, other) = (union.open(YES_NO), union.open(YES_NO));
    let member = union.member(&no(0));
    let good_one = tracker("x");
    for bad in [
        "",
        "x",
        &good_one[1..],
        &format!("{good_one}="),
        &format!(" {good_one}"),
        &good_one.replace(&good_one[..1], "-"),
    ] {
        test(&ballot, &member, bad).is_problem(422, "invalid");
    }
    let path = format!("{}/tests", ballot.path);
    for body in ["", "{}", "[]", r#"{"tracker":1}"#, r#"{"tracker":"x","vote":"y"}"#, r#"{"tracker":"#] {
        member.send("POST", &path, Some("application/json"), body).is_problem(400, "malformed");
    }
    member
        .post("/api/v1/ballots/zzzzzzzz/tests", &json!({ "tracker": good_one }))
        .is_problem(404, "not_found");
    // A test in one ballot says nothing in another.
    let vote = union.seal(&other, &no(0), &yes());
    assert_eq!(test(&ballot, &member, &tracker(&vote)).status, 204);
    assert_eq!(other.cast(&member, &vote).status, 201);
    // A box's election names its ballot.
    let by_box = format!("/api/v1/ballots/{}/tests", ballot.election.uuid());
    assert_eq!(member.post(&by_box, &json!({ "tracker": tracker("z") })).status, 204);
}

#[test]
fn testing_has_its_limit_and_casting_goes_on() {
    let limits = VoteLimits { tests: 3, ..VoteLimits::DEFAULT };
    let mut union = Union::with(2, |settings| settings.votes = limits);
    let ballot = union.open(YES_NO);
    let (member, other) = (union.member(&no(0)), union.member(&no(1)));
    for i in 0..3 {
        assert_eq!(test(&ballot, &member, &tracker(&i.to_string())).status, 204);
        // A repeat does not count.
        assert_eq!(test(&ballot, &member, &tracker(&i.to_string())).status, 204);
    }
    let refused = test(&ballot, &member, &tracker("one more"));
    assert_eq!(refused.is_problem(429, "too_many_votes").header("retry-after"), "");
    assert_eq!(test(&ballot, &member, &tracker("0")).status, 204);
    assert_eq!(test(&ballot, &other, &tracker("one more")).status, 204);
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
}

#[test]
fn by_default_fifty_votes_are_tested() {
    assert_eq!(VoteLimits::DEFAULT.tests, 50);
}

#[test]
fn of_a_test_and_a_cast_at_the_same_time_exactly_one_wins() {
    let mut union = union(1);
    let ballot = union.open(YES_NO);
    let member = union.member(&no(0));
    let mut cast = 0;
    for i in 0..12 {
        let vote = union.seal(&ballot, &no(0), &yes());
        let hash = tracker(&vote);
        let statuses = std::thread::scope(|scope| {
            // The proofs of a cast take a while: some tests are to come in the middle, some after it.
            let casting = scope.spawn(|| ballot.cast(&member, &vote).status);
            for _ in 0..4 * i {
                good(member.get(&ballot.path));
            }
            let tested = test(&ballot, &member, &hash).status;
            (casting.join().unwrap(), tested)
        });
        assert!(matches!(statuses, (201, 409) | (409, 204)), "{statuses:?}");
        cast += usize::from(statuses.0 == 201);
    }
    good(union.order(&ballot, "closing"));
    let report = union.verify(&ballot);
    assert_eq!(usize::try_from(report.votes + report.replaced).unwrap(), cast);
}

#[test]
fn a_test_that_comes_while_a_cast_waits_for_its_proofs_wins() {
    let mut union = union(1);
    let ballot = union.open(YES_NO);
    let (member, vote) = (union.member(&no(0)), union.seal(&ballot, &no(0), &yes()));
    let (looked, looks) = channel();
    *union.world.meanwhile.lock().unwrap() = Some(Box::new(move |_, _| {
        let _ = looked.send(());
    }));
    let (go_on, held) = channel::<()>();
    let (uuid, world) = (Uuid::from_text(&ballot.id).unwrap(), &union.world);
    let statuses = std::thread::scope(|scope| {
        // The member's turn at the proofs is taken until the test is noted.
        let (taken, is_taken) = channel();
        let holding = scope.spawn(move || {
            world.inside(async |app| {
                let mac = app.folder.ballot_key(&uuid).unwrap().mac(&no(0));
                let hold = move || {
                    taken.send(()).unwrap();
                    held.recv().unwrap();
                };
                app.proofs.run_in_turn(mac, hold).await.unwrap();
            });
        });
        is_taken.recv().unwrap();
        let casting = scope.spawn(|| ballot.cast(&member, &vote).status);
        // Session and look; what is left is to be written.
        (0..2).for_each(|_| looks.recv().unwrap());
        let tested = test(&ballot, &member, &tracker(&vote)).status;
        go_on.send(()).unwrap();
        holding.join().unwrap();
        (casting.join().unwrap(), tested)
    });
    assert_eq!(statuses, (409, 204));
    *union.world.meanwhile.lock().unwrap() = None;
    good(union.order(&ballot, "closing"));
    assert_eq!(union.verify(&ballot).votes, 0);
}

#[test]
fn a_test_writes_no_audit_entry_and_is_gone_when_voting_ends() {
    let mut union = union(2);
    let ballot = union.open(YES_NO);
    let head = |union: &Union| union.officers[0].0.get("/api/v1/audit").json["head_seq"].as_i64().unwrap();
    let (member, before) = (union.member(&no(0)), head(&union));
    let member_vote = union.seal(&ballot, &no(0), &yes());
    assert_eq!(test(&ballot, &member, &tracker(&member_vote)).status, 204);
    assert_eq!(head(&union), before);
    let folder = union.world.files.folder.clone();
    let database = || rusqlite::Connection::open(folder.database()).unwrap();
    let count =
        || -> i64 { database().query_row("SELECT count(*) FROM tested_vote", [], |row| row.get(0)).unwrap() };
    assert_eq!(count(), 1);
    let tests: i64 = database().query_row("SELECT sum(tests) FROM binding", [], |row| row.get(0)).unwrap();
    assert_eq!(tests, 1);
    good(union.order(&ballot, "closing"));
    assert_eq!(count(), 0);
    ballot.cast(&union.member_again(&no(0)), &member_vote).is_problem(409, "not_open");
}
