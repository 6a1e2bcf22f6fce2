//! The life of a ballot: every deed in every state, who may do it, what it needs, and what it leaves behind.

use std::fs;

use scrutineer_ballot::teller::{CHECK, check_statement};
use scrutineer_server::store;
use serde_json::{Value, json};

use crate::support::{Client, Reply};
use crate::union::{BOARD, Ballot, Union, YES_NO, good, no, with_board, yes};

fn draft(union: &Union, file: &str) -> String {
    let reply = union.delegate.post("/api/v1/ballots", &json!({ "file": file }));
    assert_eq!(reply.status, 201, "{}", reply.body);
    format!("/api/v1/ballots/{}", reply.text("id"))
}

fn show(union: &Union, path: &str) -> Value {
    good(union.delegate.get(path)).json
}

fn state(union: &Union, path: &str) -> String {
    show(union, path)["state"].as_str().unwrap().to_owned()
}

/// The deeds of the audit log, from the first.
fn deeds(union: &Union) -> Vec<(String, Value)> {
    let entries = union.observer.get("/api/v1/audit?limit=500").json;
    let entries = entries["entries"].as_array().unwrap().clone();
    entries
        .into_iter()
        .map(|entry| (entry["deed"].as_str().unwrap().to_owned(), entry["detail"].clone()))
        .collect()
}

