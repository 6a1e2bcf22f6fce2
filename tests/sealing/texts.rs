//! What is not a vote: codes, words, receipts, elections.

use scrutineer_ballot::code::VotingCode;
use scrutineer_ballot::description;
use scrutineer_ballot::fingerprint::Fingerprint;
use scrutineer_ballot::receipt::ReceiptLine;
use scrutineer_ballot::signature::{KeyFingerprint, Signer};
use scrutineer_protocol::election::Election;
use scrutineer_protocol::hash::{Base64Hash, HexHash};
use serde_json::json;
use ssh_key::{Algorithm, PrivateKey};

use crate::booth::{Booth, text};
use crate::made_up::{self, MadeUp};
use rand_core::Rng;

#[test]
fn trackers_have_the_same_words() {
    let mut booth = Booth::start();
    let mut rng = made_up::chance(11);
    for _ in 0..50 {
        let mut digest = [0; 32];
        rng.fill_bytes(&mut digest);
        let answer =
            booth.ask(&json!({ "do": "words", "tracker": Base64Hash::from_digest(digest).to_string() }));
        assert_eq!(answer["words"], json!(Fingerprint::of_digest(&digest).words()));
    }
}

#[test]
fn codes_stand_for_the_same_credentials() {
    let mut booth = Booth::start();
    let mut rng = made_up::chance(12);
    let MadeUp { election, .. } = made_up::election(vec![made_up::question(1, false, 0, 0)], &mut rng);
    for _ in 0..10 {
        let (code, credential) = made_up::code(&election, &mut rng);
        let sealed = booth.seal(&election, &code.text(), &made_up::any_choice(&election, &mut rng), "codes");
        assert!(sealed.vote.contains(&credential.public().to_text()));
        assert_eq!(sealed.words.len(), 12);
        let typed = code.text().to_lowercase().replace('-', " ");
        assert!(VotingCode::parse(&typed).is_ok_and(|read| read == code));
        assert_eq!(
            booth.seal(&election, &typed, &made_up::any_choice(&election, &mut rng), "codes").vote,
            sealed.vote
        );
    }
}

#[test]
fn receipts_are_verified_alike() {
    let mut booth = Booth::start();
    let mut rng = made_up::chance(13);
    let key =
        |rng: &mut rand_chacha::ChaCha20Rng| PrivateKey::random(rng, Algorithm::Ed25519).expect("a key");
    let (ours, other) = (key(&mut rng), key(&mut rng));
    let [ours_print, other_print] =
        [&ours, &other].map(|key| KeyFingerprint::of(key.public_key()).to_string());
    for height in [0_u64, 1, 25_000, (1 << 53) - 1] {
        let MadeUp { election, .. } = made_up::any_election(&mut rng);
        let line = ReceiptLine {
            election: election.uuid().clone(),
            tracker: Base64Hash::of(&height.to_be_bytes()),
            height,
            event: HexHash::of(b"event"),
        };
        let receipt =
            serde_json::to_value(line.sign(&Signer::new(&ours).expect("a key")).expect("a receipt"))
                .expect("JSON");
        let mut holds = |receipt: &serde_json::Value, print: &str| {
            booth.ask(&json!({ "do": "receipt", "receipt": receipt, "receipts": print }))["holds"]
                .as_bool()
                .expect("an answer")
        };
        assert!(holds(&receipt, &ours_print));
        assert!(!holds(&receipt, &other_print));
        for (field, value) in [
            ("tracker", json!(Base64Hash::of(b"other").to_string())),
            ("election", json!("ZM9Q5QG2xbtcA8")),
            ("height", json!(height ^ 2)),
            ("event", json!(HexHash::of(b"other").to_string())),
        ] {
            let mut changed = receipt.clone();
            changed[field] = value;
            assert!(!holds(&changed, &ours_print), "{field}");
        }
    }
}

#[test]
fn elections_are_read_alike() {
    let mut booth = Booth::start();
    let mut rng = made_up::chance(14);
    for _ in 0..10 {
        let MadeUp { election, .. } = made_up::any_election(&mut rng);
        let view = booth.ask(&json!({ "do": "read", "election": text(&election) }));
        let (about, line) = description::parse(election.description()).expect("a line").expect("ours");
        assert_eq!(view["uuid"], election.uuid().as_str());
        assert_eq!(view["name"], election.name());
        assert_eq!(view["fingerprint"], election.fingerprint().to_string());
        assert_eq!(view["description"], about);
        assert_eq!(view["line"], serde_json::to_value(&line).expect("JSON"));
        let questions: Vec<serde_json::Value> = election
            .questions()
            .iter()
            .map(|q| {
                let (min, max) = q.choices();
                json!({ "text": q.text(), "answers": q.answers(), "min": min, "max": max, "blank": q.allows_blank() })
            })
            .collect();
        assert_eq!(view["questions"], json!(questions));
    }
}

#[test]
fn what_is_no_election_is_refused_by_both() {
    let mut booth = Booth::start();
    let mut rng = made_up::chance(15);
    let MadeUp { election, .. } = made_up::election(vec![made_up::question(2, true, 1, 1)], &mut rng);
    let good = text(&election);
    for (from, to) in [
        ("\"version\":1", "\"version\":2"),
        ("\"version\":1", "\"version\":1,\"version\":1"),
        ("\"version\":1", "\"version\":1.0"),
        ("\"version\":1", "\"version\":\"1\""),
        ("Ed25519", "ed25519"),
        ("\"min\":1", "\"min\":2"),
        ("\"max\":1", "\"max\":3"),
        ("\"max\":1", "\"max\":1,\"max\":1"),
        ("\"max\":1", "\"max\":-1"),
        ("\"max\":1", "\"max\":99999999999999999999"),
        ("\"blank\":true", "\"blank\":1"),
        ("\"blank\":true", "\"blank\":null"),
        ("\"answers\":[", "\"answers\":[5,"),
        ("\"questions\":[", "\"questions\":[{\"type\":\"Lists\",\"value\":{}},"),
        ("\"questions\":[", "\"questions\":[null,"),
        ("\"uuid\":\"", "\"uuid\":\"0"),
        ("\"public_key\":\"", "\"public_key\":\"f"),
        ("\\\\", "\\x"),
        ("}]", "]"),
        ("}]", "},]"),
    ] {
        assert!(good.contains(from), "{from}");
        let bad = good.replacen(from, to, 1);
        assert!(Election::parse(bad.as_bytes()).is_err(), "{to}");
        let answer = booth.ask(&json!({ "do": "read", "election": bad }));
        assert!(answer["refused"].is_string(), "{to}: {answer}");
    }
}
