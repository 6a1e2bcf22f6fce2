//! How a board comes to be.

use std::fs;
use std::path::Path;

use scrutineer_cli::exit::Exit;
use scrutineer_tests::union::ballot::{BOARD, YES_NO, file};
use scrutineer_tests::union::board::{compare, heard_file, join, words};
use scrutineer_tests::union::path;

use crate::{world, world_with_board};

#[test]
fn boards_that_one_group_could_split_or_one_loss_could_stop_are_refused() {
    let world = world();
    let officer = world.officers()[0];
    let numbers: Vec<&str> = world.people().iter().map(|person| person.member_no.as_str()).collect();
    let create = |threshold: &str, tellers: &[&str]| {
        let mut words = vec!["tellers", "create", "Board", "--threshold", threshold];
        words.extend(tellers.iter().flat_map(|no| ["--teller", no]));
        officer.run(&words).error().unwrap()
    };
    for (threshold, seats) in
        [("3", 3), ("1", 3), ("2", 4), ("2", 2), ("1", 2), ("1", 1), ("0", 3), ("4", 3), ("3", 6)]
    {
        assert!(!create(threshold, &numbers[..seats]).is_empty(), "{threshold} of {seats}");
    }
    assert!(create("2", &[numbers[0], numbers[1], numbers[0]]).contains("twice"));
    assert!(create("2", &[numbers[0], numbers[1], "nobody"]).contains("nobody"));
    let named_server =
        ["tellers", "create", "server", "--threshold", "2", "--teller", numbers[0], numbers[1], numbers[2]];
    assert!(officer.run(&named_server).error().is_ok());
    assert!(
        officer.run(&["tellers", "status", "Board"]).refusal().unwrap() == "not_found",
        "nothing was made"
    );
    world.create_board("Board").unwrap();
    assert!(create("2", &numbers[..3]).contains("already"));
}

#[test]
fn only_those_who_have_a_seat_join() {
    let world = world();
    world.create_board(BOARD).unwrap();
    let [one, ..] = world.tellers();
    for person in [world.observer(), world.officers()[0]] {
        let said = join(person, BOARD, &[]).error().unwrap();
        assert!(said.contains("no seat"), "{said}");
    }
    assert!(join(one, "Another board", &[]).refusal().unwrap() == "not_found");
    // Nobody can be restored who was never there.
    assert!(one.answering(&["tellers", "join", BOARD, "--restore"], &["x", "y"]).error().is_ok());
}

#[test]
fn wrong_words_stop_a_teller() {
    let world = world();
    world.create_board(BOARD).unwrap();
    let tellers = world.tellers();
    for teller in tellers {
        join(teller, BOARD, &[]).no().unwrap();
    }
    let [one, two, three] = tellers;
    let right = words(two, BOARD).unwrap();
    // Other words of the list, a slip, too few, another order.
    let mut reversed: Vec<&str> = right.split(' ').collect();
    reversed.reverse();
    for heard in [
        "abandon ".repeat(12),
        right.replacen(|c: char| c.is_ascii_lowercase(), "x", 1), // no word of the list begins so
        right.rsplit_once(' ').unwrap().0.to_owned(),
        reversed.join(" "),
        String::new(),
    ] {
        assert!(compare(one, BOARD, &heard).is_err(), "{heard}");
        let typed = join(one, BOARD, &["--fingerprint-file", &path(&heard_file(one, &heard).unwrap())]);
        assert!(typed.error().is_ok(), "{heard}");
    }
    let status = one.run(&["tellers", "status", BOARD]).yes().unwrap();
    assert_eq!(status["tellers"][0]["step"], "certificate", "nothing went out: {status}");
    // In any spelling that people use.
    let spelled = right.to_uppercase().replace(' ', ", ");
    compare(one, BOARD, &spelled).unwrap();
    assert_eq!(words(three, BOARD).unwrap(), right);
}

