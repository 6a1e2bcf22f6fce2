//! Records that a dishonest server shows otherwise than they are, and a voting page that it changes: monitors at the real
//! command line, who share nothing with the server, raise the alarm.

use std::fs;

use scrutineer_cli::exit::Exit;
use scrutineer_tests::person::Watch;
use scrutineer_tests::union::ballot::{Ballot, YES_NO, file};
use scrutineer_tests::union::path;
use scrutineer_tests::world::World;

use crate::PROGRAM;

/// A ballot whose record is shown live, so that nobody waits for the next step.
fn live() -> String {
    file("server", &[YES_NO]).replace("spares = 3\n", "spares = 3\nrecord = \"public\"\n")
}

/// An open ballot in which so many members have voted.
fn with_votes(votes: usize) -> (World, Ballot) {
    let world = World::settled(PROGRAM, 12, &[]).unwrap();
    let ballot = world.bring_to_open(&live(), &[]).unwrap();
    vote(&world, &ballot, 0, votes);
    (world, ballot)
}

/// Members of these places vote.
fn vote(world: &World, ballot: &Ballot, from: usize, to: usize) {
    for person in &world.people()[from..to] {
        if from > 6 {
            world.activate(person).unwrap();
        }
        ballot.vote(person, &["--answer", "1=Yes"]).unwrap().yes().unwrap();
    }
}

/// One look by the observer.
fn look(world: &World) -> Watch {
    world.observer().monitor(&["--once"])
}

/// Two looks with an honest server before, then one with a dishonest one.
fn caught(misbehave: &str, votes_meanwhile: usize) -> (World, Watch) {
    let (mut world, ballot) = with_votes(4);
    let before = look(&world);
    assert_eq!((before.exit, before.alarms().len()), (Exit::Yes, 0), "{:?} {}", before.lines, before.err);
    assert_eq!(before.lines.last().unwrap()["ballots"][0]["height"], 4);
    world.restart_with(&["--misbehave", misbehave, "--seconds-between-votes", "0"]).unwrap();
    vote(&world, &ballot, 4, 4 + votes_meanwhile);
    let after = look(&world);
    assert_eq!(after.exit, Exit::No, "{:?} {}", after.lines, after.err);
    for line in after.found("alarm") {
        assert!(line["what_to_do"].as_str().unwrap().contains("Keep the file"), "{line}");
    }
    (world, after)
}

#[test]
fn a_vote_that_was_shown_and_is_dropped_is_missed() {
    let (world, after) = caught("drop-vote", 0);
    assert_eq!(after.alarms(), ["shrunk"]);
    let evidence = &after.found("alarm").next().unwrap()["evidence"];
    assert_eq!((&evidence["ours"]["height"], &evidence["theirs"]["height"]), (&4.into(), &3.into()));
    // What was seen is kept, and the alarm with it.
    let again = look(&world);
    assert_eq!(again.exit, Exit::No);
    assert!(again.err.contains("Alarms from before"), "{}", again.err);
    // Whoever comes later, and has no receipt, cannot know that there was more.
    let late = world.delegate().monitor(&["--once"]);
    assert_eq!((late.exit, late.alarms().len()), (Exit::Yes, 0), "{:?}", late.lines);
}

#[test]
fn a_vote_that_is_dropped_is_missed_also_when_more_have_come() {
    for misbehave in ["drop-vote", "reorder-votes", "rewrite-vote"] {
        let (_, after) = caught(misbehave, 2);
        assert_eq!(after.alarms(), ["rewritten"], "{misbehave}");
        let evidence = &after.found("alarm").next().unwrap()["evidence"];
        assert_eq!(evidence["height"], 1, "{misbehave}: {evidence}");
        assert_ne!(evidence["was"], evidence["is"]);
    }
}

#[test]
fn events_that_are_exchanged_or_changed_are_seen_at_once() {
    for misbehave in ["reorder-votes", "rewrite-vote"] {
        let (_, after) = caught(misbehave, 0);
        assert_eq!(after.alarms(), ["rewritten"]);
        // Two heads for one height, both signed.
        let evidence = &after.found("alarm").next().unwrap()["evidence"];
        assert_eq!(evidence["ours"]["height"], evidence["theirs"]["height"]);
        assert_ne!(evidence["ours"]["event"], evidence["theirs"]["event"]);
        assert!(
            evidence["theirs"]["signature"].as_str().unwrap().starts_with("-----BEGIN SSH SIGNATURE-----")
        );
    }
}

