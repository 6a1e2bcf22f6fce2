//! `scrutineer verify --certificate` as a program: rehearsed records and certificates, whole and with something changed.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use scrutineer_ballot::certificate::Certificate;
use scrutineer_cli::printer::Printer;
use scrutineer_cli::verify::{self, Level};
use scrutineer_protocol::Point;
use serde_json::{Value, json};
use tempfile::TempDir;

const FILE: &str = r#"
title     = "Work remotely only"
closes    = 2021-01-23T23:59:00
time_zone = "America/Chicago"
contact   = "Election committee"
tellers   = "Election committee"
spares    = 2
[[question]]
text    = "Shall all members work remotely only?"
answers = ["Yes", "No"]
blank   = true
passes  = "Yes >= 60% of eligible"
"#;
const FOREIGN: &str = "../protocol/tests/data/elections/e01-yesno/JK2ETMVQiD2SbR.bel";

/// How the program ended and what it wrote.
struct Ran {
    code: u8,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).expect("stdout is JSON")
    }

    /// The details of the checks of this name and level.
    fn found(&self, name: &str, level: &str) -> Vec<String> {
        let document = self.json();
        let certificate = document["certificate"]["checks"].as_array();
        let checks = certificate.or(document["checks"].as_array()).expect("checks").clone();
        let found = checks.iter().filter(|check| check["name"] == name && check["level"] == level);
        found.map(|check| check["detail"].as_str().expect("a text").to_owned()).collect()
    }

    /// The names of the checks that fail.
    fn failed(&self) -> Vec<String> {
        let document = self.json();
        let checks = document["checks"].as_array().expect("checks");
        let failed = checks.iter().filter(|check| check["level"] == "fail");
        failed.map(|check| check["name"].as_str().expect("a text").to_owned()).collect()
    }
}

fn run(args: &[&str]) -> Ran {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let args = [&["scrutineer"], args].concat();
    let exit = scrutineer_cli::run(args, &mut io::empty(), &mut stdout, &mut stderr);
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: exit.code(), stdout: text(stdout), stderr: text(stderr) }
}

/// A rehearsed vote in a folder of its own.
struct Vote {
    folder: TempDir,
    uuid: String,
}

fn rehearse(seed: &str) -> Vote {
    // Shared by all tests, so that the process leaves it behind: here it is in nobody's way.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let (file, out) = (folder.path().join("ballot.toml"), folder.path().join("out"));
    fs::write(&file, FILE).expect("a file");
    let (file, out) = (file.display().to_string(), out.display().to_string());
    let args = ["rehearse", &file, "--voters", "12", "--seed", seed, "--out", &out, "--json"];
    let ran = run(&args);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let uuid = ran.json()["verify"]["election"]["uuid"].as_str().expect("a text").to_owned();
    Vote { folder, uuid }
}

/// The vote that most tests change.
static VOTE: LazyLock<Vote> = LazyLock::new(|| rehearse("1"));

impl Vote {
    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn record(&self) -> PathBuf {
        self.out().join(format!("{}.bel", self.uuid))
    }

    /// A file of the certificate's folder.
    fn certificate(&self, name: &str) -> PathBuf {
        self.out().join("certificate").join(name)
    }

    /// A copy to change.
    fn copy(&self) -> Vote {
        let folder = tempfile::tempdir().expect("a folder");
        let copy = Vote { folder, uuid: self.uuid.clone() };
        fs::create_dir_all(copy.certificate("")).expect("a folder");
        for (from, to) in [(self.out(), copy.out()), (self.certificate(""), copy.certificate(""))] {
            for entry in fs::read_dir(from).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_file() {
                    fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("copied");
                }
            }
        }
        copy
    }

    fn verify(&self) -> Ran {
        let record = self.record().display().to_string();
        run(&["verify", &record, "--certificate", &self.certificate("").display().to_string(), "--json"])
    }
}

fn signature(officer: u32) -> String {
    format!("certificate.json.rehearsal-officer-{officer}.sig")
}

