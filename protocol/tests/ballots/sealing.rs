use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_protocol::ballot::{Ballot, SealError, Selection, recorded_choices};
use scrutineer_protocol::credential::{Credential, CredentialKey};
use scrutineer_protocol::election::{Draft, Election, Uuid};
use scrutineer_protocol::group::{Point, Scalar, power_of_g};
use scrutineer_protocol::question::Question;
use serde_json::json;

/// An election with questions of every shape that is supported, and a credential for it.
pub(crate) fn election() -> (Election, CredentialKey) {
    let questions = [
        json!({"answers": ["Yes", "No"], "min": 1, "max": 1, "question": "One?"}),
        json!({"answers": ["a", "b", "c"], "blank": true, "min": 0, "max": 2, "question": "Some or blank?"}),
        json!({"answers": ["a"], "min": 0, "max": 1, "question": "Perhaps?"}),
    ];
    let questions = questions.iter().map(|q| Question::from_json(q).unwrap()).collect();
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    let uuid = Uuid::random(&mut rng);
    let key = Point::new(power_of_g(&Scalar::random(&mut rng)));
    let draft = Draft::new(uuid.clone(), "Name".to_owned(), "Text".to_owned(), key, questions);
    let election = Election::parse(draft.to_text().as_bytes()).unwrap();
    let credential = Credential::random(&mut rng).derive(&uuid);
    (election, credential)
}

fn chosen(positions: &[usize]) -> Selection {
    Selection::Answers(positions.to_vec())
}

#[test]
fn the_ciphertexts_of_a_recorded_ballot_are_those_that_were_sealed() {
    let (election, credential) = election();
    let mut rng = ChaCha20Rng::seed_from_u64(9);
    let vote = [chosen(&[1]), Selection::Blank, chosen(&[0])];
    let ballot = Ballot::seal(&election, &credential, &vote, &mut rng).unwrap();
    let text = ballot.to_text();
    let choices = recorded_choices(text.as_bytes()).unwrap();
    let sealed: Vec<_> = ballot.answers().iter().map(|answer| answer.ciphertexts().to_vec()).collect();
    assert_eq!(choices, sealed);
    for broken in ["", "{}", "[]", &text[1..], &text.replacen("\"alpha\":\"", "\"alpha\":\"0", 1)] {
        assert!(recorded_choices(broken.as_bytes()).is_err(), "{broken:.40}");
    }
}

#[test]
fn every_allowed_vote_is_sealed_and_verified() {
    let (election, credential) = election();
    let mut rng = ChaCha20Rng::seed_from_u64(8);
    let second =
        [Selection::Blank, chosen(&[]), chosen(&[0]), chosen(&[2]), chosen(&[0, 1]), chosen(&[2, 1])];
    for (i, second) in second.into_iter().enumerate() {
        let third = if i % 2 == 0 { chosen(&[0]) } else { chosen(&[]) };
        let ballot =
            Ballot::seal(&election, &credential, &[chosen(&[i % 2]), second, third], &mut rng).unwrap();
        ballot.verify(&election).unwrap();
        let read = Ballot::parse(ballot.to_text().as_bytes()).unwrap();
        assert_eq!(read, ballot);
        read.verify(&election).unwrap();
        let (tolerant, odd) = Ballot::parse_tolerant(ballot.to_text().as_bytes()).unwrap();
        assert_eq!((tolerant, odd), (ballot, None));
    }
}

#[test]
fn a_ballot_is_as_long_as_its_questions_allow() {
    let (election, credential) = election();
    let mut rng = ChaCha20Rng::seed_from_u64(10);
    let vote = [chosen(&[0]), chosen(&[1, 2]), chosen(&[])];
    let text = Ballot::seal(&election, &credential, &vote, &mut rng).unwrap().to_text();
    // With every number as long as numbers get.
    let numbers = text.split('"').filter(|part| part.len() > 64 && part.bytes().all(|b| b.is_ascii_digit()));
    let missing: usize = numbers.map(|number| 76 - number.len()).sum();
    let uuid = 64 - election.uuid().as_str().len();
    assert_eq!(Ballot::most_bytes(election.questions()), text.len() + missing + uuid);
}

