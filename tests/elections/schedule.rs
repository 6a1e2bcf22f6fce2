//! Opening and closing by the clock.

use scrutineer_tests::union::PASSWORD;
use scrutineer_tests::union::ballot::{YES_NO, file};
use scrutineer_tests::union::path;

use crate::world;

const DAY: i64 = 24 * 60 * 60;

/// A ballot file with times.
fn scheduled(opens: &str, closes: &str) -> String {
    format!("opens = {opens}\ncloses = {closes}\n{}", file("server", &[YES_NO]))
}

#[test]
fn a_ballot_opens_and_closes_by_its_schedule_and_can_only_be_extended() {
    let mut world = world(10);
    let id = world.draft(&scheduled("2100-01-01T09:00:00", "2100-01-03T23:59:00")).unwrap();
    world.freeze(&id).unwrap();
    let ballot = world.fetch_codes(&id).unwrap();
    let delegate = world.delegate();
    assert_eq!(delegate.run(&["ballot", "open", &id]).refusal().unwrap(), "conflict", "not before its time");

    // 2100-01-01 09:00 in Chicago is 15:00 UTC.
    let opens = 4_102_498_800;
    world.pass_to(opens).unwrap();
    world.until(&id, "open").unwrap();
    let voter = world.officers()[0].clone();
    voter.login(PASSWORD).unwrap();
    ballot.vote(&voter, &["--answer", "1=Yes"]).unwrap().yes().unwrap();

    world.delegate().login(PASSWORD).unwrap();
    let deed = |words: &[&str]| world.delegate().run(words);
    assert_eq!(deed(&["ballot", "close", &id]).refusal().unwrap(), "conflict", "not before its deadline");
    for until in ["2100-01-03T23:58:00", "2100-01-01T08:00:00", "soon"] {
        assert!(deed(&["ballot", "extend", &id, "--until", until]).error().is_ok(), "{until}");
    }
    world.officers()[1].login(PASSWORD).unwrap();
    world.extend(&id, "2100-01-05T12:00:00").unwrap();

    // The old deadline passes: the ballot is still open.
    world.pass(4 * DAY - 15 * 60 * 60).unwrap();
    voter.login(PASSWORD).unwrap();
    ballot.vote(&voter, &["--answer", "1=No"]).unwrap().yes().unwrap();
    world.pass(DAY).unwrap();
    world.until(&id, "tallied").unwrap();
    voter.login(PASSWORD).unwrap();
    assert_eq!(ballot.vote(&voter, &["--answer", "1=Yes"]).unwrap().refusal().unwrap(), "not_open");
    let late = world.officers()[1];
    late.login(PASSWORD).unwrap();
    assert_eq!(ballot.vote(late, &["--answer", "1=Yes"]).unwrap().refusal().unwrap(), "not_open");
    for officer in world.officers() {
        world.certify(officer, &id).yes().unwrap();
    }
    let (record, certificate) = world.download(&id, "scheduled").unwrap();
    let verified =
        scrutineer_tests::person::offline(&["verify", &path(&record), "--certificate", &path(&certificate)]);
    assert_eq!(verified.yes().unwrap()["counts"][0]["answers"][1]["votes"], 1);
}

#[test]
fn a_deadline_that_passes_while_the_server_is_down_has_passed() {
    let mut world = world(10);
    let id = world.draft(&format!("closes = 2100-01-03T23:59:00\n{}", file("server", &[YES_NO]))).unwrap();
    world.freeze(&id).unwrap();
    let ballot = world.fetch_codes(&id).unwrap();
    world.open(&id).unwrap();
    let voter = world.officers()[0].clone();
    ballot.vote(&voter, &["--answer", "1=Yes"]).unwrap().yes().unwrap();
    let url = world.running().unwrap().url().to_owned();
    world.stop().unwrap();
    world.pass(100 * 366 * DAY).unwrap();
    world.start_again(&url).unwrap();
    world.until(&id, "tallied").unwrap();
    voter.login(PASSWORD).unwrap();
    assert_eq!(ballot.vote(&voter, &["--answer", "1=No"]).unwrap().refusal().unwrap(), "not_open");
    let results = world.stranger().run(&["results", &id]).no().unwrap();
    assert_eq!(results["counts"][0]["answers"][0]["votes"], 1);
}
