//! A union that votes: members, officers with keys, a board of tellers, ballots from draft to certificate. Everything goes
//! over HTTP; what members, tellers and officers do on their own machines is done here with the protocol's functions.

use std::collections::BTreeMap;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_ballot::code::VotingCode;
use scrutineer_ballot::signature::{CERTIFICATE_NAMESPACE, sign};
use scrutineer_ballot::teller::{CHECK, CLOSING, check_statement, closing_statement};
use scrutineer_protocol::ballot::{Ballot as SealedVote, Selection};
use scrutineer_protocol::credential::{Credential, CredentialKey};
use scrutineer_protocol::election::Election;
use scrutineer_protocol::json;
use scrutineer_protocol::tally::{BoundShare, EncryptedTally, PartialDecryption};
use scrutineer_protocol::trustee::pedersen::{
    Certificate, Certificates, Commitment, Commitments, Polynomial, Threshold, Vinput, Voutput,
};
use scrutineer_protocol::trustee::pki::{Keys, Seed};
use scrutineer_protocol::trustee::{PrivateKey, ThresholdParameters};
use scrutineer_protocol::verify::{self, Report};
use scrutineer_server::app::Settings;
use serde_json::{Value, json};
use ssh_key::Algorithm;

use crate::support::{Client, Reply, World, by_two};

/// The board's name in ballot files.
pub(crate) const BOARD: &str = "Election committee";

/// One question, two answers, blank allowed, opened and closed by command.
pub(crate) const YES_NO: &str = r#"
title = "Work remotely only"
time_zone = "America/Chicago"
contact = "Election committee, 555-0100"
tellers = "server"
codes = "server"
spares = 2

[eligible]
classification = ["Teacher"]

[[question]]
text = "Shall all members work remotely only?"
answers = ["Yes", "No"]
choose = { min = 1, max = 1 }
blank = true
passes = "Yes >= 60% of eligible"
"#;

/// The same, its count opened by the board.
pub(crate) fn with_board() -> String {
    YES_NO.replace("tellers = \"server\"", &format!("tellers = \"{BOARD}\""))
}

/// A server with its people.
pub(crate) struct Union {
    pub(crate) world: World,
    pub(crate) delegate: Client,
    pub(crate) observer: Client,
    /// Officers with the keys that they registered.
    pub(crate) officers: Vec<(Client, ssh_key::PrivateKey)>,
    activation: BTreeMap<String, String>,
    members: BTreeMap<String, Client>,
    pub(crate) rng: ChaCha20Rng,
}

/// The number of member `i`, from 0.
pub(crate) fn no(i: usize) -> String {
    (1001 + i).to_string()
}

#[track_caller]
pub(crate) fn good(reply: Reply) -> Reply {
    assert!((200..300).contains(&reply.status), "{} {}", reply.status, reply.body);
    reply
}

fn put(client: &Client, path: &str, body: &Value) -> Reply {
    client.send("PUT", path, Some("application/json"), &body.to_string())
}

impl Union {
    /// So many members who may vote.
    pub(crate) fn new(members: usize) -> Self {
        Self::with(members, |_| {})
    }

    pub(crate) fn with(members: usize, change: impl FnOnce(&mut Settings)) -> Self {
        let world = World::with(change);
        let mut rng = ChaCha20Rng::seed_from_u64(7);
        let first = world.officer();
        let mut roll = "member_no,name,unit,standing,classification,email,language\n\
                        200,Dan Delegate,Office,good,,dan@example.org,en\n\
                        300,Olga Officer,Office,good,,olga@example.org,pl\n\
                        400,Obi Observer,Office,good,,obi@example.org,\n"
            .to_owned();
        for i in 0..members {
            let no = no(i);
            // Names in another order than numbers.
            let language = ["en", "es", "pl"][i % 3];
            roll.push_str(&format!(
                "{no},Teacher {:02},School {},good,Teacher,{no}@example.org,{language}\n",
                99 - i % 100,
                i % 3
            ));
        }
        good(first.post("/api/v1/roll/imports", &json!({ "csv": roll })));
        for (role, member_no) in [("delegate", "200"), ("officer", "300"), ("observer", "400")] {
            good(first.post("/api/v1/roles", &json!({ "role": role, "member_no": member_no })));
        }
        let codes = good(first.post("/api/v1/roll/activations", &json!({})));
        let code = |code: &Value| {
            let text = |field: &str| code[field].as_str().unwrap().to_owned();
            (text("member_no"), text("code"))
        };
        let activation: BTreeMap<_, _> = codes.json["codes"].as_array().unwrap().iter().map(code).collect();
        let enter = |member_no: &str| world.activate(member_no, &activation[member_no]);
        let (delegate, officer, observer) = (enter("200"), enter("300"), enter("400"));
        let officers = [first, officer].map(|client| {
            let key = ssh_key::PrivateKey::random(&mut rng, Algorithm::Ed25519).unwrap();
            let line = key.public_key().to_openssh().unwrap();
            good(client.post("/api/v1/me/keys", &json!({ "public_key": line })));
            (client, key)
        });
        let (officers, members) = (officers.into(), BTreeMap::new());
        Self { world, delegate, observer, officers, activation, members, rng }
    }

