//! A file that is true is read and confirmed; whatever is changed in it is not.

use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_protocol::credential::Credential;
use scrutineer_protocol::hash::HexHash;

use super::*;
use crate::description::Officers;
use crate::file::BallotFile;
use crate::setup::{BoxPlan, NewBox};

const FILE: &str = r#"
title = "Delegates \"2027\" / Zażółć"
time_zone = "America/Chicago"
contact = "Committee"
tellers = "server"
codes = "server"
spares = 0
[[question]]
text = "Shall we?"
answers = ["Yes", "No"]
choose = { min = 1, max = 1 }
blank = true
[[question]]
text = "Who?"
answers = ["Ann", "Bo", "Cy"]
choose = { min = 0, max = 2 }
"#;

fn made(seed: u64) -> (NewBox, ChaCha20Rng) {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let file = BallotFile::parse(FILE).unwrap();
    let plan = BoxPlan {
        ballot: &Uuid::random(&mut rng),
        box_name: "all",
        file: &file,
        boxes: 1,
        eligible: 1,
        spares: u64::from(file.spares),
        roll: HexHash::of(b"roll"),
        board: None,
        officers: Officers::nobody(),
        receipts: "SHA256:BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ".parse().unwrap(),
    };
    (plan.make(&mut rng, |_| ()).unwrap(), rng)
}

fn vote_in(made: &NewBox, vote: &[Selection], rng: &mut ChaCha20Rng) -> VoteTest {
    let election = &made.election;
    let code = Credential::from_text(&made.codes[0].code.credential()).unwrap();
    let (sealed, opening) = Ballot::seal_openly(election, &code.derive(election.uuid()), vote, rng).unwrap();
    VoteTest::new(election, sealed, opening).unwrap()
}

fn vote() -> [Selection; 2] {
    [Selection::Answers(vec![1]), Selection::Answers(vec![0, 2])]
}

fn a_test(seed: u64) -> VoteTest {
    let (made, mut rng) = made(seed);
    vote_in(&made, &vote(), &mut rng)
}

/// What reading and checking a text comes to.
fn found(text: &[u8]) -> Option<Vec<Selection>> {
    VoteTest::parse(text).ok()?.check().ok()
}

/// A place of a part of a text.
fn find(text: &str, part: &str) -> usize {
    text.find(part).unwrap_or_else(|| panic!("no {part}"))
}

