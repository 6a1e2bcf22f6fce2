//! Ballots that are counted in several boxes, as files: rehearsed, verified together, and with one lacking, twice or strange.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::LazyLock;

use serde_json::{Value, json};
use tempfile::TempDir;

const FILE: &str = r#"
title        = "One agreement for all schools"
time_zone    = "America/Chicago"
contact      = "Election committee"
tellers      = "Election committee"
spares       = 6
smallest_box = 10
[boxes]
"North side" = ["Acorn", "Birch"]
"South side" = ["Cedar"]
[[question]]
text    = "Shall the agreement be accepted?"
answers = ["Yes", "No"]
passes  = "each unit: Yes > half of valid"
[[question]]
text    = "Shall dues stay as they are?"
answers = ["Yes", "No"]
passes  = "Yes > half of valid"
"#;

/// How the program ended and what it wrote.
struct Ran {
    code: u8,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("{}{}", self.stdout, self.stderr))
    }

    /// The details of the checks on boxes and certificate of this name and level.
    fn found(&self, name: &str, level: &str) -> Vec<String> {
        let document = self.json();
        let lists = [&document["checks"], &document["certificate"]["checks"]];
        let checks = lists.into_iter().filter_map(Value::as_array).flatten();
        let found = checks.filter(|check| check["name"] == name && check["level"] == level);
        found.map(|check| check["detail"].as_str().expect("a text").to_owned()).collect()
    }
}

fn run(args: &[&str]) -> Ran {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let args = [&["scrutineer"], args].concat();
    let exit = scrutineer_cli::run(args, &mut io::empty(), &mut stdout, &mut stderr);
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: exit.code(), stdout: text(stdout), stderr: text(stderr) }
}

/// A rehearsed vote in two boxes, of 40 and of 20 members.
struct Vote {
    folder: TempDir,
    document: Value,
    records: Vec<String>,
}

fn rehearse(seed: &str) -> Vote {
    // Shared by all tests, so that the process leaves it behind: here it is in nobody's way.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let (file, out) = (folder.path().join("ballot.toml"), folder.path().join("out"));
    fs::write(&file, FILE).expect("a file");
    let (file, out) = (file.display().to_string(), out.display().to_string());
    let args = [
        "rehearse",
        &file,
        "--voters",
        "60",
        "--split",
        "Yes=60,No=40",
        "--seed",
        seed,
        "--out",
        &out,
        "--json",
    ];
    let ran = run(&args);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = ran.json();
    let boxes = document["boxes"].as_array().expect("boxes");
    let records = boxes.iter().map(|one| one["record"].as_str().expect("a path").to_owned()).collect();
    Vote { folder, document, records }
}

static VOTE: LazyLock<Vote> = LazyLock::new(|| rehearse("1"));
static OTHER: LazyLock<Vote> = LazyLock::new(|| rehearse("2"));

impl Vote {
    fn certificate(&self) -> String {
        self.folder.path().join("out/certificate").display().to_string()
    }
}

fn verify(records: &[&str], certificate: Option<&str>) -> Ran {
    let mut args = [&["verify", "--json"], records].concat();
    args.extend(certificate.into_iter().flat_map(|folder| ["--certificate", folder]));
    run(&args)
}