    /// A member, signed in.
    pub(crate) fn member(&mut self, member_no: &str) -> Client {
        if let Some(client) = self.members.get(member_no) {
            return client.clone();
        }
        let client = self.world.activate(member_no, &self.activation[member_no]);
        self.members.insert(member_no.to_owned(), client.clone());
        client
    }

    /// A member who was signed in, signed in again: the closing of a ballot ends the sessions of its voters.
    pub(crate) fn member_again(&mut self, member_no: &str) -> Client {
        let client = self.world.sign_in(member_no);
        self.members.insert(member_no.to_owned(), client.clone());
        client
    }

    /// Stops the server and starts it again; everybody goes on with their sessions.
    pub(crate) fn restart(&mut self) {
        self.world.restart();
        let officers = self.officers.iter_mut().map(|(client, _)| client);
        let members = self.members.values_mut();
        for client in [&mut self.delegate, &mut self.observer].into_iter().chain(officers).chain(members) {
            client.url.clone_from(&self.world.url);
        }
    }

    /// Drafts and freezes a ballot; fetches its codes and confirms them.
    pub(crate) fn freeze(&mut self, file: &str) -> Ballot {
        self.freeze_as(file, false)
    }

    /// The same, for practice or not.
    pub(crate) fn freeze_as(&mut self, file: &str, practice: bool) -> Ballot {
        let delegate = self.delegate.clone();
        let mut ballot = self.freeze_without_codes(file, practice);
        let codes = good(delegate.get(&format!("{}/codes", ballot.path)));
        good(delegate.send("POST", &format!("{}/codes/confirmation", ballot.path), None, ""));
        let code = |code: &Value| {
            let text = code["code"].as_str().unwrap();
            (code["member_no"].as_str().unwrap().to_owned(), VotingCode::parse(text).unwrap())
        };
        ballot.codes = codes.json["codes"].as_array().unwrap().iter().map(code).collect();
        ballot
    }

    /// Drafts and freezes a ballot, whose codes nobody fetches.
    pub(crate) fn freeze_without_codes(&mut self, file: &str, practice: bool) -> Ballot {
        let body = json!({ "file": file, "practice": practice });
        let id = good(self.delegate.post("/api/v1/ballots", &body)).text("id").to_owned();
        let path = format!("/api/v1/ballots/{id}");
        good(self.freezing(&path));
        let election = self.elections(&path).remove(0);
        Ballot { id, path, election, codes: BTreeMap::new() }
    }

    /// The elections of a ballot's boxes.
    fn elections(&self, path: &str) -> Vec<Election> {
        let shown = good(self.delegate.get(path)).json;
        let election = |one: &Value| {
            let uuid = one["election"].as_str().unwrap();
            let election = good(self.delegate.get(&format!("/api/v1/ballots/{uuid}/election"))).body;
            Election::parse(election.as_bytes()).unwrap()
        };
        shown["boxes"].as_array().unwrap().iter().map(election).collect()
    }

    /// Every box of a ballot by itself, named by its election.
    pub(crate) fn boxes(&self, ballot: &Ballot) -> Vec<Ballot> {
        let named = |election: Election| {
            let (id, codes) = (election.uuid().to_string(), ballot.codes.clone());
            Ballot { path: format!("/api/v1/ballots/{id}"), id, election, codes }
        };
        self.elections(&ballot.path).into_iter().map(named).collect()
    }

    /// The delegate asks for a ballot to be frozen, and the second officer approves.
    pub(crate) fn freezing(&self, path: &str) -> Reply {
        self.by_two(self.delegate.order(&format!("{path}/freezing")))
    }

    /// The second officer approves a deed that takes two people.
    pub(crate) fn by_two(&self, reply: Reply) -> Reply {
        if reply.status != 202 {
            return reply;
        }
        // Her session may have ended: tests let hours pass.
        by_two(reply, &self.world.sign_in("300"))
    }

    /// Freezes and opens a ballot whose count the server opens alone.
    pub(crate) fn open(&mut self, file: &str) -> Ballot {
        let ballot = self.freeze(file);
        good(self.order(&ballot, "opening"));
        ballot
    }

    /// Freezes a ballot, lets the tellers check it, and opens it.
    pub(crate) fn open_with(&mut self, board: &Board, file: &str) -> Ballot {
        let ballot = self.freeze(file);
        for teller in &board.tellers {
            good(self.state_check(&ballot, board, teller));
        }
        good(self.order(&ballot, "opening"));
        ballot
    }

