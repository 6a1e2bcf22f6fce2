//! A stand-in that relays a board's ceremony, faithfully or not, and holds a ballot for the board.

use std::fs;
use std::sync::{Arc, Mutex, OnceLock};

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_api::ballot::TellerStatement;
use scrutineer_api::board::{Board, BoardState, CeremonyInbox, Teller, TellerStep};
use scrutineer_cli::files;
use scrutineer_protocol::tally::{BoundShare, PartialDecryption};
use scrutineer_protocol::trustee::ThresholdParameters;
use scrutineer_protocol::trustee::pedersen::{
    Certificate, Certificates, Commitment, Commitments, Polynomial, Threshold, Vinput, Voutput,
};
use scrutineer_protocol::trustee::pki::{Keys, Seed};
use serde_json::{Value, json};

use crate::stub::{Answer, Asked, Stub, User, bytes, ok, refused};
use crate::world::World;

/// The name of the board.
pub(crate) const BOARD: &str = "Election committee";
/// Where a teller's key files lie.
pub(crate) const KEY_FILES: &str = "profiles/default/tellers";
/// Where it is.
const PATH: &str = "/api/v1/boards/Election%20committee";

/// What the stand-in holds. Member `n` has seat `n`.
pub(crate) struct Relay {
    pub(crate) board: Board,
    parts: Vec<Option<Polynomial>>,
    keys: Vec<Option<Voutput>>,
    /// The ballot, once there is one.
    pub(crate) world: Option<World>,
    /// What a dishonest one shows a member instead.
    pub(crate) lie: fn(&str, &mut Board),
    /// What a dishonest one gives out as a ballot's record.
    pub(crate) record: Option<Vec<u8>>,
    /// Whether the inbox is withheld.
    pub(crate) empty_inbox: bool,
}

/// A relay and its three tellers, signed in.
pub(crate) struct Setting {
    pub(crate) relay: Arc<Mutex<Relay>>,
    pub(crate) stub: Stub,
    pub(crate) tellers: Vec<User>,
}

pub(crate) const PASSPHRASE: &str = "a passphrase\n";

impl Setting {
    /// Everybody has joined: a copy of one ceremony, since what protects key files takes its time.
    pub(crate) fn ready() -> Self {
        static ONE: OnceLock<Setting> = OnceLock::new();
        let one = ONE.get_or_init(|| {
            let setting = Self::new();
            setting.join_all();
            setting
        });
        let copy = Self::new();
        {
            let from = one.relay.lock().expect("no panic");
            let mut to = copy.relay.lock().expect("no panic");
            to.board = from.board.clone();
            to.parts = from.parts.clone();
            to.keys = from.keys.clone();
        }
        for (from, to) in one.tellers.iter().zip(&copy.tellers) {
            let (from, to) = (from.path(KEY_FILES), to.path(KEY_FILES));
            files::private_folder(&to).expect("a folder");
            for file in fs::read_dir(from).expect("a folder").flatten() {
                fs::copy(file.path(), to.join(file.file_name())).expect("a copy");
            }
        }
        copy
    }

    /// Nobody has joined yet.
    pub(crate) fn new() -> Self {
        let seat = |index: u32| Teller {
            index,
            member_no: index.to_string(),
            name: format!("Teller {index}"),
            step: TellerStep::Invited,
            certificate: None,
            commitment: None,
        };
        let board = Board {
            name: BOARD.to_owned(),
            threshold: 2,
            state: BoardState::Forming,
            tellers: (1..=3).map(seat).collect(),
            parameters: None,
        };
        let none = || (0..3).map(|_| None);
        let relay = Relay {
            board,
            parts: none().collect(),
            keys: (0..3).map(|_| None).collect(),
            world: None,
            lie: |_, _| {},
            record: None,
            empty_inbox: false,
        };
        let relay = Arc::new(Mutex::new(relay));
        let answering = Arc::clone(&relay);
        let stub = Stub::start(move |asked| answering.lock().expect("no panic").answer(asked));
        let tellers: Vec<User> = (0..3).map(|_| User::of(&stub)).collect();
        for (number, teller) in (1..).zip(&tellers) {
            let number: u32 = number;
            teller.sign_in_as(&number.to_string());
        }
        Self { relay, stub, tellers }
    }

