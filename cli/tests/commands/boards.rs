//! Boards: the ceremony, and what happens when the relay is not honest.

use std::fs;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_api::board::BoardState;
use scrutineer_cli::exit::Exit;
use scrutineer_protocol::trustee::pedersen::{Certificate, Threshold};
use scrutineer_protocol::trustee::pki::Seed;
use serde_json::{Value, json};

use crate::ceremony::{BOARD, KEY_FILES, PASSPHRASE, Setting};
use crate::stub::{Stub, User, ok, session};

#[test]
fn a_board_is_made_by_name_and_seats() {
    let stub = Stub::start(|asked| match asked.line.as_str() {
        "POST /api/v1/sessions" => ok(&session()),
        _ => ok(&json!({"name": "B", "threshold": 2, "state": "forming", "tellers": []})),
    });
    let user = User::of(&stub);
    user.sign_in();
    let args = ["tellers", "create", "B", "--teller", "1", "--teller", "2", "3", "--threshold", "2"];
    assert_eq!(user.json(&args, ""), json!({"id": "B"}));
    let body = stub.asked().last().expect("one").json();
    assert_eq!(body, json!({"name": "B", "tellers": ["1", "2", "3"], "threshold": 2}));
}

fn step(document: &Value, teller: usize) -> &str {
    document["tellers"][teller]["step"].as_str().expect("a step")
}

#[test]
fn a_ceremony_goes_on_where_it_was() {
    let setting = Setting::new();
    let [first, second, third] = setting.tellers.as_slice() else { unreachable!("three tellers") };
    let join = ["tellers", "join", BOARD];
    let ran = first.run(&join, PASSPHRASE);
    assert_eq!(ran.exit, Exit::No, "{ran:?}");
    assert!(ran.stdout.contains("Teller 2 (2), Teller 3 (3)"), "{ran:?}");
    let paper = ran.stderr.lines().find(|line| line.len() == 22).expect("the seed is shown").to_owned();
    // Shown once.
    let again = first.run(&join, PASSPHRASE);
    assert_eq!(again.exit, Exit::No);
    assert!(!again.stderr.contains(&paper) && !again.stdout.contains(&paper), "{again:?}");
    first.refused(&join, "another passphrase\n", "passphrase is wrong");

    let status = first.json(&["tellers", "status", BOARD], "");
    assert_eq!(
        status,
        json!({
            "name": BOARD, "threshold": 2, "state": "forming", "fingerprint": null,
            "tellers": [
                {"member_no": "1", "step": "certificate"},
                {"member_no": "2", "step": "invited"},
                {"member_no": "3", "step": "invited"},
            ],
        })
    );

    // A script keeps the paper in a file, and takes the passphrase from one.
    let passphrase = second.file("passphrase", PASSPHRASE);
    let paper_file = second.path("paper").display().to_string();
    let args = [&join[..], &["--passphrase-file", &passphrase, "--paper-file", &paper_file]].concat();
    assert_eq!(second.run(&args, "").exit, Exit::No);
    assert_eq!(fs::read_to_string(&paper_file).expect("it is there").trim_end().len(), 22);
    // The third sees all certificates, but nobody reads out the words.
    let ran = third.run(&join, PASSPHRASE);
    assert_eq!(ran.exit, Exit::No, "{ran:?}");
    let words = setting.words(2);
    assert!(ran.stderr.contains(&words), "{ran:?}");
    assert_eq!(words, setting.words(0));

    // Wrong words, too few words, a word that is none.
    let wrong = words.split(' ').rev().collect::<Vec<_>>().join(" ");
    third.refused(&join, &format!("{PASSPHRASE}{wrong}\n"), "fingerprint differs");
    third.refused(&join, &format!("{PASSPHRASE}{}\n", &words[..20]), "12 words");
    let file = third.file("words", &format!("{words}\n"));
    let ran = third.run(&[&join[..], &["--fingerprint-file", &file]].concat(), PASSPHRASE);
    assert_eq!(ran.exit, Exit::No);
    assert_eq!(step(&third.json(&["tellers", "status", BOARD], ""), 2), "commitment");

    let with_words = format!("{PASSPHRASE}{words}\n");
    assert_eq!(first.run(&join, &with_words).exit, Exit::No);
    // The last one finds everybody's commitment and sends the parts at once.
    assert_eq!(second.run(&join, &with_words).exit, Exit::No);
    assert_eq!(step(&second.json(&["tellers", "status", BOARD], ""), 1), "parts");
    // The words have been compared: nobody asks again.
    assert_eq!(third.run(&join, PASSPHRASE).exit, Exit::No);
    assert_eq!(first.run(&join, PASSPHRASE).exit, Exit::Yes);
    let document = third.json(&join, PASSPHRASE);
    assert_eq!((document["complete"].clone(), document["ready"].clone()), (json!(true), json!(false)));
    let document = second.json(&join, PASSPHRASE);
    assert_eq!((document["ready"].clone(), document["fingerprint"].clone()), (json!(true), json!(words)));
    assert_eq!(first.json(&join, PASSPHRASE)["ready"], true);
    assert_eq!(first.json(&["tellers", "status", BOARD], "")["state"], "ready");

    for teller in &setting.tellers {
        assert_eq!(
            teller.json(&["tellers", "rehearse", BOARD], PASSPHRASE),
            json!({"name": BOARD, "opens": true})
        );
        teller.refused(&["tellers", "rehearse", BOARD], "wrong\n", "passphrase is wrong");
    }
    setting.relay.lock().expect("no panic").empty_inbox = true;
    first.refused(&["tellers", "rehearse", BOARD], PASSPHRASE, "does not give back the share");
}

