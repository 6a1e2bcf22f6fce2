//! Everything that the program says: people's text or one JSON document on stdout, errors, warnings and progress on
//! stderr.

use std::fmt::Display;
use std::io::{self, Write};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::client::{Refusal, RefusedRow};

/// Writes what commands have to say, in the form that was asked for.
///
/// A reader that goes away (`scrutineer results ID | head -1`) is no error: what it does not want to hear is dropped,
/// and the exit code stays that of the deed.
pub struct Printer<'a> {
    json: bool,
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    /// Whether stderr is a terminal, so that somebody sees progress.
    watched: bool,
    /// Whether the one JSON document has been written.
    documented: bool,
}

/// The JSON document of an error.
#[derive(Serialize)]
struct Failure<'a> {
    error: Message<'a>,
}

#[derive(Default, Serialize)]
struct Message<'a> {
    message: &'a str,
    /// The stable word of a server's refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    /// Seconds to wait before another try.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    /// Every bad row of a refused file.
    #[serde(skip_serializing_if = "<[RefusedRow]>::is_empty")]
    rows: &'a [RefusedRow],
}

impl<'a> Printer<'a> {
    /// A printer for people, or with `json` for programs. `watched`: whether `err` is a terminal.
    pub fn new(json: bool, out: &'a mut dyn Write, err: &'a mut dyn Write, watched: bool) -> Self {
        Self { json, out, err, watched, documented: false }
    }

    /// Whether a JSON document was asked for.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Writes a command's answer: `document` for programs, `lines` for people. With `--json` a command answers
    /// exactly once.
    ///
    /// # Errors
    /// Stdout cannot be written.
    pub fn answer(
        &mut self,
        document: &impl Serialize,
        lines: impl IntoIterator<Item = impl Display>,
    ) -> io::Result<()> {
        if self.json {
            return self.document(document);
        }
        for line in lines {
            self.line(line)?;
        }
        Ok(())
    }

    /// Says something that happened while a command goes on: one line for people, with `--json` one document on one line.
    /// What is said is seen at once.
    ///
    /// # Errors
    /// Stdout cannot be written.
    pub fn happened(&mut self, document: &impl Serialize, line: Option<impl Display>) -> io::Result<()> {
        if self.json {
            self.document(document)?;
        } else if let Some(line) = line {
            self.line(line)?;
        }
        self.flush()
    }

    /// Writes a line for people; nothing with `--json`.
    ///
    /// # Errors
    /// Stdout cannot be written.
    pub fn line(&mut self, line: impl Display) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        unless_gone(writeln!(self.out, "{}", shown(line)))
    }

    /// Writes text that was asked for by itself (help, version), whatever the form.
    pub(crate) fn verbatim(&mut self, text: &str) -> io::Result<()> {
        unless_gone(self.out.write_all(text.as_bytes()))
    }

    /// Writes a warning for people to stderr: the command goes on.
    pub fn warn(&mut self, warning: impl Display) {
        // Where nobody can be told, nobody can be told that either.
        let _ = writeln!(self.err, "scrutineer: warning: {}", shown(warning));
    }

    /// Writes a remark for people to stderr: what is going on, what somebody is waited for.
    pub fn note(&mut self, remark: impl Display) {
        let _ = writeln!(self.err, "{}", shown(remark));
    }

    /// Writes a question to stderr; the answer is typed behind it.
    pub fn ask(&mut self, question: impl Display) {
        let _ = write!(self.err, "{}: ", shown(question)).and_then(|()| self.err.flush());
    }

    /// A progress bar of `total` steps on stderr; hidden where stderr is not a terminal.
    #[must_use]
    pub fn progress(&self, total: u64, doing: &str) -> ProgressBar {
        if !self.watched {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::new(total).with_style(style).with_message(doing.to_owned())
    }

    /// Says that the command failed: a sentence on stderr and, with `--json`, a document on stdout.
    pub fn error(&mut self, message: &str) {
        self.usage_error(message, message);
    }

    /// The same where people get more (`text`: how the command is used) than programs (`message`).
    pub(crate) fn usage_error(&mut self, message: &str, text: &str) {
        self.failure(text, Message { message, ..Message::default() });
    }

    /// Says that a server refused: bad rows of a file stand in lines for people, in a list for programs.
    pub(crate) fn refused(&mut self, refusal: &Refusal) {
        let Refusal { code, retry_after, rows, .. } = refusal;
        let message = refusal.sentence();
        let message = Message { message: &message, code: Some(code), retry_after: *retry_after, rows };
        self.failure(&refusal.to_string(), message);
    }

    fn failure(&mut self, text: &str, error: Message<'_>) {
        // The exit code still tells, where neither stream can.
        let _ = writeln!(self.err, "scrutineer: {}", shown(text.trim_end()));
        if self.json && !self.documented {
            let _ = self.document(&Failure { error });
        }
    }

    /// Writes out what is still held back.
    ///
    /// # Errors
    /// Stdout cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        unless_gone(self.out.flush())
    }

    fn document(&mut self, document: &impl Serialize) -> io::Result<()> {
        self.documented = true;
        let mut text = serde_json::to_vec(document)?;
        text.push(b'\n');
        unless_gone(self.out.write_all(&text))
    }
}

