//! What the demo prints: numbered steps, each with one line on what happens and why. Progress goes to stderr, and only
//! to a terminal.

use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

/// Tells the story on stdout.
#[derive(Default)]
pub(crate) struct Narrator {
    step: usize,
}

impl Narrator {
    /// Begins a step.
    pub(crate) fn step(&mut self, text: &str) {
        self.step += 1;
        print(&format!("\n{:>2}. {text}", self.step));
    }

    /// Adds a line to the step.
    pub(crate) fn line(&self, text: &str) {
        print(&format!("    {text}"));
    }

    /// A heading of its own, outside of the steps.
    pub(crate) fn heading(&self, text: &str) {
        print(&format!("\n{text}"));
    }

    /// A progress bar of `total` steps; hidden where stderr is no terminal.
    pub(crate) fn progress(&self, total: usize, doing: &str) -> ProgressBar {
        if !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("    {msg} {wide_bar} {pos}/{len}, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        ProgressBar::new(total).with_style(style).with_message(doing.to_owned())
    }
}

/// Says on stderr why the demo ends early.
pub(crate) fn fail(text: &str) {
    let _ = writeln!(io::stderr(), "demo: {text}");
}

/// A number with commas, as people write it: `25,000`.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn print(line: &str) {
    // A reader who goes away (`make demo | head`) does not change what happens.
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn numbers_read_as_people_write_them() {
        for (number, text) in [
            (0, "0"),
            (12, "12"),
            (999, "999"),
            (1000, "1,000"),
            (15_265, "15,265"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
