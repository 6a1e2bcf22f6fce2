//! Tellers before opening and after closing.

use std::fs;

use scrutineer_api::ballot::TellerStatement;
use scrutineer_cli::exit::Exit;
use scrutineer_protocol::ballot::{Ballot, Selection};
use scrutineer_protocol::credential::Credential;
use scrutineer_protocol::event::{Entry, State};
use serde_json::json;

use crate::ceremony::{KEY_FILES, PASSPHRASE, Relay, Setting, other_board};
use crate::stub::Ran;
use crate::world::World;

fn ready() -> (Setting, String) {
    let setting = Setting::ready();
    let id = setting.freeze();
    (setting, id)
}

fn world<T>(setting: &Setting, change: impl FnOnce(&mut World) -> T) -> T {
    change(setting.relay.lock().expect("no panic").world.as_mut().expect("a ballot"))
}

fn vote(world: &mut World, member: usize, choice: usize) {
    let code = world.made.codes[member].code.credential().to_string();
    let credential = Credential::from_text(&code).expect("a credential").derive(world.made.election.uuid());
    let selections = [Selection::Answers(vec![choice]), Selection::Answers(vec![choice])];
    let sealed =
        Ballot::seal(&world.made.election, &credential, &selections, &mut world.rng).expect("a vote");
    world.cast(&sealed.to_text());
}

#[test]
fn a_frozen_ballot_is_checked_and_signed_for() {
    let (setting, id) = ready();
    for teller in &setting.tellers {
        let document = teller.json(&["tellers", "check", &id], PASSPHRASE);
        assert_eq!(document["ok"], true, "{document}");
        assert_eq!(document["boxes"][0]["checks"].as_array().expect("a list").len(), 6);
    }
    let signed = world(&setting, |world| world.shown.boxes[0].checks.clone());
    assert_eq!(signed.iter().map(|one| one.index).collect::<Vec<_>>(), [1, 2, 3]);
    // What was signed names election and board, under the certified key.
    let relay = setting.relay.lock().expect("no panic");
    let certificates = relay.parameters().certificates().expect("good");
    let world = relay.world.as_ref().expect("a ballot");
    for one in signed {
        let index = usize::try_from(one.index).expect("small");
        let key = certificates.keys_of(index).expect("a seat").verification;
        let message = scrutineer_protocol::trustee::pki::SignedMessage::parse(one.statement.as_bytes());
        let message = message.expect("a signed message");
        let text = message.statement(&key, scrutineer_ballot::teller::CHECK).expect("it holds");
        let board = hex::encode(certificates.fingerprint());
        assert_eq!(text, format!("{} {board}", world.made.election.fingerprint()));
    }
}

/// Asserts that a check finds this and signs nothing.
fn found(ran: &Ran, name: &str, setting: &Setting) {
    assert_eq!(ran.exit, Exit::No, "{ran:?}");
    let document = ran.json();
    let checks = document["boxes"][0]["checks"].as_array().expect("a list").clone();
    let last = checks.last().expect("one");
    assert_eq!((last["name"].as_str(), last["level"].as_str()), (Some(name), Some("fail")), "{document}");
    assert!(world(setting, |world| world.shown.boxes[0].checks.is_empty()));
}

#[test]
fn a_ballot_with_other_keys_is_not_signed_for() {
    let (setting, id) = ready();
    let check = |teller: usize| setting.tellers[teller].run(&["tellers", "check", &id, "--json"], PASSPHRASE);

    // The page shows other questions than the record.
    world(&setting, |world| world.shown.questions[0].text.push('!'));
    found(&check(0), "election", &setting);
    world(&setting, |world| world.shown.questions[0].text.pop());

    // A board of three other tellers of the same name.
    let replaced = World::new(Some((crate::ceremony::BOARD, &other_board())), &[]);
    let kept = setting.relay.lock().expect("no panic").world.replace(replaced);
    found(&check(0), "fingerprint", &setting);

    // No board at all behind the board's name.
    let mut alone = World::new(None, &[]);
    alone.shown.board = Some(crate::ceremony::BOARD.to_owned());
    setting.relay.lock().expect("no panic").world = Some(alone);
    found(&check(0), "election", &setting);

    // A record that does not verify.
    setting.relay.lock().expect("no panic").world = kept;
    let mut record = world(&setting, |world| world.record());
    let place = record.windows(7).position(|bytes| bytes == b"\"pok\":{").expect("a proof") + 30;
    record[place] = if record[place] == b'1' { b'2' } else { b'1' };
    setting.relay.lock().expect("no panic").record = Some(record);
    found(&check(0), "record", &setting);
    setting.relay.lock().expect("no panic").record = None;
    assert_eq!(check(0).exit, Exit::Yes);

    // The server alone opens the count: there is nothing to check.
    world(&setting, |world| world.shown.board = None);
    setting.tellers[0].refused(&["tellers", "check", &id], PASSPHRASE, "no board of tellers");
}

