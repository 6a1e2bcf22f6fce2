//! Officers certify what they have verified.

use std::sync::{Arc, Mutex};

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_ballot::signature::{CERTIFICATE_NAMESPACE, KeyFingerprint, RECEIPT_NAMESPACE, sign, verify};
use scrutineer_cli::exit::Exit;
use scrutineer_protocol::ballot::{Ballot, Selection};
use scrutineer_protocol::credential::Credential;
use serde_json::{Value, json};
use ssh_key::{Algorithm, LineEnding, PrivateKey};

use crate::stub::{Ran, Stub, User, bytes, ok, refused, session};
use crate::world::World;

/// What the stand-in gives out.
struct Served {
    shown: Value,
    record: Vec<u8>,
    certificate: Value,
}

struct Setting {
    served: Arc<Mutex<Served>>,
    stub: Stub,
    user: User,
    officers: Vec<PrivateKey>,
    stranger: PrivateKey,
    id: String,
}

fn setting() -> Setting {
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let mut key = || PrivateKey::random(&mut rng, Algorithm::Ed25519).expect("a key");
    let officers = vec![key(), key()];
    let stranger = key();
    let keys: Vec<KeyFingerprint> = officers.iter().map(|key| KeyFingerprint::of(key.public_key())).collect();
    let mut world = World::new(None, &keys);
    for member in 0..2 {
        let code = Credential::from_text(&world.made.codes[member].code.credential()).expect("a code");
        let key = code.derive(world.made.election.uuid());
        let selections = [Selection::Answers(vec![0]), Selection::Answers(vec![member])];
        let vote = Ballot::seal(&world.made.election, &key, &selections, &mut world.rng).expect("a vote");
        world.cast(&vote.to_text());
    }
    world.close();
    world.finish();
    let served = Served {
        shown: serde_json::to_value(&world.shown).expect("JSON"),
        record: world.record(),
        certificate: json!({
            "certificate": world.certificate(), "needed": 2, "allowed_signers": "", "shares": world.shares_file(),
            "signatures": [],
        }),
    };
    let served = Arc::new(Mutex::new(served));
    let giving = Arc::clone(&served);
    let stub = Stub::start(move |asked| {
        let mut served = giving.lock().expect("no panic");
        let (method, path) = asked.line.split_once(' ').expect("two words");
        match (method, path.rsplit('/').next().expect("a path")) {
            ("POST", "sessions") => ok(&session()),
            ("GET", "record") => bytes("application/octet-stream", served.record.clone()),
            ("GET", "certificate") => ok(&served.certificate),
            ("GET", _) => ok(&served.shown),
            ("POST", "signatures") => {
                let signature = asked.json()["signature"].clone();
                let list = served.certificate["signatures"].as_array_mut().expect("a list");
                list.push(json!({"member_no": "7", "key": "SHA256:x", "signature": signature}));
                ok(&json!({}))
            }
            _ => refused(404, "not_found", "no"),
        }
    });
    let user = User::of(&stub);
    user.sign_in();
    let id = world.shown.id.clone();
    Setting { served, stub, user, officers, stranger, id }
}

impl Setting {
    fn key_file(&self, name: &str, key: &PrivateKey) -> String {
        self.user.file(name, &key.to_openssh(LineEnding::LF).expect("a file"))
    }

    fn signatures(&self) -> Vec<String> {
        let served = self.served.lock().expect("no panic");
        let list = served.certificate["signatures"].as_array().expect("a list");
        list.iter().map(|one| one["signature"].as_str().expect("a text").to_owned()).collect()
    }

    fn certificate(&self) -> String {
        self.served.lock().expect("no panic").certificate["certificate"].as_str().expect("a text").to_owned()
    }

    fn certify(&self, key: &str) -> Ran {
        self.user.run(&["certify", &self.id, "--key", key, "--json"], "")
    }
}

