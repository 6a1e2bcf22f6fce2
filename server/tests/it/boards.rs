//! Boards of tellers: who can be on one, and the ceremony message by message, as a relay must treat it.

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_protocol::trustee::ThresholdParameters;
use scrutineer_protocol::trustee::pedersen::{
    Certificate, Certificates, Commitment, Commitments, Polynomial, Threshold, Vinput, Voutput,
};
use scrutineer_protocol::trustee::pki::{Keys, Seed};
use serde_json::{Value, json};

use crate::support::{Client, Reply, World};
use crate::union::good;

const NAME: &str = "Board of 2026/27";
const PATH: &str = "/api/v1/boards/Board%20of%202026%2F27";
const STEPS: [&str; 4] = ["certificate", "commitment", "parts", "key"];

/// A teller at work: what is on their machine, and their session.
struct Teller {
    client: Client,
    seat: usize,
    keys: Keys,
}

/// A server with a board of three that has not begun.
struct Forming {
    world: World,
    officer: Client,
    observer: Client,
    tellers: Vec<Teller>,
}

fn rng(seed: usize) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(u64::try_from(seed).unwrap())
}

fn threshold() -> Threshold {
    Threshold::for_board(2, 3).unwrap()
}

impl Forming {
    fn new() -> Self {
        Self::on(World::start())
    }

    fn on(world: World) -> Self {
        let who = world.everybody();
        let body = json!({ "name": NAME, "tellers": ["100", "200", "300"], "threshold": 2 });
        let made = who.first.post("/api/v1/boards", &body);
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!(made.json["state"], "forming");
        let tellers = (1..).zip([who.member, who.delegate, who.officer]);
        let teller = |(seat, client)| Teller { client, seat, keys: Seed::generate(&mut rng(seat)).keys() };
        let tellers = tellers.map(teller).collect();
        Self { world, officer: who.first, observer: who.observer, tellers }
    }

    fn restart(&mut self) {
        self.world.restart();
        for client in self.tellers.iter_mut().map(|teller| &mut teller.client).chain([&mut self.officer]) {
            client.url.clone_from(&self.world.url);
        }
    }

    fn board(&self) -> Value {
        good(self.tellers[0].client.get(PATH)).json
    }

    /// Everybody takes these steps.
    fn everybody_takes(&self, steps: &[&str]) {
        for step in steps {
            for teller in &self.tellers {
                good(teller.send(step, &teller.message(step)));
            }
        }
    }
}

impl Teller {
    fn send(&self, step: &str, message: &str) -> Reply {
        self.client.put(&format!("{PATH}/{step}"), &json!({ "message": message }))
    }

    /// What this teller's program would send now.
    fn message(&self, step: &str) -> String {
        let board = good(self.client.get(PATH)).json;
        let texts = |field: &str| -> Vec<Vec<u8>> {
            let tellers = board["tellers"].as_array().unwrap();
            tellers.iter().map(|teller| teller[field].as_str().unwrap().as_bytes().to_vec()).collect()
        };
        let certificates = || {
            let list = texts("certificate").iter().map(|text| Certificate::parse(text).unwrap()).collect();
            Certificates::check(threshold(), list).unwrap()
        };
        let commitments = || {
            let list = texts("commitment").iter().map(|text| Commitment::parse(text).unwrap()).collect();
            Commitments::check(&certificates(), list).unwrap()
        };
        let (keys, mut rng) = (&self.keys, rng(100 + self.seat));
        match step {
            "certificate" => Certificate::new(keys, threshold(), self.seat, &mut rng).unwrap().to_text(),
            "commitment" => Commitment::new(keys, &certificates(), &mut rng).unwrap().to_text(),
            "parts" => Polynomial::reveal(keys, &certificates(), &commitments(), &mut rng).unwrap().to_text(),
            "key" => {
                let inbox = good(self.client.get(&format!("{PATH}/inbox")));
                let input = Vinput::parse(inbox.text("parts").as_bytes()).unwrap();
                Voutput::finish(keys, &certificates(), &commitments(), &input, &mut rng).unwrap().to_text()
            }
            other => panic!("no step {other}"),
        }
    }
}

