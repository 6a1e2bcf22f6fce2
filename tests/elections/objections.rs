//! An observer objects to a result, before officers sign and after: what anyone downloads holds together each time.

use std::fs;
use std::path::{Path, PathBuf};

use scrutineer_cli::exit::Exit;
use scrutineer_tests::person::{Said, offline};
use scrutineer_tests::union::path;
use scrutineer_tests::world::World;
use serde_json::{Value, json};

use crate::{open_ballot, world};

const LATE: &str = "The notice came a day late in two units.";
const ALOUD: &str =
    "The turnout of one unit was read out while the vote was open.\nI heard it myself: Zażółć.";

/// Anyone downloads a certificate into a new folder: the newest that is signed, or that of a number.
fn certificate(world: &World, id: &str, number: Option<&str>, name: &str) -> (PathBuf, Value) {
    let folder = world.file(name);
    let out = path(&folder);
    let mut words = vec!["certificate", id, "-o", &out];
    words.extend(number.into_iter().flat_map(|number| ["--number", number]));
    (folder, world.stranger().run(&words).yes().unwrap())
}

fn verify(record: &Path, certificate: &Path) -> Said {
    offline(&["verify", &path(record), "--certificate", &path(certificate)])
}

/// What the check of objections said: how bad, in which words.
fn said_of_objections(said: &Said) -> Vec<(String, String)> {
    let checks = said.json["checks"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    checks
        .filter(|check| check["name"] == "certificate-objections")
        .map(|check| (text(&check["level"]), text(&check["detail"])))
        .collect()
}

fn on_paper(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("certificate.json")).unwrap()).unwrap()
}

#[test]
fn an_objection_is_on_the_certificate_and_a_later_one_on_its_correction() {
    let world = world(10);
    let ballot = open_ballot(&world);
    let [first, second] = world.officers();
    let (id, observer) = (ballot.id.as_str(), world.observer());
    ballot.vote(first, &["--answer", "1=Yes"]).unwrap().yes().unwrap();
    assert!(world.object(observer, id, LATE).unwrap().refusal().is_ok(), "there is no result yet");
    world.close(id).unwrap();
    let record = world.file("record.bel");
    world.stranger().run(&["record", id, "-o", &path(&record)]).yes().unwrap();

    // Only observers object, each text once.
    let member = &world.voters()[0];
    world.activate(member).unwrap();
    for nobody in [first, world.delegate(), member] {
        assert_eq!(world.object(nobody, id, LATE).unwrap().refusal().unwrap(), "forbidden");
    }
    let filed = world.object(observer, id, LATE).unwrap().yes().unwrap();
    assert_eq!(filed["number"], 1);
    assert!(world.object(observer, id, LATE).unwrap().refusal().is_ok(), "the same again");
    let correct = ["certificate", "correct", id, "--reason", "A second objection came"];
    assert!(first.run(&correct).refusal().is_ok(), "nobody has signed what would be corrected");
    for officer in [first, second] {
        world.certify(officer, id).yes().unwrap();
    }

    let (one, written) = certificate(&world, id, None, "one");
    assert_eq!((&written["number"], &written["signatures"]), (&json!(1), &json!(2)));
    for name in ["objection-1.txt", "objection-1.txt.sig", "allowed_observers", "certificate.pdf"] {
        assert!(one.join(name).is_file(), "{name}: {written}");
    }
    let text = fs::read_to_string(one.join("objection-1.txt")).unwrap();
    assert!(text.contains(id) && text.trim_end().ends_with(LATE), "{text}");
    let said = verify(&record, &one);
    assert_eq!(said.exit, Exit::Yes, "{}", said.json);
    let sentence = "1 of 1 objections are here, as on the certificate, and signed".to_owned();
    assert_eq!(said_of_objections(&said), [("ok".to_owned(), sentence)]);

    let mut bytes = text.clone().into_bytes();
    *bytes.iter_mut().rfind(|byte| **byte == b'y').unwrap() = b'z';
    fs::write(one.join("objection-1.txt"), bytes).unwrap();
    let said = verify(&record, &one);
    assert_eq!(said.exit, Exit::No, "{}", said.json);
    assert_eq!(said_of_objections(&said)[0].0, "fail");
    fs::write(one.join("objection-1.txt"), text).unwrap();

    // After the signatures: a warning beside the certificate, until a correction has it.
    assert_eq!(world.object(observer, id, ALOUD).unwrap().yes().unwrap()["number"], 2);
    let (between, _) = certificate(&world, id, None, "between");
    let said = verify(&record, &between);
    assert_eq!(said.exit, Exit::Yes, "{}", said.json);
    assert!(said_of_objections(&said).iter().any(|(level, _)| level == "warning"), "{}", said.json);

    assert_eq!(member.run(&correct).refusal().unwrap(), "forbidden");
    assert_eq!(first.run(&correct).yes().unwrap()["number"], 2);
    world.certify(first, id).yes().unwrap();
    let (half, written) = certificate(&world, id, Some("2"), "half");
    assert_eq!(written["signatures"], 1);
    assert_eq!(verify(&record, &half).exit, Exit::No, "one of two officers");
    assert_eq!(certificate(&world, id, None, "still").1["number"], 1, "until the other is signed");
    world.certify(second, id).yes().unwrap();

    let (two, written) = certificate(&world, id, None, "two");
    assert_eq!((&written["number"], &written["signatures"]), (&json!(2), &json!(2)));
    let corrected = on_paper(&two);
    assert_eq!(corrected["corrects"]["number"], 1, "{corrected}");
    assert_eq!(corrected["corrects"]["reason"], "A second objection came");
    let said = verify(&record, &two);
    assert_eq!(said.exit, Exit::Yes, "{}", said.json);
    let sentence = "2 of 2 objections are here, as on the certificate, and signed".to_owned();
    assert_eq!(said_of_objections(&said), [("ok".to_owned(), sentence)]);

    let (old, written) = certificate(&world, id, Some("1"), "old");
    assert_eq!(written["number"], 1);
    let same = |name| fs::read(old.join(name)).unwrap() == fs::read(one.join(name)).unwrap();
    assert!(same("certificate.json") && same("certificate.pdf") && same("objection-1.txt"));
    let said = verify(&record, &old);
    assert_eq!(said.exit, Exit::Yes, "{}", said.json);
}
