//! Certificates: what is made, what is refused, and that reading takes nothing else than what is written.

use scrutineer_rules::Outcome;

use super::*;
use crate::fingerprint::Fingerprint;

fn codes() -> CodesReport {
    CodesReport {
        made: 25_020,
        eligible: 25_000,
        spares: 20,
        handed_out: 25_001,
        reissued: 1,
        used: 21_500,
        unused: 3_500,
        void: vec![point(1)],
    }
}

/// A few points of the group: the public keys of a voting code each.
fn point(n: usize) -> Point {
    let texts = [
        "6666666666666666666666666666666666666666666666666666666666666658",
        "e23ebaed6ade85fae4ef6e99eae704fb7ea44ab542a2ade6c8bef06b46b17acb",
    ];
    Point::from_text(texts[n]).unwrap()
}

fn counts(yes: u64, no: u64, blank: u64) -> QuestionCount {
    QuestionCount {
        question: "Shall all members work remotely only?".to_owned(),
        answers: vec![
            AnswerCount { answer: "Yes".to_owned(), votes: yes },
            AnswerCount { answer: "No".to_owned(), votes: no },
        ],
        blank: Some(blank),
    }
}

fn a_box(name: &str, election: &str) -> BoxReport {
    BoxReport {
        name: name.to_owned(),
        record: RecordReport {
            election: Uuid::from_text(election).unwrap(),
            election_hash: Base64Hash::from_digest([1; 32]),
            height: 21_520,
            last_event: HexHash::from_digest([2; 32]),
            sha256: HexHash::from_digest([3; 32]),
            roll: HexHash::from_digest([4; 32]),
            credentials: 25_020,
        },
        codes: codes(),
        votes: VotesReport { on_record: 21_515, cast: 21_500, replaced: 15, participation: 21_500 },
        questions: vec![counts(15_265, 6_200, 35)],
    }
}

fn facts() -> Facts {
    let fingerprint = HexHash::from_digest([5; 32]);
    let key = |c: &str| format!("SHA256:{}", c.repeat(42) + "A").parse().unwrap();
    Facts {
        union: "Chicago Teachers Union".to_owned(),
        ballot: BallotFacts {
            id: Uuid::from_text("ZM9Q5QG2xbtcA9").unwrap(),
            title: "Work remotely only, from 25 January".to_owned(),
            time_zone: "America/Chicago".to_owned(),
            opened: 1_611_241_200,
            closed: 1_611_467_940,
            tallied: 1_611_470_000,
        },
        codes: Codes::Server,
        tellers: Tellers::Board(BoardReport {
            name: "Election committee".to_owned(),
            fingerprint,
            words: Fingerprint::of_digest(&[5; 32]).to_string(),
            threshold: 2,
            size: 3,
            opened_by: vec![teller(1, "Ann"), teller(3, "Cy")],
        }),
        officers: Officers { needed: 2, keys: vec![key("A"), key("B"), key("C")] },
        receipts: key("D"),
        questions: vec![QuestionFacts {
            text: "Shall all members work remotely only?".to_owned(),
            choose: Choose::ONE,
            rule: Some(Rule::parse("Yes >= 60% of eligible").unwrap()),
        }],
        boxes: vec![a_box("All members", "ZM9Q5QG2xbtcA9")],
    }
}

fn teller(index: u32, name: &str) -> TellerReport {
    TellerReport { index, member_no: MemberNo::parse(&format!("10{index}")).unwrap(), name: name.to_owned() }
}

fn change(change: impl FnOnce(&mut Facts)) -> Result<Certificate, CertificateError> {
    let mut facts = facts();
    change(&mut facts);
    Certificate::new(facts)
}

fn board(facts: &mut Facts) -> &mut BoardReport {
    match &mut facts.tellers {
        Tellers::Board(board) => board,
        Tellers::Server => panic!(),
    }
}

#[test]
fn a_certificate_is_worked_out_from_the_facts() {
    let certificate = Certificate::new(facts()).unwrap();
    assert_eq!((certificate.eligible(), certificate.cast()), (25_000, 21_500));
    let [question] = certificate.questions() else { panic!() };
    let decision = question.decision.as_ref().unwrap();
    assert_eq!(decision.outcome, Outcome::Passed);
    assert_eq!((decision.conditions[0].needed, decision.conditions[0].got), (15_000, 15_265));
    assert_eq!(question.blank, Some(35));
    assert_eq!(certificate.ballot().closed.local, "2021-01-23T23:59:00-06:00");
    assert_eq!(certificate.setting().len(), 6);
}

