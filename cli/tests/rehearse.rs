//! `scrutineer rehearse` as a program: what it writes, that it repeats itself, what it refuses.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use scrutineer_protocol::hash::HexHash;
use serde_json::{Value, json};

const FILE: &str = r#"
title     = "Work remotely only, from 25 January"
opens     = 2021-01-21T09:00:00
closes    = 2021-01-23T23:59:00
time_zone = "America/Chicago"
contact   = "Election committee, 555-0100"
tellers   = "Election committee"
[[question]]
text    = "Shall all members work remotely only until health and safety terms are agreed?"
answers = ["Yes", "No"]
blank   = true
passes  = "Yes >= 60% of eligible"
"#;

const SEVERAL: &str = r#"
title     = "Three questions"
time_zone = "Europe/Berlin"
contact   = "Office"
tellers   = "server"
codes     = "registrar"
spares    = 0
officers  = 1
[[question]]
text    = "Which days?"
answers = ["Monday, early", "Tuesday = late", "Wednesday"]
choose  = { min = 0, max = 3 }
passes  = "\"Tuesday = late\" >= 1 and cast >= half of eligible"
[[question]]
text    = "Which two?"
answers = ["A", "B", "C"]
choose  = { min = 2, max = 2 }
blank   = true
[[question]]
text    = "Agreed?"
answers = ["Agreed", "Not agreed"]
passes  = "rule:majority"
yes     = "Agreed"
no      = "Not agreed"
"#;

/// How the program ended and what it wrote.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "one document: {}{}", self.stdout, self.stderr);
        serde_json::from_str(&self.stdout).expect("stdout is JSON")
    }
}

fn program(folder: &Path, threads: &str, args: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_scrutineer"))
        .args(args)
        .current_dir(folder)
        .env("RAYON_NUM_THREADS", threads)
        .output()
        .expect("the program starts");
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

fn run(folder: &Path, args: &[&str]) -> Ran {
    program(folder, "2", args)
}

/// A folder with the two ballot files.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("ballot.toml"), FILE).expect("a file");
    fs::write(folder.path().join("several.toml"), SEVERAL).expect("a file");
    folder
}

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").display().to_string();
                found.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

#[test]
fn the_vote_of_january_2021_is_rehearsed() {
    let folder = folder();
    let args = ["rehearse", "ballot.toml", "--voters", "50", "--turnout", "86", "--split", "Yes=71,No=29"];
    let ran = run(folder.path(), &[&args[..], &["--out", "out", "--json"]].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let document = ran.json();
    assert_eq!((&document["eligible"], &document["cast"]), (&json!(50), &json!(43)));
    assert_eq!(document["replaced"], json!(1));
    let verified = &document["verify"];
    assert_eq!((&verified["ok"], &verified["complete"]), (&json!(true), &json!(true)));
    assert_eq!((&verified["eligible"], &verified["spares"]), (&json!(50), &json!(20)));
    let answers = json!([{"answer": "Yes", "votes": 31}, {"answer": "No", "votes": 12}]);
    assert_eq!(verified["counts"][0]["answers"], answers);
    assert_eq!(verified["decisions"][0]["outcome"], "passed");
    assert_eq!(verified["decisions"][0]["conditions"][0]["needed"], 30);
    assert!(verified["checks"].as_array().expect("a list").iter().all(|check| check["level"] == "ok"));

    let uuid = verified["election"]["uuid"].as_str().expect("a text");
    let written: Vec<String> = files(&folder.path().join("out")).into_keys().collect();
    let mut names = [
        format!("{uuid}.bel"),
        format!("{uuid}.shares.json"),
        "certificate/allowed_signers".to_owned(),
        "certificate/certificate.json".to_owned(),
        "certificate/certificate.json.rehearsal-officer-1.sig".to_owned(),
        "certificate/certificate.json.rehearsal-officer-2.sig".to_owned(),
        "certificate/certificate.pdf".to_owned(),
        "certificate/shares.json".to_owned(),
    ];
    names.sort();
    assert_eq!(written, names);

    // What it prints for checking holds.
    let record = document["record"].as_str().expect("a path");
    let verify = ["verify", record, "--certificate", "out/certificate"];
    let ran = run(folder.path(), &verify);
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("This record and its certificate verify.\n"), "{}", ran.stdout);
    for text in
        ["holds: needed 30, got 31, 1 more than needed.", "Codes were made by the server", "2 of 3 tellers"]
    {
        assert!(ran.stdout.contains(text), "{text}: {}", ran.stdout);
    }
    let again = run(folder.path(), &[&verify[..], &["--json"]].concat()).json();
    assert_eq!(again, *verified);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let folder = folder();
    let rehearse = |threads, seed, out| {
        let args =
            ["rehearse", "ballot.toml", "--voters", "30", "--turnout", "70.5", "--seed", seed, "--out", out];
        let ran = program(folder.path(), threads, &args);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        files(&folder.path().join(out))
    };
    let first = rehearse("1", "7", "one");
    assert_eq!(first, rehearse("4", "7", "two"));
    let other = rehearse("2", "8", "three");
    assert!(first.values().all(|bytes| !other.values().any(|others| others == bytes)));
    // Nor does the next version of the program give others.
    let record = first.iter().find(|(name, _)| name.ends_with(".bel")).expect("a record").1;
    let hash = HexHash::of(record).to_string();
    assert_eq!(hash, "d57b2c25a3834444daff87e92abb31afde240504c384c2b95e1ce60ec6253366");
}

