//! The authorization table: complete, and obeyed for everybody.

use std::sync::Arc;

use scrutineer_api::role::Role;
use scrutineer_letters::{Mailer, Memory, Sender};
use scrutineer_server::authorization::{Row, TABLE, Who};
use scrutineer_server::http::api;
use serde_json::{Value, json};

use crate::support::{Client, ROLL, World};
use crate::union::{YES_NO, good};

#[test]
fn the_table_and_the_openapi_document_name_the_same_operations() {
    let world = World::start();
    let served = world.anyone().get("/api/v1/openapi.json").json;
    let document: Value = serde_json::from_str(&api::document().to_json().unwrap()).unwrap();
    assert_eq!(served, document);
    let shared = &document["paths"]["/api/v1/ballots/{id}/decryptions"]["post"]["responses"];
    assert!(shared["202"].is_object() && shared["204"].is_object());
    let mut documented = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            documented.push((path.clone(), method.to_uppercase()));
            let row = TABLE.iter().find(|row| row.path == path && row.method.eq_ignore_ascii_case(method));
            let row = row.unwrap_or_else(|| panic!("{method} {path} has no row"));
            assert_eq!(operation["description"], format!("For {}.", row.in_words()));
            assert_eq!(operation.get("security").is_some(), row.who != Who::Anyone);
            assert!(operation["responses"]["default"].is_object() && operation["summary"].is_string());
        }
    }
    let mut rows: Vec<_> = TABLE
        .iter()
        .filter(|row| !row.is_page())
        .map(|row| (row.path.to_owned(), row.method.to_owned()))
        .collect();
    rows.sort();
    documented.sort();
    assert_eq!(rows, documented);
}

#[test]
fn every_schema_that_the_document_refers_to_is_in_it() {
    let text = api::document().to_json().unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let mut references = 0;
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
        references += 1;
    }
    assert!(references > 20);
}

#[test]
fn every_operation_obeys_the_table_for_everybody() {
    let world = World::start();
    for row in TABLE {
        // Fresh sessions for each row: signing out is one of the operations.
        let callers: [(Option<Option<Role>>, Client); 5] = if row == &TABLE[0] {
            let all = world.everybody();
            callers(&world, all.member, all.delegate, all.officer, all.observer)
        } else {
            let enter = |member_no| world.sign_in(member_no);
            callers(&world, enter("100"), enter("200"), enter("300"), enter("400"))
        };
        for (role, client) in callers {
            let path = row.path.replace("{id}", "00000000-0000-0000-0000-000000000000");
            let path = path.replace("{number}", "1").replace("{kind}", "notice");
            // An empty body: whoever may do it is told that it cannot be read, and nothing happens.
            let content_type = (row.method == "POST").then_some("application/json");
            let reply = client.send(row.method, &path, content_type, "");
            let expected = match (row.who, role) {
                (Who::Members | Who::Holders(_), None) => Some((401, "not_signed_in")),
                (Who::Holders(roles), Some(role)) if !role.is_some_and(|role| roles.contains(&role)) => {
                    Some((403, "forbidden"))
                }
                _ => None,
            };
            match expected {
                // Whoever wants to see a page and only has to sign in is led there.
                Some((401, _)) if row.is_page() => {
                    assert_eq!(reply.status, 303, "{} {}", row.method, row.path)
                }
                // A page says no with a page.
                Some((status, _)) if row.is_page() => {
                    assert_eq!(reply.status, status, "{} {}", row.method, row.path);
                }
                Some((status, code)) => drop(reply.is_problem(status, code)),
                // What a path names by its id is not there, which is said only to those who may ask.
                None => assert!(
                    !matches!(reply.status, 401 | 403 | 405)
                        && reply.status < 500
                        && (reply.status != 404 || row.path.contains('{')),
                    "{} {} as {role:?}: {} {}",
                    row.method,
                    row.path,
                    reply.status,
                    reply.body
                ),
            }
        }
    }
}

/// What an operation about a delegate's own units is asked with: a body that would be taken.
fn body(row: &Row) -> Option<Value> {
    let path = row.path.trim_start_matches("/api/v1/ballots").trim_start_matches("/{id}");
    match (row.method, path) {
        ("GET", _) | (_, "/freezing" | "/opening" | "/closing") => None,
        ("POST", "") | ("PUT", "/file") => Some(json!({ "file": north() })),
        (_, "/announcement") => Some(json!({ "objections_until": "2027-03-01T12:00:00" })),
        (_, "/cancellation") => Some(json!({ "reason": "A slip" })),
        (_, "/extension") => Some(json!({ "until": "2030-01-01T00:00:00" })),
        (_, "/letters/{kind}") => Some(json!({ "recipients": 0 })),
        (_, "/notices") => Some(json!({ "on": "2027-01-15", "copies": 3, "how": "email" })),
        (_, "/roll-objections/{number}/answer") => Some(json!({ "text": "So it is" })),
        (method, path) => panic!("say here with which body {method} {path} is asked"),
    }
}

