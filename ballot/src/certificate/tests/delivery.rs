//! What certificates say of delivery: it adds up, warnings are those of its numbers, answers are to warnings that stand.

use super::*;

fn way(channel: Way, sent: u64, handed_over: u64, bounced: u64) -> WayReport {
    let none = 25_000 - sent - handed_over - bounced;
    WayReport { channel, none, queued: 0, printed: 0, sent, delivered: 0, handed_over, bounced }
}

pub(super) fn known() -> DeliveryFacts {
    DeliveryFacts {
        channels: vec![way(Way::Email, 24_000, 0, 300), way(Way::Post, 0, 0, 0), way(Way::Hand, 0, 700, 0)],
        unreached: 300,
        employers_addresses: 40,
        reissued_votes: 1,
        changed_votes: 12,
        answers: vec![said(Warning::Unreached, "They were telephoned.")],
    }
}

fn said(warning: Warning, text: &str) -> AnswerFacts {
    let (by, name) = (MemberNo::parse("300").unwrap(), "Olga Officer".to_owned());
    AnswerFacts { warning, text: text.to_owned(), by, name }
}

fn with(alter: impl FnOnce(&mut DeliveryFacts)) -> Result<Certificate, CertificateError> {
    let mut delivery = known();
    alter(&mut delivery);
    change(|facts| facts.particulars.delivery = Some(delivery))
}

#[test]
fn reached_and_margin_follow_from_the_facts() {
    let certificate = with(|_| {}).unwrap();
    let delivery = certificate.delivery().unwrap();
    // 15,265 of 25,000 said Yes, and 15,000 were needed.
    assert_eq!((delivery.reached, delivery.unreached, delivery.margin), (24_700, 300, 265));
    assert_eq!((delivery.warnings(), delivery.unanswered()), (vec![Warning::Unreached], vec![]));
    let statement = certificate.statement();
    for line in [
        "Voting codes: 24700 of 25000 members were reached or voted; 300 were not reached, as far as is known.",
        "  By e-mail: 24000 sent, 300 came back",
        "  By hand: 700 handed over",
        "Margin: fewer than 265 votes could not have changed an outcome.",
        "WARNING: unreached members: 300; margin: 265. Olga Officer (300) says to it: They were telephoned.",
    ] {
        assert!(statement.lines().any(|said| said == line), "{line}\n{statement}");
    }
    assert!(!statement.contains("By post"));
    assert_eq!(Certificate::parse(&certificate.to_bytes().unwrap()), Ok(certificate));
}

#[test]
fn a_number_that_reaches_the_margin_is_a_warning() {
    for (unreached, stands) in [(0, false), (264, false), (265, true), (266, true)] {
        let certificate = with(|known| {
            known.unreached = unreached;
            known.answers.clear();
        });
        let certificate = certificate.unwrap();
        let delivery = certificate.delivery().unwrap();
        assert_eq!(
            delivery.unanswered(),
            if stands { vec![Warning::Unreached] } else { vec![] },
            "{unreached}"
        );
        assert_eq!(certificate.statement().contains("nobody can sign"), stands);
    }
    // However near it was: none is none.
    let none = change(|facts| {
        facts.questions[0].rule = Some(Rule::parse("Yes >= 15265").unwrap());
        facts.particulars.delivery = Some(DeliveryFacts {
            unreached: 0,
            reissued_votes: 0,
            changed_votes: 0,
            answers: vec![],
            ..known()
        });
    });
    let none = none.unwrap();
    assert_eq!((none.delivery().unwrap().margin, none.delivery().unwrap().warnings()), (0, vec![]));
}

#[test]
fn the_margin_is_that_of_the_nearest_question() {
    let nearest = change(|facts| {
        facts.questions.push(QuestionFacts { rule: None, ..facts.questions[0].clone() });
        facts.boxes[0].questions.push(counts(10_760, 10_700, 40));
        facts.particulars.delivery = Some(DeliveryFacts { answers: vec![], ..known() });
    });
    // Thirty who change sides make it even.
    assert_eq!(nearest.unwrap().delivery().unwrap().margin, 30);
}

#[test]
fn what_does_not_add_up_makes_no_certificate() {
    type Alter = fn(&mut DeliveryFacts);
    let changes: [(Alter, &str); 14] = [
        (|d| d.channels[0].sent += 1, "By e-mail: the numbers of members"),
        (|d| d.channels[2].none -= 1, "By hand: the numbers of members"),
        (|d| d.channels[1].printed = u64::MAX, "a sum of its numbers"),
        (|d| d.channels.truncate(2), "the ways to members"),
        (|d| d.channels.swap(0, 1), "the ways to members"),
        (|d| d.unreached = 3_501, "more members were unreached"),
        (|d| d.reissued_votes = 2, "more votes under re-issued codes"),
        (|d| d.changed_votes = 21_501, "more votes after a change"),
        (|d| d.employers_addresses = 24_301, "more codes went to employers'"),
        (|d| d.unreached = 264, "to no warning"),
        (|d| d.answers.push(said(Warning::Changed, "Nothing.")), "to no warning"),
        (|d| d.answers.push(said(Warning::Unreached, "Twice.")), "not in order"),
        (|d| d.answers[0].text = " ".to_owned(), "an answer to a warning"),
        (|d| d.answers[0].name = "A\nB".to_owned(), "the name of who answers"),
    ];
    for (i, (alter, expected)) in changes.into_iter().enumerate() {
        let error = with(alter).unwrap_err().to_string();
        assert!(error.contains(expected), "{i}: {error}");
    }
}

#[test]
fn what_follows_from_the_facts_cannot_be_written_otherwise() {
    let bytes = with(|_| {}).unwrap().to_bytes().unwrap();
    let text = String::from_utf8(bytes).unwrap();
    for (from, to) in [
        ("\"margin\":265,\"reached\"", "\"margin\":266,\"reached\""),
        ("\"reached\":24700", "\"reached\":24701"),
        ("\"number\":300", "\"number\":299"),
        ("\"margin\":265,\"name\"", "\"margin\":264,\"name\""),
    ] {
        let other = text.replace(from, to);
        assert_ne!(other, text, "{from}");
        assert_eq!(
            Certificate::parse(other.as_bytes()),
            Err(CertificateError::NotDerived("delivery")),
            "{from}"
        );
    }
}
