//! Signatures both ways with the `ssh-keygen` that people have: ours checked by it, its own checked by us.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use ssh_key::{Algorithm, LineEnding, PrivateKey};
use tempfile::TempDir;

use super::*;
use crate::receipt::ReceiptLine;

/// Whether the program is there; says so where it is not.
fn have_ssh_keygen() -> bool {
    let found =
        Command::new("ssh-keygen").arg("-?").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !found {
        println!("skipped: ssh-keygen is not on the PATH");
    }
    found
}

fn key(seed: u64) -> PrivateKey {
    PrivateKey::random(&mut ChaCha20Rng::seed_from_u64(seed), Algorithm::Ed25519).unwrap()
}

fn ssh_keygen(dir: &Path, args: &[&str], stdin: Option<&str>) -> Output {
    let input = stdin.map_or(Stdio::null(), |name| File::open(dir.join(name)).unwrap().into());
    Command::new("ssh-keygen")
        .args(args.iter().map(OsStr::new))
        .current_dir(dir)
        .stdin(input)
        .output()
        .unwrap()
}

/// `ssh-keygen -Y verify` as the manual tells people to call it.
fn stock_verify(dir: &Path, identity: &str, namespace: &str, file: &str) -> bool {
    let args = ["-Y", "verify", "-f", "allowed_signers", "-I", identity, "-n", namespace, "-s", "signature"];
    ssh_keygen(dir, &args, Some(file)).status.success()
}

#[test]
fn ssh_keygen_accepts_what_we_sign() {
    if !have_ssh_keygen() {
        return;
    }
    let dir = TempDir::new().unwrap();
    let (ann, bob) = (MemberNo::parse("1001").unwrap(), MemberNo::parse("A/7:b#2+x").unwrap());
    let (anns, bobs) = (key(1), key(2));
    let signers = [(&ann, anns.public_key()), (&bob, bobs.public_key())];
    fs::write(dir.path().join("allowed_signers"), allowed_signers(CERTIFICATE_NAMESPACE, signers).unwrap())
        .unwrap();
    fs::write(dir.path().join("certificate.json"), "{\"v\":1}").unwrap();
    fs::write(dir.path().join("other.json"), "{\"v\":2}").unwrap();
    for (no, key) in [(&ann, &anns), (&bob, &bobs)] {
        let armour = sign(CERTIFICATE_NAMESPACE, key, b"{\"v\":1}").unwrap();
        fs::write(dir.path().join("signature"), armour).unwrap();
        assert!(stock_verify(dir.path(), no.as_str(), CERTIFICATE_NAMESPACE, "certificate.json"), "{no}");
        assert!(!stock_verify(dir.path(), no.as_str(), CERTIFICATE_NAMESPACE, "other.json"), "{no}");
        assert!(!stock_verify(dir.path(), no.as_str(), RECEIPT_NAMESPACE, "certificate.json"), "{no}");
        assert!(!stock_verify(dir.path(), "1002", CERTIFICATE_NAMESPACE, "certificate.json"), "{no}");
    }
    // The last signature is Bob's.
    assert!(!stock_verify(dir.path(), ann.as_str(), CERTIFICATE_NAMESPACE, "certificate.json"));
}

#[test]
fn ssh_keygen_accepts_a_receipt() {
    if !have_ssh_keygen() {
        return;
    }
    let dir = TempDir::new().unwrap();
    let line = "ZM9Q5QG2xbtcA9 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE 7 \
                0202020202020202020202020202020202020202020202020202020202020202";
    let receipt = ReceiptLine::parse(line).unwrap().sign(&Signer::new(&key(1)).unwrap()).unwrap();
    let server = MemberNo::parse("server").unwrap();
    let signers = allowed_signers(RECEIPT_NAMESPACE, [(&server, key(1).public_key())]).unwrap();
    fs::write(dir.path().join("allowed_signers"), signers).unwrap();
    fs::write(dir.path().join("line"), line).unwrap();
    fs::write(dir.path().join("signature"), receipt.signature).unwrap();
    assert!(stock_verify(dir.path(), "server", RECEIPT_NAMESPACE, "line"));
    fs::write(dir.path().join("line"), line.replacen(" 7 ", " 8 ", 1)).unwrap();
    assert!(!stock_verify(dir.path(), "server", RECEIPT_NAMESPACE, "line"));
}