#[test]
fn a_vote_is_sealed_only_for_an_election_that_enough_tellers_have_checked() {
    let (setting, id) = ready();
    let member = &setting.tellers[2];
    let code = world(&setting, |world| world.made.codes[0].code.text().to_string());
    let code_file = member.file("code", &code);
    let vote = ["vote", &id, "--code-file", &code_file, "--answer", "1=Yes", "--answer", "2=First"];
    let cast = |expected: &str| {
        member.refused(&vote, "", expected);
        assert!(setting.stub.lines().iter().all(|line| !line.ends_with("/votes")), "nothing was sent");
    };
    let checks = |change: fn(&mut Vec<TellerStatement>)| {
        world(&setting, |world| change(&mut world.shown.boxes[0].checks));
    };
    cast("0 of the 2 tellers");
    setting.tellers[0].json(&["tellers", "check", &id], PASSPHRASE);
    cast("1 of the 2 tellers");
    // One teller's statement counts once, under whatever seats it is shown.
    checks(|checks| {
        let again = checks[0].clone();
        checks.extend([again.clone(), TellerStatement { index: 2, ..again }]);
    });
    cast("1 of the 2 tellers");
    checks(|checks| checks.truncate(1));
    setting.tellers[1].json(&["tellers", "check", &id], PASSPHRASE);

    // Another election under the same board: its tellers have not checked that one.
    let parameters = setting.relay.lock().expect("no panic").parameters();
    let own = |board| {
        let mut other = World::with_seed(Some((crate::ceremony::BOARD, board)), &[], 10);
        world(&setting, |world| {
            other.shown.boxes[0].checks = world.shown.boxes[0].checks.clone();
            other.shown.id = world.shown.id.clone();
        });
        other
    };
    let other = own(&parameters);
    let kept = setting.relay.lock().expect("no panic").world.replace(other);
    cast("is another");
    let id_of = |world: &mut World| world.shown.id = world.line().ballot.to_string();
    world(&setting, id_of);
    let other_id = world(&setting, |world| world.shown.id.clone());
    let vote_there = [&["vote", &other_id], &vote[2..]].concat();
    member.refused(&vote_there, "", "0 of the 2 tellers");
    // A board of three other tellers under the same name.
    let other = own(&other_board());
    setting.relay.lock().expect("no panic").world = Some(other);
    world(&setting, id_of);
    member.refused(&vote_there, "", "not the one that this ballot's election names");
    assert!(setting.stub.lines().iter().all(|line| !line.ends_with("/votes")), "nothing was sent");

    setting.relay.lock().expect("no panic").world = kept;
    let ran = member.run(&vote, "");
    assert!(ran.exit == Exit::Yes && ran.stderr.contains(&setting.words(0)), "{ran:?}");
}

/// The record made anew with another list of credentials under the same election.
fn other_setup(world: &mut World) {
    let data = &world.entries[0].data;
    let mut points: Vec<String> = serde_json::from_str(&data[2]).expect("a list");
    points.reverse();
    let credentials = serde_json::to_string(&points).expect("JSON");
    world.state = State::start();
    let setup = Entry::setup(&mut world.state, data[0].clone(), data[1].clone(), credentials);
    world.entries = vec![setup.expect("the beginning")];
}

#[test]
fn only_a_record_that_goes_on_from_what_was_checked_is_signed_for() {
    let (setting, id) = ready();
    let [first, second, _] = setting.tellers.as_slice() else { unreachable!("three tellers") };
    let (check, decrypt) = (["tellers", "check", &id], ["tellers", "decrypt", &id]);
    first.json(&check, PASSPHRASE);
    // The record has grown.
    world(&setting, |world| vote(world, 0, 0));
    let document = first.json(&check, PASSPHRASE);
    assert_eq!(document["boxes"][0]["checks"].as_array().expect("a list").len(), 7);
    // Votes are gone that were there.
    world(&setting, |world| {
        other_setup(world);
        world.shown.boxes[0].checks.clear();
    });
    found(&first.run(&[&check[..], &["--json"]].concat(), PASSPHRASE), "continuation", &setting);
    closed(&setting);
    first.refused(&decrypt, PASSPHRASE, "not the one that you checked");
    assert!(world(&setting, |world| world.shown.boxes[0].closings.is_empty()));
    // Who never checked sees nothing wrong.
    assert_eq!(second.run(&decrypt, PASSPHRASE).exit, Exit::No);
}

