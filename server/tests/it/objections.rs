//! Observers' objections to a result, the certificate that is made again with them, and corrections of signed ones.

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_ballot::certificate::Certificate;
use scrutineer_ballot::signature::{CERTIFICATE_NAMESPACE, KeyFingerprint, OBJECTION_NAMESPACE, sign};
use scrutineer_protocol::hash::HexHash;
use serde_json::{Value, json};
use ssh_key::{Algorithm, PrivateKey};

use crate::support::Reply;
use crate::union::{Ballot, Union, YES_NO, good, no, yes};

const HOUR: i64 = 3600;

fn observers_key() -> PrivateKey {
    PrivateKey::random(&mut ChaCha20Rng::seed_from_u64(77), Algorithm::Ed25519).unwrap()
}

/// A ballot whose result is there, and until when observers may object.
fn counted(union: &mut Union, settings: &str) -> (Ballot, i64) {
    let ballot = union.open(&format!("{settings}\n{YES_NO}"));
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    good(union.order(&ballot, "closing"));
    let until = good(union.world.anyone().get(&format!("{}/objections", ballot.path))).json["until"].clone();
    (ballot, until.as_i64().unwrap())
}

fn first_line(union: &Union, ballot: &Ballot) -> String {
    good(union.world.anyone().get(&format!("{}/objections", ballot.path))).text("first_line").to_owned()
}

fn objection(first_line: &str, text: &str) -> Value {
    let signed = format!("{first_line}\n\n{text}\n");
    let signature = sign(OBJECTION_NAMESPACE, &observers_key(), signed.as_bytes()).unwrap();
    json!({ "text": signed, "signature": signature })
}

fn object(union: &Union, ballot: &Ballot, body: &Value) -> Reply {
    union.observer.post(&format!("{}/objections", ballot.path), body)
}

fn certificate(union: &Union, ballot: &Ballot, number: Option<u32>) -> (Reply, Certificate) {
    let query = number.map(|number| format!("?number={number}")).unwrap_or_default();
    let reply = good(union.world.anyone().get(&format!("{}/certificate{query}", ballot.path)));
    let certificate = Certificate::parse(reply.text("certificate").as_bytes()).unwrap();
    (reply, certificate)
}

/// An officer's signature of a certificate of this number.
fn signs(union: &Union, ballot: &Ballot, officer: usize, number: u32) -> Reply {
    let (client, key) = &union.officers[officer];
    let (reply, _) = certificate(union, ballot, Some(number));
    let armour = sign(CERTIFICATE_NAMESPACE, key, reply.text("certificate").as_bytes()).unwrap();
    client.post(&format!("{}/signatures", ballot.path), &json!({ "signature": armour, "number": number }))
}

fn state(union: &Union, ballot: &Ballot) -> String {
    good(union.world.anyone().get(&ballot.path)).text("state").to_owned()
}

