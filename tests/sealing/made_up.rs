//! Made-up elections of every kind of question that the booth supports, and choices that fit them.

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use scrutineer_ballot::code::VotingCode;
use scrutineer_ballot::description::{self, CountOpener, DescriptionLine, Officers};
use scrutineer_ballot::file::Codes;
use scrutineer_cli::rehearse::chance::{below, shuffle};
use scrutineer_protocol::ballot::Selection;
use scrutineer_protocol::credential::{Credential, CredentialKey};
use scrutineer_protocol::election::{Draft, Election, Uuid};
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::question::Question;
use scrutineer_protocol::trustee::PrivateKey;

/// The ballot of every made-up election.
pub(crate) const BALLOT: &str = "ZM9Q5QG2xbtcA9";
/// A key fingerprint, for officers and receipts that sign nothing here.
const KEY: &str = "SHA256:AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM";

/// An election with the key that opens its votes.
pub(crate) struct MadeUp {
    pub(crate) election: Election,
    pub(crate) key: PrivateKey,
}

/// The chance of one test.
pub(crate) fn chance(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// A question with so many answers.
pub(crate) fn question(answers: usize, blank: bool, min: u32, max: u32) -> Question {
    let answers = (0..answers).map(|i| format!("Answer {i}: \"é\" \\ \u{7f}")).collect();
    Question::homomorphic("Which?".to_owned(), answers, blank, min, max).expect("a question")
}

/// A question of any supported kind, with at most ten answers.
pub(crate) fn any_question(rng: &mut ChaCha20Rng) -> Question {
    let answers = 1 + below(rng, 10);
    let max = below(rng, answers + 1);
    let min = below(rng, max + 1);
    let number = |n: usize| u32::try_from(n).expect("a small number");
    question(answers, below(rng, 2) == 1, number(min), number(max))
}

/// An election with one to three questions of any kind.
pub(crate) fn any_election(rng: &mut ChaCha20Rng) -> MadeUp {
    let questions = (0..=below(rng, 3)).map(|_| any_question(rng)).collect();
    election(questions, rng)
}

/// An election of ours with these questions.
pub(crate) fn election(questions: Vec<Question>, rng: &mut ChaCha20Rng) -> MadeUp {
    let key = PrivateKey::generate(rng);
    let line = DescriptionLine {
        v: description::VERSION,
        ballot: Uuid::from_text(BALLOT).expect("an identifier"),
        box_name: "All members".to_owned(),
        eligible: 25_000,
        spares: 20,
        roll: HexHash::from_digest([1; 32]),
        rules: questions.iter().map(|_| None).collect(),
        tellers: CountOpener::Server,
        codes: Codes::Server,
        officers: Officers { needed: 1, keys: vec![KEY.parse().expect("a fingerprint")] },
        receipts: KEY.parse().expect("a fingerprint"),
        closes: Some(1_611_467_940),
        boxes: 1,
    };
    let description = description::compose("What it is about.", &line).expect("a description");
    let name = "A ballot, “quoted”".to_owned();
    let draft = Draft::new(Uuid::random(rng), name, description, key.public_point(), questions);
    MadeUp { election: Election::parse(draft.to_text().as_bytes()).expect("an election"), key }
}

/// A choice for each question: now and then a blank one where there may be one.
pub(crate) fn any_choice(election: &Election, rng: &mut ChaCha20Rng) -> Vec<Selection> {
    let choose = |question: &Question| {
        if question.allows_blank() && below(rng, 4) == 0 {
            return Selection::Blank;
        }
        let (min, max) = question.choices();
        let size = |n: u32| usize::try_from(n).expect("a small number");
        let mut positions: Vec<usize> = (0..question.answers().len()).collect();
        shuffle(&mut positions, rng);
        positions.truncate(size(min) + below(rng, size(max - min) + 1));
        Selection::Answers(positions)
    };
    election.questions().iter().map(choose).collect()
}

/// The numbers that a choice seals, by question.
pub(crate) fn bits(election: &Election, selections: &[Selection]) -> Vec<Vec<u64>> {
    let bits = |(question, selection): (&Question, &Selection)| {
        let mut bits = vec![0; question.ciphertexts()];
        let first = usize::from(question.allows_blank());
        match selection {
            Selection::Blank => bits[0] = 1,
            Selection::Answers(positions) => positions.iter().for_each(|position| bits[first + position] = 1),
        }
        bits
    };
    election.questions().iter().zip(selections).map(bits).collect()
}

/// A new code, with the key that it stands for in an election.
pub(crate) fn code(election: &Election, rng: &mut ChaCha20Rng) -> (VotingCode, CredentialKey) {
    let code = VotingCode::generate(rng);
    let key = Credential::from_text(&code.credential()).expect("a credential").derive(election.uuid());
    (code, key)
}

/// A seed for the booth's chance.
pub(crate) fn seed(rng: &mut ChaCha20Rng) -> String {
    rng.next_u64().to_string()
}
