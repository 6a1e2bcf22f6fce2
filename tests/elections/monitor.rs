//! Monitors on an honest server: they follow ballots from freezing to certificate, wherever they are stopped and started.

use std::fs;

use scrutineer_cli::exit::Exit;
use scrutineer_tests::person::{Person, Watch};
use scrutineer_tests::union::ballot::{BOARD, YES_NO, file};
use scrutineer_tests::union::{PASSWORD, path};
use scrutineer_tests::world::World;

use crate::PROGRAM;

fn fine(watch: &Watch) -> &serde_json::Value {
    assert_eq!((watch.exit, watch.alarms().len()), (Exit::Yes, 0), "{:?} {}", watch.lines, watch.err);
    watch.lines.last().unwrap()
}

fn look(person: &Person) -> Watch {
    person.monitor(&["--once"])
}

#[test]
fn a_ballot_is_followed_from_freezing_to_its_certificate() {
    let mut world = World::with_board(PROGRAM, 12).unwrap();
    let observer = world.observer().clone();
    assert!(fine(&look(&observer))["ballots"].as_array().unwrap().is_empty());
    let id = world.draft(&file(BOARD, &[YES_NO])).unwrap();
    fine(&look(&observer));
    world.freeze(&id).unwrap();
    assert_eq!(fine(&look(&observer))["ballots"][0]["height"], 0);
    let ballot = world.fetch_codes(&id).unwrap();
    for teller in &world.tellers()[..2] {
        world.check(teller, &id).yes().unwrap();
    }
    world.open(&id).unwrap();
    let receipts = world.file("handed-in");
    fs::create_dir(&receipts).unwrap();
    for person in &world.people()[..5] {
        let receipt = path(&receipts.join(format!("{}.json", person.member_no)));
        ballot.vote(person, &["--answer", "1=Yes", "--receipt", &receipt]).unwrap().yes().unwrap();
    }
    // They are not shown before the next step.
    let with_receipts = ["--once", "--receipts", &path(&receipts)];
    let watch = observer.monitor(&with_receipts);
    assert_eq!(fine(&watch)["ballots"][0]["height"], 0);
    assert_eq!(watch.found("receipt").count(), 0);
    world.pass(601).unwrap();
    let watch = until(|| observer.monitor(&with_receipts), |watch| watch.found("receipt").count() == 5);
    assert_eq!(fine(&watch)["ballots"][0]["new_votes"], 5);
    world.close(&id).unwrap();
    // What another monitor has seen is the same, up to where both have come.
    let member = world.people()[7].clone();
    world.activate(&member).unwrap();
    fine(&look(&member));
    let name = format!(
        "default/monitor/{}.jsonl",
        world.running().unwrap().url().replace(|c: char| !c.is_alphanumeric(), "_")
    );
    let compared = ["monitor", world.running().unwrap().url(), "--compare", &path(&member.file(&name))];
    assert_eq!(observer.run(&compared).yes().unwrap()["agree"], true);
    let watch = look(&observer);
    fine(&watch);
    assert_eq!(watch.found("verified").next().unwrap()["what"], "closing");
    assert_eq!(fine(&look(&observer))["ballots"][0]["new_votes"], 0, "once is enough");
    let [one, _, other] = world.tellers();
    world.decrypt(one, &id).no().unwrap();
    world.decrypt(other, &id).yes().unwrap();
    world.decrypt(one, &id).yes().unwrap();
    // One ballot alone: it ends by itself, as there is a result.
    let watch = observer.monitor(&["--ballot", &id, "--once"]);
    fine(&watch);
    assert_eq!(watch.found("verified").next().unwrap()["what"], "result");
    for officer in world.officers() {
        world.certify(officer, &id).yes().unwrap();
    }
    let watch = look(&observer);
    fine(&watch);
    assert_eq!(watch.found("verified").next().unwrap()["what"], "certificate");
    assert!(fine(&look(&observer))["ballots"].as_array().unwrap().is_empty(), "it needs no more watching");
    // Whoever comes afterwards verifies all of it at once, signed in or not.
    let watch = world.stranger().monitor(&["--ballot", &id, "--once", "--state", &path(&world.file("late"))]);
    fine(&watch);
    let found: Vec<_> = watch.found("verified").map(|line| line["what"].clone()).collect();
    assert_eq!(found, ["result", "certificate"]);
    assert_eq!(observer.run(&compared).yes().unwrap()["agree"], true);
}

