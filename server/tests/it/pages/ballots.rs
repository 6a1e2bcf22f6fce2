//! Ballots on pages, in every state and for every kind of reader: the list, a ballot's page, the page where one votes.

use serde_json::json;

use super::LANGUAGES;
use super::html::Page;
use crate::support::Client;
use crate::union::{Union, YES_NO, good, no, with_board, yes};

fn read(client: &Client, path: &str) -> Page {
    Page::read(&client.get(path), 200)
}

/// Every reader, by what they are to the ballots: nobody, a member who voted, one who did not, one who may not, a delegate.
fn readers(union: &mut Union) -> [Client; 5] {
    let (voted, not) = (union.member_again(&no(0)), union.member_again(&no(1)));
    [union.world.anyone(), voted, not, union.observer.clone(), union.delegate.clone()]
}

#[test]
fn every_state_of_a_ballot_has_sound_pages_for_every_reader_in_every_language() {
    let mut union = Union::new(4);
    let board = union.board(2, 3);
    let frozen = union.freeze(YES_NO);
    let open = union.open(YES_NO);
    good(union.vote(&open, &no(0), &yes()));
    let closed = union.open_with(&board, &with_board());
    good(union.vote(&closed, &no(0), &yes()));
    good(union.order(&closed, "closing"));
    drop(union.member_again(&no(0)));
    let tallied = union.open(YES_NO);
    good(union.order(&tallied, "closing"));
    let certified = union.open(YES_NO);
    drop(union.member_again(&no(0)));
    good(union.vote(&certified, &no(0), &yes()));
    good(union.order(&certified, "closing"));
    for officer in 0..2 {
        good(union.certify(&certified, officer));
    }
    let cancelled = union.freeze(YES_NO);
    let reason = json!({ "reason": "The <offer> was withdrawn" });
    good(union.by_two(union.delegate.post(&format!("{}/cancellation", cancelled.path), &reason)));
    let practice = json!({ "file": YES_NO, "practice": true });
    let practice = good(union.delegate.post("/api/v1/ballots", &practice)).text("id").to_owned();
    good(union.delegate.order(&format!("/api/v1/ballots/{practice}/freezing")));

    let readers = readers(&mut union);
    let says = [
        (&frozen.id, ["Voting has not begun yet.", "todavía no ha empezado", "jeszcze się nie zaczęło"]),
        (&open.id, ["Voting is open", "La votación está abierta", "Głosowanie trwa"]),
        (&closed.id, ["Voting has ended", "La votación terminó", "Głosowanie się skończyło"]),
        (&tallied.id, ["have been counted", "están contados", "są policzone"]),
        (&certified.id, ["have signed the result", "firmó el resultado", "podpisały wynik"]),
        (&cancelled.id, ["This ballot was cancelled.", "se canceló", "odwołane"]),
        (&practice, ["Voting has not begun yet.", "todavía no ha empezado", "jeszcze się nie zaczęło"]),
    ];
    for (at, language) in LANGUAGES.into_iter().enumerate() {
        for reader in &readers {
            let reader = reader.with("accept-language", language);
            assert_eq!(read(&reader, "/").says("Work remotely only").language, language);
            for (id, words) in &says {
                let page = read(&reader, &format!("/ballots/{id}"));
                assert_eq!(page.language, language);
                page.says(words[at]).says("Shall all members work remotely only?").says("555-0100");
                page.says("Yes >= 60% of eligible");
                let is_practice = page.html.contains("class=\"practice\"");
                assert_eq!(is_practice, *id == &practice);
                let word = ["PRACTICE", "PRÁCTICA", "ĆWICZENIE"][at];
                assert_eq!(page.html.contains(&format!("<strong>{word}</strong>")), is_practice);
                let vote = read(&reader, &format!("/ballots/{id}/vote"));
                assert_eq!(vote.language, language);
            }
        }
    }
    let page = read(&readers[0], &format!("/ballots/{}", cancelled.id));
    page.says("The <offer> was withdrawn");
    assert!(page.html.contains("The &#60;offer&#62; was withdrawn"));
    for state in [&tallied.id, &certified.id] {
        assert!(
            read(&readers[0], &format!("/ballots/{state}")).leads_to(&format!("/ballots/{state}/results"))
        );
    }
    for state in [&frozen.id, &open.id, &closed.id, &cancelled.id] {
        assert!(
            !read(&readers[0], &format!("/ballots/{state}")).leads_to(&format!("/ballots/{state}/results"))
        );
    }
}

