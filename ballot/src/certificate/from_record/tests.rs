//! A whole vote in memory, its certificate, and certificates that say anything else.

use std::collections::BTreeMap;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_protocol::archive::{Timestamp, Writer};
use scrutineer_protocol::ballot::{Ballot, Selection};
use scrutineer_protocol::credential::Credential;
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::event::{Entry, State};
use scrutineer_protocol::hash::Base64Hash;
use scrutineer_protocol::tally::{PartialDecryption, RunningTally, combine};
use scrutineer_protocol::trustee::pedersen::{
    Certificate as TellerCertificate, Certificates, Commitment, Commitments, Polynomial, Threshold, Vinput,
    Voutput,
};
use scrutineer_protocol::trustee::pki::{Keys, Seed};
use scrutineer_protocol::trustee::{PrivateKey, ThresholdParameters};
use scrutineer_protocol::verify;

use super::*;
use crate::certificate::{Certificate, CertificateError};
use crate::description::Officers;
use crate::file::{BallotFile, Codes};
use crate::outcome::{OutcomeError, Together};
use crate::setup::{BoxPlan, NewBox, NewCode};
use crate::signature::KeyFingerprint;

const FILE: &str = r#"
title = "Work remotely only"
closes = 2021-01-23T23:59:00
time_zone = "America/Chicago"
contact = "Election committee"
tellers = "Election committee"
spares = 2
[[question]]
text = "Shall all members work remotely only?"
answers = ["Yes", "No"]
blank = true
passes = "Yes >= 60% of eligible"
[[question]]
text = "Which days?"
answers = ["Monday", "Tuesday", "Wednesday"]
choose = { min = 0, max = 2 }
"#;
const CLOSES: i64 = 1_611_467_940;
const ELIGIBLE: u64 = 5;

fn fingerprint(byte: u8) -> KeyFingerprint {
    let text = ssh_key::Fingerprint::Sha256([byte; 32]).to_string();
    text.parse().unwrap()
}

/// The public credential of a code.
fn point(code: &NewCode) -> Point {
    Point::from_encoding(*code.credential.bytes()).unwrap()
}

/// A credential of no record here.
fn elsewhere() -> Point {
    Point::from_text("e23ebaed6ade85fae4ef6e99eae704fb7ea44ab542a2ade6c8bef06b46b17acb").unwrap()
}

/// A board of 2 of 3 and its tellers' keys.
fn board(rng: &mut ChaCha20Rng) -> (ThresholdParameters, Vec<PrivateKey>) {
    let threshold = Threshold::for_board(2, 3).unwrap();
    let keys: Vec<Keys> = (0..3).map(|_| Seed::generate(rng).keys()).collect();
    let certificates =
        (1..).zip(&keys).map(|(i, keys)| TellerCertificate::new(keys, threshold, i, rng).unwrap()).collect();
    let certificates = Certificates::check(threshold, certificates).unwrap();
    let commitments = keys.iter().map(|keys| Commitment::new(keys, &certificates, rng).unwrap()).collect();
    let commitments = Commitments::check(&certificates, commitments).unwrap();
    let polynomials: Vec<_> =
        keys.iter().map(|keys| Polynomial::reveal(keys, &certificates, &commitments, rng).unwrap()).collect();
    let outputs: Vec<_> = (1..)
        .zip(&keys)
        .map(|(i, keys)| {
            let input = Vinput::route(&certificates, &polynomials, i).unwrap();
            Voutput::finish(keys, &certificates, &commitments, &input, rng).unwrap()
        })
        .collect();
    let parameters = ThresholdParameters::assemble(&certificates, &polynomials, &outputs).unwrap();
    let private = keys
        .iter()
        .zip(&outputs)
        .map(|(keys, output)| parameters.private_key(keys, &output.private_key).unwrap().1)
        .collect();
    (parameters, private)
}

/// A record and what its issuer knows besides.
struct Counted {
    archive: Vec<u8>,
    void: Vec<Point>,
    new: NewBox,
}

