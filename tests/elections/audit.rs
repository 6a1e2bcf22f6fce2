//! The audit log of a whole ballot: read in words, downloaded, and checked by strangers.

use std::fs;

use scrutineer_cli::exit::Exit;
use scrutineer_tests::person::offline;
use scrutineer_tests::union::path;
use serde_json::Value;

use crate::{open_ballot, world};

#[test]
fn the_log_of_a_ballot_is_read_in_words_and_checked_by_strangers() {
    let world = world(10);
    let ballot = open_ballot(&world);
    let observer = world.observer();
    let early = observer.file("early.log");
    observer.run(&["audit", "export", "--out", &path(&early)]).yes().unwrap();
    let [officer, other] = world.officers();
    ballot.vote(officer, &["--answer", "1=Yes"]).unwrap().yes().unwrap();
    ballot.vote(other, &["--answer", "1=No"]).unwrap().yes().unwrap();
    world.close(&ballot.id).unwrap();
    for officer in world.officers() {
        world.certify(officer, &ballot.id).yes().unwrap();
    }
    let log = observer.file("audit.log");
    observer.run(&["audit", "export", "--out", &path(&log)]).yes().unwrap();
    let checked =
        offline(&["audit", "verify", &path(&log), "--earlier", &path(&early), "--list"]).yes().unwrap();
    let said = |list: &Value| -> Vec<String> {
        let entries = list.as_array().unwrap().iter();
        entries.map(|entry| entry["sentence"].as_str().unwrap().to_owned()).collect()
    };
    let everything = said(&checked["list"]);
    // No entry is beyond words, or lacks what its words need.
    for sentence in &everything {
        assert!(!sentence.contains("no words for") && !sentence.contains("(not stated)"), "{sentence}");
    }
    let short = &ballot.id[..8];
    assert!(
        everything.contains(&format!(
            "The server put the result of ballot {short} on the record: 2 votes in box \u{201c}all\u{201d}."
        )),
        "{everything:#?}"
    );
    // Of the two who voted, and when, it says nothing.
    assert!(
        !everything.iter().any(|sentence| sentence.contains("voted for") || sentence.contains("cast a vote"))
    );
    let about = observer.run(&["audit", "show", "--ballot", &ballot.id]).yes().unwrap();
    let about = said(&about["entries"]);
    assert!(about.iter().all(|sentence| sentence.contains(short)), "{about:#?}");
    assert!(about.len() >= 8 && about.iter().all(|sentence| everything.contains(sentence)), "{about:#?}");

    // Every entry in turn is changed, and every one shows.
    let text = fs::read_to_string(&log).unwrap();
    let bad = observer.file("bad.log");
    for line in 1..text.lines().count() {
        let mut lines: Vec<_> = text.lines().map(ToOwned::to_owned).collect();
        let mut entry: Value = serde_json::from_str(&lines[line]).unwrap();
        entry["at"] = (entry["at"].as_i64().unwrap() + 1).into();
        lines[line] = entry.to_string();
        fs::write(&bad, lines.join("\n") + "\n").unwrap();
        let found = offline(&["audit", "verify", &path(&bad)]).no().unwrap();
        assert_eq!(found["first_wrong"]["seq"], line, "{found}");
    }
    // Members read neither.
    let member = world.stranger().run(&["audit", "export"]);
    assert_eq!(member.exit, Exit::Error);
}
