//! Every deed has a sentence that says all of its particulars, and no entry has room for a secret.

use serde_json::{Value, json};

use super::Deed;
use crate::audit::{AuditEntry, utc};

const BALLOT: &str = "0198c5de-0000-7000-8000-000000000001";
const HASH: &str = "f1d2d2f924e986ac86fdf7b36c94bcdf32beec15cb7a0d1f5a8d9c3f2b1e0d4c";

/// An entry's particulars, all that the deed may have.
fn example(deed: Deed) -> Value {
    let role = json!({ "role": "delegate", "member_no": "1002", "unit": "North" });
    let member = json!({ "member_no": "1002" });
    let by_two = |mut detail: Value| {
        detail["proposal"] = json!(41);
        detail["approved_by"] = json!("1017");
        detail
    };
    let ended = json!({
        "proposal": 41, "what": "to freeze it", "ballot": BALLOT, "reason": "the roll is another one",
    });
    let teller = json!({ "ballot": BALLOT, "box": "all", "seat": 2, "says": "what one teller sees" });
    let differs = json!({
        "ballot": BALLOT, "box": "all", "seat": 2, "says": "what one teller sees", "record_says": "what is recorded",
    });
    match deed {
        Deed::Installed => json!({ "union": "Local 1" }),
        Deed::RoleGranted | Deed::RoleRevoked => by_two(role),
        Deed::RollImported => json!({
            "file_sha256": HASH, "list_sha256": HASH, "members": 731, "added": 17, "changed": 29, "not_in_file": 43,
            "added_members": ["41", "42"],
            "changed_members": [{ "member_no": "53", "fields": ["unit", "email"] }],
            "gone_members": ["61"],
        }),
        Deed::TestLetterSent | Deed::TestLetterConfirmed => json!({}),
        Deed::LettersConfirmed => {
            json!({ "run": 3, "kind": "notice", "ballot": BALLOT, "recipients": 97 })
        }
        Deed::LettersPaused | Deed::LettersResumed | Deed::LettersCancelled | Deed::LettersStopped => {
            json!({ "run": 3, "kind": "notice", "ballot": BALLOT })
        }
        Deed::DraftReplaced => json!({ "ballot": BALLOT, "title": "Remote work" }),
        Deed::BallotAnnounced => {
            json!({ "ballot": BALLOT, "objections_until": 1_800_000_000, "eligible": 97 })
        }
        Deed::NoticeSent => {
            json!({ "ballot": BALLOT, "number": 3, "on": "2027-01-15", "copies": 97, "how": "email" })
        }
        Deed::RollObjectionFiled => json!({ "ballot": BALLOT, "number": 3, "member_no": "1002" }),
        Deed::RollObjectionAnswered => json!({ "ballot": BALLOT, "number": 3 }),
        Deed::ActivationCodesIssued => json!({ "members": 731, "member_nos": ["1002", "1003"] }),
        Deed::PasswordReplacementIssued => by_two(member),
        Deed::PasswordReplaced => member,
        Deed::ProposalMade => json!({
            "proposal": 41, "what": "to freeze it", "ballot": BALLOT, "digest": HASH, "expires_at": 1_800_000_000,
        }),
        Deed::ProposalApproved => {
            json!({ "proposal": 41, "what": "to freeze it", "ballot": BALLOT, "digest": HASH })
        }
        Deed::ProposalRejected | Deed::ProposalExpired | Deed::ProposalOvertaken => ended,
        Deed::DeliveriesNoted => {
            json!({ "ballot": BALLOT, "channel": "hand", "state": "handed_over", "members": 97 })
        }
        Deed::HandOversTakenBack => json!({ "ballot": BALLOT, "members": 97 }),
        Deed::EmployerDomainAdded | Deed::EmployerDomainRemoved => json!({ "domain": "works.example" }),
        Deed::EmployerMailAllowed => by_two(json!({ "ballot": BALLOT })),
        Deed::OpeningAllowed => by_two(json!({ "ballot": BALLOT, "out_of_reach": 43, "eligible": 97 })),
        Deed::WarningAnswered => json!({
            "ballot": BALLOT, "warning": "unreached", "number": 43, "margin": 12, "text": "all were telephoned",
        }),
        Deed::CertificateKeyAdded => json!({ "fingerprint": "SHA256:abc", "public_key": "ssh-ed25519 AAAA" }),
        Deed::BoardCreated => json!({ "board": "Committee", "tellers": ["31", "32", "33"], "threshold": 2 }),
        Deed::BoardStep => {
            json!({ "board": "Committee", "seat": 2, "step": "commitment", "message_sha256": HASH })
        }
        Deed::BoardReady => json!({ "board": "Committee", "parameters_sha256": HASH }),
        Deed::BallotDrafted => json!({ "ballot": BALLOT, "title": "Remote work", "practice": true }),
        Deed::BallotFrozen => by_two(json!({
            "ballot": BALLOT, "board": "Committee",
            "boxes": [{ "box": "all", "election": "aaaaaaaaaaaaaa", "election_hash": "bbbb", "eligible": 97, "spares": 13 }],
        })),
        Deed::CodesFetched | Deed::CodesConfirmed => json!({ "ballot": BALLOT, "codes": 97 }),
        Deed::CodesRequested => json!({ "ballot": BALLOT, "members": 97 }),
        Deed::CodesIssued => json!({
            "ballot": BALLOT, "boxes": [{ "box": "all", "codes": 97, "list_sha256": HASH }],
        }),
        Deed::ReissuesConfirmed => json!({ "ballot": BALLOT, "codes": 97 }),
        Deed::CodeReissued => json!({ "ballot": BALLOT, "member_no": "1002" }),
        Deed::CodesReissued => by_two(json!({ "ballot": BALLOT, "member_nos": ["1002", "1003"] })),
        Deed::OwnCodesReplaced => json!({ "ballot": BALLOT, "codes": 7 }),
        Deed::EmailChangeAsked => by_two(json!({ "member_no": "1002", "in_use_from": 1_800_000_000 })),
        Deed::EmailChangeEnded | Deed::EmailChanged => json!({ "member_no": "1002" }),
        Deed::CodeReissueRefused | Deed::BallotOpened => json!({ "ballot": BALLOT }),
        Deed::TellerChecked | Deed::TellerConfirmedCount => teller,
        Deed::TellerCheckDiffers | Deed::TellerCountDiffers => differs,
        Deed::BallotExtended => {
            by_two(json!({ "ballot": BALLOT, "from": 1_800_000_000, "to": 1_800_086_400 }))
        }
        Deed::BallotClosed => json!({ "ballot": BALLOT, "cast": 89 }),
        Deed::BallotCancelled => {
            let lost = ["31", "32"];
            by_two(
                json!({ "ballot": BALLOT, "was": "closed", "reason": "Keys are lost", "lost_tellers": lost }),
            )
        }
        Deed::ShareTaken => json!({ "ballot": BALLOT, "box": "all", "seat": 2 }),
        Deed::BallotTallied => json!({ "ballot": BALLOT, "boxes": [{ "box": "all", "cast": 89 }] }),
        Deed::BallotPurged => json!({ "ballot": BALLOT, "title": "Remote work", "rows": 1234 }),
        Deed::ActivationByOperator => json!({ "member_no": "1002" }),
        Deed::CertificateRefused => json!({ "ballot": BALLOT, "reason": "89 is not 88" }),
        Deed::CertificateMade => json!({ "ballot": BALLOT, "number": 1, "sha256": HASH }),
        Deed::CertificateCorrected => {
            json!({ "ballot": BALLOT, "number": 2, "corrects": 1, "reason": "A name was wrong" })
        }
        Deed::ResultObjectedTo => {
            json!({ "ballot": BALLOT, "number": 1, "key": "SHA256:abc", "text_sha256": HASH })
        }
        Deed::CertificateSigned => json!({ "ballot": BALLOT, "number": 1, "key": "SHA256:abc" }),
        Deed::BallotCertified => json!({ "ballot": BALLOT, "signatures": 2 }),
    }
}