fn closed(setting: &Setting) {
    world(setting, |world| {
        vote(world, 0, 0);
        vote(world, 1, 1);
        vote(world, 1, 0);
        world.close();
    });
}

#[test]
fn a_count_is_opened_once_enough_have_signed_the_same() {
    let (setting, id) = ready();
    let [first, second, third] = setting.tellers.as_slice() else { unreachable!("three tellers") };
    let decrypt = ["tellers", "decrypt", &id];
    first.refused(&decrypt, PASSPHRASE, "voting has not ended");
    closed(&setting);
    let ran = first.run(&[&decrypt[..], &["--json"]].concat(), PASSPHRASE);
    assert_eq!(ran.exit, Exit::No, "{ran:?}");
    let urn = ran.json()["boxes"][0].clone();
    assert_eq!(
        (urn["signed"].clone(), urn["needed"].clone(), urn["share"].clone()),
        (json!(1), json!(2), json!(false))
    );
    assert!(ran.stderr.contains(urn["fingerprint"].as_str().expect("words")), "{ran:?}");
    // Asked again it signs nothing twice.
    assert_eq!(first.run(&decrypt, PASSPHRASE).exit, Exit::No);
    assert_eq!(world(&setting, |world| world.shown.boxes[0].closings.len()), 1);

    let document = second.json(&decrypt, PASSPHRASE);
    assert_eq!(
        (document["complete"].clone(), document["boxes"][0]["signed"].clone()),
        (json!(true), json!(2))
    );
    assert_eq!(document["boxes"][0]["fingerprint"], urn["fingerprint"]);
    assert_eq!(first.json(&decrypt, PASSPHRASE)["complete"], true);
    assert_eq!(first.json(&decrypt, PASSPHRASE)["complete"], true, "again changes nothing");
    world(&setting, |world| {
        assert_eq!(world.shown.boxes[0].opened_by, [2, 1]);
        world.finish();
    });
    // The result is there: a third share is not needed.
    let document = third.json(&decrypt, "");
    assert_eq!(document, json!({"complete": true, "open": true, "boxes": []}));
    let record = third.path("vote.bel");
    fs::write(&record, world(&setting, |world| world.record())).expect("a file");
    let shares = world(&setting, |world| world.shares_file());
    fs::write(third.path("vote.shares.json"), shares).expect("a file");
    let record = record.display().to_string();
    let verified = crate::stub::scrutineer(&["scrutineer", "verify", &record, "--json"], "");
    assert_eq!(verified.exit, Exit::Yes, "{verified:?}");
    assert_eq!(verified.json()["counts"][0]["answers"][0]["votes"], 2);
}

/// The same ballot closed with another count.
fn reclose(setting: &Setting) {
    let mut relay = setting.relay.lock().expect("no panic");
    let Relay { board, world, .. } = &mut *relay;
    let parameters = board.parameters.clone().expect("ready");
    let parameters =
        scrutineer_protocol::trustee::ThresholdParameters::parse(parameters.as_bytes()).expect("good");
    // Made from the same seed, so it is the very same election; only the votes differ.
    let mut other = World::new(Some((crate::ceremony::BOARD, &parameters)), &[]);
    let old = world.as_ref().expect("a ballot");
    assert_eq!(other.made.election.bytes(), old.made.election.bytes());
    vote(&mut other, 0, 0);
    other.close();
    other.shown.boxes[0].closings = old.shown.boxes[0].closings.clone();
    *world = Some(other);
}

#[test]
fn a_second_count_of_a_box_is_refused_for_ever() {
    let (setting, id) = ready();
    let decrypt = ["tellers", "decrypt", &id];
    closed(&setting);
    let teller = &setting.tellers[0];
    assert_eq!(teller.run(&decrypt, PASSPHRASE).exit, Exit::No);
    reclose(&setting);
    // The server still shows what the teller signed.
    teller.refused(&decrypt, PASSPHRASE, "You speak for one count only");
    // It hides that: the teller's own file remembers.
    world(&setting, |world| world.shown.boxes[0].closings.clear());
    teller.refused(&decrypt, PASSPHRASE, "opens one count of a box and no other");
    assert!(world(&setting, |world| world.shown.boxes[0].closings.is_empty()));
    // Neither a damaged file nor one that others can write opens the way.
    let folder = teller.path(KEY_FILES);
    let opened = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    let opened = opened.into_iter().find(|path| path.to_string_lossy().ends_with(".opened.json"));
    let opened = opened.expect("the file is there");
    fs::write(&opened, "{}").expect("ours");
    teller.refused(&decrypt, PASSPHRASE, "is damaged");
    // Who had not spoken may speak for it.
    assert_eq!(setting.tellers[1].run(&decrypt, PASSPHRASE).exit, Exit::No);
}

