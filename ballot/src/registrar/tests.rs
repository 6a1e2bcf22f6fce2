use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_protocol::credential::PublicCredentials;

use super::*;
use crate::description::Officers;
use crate::file::BallotFile;
use crate::setup::{BoxPlan, begin_record, new_codes};

/// A point of order 8, of order 2, the neutral element, an encoding with y >= p, one off the curve: 64 digits each.
const ORDER_8: &str = "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7";
const ORDER_2: &str = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec";
const NEUTRAL: &str = "0000000000000000000000000000000000000000000000000000000000000001";
const NOT_CANONICAL: &str = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffee";
const OFF_THE_CURVE: &str = "0000000000000000000000000000000000000000000000000000000000000002";

fn uuid(n: u64) -> Uuid {
    Uuid::random(&mut ChaCha20Rng::seed_from_u64(n))
}

/// Two boxes with their rolls, and credentials that fit.
fn good(seed: u64) -> (Vec<Expected>, Vec<HandedIn>) {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let plan = [("North", &["7", "10", "A-1"][..], 2), ("South", &["8"][..], 1)];
    let mut expected = Vec::new();
    let mut handed_in = Vec::new();
    for (n, (name, members, spares)) in (1..).zip(plan) {
        let election = uuid(n);
        let number = u64::try_from(members.len()).unwrap() + spares;
        let mut points = new_codes(&election, number, &mut rng, |_| ()).unwrap().into_iter();
        let mut next = || points.next().unwrap().credential.to_string();
        handed_in.push(HandedIn {
            election: election.to_string(),
            members: members.iter().map(|no| ((*no).to_owned(), next())).collect(),
            spares: (0..spares).map(|_| next()).collect(),
        });
        let members = members.iter().map(|no| (*no).to_owned()).collect();
        expected.push(Expected { election, name: name.to_owned(), members, spares });
    }
    (expected, handed_in)
}

fn refused(change: impl FnOnce(&mut Vec<HandedIn>)) -> String {
    let (expected, mut handed_in) = good(1);
    change(&mut handed_in);
    check(&expected, handed_in).unwrap_err().to_string()
}