#[test]
fn an_officer_signs_with_a_key_or_brings_a_signature() {
    let setting = setting();
    let keys: Vec<KeyFingerprint> =
        setting.officers.iter().map(|key| KeyFingerprint::of(key.public_key())).collect();
    let mut rng = ChaCha20Rng::seed_from_u64(4);
    let locked = setting.officers[0].encrypt(&mut rng, "secret").expect("a locked key");
    let locked = setting.key_file("locked", &locked);
    setting.user.refused(&["certify", &setting.id, "--key", &locked], "wrong\n", "passphrase is wrong");
    let document = setting.user.json(&["certify", &setting.id, "--key", &locked], "secret\n");
    let expected = json!({"ok": true, "key": keys[0].to_string(), "signatures": 1, "needed": 2});
    assert_eq!(document, expected);
    let bytes = setting.certificate();
    let made = verify(CERTIFICATE_NAMESPACE, &setting.signatures()[0], bytes.as_bytes(), &keys);
    assert_eq!(made, Ok(keys[0]));

    let brought = sign(CERTIFICATE_NAMESPACE, &setting.officers[1], bytes.as_bytes()).expect("a signature");
    let file = setting.user.file("c.sig", &brought);
    let ran = setting.user.run(&["certify", &setting.id, "--signature", &file], "");
    assert_eq!(ran.exit, Exit::Yes, "{ran:?}");
    assert!(ran.stdout.contains("Teachers' Union") && ran.stdout.contains("2 of 2 signatures"), "{ran:?}");
    assert_eq!(setting.signatures()[1].trim(), brought.trim());
}

#[test]
fn keys_and_signatures_that_cannot_count_are_not_used() {
    let setting = setting();
    let certify = |flag: &str, file: &str, expected: &str| {
        setting.user.refused(&["certify", &setting.id, flag, file], "", expected);
    };
    certify(
        "--key",
        &setting.key_file("stranger", &setting.stranger),
        "does not stand on this ballot's record",
    );
    certify("--key", &setting.user.file("no", "no key"), "is not a private Ed25519 key");
    let bytes = setting.certificate();
    let bad = |namespace, key: &PrivateKey, bytes: &[u8]| sign(namespace, key, bytes).expect("a signature");
    let officer = &setting.officers[0];
    for (name, armour, expected) in [
        ("a", bad(CERTIFICATE_NAMESPACE, &setting.stranger, bytes.as_bytes()), "does not stand on"),
        ("b", bad(RECEIPT_NAMESPACE, officer, bytes.as_bytes()), "another purpose"),
        ("c", bad(CERTIFICATE_NAMESPACE, officer, b"{}"), "does not fit"),
        ("d", "nothing".to_owned(), "is not an SSH signature"),
    ] {
        certify("--signature", &setting.user.file(name, &armour), expected);
    }
    setting.user.refused(&["certify", &setting.id], "", "required");
    assert!(setting.stub.lines().iter().all(|line| !line.ends_with("/signatures")));
}

#[test]
fn what_does_not_hold_is_not_signed() {
    type Change = fn(&mut Served);
    let changes: [(Change, &str); 5] = [
        (
            |served| {
                let text = served.certificate["certificate"].as_str().expect("a text");
                served.certificate["certificate"] = json!(text.replacen("\"cast\":2", "\"cast\":3", 1));
            },
            "certificate",
        ),
        (
            |served| {
                let text = served.certificate["certificate"].as_str().expect("a text");
                served.certificate["certificate"] = json!(text.replace("remotely", "together"));
            },
            "certificate-record",
        ),
        (|served| served.certificate["shares"] = json!("{}"), "shares"),
        (
            |served| {
                let at =
                    served.record.windows(9).rposition(|bytes| bytes == b"\"result\":").expect("a result");
                served.record[at + 11] ^= 1;
            },
            "container",
        ),
        (
            |served| {
                let at =
                    served.record.windows(9).rposition(|bytes| bytes == b"\"result\":").expect("a result");
                // The last record but one ends before the header of the result.
                let end = (at / 512) * 512 - 512;
                served.record.truncate(end);
            },
            "certificate-record",
        ),
    ];
    for (change, expected) in changes {
        let setting = setting();
        let key = setting.key_file("key", &setting.officers[0]);
        change(&mut setting.served.lock().expect("no panic"));
        let ran = setting.certify(&key);
        assert_eq!(ran.exit, Exit::No, "{ran:?}");
        let document = ran.json();
        assert_eq!(document["ok"], false);
        let names: Vec<&str> = document["checks"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|one| one["name"].as_str())
            .collect();
        assert!(names.contains(&expected), "{expected}: {document}");
        assert!(setting.signatures().is_empty());
    }
}

#[test]
fn another_ballots_certificate_is_not_signed() {
    let setting = setting();
    let key = setting.key_file("key", &setting.officers[0]);
    setting.served.lock().expect("no panic").shown["id"] = json!("ZM9Q5QG2xbtcA9");
    setting.user.refused(&["certify", &setting.id, "--key", &key], "", "another ballot's");
    assert!(setting.signatures().is_empty());
}
