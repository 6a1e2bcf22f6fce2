//! Monitors on a network of the test's own, which breaks where it wants, and on a clock that does not wait.

use std::cell::{Cell, RefCell};
use std::fs;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::rc::Rc;

use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use rand_core::SeedableRng;
use scrutineer_api::count::Results;
use scrutineer_ballot::receipt::HeadLine;
use scrutineer_cli::client::Endpoint;
use scrutineer_cli::exit::Exit;
use scrutineer_cli::monitor::net::{Answer, As, Network, Trouble};
use scrutineer_cli::monitor::rounds::{Monitor, Options};
use scrutineer_cli::monitor::state::{Known, Lines, StateFile};
use scrutineer_cli::monitor::{Pace, compare, follow};
use scrutineer_cli::printer::Printer;
use scrutineer_protocol::archive::{self, Kind, Timestamp};
use scrutineer_protocol::ballot::{Ballot, Selection};
use scrutineer_protocol::credential::Credential;
use scrutineer_protocol::verify;
use serde_json::{Value, json};

use crate::world::World;

const SERVER: &str = "https://vote.example.org";

/// What becomes of an answer on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Arrives,
    /// Nothing comes.
    Lost,
    /// Half of it comes, and the end is not seen to lack.
    Half,
    /// Half of it comes, and then the line breaks.
    Breaks,
    /// Something else comes, of the same kind.
    Garbage,
    /// It never ends.
    Endless,
}

/// Decides about an answer: its number among all, from 0, and its path.
type Decide = dyn Fn(u64, &str) -> Fate;

/// A server and the network to it.
struct Net {
    world: RefCell<World>,
    fate: Box<Decide>,
    calls: Cell<u64>,
    /// Bytes of endless answers that were taken.
    taken: Rc<Cell<u64>>,
}

impl Net {
    fn new(world: World, fate: impl Fn(u64, &str) -> Fate + 'static) -> Self {
        let (world, fate) = (RefCell::new(world), Box::new(fate));
        Self { world, fate, calls: Cell::new(0), taken: Rc::default() }
    }

    fn answer(&self, path: &str) -> Result<(&'static str, Vec<u8>), Trouble> {
        let world = self.world.borrow();
        let json = |value: Value| Ok(("application/json", value.to_string().into_bytes()));
        let ballot = format!("/api/v1/ballots/{}", world.shown.id);
        let missing = || Trouble::Refused { code: "not_found".to_owned(), why: "no".to_owned() };
        if path == "/api/v1/ballots" {
            let shown = &world.shown;
            return json(json!({ "ballots": [{ "id": shown.id, "title": shown.title, "practice": false,
                "state": shown.state, "opens": null, "closes": null }] }));
        }
        if path.ends_with("/vote") {
            return Ok(("text/html", br#"<html><script src="/assets/booth-1.js"></script></html>"#.to_vec()));
        }
        if path.starts_with("/assets/") {
            return Ok(("text/javascript", b"seal()".to_vec()));
        }
        let rest = path.strip_prefix(&ballot).ok_or_else(missing)?.trim_end_matches("?box=all");
        match rest {
            "" => json(json!(world.shown)),
            "/head" => {
                let (height, event) = world.state.head().expect("it has begun");
                let line = HeadLine { election: world.made.election.uuid().clone(), height, event };
                let signature = line.sign(&world.receipt_key).expect("a signature");
                json(
                    json!({ "election": line.election, "height": height, "event": event, "signature": signature }),
                )
            }
            "/election" => Ok(("application/json", world.made.election.bytes().to_vec())),
            "/shares" => Ok(("application/json", world.shares_file().into_bytes())),
            "/results" => {
                let report = verify::archive(
                    world.record().as_slice(),
                    verify::no_shares,
                    &mut ChaCha20Rng::seed_from_u64(1),
                    &mut (),
                );
                let report = report.expect("a record");
                let results = json!({ "id": world.shown.id, "title": "T", "eligible": 3, "cast": report.votes,
                    "counts": report.counts, "decisions": [null, null], "box": "all" });
                serde_json::from_value::<Results>(results.clone()).expect("as the API says");
                json(results)
            }
            _ => {
                let number = rest.strip_prefix("/record/pieces/").ok_or_else(missing)?;
                let number: usize = number.parse().expect("a number");
                let time = Timestamp::new(1_611_187_200).expect("a time");
                let mut bytes = Vec::new();
                for entry in world.entries.iter().skip(number * 256).take(256) {
                    for body in &entry.data {
                        bytes.extend(archive::record(Kind::Data, body.as_bytes(), time).expect("a record"));
                    }
                    let event = entry.event.text.as_bytes();
                    bytes.extend(archive::record(Kind::Event, event, time).expect("a record"));
                }
                Ok(("application/octet-stream", bytes))
            }
        }
    }
}

/// Bytes and then a broken line, or bytes without end.
struct Broken(Cursor<Vec<u8>>, Option<Rc<Cell<u64>>>);

impl Read for Broken {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => match &self.1 {
                None => Err(io::ErrorKind::ConnectionReset.into()),
                Some(taken) => {
                    buffer.fill(b'7');
                    taken.set(taken.get() + u64::try_from(buffer.len()).expect("small"));
                    Ok(buffer.len())
                }
            },
            read => Ok(read),
        }
    }
}

