//! `scrutineer verify` as a program: exit codes, the JSON document, what people read.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use scrutineer_protocol::archive;
use serde_json::{Value, json};

const YES_NO: &str = "e01-yesno/JK2ETMVQiD2SbR.bel";
const OPEN: &str = "e01-yesno/open/JK2ETMVQiD2SbR.bel";
const RANKING: &str = "e05-ranking/dvXcRVejrtqfBE.bel";

/// How the program ended and what it wrote.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "one document: {}", self.stdout);
        serde_json::from_str(&self.stdout).expect("stdout is JSON")
    }
}

fn verify(args: &[&Path]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_scrutineer"))
        .arg("verify")
        .args(args)
        .output()
        .expect("the program starts");
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

fn record(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/tests/data/elections").join(name)
}

fn json_flag() -> &'static Path {
    Path::new("--json")
}

/// A file in a fresh directory.
fn written(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join(name);
    fs::write(&path, bytes).expect("a file");
    (directory, path)
}

#[test]
fn a_right_record_gives_its_counts() {
    let expected = fs::read(record("e01-yesno/expected.json")).expect("a file");
    let expected: Value = serde_json::from_slice(&expected).expect("JSON");
    let ran = verify(&[&record(YES_NO), json_flag()]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let document = ran.json();
    let keys: Vec<&String> = document.as_object().expect("an object").keys().collect();
    let wanted = ["ok", "complete", "election", "voters", "votes", "replaced", "counts", "checks"];
    assert_eq!(
        {
            let mut keys = keys;
            keys.sort();
            keys
        },
        {
            let mut wanted = wanted;
            wanted.sort_unstable();
            wanted
        }
    );
    assert_eq!((&document["ok"], &document["complete"]), (&json!(true), &json!(true)));
    assert_eq!(document["election"]["uuid"], expected["uuid"]);
    assert_eq!(document["election"]["hash"], expected["election_fingerprint"]);
    assert_eq!(document["votes"], expected["voters_who_voted"]);
    let counts: Vec<&Value> = document["counts"][0]["answers"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|answer| &answer["votes"])
        .collect();
    assert_eq!(json!([counts]), expected["result"]);
    for check in document["checks"].as_array().expect("a list") {
        assert!(check["detail"].as_str().is_some_and(|text| !text.is_empty()));
        // There is no side file beside this record.
        let level = if check["name"] == "shares" { "warning" } else { "ok" };
        assert_eq!(check["level"], level, "{check}");
    }

    let text = verify(&[&record(YES_NO)]);
    assert_eq!(text.code, Some(0));
    assert!(text.stdout.ends_with("This record verifies, with the warnings above.\n"), "{}", text.stdout);
    for name in ["container", "chain", "ballots", "tally", "decryptions", "result"] {
        assert!(
            text.stdout.lines().any(|l| l.starts_with("  ok") && l.contains(name)),
            "{name}: {}",
            text.stdout
        );
    }
}

#[test]
fn a_record_under_way_has_no_counts() {
    let ran = verify(&[&record(OPEN), json_flag()]);
    assert_eq!(ran.code, Some(0));
    let document = ran.json();
    assert_eq!((&document["ok"], &document["complete"]), (&json!(true), &json!(false)));
    assert!(document.get("counts").is_none());
    assert!(
        verify(&[&record(OPEN)]).stdout.ends_with("This record is right so far; it has no result yet.\n")
    );
}

#[test]
fn a_wrong_record_is_a_clean_no() {
    let mut bytes = fs::read(record(YES_NO)).expect("a file");
    bytes.truncate(bytes.len() - 512);
    let (_directory, path) = written("cut.bel", &bytes);
    let ran = verify(&[&path, json_flag()]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""));
    let document = ran.json();
    assert_eq!(document["ok"], json!(false));
    assert!(document.get("counts").is_none());
    let checks = document["checks"].as_array().expect("a list");
    assert!(checks.iter().any(|check| check["name"] == "container" && check["level"] == "fail"));
    let text = verify(&[&path]);
    assert_eq!(text.code, Some(1));
    assert!(text.stdout.contains("FAIL     container"), "{}", text.stdout);
    assert!(text.stdout.ends_with("This record does NOT verify.\n"));
}

