//! The record as people see it: who, how far, byte for byte.

use std::collections::BTreeMap;

use rand_core::Rng;
use scrutineer_ballot::receipt::HeadLine;
use scrutineer_protocol::archive::{Kind, Reader, is_prefix, opening};
use scrutineer_protocol::ballot::Selection;
use scrutineer_protocol::hash::{Base64Hash, HexHash};
use scrutineer_server::app::VoteLimits;
use serde_json::{Value, json};

use crate::support::{Client, Reply};
use crate::union::{Ballot, Union, YES_NO, good, no, no_vote, yes};

fn public() -> String {
    YES_NO.replace("codes =", "record = \"public\"\ncodes =")
}

/// Height and hash of the last event of an archive.
fn last_event(record: &[u8]) -> (u64, HexHash) {
    let mut reader = Reader::new(record).unwrap();
    let mut last = None;
    while let Some(found) = reader.next_record().unwrap() {
        if found.kind == Kind::Event {
            last = Some((last.map_or(0, |(height, _)| height + 1), found.hash));
        }
    }
    last.unwrap()
}

fn head(union: &Union, client: &Client, ballot: &Ballot) -> (u64, HexHash) {
    let head = good(client.get(&format!("{}/head", ballot.path)));
    let line = HeadLine {
        election: ballot.election.uuid().clone(),
        height: head.json["height"].as_u64().unwrap(),
        event: HexHash::from_text(head.text("event")).unwrap(),
    };
    assert_eq!(head.text("election"), line.election.as_str());
    let about = union.world.anyone().get("/api/v1").json;
    let key = about["receipt_key"]["fingerprint"].as_str().unwrap().parse().unwrap();
    line.verify(head.text("signature"), key).unwrap();
    (line.height, line.event)
}

fn status(client: &Client, ballot: &Ballot, vote: &str) -> Reply {
    let tracker = Base64Hash::of(vote.as_bytes());
    let path = format!("{}/receipts", ballot.path);
    let asked = client.get(&format!("{path}?tracker={tracker}"));
    // The same is said where the tracker stands in no address.
    let sent = client.post(&path, &serde_json::json!({ "tracker": tracker.to_string() }));
    assert_eq!((asked.status, asked.json.get("state")), (sent.status, sent.json.get("state")));
    sent
}

#[test]
fn while_open_the_record_grows_in_steps_for_people_who_are_signed_in() {
    let mut union = Union::new(2);
    let ballot = union.open(YES_NO);
    let (anyone, member) = (union.world.anyone(), union.member(&no(0)));
    let vote = union.seal(&ballot, &no(0), &yes());
    assert_eq!(ballot.cast(&member, &vote).status, 201);
    for path in ["record", "head", "receipts?tracker=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        anyone.get(&format!("{}/{path}", ballot.path)).is_problem(401, "not_signed_in");
    }
    // The vote is there, but nobody is shown it yet, its member not either.
    assert_eq!(head(&union, &member, &ballot).0, 0);
    assert_eq!(last_event(&union.record(&ballot)).0, 0);
    assert_eq!(good(status(&member, &ballot, &vote)).text("state"), "not_found");
    let before = union.record(&ballot);
    assert_eq!(union.verify(&ballot).votes, 0);

    union.world.clock.advance(599);
    union.world.tick();
    assert_eq!(head(&union, &member, &ballot).0, 0);
    union.world.clock.advance(1);
    union.world.tick();
    assert_eq!(head(&union, &union.observer.clone(), &ballot).0, 1);
    assert_eq!(good(status(&member, &ballot, &vote)).json["height"], 1);
    let after = union.record(&ballot);
    is_prefix(&before[..], &after[..]).unwrap();
    let report = union.verify(&ballot);
    assert_eq!((report.votes, report.complete), (1, false));

    // A later vote that is not shown yet does not make the one that is shown a replaced one.
    let later = union.seal(&ballot, &no(0), &no_vote());
    assert_eq!(ballot.cast(&member, &later).status, 201);
    assert_eq!(good(status(&member, &ballot, &vote)).text("state"), "counted");

    good(union.order(&ballot, "closing"));
    for client in [&anyone, &member] {
        assert_eq!(good(status(client, &ballot, &vote)).text("state"), "replaced");
        assert_eq!(good(status(client, &ballot, &later)).text("state"), "counted");
        let record = good(client.get(&format!("{}/record", ballot.path))).body.into_bytes();
        assert_eq!(head(&union, client, &ballot), last_event(&record));
        is_prefix(&after[..], &record[..]).unwrap();
    }
}

