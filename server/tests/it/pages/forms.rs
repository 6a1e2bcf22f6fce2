//! Signing in and out and choosing a password, by forms.

use super::html::Page;
use super::{leads_to, send_form, set_cookie};
use crate::support::{Client, PASSWORD, ROLL, World};
use serde_json::json;

const SESSION: &str = "scrutineer";

fn sign_in_body(member_no: &str, password: &str, next: &str) -> String {
    format!("member_no={member_no}&password={}&next={next}", password.replace(' ', "+"))
}

/// A browser in which somebody is signed in by the form.
fn browser(world: &World, member_no: &str) -> Client {
    let reply = send_form(&world.anyone(), "/sign-in", &sign_in_body(member_no, PASSWORD, ""));
    let cookie = set_cookie(&reply, SESSION).unwrap_or_else(|| panic!("{}", reply.body));
    world.anyone().with("cookie", cookie.split(';').next().unwrap())
}

/// A member on the roll, with the code that the union sent.
fn newcomer(world: &World) -> String {
    let officer = world.officer();
    assert_eq!(officer.post("/api/v1/roll/imports", &json!({ "csv": ROLL })).status, 200);
    let codes = officer.post("/api/v1/roll/activations", &json!({ "members": ["100"] }));
    codes.json["codes"][0]["code"].as_str().unwrap_or_else(|| panic!("{}", codes.body)).to_owned()
}

#[test]
fn a_new_member_sets_a_password_signs_in_and_signs_out() {
    let world = World::start();
    let code = newcomer(&world);
    let fields = |code: &str, password: &str, again: &str| {
        let plus = |text: &str| text.replace(' ', "+");
        format!("member_no=100&code={code}&password={}&again={}", plus(password), plus(again))
    };
    let anyone = world.anyone();
    let done = send_form(&anyone, "/activate", &fields(&code.to_lowercase(), PASSWORD, PASSWORD));
    assert_eq!(leads_to(&done), "/sign-in?done=activated");
    assert!(set_cookie(&done, SESSION).is_none(), "a password is set, and nobody is signed in by that");
    Page::read(&anyone.get(leads_to(&done)), 200).says("your password is set");

    let reply = send_form(&anyone, "/sign-in", &sign_in_body("100", PASSWORD, "/check"));
    assert_eq!(leads_to(&reply), "/check");
    let cookie = set_cookie(&reply, SESSION).unwrap();
    assert!(cookie.contains("; HttpOnly; SameSite=Lax") && cookie.contains("Max-Age=43200"), "{cookie}");
    let member = anyone.with("cookie", cookie.split(';').next().unwrap());
    assert!(member.get("/").body.contains("Mia Member"));
    assert_eq!(leads_to(&member.get("/sign-in?next=/check")), "/check", "whoever is signed in goes on");

    let out = send_form(&member, "/sign-out", "");
    assert_eq!(leads_to(&out), "/?done=signed-out");
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    assert!(set_cookie(&out, SESSION).unwrap().contains("Max-Age=0"));
    Page::read(&anyone.get(leads_to(&out)), 200).says("you are signed out");
    member.get("/api/v1/me").is_problem(401, "not_signed_in");
    assert_eq!(leads_to(&send_form(&member, "/sign-out", "")), "/?done=signed-out", "twice does no harm");

    // The code is used up.
    let again = Page::read(&send_form(&anyone, "/activate", &fields(&code, PASSWORD, PASSWORD)), 401);
    again.says("do not fit together");
}

#[test]
fn an_activation_form_says_all_that_is_wrong_at_once_and_keeps_what_is_no_secret() {
    let world = World::start();
    let code = newcomer(&world);
    let anyone = world.anyone();
    let send = |body: &str, status: u16| Page::read(&send_form(&anyone, "/activate", body), status);
    let page = send("member_no=&code=&password=&again=", 422);
    page.says("Enter your member number.").says("Enter the activation code").says("at least 10 characters");
    assert!(page.title.starts_with("Error: "), "{}", page.title);
    for field in ["member_no", "code", "password"] {
        assert!(page.leads_to(&format!("#{field}")) && page.html.contains(&format!("id=\"{field}-error\"")));
    }
    let mistyped =
        send(&format!("member_no=%3C100%3E&code={}x&password=long+enough+one&again=another", code), 422);
    mistyped.says("typing mistake").says("not the same");
    assert!(mistyped.html.contains("value=\"&#60;100&#62;\""), "what was typed is kept, as text");
    assert!(!mistyped.html.contains("long enough one") && !mistyped.html.contains(&code));
    let long = format!("member_no=100&code={code}&password={0}&again={0}", "x".repeat(1025));
    send(&long, 422).says("too long");
    let unknown =
        send(&format!("member_no=999&code={code}&password=long+enough+one&again=long+enough+one"), 401);
    unknown.says("do not fit together");
    for odd in ["", "member_no=100", "member_no=1&code=1&password=1&again=1&more=1", "%ff=%fe"] {
        Page::read(&send_form(&anyone, "/activate", odd), 400);
    }
    let leads = Page::read(&anyone.get("/activate?next=/ballots/GAvTrZ8h7fJ21M/vote"), 200);
    assert!(leads.html.contains("name=\"next\" value=\"/ballots/GAvTrZ8h7fJ21M/vote\""));
    let evil = Page::read(&anyone.get("/activate?next=//evil.example"), 200);
    assert!(evil.html.contains("name=\"next\" value=\"/\""));
    // None of this has used the code up.
    let body = format!("member_no=100&code={code}&password=long+enough+one&again=long+enough+one");
    let done = send_form(&anyone, "/activate", &format!("{body}&next=/ballots/GAvTrZ8h7fJ21M/vote"));
    assert_eq!(leads_to(&done), "/sign-in?done=activated&next=/ballots/GAvTrZ8h7fJ21M/vote");
    let page = Page::read(&anyone.get(leads_to(&done)), 200);
    page.says("your password is set");
    assert!(page.html.contains("name=\"next\" value=\"/ballots/GAvTrZ8h7fJ21M/vote\""));
}

