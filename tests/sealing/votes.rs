//! Votes, both ways.

use scrutineer_ballot::test_file::VoteTest;
use scrutineer_cli::rehearse::chance::below;
use scrutineer_protocol::ballot::{Ballot, Eighths, Selection};
use scrutineer_protocol::tally::{self, PartialDecryption, RunningTally};
use scrutineer_protocol::trustee::Trustees;

use crate::booth::Booth;
use crate::made_up::{self, MadeUp};

/// Votes for each of the made-up elections.
const VOTES: usize = 2;

#[test]
fn votes_of_the_booth_hold_and_are_counted_as_they_were_chosen() {
    hold_and_are_counted(&mut Booth::start(), 1, 12);
}

#[cfg(feature = "browser")]
#[test]
fn votes_sealed_in_chromium_hold_and_are_counted_as_they_were_chosen() {
    hold_and_are_counted(&mut Booth::start_in_chromium(), 6, 8);
}

/// Has votes sealed in made-up elections, and looks at them as server, teller and observer would.
fn hold_and_are_counted(booth: &mut Booth, seed: u64, elections: usize) {
    let mut rng = made_up::chance(seed);
    for _ in 0..elections {
        let MadeUp { election, key } = made_up::any_election(&mut rng);
        let shape: Vec<usize> = election.questions().iter().map(|q| q.ciphertexts()).collect();
        let mut sums = RunningTally::new(&shape);
        let mut expected: Vec<Vec<u64>> = shape.iter().map(|count| vec![0; *count]).collect();
        for _ in 0..VOTES {
            let selections = made_up::any_choice(&election, &mut rng);
            let (code, credential) = made_up::code(&election, &mut rng);
            let sealed = booth.seal(&election, &code.text(), &selections, &made_up::seed(&mut rng));
            let ballot = Ballot::parse(sealed.vote.as_bytes()).expect("the canonical form");
            ballot.verify(&election).expect("a valid vote");
            assert_eq!(ballot.credential(), credential.public());
            assert_eq!(ballot.tracker().to_string(), sealed.tracker);
            assert_eq!(Eighths::of(&ballot).to_text(), sealed.eighths);

            let test = VoteTest::parse(sealed.test.as_bytes()).expect("a test file");
            assert!(test.check().expect("the same vote, sealed again") == sorted(selections.clone()));

            sums.add(ballot.answers().iter().map(|answer| answer.ciphertexts()), 1)
                .expect("a vote that fits");
            let chosen = made_up::bits(&election, &selections);
            for (sum, bit) in expected.iter_mut().flatten().zip(chosen.iter().flatten()) {
                *sum += bit;
            }
        }
        let sealed = sums.encrypted();
        let trustees = Trustees::new(vec![key.public_key(&mut rng)], Vec::new());
        let share = PartialDecryption::decrypt(election.fingerprint(), &sealed, &key, &mut rng);
        let opened = tally::combine(election.fingerprint(), &sealed, &trustees, &[(1, share)].into());
        let result = opened.expect("a valid share").result(VOTES as u64).expect("counts");
        let counts: Vec<Vec<u64>> =
            result.result.iter().map(|question| question.iter().map(|count| count.0).collect()).collect();
        assert_eq!(counts, expected);
    }
}

/// Positions in the order of the answers.
fn sorted(mut selections: Vec<Selection>) -> Vec<Selection> {
    for selection in &mut selections {
        if let Selection::Answers(positions) = selection {
            positions.sort_unstable();
        }
    }
    selections
}

#[test]
fn votes_sealed_in_rust_hold_for_the_booth() {
    let mut booth = Booth::start();
    let mut rng = made_up::chance(2);
    for _ in 0..8 {
        let MadeUp { election, .. } = made_up::any_election(&mut rng);
        let selections = made_up::any_choice(&election, &mut rng);
        let (_, credential) = made_up::code(&election, &mut rng);
        let ballot = Ballot::seal(&election, &credential, &selections, &mut rng).expect("a vote").to_text();
        assert!(booth.accepts(&election, &ballot));
        let other = made_up::any_election(&mut rng).election;
        assert!(!booth.accepts(&other, &ballot));
    }
}

