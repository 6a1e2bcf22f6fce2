//! Requests that another site makes a browser send, and the proxy's word.

use serde_json::json;

use crate::support::{PASSWORD, World};
use crate::union::{Union, YES_NO, good};

#[test]
fn another_site_cannot_change_anything() {
    let world = World::start();
    drop(world.officer());
    let sign_in = json!({ "member_no": "1", "password": PASSWORD, "kind": "cookie" });
    let reply = world.anyone().with("sec-fetch-site", "cross-site").post("/api/v1/sessions", &sign_in);
    reply.is_problem(403, "cross_site");
    let cookie = world.anyone().post("/api/v1/sessions", &sign_in).header("set-cookie").to_owned();
    let browser = world.anyone().with("cookie", cookie.split(';').next().unwrap());

    let grant = json!({ "role": "observer", "member_no": "1" });
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://evil.example"),
        ("host", "x"),
    ] {
        browser.with(name, value).post("/api/v1/roles", &grant).is_problem(403, "cross_site");
    }
    browser.post("/api/v1/roles", &grant).is_problem(403, "cross_site");
    let host = world.url.trim_start_matches("http://");
    let both = browser.with("origin", "http://evil.example").with("x-forwarded-host", host);
    both.post("/api/v1/roles", &grant).is_problem(403, "cross_site");
    assert_eq!(browser.get("/api/v1/roles").json["roles"].as_array().unwrap().len(), 1);
    assert_eq!(browser.with("origin", &world.url).post("/api/v1/roles", &grant).status, 201);
}

#[test]
fn another_site_cannot_make_anybody_fetch_codes() {
    let union = Union::new(1);
    let draft = json!({ "file": YES_NO });
    let path = format!("/api/v1/ballots/{}", good(union.delegate.post("/api/v1/ballots", &draft)).text("id"));
    good(union.freezing(&path));
    let sign_in = json!({ "member_no": "200", "password": PASSWORD, "kind": "cookie" });
    let cookie = union.world.anyone().post("/api/v1/sessions", &sign_in).header("set-cookie").to_owned();
    let browser = union.world.anyone().with("cookie", cookie.split(';').next().unwrap());
    let codes = format!("{path}/codes");
    browser.with("sec-fetch-site", "cross-site").get(&codes).is_problem(403, "cross_site");
    let confirm = format!("{path}/codes/confirmation");
    union.delegate.order(&confirm).is_problem(409, "conflict");
    assert_eq!(
        browser.with("sec-fetch-site", "cross-site").get(&path).status,
        200,
        "reading alone is harmless"
    );
    assert_eq!(browser.with("sec-fetch-site", "same-origin").get(&codes).status, 200);
    assert_eq!(union.delegate.order(&confirm).status, 204);
}

#[test]
fn behind_a_proxy_guesses_are_counted_by_the_address_it_names() {
    let world = World::with(|settings| {
        settings.behind_proxy = Some("127.0.0.0/8".parse().unwrap());
        settings.public_url = "https://vote.example.org".parse().unwrap();
    });
    let guess = |member_no: &str, from: &str| {
        let body = json!({ "member_no": member_no, "password": "wrong password", "kind": "bearer" });
        world.anyone().with("forwarded", from).post("/api/v1/sessions", &body).status
    };
    for n in 0..6 {
        assert_eq!(guess(&n.to_string(), "for=192.0.2.1"), 401);
    }
    assert_eq!(guess("6", "for=192.0.2.1"), 429);
    assert_eq!(
        guess("6", "for=198.51.100.1, for=192.0.2.1"),
        429,
        "what a client wrote itself does not count"
    );
    assert_eq!(guess("6", "for=192.0.2.2"), 401);
}

#[test]
fn without_a_proxy_forwarded_is_not_believed() {
    let world = World::start();
    let guess = |n: u8| {
        let body = json!({ "member_no": n.to_string(), "password": "wrong password", "kind": "bearer" });
        let client = world.anyone().with("forwarded", &format!("for=192.0.2.{n}"));
        client.post("/api/v1/sessions", &body).status
    };
    let statuses: Vec<_> = (1..9).map(guess).collect();
    assert_eq!(statuses, [401, 401, 401, 401, 401, 401, 429, 429]);
}
