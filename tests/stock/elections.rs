//! An election that the stock tool makes from the first key to the result.

use std::fs;
use std::path::Path;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_protocol::verify::{self, Level, no_shares};
use serde_json::Value;

use crate::tool;

const TEMPLATE: &str = r#"{"description":"Made by the stock tool","name":"A fresh election","questions":[{"answers":["Yes","No"],"blank":true,"min":1,"max":1,"question":"Approve?"},{"answers":["A","B","C"],"min":0,"max":2,"question":"Which?"}]}"#;
const VOTES: [&str; 4] = ["[[0,1,0],[1,1,0]]", "[[1,0,0],[0,0,0]]", "[[0,0,1],[0,1,0]]", "[[0,1,0],[0,1,1]]"];

/// The one file in a folder whose name ends so.
fn file(folder: &Path, ending: &str) -> String {
    let names = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names =
        names.map(|name| name.into_string().expect("UTF-8")).filter(|name| name.ends_with(ending));
    names.next().unwrap_or_else(|| panic!("no {ending}"))
}

#[test]
fn an_election_of_the_stock_tool_is_accepted() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path();
    let record = home.join("record");
    fs::create_dir(&record).expect("a folder");
    let setup = |args: &[&str]| tool::ask(home, &[&["setup"], args].concat(), b"");
    let uuid = String::from_utf8(setup(&["generate-token", "--length", "14"])).expect("UTF-8");
    let uuid = uuid.trim();
    fs::write(home.join("voters.txt"), "one@example.org\ntwo@example.org\nthree@example.org\n")
        .expect("a file");
    setup(&["generate-credentials", "--uuid", uuid, "--group", "Ed25519", "--file", "voters.txt"]);
    fs::rename(home.join(file(home, ".pubcreds")), home.join("public_creds.json")).expect("renamed");
    setup(&["generate-trustee-key", "--group", "Ed25519"]);
    fs::copy(home.join(file(home, ".pubkey")), home.join("public_keys.jsons")).expect("copied");
    fs::write(home.join("template.json"), TEMPLATE).expect("a file");
    setup(&["make-trustees"]);
    setup(&["make-election", "--uuid", uuid, "--group", "Ed25519", "--template", "template.json"]);
    tool::ask(home, &["archive", "init"], b"");
    let name = format!("{uuid}.bel");
    fs::rename(home.join(&name), record.join(&name)).expect("moved");

    let add = |kind: &str, body: &[u8]| {
        tool::ask(&record, &["archive", "add-event", &format!("--type={kind}")], body);
    };
    let election = |args: &[&str]| tool::ask(&record, &[&["election"], args].concat(), b"");
    let credentials = fs::read(home.join(file(home, ".privcreds"))).expect("a file");
    let credentials: Value = serde_json::from_slice(&credentials).expect("JSON");
    let credentials: Vec<&str> =
        credentials.as_object().expect("an object").values().map(|c| c.as_str().expect("a text")).collect();
    // The first voter votes again at the end.
    for (i, vote) in VOTES.iter().enumerate() {
        fs::write(home.join("credential"), credentials[i % credentials.len()]).expect("a file");
        fs::write(home.join("choice"), vote).expect("a file");
        let ballot = election(&["generate-ballot", "--privcred", "../credential", "--choice", "../choice"]);
        add("Ballot", &ballot);
    }
    add("EndBallots", b"");
    add("EncryptedTally", &election(&["compute-encrypted-tally"]));
    let key = format!("../{}", file(home, ".privkey"));
    add("PartialDecryption", &election(&["decrypt", "--privkey", &key, "--trustee-id", "1"]));
    let result = election(&["compute-result"]);
    add("Result", &result);

    let bytes = fs::read(record.join(&name)).expect("a file");
    let report = verify::archive(bytes.as_slice(), no_shares, &mut ChaCha20Rng::seed_from_u64(1), &mut ())
        .expect("a report");
    let failed: Vec<_> = report.checks.iter().filter(|check| check.level == Level::Fail).collect();
    assert!(report.ok() && report.complete, "{failed:?}");
    assert_eq!((report.voters, report.votes, report.replaced), (3, 3, 1));
    let counts: Vec<Vec<u64>> = report
        .counts
        .expect("counts")
        .iter()
        .map(|question| question.blank.into_iter().chain(question.answers.iter().map(|a| a.votes)).collect())
        .collect();
    let result: Value = serde_json::from_slice(&result).expect("JSON");
    assert_eq!(serde_json::json!(counts), result["result"]);
    assert_eq!(counts, [[1, 1, 1], [0, 2, 1]].map(Vec::from));
}