#[test]
fn a_public_record_is_live_for_everybody() {
    let mut union = Union::new(1);
    let ballot = union.freeze(&public());
    let anyone = union.world.anyone();
    assert_eq!(head(&union, &anyone, &ballot).0, 0);
    good(union.order(&ballot, "opening"));
    let vote = union.seal(&ballot, &no(0), &yes());
    assert_eq!(ballot.cast(&union.member(&no(0)), &vote).status, 201);
    assert_eq!(head(&union, &anyone, &ballot).0, 1);
    assert_eq!(good(status(&anyone, &ballot, &vote)).text("state"), "counted");
}

#[test]
fn the_record_is_sent_with_its_length_and_not_again_if_nothing_came() {
    let mut union = Union::new(1);
    let ballot = union.open(&public());
    let path = format!("{}/record", ballot.path);
    let anyone = union.world.anyone();
    let first = good(anyone.get(&path));
    assert_eq!(first.header("content-length"), first.body.len().to_string());
    assert_eq!(
        first.header("content-disposition"),
        format!("attachment; filename=\"{}.bel\"", ballot.election.uuid())
    );
    let tag = first.header("etag").to_owned();
    assert_eq!(anyone.with("if-none-match", &tag).get(&path).status, 304);
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    let second = anyone.with("if-none-match", &tag).get(&path);
    assert_eq!((second.status, second.header("content-length").parse().unwrap()), (200, second.body.len()));
    assert_ne!(second.header("etag"), tag);
    assert!(second.body.starts_with(&first.body));
}

#[test]
fn the_election_is_the_beginning_of_the_record_byte_for_byte() {
    let mut union = Union::new(1);
    let ballot = union.freeze(YES_NO);
    let election = good(union.world.anyone().get(&format!("{}/election", ballot.path))).body;
    let record = union.record(&ballot);
    let first = Reader::new(&record[..]).unwrap().next_record().unwrap().unwrap();
    assert_eq!(first.body, election.as_bytes());
    assert_eq!(union.verify(&ballot).votes, 0);
}

#[test]
fn what_is_not_there_is_said() {
    let mut union = Union::new(1);
    let (delegate, anyone) = (union.delegate.clone(), union.world.anyone());
    let draft = good(delegate.post("/api/v1/ballots", &json!({ "file": YES_NO }))).text("id").to_owned();
    for path in ["record", "head", "election", "shares"] {
        let path = format!("/api/v1/ballots/{draft}/{path}");
        anyone.get(&path).is_problem(404, "not_found");
        delegate.get(&path).is_problem(409, "conflict");
    }
    for path in ["results", "certificate"] {
        let path = format!("/api/v1/ballots/{draft}/{path}");
        anyone.get(&path).is_problem(404, "not_found");
        delegate.get(&path).is_problem(409, "conflict");
    }
    let ballot = union.open(YES_NO);
    delegate.get(&format!("{}/record?box=nobody", ballot.path)).is_problem(404, "not_found");
    delegate.get(&format!("{}/record?bix=all", ballot.path)).is_problem(400, "malformed");
    delegate.get(&format!("{}/shares", ballot.path)).is_problem(404, "not_found");
    for tracker in ["", "short", &"=".repeat(43), &"A".repeat(44)] {
        delegate.get(&format!("{}/receipts?tracker={tracker}", ballot.path)).is_problem(422, "invalid");
    }
    delegate.get(&format!("{}/receipts", ballot.path)).is_problem(400, "malformed");
    for path in ["results", "certificate", "participation"] {
        union.observer.get(&format!("{}/{path}", ballot.path)).is_problem(409, "conflict");
    }
    assert_eq!(delegate.get(&format!("{}/record?box=all", ballot.path)).status, 200);
}

