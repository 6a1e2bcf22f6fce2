//! Certificates: signed by us, or by officers' own `ssh-keygen`.

use std::fs;
use std::path::{Path, PathBuf};

use scrutineer_ballot::signature::{self, CERTIFICATE_NAMESPACE, KeyFingerprint};

use crate::keygen;

const FILE: &str = r#"
title     = "Work remotely only"
time_zone = "America/Chicago"
contact   = "Election committee"
tellers   = "Election committee"
officers  = 3
[[question]]
text    = "Shall all members work remotely only – ünïcödé ✓?"
answers = ["Yes", "No"]
passes  = "Yes >= 60% of eligible"
"#;

/// Rehearses a vote; the folder of its certificate.
fn rehearsed(folder: &Path) -> PathBuf {
    let (file, out) = (folder.join("ballot.toml"), folder.join("out"));
    fs::write(&file, FILE).expect("a file");
    let (file, out_text) = (file.display().to_string(), out.display().to_string());
    let args = ["scrutineer", "rehearse", &file, "--voters", "5", "--out", &out_text];
    let mut stderr = Vec::new();
    let exit = scrutineer_cli::run(args, &mut std::io::empty(), &mut Vec::new(), &mut stderr);
    assert_eq!(exit.code(), 0, "{}", String::from_utf8_lossy(&stderr));
    out.join("certificate")
}

#[test]
fn ssh_keygen_accepts_a_certificates_signatures_and_no_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let certificate = rehearsed(folder.path());
    let text = fs::read(certificate.join("certificate.json")).expect("a file");
    let verifies = |identity: &str, namespace: &str, officer: u32, text: &[u8]| {
        let signature = format!("certificate.json.rehearsal-officer-{officer}.sig");
        keygen::verifies(&certificate, "allowed_signers", identity, namespace, &signature, text)
    };
    for officer in 1..=3 {
        let identity = format!("rehearsal-officer-{officer}");
        assert!(verifies(&identity, CERTIFICATE_NAMESPACE, officer, &text), "{identity}");
    }
    assert!(!verifies("rehearsal-officer-2", CERTIFICATE_NAMESPACE, 1, &text), "another officer's");
    assert!(!verifies("rehearsal-officer-1", "scrutineer-receipt", 1, &text), "for another purpose");
    assert!(!verifies("rehearsal-officer-1", CERTIFICATE_NAMESPACE, 1, &text[1..]), "other bytes");
}

/// An officer who signs with `ssh-keygen -Y sign` (design section 8).
#[test]
fn a_signature_by_ssh_keygen_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let made =
        keygen::run(folder.path(), &["-q", "-t", "ed25519", "-N", "", "-C", "an officer", "-f", "key"], b"");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let key = fs::read_to_string(folder.path().join("key.pub")).expect("a file");
    let key = signature::parse_public_key(&key).expect("a key");
    let text = fs::read(rehearsed(folder.path()).join("certificate.json")).expect("a file");
    fs::write(folder.path().join("certificate.json"), &text).expect("a file");
    let args = ["-Y", "sign", "-f", "key", "-n", CERTIFICATE_NAMESPACE, "certificate.json"];
    let signed = keygen::run(folder.path(), &args, b"");
    assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
    let armour = fs::read_to_string(folder.path().join("certificate.json.sig")).expect("a file");
    let fingerprint = KeyFingerprint::of(&key);
    assert_eq!(signature::verify(CERTIFICATE_NAMESPACE, &armour, &text, &[fingerprint]), Ok(fingerprint));
    assert!(signature::verify(CERTIFICATE_NAMESPACE, &armour, &text[1..], &[fingerprint]).is_err());
}