#[test]
fn a_board_is_refused_that_loses_a_count_with_one_key_or_can_open_two() {
    let world = World::start();
    let who = world.everybody();
    let refused = |tellers: &[&str], threshold: u32, says: &str| {
        let body = json!({ "name": "B", "tellers": tellers, "threshold": threshold });
        let reply = who.first.post("/api/v1/boards", &body);
        reply.is_problem(422, "invalid");
        assert!(reply.text("detail").contains(says), "{}", reply.body);
    };
    refused(&["100", "200", "300"], 3, "one lost key loses the count");
    refused(&["100", "200", "300", "400"], 2, "two groups without a teller in common");
    refused(&["100", "200", "300"], 1, "two groups without a teller in common");
    refused(&["100", "200", "300"], 0, "At least one");
    refused(&["100", "200"], 1, "least 3 tellers");
    refused(&[], 0, "least 3 tellers");
    refused(&["100", "200", "100"], 2, "100 is named twice");
    refused(&["100", "998", "999"], 2, "Not on the roll: 998, 999");
    let many: Vec<_> = (0..21).map(|n| n.to_string()).collect();
    refused(&many.iter().map(String::as_str).collect::<Vec<_>>(), 11, "most 20 tellers");
    assert_eq!(who.first.get("/api/v1/boards").json, json!({ "boards": [] }));
}

#[test]
fn a_boards_name_is_its_own() {
    let world = World::start();
    let who = world.everybody();
    let make = |name: &str| {
        let body = json!({ "name": name, "tellers": ["100", "200", "300"], "threshold": 2 });
        who.first.post("/api/v1/boards", &body)
    };
    assert_eq!(make(" Election committee ").status, 201);
    make("election COMMITTEE").is_problem(409, "conflict");
    make("Server").is_problem(422, "invalid");
    make("").is_problem(422, "invalid");
    make("two\nlines").is_problem(422, "invalid");
    assert_eq!(make("A").status, 201);
    let listed = who.member.get("/api/v1/boards").json;
    let names: Vec<_> = listed["boards"].as_array().unwrap().iter().map(|board| &board["name"]).collect();
    assert_eq!(names, ["A", "Election committee"]);
    who.member.get("/api/v1/boards/B").is_problem(404, "not_found");
    who.member.get("/api/v1/boards/%FF").is_problem(404, "not_found");
}

#[test]
fn three_tellers_make_a_key_step_by_step_and_the_server_may_restart_at_any_time() {
    let mut forming = Forming::new();
    for step in STEPS {
        for seat in 0..3 {
            let teller = &forming.tellers[seat];
            let message = teller.message(step);
            let taken = good(teller.send(step, &message)).json;
            assert_eq!(taken["tellers"][seat]["step"], step);
            // Nothing is changed by a repetition.
            let again = good(teller.send(step, &message)).json;
            assert_eq!(again, taken);
            if seat == 1 {
                forming.restart();
            }
        }
    }
    let board = forming.board();
    assert_eq!(board["state"], "ready");
    let parameters = ThresholdParameters::parse(board["parameters"].as_str().unwrap().as_bytes()).unwrap();
    parameters.verify().unwrap();
    for teller in &forming.tellers {
        // With the seed alone a teller gets the key back.
        let inbox = good(teller.client.get(&format!("{PATH}/inbox")));
        let own = Voutput::parse(inbox.text("key").as_bytes()).unwrap();
        let (seat, _) = parameters.private_key(&teller.keys, &own.private_key).unwrap();
        assert_eq!(seat, teller.seat);
    }
    let deeds = forming.officer.get("/api/v1/audit?limit=500").json;
    let deeds: Vec<_> = deeds["entries"].as_array().unwrap().iter().map(|entry| &entry["deed"]).collect();
    let count = |deed: &str| deeds.iter().filter(|found| **found == deed).count();
    assert_eq!((count("board_created"), count("board_step"), count("board_ready")), (1, 12, 1));
}

