//! `tellers = "server"`: no board; the count is opened when the ballot closes, and the setting says what that means.

use scrutineer_tests::person::offline;
use scrutineer_tests::union::path;
use serde_json::json;

use crate::{open_ballot, world};

#[test]
fn the_server_counts_alone_and_says_so() {
    let world = world(10);
    let ballot = open_ballot(&world);
    let said = world.show(&ballot.id).unwrap()["setting"].to_string();
    assert!(said.contains("server alone"), "{said}");
    let [officer, other] = world.officers();
    ballot.vote(officer, &["--answer", "1=Yes"]).unwrap().yes().unwrap();
    ballot.vote(other, &["--answer", "1=No"]).unwrap().yes().unwrap();
    world.close(&ballot.id).unwrap();
    let shown = world.show(&ballot.id).unwrap();
    assert_eq!(shown["state"], "tallied", "{shown}");
    for officer in world.officers() {
        world.certify(officer, &ballot.id).yes().unwrap();
    }
    let results = world.stranger().run(&["results", &ballot.id]).no().unwrap();
    assert_eq!(results["decisions"][0]["outcome"], "not_passed");
    let (record, certificate) = world.download(&ballot.id, "alone").unwrap();
    let verified = offline(&["verify", &path(&record), "--certificate", &path(&certificate)]).yes().unwrap();
    assert_eq!((&verified["tellers"], &verified["votes"]), (&json!("server"), &json!(2)));
}

#[test]
fn a_ballot_without_a_vote_can_be_counted_and_certified() {
    let world = world(10);
    let ballot = open_ballot(&world);
    world.close(&ballot.id).unwrap();
    for officer in world.officers() {
        world.certify(officer, &ballot.id).yes().unwrap();
    }
    let results = world.stranger().run(&["results", &ballot.id]).no().unwrap();
    assert_eq!((&results["cast"], &results["decisions"][0]["outcome"]), (&json!(0), &json!("not_passed")));
    let (record, certificate) = world.download(&ballot.id, "none").unwrap();
    offline(&["verify", &path(&record), "--certificate", &path(&certificate)]).yes().unwrap();
}