#[test]
fn we_accept_what_ssh_keygen_signs() {
    if !have_ssh_keygen() {
        return;
    }
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("id");
    let made =
        ssh_keygen(dir.path(), &["-q", "-t", "ed25519", "-N", "", "-C", "an officer", "-f", "id"], None);
    assert!(made.status.success(), "{made:?}");
    fs::write(dir.path().join("certificate.json"), "{\"v\":1}").unwrap();
    let args = ["-q", "-Y", "sign", "-n", CERTIFICATE_NAMESPACE, "-f", "id", "certificate.json"];
    let signed = ssh_keygen(dir.path(), &args, None);
    assert!(signed.status.success(), "{signed:?}");
    let armour = fs::read_to_string(dir.path().join("certificate.json.sig")).unwrap();
    let public = parse_public_key(&fs::read_to_string(path.with_extension("pub")).unwrap()).unwrap();
    let known = [KeyFingerprint::of(&public)];
    assert_eq!(verify(CERTIFICATE_NAMESPACE, &armour, b"{\"v\":1}", &known), Ok(known[0]));
    assert_eq!(verify(CERTIFICATE_NAMESPACE, &armour, b"{\"v\":2}", &known), Err(SignatureError::Mismatch));
    assert!(matches!(
        verify(RECEIPT_NAMESPACE, &armour, b"{\"v\":1}", &known),
        Err(SignatureError::Namespace(_))
    ));

    let shown = ssh_keygen(dir.path(), &["-l", "-f", "id.pub"], None);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains(&known[0].to_string()), "{shown}");
    // A private key file made by ssh-keygen signs here as well.
    let private = PrivateKey::from_openssh(fs::read_to_string(&path).unwrap()).unwrap();
    let ours = sign(CERTIFICATE_NAMESPACE, &private, b"{\"v\":1}").unwrap();
    assert_eq!(ours, armour);
}

#[test]
fn a_key_that_we_write_is_read_by_ssh_keygen() {
    if !have_ssh_keygen() {
        return;
    }
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("id");
    key(1).write_openssh_file(&path, LineEnding::LF).unwrap();
    let shown = ssh_keygen(dir.path(), &["-y", "-f", "id"], None);
    assert!(shown.status.success(), "{shown:?}");
    let public = parse_public_key(&String::from_utf8(shown.stdout).unwrap()).unwrap();
    assert_eq!(KeyFingerprint::of(&public), KeyFingerprint::of(key(1).public_key()));
}

#[test]
fn ssh_keygen_accepts_an_objection_and_nothing_else_with_its_signature() {
    if !have_ssh_keygen() {
        return;
    }
    let dir = TempDir::new().unwrap();
    let (observer, key) = (MemberNo::parse("77").unwrap(), key(5));
    let ballot = scrutineer_protocol::election::Uuid::from_text("ZM9Q5QG2xbtcA9").unwrap();
    let last_event = scrutineer_protocol::hash::HexHash::from_digest([1; 32]);
    let line = crate::objection::first_line(&ballot, "Zażółć \"gęślą\"", [&last_event]);
    let text = crate::objection::signed(&line, "I saw two tellers only.").unwrap();
    let signers = allowed_signers(OBJECTION_NAMESPACE, [(&observer, key.public_key())]).unwrap();
    fs::write(dir.path().join("allowed_signers"), signers).unwrap();
    fs::write(dir.path().join("signature"), sign(OBJECTION_NAMESPACE, &key, text.as_bytes()).unwrap())
        .unwrap();
    fs::write(dir.path().join("objection-1.txt"), &text).unwrap();
    fs::write(dir.path().join("other.txt"), text.replace("two", "three")).unwrap();
    assert!(stock_verify(dir.path(), "77", OBJECTION_NAMESPACE, "objection-1.txt"));
    assert!(!stock_verify(dir.path(), "77", OBJECTION_NAMESPACE, "other.txt"));
    assert!(!stock_verify(dir.path(), "77", CERTIFICATE_NAMESPACE, "objection-1.txt"));
}
