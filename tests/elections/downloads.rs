//! Downloads that somebody has tampered with: every file of them is noticed.

use std::fs;
use std::path::Path;

use scrutineer_cli::exit::Exit;
use scrutineer_tests::person::offline;
use scrutineer_tests::union::path;

use crate::{open_ballot, world};

/// Copies a folder of files.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn every_changed_file_is_noticed() {
    let world = world(10);
    let ballot = open_ballot(&world);
    let [officer, other] = world.officers();
    let receipt = officer.file("receipt.json");
    ballot.vote(officer, &["--answer", "1=Yes", "--receipt", &path(&receipt)]).unwrap().yes().unwrap();
    ballot.vote(other, &["--answer", "1=No"]).unwrap().yes().unwrap();
    world.close(&ballot.id).unwrap();
    for officer in world.officers() {
        world.certify(officer, &ballot.id).yes().unwrap();
    }
    let (record, certificate) = world.download(&ballot.id, "good").unwrap();
    let verify = |record: &Path, certificate: &Path| {
        offline(&["verify", &path(record), "--certificate", &path(certificate)]).exit
    };
    assert_eq!(verify(&record, &certificate), Exit::Yes);
    assert_eq!(offline(&["receipt", "--file", &path(&receipt), "--record", &path(&record)]).exit, Exit::Yes);

    // Each file in turn: one character of what stands in it.
    let changed = world.file("changed");
    let mut names: Vec<_> =
        fs::read_dir(&certificate).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names.len(), 6, "{names:?}");
    for name in names {
        let mut bytes = fs::read(certificate.join(&name)).unwrap();
        // Late in the file, so that a key or a proof is hit and no frame.
        let place = (bytes.len() * 9 / 10..bytes.len()).find(|i| bytes[*i].is_ascii_alphanumeric()).unwrap();
        bytes[place] = if bytes[place] == b'7' { b'8' } else { b'7' };
        copy(&certificate, &changed);
        fs::write(changed.join(&name), bytes).unwrap();
        let said = offline(&["verify", &path(&record), "--certificate", &path(&changed)]);
        // A list of signers and the printed sheets are a convenience: wrong ones are warned of.
        let warned = said.json["checks"].to_string().contains("warning");
        assert!(
            said.exit != Exit::Yes || ((name == "allowed_signers" || name == "certificate.pdf") && warned),
            "{name:?}: {}",
            said.json
        );
    }

    let bytes = fs::read(&record).unwrap();
    let bad = world.file("bad.bel");
    fs::copy(record.with_extension("shares.json"), bad.with_extension("shares.json")).unwrap();
    for (bytes, what) in [
        (bytes[..bytes.len() / 2].to_vec(), "cut in two"),
        (bytes[..bytes.len() / 1024 * 512].to_vec(), "cut between two blocks"),
        ([&bytes[..], b"more"].concat(), "more at its end"),
        (flipped(&bytes, bytes.len() / 2), "one bit"),
        (Vec::new(), "empty"),
        (b"hello".to_vec(), "no archive"),
    ] {
        fs::write(&bad, bytes).unwrap();
        assert_ne!(verify(&bad, &certificate), Exit::Yes, "{what}");
    }
    let zeros = fs::File::create(&bad).unwrap();
    zeros.set_len(2 << 30).unwrap();
    assert_ne!(verify(&bad, &certificate), Exit::Yes, "two gigabytes of zeros");

    // A certificate of another vote.
    let ballot = open_ballot(&world);
    world.close(&ballot.id).unwrap();
    for officer in world.officers() {
        world.certify(officer, &ballot.id).yes().unwrap();
    }
    let (other, _) = world.download(&ballot.id, "other").unwrap();
    assert_eq!(verify(&other, &certificate), Exit::No);
    assert_ne!(offline(&["receipt", "--file", &path(&receipt), "--record", &path(&other)]).exit, Exit::Yes);
}

fn flipped(bytes: &[u8], place: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[place] ^= 1;
    bytes
}