/// Everything that stands anywhere in a value, in the words of a sentence.
fn said(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| said(one, words)),
        Value::Object(all) => all.values().for_each(|one| said(one, words)),
        Value::String(text) if text == BALLOT => words.push(text[..8].to_owned()),
        Value::String(text) if text == HASH => words.push(text[..16].to_owned()),
        Value::String(text) => words.push(text.clone()),
        Value::Number(number) if number.as_i64() > Some(1_000_000_000) => {
            words.push(utc(number.as_i64().unwrap()));
        }
        Value::Number(number) => words.push(number.to_string()),
        Value::Bool(_) | Value::Null => {}
    }
}

#[test]
fn every_deed_says_all_of_its_particulars() {
    for deed in Deed::ALL {
        let detail = example(*deed);
        let sentence = deed.sentence(&detail);
        let mut words = Vec::new();
        said(&detail, &mut words);
        if *deed == Deed::ActivationCodesIssued {
            // Either the number or the names: what people are shown names whoever is named.
            words.remove(0);
            assert!(deed.sentence(&json!({ "members": 731 })).contains("all 731 members"), "{sentence}");
        }
        for word in words {
            assert!(sentence.contains(&word), "{deed} does not say {word}: {sentence}");
        }
        assert!(!sentence.contains("(not stated)"), "{sentence}");
    }
    assert!(Deed::BallotDrafted.sentence(&example(Deed::BallotDrafted)).contains("for practice"));
}

