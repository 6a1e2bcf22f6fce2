//! Checking a receipt by the form.

use serde_json::json;

use super::html::Page;
use super::{LANGUAGES, send_form};
use crate::support::Client;
use crate::union::{Union, YES_NO, good, no, no_vote, yes};

fn check(client: &Client, typed: &str, status: u16) -> Page {
    let escaped = typed.replace('+', "%2B").replace('\n', "%0A");
    Page::read(&send_form(client, "/check", &format!("tracker={escaped}")), status)
}

#[test]
fn a_receipt_is_found_replaced_or_not_found() {
    let mut union = Union::new(3);
    let ballot = union.open(YES_NO);
    let first = good(union.vote(&ballot, &no(0), &yes())).text("tracker").to_owned();
    let anyone = union.world.anyone();
    let page = check(&anyone, &first, 200);
    page.says("Not found:").says("Sign in and try again").says("555-0100");
    assert!(page.leads_to(&format!("/ballots/{}", ballot.id)));
    // Signed in, the next step shows it.
    let member = union.member(&no(1));
    check(&member, &first, 200).says("Not found:").says("appear on the record in steps");
    union.world.clock.advance(700);
    union.world.tick();
    let page = check(&member, &first, 200);
    page.says("Counted:").says("unless the same member replaces it").says(&first).says("Work remotely only");
    let second = good(union.vote(&ballot, &no(0), &no_vote())).text("tracker").to_owned();
    good(union.order(&ballot, "closing"));
    for language in LANGUAGES {
        let reader = anyone.with("accept-language", language);
        let words = match language {
            "es" => ("Reemplazado:", "Contado:", "No encontrado:"),
            "pl" => ("Zastąpiony:", "Policzony:", "Nie znaleziono:"),
            _ => ("Replaced:", "Counted:", "Not found:"),
        };
        check(&reader, &first, 200).says(words.0).says("555-0100");
        // As pasted from a letter: with line ends and blanks around.
        check(&reader, &format!("\n  {second} \n"), 200).says(words.1).says(&second);
        check(&reader, &"A".repeat(43), 200).says(words.2);
        // Never anything about the choice.
        check(&reader, &second, 200).does_not_say("Yes");
    }
    let status =
        good(anyone.get(&format!("{}/receipts?tracker={}", ballot.path, second.replace('+', "%2B"))));
    assert_eq!(status.json["state"], json!("counted"));
}

#[test]
fn what_is_no_tracker_is_named_and_kept_as_text() {
    let union = Union::new(1);
    let anyone = union.world.anyone();
    check(&anyone, "", 422).says("Enter the number on your receipt");
    check(&anyone, "  ", 422).says("Enter the number on your receipt");
    let markup = check(&anyone, "<script>alert(1)</script>", 422);
    markup.says("neither a receipt number nor twelve words");
    assert!(!markup.html.contains("<script>alert"));
    check(&anyone, &"x".repeat(5000), 422);
    check(&anyone, "one two three", 422).says("neither");
    for odd in ["", "tracker=a&tracker=b", "tracker=a&more=1", "other=1"] {
        Page::read(&send_form(&anyone, "/check", odd), 400);
    }
    // An address never carries one: what follows the question mark is not read.
    let page = Page::read(&anyone.get("/check?tracker=abc"), 200);
    assert!(!page.html.contains("value=\"abc\""));
}
