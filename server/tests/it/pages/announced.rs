//! An announced ballot as people see it: on their first page, on the ballot's page with its form, and as a notice.

use serde_json::json;

use super::html::Page;
use super::{LANGUAGES, leads_to, send_form};
use crate::support::{Client, Reply};
use crate::union::{Union, YES_NO, good, no};

const UNTIL: &str = "2027-01-18T18:00:00";

fn read(client: &Client, path: &str) -> Page {
    Page::read(&client.get(path), 200)
}

/// Announces a draft of this file; its path in the pages.
fn announced(union: &Union, file: &str) -> String {
    let made = good(union.delegate.post("/api/v1/ballots", &json!({ "file": file })));
    let id = made.text("id");
    let announcement = json!({ "objections_until": UNTIL });
    good(union.delegate.post(&format!("/api/v1/ballots/{id}/announcement"), &announcement));
    format!("/ballots/{id}")
}

/// A text as a form sends it.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn object(client: &Client, page: &str, text: &str) -> Reply {
    send_form(client, &format!("{page}/roll-objections"), &format!("text={}", encoded(text)))
}

fn answer(union: &Union, page: &str, number: u64, text: &str) -> Reply {
    let path = format!("/api/v1{page}/roll-objections/{number}/answer");
    union.delegate.post(&path, &json!({ "text": text }))
}

#[test]
fn each_member_reads_whether_they_may_vote_and_why_not_in_their_language() {
    let mut union = Union::new(3);
    let csv = "member_no,name,unit,standing,classification\n\
        1001,Łucja Żak,Łódź,lapsed,Cook\n1002,Ana Núñez,School 1,good,Teacher\n400,Obi Observer,Office,good,\n";
    good(union.officers[0].0.post("/api/v1/roll/imports", &json!({ "csv": csv })));
    let page = announced(&union, &YES_NO.replace("[eligible]", "[eligible]\nunit = [\"School 1\"]"));
    let sentences = [
        [
            "You may not vote in this ballot.",
            "Your standing on the roll is “lapsed”",
            "Your classification on the roll is “Cook”",
            "Your unit on the roll is “Łódź”",
            "The roll has no classification for you",
            "You are not on the roll.",
            "You may vote in this ballot.",
            "Announced: voting has not begun.",
        ],
        [
            "No puede votar en esta votación.",
            "Su situación en el padrón es «lapsed»",
            "Su categoría en el padrón es «Cook»",
            "Su unidad en el padrón es «Łódź»",
            "El padrón no indica ninguna categoría para usted",
            "Usted no figura en el padrón.",
            "Puede votar en esta votación.",
            "Anunciada: la votación no ha empezado.",
        ],
        [
            "Nie możesz głosować w tym głosowaniu.",
            "Twój status w spisie to „lapsed”",
            "Twoja grupa zawodowa w spisie to „Cook”",
            "Twoja jednostka w spisie to „Łódź”",
            "Spis nie podaje Twojej grupy zawodowej",
            "Nie ma Cię w spisie członków.",
            "Możesz głosować w tym głosowaniu.",
            "Zapowiedziane: głosowanie jeszcze się nie zaczęło.",
        ],
    ];
    let (lapsed, may, gone) = (union.member(&no(0)), union.member(&no(1)), union.member(&no(2)));
    for (language, words) in LANGUAGES.iter().zip(sentences) {
        let of = |client: &Client| client.with("accept-language", language);
        for path in [page.as_str(), "/"] {
            let shown = read(&of(&lapsed), path);
            for word in &words[..4] {
                shown.says(word);
            }
            shown.says(words[7]).does_not_say(words[6]);
            read(&of(&union.observer), path).says(words[4]).says(words[0]);
            read(&of(&gone), path).says(words[5]).says(words[0]);
            read(&of(&may), path).says(words[6]).does_not_say(words[0]);
        }
        assert_eq!(read(&of(&may), &page).language, *language);
    }
    // It is one of mine if I may vote in it.
    read(&may, "/").does_not_say("Other ballots");
    read(&lapsed, "/").says("Other ballots");
    // Nobody in particular is told of it.
    Page::read(&union.world.anyone().get(&page), 404);
    read(&union.world.anyone(), "/").does_not_say("remotely");
    // There is nothing to vote on yet.
    assert_eq!(leads_to(&may.get(&format!("{page}/vote"))), page);
}

