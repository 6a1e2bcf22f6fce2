//! What people may not do, or not now; each is refused with a word that programs know and changes nothing.

use std::fs;

use scrutineer_tests::union::ballot::{BOARD, YES_NO, file};
use scrutineer_tests::union::path;

use crate::{open_ballot, world};

#[test]
fn each_deed_has_its_people() {
    let world = world(10);
    let [first, _] = world.officers();
    let (delegate, observer, teller) = (world.delegate(), world.observer(), world.tellers()[0]);
    let out = path(&world.file("never.csv"));
    let draft = world.file("mine.toml");
    fs::write(&draft, file("server", &[YES_NO])).unwrap();
    let draft = path(&draft);
    let id = world.draft(&file("server", &[YES_NO])).unwrap();
    let roll = path(&world.file("roll.csv"));
    let key = path(&first.file("officer.pub"));
    for (person, words) in [
        (delegate, &["roll", "import", &roll][..]),
        (delegate, &["roll", "activation", "--out", &out]),
        (delegate, &["role", "grant", "officer", "--member", &delegate.member_no]),
        (observer, &["role", "revoke", "officer", "--member", &first.member_no]),
        (delegate, &["keys", "add", &key]),
        (delegate, &["tellers", "create", "Mine", "--threshold", "2", "--teller", "1", "2", "3"]),
        (observer, &["ballot", "draft", &draft]),
        (observer, &["ballot", "freeze", &id]),
        (teller, &["ballot", "draft", &draft]),
        (teller, &["ballot", "cancel", &id, "--reason", "I do not like it"]),
    ] {
        assert_eq!(person.run(words).refusal().unwrap(), "forbidden", "{words:?}");
    }
    assert!(!world.file("never.csv").exists());
    // Drafts are for those who work on them.
    for person in [observer, teller, &world.stranger()] {
        assert_eq!(person.run(&["ballot", "show", &id]).refusal().unwrap(), "not_found");
    }
    // Whoever is not signed in is nobody.
    let signed_out = world.stranger().run(&["ballot", "draft", &draft]).error().unwrap();
    assert!(signed_out.contains("login"), "{signed_out}");
    // Codes are for the one who froze, whoever else may freeze.
    world.freeze(&id).unwrap();
    let fetched = first.run(&["codes", "fetch", &id, "--out", &out]).error().unwrap();
    assert!(fetched.contains("froze"), "{fetched}");
    assert!(!world.file("never.csv").exists(), "nothing is left of a file that could not be filled");
}

#[test]
fn each_deed_has_its_time() {
    let world = world(10);
    let delegate = world.delegate();
    let officer = world.officers()[0];
    let id = world.draft(&file("server", &[YES_NO])).unwrap();
    let conflict =
        |words: &[&str]| assert_eq!(delegate.run(words).refusal().unwrap(), "conflict", "{words:?}");
    let out = path(&world.file("codes.csv"));
    for words in [
        &["ballot", "open", &id][..],
        &["ballot", "close", &id],
        &["ballot", "extend", &id, "--until", "2100-01-01T00:00:00"],
        &["codes", "fetch", &id, "--out", &out],
        &["codes", "confirm", &id],
    ] {
        conflict(words);
    }
    world.freeze(&id).unwrap();
    conflict(&["ballot", "freeze", &id]);
    // Opening waits until the codes have been fetched and confirmed.
    conflict(&["ballot", "open", &id]);
    conflict(&["codes", "confirm", &id]);
    let ballot = world.fetch_codes(&id).unwrap();
    // Before it is open nobody votes.
    assert_eq!(ballot.vote(officer, &["--answer", "1=Yes"]).unwrap().refusal().unwrap(), "not_open");
    world.open(&id).unwrap();
    for words in
        [&["ballot", "open", &id][..], &["ballot", "freeze", &id], &["codes", "fetch", &id, "--out", &out]]
    {
        conflict(words);
    }
    let tracker = ballot.vote(officer, &["--answer", "1=Yes"]).unwrap().yes().unwrap()["tracker"].clone();
    world.close(&id).unwrap();
    assert_eq!(ballot.vote(officer, &["--answer", "1=No"]).unwrap().refusal().unwrap(), "not_open");
    assert_eq!(
        ballot.vote(world.officers()[1], &["--answer", "1=No"]).unwrap().refusal().unwrap(),
        "not_open"
    );
    for words in [
        &["ballot", "open", &id][..],
        &["ballot", "close", &id],
        &["ballot", "cancel", &id, "--reason", "Late"],
    ] {
        conflict(words);
    }
    let results = world.stranger().run(&["results", &id]).no().unwrap();
    assert_eq!(results["counts"][0]["answers"][0]["votes"], 1, "{tracker}");
}