    /// The board's words, as a teller's own program computes them.
    pub(crate) fn words(&self, teller: usize) -> String {
        let status = self.tellers[teller].json(&["tellers", "status", BOARD], "");
        status["fingerprint"].as_str().expect("everybody has joined").to_owned()
    }

    /// Everybody joins, in turns, until all are done.
    pub(crate) fn join_all(&self) {
        for teller in &self.tellers {
            teller.run(&["tellers", "join", BOARD], PASSPHRASE);
        }
        let words = self.words(0);
        for _ in 0..3 {
            for teller in &self.tellers {
                teller.run(&["tellers", "join", BOARD], &format!("{PASSPHRASE}{words}\n"));
            }
        }
        assert_eq!(self.relay.lock().expect("no panic").board.state, BoardState::Ready);
    }

    /// A ballot for this board is frozen.
    pub(crate) fn freeze(&self) -> String {
        let mut relay = self.relay.lock().expect("no panic");
        let parameters = relay.parameters();
        let world = World::new(Some((BOARD, &parameters)), &[]);
        let id = world.shown.id.clone();
        relay.world = Some(world);
        id
    }
}

impl Relay {
    pub(crate) fn parameters(&self) -> ThresholdParameters {
        let text = self.board.parameters.as_ref().expect("the board is ready");
        ThresholdParameters::parse(text.as_bytes()).expect("parameters")
    }

    fn answer(&mut self, asked: &Asked) -> Answer {
        let (method, path) = asked.line.split_once(' ').expect("two words");
        if path == "/api/v1/sessions" {
            let member_no = asked.json()["member_no"].clone();
            return ok(&json!({
                "token": member_no, "member_no": member_no, "name": "N", "expires_at": 1_900_000_000,
            }));
        }
        let caller = asked.headers.get("authorization").and_then(|token| token.strip_prefix("Bearer "));
        let caller = caller.expect("signed in").to_owned();
        let seat: usize = caller.parse().expect("a seat");
        match (method, path.strip_prefix(PATH)) {
            ("GET", Some("")) => {
                let mut board = self.board.clone();
                (self.lie)(&caller, &mut board);
                ok(&serde_json::to_value(&board).expect("JSON"))
            }
            ("GET", Some("/inbox")) => ok(&serde_json::to_value(self.inbox(seat)).expect("JSON")),
            ("PUT", Some(step)) => {
                let message = asked.json()["message"].as_str().expect("a message").to_owned();
                self.take(seat, step, message);
                ok(&json!({}))
            }
            _ => self.ballot(method, path, seat, asked),
        }
    }

    fn inbox(&self, seat: usize) -> CeremonyInbox {
        if self.empty_inbox {
            return CeremonyInbox { parts: None, key: None };
        }
        let parts: Option<Vec<Polynomial>> = self.parts.iter().cloned().collect();
        let parts = parts
            .map(|parts| Vinput::route(&self.certificates(), &parts, seat).expect("good parts").to_text());
        CeremonyInbox { parts, key: self.keys[seat - 1].as_ref().map(Voutput::to_text) }
    }

    fn certificates(&self) -> Certificates {
        let list = self.board.tellers.iter().map(|teller| {
            Certificate::parse(teller.certificate.as_ref().expect("all are there").as_bytes()).expect("good")
        });
        Certificates::check(Threshold::new(2, 3).expect("2 of 3"), list.collect()).expect("good")
    }

    fn take(&mut self, seat: usize, step: &str, message: String) {
        let teller = &mut self.board.tellers[seat - 1];
        teller.step = match step {
            "/certificate" => {
                teller.certificate = Some(message);
                TellerStep::Certificate
            }
            "/commitment" => {
                teller.commitment = Some(message);
                TellerStep::Commitment
            }
            "/parts" => {
                self.parts[seat - 1] = Some(Polynomial::parse(message.as_bytes()).expect("parts"));
                TellerStep::Parts
            }
            "/key" => {
                self.keys[seat - 1] = Some(Voutput::parse(message.as_bytes()).expect("a key"));
                TellerStep::Key
            }
            other => unreachable!("{other}"),
        };
        let keys: Option<Vec<Voutput>> = self.keys.iter().cloned().collect();
        if let Some(keys) = keys {
            let parts: Vec<Polynomial> = self.parts.iter().flatten().cloned().collect();
            let made = ThresholdParameters::assemble(&self.certificates(), &parts, &keys).expect("good");
            self.board.parameters = Some(made.to_text());
            self.board.state = BoardState::Ready;
        }
    }

