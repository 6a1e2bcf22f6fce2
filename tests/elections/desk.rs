//! The desk: a lost code is replaced by a spare one, and is void from then on.

use scrutineer_tests::union::codes;
use scrutineer_tests::union::path;
use serde_json::json;

use crate::{open_ballot, world};

#[test]
fn a_replaced_code_is_void_and_the_new_one_votes() {
    let world = world(10);
    let ballot = open_ballot(&world);
    let [officer, other] = world.officers();
    let member = &world.voters()[0];
    world.activate(member).unwrap();
    let lost = ballot.code(member).unwrap();
    let reissue = |no: &str| officer.run(&["desk", "reissue", &ballot.id, "--member", no]);
    reissue(&member.member_no).yes().unwrap();

    let refused = ballot.vote_with(member, lost, &["--answer", "1=Yes"]).refusal().unwrap();
    assert_eq!(refused, "code_void");
    // Whoever found it has no use for it either.
    let refused = ballot.vote_with(other, lost, &["--answer", "1=Yes"]).refusal().unwrap();
    assert!(["not_your_code", "code_void"].contains(&refused.as_str()), "{refused}");

    let file = world.file("new-codes.csv");
    world.delegate().run(&["codes", "fetch", &ballot.id, "--out", &path(&file)]).yes().unwrap();
    let new = codes(&file).unwrap();
    assert_eq!(new.keys().collect::<Vec<_>>(), [&member.member_no], "only the new one");
    world.delegate().run(&["codes", "confirm", &ballot.id]).yes().unwrap();
    let new = &new[&member.member_no];
    assert_ne!(new, lost);
    ballot.vote_with(member, new, &["--answer", "1=Yes"]).yes().unwrap();

    // A vote stands: the code stays.
    assert_eq!(reissue(&member.member_no).refusal().unwrap(), "conflict");
    // There are three spares, so two are left.
    for person in &world.voters()[1..3] {
        reissue(&person.member_no).yes().unwrap();
    }
    assert_eq!(reissue(&officer.member_no).refusal().unwrap(), "conflict");
    assert!(reissue("nobody").error().is_ok());

    world.close(&ballot.id).unwrap();
    assert_eq!(reissue(&officer.member_no).refusal().unwrap(), "conflict");
    for officer in world.officers() {
        world.certify(officer, &ballot.id).yes().unwrap();
    }
    let (_, folder) = world.download(&ballot.id, "desk").unwrap();
    let certificate = std::fs::read(folder.join("certificate.json")).unwrap();
    let certificate: serde_json::Value = serde_json::from_slice(&certificate).unwrap();
    let codes = &certificate["boxes"][0]["codes"];
    assert_eq!(
        (&codes["reissued"], &codes["handed_out"], &codes["used"]),
        (&json!(3), &json!(13), &json!(1))
    );
    assert_eq!(codes["void"].as_array().unwrap().len(), 3);
    let (record, certificate) = (path(&world.file("desk.bel")), path(&folder));
    scrutineer_tests::person::offline(&["verify", &record, "--certificate", &certificate]).yes().unwrap();
}

#[test]
fn only_officers_sit_at_the_desk() {
    let world = world(10);
    let ballot = open_ballot(&world);
    let no = &world.voters()[0].member_no;
    for person in [world.delegate(), world.observer()] {
        let refused = person.run(&["desk", "reissue", &ballot.id, "--member", no]).refusal().unwrap();
        assert_eq!(refused, "forbidden");
    }
}