    /// A deed of the delegate's without particulars.
    pub(crate) fn order(&self, ballot: &Ballot, deed: &str) -> Reply {
        self.delegate.send("POST", &format!("{}/{deed}", ballot.path), None, "")
    }

    /// Seals the choice of a member with the member's own code.
    pub(crate) fn seal(&mut self, ballot: &Ballot, member_no: &str, choice: &Selection) -> String {
        ballot.seal(&ballot.key(member_no), choice, &mut self.rng)
    }

    /// Seals and casts.
    pub(crate) fn vote(&mut self, ballot: &Ballot, member_no: &str, choice: &Selection) -> Reply {
        let vote = self.seal(ballot, member_no, choice);
        let client = self.member(member_no);
        ballot.cast(&client, &vote)
    }

    /// Forms a board of the first `size` members, of whom `needed` open a count.
    pub(crate) fn board(&mut self, needed: usize, size: usize) -> Board {
        let numbers: Vec<_> = (0..size).map(no).collect();
        let body = json!({ "name": BOARD, "tellers": numbers, "threshold": needed });
        good(self.officers[0].0.post("/api/v1/boards", &body));
        let path = format!("/api/v1/boards/{}", BOARD.replace(' ', "%20"));
        let clients: Vec<_> = numbers.iter().map(|no| self.member(no)).collect();
        let publish = |client: &Client, step: &str, message: String| {
            good(put(client, &format!("{path}/{step}"), &json!({ "message": message })));
        };
        let rng = &mut self.rng;
        let threshold = Threshold::for_board(needed, size).unwrap();
        let keys: Vec<_> = (0..size).map(|_| Seed::generate(rng).keys()).collect();
        let mut list = Vec::new();
        for ((index, keys), client) in (1..).zip(&keys).zip(&clients) {
            let certificate = Certificate::new(keys, threshold, index, rng).unwrap();
            publish(client, "certificate", certificate.to_text());
            list.push(certificate);
        }
        let certificates = Certificates::check(threshold, list).unwrap();
        let mut list = Vec::new();
        for (keys, client) in keys.iter().zip(&clients) {
            let commitment = Commitment::new(keys, &certificates, rng).unwrap();
            publish(client, "commitment", commitment.to_text());
            list.push(commitment);
        }
        let commitments = Commitments::check(&certificates, list).unwrap();
        for (keys, client) in keys.iter().zip(&clients) {
            let parts = Polynomial::reveal(keys, &certificates, &commitments, rng).unwrap();
            publish(client, "parts", parts.to_text());
        }
        for (keys, client) in keys.iter().zip(&clients) {
            let parts = good(client.get(&format!("{path}/inbox"))).text("parts").to_owned();
            let parts = Vinput::parse(parts.as_bytes()).unwrap();
            let key = Voutput::finish(keys, &certificates, &commitments, &parts, rng).unwrap();
            publish(client, "key", key.to_text());
        }
        let shown = good(clients[0].get(&path)).text("parameters").to_owned();
        let parameters = ThresholdParameters::parse(shown.as_bytes()).unwrap();
        let mut tellers = Vec::new();
        for ((member_no, keys), client) in numbers.into_iter().zip(keys).zip(&clients) {
            let own = good(client.get(&format!("{path}/inbox"))).text("key").to_owned();
            let own = Voutput::parse(own.as_bytes()).unwrap();
            let (seat, key) = parameters.private_key(&keys, &own.private_key).unwrap();
            tellers.push(Teller { member_no, seat, keys, key });
        }
        Board { tellers, fingerprint: hex::encode(certificates.fingerprint()) }
    }

    /// A teller signs to have checked a frozen ballot.
    pub(crate) fn state_check(&mut self, ballot: &Ballot, board: &Board, teller: &Teller) -> Reply {
        let text = check_statement(&ballot.election.fingerprint().to_string(), &board.fingerprint);
        let statement = teller.keys.sign_statement(CHECK, &text, &mut self.rng).to_text();
        let client = self.member(&teller.member_no);
        put(&client, &format!("{}/checks", ballot.path), &json!({ "statement": statement }))
    }

    /// A teller signs the sealed count of a closed ballot.
    pub(crate) fn state_closing(&mut self, ballot: &Ballot, teller: &Teller) -> Reply {
        let text = closing_statement(ballot.election.uuid().as_str(), &self.closing_event(ballot));
        let statement = teller.keys.sign_statement(CLOSING, &text, &mut self.rng).to_text();
        let client = self.member(&teller.member_no);
        put(&client, &format!("{}/closings", ballot.path), &json!({ "statement": statement }))
    }

