//! Ballots that are counted in several boxes: from freezing to the certificate, and what one box alone does not do.

use scrutineer_ballot::certificate::Certificate;
use scrutineer_ballot::description;
use scrutineer_ballot::outcome::{Outcome, Together};
use scrutineer_protocol::verify::Report;
use serde_json::{Value, json};

use crate::support::Reply;
use crate::union::{Ballot, Union, YES_NO, good, no, no_vote, with_board, yes};

/// Twelve members: 0, 3, 6, 9 of School 0, 1, 4, 7, 10 of School 1, 2, 5, 8, 11 of School 2.
const MEMBERS: usize = 12;

/// A box for School 0, and one for the two others together, with 3 and 4 spare codes.
fn each_unit(file: &str) -> String {
    file.replace("Yes >= 60% of eligible", "each unit: Yes > half of valid")
        .replace("spares = 2", "spares = 7\nsmallest_box = 4")
        .replace("[eligible]", "[boxes]\n\"North side\" = [\"School 1\", \"School 2\"]\n\n[eligible]")
}

/// A box: `North side` first, as names go.
fn boxes(union: &Union, ballot: &Ballot) -> [Ballot; 2] {
    union.boxes(ballot).try_into().ok().unwrap()
}

fn shown(union: &Union, ballot: &Ballot) -> Value {
    good(union.delegate.get(&ballot.path)).json
}

fn complete(union: &Union, one: &Ballot) -> Report {
    let report = union.verify(one);
    assert!(report.complete);
    report
}

/// Keys of the server's own that are there.
fn server_keys(union: &Union) -> usize {
    let Ok(keys) = std::fs::read_dir(union.world.files.folder.path().join("keys")) else { return 0 };
    keys.filter(|key| key.as_ref().unwrap().file_name().to_string_lossy().ends_with(".server")).count()
}