#[test]
fn what_fits_is_taken() {
    let (expected, handed_in) = good(1);
    let taken = check(&expected, handed_in.clone()).unwrap();
    assert_eq!(taken.len(), 2);
    let numbers: Vec<_> = taken[0].members.iter().map(|(no, _)| no.as_str()).collect();
    assert_eq!(numbers, ["10", "7", "A-1"]);
    let (no, point) = &taken[0].members[1];
    assert_eq!((no.as_str(), point.to_string()), ("7", handed_in[0].members[0].1.clone()));
    assert_eq!((taken[0].number(), taken[1].number()), (5, 2));
    let list = PublicCredentials::parse(taken[0].list.as_bytes()).unwrap();
    assert!(list.encodings().is_sorted());
    assert_eq!((list.len(), list.to_text()), (5, taken[0].list.clone()));
    assert_eq!(taken[0].hash(), HexHash::of(taken[0].list.as_bytes()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn the_record_does_not_say_in_which_order_they_came(seed in 0u64..1000, turns in 0usize..6) {
        let (expected, handed_in) = good(seed);
        let mut other = handed_in.clone();
        other.reverse();
        for one in &mut other {
            let members = one.members.len();
            one.members.rotate_left(turns % members);
            one.spares.reverse();
        }
        let (one, other) = (check(&expected, handed_in).unwrap(), check(&expected, other).unwrap());
        for (one, other) in one.iter().zip(&other) {
            prop_assert_eq!(&one.members, &other.members);
            prop_assert_eq!(&one.spares, &other.spares);
            prop_assert_eq!(&one.list, &other.list);
        }
    }
}

#[test]
fn boxes_are_handed_in_together_once_each() {
    assert!(refused(|boxes| drop(boxes.pop())).contains("\"South\" are not there"));
    assert!(refused(|boxes| boxes[1] = boxes[0].clone()).contains("\"North\" is there twice"));
    assert!(refused(|boxes| boxes[1].election = "x".repeat(99)).contains("none of this ballot's boxes"));
    assert!(refused(Vec::clear).contains("\"North\" are not there"));
}

#[test]
fn every_member_of_the_frozen_roll_is_there_once_and_nobody_else() {
    let sentence = refused(|boxes| drop(boxes[0].members.pop()));
    assert_eq!(sentence, "box \"North\" needs the credentials of 3 members, but there are 2");
    let sentence = refused(|boxes| boxes[0].members[1].0 = "7".to_owned());
    assert_eq!(sentence, "member \"7\" is there twice");
    // Somebody of another box, somebody more, another spelling.
    for stranger in ["8", "99", " 7", "a-1"] {
        let sentence = refused(|boxes| boxes[0].members[0].0 = stranger.to_owned());
        assert!(sentence.ends_with("is not on the roll that was frozen for box \"North\""), "{sentence}");
    }
    let sentence = refused(|boxes| {
        let more = boxes[0].members[0].clone();
        boxes[0].members.push(more);
    });
    assert_eq!(sentence, "member \"7\" is there twice");
}

#[test]
fn the_number_of_spares_is_the_box_s() {
    let fewer = refused(|boxes| drop(boxes[0].spares.pop()));
    assert_eq!(fewer, "box \"North\" needs 2 spare credentials, but there are 1");
    let more = refused(|boxes| {
        let one = boxes[0].spares[0].clone();
        boxes[1].spares.push(one);
    });
    assert_eq!(more, "box \"South\" needs 1 spare credentials, but there are 2");
}

#[test]
fn a_credential_is_nowhere_twice() {
    let in_a_box = refused(|boxes| boxes[0].spares[1] = boxes[0].spares[0].clone());
    assert_eq!(
        in_a_box,
        "a spare credential of box \"North\" is there twice; every code must be another one, in all boxes"
    );
    let across = refused(|boxes| boxes[1].members[0].1 = boxes[0].spares[0].clone());
    assert!(across.starts_with("the credential of member 8 of box \"South\" is there twice"), "{across}");
}

#[test]
fn a_credential_is_canonical_and_in_the_group() {
    for bad in [ORDER_8, ORDER_2, NOT_CANONICAL, OFF_THE_CURVE, "", "00", &NEUTRAL.to_uppercase()[1..]] {
        let sentence = refused(|boxes| boxes[0].members[0].1 = bad.to_owned());
        assert!(
            sentence.starts_with("the credential of member 7 of box \"North\" cannot be taken"),
            "{sentence}"
        );
        let sentence = refused(|boxes| boxes[1].spares[0] = bad.to_owned());
        assert!(sentence.starts_with("a spare credential of box \"South\" cannot be taken"), "{sentence}");
    }
    assert!(refused(|boxes| boxes[0].members[0].1 = NEUTRAL.to_owned()).contains("neutral element"));
    let upper = refused(|boxes| boxes[0].members[0].1.make_ascii_uppercase());
    assert!(upper.contains("lower-case"), "{upper}");
}

#[test]
fn a_record_begins_as_if_the_codes_had_been_made_with_the_box() {
    let file = "title = \"T\"\ntime_zone = \"UTC\"\ncontact = \"C\"\ntellers = \"server\"\ncodes = \"registrar\"\n\
                spares = 2\n[[question]]\ntext = \"Q\"\nanswers = [\"Yes\", \"No\"]\n";
    let file = BallotFile::parse(file).unwrap();
    let plan = BoxPlan {
        ballot: &uuid(9),
        box_name: "all",
        file: &file,
        boxes: 1,
        eligible: 3,
        spares: 2,
        roll: HexHash::of(b"roll"),
        board: None,
        officers: Officers::nobody(),
        receipts: "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU".parse().unwrap(),
    };
    let whole = plan.make(&mut ChaCha20Rng::seed_from_u64(3), |_| ()).unwrap();
    let fixed = plan.fix(&mut ChaCha20Rng::seed_from_u64(3)).unwrap();
    assert_eq!(fixed.election.bytes(), whole.election.bytes());
    let numbers = ["1", "2", "3"].map(str::to_owned);
    let mut texts = whole.codes.iter().map(|code| code.credential.to_string());
    let handed_in = HandedIn {
        election: fixed.election.uuid().to_string(),
        members: numbers.iter().cloned().zip(texts.by_ref()).collect(),
        spares: texts.collect(),
    };
    let election = fixed.election.uuid().clone();
    let expected = Expected { election, name: "all".to_owned(), members: numbers.to_vec(), spares: 2 };
    let taken = check(&[expected], vec![handed_in]).unwrap();
    let setup = begin_record(&fixed.election_text, &fixed.trustees.to_text(), taken[0].list.clone()).unwrap();
    assert_eq!(setup, whole.setup);
}