/// Naive counts: what each member chose last.
#[derive(Default)]
struct Naive(BTreeMap<String, Selection>);

impl Naive {
    fn counts(&self) -> Value {
        let of = |choice: &Selection| self.0.values().filter(|last| *last == choice).count();
        json!([of(&yes()), of(&no_vote()), of(&Selection::Blank)])
    }
}

#[test]
fn hundreds_of_votes_are_counted_as_a_plain_count_would() {
    let limits = VoteLimits { replacements: 1000, seconds_between: 0, ..VoteLimits::DEFAULT };
    let mut union = Union::with(50, |settings| settings.votes = limits);
    let ballot = union.open(&public());
    let (mut naive, mut replaced) = (Naive::default(), 0);
    for _ in 0..280 {
        let member_no = no(usize::try_from(union.rng.next_u64() % 45).unwrap());
        let choice = match union.rng.next_u64() % 5 {
            0 => Selection::Blank,
            1 | 2 => no_vote(),
            _ => yes(),
        };
        assert_eq!(union.vote(&ballot, &member_no, &choice).status, 201);
        replaced += u64::from(naive.0.insert(member_no, choice).is_some());
    }
    // More events than are read from the database at once.
    let open = union.verify(&ballot);
    assert_eq!((open.votes + open.replaced, open.complete), (280, false));
    good(union.order(&ballot, "closing"));
    let report = union.verify(&ballot);
    assert!(report.complete);
    let votes = u64::try_from(naive.0.len()).unwrap();
    assert_eq!((report.votes, report.replaced), (votes, replaced));
    let results = good(union.world.anyone().get(&format!("{}/results", ballot.path))).json;
    let counts = &results["counts"][0];
    let counted = json!([counts["answers"][0]["votes"], counts["answers"][1]["votes"], counts["blank"]]);
    assert_eq!(counted, naive.counts());
    assert_eq!((&results["eligible"], &results["cast"]), (&json!(50), &json!(votes)));
    let decision = &results["decisions"][0];
    assert_eq!(
        decision["outcome"],
        if naive.counts()[0].as_u64() >= Some(30) { "passed" } else { "not_passed" }
    );
    assert_eq!(decision["rule"], "Yes >= 60% of eligible");
}

/// The piece of a record as it was sent.
fn piece(client: &Client, ballot: &Ballot, number: u64) -> Reply {
    client.get(&format!("{}/record/pieces/{number}", ballot.path))
}

