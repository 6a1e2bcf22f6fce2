//! `scrutineer audit verify`: what was done to a downloaded log shows, and is named.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use scrutineer_cli::exit::Exit;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const HEADER: &str = r#"{"scrutineer":"audit-log","version":1,"union":"Local 1","receipts":"SHA256:abc"}"#;
const BALLOT: &str = "Zm9Q5QG2xbtcA9";

/// An entry as a server writes it, after another.
fn entry(seq: i64, actor: &str, deed: &str, detail: &Value, prev: &str) -> Value {
    let mut entry = json!({
        "seq": seq, "at": 1_800_000_000 + 60 * seq, "actor": actor, "deed": deed, "detail": detail, "prev_hash": prev,
    });
    entry["hash"] = hash(&entry).into();
    entry
}

/// The hash of an entry, computed from its JSON as its documentation says.
fn hash(entry: &Value) -> String {
    let fields = ["seq", "at", "actor", "deed"].map(|field| entry[field].to_string()).join(",");
    let detail = Value::from(entry["detail"].to_string());
    let text = format!("scrutineer audit\n[{fields},{detail},{}]", entry["prev_hash"]);
    hex::encode(Sha256::digest(text))
}

/// A log of seven entries.
fn log() -> Vec<Value> {
    let deeds = [
        ("operator", "installed", json!({ "union": "Local 1" })),
        ("operator", "role_granted", json!({ "member_no": "1", "role": "officer" })),
        (
            "member:1",
            "role_granted",
            json!({ "member_no": "2", "role": "delegate", "unit": "N\u{f6}rd \"A\"" }),
        ),
        ("member:2", "ballot_drafted", json!({ "ballot": BALLOT, "title": "Shall we?" })),
        ("member:2", "ballot_opened", json!({ "ballot": BALLOT })),
        ("server", "ballot_closed", json!({ "ballot": BALLOT, "cast": 41 })),
        ("member:1", "something_new", json!({ "of": "later" })),
    ];
    let mut entries: Vec<Value> = Vec::new();
    for ((actor, deed, detail), seq) in deeds.iter().zip(1..) {
        let zeros = Value::from("0".repeat(64));
        let prev = entries.last().map_or(&zeros, |last| &last["hash"]).as_str().expect("a hash").to_owned();
        entries.push(entry(seq, actor, deed, detail, &prev));
    }
    entries
}

fn text(entries: &[Value]) -> String {
    entries.iter().fold(HEADER.to_owned() + "\n", |text, entry| text + &entry.to_string() + "\n")
}

/// Files in a folder of their own.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).expect("a file");
        path
    }
}

