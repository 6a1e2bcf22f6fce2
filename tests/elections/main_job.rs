//! The main job: from the roll to a certificate that strangers can check.

use scrutineer_tests::person::offline;
use scrutineer_tests::union::ballot::{BOARD, YES_NO, file};
use scrutineer_tests::union::path;
use scrutineer_tests::world::World;
use serde_json::json;

use crate::PROGRAM;

/// Passes with more than half of the valid votes for the first answer; two may be chosen.
const TWO_OF_THREE: &str = "text = \"Which two?\"\nanswers = [\"Wages\", \"Class size\", \"Safety\"]\n\
    choose = { min = 1, max = 2 }\npasses = \"Wages > half of valid\"";

#[test]
fn a_vote_from_the_roll_to_a_certificate_that_strangers_can_check() {
    let world = World::with_board(PROGRAM, 14).unwrap();
    let [one, two, three] = world.tellers();
    // Some of a board may stay away.
    let ballot = world.bring_to_open(&file(BOARD, &[YES_NO, TWO_OF_THREE]), &[two, three]).unwrap();
    for person in world.voters() {
        world.activate(person).unwrap();
    }

    // Nine of fourteen agree in the end (60% are 8.4, so nine are needed); one abstains explicitly.
    let both = ["--answer", "2=Class size", "--answer", "2=Safety"];
    let wages = ["--answer", "2=Wages"];
    let vote = |index: usize, words: &[&str]| {
        let said = ballot.vote(&world.people()[index], words).unwrap().yes().unwrap();
        said["tracker"].as_str().unwrap().to_owned()
    };
    let first = vote(0, &[&["--answer", "1=No"][..], &wages].concat());
    for index in 1..8 {
        vote(index, &[&["--answer", "1=Yes"][..], &both].concat());
    }
    vote(8, &[&["--answer", "1=Yes"][..], &wages].concat());
    vote(9, &[&["--blank", "1"][..], &wages].concat());
    let no = vote(10, &[&["--answer", "1=No"][..], &wages].concat());
    let second = vote(0, &[&["--answer", "1=Yes"][..], &both].concat());
    assert_ne!(first, second);

    world.close(&ballot.id).unwrap();
    let closed = world.show(&ballot.id).unwrap();
    assert_eq!((&closed["state"], &closed["cast"]), (&json!("closed"), &json!(11)));
    // Nobody has a result, or says that there is one, before the tellers have opened the count.
    assert_eq!(world.stranger().run(&["results", &ballot.id]).refusal().unwrap(), "conflict");

    let stated = world.decrypt(one, &ballot.id).no().unwrap();
    assert_eq!(stated["boxes"][0]["signed"], 1);
    let seen = world.decrypt(three, &ballot.id).yes().unwrap();
    assert_eq!(stated["boxes"][0]["fingerprint"], seen["boxes"][0]["fingerprint"]);
    world.decrypt(one, &ballot.id).yes().unwrap();
    assert_eq!(world.show(&ballot.id).unwrap()["state"], "tallied");
    let [officer, other] = world.officers();
    world.certify(officer, &ballot.id).yes().unwrap();
    assert_eq!(world.show(&ballot.id).unwrap()["state"], "tallied", "one signature is not enough");
    world.certify(other, &ballot.id).yes().unwrap();
    assert_eq!(world.show(&ballot.id).unwrap()["state"], "certified");

    let results = world.stranger().run(&["results", &ballot.id]).no().unwrap();
    assert_eq!((&results["eligible"], &results["cast"]), (&json!(14), &json!(11)));
    assert_eq!(
        results["counts"],
        json!([
            {
                "question": "Shall we?", "blank": 1,
                "answers": [{ "answer": "Yes", "votes": 9 }, { "answer": "No", "votes": 1 }],
            },
            {
                "question": "Which two?",
                "answers": [
                    { "answer": "Wages", "votes": 3 },
                    { "answer": "Class size", "votes": 8 },
                    { "answer": "Safety", "votes": 8 },
                ],
            },
        ])
    );
    let conditions = |index: usize| &results["decisions"][index]["conditions"][0];
    assert_eq!(results["decisions"][0]["outcome"], "passed");
    assert_eq!((&conditions(0)["needed"], &conditions(0)["got"]), (&json!(9), &json!(9)));
    assert_eq!(results["decisions"][1]["outcome"], "not_passed");
    assert_eq!((&conditions(1)["needed"], &conditions(1)["got"]), (&json!(6), &json!(3)));

    let (record, certificate) = world.download(&ballot.id, "vote").unwrap();
    let verified = offline(&["verify", &path(&record), "--certificate", &path(&certificate)]).yes().unwrap();
    assert_eq!((&verified["ok"], &verified["complete"]), (&json!(true), &json!(true)));
    assert_eq!(
        (&verified["voters"], &verified["votes"], &verified["replaced"]),
        (&json!(17), &json!(11), &json!(1))
    );
    assert_eq!(verified["counts"], results["counts"]);
    assert_eq!(verified["decisions"], results["decisions"]);

    // Receipts, asked of the server and looked up without it.
    let anyone = world.stranger();
    let state = |tracker: &str| anyone.run(&["receipt", &ballot.id, tracker]);
    assert_eq!(state(&second).yes().unwrap()["state"], "counted");
    assert_eq!(state(&no).yes().unwrap()["state"], "counted");
    assert_eq!(state(&first).no().unwrap()["state"], "replaced");
    assert_eq!(state(&"A".repeat(43)).no().unwrap()["state"], "not_found");
}

#[test]
fn a_certificate_needs_officers_who_stand_on_the_record() {
    let world = World::settled(PROGRAM, 10, &[]).unwrap();
    let ballot = crate::open_ballot(&world);
    world.close(&ballot.id).unwrap();
    let [officer, _] = world.officers();
    // A key that was registered after freezing counts for later ballots only.
    let observer = world.observer();
    let grant = officer.run(&["role", "grant", "officer", "--member", &observer.member_no]);
    world.by_two(&grant).unwrap();
    let key = officer.file("officer");
    for name in ["officer", "officer.pub"] {
        std::fs::copy(world.officers()[1].file(name), observer.file(name)).unwrap();
    }
    assert!(
        observer.run(&["keys", "add", &path(&observer.file("officer.pub"))]).error().is_ok(),
        "somebody else's"
    );
    let said = observer.run(&["certify", &ballot.id, "--key", &path(&key)]).error().unwrap();
    assert!(!said.is_empty());
    let said = world.delegate().run(&["certify", &ballot.id, "--key", &path(&key)]).error().unwrap();
    assert!(!said.is_empty());
    // The same officer twice is one officer.
    world.certify(officer, &ballot.id).yes().unwrap();
    assert!(world.certify(officer, &ballot.id).error().unwrap().contains("already"));
    assert_eq!(world.show(&ballot.id).unwrap()["state"], "tallied");
}