#[test]
fn pieces_make_up_the_record_and_full_ones_never_change() {
    let limits = VoteLimits { replacements: 1000, seconds_between: 0, ..VoteLimits::DEFAULT };
    let mut union = Union::with(3, |settings| settings.votes = limits);
    let ballot = union.open(&public());
    let anyone = union.world.anyone();
    let first = good(piece(&anyone, &ballot, 0));
    assert_eq!(first.header("cache-control"), "public, no-cache");
    assert_eq!(first.header("vary"), "Accept-Encoding");
    assert_eq!(first.header("content-encoding"), "", "nothing was said about gzip");
    let tag = first.header("etag").to_owned();
    assert_eq!(piece(&anyone.with("if-none-match", &tag), &ballot, 0).status, 304);
    piece(&anyone, &ballot, 1).is_problem(404, "not_found");
    for i in 0..260 {
        assert_eq!(union.vote(&ballot, &no(i % 3), &yes()).status, 201);
    }
    assert_eq!(piece(&anyone.with("if-none-match", &tag), &ballot, 0).status, 200);
    let (full, rest) = (good(piece(&anyone, &ballot, 0)), good(piece(&anyone, &ballot, 1)));
    assert_eq!(full.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(rest.header("cache-control"), "public, no-cache");
    let record = union.record(&ballot);
    let time = Reader::new(&record[..]).unwrap().timestamp().unwrap();
    let whole = [&opening(time), full.body.as_bytes(), rest.body.as_bytes()].concat();
    assert!(whole == record);
    let zipped = anyone.with("accept-encoding", "br;q=1, gzip;q=0.5, identity;q=0.1");
    let (zipped, again) = (piece(&zipped, &ballot, 0), piece(&zipped, &ballot, 0));
    assert_eq!(zipped.header("content-encoding"), "gzip");
    assert_ne!(zipped.header("etag"), full.header("etag"));
    assert!(zipped.header("content-length").parse::<usize>().unwrap() < full.body.len() * 3 / 4);
    assert_eq!(zipped.header("etag"), again.header("etag"));
    let refused = anyone.with("accept-encoding", "gzip;q=0");
    assert_eq!(good(piece(&refused, &ballot, 0)).header("content-encoding"), "");
    for number in ["2", "-1", "00x", "18446744073709551615", "99999999999999999999"] {
        anyone.get(&format!("{}/record/pieces/{number}", ballot.path)).is_problem(404, "not_found");
    }
    // After its end it is the same, and the last one has its end.
    good(union.order(&ballot, "closing"));
    assert!(good(piece(&anyone, &ballot, 0)).body == full.body);
    let rest_now = good(piece(&anyone, &ballot, 1)).body;
    assert!(rest_now.starts_with(&rest.body) && rest_now.len() > rest.body.len());
    let whole = [&opening(time), full.body.as_bytes(), rest_now.as_bytes()].concat();
    assert!(whole == union.record(&ballot));
}

#[test]
fn pieces_are_shown_to_those_who_may_see_the_record_and_as_far() {
    let mut union = Union::new(2);
    let ballot = union.open(YES_NO);
    let (anyone, member) = (union.world.anyone(), union.member(&no(0)));
    piece(&anyone, &ballot, 0).is_problem(401, "not_signed_in");
    let before = good(piece(&member, &ballot, 0));
    assert_eq!(before.header("cache-control"), "private, no-cache");
    assert_eq!(union.vote(&ballot, &no(1), &yes()).status, 201);
    let not_yet = piece(&member.with("if-none-match", before.header("etag")), &ballot, 0);
    assert_eq!(not_yet.status, 304, "the step has not come");
    union.world.clock.advance(600);
    union.world.tick();
    let after = good(piece(&member, &ballot, 0));
    assert!(after.body.starts_with(&before.body) && after.body.len() > before.body.len());
    piece(&anyone, &ballot, 0).is_problem(401, "not_signed_in");
    good(union.order(&ballot, "closing"));
    assert_eq!(good(piece(&anyone, &ballot, 0)).header("cache-control"), "public, no-cache");
}

#[test]
fn a_piece_that_is_too_large_to_be_kept_is_sent_bit_by_bit() {
    let mut union = Union::with(1, |settings| settings.pieces_bytes = 4000);
    let ballot = union.open(&public());
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    let anyone = union.world.anyone();
    let sent = good(piece(&anyone.with("accept-encoding", "gzip"), &ballot, 0));
    assert_eq!(sent.header("content-length"), sent.body.len().to_string());
    assert_eq!((sent.header("content-encoding"), sent.header("cache-control")), ("", "public, no-cache"));
    let record = union.record(&ballot);
    let time = Reader::new(&record[..]).unwrap().timestamp().unwrap();
    assert!([&opening(time), sent.body.as_bytes()].concat() == record);
    let known = anyone.with("if-none-match", sent.header("etag"));
    assert_eq!(piece(&known, &ballot, 0).status, 304);
}