#[test]
fn a_right_certificate_passes_every_check() {
    let ran = VOTE.verify();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let document = ran.json();
    let names: Vec<&str> = document["checks"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|check| {
            assert_eq!(check["level"], "ok", "{check}");
            check["name"].as_str().expect("a text")
        })
        .collect();
    let last = ["certificate", "certificate-record", "certificate-print", "certificate-signatures"];
    assert!(names.ends_with(&last), "{names:?}");
    for field in ["eligible", "spares", "tellers", "codes", "decisions", "counts"] {
        assert!(document.get(field).is_some(), "{field}");
    }
    assert_eq!((&document["eligible"], &document["spares"]), (&json!(12), &json!(2)));
    assert!(document["tellers"].as_str().is_some_and(|fingerprint| fingerprint.len() == 64));
    let detail = &ran.found("certificate-signatures", "ok")[0];
    assert!(detail.starts_with("2 of the 2 signatures") && detail.contains(&signature(2)), "{detail}");

    let text = run(&["verify", &VOTE.record().display().to_string()]);
    assert!(text.stdout.ends_with("This record verifies.\n"), "{}", text.stdout);
    assert!(text.stdout.contains("Who has to be trusted, and for what:"));
}

/// Every leaf of the certificate, changed in turn.
#[test]
fn every_changed_field_of_a_certificate_is_found() {
    fn leaves(value: &Value, path: &str, out: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(name, field)| leaves(field, &format!("{path}/{name}"), out));
            }
            Value::Array(values) if !values.is_empty() => {
                values.iter().enumerate().for_each(|(i, value)| leaves(value, &format!("{path}/{i}"), out));
            }
            _ => out.push(path.to_owned()),
        }
    }
    let bytes = fs::read(VOTE.certificate("certificate.json")).expect("a file");
    let document: Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(serde_json::to_vec(&document).expect("JSON"), bytes, "the fields stand in their order");
    let mut paths = Vec::new();
    leaves(&document, "", &mut paths);
    assert!(paths.len() > 60, "{paths:?}");
    let vote = VOTE.copy();
    for path in paths {
        let mut changed = document.clone();
        let leaf = changed.pointer_mut(&path).expect("a leaf");
        *leaf = match leaf {
            Value::Number(number) => (number.as_i64().expect("whole") + 1).into(),
            Value::Bool(yes) => (!*yes).into(),
            Value::String(text) => format!("{text}x").into(),
            // An empty list, or nothing: now there is something.
            Value::Null => "x".into(),
            Value::Array(_) | Value::Object(_) => json!(["x"]),
        };
        fs::write(vote.certificate("certificate.json"), serde_json::to_vec(&changed).expect("JSON"))
            .expect("a file");
        let ran = vote.verify();
        assert_eq!(ran.code, 1, "{path}: {}", ran.stdout);
        let failed = ran.failed();
        // It is noticed beside the signatures, unless it is one of the few things that no record says.
        let issuers =
            path.starts_with("/tellers/board/opened_by") || path.starts_with("/ballot/tallied/seconds");
        assert!(issuers || failed.iter().any(|name| *name != "certificate-signatures"), "{path}: {failed:?}");
        assert!(failed.contains(&"certificate-signatures".to_owned()), "{path}");
    }
}