#[test]
fn a_code_is_of_use_to_its_member_alone_and_for_its_ballot_alone() {
    let world = world(10);
    let ballot = open_ballot(&world);
    let other = open_ballot(&world);
    let [one, two] = world.officers();
    let yes = ["--answer", "1=Yes"];
    let code = ballot.code(one).unwrap();
    assert_eq!(ballot.vote_with(two, code, &yes).refusal().unwrap(), "not_your_code");
    assert_eq!(other.vote_with(one, code, &yes).refusal().unwrap(), "not_your_code");
    // A slip is noticed before anything is sent.
    let last = if code.ends_with('0') { '1' } else { '0' };
    let slip = format!("{}{last}", &code[..code.len() - 1]);
    let said = ballot.vote_with(one, &slip, &yes).error().unwrap();
    assert!(said.contains("mistyped"), "{said}");
    // In any spelling that people use.
    let spelled = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
    ballot.vote_with(one, &spelled, &yes).yes().unwrap();
}

#[test]
fn answers_are_named_exactly() {
    let world = world(10);
    let ballot = open_ballot(&world);
    let one = world.officers()[0];
    for words in [
        &[][..],
        &["--answer", "1=yes"],
        &["--answer", "2=Yes"],
        &["--answer", "Yes"],
        &["--answer", "1=Yes", "--answer", "1=No"],
        &["--answer", "1=Yes", "--blank", "1"],
    ] {
        assert!(ballot.vote(one, words).unwrap().error().is_ok(), "{words:?}");
    }
    assert_eq!(world.show(&ballot.id).unwrap()["me"]["voted"], false);
}

#[test]
fn a_ballot_can_be_cancelled_with_a_reason_that_everybody_reads() {
    let world = world(10);
    let ballot = open_ballot(&world);
    let one = world.officers()[0];
    ballot.vote(one, &["--answer", "1=Yes"]).unwrap().yes().unwrap();
    let reason = "A question was missing.";
    world.cancel(&ballot.id, reason).unwrap();
    let shown = world.stranger().run(&["ballot", "show", &ballot.id]).yes().unwrap();
    assert_eq!((&shown["state"], &shown["cancelled_because"]), (&"cancelled".into(), &reason.into()));
    assert_eq!(ballot.vote(one, &["--answer", "1=Yes"]).unwrap().refusal().unwrap(), "not_open");
    assert!(world.stranger().run(&["results", &ballot.id]).refusal().is_ok());
}

#[test]
fn a_ballot_cannot_be_frozen_without_what_it_rests_on() {
    let world = world(10);
    // A board that is not there, or still forming.
    let file_ = world.file("with-board.toml");
    fs::write(&file_, file("No such board", &[YES_NO])).unwrap();
    assert!(
        world.delegate().run(&["ballot", "draft", &path(&file_)]).error().unwrap().contains("No such board")
    );
    world.create_board(BOARD).unwrap();
    let id = world.draft(&file(BOARD, &[YES_NO])).unwrap();
    let said = world.delegate().run(&["ballot", "freeze", &id]).error().unwrap();
    assert!(said.contains("forming"), "{said}");
    // More signers than there are officers with keys.
    let id = world.draft(&format!("officers = 3\n{}", file("server", &[YES_NO]))).unwrap();
    let said = world.delegate().run(&["ballot", "freeze", &id]).error().unwrap();
    assert!(said.contains("keys add"), "{said}");
    assert_eq!(world.show(&id).unwrap()["state"], "draft");
}
