//! Casting: a real server, clients who are signed in, votes that were sealed before; beside verifying the same votes and
//! nothing else, in the same run.
//!
//! The same votes are cast at two servers, which are one program on two copies of a folder: one on the disk, one in memory, where
//! syncing costs nothing. So what durability takes is seen on the product as it is, and is rather more than what SQLite's
//! `synchronous=NORMAL` would save.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use rusqlite::Connection;
use scrutineer_api::vote::EIGHTHS;
use scrutineer_ballot::code::VotingCode;
use scrutineer_protocol::ballot::{Ballot as Sealed, Eighths, Selection};
use scrutineer_protocol::credential::Credential;
use scrutineer_protocol::election::Election;
use scrutineer_server::auth::token;
use scrutineer_server::clock::{Clock, SystemClock};
use scrutineer_tests::raw::Raw;
use scrutineer_tests::server::{Program, Server, processor_time};
use scrutineer_tests::union::ballot::{BOARD, Ballot, YES_NO, file};
use scrutineer_tests::union::{PASSWORD, Union};

use crate::load::{all, percentile, probe};
use crate::measure::{middle, ratio, timed};
use crate::report::{Row, Section, Target};
use crate::{Bench, SERVER, closing, crowd};

/// Members who vote.
const MEMBERS: usize = 12_000;
/// Parts in which they do, each measured by itself: the least of each counts.
const ROUNDS: usize = 6;
/// Looks at a page while nothing else happens.
const LOOKS: usize = 400;
/// Where files lie in memory.
const IN_MEMORY: &str = "/dev/shm";

/// Everything that is cast, and the page that is looked at meanwhile.
pub(crate) struct Votes {
    election: Election,
    sealed: Vec<String>,
    /// As the booth and the command line send them.
    pub(crate) requests: Vec<Vec<u8>>,
    /// The same without eighths.
    bare: Vec<Vec<u8>>,
    page: Vec<u8>,
}

/// A sealed vote.
pub(crate) struct Vote {
    text: String,
    eighths: String,
}

/// What one round took, for all its votes; that they come without eighths, for half as many.
struct Round {
    /// Reading and verifying them: processor time, and by the clock on all cores.
    verify: [Duration; 2],
    /// Casting them at the server on the disk.
    cast: [Duration; 2],
    /// Casting others there that come without eighths.
    bare: [Duration; 2],
    /// Casting them at the server in memory, where there is one.
    fleeting: Option<[Duration; 2]>,
}

/// Everything about casting.
pub(crate) fn section(bench: &Bench) -> Result<Section> {
    let members = bench.unless_quick(MEMBERS, 600);
    let folder = tempfile::tempdir_in(bench.target())?;
    let program = Program::under_name(bench.program(), SERVER);
    let (mut union, ballot) = open_ballot(&program, folder.path(), members)?;
    let votes = seal(&union, &ballot)?;
    // At the same address, so that those who run the ballot stay signed in.
    let listen = address(union.running()?).to_owned();
    union.stop()?;
    let votes = sign_in(&union, &ballot, votes)?;
    closing::keep_another_open(&union)?;
    let memory = in_memory(&union, &program)?;
    union.start(&listen)?;
    let server = union.running()?;
    let address = address(server);

    let mut idle = probe(address, &votes.page, bench.unless_quick(LOOKS, 50), &AtomicBool::new(true))?;
    let mut busy = Vec::new();
    let mut rounds = Vec::new();
    let size = votes.requests.len().div_ceil(ROUNDS);
    let chunks = votes.requests.chunks(size).zip(votes.bare.chunks(size));
    for (sealed, (requests, bare)) in votes.sealed.chunks(size).zip(chunks) {
        // Looking at a page takes the server's time too, so that is done while the last quarter is cast.
        let quarter = requests.len() / 4;
        let (measured, rest) = requests.split_at(quarter * 2);
        let rest = rest.get(quarter..).unwrap_or_default();
        let verify = verify(&votes.election, sealed.get(..measured.len()).unwrap_or_default())?;
        let bare = cast(server, bare.get(quarter * 2..quarter * 3).unwrap_or_default())?;
        let cast = cast(server, measured)?;
        let fleeting = memory.as_ref().map(|(server, _)| self::cast(server, measured)).transpose()?;
        rounds.push(Round { verify, cast, bare, fleeting });
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| -> Result<()> {
            let looking = scope.spawn(|| probe(address, &votes.page, 0, &stop));
            let cast = self::cast(server, rest);
            stop.store(true, Ordering::Relaxed);
            busy.extend(looking.join().unwrap_or_else(|_| anyhow::bail!("looking at a page panicked"))?);
            cast.map(drop)
        })?;
    }
    drop(memory);
    let mut rows = rows(&rounds, (&mut idle, &mut busy));
    rows.extend(crowd::rows(bench, &program)?);
    let few = tempfile::tempdir_in(bench.target())?;
    rows.extend(closing::rows(&program, few.path(), &mut union, &ballot)?);
    Ok(Section {
        title: "Casting votes",
        about: format!(
            "A real server takes the votes of {} members on one yes/no question from 64 connections, durably; sessions and sealed \
             votes were made before. The clients run on the same cores and take their share of the clock, so processor times say \
             more.",
            votes.sealed.len()
        ),
        rows,
    })
}

