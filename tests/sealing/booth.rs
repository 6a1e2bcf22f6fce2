//! The booth as a program: one request a line, one answer a line.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use scrutineer_protocol::ballot::Selection;
use scrutineer_protocol::election::Election;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A running booth. It ends when it is dropped.
pub(crate) struct Booth {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    /// Holds the program.
    _folder: TempDir,
}

/// A vote that the booth sealed.
pub(crate) struct Sealed {
    /// The vote's bytes.
    pub(crate) vote: String,
    /// Its tracker, as the booth shows it.
    pub(crate) tracker: String,
    /// The eighths of its points, as they are sent along.
    pub(crate) eighths: String,
    /// The tracker in words.
    pub(crate) words: Vec<String>,
    /// The file with which it can be tested.
    pub(crate) test: String,
}

impl Booth {
    /// Builds the program for node and starts it.
    pub(crate) fn start() -> Self {
        Self::launch(|folder| vec![folder.join("sealing.mjs")])
    }

    /// The same in Chromium, on a page with a worker. It verifies no votes.
    #[cfg(feature = "browser")]
    pub(crate) fn start_in_chromium() -> Self {
        let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("sealing/chromium.mjs");
        Self::launch(|folder| vec![driver, folder.join("chromium.mjs")])
    }

    fn launch(args: impl FnOnce(&Path) -> Vec<PathBuf>) -> Self {
        let booth = Path::new(env!("CARGO_MANIFEST_DIR")).join("../booth");
        let folder = tempfile::tempdir().expect("a folder");
        let built = Command::new("node")
            .args(["build.mjs", "tools"])
            .arg(folder.path())
            .current_dir(booth)
            .status()
            .expect("node, which builds the booth");
        assert!(built.success(), "the booth cannot be built: `make booth` gets what it needs");
        let mut child = Command::new("node")
            .args(args(folder.path()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node");
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, stdin, stdout, _folder: folder }
    }

    /// Asks for something.
    pub(crate) fn ask(&mut self, request: &Value) -> Value {
        let stdin = self.stdin.as_mut().expect("still running");
        writeln!(stdin, "{request}").expect("it listens");
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("it answers");
        serde_json::from_str(&line).expect("JSON")
    }

    /// Has a vote sealed. The same seed seals the same vote.
    pub(crate) fn seal(
        &mut self,
        election: &Election,
        code: &str,
        selections: &[Selection],
        seed: &str,
    ) -> Sealed {
        let choices: Vec<Value> = selections
            .iter()
            .map(|selection| match selection {
                Selection::Blank => json!("blank"),
                Selection::Answers(positions) => json!(positions),
            })
            .collect();
        let answer = self.ask(&json!({
            "do": "seal", "election": text(election), "code": code, "choices": choices,
            "ballot": crate::made_up::BALLOT, "seed": seed,
        }));
        let field = |name: &str| answer[name].as_str().map(str::to_owned).expect("a sealed vote");
        let words = answer["words"].as_array().expect("words").iter();
        Sealed {
            vote: field("vote"),
            tracker: field("tracker"),
            eighths: field("eighths"),
            words: words.map(|word| word.as_str().expect("a word").to_owned()).collect(),
            test: field("test"),
        }
    }

    /// Whether the booth's verifier accepts a vote.
    pub(crate) fn accepts(&mut self, election: &Election, vote: &str) -> bool {
        let answer = self.ask(&json!({ "do": "verify", "election": text(election), "vote": vote }));
        answer["holds"].as_bool().expect("an answer")
    }
}

impl Drop for Booth {
    fn drop(&mut self) {
        // The end of its input ends it.
        self.stdin = None;
        if self.child.wait().is_err() {
            drop(self.child.kill());
        }
    }
}

/// The election's bytes as text.
pub(crate) fn text(election: &Election) -> &str {
    std::str::from_utf8(election.bytes()).expect("UTF-8")
}
