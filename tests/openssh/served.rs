//! What a running server signs, and what officers sign for it.

use std::fs;

use scrutineer_ballot::signature::{CERTIFICATE_NAMESPACE, HEAD_NAMESPACE, RECEIPT_NAMESPACE};
use scrutineer_tests::raw::Raw;
use scrutineer_tests::union::ballot::{YES_NO, file};
use scrutineer_tests::union::path;
use scrutineer_tests::world::World;
use serde_json::Value;

use crate::keygen;

#[test]
fn ssh_keygen_accepts_receipts_heads_and_certificates_of_a_server() {
    let world = World::settled(env!("CARGO_BIN_EXE_e2e-server"), 10, &[]).expect("a union");
    let ballot = world.bring_to_open(&file("server", &[YES_NO]), &[]).expect("an open ballot");
    let [officer, other] = world.officers();
    let receipt = officer.file("receipt.json");
    let words = ["--answer", "1=Yes", "--receipt", &path(&receipt)];
    ballot.vote(officer, &words).expect("a code").yes().expect("a vote");

    // The server's key stands where anyone finds it.
    let anyone = Raw::anyone(world.running().expect("a server").url());
    let about = anyone.get("/api/v1").expect("a reply").json;
    let key = about["receipt_key"]["public_key"].as_str().expect("a key");
    let folder = world.file("signed");
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("signers"), format!("server {key}\n")).expect("a file");
    let accepts = |namespace: &str, signature: &Value, text: &str| {
        fs::write(folder.join("signature"), signature.as_str().expect("a signature")).expect("a file");
        keygen::verifies(&folder, "signers", "server", namespace, "signature", text.as_bytes())
    };
    let text = fs::read_to_string(&receipt).expect("a receipt");
    let receipt: Value = serde_json::from_str(&text).expect("JSON");
    let word = |document: &Value, field: &str| match &document[field] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let line = ["election", "tracker", "height", "event"].map(|field| word(&receipt, field)).join(" ");
    assert!(accepts(RECEIPT_NAMESPACE, &receipt["signature"], &line));
    assert!(!accepts(RECEIPT_NAMESPACE, &receipt["signature"], &line.replace(" 1 ", " 2 ")));
    assert!(!accepts(HEAD_NAMESPACE, &receipt["signature"], &line));

    world.close(&ballot.id).expect("closed");
    let head = anyone.get(&format!("/api/v1/ballots/{}/head", ballot.id)).expect("a reply").json;
    let line = ["election", "height", "event"].map(|field| word(&head, field)).join(" ");
    assert!(accepts(HEAD_NAMESPACE, &head["signature"], &line), "{head}");

    // One officer signs with our program, the other with ssh-keygen.
    world.certify(officer, &ballot.id).yes().expect("signed");
    let unsigned = world.file("unsigned");
    other.run(&["certificate", &ballot.id, "-o", &path(&unsigned)]).yes().expect("a certificate");
    let key = other.file("officer");
    let args = ["-Y", "sign", "-f", &path(&key), "-n", CERTIFICATE_NAMESPACE, "certificate.json"];
    let signed = keygen::run(&unsigned, &args, b"");
    assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
    let signature = path(&unsigned.join("certificate.json.sig"));
    other.run(&["certify", &ballot.id, "--signature", &signature]).yes().expect("signed");

    let (_, certificate) = world.download(&ballot.id, "certified").expect("a certificate");
    let text = fs::read(certificate.join("certificate.json")).expect("a file");
    for person in [officer, other] {
        let signature = format!("certificate.json.{}.sig", person.member_no);
        let no = &person.member_no;
        let verifies = |text: &[u8]| {
            keygen::verifies(&certificate, "allowed_signers", no, CERTIFICATE_NAMESPACE, &signature, text)
        };
        assert!(verifies(&text) && !verifies(&text[1..]), "{no}");
    }
}
