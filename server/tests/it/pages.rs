//! What holds for every page: languages, headers, no foreign or inline code, forms, files, refusals.

mod announced;
mod ballots;
mod check;
mod desk;
mod forms;
mod html;
mod public;
mod watch;

use base64ct::{Base64, Encoding};
use scrutineer_letters::Kind;
use scrutineer_server::http::pages::assets::Asset;
use sha2::{Digest, Sha256, Sha384};

use crate::support::{Client, Reply, World};
use html::Page;

/// The languages with the words by which a test tells them apart.
pub(crate) const LANGUAGES: [&str; 3] = ["en", "es", "pl"];

/// What forms are sent as.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// Sends a form as a browser does.
pub(crate) fn send_form(client: &Client, path: &str, body: &str) -> Reply {
    client.with("origin", &client.url).send("POST", path, Some(FORM), body)
}

/// The path that a reply leads to.
#[track_caller]
pub(crate) fn leads_to(reply: &Reply) -> &str {
    assert_eq!(reply.status, 303, "{}", reply.body);
    reply.header("location")
}

/// The cookie pair that a reply sets.
pub(crate) fn set_cookie<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    let all = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    all.into_iter().find(|value| value.starts_with(&format!("{name}=")))
}

#[test]
fn a_reader_gets_the_language_that_was_chosen_or_that_the_browser_likes() {
    let world = World::start();
    let titled = |client: Client| Page::read(&client.get("/sign-in"), 200).language;
    assert_eq!(titled(world.anyone()), "en");
    assert_eq!(titled(world.anyone().with("accept-language", "de,pl;q=0.5")), "pl");
    let spanish = world.anyone().with("cookie", "language=es");
    assert_eq!(titled(spanish.with("accept-language", "pl")), "es");
    assert_eq!(titled(world.anyone().with("cookie", "language=xx")), "en");
}