#[test]
fn an_objection_stands_on_the_certificate_that_is_made_again_until_somebody_signs_it() {
    let mut union = Union::new(2);
    let (ballot, until) = counted(&mut union, "objection_hours = 1");
    let (_, before) = certificate(&union, &ballot, None);
    assert_eq!((before.number(), before.objections().filed.len()), (1, 0));
    assert_eq!(before.objections().until.seconds, until);
    assert_eq!(until, before.ballot().tallied.seconds + HOUR);
    assert!(before.page().unwrap().ends_with(&format!("/ballots/{}/certificate", ballot.id)));

    let first_line = first_line(&union, &ballot);
    let last_event = before.boxes()[0].record.last_event;
    assert_eq!(
        first_line,
        format!("Objection to ballot {} (\"Work remotely only\"), last event {last_event}", ballot.id)
    );
    let body = objection(&first_line, "I was not shown the closing fingerprint.");
    let filed = object(&union, &ballot, &body);
    assert_eq!((filed.status, &filed.json["number"]), (201, &json!(1)));

    let (reply, after) = certificate(&union, &ballot, None);
    let [on_it] = &after.objections().filed[..] else { panic!("one objection") };
    assert_eq!(on_it.text, HexHash::of(body["text"].as_str().unwrap().as_bytes()));
    assert_eq!(
        on_it.signature,
        HexHash::of(reply.json["objections"][0]["signature"].as_str().unwrap().as_bytes())
    );
    assert_eq!(on_it.key, KeyFingerprint::of(observers_key().public_key()));
    assert_eq!((after.number(), after.questions()), (1, before.questions()));
    let audit = |certificate: &Certificate| certificate.audit().unwrap().seq;
    assert!(audit(&after) > audit(&before), "the objection is in the log before the certificate is made");
    let listed = good(union.world.anyone().get(&format!("{}/objections", ballot.path)));
    assert_eq!(listed.json["objections"][0], reply.json["objections"][0]);

    // The first signature fixes it.
    assert_eq!(signs(&union, &ballot, 0, 1).status, 201);
    let fixed = certificate(&union, &ballot, None).0.text("certificate").to_owned();
    assert_eq!(object(&union, &ballot, &objection(&first_line, "And another thing.")).status, 201);
    let (reply, _) = certificate(&union, &ballot, None);
    assert_eq!(reply.text("certificate"), fixed);
    assert_eq!(reply.json["objections"].as_array().unwrap().len(), 2, "it is kept and shown all the same");
}

#[test]
fn only_an_observers_signed_text_about_this_result_is_taken_and_only_in_time() {
    let mut union = Union::new(2);
    let frozen = union.open(YES_NO);
    union.world.anyone().get(&format!("{}/objections", frozen.path)).is_problem(409, "conflict");
    let (ballot, _) = counted(&mut union, "objection_hours = 1");
    let path = format!("{}/objections", ballot.path);
    let first_line = first_line(&union, &ballot);
    let body = objection(&first_line, "No.");
    let (officer, _) = union.officers[0].clone();
    officer.post(&path, &body).is_problem(403, "forbidden");
    union.delegate.post(&path, &body).is_problem(403, "forbidden");
    union.world.anyone().post(&path, &body).is_problem(401, "not_signed_in");

    object(&union, &ballot, &objection("Objection to another ballot", "No.")).is_problem(422, "invalid");
    object(&union, &ballot, &objection(&first_line, " ")).is_problem(422, "invalid");
    object(&union, &ballot, &objection(&first_line, &"x".repeat(64 << 10))).is_problem(422, "invalid");
    let mut other = objection(&first_line, "Yes.");
    other["signature"] = body["signature"].clone();
    object(&union, &ballot, &other).is_problem(422, "invalid");
    let text = body["text"].as_str().unwrap();
    let wrong_purpose = sign(CERTIFICATE_NAMESPACE, &observers_key(), text.as_bytes()).unwrap();
    object(&union, &ballot, &json!({ "text": text, "signature": wrong_purpose })).is_problem(422, "invalid");
    object(&union, &ballot, &json!({ "text": text, "signature": "" })).is_problem(422, "invalid");
    assert_eq!(certificate(&union, &ballot, None).1.objections().filed.len(), 0);

    assert_eq!(object(&union, &ballot, &body).status, 201);
    let again = object(&union, &ballot, &body);
    assert!(again.is_problem(409, "conflict").text("detail").contains("as number 1"));
    // Another observer cannot file it as well, nor another with that key.
    let granted = officer.post("/api/v1/roles", &json!({ "role": "observer", "member_no": "1" }));
    assert_eq!(good(granted).json["member_no"], "1");
    officer.post(&path, &body).is_problem(409, "conflict");
    let other = officer.post(&path, &objection(&first_line, "My own words."));
    assert!(other.is_problem(409, "conflict").text("detail").contains("with a key of your own"));
    for i in 1..20 {
        assert_eq!(object(&union, &ballot, &objection(&first_line, &format!("Reason {i}."))).status, 201);
    }
    object(&union, &ballot, &objection(&first_line, "One more.")).is_problem(409, "conflict");

    // Requests come every few minutes, so that nobody's session ends.
    for _ in 0..6 {
        union.world.clock.advance(10 * 60);
        good(union.observer.get("/api/v1/me"));
    }
    let late = object(&union, &ballot, &objection(&first_line, "Too late."));
    assert!(late.is_problem(409, "conflict").text("detail").contains("that is past"));
}

