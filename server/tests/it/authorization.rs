//! The authorization table: complete, and obeyed for everybody.

use scrutineer_api::role::Role;
use scrutineer_server::authorization::{TABLE, Who};
use scrutineer_server::http::api;
use serde_json::Value;

use crate::support::{Client, World};

#[test]
fn the_table_and_the_openapi_document_name_the_same_operations() {
    let world = World::start();
    let served = world.anyone().get("/api/v1/openapi.json").json;
    let document: Value = serde_json::from_str(&api::document().to_json().unwrap()).unwrap();
    assert_eq!(served, document);
    let mut documented = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            documented.push((path.clone(), method.to_uppercase()));
            let row = TABLE.iter().find(|row| row.path == path && row.method.eq_ignore_ascii_case(method));
            let who = row.unwrap_or_else(|| panic!("{method} {path} has no row")).who;
            assert_eq!(operation["description"], format!("For {}.", who.in_words()));
            assert_eq!(operation.get("security").is_some(), who != Who::Anyone);
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
            let path = path.replace("{number}", "1");
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
