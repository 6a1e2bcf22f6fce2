//! Keeping and deleting: within its time nothing of a ballot goes, after it all but what must stay.

use std::collections::BTreeMap;

use rusqlite::Connection;
use scrutineer_server::actions::keeping;
use serde_json::{Value, json};

use crate::program::program;
use crate::support::START;
use crate::union::{Ballot, Union, YES_NO, good, no, yes};

const DAY: i64 = 24 * 60 * 60;

/// The tables of which a ballot's rows are deleted, with how a row finds its ballot.
const TABLES: [(&str, &str); 9] = [
    ("event", "box_id IN (SELECT id FROM box WHERE ballot_id = b.id)"),
    ("datum", "box_id IN (SELECT id FROM box WHERE ballot_id = b.id)"),
    ("vote", "box_id IN (SELECT id FROM box WHERE ballot_id = b.id)"),
    ("credential", "box_id IN (SELECT id FROM box WHERE ballot_id = b.id)"),
    ("participation", "box_id IN (SELECT id FROM box WHERE ballot_id = b.id)"),
    ("roll_entry", "box_id IN (SELECT id FROM box WHERE ballot_id = b.id)"),
    ("box", "ballot_id = b.id"),
    ("certificate", "ballot_id = b.id"),
    ("certificate_signature", "ballot_id = b.id"),
];

fn database(union: &Union) -> Connection {
    Connection::open(union.world.files.folder.database()).unwrap()
}

/// How many rows there are of each ballot, in each of [`TABLES`].
fn rows(union: &Union) -> BTreeMap<String, Vec<i64>> {
    let counts =
        TABLES.map(|(table, whose)| format!("(SELECT count(*) FROM {table} WHERE {whose})")).join(", ");
    let database = database(union);
    let mut statement = database.prepare(&format!("SELECT b.uuid, {counts} FROM ballot b")).unwrap();
    let read = |row: &rusqlite::Row<'_>| {
        let counts = (1..=TABLES.len()).map(|i| row.get(i)).collect::<Result<Vec<i64>, _>>()?;
        Ok((row.get(0)?, counts))
    };
    statement.query_map([], read).unwrap().map(Result::unwrap).collect()
}

fn kept_days(days: u32) -> String {
    format!("keep_days = {days}\nobjection_hours = 0\n{YES_NO}")
}

/// Votes, counts and certifies.
fn certified(union: &mut Union, file: &str) -> Ballot {
    let ballot = union.open(file);
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    good(union.order(&ballot, "closing"));
    union.member_again(&no(0));
    for officer in 0..2 {
        good(union.certify(&ballot, officer));
    }
    ballot
}

/// Deletes what is due; the ballots of which something was.
fn purge(union: &Union) -> Vec<String> {
    let purged = union.world.inside(async |app| app.store.write("test", keeping::purge).await.unwrap());
    purged.into_iter().map(|one| one.ballot.uuid.to_string()).collect()
}

#[test]
fn a_ballot_within_its_time_is_never_touched() {
    let mut union = Union::new(3);
    let (week, year) = (certified(&mut union, &kept_days(7)), certified(&mut union, YES_NO));
    let cancelled = union.freeze(&kept_days(30));
    let reason = json!({ "reason": "The offer was withdrawn" });
    good(union.by_two(union.delegate.post(&format!("{}/cancellation", cancelled.path), &reason)));
    // These have not ended, however long ago they were.
    let tallied = union.open(&kept_days(1));
    assert_eq!(union.vote(&tallied, &no(1), &yes()).status, 201);
    good(union.order(&tallied, "closing"));
    union.open(&kept_days(1));
    union.freeze(&kept_days(1));
    good(union.delegate.post("/api/v1/ballots", &json!({ "file": kept_days(1) })));

    let shown = |union: &Union, ballot: &Ballot| good(union.world.anyone().get(&ballot.path)).json;
    assert_eq!(shown(&union, &week)["keep_until"], START + 7 * DAY);
    assert_eq!(shown(&union, &year)["keep_until"], START + 365 * DAY);
    assert_eq!(shown(&union, &cancelled)["keep_until"], START + 30 * DAY);
    assert_eq!(shown(&union, &tallied).get("keep_until"), None);
    let mut due: Vec<(i64, &Ballot)> = vec![(7, &week), (30, &cancelled), (365, &year)];
    let mut expected = rows(&union);
    for day in [0, 1, 6, 7, 8, 29, 30, 364, 365, 5_000] {
        for second in [-1, 0, 1] {
            union.world.clock.set(START + day * DAY + second);
            let gone = purge(&union);
            let now: Vec<_> = due.extract_if(.., |(at, _)| *at * DAY <= day * DAY + second).collect();
            assert_eq!(gone, now.iter().map(|(_, ballot)| ballot.id.clone()).collect::<Vec<_>>());
            for id in gone {
                // Certificates and signatures stay, nothing else does.
                expected.get_mut(&id).unwrap()[..7].fill(0);
            }
            assert_eq!(rows(&union), expected, "day {day}, second {second}");
        }
    }
    assert!(due.is_empty());
    assert_eq!(expected[&week.id][7..], [1, 2]);
}

