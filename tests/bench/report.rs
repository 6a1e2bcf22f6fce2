//! The table: what was measured, beside what it must reach.

use std::fmt::{self, Write as _};

use anyhow::Result;

/// What a ratio must reach.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    /// At least so much.
    AtLeast(f64),
    /// At most so much.
    AtMost(f64),
    /// Nothing: it is measured to be seen.
    None,
}

/// In what a ratio is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// So many times.
    Times,
    /// Parts of a hundred; the ratio is a part of one.
    Percent,
    /// Millions of bytes: memory is no ratio.
    Megabytes,
}

/// One line of the table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What is compared with what.
    pub(crate) what: String,
    /// The ratio; none where it could not be measured, and the note then says why.
    pub(crate) ratio: Option<f64>,
    /// In what it is counted.
    pub(crate) unit: Unit,
    /// What it must reach.
    pub(crate) target: Target,
    /// What one has to know to read it.
    pub(crate) note: String,
}

impl Row {
    /// A ratio, in times.
    pub(crate) fn new(what: impl Into<String>, ratio: f64, target: Target, note: impl Into<String>) -> Self {
        Self { what: what.into(), ratio: Some(ratio), unit: Unit::Times, target, note: note.into() }
    }

    /// A row that could not be measured here.
    pub(crate) fn left_out(what: impl Into<String>, target: Target, why: impl Into<String>) -> Self {
        Self { what: what.into(), ratio: None, unit: Unit::Times, target, note: why.into() }
    }

    /// The same, counted otherwise.
    pub(crate) fn counted_in(self, unit: Unit) -> Self {
        Self { unit, ..self }
    }

    fn value(&self, value: f64) -> String {
        // Beside a target, no rounding may hide on which side of it the ratio lies.
        let is_close = !matches!(self.target, Target::None);
        match self.unit {
            Unit::Times if value >= 9.95 => format!("{value:.0}×"),
            Unit::Times if value < 0.995 || is_close => format!("{value:.2}×"),
            Unit::Times => format!("{value:.1}×"),
            Unit::Percent => format!("{:.1}%", value * 100.0),
            Unit::Megabytes => format!("{value:.0} MB"),
        }
    }

    /// The ratio as it is read, and whether it reaches its target.
    fn cells(&self) -> [String; 3] {
        let target = match self.target {
            Target::AtLeast(least) => format!("at least {}", self.value(least)),
            Target::AtMost(most) => format!("at most {}", self.value(most)),
            Target::None => String::new(),
        };
        let Some(ratio) = self.ratio else { return ["not measured".to_owned(), target, String::new()] };
        let reached = match self.target {
            Target::AtLeast(least) => Some(ratio >= least),
            Target::AtMost(most) => Some(ratio <= most),
            Target::None => None,
        };
        let reached = reached.map_or("", |reached| if reached { "yes" } else { "**no**" });
        [self.value(ratio), target, reached.to_owned()]
    }
}

/// Rows that belong together.
#[derive(Debug)]
pub(crate) struct Section {
    /// Their heading.
    pub(crate) title: &'static str,
    /// What was compared, and in what unit.
    pub(crate) about: String,
    /// The rows.
    pub(crate) rows: Vec<Row>,
}

/// The whole table as Markdown.
///
/// # Errors
/// None that can happen; formatting does not know that.
pub(crate) fn markdown(machine: &[String], sections: &[Section]) -> Result<String, fmt::Error> {
    let mut out = String::from(
        "# How fast it is\n\nWritten by `make bench`. Every ratio compares two things that were measured in turn in one run on one \
         machine; what it compares is said above it. Ratios hold to about a tenth from run to run. \
         [docs/PERFORMANCE.md](../docs/PERFORMANCE.md) says where the time goes and how to read this.\n\n",
    );
    for fact in machine {
        writeln!(out, "- {fact}")?;
    }
    for Section { title, about, rows } in sections {
        write!(
            out,
            "\n## {title}\n\n{about}\n\n| what | measured | target | reached | |\n|---|---|---|---|---|\n"
        )?;
        for row in rows {
            let [measured, target, reached] = row.cells();
            writeln!(out, "| {} | {measured} | {target} | {reached} | {} |", row.what, row.note)?;
        }
    }
    Ok(out)
}

/// The same for a terminal: a line for each row.
pub(crate) fn lines(section: &Section) -> Vec<String> {
    let row = |row: &Row| {
        let [measured, target, reached] = row.cells();
        let verdict = match reached.as_str() {
            "" => String::new(),
            "yes" => "  reached".to_owned(),
            _ => "  NOT REACHED".to_owned(),
        };
        let target = if target.is_empty() { target } else { format!("  ({target})") };
        let why = if row.ratio.is_none() { format!("  {}", row.note) } else { String::new() };
        format!("  {measured:>12}  {}{target}{verdict}{why}", row.what)
    };
    [String::new(), section.title.to_owned()].into_iter().chain(section.rows.iter().map(row)).collect()
}
