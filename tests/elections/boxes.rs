//! A ballot that is counted by unit: three boxes, two of them of several units; all members together say yes, one box does
//! not.

use std::collections::HashMap;
use std::fs;

use scrutineer_tests::person::{Person, offline};
use scrutineer_tests::union::ballot::{BOARD, boxes_file};
use scrutineer_tests::union::path;
use scrutineer_tests::world::World;
use serde_json::{Value, json};

use crate::PROGRAM;

const EACH: &str =
    "text = \"Shall we?\"\nanswers = [\"Yes\", \"No\"]\npasses = \"each unit: Yes > half of valid\"";
const WHOLE: &str = "text = \"And this?\"\nanswers = [\"Yes\", \"No\"]\npasses = \"Yes > half of valid\"";

/// The first unit alone, the others in two halves.
struct Boxes {
    merged: Vec<(&'static str, Vec<String>)>,
    alone: String,
    /// The box of every member.
    of_member: HashMap<String, String>,
}

fn boxes(world: &World) -> Boxes {
    let units = world.units();
    let (alone, others) = units.split_first().unwrap();
    let (east, west) = others.split_at(others.len() / 2);
    let mut of_unit: HashMap<&str, &str> = HashMap::from([(alone.as_str(), alone.as_str())]);
    of_unit.extend(east.iter().map(|unit| (unit.as_str(), "East side")));
    of_unit.extend(west.iter().map(|unit| (unit.as_str(), "West side")));
    let of_member = |entry: &scrutineer_ballot::roll::RollEntry| {
        (entry.no().as_str().to_owned(), of_unit[entry.unit()].to_owned())
    };
    let of_member = world.roll.iter().map(of_member).collect();
    let merged = vec![("East side", east.to_vec()), ("West side", west.to_vec())];
    Boxes { merged, alone: alone.clone(), of_member }
}

#[test]
fn a_ballot_by_unit_fails_where_one_unit_says_no_although_all_together_say_yes() {
    let world = World::with_board(PROGRAM, 14).unwrap();
    let Boxes { merged, alone, of_member } = boxes(&world);
    let merged: Vec<_> = merged.iter().map(|(name, units)| (*name, units.as_slice())).collect();
    let file = boxes_file(BOARD, &merged, &[EACH, WHOLE]);
    let [one, two, three] = world.tellers();

    // Too small for what the file says otherwise, and nothing of it comes about.
    let small = world.draft(&file.replace("smallest_box = 1\n", "")).unwrap();
    let why = world.delegate().run(&["ballot", "freeze", &small]).error().unwrap();
    assert!(why.contains("fewer than 20 members") && why.contains("\"East side\""), "{why}");

    let id = world.draft(&file).unwrap();
    world.freeze(&id).unwrap();
    let ballot = world.fetch_codes(&id).unwrap();
    assert_eq!(ballot.codes.len(), 14, "one file has everybody's codes");
    let checked = world.check(one, &id).yes().unwrap();
    assert_eq!(checked["boxes"].as_array().unwrap().len(), 3, "one run checks every box");
    assert!(world.open(&id).is_err(), "one teller is not enough");
    world.check(two, &id).yes().unwrap();
    world.open(&id).unwrap();

    let people = world.people();
    for person in people.get(7..).unwrap() {
        world.activate(person).unwrap();
    }
    let choice = |person: &Person| if of_member[&person.member_no] == alone { "No" } else { "Yes" };
    let stranger_box = |person: &Person| {
        let other = if of_member[&person.member_no] == "East side" { "West side" } else { "East side" };
        ballot.vote(person, &["--answer", "1=Yes", "--answer", "2=Yes", "--box", other]).unwrap()
    };
    assert!(stranger_box(&people[0]).error().unwrap().contains("leave --box out"));
    let mut trackers = Vec::new();
    for person in people {
        let said = ballot.vote(person, &["--answer", &format!("1={}", choice(person)), "--answer", "2=Yes"]);
        trackers.push(said.unwrap().yes().unwrap()["tracker"].as_str().unwrap().to_owned());
        let shown = person.run(&["ballot", "show", &id]).yes().unwrap();
        assert_eq!(shown["me"]["box"], of_member[&person.member_no].as_str());
    }

    world.close(&id).unwrap();
    let stated = world.decrypt(one, &id).no().unwrap();
    let seen = world.decrypt(three, &id).yes().unwrap();
    assert_eq!(stated["fingerprint"], seen["fingerprint"], "twelve words for all boxes");
    assert_eq!(seen["boxes"].as_array().unwrap().len(), 3);
    world.decrypt(one, &id).yes().unwrap();
    for officer in world.officers() {
        world.certify(officer, &id).yes().unwrap();
    }
    assert_eq!(world.show(&id).unwrap()["state"], "certified");
    for tracker in &trackers {
        assert_eq!(world.stranger().run(&["receipt", &id, tracker]).yes().unwrap()["state"], "counted");
    }
    offline_checks(&world, &id, &alone);
}

fn offline_checks(world: &World, id: &str, alone: &str) {
    let anyone = world.stranger();
    let results = anyone.run(&["results", id]).no().unwrap();
    let (votes, noes) =
        (&results["counts"][0]["answers"][0]["votes"], &results["counts"][0]["answers"][1]["votes"]);
    assert!(votes.as_u64() > noes.as_u64(), "more than half said yes in all");
    assert_eq!(results["decisions"][0]["outcome"], "not_passed");
    assert_eq!(results["decisions"][1]["outcome"], "passed");
    let conditions = results["decisions"][0]["conditions"].as_array().unwrap();
    let failed: Vec<_> =
        conditions.iter().filter(|one| one["holds"] == false).map(|one| &one["unit"]).collect();
    assert_eq!((conditions.len(), failed), (3, vec![&json!(alone)]));
    let of_box = anyone.run(&["results", id, "--box", "East side"]).yes().unwrap();
    assert_eq!(of_box["decisions"], json!([null, null]));

    // All records in one folder, or one in a file.
    let (records, one) = (world.file("records"), world.file("east.bel"));
    assert!(anyone.run(&["record", id, "-o", &path(&one)]).error().unwrap().contains("3 boxes"));
    anyone.run(&["record", id, "--box", "East side", "-o", &path(&one)]).yes().unwrap();
    let written = anyone.run(&["record", id, "-o", &path(&records)]).yes().unwrap();
    let written: Vec<String> = written["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["file"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(written.len(), 3);
    let east = written.iter().find(|file| fs::read(file).unwrap() == fs::read(&one).unwrap());
    assert!(east.is_some(), "the same record either way");

    let certificate = path(&world.file("certificate"));
    anyone.run(&["certificate", id, "-o", &certificate]).yes().unwrap();
    let verify = |records: &[String]| {
        let records: Vec<&str> = records.iter().map(String::as_str).collect();
        offline(&[&["verify", "--certificate", &certificate], &records[..]].concat())
    };
    let verified: Value = verify(&written).yes().unwrap();
    assert_eq!((&verified["decisions"], &verified["counts"]), (&results["decisions"], &results["counts"]));
    assert_eq!(verified["certificate"]["ok"], true);
    verify(&written[..2]).no().unwrap();
    verify(&[&written[..], &written[..1]].concat()).no().unwrap();
}
