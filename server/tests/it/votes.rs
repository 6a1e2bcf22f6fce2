//! Casting: what is taken, what is refused, what a receipt promises.

use scrutineer_ballot::code::VotingCode;
use scrutineer_ballot::receipt::Receipt;
use scrutineer_ballot::signature::KeyFingerprint;
use scrutineer_protocol::ballot::{Ballot as SealedVote, Eighths, Selection};
use scrutineer_protocol::hash::Base64Hash;
use scrutineer_server::app::VoteLimits;
use serde_json::{Value, json};

use crate::support::{Reply, START};
use crate::union::{Ballot, Union, YES_NO, good, no, no_vote, yes};

fn receipt_key(union: &Union) -> KeyFingerprint {
    let about = union.world.anyone().get("/api/v1").json;
    about["receipt_key"]["fingerprint"].as_str().unwrap().parse().unwrap()
}

/// Reads a receipt strictly and checks it against the vote and the key.
fn receipt(union: &Union, reply: &Reply, vote: &str) -> Receipt {
    let receipt = Receipt::parse(&reply.body).unwrap();
    receipt.verify(receipt_key(union)).unwrap();
    assert_eq!(receipt.tracker, Base64Hash::of(vote.as_bytes()));
    receipt
}

fn cast_count(union: &Union, ballot: &Ballot) -> (u64, u64) {
    let report = union.verify(ballot);
    (report.votes, report.replaced)
}

#[test]
fn a_vote_gets_a_signed_receipt_and_stands_on_the_record() {
    let mut union = Union::new(3);
    let ballot = union.open(&YES_NO.replace("codes =", "record = \"public\"\ncodes ="));
    let vote = union.seal(&ballot, &no(0), &yes());
    let member = union.member(&no(0));
    let reply = ballot.cast(&member, &vote);
    assert_eq!(reply.status, 201, "{}", reply.body);
    let receipt = receipt(&union, &reply, &vote);
    assert_eq!((receipt.election.as_str(), receipt.height), (ballot.election.uuid().as_str(), 1));
    let record = union.record(&ballot);
    let mut reader = scrutineer_protocol::archive::Reader::new(&record[..]).unwrap();
    let mut bodies = Vec::new();
    while let Some(found) = reader.next_record().unwrap() {
        bodies.push((found.hash, found.body));
    }
    assert_eq!(bodies.len(), 7);
    assert_eq!(bodies[5].1, vote.as_bytes());
    assert_eq!(bodies[6].0, receipt.event);
    assert_eq!(cast_count(&union, &ballot), (1, 0));
    let shown = member.get(&ballot.path).json;
    assert_eq!(shown["me"], json!({ "eligible": true, "voted": true }));
    let tracker = receipt.tracker.to_string().replace('+', "%2B").replace('/', "%2F");
    let status = good(member.get(&format!("{}/receipts?tracker={tracker}", ballot.path))).json;
    assert_eq!(status, json!({ "tracker": receipt.tracker, "state": "counted", "height": 1 }));
}