#[test]
fn the_statement_says_everything_in_plain_words() {
    let certificate = Certificate::new(facts()).unwrap();
    assert_eq!(
        certificate.statement(),
        "Chicago Teachers Union\n\
         Certificate of the ballot \"Work remotely only, from 25 January\" (ZM9Q5QG2xbtcA9)\n\
         Voting opened on Thursday, 21 January 2021, 09:00 CST\n\
         Voting closed on Saturday, 23 January 2021, 23:59 CST\n\
         21500 of 25000 eligible members voted.\n\
         \n\
         Question 1: Shall all members work remotely only?\n  \
           Yes: 15265\n  \
           No: 6200\n  \
           Blank: 35\n\
         The rule: Yes >= 60% of eligible\n\
         Yes >= 60% of eligible holds: needed 15000, got 15265, 265 more than needed.\n\
         Passed: the rule holds.\n\
         \n\
         25020 codes were made for 25000 eligible members and 20 spares; 25001 were handed out, 1 of them in the place of \
         others; 21500 were used, 3500 unused, 1 void. 21515 votes are on the record: 21500 count, 15 were replaced by a \
         later one.\n\
         The count was opened by Ann, Cy of the board \"Election committee\" (2 of 3 tellers needed; its words: agree choice \
         donor anxiety expect little beef pass agree choice donor anxiety).\n\
         \n\
         Who has to be trusted, and for what:\n\
         The count is opened by a board of tellers together with a key of the server, which is destroyed with the result: \
         votes stay secret unless enough tellers and the server work together before the result.\n\
         Codes were made by the server: that only eligible members voted rests on it.\n\
         That a vote was sealed as the member chose rests on the member's own device and the program that sealed it.\n\
         That the count is right rests on nobody: it is proved, and anyone can check the proof.\n\
         That no vote was dropped is seen by members who look their signed receipts up.\n\
         Resistance to coercion and vote buying is not promised: a receipt does not show the choice, but a member who \
         keeps what the device used to seal the vote can prove it.\n\
         \n\
         By signing, an officer certifies that the record was verified and gives this result. It takes the signatures of \
         2 of the 3 officers whose keys were named before the first vote."
    );
}

#[test]
fn bytes_are_canonical_and_read_back() {
    let certificate = Certificate::new(facts()).unwrap();
    let bytes = certificate.to_bytes().unwrap();
    let text = str::from_utf8(&bytes).unwrap();
    assert!(text.starts_with(
        "{\"ballot\":{\"closed\":{\"local\":\"2021-01-23T23:59:00-06:00\",\"seconds\":1611467940},"
    ));
    assert!(text.ends_with(",\"union\":\"Chicago Teachers Union\",\"v\":1}"));
    assert!(!text.contains('\n'));
    assert_eq!(Certificate::parse(&bytes), Ok(certificate));
}

#[test]
fn a_server_alone_and_questions_without_rule_or_blank_work_too() {
    let certificate = change(|facts| {
        facts.tellers = Tellers::Server;
        facts.codes = Codes::Registrar;
        facts.questions[0].rule = None;
        facts.boxes[0].questions[0] = QuestionCount { blank: None, ..counts(15_265, 6_235, 0) };
    });
    let certificate = certificate.unwrap();
    let bytes = certificate.to_bytes().unwrap();
    let text = str::from_utf8(&bytes).unwrap();
    assert!(
        text.contains("\"tellers\":\"server\"")
            && text.contains("\"decision\":null")
            && !text.contains("blank\"")
    );
    assert!(certificate.statement().contains("This question was counted, not decided."));
    assert!(certificate.setting()[0].contains("by the server alone"));
    assert_eq!(Certificate::parse(&bytes), Ok(certificate));
}

