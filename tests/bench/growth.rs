//! What a vote takes as records grow: it should be the same however many there are.

use std::fs::File;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use scrutineer_protocol::archive::{Kind, Reader};
use scrutineer_protocol::ballot::recorded_choices;
use scrutineer_protocol::event::{Event, EventKind};
use scrutineer_protocol::tally::RunningTally;

use crate::Bench;
use crate::measure::{middle, program, ratio, worked};
use crate::records::Record;
use crate::report::{Row, Section, Target, Unit};

/// Members who voted. Everything is compared with the second.
const VOTES: [u32; 3] = [1_000, 10_000, 100_000];
/// The same where it is only to be seen that everything works.
const FEW: [u32; 3] = [100, 200, 400];
const MILLION: u32 = 1_000_000;
/// How often the middle is taken of; large records are measured once, since they have time to even out.
const RUNS: u32 = 3;
/// How often the record that others are compared with is measured before each run of another, and after it: a machine is not
/// equally quick all the time, and what takes minutes sees more of that.
const BESIDE: u32 = 3;

/// What one record took, for each vote on it.
struct Taken {
    verify: Duration,
    tally: Duration,
    /// The most memory that `verify` held, in bytes.
    memory: u64,
}

/// The same beside the record that all are compared with.
struct Grown {
    voters: u32,
    verify: f64,
    tally: f64,
    /// The most memory that `verify` held, in bytes.
    memory: u64,
}

/// Verification and tally of records of several sizes.
pub(crate) fn section(bench: &Bench) -> Result<Section> {
    let sizes = sizes(bench);
    let [_, base, ..] = sizes[..] else { anyhow::bail!("two sizes at least are compared") };
    let grown = sizes.iter().map(|size| grown(bench, *size, base)).collect::<Result<Vec<_>>>()?;
    let mut rows = Vec::new();
    for one in grown.iter().filter(|one| one.voters != base) {
        let million = one.voters == MILLION;
        let (what, than) = (thousands(one.voters), thousands(base));
        let most = if one.voters > base { Target::AtMost(1.1) } else { Target::None };
        rows.push(Row::new(
            format!("verify: processor time a vote, {what} votes / {than}"),
            one.verify,
            most,
            if million { "" } else { "the target is that of a million votes" },
        ));
        rows.push(Row::new(
            format!("tally: processor time a vote, {what} votes / {than}"),
            one.tally,
            Target::None,
            "adding up the sealed votes of a record of one's own",
        ));
    }
    for one in &grown {
        #[expect(clippy::cast_precision_loss, reason = "bytes, shown as millions of them")]
        let megabytes = one.memory as f64 / 1e6;
        rows.push(
            Row::new(
                format!("verify: memory, {} votes", thousands(one.voters)),
                megabytes,
                if one.voters == MILLION { Target::AtMost(300.0) } else { Target::None },
                "the most that the program held at a time",
            )
            .counted_in(Unit::Megabytes),
        );
    }
    Ok(Section {
        title: "Growth",
        about: "Rehearsed records of one yes/no question in which everybody votes. Processor time for each vote on the record, \
                of all cores, beside that of another size."
            .to_owned(),
        rows,
    })
}

/// How many members voted, in ascending order.
pub(crate) fn sizes(bench: &Bench) -> Vec<u32> {
    let mut sizes = bench.unless_quick(VOTES, FEW).to_vec();
    sizes.extend(bench.million.then_some(MILLION));
    sizes
}

/// One record beside the one with `base` voters.
fn grown(bench: &Bench, voters: u32, base: u32) -> Result<Grown> {
    let (record, base) = (bench.records.of(voters)?, bench.records.of(base)?);
    let (mut verify, mut tally, mut memory) = (Vec::new(), Vec::new(), u64::MAX);
    for _ in 0..(RUNS * 10_000 / voters).clamp(1, RUNS) {
        let mut beside: Vec<Taken> = (0..BESIDE).map(|_| taken(bench, &base)).collect::<Result<_>>()?;
        let own = taken(bench, &record)?;
        for _ in 0..BESIDE {
            beside.push(taken(bench, &base)?);
        }
        let mean = |of: fn(&Taken) -> Duration| beside.iter().map(of).sum::<Duration>() / (2 * BESIDE);
        verify.push(ratio(own.verify, mean(|taken| taken.verify)));
        tally.push(ratio(own.tally, mean(|taken| taken.tally)));
        memory = memory.min(own.memory);
    }
    let (verify, tally) = middle(verify).zip(middle(tally)).context("nothing was measured")?;
    Ok(Grown { voters, verify, tally, memory })
}

fn taken(bench: &Bench, record: &Record) -> Result<Taken> {
    let run = program(bench.scrutineer().arg("verify").arg(&record.file))?;
    let tally = tallied(record)? / record.votes;
    Ok(Taken { verify: run.cpu / record.votes, tally, memory: run.peak })
}

/// Votes that are added up at once: measuring itself takes time.
const BATCH: usize = 256;

/// Processor time that it takes to add up the votes of a record, without reading it.
fn tallied(record: &Record) -> Result<Duration> {
    let mut reader = Reader::new(File::open(&record.file)?)?;
    let (mut sum, mut time) = (RunningTally::new(&[2]), Duration::ZERO);
    let (mut votes, mut last) = (Vec::new(), None);
    loop {
        let next = reader.next_record()?;
        if votes.len() == BATCH || next.is_none() {
            let (added, took) = worked(|| votes.iter().try_for_each(|vote: &Vec<u8>| add(&mut sum, vote)));
            added?;
            time += took;
            votes.clear();
        }
        match next {
            None => break,
            Some(record) if record.kind == Kind::Data => last = Some(record.body),
            Some(record) if Event::parse(&record.body)?.kind == EventKind::Ballot => {
                votes.extend(last.take())
            }
            Some(_) => {}
        }
    }
    ensure!(sum.ballots() == u64::from(record.votes), "not every vote was found");
    Ok(time)
}

fn add(sum: &mut RunningTally, vote: &[u8]) -> Result<()> {
    let choices = recorded_choices(vote)?;
    Ok(sum.add(choices.iter().map(Vec::as_slice), 1)?)
}

/// `100,000`.
pub(crate) fn thousands(number: u32) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let (head, rest) = digits.split_at(first);
    let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    (!head.is_empty()).then(|| head.to_owned()).into_iter().chain(groups).collect::<Vec<_>>().join(",")
}
