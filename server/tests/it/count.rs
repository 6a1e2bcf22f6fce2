//! From closing to the certificate: shares, the result, signatures.

use std::sync::{Mutex, mpsc};
use std::time::Duration;
use std::{io, iter};

use scrutineer_api::account::{NewSession, SessionKind};
use scrutineer_api::secret::Secret;
use scrutineer_ballot::certificate::Certificate;
use scrutineer_ballot::description;
use scrutineer_ballot::roll::roll_hash;
use scrutineer_ballot::signature::{CERTIFICATE_NAMESPACE, KeyFingerprint, RECEIPT_NAMESPACE, sign, verify};
use scrutineer_protocol::ballot::Selection;
use scrutineer_protocol::elgamal::Ciphertext;
use scrutineer_server::actions::decrypt;
use scrutineer_server::actions::finish;
use scrutineer_server::actions::sign_in;
use scrutineer_server::auth::token;
use serde_json::{Value, json};
use ssh_key::Algorithm;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{PASSWORD, Reply};
use crate::union::{Ballot, Board, Union, YES_NO, good, no, no_vote, sealed_count, with_board, yes};

/// A ballot with a board of two of three, five votes (four yes, one of them by somebody who first voted no), closed.
fn closed(union: &mut Union) -> (Board, Ballot) {
    let board = union.board(2, 3);
    let ballot = union.open_with(&board, &with_board());
    assert_eq!(union.vote(&ballot, &no(0), &no_vote()).status, 201);
    union.world.clock.advance(60);
    for (i, choice) in [yes(), yes(), yes(), yes(), Selection::Blank].iter().enumerate() {
        assert_eq!(union.vote(&ballot, &no(i), choice).status, 201);
    }
    good(union.order(&ballot, "closing"));
    (board, ballot)
}

fn state(union: &Union, ballot: &Ballot) -> String {
    good(union.delegate.get(&ballot.path)).text("state").to_owned()
}

fn key_file(union: &Union, ballot: &Ballot) -> bool {
    let name = format!("{}.server", ballot.election.uuid());
    union.world.files.folder.path().join("keys").join(name).exists()
}

fn post_share(union: &mut Union, ballot: &Ballot, member_no: &str, share: &Value) -> Reply {
    union.member(member_no).post(&format!("{}/decryptions", ballot.path), share)
}

/// What somebody does who has the files of the server.
fn change_database(union: &Union, sql: &str) {
    let database = rusqlite::Connection::open(union.world.files.folder.database()).unwrap();
    database.execute_batch(sql).unwrap();
}

