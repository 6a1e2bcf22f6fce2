//! A monitor whose server answers what a server should not: it says so, and its state file can be read afterwards.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use scrutineer_cli::client::Endpoint;
use scrutineer_cli::monitor::net::{Answer, As, Network, Trouble};
use scrutineer_cli::monitor::rounds::{End, Monitor, Options};
use scrutineer_cli::monitor::state::{Alarm, Entry, StateFile};
use scrutineer_cli::printer::Printer;
use serde_json::{Value, json};
use tempfile::TempDir;

const SERVER: &str = "https://vote.example.org";
const BALLOT: &str = "Zm9Q5QG2xbtcA9";
const ELECTION: &str = "3Pm5CcqQgRVuhL";

/// A server that answers from a table of paths; everything else is refused.
#[derive(Default)]
struct Scripted {
    answers: RefCell<BTreeMap<String, Value>>,
}

impl Scripted {
    fn lists(&self, state: Option<&str>) {
        let one = |state| json!({ "id": BALLOT, "title": "T", "practice": false, "state": state, "opens": null, "closes": null });
        let ballots: Vec<Value> = state.map(one).into_iter().collect();
        self.answers.borrow_mut().insert("/api/v1/ballots".to_owned(), json!({ "ballots": ballots }));
    }

    fn shows(&self, box_name: &str) {
        let ballot = json!({
            "id": BALLOT, "title": "T", "practice": false, "state": "open", "opens": null, "closes": null,
            "time_zone": "UTC", "contact": "c", "board": null, "codes": "server", "questions": [], "setting": [],
            "boxes": [{ "name": box_name, "election": ELECTION, "fingerprint": "f", "eligible": 1, "spares": 0,
                        "height": 0 }],
            "waits_for": [], "cast": null,
        });
        self.answers.borrow_mut().insert(format!("/api/v1/ballots/{BALLOT}"), ballot);
    }
}

impl Network for Scripted {
    fn get(&self, endpoint: &Endpoint, _: As) -> Result<Answer, Trouble> {
        let answers = self.answers.borrow();
        let found = answers.get(endpoint.as_str()).ok_or_else(|| Trouble::Refused {
            code: "not_found".to_owned(),
            why: "there is no such thing".to_owned(),
        })?;
        let body = Box::new(Cursor::new(found.to_string().into_bytes()));
        Ok(Answer { kind: "application/json".to_owned(), body })
    }

    fn sign_in(&self) -> Result<bool, Trouble> {
        Ok(false)
    }
}

/// A folder with a state file in which a record has begun, and perhaps ended.
fn state(ended: bool) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state");
    let receipts = format!("SHA256:{}", "A".repeat(43));
    let mut lines = vec![
        json!({ "monitor": { "v": 1, "server": SERVER } }),
        json!({ "record": {
            "election": ELECTION, "ballot": BALLOT, "box": "all", "fingerprint": "f", "receipts": receipts,
        } }),
    ];
    lines.extend(ended.then(|| json!({ "ended": { "ballot": BALLOT } })));
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    fs::write(&file, text).expect("written");
    (folder, file)
}

/// So many rounds: how the last one ended, and the codes of all alarms.
fn rounds(net: &Scripted, file: &Path, options: Options, count: usize) -> (End, Vec<String>) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut printer = Printer::new(true, &mut out, &mut err, false);
    let opened = StateFile::open(file, SERVER).expect("a state file");
    let mut monitor = Monitor::new(net, opened, options, None);
    let mut end = End::GoOn;
    for _ in 0..count {
        end = monitor.round(&mut printer).expect("a round");
    }
    let said = String::from_utf8(out).expect("text");
    let said = said.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let codes = said.filter(|line| line["finding"] == "alarm");
    (end, codes.map(|line| line["code"].as_str().expect("a word").to_owned()).collect())
}

#[test]
fn a_ballot_that_was_named_and_followed_and_is_gone_is_an_alarm() {
    let (_folder, file) = state(false);
    let net = Scripted::default();
    net.lists(None);
    let only = Options { only: vec![BALLOT[..6].parse().expect("an identifier")], ..Options::default() };
    assert_eq!(rounds(&net, &file, only, 1), (End::Alarm, vec!["vanished".to_owned()]));
    assert_eq!(rounds(&net, &file, Options::default(), 1), (End::Alarm, vec!["vanished".to_owned()]));
}

#[test]
fn a_ballot_that_was_cancelled_and_goes_on_is_an_alarm() {
    let net = Scripted::default();
    for (shown, code) in [
        ("cancelled", None),
        ("open", Some("revived")),
        ("certified", Some("revived")),
        ("draft", Some("revived")),
    ] {
        let (_folder, file) = state(true);
        net.lists(Some(shown));
        let (end, codes) = rounds(&net, &file, Options::default(), 1);
        assert_eq!(codes, code.into_iter().collect::<Vec<_>>(), "{shown}");
        assert_eq!(end == End::Alarm, code.is_some(), "{shown}");
    }
}

#[test]
fn a_server_that_keeps_silent_about_one_ballot_is_told_of() {
    let (_folder, file) = state(false);
    let net = Scripted::default();
    net.lists(Some("open"));
    let (end, codes) = rounds(&net, &file, Options::default(), 9);
    assert!(matches!(end, End::Trouble { .. }) && codes.is_empty(), "{end:?} {codes:?}");
    assert_eq!(rounds(&net, &file, Options::default(), 10).1, ["unreadable"]);
}

#[test]
fn what_a_server_names_never_makes_the_state_file_unreadable() {
    let (_folder, file) = state(false);
    let net = Scripted::default();
    net.lists(Some("open"));
    net.shows(&"x".repeat(100_000));
    let (end, codes) = rounds(&net, &file, Options::default(), 1);
    assert!(matches!(&end, End::Trouble { why, .. } if why.contains("longer than any")), "{end:?} {codes:?}");

    let mut opened = StateFile::open(&file, SERVER).expect("a state file");
    let long = "\u{1}ż".repeat(1 << 20);
    let alarm = Alarm::new("page", long.clone()).of(BALLOT).of_box(&long).with(json!(long));
    opened.add(vec![Entry::Alarm(Box::new(alarm))]).expect("it is cut to a line");
    assert!(
        opened.add(vec![Entry::Ended { ballot: long }]).is_err(),
        "nothing is written that cannot be read"
    );
    drop(opened);
    assert_eq!(StateFile::open(&file, SERVER).expect("it reads").known.alarms, 1);
}
