//! Importing the roll: all of it or nothing.

use std::fmt::Write;

use serde_json::json;

use crate::support::{ROLL, World};

const IMPORTS: &str = "/api/v1/roll/imports";

#[test]
fn an_import_adds_changes_and_leaves_alone() {
    let world = World::start();
    let officer = world.officer();
    let first = officer.post(IMPORTS, &json!({ "csv": ROLL }));
    let counts = ["dry_run", "members", "added", "changed", "unchanged", "not_in_file"];
    let counts = counts.map(|field| first.json[field].to_string());
    // The first officer is in no file: gone from the roll, and an officer all the same.
    assert_eq!(counts, ["false", "4", "4", "0", "0", "1"], "{}", first.body);
    assert_eq!(first.json["gone_members"][0]["roles"], json!(["officer"]));
    let again = officer.post(IMPORTS, &json!({ "csv": ROLL }));
    assert_eq!((&again.json["added"], &again.json["unchanged"]), (&json!(0), &json!(4)));
    let next =
        "member_no,name,unit,standing,colour\n100,Mia Married,South,good,red\n500,New,South,lapsed,blue\n";
    let reply = officer.send("POST", IMPORTS, Some("text/csv"), next);
    assert_eq!(reply.json["members"], 2, "{}", reply.body);
    assert_eq!((&reply.json["added"], &reply.json["changed"]), (&json!(1), &json!(1)));
    assert_eq!(reply.json["not_in_file"], 3);
    assert!(reply.json["warnings"][0].as_str().unwrap().contains("colour"));
    let codes = officer.post("/api/v1/roll/activations", &json!({ "members": ["100"] }));
    assert_eq!(codes.json["codes"][0]["name"], "Mia Married");
    assert_eq!(codes.json["codes"][0]["unit"], "South");
}

#[test]
fn a_dry_run_says_the_same_and_changes_nothing() {
    let world = World::start();
    let officer = world.officer();
    let log = officer.get("/api/v1/audit").body;
    let dry = officer.post(IMPORTS, &json!({ "csv": ROLL, "dry_run": true }));
    assert_eq!((&dry.json["added"], &dry.json["dry_run"]), (&json!(4), &json!(true)));
    let dry = officer.send("POST", "/api/v1/roll/imports?dry_run=true", Some("text/csv"), ROLL);
    assert_eq!((&dry.json["added"], &dry.json["dry_run"]), (&json!(4), &json!(true)));
    assert_eq!(officer.get("/api/v1/audit").body, log);
    let wet = officer.post(IMPORTS, &json!({ "csv": ROLL }));
    assert_eq!(wet.json["added"], 4);
}

#[test]
fn every_bad_row_is_listed_and_nothing_is_imported() {
    let world = World::start();
    let officer = world.officer();
    let bad = "member_no,name,unit,standing,email\n\
        100,Mia,North,good,mia@example.org\n\
        100,Twin,North,good,twin@example.org\n\
        300,,North,good,x@example.org\n\
        400,Obi,North,good,not an address\n";
    let reply = officer.post(IMPORTS, &json!({ "csv": bad }));
    let rows = reply.is_problem(422, "roll_refused").json["rows"].as_array().unwrap();
    let lines: Vec<_> = rows.iter().map(|row| row["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [3, 4, 5], "{}", reply.body);
    assert!(rows.iter().all(|row| !row["message"].as_str().unwrap().is_empty()));
    for bad in ["", "member_no,name,unit\n1,a,b\n", "member_no,name,unit,standing\n"] {
        officer.post(IMPORTS, &json!({ "csv": bad })).is_problem(422, "roll_refused");
    }
    let codes = officer.post("/api/v1/roll/activations", &json!({}));
    assert_eq!(codes.json["codes"], json!([]), "nobody is on the roll but the officer");
}

#[test]
fn a_roll_in_another_encoding_is_read_and_the_reply_says_how() {
    let world = World::start();
    let officer = world.officer();
    let mut latin1 = b"member_no;name;unit;standing\n100;Jos".to_vec();
    latin1.extend(b"\xe9;North;good\n");
    let config = ureq::Agent::config_builder().http_status_as_error(false).build();
    let agent = ureq::Agent::new_with_config(config);
    let send = |file: &[u8]| {
        agent
            .post(format!("{}{IMPORTS}", world.url))
            .header("authorization", officer_header(&world))
            .header("content-type", "text/csv")
            .send(file)
            .unwrap()
    };
    let mut reply = send(&latin1);
    assert_eq!(reply.status().as_u16(), 200);
    let said: serde_json::Value = reply.body_mut().read_json().unwrap();
    assert_eq!(said["added_members"][0]["name"], "Jos\u{e9}");
    assert!(said["warnings"][0].as_str().unwrap().contains("read as Windows-1252"), "{said}");
    // What is no text at all is refused row by row.
    assert_eq!(send(b"\x00\x01\x02").status().as_u16(), 422);
    drop(officer);
}

fn officer_header(world: &World) -> String {
    let body = json!({ "member_no": "1", "password": crate::support::PASSWORD, "kind": "bearer" });
    format!("Bearer {}", world.anyone().post("/api/v1/sessions", &body).text("token"))
}

#[test]
fn a_roll_of_the_real_size_is_imported_and_gets_its_codes() {
    let world = World::start();
    let officer = world.officer();
    let mut csv = String::from("member_no,name,unit,standing,classification,fact\n");
    for n in 0..25_000 {
        writeln!(csv, "{},Member {n},School {},good,Teacher,secret {n}", 10_000 + n, n % 500).unwrap();
    }
    let reply = officer.post(IMPORTS, &json!({ "csv": csv }));
    assert_eq!(reply.json["added"], 25_000, "{}", reply.body);
    let codes = officer.post("/api/v1/roll/activations", &json!({}));
    assert_eq!(codes.json["codes"].as_array().unwrap().len(), 25_000);
}

#[test]
fn what_only_the_member_knows_is_kept_as_a_keyed_hash() {
    let mut world = World::start();
    let officer = world.officer();
    let csv =
        "member_no,name,unit,standing,fact\n100,Mia,North,good,Rosebud1941\n200,Dan,North,good,Rosebud1941\n";
    assert_eq!(officer.post(IMPORTS, &json!({ "csv": csv })).status, 200);
    world.stop();
    let database = std::fs::read(world.files.folder.database()).unwrap();
    let contains = |needle: &[u8]| database.windows(needle.len()).any(|window| window == needle);
    assert!(contains(b"Mia") && !contains(b"Rosebud"));
    let key = world.files.folder.fact_key().unwrap();
    assert!(contains(&key.hash("100", " rosebud1941 ")) && contains(&key.hash("200", "ROSEBUD1941")));
    assert_ne!(key.hash("100", "Rosebud1941"), key.hash("200", "Rosebud1941"));
}
