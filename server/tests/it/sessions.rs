//! When sessions end, and how their tokens may travel.

use serde_json::json;

use crate::support::{PASSWORD, Reply, World};

fn cookie_sign_in(world: &World) -> Reply {
    let body = json!({ "member_no": "1", "password": PASSWORD, "kind": "cookie" });
    let origin = world.url.clone();
    world.anyone().with("origin", &origin).post("/api/v1/sessions", &body)
}

#[test]
fn a_session_ends_after_thirty_idle_minutes() {
    let world = World::start();
    let officer = world.officer();
    for _ in 0..5 {
        world.clock.advance(29 * 60);
        assert_eq!(officer.get("/api/v1/me").status, 200, "each use prolongs it");
    }
    world.clock.advance(30 * 60);
    officer.get("/api/v1/me").is_problem(401, "not_signed_in");
    world.clock.advance(-20 * 60);
    assert_eq!(officer.get("/api/v1/me").status, 200, "only time ended it");
}

#[test]
fn a_session_ends_after_twelve_hours_in_any_case() {
    let world = World::start();
    let officer = world.officer();
    for _ in 0..47 {
        world.clock.advance(15 * 60);
        assert_eq!(officer.get("/api/v1/me").status, 200);
    }
    world.clock.advance(15 * 60);
    officer.get("/api/v1/me").is_problem(401, "not_signed_in");
}

#[test]
fn a_session_outlives_a_restart() {
    let mut world = World::start();
    let mut officer = world.officer();
    world.restart();
    officer.url.clone_from(&world.url);
    assert_eq!(officer.get("/api/v1/me").status, 200);
}

#[test]
fn a_browsers_token_travels_in_a_cookie_only() {
    let world = World::start();
    drop(world.officer());
    let reply = cookie_sign_in(&world);
    assert_eq!(reply.status, 201);
    assert!(reply.json.get("token").is_none());
    let cookie = reply.header("set-cookie").to_owned();
    let (pair, flags) = cookie.split_once("; ").unwrap();
    assert_eq!(flags, "Path=/; Max-Age=43200; HttpOnly; SameSite=Lax");
    let (name, token) = pair.split_once('=').unwrap();
    assert_eq!(name, "scrutineer", "no __Host- cookie without https");

    assert_eq!(world.anyone().with("cookie", &format!("a=b; {pair}; c=d")).get("/api/v1/me").status, 200);
    let as_bearer = world.anyone().with("authorization", &format!("Bearer {token}"));
    as_bearer.get("/api/v1/me").is_problem(401, "not_signed_in");
    let other_name = world.anyone().with("cookie", &format!("__Host-scrutineer={token}"));
    other_name.get("/api/v1/me").is_problem(401, "not_signed_in");

    let browser = world.anyone().with("cookie", pair).with("sec-fetch-site", "same-origin");
    let out = browser.delete("/api/v1/sessions/current");
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").starts_with("scrutineer=; Path=/; Max-Age=0"));
    browser.get("/api/v1/me").is_problem(401, "not_signed_in");
}

#[test]
fn a_programs_token_does_not_travel_in_a_cookie() {
    let world = World::start();
    drop(world.officer());
    let body = json!({ "member_no": "1", "password": PASSWORD, "kind": "bearer" });
    let reply = world.anyone().post("/api/v1/sessions", &body);
    assert_eq!(reply.header("set-cookie"), "");
    let cookie = format!("scrutineer={}", reply.text("token"));
    world.anyone().with("cookie", &cookie).get("/api/v1/me").is_problem(401, "not_signed_in");
}

#[test]
fn under_https_the_cookie_is_host_bound_and_secure() {
    let world = World::with(|settings| {
        settings.public_url = "https://vote.example.org".parse().unwrap();
    });
    drop(world.officer());
    let body = json!({ "member_no": "1", "password": PASSWORD, "kind": "cookie" });
    let reply = world.anyone().with("origin", "https://vote.example.org").post("/api/v1/sessions", &body);
    let cookie = reply.header("set-cookie");
    assert!(cookie.starts_with("__Host-scrutineer=") && cookie.ends_with("SameSite=Lax; Secure"), "{cookie}");
    assert_eq!(reply.header("strict-transport-security"), "max-age=31536000");
}

#[test]
fn what_is_no_token_is_nobody() {
    let world = World::start();
    for value in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic MTox",
        "Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let reply = world.anyone().with("authorization", value).get("/api/v1/me");
        reply.is_problem(401, "not_signed_in");
        assert_eq!(reply.header("www-authenticate"), "Bearer");
    }
}