/// What a record decides is what `decide` says of its counts.
#[test]
fn a_record_and_decide_agree() {
    let folder = folder();
    let args = ["rehearse", "several.toml", "--voters", "20", "--turnout", "60", "--out", "out", "--json"];
    let ran = run(folder.path(), &args);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let document = ran.json();
    let verified = &document["verify"];
    assert_eq!((&verified["tellers"], &verified["codes"]), (&json!("server"), &json!("registrar")));
    assert_eq!(verified["votes"], json!(12));
    let choose = ["0..3", "2..2", "1..1"];
    let mut decided = 0;
    for (i, choose) in choose.into_iter().enumerate() {
        let decision = &verified["decisions"][i];
        let Some(rule) = decision["rule"].as_str() else {
            assert_eq!((i, decision), (1, &Value::Null));
            continue;
        };
        let count = &verified["counts"][i];
        let mut args =
            vec!["decide", "--json", "--eligible", "20", "--cast", "12", "--choose", choose, "--rule", rule]
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>();
        for answer in count["answers"].as_array().expect("a list") {
            let name = answer["answer"].as_str().expect("a text");
            args.extend(["--count".to_owned(), format!("{name}={}", answer["votes"])]);
        }
        if let Some(blank) = count["blank"].as_u64() {
            args.extend(["--blank".to_owned(), blank.to_string()]);
        }
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let ran = run(folder.path(), &args);
        assert_eq!(ran.json(), *decision, "{args:?}");
        assert_eq!(ran.code, Some(if decision["outcome"] == "passed" { 0 } else { 1 }));
        decided += 1;
    }
    assert_eq!(decided, 2);
}

#[test]
fn a_split_may_name_blank_votes_and_answers_with_commas() {
    let folder = folder();
    let ran = run(
        folder.path(),
        &[
            "rehearse",
            "ballot.toml",
            "--voters",
            "9",
            "--split",
            "blank=50,No=50",
            "--out",
            "blank",
            "--json",
        ],
    );
    let count = &ran.json()["verify"]["counts"][0];
    assert_eq!((&count["blank"], &count["answers"][1]["votes"]), (&json!(5), &json!(4)));
    let split = "Monday, early=30,Tuesday = late=70";
    let args = ["rehearse", "several.toml", "--voters", "10", "--split", split, "--out", "days", "--json"];
    let count = &run(folder.path(), &args).json()["verify"]["counts"][0];
    let votes: Vec<&Value> =
        count["answers"].as_array().expect("a list").iter().map(|answer| &answer["votes"]).collect();
    assert_eq!(json!(votes), json!([3, 7, 0]));
}

#[test]
fn a_rule_that_fails_and_a_vote_without_voters_are_rehearsed_as_well() {
    let folder = folder();
    for (turnout, split, out) in [("100", "No=100", "no"), ("0", "Yes=100", "nobody")] {
        let args = [
            "rehearse",
            "ballot.toml",
            "--voters",
            "5",
            "--turnout",
            turnout,
            "--split",
            split,
            "--out",
            out,
        ];
        let ran = run(folder.path(), &args);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(ran.stdout.contains("Not passed: the rule does not hold."), "{}", ran.stdout);
    }
}

