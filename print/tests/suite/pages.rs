//! The pages of certificates.

use std::fs;
use std::path::Path;

use scrutineer_ballot::certificate::{Certificate, CertificateError, Correction, TurnoutCell};
use scrutineer_print::{PrintError, pdf, text};
use scrutineer_protocol::hash::HexHash;
use scrutineer_rules::resolve;

use crate::facts::{Counted, bytes, facts, january, urn, yes_no};

/// The text of all pages. The PDF is left where people can look at it.
fn printed(name: &str, certificate: &[u8]) -> String {
    let written = pdf(certificate).expect("a PDF");
    assert!(written.starts_with(b"%PDF-") && written.len() < 4_000_000, "{name}: {} bytes", written.len());
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pdf")), &written).expect("a file");
    let pages = text(certificate).expect("pages");
    for (i, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Page {} of {}", i + 1, pages.len())), "{name}");
    }
    pages.join("\n\u{c}\n")
}

/// The words of a text, wherever lines end.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_january_vote() {
    insta::assert_snapshot!(printed("january", &bytes(january())));
}

#[test]
fn the_same_certificate_gives_the_same_bytes_and_another_one_others() {
    let [first, second] = [0, 1].map(|_| pdf(&bytes(january())).expect("a PDF"));
    assert_eq!(first, second);
    // No clock: nothing in it says when it was made.
    let raw = String::from_utf8_lossy(&first);
    assert!(
        !raw.contains("CreationDate") && !raw.contains("ModDate") && !raw.contains("CreateDate"),
        "{raw}"
    );
    let mut other = january();
    other.particulars.keep_days += 1;
    assert_ne!(pdf(&bytes(other)).expect("a PDF"), first);
}

#[test]
fn only_a_certificate_is_printed() {
    let mut bytes = bytes(january());
    bytes.push(b'\n');
    for bad in [&bytes[..], b"", b"{}"] {
        assert!(matches!(pdf(bad), Err(PrintError::Certificate(_))));
    }
}

#[test]
fn three_questions_under_two_rules_one_of_which_did_not_pass() {
    let questions = [
        yes_no("Shall the union go on strike?", Some("Yes >= 75% of eligible"), 15_265, 6_200, 35),
        yes_no("Shall all members work remotely only?", Some("Yes >= 60% of eligible"), 15_265, 6_235, 0),
        Counted {
            text: "Which day suits you best?".to_owned(),
            rule: None,
            answers: [("Monday", 9_000), ("Wednesday", 7_500), ("Friday", 5_000)]
                .map(|(day, votes)| (day.to_owned(), votes))
                .into(),
            blank: None,
        },
    ];
    let certificate = facts(
        "Action in January",
        &questions,
        vec![urn("all", "ZM9Q5QG2xbtcA9", 25_000, 21_500, &questions)],
    );
    let text = printed("three-questions", &bytes(certificate));
    let outcomes: Vec<&str> =
        text.lines().filter(|line| ["NOT PASSED", "PASSED", "Counted, not decided"].contains(line)).collect();
    assert_eq!(outcomes, ["NOT PASSED", "PASSED", "Counted, not decided"]);
    assert!(words(&text).contains("Yes >= 75% of eligible 18,750 15,265 -3,485 does not hold"), "{text}");
    assert!(text.contains("Friday  5,000  23.3%  20.0%"), "{text}");
}