#[test]
fn what_is_changed_in_a_vote_of_the_booth_is_refused_by_both() {
    let mut booth = Booth::start();
    let mut rng = made_up::chance(3);
    for blank in [false, true] {
        let questions = vec![made_up::question(2, blank, 1, 1), made_up::question(3, !blank, 0, 2)];
        let MadeUp { election, .. } = made_up::election(questions, &mut rng);
        let selections = made_up::any_choice(&election, &mut rng);
        let (code, _) = made_up::code(&election, &mut rng);
        let vote = booth.seal(&election, &code.text(), &selections, "changes").vote;
        assert!(booth.accepts(&election, &vote));
        // Digits of points, scalars and hashes, and the signs between them.
        for _ in 0..60 {
            let place = below(&mut rng, vote.len());
            let new = match vote.as_bytes()[place] {
                b'1' => '2',
                b'0'..=b'9' => '1',
                b'a' => 'b',
                b'b'..=b'f' => 'a',
                _ => ' ',
            };
            let changed = format!("{}{new}{}", &vote[..place], &vote[place + 1..]);
            let holds =
                Ballot::parse(changed.as_bytes()).is_ok_and(|ballot| ballot.verify(&election).is_ok());
            assert!(!holds, "{changed}");
            assert!(!booth.accepts(&election, &changed), "{changed}");
        }
    }
}

#[test]
fn every_number_of_a_test_file_matters() {
    let mut booth = Booth::start();
    let mut rng = made_up::chance(4);
    let MadeUp { election, .. } = made_up::election(vec![made_up::question(2, true, 1, 2)], &mut rng);
    let (code, _) = made_up::code(&election, &mut rng);
    let text = booth.seal(&election, &code.text(), &[Selection::Answers(vec![1])], "file").test;
    VoteTest::parse(text.as_bytes()).expect("a test file").check().expect("the same vote");
    let numbers = text.find("\"answers\":[[").expect("bits") + 12;
    for (place, digit) in text.char_indices().filter(|(i, c)| *i >= numbers && c.is_ascii_digit()).step_by(7)
    {
        let other = if digit == '1' { '0' } else { '1' };
        let changed = format!("{}{other}{}", &text[..place], &text[place + 1..]);
        let fits = VoteTest::parse(changed.as_bytes()).is_ok_and(|test| test.check().is_ok());
        assert!(!fits, "{changed}");
    }
}

#[test]
fn choices_that_do_not_fit_are_refused_by_both() {
    let mut booth = Booth::start();
    let mut rng = made_up::chance(5);
    let questions = vec![made_up::question(3, false, 1, 2), made_up::question(2, true, 1, 1)];
    let MadeUp { election, .. } = made_up::election(questions, &mut rng);
    let (code, credential) = made_up::code(&election, &mut rng);
    let answers = |positions: &[usize]| Selection::Answers(positions.to_vec());
    for bad in [
        vec![],
        vec![answers(&[0])],
        vec![answers(&[]), answers(&[0])],
        vec![answers(&[0, 1, 2]), answers(&[0])],
        vec![answers(&[3]), answers(&[0])],
        vec![answers(&[0, 0]), answers(&[0])],
        vec![Selection::Blank, answers(&[0])],
        vec![answers(&[0]), answers(&[0, 1])],
        vec![answers(&[0]), answers(&[0]), answers(&[0])],
    ] {
        assert!(Ballot::seal(&election, &credential, &bad, &mut rng).is_err());
        let choices: Vec<serde_json::Value> = bad
            .iter()
            .map(|selection| match selection {
                Selection::Blank => "blank".into(),
                Selection::Answers(positions) => positions.clone().into(),
            })
            .collect();
        let answer = booth.ask(&serde_json::json!({
            "do": "seal", "election": crate::booth::text(&election), "code": *code.text(), "choices": choices,
            "ballot": made_up::BALLOT, "seed": "bad",
        }));
        assert_eq!(answer, serde_json::json!({ "refused": "choices" }));
    }
}
