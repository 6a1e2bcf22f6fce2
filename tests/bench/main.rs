//! `make bench`: how fast it is, in ratios that were measured side by side in one run.
//!
//! | module | what it measures |
//! |---|---|
//! | [`verifying`] | `verify` beside the stock tool |
//! | [`limit`] | `verify` beside what the curve library's own operations take, and beside parsing and hashing |
//! | [`profile`] | where the time of a vote goes |
//! | [`growth`] | what a vote takes as records grow |
//! | [`stream`] | the record as a download |
//! | [`cast`] | a server that takes votes, beside verifying them alone |
//! | [`crowd`] | the same as records grow |
//! | [`closing`] | closing a ballot |
//! | [`seal`] | the booth's sealing beside Rust's |
//!
//! | module | what it is for |
//! |---|---|
//! | [`measure`] | times and memory, of this process and of others |
//! | [`records`] | records to measure on, made once and kept |
//! | [`load`] | many clients at once |
//! | [`machine`] | what one has to know of the machine |
//! | [`report`] | the table, each row beside its target |
//!
//! Writes `bench/latest.md`. Times of one machine say little about another; ratios hold better, so only they are kept.
//! Nothing here is a test: a slow machine fails nothing.

#![expect(clippy::print_stdout, reason = "it is what the program is for")]
#![expect(clippy::float_arithmetic, reason = "measured times; nothing is decided by them")]

mod cast;
mod closing;
mod crowd;
mod growth;
mod limit;
mod load;
mod machine;
mod measure;
mod profile;
mod records;
mod report;
mod seal;
mod stream;
mod verifying;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use clap::Parser;

use crate::machine::Others;
use crate::records::Records;
use crate::report::Section;

/// The word after which this program is the command line: one program, so that `cargo run` builds all that is needed.
const COMMAND_LINE: &str = "scrutineer";
/// The name under which it is the server.
const SERVER: &str = "scrutineer-server";

/// Measures how fast it is, and writes bench/latest.md.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Args {
    /// Small numbers, to see whether everything works: ratios mean little, and nothing is written.
    #[arg(long)]
    quick: bool,
    /// Only this part, and nothing is written. Parts: see below.
    #[arg(long, value_name = "PART", value_parser = clap::builder::PossibleValuesParser::new(PARTS.map(|part| part.0)))]
    only: Option<String>,
    /// A record of a million votes as well (some 12 GB on the disk, and many minutes).
    #[arg(long)]
    million: bool,
    /// The stock belenios-tool 3.3.0; left out, it is fetched as the tests do.
    #[arg(long, env = "SCRUTINEER_BELENIOS_TOOL", value_name = "FILE")]
    belenios_tool: Option<PathBuf>,
}

/// What measures one part.
type Measure = fn(&Bench) -> Result<Section>;

/// The parts, by the names that `--only` takes.
const PARTS: [(&str, Measure); 6] = [
    ("verify", verifying::section),
    ("limit", limit::section),
    ("growth", growth::section),
    ("record", stream::section),
    ("cast", cast::section),
    ("seal", seal::section),
];

/// What the parts are measured with.
pub(crate) struct Bench {
    /// Small numbers will do.
    pub(crate) quick: bool,
    /// A million votes too.
    pub(crate) million: bool,
    /// The repository.
    pub(crate) root: PathBuf,
    /// Records to measure on.
    pub(crate) records: Records,
    program: PathBuf,
    belenios_tool: Option<PathBuf>,
}

impl Bench {
    /// `scrutineer` as a program of its own, to which words are to be added.
    pub(crate) fn scrutineer(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(COMMAND_LINE);
        command
    }

    /// This program, which is the server under the name [`SERVER`].
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// The folder in which it was built: on a disk, with room.
    pub(crate) fn target(&self) -> &Path {
        self.program.parent().unwrap_or(&self.root)
    }

    /// The stock tool's program.
    ///
    /// # Errors
    /// It cannot be had; why.
    pub(crate) fn belenios_tool(&self) -> Result<PathBuf> {
        if let Some(tool) = &self.belenios_tool {
            return Ok(tool.clone());
        }
        let output = Command::new(self.root.join("tests/tools/get-belenios-tool.sh")).output()?;
        let said =
            String::from_utf8_lossy(if output.status.success() { &output.stdout } else { &output.stderr });
        let last = said.trim().lines().next_back().unwrap_or_default().to_owned();
        ensure!(output.status.success(), "{last}");
        Ok(last.into())
    }

    /// `large`, or `small` where it is only to be seen that everything works.
    pub(crate) fn unless_quick<T>(&self, large: T, small: T) -> T {
        if self.quick { small } else { large }
    }
}

fn main() -> ExitCode {
    let mut words = std::env::args_os();
    if words.next().is_some_and(|name| name == SERVER) {
        return scrutineer_server::main();
    }
    if words.next().is_some_and(|word| word == COMMAND_LINE) {
        let all = [OsString::from(COMMAND_LINE)].into_iter().chain(words);
        let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
        return scrutineer_cli::run(all, &mut std::io::stdin().lock(), &mut out, &mut err).into();
    }
    match measure(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("could not be measured: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measure(args: Args) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let program = std::env::current_exe()?;
    // target/release/bench
    let target = program.parent().and_then(Path::parent).context("the program lies in a target folder")?;
    let bench = Bench {
        quick: args.quick,
        million: args.million,
        records: Records::new(target, &program),
        belenios_tool: args.belenios_tool,
        root,
        program,
    };
    let others = Others::watch();
    let mut sections = Vec::new();
    for (name, part) in PARTS {
        if args.only.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        let section = part(&bench).with_context(|| name.to_owned())?;
        report::lines(&section).iter().for_each(|line| println!("{line}"));
        sections.push(section);
    }
    let mut facts = machine::facts();
    facts.extend(others.fact());
    println!();
    facts.iter().for_each(|fact| println!("{fact}"));
    if args.quick || args.only.is_some() {
        return Ok(());
    }
    let folder = bench.root.join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let file = folder.join("latest.md");
    fs::write(&file, report::markdown(&facts, &sections)?)
        .with_context(|| format!("{} cannot be written", file.display()))?;
    println!("\nWritten to bench/latest.md, with what each row compares.");
    Ok(())
}
