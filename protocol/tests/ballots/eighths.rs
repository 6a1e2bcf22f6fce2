//! Eighths help to read a ballot and change nothing about which ballots are read.

use crate::sealing::election;
use curve25519_dalek::constants::EIGHT_TORSION;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_protocol::ParseError;
use scrutineer_protocol::ballot::{Ballot, Eighths, Selection};
use scrutineer_protocol::group::Point;

fn ballot(seed: u64) -> Ballot {
    let (election, credential) = election();
    let vote = [Selection::Answers(vec![1]), Selection::Blank, Selection::Answers(vec![])];
    Ballot::seal(&election, &credential, &vote, &mut ChaCha20Rng::seed_from_u64(seed)).unwrap()
}

/// The points of the sealed numbers.
fn points(ballot: &Ballot) -> Vec<Point> {
    let ciphertexts = ballot.answers().iter().flat_map(|answer| answer.ciphertexts());
    ciphertexts.flat_map(|one| [one.alpha, one.beta]).collect()
}

/// Right ones, none, those of another ballot, of the first three points alone, and what is no point.
fn eighths(ballot: &Ballot) -> [Eighths; 5] {
    let right = Eighths::of(ballot);
    // Four digits are three bytes.
    let first = right.to_text()[..128].to_owned();
    let no_point = format!("Ag{}", "A".repeat(41));
    [
        right,
        Eighths::default(),
        Eighths::of(&self::ballot(9)),
        Eighths::from_text(&first).unwrap(),
        Eighths::from_text(&no_point).unwrap(),
    ]
}

fn parse(ballot: &str, eighths: &Eighths) -> Result<Ballot, ParseError> {
    let (_, credential) = election();
    Ballot::parse_with(ballot.as_bytes(), credential.public().encoding(), eighths)
}

#[test]
fn every_point_has_its_eighth() {
    let ballot = ballot(5);
    let text = Eighths::of(&ballot).to_text();
    assert_eq!(text.len(), (points(&ballot).len() * 32 * 4).div_ceil(3));
    assert_eq!(Eighths::from_text(&text).unwrap(), Eighths::of(&ballot));
}

#[test]
fn a_ballot_is_the_same_whatever_eighths_come_with_it() {
    let (election, _) = election();
    let ballot = ballot(5);
    for eighths in eighths(&ballot) {
        let read = parse(&ballot.to_text(), &eighths).unwrap();
        assert_eq!(read, ballot);
        read.verify(&election).unwrap();
    }
}

#[test]
fn a_ballot_with_a_point_outside_the_group_is_refused_whatever_eighths_come_with_it() {
    let ballot = ballot(5);
    let text = ballot.to_text();
    let all = points(&ballot);
    for (point, torsion) in all.iter().zip(EIGHT_TORSION[1..].iter().cycle()) {
        let outside = Point::new(point.element() + torsion).to_text();
        let changed = text.replacen(&point.to_text(), &outside, 1);
        assert_ne!(changed, text);
        for eighths in eighths(&ballot) {
            assert_eq!(
                parse(&changed, &eighths),
                Err(ParseError::new("point", "is not in the prime-order subgroup"))
            );
        }
    }
    assert_eq!(all.len(), 14);
}
