//! Opening a sealed vote: what it says is what it was sealed with, and nothing else is taken for it.

use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_protocol::ballot::{Ballot, Opening, OpeningError, Selection};
use scrutineer_protocol::credential::{Credential, CredentialKey};
use scrutineer_protocol::election::{Draft, Election, Uuid};
use scrutineer_protocol::group::{Point, Scalar, power_of_g};
use scrutineer_protocol::question::Question;
use serde_json::{Value, json};

use crate::sealing::election;

fn chosen(positions: &[usize]) -> Selection {
    Selection::Answers(positions.to_vec())
}

fn vote() -> [Selection; 3] {
    [chosen(&[1]), chosen(&[0, 2]), chosen(&[])]
}

fn sealed(vote: &[Selection], seed: u64) -> (Election, CredentialKey, Ballot, Opening) {
    let (election, credential) = election();
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let (ballot, opening) = Ballot::seal_openly(&election, &credential, vote, &mut rng).unwrap();
    (election, credential, ballot, opening)
}

fn refusal(ballot: &Ballot, election: &Election, opening: &Opening) -> OpeningError {
    match ballot.check_opening(election, opening) {
        Err(error) => error,
        Ok(_) => panic!("it was taken"),
    }
}

#[test]
fn a_vote_is_sealed_openly_as_it_is_sealed() {
    let (election, credential, ballot, _) = sealed(&vote(), 1);
    let closed = Ballot::seal(&election, &credential, &vote(), &mut ChaCha20Rng::seed_from_u64(1)).unwrap();
    assert_eq!(ballot.to_text(), closed.to_text());
}

#[test]
fn other_answers_are_not_taken_for_those_that_were_sealed() {
    let (election, _, ballot, opening) = sealed(&vote(), 1);
    let with = |question: usize, bits: &[u8]| {
        let mut other = opening.clone();
        other.answers[question] = bits.to_vec();
        refusal(&ballot, &election, &other)
    };
    assert_eq!(with(0, &[1, 0]), OpeningError::Differs(1));
    assert_eq!(with(1, &[1, 0, 0, 0]), OpeningError::Differs(2));
    assert_eq!(with(1, &[0, 1, 1, 0]), OpeningError::Differs(2));
    assert_eq!(with(2, &[1]), OpeningError::Differs(3));
    for (question, bits) in [
        (0, &[0, 0][..]),
        (0, &[1, 1]),
        (0, &[0, 2]),
        (0, &[1]),
        (0, &[0, 1, 0]),
        (1, &[1, 1, 0, 0]),
        (1, &[0, 1, 1, 1]),
        (2, &[]),
    ] {
        assert_eq!(with(question, bits), OpeningError::Answer(question + 1), "{bits:?}");
    }
}

#[test]
fn what_is_there_for_other_questions_is_named() {
    let (election, _, ballot, opening) = sealed(&vote(), 1);
    let mut short = opening.clone();
    short.answers.pop();
    assert_eq!(refusal(&ballot, &election, &short), OpeningError::Questions { questions: 3, given: 2 });
    let mut long = opening.clone();
    long.randomness.push(opening.randomness[0].clone());
    assert_eq!(refusal(&ballot, &election, &long), OpeningError::Questions { questions: 3, given: 4 });
    let mut swapped = opening;
    swapped.randomness.swap(0, 1);
    assert_eq!(refusal(&ballot, &election, &swapped), OpeningError::Randomness(1));
}

#[test]
fn the_random_numbers_of_another_vote_do_not_open_this_one() {
    let (election, credential, ballot, mine) = sealed(&vote(), 1);
    let mut rng = ChaCha20Rng::seed_from_u64(2);
    let (other, theirs) = Ballot::seal_openly(&election, &credential, &vote(), &mut rng).unwrap();
    assert_eq!(refusal(&ballot, &election, &theirs), OpeningError::Randomness(1));
    assert_eq!(refusal(&other, &election, &mine), OpeningError::Randomness(1));
    // Nor is a vote opened that does not hold.
    let text = ballot.to_text().replace(&credential.public().to_text(), &election.key().point().to_text());
    let stolen = Ballot::parse(text.as_bytes()).unwrap();
    assert!(matches!(refusal(&stolen, &election, &mine), OpeningError::Ballot(_)));
}

/// All places of numbers in the random numbers' JSON.
fn numbers(value: &Value, path: String, out: &mut Vec<String>) {
    match value {
        Value::String(_) => out.push(path),
        Value::Array(items) => {
            (0..).zip(items).for_each(|(i, item): (usize, _)| numbers(item, format!("{path}/{i}"), out));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| numbers(field, format!("{path}/{name}"), out));
        }
        _ => panic!("no other values are there"),
    }
}