#[test]
fn enough_different_officers_must_have_signed() {
    let vote = VOTE.copy();
    fs::remove_file(vote.certificate(&signature(2))).expect("removed");
    let fails = |vote: &Vote, warning: &str| {
        let ran = vote.verify();
        assert_eq!(ran.code, 1, "{warning}");
        assert!(
            ran.found("certificate-signatures", "fail")[0].starts_with("1 of the 2 signatures"),
            "{warning}"
        );
        let warnings = ran.found("certificate-signatures", "warning");
        assert!(warnings.iter().any(|found| found.contains(warning)), "{warning}: {warnings:?}");
        assert_eq!(ran.failed(), ["certificate-signatures"]);
    };
    let first = fs::read(vote.certificate(&signature(1))).expect("a file");
    fs::write(vote.certificate(&signature(2)), &first).expect("a file");
    fails(&vote, "by the same key as certificate.json.rehearsal-officer-1.sig");
    // Officers of another rehearsal, who signed another certificate.
    let other = rehearse("2");
    fs::copy(other.certificate(&signature(2)), vote.certificate(&signature(2))).expect("copied");
    fails(&vote, "which may not sign this");
    fs::write(vote.certificate(&signature(2)), "not a signature").expect("a file");
    fails(&vote, "not an SSH signature");
    fs::write(vote.certificate(&signature(2)), [0xff; 9000]).expect("a file");
    fails(&vote, "is larger than");
    fs::remove_file(vote.certificate(&signature(2))).expect("removed");
    fs::create_dir(vote.certificate(&signature(2))).expect("a folder");
    fails(&vote, "cannot be read");

    let none = VOTE.copy();
    for officer in [1, 2] {
        fs::remove_file(none.certificate(&signature(officer))).expect("removed");
    }
    assert!(none.verify().found("certificate-signatures", "fail")[0].contains("0 of the 2"));

    // One signature that does not count beside enough that do is a warning.
    let more = VOTE.copy();
    fs::copy(other.certificate(&signature(1)), more.certificate(&signature(3))).expect("copied");
    let ran = more.verify();
    assert_eq!((ran.code, ran.found("certificate-signatures", "warning").len()), (0, 1));
    let args = [
        "verify",
        &more.record().display().to_string(),
        "--certificate",
        &more.certificate("").display().to_string(),
    ];
    assert!(
        run(&args).stdout.ends_with("This record and its certificate verify, with the warnings above.\n")
    );
}

#[test]
fn what_lies_beside_a_certificate_is_looked_at_as_well() {
    let vote = VOTE.copy();
    let mut sheets = fs::read(vote.certificate("certificate.pdf")).expect("a file");
    assert!(sheets.starts_with(b"%PDF-"));
    assert_eq!(vote.verify().found("certificate-print", "ok").len(), 1);
    *sheets.last_mut().expect("a byte") ^= 1;
    fs::write(vote.certificate("certificate.pdf"), sheets).expect("a file");
    fs::write(vote.certificate("objection-1.txt"), "I object.").expect("a file");
    let ran = vote.verify();
    assert_eq!(ran.code, 0, "neither is what officers sign");
    assert!(ran.found("certificate-print", "warning")[0].contains("may show something else"));
    assert!(ran.found("certificate-objections", "warning")[0].contains("is not on the certificate"));
    fs::remove_file(vote.certificate("certificate.pdf")).expect("removed");
    let ran = vote.verify();
    let found = ["ok", "warning", "fail"].map(|level| ran.found("certificate-print", level).len());
    assert_eq!((ran.code, found), (0, [0, 0, 0]), "nobody needs the sheets");
}

#[test]
fn shares_belong_to_a_certificate() {
    let vote = VOTE.copy();
    let beside = vote.out().join(format!("{}.shares.json", vote.uuid));
    fs::remove_file(vote.certificate("shares.json")).expect("removed");
    let ran = vote.verify();
    assert_eq!((ran.code, ran.failed()), (1, vec!["shares".to_owned()]));
    assert!(ran.found("shares", "fail")[0].contains("is missing"));
    // A record by itself only warns.
    fs::remove_file(&beside).expect("removed");
    let alone = run(&["verify", &vote.record().display().to_string(), "--json"]);
    assert_eq!((alone.code, alone.found("shares", "warning").len()), (0, 1));

    let vote = VOTE.copy();
    let text = fs::read_to_string(vote.certificate("shares.json")).expect("a file");
    let place = text.find("\"response\":\"").expect("a proof") + 14;
    let digit = if text.as_bytes()[place] == b'1' { "2" } else { "1" };
    let changed = format!("{}{digit}{}", &text[..place], &text[place + 1..]);
    fs::write(vote.certificate("shares.json"), &changed).expect("a file");
    let ran = vote.verify();
    assert_eq!(
        (ran.code, ran.found("shares", "fail").len()),
        (1, 2),
        "wrong, and not those beside the record"
    );
    fs::remove_file(vote.out().join(format!("{}.shares.json", vote.uuid))).expect("removed");
    assert_eq!(vote.verify().found("shares", "fail").len(), 1);

    let vote = VOTE.copy();
    fs::write(vote.out().join(format!("{}.shares.json", vote.uuid)), changed).expect("a file");
    let ran = vote.verify();
    assert_eq!(ran.code, 1);
    assert!(ran.found("shares", "fail")[0].contains("not the same"));
}

