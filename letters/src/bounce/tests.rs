//! Notices as mail servers of several makes write them, and what is none.

use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};

use super::{Action, BounceError, LARGEST, Report, parse};
use crate::{Address, MessageId};

const HOST: &str = "vote.union.example";

const POSTFIX: &str = include_str!("../../tests/data/bounces/postfix.eml");
const EXIM: &str = include_str!("../../tests/data/bounces/exim.eml");
const EXCHANGE: &str = include_str!("../../tests/data/bounces/exchange.eml");
const GMAIL: &str = include_str!("../../tests/data/bounces/gmail.eml");
const DELAYED: &str = include_str!("../../tests/data/bounces/delayed.eml");
const DELIVERED: &str = include_str!("../../tests/data/bounces/delivered.eml");

fn read(text: &str) -> Result<Report, BounceError> {
    parse(text.replace('\n', "\r\n").as_bytes(), HOST)
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

#[test]
fn notices_of_every_make_are_read() {
    for (name, text, action, status) in [
        ("Postfix", POSTFIX, Action::Failed, "5.1.1"),
        ("Exim", EXIM, Action::Failed, "5.0.0"),
        ("Exchange", EXCHANGE, Action::Failed, "5.1.10"),
        ("Gmail", GMAIL, Action::Failed, "5.7.26"),
        ("delayed", DELAYED, Action::Delayed, "4.4.1"),
        ("delivered", DELIVERED, Action::Delivered, "2.1.5"),
    ] {
        for text in [text.to_owned(), text.replace('\n', "\r\n")] {
            let report = parse(text.as_bytes(), HOST).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(report.message_id, MessageId::new([0x5a; 16], HOST), "{name}");
            assert_eq!((report.action, report.status.as_str()), (action, status), "{name}");
            assert!(report.is_about(&address("anna@members.example")), "{name}");
            assert!(!report.is_about(&address("jan@members.example")), "{name}");
        }
    }
}

#[test]
fn a_letter_that_was_passed_on_is_known_by_both_addresses() {
    let report = read(&POSTFIX.replace(
        "Final-Recipient: rfc822; anna@members.example",
        "Final-Recipient: rfc822; anna.private@elsewhere.example",
    ))
    .unwrap();
    assert!(report.is_about(&address("Anna@members.example")));
    assert!(report.is_about(&address("anna.private@elsewhere.example")));
}

#[test]
fn a_notice_about_a_letter_that_is_not_ours_is_refused() {
    let id = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a.scrutineer@vote.union.example";
    for other in [
        "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a.scrutineer@vote.other.example",
        "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a@vote.union.example",
        "5a5a.scrutineer@vote.union.example",
        "CAF-xyz123@mail.gmail.com",
    ] {
        for text in [POSTFIX, EXIM, EXCHANGE, GMAIL, DELAYED, DELIVERED] {
            assert!(text.contains(id));
            assert_eq!(read(&text.replace(id, other)), Err(BounceError::Foreign), "{other}");
        }
    }
    assert_eq!(parse(POSTFIX.as_bytes(), "vote.other.example"), Err(BounceError::Foreign));
}

#[test]
fn a_notice_that_names_two_letters_is_refused() {
    let (head, tail) = EXIM.split_once("--exim-report--").unwrap();
    let second = "--exim-report\nContent-Type: text/rfc822-headers\n\nMessage-ID: \
                  <6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b.scrutineer@vote.union.example>\n\n";
    assert_eq!(read(&format!("{head}{second}--exim-report--{tail}")), Err(BounceError::Foreign));
}

#[test]
fn a_notice_that_says_nothing_definite_is_refused() {
    for (from, to, error) in [
        ("Action: failed", "Action: guessed", BounceError::NoStatus),
        ("Action: failed", "Action: delivered", BounceError::NoStatus),
        ("Action: failed", "Action: delayed", BounceError::NoStatus),
        ("Action: failed", "Action: relayed", BounceError::PassedOn),
        ("Action: failed\n", "", BounceError::NoStatus),
        ("Status: 5.1.1", "Status: five", BounceError::NoStatus),
        ("Status: 5.1.1", "Status: 2.1.1", BounceError::NoStatus),
        ("Status: 5.1.1", "Status: 5.1.1111", BounceError::NoStatus),
        ("report-type=delivery-status", "report-type=disposition-notification", BounceError::NotAReport),
        ("multipart/report", "multipart/mixed", BounceError::NotAReport),
        ("message/delivery-status", "text/plain", BounceError::NotAReport),
        ("rfc822; anna@members.example", "x400; /PN=Anna/", BounceError::NoRecipient),
        ("rfc822; anna@members.example", "rfc822; anna", BounceError::NoRecipient),
    ] {
        assert!(POSTFIX.contains(from), "{from}");
        assert_eq!(read(&POSTFIX.replace(from, to)), Err(error), "{to}");
    }
}

#[test]
fn the_worst_of_several_outcomes_counts() {
    let more =
        "Status: 5.1.1\n\nFinal-Recipient: rfc822; jan@members.example\nAction: delivered\nStatus: 2.0.0\n";
    let report = read(&POSTFIX.replace("Status: 5.1.1\n", more)).unwrap();
    assert_eq!((report.action, report.status.as_str()), (Action::Failed, "5.1.1"));
}

#[test]
fn answers_of_people_are_no_notices() {
    let text = "From: anna@members.example\nTo: votes@union.example\nSubject: Re: Voting is open\nIn-Reply-To: \
                <5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a.scrutineer@vote.union.example>\n\nI am on holiday.\n";
    assert_eq!(read(text), Err(BounceError::NotAReport));
    assert_eq!(read(""), Err(BounceError::NotAReport));
}

#[test]
fn what_is_huge_or_nested_is_refused_at_once() {
    assert_eq!(parse(&vec![b'x'; LARGEST + 1], HOST), Err(BounceError::TooLarge));
    let nested = "Content-Type: message/rfc822\n\n".repeat(8_000);
    assert_eq!(parse(nested.as_bytes(), HOST), Err(BounceError::TooDeep));
    let nested: String =
        (0..4_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
    assert_eq!(parse(nested.as_bytes(), HOST), Err(BounceError::TooDeep));
    let long =
        POSTFIX.replace("Diagnostic-Code:", &format!("X-Long: {}\nDiagnostic-Code:", "x".repeat(200_000)));
    assert!(read(&long).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert!(parse(&bytes, HOST).is_err());
    }

    #[test]
    fn a_damaged_notice_does_no_harm(
        which in 0..6_usize,
        cuts in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..8),
        end in any::<proptest::sample::Index>(),
    ) {
        let mut bytes = [POSTFIX, EXIM, EXCHANGE, GMAIL, DELAYED, DELIVERED][which].as_bytes().to_vec();
        for (place, byte) in cuts {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let whole = parse(&bytes, HOST);
        bytes.truncate(end.index(bytes.len()));
        for report in [whole, parse(&bytes, HOST)].into_iter().flatten() {
            // Damage may change much, but nothing makes it another server's letter.
            prop_assert!(report.message_id.is_from(HOST) && !report.recipients.is_empty());
        }
    }
}
