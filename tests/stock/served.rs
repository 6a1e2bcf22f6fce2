//! A running server: the stock tool accepts its record, and it accepts a vote that the stock tool sealed.

use std::fs;

use scrutineer_ballot::code::VotingCode;
use scrutineer_tests::raw::Raw;
use scrutineer_tests::union::ballot::{BOARD, YES_NO, file};
use scrutineer_tests::union::{PASSWORD, path};
use scrutineer_tests::world::World;
use serde_json::Value;

use crate::tool;

#[test]
fn a_record_of_a_server_is_accepted_and_a_vote_of_the_tool_is_counted() {
    let world = World::with_board(env!("CARGO_BIN_EXE_e2e-server"), 10).expect("a union with a board");
    let [one, _, three] = world.tellers();
    let ballot = world.bring_to_open(&file(BOARD, &[YES_NO]), &[one, three]).expect("an open ballot");
    let [officer, other] = world.officers();
    let vote = |person, words: &[&str]| {
        ballot.vote(person, words).expect("a code").yes().expect("a vote");
    };
    vote(officer, &["--answer", "1=No"]);
    vote(officer, &["--answer", "1=Yes"]);
    vote(other, &["--blank", "1"]);

    // The record so far, and a vote that the tool seals for it.
    let election = world.show(&ballot.id).expect("a ballot")["boxes"][0]["election"].clone();
    let uuid = election.as_str().expect("an identifier");
    let folder = world.file("record");
    fs::create_dir(&folder).expect("a folder");
    let record = folder.join(format!("{uuid}.bel"));
    officer.run(&["record", &ballot.id, "-o", &path(&record)]).yes().expect("a record");
    let member = world.delegate();
    let code = VotingCode::parse(ballot.code(member).expect("a code")).expect("a code");
    fs::write(world.file("credential"), code.credential().as_bytes()).expect("a file");
    fs::write(world.file("choice"), "[[0,1,0]]").expect("a file");
    let args = ["election", "generate-ballot", "--privcred", "../credential", "--choice", "../choice"];
    let sealed = String::from_utf8(tool::ask(&folder, &args, b"")).expect("UTF-8");
    let url = world.running().expect("a server").url();
    let raw = Raw::sign_in(url, &member.member_no, PASSWORD).expect("a session");
    let reply = raw.cast(&ballot.id, sealed.trim_end()).expect("a reply");
    assert_eq!(reply.status, 201, "{}", reply.body);

    world.close(&ballot.id).expect("closed");
    world.bring_to_certificate(&ballot.id).expect("a certificate");
    let (record, _) = world.download(&ballot.id, "served").expect("a record");
    let bytes = fs::read(record).expect("a file");
    assert_eq!(tool::verifies(&bytes, uuid), Ok(()));
    let results: Value = world.stranger().run(&["results", &ballot.id]).json;
    let answers = &results["counts"][0]["answers"];
    assert_eq!((&answers[0]["votes"], &answers[1]["votes"]), (&2.into(), &0.into()), "{results}");
    assert_eq!(results["counts"][0]["blank"], 1);
}

#[test]
fn a_record_whose_codes_a_registrar_made_is_accepted() {
    let world = World::settled(env!("CARGO_BIN_EXE_e2e-server"), 10, &[]).expect("a union");
    let text = file("server", &[YES_NO]).replacen("spares", "codes = \"registrar\"\nspares", 1);
    let id = world.draft(&text).expect("a draft");
    world.freeze(&id).expect("frozen");
    let out = world.file("codes.csv");
    world.delegate().run(&["codes", "issue", &id, "--out", &path(&out)]).yes().expect("codes");
    world.open(&id).expect("open");
    let codes = scrutineer_tests::union::codes(&out).expect("a file of codes");
    let ballot = scrutineer_tests::union::ballot::Ballot { id, codes };
    for (person, answer) in world.people().iter().zip(["1=Yes", "1=No", "1=Yes"]) {
        ballot.vote(person, &["--answer", answer]).expect("a code").yes().expect("a vote");
    }
    world.close(&ballot.id).expect("closed");
    let shown = world.show(&ballot.id).expect("a ballot");
    let uuid = shown["boxes"][0]["election"].as_str().expect("an identifier");
    let record = world.file("registrar.bel");
    world.stranger().run(&["record", &ballot.id, "-o", &path(&record)]).yes().expect("a record");
    assert_eq!(tool::verifies(&fs::read(record).expect("a file"), uuid), Ok(()));
}