#[test]
fn a_true_test_is_confirmed_with_whatever_blanks() {
    let test = a_test(1);
    let text = test.to_text();
    assert!(text.starts_with(r#"{"v":1,"ballot":""#));
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<TestFile>(&text).unwrap()).unwrap();
    assert!(pretty.lines().count() > 50);
    for text in [text.clone(), pretty.clone(), pretty.replace('\n', "\r\n"), format!("\n{text}\n")] {
        let read = VoteTest::parse(text.as_bytes()).unwrap();
        assert!(read.check() == Ok(vote().to_vec()));
        assert_eq!((read.tracker, &read.ballot), (test.tracker, &test.line.ballot));
    }
}

#[test]
fn answers_of_a_file_are_what_was_sealed_and_nothing_else() {
    let text = a_test(1).to_text();
    let answers = r#""answers":[[0,0,1],[1,0,1]]"#;
    for other in [
        "[[0,1,0],[1,0,1]]",
        "[[1,0,0],[1,0,1]]",
        "[[0,0,1],[0,1,1]]",
        "[[0,0,1],[1,0,0]]",
        "[[0,0,1]]",
        "[]",
    ] {
        let changed = text.replacen(answers, &format!(r#""answers":{other}"#), 1);
        assert_ne!(changed, text);
        let refused = VoteTest::parse(changed.as_bytes()).unwrap().check();
        assert!(matches!(refused, Err(Mismatch::Opening(_))), "{other}");
    }
}

#[test]
fn a_vote_an_election_and_a_tracker_of_others_do_not_fit() {
    let (mine, theirs) = (a_test(1), a_test(2));
    let (made, mut rng) = made(1);
    let second = vote_in(&made, &vote(), &mut ChaCha20Rng::seed_from_u64(9));
    let other = vote_in(&made, &[Selection::Blank, Selection::Answers(vec![])], &mut rng);
    let swap = |change: &dyn Fn(&mut VoteTest)| {
        let mut changed = a_test(1);
        change(&mut changed);
        VoteTest::parse(changed.to_text().as_bytes()).unwrap().check().err()
    };
    assert!(swap(&|_| ()).is_none());
    let differs = |found: Option<Mismatch>| matches!(found, Some(Mismatch::Opening(_)));
    assert!(matches!(swap(&|test| test.election = theirs.election.clone()), Some(Mismatch::Ballot { .. })));
    assert!(matches!(swap(&|test| test.ballot = theirs.ballot.clone()), Some(Mismatch::Ballot { .. })));
    assert!(matches!(swap(&|test| test.tracker = theirs.tracker), Some(Mismatch::Tracker { .. })));
    assert!(matches!(swap(&|test| test.vote = other.vote.clone()), Some(Mismatch::Tracker { .. })));
    assert!(differs(swap(&|test| {
        (test.vote, test.tracker) = (other.vote.clone(), other.tracker);
    })));
    // The same answers, sealed a second time.
    assert!(differs(swap(&|test| {
        (test.vote, test.tracker) = (second.vote.clone(), second.tracker);
    })));
    assert!(differs(swap(&|test| test.opening = theirs.opening.clone())));
    assert!(differs(swap(&|test| test.opening.answers = other.opening.answers.clone())));
    assert!(differs(swap(&|test| {
        (test.vote, test.tracker) = (theirs.vote.clone(), theirs.tracker);
    })));
    assert_ne!(mine.tracker, second.tracker);
}

#[test]
fn what_is_written_in_another_way_is_not_read() {
    let text = a_test(1).to_text();
    let ballot = &text[find(&text, r#""ballot""#)..find(&text, r#""tracker""#)];
    let tracker = &text[find(&text, r#""tracker""#)..find(&text, r#""election""#)];
    let after = format!("{tracker}{ballot}");
    for (from, to) in [
        (r#""v":1"#, r#""v":2"#),
        (r#""v":1,"#, ""),
        (r#""v":1,"#, r#""v":1,"v":1,"#),
        (r#""v":1,"#, r#""v":1,"w":1,"#),
        (r#""v":1"#, r#""v":1.0"#),
        (r#""v":1"#, r#""v":"1""#),
        (ballot, ""),
        (&format!("{ballot}{tracker}"), &after),
        (r#""v":1"#, r#""\u0076":1"#),
        (r#""choices":["#, r#""choices":[null,"#),
        (r#""choices":[""#, r#""choices":["0"#),
        (r#""choices":[""#, r#""choices":["-"#),
        (r#""choices":[""#, r#""choices":[" "#),
        (r#"[[0,0,1]"#, r#"[[0,0,01]"#),
        (r#"[[0,0,1]"#, r#"[[0,0 0,1]"#),
        (r#"[[0,0,1]"#, r#"[[0,0,true]"#),
        (r#"[[0,0,1]"#, r#"[[0,0,-1]"#),
        (r#"[[0,0,1]"#, r#"[[0,0,256]"#),
        (r#"{\"version\":1"#, r#"{\"version\":2"#),
        (r#"scrutineer: "#, r#"scrutinizer: "#),
        (r#"{\"election_uuid\""#, r#"{ \"election_uuid\""#),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        assert!(VoteTest::parse(changed.as_bytes()).is_err(), "{from} {to}");
    }
    for other in [
        "",
        "{}",
        "[]",
        "null",
        "root:x:0:0:root:/root:/bin/bash\n",
        &text[..text.len() - 1],
        &format!("{text}{text}"),
    ] {
        assert!(VoteTest::parse(other.as_bytes()).is_err());
    }
    assert!(matches!(VoteTest::parse(&vec![b' '; MAX_TEST_FILE + 1]), Err(TestFileError::TooLarge)));
    assert!(VoteTest::parse("[".repeat(1 << 20).as_bytes()).is_err());
    assert!(VoteTest::parse(&[0xff; 100]).is_err());
}

#[test]
fn the_file_holds_neither_code_nor_signature_key() {
    let (made, mut rng) = made(1);
    let text = vote_in(&made, &vote(), &mut rng).to_text();
    let code = &made.codes[0].code;
    for secret in [code.text(), code.credential()] {
        assert!(!text.contains(secret.as_str()) && !text.contains(&secret.replace('-', "")));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn no_changed_byte_leaves_another_meaning(at: prop::sample::Index, to: u8) {
        let text = a_test(1).to_text().into_bytes();
        let mut changed = text.clone();
        let at = at.index(text.len());
        changed[at] = if to == text[at] { to ^ 1 } else { to };
        let found = found(&changed);
        // A byte between the parts may become a blank only where one may stand, and there is none.
        prop_assert!(found.is_none(), "byte {} became {}", at, changed[at]);
    }
}
