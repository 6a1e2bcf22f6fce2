//! Certificates: what is made, what is refused, and that reading takes nothing else than what is written.

mod delivery;

use scrutineer_protocol::Point;
use scrutineer_protocol::hash::Base64Hash;
use scrutineer_rules::Outcome;

use super::*;
use crate::fingerprint::Fingerprint;
use crate::roll::MemberNo;

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
            description: Some("From home.\nUntil terms are agreed.".to_owned()),
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
        particulars: particulars(),
    }
}

fn particulars() -> Particulars {
    let cell = |units: &[&str], eligible, cast| TurnoutCell {
        units: units.iter().map(|unit| (*unit).to_owned()).collect(),
        eligible,
        cast,
    };
    let sent = |day: &str, copies, how| NoticeSent { day: day.to_owned(), copies, how };
    Particulars {
        page: Some("https://vote.example.org/ballots/ZM9Q5QG2xbtcA9/certificate".to_owned()),
        number: 2,
        corrects: Some(Correction {
            number: 1,
            sha256: HexHash::from_digest([6; 32]),
            reason: "An objection came after the first signature.".to_owned(),
        }),
        turnout: vec![cell(&["North"], 20_000, 18_000), cell(&["East", "West"], 5_000, 3_500)],
        delivery: None,
        notice: Some(NoticeFacts {
            announced: 1_610_500_000,
            objections: RollObjections { filed: 3, answered: 2 },
            sent: vec![sent("2021-01-12", 25_000, SentHow::Email), sent("2021-01-13", 1, SentHow::Mail)],
        }),
        objections_until: 1_611_470_000 + 72 * 3600,
        objections: vec![ObjectionFacts {
            observer: MemberNo::parse("77").unwrap(),
            name: "Olu Okafor".to_owned(),
            key: format!("SHA256:{}", "E".repeat(42) + "A").parse().unwrap(),
            filed: 1_611_480_000,
            text: HexHash::from_digest([7; 32]),
            signature: HexHash::from_digest([8; 32]),
        }],
        audit: Some(AuditHead { seq: 412, hash: HexHash::from_digest([9; 32]) }),
        keep_days: 365,
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

fn correction(facts: &mut Facts) -> &mut Correction {
    facts.particulars.corrects.as_mut().unwrap()
}

fn notice(facts: &mut Facts) -> &mut NoticeFacts {
    facts.particulars.notice.as_mut().unwrap()
}

fn opened() -> i64 {
    facts().ballot.opened
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
    assert_eq!(certificate.statement(), include_str!("tests/statement.txt").trim_end());
}

#[test]
fn bytes_are_canonical_and_read_back() {
    let certificate = Certificate::new(facts()).unwrap();
    let bytes = certificate.to_bytes().unwrap();
    let text = str::from_utf8(&bytes).unwrap();
    assert!(text.starts_with(
        "{\"audit\":{\"hash\":\"0909090909090909090909090909090909090909090909090909090909090909\",\"seq\":412},\
         \"ballot\":{\"closed\":{\"local\":\"2021-01-23T23:59:00-06:00\",\"seconds\":1611467940},"
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
            && !text.contains("Blank:")
            && text.matches("\"blank\"").count() == 1
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
            facts.particulars.turnout.clear();
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
    let changes: [(Change, &str); 51] = [
        (|f| f.ballot.description = Some(String::new()), "the description is empty"),
        (|f| f.ballot.description = Some("a\u{202e}b".to_owned()), "the description contains"),
        (|f| f.particulars.page = Some("vote.example.org".to_owned()), "the page's address"),
        (|f| f.particulars.page = Some("https://vote example".to_owned()), "the page's address"),
        (|f| f.particulars.page = Some("https://vote.example/\"".to_owned()), "the page's address"),
        (|f| f.particulars.number = 1, "not the first certificate"),
        (|f| f.particulars.number = 3, "not the first certificate"),
        (|f| f.particulars.corrects = None, "not the first certificate"),
        (|f| correction(f).number = 0, "not the first certificate"),
        (|f| correction(f).reason = " ".to_owned(), "the reason of the correction"),
        (|f| f.particulars.turnout[0].units.clear(), "of no unit"),
        (|f| f.particulars.turnout[0].cast = 20_001, "more votes than members"),
        (|f| f.particulars.turnout[0].cast += 1, "does not add up"),
        (|f| f.particulars.turnout[0].eligible += 1, "does not add up"),
        (|f| f.particulars.turnout[0].eligible -= 1, "does not add up"),
        (|f| f.particulars.turnout[1].units[1] = "North".to_owned(), "there twice"),
        (|f| f.particulars.turnout[1].units[1] = "a\nb".to_owned(), "a unit's name"),
        (|f| notice(f).announced = opened() + 1, "announced after"),
        (|f| notice(f).objections.answered = 4, "answered than filed"),
        (|f| notice(f).sent[0].day = "2021-1-12".to_owned(), "which is no day"),
        (|f| notice(f).sent[0].copies = 0, "in no copy"),
        (|f| f.particulars.objections_until = 1_611_470_000 - 1, "before the result"),
        (|f| f.particulars.objections[0].filed = f.particulars.objections_until + 1, "too late"),
        (
            |f| f.particulars.objections.push(f.particulars.objections[0].clone()),
            "an objection is there twice",
        ),
        (|f| f.particulars.keep_days = 0, "the papers are kept"),
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
fn a_certificate_is_made_again_from_its_own_facts_and_later_ones() {
    let first = change(|facts| facts.particulars = Particulars::first(1_611_480_000, 30)).unwrap();
    assert_eq!(Certificate::new(first.facts().unwrap()), Ok(first.clone()));
    assert!(first.statement().contains("No observer had objected"));
    let mut facts = first.facts().unwrap();
    facts.particulars = particulars();
    correction(&mut facts).sha256 = first.sha256().unwrap();
    let second = Certificate::new(facts).unwrap();
    assert_eq!(second.corrects().unwrap().sha256, HexHash::of(&first.to_bytes().unwrap()));
    assert_eq!(second.questions(), first.questions());
}

#[test]
fn a_question_has_the_numbers_of_tellers_and_scrutineers() {
    let certificate = Certificate::new(facts()).unwrap();
    assert_eq!(
        certificate.questions()[0].votes,
        QuestionVotes {
            eligible: 25_000,
            codes_issued: 25_001,
            received: 21_515,
            replaced: 15,
            cast: 21_500,
            blank: 35,
            spoiled: 0,
            valid: 21_465,
        }
    );
}

#[test]
fn boxes_whose_result_shows_how_people_voted_are_named() {
    let with = |yes: u64, no: u64, blank: u64| {
        let cast = yes + no + blank;
        let certificate = change(|facts| {
            facts.particulars.turnout.clear();
            let one = &mut facts.boxes[0];
            (one.votes.cast, one.votes.participation, one.codes.used) = (cast, cast, cast);
            (one.votes.on_record, one.codes.unused) = (cast + 15, 25_000 - cast);
            one.questions[0] = counts(yes, no, blank);
        });
        certificate.unwrap().remarks().to_vec()
    };
    assert_eq!(with(6, 4, 0), Vec::<String>::new());
    assert_eq!(with(0, 0, 0), Vec::<String>::new());
    assert_eq!(
        with(5, 4, 0),
        ["In this ballot only 9 members voted, fewer than ten: its result can show how people voted."]
    );
    assert_eq!(
        with(0, 1, 0),
        ["In this ballot only one member voted, fewer than ten: its result can show how people voted."]
    );
    for (yes, no, blank) in [(10, 0, 0), (0, 10, 0), (0, 0, 10)] {
        assert_eq!(
            with(yes, no, blank),
            [
                "In this ballot all 10 votes on question 1 are alike: the result shows how each of them was cast."
            ]
        );
    }
    let several = change(|facts| {
        facts.particulars.turnout.clear();
        let mut second = a_box("West", "ZM9Q5QG2xbtcA8");
        second.questions = vec![counts(21_500, 0, 0)];
        facts.boxes.push(second);
    });
    let several = several.unwrap();
    let [remark] = several.remarks() else { panic!() };
    assert!(remark.starts_with("In the box \"West\" all 21500 votes"), "{remark}");
    assert!(several.statement().contains(remark));
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
    let whole = change(|facts| facts.particulars.delivery = Some(delivery::known())).unwrap();
    let document = serde_json::to_value(whole).unwrap();
    let mut paths = Vec::new();
    leaves(&document, "", &mut paths);
    assert!(paths.len() > 60, "{paths:?}");
    let mut accepted = Vec::new();
    for path in &paths {
        let mut changed = document.clone();
        let leaf = changed.pointer_mut(path).unwrap();
        *leaf = match leaf {
            Value::Number(number) => (number.as_i64().unwrap() + 1).into(),
            Value::Bool(yes) => (!*yes).into(),
            // Another text of the same form.
            Value::String(text) => another(text).into(),
            other => panic!("{other}"),
        };
        let bytes = serde_json_canonicalizer::to_vec(&changed).unwrap();
        if Certificate::parse(&bytes).is_ok() {
            accepted.push(path.as_str());
        }
    }
    // Fields that stand for themselves: another value is another fact, which the record or a signature contradicts.
    let free = [
        "/ballot/description",
        // Its twelve words are those of its beginning.
        "/tellers/board/fingerprint",
        "/tellers/board/opened_by/0/index",
        "/tellers/board/opened_by/0/member_no",
        "/tellers/board/opened_by/1/member_no",
        "/officers/keys/0",
        "/officers/keys/1",
        "/officers/keys/2",
        "/receipts",
        "/questions/0/choose/max",
        "/boxes/0/name",
        "/boxes/0/record/election_hash",
        "/boxes/0/record/height",
        "/boxes/0/record/last_event",
        "/boxes/0/record/sha256",
        "/boxes/0/record/roll",
    ];
    assert_eq!(accepted, free);
}

/// A text of the same form with its last letter or digit changed.
fn another(text: &str) -> String {
    let at = text.rfind(|c: char| c.is_ascii_alphanumeric()).unwrap();
    let changed = match &text[at..=at] {
        "0" => "1",
        "a" => "b",
        "A" => "E",
        digit if digit.as_bytes()[0].is_ascii_digit() => "0",
        letter if letter.as_bytes()[0].is_ascii_uppercase() => "A",
        _ => "a",
    };
    format!("{}{changed}{}", &text[..at], &text[at + 1..])
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