#[test]
fn a_wrong_sign_in_reads_like_that_of_an_unknown_member() {
    let world = World::start();
    drop(world.officer());
    let anyone = world.anyone();
    let send = |member_no: &str, password: &str| {
        Page::read(&send_form(&anyone, "/sign-in", &sign_in_body(member_no, password, "/check")), 401)
    };
    let (wrong, unknown) = (send("1", "not the password"), send("77777", "not the password"));
    let same = |page: &Page, no: &str| page.html.replace(&format!("value=\"{no}\""), "value=\"\"");
    assert_eq!(same(&wrong, "1"), same(&unknown, "77777"));
    wrong.says("do not fit together");
    assert!(
        wrong.html.contains("name=\"next\" value=\"/check\"") && !wrong.html.contains("not the password")
    );
    let nothing = send_form(&anyone, "/sign-in", "member_no=+&password=&next=");
    Page::read(&nothing, 422).says("Enter your member number.").says("Enter your password.");
}

#[test]
fn too_many_wrong_sign_ins_have_to_wait_and_are_told_how_long() {
    let world = World::start();
    drop(world.officer());
    let anyone = world.anyone();
    let send = |language: &str| {
        let client = anyone.with("accept-language", language);
        send_form(&client, "/sign-in", &sign_in_body("1", "not the password", ""))
    };
    let refused = (0..8).map(|_| send("en")).find(|reply| reply.status == 429).unwrap();
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!(wait > 0);
    Page::read(&refused, 429).says("too many wrong attempts").says("Try again in");
    Page::read(&send("es"), 429).says("demasiados intentos");
    Page::read(&send("pl"), 429).says("zbyt wiele");
    world.forget_address();
    assert_eq!(leads_to(&send_form(&anyone, "/sign-in", &sign_in_body("1", PASSWORD, ""))), "/");
}

#[test]
fn signing_in_leads_to_our_own_pages_only() {
    let world = World::start();
    drop(world.officer());
    let anyone = world.anyone();
    for (next, expected) in [
        ("/check", "/check"),
        ("/ballots/GAvTrZ8h7fJ21M/vote", "/ballots/GAvTrZ8h7fJ21M/vote"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/%5Cevil.example", "/"),
        ("%2f%2fevil.example", "/"),
        ("/%252f/evil.example", "/"),
        ("/%09/evil.example", "/"),
        ("/x%0d%0aset-cookie:%20a=b", "/"),
        ("javascript:alert(1)", "/"),
        ("/..//evil.example", "/"),
    ] {
        let reply = send_form(&anyone, "/sign-in", &sign_in_body("1", PASSWORD, next));
        assert_eq!(leads_to(&reply), expected, "{next}");
        let page = anyone.get(&format!("/sign-in?next={next}"));
        let field = format!("name=\"next\" value=\"{expected}\"");
        assert!(Page::read(&page, 200).html.contains(&field), "{next}");
    }
}

#[test]
fn a_session_that_ended_is_named_quietly_where_one_signs_in() {
    let world = World::start();
    drop(world.officer());
    let browser = browser(&world, "1");
    world.clock.advance(31 * 60);
    Page::read(&browser.get("/sign-in?next=/check"), 200).says("your session has ended");
    Page::read(&browser.get("/ballots/GAvTrZ8h7fJ21M/vote"), 200).says("your session has ended");
    Page::read(&browser.get("/"), 200).does_not_say("First Officer");
    Page::read(&world.anyone().get("/sign-in"), 200).does_not_say("session has ended");
}

#[test]
fn another_site_can_neither_sign_in_nor_out_nor_choose() {
    let world = World::start();
    drop(world.officer());
    let browser = browser(&world, "1");
    for (path, body) in [
        ("/sign-in", sign_in_body("1", PASSWORD, "")),
        ("/sign-out", String::new()),
        ("/language", "language=es&next=/".to_owned()),
        ("/check", "tracker=x".to_owned()),
        ("/activate", "member_no=1&code=1&password=1&again=1".to_owned()),
    ] {
        for (name, value) in
            [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
        {
            let reply = browser.with(name, value).send("POST", path, Some(super::FORM), &body);
            assert!(reply.headers.get("set-cookie").is_none());
            Page::read(&reply, 403).says("another site");
        }
    }
    assert!(browser.get("/").body.contains("First Officer"), "still signed in");
}