/// Codes 0 to 4 are the members', 5 and 6 spares. Member 0 votes twice, member 1 not; member 2's code was replaced by 5.
fn counted(with_board: bool, box_name: &str, seed: u64) -> Counted {
    counted_of(with_board, (box_name, 1), seed)
}

/// One box of so many.
fn counted_of(with_board: bool, (box_name, boxes): (&str, u32), seed: u64) -> Counted {
    let rng = &mut ChaCha20Rng::seed_from_u64(seed);
    let mut file = BallotFile::parse(FILE).unwrap();
    let board = with_board.then(|| board(&mut ChaCha20Rng::seed_from_u64(99)));
    if board.is_none() {
        file.tellers = crate::file::Tellers::Server;
    }
    let plan = BoxPlan {
        ballot: &Uuid::from_text("ZM9Q5QG2xbtcA9").unwrap(),
        box_name,
        file: &file,
        boxes,
        eligible: ELIGIBLE,
        spares: u64::from(file.spares),
        roll: HexHash::from_digest([7; 32]),
        board: board.as_ref().map(|(parameters, _)| parameters),
        officers: Officers { needed: 2, keys: vec![fingerprint(1), fingerprint(2), fingerprint(3)] },
        receipts: fingerprint(4),
    };
    let new = plan.make(rng, |_| ()).unwrap();
    let election = &new.election;
    let mut writer = Writer::new(Vec::new(), Timestamp::new(1_611_100_800).unwrap()).unwrap();
    writer.entry(&new.setup).unwrap();
    let mut state =
        State::resume(new.setup.event.event.kind, new.setup.event.event.height, new.setup.event.hash);
    let mut tally = RunningTally::new(&[3, 3]);
    let votes = [(0, Selection::Blank, false), (0, Selection::Answers(vec![0]), true)];
    let votes =
        votes.into_iter().chain([3, 4, 5].map(|code| (code, Selection::Answers(vec![code % 2]), true)));
    for (code, choice, counts) in votes {
        let key = Credential::from_text(&new.codes[code].code.credential()).unwrap().derive(election.uuid());
        let choices = [choice, Selection::Answers(vec![1, 2])];
        let ballot = Ballot::seal(election, &key, &choices, rng).unwrap();
        if counts {
            tally.add(ballot.answers().iter().map(|answer| answer.ciphertexts()), 1).unwrap();
        }
        writer.entry(&Entry::ballot(&mut state, ballot.to_text()).unwrap()).unwrap();
    }
    writer.entry(&Entry::end_ballots(&mut state).unwrap()).unwrap();
    let (sealed, sized) = tally.finish();
    writer.entry(&Entry::encrypted_tally(&mut state, &sealed, &sized).unwrap()).unwrap();
    let keys =
        board.iter().flat_map(|(_, keys)| [(2, &keys[0]), (4, &keys[2])]).chain([(1, &new.server_key)]);
    let mut shares = BTreeMap::new();
    for (owner, key) in keys {
        let share = PartialDecryption::decrypt(election.fingerprint(), &sealed, key, rng);
        writer.entry(&Entry::partial_decryption(&mut state, owner, &share).unwrap()).unwrap();
        shares.insert(owner, share);
    }
    let opened = combine(election.fingerprint(), &sealed, &new.trustees, &shares).unwrap();
    writer.entry(&Entry::result(&mut state, &opened.result(tally.weight()).unwrap()).unwrap()).unwrap();
    let void = vec![point(&new.codes[2])];
    Counted { archive: writer.finish().unwrap(), void, new }
}

/// A record as verification leaves it.
struct Verified {
    report: Report,
    outcome: Outcome,
    archive: HexHash,
    void: VoidWatch,
}

fn verified(archive: &[u8], void: &[Point]) -> Verified {
    let mut watch = VoidWatch::new(void.iter().copied());
    let report =
        verify::archive(archive, verify::no_shares, &mut ChaCha20Rng::seed_from_u64(1), &mut watch).unwrap();
    let outcome = Outcome::of(&report).unwrap();
    Verified { report, outcome, archive: HexHash::of(archive), void: watch }
}

