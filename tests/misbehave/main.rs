//! A server that does what a dishonest one would (its feature `misbehave`, in test builds alone): tellers at the real
//! command line catch it, and so do monitors.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests")]

mod monitors;

use scrutineer_tests::union::ballot::{BOARD, YES_NO, file};
use scrutineer_tests::union::board::{compare, join, words};
use scrutineer_tests::world::World;

/// The server's program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_e2e-server");

#[test]
fn a_certificate_that_was_replaced_in_the_relay_is_caught_by_join() {
    let world = World::settled(PROGRAM, 10, &["--misbehave", "replace-certificate"]).unwrap();
    world.create_board(BOARD).unwrap();
    let [one, two, three] = world.tellers();
    for teller in [one, two, three] {
        join(teller, BOARD, &[]).no().unwrap();
    }
    // One teller sees the own certificate, the others see the server's in its place.
    let (own, theirs) = (words(one, BOARD).unwrap(), words(two, BOARD).unwrap());
    assert_ne!(own, theirs);
    for (teller, heard) in [(one, &theirs), (two, &own), (three, &own)] {
        let error = compare(teller, BOARD, heard).unwrap_err().to_string();
        assert!(error.contains("The fingerprint differs"), "{error}");
    }
    let status = world.officers()[0].run(&["tellers", "status", BOARD]).yes().unwrap();
    assert_eq!(status["state"], "forming");
    for seat in 0..3 {
        assert_eq!(status["tellers"][seat]["step"], "certificate", "nobody went on");
    }
}

#[test]
fn a_certificate_that_is_replaced_after_it_was_compared_is_caught_too() {
    let mut world = World::settled(PROGRAM, 10, &[]).unwrap();
    world.create_board(BOARD).unwrap();
    for teller in world.tellers() {
        join(teller, BOARD, &[]).no().unwrap();
    }
    let right = words(world.tellers()[0], BOARD).unwrap();
    for teller in world.tellers() {
        compare(teller, BOARD, &right).unwrap();
    }
    world.restart_with(&["--misbehave", "replace-certificate"]).unwrap();
    for teller in &world.tellers()[1..] {
        let error = join(teller, BOARD, &[]).error().unwrap();
        assert!(error.contains("other keys in their place"), "{error}");
    }
}

#[test]
fn trustees_that_were_replaced_at_freezing_are_caught_by_the_check() {
    let mut world = World::with_board(PROGRAM, 10).unwrap();
    world.restart_with(&["--misbehave", "replace-trustees"]).unwrap();
    let id = world.draft(&file(BOARD, &[YES_NO])).unwrap();
    world.freeze(&id).unwrap();
    world.fetch_codes(&id).unwrap();
    for teller in world.tellers() {
        let said = world.check(teller, &id).no().unwrap();
        assert!(said.to_string().contains("fail"), "{said}");
    }
    assert_eq!(
        world.delegate().run(&["ballot", "open", &id]).refusal().unwrap(),
        "conflict",
        "nobody signed"
    );
    assert_eq!(world.show(&id).unwrap()["state"], "frozen");

    // An honest freezing with the same board passes.
    world.restart_with(&[]).unwrap();
    let [one, two, _] = world.tellers();
    world.bring_to_open(&file(BOARD, &[YES_NO]), &[one, two]).unwrap();
}