#[test]
fn all_boxes_are_verified_and_decided_together() {
    let (vote, certificate) = (&*VOTE, VOTE.certificate());
    let boxes: Vec<_> =
        vote.document["boxes"].as_array().expect("boxes").iter().map(|one| &one["box"]).collect();
    assert_eq!(boxes, ["North side", "South side"]);
    let records: Vec<&str> = vote.records.iter().map(String::as_str).collect();
    let reversed: Vec<&str> = records.iter().rev().copied().collect();
    for records in [&records, &reversed] {
        let ran = verify(records, Some(&certificate));
        let document = ran.json();
        assert_eq!(
            (ran.code, &document["ok"], &document["complete"]),
            (0, &json!(true), &json!(true)),
            "{document}"
        );
        assert_eq!(
            (&document["eligible"], &document["votes"], &document["spares"], &document["voters"]),
            (&json!(60), &json!(60), &json!(6), &json!(66))
        );
        assert_eq!(document["ballot"]["boxes"], json!(2));
        assert_eq!(document["counts"][0]["answers"][0]["votes"], json!(36));
        assert_eq!(ran.found("boxes", "ok").len(), 1);
        assert_eq!(ran.found("certificate-record", "ok").len(), 1);
        assert_eq!(document["ballots"][0]["decisions"], document["decisions"]);
        for one in document["records"].as_array().expect("records") {
            assert_eq!(
                (&one["ok"], one.get("decisions")),
                (&json!(true), None),
                "a box decides nothing by itself"
            );
        }
    }
    // What all of them decide is what `decide` says of their counts.
    let document = verify(&records, None).json();
    let mut args = vec!["decide".to_owned(), "--json".to_owned(), "--rule".to_owned()];
    args.push("each unit: Yes > half of valid".to_owned());
    for one in document["records"].as_array().expect("records") {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        args.extend([
            "--unit".to_owned(),
            text(&one["box"]),
            "--eligible".to_owned(),
            text(&one["eligible"]),
        ]);
        for answer in one["counts"][0]["answers"].as_array().expect("answers") {
            args.extend(["--count".to_owned(), format!("{}={}", text(&answer["answer"]), answer["votes"])]);
        }
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let decided = run(&args);
    assert_eq!((decided.code, &decided.json()), (0, &document["decisions"][0]));
    assert_eq!(document["decisions"][1]["conditions"][0].get("unit"), None);

    let told = run(&[&["verify"], &records[..], &["--certificate", &certificate]].concat());
    for part in [
        "2 of 2 boxes",
        "60 of 60 eligible members voted",
        "In North side: ",
        "All 2 records and their certificate verify.",
    ] {
        assert!(told.stdout.contains(part), "{part}: {}", told.stdout);
    }
    assert!(!vote.folder.path().join("out/certificate/shares.json").exists());
}

#[test]
fn a_box_that_lacks_keeps_all_from_being_decided() {
    let [first, second] = &VOTE.records[..] else { panic!("two records") };
    let certificate = VOTE.certificate();
    // Alone it is right, and says that it is not all.
    for record in [first, second] {
        let ran = verify(&[record], None);
        let document = ran.json();
        assert_eq!((ran.code, &document["complete"], document.get("decisions")), (0, &json!(true), None));
        assert!(ran.found("decisions", "ok")[0].contains("one of 2"), "{document}");
        let ran = verify(&[record], Some(&certificate));
        assert_eq!(ran.code, 1);
        assert!(ran.found("certificate-record", "fail")[0].contains("was not among those that were checked"));
    }
    // With a record of something else beside it.
    let stranger = &OTHER.records[0];
    let ran = verify(&[first, stranger], None);
    let document = ran.json();
    assert_eq!((ran.code, document.get("decisions")), (0, None));
    for ballot in document["ballots"].as_array().expect("ballots") {
        assert_eq!((&ballot["complete"], ballot.get("decisions")), (&json!(false), None));
        let [check] = &ballot["checks"].as_array().expect("checks")[..] else { panic!("{ballot}") };
        assert_eq!(check["level"], "warning");
        assert!(check["detail"].as_str().expect("a text").contains("1 of the ballot's 2 boxes are here"));
    }
}

#[test]
fn a_record_twice_or_of_another_ballot_is_refused() {
    let [first, second] = &VOTE.records[..] else { panic!("two records") };
    let certificate = VOTE.certificate();
    for (records, with_certificate) in [
        (vec![first, first], false),
        (vec![first, second, second], false),
        (vec![first, second, second], true),
    ] {
        let records: Vec<&str> = records.into_iter().map(String::as_str).collect();
        let ran = verify(&records, with_certificate.then_some(certificate.as_str()));
        assert_eq!((ran.code, ran.json()["ok"].clone()), (1, json!(false)));
        assert!(ran.found("boxes", "fail")[0].contains("is there twice"), "{}", ran.stdout);
        assert_eq!(ran.json().get("decisions"), None);
        let told = run(&[&["verify"], &records[..]].concat());
        assert!(told.stdout.contains("do NOT verify together"), "{}", told.stdout);
    }
    let stranger = &OTHER.records[1];
    let ran = verify(&[first, stranger], Some(&certificate));
    assert_eq!(ran.code, 1);
    let found = ran.found("certificate-record", "fail");
    for part in ["none of those on the certificate", "was not among those that were checked"] {
        assert!(found.iter().any(|sentence| sentence.contains(part)), "{part}: {found:?}");
    }
    let ran = verify(&[first, second, stranger], Some(&certificate));
    assert_eq!((ran.code, ran.json()["ok"].clone()), (1, json!(false)));
}

#[test]
fn units_that_are_too_small_are_not_rehearsed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ballot.toml");
    fs::write(&file, FILE.replace("smallest_box = 10", "")).expect("a file");
    let roll: String =
        (0..30).map(|i| format!("{i},A,{},good\n", ["Acorn", "Birch", "Cedar"][i % 3])).collect();
    let (roll_file, out): (PathBuf, PathBuf) = (folder.path().join("roll.csv"), folder.path().join("out"));
    fs::write(&roll_file, format!("member_no,name,unit,standing\n{roll}")).expect("a file");
    let text = |path: &PathBuf| path.display().to_string();
    let args = ["rehearse", &text(&file), "--roll", &text(&roll_file), "--out", &text(&out)];
    let ran = run(&args);
    assert_eq!((ran.code, out.exists()), (2, false));
    for part in ["fewer than 20 members", "\"South side\" (10)", "[\"Acorn\", \"Birch\", \"Cedar\"]"] {
        assert!(ran.stderr.contains(part), "{}", ran.stderr);
    }
}