/// A number in the database.
fn count(union: &Union, sql: &str) -> i64 {
    let database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
    database.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn boxes_that_would_show_how_people_voted_are_refused_with_what_to_write() {
    let union = Union::new(MEMBERS);
    let freezing = |file: &str| -> Reply {
        let draft = good(union.delegate.post("/api/v1/ballots", &json!({ "file": file })));
        let path = format!("/api/v1/ballots/{}", draft.text("id"));
        let refused = union.delegate.order(&format!("{path}/freezing"));
        assert_eq!(good(union.delegate.get(&path)).text("state"), "draft");
        refused
    };
    let each = YES_NO.replace("Yes >= 60% of eligible", "each unit: Yes > half of valid");
    let each = each.replace("spares = 2", "spares = 2\nsmallest_box = 5");
    let refused = freezing(&each);
    let detail = refused.is_problem(409, "conflict").text("detail");
    for expected in [
        "fewer than 5 members",
        "\"School 0\" (4), \"School 1\" (4), \"School 2\" (4)",
        "\"Small units together\" = [\"School 0\", \"School 1\", \"School 2\"]",
    ] {
        assert!(detail.contains(expected), "{detail}");
    }
    let misspelt = each_unit(YES_NO).replace("\"School 2\"]", "\"Schol 2\"]");
    assert!(freezing(&misspelt).is_problem(409, "conflict").text("detail").contains("\"Schol 2\""));
    assert_eq!(count(&union, "SELECT count(*) FROM box"), 0);
    assert_eq!(server_keys(&union), 0);
}

#[test]
fn every_member_votes_in_the_own_box_and_all_boxes_decide_together() {
    let mut union = Union::new(MEMBERS);
    let board = union.board(2, 3);
    let ballot = union.freeze(&each_unit(&with_board()));
    let [north, school] = boxes(&union, &ballot);
    let frozen = shown(&union, &ballot);
    let of_box = |one: &Value| (one["name"].clone(), one["eligible"].clone(), one["spares"].clone());
    assert_eq!(
        frozen["boxes"].as_array().unwrap().iter().map(of_box).collect::<Vec<_>>(),
        [(json!("North side"), json!(8), json!(4)), (json!("School 0"), json!(4), json!(3))]
    );
    assert_eq!(ballot.codes.len(), MEMBERS);
    for (one, eligible) in [(&north, 8), (&school, 4)] {
        let (_, line) = description::parse(one.election.description()).unwrap().unwrap();
        assert_eq!((line.boxes, line.eligible, line.ballot.as_str()), (2, eligible, ballot.id.as_str()));
    }

    assert_eq!(server_keys(&union), 2);
    // It opens only when two tellers have checked every box.
    for (teller, one) in [(0, &north), (1, &north), (0, &school)] {
        union.order(&ballot, "opening").is_problem(409, "conflict");
        good(union.state_check(one, &board, &board.tellers[teller]));
    }
    union.order(&ballot, "opening").is_problem(409, "conflict");
    good(union.state_check(&school, &board, &board.tellers[2]));
    good(union.order(&ballot, "opening"));

    // School 0: 3 yes, 1 no. The others: 3 yes, 4 no, 1 not at all. Together 6 yes of 11.
    for (i, one, choice) in [
        (0, &school, yes()),
        (3, &school, yes()),
        (6, &school, no_vote()),
        (9, &school, yes()),
        (1, &north, yes()),
        (4, &north, yes()),
        (7, &north, yes()),
        (10, &north, no_vote()),
        (2, &north, no_vote()),
        (5, &north, no_vote()),
        (8, &north, no_vote()),
    ] {
        let other = if one.id == north.id { &school } else { &north };
        let member = union.member(&no(i));
        // Sealed for the box of others it is refused, with the own code and with another's.
        let astray = union.seal(other, &no(i), &choice);
        let refused = ballot.cast(&member, &astray);
        assert!(refused.is_problem(422, "bad_vote").text("detail").contains("another box than yours"));
        let name = if one.id == north.id { "North side" } else { "School 0" };
        let booth = good(member.get(&format!("{}/booth?language=en", ballot.path))).json;
        assert_eq!((&booth["election"], &booth["me"]["box"]), (&json!(one.id), &json!(name)));
        let own = good(member.get(&format!("{}/election", ballot.path))).body;
        assert_eq!(own.as_bytes(), one.election.bytes(), "without a name the own box is meant");
        let vote = union.seal(one, &no(i), &choice);
        let receipt = good(ballot.cast(&member, &vote));
        assert_eq!(receipt.text("election"), one.id);
        assert_eq!(shown(&union, &ballot)["me"]["eligible"], false);
        let me = good(member.get(&ballot.path)).json["me"].clone();
        assert_eq!(me, json!({ "eligible": true, "voted": true, "box": name }));
    }
    let another = union.seal(&north, &no(1), &yes());
    union.world.clock.advance(60);
    ballot.cast(&union.member(&no(2)), &another).is_problem(403, "not_your_code");

    // What is about one box wants its name.
    let member = union.member(&no(1));
    let several = member.get(&format!("{}/record", ballot.path));
    assert!(several.is_problem(409, "conflict").text("detail").contains("\"North side\", \"School 0\""));
    member.get(&format!("{}/record?box=School%201", ballot.path)).is_problem(404, "not_found");
    good(member.get(&format!("{}/record?box=School%200", ballot.path)));

    good(union.order(&ballot, "closing"));
    for one in [&north, &school] {
        assert!(!union.verify(one).complete);
        let record = good(union.world.anyone().get(&format!("{}/record", one.path))).body;
        assert!(record.contains("EncryptedTally"), "every box closes at the same moment");
    }
    assert_eq!(count(&union, "SELECT count(*) FROM binding"), 0);
    for teller in &board.tellers[..2] {
        union.member_again(&teller.member_no);
        for one in [&north, &school] {
            good(union.state_closing(one, teller));
        }
    }
    // One box that could be opened waits for the other.
    for teller in &board.tellers[..2] {
        assert_eq!(union.decrypt(&north, teller).status, 204);
    }
    assert_eq!(shown(&union, &ballot)["state"], "closed");
    assert!(!union.verify(&north).complete, "nothing of a count is published before all can be");
    union.world.anyone().get(&format!("{}/results", ballot.path)).is_problem(409, "conflict");
    assert_eq!(union.decrypt(&school, &board.tellers[0]).status, 204);
    union.restart();
    assert_eq!(union.decrypt(&school, &board.tellers[1]).status, 204);
    assert_eq!(shown(&union, &ballot)["state"], "tallied");
    assert_eq!(server_keys(&union), 0);

    result_and_certificate(&union, &ballot, &[&north, &school]);
}

/// More than half said yes in all, but not in every box: not passed.
fn result_and_certificate(union: &Union, ballot: &Ballot, boxes: &[&Ballot; 2]) {
    let anyone = union.world.anyone();
    let results = good(anyone.get(&format!("{}/results", ballot.path))).json;
    let answers = |yes, no| json!([{ "answer": "Yes", "votes": yes }, { "answer": "No", "votes": no }]);
    assert_eq!(
        (&results["eligible"], &results["cast"], &results["counts"][0]["answers"]),
        (&json!(12), &json!(11), &answers(6, 5))
    );
    let decision = &results["decisions"][0];
    assert_eq!(decision["outcome"], "not_passed");
    let of_units: Vec<_> =
        decision["conditions"].as_array().unwrap().iter().map(|c| (&c["unit"], &c["margin"])).collect();
    assert_eq!(of_units, [(&json!("North side"), &json!(-1)), (&json!("School 0"), &json!(0))]);
    let listed = |one: &Value| (one["box"].clone(), one["cast"].clone(), one["counts"][0]["answers"].clone());
    assert_eq!(
        results["boxes"].as_array().unwrap().iter().map(listed).collect::<Vec<_>>(),
        [(json!("North side"), json!(7), answers(3, 4)), (json!("School 0"), json!(4), answers(3, 1))]
    );
    // A box alone decides nothing.
    for asked in [format!("{}/results?box=School%200", ballot.path), format!("{}/results", boxes[1].path)] {
        let one = good(anyone.get(&asked)).json;
        assert_eq!(
            (&one["box"], &one["cast"], &one["decisions"]),
            (&json!("School 0"), &json!(4), &json!([null]))
        );
        assert_eq!(one.get("boxes"), None);
    }

    let reports: Vec<_> = boxes.iter().map(|one| complete(union, one)).collect();
    let outcomes: Vec<_> = reports.iter().map(|report| Outcome::of(report).unwrap()).collect();
    let counts = outcomes.iter().zip(boxes).map(|(outcome, one)| outcome.in_box(&one.election));
    let together = Together::of(&counts.collect::<Vec<_>>()).unwrap();
    assert_eq!(json!(together.decisions), results["decisions"]);

    let certificate = good(anyone.get(&format!("{}/certificate", ballot.path)));
    for (one, shares) in boxes.iter().zip(certificate.json["boxes"].as_array().unwrap()) {
        let own = good(anyone.get(&format!("{}/shares", one.path))).body;
        assert_eq!((&shares["election"], &shares["shares"]), (&json!(one.id), &json!(own)));
    }
    pages(union, ballot, boxes);
    let read = Certificate::parse(certificate.text("certificate").as_bytes()).unwrap();
    assert_eq!((read.boxes().len(), read.eligible(), read.cast()), (2, 12, 11));
    assert_eq!(json!(read.questions()[0].decision), results["decisions"][0]);
    union.certify(ballot, 0);
    good(union.certify(ballot, 1));
    assert_eq!(shown(union, ballot)["state"], "certified");
    let voted = good(union.observer.get(&format!("{}/participation?box=North%20side", ballot.path))).json;
    assert_eq!((voted["voted"].as_array().unwrap().len(), &voted["eligible"]), (7, &json!(8)));
}

/// What anybody sees of the boxes of a ballot with a result.
fn pages(union: &Union, ballot: &Ballot, boxes: &[&Ballot; 2]) {
    let anyone = union.world.anyone();
    let page = |path: &str| good(anyone.get(path)).body;
    let says = |path: &str, parts: &[&str]| {
        let body = page(path);
        for part in parts {
            assert!(body.contains(part), "{part}: {body}");
        }
    };
    let of_ballot = format!("/ballots/{}", ballot.id);
    says(&of_ballot, &["in 2 boxes", "Fewer than 50 members may vote in North side or School 0."]);
    says(
        &format!("{of_ballot}/results"),
        &[
            "Not passed: the condition does not hold in 1 of 2 boxes.",
            "North side: ",
            "What each box came to",
        ],
    );
    let list = format!("{of_ballot}/record");
    says(
        &list,
        &["North side", "School 0", "Closing fingerprint of all boxes", "scrutineer verify records/*.bel"],
    );
    for one in boxes {
        says(&list, &[&format!("/ballots/{}/record", one.id)]);
        says(
            &format!("/ballots/{}/record", one.id),
            &["Box “", &format!("{}.bel", one.id), "scrutineer verify"],
        );
        let name = format!("{}.shares.json", one.id);
        says(&format!("{of_ballot}/results"), &[&name]);
        let own = good(anyone.get(&format!("{}/shares", one.path))).body;
        assert_eq!(page(&format!("{of_ballot}/files/{name}")), own);
    }
    assert_eq!(anyone.get(&format!("{of_ballot}/files/JK2ETMVQiD2SbR.shares.json")).status, 404);
}

#[test]
fn a_replaced_code_comes_from_the_spares_of_the_members_box() {
    let mut union = Union::new(MEMBERS);
    let ballot = union.freeze(&each_unit(YES_NO));
    let [north, school] = boxes(&union, &ballot);
    let spares = |union: &Union, election: &str| {
        count(
            union,
            &format!(
                "SELECT count(*) FROM credential c JOIN box x ON x.id = c.box_id WHERE c.kind = 'spare' AND x.election = '{election}'"
            ),
        )
    };
    for i in [0, 3, 6] {
        good(
            union.officers[0].0.post(&format!("{}/reissues", ballot.path), &json!({ "member_nos": [no(i)] })),
        );
    }
    assert_eq!((spares(&union, &north.id), spares(&union, &school.id)), (4, 0));
    let empty =
        union.officers[0].0.post(&format!("{}/reissues", ballot.path), &json!({ "member_nos": [no(9)] }));
    assert!(empty.is_problem(409, "conflict").text("detail").contains("no spare codes left"));
    good(union.officers[0].0.post(&format!("{}/reissues", ballot.path), &json!({ "member_nos": [no(1)] })));

    let codes = good(union.delegate.get(&format!("{}/codes", ballot.path))).json;
    good(union.delegate.order(&format!("{}/codes/confirmation", ballot.path)));
    good(union.order(&ballot, "opening"));
    let own = &codes["codes"].as_array().unwrap()[0];
    let code = scrutineer_ballot::code::VotingCode::parse(own["code"].as_str().unwrap()).unwrap();
    assert_eq!(own["member_no"], no(0));
    let vote = school.seal(&school.key_of(&code), &yes(), &mut union.rng);
    assert_eq!(ballot.cast(&union.member(&no(0)), &vote).status, 201);
    good(union.order(&ballot, "closing"));
    let certificate = good(union.world.anyone().get(&format!("{}/certificate", ballot.path)));
    let read = Certificate::parse(certificate.text("certificate").as_bytes()).unwrap();
    let void: Vec<_> = read.boxes().iter().map(|one| (one.codes.reissued, one.codes.void.len())).collect();
    assert_eq!(void, [(1, 1), (3, 3)]);
}

#[test]
fn a_receipt_is_found_in_whichever_box_it_is() {
    let mut union = Union::new(MEMBERS);
    let file = each_unit(YES_NO).replace("codes =", "record = \"public\"\ncodes =");
    let ballot = union.open(&file);
    let [north, school] = boxes(&union, &ballot);
    for (i, one, other) in [(0, &school, &north), (1, &north, &school)] {
        let vote = union.seal(one, &no(i), &yes());
        let tracker = good(ballot.cast(&union.member(&no(i)), &vote)).text("tracker").replace('+', "%2B");
        let anyone = union.world.anyone();
        let status = |path: &str| {
            good(anyone.get(&format!("{path}/receipts?tracker={tracker}"))).text("state").to_owned()
        };
        assert_eq!((status(&one.path), status(&other.path)), ("counted".to_owned(), "not_found".to_owned()));
        // Of the ballot as a whole, where nobody need know the box.
        assert_eq!(status(&ballot.path), "counted");
    }
    let nobodys = format!("{}/receipts?tracker={}", ballot.path, "A".repeat(43));
    assert_eq!(good(union.world.anyone().get(&nobodys)).text("state"), "not_found");
}