#[test]
fn enough_tellers_open_the_count_and_enough_officers_certify_it() {
    let mut union = Union::new(6);
    let (board, ballot) = closed(&mut union);
    let anyone = union.world.anyone();
    let record = union.record(&ballot);
    assert!(!union.verify(&ballot).complete);
    assert!(key_file(&union, &ballot));

    // Before two tellers have said which sealed count they see, no share is taken.
    let [first, second, third] = &board.tellers[..] else { panic!("three tellers") };
    union.decrypt(&ballot, first).is_problem(409, "conflict");
    good(union.state_closing(&ballot, first));
    union.decrypt(&ballot, first).is_problem(409, "conflict");
    good(union.state_closing(&ballot, second));
    union.decrypt(&ballot, third).is_problem(409, "conflict");

    assert_eq!(union.decrypt(&ballot, second).status, 204);
    assert_eq!(state(&union, &ballot), "closed");
    // Below the threshold nothing is on the record.
    assert_eq!(union.record(&ballot), record);
    anyone.get(&format!("{}/results", ballot.path)).is_problem(409, "conflict");
    // The same teller again changes nothing.
    assert_eq!(union.decrypt(&ballot, second).status, 204);
    assert_eq!((state(&union, &ballot).as_str(), union.record(&ballot)), ("closed", record));
    assert_eq!(good(anyone.get(&ballot.path)).json["boxes"][0]["opened_by"], json!([2]));

    good(union.state_closing(&ballot, third));
    assert_eq!(union.decrypt(&ballot, third).status, 204);
    assert_eq!(state(&union, &ballot), "tallied");
    assert!(!key_file(&union, &ballot), "the server's key is destroyed with the result");
    union.decrypt(&ballot, first).is_problem(409, "conflict");
    let report = union.verify(&ballot);
    assert_eq!((report.complete, report.votes, report.replaced), (true, 5, 1));
    // The server is trustee 1, seat 2 is trustee 3, seat 3 is trustee 4.
    assert_eq!(report.decrypted_by, [1, 3, 4]);
    let checks: Vec<_> = report.checks.iter().filter(|check| check.name == "shares").collect();
    assert_eq!((checks.len(), format!("{:?}", checks[0].level)), (1, "Ok".to_owned()));

    let results = good(anyone.get(&format!("{}/results", ballot.path))).json;
    assert_eq!(
        (&results["id"], &results["eligible"], &results["cast"]),
        (&json!(ballot.id), &json!(6), &json!(5))
    );
    assert_eq!(
        results["counts"],
        json!([{
            "question": "Shall all members work remotely only?",
            "answers": [{ "answer": "Yes", "votes": 4 }, { "answer": "No", "votes": 0 }],
            "blank": 1
        }])
    );
    assert_eq!(results["decisions"][0]["outcome"], "passed");

    let unsigned = good(anyone.get(&format!("{}/certificate", ballot.path)));
    assert_eq!((&unsigned.json["signatures"], &unsigned.json["needed"]), (&json!([]), &json!(2)));
    let bytes = unsigned.text("certificate").to_owned();
    let certificate = Certificate::parse(bytes.as_bytes()).unwrap();
    assert_eq!((certificate.eligible(), certificate.cast()), (6, 5));
    assert!(
        certificate.statement().contains("opened by Teacher 98, Teacher 97"),
        "{}",
        certificate.statement()
    );
    assert_eq!(unsigned.text("shares"), good(anyone.get(&format!("{}/shares", ballot.path))).body);

    let signed = union.certify(&ballot, 0);
    assert_eq!((signed.status, state(&union, &ballot).as_str()), (201, "tallied"));
    union.certify(&ballot, 0).is_problem(409, "conflict");
    let signed = good(union.certify(&ballot, 1));
    assert_eq!(state(&union, &ballot), "certified");
    assert_eq!(
        (signed.text("certificate"), signed.json["signatures"].as_array().unwrap().len()),
        (&*bytes, 2)
    );
    for (signature, (_, key)) in signed.json["signatures"].as_array().unwrap().iter().zip(&union.officers) {
        let fingerprint = KeyFingerprint::of(key.public_key());
        let armour = signature["signature"].as_str().unwrap();
        assert_eq!(signature["key"], fingerprint.to_string());
        verify(CERTIFICATE_NAMESPACE, armour, bytes.as_bytes(), &[fingerprint]).unwrap();
        let line = format!(
            "{} namespaces=\"scrutineer-certificate\" ssh-ed25519 ",
            signature["member_no"].as_str().unwrap()
        );
        assert!(signed.text("allowed_signers").lines().any(|found| found.starts_with(&line)));
    }
    let audit = good(union.observer.get("/api/v1/audit")).json;
    let deeds: Vec<_> =
        audit["entries"].as_array().unwrap().iter().map(|entry| entry["deed"].clone()).collect();
    let tail = ["share_taken", "share_taken", "ballot_tallied", "certificate_signed", "certificate_signed"];
    let kept: Vec<_> = deeds.iter().filter(|deed| tail.contains(&deed.as_str().unwrap())).collect();
    assert_eq!(kept, tail);
    assert_eq!(deeds.last().unwrap(), "ballot_certified");
}