/// Every deed that a delegate orders, and whether it needs a body.
const DEEDS: [(&str, Option<&str>); 6] = [
    ("freezing", None),
    ("opening", None),
    ("closing", None),
    ("extension", Some(r#"{"until":"2030-01-01T00:00:00"}"#)),
    ("codes/confirmation", None),
    ("cancellation", Some(r#"{"reason":"The offer was withdrawn"}"#)),
];

fn order(client: &Client, path: &str, deed: &str) -> Reply {
    let body = DEEDS.iter().find(|(name, _)| *name == deed).and_then(|(_, body)| *body);
    client.send("POST", &format!("{path}/{deed}"), body.map(|_| "application/json"), body.unwrap_or_default())
}

/// Orders a deed that takes two people, and has it approved.
fn by_two(union: &Union, client: &Client, path: &str, deed: &str) {
    let asked = order(client, path, deed);
    assert_eq!(asked.status, 202, "{}", asked.body);
    good(union.by_two(asked));
}

#[test]
fn every_deed_is_possible_in_its_states_and_refused_with_a_sentence_in_all_others() {
    let union = Union::new(3);
    // Deeds that change nothing where they are refused: all of them are tried in every state.
    let refused_in = |union: &Union, path: &str, deeds: &[&str]| {
        let before = show(union, path);
        for deed in deeds {
            let reply = order(&union.delegate, path, deed);
            reply.is_problem(409, "conflict");
            assert!(reply.text("detail").len() > 20, "{deed}: {}", reply.body);
        }
        assert_eq!(show(union, path), before);
    };
    let path = draft(&union, YES_NO);
    assert_eq!(state(&union, &path), "draft");
    refused_in(&union, &path, &["opening", "closing", "extension", "codes/confirmation"]);
    by_two(&union, &union.delegate, &path, "freezing");
    assert_eq!(state(&union, &path), "frozen");
    refused_in(&union, &path, &["freezing", "opening", "closing", "extension", "codes/confirmation"]);
    good(union.delegate.get(&format!("{path}/codes")));
    assert_eq!(order(&union.delegate, &path, "codes/confirmation").status, 204);
    assert_eq!(order(&union.delegate, &path, "opening").status, 204);
    assert_eq!(state(&union, &path), "open");
    refused_in(&union, &path, &["freezing", "opening", "extension", "codes/confirmation"]);
    assert_eq!(order(&union.delegate, &path, "closing").status, 204);
    // The server alone opens the count, at once.
    assert_eq!(state(&union, &path), "tallied");
    let all: Vec<_> = DEEDS.iter().map(|(deed, _)| *deed).collect();
    refused_in(&union, &path, &all);
    for officer in 0..2 {
        let id = path.rsplit('/').next().unwrap();
        let election = good(union.delegate.get(&format!("{path}/election"))).body;
        let election = scrutineer_protocol::election::Election::parse(election.as_bytes()).unwrap();
        let ballot = Ballot { id: id.to_owned(), path: path.clone(), election, codes: Default::default() };
        good(union.certify(&ballot, officer));
    }
    assert_eq!(state(&union, &path), "certified");
    refused_in(&union, &path, &all);

    let path = draft(&union, YES_NO);
    assert_eq!(order(&union.delegate, &path, "cancellation").status, 204);
    assert_eq!(state(&union, &path), "cancelled");
    assert_eq!(show(&union, &path)["cancelled_because"], "The offer was withdrawn");
    refused_in(&union, &path, &all);
}

#[test]
fn only_those_who_run_ballots_run_them_and_drafts_are_theirs() {
    let mut union = Union::new(3);
    let member = union.member(&no(0));
    let path = draft(&union, YES_NO);
    for client in [&member, &union.observer] {
        client.post("/api/v1/ballots", &json!({ "file": YES_NO })).is_problem(403, "forbidden");
        for (deed, _) in DEEDS {
            order(client, &path, deed).is_problem(403, "forbidden");
        }
        client.get(&path).is_problem(404, "not_found");
        assert_eq!(client.get("/api/v1/ballots").json, json!({ "ballots": [] }));
    }
    let anyone = union.world.anyone();
    anyone.get(&path).is_problem(404, "not_found");
    let officer = union.officers[0].0.clone();
    assert_eq!(officer.get(&path).json["state"], "draft");
    by_two(&union, &officer, &path, "freezing");
    // From freezing on everybody sees it, without signing in.
    let seen = good(anyone.get(&path)).json;
    assert_eq!((seen["state"].as_str(), seen.get("me")), (Some("frozen"), None));
    assert_eq!(good(member.get(&path)).json["me"], json!({ "eligible": true, "voted": false }));
    assert_eq!(good(officer.get(&path)).json["me"], json!({ "eligible": false, "voted": false }));
    assert_eq!(anyone.get("/api/v1/ballots").json["ballots"][0]["title"], "Work remotely only");
}

#[test]
fn a_delegate_for_one_unit_runs_the_ballots_of_that_unit_alone() {
    let mut union = Union::new(3);
    let first = union.officers[0].0.clone();
    let number = no(0);
    let role = json!({ "role": "delegate", "member_no": number, "unit": "School 0" });
    good(first.post("/api/v1/roles", &role));
    let delegate = union.member(&number);
    let refused = delegate.post("/api/v1/ballots", &json!({ "file": YES_NO }));
    refused.is_problem(403, "forbidden");
    assert!(refused.text("detail").contains("delegate for School 0"), "{}", refused.body);
    let whole = draft(&union, YES_NO);
    for deed in ["freezing", "cancellation"] {
        order(&delegate, &whole, deed).is_problem(403, "forbidden");
    }
    let own = YES_NO.replace("[eligible]", "[eligible]\nunit = [\"School 0\"]");
    let made = delegate.post("/api/v1/ballots", &json!({ "file": own }));
    assert_eq!(made.status, 201, "{}", made.body);
    let path = format!("/api/v1/ballots/{}", made.text("id"));
    by_two(&union, &delegate, &path, "freezing");
    assert_eq!(show(&union, &path)["boxes"][0]["eligible"], 1);
}

#[test]
fn a_file_that_is_not_a_ballot_is_refused_with_the_line_and_what_to_do() {
    let union = Union::new(1);
    let refused = |change: &dyn Fn(&str) -> String, says: &str| {
        let reply = union.delegate.post("/api/v1/ballots", &json!({ "file": change(YES_NO) }));
        reply.is_problem(422, "invalid");
        assert!(reply.text("detail").contains(says), "{says}: {}", reply.body);
    };
    refused(&|file| file.replace("spares", "spare"), "spare");
    refused(&|file| file.replace("Yes >=", "Yup >="), "Yup");
    refused(&|file| file.replace("America/Chicago", "America/Springfield"), "America/Springfield");
    refused(&|file| file.replace("\"Yes\", \"No\"", "\"Yes\""), "answers");
    refused(&|file| file.replace("\"No\"]", "\"yes\"]"), "answers");
    let at = |top: &str| format!("{top}\n{YES_NO}");
    refused(&|_| at("opens = 2031-01-02T00:00:00\ncloses = 2031-01-01T00:00:00"), "closes");
    refused(&|_| at("closes = 2021-01-23T23:59:00"), "Saturday, 23 January 2021, 23:59 CST");
    refused(&|_| at("closes = 2031-03-09T02:30:00"), "closes");
    refused(&|_| at("closes = 2031-11-02T01:30:00"), "closes");
    refused(&|file| file.replace("tellers = \"server\"", "tellers = \"Nobody\""), "there is none yet");
    refused(
        &|file| file.replace("codes = \"server\"", "codes = \"server\"\nregistrar = \"1001\""),
        "the server makes the codes",
    );
    refused(&|_| String::new(), "title");
    assert_eq!(union.delegate.get("/api/v1/ballots").json, json!({ "ballots": [] }));
}

#[test]
fn ballots_go_by_any_unambiguous_beginning_of_their_names() {
    let union = Union::new(1);
    let path = draft(&union, YES_NO);
    by_two(&union, &union.delegate, &path, "freezing");
    let shown = show(&union, &path);
    let (id, election) = (shown["id"].as_str().unwrap(), shown["boxes"][0]["election"].as_str().unwrap());
    for name in [id, &id[..4], &id[..9], election, &election[..4]] {
        assert_eq!(show(&union, &format!("/api/v1/ballots/{name}"))["id"], id, "{name}");
    }
    for name in [&id[..3], "zzzzzzzz", "%20%20%20%20", &format!("{id}1"), "%FF%FE%FD%FC"] {
        union.delegate.get(&format!("/api/v1/ballots/{name}")).is_problem(404, "not_found");
    }
}

#[test]
fn freezing_says_what_lacks() {
    let mut union = Union::new(3);
    let cannot = |union: &Union, path: &str, says: &str| {
        let reply = order(&union.delegate, path, "freezing");
        reply.is_problem(409, "conflict");
        assert!(reply.text("detail").contains(says), "{says}: {}", reply.body);
        assert_eq!(state(union, path), "draft");
    };
    let nobody = draft(&union, &YES_NO.replace("[\"Teacher\"]", "[\"Techer\"]"));
    cannot(&union, &nobody, "\"Techer\"; it may be misspelt");
    let many = draft(&union, &YES_NO.replace("spares = 2", "spares = 2\nofficers = 3"));
    cannot(&union, &many, "3 officers, but only 2 have registered a key");
    // A board that is still forming.
    let first = union.officers[0].0.clone();
    let tellers: Vec<_> = (0..3).map(no).collect();
    good(first.post("/api/v1/boards", &json!({ "name": "B", "tellers": tellers, "threshold": 2 })));
    let forming = draft(&union, &YES_NO.replace("tellers = \"server\"", "tellers = \"B\""));
    cannot(&union, &forming, "still forming");
    // A deadline that has passed since.
    let late = draft(&union, &format!("closes = 2027-01-16T00:00:00\n{YES_NO}"));
    union.world.clock.advance(3 * 86_400);
    union.delegate = union.world.sign_in("200");
    cannot(&union, &late, "draft it again with another deadline");
    assert_eq!(keys(&union), Vec::<String>::new(), "no key is left of a ballot that was not frozen");
}

/// The names of the key files.
fn keys(union: &Union) -> Vec<String> {
    let Ok(folder) = fs::read_dir(union.world.files.folder.path().join("keys")) else { return Vec::new() };
    let mut names: Vec<_> = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn freezing_fixes_who_may_vote_and_makes_the_record_and_the_keys() {
    let mut union = Union::new(4);
    let board = union.board(2, 3);
    let ballot = union.freeze(&with_board());
    let shown = show(&union, &ballot.path);
    assert_eq!(shown["board"], BOARD);
    let one = &shown["boxes"][0];
    assert_eq!((&one["eligible"], &one["spares"], &one["height"]), (&json!(4), &json!(2), &json!(0)));
    assert_eq!(one["fingerprint"], ballot.election.fingerprint().to_string());
    assert!(ballot.election.description().contains(&board.fingerprint));
    let mut expected = [format!("{}.ballot", ballot.id), format!("{}.server", ballot.election.uuid())];
    expected.sort();
    assert_eq!(keys(&union), expected);
    let report = union.verify(&ballot);
    assert!(!report.complete);
    // What changes on the roll afterwards changes nothing here.
    let roll = "member_no,name,unit,standing,classification\n1001,Left,Office,gone,Teacher\n1999,New,Office,good,Teacher\n";
    good(union.officers[0].0.post("/api/v1/roll/imports", &json!({ "csv": roll })));
    assert_eq!(show(&union, &ballot.path)["boxes"][0]["eligible"], 4);
    let roll = good(union.observer.get(&format!("{}/roll", ballot.path))).json;
    assert!(!roll["csv"].as_str().unwrap().contains("1999"));
    let frozen: Vec<_> = deeds(&union).into_iter().filter(|(deed, _)| deed == "ballot_frozen").collect();
    assert_eq!(frozen.len(), 1);
    assert_eq!(frozen[0].1["boxes"][0]["election"], ballot.election.uuid().to_string());
}

#[test]
fn a_closed_ballot_is_cancelled_only_when_its_count_cannot_be_opened() {
    let mut union = Union::new(4);
    let board = union.board(2, 3);
    let ballot = union.open_with(&board, &with_board());
    let path = format!("{}/cancellation", ballot.path);
    let cancel = |union: &Union, lost: &[&str]| {
        union.delegate.post(&path, &json!({ "reason": "Tellers lost their keys", "lost_tellers": lost }))
    };
    cancel(&union, &["1001"]).is_problem(422, "invalid");
    good(union.order(&ballot, "closing"));
    cancel(&union, &[]).is_problem(409, "conflict");
    cancel(&union, &["1001"]).is_problem(409, "conflict");
    cancel(&union, &["1001", "1001"]).is_problem(409, "conflict");
    cancel(&union, &["1001", "9999"]).is_problem(422, "invalid");
    union
        .delegate
        .post(&path, &json!({ "reason": " ", "lost_tellers": ["1001", "1002"] }))
        .is_problem(422, "invalid");
    // Nobody is lost whose share is there.
    for teller in &board.tellers[..2] {
        good(union.state_closing(&ballot, teller));
    }
    good(union.decrypt(&ballot, &board.tellers[0]));
    cancel(&union, &["1001", "1003"]).is_problem(409, "conflict");
    good(union.by_two(cancel(&union, &["1002", "1003"])));
    assert_eq!(state(&union, &ballot.path), "cancelled");
    assert_eq!(keys(&union), Vec::<String>::new(), "nobody can open it any more");

    // Where the server opens the count alone, it does at once; a lost key is the only reason.
    let ballot = union.open(YES_NO);
    fs::remove_file(union.world.files.folder.path().join(format!("keys/{}.server", ballot.election.uuid())))
        .unwrap();
    good(union.order(&ballot, "closing"));
    assert_eq!(state(&union, &ballot.path), "closed");
    let path = format!("{}/cancellation", ballot.path);
    good(union.by_two(union.delegate.post(&path, &json!({ "reason": "The key is lost" }))));
}

#[test]
fn an_open_ballot_that_is_cancelled_says_why_and_joins_nobody_to_a_vote() {
    let mut union = Union::new(3);
    let ballot = union.open(YES_NO);
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    by_two(&union, &union.delegate, &ballot.path, "cancellation");
    let shown = good(union.world.anyone().get(&ballot.path)).json;
    assert_eq!((shown["state"].as_str(), shown["cast"].as_u64()), (Some("cancelled"), Some(1)));
    assert_eq!(keys(&union), Vec::<String>::new());
    let left = union.world.inside(async |app| {
        let prefix = ballot.id.clone();
        app.store
            .read("test", move |tx| {
                let ballot = tx.ballots_beginning(&prefix)?[0].ballot;
                let one = tx.boxes_of(ballot)?.remove(0);
                Ok::<_, store::Error>((tx.count_codes(ballot)?, tx.spares_of(one.id)?.len()))
            })
            .await
            .unwrap()
    });
    assert_eq!(left, ((0, 0), 0));
    let vote = union.seal(&ballot, &no(1), &yes());
    let member = union.member(&no(1));
    assert_eq!(ballot.cast(&member, &vote).status, 409);
}

#[test]
fn a_ballot_lives_through_restarts_between_all_its_steps() {
    let mut union = Union::new(4);
    let board = union.board(2, 3);
    let path = draft(&union, &with_board());
    union.restart();
    by_two(&union, &union.delegate, &path, "freezing");
    union.restart();
    let shown = show(&union, &path);
    let text = check_statement(shown["boxes"][0]["fingerprint"].as_str().unwrap(), &board.fingerprint);
    for teller in &board.tellers[..2] {
        let statement = teller.keys.sign_statement(CHECK, &text, &mut union.rng).to_text();
        let client = union.member(&teller.member_no);
        good(client.put(&format!("{path}/checks"), &json!({ "statement": statement })));
        union.restart();
    }
    good(union.delegate.get(&format!("{path}/codes")));
    union.restart();
    assert_eq!(order(&union.delegate, &path, "codes/confirmation").status, 204);
    assert_eq!(order(&union.delegate, &path, "opening").status, 204);
    union.restart();
    assert_eq!(order(&union.delegate, &path, "closing").status, 204);
    assert_eq!(state(&union, &path), "closed");
}

#[test]
fn a_backup_taken_while_a_ballot_is_open_says_so_in_its_name() {
    let mut union = Union::new(2);
    let (folder, out) = (union.world.files.folder.clone(), union.world.files.temp.path().join("copy.db"));
    let backup = |name: &str| {
        let made = store::backup(&folder, &out).unwrap();
        assert_eq!(made.file_name().unwrap(), name);
        assert!(made.is_file());
        fs::remove_file(made).unwrap();
    };
    backup("copy.db");
    let ballot = union.freeze(YES_NO);
    // The codes are there already, and whose they are.
    backup("copy.while-open.db");
    good(union.order(&ballot, "opening"));
    backup("copy.while-open.db");
    let taken = out.with_file_name("copy.while-open.db");
    fs::write(&taken, "kept").unwrap();
    assert!(matches!(store::backup(&folder, &out), Err(store::BackupError::Exists(_))));
    assert_eq!(fs::read(&taken).unwrap(), b"kept");
    good(union.order(&ballot, "closing"));
    backup("copy.db");
}

#[test]
fn check_names_keys_of_ballots_that_lack_and_keys_that_are_left() {
    let mut union = Union::new(2);
    let folder = union.world.files.folder.clone();
    let keys = folder.path().join("keys");
    let found = || {
        let checks = store::check(&folder).unwrap();
        let check = checks.into_iter().find(|check| check.name == "ballot_keys").unwrap();
        (check.ok, check.detail)
    };
    assert!(found().0);
    let ballot = union.freeze(YES_NO);
    assert_eq!(found(), (true, "the 2 keys of ballots under way are there, and no others".to_owned()));
    for name in [format!("{}.ballot", ballot.id), format!("{}.server", ballot.election.uuid())] {
        let kept = fs::read(keys.join(&name)).unwrap();
        fs::remove_file(keys.join(&name)).unwrap();
        let (ok, detail) = found();
        assert!(!ok && detail.contains(name.split('.').next().unwrap()), "{detail}");
        fs::write(keys.join(&name), kept).unwrap();
    }
    let left = "1111111111111a.ballot";
    fs::write(keys.join(left), "").unwrap();
    let (ok, detail) = found();
    assert!(!ok && detail.contains("1111111111111a"), "{detail}");
}

#[cfg(feature = "misbehave")]
#[test]
fn a_server_that_replaces_the_trustees_freezes_with_a_board_that_is_not_the_tellers() {
    use scrutineer_server::app::Misbehave;
    let mut union = Union::with(4, |settings| settings.misbehave = Some(Misbehave::ReplaceTrustees));
    let board = union.board(2, 3);
    let ballot = union.freeze(&with_board());
    assert!(!ballot.election.description().contains(&board.fingerprint));
    // The record is as good as any: who is on it is for the tellers to see.
    assert!(union.verify(&ballot).ok());
}