#[test]
fn an_objection_is_a_form_that_works_without_a_script() {
    let mut union = Union::new(2);
    let page = announced(&union, YES_NO);
    let member = union.member(&no(0));
    let shown = read(&member, &page);
    assert!(shown.leads_to(&format!("{page}/roll-objections")) && !shown.html.contains("<script"));
    shown
        .says("Object to who may vote")
        .says("At most 2,000 characters.")
        .says("Monday, 18 January 2027, 18:00");
    for (text, words) in [
        ("  ", "Write what you object to."),
        (&*"ż".repeat(2001), "The objection has 2,001 characters. At most 2,000 are possible"),
        ("a\u{200b}b", "a character that cannot be shown"),
    ] {
        let again = Page::read(&object(&member, &page, text), 422);
        again.says(words).says("Object to who may vote");
        assert!(again.title.starts_with("Error: ") && again.leads_to("#text"));
        assert!(again.html.contains("aria-invalid=\"true\"") && again.html.contains(text));
        // Choosing a language leads back to the ballot, not to where the form went.
        assert!(again.html.contains(&format!("name=\"next\" value=\"{page}\"")));
    }
    let evil = "I am a teacher.\r\n\r\n</textarea><script>alert(1)</script> & \"Zażółć\"";
    let sent = object(&member, &page, evil);
    assert_eq!(leads_to(&sent), format!("{page}?done=objection"));
    let done = read(&member, leads_to(&sent));
    done.says("Done: your objection is filed.")
        .says("Your objection number 1")
        .says("It is not answered yet.");
    done.says("</textarea><script>alert(1)</script> & \"Zażółć\"");
    assert!(!done.html.contains("<script") && !done.leads_to(&format!("{page}/roll-objections")));
    // The longest that is possible goes through, whatever it is made of.
    let other = union.member(&no(1));
    assert_eq!(object(&other, &page, &"😀".repeat(2000)).status, 303);
    read(&other, &page).does_not_say("I am a teacher.");
    // Sent twice, as people do: nothing more is filed.
    Page::read(&object(&member, &page, "Once more"), 409).says("Nothing was sent: your objection number 1");
    good(answer(&union, &page, 1, "Yes.\nYou are on it: <b>see above</b>."));
    let answered = read(&member, &page);
    answered.says("The answer, Friday, 15 January 2027").says("You are on it: <b>see above</b>.");
    assert!(answered.leads_to(&format!("{page}/roll-objections")), "another one may follow");
    assert!(!answered.html.contains("<b>"));
    for odd in ["", "text=a&more=1", "text=a&text=b", "other=a"] {
        Page::read(&send_form(&other, &format!("{page}/roll-objections"), odd), 400);
    }
    Page::read(&send_form(&other, &format!("{page}/roll-objections"), &"x".repeat(40_000)), 413);
    let anyone = union.world.anyone();
    assert!(leads_to(&object(&anyone, &page, "Who am I?")).starts_with("/sign-in"));

    union.world.clock.advance(4 * 86_400);
    union.delegate = union.world.sign_in("200");
    let member = union.member_again(&no(0));
    let over = read(&member, &page);
    over.says("Members could object").says("Your objection number 1").does_not_say("Object to who may vote");
    Page::read(&object(&member, &page, "Late"), 409).says("does not fit the state of the ballot");
    good(answer(&union, &page, 2, "Tak"));
    good(union.freezing(&format!("/api/v1{page}")));
    let frozen = read(&member, &page);
    frozen
        .says("Voting has not begun yet.")
        .says("Your objection number 1")
        .does_not_say("You may vote in this ballot");
    assert!(frozen.leads_to(&format!("{page}/notice")));
}

#[test]
fn the_notice_is_for_everybody_once_the_ballot_is_announced() {
    let union = Union::new(24);
    let made = good(union.delegate.post("/api/v1/ballots", &json!({ "file": YES_NO })));
    let hidden = format!("/ballots/{}/notice", made.text("id"));
    let anyone = union.world.anyone();
    for reader in [&anyone, &union.observer] {
        Page::read(&reader.get(&hidden), 404).does_not_say("remotely");
    }
    Page::read(&union.delegate.get(&hidden), 404);
    let evil = "<img src=x>";
    let file = YES_NO
        .replace("title =", &format!("description = \"Zażółć {evil}\"\ntitle ="))
        .replace("time_zone", "opens = 2027-01-20T09:00:00\ncloses = 2027-01-21T21:30:00\ntime_zone");
    let page = announced(&union, &file);
    let notice = format!("{page}/notice");
    let words = [
        [
            "Notice of ballot",
            "Objections until",
            "By the roll of that day 24 members may vote.",
            "20 January 2027, 09:00",
        ],
        ["Aviso de votación", "Objeciones hasta", "pueden votar 24 personas", "20 de enero de 2027, 09:00"],
        [
            "Zawiadomienie o głosowaniu",
            "Zastrzeżenia do",
            "według spisu z tego dnia: 24",
            "20 stycznia 2027, 09:00",
        ],
    ];
    for (language, words) in LANGUAGES.iter().zip(words) {
        let shown = read(&anyone.with("accept-language", language), &notice);
        assert_eq!(shown.language, *language);
        for word in words {
            shown.says(word);
        }
        shown
            .says("Work remotely only")
            .says("Shall all members work remotely only?")
            .says("Yes >= 60% of eligible");
        shown.says("555-0100").says(&format!("Zażółć {evil}")).says(&format!("{}{page}", anyone.url));
        assert!(
            shown.html.contains("<path fill=\"currentColor\" d=\"M4 4h7v1h-7z")
                && !shown.html.contains("<img")
        );
        assert!(!shown.html.contains("<script"));
    }
    // It stays when the ballot is cancelled, and says so.
    let reason = json!({ "reason": "Another day" });
    good(union.by_two(union.delegate.post(&format!("/api/v1{page}/cancellation"), &reason)));
    read(&anyone, &notice).says("This ballot was cancelled.").says("Another day");
    Page::read(&anyone.get("/ballots/GAvTrZ8h7fJ21M/notice"), 404);
    let untimed = announced(&union, YES_NO);
    read(&anyone, &format!("{untimed}/notice")).says("Not set yet.");
}
