//! Roles take effect at once, and the union always keeps an officer who can sign in.

use serde_json::json;

use crate::support::{ROLL, World, by_two};

const ROLES: &str = "/api/v1/roles";

#[test]
fn granting_and_revoking_take_effect_at_once() {
    let world = World::start();
    let all = world.everybody();
    all.member.get(ROLES).is_problem(403, "forbidden");
    assert_eq!(all.officer.post(ROLES, &json!({ "role": "observer", "member_no": "100" })).status, 201);
    assert_eq!(all.member.get(ROLES).status, 200, "in the session that was there before");
    assert_eq!(all.officer.delete("/api/v1/roles?role=observer&member_no=100").status, 204);
    all.member.get(ROLES).is_problem(403, "forbidden");

    // Without a third officer, too few would be left.
    all.first.delete("/api/v1/roles?role=officer&member_no=300").is_problem(409, "last_officer");
    let grant = all.first.post(ROLES, &json!({ "role": "officer", "member_no": "100" }));
    assert_eq!(by_two(grant, &all.officer).status, 200);
    let revoke = all.first.delete("/api/v1/roles?role=officer&member_no=300");
    assert_eq!(revoke.status, 202);
    assert_eq!(by_two(revoke, &all.member).status, 200);
    let reply = all.officer.post(ROLES, &json!({ "role": "observer", "member_no": "100" }));
    reply.is_problem(403, "forbidden");
}

#[test]
fn the_list_is_sorted_and_names_units() {
    let world = World::start();
    let all = world.everybody();
    let grant = json!({ "role": "delegate", "member_no": "100", "unit": "North" });
    let granted = all.officer.post(ROLES, &grant);
    assert_eq!(
        granted.json,
        json!({ "role": "delegate", "member_no": "100", "name": "Mia Member", "unit": "North" })
    );
    let list = all.observer.get(ROLES);
    let rows: Vec<_> = list.json["roles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["role"].as_str().unwrap(), row["member_no"].as_str().unwrap(), row["unit"].as_str()))
        .collect();
    assert_eq!(
        rows,
        [
            ("delegate", "100", Some("North")),
            ("delegate", "200", None),
            ("observer", "400", None),
            ("officer", "1", None),
            ("officer", "300", None)
        ]
    );
    all.officer.post(ROLES, &grant).is_problem(409, "conflict");
    let other = "/api/v1/roles?role=delegate&member_no=100&unit=South";
    all.officer.delete(other).is_problem(404, "not_found");
    assert_eq!(all.officer.delete("/api/v1/roles?role=delegate&member_no=100").status, 204);
}

#[test]
fn what_cannot_be_granted_is_said() {
    let world = World::start();
    let officer = world.officer();
    officer.post("/api/v1/roll/imports", &json!({ "csv": ROLL }));
    for (body, status, code) in [
        (json!({ "role": "officer", "member_no": "999" }), 404, "not_found"),
        (json!({ "role": "officer", "member_no": "100", "unit": "North" }), 422, "invalid"),
        (json!({ "role": "delegate", "member_no": "100", "unit": "Nrth" }), 422, "invalid"),
        (json!({ "role": "teller", "member_no": "100" }), 400, "malformed"),
        (json!({ "role": "officer" }), 400, "malformed"),
    ] {
        officer.post(ROLES, &body).is_problem(status, code);
    }
    officer.delete("/api/v1/roles?role=observer&member_no=100").is_problem(404, "not_found");
    officer.delete("/api/v1/roles?role=observer").is_problem(400, "malformed");
}

#[test]
fn the_last_officer_who_can_sign_in_stays() {
    let world = World::start();
    let officer = world.officer();
    let revoke = "/api/v1/roles?role=officer&member_no=1";
    officer.delete(revoke).is_problem(409, "last_officer");
    officer.post("/api/v1/roll/imports", &json!({ "csv": ROLL }));
    officer.post(ROLES, &json!({ "role": "officer", "member_no": "300" }));
    officer.delete(revoke).is_problem(409, "last_officer");
    let codes = officer.post("/api/v1/roll/activations", &json!({ "members": ["300"] }));
    let other = world.activate("300", codes.json["codes"][0]["code"].as_str().unwrap());
    // Certificates need two, and both are there: neither can go.
    officer.delete(revoke).is_problem(409, "last_officer");
    other.delete("/api/v1/roles?role=officer&member_no=300").is_problem(409, "last_officer");
    let log = other.get("/api/v1/audit").body;
    assert_eq!(log.matches("\"role_revoked\"").count(), 0, "refused deeds are no entries");
}
