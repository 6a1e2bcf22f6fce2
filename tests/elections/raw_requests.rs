//! What no program of ours would send.

use std::thread;

use scrutineer_tests::raw::{Raw, Reply, seal};
use scrutineer_tests::union::PASSWORD;
use scrutineer_tests::union::ballot::Ballot;
use serde_json::json;

use crate::{open_ballot, world};

/// A refusal with this status and word, in the one form that all have.
#[track_caller]
fn is_problem(reply: &Reply, status: u16, code: &str) {
    assert_eq!((reply.status, reply.code()), (status, code), "{}", reply.body);
    let said = reply.json["detail"].as_str().unwrap();
    assert!(
        said.ends_with(['.', '!', '?']) && !reply.json["request_id"].as_str().unwrap().is_empty(),
        "{said}"
    );
}

#[test]
fn a_vote_sent_twice_is_one_vote_and_an_earlier_one_does_not_come_back() {
    let world = world(10);
    let ballot = open_ballot(&world);
    let member = world.officers()[0];
    let raw = Raw::sign_in(world.running().unwrap().url(), &member.member_no, PASSWORD).unwrap();
    let election = raw.election(&ballot.id).unwrap();
    let code = ballot.code(member).unwrap();
    let (yes, no) = (seal(&election, code, 0).unwrap(), seal(&election, code, 1).unwrap());

    // All at once: the same vote is taken once, and everybody gets the same receipt.
    let replies: Vec<Reply> = thread::scope(|scope| {
        let sent: Vec<_> = (0..8).map(|_| scope.spawn(|| raw.cast(&ballot.id, &yes).unwrap())).collect();
        sent.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 201].contains(status)), "{statuses:?}");
    assert!(replies.iter().all(|reply| reply.json["height"] == replies[0].json["height"]));

    assert_eq!(raw.cast(&ballot.id, &no).unwrap().status, 201);
    is_problem(&raw.cast(&ballot.id, &yes).unwrap(), 409, "already_replaced");
    assert_eq!(raw.cast(&ballot.id, &no).unwrap().status, 200);
    world.close(&ballot.id).unwrap();
    let results = world.stranger().run(&["results", &ballot.id]).no().unwrap();
    assert_eq!((&results["cast"], &results["counts"][0]["answers"][1]["votes"]), (&json!(1), &json!(1)));
}

#[test]
fn what_is_no_vote_is_refused_and_nothing_comes_of_it() {
    let world = world(10);
    let ballot = open_ballot(&world);
    let member = world.officers()[0];
    let url = world.running().unwrap().url();
    let raw = Raw::sign_in(url, &member.member_no, PASSWORD).unwrap();
    let election = raw.election(&ballot.id).unwrap();
    let good = seal(&election, ballot.code(member).unwrap(), 0).unwrap();
    let path = format!("/api/v1/ballots/{}/votes", ballot.id);

    is_problem(&Raw::anyone(url).cast(&ballot.id, &good).unwrap(), 401, "not_signed_in");
    let uuid = election.uuid().as_str();
    for (vote, what) in [
        (String::new(), "nothing"),
        ("{".to_owned(), "half of it"),
        ("[]".to_owned(), "another shape"),
        ("null".to_owned(), "null"),
        ("{}".to_owned(), "no fields"),
        (good[..good.len() - 1].to_owned(), "the end is missing"),
        (format!("{good} "), "a blank more"),
        (format!("{good}{good}"), "two at once"),
        (good.replacen('{', "{\"election_uuid\":\"x\",", 1), "a field twice"),
        (good.replacen('{', "{\"more\":1,", 1), "a field more"),
        ("[".repeat(100_000), "deep"),
        (format!("\u{feff}{good}"), "a mark before it"),
    ] {
        let reply = raw.cast(&ballot.id, &vote).unwrap();
        assert!((400..500).contains(&reply.status), "{what}: {} {}", reply.status, reply.body);
        is_problem(&reply, reply.status, reply.code());
    }
    // Of another election: one that does not exist, or another ballot's.
    let other = open_ballot(&world);
    let elsewhere = raw.cast(&other.id, &good).unwrap();
    assert!((400..500).contains(&elsewhere.status), "{}", elsewhere.body);
    let unknown = raw.cast(&ballot.id, &good.replace(uuid, "ZM9Q5QG2xbtcA9")).unwrap();
    assert!((400..500).contains(&unknown.status), "{}", unknown.body);
    is_problem(&raw.cast("ZM9Q5QG2xbtcA9", &good).unwrap(), 404, "not_found");

    // Too large, and of a kind that is not understood.
    is_problem(&raw.cast(&ballot.id, &"9".repeat(300 * 1024)).unwrap(), 413, "too_large");
    let as_text = raw.send("POST", &path, Some("text/plain"), good.as_bytes()).unwrap();
    is_problem(&as_text, 415, "unsupported_media_type");
    is_problem(&raw.send("DELETE", &path, None, b"").unwrap(), 405, "method_not_allowed");

    // Every digit of a proof matters.
    let place = good.find("\"response\":\"").unwrap() + 14;
    let digit = if good.as_bytes()[place] == b'1' { "2" } else { "1" };
    let changed = format!("{}{digit}{}", &good[..place], &good[place + 1..]);
    let reply = raw.cast(&ballot.id, &changed).unwrap();
    is_problem(&reply, 422, "bad_vote");

    assert_eq!(height(&raw, &ballot), 0, "nothing of all this is on the record");
    assert_eq!(raw.cast(&ballot.id, &good).unwrap().status, 201);
}

/// The height of the record as the participation flag and the box show it: votes that stand.
fn height(raw: &Raw, ballot: &Ballot) -> u64 {
    let me = raw.get(&format!("/api/v1/ballots/{}", ballot.id)).unwrap().json["me"].clone();
    u64::from(me["voted"] == true)
}

#[test]
fn malformed_and_oversized_requests_are_answered_in_one_form() {
    let world = world(10);
    let url = world.running().unwrap().url();
    let raw = Raw::sign_in(url, &world.officers()[0].member_no, PASSWORD).unwrap();
    for path in
        ["/api/v1/ballots", "/api/v1/boards", "/api/v1/roles", "/api/v1/roll/imports", "/api/v1/me/keys"]
    {
        for body in ["", "{", "[1]", "\"x\"", "{\"unknown\":1}", "\u{0}"] {
            let reply = raw.post(path, body.as_bytes()).unwrap();
            is_problem(&reply, 400, "malformed");
        }
        is_problem(&raw.post(path, &[0xff, 0xfe]).unwrap(), 400, "malformed");
        if path != "/api/v1/roll/imports" {
            // The server may hang up before everything is sent; if it answers, then with a problem.
            if let Ok(reply) = raw.post(path, &vec![b' '; 8 << 20]) {
                is_problem(&reply, 413, "too_large");
            }
        }
    }
    for path in ["/api/v1/ballots/x", "/api/v1/ballots/../../etc/passwd", "/api/v1/nothing", "/nothing"] {
        assert_eq!(raw.get(path).unwrap().status, 404, "{path}");
    }
}