#[test]
fn every_random_number_matters() {
    let (election, _, ballot, opening) = sealed(&vote(), 1);
    let whole = json!(opening.randomness);
    let mut places = Vec::new();
    numbers(&whole, String::new(), &mut places);
    // Each question: its choices, and two for each branch of each proof.
    assert_eq!(places.len(), (2 + 8 + 2) + (4 + 16 + 8 + 4) + (1 + 4 + 4));
    for place in places {
        let mut changed = whole.clone();
        let number = changed.pointer_mut(&place).unwrap();
        *number = json!(if number == "1" { "2" } else { "1" });
        let randomness = serde_json::from_value(changed).unwrap();
        let other = Opening { answers: opening.answers.clone(), randomness };
        let error = refusal(&ballot, &election, &other);
        let ours = matches!(error, OpeningError::Differs(_) | OpeningError::Randomness(_));
        assert!(ours, "{place}: {error}");
    }
}

#[test]
fn proofs_that_are_missing_or_too_many_are_seen() {
    let (election, _, ballot, opening) = sealed(&vote(), 1);
    let whole = json!(opening.randomness);
    let change = |question: usize, field: &str, change: &dyn Fn(&mut Vec<Value>)| {
        let mut changed = whole.clone();
        change(changed[question][field].as_array_mut().unwrap());
        let randomness = serde_json::from_value(changed).unwrap();
        let other = Opening { answers: opening.answers.clone(), randomness };
        assert_eq!(refusal(&ballot, &election, &other), OpeningError::Randomness(question + 1), "{field}");
    };
    for (question, fields) in [
        (0, &["choices", "individual_proofs", "overall_proof"][..]),
        (1, &["blank_proof"]),
        (2, &["choices"]),
    ] {
        for field in fields {
            change(question, field, &|items| {
                items.pop();
            });
            change(question, field, &|items| items.push(items[0].clone()));
        }
    }
    let mut changed = whole.clone();
    changed[1].as_object_mut().unwrap().remove("blank_proof");
    let other =
        Opening { answers: opening.answers.clone(), randomness: serde_json::from_value(changed).unwrap() };
    assert_eq!(refusal(&ballot, &election, &other), OpeningError::Randomness(2));
}

/// A question with what is chosen in it; none is blank.
fn asked() -> impl Strategy<Value = (Question, Option<Vec<usize>>)> {
    (
        1usize..6,
        any::<bool>(),
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        any::<u64>(),
        0u8..4,
    )
        .prop_map(|(answers, blank, min, max, order, abstain)| {
            let max = max.index(answers + 1);
            let min = min.index(max + 1);
            let names = (0..answers).map(|i| format!("Answer {i}")).collect();
            let number = |n: usize| u32::try_from(n).unwrap();
            let question =
                Question::homomorphic("Which?".to_owned(), names, blank, number(min), number(max)).unwrap();
            if blank && abstain == 0 {
                return (question, None);
            }
            let count = min + usize::try_from(order % u64::from(number(max - min + 1))).unwrap();
            let start = usize::try_from(order / 7 % 64).unwrap();
            let mut positions: Vec<usize> = (0..count).map(|i| (start + i) % answers).collect();
            positions.sort_unstable();
            (question, Some(positions))
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_was_sealed_is_what_is_opened(asked in prop::collection::vec(asked(), 1..4), seed: u64) {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let (questions, vote): (Vec<_>, Vec<_>) = asked.into_iter().unzip();
        let vote: Vec<_> = vote.into_iter().map(|one| one.map_or(Selection::Blank, Selection::Answers)).collect();
        let uuid = Uuid::random(&mut rng);
        let key = Point::new(power_of_g(&Scalar::random(&mut rng)));
        let draft = Draft::new(uuid.clone(), "Name".to_owned(), String::new(), key, questions);
        let election = Election::parse(draft.to_text().as_bytes()).unwrap();
        let credential = Credential::random(&mut rng).derive(&uuid);
        let (ballot, opening) = Ballot::seal_openly(&election, &credential, &vote, &mut rng).unwrap();
        let read = Opening {
            answers: opening.answers.clone(),
            randomness: serde_json::from_str(&serde_json::to_string(&opening.randomness).unwrap()).unwrap(),
        };
        let Ok(found) = ballot.check_opening(&election, &read) else { panic!("it does not open") };
        prop_assert!(found == vote);
    }
}
