//! A ballot with one box as a server would hold it, so that the stand-in can answer with true elections and records.

use std::collections::HashMap;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_api::ballot::{Ballot as Shown, BallotBox, BallotState, Question as Asked};
use scrutineer_ballot::certificate::{Certificate, Facts, IssuedBox, Issuer, Particulars};
use scrutineer_ballot::description::{self, DescriptionLine, Officers};
use scrutineer_ballot::file::BallotFile;
use scrutineer_ballot::outcome::Outcome;
use scrutineer_ballot::receipt::{Receipt, ReceiptLine};
use scrutineer_ballot::setup::{BoxPlan, NewBox};
use scrutineer_ballot::signature::{KeyFingerprint, Signer};
use scrutineer_protocol::Point;
use scrutineer_protocol::archive::{Timestamp, Writer};
use scrutineer_protocol::ballot::Ballot;
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::event::{Entry, State};
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::tally::{
    BoundShare, EncryptedTally, PartialDecryption, RunningTally, SharesFile, combine,
};
use scrutineer_protocol::trustee::ThresholdParameters;
use scrutineer_protocol::verify;
use ssh_key::{Algorithm, PrivateKey};

const FILE: &str = r#"
title = "Work remotely only"
time_zone = "America/Chicago"
contact = "Election committee, 555-0100"
tellers = "server"
spares = 1

[[question]]
text = "Shall all members work remotely?"
answers = ["Yes", "No", "1=1"]
choose = { min = 1, max = 2 }
blank = true
passes = "Yes >= 60% of eligible"

[[question]]
text = "Which offer?"
answers = ["First", "Second"]
"#;

/// A ballot, its box and its record so far.
pub(crate) struct World {
    pub(crate) rng: ChaCha20Rng,
    pub(crate) made: NewBox,
    pub(crate) shown: Shown,
    /// Signs receipts.
    pub(crate) receipt_key: Signer,
    pub(crate) state: State,
    /// Every step of the record.
    pub(crate) entries: Vec<Entry>,
    tally: RunningTally,
    /// The vote of each credential that counts.
    last: HashMap<Point, Ballot>,
    /// Partial decryptions with their bound proofs.
    pub(crate) shares: Vec<(PartialDecryption, BoundShare)>,
}

impl World {
    /// A ballot of three members, opened by the server alone or with a board.
    pub(crate) fn new(board: Option<(&str, &ThresholdParameters)>, officers: &[KeyFingerprint]) -> Self {
        Self::with_seed(board, officers, 9)
    }