#[test]
fn a_roll_is_narrowed_as_the_ballot_file_says() {
    let folder = folder();
    let roll = "member_no,name,unit,standing,classification,shoe\n\
                1,Ann,Hall,good,Teacher,38\n2,Bo,Hall,good,Clerk,39\n3,Cy,Hall,suspended,Teacher,40\n4,Di,Elm,good,,41\n";
    fs::write(folder.path().join("roll.csv"), roll).expect("a file");
    let ran =
        run(folder.path(), &["rehearse", "ballot.toml", "--roll", "roll.csv", "--out", "out", "--json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("shoe"), "{}", ran.stderr);
    assert_eq!(ran.json()["verify"]["eligible"], json!(3));
    for bytes in files(&folder.path().join("out")).values() {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("Hall") && !text.contains("Di,"));
    }

    let ballot =
        format!("{}\n[eligible]\nclassification = [\"Nurse\"]\n", &FILE[..FILE.find("[[").expect("a table")]);
    let ballot = format!("{ballot}{}", &FILE[FILE.find("[[").expect("a table")..]);
    fs::write(folder.path().join("nurses.toml"), ballot).expect("a file");
    let ran = run(folder.path(), &["rehearse", "nurses.toml", "--roll", "roll.csv", "--out", "nurses"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("nobody on the roll has the classification \"Nurse\""), "{}", ran.stderr);
    fs::write(folder.path().join("bad.csv"), "member_no,name,unit,standing\n1,,Hall,good\n1,Bo,Hall,good\n")
        .expect("a file");
    let ran = run(folder.path(), &["rehearse", "ballot.toml", "--roll", "bad.csv", "--out", "bad"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("line 2:"), "{}", ran.stderr);
    assert!(!folder.path().join("bad").exists() && !folder.path().join("nurses").exists());
    // Made-up members fit whatever the file says.
    let ran = run(folder.path(), &["rehearse", "nurses.toml", "--voters", "3", "--out", "nurses", "--json"]);
    assert_eq!(ran.json()["verify"]["eligible"], json!(3));
}

#[test]
fn nothing_is_overwritten_and_nothing_left_half_done() {
    let folder = folder();
    let args = ["rehearse", "ballot.toml", "--voters", "3", "--out", "out"];
    assert_eq!(run(folder.path(), &args).code, Some(0));
    let before = files(&folder.path().join("out"));
    let ran = run(folder.path(), &args);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("out/certificate is there already and is not overwritten"), "{}", ran.stderr);
    assert_eq!(files(&folder.path().join("out")), before);
    // The record alone is in the way as well.
    fs::remove_dir_all(folder.path().join("out/certificate")).expect("removed");
    let before = files(&folder.path().join("out"));
    let ran = run(folder.path(), &args);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains(".bel is there already"), "{}", ran.stderr);
    assert_eq!(files(&folder.path().join("out")), before);
    // Another seed is another record.
    assert_eq!(run(folder.path(), &[&args[..], &["--seed", "2"]].concat()).code, Some(0));
}

#[test]
fn mistakes_are_said_and_leave_nothing() {
    let folder = folder();
    fs::write(folder.path().join("wrong.toml"), FILE.replace("Yes >=", "Ja >=")).expect("a file");
    fs::write(folder.path().join("early.toml"), FILE.replace("2021-01", "1969-01")).expect("a file");
    fs::write(folder.path().join("file"), "").expect("a file");
    let cases: &[(&[&str], &str)] = &[
        (&["ballot.toml", "--out", "new"], "<--roll <FILE.csv>|--voters <N>>"),
        (&["ballot.toml", "--voters", "3", "--roll", "x.csv", "--out", "new"], "cannot be used with"),
        (&["ballot.toml", "--voters", "0", "--out", "new"], "1 to 1000000 members, not 0"),
        (&["ballot.toml", "--voters", "1000001", "--out", "new"], "not 1000001"),
        (&["ballot.toml", "--voters", "3", "--turnout", "101", "--out", "new"], "a number from 0 to 100"),
        (&["ballot.toml", "--voters", "3", "--split", "Yes=70,No=29", "--out", "new"], "add up to 99.00"),
        (&["ballot.toml", "--voters", "3", "--split", "Ja=100", "--out", "new"], "\"blank\""),
        (&["wrong.toml", "--voters", "3", "--out", "new"], "wrong.toml: "),
        (&["early.toml", "--voters", "3", "--out", "new"], "before 1970"),
        (&["missing.toml", "--voters", "3", "--out", "new"], "missing.toml cannot be read"),
        (&["ballot.toml", "--roll", "missing.csv", "--out", "new"], "missing.csv cannot be read"),
        (&["ballot.toml", "--roll", "ballot.toml", "--out", "new"], "not a roll that can be used"),
        (&["ballot.toml", "--voters", "3", "--out", "file"], "file cannot be written"),
        (&["ballot.toml", "--voters", "3"], "--out"),
    ];
    for (args, expected) in cases {
        let ran = run(folder.path(), &[&["rehearse"], *args].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{args:?}");
        assert!(
            ran.stderr.starts_with("scrutineer: ") && ran.stderr.contains(expected),
            "{args:?}: {}",
            ran.stderr
        );
        assert!(!folder.path().join("new").exists(), "{args:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 5);
}