/// The file of a ballot of the unit North.
fn north() -> String {
    YES_NO.replace("classification = [\"Teacher\"]", "unit = [\"North\"]")
}

#[test]
fn delegates_for_some_units_are_kept_to_ballots_of_these_units() {
    // With mail: without it nobody can send letters, whatever they may do.
    let world = World::with(|settings| {
        let sender = Sender {
            name: None,
            address: "votes@union.example".parse().unwrap(),
            reply_to: None,
            return_path: None,
        };
        settings.mail = Some(Mailer::new(Arc::new(Memory::default()), sender, "vote.union.example"));
    });
    let all = world.everybody();
    let roll = format!("{ROLL}500,Nora,North,good,\n600,Sam,South,good,\n");
    good(all.first.post("/api/v1/roll/imports", &json!({ "csv": roll })));
    let codes = good(all.first.post("/api/v1/roll/activations", &json!({})));
    let codes = codes.json["codes"].as_array().unwrap().clone();
    let delegate = |member_no: &str, unit: &str| {
        let role = json!({ "role": "delegate", "member_no": member_no, "unit": unit });
        good(all.first.post("/api/v1/roles", &role));
        let code = codes.iter().find(|code| code["member_no"] == member_no).unwrap();
        world.activate(member_no, code["code"].as_str().unwrap())
    };
    let (own, other) = (delegate("500", "North"), delegate("600", "South"));
    let mut rows = 0;
    // Lists leave out what is not theirs, and runs of letters are named by their number: there is none here.
    for row in TABLE.iter().filter(|row| row.own_units && !row.path.starts_with("/api/v1/letters")) {
        rows += 1;
        // A ballot for each: some of the deeds are done.
        let draft = good(all.delegate.post("/api/v1/ballots", &json!({ "file": north() })));
        let path =
            row.path.replace("{id}", draft.text("id")).replace("{number}", "1").replace("{kind}", "notice");
        let body = body(row);
        let ask = |client: &Client| {
            let content_type = body.as_ref().map(|_| "application/json");
            let text = body.as_ref().map(Value::to_string).unwrap_or_default();
            client.send(row.method, &path, content_type, &text)
        };
        let refused = ask(&other);
        assert_eq!(refused.status, 403, "{} {} of another unit: {}", row.method, row.path, refused.body);
        for client in [&own, &all.delegate, &all.officer] {
            let reply = ask(client);
            let may = !matches!(reply.status, 400 | 401 | 403 | 405 | 415 | 500..);
            assert!(may, "{} {}: {} {}", row.method, row.path, reply.status, reply.body);
        }
        let observer = ask(&all.observer).status;
        let watches = matches!(row.who, Who::Holders(roles) if roles.contains(&Role::Observer));
        // Drafts are not there for observers.
        assert!(watches == (observer != 403), "{} {} as observer: {observer}", row.method, row.path);
        assert_eq!(ask(&all.member).status, 403);
        assert!(matches!(ask(&world.anyone()).status, 401 | 303));
    }
    assert!(rows > 10);
}

#[test]
fn what_the_table_says_of_two_people_is_what_waits_for_them() {
    let mut union = crate::union::Union::new(3);
    let ballot = union.freeze(&format!("closes = 2028-01-01T00:00:00\n{YES_NO}"));
    let draft = good(union.delegate.post("/api/v1/ballots", &json!({ "file": YES_NO })));
    for row in TABLE.iter().filter(|row| row.two_people) {
        let freezes = row.path.ends_with("/freezing");
        let id = if freezes { draft.text("id") } else { &ballot.id };
        let (content_type, text) = match body(row) {
            Some(body) => (Some("application/json"), body.to_string()),
            None => (None, String::new()),
        };
        let reply = union.delegate.send(row.method, &row.path.replace("{id}", id), content_type, &text);
        assert_eq!(reply.status, 202, "{} {}: {}", row.method, row.path, reply.body);
    }
    let document: Value = serde_json::from_str(&api::document().to_json().unwrap()).unwrap();
    for row in TABLE.iter().filter(|row| !row.is_page()) {
        let operation = &document["paths"][row.path][row.method.to_lowercase()];
        // Without content it says that the rest comes about later.
        let waits = operation["responses"]["202"].get("content").is_some();
        let said = row.two_people || row.also.contains("two people");
        assert_eq!(waits, said, "{} {}", row.method, row.path);
    }
}

fn callers(
    world: &World,
    member: Client,
    delegate: Client,
    officer: Client,
    observer: Client,
) -> [(Option<Option<Role>>, Client); 5] {
    [
        (None, world.anyone()),
        (Some(None), member),
        (Some(Some(Role::Delegate)), delegate),
        (Some(Some(Role::Officer)), officer),
        (Some(Some(Role::Observer)), observer),
    ]
}