#[test]
fn a_record_that_no_longer_goes_as_far_is_seen() {
    let (_, after) = caught("shrink-record", 1);
    assert_eq!(after.alarms(), ["shrunk"]);
}

#[test]
fn a_head_that_another_key_signed_is_no_head() {
    let (_, after) = caught("wrong-head-key", 0);
    assert_eq!(after.alarms(), ["bad_head"]);
}

#[test]
fn another_script_on_the_voting_page_is_seen() {
    let (world, after) = caught("change-booth", 0);
    assert_eq!(after.alarms(), ["booth_changed"]);
    let alarm = after.found("alarm").next().unwrap();
    let message = alarm["message"].as_str().unwrap();
    assert!(message.contains("/assets/booth-") && message.contains("--accept-booth"), "{message}");
    // An update that was announced is taken, once somebody says so.
    let hash = alarm["evidence"]["now"]
        .as_array()
        .unwrap()
        .iter()
        .find(|now| now[0] != "/ballots/{id}/vote")
        .unwrap();
    let accepted = ["--once", "--accept-booth", hash[1].as_str().unwrap()];
    let after = world.observer().monitor(&accepted);
    assert_eq!((after.exit, after.alarms().len()), (Exit::Yes, 0), "{:?} {}", after.lines, after.err);
    assert_eq!(look(&world).alarms().len(), 0, "it is known from then on");
}

#[test]
fn two_views_are_told_apart_by_two_monitors_alone() {
    let world = World::settled(PROGRAM, 12, &["--misbehave", "two-views"]).unwrap();
    let ballot = world.bring_to_open(&live(), &[]).unwrap();
    vote(&world, &ballot, 0, 5);
    let (one, other) = (world.observer(), world.delegate());
    let parity = |no: &str| no.bytes().last().unwrap() % 2;
    assert_ne!(
        parity(&one.member_no),
        parity(&other.member_no),
        "the server tells them apart by their numbers"
    );
    let (states, third) = ((one.file("state"), other.file("state")), one.file("third"));
    let watch = || {
        for (person, state) in [(one, &states.0), (other, &states.1), (one, &third)] {
            let watch = person.monitor(&["--once", "--state", &path(state)]);
            assert_eq!((watch.exit, watch.alarms().len()), (Exit::Yes, 0), "{:?} {}", watch.lines, watch.err);
        }
    };
    // Neither sees anything wrong: each of the two records verifies and only ever grows.
    watch();
    vote(&world, &ballot, 5, 7);
    watch();
    let compare = |ours: &std::path::Path, theirs: &std::path::Path| {
        one.run(&[
            "monitor",
            world.running().unwrap().url(),
            "--state",
            &path(ours),
            "--compare",
            &path(theirs),
        ])
    };
    let same = compare(&states.0, &third).yes().unwrap();
    assert_eq!(same["agree"], true);
    let differ = compare(&states.0, &states.1).no().unwrap();
    let difference = &differ["records"][0]["difference"];
    assert_eq!((&difference["height"], &difference["proved"]), (&1.into(), &true.into()), "{differ}");
    for whose in ["ours", "theirs"] {
        assert!(
            difference[whose]["signature"].as_str().unwrap().starts_with("-----BEGIN SSH SIGNATURE-----")
        );
    }
    // A file that cannot be read is no answer.
    fs::write(one.file("broken"), "{}\n").unwrap();
    let sentence = compare(&states.0, &one.file("broken")).error().unwrap();
    assert!(sentence.contains("line 1"), "{sentence}");
}

#[test]
fn a_receipt_shows_a_vote_that_was_dropped_before_anybody_saw_it() {
    let world = World::settled(PROGRAM, 12, &["--misbehave", "drop-vote"]).unwrap();
    let ballot = world.bring_to_open(&live(), &[]).unwrap();
    let folder = world.file("handed-in");
    fs::create_dir(&folder).unwrap();
    for person in &world.people()[..4] {
        let receipt = folder.join(format!("{}.json", person.member_no));
        ballot.vote(person, &["--answer", "1=Yes", "--receipt", &path(&receipt)]).unwrap().yes().unwrap();
    }
    let without = world.delegate().monitor(&["--once"]);
    assert_eq!((without.exit, without.alarms().len()), (Exit::Yes, 0), "{:?}", without.lines);
    let with = world.observer().monitor(&["--once", "--receipts", &path(&folder)]);
    assert_eq!((with.exit, with.alarms()), (Exit::No, vec!["receipt"]), "{:?} {}", with.lines, with.err);
}