#[test]
fn a_step_that_was_taken_cannot_be_taken_otherwise() {
    let forming = Forming::new();
    let teller = &forming.tellers[0];
    good(teller.send("certificate", &teller.message("certificate")));
    let other = Seed::generate(&mut rng(77)).keys();
    let other = Certificate::new(&other, threshold(), 1, &mut rng(78)).unwrap().to_text();
    let refused = teller.send("certificate", &other);
    refused.is_problem(409, "conflict");
    assert!(refused.text("detail").contains("already, with another message"));
    assert_ne!(forming.board()["tellers"][0]["certificate"], other);
}

#[test]
fn steps_are_taken_in_order_and_wait_for_everybody() {
    let forming = Forming::new();
    let [first, second, third] = &forming.tellers[..] else { panic!("three") };
    let junk = "{}";
    for step in ["commitment", "parts", "key"] {
        first.send(step, junk).is_problem(409, "conflict");
    }
    for teller in [first, second] {
        good(teller.send("certificate", &teller.message("certificate")));
    }
    let waits = first.send("commitment", junk);
    waits.is_problem(409, "conflict");
    assert!(waits.text("detail").contains("certificate of Olga Officer (300)"), "{}", waits.body);
    good(third.send("certificate", &third.message("certificate")));
    for teller in [first, second] {
        good(teller.send("commitment", &teller.message("commitment")));
    }
    // Nobody shows a polynomial before everybody has committed to one.
    first.send("parts", junk).is_problem(409, "conflict");
    good(third.send("commitment", &third.message("commitment")));
    for teller in [first, second] {
        good(teller.send("parts", &teller.message("parts")));
    }
    assert_eq!(good(first.client.get(&format!("{PATH}/inbox"))).json, json!({}));
    first.send("key", junk).is_problem(409, "conflict");
    assert_eq!(forming.board()["state"], "forming");
}

#[test]
fn only_a_seats_own_teller_speaks_for_it_and_only_tellers_see_commitments() {
    let forming = Forming::new();
    let [first, second, _] = &forming.tellers[..] else { panic!("three") };
    let outsider = Teller { client: forming.officer.clone(), seat: 1, keys: first.keys.clone() };
    outsider.send("certificate", &first.message("certificate")).is_problem(403, "forbidden");
    forming.officer.get(&format!("{PATH}/inbox")).is_problem(403, "forbidden");
    // Another seat's message does not fit one's own.
    second.send("certificate", &first.message("certificate")).is_problem(422, "invalid");
    forming.everybody_takes(&["certificate"]);
    let refused = second.send("commitment", &first.message("commitment"));
    refused.is_problem(422, "invalid");
    assert!(refused.text("detail").contains("signature"), "{}", refused.body);
    forming.everybody_takes(&["commitment"]);
    assert!(forming.board()["tellers"][1]["commitment"].is_string());
    for other in [&forming.officer, &forming.observer] {
        let seen = good(other.get(PATH)).json;
        assert!(seen["tellers"][1]["certificate"].is_string());
        assert!(seen["tellers"][1].get("commitment").is_none());
        assert_eq!(seen["tellers"][1]["step"], "commitment");
    }
    second.send("parts", &first.message("parts")).is_problem(422, "invalid");
    forming.everybody_takes(&["parts"]);
    second.send("key", &first.message("key")).is_problem(422, "invalid");
    forming.everybody_takes(&["key"]);
    assert_eq!(forming.board()["state"], "ready");
}