#[test]
fn a_generator_that_repeats_itself_does_not_seal_two_votes_alike() {
    let (election, credential) = election();
    let seal = |vote: &[Selection]| {
        Ballot::seal(&election, &credential, vote, &mut ChaCha20Rng::seed_from_u64(11)).unwrap()
    };
    let first = seal(&[chosen(&[0]), chosen(&[1, 2]), chosen(&[])]);
    assert_eq!(first.to_text(), seal(&[chosen(&[0]), chosen(&[1, 2]), chosen(&[])]).to_text());
    let second = seal(&[chosen(&[0]), chosen(&[1, 2]), chosen(&[0])]);
    let sealed = |ballot: &Ballot| -> Vec<_> {
        ballot.answers().iter().flat_map(|answer| answer.ciphertexts().to_vec()).collect()
    };
    for (one, other) in sealed(&first).iter().zip(&sealed(&second)) {
        assert_ne!(one.alpha, other.alpha);
    }
}

#[test]
fn votes_that_are_not_allowed_cannot_be_sealed() {
    let (election, credential) = election();
    let mut rng = ChaCha20Rng::seed_from_u64(9);
    let mut seal = |selections: &[Selection]| {
        Ballot::seal(&election, &credential, selections, &mut rng).map(|_| ()).unwrap_err()
    };
    let fine = || chosen(&[0]);
    assert_eq!(seal(&[fine()]), SealError::Questions { questions: 3, selections: 1 });
    let count = |question, chosen, min, max| SealError::Count { question, chosen, min, max };
    assert_eq!(seal(&[chosen(&[]), fine(), fine()]), count(1, 0, 1, 1));
    assert_eq!(seal(&[chosen(&[0, 1]), fine(), fine()]), count(1, 2, 1, 1));
    assert_eq!(seal(&[chosen(&[2]), fine(), fine()]), SealError::Answer(1));
    assert_eq!(seal(&[fine(), chosen(&[1, 1]), fine()]), SealError::Answer(2));
    assert_eq!(seal(&[fine(), chosen(&[0, 1, 2]), fine()]), count(2, 3, 0, 2));
    assert_eq!(seal(&[fine(), fine(), Selection::Blank]), SealError::Blank(3));
}

#[test]
fn the_same_randomness_makes_the_same_ballot_and_other_randomness_another() {
    let (election, credential) = election();
    let vote = [chosen(&[0]), Selection::Blank, chosen(&[])];
    let seal =
        |seed| Ballot::seal(&election, &credential, &vote, &mut ChaCha20Rng::seed_from_u64(seed)).unwrap();
    assert_eq!(seal(1), seal(1));
    assert_ne!(seal(1), seal(2));
}

#[test]
fn a_ballot_belongs_to_one_election_and_one_voter() {
    let (election, credential) = election();
    let vote = [chosen(&[0]), Selection::Blank, chosen(&[])];
    let ballot = Ballot::seal(&election, &credential, &vote, &mut ChaCha20Rng::seed_from_u64(1)).unwrap();
    let text = String::from_utf8(election.bytes().to_vec()).unwrap();
    let other = Election::parse(text.replace("\"Name\"", "\"Mane\"").as_bytes()).unwrap();
    assert!(ballot.verify(&other).is_err());
    let other = Credential::random(&mut ChaCha20Rng::seed_from_u64(5)).derive(election.uuid());
    let stolen = ballot.to_text().replace(&credential.public().to_text(), &other.public().to_text());
    assert!(Ballot::parse(stolen.as_bytes()).unwrap().verify(&election).is_err());
}

#[test]
fn elections_that_make_no_sense_are_refused() {
    let (election, _) = election();
    let text = String::from_utf8(election.bytes().to_vec()).unwrap();
    let key = election.key().point().to_text();
    let changes = [
        ("\"version\":1", "\"version\":2"),
        ("\"Ed25519\"", "\"ed25519\""),
        ("\"min\":1,\"max\":1", "\"min\":2,\"max\":1"),
        ("\"min\":1,\"max\":1", "\"min\":1,\"max\":3"),
        ("\"name\":\"Name\"", "\"name\":\"Name\",\"name\":\"Name\""),
        ("\"question\":\"One?\"", "\"question\":\"One?\",\"question\":\"Two?\""),
        (key.as_str(), "0000000000000000000000000000000000000000000000000000000000000001"),
        (key.as_str(), "0000000000000000000000000000000000000000000000000000000000000002"),
        ("{\"answers\":[\"a\"]", "{\"type\":\"NonHomomorphic\",\"value\":{},\"answers\":[\"a\"]"),
        ("\"answers\":[\"a\"],\"min\":0,\"max\":1", "\"answers\":[],\"min\":0,\"max\":0"),
    ];
    for (from, to) in changes {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        assert!(Election::parse(changed.as_bytes()).is_err(), "{to}");
    }
    let later = text.replacen("{\"version\":1", "{\"later\":[1],\"version\":1", 1);
    assert!(Election::parse(later.as_bytes()).is_ok(), "unknown fields are ignored");
}
