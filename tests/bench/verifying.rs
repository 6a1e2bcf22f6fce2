//! `verify`: beside the stock tool on the same record, and beside what the curve library's own operations take.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::Bench;
use crate::measure::{Run, program, ratio};
use crate::records::Record;
use crate::report::{Row, Section, Target};

/// Members who voted.
const VOTES: u32 = 3000;
/// Runs of each program.
const RUNS: usize = 3;

/// Everything about `verify`.
pub(crate) fn section(bench: &Bench) -> Result<Section> {
    let record = bench.records.of(bench.unless_quick(VOTES, 200))?;
    let rows = stock(bench, &record)?;
    Ok(Section {
        title: "Verifying a record",
        about: format!(
            "A rehearsed record of {} votes on one yes/no question, every part of it checked.",
            record.votes
        ),
        rows,
    })
}

/// The programs in turn.
fn stock(bench: &Bench, record: &Record) -> Result<Vec<Row>> {
    let whats = [
        ("stock belenios-tool 3.3.0 / `scrutineer verify`, processor time", Target::AtLeast(6.0)),
        ("the same by the clock", Target::AtLeast(10.0)),
        ("stock belenios-tool 3.3.0 / the `scrutineer` of `make auditor`, processor time", auditors_target()),
    ];
    let tool = match bench.belenios_tool() {
        Ok(tool) => tool,
        Err(why) => {
            let why = format!("the stock tool cannot be had: {why}");
            return Ok(whats.map(|(what, target)| Row::left_out(what, target, why.as_str())).into());
        }
    };
    // The stock tool wants a folder with the record alone.
    let folder = tempfile::tempdir_in(record.file.parent().context("the record lies in a folder")?)?;
    fs::hard_link(&record.file, folder.path().join(format!("{}.bel", record.uuid)))?;
    let mut stock = Command::new(tool);
    stock.args(["election", "verify", "--dir"]).arg(folder.path());
    let mut ours = bench.scrutineer();
    ours.arg("verify").arg(&record.file);
    let auditor = bench.root.join("target/auditor/release/scrutineer");
    let mut auditor = auditor.exists().then(|| {
        let mut command = Command::new(auditor);
        command.arg("verify").arg(&record.file);
        command
    });
    let mut least: Option<(Run, Run, Option<Run>)> = None;
    for _ in 0..bench.unless_quick(RUNS, 1) {
        let run = (program(&mut ours)?, program(&mut stock)?, auditor.as_mut().map(program).transpose()?);
        least = Some(least.map_or(run, |least| {
            let auditor = least.2.zip(run.2).map(|(least, run)| least.least(run));
            (least.0.least(run.0), least.1.least(run.1), auditor)
        }));
    }
    let (ours, stock, auditor) = least.context("nothing was measured")?;
    #[expect(clippy::cast_precision_loss, reason = "bytes, for a ratio")]
    let memory =
        format!("the stock tool took {:.1} times as much memory", stock.peak as f64 / ours.peak as f64);
    let [cpu, clock, own] = whats;
    Ok(vec![
        Row::new(cpu.0, ratio(stock.cpu, ours.cpu), cpu.1, memory),
        Row::new(clock.0, ratio(stock.clock, ours.clock), clock.1, "the stock tool uses one core"),
        match auditor {
            Some(auditor) => {
                Row::new(own.0, ratio(stock.cpu, auditor.cpu), own.1, "built for this very processor")
            }
            None => Row::left_out(own.0, own.1, "there is none: `make auditor` builds it"),
        },
    ])
}

/// What the build for the processor at hand must reach: something only where the processor has more to offer.
fn auditors_target() -> Target {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx512ifma") {
        return Target::AtLeast(10.0);
    }
    Target::None
}