    /// The same with other keys and identifiers for every seed.
    pub(crate) fn with_seed(
        board: Option<(&str, &ThresholdParameters)>,
        officers: &[KeyFingerprint],
        seed: u64,
    ) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let tellers = board.map_or("server", |(name, _)| name);
        let file = FILE.replace("\"server\"", &format!("{tellers:?}"));
        let file = BallotFile::parse(&file).expect("a ballot file");
        let receipt_key = PrivateKey::random(&mut rng, Algorithm::Ed25519).expect("a key");
        let receipt_key = Signer::new(&receipt_key).expect("a key");
        let receipts = KeyFingerprint::of(receipt_key.public_key());
        let keys = if officers.is_empty() { vec![receipts] } else { officers.to_vec() };
        let needed = u32::try_from(keys.len()).expect("few");
        let ballot = Uuid::random(&mut rng);
        let made = BoxPlan {
            ballot: &ballot,
            box_name: "all",
            file: &file,
            boxes: 1,
            eligible: 3,
            spares: u64::from(file.spares),
            roll: HexHash::of(b"roll"),
            board: board.map(|(_, parameters)| parameters),
            officers: Officers { needed, keys },
            receipts,
        }
        .make(&mut rng, |_| ())
        .expect("a box");
        let mut state = State::start();
        let [election, trustees, credentials, ..] = made.setup.data.as_slice() else {
            unreachable!("a setup")
        };
        let setup = Entry::setup(&mut state, election.clone(), trustees.clone(), credentials.clone());
        let shape: Vec<usize> = made.election.questions().iter().map(|q| q.ciphertexts()).collect();
        let shown = shown(&ballot, &file, &made, board.map(|(name, _)| name));
        Self {
            rng,
            shown,
            receipt_key,
            state,
            entries: vec![setup.expect("the beginning")],
            tally: RunningTally::new(&shape),
            last: HashMap::new(),
            shares: Vec::new(),
            made,
        }
    }

    /// The election's description line.
    pub(crate) fn line(&self) -> DescriptionLine {
        description::parse(self.made.election.description()).expect("it reads").expect("there is one").1
    }

    /// Puts a vote on the record, in place of an older one of the same code, and gives its receipt.
    pub(crate) fn cast(&mut self, text: &str) -> Receipt {
        let vote = Ballot::parse(text.as_bytes()).expect("a sealed vote");
        vote.verify(&self.made.election).expect("a valid vote");
        if let Some(old) = self.last.insert(*vote.credential(), vote.clone()) {
            let choices: Vec<_> = old.answers().iter().map(|answer| answer.ciphertexts()).collect();
            self.tally.remove(choices, 1).expect("it was counted");
        }
        let choices: Vec<_> = vote.answers().iter().map(|answer| answer.ciphertexts()).collect();
        self.tally.add(choices, 1).expect("it fits");
        let entry = Entry::ballot(&mut self.state, text.to_owned()).expect("voting is open");
        let line = ReceiptLine {
            election: self.made.election.uuid().clone(),
            tracker: *vote.tracker(),
            height: entry.event.event.height,
            event: entry.event.hash,
        };
        self.entries.push(entry);
        line.sign(&self.receipt_key).expect("a receipt")
    }

    /// Ends voting and puts the sealed count on the record.
    pub(crate) fn close(&mut self) {
        self.entries.push(Entry::end_ballots(&mut self.state).expect("voting is open"));
        let (tally, sized) = self.tally.finish();
        let entry = Entry::encrypted_tally(&mut self.state, &tally, &sized).expect("voting has ended");
        self.shown.state = BallotState::Closed;
        self.shown.boxes[0].closing_event = Some(entry.event.hash.to_string());
        self.entries.push(entry);
    }

    /// The sealed count.
    pub(crate) fn encrypted(&self) -> EncryptedTally {
        self.tally.encrypted()
    }

    /// Puts a teller's share on the record.
    pub(crate) fn decrypted(&mut self, owner: usize, share: PartialDecryption, bound: BoundShare) {
        let entry =
            Entry::partial_decryption(&mut self.state, owner, &share).expect("the count is being opened");
        self.entries.push(entry);
        self.shares.push((share, bound));
    }

    /// Adds the server's share and the result.
    pub(crate) fn finish(&mut self) {
        let (phi, tally) = (*self.made.election.fingerprint(), self.encrypted());
        let key = &self.made.server_key;
        let share = PartialDecryption::decrypt(&phi, &tally, key, &mut self.rng);
        let bound = BoundShare::prove(1, &phi, &tally, &share, key, &mut self.rng);
        self.decrypted(1, share, bound);
        let shares = self.shares.iter().map(|(share, bound)| (bound.owner, share.clone())).collect();
        let opened = combine(&phi, &tally, &self.made.trustees, &shares).expect("enough shares");
        let result = opened.result(self.tally.weight()).expect("counts");
        self.entries.push(Entry::result(&mut self.state, &result).expect("the count is open"));
        self.shown.state = BallotState::Tallied;
    }

    /// The record as a file.
    pub(crate) fn record(&self) -> Vec<u8> {
        let time = Timestamp::new(1_611_187_200).expect("a time");
        let mut writer = Writer::new(Vec::new(), time).expect("memory");
        for entry in &self.entries {
            for body in &entry.data {
                writer.data(body.as_bytes()).expect("memory");
            }
            writer.event(&entry.event.event).expect("memory");
        }
        writer.finish().expect("memory")
    }

    /// The certificate of a ballot that the server opened alone.
    pub(crate) fn certificate(&self) -> String {
        let (record, shares) = (self.record(), self.shares_file());
        let report = verify::archive(
            record.as_slice(),
            |_| Ok(Some(shares.into_bytes())),
            &mut ChaCha20Rng::seed_from_u64(1),
            &mut (),
        );
        let report = report.expect("a record");
        let outcome = Outcome::of(&report).expect("a result");
        let issuer = Issuer {
            union: "Teachers' Union".to_owned(),
            time_zone: self.shown.time_zone.clone(),
            opened: 1_611_240_000,
            closed: 1_611_467_940,
            tallied: 1_611_468_000,
            board: None,
            particulars: Particulars::first(1_611_468_000, 365),
        };
        let issued = IssuedBox {
            report: &report,
            outcome: &outcome,
            archive: HexHash::of(&record),
            reissued: 0,
            void: Vec::new(),
            participation: outcome.cast,
        };
        let facts = Facts::from_records(issuer, &[issued]).expect("facts");
        let bytes = Certificate::new(facts).expect("they reconcile").to_bytes().expect("JSON");
        String::from_utf8(bytes).expect("UTF-8")
    }

    /// The file of shares.
    pub(crate) fn shares_file(&self) -> String {
        let shares = self.shares.iter().map(|(_, bound)| bound.clone()).collect();
        SharesFile::new(*self.made.election.fingerprint(), shares).to_text()
    }
}

fn shown(ballot: &Uuid, file: &BallotFile, made: &NewBox, board: Option<&str>) -> Shown {
    let question = |q: &scrutineer_ballot::file::Question| Asked {
        text: q.text.clone(),
        answers: q.answers.clone(),
        min: q.choose.min,
        max: q.choose.max,
        blank: q.blank,
        rule: q.rule.as_ref().map(|rule| rule.text().to_owned()),
    };
    Shown {
        id: ballot.to_string(),
        title: file.title.clone(),
        practice: false,
        description: file.description.clone(),
        state: BallotState::Open,
        opens: None,
        closes: None,
        time_zone: file.time_zone.clone(),
        contact: file.contact.clone(),
        board: board.map(str::to_owned),
        codes: "server".to_owned(),
        questions: file.questions.iter().map(question).collect(),
        setting: Vec::new(),
        boxes: vec![BallotBox {
            name: "all".to_owned(),
            election: made.election.uuid().to_string(),
            fingerprint: made.election.fingerprint().to_string(),
            eligible: 3,
            spares: 1,
            height: 0,
            closing_event: None,
            checks: Vec::new(),
            closings: Vec::new(),
            opened_by: Vec::new(),
        }],
        waits_for: Vec::new(),
        cast: None,
        cast_at: None,
        turnout: Vec::new(),
        cancelled_because: None,
        announcement: None,
        keep_until: None,
        purged_at: None,
        me: None,
    }
}