#[test]
fn an_example_has_exactly_the_particulars_of_its_deed() {
    for deed in Deed::ALL {
        let detail = example(*deed);
        let keys: Vec<_> = detail.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, deed.particulars(), "{deed}");
    }
}

#[test]
fn no_particular_has_room_for_a_secret() {
    let mut all = Vec::new();
    for deed in Deed::ALL {
        all.extend(deed.particulars().iter().map(|key| (*key).to_owned()));
        keys_within(&example(*deed), &mut all);
    }
    for key in all {
        let secrets =
            ["password", "secret", "seed", "token", "credential", "tracker", "salt", "passphrase", "code"];
        // `codes` is how many.
        let bad = secrets.iter().find(|word| key.contains(**word) && key != "codes");
        assert_eq!(bad, None, "{key}");
    }
    assert!(example(Deed::CodesFetched)["codes"].is_number());
}

fn keys_within(value: &Value, keys: &mut Vec<String>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| keys_within(one, keys)),
        Value::Object(all) => {
            for (key, one) in all {
                keys.push(key.clone());
                keys_within(one, keys);
            }
        }
        _ => {}
    }
}

#[test]
fn words_are_parsed_back_and_differ() {
    for deed in Deed::ALL {
        assert_eq!(deed.as_str().parse(), Ok(*deed));
        assert_eq!(Deed::ALL.iter().filter(|other| other.as_str() == deed.as_str()).count(), 1);
    }
    assert!("ballot_stuffed".parse::<Deed>().is_err());
}

#[test]
fn odd_entries_are_shown_and_not_hidden() {
    for deed in Deed::ALL {
        for detail in [
            Value::Null,
            json!([]),
            json!({}),
            json!("text"),
            json!({ "ballot": ["\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}"] }),
        ] {
            assert!(!deed.sentence(&detail).is_empty());
        }
    }
    let lacking = Deed::BallotClosed.sentence(&json!({ "ballot": "\u{e9}" }));
    assert_eq!(lacking, "closed ballot \u{e9}: (not stated) members voted");
}

#[test]
fn an_entry_is_a_sentence_with_who_did_it() {
    let entry = |actor: &str, deed: &str, detail: Value| {
        let (actor, deed) = (actor.to_owned(), deed.to_owned());
        AuditEntry { seq: 1, at: 0, actor, deed, detail, prev_hash: String::new(), hash: String::new() }
            .sentence()
    };
    assert_eq!(
        entry("member:1002", "role_granted", json!({ "role": "delegate", "member_no": "7" })),
        "Member 1002 granted member 7 the role delegate."
    );
    assert_eq!(
        entry("operator", "installed", json!({ "union": "Local 1" })),
        "The operator set up this server for the union \u{201c}Local 1\u{201d}."
    );
    assert_eq!(
        entry("server", "ballot_closed", json!({ "ballot": BALLOT, "cast": 1 })),
        "The server closed ballot 0198c5de: 1 member voted."
    );
    assert_eq!(
        entry("martian", "ballot_stuffed", json!({ "by": 3 })),
        "\u{201c}martian\u{201d} did something that this version has no words for: ballot_stuffed, {\"by\":3}."
    );
}