#[test]
fn the_paper_is_enough() {
    let setting = Setting::new();
    let teller = &setting.tellers[0];
    let paper_file = teller.path("paper").display().to_string();
    let join = ["tellers", "join", BOARD];
    let restore = [&join[..], &["--restore"]].concat();
    teller.refused(&restore, "x\ny\n", "have not joined");
    for (other, args) in setting.tellers.iter().zip([&["--paper-file", &paper_file][..], &[], &[]]) {
        let ran = other.run(&[&join[..], args].concat(), PASSPHRASE);
        assert_eq!(ran.exit, Exit::No, "{ran:?}");
    }
    let paper = fs::read_to_string(&paper_file).expect("it is there");
    teller.refused(&restore, &format!("{paper}new\n"), "there is a key file");
    let key_file =
        fs::read_dir(teller.path(KEY_FILES)).expect("a folder").flatten().map(|entry| entry.path());
    let key_file = key_file.into_iter().find(|path| path.extension().is_some_and(|e| e == "json"));
    fs::remove_file(key_file.expect("a key file")).expect("ours");
    teller.refused(&join, PASSPHRASE, "--restore");
    teller.refused(&restore, "abc\nnew\n", "paper cannot be read");
    teller.refused(&restore, "abcdefghijkmnopqrstuvw\nnew\n", "not that of your seat");
    // The words have to be compared again: whoever lost the file lost that too.
    let grouped = format!("{} {}\nnew passphrase\n", &paper[..11], paper[11..].trim_end());
    let words = setting.words(1);
    let document = teller.run(&[&restore[..], &["--json"]].concat(), &format!("{grouped}{words}\n"));
    assert_eq!((document.exit, document.json()["fingerprint"].clone()), (Exit::No, json!(words)));
    assert_eq!(teller.run(&join, "new passphrase\n").exit, Exit::No);
}

#[test]
fn a_certificate_put_in_anothers_place_is_caught_by_the_words() {
    let setting = Setting::new();
    let join = ["tellers", "join", BOARD];
    for teller in &setting.tellers {
        teller.run(&join, PASSPHRASE);
    }
    setting.relay.lock().expect("no panic").lie = |caller, board| {
        if caller != "1" {
            let mut rng = ChaCha20Rng::seed_from_u64(5);
            let keys = Seed::generate(&mut rng).keys();
            let threshold = Threshold::new(2, 3).expect("2 of 3");
            let own = Certificate::new(&keys, threshold, 1, &mut rng).expect("a certificate");
            board.tellers[0].certificate = Some(own.to_text());
        }
    };
    let heard = setting.words(0);
    assert_ne!(heard, setting.words(1));
    setting.tellers[1].refused(&join, &format!("{PASSPHRASE}{heard}\n"), "somebody is between you");
    // In one's own seat it is noticed at once.
    setting.relay.lock().expect("no panic").lie = |_, board| {
        board.tellers[0].certificate = board.tellers[1].certificate.clone();
    };
    setting.tellers[0].refused(&join, PASSPHRASE, "not yours");
}