impl Network for Net {
    fn get(&self, endpoint: &Endpoint, _: As) -> Result<Answer, Trouble> {
        let call = self.calls.replace(self.calls.get() + 1);
        let (kind, bytes) = self.answer(endpoint.as_str())?;
        let half = bytes.len() / 2;
        let fate = match (self.fate)(call, endpoint.as_str()) {
            // What looks like another script is another script.
            Fate::Half | Fate::Garbage if kind == "text/javascript" => Fate::Lost,
            fate => fate,
        };
        let body: Box<dyn Read> = match fate {
            Fate::Arrives => Box::new(Cursor::new(bytes)),
            Fate::Lost => {
                return Err(Trouble::Passing { why: "nobody answers".to_owned(), after: Some(7) });
            }
            Fate::Half => Box::new(Cursor::new(bytes[..half].to_vec())),
            Fate::Breaks => Box::new(Broken(Cursor::new(bytes[..half].to_vec()), None)),
            Fate::Garbage => Box::new(Cursor::new(vec![b'?'; half + 600])),
            Fate::Endless => {
                Box::new(Broken(Cursor::new(bytes[..half].to_vec()), Some(Rc::clone(&self.taken))))
            }
        };
        Ok(Answer { kind: kind.to_owned(), body })
    }

    fn sign_in(&self) -> Result<bool, Trouble> {
        Ok(false)
    }
}

/// A clock that does not wait: something happens instead, until it says that the monitor is to end.
struct Steps<F>(F, Vec<u64>);

impl<F: FnMut(u64) -> bool> Pace for Steps<F> {
    fn wait(&mut self, seconds: u64) -> bool {
        self.1.push(seconds);
        (self.0)(self.1.len() as u64)
    }
}

/// How a run of a monitor ended.
struct Ran {
    exit: Exit,
    lines: Vec<Value>,
    waits: Vec<u64>,
}

impl Ran {
    fn found(&self, kind: &str) -> usize {
        self.lines.iter().filter(|line| line["finding"] == kind).count()
    }
}

/// Runs a monitor on this state file; `between` happens between rounds.
fn run(net: &Net, state: &Path, between: impl FnMut(u64) -> bool) -> Ran {
    let state = StateFile::open(state, SERVER).expect("a state file");
    let only = vec![net.world.borrow().shown.id.parse().expect("an identifier")];
    let mut monitor = Monitor::new(net, state, Options { only, ..Options::default() }, None);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut pace = Steps(between, Vec::new());
    let exit = follow(&mut monitor, 60, false, &mut pace, &mut Printer::new(true, &mut out, &mut err, false));
    let lines = String::from_utf8(out).expect("UTF-8");
    let lines = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    Ran { exit: exit.expect("no error"), lines, waits: pace.1 }
}

/// The members vote.
fn cast(world: &mut World) {
    let member = usize::try_from(world.rng.next_u64() % 3).expect("small");
    let code = world.made.codes[member].code.credential().to_string();
    let key = Credential::from_text(&code).expect("a code").derive(world.made.election.uuid());
    let choices = [Selection::Answers(vec![0]), Selection::Answers(vec![1])];
    let vote = Ballot::seal(&world.made.election, &key, &choices, &mut world.rng).expect("a vote");
    world.cast(&vote.to_text());
}

