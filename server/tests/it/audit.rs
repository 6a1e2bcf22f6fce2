//! The audit log is complete, chained, and any change to it is noticed.

use rusqlite::Connection;
use scrutineer_server::store;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{START, World};

fn deeds(page: &Value) -> Vec<(String, String)> {
    let text = |entry: &Value, field: &str| entry[field].as_str().unwrap().to_owned();
    let entries = page["entries"].as_array().unwrap();
    entries.iter().map(|entry| (text(entry, "actor"), text(entry, "deed"))).collect()
}

#[test]
fn every_deed_is_an_entry_and_signing_in_is_none() {
    let world = World::start();
    let all = world.everybody();
    let page = all.observer.get("/api/v1/audit").json;
    let expected = [
        ("operator", "installed"),
        ("operator", "role_granted"),
        ("member:1", "roll_imported"),
        ("member:1", "role_granted"),
        ("member:1", "role_granted"),
        ("member:1", "role_granted"),
        ("member:1", "activation_codes_issued"),
    ];
    let expected: Vec<_> = expected.map(|(actor, deed)| (actor.to_owned(), deed.to_owned())).into();
    assert_eq!(deeds(&page), expected);
    assert_eq!(page["entries"][3]["detail"], json!({ "role": "delegate", "member_no": "200" }));
    assert_eq!(page["entries"][3]["at"], START);
    assert_eq!(page["head_seq"], 7);
}

#[test]
fn anybody_can_recompute_the_chain_from_the_replies() {
    let world = World::start();
    let all = world.everybody();
    let page = all.observer.get("/api/v1/audit?limit=500").json;
    let mut previous = "0".repeat(64);
    for entry in page["entries"].as_array().unwrap() {
        assert_eq!(entry["prev_hash"], previous);
        let fields = ["seq", "at", "actor", "deed"].map(|field| entry[field].to_string()).join(",");
        let mut sorted = entry["detail"].clone();
        sorted.sort_all_objects();
        let detail = Value::from(sorted.to_string());
        let text = format!("scrutineer audit\n[{fields},{detail},\"{previous}\"]");
        assert_eq!(entry["hash"], hex::encode(Sha256::digest(text)));
        previous = entry["hash"].as_str().unwrap().to_owned();
    }
    assert_eq!(page["head_hash"], previous);
}

#[test]
fn the_log_is_read_in_pages() {
    let world = World::start();
    let all = world.everybody();
    let first = all.observer.get("/api/v1/audit?limit=3").json;
    assert_eq!(first["entries"].as_array().unwrap().len(), 3);
    let rest = all.observer.get("/api/v1/audit?after=3").json;
    assert_eq!(rest["entries"][0]["seq"], 4);
    assert_eq!(rest["entries"].as_array().unwrap().len(), 4);
    assert_eq!(all.observer.get("/api/v1/audit?after=7").json["entries"], json!([]));
    assert_eq!(all.observer.get("/api/v1/audit?limit=0").json["entries"].as_array().unwrap().len(), 1);
}

#[test]
fn check_notices_every_change() {
    let mut world = World::start();
    drop(world.everybody());
    world.stop();
    let folder = &world.files.folder;
    let audit = || store::check(folder).unwrap().into_iter().find(|check| check.name == "audit").unwrap();
    assert!(audit().ok, "{}", audit().detail);
    let untouched = std::fs::read(folder.database()).unwrap();
    for (change, first_wrong) in [
        ("UPDATE audit_entry SET detail = '{}' WHERE seq = 3", 3),
        ("UPDATE audit_entry SET actor = 'operator' WHERE seq = 4", 4),
        ("UPDATE audit_entry SET at = at + 1 WHERE seq = 7", 7),
        ("UPDATE audit_entry SET deed = 'role_revoked' WHERE seq = 5", 5),
        ("DELETE FROM audit_entry WHERE seq = 2", 2),
        ("UPDATE audit_entry SET hash = zeroblob(32) WHERE seq = 1", 1),
        ("UPDATE audit_entry SET prev_hash = zeroblob(32) WHERE seq = 6", 6),
        ("UPDATE audit_entry SET seq = seq + 1 WHERE seq = 7", 7),
    ] {
        let database = Connection::open(folder.database()).unwrap();
        database.execute_batch(change).expect_err("the triggers refuse it");
        database
            .execute_batch("DROP TRIGGER audit_entry_stays; DROP TRIGGER audit_entry_stays_as_written;")
            .unwrap();
        database.execute_batch(change).unwrap();
        drop(database);
        let found = audit();
        assert!(
            !found.ok && found.detail.contains(&format!("entry {first_wrong} ")),
            "{change}: {}",
            found.detail
        );
        let schema = store::check(folder).unwrap().into_iter().find(|check| check.name == "schema").unwrap();
        assert!(!schema.ok, "the triggers are missed");
        std::fs::write(folder.database(), &untouched).unwrap();
        let _ = std::fs::remove_file(folder.database().with_extension("db-wal"));
        let _ = std::fs::remove_file(folder.database().with_extension("db-shm"));
        assert!(audit().ok);
    }
}