#[test]
fn a_ballot_that_waits_for_objections_is_not_signed_before() {
    let mut union = Union::new(2);
    let (ballot, _) = counted(&mut union, "objection_hours = 1\nwait_for_objections = true");
    let refused = signs(&union, &ballot, 0, 1);
    assert!(refused.is_problem(409, "conflict").text("detail").contains("before observers could object"));
    let waits = good(union.delegate.get(&ballot.path)).json["waits_for"].to_string();
    assert!(waits.contains("observers may object until"), "{waits}");
    for _ in 0..6 {
        union.world.clock.advance(10 * 60);
        for (officer, _) in &union.officers {
            good(officer.get("/api/v1/me"));
        }
    }
    assert_eq!(signs(&union, &ballot, 0, 1).status, 201);
}

#[test]
fn a_correction_names_what_it_corrects_and_is_signed_anew() {
    let mut union = Union::new(2);
    let (ballot, _) = counted(&mut union, "objection_hours = 1");
    let path = format!("{}/corrections", ballot.path);
    let (officer, _) = union.officers[0].clone();
    let reason = json!({ "reason": "An objection came after the first signature." });
    officer.post(&path, &reason).is_problem(409, "conflict");
    for i in 0..2 {
        assert_eq!(signs(&union, &ballot, i, 1).status, 201);
    }
    assert_eq!(state(&union, &ballot), "certified");
    let (old, _) = certificate(&union, &ballot, None);
    let first_line = first_line(&union, &ballot);
    assert_eq!(object(&union, &ballot, &objection(&first_line, "Too few tellers.")).status, 201);
    assert_eq!(certificate(&union, &ballot, None).0.text("certificate"), old.text("certificate"));

    union.delegate.post(&path, &reason).is_problem(403, "forbidden");
    officer.post(&path, &json!({ "reason": " " })).is_problem(422, "invalid");
    let made = officer.post(&path, &reason);
    assert_eq!((made.status, &made.json["number"]), (201, &json!(2)));
    let (_, second) = certificate(&union, &ballot, Some(2));
    let corrects = second.corrects().unwrap();
    assert_eq!((corrects.number, corrects.sha256), (1, HexHash::of(old.text("certificate").as_bytes())));
    assert_eq!(corrects.reason, reason["reason"].as_str().unwrap());
    assert_eq!(second.objections().filed.len(), 1, "what came since is on it");

    // The old one stays in force, and can be had with its signatures, until the new one is signed.
    let (shown, _) = certificate(&union, &ballot, None);
    assert_eq!((&shown.json["number"], shown.json["signatures"].as_array().unwrap().len()), (&json!(1), 2));
    assert_eq!(shown.json["certificates"].as_array().unwrap().len(), 2);
    let waits = good(union.delegate.get(&ballot.path)).json["waits_for"].to_string();
    assert!(waits.contains("certificate 2, a correction"), "{waits}");
    // As long as nobody has signed it, what comes belongs on it, and its reason can be another one.
    assert_eq!(object(&union, &ballot, &objection(&first_line, "And another.")).status, 201);
    assert_eq!(certificate(&union, &ballot, Some(2)).1.objections().filed.len(), 2);
    let made = officer.post(&path, &json!({ "reason": "Two objections." }));
    assert_eq!((made.status, &made.json["number"]), (201, &json!(2)));
    assert_eq!(certificate(&union, &ballot, Some(2)).1.corrects().unwrap().reason, "Two objections.");

    assert_eq!(signs(&union, &ballot, 0, 2).status, 201);
    assert_eq!(certificate(&union, &ballot, None).0.json["number"], 1);
    assert_eq!(signs(&union, &ballot, 1, 2).status, 201);
    let (shown, _) = certificate(&union, &ballot, None);
    assert_eq!((&shown.json["number"], state(&union, &ballot).as_str()), (&json!(2), "certified"));
    assert_eq!(certificate(&union, &ballot, Some(1)).0.json["signatures"], old.json["signatures"]);
    let missing = union.world.anyone().get(&format!("{}/certificate?number=3", ballot.path));
    missing.is_problem(404, "not_found");

    let audit = good(union.observer.get("/api/v1/audit")).json;
    let deeds = audit["entries"].as_array().unwrap().iter().map(|entry| entry["deed"].as_str().unwrap());
    let about = ["certificate_made", "certificate_corrected", "result_objected_to", "certificate_signed"];
    let deeds: Vec<_> = deeds.filter(|deed| about.contains(deed)).collect();
    let (made, signed, corrected, objected) = (about[0], about[3], about[1], about[2]);
    assert_eq!(
        deeds,
        [made, signed, signed, objected, corrected, made, objected, made, corrected, made, signed, signed]
    );
}