#[test]
fn a_board_can_be_rehearsed_and_a_lost_key_restored_from_its_paper() {
    let world = world();
    world.create_board(BOARD).unwrap();
    let [one, two, three] = world.tellers();
    let paper = one.file("paper");
    join(one, BOARD, &["--paper-file", &path(&paper)]).no().unwrap();
    join(two, BOARD, &[]).no().unwrap();
    join(three, BOARD, &[]).no().unwrap();
    let heard = words(two, BOARD).unwrap();
    compare(one, BOARD, &heard).unwrap();

    // The key file is gone in the middle of the ceremony; the paper brings it back, and the words are compared again.
    let home = one.home().join("default/tellers");
    fs::remove_dir_all(&home).unwrap();
    let said = join(one, BOARD, &[]).error().unwrap();
    assert!(said.contains("--restore"), "{said}");
    let seed = fs::read_to_string(&paper).unwrap();
    let restore = |seed: &str| {
        let heard = path(&heard_file(one, &heard).unwrap());
        let passphrase = path(&one.file("passphrase"));
        let words = [
            "tellers",
            "join",
            BOARD,
            "--restore",
            "--passphrase-file",
            &passphrase,
            "--fingerprint-file",
            &heard,
        ];
        one.answering(&words, &[seed])
    };
    assert!(restore("1111111111111111111111").error().is_ok());
    assert!(restore("not a paper").error().is_ok());
    assert_ne!(restore(seed.trim()).exit, Exit::Error);
    assert!(restore(seed.trim()).error().unwrap().contains("already"), "nothing is written over a key");
    for teller in [two, three] {
        compare(teller, BOARD, &heard).unwrap();
    }
    for _ in 0..3 {
        for teller in world.tellers() {
            assert_ne!(join(teller, BOARD, &[]).exit, Exit::Error);
        }
    }
    assert_eq!(one.run(&["tellers", "status", BOARD]).yes().unwrap()["state"], "ready");

    // Gone again, this time after the ceremony.
    fs::remove_dir_all(&home).unwrap();
    restore(seed.trim()).yes().unwrap();
    let passphrase = path(&one.file("passphrase"));
    one.run(&["tellers", "rehearse", BOARD, "--passphrase-file", &passphrase]).yes().unwrap();
    fs::write(one.file("wrong"), "not the passphrase").unwrap();
    let wrong = ["tellers", "rehearse", BOARD, "--passphrase-file", &path(&one.file("wrong"))];
    assert!(one.run(&wrong).error().unwrap().contains("passphrase"));

    // What was restored opens a count.
    let ballot = world.bring_to_open(&file(BOARD, &[YES_NO]), &[one, three]).unwrap();
    let officer = world.officers()[0];
    ballot.vote(officer, &["--answer", "1=Yes"]).unwrap().yes().unwrap();
    world.close(&ballot.id).unwrap();
    world.bring_to_certificate(&ballot.id).unwrap();
    assert!(only_for_its_owner(&home), "{}", home.display());
}

fn only_for_its_owner(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let files =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().metadata().unwrap().permissions().mode());
    files.into_iter().all(|mode| mode & 0o077 == 0)
}

#[test]
fn opening_waits_for_the_checks_of_enough_tellers() {
    let world = world_with_board();
    let [one, two, _] = world.tellers();
    let id = world.draft(&file(BOARD, &[YES_NO])).unwrap();
    assert!(world.check(one, &id).error().is_ok(), "a draft has nothing to check");
    world.freeze(&id).unwrap();
    world.fetch_codes(&id).unwrap();
    let open = || world.delegate().run(&["ballot", "open", &id]);
    assert_eq!(open().refusal().unwrap(), "conflict");
    world.check(one, &id).yes().unwrap();
    world.check(one, &id).yes().unwrap();
    assert_eq!(open().refusal().unwrap(), "conflict", "one teller twice is one teller");
    assert!(world.check(world.observer(), &id).error().is_ok());
    world.check(two, &id).yes().unwrap();
    open().yes().unwrap();
    assert!(world.decrypt(one, &id).error().unwrap().contains("not ended"));
}