#[test]
fn what_is_not_a_message_of_the_step_or_does_not_hold_is_refused_with_its_fault() {
    let forming = Forming::new();
    let [first, second, _] = &forming.tellers[..] else { panic!("three") };
    let refused = |teller: &Teller, step: &str, message: &str, says: &str| {
        let reply = teller.send(step, message);
        reply.is_problem(422, "invalid");
        assert!(reply.text("detail").contains(says), "{says}: {}", reply.body);
    };
    refused(first, "certificate", "not JSON", "cannot be read");
    refused(first, "certificate", &first.message("certificate").replacen(':', ": ", 1), "cannot be read");
    // Made for a board of other numbers.
    let other = Certificate::new(&first.keys, Threshold::for_board(3, 4).unwrap(), 1, &mut rng(5)).unwrap();
    refused(first, "certificate", &other.to_text(), "another board or another place");
    // Signed by somebody else.
    let (mut mixed, foreign) = (
        Certificate::parse(first.message("certificate").as_bytes()).unwrap(),
        Certificate::new(&second.keys, threshold(), 1, &mut rng(6)).unwrap(),
    );
    mixed.0.signature = foreign.0.signature;
    refused(first, "certificate", &mixed.to_text(), "signature");
    // A key that another teller has.
    good(first.send("certificate", &first.message("certificate")));
    let same = Certificate::new(&first.keys, threshold(), 2, &mut rng(7)).unwrap();
    refused(second, "certificate", &same.to_text(), "a ceremony key in common");
    for teller in &forming.tellers[1..] {
        good(teller.send("certificate", &teller.message("certificate")));
    }
    forming.everybody_takes(&["commitment"]);
    // Another polynomial than the one committed to.
    let board = forming.board();
    let text = |seat: usize, field: &str| board["tellers"][seat][field].as_str().unwrap().to_owned();
    let list = (0..3).map(|seat| Certificate::parse(text(seat, "certificate").as_bytes()).unwrap()).collect();
    let certificates = Certificates::check(threshold(), list).unwrap();
    let mut list: Vec<_> =
        (0..3).map(|seat| Commitment::parse(text(seat, "commitment").as_bytes()).unwrap()).collect();
    list[0] = Commitment::new(&first.keys, &certificates, &mut rng(8)).unwrap();
    let commitments = Commitments::check(&certificates, list).unwrap();
    let other = Polynomial::reveal(&first.keys, &certificates, &commitments, &mut rng(9)).unwrap();
    refused(first, "parts", &other.to_text(), "not those to which the trustee committed");
    // The right one, but sealed anew for oneself.
    let mut resealed = Polynomial::parse(first.message("parts").as_bytes()).unwrap();
    resealed.polynomial = other.polynomial;
    refused(first, "parts", &resealed.to_text(), "not the one that you committed to");
    // Not one share for everybody.
    let mut short = Polynomial::parse(first.message("parts").as_bytes()).unwrap();
    short.secrets.pop();
    refused(first, "parts", &short.to_text(), "there must be 3 sealed shares");
    forming.everybody_takes(&["parts"]);
    let mut wrong = Voutput::parse(first.message("key").as_bytes()).unwrap();
    wrong.public_key = Voutput::parse(second.message("key").as_bytes()).unwrap().public_key;
    refused(first, "key", &wrong.to_text(), "does not follow from the coefficients");
    forming.everybody_takes(&["key"]);
    assert_eq!(forming.board()["state"], "ready");
}

#[cfg(feature = "misbehave")]
mod misbehaving {
    use scrutineer_server::app::Misbehave;

    use super::{Certificate, Forming, NAME, PATH, World, good, threshold};

    #[test]
    fn a_server_that_replaces_a_certificate_shows_it_to_everybody_but_its_owner() {
        let forming =
            Forming::on(World::with(|settings| settings.misbehave = Some(Misbehave::ReplaceCertificate)));
        forming.everybody_takes(&["certificate"]);
        let seen: Vec<_> = forming.tellers.iter().map(|teller| good(teller.client.get(PATH)).json).collect();
        let certificate = |seen: &serde_json::Value, seat: usize| {
            seen["tellers"][seat]["certificate"].as_str().unwrap().to_owned()
        };
        assert_eq!(certificate(&seen[0], 0), forming.tellers[0].message("certificate"), "{NAME}");
        assert_ne!(certificate(&seen[1], 0), certificate(&seen[0], 0));
        assert_eq!(certificate(&seen[1], 0), certificate(&seen[2], 0));
        assert_eq!(certificate(&seen[0], 1), certificate(&seen[2], 1));
        let false_one = Certificate::parse(certificate(&seen[1], 0).as_bytes()).unwrap();
        false_one.check(threshold(), 1).unwrap();
    }
}