#[test]
fn the_certificate_is_a_page_for_printing_and_a_folder_of_files() {
    let mut union = Union::new(2);
    let (ballot, _) = counted(&mut union, "objection_hours = 1");
    let first_line = first_line(&union, &ballot);
    assert_eq!(object(&union, &ballot, &objection(&first_line, "Too few tellers.")).status, 201);
    let (reply, _) = certificate(&union, &ballot, None);
    let sum = HexHash::of(reply.text("certificate").as_bytes()).to_string();
    let (page, anyone) = (format!("/ballots/{}", ballot.id), union.world.anyone());
    for (language, word) in [("en", "Objections of observers"), ("es", "Objeciones"), ("pl", "Zastrzeżenia")]
    {
        let shown = anyone.with("accept-language", language).get(&format!("{page}/certificate"));
        assert_eq!(shown.status, 200, "{}", shown.body);
        for part in [word, &sum, "<svg role=\"img\"", "certificate.pdf?number=1"] {
            assert!(shown.body.contains(part), "{language}: {part}");
        }
    }
    let results = good(anyone.get(&format!("{page}/results"))).body;
    assert!(results.contains(&format!("{page}/certificate")) && results.contains("objection-1.txt.sig"));
    let sheets = anyone.get(&format!("{page}/files/certificate.pdf"));
    assert_eq!((sheets.status, sheets.header("content-type")), (200, "application/pdf"));
    let text = good(anyone.get(&format!("{page}/files/objection-1.txt"))).body;
    assert!(text.starts_with(&first_line), "{text}");
    assert_eq!(anyone.get(&format!("{page}/files/objection-2.txt")).status, 404);

    // Signed, then objected to once more, then corrected: every page says so.
    for i in 0..2 {
        assert_eq!(signs(&union, &ballot, i, 1).status, 201);
    }
    assert_eq!(object(&union, &ballot, &objection(&first_line, "Another reason.")).status, 201);
    let late = "Objection 2 came after the first signature.";
    assert!(good(anyone.get(&format!("{page}/results"))).body.contains(late));
    let (officer, _) = &union.officers[0];
    assert_eq!(
        officer.post(&format!("{}/corrections", ballot.path), &json!({ "reason": "Two." })).status,
        201
    );
    let correcting = "Certificate 2 will correct this one.";
    for path in ["results", "certificate"] {
        assert!(good(anyone.get(&format!("{page}/{path}"))).body.contains(correcting), "{path}");
    }
    let new = good(anyone.get(&format!("{page}/certificate?number=2"))).body;
    assert!(new.contains("It corrects and replaces certificate 1. The reason: Two."));
}
