//! The audit log of a whole ballot: read in words, downloaded, and checked by strangers.

use std::fs;

use scrutineer_cli::exit::Exit;
use scrutineer_protocol::hash::HexHash;
use scrutineer_tests::person::offline;
use scrutineer_tests::union::path;
use serde_json::{Value, json};

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
    // The certificate names an entry, which stands in this log and not yet in the early one.
    let (_, certificate) = world.download(&ballot.id, "certified").unwrap();
    let against = |log: &std::path::Path| {
        offline(&["audit", "verify", &path(log), "--certificate", &path(&certificate)])
    };
    against(&log).yes().unwrap();
    against(&early).no().unwrap();
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

#[test]
fn observers_read_who_voted_and_check_the_roll_against_the_record() {
    let world = world(10);
    let ballot = open_ballot(&world);
    let observer = world.observer();
    let roll = observer.file("roll.csv");
    let checked = observer.run(&["roll", "check", &ballot.id, "--out", &path(&roll)]).yes().unwrap();
    let one = &checked["boxes"][0];
    assert_eq!((&checked["ok"], &one["members"], &one["hash"]), (&json!(true), &json!(10), &one["recorded"]));
    // What stock tools compute: the salt's bytes, then the file's.
    let mut bytes = hex::decode(one["salt"].as_str().unwrap()).unwrap();
    bytes.extend(fs::read(&roll).unwrap());
    assert_eq!(one["recorded"], HexHash::of(&bytes).to_string());
    assert_eq!(observer.run(&["participation", &ballot.id]).refusal().unwrap(), "conflict");
    let [officer, other] = world.officers();
    ballot.vote(officer, &["--answer", "1=Yes"]).unwrap().yes().unwrap();
    ballot.vote(other, &["--answer", "1=No"]).unwrap().yes().unwrap();
    world.close(&ballot.id).unwrap();
    let list = observer.file("voted.csv");
    let voted = observer.run(&["participation", &ballot.id, "--out", &path(&list)]).yes().unwrap();
    assert_eq!((&voted["cast"], &voted["eligible"]), (&json!(2), &json!(10)));
    let mut numbers: Vec<_> =
        voted["voted"].as_array().unwrap().iter().map(|one| one["member_no"].as_str().unwrap()).collect();
    numbers.sort_unstable();
    let mut expected = [officer.member_no.as_str(), other.member_no.as_str()];
    expected.sort_unstable();
    assert_eq!(numbers, expected);
    assert_eq!(fs::read_to_string(&list).unwrap().lines().count(), 3);
    // Against a record that was downloaded, and against somebody else's.
    let (record, _) = world.download(&ballot.id, "record").unwrap();
    observer.run(&["roll", "check", &ballot.id, "--record", &path(&record)]).yes().unwrap();
    let another = open_ballot(&world);
    let said = observer.run(&["roll", "check", &another.id, "--record", &path(&record)]);
    assert!(said.exit == Exit::Error && said.err.contains("another ballot or box"), "{}", said.err);
    // The roll has changed since: the server's database is wrong, and it shows.
    let database = rusqlite::Connection::open(world.data().join("scrutineer.db")).unwrap();
    let changed = database
        .execute("UPDATE roll_entry SET name = name || ' Jr' WHERE member_no = ?1", [&officer.member_no]);
    assert!(changed.unwrap() > 0);
    for more in [&[][..], &["--record", &path(&record)]] {
        let found = observer.run(&[&["roll", "check", &ballot.id], more].concat()).no().unwrap();
        assert!(found["boxes"][0]["detail"].as_str().unwrap().contains("NOT the one"), "{found}");
    }
}