#[test]
fn what_is_left_of_a_ballot_is_shown_and_the_rest_is_said_to_be_gone() {
    let mut union = Union::new(3);
    let ballot = certified(&mut union, &kept_days(1));
    let anyone = union.world.anyone();
    let before = good(anyone.get(&format!("{}/certificate", ballot.path))).json;
    union.world.clock.advance(DAY);
    let client = union.world.sign_in("400");
    assert_eq!(good(client.get(&format!("{}/participation", ballot.path))).json["eligible"], 3);
    assert_eq!(purge(&union), std::slice::from_ref(&ballot.id));

    for part in ["record", "shares", "election", "head", "results", "participation", "roll"] {
        let gone = client.get(&format!("{}/{part}", ballot.path));
        gone.is_problem(410, "gone");
        assert!(gone.text("detail").contains("Work remotely only"), "{part}: {}", gone.body);
    }
    let tracker = "A".repeat(43);
    anyone.get(&format!("{}/receipts?tracker={tracker}", ballot.path)).is_problem(410, "gone");
    let shown = good(anyone.get(&ballot.path)).json;
    assert_eq!((&shown["state"], &shown["title"]), (&json!("certified"), &json!("Work remotely only")));
    assert_eq!((&shown["purged_at"], &shown["boxes"]), (&json!(START + DAY), &json!([])));
    let after = good(anyone.get(&format!("{}/certificate", ballot.path))).json;
    for field in ["certificate", "allowed_signers", "signatures", "needed"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    assert_eq!(after["shares"], "");
    // Nothing can be certified about what nobody can look at any more.
    let officer = union.world.sign_in("1");
    officer
        .post(&format!("{}/corrections", ballot.path), &json!({ "reason": "Later." }))
        .is_problem(410, "gone");
    officer.post(&format!("{}/signatures", ballot.path), &json!({ "signature": "" })).is_problem(410, "gone");
    // What was proposed about it stays as having been proposed.
    let proposals = good(client.get("/api/v1/proposals")).json;
    assert_eq!(
        (&proposals["proposals"][0]["state"], &proposals["proposals"][0]["content"]),
        (&json!("approved"), &json!({}))
    );

    let page =
        |path: &str| anyone.with("accept-language", "en").get(&format!("/ballots/{}{path}", ballot.id));
    let own = page("");
    assert!(own.status == 200 && own.body.contains("Its certificate stays."), "{}", own.body);
    assert!(!own.body.contains(&format!("/ballots/{}/record", ballot.id)), "no link to what is gone");
    for path in ["/record", "/results"] {
        let gone = page(path);
        assert!(
            gone.status == 410 && gone.body.contains("This is not kept any more"),
            "{path}: {}",
            gone.body
        );
    }
    // The log stays whole and says it.
    let entries = good(client.get("/api/v1/audit?limit=500")).json["entries"].as_array().unwrap().clone();
    let last = entries.last().unwrap();
    assert_eq!((&last["deed"], &last["actor"]), (&json!("ballot_purged"), &json!("operator")));
    assert_eq!(
        (&last["detail"]["ballot"], &last["detail"]["title"]),
        (&json!(ballot.id), &json!("Work remotely only"))
    );
    assert!(entries.iter().any(|entry| entry["deed"] == "ballot_certified"));
    // A second time there is nothing to delete.
    assert_eq!(purge(&union), Vec::<String>::new());
}

#[test]
fn the_operator_sees_what_would_be_deleted_before_it_is_and_then_no_file_has_it() {
    let mut union = Union::new(3);
    let ballot = certified(&mut union, &kept_days(1));
    let record = String::from_utf8_lossy(&union.record(&ballot)).into_owned();
    let vote = record.split("\"credential\":\"").nth(1).unwrap()[..64].to_owned();
    let data = union.world.files.folder.path().to_str().unwrap().to_owned();
    let run = |more: &[&str]| {
        let said = program(&[&["purge", "--data", &data, "--json"], more].concat()).output().unwrap();
        let document: Value = serde_json::from_slice(&said.stdout).unwrap_or_default();
        (said.status.code(), document)
    };
    let (code, busy) = run(&["--yes"]);
    assert!(code == Some(2) && busy.to_string().contains("in use by another server"), "{busy}");
    union.world.stop();
    // By the clock of this machine it must still be kept.
    let (code, nothing) = run(&["--yes"]);
    assert_eq!((code, nothing), (Some(0), json!({ "deleted": true, "ballots": [] })));
    database(&union).execute("UPDATE ballot SET keep_until = 1", []).unwrap();
    let (code, listed) = run(&[]);
    assert_eq!((code, &listed["deleted"]), (Some(0), &json!(false)));
    let one = &listed["ballots"][0];
    assert_eq!(
        (&one["id"], &one["title"], &one["state"]),
        (&json!(ballot.id), &json!("Work remotely only"), &json!("certified"))
    );
    assert_eq!((&one["rows"]["members on the frozen roll"], &one["rows"]["boxes"]), (&json!(3), &json!(1)));
    let holds = || {
        let files = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap());
        files.filter(|bytes| bytes.windows(vote.len()).any(|window| window == vote.as_bytes())).count()
    };
    assert!(holds() > 0 && rows(&union)[&ballot.id][0] > 0, "listing deletes nothing");
    let (code, deleted) = run(&["--yes"]);
    assert_eq!((code, &deleted["ballots"]), (Some(0), &listed["ballots"]));
    assert_eq!(holds(), 0);
    assert_eq!(run(&[]).1, json!({ "deleted": false, "ballots": [] }));
    let checked = program(&["check", "--data", &data]).output().unwrap();
    assert_eq!(checked.status.code(), Some(0), "{}", String::from_utf8_lossy(&checked.stdout));
}

