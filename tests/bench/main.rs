//! `make bench`: what the booth's sealing costs beside Rust's, both measured in the same run on the same machine.
//!
//! Prints the times, and writes the ratios to `bench/latest.md`. Times of one machine say little about another; ratios hold
//! better, so only they are kept.

#![expect(clippy::print_stdout, reason = "it is what the program is for")]
#![expect(clippy::float_arithmetic, reason = "measured times; nothing is decided by them")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_ballot::code::VotingCode;
use scrutineer_protocol::ballot::{Ballot, Selection};
use scrutineer_protocol::credential::Credential;
use scrutineer_protocol::election::Election;
use serde::Deserialize;

/// Votes that are measured. The least time counts: whatever else the machine does can only add to it.
const VOTES: usize = 300;
/// How much slower than this machine the telephone is that sealing has to be quick on.
const SLOWER: f64 = 4.0;
/// How long sealing may take there, in milliseconds.
const LIMIT: f64 = 1000.0;

/// What node measured.
#[derive(Deserialize)]
struct Booth {
    node: String,
    shapes: Vec<Shape>,
}

/// One shape of ballot; times in milliseconds.
#[derive(Deserialize)]
struct Shape {
    answers: usize,
    prepare: f64,
    first: f64,
    warm: f64,
    election: String,
}

/// One line of the results; times in milliseconds.
struct Line {
    answers: usize,
    booth_prepare: f64,
    booth_first: f64,
    booth_warm: f64,
    rust_seal: f64,
    rust_verify: f64,
}

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = Command::new("node")
        .args(["build.mjs", "bench"])
        .current_dir(root.join("booth"))
        .stderr(Stdio::inherit())
        .output()
        .context("node cannot be started; the booth needs Node 18 or newer")?;
    ensure!(output.status.success(), "the booth could not be measured: `make booth` gets what it needs");
    let booth: Booth = serde_json::from_slice(&output.stdout).context("what the booth measured")?;
    let lines = booth.shapes.iter().map(line).collect::<Result<Vec<_>>>()?;
    println!("Milliseconds a ballot, the least of several runs:");
    for Line { answers, booth_prepare, booth_first, booth_warm, rust_seal, .. } in &lines {
        println!(
            "{answers:>4} answers: node {booth_warm:.1} (the first of a page {booth_first:.1}, its tables {booth_prepare:.1}), \
             Rust {rust_seal:.2}"
        );
    }

    let folder = root.join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let file = folder.join("latest.md");
    let table = table(&booth.node, &lines)?;
    fs::write(&file, &table).with_context(|| format!("{} cannot be written", file.display()))?;
    println!("\n{table}");
    Ok(())
}

/// Measures Rust on the election that the booth was measured on.
fn line(shape: &Shape) -> Result<Line> {
    let election = Election::parse(shape.election.as_bytes())?;
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let code = VotingCode::generate(&mut rng);
    let key = Credential::from_text(&code.credential())?.derive(election.uuid());
    let (mut rust_seal, mut rust_verify) = (f64::INFINITY, f64::INFINITY);
    for i in 0..VOTES {
        let selection = [Selection::Answers(vec![i % shape.answers])];
        let (sealed, seal) = timed(|| Ballot::seal(&election, &key, &selection, &mut rng));
        let sealed = sealed?;
        let (verified, verify) = timed(|| sealed.verify(&election));
        verified?;
        rust_seal = rust_seal.min(seal);
        rust_verify = rust_verify.min(verify);
    }
    Ok(Line {
        answers: shape.answers,
        booth_prepare: shape.prepare,
        booth_first: shape.first,
        booth_warm: shape.warm,
        rust_seal,
        rust_verify,
    })
}

/// A result, and the milliseconds that it took.
#[expect(clippy::disallowed_methods, reason = "measuring is what this program is for")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = std::time::Instant::now();
    let result = work();
    (result, start.elapsed().as_secs_f64() * 1000.0)
}

/// The ratios as people read them.
fn table(node: &str, lines: &[Line]) -> Result<String> {
    let mut out = String::from("# Sealing a vote: the booth beside Rust\n\n");
    writeln!(
        out,
        "Written by `make bench`. Both programs sealed votes in the same elections, one question of which one answer is \
         chosen, in the same run on the same machine (node {node}). Ratios of the least times; they hold to about a \
         fifth.\n"
    )?;
    out.push_str(
        "| answers | booth, a later vote / Rust | booth, the first vote of a page / Rust | Rust: verifying / sealing | \
         tables and first vote, 4 times slower, of the second that they may take |\n\
         |---|---|---|---|---|\n",
    );
    for line in lines {
        let Line { answers, booth_prepare, booth_first, booth_warm, rust_seal, rust_verify } = line;
        writeln!(
            out,
            "| {answers} | {:.0} | {:.0} | {:.1} | {:.2} |",
            booth_warm / rust_seal,
            booth_first / rust_seal,
            rust_verify / rust_seal,
            (booth_prepare + booth_first) * SLOWER / LIMIT,
        )?;
    }
    out.push_str(
        "\nThe tables (of the powers of the two bases) are built while the member reads the ballot; the first vote runs code that \
         the browser has not compiled yet.\n",
    );
    Ok(out)
}