#[test]
fn a_later_vote_replaces_the_earlier_one_and_repeats_are_told_apart() {
    let mut union = Union::new(2);
    let ballot = union.open(YES_NO);
    let member = union.member(&no(0));
    let (first, second) = (union.seal(&ballot, &no(0), &yes()), union.seal(&ballot, &no(0), &no_vote()));
    let original = good(ballot.cast(&member, &first));
    let again = ballot.cast(&member, &first);
    assert_eq!((again.status, &again.json), (200, &original.json));

    ballot.cast(&member, &second).is_problem(429, "too_many_votes");
    union.world.clock.advance(59);
    let soon = ballot.cast(&member, &second);
    assert_eq!(soon.is_problem(429, "too_many_votes").header("retry-after"), "1");
    // A repeat asks for nothing new, so no limit holds for it.
    assert_eq!(ballot.cast(&member, &first).status, 200);
    union.world.clock.advance(1);
    let replaced = ballot.cast(&member, &second);
    assert_eq!((replaced.status, receipt(&union, &replaced, &second).height), (201, 2));
    ballot.cast(&member, &first).is_problem(409, "already_replaced");
    let latest = ballot.cast(&member, &second);
    assert_eq!((latest.status, &latest.json), (200, &replaced.json));

    good(union.order(&ballot, "closing"));
    assert_eq!(cast_count(&union, &ballot), (1, 1));
    for (vote, state) in [(&first, "replaced"), (&second, "counted")] {
        let tracker = Base64Hash::of(vote.as_bytes()).to_string().replace('+', "%2B");
        let status = good(union.world.anyone().get(&format!("{}/receipts?tracker={tracker}", ballot.path)));
        assert_eq!(status.text("state"), state);
    }
    let results = good(union.world.anyone().get(&format!("{}/results", ballot.path))).json;
    assert_eq!(results["counts"][0]["answers"][1], json!({ "answer": "No", "votes": 1 }));
    assert_eq!(results["counts"][0]["answers"][0]["votes"], 0);
}

#[test]
fn a_vote_that_is_sent_again_by_itself_does_not_replace_one_that_was_cast_elsewhere_meanwhile() {
    let mut union = Union::new(2);
    let ballot = union.open(YES_NO);
    let member = union.member(&no(0));
    let by_itself = member.with("if-none-match", "*");
    // On its way while the connection was lost; then the member votes from another device.
    let lost = union.seal(&ballot, &no(0), &yes());
    let meant = union.seal(&ballot, &no(0), &no_vote());
    assert_eq!(ballot.cast(&by_itself, &meant).status, 201, "the first one is taken");
    union.world.clock.advance(60);
    ballot.cast(&by_itself, &lost).is_problem(412, "voted_already");
    // Its own repeat is no other vote.
    let again = ballot.cast(&by_itself, &meant);
    assert_eq!((again.status, again.text("tracker")), (200, &*Base64Hash::of(meant.as_bytes()).to_string()));
    // The member wants it all the same.
    assert_eq!(ballot.cast(&member, &lost).status, 201);
    ballot.cast(&by_itself, &meant).is_problem(409, "already_replaced");
    assert_eq!(union.vote(&ballot, &no(1), &yes()).status, 201, "others are not concerned");
    good(union.order(&ballot, "closing"));
    assert_eq!(cast_count(&union, &ballot), (2, 1));
}

#[test]
fn replacing_has_its_limits() {
    let limits = VoteLimits { replacements: 2, seconds_between: 0, ..VoteLimits::DEFAULT };
    let mut union = Union::with(1, |settings| settings.votes = limits);
    let ballot = union.open(YES_NO);
    let statuses: Vec<_> = (0..4).map(|_| union.vote(&ballot, &no(0), &yes()).status).collect();
    assert_eq!(statuses, [201, 201, 201, 429]);
    let refused = union.vote(&ballot, &no(0), &yes());
    assert_eq!(refused.is_problem(429, "too_many_votes").header("retry-after"), "");
}

#[test]
fn a_server_with_too_much_to_check_says_so_and_takes_nothing() {
    let mut union = Union::with(1, |settings| settings.proofs_queue = 0);
    let ballot = union.open(YES_NO);
    let refused = union.vote(&ballot, &no(0), &yes());
    assert_eq!(refused.is_problem(503, "busy").header("retry-after"), "2");
    // What needs no proof to be refused is refused as ever.
    ballot.cast(&union.member(&no(0)), "{}").is_problem(400, "malformed");
    good(union.order(&ballot, "closing"));
    assert_eq!(cast_count(&union, &ballot), (0, 0));
}

#[test]
fn a_code_is_of_use_to_its_member_alone() {
    let mut union = Union::new(2);
    let ballot = union.open(YES_NO);
    let vote = union.seal(&ballot, &no(0), &yes());
    let other = union.member(&no(1));
    ballot.cast(&other, &vote).is_problem(403, "not_your_code");
    let delegate = union.delegate.clone();
    ballot.cast(&delegate, &vote).is_problem(403, "forbidden");
    ballot.cast(&union.world.anyone(), &vote).is_problem(401, "not_signed_in");
    let strange = ballot.key_of(&VotingCode::generate(&mut union.rng));
    let strange = ballot.seal(&strange, &yes(), &mut union.rng);
    ballot.cast(&other, &strange).is_problem(403, "not_your_code");
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
}

