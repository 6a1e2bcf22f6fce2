//! Requests that are not as they should be get a sentence, and every reply its headers.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;

use crate::support::World;

#[test]
fn a_malformed_body_is_refused_with_its_place() {
    let world = World::start();
    for body in [
        "",
        "{",
        "null",
        "[]",
        "{\"member_no\":\"1\"}",
        "{\"member_no\":\"1\",\"password\":\"x\",\"kind\":\"bearer\",\"admin\":true}",
        "{\"member_no\":\"1\",\"member_no\":\"2\",\"password\":\"x\",\"kind\":\"bearer\"}",
        "{\"member_no\":1,\"password\":\"x\",\"kind\":\"bearer\"}",
        "{\"member_no\":\"1\",\"password\":\"x\",\"kind\":\"magic\"}",
        "{\"member_no\":\"1\",\"password\":\"x\",\"kind\":\"bearer\"} trailing",
        "\u{feff}{}",
    ] {
        let reply = world.anyone().send("POST", "/api/v1/sessions", Some("application/json"), body);
        assert!(reply.is_problem(400, "malformed").text("detail").contains("cannot be read"), "{body}");
    }
    let nested = "[".repeat(16_000);
    let reply = world.anyone().send("POST", "/api/v1/sessions", Some("application/json"), &nested);
    reply.is_problem(400, "malformed");
}

#[test]
fn a_wrong_value_is_not_repeated() {
    let world = World::start();
    let body = "{\"member_no\":\"1\",\"password\":{\"hunter2\":1},\"kind\":\"bearer\"}";
    let reply = world.anyone().send("POST", "/api/v1/sessions", Some("application/json"), body);
    assert!(!reply.is_problem(400, "malformed").body.contains("hunter2"));
    let body = "{\"member_no\":\"1\",\"password\":1234567890,\"kind\":\"bearer\"}";
    let reply = world.anyone().send("POST", "/api/v1/sessions", Some("application/json"), body);
    assert!(!reply.is_problem(400, "malformed").body.contains("1234567890"));
}

#[test]
fn other_content_types_are_refused() {
    let world = World::start();
    let body = "{\"member_no\":\"1\",\"password\":\"x\",\"kind\":\"bearer\"}";
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "text/csv"] {
        let reply = world.anyone().send("POST", "/api/v1/sessions", Some(content_type), body);
        reply.is_problem(415, "unsupported_media_type");
    }
    let reply =
        world.anyone().send("POST", "/api/v1/sessions", Some("Application/JSON; charset=utf-8"), body);
    reply.is_problem(401, "wrong_credentials");
}

#[test]
fn an_oversized_body_is_refused() {
    let world = World::start();
    let body = json!({ "member_no": "1", "password": "x".repeat(70_000), "kind": "bearer" });
    world.anyone().post("/api/v1/sessions", &body).is_problem(413, "too_large");
}

#[test]
fn a_body_that_does_not_say_how_long_it_is_is_bounded_too() {
    let world = World::start();
    let mut stream = TcpStream::connect(world.url.trim_start_matches("http://")).unwrap();
    let head = "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                Transfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
    for _ in 0..5 {
        // The server may close as soon as it has seen enough.
        if stream.write_all(chunk.as_bytes()).is_err() {
            break;
        }
    }
    // It is the connection's last request.
    let _ = stream.write_all(b"0\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 413") && reply.contains("connection: close"), "{reply}");
    assert_eq!(reply.matches("HTTP/1.1").count(), 1, "{reply}");
}

#[test]
fn unknown_paths_methods_and_queries_are_problems() {
    let world = World::start();
    world.anyone().get("/api/v1/nothing").is_problem(404, "not_found");
    world.anyone().get("/api").is_problem(404, "not_found");
    world.anyone().get("/api/v1/roles/").is_problem(404, "not_found");
    let reply = world.anyone().send("PUT", "/api/v1/roles", None, "");
    assert_eq!(reply.is_problem(405, "method_not_allowed").header("allow"), "GET, POST, DELETE");
    assert_eq!(world.anyone().send("HEAD", "/api/v1", None, "").status, 405);
    let officer = world.officer();
    for query in ["after=x", "after=1&after=2", "limit=-1", "limit=70000", "unknown=1"] {
        officer.get(&format!("/api/v1/audit?{query}")).is_problem(400, "malformed");
    }
}

#[test]
fn every_reply_carries_the_security_headers() {
    let world = World::start();
    for reply in
        [world.anyone().get("/health"), world.anyone().get("/api/v1/me"), world.anyone().get("/api/nothing")]
    {
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert!(
            reply.header("content-security-policy").starts_with("default-src 'none'; frame-ancestors 'none'")
        );
        assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(reply.header("x-request-id").len(), 16);
        assert_eq!(reply.header("server"), "");
    }
}