    fn ballot(&mut self, method: &str, path: &str, seat: usize, asked: &Asked) -> Answer {
        let Some(world) = &mut self.world else { return refused(404, "not_found", "no ballot") };
        let rest = path.strip_prefix("/api/v1/ballots/").expect("a ballot");
        let (_, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let index = u32::try_from(seat).expect("small");
        let statement = |body: &Value| TellerStatement {
            index,
            statement: body["statement"].as_str().expect("a statement").to_owned(),
        };
        match (method, rest) {
            ("GET", "") => ok(&serde_json::to_value(&world.shown).expect("JSON")),
            ("GET", "record?box=all") => {
                let record = self.record.clone().unwrap_or_else(|| world.record());
                bytes("application/octet-stream", record)
            }
            ("GET", "shares?box=all") => refused(404, "not_found", "none yet"),
            ("GET", "election?box=all") => bytes("application/json", world.made.election.bytes().to_vec()),
            ("POST", "votes") => {
                let vote = std::str::from_utf8(&asked.body).expect("UTF-8").to_owned();
                ok(&serde_json::to_value(world.cast(&vote)).expect("JSON"))
            }
            ("PUT", "checks") => {
                world.shown.boxes[0].checks.push(statement(&asked.json()));
                ok(&json!({}))
            }
            ("PUT", "closings") => {
                world.shown.boxes[0].closings.push(statement(&asked.json()));
                ok(&json!({}))
            }
            ("POST", "decryptions") => {
                let body = asked.json();
                let text = |name: &str| body[name].as_str().expect("a text").to_owned();
                let partial =
                    PartialDecryption::parse(text("partial_decryption").as_bytes()).expect("a share");
                let bound: BoundShare = serde_json::from_str(&text("bound_proofs")).expect("proofs");
                assert_eq!(bound.owner, seat + 1, "the server's own key is trustee 1");
                let (phi, tally) = (*world.made.election.fingerprint(), world.encrypted());
                bound.verify(&phi, &tally, &world.made.trustees, &partial).expect("a good share");
                world.shown.boxes[0].opened_by.push(index);
                world.decrypted(bound.owner, partial, bound);
                ok(&json!({}))
            }
            _ => refused(404, "not_found", "no such thing"),
        }
    }
}

/// The parameters of a board of the same size with other tellers.
pub(crate) fn other_board() -> ThresholdParameters {
    let mut rng = ChaCha20Rng::seed_from_u64(77);
    let threshold = Threshold::new(2, 3).expect("2 of 3");
    let keys: Vec<Keys> = (0..3).map(|_| Seed::generate(&mut rng).keys()).collect();
    let list = (1..).zip(&keys).map(|(index, keys)| Certificate::new(keys, threshold, index, &mut rng));
    let list = list.collect::<Result<_, _>>().expect("certificates");
    let certificates = Certificates::check(threshold, list).expect("good");
    let list = keys.iter().map(|keys| Commitment::new(keys, &certificates, &mut rng));
    let list = list.collect::<Result<_, _>>().expect("commitments");
    let commitments = Commitments::check(&certificates, list).expect("good");
    let parts = keys.iter().map(|keys| Polynomial::reveal(keys, &certificates, &commitments, &mut rng));
    let parts: Vec<_> = parts.collect::<Result<_, _>>().expect("parts");
    let outputs = (1..).zip(&keys).map(|(index, keys)| {
        let input = Vinput::route(&certificates, &parts, index)?;
        Voutput::finish(keys, &certificates, &commitments, &input, &mut rng)
    });
    let outputs: Vec<_> = outputs.collect::<Result<_, _>>().expect("keys");
    ThresholdParameters::assemble(&certificates, &parts, &outputs).expect("good")
}
