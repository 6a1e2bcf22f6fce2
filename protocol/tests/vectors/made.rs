//! Elections of our own, from setup to result, and what is found in them.

use crate::verify::{at, report};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use scrutineer_protocol::archive::{Timestamp, Writer};
use scrutineer_protocol::ballot::{Ballot, Selection};
use scrutineer_protocol::credential::{Credential, CredentialKey, PublicCredentials};
use scrutineer_protocol::election::{Draft, Election, Uuid};
use scrutineer_protocol::event::{Entry, State};
use scrutineer_protocol::question::Question;
use scrutineer_protocol::tally::{BoundShare, PartialDecryption, RunningTally, SharesFile, combine};
use scrutineer_protocol::trustee::{PrivateKey, Trustees};
use scrutineer_protocol::verify::{self, Level, Report, names};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An election with one trustee.
struct Made {
    rng: ChaCha20Rng,
    election: Election,
    trustees: Trustees,
    key: PrivateKey,
    voters: Vec<CredentialKey>,
    weights: Vec<u64>,
    last: Vec<Option<Ballot>>,
    tally: RunningTally,
    state: State,
    writer: Writer<Vec<u8>>,
}

impl Made {
    /// One question and a voter for each weight; all weights 1 are not written.
    fn begin(question: &Value, weights: &[u64]) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(7);
        let key = PrivateKey::generate(&mut rng);
        let trustees = Trustees::new(vec![key.public_key(&mut rng)], Vec::new());
        let uuid = Uuid::random(&mut rng);
        let question = Question::from_json(question).expect("a question");
        let draft = Draft::new(
            uuid.clone(),
            "A vote".to_owned(),
            String::new(),
            trustees.election_key(),
            vec![question],
        );
        let election = Election::parse(draft.to_text().as_bytes()).expect("an election");
        let voters: Vec<CredentialKey> =
            weights.iter().map(|_| Credential::random(&mut rng).derive(&uuid)).collect();
        let plain = weights.iter().all(|weight| *weight == 1);
        let lines: Vec<String> = voters
            .iter()
            .zip(weights)
            .map(|(voter, weight)| match plain {
                true => voter.public().to_text(),
                false => format!("{},{weight}", voter.public()),
            })
            .collect();
        let list = serde_json::to_string(&lines).expect("JSON");
        let list = PublicCredentials::parse(list.as_bytes()).expect("a list");
        let mut state = State::start();
        let setup =
            Entry::setup(&mut state, draft.to_text(), trustees.to_text(), list.to_text()).expect("a setup");
        let time = Timestamp::new(1_700_000_000).expect("a time");
        let mut writer = Writer::new(Vec::new(), time).expect("memory");
        writer.entry(&setup).expect("memory");
        let shape: Vec<usize> = election.questions().iter().map(Question::ciphertexts).collect();
        Self {
            rng,
            election,
            trustees,
            key,
            last: voters.iter().map(|_| None).collect(),
            voters,
            weights: weights.to_vec(),
            tally: RunningTally::new(&shape),
            state,
            writer,
        }
    }

    /// Puts a ballot on the record as it is.
    fn append(&mut self, ballot: &Ballot) {
        let entry = Entry::ballot(&mut self.state, ballot.to_text()).expect("voting is open");
        self.writer.entry(&entry).expect("memory");
    }

    fn vote(&mut self, voter: usize, selection: Selection) {
        let ballot = Ballot::seal(&self.election, &self.voters[voter], &[selection], &mut self.rng);
        let ballot = ballot.expect("a ballot");
        self.append(&ballot);
        let weight = self.weights[voter];
        if let Some(old) = self.last[voter].take() {
            self.tally.remove(old.answers().iter().map(|a| a.ciphertexts()), weight).expect("was counted");
        }
        self.tally.add(ballot.answers().iter().map(|a| a.ciphertexts()), weight).expect("fits");
        self.last[voter] = Some(ballot);
    }

    /// Closes, tallies, decrypts: the record and its side file.
    fn finish(mut self) -> (Vec<u8>, SharesFile) {
        let fingerprint = *self.election.fingerprint();
        let end = Entry::end_ballots(&mut self.state).expect("voting was open");
        let (tally, sized) = self.tally.finish();
        let tallied = Entry::encrypted_tally(&mut self.state, &tally, &sized).expect("was closed");
        let share = PartialDecryption::decrypt(&fingerprint, &tally, &self.key, &mut self.rng);
        let bound = BoundShare::prove(1, &fingerprint, &tally, &share, &self.key, &mut self.rng);
        let decrypted = Entry::partial_decryption(&mut self.state, 1, &share).expect("was tallied");
        let opened =
            combine(&fingerprint, &tally, &self.trustees, &BTreeMap::from([(1, share)])).expect("opens");
        let result = opened.result(self.tally.weight()).expect("counts");
        let result = Entry::result(&mut self.state, &result).expect("was decrypted");
        for entry in [end, tallied, decrypted, result] {
            self.writer.entry(&entry).expect("memory");
        }
        let shares = SharesFile::new(fingerprint, vec![bound]);
        (self.writer.finish().expect("memory"), shares)
    }
}