pub(crate) fn address(server: &Server) -> &str {
    server.url().trim_start_matches("http://").trim_end_matches('/')
}

/// A union of so many members with a board, and a ballot that is open.
pub(crate) fn open_ballot(program: &Program, folder: &Path, members: usize) -> Result<(Union, Ballot)> {
    let union = Union::settled(program.clone(), folder, members, &[])?;
    union.form_board(BOARD)?;
    let [one, two, _] = union.tellers();
    let ballot = union.bring_to_open(&file(BOARD, &[YES_NO]), &[one, two])?;
    Ok((union, ballot))
}

/// Votes of everybody, in no order.
pub(crate) fn seal(union: &Union, ballot: &Ballot) -> Result<HashMap<String, Vote>> {
    let raw = Raw::sign_in(union.running()?.url(), &union.delegate().member_no, PASSWORD)?;
    let election = raw.election(&ballot.id)?;
    let codes: Vec<_> = ballot.codes.iter().collect();
    let threads = std::thread::available_parallelism()?.get();
    let parts = codes.chunks(codes.len().div_ceil(threads)).enumerate();
    std::thread::scope(|scope| {
        let under_way: Vec<_> = parts
            .map(|(part, codes)| {
                let election = &election;
                scope.spawn(move || {
                    let mut rng = ChaCha20Rng::seed_from_u64(u64::try_from(part)?);
                    let vote = |(member_no, code): &(&String, &String)| {
                        let code = VotingCode::parse(code)?;
                        let key = Credential::from_text(&code.credential())?.derive(election.uuid());
                        let chosen = [Selection::Answers(vec![usize::from(member_no.ends_with('0'))])];
                        let sealed = Sealed::seal(election, &key, &chosen, &mut rng)?;
                        let vote = Vote { text: sealed.to_text(), eighths: Eighths::of(&sealed).to_text() };
                        Ok(((*member_no).clone(), vote))
                    };
                    codes.iter().map(vote).collect::<Result<Vec<_>>>()
                })
            })
            .collect();
        let mut votes = HashMap::new();
        for part in under_way {
            votes.extend(part.join().unwrap_or_else(|_| anyhow::bail!("sealing panicked"))?);
        }
        Ok(votes)
    })
}

/// Gives everybody a session, in the database of a server that is stopped: signing in is not what is measured.
pub(crate) fn sign_in(union: &Union, ballot: &Ballot, votes: HashMap<String, Vote>) -> Result<Votes> {
    let mut database = Connection::open(union.data().join("scrutineer.db"))?;
    let now = SystemClock.now();
    let mut rng = ChaCha20Rng::seed_from_u64(0);
    let election: String =
        database
            .query_row("SELECT body FROM datum WHERE height = 0 AND position = 0", [], |row| row.get(0))?;
    let election = Election::parse(election.as_bytes())?;
    let changes = database.transaction()?;
    let mut session = |member_no: &str, kind: &str| -> Result<String> {
        let (token, _) = token::random(&mut rng);
        let hash = token::parse(token.expose()).context("a token of our own")?;
        let added = changes.execute(
            "INSERT INTO session SELECT ?1, id, ?2, ?3, ?3 FROM member WHERE member_no = ?4",
            rusqlite::params![hash.0, kind, now, member_no],
        )?;
        ensure!(added == 1, "no member {member_no}");
        Ok(token.expose().to_owned())
    };
    let cookie = session(&union.observer().member_no, "cookie")?;
    let page = format!(
        "GET /ballots/{} HTTP/1.1\r\nhost: localhost\r\ncookie: scrutineer={cookie}\r\n\r\n",
        ballot.id
    );
    let (mut sealed, mut requests, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for (member_no, Vote { text, eighths }) in votes {
        let token = session(&member_no, "bearer")?;
        let head = format!(
            "POST /api/v1/ballots/{}/votes HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n",
            ballot.id,
            text.len()
        );
        requests.push(format!("{head}{EIGHTHS}: {eighths}\r\n\r\n{text}").into_bytes());
        bare.push(format!("{head}\r\n{text}").into_bytes());
        sealed.push(text);
    }
    changes.commit()?;
    Ok(Votes { election, sealed, requests, bare, page: page.into_bytes() })
}

/// The same server on a copy of the folder in memory, where the machine has such a place.
fn in_memory(union: &Union, program: &Program) -> Result<Option<(Server, tempfile::TempDir)>> {
    if !Path::new(IN_MEMORY).is_dir() {
        return Ok(None);
    }
    let folder = tempfile::tempdir_in(IN_MEMORY)?;
    let data = folder.path().join("data");
    copy(&union.data(), &data)?;
    let server = Server::start(program, &data, "127.0.0.1:0", &[], &folder.path().join("server.log"))?;
    Ok(Some((server, folder)))
}

fn copy(from: &Path, to: &PathBuf) -> Result<()> {
    fs::create_dir(to)?;
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?
        } else {
            fs::copy(entry.path(), to).map(drop)?
        }
    }
    Ok(())
}