#[test]
fn a_code_that_was_replaced_is_void_and_the_new_one_votes() {
    let mut union = Union::new(2);
    let ballot = union.open(YES_NO);
    good(union.officers[0].0.post(&format!("{}/reissues", ballot.path), &json!({ "member_nos": [no(0)] })));
    let member = union.member(&no(0));
    let vote = union.seal(&ballot, &no(0), &yes());
    ballot.cast(&member, &vote).is_problem(403, "code_void");
    let codes = good(union.delegate.get(&format!("{}/codes", ballot.path))).json;
    let code = VotingCode::parse(codes["codes"][0]["code"].as_str().unwrap()).unwrap();
    let vote = ballot.seal(&ballot.key_of(&code), &yes(), &mut union.rng);
    assert_eq!(ballot.cast(&member, &vote).status, 201);
    good(union.order(&ballot, "closing"));
    let certificate = good(union.world.anyone().get(&format!("{}/certificate", ballot.path)));
    let certificate: Value = serde_json::from_str(certificate.text("certificate")).unwrap();
    let codes = &certificate["boxes"][0]["codes"];
    assert_eq!((&codes["made"], &codes["reissued"], &codes["used"]), (&json!(4), &json!(1), &json!(1)));
    assert_eq!(codes["void"].as_array().unwrap(), &[json!(ballot.key(&no(0)).public())]);
}

/// Twenty minutes after the tests begin, so that sessions do not end first.
fn with_deadline() -> String {
    YES_NO.replace("codes =", "closes = 2027-01-15T02:20:00\ncodes =")
}

const DEADLINE: i64 = START + 20 * 60;

#[test]
fn votes_are_taken_while_the_ballot_is_open_and_not_a_second_longer() {
    let mut union = Union::new(2);
    let ballot = union.freeze(&with_deadline());
    let votes = [0, 1].map(|i| union.seal(&ballot, &no(i), &yes()));
    let members = [0, 1].map(|i| union.member(&no(i)));
    ballot.cast(&members[0], &votes[0]).is_problem(409, "not_open");
    good(union.order(&ballot, "opening"));
    union.world.clock.set(DEADLINE - 1);
    assert_eq!(ballot.cast(&members[0], &votes[0]).status, 201);
    union.world.clock.set(DEADLINE);
    ballot.cast(&members[1], &votes[1]).is_problem(409, "not_open");
    // The receipt of a vote that counts is not given again either: whose it is, nobody knows any more.
    ballot.cast(&members[0], &votes[0]).is_problem(409, "not_open");
}

#[test]
fn a_clock_that_was_set_back_stops_voting_until_it_is_right() {
    let mut union = Union::new(2);
    let ballot = union.open(&with_deadline());
    let votes = [0, 1].map(|i| union.seal(&ballot, &no(i), &yes()));
    let members = [0, 1].map(|i| union.member(&no(i)));
    union.world.clock.set(DEADLINE - 600);
    assert_eq!(ballot.cast(&members[0], &votes[0]).status, 201);
    union.world.clock.set(DEADLINE - 601);
    ballot.cast(&members[1], &votes[1]).is_problem(503, "clock_went_backwards");
    union.world.clock.set(DEADLINE - 600);
    assert_eq!(ballot.cast(&members[1], &votes[1]).status, 201);
}