#[test]
fn a_key_brought_back_from_paper_warns_that_it_remembers_nothing() {
    let setting = Setting::new();
    let teller = &setting.tellers[0];
    let paper_file = teller.path("paper").display().to_string();
    let join = ["tellers", "join", crate::ceremony::BOARD];
    teller.run(&[&join[..], &["--paper-file", &paper_file]].concat(), PASSPHRASE);
    setting.join_all();
    let id = setting.freeze();
    closed(&setting);
    let decrypt = ["tellers", "decrypt", &id];
    let ran = teller.run(&decrypt, PASSPHRASE);
    let brought_back = "brought back from paper";
    assert!(ran.exit == Exit::No && !ran.stderr.contains(brought_back), "{ran:?}");
    // Another machine, and a server that hides what was signed.
    world(&setting, |world| world.shown.boxes[0].closings.clear());
    fs::remove_dir_all(teller.path(KEY_FILES)).expect("ours");
    let words = setting.words(1);
    let paper = fs::read_to_string(&paper_file).expect("it is there");
    let typed = format!("{paper}{PASSPHRASE}{words}\n");
    assert_eq!(teller.run(&[&join[..], &["--restore"]].concat(), &typed).exit, Exit::Yes);
    let ran = teller.run(&decrypt, PASSPHRASE);
    assert!(ran.exit == Exit::No && ran.stderr.contains(brought_back), "{ran:?}");
    // From now on this machine remembers too.
    let ran = teller.run(&decrypt, PASSPHRASE);
    assert!(ran.exit == Exit::No && !ran.stderr.contains(brought_back), "{ran:?}");
}

#[test]
fn signatures_for_another_count_do_not_help_and_are_told() {
    let (setting, id) = ready();
    let decrypt = ["tellers", "decrypt", &id];
    closed(&setting);
    assert_eq!(setting.tellers[0].run(&decrypt, PASSPHRASE).exit, Exit::No);
    reclose(&setting);
    let ran = setting.tellers[1].run(&decrypt, PASSPHRASE);
    assert_eq!(ran.exit, Exit::No, "{ran:?}");
    assert!(ran.stderr.contains("seat 1 has signed ANOTHER sealed count"), "{ran:?}");
    assert!(world(&setting, |world| world.shown.boxes[0].opened_by.is_empty()));
    // The same signature shown under another seat counts for nobody.
    world(&setting, |world| {
        let mut copied = world.shown.boxes[0].closings.clone();
        for one in &mut copied {
            one.index = 3;
        }
        world.shown.boxes[0].closings.extend(copied);
    });
    assert_eq!(setting.tellers[1].run(&decrypt, PASSPHRASE).exit, Exit::No);
    assert!(world(&setting, |world| world.shown.boxes[0].opened_by.is_empty()));
}

#[test]
fn a_record_that_does_not_hold_is_not_opened() {
    let (setting, id) = ready();
    let decrypt = ["tellers", "decrypt", &id];
    let open = world(&setting, |world| world.record());
    closed(&setting);
    let teller = &setting.tellers[0];
    // The record of a moment before.
    setting.relay.lock().expect("no panic").record = Some(open);
    teller.refused(&decrypt, PASSPHRASE, "no sealed count yet");
    // A record that was damaged or changed.
    let mut record = world(&setting, |world| world.record());
    let place = record.windows(8).rposition(|bytes| bytes == b"\"alpha\":").expect("the count") + 12;
    record[place] = if record[place] == b'1' { b'2' } else { b'1' };
    setting.relay.lock().expect("no panic").record = Some(record);
    teller.refused(&decrypt, PASSPHRASE, "does not verify");
    setting.relay.lock().expect("no panic").record = None;
    // The page shows another closing fingerprint.
    let event = world(&setting, |world| world.shown.boxes[0].closing_event.replace("0".repeat(64)));
    teller.refused(&decrypt, PASSPHRASE, "another sealed count than the ballot's page");
    world(&setting, |world| {
        assert!(world.shown.boxes[0].closings.is_empty(), "nothing was signed");
        world.shown.boxes[0].closing_event = event;
    });
    assert_eq!(teller.run(&decrypt, PASSPHRASE).exit, Exit::No);
}