#[test]
fn choosing_a_language_is_remembered_and_leads_back() {
    let world = World::start();
    let reply = send_form(&world.anyone(), "/language", "language=pl&next=/sign-in?next=/check");
    assert_eq!(leads_to(&reply), "/sign-in?next=/check");
    let cookie = set_cookie(&reply, "language").unwrap();
    assert!(cookie.starts_with("language=pl; Path=/; Max-Age=") && cookie.contains("SameSite=Lax"));
    // The form of every page sends just this.
    let page = Page::read(&world.anyone().get("/check"), 200);
    assert!(
        page.html.contains(r#"action="/language""#) && page.html.contains(r#"name="next" value="/check""#)
    );
    for next in ["https://evil.example", "//evil.example", "/\\evil.example", "/%2f/evil.example", ""] {
        assert_eq!(
            leads_to(&send_form(&world.anyone(), "/language", &format!("language=es&next={next}"))),
            "/"
        );
    }
    for odd in ["language=de", "language=", "next=/", "language=es&language=pl", "language=es&more=1"] {
        let reply = send_form(&world.anyone(), "/language", odd);
        assert!(matches!(reply.status, 400 | 422) && set_cookie(&reply, "language").is_none(), "{odd}");
        Page::read(&reply, reply.status);
    }
}

#[test]
fn refusals_are_pages_in_the_readers_language_and_documents_in_the_api() {
    let world = World::start();
    for language in LANGUAGES {
        let reader = world.anyone().with("accept-language", language);
        for path in
            ["/nothing", "/ballots", "/ballots/GAvTrZ8h7fJ21M", "/assets/none.js", "/ballots/a/b/c", "/%ff"]
        {
            let page = Page::read(&reader.get(path), 404);
            assert_eq!(page.language, language, "{path}");
            assert!(
                page.html.contains(page.request_id.as_str()) && !page.html.contains("scrutineer ballot list")
            );
        }
        assert_eq!(Page::read(&reader.send("DELETE", "/sign-in", None, ""), 405).language, language);
        let crossed = reader.with("origin", "https://evil.example").send("POST", "/sign-out", Some(FORM), "");
        assert_eq!(Page::read(&crossed, 403).language, language);
        assert_eq!(Page::read(&reader.post("/sign-in", &serde_json::json!({})), 415).language, language);
        let long = format!("member_no={}", "1".repeat(20_000));
        assert_eq!(Page::read(&send_form(&reader, "/sign-in", &long), 413).language, language);
        reader.get("/api/v1/nothing").is_problem(404, "not_found");
        reader.get("/api").is_problem(404, "not_found");
        reader.send("HEAD", "/api/v1", None, "");
        reader.send("DELETE", "/api/v1", None, "").is_problem(405, "method_not_allowed");
    }
    let reply = world.anyone().send("DELETE", "/sign-in", None, "");
    assert_eq!(reply.header("allow"), "GET, POST");
}

#[test]
fn the_head_of_a_page_is_that_of_the_page_and_nothing_follows() {
    let world = World::start();
    for path in ["/", "/sign-in", "/check", Asset::style().path.as_str()] {
        let (head, whole) = (world.anyone().send("HEAD", path, None, ""), world.anyone().get(path));
        assert_eq!((head.status, head.body.as_str()), (200, ""), "{path}");
        for name in ["content-type", "content-security-policy", "cache-control", "content-language"] {
            assert_eq!(head.header(name), whole.header(name), "{path}: {name}");
        }
    }
    assert_eq!(world.anyone().send("HEAD", "/api/v1", None, "").status, 405);
    assert_eq!(world.anyone().send("HEAD", "/nothing", None, "").status, 404);
}

#[test]
fn files_beside_pages_are_named_by_their_hash_and_kept_for_ever() {
    let world = World::start();
    for asset in Asset::all() {
        let reply = world.anyone().with("accept-encoding", "identity").get(&asset.path);
        assert_eq!(
            (reply.status, reply.header("cache-control")),
            (200, "public, max-age=31536000, immutable")
        );
        let bytes = reply.body.as_bytes();
        let sha256 = hex::encode(Sha256::digest(bytes));
        assert_eq!(asset.sha256, sha256);
        assert!(asset.path.contains(&format!("-{}.", &sha256[..16])), "{}", asset.path);
        assert_eq!(asset.integrity, format!("sha384-{}", Base64::encode_string(&Sha384::digest(bytes))));
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        let kind = reply.header("content-type").split(';').next().unwrap();
        assert!(matches!(kind, "text/javascript" | "text/css" | "image/svg+xml"), "{kind}");
        let zipped = world.anyone().with("accept-encoding", "gzip").send("HEAD", &asset.path, None, "");
        assert_eq!(zipped.header("content-encoding"), "gzip", "{}", asset.path);
        assert!(zipped.header("vary").eq_ignore_ascii_case("accept-encoding"));
    }
    for path in
        ["/assets/booth.js", "/assets/", "/assets/..%2f..%2fCargo.toml", "/assets/style-0000000000000000.css"]
    {
        Page::read(&world.anyone().get(path), 404);
    }
}

#[test]
fn every_page_is_sound_in_every_language() {
    let world = World::start();
    let everybody = world.everybody();
    let readers =
        [world.anyone(), everybody.member, everybody.delegate, everybody.officer, everybody.observer];
    for language in LANGUAGES {
        for reader in &readers {
            let reader = reader.with("accept-language", language);
            for path in ["/", "/activate", "/check", "/?done=signed-out"] {
                assert_eq!(Page::read(&reader.get(path), 200).language, language);
            }
        }
        let anyone = world.anyone().with("accept-language", language);
        for path in
            ["/sign-in", "/sign-in?next=/check", "/sign-in?done=activated", "/ballots/GAvTrZ8h7fJ21M/vote"]
        {
            assert_eq!(Page::read(&anyone.get(path), 200).language, language);
        }
    }
}

#[test]
fn over_https_cookies_are_for_https_and_this_host_alone() {
    let world = World::with(|settings| settings.public_url = "https://vote.example.org".parse().unwrap());
    drop(world.officer());
    let browser = world.anyone().with("origin", "https://vote.example.org");
    let body = format!("member_no=1&password={}", crate::support::PASSWORD.replace(' ', "+"));
    let reply = browser.send("POST", "/sign-in", Some(FORM), &body);
    let cookie = set_cookie(&reply, "__Host-scrutineer").unwrap();
    for flag in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    let chosen = browser.send("POST", "/language", Some(FORM), "language=es&next=/");
    assert!(set_cookie(&chosen, "language").unwrap().ends_with("; Secure"));
    assert!(reply.header("strict-transport-security").starts_with("max-age="));
}

#[test]
fn officers_see_what_every_letter_says_in_every_language() {
    let world = World::start();
    let officer = world.officer();
    for language in LANGUAGES {
        let page = Page::read(&officer.get(&format!("/letters?in={language}")), 200);
        // The page is in the reader's language, the letters in the chosen one.
        assert_eq!(page.language, "en");
        for kind in Kind::ALL {
            let path = format!("/letters/{kind}?in={language}");
            assert!(page.html.contains(&format!("href=\"{path}\"")), "{path}");
            let letter = officer.get(&path);
            assert_eq!((letter.status, letter.header("content-language")), (200, language));
            let policy = letter.header("content-security-policy");
            assert!(policy.contains("default-src 'none'") && policy.ends_with("sandbox"), "{policy}");
            assert!(letter.body.contains("Test Union") || kind != Kind::Activation);
        }
    }
    Page::read(&officer.get("/letters/none"), 404);
    let home = Page::read(&officer.get("/"), 200).html;
    assert!(home.contains("href=\"/letters\""));
}