    fn closing_event(&self, ballot: &Ballot) -> String {
        let shown = good(self.delegate.get(&ballot.path)).json;
        let of_box = |one: &&Value| one["election"] == ballot.election.uuid().as_str();
        let one = shown["boxes"].as_array().unwrap().iter().find(of_box).unwrap();
        one["closing_event"].as_str().unwrap().to_owned()
    }

    /// What a teller sends to open the count.
    pub(crate) fn share(&mut self, ballot: &Ballot, teller: &Teller) -> Value {
        let tally = sealed_count(&self.record(ballot));
        teller.share(&ballot.election, &tally, &mut self.rng)
    }

    /// A teller decrypts.
    pub(crate) fn decrypt(&mut self, ballot: &Ballot, teller: &Teller) -> Reply {
        let share = self.share(ballot, teller);
        let client = self.member(&teller.member_no);
        client.post(&format!("{}/decryptions", ballot.path), &share)
    }

    /// An officer signs the certificate.
    pub(crate) fn certify(&self, ballot: &Ballot, officer: usize) -> Reply {
        let (client, key) = &self.officers[officer];
        let path = format!("{}/certificate", ballot.path);
        let certificate = good(client.get(&path)).text("certificate").to_owned();
        let signature = sign(CERTIFICATE_NAMESPACE, key, certificate.as_bytes()).unwrap();
        client.post(&format!("{}/signatures", ballot.path), &json!({ "signature": signature }))
    }

    /// The record as a delegate may download it.
    pub(crate) fn record(&self, ballot: &Ballot) -> Vec<u8> {
        good(self.delegate.get(&format!("{}/record", ballot.path))).body.into_bytes()
    }

    /// Downloads the record and, where they are there, the shares, and verifies them.
    pub(crate) fn verify(&self, ballot: &Ballot) -> Report {
        let record = self.record(ballot);
        let shares = self.delegate.get(&format!("{}/shares", ballot.path));
        let shares = (shares.status == 200).then(|| shares.body.into_bytes());
        let report =
            verify::archive(&record[..], |_| Ok(shares), &mut ChaCha20Rng::seed_from_u64(1), &mut ())
                .unwrap();
        assert!(report.ok(), "{:?}", report.checks);
        report
    }
}

/// A ballot with the codes of its members.
pub(crate) struct Ballot {
    pub(crate) id: String,
    /// `/api/v1/ballots/{id}`.
    pub(crate) path: String,
    pub(crate) election: Election,
    pub(crate) codes: BTreeMap<String, VotingCode>,
}

impl Ballot {
    /// The key of a member's code.
    pub(crate) fn key(&self, member_no: &str) -> CredentialKey {
        self.key_of(&self.codes[member_no])
    }

    pub(crate) fn key_of(&self, code: &VotingCode) -> CredentialKey {
        Credential::from_text(&code.credential()).unwrap().derive(self.election.uuid())
    }

    pub(crate) fn seal(&self, key: &CredentialKey, choice: &Selection, rng: &mut ChaCha20Rng) -> String {
        SealedVote::seal(&self.election, key, std::slice::from_ref(choice), rng).unwrap().to_text()
    }

    /// Casts a sealed vote.
    pub(crate) fn cast(&self, client: &Client, vote: &str) -> Reply {
        client.send("POST", &format!("{}/votes", self.path), Some("application/json"), vote)
    }
}

/// A board that is ready.
pub(crate) struct Board {
    pub(crate) tellers: Vec<Teller>,
    pub(crate) fingerprint: String,
}

/// A teller with what is on their machine.
pub(crate) struct Teller {
    pub(crate) member_no: String,
    pub(crate) seat: usize,
    pub(crate) keys: Keys,
    pub(crate) key: PrivateKey,
}

impl Teller {
    /// The body of `POST …/decryptions`.
    pub(crate) fn share(&self, election: &Election, tally: &EncryptedTally, rng: &mut ChaCha20Rng) -> Value {
        let phi = election.fingerprint();
        let partial = PartialDecryption::decrypt(phi, tally, &self.key, rng);
        let bound = BoundShare::prove(self.seat + 1, phi, tally, &partial, &self.key, rng);
        json!({ "partial_decryption": partial.to_text(), "bound_proofs": json::to_text(&bound) })
    }
}

/// The sealed count in an archive.
pub(crate) fn sealed_count(record: &[u8]) -> EncryptedTally {
    let mut reader = scrutineer_protocol::archive::Reader::new(record).unwrap();
    let mut tally = None;
    while let Some(found) = reader.next_record().unwrap() {
        // A list of lists of ciphertexts, which nothing else on a record of ours is.
        if let Ok(read) = EncryptedTally::parse(&found.body) {
            tally = Some(read);
        }
    }
    tally.unwrap()
}

pub(crate) fn yes() -> Selection {
    Selection::Answers(vec![0])
}

pub(crate) fn no_vote() -> Selection {
    Selection::Answers(vec![1])
}