fn yes_no() -> Value {
    json!({"answers": ["Yes", "No"], "min": 1, "max": 1, "question": "Agreed?"})
}

fn approve() -> Value {
    json!({"answers": ["Approve"], "min": 0, "max": 1, "question": "Approve?"})
}

fn with_blank() -> Value {
    json!({"answers": ["Yes", "No"], "blank": true, "min": 1, "max": 1, "question": "Agreed?"})
}

fn yes() -> Selection {
    Selection::Answers(vec![0])
}

fn no() -> Selection {
    Selection::Answers(vec![1])
}

fn counts(report: &Report) -> Vec<u64> {
    let question = &report.counts.as_ref().expect("counts")[0];
    question.blank.into_iter().chain(question.answers.iter().map(|answer| answer.votes)).collect()
}

fn with_shares(bytes: &[u8], shares: &str) -> Report {
    verify::archive(
        bytes,
        |_| Ok(Some(shares.as_bytes().to_vec())),
        &mut ChaCha20Rng::seed_from_u64(1),
        &mut (),
    )
    .expect("a report")
}

#[test]
fn an_election_in_which_nobody_voted() {
    let (bytes, shares) = Made::begin(&yes_no(), &[1, 1]).finish();
    let report = with_shares(&bytes, &shares.to_text());
    assert_eq!(report.level(), Level::Ok, "{:?}", report.checks);
    assert!(report.complete);
    assert_eq!((report.voters, report.votes, report.replaced), (2, 0, 0));
    assert_eq!(counts(&report), [0, 0]);
}

#[test]
fn an_election_without_voters() {
    let (bytes, shares) = Made::begin(&yes_no(), &[]).finish();
    let report = with_shares(&bytes, &shares.to_text());
    assert_eq!(report.level(), Level::Ok, "{:?}", report.checks);
    assert_eq!((report.voters, counts(&report)), (0, vec![0, 0]));
}

#[test]
fn the_last_ballot_of_a_voter_counts_with_the_voters_weight() {
    let mut made = Made::begin(&with_blank(), &[1, 20, 0, 3_000_000_000]);
    made.vote(1, yes());
    made.vote(0, yes());
    made.vote(1, no());
    made.vote(2, yes());
    made.vote(3, Selection::Blank);
    made.vote(1, no());
    let (bytes, shares) = made.finish();
    let report = with_shares(&bytes, &shares.to_text());
    assert_eq!(report.level(), Level::Ok, "{:?}", report.checks);
    assert_eq!((report.votes, report.replaced, report.weight), (4, 2, 3_000_000_021));
    assert_eq!(counts(&report), [3_000_000_000, 1, 20]);
    assert_eq!(report.decrypted_by, [1]);
}