/// An error with its causes. A cause that the sentence before it quotes already is not said again.
#[must_use]
pub fn sentence(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |said, cause| match said.as_str() {
        "" => cause,
        text if text.contains(&cause) => said,
        text => format!("{text}: {cause}"),
    })
}

/// A text as it may be shown on a terminal: much of what is printed comes from servers and files of others, and control
/// characters would let it pass for something else.
fn shown(text: impl Display) -> String {
    let harmless = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    text.to_string().chars().map(|c| if harmless(c) { c } else { '\u{fffd}' }).collect()
}

/// A reader that has gone away has heard what it wanted; any other failure says what could not be written.
fn unless_gone(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(io::Error::new(error.kind(), format!("the answer cannot be written: {error}"))),
        Ok(()) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a printer writes to stdout and to stderr.
    fn written(json: bool, say: impl FnOnce(&mut Printer<'_>)) -> (String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        say(&mut Printer::new(json, &mut out, &mut err, false));
        (String::from_utf8_lossy(&out).into_owned(), String::from_utf8_lossy(&err).into_owned())
    }

    #[test]
    fn people_get_lines_and_programs_one_document() {
        let say = |printer: &mut Printer<'_>| {
            printer.line("first").unwrap();
            printer.answer(&[1, 2], ["second", "third"]).unwrap();
            printer.warn("careful");
        };
        let warning = "scrutineer: warning: careful\n".to_owned();
        assert_eq!(written(false, say), ("first\nsecond\nthird\n".to_owned(), warning.clone()));
        assert_eq!(written(true, say), ("[1,2]\n".to_owned(), warning));
    }

    #[test]
    fn an_error_is_a_sentence_and_for_programs_also_a_document() {
        let say = |printer: &mut Printer<'_>| printer.error("no \"such\" file");
        let sentence = "scrutineer: no \"such\" file\n".to_owned();
        assert_eq!(written(false, say), (String::new(), sentence.clone()));
        let document = "{\"error\":{\"message\":\"no \\\"such\\\" file\"}}\n".to_owned();
        assert_eq!(written(true, say), (document, sentence));
    }

    #[test]
    fn causes_are_said_once() {
        use anyhow::anyhow;
        assert_eq!(sentence(&anyhow!("no such file").context("a.csv: no such file")), "a.csv: no such file");
        assert_eq!(sentence(&anyhow!("no such file").context("a.csv")), "a.csv: no such file");
        assert_eq!(sentence(&anyhow!("a").context("b").context("c")), "c: b: a");
    }

    #[test]
    fn what_others_wrote_cannot_steer_the_terminal() {
        let (out, err) = written(false, |printer| {
            printer.line("a\u{1b}[2Kb\tc").unwrap();
            printer.note("d\re");
            printer.error("f\u{9b}g\nh");
        });
        assert_eq!(out, "a\u{fffd}[2Kb\tc\n");
        assert_eq!(err, "d\u{fffd}e\nscrutineer: f\u{fffd}g\nh\n");
    }

    #[test]
    fn a_refusal_keeps_its_word_and_its_rows() {
        let refusal = r#"{"status":422,"code":"roll_refused","detail":"Nothing was imported.",
            "rows":[{"line":3,"message":"no name"}]}"#;
        let refusal: Refusal = serde_json::from_str(refusal).unwrap();
        let (out, err) = written(true, |printer| printer.refused(&refusal));
        let document = concat!(
            r#"{"error":{"message":"Nothing was imported.","code":"roll_refused","#,
            r#""rows":[{"line":3,"message":"no name"}]}}"#,
            "\n"
        );
        assert_eq!(out, document);
        assert_eq!(err, "scrutineer: Nothing was imported.\n  line 3: no name\n");
    }

    #[test]
    fn an_error_after_the_answer_adds_no_second_document() {
        let (out, err) = written(true, |printer| {
            printer.answer(&"done", [""]).unwrap();
            printer.error("too late");
        });
        assert_eq!((out.as_str(), err.as_str()), ("\"done\"\n", "scrutineer: too late\n"));
    }

    #[test]
    fn progress_shows_only_where_somebody_watches() {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let bar = Printer::new(false, &mut out, &mut err, false).progress(10, "sealing");
        assert!(bar.is_hidden());
        bar.inc(10);
        bar.finish();
        assert!(out.is_empty() && err.is_empty());
    }
}