#[test]
fn what_is_no_vote_of_this_ballot_is_refused() {
    let mut union = Union::new(2);
    let (ballot, other) = (union.open(YES_NO), union.open(YES_NO));
    let member = union.member(&no(0));
    let vote = union.seal(&ballot, &no(0), &yes());
    let foreign = union.seal(&other, &no(0), &yes());
    ballot.cast(&member, &foreign).is_problem(422, "bad_vote");
    // A vote for a box is one for its ballot, whatever is typed for it.
    let votes = |id: &str| format!("/api/v1/ballots/{id}/votes");
    let send = |id: &str, body: &str| member.send("POST", &votes(id), Some("application/json"), body);
    send(other.election.uuid().as_str(), &vote).is_problem(422, "bad_vote");
    send("zzzzzzzz", &vote).is_problem(404, "not_found");
    send("abc", &vote).is_problem(404, "not_found");

    for (broken, status, code) in [
        (String::new(), 400, "malformed"),
        ("[]".to_owned(), 400, "malformed"),
        ("{}".to_owned(), 400, "malformed"),
        ("null".to_owned(), 400, "malformed"),
        (vote[..vote.len() - 1].to_owned(), 400, "malformed"),
        ("[".repeat(100_000), 400, "malformed"),
        (format!("{vote} "), 422, "bad_vote"),
        (vote.replacen(':', ": ", 1), 422, "bad_vote"),
        (vote.replacen("\"answers\":", "\"more\":1,\"answers\":", 1), 422, "bad_vote"),
        (vote.replacen(&ballot.election.fingerprint().to_string(), &"A".repeat(43), 1), 422, "bad_vote"),
        (vote.replacen("\"credential\":\"", "\"credential\":\"zz", 1), 400, "malformed"),
        (swap_digits(&vote, "\"alpha\":\""), 422, "bad_vote"),
        (swap_digits(&vote, "\"challenge\":\""), 422, "bad_vote"),
        (swap_digits(&vote, "\"response\":\""), 422, "bad_vote"),
    ] {
        assert_ne!(broken, vote);
        ballot.cast(&member, &broken).is_problem(status, code);
    }
    let path = votes(&ballot.id);
    for content_type in ["text/plain", "application/octet-stream", "application/x-www-form-urlencoded"] {
        member.send("POST", &path, Some(content_type), &vote).is_problem(415, "unsupported_media_type");
    }
    let long = format!("{{\"x\":\"{}\"}}", "x".repeat(256 * 1024));
    let refused = member.send("POST", &path, Some("application/json"), &long);
    assert!(refused.is_problem(413, "too_large").text("detail").contains("256 KiB"), "{}", refused.body);
    assert_eq!(ballot.cast(&member, &vote).status, 201);
    assert_eq!(send(ballot.election.uuid().as_str(), &vote).status, 200);
    good(union.order(&ballot, "closing"));
    assert_eq!(cast_count(&union, &ballot), (1, 0));
}

/// Exchanges the first two differing digits after a mark.
fn swap_digits(text: &str, mark: &str) -> String {
    let start = text.find(mark).unwrap() + mark.len();
    let mut bytes = text.as_bytes().to_vec();
    let at = (start..).find(|i| bytes[*i] != bytes[i + 1]).unwrap();
    bytes.swap(at, at + 1);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn too_many_answers_cannot_be_sealed_for_another_question_and_cast() {
    let mut union = Union::new(1);
    let many = YES_NO.replace("max = 1", "max = 2");
    let (ballot, loose) = (union.open(YES_NO), union.open(&many));
    let both = Selection::Answers(vec![0, 1]);
    let vote = union.seal(&loose, &no(0), &both);
    // The same vote under the names of the strict ballot: its proofs are for another one.
    let key = ballot.key(&no(0)).public().to_string();
    let forged = vote
        .replacen(loose.election.uuid().as_str(), ballot.election.uuid().as_str(), 1)
        .replacen(&loose.election.fingerprint().to_string(), &ballot.election.fingerprint().to_string(), 1)
        .replacen(&loose.key(&no(0)).public().to_string(), &key, 1);
    let member = union.member(&no(0));
    ballot.cast(&member, &forged).is_problem(422, "bad_vote");
    assert_eq!(loose.cast(&member, &vote).status, 201);
}

#[test]
fn a_cast_leaves_no_audit_entry() {
    let mut union = Union::new(2);
    let ballot = union.open(YES_NO);
    let head = |union: &Union| union.officers[0].0.get("/api/v1/audit").json["head_seq"].as_i64().unwrap();
    let client = union.member(&no(0));
    let before = head(&union);
    let vote = union.seal(&ballot, &no(0), &yes());
    assert_eq!(ballot.cast(&client, &vote).status, 201);
    assert_eq!(head(&union), before);
}

#[test]
fn a_vote_that_is_sent_several_times_at_once_is_taken_once() {
    let mut union = Union::new(1);
    let ballot = union.open(YES_NO);
    let (member, vote) = (union.member(&no(0)), union.seal(&ballot, &no(0), &yes()));
    let replies: Vec<_> = std::thread::scope(|scope| {
        let casts: Vec<_> = (0..6).map(|_| scope.spawn(|| ballot.cast(&member, &vote))).collect();
        casts.into_iter().map(|cast| cast.join().unwrap()).collect()
    });
    let mut statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 201]);
    assert!(replies.iter().all(|reply| reply.json == replies[0].json));
    good(union.order(&ballot, "closing"));
    assert_eq!(cast_count(&union, &ballot), (1, 0));
}