#[test]
fn a_share_that_is_not_the_tellers_own_for_this_very_count_is_refused() {
    let mut union = Union::new(6);
    let (board, ballot) = closed(&mut union);
    for teller in &board.tellers {
        good(union.state_closing(&ballot, teller));
    }
    let share = union.share(&ballot, &board.tellers[0]);
    let own = board.tellers[0].member_no.clone();

    union.member_again(&no(4));
    post_share(&mut union, &ballot, &no(4), &share).is_problem(403, "forbidden");
    post_share(&mut union, &ballot, &board.tellers[1].member_no, &share).is_problem(422, "invalid");
    // For other sums: the ciphertexts of yes and no exchanged.
    let mut other = sealed_count(&union.record(&ballot));
    other.0[0].swap(1, 2);
    let other = board.tellers[0].share(&ballot.election, &other, &mut union.rng);
    post_share(&mut union, &ballot, &own, &other).is_problem(422, "invalid");
    // The proofs of one share beside the factors of another.
    let again = union.share(&ballot, &board.tellers[0]);
    let mixed = json!({
        "partial_decryption": share["partial_decryption"],
        "bound_proofs": again["bound_proofs"]
    });
    post_share(&mut union, &ballot, &own, &mixed).is_problem(422, "invalid");
    let mut short = sealed_count(&union.record(&ballot));
    short.0[0].pop();
    let short = board.tellers[0].share(&ballot.election, &short, &mut union.rng);
    post_share(&mut union, &ballot, &own, &short).is_problem(422, "invalid");
    let mut neutral = sealed_count(&union.record(&ballot));
    neutral.0[0][0] = Ciphertext::neutral();
    let neutral = board.tellers[0].share(&ballot.election, &neutral, &mut union.rng);
    post_share(&mut union, &ballot, &own, &neutral).is_problem(422, "invalid");
    for field in ["partial_decryption", "bound_proofs"] {
        for broken in ["", "{}", "null"] {
            let mut broken_share = share.clone();
            broken_share[field] = json!(broken);
            post_share(&mut union, &ballot, &own, &broken_share).is_problem(422, "invalid");
        }
        let mut spaced = share.clone();
        spaced[field] = json!(format!("{} ", share[field].as_str().unwrap()));
        post_share(&mut union, &ballot, &own, &spaced).is_problem(422, "invalid");
    }
    post_share(&mut union, &ballot, &own, &json!({})).is_problem(400, "malformed");
    assert_eq!(good(union.delegate.get(&ballot.path)).json["boxes"][0].get("opened_by"), None);
    assert_eq!(post_share(&mut union, &ballot, &own, &share).status, 204);
    assert_eq!(state(&union, &ballot), "closed");
}

#[test]
fn shares_are_taken_only_of_closed_ballots_with_a_board() {
    let mut union = Union::new(4);
    let board = union.board(2, 3);
    let ballot = union.open_with(&board, &with_board());
    let plain = json!({ "partial_decryption": "{}", "bound_proofs": "{}" });
    let teller = board.tellers[0].member_no.clone();
    post_share(&mut union, &ballot, &teller, &plain).is_problem(409, "conflict");
    let alone = union.open(YES_NO);
    good(union.order(&alone, "closing"));
    post_share(&mut union, &alone, &teller, &plain).is_problem(409, "conflict");
    assert_eq!(state(&union, &alone), "tallied");
}

#[test]
fn a_ballot_that_the_server_opens_alone_is_tallied_at_closing_even_without_a_vote() {
    let mut union = Union::new(3);
    let ballot = union.open(YES_NO);
    good(union.order(&ballot, "closing"));
    assert_eq!(state(&union, &ballot), "tallied");
    assert!(!key_file(&union, &ballot));
    let report = union.verify(&ballot);
    assert_eq!((report.complete, report.votes, report.decrypted_by), (true, 0, vec![1]));
    let results = good(union.world.anyone().get(&format!("{}/results", ballot.path))).json;
    assert_eq!((&results["cast"], &results["decisions"][0]["outcome"]), (&json!(0), &json!("not_passed")));
}