#[test]
fn what_was_compared_must_not_change() {
    let setting = Setting::new();
    let join = ["tellers", "join", BOARD];
    for teller in &setting.tellers {
        teller.run(&join, PASSPHRASE);
    }
    let words = setting.words(0);
    for teller in &setting.tellers[..2] {
        teller.run(&join, &format!("{PASSPHRASE}{words}\n"));
    }
    // Another certificate of the third teller, after it was compared.
    setting.relay.lock().expect("no panic").lie = |_, board| {
        let mut rng = ChaCha20Rng::seed_from_u64(6);
        let keys = Seed::generate(&mut rng).keys();
        let threshold = Threshold::new(2, 3).expect("2 of 3");
        let other = Certificate::new(&keys, threshold, 3, &mut rng).expect("a certificate");
        board.tellers[2].certificate = Some(other.to_text());
    };
    setting.tellers[0].refused(&join, PASSPHRASE, "not those that you compared");
    setting.tellers[0].refused(&["tellers", "status", BOARD], "", "not those that you compared");
    // The same after the board is ready.
    let setting = Setting::ready();
    setting.relay.lock().expect("no panic").lie = |_, board| {
        let mut rng = ChaCha20Rng::seed_from_u64(6);
        let keys = Seed::generate(&mut rng).keys();
        let threshold = Threshold::new(2, 3).expect("2 of 3");
        let other = Certificate::new(&keys, threshold, 3, &mut rng).expect("a certificate");
        board.tellers[2].certificate = Some(other.to_text());
    };
    setting.tellers[0].refused(&join, PASSPHRASE, "not those that you compared");
}

#[test]
fn commitments_must_not_change_once_all_are_in() {
    let setting = Setting::new();
    let join = ["tellers", "join", BOARD];
    for teller in &setting.tellers {
        teller.run(&join, PASSPHRASE);
    }
    let with_words = format!("{PASSPHRASE}{}\n", setting.words(0));
    for teller in &setting.tellers {
        teller.run(&join, &with_words);
    }
    // The third has seen all commitments; the relay shows a new one in the first seat.
    setting.relay.lock().expect("no panic").lie = |caller, board| {
        if caller == "3" {
            board.tellers[0].commitment = board.tellers[1].commitment.clone();
        }
    };
    setting.tellers[2].refused(&join, PASSPHRASE, "Do not go on");
}

#[test]
fn boards_that_may_not_open_counts_are_not_joined() {
    type Change = fn(&str, &mut scrutineer_api::board::Board);
    let changes: [(Change, &str); 6] = [
        (|_, board| board.threshold = 3, "one lost key loses the count"),
        (|_, board| board.threshold = 1, "two groups"),
        (|_, board| board.tellers[0].index = 2, "make no sense"),
        (|_, board| board.tellers[1].member_no = "1".into(), "make no sense"),
        (|_, board| board.name = "Other".into(), "another board"),
        (|_, board| board.tellers[0].member_no = "9".into(), "you have no seat"),
    ];
    for (change, expected) in changes {
        let setting = Setting::new();
        setting.relay.lock().expect("no panic").lie = change;
        let expected = if expected.starts_with("you have") { "have no seat" } else { expected };
        setting.tellers[0].refused(&["tellers", "join", BOARD], PASSPHRASE, expected);
        assert!(setting.stub.lines().iter().all(|line| !line.starts_with("PUT")));
    }
}

#[test]
fn a_board_that_is_not_ready_opens_nothing() {
    let setting = Setting::new();
    let teller = &setting.tellers[0];
    teller.refused(&["tellers", "rehearse", BOARD], PASSPHRASE, "no key file");
    teller.run(&["tellers", "join", BOARD], PASSPHRASE);
    teller.refused(&["tellers", "rehearse", BOARD], PASSPHRASE, "not finished joining");
    assert_eq!(setting.relay.lock().expect("no panic").board.state, BoardState::Forming);
}