#[test]
fn votes_at_the_same_time_all_stand_on_the_record() {
    let mut union = Union::new(24);
    let ballot = union.open(YES_NO);
    let votes: Vec<_> = (0..24)
        .map(|i| {
            let choice = if i % 3 == 0 { no_vote() } else { yes() };
            (union.member(&no(i)), union.seal(&ballot, &no(i), &choice))
        })
        .collect();
    let mut heights: Vec<_> = std::thread::scope(|scope| {
        let casts: Vec<_> = votes
            .iter()
            .map(|(client, vote)| {
                scope.spawn(|| good(ballot.cast(client, vote)).json["height"].as_u64().unwrap())
            })
            .collect();
        casts.into_iter().map(|cast| cast.join().unwrap()).collect()
    });
    heights.sort_unstable();
    assert_eq!(heights, (1..=24).collect::<Vec<_>>());
    good(union.order(&ballot, "closing"));
    assert_eq!(cast_count(&union, &ballot), (24, 0));
}

/// What may come in the header for eighths: right ones, some of them wrong or lacking, those of no point here, and no eighths at all.
fn helps(vote: &str) -> Vec<String> {
    let right = Eighths::of(&SealedVote::parse(vote.as_bytes()).unwrap()).to_text();
    let other = |from: &str, to: &str| right.replacen(from, to, 1);
    vec![
        right.clone(),
        other(&right[..1], if right.starts_with('A') { "B" } else { "A" }),
        right[..128].to_owned(),
        right[..85].to_owned(),
        "A".repeat(171),
        "AQ".repeat(5000),
        "A".repeat(172),
        String::new(),
        "not Base64".to_owned(),
        "\u{e9}".to_owned(),
    ]
}

#[test]
fn a_vote_is_taken_whatever_comes_to_help_in_checking_it() {
    let mut union = Union::new(10);
    let ballot = union.open(YES_NO);
    for i in 0..10 {
        let vote = union.seal(&ballot, &no(i), &yes());
        assert_eq!(helps(&vote).len(), 10);
        let member = union.member(&no(i)).with("scrutineer-eighths", &helps(&vote)[i]);
        let taken = good(ballot.cast(&member, &vote));
        receipt(&union, &taken, &vote);
    }
    good(union.order(&ballot, "closing"));
    assert_eq!(cast_count(&union, &ballot), (10, 0));
}