#[test]
fn a_certificate_of_another_record_does_not_hold() {
    let (record, other) = (VOTE.record().display().to_string(), rehearse("2"));
    let certificate = other.certificate("").display().to_string();
    let ran = run(&["verify", &record, "--certificate", &certificate, "--json"]);
    assert_eq!(ran.code, 1);
    assert!(ran.failed().contains(&"shares".to_owned()));
    // With the right shares, everything else is found as well.
    fs::copy(VOTE.certificate("shares.json"), other.certificate("shares.json")).expect("copied");
    let ran = run(&["verify", &record, "--certificate", &certificate, "--json"]);
    assert_eq!(ran.code, 1);
    let mut failed = ran.failed();
    failed.dedup();
    assert_eq!(failed, ["certificate-record", "certificate-signatures"]);
    let found = ran.found("certificate-record", "fail");
    assert!(found.iter().any(|detail| detail.contains("none of those on the certificate")), "{found:?}");
}

#[test]
fn records_that_certify_nothing_are_said() {
    let certificate = VOTE.certificate("").display().to_string();
    let foreign = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOREIGN).display().to_string();
    let ran = run(&["verify", &foreign, "--certificate", &certificate, "--json"]);
    assert_eq!(ran.code, 1);
    assert!(ran.found("certificate-record", "fail")[0].contains("is not one of ours"));
    assert!(ran.found("certificate-signatures", "fail")[0].contains("no record names officers' keys"));

    let vote = VOTE.copy();
    let bytes = fs::read(vote.record()).expect("a file");
    // The result and its event are the last two records, each a header and one block.
    fs::write(vote.record(), &bytes[..bytes.len() - 2048]).expect("a file");
    let ran = vote.verify();
    assert_eq!((ran.code, &ran.json()["complete"]), (1, &json!(false)));
    assert!(ran.found("certificate-record", "fail")[0].contains("has no result yet"));
    let alone = run(&["verify", &vote.record().display().to_string(), "--json"]);
    assert_eq!(alone.code, 0);
    assert_eq!((&alone.json()["eligible"], alone.json().get("decisions")), (&json!(12), None));
}

#[test]
fn a_changed_byte_anywhere_in_a_record_is_found() {
    let vote = VOTE.copy();
    let bytes = fs::read(vote.record()).expect("a file");
    for i in 0..60 {
        let place = i * bytes.len() / 60 + 7 * i;
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        fs::write(vote.record(), &changed).expect("a file");
        let ran = vote.verify();
        // Where the first header is hit, it is no record at all.
        assert!(ran.code == 1 || (ran.code == 2 && place < 512), "byte {place}");
    }
}

#[test]
fn a_list_of_signers_that_misleads_is_warned_of() {
    let vote = VOTE.copy();
    let path = vote.certificate("allowed_signers");
    let signers = fs::read_to_string(&path).expect("a file");
    let other = fs::read_to_string(rehearse("2").certificate("allowed_signers")).expect("a file");
    fs::write(&path, format!("# officers\n\n{signers}{other}nobody\n")).expect("a file");
    let ran = vote.verify();
    assert_eq!((ran.code, ran.found("allowed-signers", "warning").len()), (0, 3));
    // An officer's key somewhere in a line does not make it an officer's line.
    let line = signers.lines().next().expect("an officer");
    let (no, key) = (line.split(' ').next().expect("a number"), line.rsplit(' ').next().expect("a key"));
    let more = other.lines().next().expect("an officer").rsplit(' ').next().expect("a key");
    for odd in [
        format!("{no} namespaces=\"scrutineer-certificate,ssh-ed25519 {key} x\" ssh-ed25519 {more}"),
        format!("{no} namespaces=\"scrutineer-certificate\" ssh-ed25519 {more} ssh-ed25519 {key}"),
        format!("{no} cert-authority,namespaces=\"scrutineer-certificate\" ssh-ed25519 {key}"),
        format!("* namespaces=\"scrutineer-certificate\" ssh-ed25519 {key}"),
        format!("{no} ssh-ed25519 {key}"),
    ] {
        fs::write(&path, format!("{odd}\n")).expect("a file");
        let ran = vote.verify();
        assert_eq!((ran.code, ran.found("allowed-signers", "warning").len()), (0, 1), "{odd}");
    }
    fs::remove_file(&path).expect("removed");
    let ran = vote.verify();
    assert_eq!((ran.code, ran.found("allowed-signers", "warning").len()), (0, 0));
}

