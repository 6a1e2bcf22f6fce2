//! Rehearsed records, as the stock tool sees them.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::tool;

const BOARD: &str = r#"
title     = "Work remotely only"
opens     = 2021-01-21T09:00:00
closes    = 2021-01-23T23:59:00
time_zone = "America/Chicago"
contact   = "Election committee"
tellers   = "Election committee"
[[question]]
text    = "Shall all members work remotely only?"
answers = ["Yes", "No"]
passes  = "Yes >= 60% of eligible"
"#;

const BLANK: &str = r#"
title     = "A vote that the server counts"
time_zone = "UTC"
contact   = "Office"
tellers   = "server"
codes     = "registrar"
spares    = 0
officers  = 1
[[question]]
text    = "Agreed?"
answers = ["Agreed", "Not agreed", "Later"]
blank   = true
"#;

const SEVERAL: &str = r#"
title       = "Three \"quoted\" questions – ünïcödé ✓ \\ slash / </script>"
description = """
First	line with a tab, "quotes", 'apostrophes' and a \\.

Third line: 日本語 🗳️ \u20ac"""
time_zone   = "Europe/Berlin"
contact     = "Büro"
tellers     = "Tellers of \"rival\" slates ✓"
[[question]]
text    = "Which?\nOn two lines, \"quoted\""
answers = ["Yes, \"now\"", "No = never", "日本語", "a\\b", "e\u0301"]
choose  = { min = 0, max = 5 }
passes  = "\"No = never\" > half of cast"
[[question]]
text    = "Which two or three?"
answers = ["A", "B", "C", "D", "E"]
choose  = { min = 2, max = 3 }
blank   = true
[[question]]
text    = "Agreed?"
answers = ["Ja", "Nein"]
blank   = true
passes  = "rule:majority"
yes     = "Ja"
no      = "Nein"
"#;

/// Rehearses a ballot and gives its record with its election's uuid.
fn rehearsed(folder: &Path, file: &str, flags: &[&str]) -> (Vec<u8>, String) {
    let document = rehearse(folder, file, flags);
    let record = fs::read(document["record"].as_str().expect("a path")).expect("a record");
    (record, document["verify"]["election"]["uuid"].as_str().expect("a text").to_owned())
}

/// Rehearses a ballot and gives what is said about it.
fn rehearse(folder: &Path, file: &str, flags: &[&str]) -> Value {
    let (ballot, out) = (folder.join("ballot.toml"), folder.join("out"));
    fs::write(&ballot, file).expect("a file");
    let (ballot, out) = (ballot.display().to_string(), out.display().to_string());
    let args = [&["scrutineer", "rehearse", &ballot, "--out", &out, "--json"], flags].concat();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let exit = scrutineer_cli::run(args, &mut std::io::empty(), &mut stdout, &mut stderr);
    assert_eq!(exit.code(), 0, "{}", String::from_utf8_lossy(&stderr));
    serde_json::from_slice(&stdout).expect("JSON")
}

#[test]
fn rehearsed_records_are_accepted() {
    let cases: [(&str, &[&str]); 6] = [
        (BOARD, &["--voters", "60", "--turnout", "86", "--split", "Yes=71,No=29"]),
        (BOARD, &["--voters", "1"]),
        (BOARD, &["--voters", "9", "--turnout", "0"]),
        (BLANK, &["--voters", "12", "--split", "blank=50,Later=50"]),
        (BLANK, &["--voters", "3", "--turnout", "0"]),
        (SEVERAL, &["--voters", "30", "--turnout", "90", "--seed", "2"]),
    ];
    for (file, flags) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        let (record, uuid) = rehearsed(folder.path(), file, flags);
        tool::verifies(&record, &uuid).unwrap_or_else(|said| panic!("{flags:?}: {said}"));
    }
}

#[test]
fn every_record_of_a_ballot_in_boxes_is_accepted() {
    let folder = tempfile::tempdir().expect("a folder");
    let each = BOARD.replace("Yes >= 60% of eligible", "each unit: Yes > half of valid");
    let each = each.replace("[[question]]", "smallest_box = 10\n[[question]]");
    let document = rehearse(folder.path(), &each, &["--voters", "60", "--turnout", "80"]);
    let boxes = document["boxes"].as_array().expect("boxes");
    assert_eq!(boxes.len(), 3);
    for one in boxes {
        let path = Path::new(one["record"].as_str().expect("a path"));
        let uuid = path.file_stem().and_then(|name| name.to_str()).expect("a name");
        tool::verifies(&fs::read(path).expect("a record"), uuid)
            .unwrap_or_else(|said| panic!("{one}: {said}"));
    }
}

#[test]
fn a_record_with_another_result_is_accepted_by_neither() {
    let folder = tempfile::tempdir().expect("a folder");
    let (record, uuid) = rehearsed(folder.path(), BOARD, &["--voters", "5", "--split", "Yes=60,No=40"]);
    let result = br#"{"result":[[3,2]]}"#;
    let place = record.windows(result.len()).position(|bytes| bytes == result).expect("the result");
    let mut changed = record;
    changed[place + 12] = b'4';
    tool::verifies(&changed, &uuid).expect_err("another result");
    let path = folder.path().join("changed.bel");
    fs::write(&path, changed).expect("a file");
    let args = ["scrutineer".into(), "verify".into(), path.into_os_string()];
    let exit = scrutineer_cli::run(args, &mut std::io::empty(), &mut Vec::new(), &mut Vec::new());
    assert_eq!(exit.code(), 1);
}