#[test]
fn what_comes_to_help_in_checking_a_vote_gets_none_in_that_does_not_hold() {
    let mut union = Union::new(1);
    let ballot = union.open(YES_NO);
    let member = union.member(&no(0));
    let vote = union.seal(&ballot, &no(0), &yes());
    let alpha = &vote[vote.find("\"alpha\":\"").unwrap() + 9..][..64];
    // Of order two, four and eight.
    let small = [
        "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
    ];
    for help in helps(&vote) {
        let helped = member.with("scrutineer-eighths", &help);
        for point in small {
            let refused = ballot.cast(&helped, &vote.replacen(alpha, point, 1));
            refused.is_problem(422, "bad_vote");
            assert!(refused.text("detail").contains("prime-order subgroup"), "{}", refused.body);
        }
        ballot.cast(&helped, &swap_digits(&vote, "\"response\":\"")).is_problem(422, "bad_vote");
    }
    assert_eq!(ballot.cast(&member, &vote).status, 201);
}

#[test]
fn what_no_answer_to_the_questions_can_be_is_refused_before_it_is_read() {
    // Nothing gets as far as the proofs, so what is refused otherwise was refused before.
    let mut union = Union::with(1, |settings| settings.proofs_queue = 0);
    let ballot = union.open(YES_NO);
    let (member, vote) = (union.member(&no(0)), union.seal(&ballot, &no(0), &yes()));
    ballot.cast(&member, &vote).is_problem(503, "busy");
    let choice = vote.split_once("\"choices\":[").unwrap().1.split_once('}').unwrap().0;
    let many = format!("\"choices\":[{}", format!("{choice}}},").repeat(1500));
    let long = vote.replacen("\"choices\":[", &many, 1);
    assert!(long.len() > 200_000 && long.len() < 256 * 1024);
    let refused = ballot.cast(&member, &long);
    refused.is_problem(422, "bad_vote");
    assert!(refused.text("detail").contains("longer than"), "{}", refused.body);
}

#[test]
fn a_ballot_is_not_drafted_with_more_answers_than_a_vote_can_hold() {
    let mut union = Union::with(1, |settings| settings.proofs_queue = 0);
    let (_, question) = YES_NO.split_once("[[question]]").unwrap();
    let answers: Vec<_> = (0..100).map(|i| format!("\"Candidate {i}\"")).collect();
    let question = question.replace("\"Yes\", \"No\"", &answers.join(", ")).replace("passes", "# passes");
    let file = |questions: usize| {
        let (top, _) = YES_NO.split_once("[[question]]").unwrap();
        format!("{top}{}", format!("[[question]]{question}").repeat(questions))
    };
    let refused = union.delegate.post("/api/v1/ballots", &json!({ "file": file(5) }));
    refused.is_problem(422, "invalid");
    assert!(refused.text("detail").contains("several ballots"), "{}", refused.body);
    // With one question less a vote is short enough to be looked at.
    let ballot = union.open(&file(4));
    let key = ballot.key(&no(0));
    let choices = vec![Selection::Answers(vec![99]); 4];
    let vote = scrutineer_protocol::ballot::Ballot::seal(&ballot.election, &key, &choices, &mut union.rng);
    let vote = vote.unwrap().to_text();
    assert!(vote.len() > 200_000, "{}", vote.len());
    ballot.cast(&union.member(&no(0)), &vote).is_problem(503, "busy");
}

#[test]
fn a_member_who_sends_vote_after_vote_keeps_no_other_member_from_voting() {
    let mut union = Union::with(2, |settings| (settings.cores, settings.proofs_queue) = (1, 2));
    let ballot = union.open(YES_NO);
    let vote = union.seal(&ballot, &no(0), &yes());
    let bad = swap_digits(&vote, "\"response\":\"");
    let (one, other) = (union.member(&no(0)), union.member(&no(1)));
    let vote = union.seal(&ballot, &no(1), &yes());
    let (flood, voted) = std::thread::scope(|scope| {
        let flood: Vec<_> = (0..12).map(|_| scope.spawn(|| ballot.cast(&one, &bad).status)).collect();
        let voted = scope.spawn(|| ballot.cast(&other, &vote).status).join().unwrap();
        (flood.into_iter().map(|cast| cast.join().unwrap()).collect::<Vec<_>>(), voted)
    });
    assert_eq!((flood, voted), (vec![422; 12], 201));
}
