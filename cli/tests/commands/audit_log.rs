//! Downloading the audit log, page by page.

use std::fs;

use scrutineer_cli::exit::Exit;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::stub::{Answer, Asked, Stub, User, ok, refused, session, silence};

/// A log of `count` entries as a server gives it.
fn entries(count: i64) -> Vec<Value> {
    let mut prev = "0".repeat(64);
    (1..=count)
        .map(|seq| {
            let detail = json!({ "ballot": "Zm9Q5QG2xbtcA9" });
            let chained = json!([seq, 1_800_000_000, "server", "ballot_opened", detail.to_string(), prev]);
            let hash = hex::encode(Sha256::digest(format!("scrutineer audit\n{chained}")));
            let before = std::mem::replace(&mut prev, hash.clone());
            json!({ "seq": seq, "at": 1_800_000_000, "actor": "server", "deed": "ballot_opened", "detail": detail,
                    "prev_hash": before, "hash": hash })
        })
        .collect()
}

/// Answers with pages of two entries of `log`.
fn server(log: Vec<Value>, mut before: impl FnMut(&Asked) -> Option<Answer> + Send + 'static) -> Stub {
    let before = std::sync::Mutex::new(move |asked: &Asked| before(asked));
    Stub::start(move |asked| {
        if let Some(answer) = (before.lock().expect("no panic"))(asked) {
            return answer;
        }
        if asked.line.starts_with("POST /api/v1/sessions") {
            return ok(&session());
        }
        if asked.line == "GET /api/v1" {
            let key = json!({ "fingerprint": "SHA256:abc", "public_key": "ssh-ed25519 AAAA" });
            return ok(&json!({ "union": "Local 1", "version": "0.1.0", "receipt_key": key, "now": 1 }));
        }
        let after = asked.line.split("after=").nth(1).expect("a query").split('&').next().expect("a number");
        let after: usize = after.parse().expect("a number");
        let page: Vec<_> = log.iter().skip(after).take(2).collect();
        ok(&json!({ "entries": page, "head_seq": log.len(), "head_hash": "" }))
    })
}

#[test]
fn the_whole_log_is_written_and_verifies() {
    let mut broken = false;
    let stub = server(entries(5), move |asked| {
        let breaks = asked.line.contains("after=2") && !std::mem::replace(&mut broken, true);
        breaks.then(silence)
    });
    let user = User::of(&stub);
    user.sign_in();
    let path = user.path("log.jsonl").display().to_string();
    let said = user.json(&["audit", "export", "--out", &path], "");
    assert_eq!((&said["entries"], &said["ok"]), (&json!(5), &json!(true)));
    let text = fs::read_to_string(&path).expect("a file");
    assert_eq!(text.lines().count(), 6);
    assert!(
        text.starts_with(
            r#"{"scrutineer":"audit-log","version":1,"union":"Local 1","receipts":"SHA256:abc"}"#
        )
    );
    let verified = crate::stub::scrutineer(&["scrutineer", "audit", "verify", &path, "--json"], "").json();
    assert_eq!((&verified["ok"], &verified["head"]["hash"]), (&json!(true), &said["head"]));
    let asked = stub.lines().into_iter().filter(|line| line.contains("/audit?")).collect::<Vec<_>>();
    let after =
        |line: &String| line.split("after=").nth(1).expect("a query").chars().next().expect("a number");
    assert_eq!(
        asked.iter().map(after).collect::<String>(),
        "02245",
        "a page that was lost is asked for again"
    );
    user.refused(&["audit", "export", "--out", &path], "", "is there already");
    let printed = user.run(&["audit", "export"], "");
    assert_eq!((printed.exit, printed.stdout), (Exit::Yes, text));
    user.refused(&["audit", "export"], "", "name one with --out");
}

#[test]
fn a_log_that_cannot_be_had_whole_is_not_written() {
    let stub = server(entries(5), |asked| {
        asked
            .line
            .contains("after=4")
            .then(|| refused(403, "forbidden", "This is for officers and observers only."))
    });
    let user = User::of(&stub);
    user.sign_in();
    let path = user.path("log.jsonl");
    user.refused(
        &["audit", "export", "--out", &path.display().to_string()],
        "",
        "for officers and observers",
    );
    assert!(!path.exists());
    let printed = user.run(&["audit", "export"], "");
    assert_eq!((printed.exit, printed.stdout.as_str()), (Exit::Error, ""));
}

#[test]
fn a_log_that_does_not_hang_together_is_written_and_said_to_be_wrong() {
    let mut log = entries(5);
    log[2]["actor"] = "operator".into();
    let stub = server(log, |_| None);
    let user = User::of(&stub);
    user.sign_in();
    let path = user.path("log.jsonl").display().to_string();
    let ran = user.run(&["audit", "export", "--out", &path, "--json"], "");
    assert_eq!((ran.exit, &ran.json()["ok"]), (Exit::No, &json!(false)));
    assert!(ran.stderr.contains("do not hang together"), "{}", ran.stderr);
    let verified = crate::stub::scrutineer(&["scrutineer", "audit", "verify", &path, "--json"], "").json();
    assert_eq!(verified["first_wrong"]["seq"], 3);
}

#[test]
fn the_log_is_said_in_words() {
    let stub = server(entries(3), |_| None);
    let user = User::of(&stub);
    user.sign_in();
    let ran = user.run(&["audit", "show", "--ballot", "Zm9Q5QG2"], "");
    assert!(
        ran.stdout.contains("     3  2027-01-15 08:00:00 UTC  The server opened ballot Zm9Q5QG2 for voting."),
        "{ran:?}"
    );
    assert!(stub.lines().iter().any(|line| line.contains("&ballot=Zm9Q5QG2")), "{:?}", stub.lines());
    assert_eq!(user.json(&["audit", "show"], "")["entries"][0]["seq"], 1);
}

#[test]
fn a_server_that_gives_the_same_page_for_ever_is_left() {
    let page = json!({ "entries": entries(1), "head_seq": 1, "head_hash": "" });
    let stub = server(Vec::new(), move |asked| asked.line.contains("/audit?").then(|| ok(&page)));
    let user = User::of(&stub);
    user.sign_in();
    user.refused(&["audit", "show"], "", "its log does not go on");
}

#[test]
fn a_ballot_shows_turnout_by_unit_and_how_far_its_tellers_are() {
    let ballot = json!({
        "id": "abcdefgh", "title": "T", "practice": false, "state": "open", "opens": null, "closes": null,
        "time_zone": "UTC", "contact": "C", "board": "B", "codes": "server", "questions": [], "setting": [],
        "waits_for": [], "cast": 60, "cast_at": 1_800_000_000,
        "turnout": [{ "units": ["A", "B"], "eligible": 90, "cast": 40 }, { "units": ["C"], "eligible": 50, "cast": 20 }],
        "boxes": [{
            "name": "all", "election": "aaaaaaaaaaaaaa", "fingerprint": "F", "eligible": 140, "spares": 0, "height": 0,
            "checks": [{ "index": 1, "statement": "{}" }, { "index": 3, "statement": "{}" }], "opened_by": [2],
        }],
    });
    let stub = Stub::start(move |_| ok(&ballot));
    let shown = User::of(&stub).run(&["ballot", "show", "abcdefgh"], "").stdout;
    for line in [
        "Members who voted: 60 as of Friday, 15 January 2027, 08:00 UTC",
        "  in A, B: 40 of 90",
        "  in C: 20 of 50",
        "tellers who checked before opening, by seat: 1, 3",
        "tellers who opened the count, by seat: 2",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line} is not in\n{shown}");
    }
}