#[test]
fn a_count_that_was_interrupted_after_the_last_share_is_opened_at_the_next_start() {
    let mut union = Union::new(6);
    let (board, ballot) = closed(&mut union);
    for teller in &board.tellers[..2] {
        good(union.state_closing(&ballot, teller));
    }
    assert_eq!(union.decrypt(&ballot, &board.tellers[0]).status, 204);
    // The second share is kept, and the server ends before it opens the count.
    let share = union.share(&ballot, &board.tellers[1]);
    let asked = serde_json::from_value(share).unwrap();
    let (typed, member_no) = (ballot.id.clone(), board.tellers[1].member_no.clone());
    union.world.inside(async |app| {
        let asked_in =
            NewSession { member_no, password: Secret::new(PASSWORD.into()), kind: SessionKind::Bearer };
        let signed_in = sign_in::sign_in(app, [127, 0, 0, 1].into(), asked_in).await.unwrap();
        let token = token::parse(signed_in.token.expose()).unwrap();
        let caller = sign_in::resolve(app, token, SessionKind::Bearer).await.unwrap().unwrap();
        decrypt::take(app, &caller, typed, asked).await.unwrap();
    });
    assert_eq!(state(&union, &ballot), "closed");
    union.world.restart();
    union.world.tick();
    let shown = good(union.world.anyone().get(&ballot.path)).json;
    assert_eq!(shown["state"], "tallied");
    assert!(!key_file(&union, &ballot));
}

#[test]
fn a_sum_that_is_not_the_votes_is_never_published() {
    let mut union = Union::new(6);
    let (board, ballot) = closed(&mut union);
    for teller in &board.tellers[..2] {
        good(union.state_closing(&ballot, teller));
    }
    assert_eq!(union.decrypt(&ballot, &board.tellers[0]).status, 204);
    let share = union.share(&ballot, &board.tellers[1]);
    // As if one vote had never been there: the sum on the record is now of one vote more.
    change_database(&union, "DELETE FROM datum WHERE height = 2; DELETE FROM event WHERE height = 2;");
    let client = union.member(&board.tellers[1].member_no);
    client.post(&format!("{}/decryptions", ballot.path), &share).is_problem(500, "internal");
    assert_eq!(state(&union, &ballot), "closed");
    union.world.anyone().get(&format!("{}/results", ballot.path)).is_problem(409, "conflict");
}

#[test]
fn what_does_not_verify_is_not_published() {
    let mut union = Union::new(6);
    let (board, ballot) = closed(&mut union);
    for teller in &board.tellers[..2] {
        good(union.state_closing(&ballot, teller));
    }
    assert_eq!(union.decrypt(&ballot, &board.tellers[0]).status, 204);
    let share = union.share(&ballot, &board.tellers[1]);
    change_database(
        &union,
        "DROP TRIGGER datum_stays_as_written;
         UPDATE datum SET body = replace(body, '\"answers\"', '\"answres\"') WHERE height = 2;",
    );
    let client = union.member(&board.tellers[1].member_no);
    client.post(&format!("{}/decryptions", ballot.path), &share).is_problem(500, "internal");
    assert_eq!(state(&union, &ballot), "closed");
    union.world.anyone().get(&format!("{}/results", ballot.path)).is_problem(409, "conflict");
    assert!(key_file(&union, &ballot), "the count can still be opened once the record is right again");
}

#[test]
fn a_certificate_that_does_not_reconcile_is_not_made_and_says_why() {
    let mut union = Union::new(6);
    let (board, ballot) = closed(&mut union);
    for teller in &board.tellers[..2] {
        good(union.state_closing(&ballot, teller));
    }
    change_database(&union, "UPDATE participation SET voted = 1 WHERE member_no = '1006'");
    for teller in &board.tellers[..2] {
        assert_eq!(union.decrypt(&ballot, teller).status, 204);
    }
    assert_eq!(state(&union, &ballot), "tallied");
    assert_eq!(good(union.world.anyone().get(&format!("{}/results", ballot.path))).json["cast"], 5);
    let refused = union.world.anyone().get(&format!("{}/certificate", ballot.path));
    let detail = refused.is_problem(409, "conflict").text("detail");
    assert!(detail.contains("votes cast (5) should be members noted to have voted (6)"), "{detail}");
    let (officer, _) = &union.officers[0];
    let signature = json!({ "signature": "x" });
    officer.post(&format!("{}/signatures", ballot.path), &signature).is_problem(409, "conflict");
}