#[test]
fn a_ballot_is_kept_while_observers_may_object_and_nothing_about_it_waits_afterwards() {
    let mut union = Union::new(2);
    let ballot = certified(&mut union, &format!("keep_days = 1\nobjection_hours = 72\n{YES_NO}"));
    let shown = good(union.world.anyone().get(&ballot.path)).json;
    assert_eq!(shown["keep_until"], START + 3 * DAY);
    // As if the server had stopped before it could end a proposal.
    database(&union)
        .execute("UPDATE proposal SET state = 'waiting', decided_at = NULL, decided_by = NULL", [])
        .unwrap();
    union.world.clock.advance(2 * DAY);
    assert_eq!(purge(&union), Vec::<String>::new());
    union.world.clock.advance(DAY);
    assert_eq!(purge(&union), std::slice::from_ref(&ballot.id));
    let proposals = good(union.world.sign_in("400").get("/api/v1/proposals")).json;
    assert_eq!(proposals["proposals"][0]["state"], "expired");
    // Others can be proposed, which looks at all that wait.
    let officer = union.world.sign_in("1");
    let draft = good(officer.post("/api/v1/ballots", &json!({ "file": YES_NO }))).text("id").to_owned();
    assert_eq!(officer.order(&format!("/api/v1/ballots/{draft}/freezing")).status, 202);
}