#[test]
fn what_cannot_be_checked_is_an_error() {
    let (_directory, empty) = written("empty.bel", b"");
    let (_other, prose) = written("letter.bel", &b"Dear members, ".repeat(100));
    let missing = Path::new("missing.bel");
    for (path, expected) in [
        (record(RANKING).as_path(), "not supported"),
        (&empty, "empty"),
        (&prose, "not a record"),
        (missing, "cannot be opened"),
    ] {
        let ran = verify(&[path]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{}", ran.stderr);
        assert!(ran.stderr.starts_with("scrutineer: ") && ran.stderr.contains(expected), "{}", ran.stderr);
        let document = verify(&[path, json_flag()]).json();
        assert!(document["error"]["message"].as_str().is_some_and(|message| message.contains(expected)));
    }
}

#[test]
fn several_records_are_one_document() {
    let (_directory, empty) = written("empty.bel", b"");
    let good = record(YES_NO);
    let ran = verify(&[&good, &record("e02-homomorphic/K6Lw6WbS3fgaD4.bel"), json_flag()]);
    assert_eq!(ran.code, Some(0));
    let document = ran.json();
    assert_eq!(document["ok"], json!(true));
    let alone = verify(&[&good, json_flag()]).json();
    let mut first = document["records"][0].clone();
    assert_eq!(first["file"], json!(good.display().to_string()));
    first.as_object_mut().expect("an object").remove("file");
    assert_eq!(first, alone);

    let ran = verify(&[&good, &empty, json_flag()]);
    assert_eq!(ran.code, Some(2));
    let document = ran.json();
    assert_eq!(document["ok"], json!(false));
    assert_eq!(document["records"][0]["ok"], json!(true));
    assert!(document["records"][1]["error"]["message"].is_string());
    assert!(verify(&[&good, &good]).stdout.ends_with("All 2 records verify.\n"));
}

#[test]
fn a_file_of_shares_beside_the_record_is_checked() {
    let bytes = fs::read(record(YES_NO)).expect("a file");
    for (name, shares) in [
        ("JK2ETMVQiD2SbR.bel", "JK2ETMVQiD2SbR.shares.json"),
        ("copy.bel", "copy.shares.json"),
        ("copy.bel", "JK2ETMVQiD2SbR.shares.json"),
    ] {
        let (directory, path) = written(name, &bytes);
        fs::write(directory.path().join(shares), b"{}").expect("a file");
        let ran = verify(&[&path, json_flag()]);
        assert_eq!(ran.code, Some(1), "{name} {shares}");
        let checks = ran.json()["checks"].as_array().expect("a list").clone();
        assert!(checks.iter().any(|check| check["name"] == "shares" && check["level"] == "fail"));
    }
}

#[test]
fn an_older_copy_must_be_the_beginning() {
    let older = Path::new("--older");
    let ran = verify(&[&record(YES_NO), older, &record(OPEN), json_flag()]);
    assert_eq!(ran.code, Some(0));
    let level = |document: &Value| {
        let checks = document["checks"].as_array().expect("a list");
        let check = checks.iter().find(|check| check["name"] == "older-copy").expect("the check");
        check["level"].clone()
    };
    assert_eq!(level(&ran.json()), "ok");
    let ran = verify(&[&record(OPEN), older, &record(YES_NO), json_flag()]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(level(&ran.json()), "fail");
    let ran = verify(&[&record(YES_NO), &record(YES_NO), older, &record(OPEN)]);
    assert_eq!(ran.code, Some(2));
}

/// A record on which a vote of a gigabyte is announced. The zeros take no room on the disk.
fn with_a_gigabyte(folder: &Path) -> PathBuf {
    let mut bytes = fs::read(record(OPEN)).expect("a file");
    let size = bytes.len() as u64;
    // The first member carries the time that the header must carry too.
    let time = std::str::from_utf8(&bytes[136..147]).expect("digits");
    let time = u64::from_str_radix(time, 8).expect("octal digits");
    let time = archive::Timestamp::new(time).expect("a time");
    let mut header = archive::record(archive::Kind::Data, b"x", time).expect("a record");
    header.truncate(archive::BLOCK);
    header[124..135].copy_from_slice(format!("{:011o}", 1 << 30).as_bytes());
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    bytes.extend(header);
    let path = folder.join("large.bel");
    fs::write(&path, &bytes).expect("a file");
    let file = fs::File::options().write(true).open(&path).expect("a file");
    file.set_len(size + 512 + (1 << 30)).expect("a sparse file");
    path
}

#[test]
fn a_vote_of_a_gigabyte_is_told_of_by_every_command_that_reads_a_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let large = with_a_gigabyte(folder.path());
    let ran = verify(&[&large]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stdout.contains("has 1073741824 bytes, more than the 16777216 that are read"),
        "{}",
        ran.stdout
    );

    // As an older copy it only has to be read as far as the newer one goes, and the other way round.
    let ran = verify(&[&record(OPEN), Path::new("--older"), &large]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("where this record ends: something was taken away"), "{}", ran.stdout);
    let ran = verify(&[&large, Path::new("--older"), &record(OPEN)]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("is the beginning of this record"), "{}", ran.stdout);

    let receipt = folder.path().join("receipt.json");
    let (tracker, event) = ("A".repeat(43), "0".repeat(64));
    let said = json!({"tracker": tracker, "election": "JK2ETMVQiD2SbR", "height": 1, "event": event, "signature": ""});
    fs::write(&receipt, said.to_string()).expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_scrutineer"))
        .args([Path::new("receipt"), Path::new("--file"), &receipt, Path::new("--record"), &large])
        .output()
        .expect("the program starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("does not verify"), "{stderr}");

    // The file of shares beside a record is as little to be trusted.
    let copy = folder.path().join("copy.bel");
    fs::copy(record(YES_NO), &copy).expect("a file");
    let shares = fs::File::create(folder.path().join("copy.shares.json")).expect("a file");
    shares.set_len(1 << 30).expect("a sparse file");
    let ran = verify(&[&copy]);
    assert_eq!(ran.code, Some(2), "{}", ran.stdout);
    assert!(ran.stderr.contains("file of shares"), "{}", ran.stderr);
}