#[test]
fn only_the_officers_own_signature_with_a_named_key_is_taken() {
    let mut union = Union::new(2);
    let ballot = union.open(YES_NO);
    good(union.order(&ballot, "closing"));
    let path = format!("{}/signatures", ballot.path);
    let bytes = good(union.world.anyone().get(&format!("{}/certificate", ballot.path)));
    let bytes = bytes.text("certificate").as_bytes().to_vec();
    let (officer, own) = union.officers[0].clone();
    let body = |armour: &str| json!({ "signature": armour });
    let good_one = sign(CERTIFICATE_NAMESPACE, &own, &bytes).unwrap();
    union.delegate.post(&path, &body(&good_one)).is_problem(403, "forbidden");
    union.world.anyone().post(&path, &body(&good_one)).is_problem(401, "not_signed_in");

    let other = sign(CERTIFICATE_NAMESPACE, &union.officers[1].1, &bytes).unwrap();
    officer.post(&path, &body(&other)).is_problem(422, "invalid");
    officer.post(&path, &body(&sign(RECEIPT_NAMESPACE, &own, &bytes).unwrap())).is_problem(422, "invalid");
    let wrong = sign(CERTIFICATE_NAMESPACE, &own, b"other bytes").unwrap();
    officer.post(&path, &body(&wrong)).is_problem(422, "invalid");
    officer.post(&path, &body("")).is_problem(422, "invalid");
    // A key of the officer's own that was added after freezing is not on the description line.
    let late = ssh_key::PrivateKey::random(&mut union.rng, Algorithm::Ed25519).unwrap();
    let line = late.public_key().to_openssh().unwrap();
    good(officer.post("/api/v1/me/keys", &json!({ "public_key": line })));
    let late = sign(CERTIFICATE_NAMESPACE, &late, &bytes).unwrap();
    officer.post(&path, &body(&late)).is_problem(422, "invalid");

    let windows = good_one.replace('\n', "\r\n");
    assert_eq!(officer.post(&path, &body(&windows)).status, 201);
    officer.post(&path, &body(&good_one)).is_problem(409, "conflict");
    assert_eq!(state(&union, &ballot), "tallied");
}

#[test]
fn every_officer_has_one_key_on_the_description_line_the_one_added_last() {
    let mut union = Union::new(2);
    let (officer, first) = union.officers[0].clone();
    let mut keys = vec![first];
    for _ in 0..2 {
        union.world.clock.advance(1);
        let more = ssh_key::PrivateKey::random(&mut union.rng, Algorithm::Ed25519).unwrap();
        let line = more.public_key().to_openssh().unwrap();
        good(officer.post("/api/v1/me/keys", &json!({ "public_key": line })));
        keys.push(more);
    }
    let ballot = union.open(YES_NO);
    let (_, line) = description::parse(ballot.election.description()).unwrap().unwrap();
    assert_eq!(line.officers.needed, 2);
    let of = |key: &ssh_key::PrivateKey| KeyFingerprint::of(key.public_key());
    let mut expected = vec![of(&keys[2]), of(&union.officers[1].1)];
    let mut found = line.officers.keys;
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected, "else one officer could give the signatures of two");

    good(union.order(&ballot, "closing"));
    let path = format!("{}/signatures", ballot.path);
    let bytes = good(union.world.anyone().get(&format!("{}/certificate", ballot.path)));
    let bytes = bytes.text("certificate").as_bytes().to_vec();
    let by = |key| json!({ "signature": sign(CERTIFICATE_NAMESPACE, key, &bytes).unwrap() });
    officer.post(&path, &by(&keys[0])).is_problem(422, "invalid");
    assert_eq!(officer.post(&path, &by(&keys[2])).status, 201);
}