#[test]
fn other_folders_and_files_are_errors_that_say_what_is_wanted() {
    let record = VOTE.record().display().to_string();
    let certificate = VOTE.certificate("").display().to_string();
    let json = VOTE.certificate("certificate.json").display().to_string();
    let out = VOTE.out().display().to_string();
    for (args, expected) in [
        (
            vec![&record, "--certificate", &json],
            "is not a folder: name the folder that holds certificate.json",
        ),
        (vec![&record, "--certificate", &out], "there is no certificate.json in"),
        (vec![&record, "--certificate", "missing"], "missing cannot be read"),
        (vec![&certificate, "--certificate", &certificate], "is a folder: name the record itself"),
        (vec![&json, "--certificate", &certificate], "not a record"),
    ] {
        let ran = run(&[&["verify"], &args[..]].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}");
        assert!(ran.stderr.contains(expected), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn a_certificate_of_one_record_says_so_among_several() {
    let certificate = VOTE.certificate("").display().to_string();
    let (record, other) = (VOTE.record().display().to_string(), rehearse("2"));
    let second = other.record().display().to_string();
    let ran = run(&["verify", &record, &second, "--certificate", &certificate, "--json"]);
    assert_eq!(ran.code, 1);
    let document = ran.json();
    assert_eq!((&document["ok"], &document["certificate"]["ok"]), (&json!(false), &json!(false)));
    assert_eq!(document["records"][0]["ok"], json!(true));
    let found = ran.found("certificate-record", "fail");
    assert!(found.iter().any(|detail| detail.contains(&other.uuid)), "{found:?}");
    let text = run(&["verify", &record, &second, "--certificate", &certificate]);
    assert!(text.stdout.contains("Certificate in"), "{}", text.stdout);
    assert!(!text.stdout.contains("All 2 records"));
    let twice = run(&["verify", &record, &record, "--certificate", &certificate]);
    assert!(twice.stdout.ends_with("All 2 records and their certificate verify.\n"), "{}", twice.stdout);
}

/// A record that was verified a moment ago is held against its certificate without verifying it again, and to the same end.
#[test]
fn a_record_verified_before_its_certificate_was_there_is_held_against_it() {
    let check = |vote: &Vote, void: &[Point]| {
        let (mut out, mut err) = (io::sink(), io::sink());
        let printer = Printer::new(true, &mut out, &mut err, false);
        let checked = verify::record_watching(&vote.record(), void, &printer).expect("a record");
        let checked = verify::with_certificate(vec![checked], &vote.certificate("")).expect("a certificate");
        let failed = checked[0].report.checks.iter().filter(|check| check.level == Level::Fail);
        let failed: Vec<&str> = failed.map(|check| check.name).collect();
        (verify::document(&checked).expect("a document"), failed.join(","))
    };
    let certificate = fs::read(VOTE.certificate("certificate.json")).expect("a certificate");
    let certificate = Certificate::parse(&certificate).expect("a certificate");
    let void = &certificate.boxes()[0].codes.void;
    assert_eq!(void.len(), 1);
    assert_eq!(check(&VOTE, void), (VOTE.verify().json(), String::new()));
    // A void code that was not looked for is not taken for one without a vote.
    assert_eq!(check(&VOTE, &[]).1, "certificate-record");
    let changed = VOTE.copy();
    fs::write(changed.certificate("shares.json"), "{}").expect("written");
    assert_eq!(check(&changed, void).1, "shares");
    fs::remove_file(changed.certificate("shares.json")).expect("removed");
    assert_eq!(check(&changed, void).1, "shares");
}
