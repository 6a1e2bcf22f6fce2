//! Letters that come back after a mail server has taken them.

use scrutineer_letters::Outgoing;
use scrutineer_server::entropy::Entropy;
use serde_json::json;

use crate::letters::{confirm, email_of, letters_kept, opened_by_mail, run, test_mail, with_mail};
use crate::union::{YES_NO, good, no};

/// A notice that a letter came back, as a mail server writes it.
fn notice(letter: &Outgoing, to: &str, action: &str, status: &str) -> String {
    let lines = [
        "From: MAILER-DAEMON@mx.example",
        "To: vote@union.example",
        "Subject: Undelivered Mail Returned to Sender",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"",
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "It could not be delivered.",
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example",
        "",
        &format!("Final-Recipient: rfc822; {to}"),
        &format!("Action: {action}"),
        &format!("Status: {status}"),
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        "From: vote@union.example",
        &format!("To: {to}"),
        &format!("Message-ID: {}", letter.id),
        "",
        "--b--",
        "",
    ];
    lines.join("\r\n")
}

#[test]
fn what_comes_back_is_noted_and_what_is_forged_is_not() {
    let (mut union, memory) = with_mail(4);
    let ballot = union.freeze_without_codes(YES_NO, false);
    test_mail(&union, &memory);
    let number = confirm(&union.delegate, &ballot, "open", &json!({}))["number"].clone();
    good(union.order(&ballot, "opening"));
    union.world.mail_tick();
    let letters = memory.take();
    let letter = |i: usize| letters.iter().find(|letter| letter.to.as_str().starts_with(&no(i))).unwrap();
    let mut rng = Entropy::seeded(9).rng();
    let mut put = |text: String| {
        union.world.files.folder.put_bounce(text.as_bytes(), &mut rng).unwrap();
    };
    put(notice(letter(0), letter(0).to.as_str(), "failed", "5.1.1"));
    put(notice(letter(1), letter(1).to.as_str(), "delayed", "4.4.1"));
    put(notice(letter(2), letter(2).to.as_str(), "delivered", "2.1.5"));
    // About another's letter, about none of ours, and no notice at all.
    put(notice(letter(3), letter(0).to.as_str(), "failed", "5.1.1"));
    let elsewhere = notice(letter(3), letter(3).to.as_str(), "failed", "5.1.1");
    put(elsewhere.replace("@vote.union.example", "@vote.other.example"));
    put("Subject: I am on holiday\r\n\r\nUntil Monday.".to_owned());
    union.world.mail_tick();
    for (i, state) in ["bounced", "sent", "delivered", "sent"].into_iter().enumerate() {
        assert_eq!(email_of(&union, &no(i)), (state.to_owned(), 1), "{i}");
    }
    let list = good(union.delegate.get("/api/v1/letters")).json;
    assert_eq!(list["mail"]["foreign_bounces"], 3);
    assert_eq!(run(&union, &number)["bounced"], 1);
    assert_eq!(union.world.files.folder.waiting_bounces(9, |_| false).unwrap().len(), 0);
    // The same again is no news, and no letter is written to that address.
    union
        .world
        .files
        .folder
        .put_bounce(notice(letter(0), letter(0).to.as_str(), "failed", "5.1.1").as_bytes(), &mut rng)
        .unwrap();
    union.world.mail_tick();
    assert_eq!(run(&union, &number)["bounced"], 1);
    let shown = good(union.delegate.get(&format!("{}/letters/reminder", ballot.path))).json;
    assert_eq!((&shown["recipients"], &shown["bounced"]), (&json!(3), &json!(1)));
}

#[test]
fn a_bounce_of_a_letter_that_says_who_voted_leaves_nothing() {
    let (mut union, memory) = with_mail(2);
    let ballot = opened_by_mail(&mut union, &memory, YES_NO);
    confirm(&union.delegate, &ballot, "reminder", &json!({}));
    union.world.mail_tick();
    let letters = memory.take();
    assert_eq!(letters.len(), 2);
    let mut rng = Entropy::seeded(9).rng();
    let text = notice(&letters[0], letters[0].to.as_str(), "failed", "5.1.1");
    union.world.files.folder.put_bounce(text.as_bytes(), &mut rng).unwrap();
    union.world.mail_tick();
    assert_eq!(
        (letters_kept(&union), union.world.files.folder.waiting_bounces(9, |_| false).unwrap().len()),
        (0, 0)
    );
    let list = good(union.delegate.get("/api/v1/letters")).json;
    assert_eq!(list["mail"]["foreign_bounces"], 1);
}

#[test]
fn what_cannot_be_read_keeps_no_other_notice_waiting_and_is_counted_by_nobody() {
    let (mut union, memory) = with_mail(2);
    let ballot = opened_by_mail(&mut union, &memory, YES_NO);
    confirm(&union.delegate, &ballot, "reminder", &json!({}));
    union.world.mail_tick();
    let folder = &union.world.files.folder;
    let mut rng = Entropy::seeded(9).rng();
    // Folders that are named like letters: more than are read in one go.
    for n in 0..200 {
        std::fs::create_dir_all(folder.bounces().join(format!("{n}.eml"))).unwrap();
    }
    folder.put_bounce(&b"Subject: I am on holiday\r\n\r\nUntil Monday."[..], &mut rng).unwrap();
    for _ in 0..5 {
        union.world.mail_tick();
    }
    assert_eq!(folder.waiting_bounces(999, |_| false).unwrap().len(), 200, "read, and removed");
    let foreign = || good(union.delegate.get("/api/v1/letters")).json["mail"]["foreign_bounces"].clone();
    assert_eq!(foreign(), 1);
    // An hour later they are tried again.
    std::fs::remove_dir(folder.bounces().join("7.eml")).unwrap();
    std::fs::write(folder.bounces().join("7.eml"), "no notice").unwrap();
    union.world.mail_tick();
    assert_eq!(foreign(), 1, "passed over");
    union.world.clock.advance(3600);
    for _ in 0..5 {
        union.world.mail_tick();
    }
    assert_eq!(folder.waiting_bounces(999, |_| false).unwrap().len(), 199);
}