#[test]
fn fifty_long_questions_and_a_long_text_are_not_cut_off() {
    let text = "czy zażółcić gęślą jaźń ".repeat(20);
    let question = |n: usize| format!("Pytanie {n}: {}", text.trim());
    let questions: Vec<Counted> =
        (1..=50).map(|n| yes_no(&question(n), Some("Yes > half of valid"), 12, 8, 0)).collect();
    let boxes = vec![urn("all", "ZM9Q5QG2xbtcA9", 25, 20, &questions)];
    let mut certificate = facts(&"A".repeat(200), &questions, boxes);
    let description = "Zażółć gęślą jaźń — ¿de veras? 投票 ✊ ".repeat(270);
    certificate.ballot.description = Some(description.trim().to_owned());
    certificate.particulars.corrects =
        Some(Correction { number: 1, sha256: HexHash::from_digest([6; 32]), reason: "x".repeat(2_000) });
    certificate.particulars.number = 2;
    let text = printed("fifty-questions", &bytes(certificate));
    let letters: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    assert!(letters.contains(&"A".repeat(200)) && letters.matches('x').count() >= 2_000);
    for n in 1..=50 {
        assert!(text.contains(&format!("Question {n}: PASSED")), "{n}");
    }
    // In the list of outcomes and in the report.
    assert_eq!(words(&text).matches("Pytanie 50:").count(), 2);
    // What no font here has is shown by its number.
    let shown = letters.matches("¿deveras?[U+6295][U+7968][U+270A]").count();
    assert!((265..=270).contains(&shown), "the foot of a page may stand in the middle of one: {shown}");
}

#[test]
fn five_hundred_units_are_not_cut_off() {
    let questions = [yes_no("Shall we accept?", Some("each unit: Yes > half of valid"), 12, 8, 0)];
    let name = |i: usize| format!("Szkoła nr {i} im. Curie");
    let letter = |n: usize| char::from(b"ABCDEFGHJKLMNPQRSTUVWXYZ"[n % 24]);
    let election = |i: usize| format!("ZM9Q5QG2xbtc{}{}", letter(i / 24), letter(i));
    let boxes = (0..500).map(|i| urn(&name(i), &election(i), 25, 20, &questions));
    let mut certificate = facts("Oferta pracodawcy", &questions, boxes.collect());
    certificate.particulars.turnout = (0..500)
        .map(|i| TurnoutCell { units: vec![name(i), format!("Oddział {i}")], eligible: 25, cast: 20 })
        .collect();
    let text = printed("five-hundred-units", &bytes(certificate));
    let letters: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    for i in 0..500 {
        // In the decision, in the turnout, twice in the boxes, in the records.
        assert_eq!(letters.matches(&format!("nr{i}im.Curie")).count(), 5, "unit {i}");
    }
    assert_eq!(
        words(&text).matches("Box Members Codes Unused").count(),
        words(&text).matches("Void Received").count()
    );
}

/// A vote that this product takes is never spoiled; those of the published votes stand for blank ones, which no rule of
/// theirs counts otherwise.
#[test]
fn every_published_vote_is_a_certificate_with_its_outcome() {
    let rows = include_bytes!("../../../rules/tests/data/votes.csv");
    let mut reader = csv::Reader::from_reader(&rows[..]);
    let columns = reader.headers().expect("a header").clone();
    let column = |name: &str| columns.iter().position(|c| c == name).expect("the column exists");
    let mut printed_votes = 0;
    for row in reader.records() {
        let row = row.expect("a readable row");
        let text = |name: &str| &row[column(name)];
        let number = |name: &str| text(name).parse::<u64>().expect("a whole number");
        let rule = resolve(&format!("rule:{}", text("rule")), None, None).expect("a rule of the library");
        let blank = number("blank") + number("spoiled");
        let question =
            Counted { rule: Some(rule), ..yes_no(text("vote"), None, number("yes"), number("no"), blank) };
        let questions = [question];
        let urn = urn("all", "ZM9Q5QG2xbtcA9", number("eligible"), number("cast"), &questions);
        let made = Certificate::new(facts(text("id"), &questions, vec![urn]));
        let expected = match text("outcome") {
            "error" => {
                let error = made.expect_err("it does not reconcile");
                assert!(matches!(error, CertificateError::Unreconciled { .. }), "{error}");
                continue;
            }
            "passed" => "PASSED",
            _ => "NOT PASSED",
        };
        let bytes = made.expect("a certificate").to_bytes().expect("JSON");
        let pages = text_of(&bytes);
        assert!(pages.lines().any(|line| line == expected), "{}: {pages}", text("id"));
        assert!(pages.contains(&format!("Question 1: {expected}")), "{}", text("id"));
        printed_votes += 1;
    }
    assert_eq!(printed_votes, 16);
}

fn text_of(certificate: &[u8]) -> String {
    text(certificate).expect("pages").join("\n")
}
