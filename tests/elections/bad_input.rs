//! Files that cannot be taken: each gets a sentence, and nothing is changed.

use std::fs;

use scrutineer_tests::union::ballot::{YES_NO, file};
use scrutineer_tests::union::path;

use crate::world;

#[test]
fn rolls_with_mistakes_change_nothing() {
    let world = world(10);
    let officer = world.officers()[0];
    let before = officer.run(&["role", "list"]).yes().unwrap();
    let bad = world.file("bad.csv");
    for (csv, what) in [
        (&b"member_no,name,unit\n1,A,B\n"[..], "standing"),
        (b"member_no,name,unit,standing\n1,A,B,good\n1,C,D,good\n", "already stands on line 2"),
        (b"member_no,name,unit,standing,email\n1,A,B,good,nobody\n", "e-mail"),
        (b"member_no,name,unit,standing\n1,,B,good\n", "Name"),
        (
            b"member_no,name,unit,standing\n1,Ren\xc3\xa9 Zo\xc3\xab,B,good\n2,Ren\xe9,B,good\n",
            "could not read",
        ),
        (b"member_no,name,unit,standing\n", "no member"),
        (b"", "empty"),
    ] {
        fs::write(&bad, csv).unwrap();
        let said = officer.run(&["roll", "import", &path(&bad)]);
        assert_eq!(said.clone().refusal().unwrap(), "roll_refused", "{what}");
        assert!(said.err.contains(what), "{what}: {}", said.err);
    }
    assert_eq!(officer.run(&["role", "list"]).yes().unwrap(), before);
    let same = officer.run(&["roll", "import", "--dry-run", &path(&world.file("roll.csv"))]).yes().unwrap();
    assert_eq!(same["unchanged"], 10, "{same}");
}

#[test]
fn ballot_files_with_mistakes_make_no_draft() {
    let world = world(10);
    let bad = world.file("bad.toml");
    let good = file("server", &[YES_NO]);
    let with = |line: &str| format!("{line}\n{good}");
    let question = |text: &str| file("server", &[text]);
    for (toml, what) in [
        (with("colour = \"red\""), "colour"),
        (question("text = \"Q\"\nanswers = [\"Yes\", \"No\"]\npasses = \"Aye > half of valid\""), "Aye"),
        (with("opens = 2100-01-02T00:00:00\ncloses = 2100-01-01T00:00:00"), "close"),
        (with("closes = 2021-01-23T23:59:00"), "past"),
        (with("closes = 2100-03-14T02:30:00"), "02:30"),
        (with("closes = 2100-11-07T01:30:00"), "twice"),
        (good.replace("America/Chicago", "America/Springfield"), "Springfield"),
        (question("text = \"Q\"\nanswers = [\"Yes\"]"), "answer"),
        (question("text = \"Q\"\nanswers = [\"Yes\", \"Yes\"]"), "Yes"),
        (file("Nobody's board", &[YES_NO]), "Nobody's board"),
        (String::new(), "title"),
        ("title = ".to_owned(), "line 1"),
    ] {
        fs::write(&bad, &toml).unwrap();
        let said = world.delegate().run(&["ballot", "draft", &path(&bad)]);
        let sentence = said.clone().error().unwrap();
        assert!(said.err.contains(what), "{what}: {}", said.err);
        assert!(!sentence.is_empty());
    }
    fs::write(&bad, [0xff, 0xfe, 0x00]).unwrap();
    assert!(world.delegate().run(&["ballot", "draft", &path(&bad)]).error().unwrap().contains("UTF-8"));
    let list = world.delegate().run(&["ballot", "list"]).yes().unwrap();
    assert_eq!(list["ballots"].as_array().unwrap().len(), 0, "{list}");
}
