//! Practice ballots: drafted with a flag, named everywhere, certified never.

use std::fs;

use scrutineer_ballot::description::Officers;
use scrutineer_ballot::signature::KeyFingerprint;
use scrutineer_cli::exit::Exit;
use scrutineer_protocol::ballot::{Ballot, Selection};
use scrutineer_protocol::credential::Credential;
use serde_json::{Value, json};

use crate::stub::{Stub, User, ok, scrutineer, session};
use crate::world::World;

/// A ballot of three members of whom one has voted, counted.
fn counted(officers: &[KeyFingerprint]) -> World {
    let mut world = World::new(None, officers);
    let code = Credential::from_text(&world.made.codes[0].code.credential()).expect("a code");
    let key = code.derive(world.made.election.uuid());
    let selections = [Selection::Answers(vec![0]), Selection::Answers(vec![1])];
    let vote = Ballot::seal(&world.made.election, &key, &selections, &mut world.rng).expect("a vote");
    world.cast(&vote.to_text());
    world.close();
    world.finish();
    world
}

#[test]
fn the_flag_goes_to_the_server_and_the_word_comes_back() {
    let mut world = World::new(None, &[]);
    world.shown.practice = true;
    let shown = serde_json::to_value(&world.shown).expect("JSON");
    let listed = json!({"ballots": [
        {"id": "abcdefgh", "title": "One", "practice": true, "state": "open", "opens": null, "closes": null},
        {"id": "efghabcd", "title": "Two", "practice": false, "state": "open", "opens": null, "closes": null},
    ]});
    let stub = Stub::start(move |asked| match asked.line.as_str() {
        "POST /api/v1/sessions" => ok(&session()),
        "POST /api/v1/ballots" => ok(&json!({"id": "abcdefgh"})),
        "GET /api/v1/ballots" => ok(&listed),
        _ => ok(&shown),
    });
    let user = User::of(&stub);
    user.sign_in();
    let file = user.file("ballot.toml", "title = \"One\"");
    user.json(&["ballot", "draft", &file, "--practice"], "");
    user.json(&["ballot", "draft", &file], "");
    let sent: Vec<Value> =
        stub.asked().iter().filter(|asked| asked.line.ends_with("/ballots")).map(|a| a.json()).collect();
    assert_eq!([&sent[0]["practice"], &sent[1]["practice"]], [&json!(true), &json!(false)]);
    let list = user.run(&["ballot", "list"], "").stdout;
    let lines: Vec<_> = list.lines().collect();
    assert!(lines[0].ends_with("PRACTICE: One") && lines[1].ends_with("  Two"), "{list}");
    let text = user.run(&["ballot", "show", "abcdefgh"], "").stdout;
    assert!(text.starts_with("PRACTICE: Work remotely only") && text.contains("never certified"), "{text}");
    assert_eq!(user.json(&["ballot", "show", "abcdefgh"], "")["practice"], true);
}

#[test]
fn verify_says_that_a_record_is_of_a_practice_ballot() {
    let home = tempfile::tempdir().expect("a folder");
    let check = |world: &World, more: &[&str]| {
        let path = home.path().join("record.bel");
        fs::write(&path, world.record()).expect("a file");
        fs::write(home.path().join("record.shares.json"), world.shares_file()).expect("a file");
        let path = path.display().to_string();
        scrutineer(&[&["scrutineer", "verify", &path], more].concat(), "")
    };
    let practice = counted(&Officers::nobody().keys);
    let text = check(&practice, &[]);
    assert_eq!(text.exit, Exit::Yes);
    assert!(
        text.stdout.contains("PRACTICE: Work remotely only")
            && text.stdout.contains("This was a PRACTICE ballot.")
    );
    let document = check(&practice, &["--json"]).json();
    let practice_check = |document: &Value| {
        let checks = document["checks"].as_array().expect("checks");
        checks.iter().find(|check| check["name"] == "practice").cloned()
    };
    assert_eq!(practice_check(&document).expect("the check")["level"], "warning");

    // "practice" in small letters is one of the words that fingerprints are made of.
    let real = counted(&[]);
    let document = check(&real, &["--json"]).json();
    assert!(practice_check(&document).is_none(), "{document}");
    assert!(!document.to_string().contains("PRACTICE"), "{document}");
    assert!(!check(&real, &[]).stdout.contains("PRACTICE"));

    // A certificate beside the record of a practice ballot never holds, whoever made it.
    let folder = home.path().join("certificate");
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("certificate.json"), real.certificate()).expect("a file");
    fs::write(folder.join("shares.json"), practice.shares_file()).expect("a file");
    let folder = folder.display().to_string();
    let with = check(&practice, &["--certificate", &folder, "--json"]);
    assert_eq!(with.exit, Exit::No);
    let checks = with.json()["checks"].clone();
    let failed = |name: &str, part: &str| {
        let found = checks.as_array().expect("checks").iter();
        found
            .filter(|check| check["name"] == name && check["level"] == "fail")
            .any(|check| check["detail"].as_str().is_some_and(|detail| detail.contains(part)))
    };
    assert!(failed("certificate-record", "practice ballot"), "{checks}");
    assert!(failed("certificate-signatures", "0 of the 1"), "{checks}");
}
