//! A practice ballot from draft to result, and that nothing certifies it, online or offline.

use std::fs;

use scrutineer_tests::person::offline;
use scrutineer_tests::union::ballot::{YES_NO, file};
use scrutineer_tests::union::path;
use serde_json::json;

use crate::world;

#[test]
fn a_practice_ballot_is_counted_and_verified_and_never_certified() {
    let world = world(10);
    let id = world.draft_as(&file("server", &[YES_NO]), &["--practice"]).unwrap();
    world.freeze(&id).unwrap();
    let ballot = world.fetch_codes(&id).unwrap();
    world.open(&id).unwrap();
    assert_eq!(world.show(&id).unwrap()["practice"], true);
    let [officer, other] = world.officers();
    let receipt = world.file("receipt.json");
    ballot.vote(officer, &["--answer", "1=Yes", "--receipt", &path(&receipt)]).unwrap().yes().unwrap();
    ballot.vote(other, &["--blank", "1"]).unwrap().yes().unwrap();
    world.close(&id).unwrap();
    assert_eq!(world.show(&id).unwrap()["state"], "tallied");
    let results = world.stranger().run(&["results", &id]).no().unwrap();
    assert_eq!((&results["cast"], &results["title"]), (&json!(2), &json!("PRACTICE: A question")));

    for officer in world.officers() {
        let why = world.certify(officer, &id).error().unwrap();
        assert!(why.contains("practice ballot"), "{why}");
    }
    let folder = world.file("certificate");
    let why = world.stranger().run(&["certificate", &id, "-o", &path(&folder)]).error().unwrap();
    assert!(why.contains("practice ballot"), "{why}");

    let record = world.file("practice.bel");
    world.stranger().run(&["record", &id, "-o", &path(&record)]).yes().unwrap();
    let verified = offline(&["verify", &path(&record)]).yes().unwrap();
    assert_eq!(
        (&verified["election"]["name"], &verified["votes"]),
        (&json!("PRACTICE: A question"), &json!(2))
    );
    let checks = verified["checks"].as_array().unwrap();
    let practice = checks.iter().find(|check| check["name"] == "practice").unwrap();
    assert_eq!(practice["level"], "warning");
    offline(&["receipt", "--file", &path(&receipt), "--record", &path(&record)]).yes().unwrap();

    // A real ballot's certificate does not go with it either.
    let real = crate::open_ballot(&world);
    world.close(&real.id).unwrap();
    for officer in world.officers() {
        world.certify(officer, &real.id).yes().unwrap();
    }
    let (_, certificate) = world.download(&real.id, "real").unwrap();
    fs::copy(record.with_extension("shares.json"), certificate.join("shares.json")).unwrap();
    let with = offline(&["verify", &path(&record), "--certificate", &path(&certificate)]).no().unwrap();
    let failed = with["checks"].as_array().unwrap().iter().filter(|check| check["level"] == "fail");
    let failed: Vec<_> = failed.map(|check| check["name"].as_str().unwrap()).collect();
    assert!(
        failed.contains(&"certificate-signatures") && failed.contains(&"certificate-record"),
        "{failed:?}"
    );
}