/// The life of the ballot: a vote at each of these rounds, then the end of voting, then the result.
fn live(world: &RefCell<World>, round: u64, votes: u64, every: u64) {
    let mut world = world.borrow_mut();
    match (round / every, round % every) {
        (turn, 0) if turn <= votes => cast(&mut world),
        (turn, 0) if turn == votes + 1 => world.close(),
        (turn, 0) if turn == votes + 2 => world.finish(),
        _ => {}
    }
}

fn known(path: &Path) -> Known {
    let (mut known, mut lines) = (Known::default(), Lines::open(path).expect("a file"));
    while let Some(entry) = lines.next_entry().expect("a line") {
        known.take(&entry).expect("it fits");
    }
    known
}

/// A folder in memory where there is one: what is waited for here is no disk.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a folder")
}

/// Kilobytes of this process in memory.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn it_runs_for_days_in_the_same_memory_whatever_breaks() {
    let folder = folder();
    let state = folder.path().join("state");
    let world = World::new(None, &[]);
    // One answer in seven does not arrive as it should.
    let net = Net::new(world, |call, _| match call.wrapping_mul(2_654_435_761) >> 7 & 31 {
        0 => Fate::Lost,
        1 => Fate::Half,
        2 => Fate::Breaks,
        3 => Fate::Garbage,
        4 => Fate::Endless,
        _ => Fate::Arrives,
    });
    let (mut sizes, mut memory) = (Vec::new(), Vec::new());
    let ran = run(&net, &state, |round| {
        // Votes come in the first rounds, then nothing happens for a long time.
        if round <= 400 {
            if round % 4 == 0 {
                cast(&mut net.world.borrow_mut());
            }
        } else if round == 3000 {
            net.world.borrow_mut().close();
        } else if round == 3010 {
            net.world.borrow_mut().finish();
        }
        if matches!(round, 600 | 2900) {
            sizes.push(fs::metadata(&state).expect("a file").len());
            memory.extend(resident());
        }
        round < 4000
    });
    assert_eq!((ran.exit, ran.found("alarm")), (Exit::Yes, 0), "{:?}", ran.lines.last());
    assert!(ran.waits.len() > 3000, "{} rounds", ran.waits.len());
    assert_eq!(sizes[0], sizes[1], "nothing is written where nothing happens");
    if let [early, late] = memory[..] {
        assert!(late < early + 16 * 1024, "{early} kB, then {late} kB");
    }
    assert_eq!(ran.lines.iter().filter(|line| line["finding"] == "verified").count(), 2);
    // Every vote was seen once, and the file explains every head that is in it.
    let seen: u64 = ran.lines.iter().filter_map(|line| line["ballots"][0]["new_votes"].as_u64()).sum();
    assert!(seen <= 100 && known(&state).alarms == 0);
    let (head, records) = (net.world.borrow().state.head(), known(&state).records);
    assert_eq!(records.values().next().expect("a record").head_event(), head);
}

#[test]
fn it_goes_on_wherever_it_was_stopped() {
    for stop in 0..9 {
        let folder = folder();
        let state = folder.path().join("state");
        let net = Net::new(World::new(None, &[]), |_, _| Fate::Arrives);
        let mut round = 0;
        let mut advance = |limit: u64| {
            run(&net, &state, |_| {
                round += 1;
                live(&net.world, round, 5, 1);
                round < limit
            })
        };
        let first = advance(stop);
        assert_eq!((first.exit, first.found("alarm")), (Exit::Yes, 0));
        // Killed in the middle of a line: what is not whole is done again.
        let bytes = fs::read(&state).expect("a file");
        let cut = bytes.len() - usize::try_from(stop * 37).expect("small").min(bytes.len());
        fs::write(&state, &bytes[..cut]).expect("a file");
        let rest = advance(u64::MAX);
        assert_eq!(
            (rest.exit, rest.found("alarm")),
            (Exit::Yes, 0),
            "stopped after {stop}: {:?}",
            rest.lines
        );
        let known = known(&state);
        let record = known.records.values().next().expect("a record");
        assert_eq!(record.head_event(), net.world.borrow().state.head());
    }
}

