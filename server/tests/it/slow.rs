//! Clients that are slow, or more than the server has room for: they hold what they were given for a while, and nobody else up.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::support::{PASSWORD, World};
use crate::union::{Union, YES_NO, no, yes};

fn connect(world: &World) -> TcpStream {
    TcpStream::connect(world.url.trim_start_matches("http://").trim_end_matches('/')).unwrap()
}

#[test]
fn hundreds_who_never_finish_a_request_keep_nobody_out_for_long() {
    let mut union = Union::with(2, |settings| {
        (settings.cores, settings.connections) = (1, 160);
        settings.head_timeout = Duration::from_secs(3);
    });
    let ballot = union.open(YES_NO);
    let slow: Vec<_> = (0..240)
        .map(|i| {
            let mut stream = connect(&union.world);
            // The first byte of a request, some of one, or nothing at all.
            stream.write_all([&b"G"[..], b"POST /api/v1/sessions HTTP/1.1\r\nhost:", b""][i % 3]).unwrap();
            stream
        })
        .collect();
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201, "others have their turn");
    for mut stream in slow {
        // It comes to an end by itself; a reset is one too.
        let mut said = Vec::new();
        let _ = stream.read_to_end(&mut said);
        assert!(said.is_empty() || said.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&said));
    }
    assert_eq!(union.vote(&ballot, &no(1), &yes()).status, 201);
}

#[test]
fn who_finds_no_place_in_the_queue_of_sign_ins_is_told_when_to_come_again() {
    let mut union = Union::with(1, |settings| settings.sign_in_queue = 1);
    let signed_in = union.member(&no(0));
    let body = json!({ "member_no": no(0), "password": PASSWORD, "kind": "bearer" });
    assert_eq!(union.world.anyone().post("/api/v1/sessions", &body).status, 201);
    let full = World::with(|settings| settings.sign_in_queue = 0);
    let refused = full.anyone().post("/api/v1/sessions", &body);
    assert_eq!(refused.is_problem(429, "sign_ins_busy").header("retry-after"), "2");
    // Whoever is signed in needs no password any more, whatever they do.
    let ballot = union.open(YES_NO);
    let before = union.world.inside(async |app| app.passwords.hashed());
    assert_eq!(signed_in.get(&ballot.path).status, 200);
    assert_eq!(union.vote(&ballot, &no(0), &yes()).status, 201);
    assert_eq!(union.world.inside(async |app| app.passwords.hashed()), before);
}
