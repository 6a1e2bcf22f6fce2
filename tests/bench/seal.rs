//! Sealing a vote: the booth beside Rust, and beside its own library's multiplication.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_ballot::code::VotingCode;
use scrutineer_protocol::ballot::{Ballot, Selection};
use scrutineer_protocol::credential::Credential;
use scrutineer_protocol::election::Election;
use serde::Deserialize;

use crate::Bench;
use crate::measure::timed;
use crate::report::{Row, Section, Target};

/// Votes that Rust seals.
const VOTES: usize = 300;
/// What the targets say a multiplication in constant time takes, in milliseconds.
const MULTIPLICATION: f64 = 1.14;
/// What sealing may take then, in milliseconds, by the number of answers.
const MOST: [(usize, f64); 2] = [(2, 10.0), (10, 35.0)];
/// How much slower than this machine the telephone is that sealing has to be quick on.
const SLOWER: f64 = 4.0;
/// How long the page's first vote with its tables may take there, in milliseconds.
const LIMIT: f64 = 1000.0;

/// What node measured.
#[derive(Deserialize)]
struct Booth {
    shapes: Vec<Shape>,
}

/// One shape of ballot; times in milliseconds.
#[derive(Deserialize)]
struct Shape {
    answers: usize,
    prepare: f64,
    first: f64,
    warm: f64,
    multiplication: f64,
    election: String,
}

/// Sealing in node and in Rust.
pub(crate) fn section(bench: &Bench) -> Result<Section> {
    let output = Command::new("node")
        .args(["build.mjs", "bench"])
        .args(bench.quick.then_some("quick"))
        .current_dir(bench.root.join("booth"))
        .stderr(Stdio::inherit())
        .output()
        .context("node cannot be started; the booth needs Node 18 or newer")?;
    ensure!(output.status.success(), "the booth could not be measured: `make booth` gets what it needs");
    let booth: Booth = serde_json::from_slice(&output.stdout).context("what the booth measured")?;
    let mut rows = Vec::new();
    for shape in &booth.shapes {
        let rust = rust(shape, bench.unless_quick(VOTES, 20))?;
        let Shape { answers, prepare, first, warm, multiplication, .. } = shape;
        let most = MOST.iter().find(|(of, _)| of == answers);
        rows.push(Row::new(
            format!("a vote of {answers} answers, warm / one multiplication"),
            warm / multiplication,
            most.map_or(Target::None, |(_, most)| Target::AtMost(most / MULTIPLICATION)),
            most.map_or(String::new(), |(_, most)| {
                format!("the target is {most} ms where a multiplication takes {MULTIPLICATION} ms")
            }),
        ));
        rows.push(Row::new(
            format!("a vote of {answers} answers, warm / the same in Rust"),
            warm / rust,
            Target::None,
            format!("the first vote of a page takes {:.0} times as long as in Rust", first / rust),
        ));
        rows.push(Row::new(
            format!(
                "tables and first vote of {answers} answers on a telephone / the second that they may take"
            ),
            (prepare + first) * SLOWER / LIMIT,
            Target::AtMost(1.0),
            format!(
                "a telephone is taken to be {SLOWER} times slower; tables are built while the member reads"
            ),
        ));
    }
    Ok(Section {
        title: "Sealing a vote",
        about: "One question of which one answer is chosen, in node, in processes of their own, the least of several. One \
                multiplication is the curve library's own, of a point without a table, in constant time, measured in the same \
                processes: the smallest piece that sealing could be made of."
            .to_owned(),
        rows,
    })
}

/// How long Rust takes for the same, in milliseconds.
fn rust(shape: &Shape, votes: usize) -> Result<f64> {
    let election = Election::parse(shape.election.as_bytes())?;
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let code = VotingCode::generate(&mut rng);
    let key = Credential::from_text(&code.credential())?.derive(election.uuid());
    let mut least = Duration::MAX;
    for i in 0..votes {
        let selection = [Selection::Answers(vec![i % shape.answers])];
        let (sealed, time) = timed(|| Ballot::seal(&election, &key, &selection, &mut rng));
        sealed?;
        least = least.min(time);
    }
    Ok(least.as_secs_f64() * 1000.0)
}
