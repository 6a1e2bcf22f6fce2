//! An account's life: activation, sign-in, a new password, certificate keys.

use scrutineer_server::entropy::Entropy;
use serde_json::json;
use ssh_key::{Algorithm, PrivateKey};

use crate::support::{PASSWORD, ROLL, START, World};

fn activation(member_no: &str, code: &str, password: &str) -> serde_json::Value {
    json!({ "member_no": member_no, "code": code, "password": password })
}

#[test]
fn the_first_officer_activates_signs_in_and_out() {
    let world = World::start();
    let about = world.anyone().get("/api/v1");
    assert_eq!((about.status, about.text("union")), (200, "Test Union"));
    assert!(about.json["receipt_key"]["fingerprint"].as_str().unwrap().starts_with("SHA256:"));
    assert_eq!(about.json["now"], START);
    assert_eq!(world.anyone().get("/health").json, json!({ "status": "ok" }));

    let officer = world.officer();
    let me = officer.get("/api/v1/me");
    assert_eq!((me.text("member_no"), me.text("name")), ("1", "First Officer"));
    assert_eq!(me.json["roles"], json!([{ "role": "officer" }]));
    assert_eq!(me.json["session_expires_at"], START + 12 * 3600);
    assert_eq!(officer.delete("/api/v1/sessions/current").status, 204);
    officer.get("/api/v1/me").is_problem(401, "not_signed_in");
}

#[test]
fn a_code_works_once_and_in_any_spelling() {
    let world = World::start();
    let code = world.files.officer_code.to_lowercase().replace('-', " ");
    let body = activation(" 1 ", &code, PASSWORD);
    let activated = world.anyone().post("/api/v1/activations", &body);
    assert_eq!((activated.status, activated.text("name")), (201, "First Officer"));
    world.anyone().post("/api/v1/activations", &body).is_problem(401, "wrong_credentials");
}

#[test]
fn many_requests_with_one_code_set_one_password() {
    let world = World::start();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let send = |n: u32| {
            let client = world.anyone();
            let body = activation("1", &world.files.officer_code, &format!("password number {n}"));
            scope.spawn(move || client.post("/api/v1/activations", &body).status)
        };
        let threads: Vec<_> = (0..4).map(send).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 201 | 401)), "{statuses:?}");
}

#[test]
fn a_bad_password_or_a_mistyped_code_is_said_before_anything_counts() {
    let world = World::start();
    let code = &world.files.officer_code;
    for _ in 0..10 {
        for (code, password) in
            [(code.as_str(), "too short"), (&code[1..], PASSWORD), (code, &"x".repeat(1025))]
        {
            let reply = world.anyone().post("/api/v1/activations", &activation("1", code, password));
            reply.is_problem(422, "invalid");
        }
    }
    assert_eq!(world.anyone().post("/api/v1/activations", &activation("1", code, "0123456789")).status, 201);
}

#[test]
fn a_code_ends_after_thirty_days() {
    let world = World::start();
    let body = activation("1", &world.files.officer_code, PASSWORD);
    world.clock.set(START + 30 * 24 * 3600);
    world.anyone().post("/api/v1/activations", &body).is_problem(401, "wrong_credentials");
    world.clock.set(START + 30 * 24 * 3600 - 1);
    assert_eq!(world.anyone().post("/api/v1/activations", &body).status, 201);
}