impl Verified {
    fn record(&self) -> BoxRecord<'_> {
        BoxRecord { report: &self.report, outcome: &self.outcome, archive: self.archive, void: &self.void }
    }

    fn issued(&self, void: &[Point]) -> IssuedBox<'_> {
        IssuedBox {
            report: &self.report,
            outcome: &self.outcome,
            archive: self.archive,
            reissued: 1,
            void: void.to_vec(),
            participation: 4,
        }
    }
}

fn issuer(with_board: bool) -> Issuer {
    let teller =
        |no: &str, name: &str| TellerName { member_no: MemberNo::parse(no).unwrap(), name: name.to_owned() };
    let tellers = [(1, teller("101", "Ann")), (2, teller("102", "Bo")), (3, teller("103", "Cy"))];
    Issuer {
        union: "Teachers".to_owned(),
        time_zone: "America/Chicago".to_owned(),
        opened: CLOSES - 100_000,
        closed: CLOSES,
        tallied: CLOSES + 500,
        board: with_board
            .then(|| IssuerBoard { name: "Election committee".to_owned(), tellers: tellers.into() }),
        particulars: Particulars::first(CLOSES + 1000, 365),
    }
}

fn sentences(certificate: &Certificate, records: &[BoxRecord<'_>]) -> Vec<String> {
    check_against(certificate, records).iter().map(Difference::to_string).collect()
}

#[test]
fn a_certificate_made_from_a_record_agrees_with_it() {
    for with_board in [true, false] {
        let counted = counted(with_board, "All members", 1);
        let verified = verified(&counted.archive, &counted.void);
        let facts = Facts::from_records(issuer(with_board), &[verified.issued(&counted.void)]).unwrap();
        let certificate = Certificate::new(facts).unwrap();
        assert_eq!(sentences(&certificate, &[verified.record()]), Vec::<String>::new());
        let read = Certificate::parse(&certificate.to_bytes().unwrap()).unwrap();
        assert_eq!(sentences(&read, &[verified.record()]), Vec::<String>::new());
        let [one] = certificate.boxes() else { panic!() };
        assert_eq!((one.votes.on_record, one.votes.cast, one.votes.replaced), (5, 4, 1));
        assert_eq!((one.codes.made, one.codes.handed_out, one.codes.unused), (7, 6, 1));
        assert_eq!(one.questions[0].answers.iter().map(|a| a.votes).collect::<Vec<_>>(), [2, 2]);
        assert_eq!(certificate.questions()[1].answers[2].votes, 4);
        if let Tellers::Board(board) = certificate.tellers() {
            assert_eq!(board.opened_by.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["Ann", "Cy"]);
        }
    }
}

/// One false statement in a certificate that agrees with itself.
type Lie = (&'static str, fn(&mut Facts));

fn board_of(facts: &mut Facts) -> &mut BoardReport {
    match &mut facts.tellers {
        Tellers::Board(board) => board,
        Tellers::Server => panic!(),
    }
}

/// Every fact of a certificate that follows from its record, changed so that the certificate still agrees with itself.
const LIES: &[Lie] = &[
    ("ballot.id", |f| f.ballot.id = Uuid::from_text("ZM9Q5QG2xbtcA8").unwrap()),
    ("ballot.title", |f| f.ballot.title.push('!')),
    ("ballot.description", |f| f.ballot.description = Some("Vote yes.".to_owned())),
    ("deadline", |f| f.ballot.closed = CLOSES - 1),
    ("codes", |f| f.codes = Codes::Registrar),
    ("server opened the count alone", |f| f.tellers = Tellers::Server),
    ("tellers.board.fingerprint", |f| {
        board_of(f).fingerprint = HexHash::from_digest([1; 32]);
        board_of(f).words = Fingerprint::of_digest(&[1; 32]).to_string();
    }),
    ("tellers.board.size", |f| {
        board_of(f).threshold = 3;
        board_of(f).size = 5;
        let third = TellerReport { index: 4, ..board_of(f).opened_by[1].clone() };
        board_of(f).opened_by.push(third);
    }),
    ("in the seats 1, 2", |f| board_of(f).opened_by[1].index = 2),
    ("officers.needed", |f| f.officers.needed = 1),
    ("officers.keys[0]", |f| f.officers.keys[0] = fingerprint(9)),
    ("officers.keys", |f| f.officers.keys.push(fingerprint(9))),
    ("receipts", |f| f.receipts = fingerprint(9)),
    ("questions[0].question", |f| {
        f.questions[0].text = "Shall nobody?".to_owned();
        f.boxes[0].questions[0].question = "Shall nobody?".to_owned();
    }),
    ("questions[1].choose.max", |f| f.questions[1].choose.max = 3),
    ("questions[0].rule", |f| f.questions[0].rule = Some(Rule::parse("Yes > half of valid").unwrap())),
    ("questions[0].rule", |f| f.questions[0].rule = None),
    ("boxes[0].name", |f| f.boxes[0].name = "Others".to_owned()),
    ("none of those on the certificate", |f| {
        f.boxes[0].record.election = Uuid::from_text("ZM9Q5QG2xbtcA8").unwrap();
    }),
    ("boxes[0].record.election_hash", |f| f.boxes[0].record.election_hash = Base64Hash::from_digest([1; 32])),
    ("boxes[0].record.height", |f| f.boxes[0].record.height += 1),
    ("boxes[0].record.last_event", |f| f.boxes[0].record.last_event = HexHash::from_digest([1; 32])),
    ("boxes[0].record.sha256", |f| f.boxes[0].record.sha256 = HexHash::from_digest([1; 32])),
    ("boxes[0].record.roll", |f| f.boxes[0].record.roll = HexHash::from_digest([1; 32])),
    ("boxes[0].record.credentials", |f| {
        f.boxes[0].record.credentials += 1;
        f.boxes[0].codes.made += 1;
        f.boxes[0].codes.spares += 1;
    }),
    ("boxes[0].codes.eligible", |f| {
        f.boxes[0].codes.eligible += 1;
        f.boxes[0].codes.spares -= 1;
        f.boxes[0].codes.handed_out += 1;
        f.boxes[0].codes.unused += 1;
    }),
    ("boxes[0].votes.cast", |f| {
        let one = &mut f.boxes[0];
        one.votes.cast += 1;
        one.votes.participation += 1;
        one.votes.replaced -= 1;
        one.codes.used += 1;
        one.codes.unused -= 1;
        one.questions[0].answers[0].votes += 1;
    }),
    ("boxes[0].votes.replaced", |f| {
        f.boxes[0].votes.replaced += 1;
        f.boxes[0].votes.on_record += 1;
    }),
    ("boxes[0].questions[0].answers[0].votes", |f| {
        f.boxes[0].questions[0].answers[0].votes += 1;
        f.boxes[0].questions[0].answers[1].votes -= 1;
    }),
    ("boxes[0].questions[0].blank", |f| {
        f.boxes[0].questions[0].answers[0].votes -= 1;
        f.boxes[0].questions[0].blank = Some(1);
    }),
    ("boxes[0].questions[0]", |f| f.boxes[0].questions[0].blank = None),
    ("boxes[0].questions[1].answers[2].answer", |f| {
        f.boxes[0].questions[1].answers[2].answer = "Sunday".to_owned();
    }),
    ("does not stand on the record", |f| f.boxes[0].codes.void[0] = elsewhere()),
];

#[test]
fn every_false_statement_is_found() {
    let counted = counted(true, "All members", 1);
    let honest = verified(&counted.archive, &counted.void);
    let facts = Facts::from_records(issuer(true), &[honest.issued(&counted.void)]).unwrap();
    for (expected, lie) in LIES {
        let mut false_facts = facts.clone();
        lie(&mut false_facts);
        let certificate = Certificate::new(false_facts).unwrap_or_else(|error| panic!("{expected}: {error}"));
        let watched = verified(&counted.archive, &certificate.boxes()[0].codes.void);
        let found = sentences(&certificate, &[watched.record()]);
        assert!(found.iter().any(|sentence| sentence.contains(expected)), "{expected}: {found:?}");
    }
}

#[test]
fn a_void_code_with_a_vote_is_found() {
    let counted = counted(true, "All members", 1);
    // Member 0 voted; the certificate lists her code as the void one.
    let void = vec![point(&counted.new.codes[0])];
    let verified = verified(&counted.archive, &void);
    let facts = Facts::from_records(issuer(true), &[verified.issued(&void)]).unwrap();
    let certificate = Certificate::new(facts).unwrap();
    let [sentence] = &sentences(&certificate, &[verified.record()])[..] else { panic!() };
    assert!(sentence.contains("has a counted vote"), "{sentence}");
}

#[test]
fn several_boxes_are_added_up_and_each_needs_its_record() {
    let boxes = [counted_of(true, ("East", 2), 1), counted_of(true, ("West", 2), 2)];
    let verified: Vec<_> = boxes.iter().map(|one| verified(&one.archive, &one.void)).collect();
    let issued: Vec<_> = verified.iter().zip(&boxes).map(|(v, one)| v.issued(&one.void)).collect();
    let certificate = Certificate::new(Facts::from_records(issuer(true), &issued).unwrap()).unwrap();
    assert_eq!((certificate.eligible(), certificate.cast()), (10, 8));
    let records: Vec<_> = verified.iter().map(Verified::record).collect();
    assert_eq!(sentences(&certificate, &records), Vec::<String>::new());
    assert_eq!(sentences(&certificate, &[records[1], records[0]]), Vec::<String>::new());
    let [missing] = &sentences(&certificate, &records[1..])[..] else { panic!() };
    assert!(missing.contains("\"East\""), "{missing}");
    // What both come to, and a certificate that leaves one out.
    let counts: Vec<_> =
        verified.iter().map(|one| one.outcome.in_box(one.report.election.as_ref().unwrap())).collect();
    let together = Together::of(&counts).unwrap();
    assert_eq!((together.eligible, together.spares, together.cast), (10, 4, 8));
    let of_certificate = certificate.questions().iter().map(|question| question.decision.clone());
    assert_eq!(together.decisions, of_certificate.collect::<Vec<_>>());
    assert!(verified.iter().all(|one| one.outcome.decisions.is_empty()));
    assert_eq!(Together::of(&counts[1..]).unwrap_err(), OutcomeError::NotAll { boxes: 2, have: 1 });
    assert_eq!(Together::of(&[counts[0]; 2]).unwrap_err(), OutcomeError::Twice("East".to_owned()));
    let alone = Facts::from_records(issuer(true), &issued[..1]).unwrap_err();
    assert_eq!(alone, FromRecordError::NotAll { boxes: 2, have: 1 });

    // Of two records of one election both are looked at, in either order.
    let other = BoxRecord { archive: HexHash::of(b"another"), ..records[0] };
    for several in [[records[0], other, records[1]], [other, records[0], records[1]]] {
        let [differs] = &sentences(&certificate, &several)[..] else { panic!() };
        assert!(differs.contains("boxes[0].record.sha256"), "{differs}");
    }

    let mut facts = Facts::from_records(issuer(true), &issued).unwrap();
    facts.boxes.truncate(1);
    let alone = Certificate::new(facts).unwrap();
    let [kept_back] = &sentences(&alone, &records[..1])[..] else { panic!() };
    assert!(kept_back.contains("counted in 2 boxes"), "{kept_back}");
    let [extra, _] = &sentences(&alone, &records)[..] else { panic!() };
    assert!(extra.contains("none of those on the certificate"), "{extra}");
    assert!(sentences(&alone, &[]).len() == 1);
}

#[test]
fn facts_need_one_ballot_and_names() {
    let (with, without) = (counted(true, "East", 1), counted(false, "West", 2));
    let (with, without) = (verified(&with.archive, &with.void), verified(&without.archive, &without.void));
    let facts = |issuer, boxes: &[IssuedBox<'_>]| Facts::from_records(issuer, boxes).unwrap_err();
    assert_eq!(facts(issuer(true), &[]), FromRecordError::NoBox);
    let what = "board of tellers";
    let (first, second) = ("East".to_owned(), "West".to_owned());
    assert_eq!(
        facts(issuer(true), &[with.issued(&[]), without.issued(&[])]),
        FromRecordError::Disagree { first, second, what }
    );
    assert_eq!(facts(issuer(false), &[with.issued(&[])]), FromRecordError::Board);
    assert_eq!(facts(issuer(true), &[without.issued(&[])]), FromRecordError::Board);
    let mut unnamed = issuer(true);
    unnamed.board.as_mut().unwrap().tellers.remove(&3);
    assert_eq!(facts(unnamed, &[with.issued(&[])]), FromRecordError::Teller(3));
}

#[test]
fn numbers_that_do_not_reconcile_with_the_record_make_no_certificate() {
    let counted = counted(true, "All members", 1);
    let verified = verified(&counted.archive, &counted.void);
    let issued = verified.issued(&counted.void);
    for (issued, expected) in [
        (IssuedBox { participation: 5, ..issued.clone() }, "members noted to have voted (5)"),
        (IssuedBox { reissued: 3, ..issued.clone() }, "codes handed out (8)"),
        (IssuedBox { reissued: 0, void: vec![elsewhere(), counted.void[0]], ..issued }, "void codes (2)"),
    ] {
        let facts = Facts::from_records(issuer(true), &[issued]).unwrap();
        let error = Certificate::new(facts).unwrap_err();
        assert!(matches!(error, CertificateError::Unreconciled { .. }));
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn a_record_whose_trustees_are_not_those_of_its_line_decides_nothing() {
    let rng = &mut ChaCha20Rng::seed_from_u64(5);
    let file = BallotFile::parse(FILE).unwrap();
    let (parameters, _) = board(rng);
    let plan = |board| {
        BoxPlan {
            ballot: &Uuid::from_text("ZM9Q5QG2xbtcA9").unwrap(),
            box_name: "All members",
            file: &file,
            boxes: 1,
            eligible: ELIGIBLE,
            spares: u64::from(file.spares),
            roll: HexHash::from_digest([7; 32]),
            board,
            officers: Officers { needed: 1, keys: vec![fingerprint(1)] },
            receipts: fingerprint(4),
        }
        .make(&mut ChaCha20Rng::seed_from_u64(6), |_| ())
        .unwrap()
    };
    let (other, _) = board(&mut ChaCha20Rng::seed_from_u64(7));
    let ours = plan(Some(&parameters));
    for (trustees, expected) in [
        (ours.trustees.clone(), None),
        (plan(Some(&other)).trustees, Some("it names the board")),
        (plan(None).trustees, Some("not a key of the server and one board")),
    ] {
        let mut writer = Writer::new(Vec::new(), Timestamp::new(0).unwrap()).unwrap();
        let election = String::from_utf8(ours.election.bytes().to_vec()).unwrap();
        let credentials = ours.setup.data[2].clone();
        let setup = Entry::setup(&mut State::start(), election, trustees.to_text(), credentials).unwrap();
        writer.entry(&setup).unwrap();
        let report = verify::archive(
            &writer.finish().unwrap()[..],
            verify::no_shares,
            &mut ChaCha20Rng::seed_from_u64(1),
            &mut (),
        )
        .unwrap();
        let terms = crate::terms::Terms::of(&report);
        match (terms, expected) {
            (Ok(terms), None) => {
                assert_eq!(terms.board.map(|board| (board.threshold, board.size)), Some((2, 3)))
            }
            (Err(OutcomeError::Misfit(why)), Some(expected)) => assert!(why.contains(expected), "{why}"),
            (other, _) => panic!("{other:?}"),
        }
    }
}