#[test]
fn who_has_voted_is_for_officers_and_observers_after_closing() {
    let mut union = Union::new(4);
    let ballot = union.open(YES_NO);
    let path = format!("{}/participation", ballot.path);
    assert_eq!(union.vote(&ballot, &no(2), &yes()).status, 201);
    assert_eq!(union.vote(&ballot, &no(0), &no_vote()).status, 201);
    for client in [&union.observer, &union.officers[0].0] {
        client.get(&path).is_problem(409, "conflict");
    }
    good(union.order(&ballot, "closing"));
    for client in [&union.observer, &union.officers[0].0] {
        let list = good(client.get(&path)).json;
        let voted = json!([
            { "name": "Teacher 97", "member_no": no(2) },
            { "name": "Teacher 99", "member_no": no(0) }
        ]);
        assert_eq!(list, json!({ "voted": voted, "eligible": 4 }));
    }
    let member = union.member_again(&no(0));
    for client in [&member, &union.delegate] {
        client.get(&path).is_problem(403, "forbidden");
        client.get(&format!("{}/roll", ballot.path)).is_problem(403, "forbidden");
    }
    let roll = good(union.observer.get(&format!("{}/roll", ballot.path)));
    let salt: [u8; 32] = hex::decode(roll.text("salt")).unwrap().try_into().unwrap();
    let hash = hex::encode(roll_hash(&salt, roll.text("csv").as_bytes()));
    assert!(ballot.election.description().contains(&format!("\"roll\":\"{hash}\"")));
    assert_eq!((roll.text("box"), roll.text("csv").lines().count()), ("all", 5));
}

/// Verifying the record of a large vote takes longer than a reply may.
#[test]
fn a_count_is_opened_also_where_the_reply_does_not_wait_for_it() {
    let mut union = Union::with(6, |settings| settings.opening_wait = Duration::ZERO);
    let (board, ballot) = closed(&mut union);
    for teller in &board.tellers[..2] {
        good(union.state_closing(&ballot, teller));
    }
    let shares = [union.share(&ballot, &board.tellers[0]), union.share(&ballot, &board.tellers[1])];
    let path = format!("{}/decryptions", ballot.path);
    let clients = [0, 1].map(|seat: usize| union.member(&board.tellers[seat].member_no));
    union.world.inside(async |app| {
        // Another count is being opened.
        let _alone = app.counting.lock().await;
        for (share, client) in shares.iter().zip(&clients) {
            assert_eq!(client.post(&path, share).status, 202);
        }
        assert_eq!(state(&union, &ballot), "closed");
    });
    union.world.inside(async |app| finish::all(app).await);
    assert_eq!(state(&union, &ballot), "tallied");
    assert!(union.verify(&ballot).complete);
    assert!(!key_file(&union, &ballot));
}

/// Whoever sent the last share has an answer by then: what goes wrong afterwards is for the log.
#[test]
fn a_count_that_is_not_opened_after_the_reply_is_in_the_log() {
    let (say, said) = mpsc::channel::<String>();
    let log = Log(Mutex::new(say));
    let log = tracing_subscriber::fmt().with_ansi(false).with_writer(log).finish();
    tracing::subscriber::set_global_default(log).unwrap();
    let mut union = Union::with(6, |settings| settings.opening_wait = Duration::ZERO);
    let (board, ballot) = closed(&mut union);
    for teller in &board.tellers[..2] {
        good(union.state_closing(&ballot, teller));
    }
    let name = format!("{}.server", ballot.election.uuid());
    std::fs::remove_file(union.world.files.folder.path().join("keys").join(name)).unwrap();
    let shares = [union.share(&ballot, &board.tellers[0]), union.share(&ballot, &board.tellers[1])];
    let path = format!("{}/decryptions", ballot.path);
    let clients = [0, 1].map(|seat: usize| union.member(&board.tellers[seat].member_no));
    union.world.inside(async |app| {
        // Another count is being opened.
        let _alone = app.counting.lock().await;
        for (share, client) in shares.iter().zip(&clients) {
            assert_eq!(client.post(&path, share).status, 202);
        }
    });
    let mut lines = iter::from_fn(|| said.recv_timeout(Duration::from_secs(20)).ok());
    let line = lines.find(|line| line.contains("a count is not opened after its last share")).unwrap();
    assert!(
        line.contains("ERROR") && line.contains("the server's key of this count cannot be used"),
        "{line}"
    );
    assert_eq!(state(&union, &ballot), "closed");
}

/// Hands on what is logged, line by line.
struct Log(Mutex<mpsc::Sender<String>>);

impl<'a> MakeWriter<'a> for Log {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line(self.0.lock().unwrap().clone())
    }
}

struct Line(mpsc::Sender<String>);

impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Nobody listens after the test.
        let _ = self.0.send(String::from_utf8_lossy(bytes).into_owned());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
