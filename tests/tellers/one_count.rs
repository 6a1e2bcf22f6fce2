//! A teller opens a count once. Two true counts of a box that differ by one vote would open that vote, so whoever asks
//! for a second one is refused, by every teller who has spoken for the first, for ever.

use std::fs;
use std::path::Path;

use scrutineer_tests::union::ballot::{BOARD, YES_NO, file};

use crate::world_with_board;

/// Copies a folder and what lies in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_second_different_count_is_refused_by_all_who_have_spoken() {
    let mut world = world_with_board();
    let url = world.running().unwrap().url().to_owned();
    let ballot = world.bring_to_open(&file(BOARD, &[YES_NO]), &world.tellers()).unwrap();
    let answer = ["--answer", "1=Yes"];
    ballot.vote(world.officers()[0], &answer).unwrap().yes().unwrap();

    // The operator keeps the server as it is now, and lets the vote go on.
    world.stop().unwrap();
    let kept = world.folder.join("kept");
    copy(&world.data(), &kept);
    world.start_again(&url).unwrap();
    ballot.vote(world.officers()[1], &answer).unwrap().yes().unwrap();
    world.close(&ballot.id).unwrap();
    let [one, two, _] = world.tellers();
    // One has only stated which count it is; two has decrypted.
    let first = world.decrypt(one, &ballot.id).no().unwrap();
    world.decrypt(two, &ballot.id).yes().unwrap();

    // Then the server is as it was, and the same ballot is closed without the last vote.
    world.stop().unwrap();
    fs::remove_dir_all(world.data()).unwrap();
    copy(&kept, &world.data());
    world.start_again(&url).unwrap();
    world.close(&ballot.id).unwrap();
    let [one, two, three] = world.tellers();
    for teller in [one, two] {
        for _ in 0..2 {
            let said = world.decrypt(teller, &ballot.id).error().unwrap();
            assert!(said.contains("another count"), "{said}");
        }
    }
    // Whoever has not spoken before cannot know, but alone opens nothing; and sees other words than the others did.
    let second = world.decrypt(three, &ballot.id).no().unwrap();
    assert_ne!(first["boxes"][0]["fingerprint"], second["boxes"][0]["fingerprint"]);
    assert_eq!(second["boxes"][0]["signed"], 1);
    assert_eq!(world.show(&ballot.id).unwrap()["state"], "closed");
    assert!(world.stranger().run(&["results", &ballot.id]).refusal().is_ok());
}

#[test]
fn the_same_count_can_be_asked_for_again() {
    let world = world_with_board();
    let ballot = world.bring_to_open(&file(BOARD, &[YES_NO]), &world.tellers()).unwrap();
    ballot.vote(world.officers()[0], &["--answer", "1=No"]).unwrap().yes().unwrap();
    world.close(&ballot.id).unwrap();
    let [one, two, three] = world.tellers();
    for _ in 0..2 {
        world.decrypt(one, &ballot.id).no().unwrap();
    }
    for _ in 0..2 {
        world.decrypt(two, &ballot.id).yes().unwrap();
    }
    world.decrypt(one, &ballot.id).yes().unwrap();
    assert_eq!(world.show(&ballot.id).unwrap()["state"], "tallied");
    // A third comes late, and is told so or thanked; the result stays.
    let _ = world.decrypt(three, &ballot.id);
    assert_eq!(world.show(&ballot.id).unwrap()["state"], "tallied");
    for officer in world.officers() {
        world.certify(officer, &ballot.id).yes().unwrap();
    }
}