/// Reads and verifies votes on all cores, and does nothing else.
fn verify(election: &Election, sealed: &[String]) -> Result<[Duration; 2]> {
    let threads = std::thread::available_parallelism()?.get();
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        while let Some(vote) = sealed.get(next.fetch_add(1, Ordering::Relaxed)) {
            Sealed::parse(vote.as_bytes())?.verify(election)?;
        }
        Ok(())
    };
    let own =
        || processor_time(std::process::id()).context("processor times stand in /proc, which only Linux has");
    let before = own()?;
    let (done, clock) = timed(|| -> Result<()> {
        std::thread::scope(|scope| {
            let under_way: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            under_way
                .into_iter()
                .try_for_each(|one| one.join().unwrap_or_else(|_| anyhow::bail!("verifying panicked")))
        })
    });
    done?;
    Ok([own()? - before, clock])
}

/// Casts votes; what that took of the server's processor time, and by the clock.
fn cast(server: &Server, requests: &[Vec<u8>]) -> Result<[Duration; 2]> {
    let used = || server.processor_time().context("processor times stand in /proc, which only Linux has");
    let before = used()?;
    let clock = all(address(server), requests, 201)?;
    Ok([used()? - before, clock])
}

fn rows(rounds: &[Round], (idle, busy): (&mut [Duration], &mut [Duration])) -> Vec<Row> {
    let sum = |times: &mut dyn Iterator<Item = Duration>| times.sum::<Duration>();
    let [verify_cpu, verify_clock] = [0, 1].map(|i| sum(&mut rounds.iter().map(|round| round.verify[i])));
    let [cast_cpu, cast_clock] = [0, 1].map(|i| sum(&mut rounds.iter().map(|round| round.cast[i])));
    let bare_cpu = sum(&mut rounds.iter().map(|round| round.bare[0])) * 2;
    let mut rows = vec![
        Row::new(
            "processor time of the server for a vote / of verifying it alone",
            ratio(cast_cpu, verify_cpu),
            Target::AtMost(1.3),
            "everything: connections, sessions, proofs, the record, the receipt",
        ),
        Row::new(
            "votes a second by the server's processor time / verifications alone",
            ratio(verify_cpu, cast_cpu),
            Target::AtLeast(0.85),
            "where the clients have cores of their own",
        ),
        Row::new(
            "the same by the clock, with the clients on the same cores",
            ratio(verify_clock, cast_clock),
            Target::None,
            "",
        ),
        Row::new(
            "processor time of the server for a vote that comes without eighths / of verifying it alone",
            ratio(bare_cpu, verify_cpu),
            Target::None,
            "as other clients than ours send it: each of its points is multiplied by the group's order, as when it is verified",
        ),
    ];
    let durable = "votes a second on the disk / in memory, where a sync costs nothing";
    rows.push(
        match middle(
            rounds.iter().filter_map(|round| Some(ratio(round.fleeting?[1], round.cast[1]))).collect(),
        ) {
            Some(measured) => {
                Row::new(durable, measured, Target::AtLeast(0.9), "one program, the same votes")
            }
            None => Row::left_out(durable, Target::AtLeast(0.9), format!("there is no {IN_MEMORY} here")),
        },
    );
    let [quiet, loaded] = [percentile(idle, 99), percentile(busy, 99)];
    rows.push(Row::new(
        "a ballot's page while 64 clients cast, 99 of 100 / (3 times idle + 10 ms)",
        ratio(loaded, quiet * 3 + Duration::from_millis(10)),
        Target::AtMost(1.0),
        format!(
            "half of the looks took {:.1} times as long as idle",
            ratio(percentile(busy, 50), percentile(idle, 50))
        ),
    ));
    rows
}