/// Looks again until what is waited for has come.
fn until(mut look: impl FnMut() -> Watch, come: impl Fn(&Watch) -> bool) -> Watch {
    let watch = scrutineer_tests::clock::Stopwatch::start();
    loop {
        let seen = look();
        if come(&seen) {
            return seen;
        }
        assert!(watch.elapsed().as_secs() < 30, "{:?} {}", seen.lines, seen.err);
    }
}

#[test]
fn a_cancelled_ballot_ends_and_a_hidden_record_is_said_to_be() {
    let world = World::settled(PROGRAM, 12, &[]).unwrap();
    let ballot = world.bring_to_open(&file("server", &[YES_NO]), &[]).unwrap();
    let stranger = world.stranger();
    let state = path(&world.file("state"));
    let watch = stranger.monitor(&["--once", "--state", &state]);
    assert_eq!(watch.exit, Exit::Error, "{:?}", watch.lines);
    assert_eq!(watch.found("hidden").count(), 1);
    assert!(watch.err.contains("login"), "{}", watch.err);
    fine(&look(world.observer()));
    world.cancel(&ballot.id, "A mistake").unwrap();
    let watch = world.observer().monitor(&["--ballot", &ballot.id, "--once"]);
    fine(&watch);
    assert_eq!(watch.found("cancelled").count(), 1);
    let none = world.observer().monitor(&["--once", "--ballot", "zzzz"]);
    assert_eq!(none.exit, Exit::Error);
    assert!(none.err.contains("no ballot that begins with zzzz"), "{}", none.err);
}

#[test]
fn a_session_that_has_ended_begins_anew_from_a_password_file() {
    let mut world = World::settled(PROGRAM, 12, &[]).unwrap();
    world.bring_to_open(&file("server", &[YES_NO]), &[]).unwrap();
    let observer = world.observer().clone();
    fine(&look(&observer));
    world.pass(13 * 60 * 60).unwrap();
    let watch = look(&observer);
    assert_eq!((watch.exit, watch.found("hidden").count()), (Exit::Error, 1), "{:?}", watch.lines);
    let file = observer.file("password");
    fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    fine(&observer.monitor(&["--once", "--password-file", &path(&file)]));
    fine(&look(&observer));
}

#[test]
fn a_state_file_is_one_monitors_and_one_servers() {
    let world = World::settled(PROGRAM, 12, &[]).unwrap();
    let observer = world.observer();
    let file = observer.file("state");
    let words = ["--once", "--state", &path(&file)];
    fine(&observer.monitor(&words));
    let held = fs::File::open(&file).unwrap();
    held.lock().unwrap();
    let watch = observer.monitor(&words);
    assert_eq!(watch.exit, Exit::Error);
    assert!(watch.err.contains("another monitor is using"), "{}", watch.err);
    held.unlock().unwrap();
    fine(&observer.monitor(&words));
    let elsewhere = observer.run(&["monitor", "http://127.0.0.1:1", "--once", "--state", &path(&file)]);
    assert!(elsewhere.err.contains("is of the server"), "{}", elsewhere.err);
    // A server that is not there is said to be, at once only with --once.
    let nowhere = ["monitor", "http://127.0.0.1:1", "--once", "--state", &path(&observer.file("other"))];
    assert!(observer.run(&nowhere).err.contains("cannot be reached"));
}
