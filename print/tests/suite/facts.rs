//! Made-up certificates: of published votes, and of whatever else a page must hold.

use scrutineer_ballot::certificate::{
    AnswerCount, AuditHead, BallotFacts, BoardReport, BoxReport, Certificate, CodesReport, Facts,
    ObjectionFacts, Particulars, QuestionCount, QuestionFacts, RecordReport, TellerReport, Tellers,
    TurnoutCell, VotesReport,
};
use scrutineer_ballot::description::Officers;
use scrutineer_ballot::file::{Choose, Codes};
use scrutineer_ballot::fingerprint::Fingerprint;
use scrutineer_ballot::roll::MemberNo;
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::hash::{Base64Hash, HexHash};
use scrutineer_rules::Rule;

/// A question with its counts.
pub(crate) struct Counted {
    pub(crate) text: String,
    pub(crate) rule: Option<Rule>,
    pub(crate) answers: Vec<(String, u64)>,
    pub(crate) blank: Option<u64>,
}

/// Yes, no, blank.
pub(crate) fn yes_no(text: &str, rule: Option<&str>, yes: u64, no: u64, blank: u64) -> Counted {
    Counted {
        text: text.to_owned(),
        rule: rule.map(|rule| Rule::parse(rule).expect("a rule")),
        answers: vec![("Yes".to_owned(), yes), ("No".to_owned(), no)],
        blank: Some(blank),
    }
}

fn key(digit: char) -> scrutineer_ballot::signature::KeyFingerprint {
    format!("SHA256:{}A", digit.to_string().repeat(42)).parse().expect("a fingerprint")
}

/// A box in which so many of those who might vote did.
pub(crate) fn urn(name: &str, election: &str, eligible: u64, cast: u64, questions: &[Counted]) -> BoxReport {
    let counts = questions.iter().map(|question| QuestionCount {
        question: question.text.clone(),
        answers: question
            .answers
            .iter()
            .map(|(answer, votes)| AnswerCount { answer: answer.clone(), votes: *votes })
            .collect(),
        blank: question.blank,
    });
    BoxReport {
        name: name.to_owned(),
        record: RecordReport {
            election: Uuid::from_text(election).expect("an identifier"),
            election_hash: Base64Hash::from_digest([1; 32]),
            height: cast + 26,
            last_event: HexHash::from_digest([2; 32]),
            sha256: HexHash::from_digest([3; 32]),
            roll: HexHash::from_digest([4; 32]),
            credentials: eligible + 20,
        },
        codes: CodesReport {
            made: eligible + 20,
            eligible,
            spares: 20,
            handed_out: eligible,
            reissued: 0,
            used: cast,
            unused: eligible - cast,
            void: Vec::new(),
        },
        votes: VotesReport { on_record: cast + 15, cast, replaced: 15, participation: cast },
        questions: counts.collect(),
    }
}

/// A ballot with these questions and boxes.
pub(crate) fn facts(title: &str, questions: &[Counted], boxes: Vec<BoxReport>) -> Facts {
    let fingerprint = HexHash::from_digest([5; 32]);
    let tallied = 1_611_470_000;
    let teller = |index: u32, name: &str| TellerReport {
        index,
        member_no: MemberNo::parse(&format!("10{index}")).expect("a number"),
        name: name.to_owned(),
    };
    let mut particulars = Particulars::first(tallied + 72 * 3600, 365);
    particulars.page = Some("https://vote.example.org/ballots/ZM9Q5QG2xbtcA9/certificate".to_owned());
    particulars.audit = Some(AuditHead { seq: 412, hash: HexHash::from_digest([9; 32]) });
    Facts {
        union: "Chicago Teachers Union".to_owned(),
        ballot: BallotFacts {
            id: Uuid::from_text("ZM9Q5QG2xbtcA9").expect("an identifier"),
            title: title.to_owned(),
            description: None,
            time_zone: "America/Chicago".to_owned(),
            opened: 1_611_241_200,
            closed: 1_611_467_940,
            tallied,
        },
        codes: Codes::Server,
        tellers: Tellers::Board(BoardReport {
            name: "Election committee".to_owned(),
            fingerprint,
            words: Fingerprint::of_digest(fingerprint.digest()).to_string(),
            threshold: 2,
            size: 3,
            opened_by: vec![teller(1, "Ann Lindqvist"), teller(3, "Zdzisława Brzęczyszczykiewicz-Łącka")],
        }),
        officers: Officers { needed: 2, keys: vec![key('A'), key('B'), key('C')] },
        receipts: key('D'),
        questions: questions
            .iter()
            .map(|question| QuestionFacts {
                text: question.text.clone(),
                choose: Choose::ONE,
                rule: question.rule.clone(),
            })
            .collect(),
        boxes,
        particulars,
    }
}

/// The Chicago Teachers Union's collective action of January 2021, with everything that a certificate can say.
pub(crate) fn january() -> Facts {
    let text = "Shall all members work remotely only until health and safety terms are agreed?";
    let questions = [yes_no(text, Some("Yes >= 60% of eligible"), 15_265, 6_235, 0)];
    let mut facts = facts(
        "Work remotely only, from 25 January",
        &questions,
        vec![urn("all", "ZM9Q5QG2xbtcA9", 25_000, 21_500, &questions)],
    );
    facts.ballot.description =
        Some("The House of Delegates has resolved to ask all members.\n\nUntil terms are agreed, teaching goes on from home.".to_owned());
    let cell = |units: &[&str], eligible, cast| TurnoutCell {
        units: units.iter().map(|unit| (*unit).to_owned()).collect(),
        eligible,
        cast,
    };
    facts.particulars.turnout = vec![
        cell(&["North side"], 14_000, 12_100),
        cell(&["South side"], 10_964, 9_376),
        cell(&["Clerks", "Technology coordinators", "Library"], 36, 24),
    ];
    facts.particulars.objections = vec![ObjectionFacts {
        observer: MemberNo::parse("77").expect("a number"),
        name: "Olu Okafor".to_owned(),
        key: key('E'),
        filed: 1_611_480_000,
        text: HexHash::from_digest([7; 32]),
        signature: HexHash::from_digest([8; 32]),
    }];
    facts
}

/// The bytes of a certificate.
pub(crate) fn bytes(facts: Facts) -> Vec<u8> {
    Certificate::new(facts).expect("it reconciles").to_bytes().expect("JSON")
}