#[test]
fn an_answer_that_is_cut_anywhere_costs_a_round_and_no_more() {
    let life = |fate: Fate, at: u64| {
        let folder = folder();
        let net =
            Net::new(World::new(None, &[]), move |call, _| if call == at { fate } else { Fate::Arrives });
        let mut round = 0;
        let ran = run(&net, &folder.path().join("state"), |_| {
            round += 1;
            live(&net.world, round, 1, 1);
            round < 40
        });
        assert_eq!((ran.exit, ran.found("alarm")), (Exit::Yes, 0), "{fate:?} at {at}: {:?}", ran.lines);
        // Where a round was lost, the result may be there when the monitor comes back.
        assert!((1..=2).contains(&ran.found("verified")), "{fate:?} at {at}");
        assert!(net.taken.get() < 20 << 20, "{fate:?} at {at}: {} bytes", net.taken.get());
        net.calls.get()
    };
    let calls = life(Fate::Arrives, 0);
    let fates = [Fate::Half, Fate::Breaks, Fate::Lost, Fate::Garbage, Fate::Endless];
    for (at, turn) in (0..calls).zip(0..) {
        life(fates[turn % 5], at);
        // Every kind of answer meets most of them: their numbers differ.
        if turn % 2 == 0 {
            life(fates[(turn + 2) % 5], at);
        }
    }
}

#[test]
fn trouble_is_said_once_and_waited_out_ever_longer() {
    let folder = folder();
    let net = Net::new(World::new(None, &[]), |call, _| if call < 9 { Fate::Lost } else { Fate::Arrives });
    let ran = run(&net, &folder.path().join("state"), |round| round < 12);
    assert_eq!(ran.exit, Exit::Yes);
    assert_eq!((ran.found("trouble"), ran.found("reached")), (1, 1));
    assert_eq!(ran.waits[..10], [120, 240, 480, 900, 900, 900, 900, 900, 900, 60]);
}

#[test]
fn a_record_that_is_signed_and_never_given_out_is_an_alarm() {
    for fate in [Fate::Half, Fate::Garbage, Fate::Endless] {
        let folder = folder();
        let net =
            Net::new(
                World::new(None, &[]),
                move |_, path| {
                    if path.contains("/pieces/") { fate } else { Fate::Arrives }
                },
            );
        let ran = run(&net, &folder.path().join("state"), |round| round < 20);
        assert_eq!((ran.exit, ran.found("alarm")), (Exit::No, 1), "{fate:?}");
        assert!(ran.waits.len() >= 3, "{fate:?}: not at the first time");
        assert!(net.taken.get() < 4 << 20, "{} bytes", net.taken.get());
    }
}

#[test]
fn state_files_that_are_none_are_not_compared() {
    let folder = folder();
    let state = folder.path().join("state");
    let net = Net::new(World::new(None, &[]), |_, _| Fate::Arrives);
    cast(&mut net.world.borrow_mut());
    run(&net, &state, |_| false);
    assert!(compare::compare(&state, &state).expect("a comparison").agree);
    let text = fs::read_to_string(&state).expect("a file");
    let other = folder.path().join("other");
    for (changed, why) in [
        (String::new(), "nothing in it"),
        (text.replacen("\"v\":1", "\"v\":2", 1), "version 2"),
        (text.replacen("{\"record\"", "{\"records\"", 1), "unknown variant"),
        (text.replacen("\"height\":1", "\"height\":2", 1), "head of height 2"),
        (text.replacen("\"kind\":\"Ballot\"", "\"kind\":\"Result\"", 1), "cannot follow"),
        (text.replacen("\"from\":1", "\"from\":2", 1), "begin at height 2"),
        (format!("{}\n", "x".repeat(70_000)), "longer than any line"),
    ] {
        assert_ne!(changed, text, "{why}");
        fs::write(&other, changed).expect("a file");
        let error = compare::compare(&state, &other).expect_err(why).to_string();
        assert!(error.contains(why), "{error}");
    }
}
