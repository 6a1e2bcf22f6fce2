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

/// The two programs in turn.
fn stock(bench: &Bench, record: &Record) -> Result<Vec<Row>> {
    let whats = [
        ("stock belenios-tool 3.3.0 / `scrutineer verify`, processor time", Target::AtLeast(6.0)),
        ("the same by the clock", Target::AtLeast(10.0)),
    ];
    let tool = match bench.belenios_tool() {
        Ok(tool) => tool,
        Err(why) => {
            return Ok(whats
                .map(|(what, target)| {
                    Row::left_out(what, target, format!("the stock tool cannot be had: {why}"))
                })
                .into());
        }
    };
    // The stock tool wants a folder with the record alone.
    let folder = tempfile::tempdir_in(record.file.parent().context("the record lies in a folder")?)?;
    fs::hard_link(&record.file, folder.path().join(format!("{}.bel", record.uuid)))?;
    let mut stock = Command::new(tool);
    stock.args(["election", "verify", "--dir"]).arg(folder.path());
    let mut ours = bench.scrutineer();
    ours.arg("verify").arg(&record.file);
    let mut least: Option<(Run, Run)> = None;
    for _ in 0..bench.unless_quick(RUNS, 1) {
        let run = (program(&mut ours)?, program(&mut stock)?);
        least = Some(least.map_or(run, |(ours, stock)| (ours.least(run.0), stock.least(run.1))));
    }
    let (ours, stock) = least.context("nothing was measured")?;
    let ratios = [ratio(stock.cpu, ours.cpu), ratio(stock.clock, ours.clock)];
    let note = |ours: f64, stock: f64| {
        format!("the stock tool, on one core, took {:.1} times as much memory", stock / ours)
    };
    #[expect(clippy::cast_precision_loss, reason = "millions of bytes, for a ratio")]
    let notes = [note(ours.peak as f64, stock.peak as f64), String::new()];
    let rows = whats.into_iter().zip(ratios).zip(notes);
    Ok(rows.map(|(((what, target), ratio), note)| Row::new(what, ratio, target, note)).collect())
}
