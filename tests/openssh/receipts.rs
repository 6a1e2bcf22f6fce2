//! Receipts and heads of a record, as the server signs them (design section 5).

use std::fs;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_ballot::receipt::{HeadLine, ReceiptLine};
use scrutineer_ballot::signature::{HEAD_NAMESPACE, RECEIPT_NAMESPACE, Signer};
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::hash::{Base64Hash, HexHash};
use ssh_key::{Algorithm, PrivateKey};

use crate::keygen;

#[test]
fn ssh_keygen_accepts_receipts_and_heads_each_for_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = PrivateKey::random(&mut ChaCha20Rng::seed_from_u64(1), Algorithm::Ed25519).expect("a key");
    let key = Signer::new(&key).expect("a key");
    let public = key.public_key().to_openssh().expect("its text");
    fs::write(folder.path().join("signers"), format!("server {public}\n")).expect("a file");
    let election = Uuid::from_text("ZM9Q5QG2xbtcA9").expect("a uuid");
    let (tracker, event) = (Base64Hash::from_digest([1; 32]), HexHash::from_digest([2; 32]));
    let head = HeadLine { election: election.clone(), height: 7, event };
    let line = ReceiptLine { election, tracker, height: 7, event };
    let receipt = line.clone().sign(&key).expect("a receipt");
    fs::write(folder.path().join("receipt.sig"), &receipt.signature).expect("a file");
    fs::write(folder.path().join("head.sig"), head.sign(&key).expect("a signature")).expect("a file");
    let verifies = |namespace: &str, signature: &str, text: &str| {
        keygen::verifies(folder.path(), "signers", "server", namespace, signature, text.as_bytes())
    };
    let (line, head) = (line.to_string(), head.to_string());
    assert!(verifies(RECEIPT_NAMESPACE, "receipt.sig", &line));
    assert!(verifies(HEAD_NAMESPACE, "head.sig", &head));
    assert!(!verifies(HEAD_NAMESPACE, "receipt.sig", &line));
    assert!(!verifies(RECEIPT_NAMESPACE, "head.sig", &head));
    assert!(!verifies(RECEIPT_NAMESPACE, "receipt.sig", &line.replace(" 7 ", " 8 ")));
}