#[test]
fn unknown_member_wrong_password_and_no_password_answer_alike() {
    let world = World::start();
    let officer = world.officer();
    officer.post("/api/v1/roll/imports", &json!({ "csv": ROLL }));
    let mut answers = Vec::new();
    for (member_no, password) in
        [("1", "wrong password"), ("100", "wrong password"), ("nobody", "wrong password")]
    {
        let body = json!({ "member_no": member_no, "password": password, "kind": "bearer" });
        let mut reply = world.anyone().post("/api/v1/sessions", &body);
        reply.is_problem(401, "wrong_credentials");
        reply.json["request_id"] = json!("");
        answers.push(reply.json);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[test]
fn a_new_password_comes_by_a_new_code_and_ends_all_sessions() {
    let world = World::start();
    let all = world.everybody();
    let also_mia = world.sign_in("100");
    let named = json!({ "members": ["100"] });
    let reply = all.officer.post("/api/v1/roll/activations", &named);
    assert_eq!(reply.status, 201);
    assert_eq!(reply.json["codes"].as_array().unwrap().len(), 1);
    let code = reply.json["codes"][0]["code"].as_str().unwrap().to_owned();

    assert_eq!(all.member.get("/api/v1/me").status, 200, "the old password holds until the code is used");
    let body = activation("100", &code, "another password");
    assert_eq!(world.anyone().post("/api/v1/activations", &body).status, 201);
    for client in [&all.member, &also_mia] {
        client.get("/api/v1/me").is_problem(401, "not_signed_in");
    }
    let old = json!({ "member_no": "100", "password": PASSWORD, "kind": "bearer" });
    world.anyone().post("/api/v1/sessions", &old).is_problem(401, "wrong_credentials");
    let new = json!({ "member_no": "100", "password": "another password", "kind": "bearer" });
    assert_eq!(world.anyone().post("/api/v1/sessions", &new).status, 201);

    let log = all.officer.get("/api/v1/audit?after=0&limit=500").body;
    assert!(log.contains("\"password_replacement_issued\"") && log.contains("\"password_replaced\""));
    assert!(!log.contains(&code) && !log.contains("another password"));
    assert_eq!(log.matches("\"password_replaced\"").count(), 1, "first passwords are no entries");
}

#[test]
fn codes_are_made_for_members_without_password_and_earlier_ones_end() {
    let world = World::start();
    let officer = world.officer();
    officer.post("/api/v1/roll/imports", &json!({ "csv": ROLL }));
    let first = officer.post("/api/v1/roll/activations", &json!({}));
    let second = officer.post("/api/v1/roll/activations", &json!({}));
    let numbers: Vec<_> =
        second.json["codes"].as_array().unwrap().iter().map(|code| code["member_no"].clone()).collect();
    assert_eq!(numbers, ["100", "200", "300", "400"], "the officer has a password");
    assert_eq!(second.json["expires_at"], START + 30 * 24 * 3600);
    let old = first.json["codes"][0]["code"].as_str().unwrap();
    let new = second.json["codes"][0]["code"].as_str().unwrap();
    assert_ne!(old, new);
    let reply = world.anyone().post("/api/v1/activations", &activation("100", old, PASSWORD));
    reply.is_problem(401, "wrong_credentials");
    world.activate("100", new);

    let reply = officer.post("/api/v1/roll/activations", &json!({ "members": ["100", "999", "x"] }));
    assert!(reply.is_problem(422, "invalid").text("detail").contains("999, x"));
    let many: Vec<_> = (0..1001).map(|n| n.to_string()).collect();
    officer.post("/api/v1/roll/activations", &json!({ "members": many })).is_problem(422, "invalid");
}

#[test]
fn an_officer_adds_certificate_keys() {
    let world = World::start();
    let all = world.everybody();
    let private = PrivateKey::random(&mut Entropy::seeded(9).rng(), Algorithm::Ed25519).unwrap();
    let line = format!("{} olga@desk\n", private.public_key().to_openssh().unwrap());
    let added = all.officer.post("/api/v1/me/keys", &json!({ "public_key": line }));
    assert_eq!(added.status, 201, "{}", added.body);
    assert_eq!(added.text("fingerprint"), private.fingerprint(ssh_key::HashAlg::Sha256).to_string());
    assert!(!added.text("public_key").contains("olga"));
    let again = all.officer.post("/api/v1/me/keys", &json!({ "public_key": line }));
    assert_eq!((again.status, &again.json), (201, &added.json));
    assert_eq!(all.officer.get("/api/v1/me").json["keys"], json!([added.text("fingerprint")]));
    all.first.post("/api/v1/me/keys", &json!({ "public_key": line })).is_problem(409, "conflict");

    let secret = private.to_openssh(ssh_key::LineEnding::LF).unwrap();
    let rsa = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7";
    for text in ["", "ssh-ed25519", "hello", rsa, secret.as_str()] {
        let reply = all.officer.post("/api/v1/me/keys", &json!({ "public_key": text }));
        reply.is_problem(422, "invalid");
    }
    let log = all.officer.get("/api/v1/audit?limit=500").body;
    assert_eq!(log.matches("\"certificate_key_added\"").count(), 1);
}