#[test]
fn boxes_are_added_up_and_units_decided_each() {
    let two = |rule: &str| {
        change(|facts| {
            let mut second = a_box("West", "ZM9Q5QG2xbtcA8");
            second.questions = vec![counts(10_000, 11_500, 0)];
            facts.boxes.push(second);
            facts.questions[0].rule = Some(Rule::parse(rule).unwrap());
        })
        .unwrap()
    };
    let sum = two("Yes > half of valid");
    assert_eq!((sum.eligible(), sum.cast()), (50_000, 43_000));
    assert_eq!(sum.questions()[0].answers[0].votes, 25_265);
    assert_eq!(sum.questions()[0].decision.as_ref().unwrap().outcome, Outcome::Passed);
    let each = two("each unit: Yes > half of valid");
    let decision = each.questions()[0].decision.as_ref().unwrap();
    assert_eq!(decision.outcome, Outcome::NotPassed);
    assert_eq!(decision.conditions[1].unit.as_deref(), Some("West"));
    assert!(each.statement().contains("\nWest: 25020 codes were made"));
    assert_eq!(Certificate::parse(&each.to_bytes().unwrap()), Ok(each));
}

#[test]
fn numbers_that_do_not_reconcile_make_no_certificate() {
    for (i, off) in [
        (|b| &mut b.codes.made) as fn(&mut BoxReport) -> &mut u64,
        |b| &mut b.codes.eligible,
        |b| &mut b.codes.spares,
        |b| &mut b.codes.handed_out,
        |b| &mut b.codes.reissued,
        |b| &mut b.codes.used,
        |b| &mut b.codes.unused,
        |b| &mut b.votes.on_record,
        |b| &mut b.votes.cast,
        |b| &mut b.votes.replaced,
        |b| &mut b.votes.participation,
        |b| &mut b.record.credentials,
        |b| &mut b.questions[0].answers[1].votes,
    ]
    .into_iter()
    .enumerate()
    {
        let result = change(|facts| *off(&mut facts.boxes[0]) += 1);
        assert!(matches!(result, Err(CertificateError::Unreconciled { .. })), "{i}: {result:?}");
    }
    assert_eq!(
        change(|facts| facts.boxes[0].codes.void.clear()).unwrap_err().to_string(),
        "the numbers of box \"All members\" do not reconcile: codes handed out (25001) should be used codes (21500) + \
         unused codes (3500) + void codes (0)"
    );
}

#[test]
fn facts_that_make_no_sense_make_no_certificate() {
    type Change = fn(&mut Facts);
    let changes: [(Change, &str); 26] = [
        (|f| f.union = String::new(), "the union's name is empty"),
        (|f| f.union = " CTU".to_owned(), "the union's name has blanks"),
        (|f| f.ballot.title = "a\nPassed".to_owned(), "the title contains a line break"),
        (|f| f.ballot.time_zone = "america/chicago".to_owned(), "time zone"),
        (|f| f.ballot.time_zone = "Chicago".to_owned(), "time zone"),
        (|f| f.ballot.closed = f.ballot.opened - 1, "another order"),
        (|f| f.ballot.tallied = f.ballot.closed - 1, "another order"),
        (|f| f.officers.needed = 0, "needs no signature"),
        (|f| f.officers.needed = 4, "more than there are"),
        (|f| f.officers.keys[1] = f.officers.keys[0], "named twice"),
        (|f| board(f).words = "also away".to_owned(), "words are not those"),
        (|f| board(f).threshold = 3, "more than half"),
        (|f| board(f).size = 4, "more than half"),
        (|f| board(f).opened_by.truncate(1), "fewer tellers"),
        (|f| board(f).opened_by.swap(0, 1), "by their seats"),
        (|f| board(f).opened_by[1].index = 4, "by their seats"),
        (|f| board(f).opened_by[1].index = 1, "by their seats"),
        (|f| board(f).opened_by[0].name = "A\nB".to_owned(), "a teller's name"),
        (|f| f.boxes.clear(), "no box"),
        (|f| f.boxes.push(a_box("All members", "ZM9Q5QG2xbtcA8")), "there twice"),
        (|f| f.boxes.push(a_box("West", "ZM9Q5QG2xbtcA9")), "there twice"),
        (|f| f.boxes[0].codes.void = vec![point(1), point(0)], "not sorted"),
        (|f| f.boxes[0].codes.void = vec![point(1), point(1)], "there twice"),
        (|f| f.boxes[0].questions.clear(), "another number of questions"),
        (|f| f.boxes[0].questions[0].question = "Other?".to_owned(), "another question 1"),
        (|f| f.boxes[0].questions[0].answers[0].answer = "Yes\n".to_owned(), "an answer"),
    ];
    for (i, (alter, expected)) in changes.into_iter().enumerate() {
        let error = change(alter).unwrap_err().to_string();
        assert!(error.contains(expected), "{i}: {error}");
    }
    let other_answers = change(|f| {
        let mut second = a_box("West", "ZM9Q5QG2xbtcA8");
        second.questions[0].answers.swap(0, 1);
        f.boxes.push(second);
    });
    assert!(other_answers.unwrap_err().to_string().contains("another question 1"));
}