#[test]
fn an_open_ballot_says_to_each_reader_what_they_can_do() {
    let mut union = Union::new(12);
    let ballot = union.open(YES_NO);
    let (page, vote) = (format!("/ballots/{}", ballot.id), format!("/ballots/{}/vote", ballot.id));
    let anyone = union.world.anyone();
    let shown = read(&anyone, &page);
    shown.says("To vote, sign in first.");
    assert!(shown.leads_to(&vote));
    let member = union.member(&no(0));
    assert!(read(&member, &page).says("You have not voted yet.").leads_to(&vote));
    assert!(read(&member, "/").leads_to(&vote));
    good(union.vote(&ballot, &no(0), &yes()));
    let voted = read(&member, &page);
    voted.says("only the last one counts").says("Replace my vote");
    read(&member, "/").says("You have voted.");
    let observer = read(&union.observer.clone(), &page);
    observer.says("Please note: you are not on the list").says("555-0100");
    assert!(!observer.leads_to(&vote));
    // What others did shows nowhere before midnight.
    for reader in [&anyone, &union.member(&no(1)), &union.observer.clone()] {
        read(reader, &page).says("Votes Not shown yet.");
    }
    good(union.order(&ballot, "closing"));
    let member = union.member_again(&no(0));
    read(&member, &page).says("Done: you voted in this ballot.").says("1 of 12 members voted.");
    let other = union.member_again(&no(1));
    read(&other, &page).says("You have not voted in this ballot.");
    read(&anyone, &page).does_not_say("you voted").does_not_say("You have");
}

#[test]
fn a_draft_is_there_for_those_who_run_ballots_alone() {
    let mut union = Union::new(2);
    let made = union.delegate.post("/api/v1/ballots", &json!({ "file": YES_NO }));
    let id = good(made).text("id").to_owned();
    let (member, observer) = (union.member(&no(0)), union.observer.clone());
    for path in [format!("/ballots/{id}"), format!("/ballots/{id}/vote")] {
        for reader in [&member, &observer] {
            Page::read(&reader.get(&path), 404).does_not_say("remotely");
        }
        read(&union.delegate, &path).says("Work remotely only");
    }
    Page::read(&union.world.anyone().get(&format!("/ballots/{id}")), 404);
    for reader in [&union.world.anyone(), &member, &observer] {
        read(reader, "/").does_not_say("remotely");
    }
    read(&union.delegate, "/").says("remotely");
    read(&union.delegate, &format!("/ballots/{id}")).says("Draft: only delegates and officers see it.");
}

#[test]
fn the_booths_page_holds_nothing_of_the_ballot_for_whoever_is_not_signed_in() {
    let mut union = Union::new(2);
    let ballot = union.open(&YES_NO.replace("Work remotely only", r#"A <b>bold</b> & \"new\" title"#));
    let path = format!("/ballots/{}/vote", ballot.id);
    let anyone = union.world.anyone();
    let page = read(&anyone, &path);
    page.does_not_say("bold").does_not_say("remotely").does_not_say("555-0100").says("Sign in to vote");
    assert!(page.leads_to("/sign-in") && page.html.contains(&format!("name=\"next\" value=\"{path}\"")));
    assert!(page.html.contains("data-signed-in=\"no\"") && page.html.contains("<noscript>"));
    assert!(page.html.contains(&format!("data-ballot=\"{}\"", ballot.id)));
    // The same for a ballot that is not there: nobody learns from it which are.
    let other = read(&anyone, "/ballots/GAvTrZ8h7fJ21M/vote");
    assert_eq!(other.text(), page.text());
    let member = union.member(&no(0));
    let page = read(&member, &path);
    page.says("A <b>bold</b> & \"new\" title").says("JavaScript").says("555-0100");
    assert!(page.html.contains("data-signed-in=\"yes\"") && !page.html.contains("id=\"sign-in\""));
    for odd in
        ["/ballots/%3Cscript%3E/vote", "/ballots/a%20b/vote", &format!("/ballots/{}/vote", "x".repeat(50))]
    {
        Page::read(&anyone.get(odd), 404);
    }
    Page::read(&member.get("/ballots/GAvTrZ8h7fJ21M/vote"), 404);
}

#[test]
fn what_a_delegate_writes_is_shown_as_text() {
    let mut union = Union::new(1);
    let evil = "<img src=x onerror=alert(1)>";
    let file = YES_NO
        .replace("title =", &format!("description = \"First line {evil}\\nSecond line\"\ntitle ="))
        .replace("remotely only?", &format!("remotely {evil}?"))
        .replace("\"No\"]", &format!("\"No {evil}\"]"))
        .replace("555-0100", evil);
    let ballot = union.open(&file);
    let page = read(&union.world.anyone(), &format!("/ballots/{}", ballot.id));
    assert!(!page.html.contains("<img"));
    page.says(&format!("First line {evil}")).says(&format!("No {evil}"));
}

#[test]
fn how_many_answers_may_be_chosen_is_said() {
    let mut union = Union::new(1);
    for (choose, says) in [
        ("{ min = 1, max = 1 }", "Choose one answer. Abstaining is possible too."),
        ("{ min = 0, max = 2 }", "Choose up to 2 answers."),
        ("{ min = 2, max = 2 }", "Choose exactly 2 answers."),
        ("{ min = 1, max = 2 }", "Choose 1 to 2 answers."),
    ] {
        let file = YES_NO.replace("{ min = 1, max = 1 }", choose).replace("passes =", "# passes =");
        let file =
            if choose.contains("min = 0") { file.replace("blank = true", "blank = false") } else { file };
        let ballot = union.freeze(&file);
        read(&union.world.anyone(), &format!("/ballots/{}", ballot.id)).says(says);
    }
}