/// Runs `audit verify`: how it ended, what it printed.
fn ran(args: &[&str]) -> (Exit, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = [&["scrutineer", "audit", "verify"], args].concat();
    let exit = scrutineer_cli::run(args, &mut std::io::empty(), &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (exit, text(out) + &text(err))
}

fn verify(path: &Path, more: &[&str]) -> (Exit, Value) {
    let path = path.display().to_string();
    let (exit, said) = ran(&[&[path.as_str(), "--json"], more].concat());
    // With an error the sentence for people stands behind the document.
    (exit, serde_json::from_str(said.lines().next().expect("a line")).expect("JSON"))
}

/// What `verify` says of these bytes is wrong first.
fn wrong(bytes: impl AsRef<[u8]>) -> (i64, String) {
    let files = Files::new();
    let (exit, found) = verify(&files.write("log", bytes), &[]);
    assert_eq!((exit, &found["ok"]), (Exit::No, &json!(false)), "{found}");
    let first = &found["first_wrong"];
    assert_eq!(found["entries"].as_i64().map(|entries| entries + 1), first["seq"].as_i64());
    (first["seq"].as_i64().expect("a number"), first["what"].as_str().expect("a sentence").to_owned())
}

#[track_caller]
fn assert_wrong(entries: &[Value], seq: i64, what: &str) {
    let (found, said) = wrong(text(entries));
    assert!(found == seq && said.contains(what), "{found} {said}");
}

#[test]
fn a_log_that_is_whole_is_said_to_be() {
    let files = Files::new();
    let log = log();
    let path = files.write("log", text(&log));
    let (exit, found) = verify(&path, &["--list"]);
    assert_eq!((exit, &found["ok"], &found["entries"]), (Exit::Yes, &json!(true), &json!(7)));
    assert_eq!((&found["head"]["seq"], &found["head"]["hash"]), (&json!(7), &log[6]["hash"]));
    assert_eq!((&found["union"], &found["first_wrong"]), (&json!("Local 1"), &Value::Null));
    assert_eq!(
        found["list"][2]["sentence"],
        "Member 1 granted member 2 the role delegate for N\u{f6}rd \"A\"."
    );
    let (exit, said) = ran(&[&path.display().to_string(), "--list"]);
    assert_eq!(exit, Exit::Yes);
    assert!(
        said.contains("2027-01-15 08:06:00 UTC  The server closed ballot Zm9Q5QG2: 41 members voted."),
        "{said}"
    );
    assert!(
        said.contains("Member 1 did something that this version has no words for: something_new"),
        "{said}"
    );
    assert!(said.contains("The log is whole up to entry 7"), "{said}");
}

#[test]
fn a_log_without_any_entry_is_not_whole() {
    let files = Files::new();
    let (exit, found) = verify(&files.write("empty", text(&[])), &[]);
    assert_eq!((exit, &found["ok"], &found["entries"]), (Exit::No, &json!(false), &json!(0)));
    let (_, said) = ran(&[&files.write("empty", text(&[])).display().to_string()]);
    assert!(said.contains("every log has a first one"), "{said}");
}

#[test]
fn every_field_that_is_changed_shows() {
    let log = log();
    for place in 0..log.len() {
        let seq = i64::try_from(place).expect("small") + 1;
        for (field, value) in [
            ("at", json!(1)),
            ("actor", json!("member:99")),
            ("deed", json!("ballot_extended")),
            ("detail", json!({})),
            ("prev_hash", json!("1".repeat(64))),
            ("seq", json!(seq + 5)),
        ] {
            let mut changed = log.clone();
            changed[place][field] = value;
            assert_wrong(&changed, seq, &format!("entry {seq} was changed"));
        }
        let mut changed = log.clone();
        changed[place]["hash"] = "2".repeat(64).into();
        // Of the last entry nothing that follows says which of the two was changed.
        let what = if place + 1 < log.len() { "the hash of entry" } else { "was changed" };
        assert_wrong(&changed, seq, what);
    }
}

#[test]
fn a_changed_entry_with_a_hash_of_its_own_does_not_fit_what_follows() {
    let mut changed = log();
    changed[3]["actor"] = "member:99".into();
    changed[3]["hash"] = hash(&changed[3]).into();
    assert_wrong(&changed, 5, "one of the two was added or replaced");
}

#[test]
fn entries_that_were_removed_are_named() {
    for place in 0..6 {
        let mut removed = log();
        removed.remove(place);
        let seq = i64::try_from(place).expect("small") + 1;
        assert_wrong(&removed, seq, &format!("entry {seq} was removed"));
    }
    let mut removed = log();
    removed.drain(1..4);
    assert_wrong(&removed, 2, "entries 2 to 4 were removed");
}

#[test]
fn entries_that_were_swapped_moved_repeated_or_added_are_named() {
    for place in 0..6 {
        let mut swapped = log();
        swapped.swap(place, place + 1);
        assert_wrong(&swapped, i64::try_from(place).expect("small") + 1, "were swapped");
    }
    let mut moved = log();
    let second = moved.remove(1);
    moved.insert(4, second);
    assert_wrong(&moved, 2, "entry 2 was removed");
    let mut twice = log();
    twice.insert(3, twice[2].clone());
    assert_wrong(&twice, 4, "entry 3 stands there twice");
    let mut again = log();
    again.insert(5, again[1].clone());
    assert_wrong(&again, 6, "entry 2 stands where entry 6 should");
    let mut added = log();
    let prev = added[2]["hash"].as_str().expect("a hash").to_owned();
    added.insert(3, entry(4, "member:1", "ballot_opened", &json!({ "ballot": BALLOT }), &prev));
    assert_wrong(&added, 5, "two different entries have the number 4");
}

#[test]
fn what_is_cut_off_at_the_end_shows_against_a_certificate_and_an_earlier_log() {
    let files = Files::new();
    let log = log();
    let short = files.write("short", text(&log[..4]));
    assert_eq!(verify(&short, &[]).0, Exit::Yes);
    let whole = files.write("whole", text(&log));
    let named = json!({ "audit": { "seq": 5, "hash": log[4]["hash"] }, "version": 1 });
    let certificate = files.write("certificate.json", named.to_string()).display().to_string();
    let folder = files.0.path().display().to_string();
    for given in [&certificate, &folder] {
        let (exit, found) = verify(&whole, &["--certificate", given]);
        assert_eq!((exit, &found["checks"][1]["name"]), (Exit::Yes, &json!("certificate")), "{found}");
        let (exit, found) = verify(&short, &["--certificate", given]);
        let detail = found["checks"][1]["detail"].as_str().expect("a sentence");
        assert!(exit == Exit::No && detail.contains("the log ends at 4"), "{found}");
    }
    let (short, whole) = (short.display().to_string(), whole.display().to_string());
    let (exit, found) = verify(Path::new(&whole), &["--earlier", &short]);
    assert_eq!(
        (exit, &found["checks"][1]["detail"]),
        (Exit::Yes, &json!("its 4 entries are the beginning of this log"))
    );
    let (exit, found) = verify(Path::new(&short), &["--earlier", &whole]);
    let detail = found["checks"][1]["detail"].as_str().expect("a sentence");
    assert!(exit == Exit::No && detail.contains("this one ends at entry 4"), "{found}");
    assert_eq!(verify(Path::new(&whole), &["--earlier", &whole]).0, Exit::Yes);
}

#[test]
fn a_log_that_was_written_anew_shows_against_a_certificate_and_an_earlier_log() {
    let files = Files::new();
    let old = log();
    // From the third entry on somebody wrote the whole chain again.
    let mut anew: Vec<Value> = old[..2].to_vec();
    for before in &old[2..] {
        let prev = anew.last().expect("two entries")["hash"].as_str().expect("a hash").to_owned();
        let (seq, deed) =
            (before["seq"].as_i64().expect("a number"), before["deed"].as_str().expect("a word"));
        anew.push(entry(seq, "member:66", deed, &before["detail"], &prev));
    }
    let path = files.write("anew", text(&anew));
    assert_eq!(verify(&path, &[]).0, Exit::Yes);
    let earlier = files.write("old", text(&old[..5])).display().to_string();
    let (exit, found) = verify(&path, &["--earlier", &earlier]);
    let detail = found["checks"][1]["detail"].as_str().expect("a sentence");
    assert!(exit == Exit::No && detail.starts_with("entry 3 is another one"), "{found}");
    let named = json!({ "audit": { "seq": 4, "hash": old[3]["hash"] } });
    let certificate = files.write("c", named.to_string()).display().to_string();
    let (exit, found) = verify(&path, &["--certificate", &certificate]);
    let detail = found["checks"][1]["detail"].as_str().expect("a sentence");
    assert!(exit == Exit::No && detail.starts_with("entry 4 is another one"), "{found}");
}

#[test]
fn the_log_of_another_server_is_not_compared() {
    let files = Files::new();
    let path = files.write("log", text(&log()));
    for (from, to) in [("Local 1", "Local 2"), ("SHA256:abc", "SHA256:xyz")] {
        let other = files.write("other", text(&log()[..1]).replacen(from, to, 1)).display().to_string();
        let (exit, found) = verify(&path, &["--earlier", &other]);
        let detail = found["checks"][1]["detail"].as_str().expect("a sentence");
        assert!(exit == Exit::No && detail.contains("another server's"), "{found}");
    }
}

#[test]
fn lines_that_are_not_as_a_server_writes_them_are_named() {
    let good = text(&log());
    let (seq, what) = wrong(&good[..good.len() - 20]);
    assert!(seq == 7 && what.contains("the file ends in the middle of it"), "{what}");
    let (seq, what) = wrong(&good[..good.len() - 1]);
    assert!(seq == 7 && what.contains("the file ends in the middle of it"), "{what}");
    let (seq, what) = wrong(good.replace('\n', "\r\n"));
    assert!(seq == 1 && what.contains("CR LF"), "{what}");
    let spaced = good.replacen("\"seq\":3,", "\"seq\": 3,", 1);
    let (seq, what) = wrong(spaced);
    assert!(seq == 3 && what.contains("not written as a server writes it"), "{what}");
    // A second value under the same name, a field of nobody's, an empty line, no JSON, no text.
    for (from, to) in [
        (r#""actor":"member:2""#, r#""actor":"member:9","actor":"member:2""#),
        (r#""seq":4"#, r#""also":1,"seq":4"#),
        (r#"{"seq":4"#, "\n{\"seq\":4"),
        (r#"{"seq":4"#, "{seq:4"),
    ] {
        let (seq, what) = wrong(good.replacen(from, to, 1));
        assert!(seq == 4 && what.contains("line 5 cannot be entry 4"), "{what}");
    }
    let mut bytes = good.into_bytes();
    let place = bytes.len() - 60;
    bytes[place] = 0xff;
    assert_eq!(wrong(bytes).0, 7);
}

#[test]
fn what_is_no_log_or_no_certificate_is_an_error() {
    let files = Files::new();
    let refused = |bytes: &str, more: &[&str], expected: &str| {
        let (exit, found) = verify(&files.write("log", bytes), more);
        let message = found["error"]["message"].as_str().expect("a message");
        assert!(exit == Exit::Error && message.contains(expected), "{message}");
    };
    let good = text(&log());
    refused("", &[], "is no downloaded audit log");
    refused("not a log\n", &[], "is no downloaded audit log");
    refused(good.split_once('\n').expect("lines").1, &[], "is no downloaded audit log");
    refused(&good.replacen("\"version\":1", "\"version\":2", 1), &[], "of version 2");
    let path = |name: &str, text: &str| files.write(name, text).display().to_string();
    refused(&good, &["--certificate", &path("c", "{}")], "names no entry of an audit log");
    refused(&good, &["--certificate", &path("c", "no JSON")], "is no certificate");
    refused(&good, &["--certificate", "/nowhere"], "cannot be read");
    refused(&good, &["--earlier", &path("e", "no log")], "is no downloaded audit log");
}

#[test]
fn a_line_without_end_is_not_read_into_memory() {
    let files = Files::new();
    let path = files.write("log", HEADER.to_owned() + "\n");
    // A gigabyte of nothing, which takes no room on disk.
    let file = fs::OpenOptions::new().write(true).open(&path).expect("a file");
    file.set_len(1 << 30).expect("room");
    let (exit, found) = verify(&path, &[]);
    let message = found["error"]["message"].as_str().expect("a message");
    assert!(
        exit == Exit::Error && message.contains("line 2 of") && message.contains("is longer than"),
        "{message}"
    );
}