#[test]
fn many_ballots_are_checked_in_batches() {
    let mut made = Made::begin(&approve(), &[1; 300]);
    for voter in 0..300 {
        made.vote(voter, yes());
    }
    for voter in (0..300).rev() {
        made.vote(voter, Selection::Answers(Vec::new()));
    }
    for voter in 0..7 {
        made.vote(voter, yes());
    }
    let (bytes, _) = made.finish();
    let report = report(&bytes).expect("a report");
    assert!(report.ok(), "{:?}", at(&report, Level::Fail));
    assert_eq!((report.votes, report.replaced), (300, 307));
    assert_eq!(counts(&report), [7]);
}

#[test]
fn faults_are_told_with_the_number_of_the_ballot_and_in_bounded_number() {
    let mut made = Made::begin(&approve(), &[1, 1]);
    made.vote(0, yes());
    made.vote(1, yes());
    let first = made.last[0].clone().expect("a ballot");
    for _ in 0..30 {
        made.append(&first);
    }
    let (bytes, _) = made.finish();
    let report = report(&bytes).expect("a report");
    let failures = at(&report, Level::Fail);
    assert_eq!(failures.len(), 21);
    assert_eq!(failures[0], format!("ballots: vote 3 ({}): stands on the record already", first.tracker()));
    assert_eq!(failures[20], "ballots: and 10 more of this kind");
    assert_eq!((report.votes, report.replaced), (2, 0));
}

#[test]
fn the_file_of_shares_must_be_for_this_record() {
    let mut made = Made::begin(&yes_no(), &[1, 1]);
    made.vote(0, yes());
    let (bytes, shares) = made.finish();
    let right = shares.to_text();
    assert_eq!(with_shares(&bytes, &right).level(), Level::Ok);

    let mut other = Made::begin(&yes_no(), &[1]);
    other.vote(0, no());
    let (_, others) = other.finish();
    let mut exchanged = shares.clone();
    exchanged.shares[0].proofs[0].reverse();
    let mut empty = shares.clone();
    empty.shares.clear();
    let mut twice = shares.clone();
    twice.shares.push(shares.shares[0].clone());
    let mut beyond = shares.clone();
    beyond.shares[0].owner = 2;
    for wrong in [
        others.to_text(),
        exchanged.to_text(),
        empty.to_text(),
        twice.to_text(),
        beyond.to_text(),
        right.replace("\"version\":1", "\"version\":2"),
        right.replace(',', ", "),
        String::new(),
    ] {
        let report = with_shares(&bytes, &wrong);
        let failures = at(&report, Level::Fail);
        assert_eq!(failures.len(), 1, "{failures:?}");
        assert!(failures[0].starts_with(names::SHARES), "{failures:?}");
    }
    let missing = report(&bytes).expect("a report");
    assert!(missing.ok());
    assert!(at(&missing, Level::Warning)[0].starts_with(names::SHARES));
}

#[test]
fn a_file_of_shares_that_cannot_be_read_is_an_error() {
    let (bytes, _) = Made::begin(&yes_no(), &[1]).finish();
    let gone = |_: &Uuid| Err(std::io::Error::other("the disk is gone"));
    let error = verify::archive(bytes.as_slice(), gone, &mut ChaCha20Rng::seed_from_u64(1), &mut ())
        .expect_err("unreadable");
    assert!(error.to_string().contains("the disk is gone"));
}

#[test]
fn a_ballot_of_a_credential_that_is_not_listed_does_not_count() {
    let mut made = Made::begin(&yes_no(), &[1]);
    let stranger = Credential::random(&mut made.rng).derive(made.election.uuid());
    let ballot = Ballot::seal(&made.election, &stranger, &[yes()], &mut made.rng).expect("a ballot");
    made.append(&ballot);
    let (bytes, _) = made.finish();
    let report = report(&bytes).expect("a report");
    let failures = at(&report, Level::Fail);
    assert_eq!(failures.len(), 1, "{failures:?}");
    assert!(failures[0].contains("its credential is not on the list"));
    assert_eq!((report.votes, counts(&report)), (0, vec![0, 0]));
}