#[test]
fn rules_that_do_not_fit_the_counts_are_said() {
    let unknown = change(|f| f.questions[0].rule = Some(Rule::parse("Ja > half of valid").unwrap()));
    assert!(matches!(unknown, Err(CertificateError::Decide { question: 1, .. })));
    let twice = change(|f| f.boxes[0].questions[0].answers[1].answer = "Yes".to_owned());
    assert!(matches!(twice, Err(CertificateError::Counts { question: 1, .. })), "{twice:?}");
    let huge = change(|f| f.boxes[0].record.height = 1 << 53);
    assert!(matches!(huge, Err(CertificateError::Number(_))), "{huge:?}");
}

/// Every leaf of the document, changed: nothing passes that the facts do not give.
#[test]
fn a_changed_field_is_either_another_fact_or_refused() {
    use serde_json::Value;

    fn leaves(value: &Value, path: &str, out: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(name, field)| leaves(field, &format!("{path}/{name}"), out));
            }
            Value::Array(values) => {
                values.iter().enumerate().for_each(|(i, value)| leaves(value, &format!("{path}/{i}"), out));
            }
            _ => out.push(path.to_owned()),
        }
    }
    // Fields that stand for themselves: another value is another fact, to be compared with the record.
    let free = [
        "/boxes/0/record/election",
        "/boxes/0/record/election_hash",
        "/boxes/0/record/height",
        "/boxes/0/record/last_event",
        "/boxes/0/record/sha256",
        "/boxes/0/record/roll",
        "/boxes/0/codes/void/0",
        "/officers/keys/0",
        "/officers/keys/1",
        "/officers/keys/2",
        "/receipts",
        "/tellers/board/opened_by/0/member_no",
        "/tellers/board/opened_by/1/member_no",
        "/tellers/board/opened_by/0/index",
        "/questions/0/choose/max",
        "/boxes/0/name",
    ];
    let document = serde_json::to_value(Certificate::new(facts()).unwrap()).unwrap();
    let mut paths = Vec::new();
    leaves(&document, "", &mut paths);
    assert!(paths.len() > 60, "{paths:?}");
    for path in paths {
        let mut changed = document.clone();
        let leaf = changed.pointer_mut(&path).unwrap();
        *leaf = match leaf {
            Value::Number(number) => (number.as_i64().unwrap() + 1).into(),
            Value::Bool(yes) => (!*yes).into(),
            Value::String(text) => format!("{text}x").into(),
            other => panic!("{other}"),
        };
        let bytes = serde_json_canonicalizer::to_vec(&changed).unwrap();
        let result = Certificate::parse(&bytes);
        if !free.contains(&path.as_str()) {
            assert!(result.is_err(), "{path}");
        }
    }
}

#[test]
fn other_spellings_of_the_same_document_are_refused() {
    let bytes = Certificate::new(facts()).unwrap().to_bytes().unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let refused = |text: &str| Certificate::parse(text.as_bytes()).unwrap_err();
    assert_eq!(refused(&format!("{text}\n")), CertificateError::NotCanonical);
    assert_eq!(refused(&text.replacen(":", ": ", 1)), CertificateError::NotCanonical);
    assert_eq!(refused(&text.replacen("Chicago", "\\u0043hicago", 1)), CertificateError::NotCanonical);
    assert_eq!(refused(&text.replacen("\"v\":1", "\"v\":2", 1)), CertificateError::Version(2));
    for (from, to) in [
        ("\"v\":1", "\"v\":1,\"w\":1"),
        ("\"v\":1", "\"v\":1,\"v\":1"),
        ("\"v\":1", "\"v\":1.0"),
        ("\"cast\":21500", "\"cast\":2.15e4"),
        ("\"cast\":21500", "\"cast\":\"21500\""),
        ("\"cast\":21500", "\"cast\":-21500"),
        ("\"index\":1,", ""),
        ("}", ""),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(matches!(refused(&text.replacen(from, to, 1)), CertificateError::Json(_)), "{to}");
    }
    assert!(matches!(refused(""), CertificateError::Json(_)));
    assert_eq!(Certificate::parse(&vec![b' '; MAX_CERTIFICATE_BYTES + 1]), Err(CertificateError::TooLarge));
}
