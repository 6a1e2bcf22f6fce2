//! One person at the command line: the real code of `scrutineer`, in this process, with a profile folder of their own.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use scrutineer_cli::exit::Exit;
use serde_json::Value;

/// Somebody who uses `scrutineer` on a server.
#[derive(Clone, Debug)]
pub struct Person {
    /// The number on the roll; empty for somebody who is not on it.
    pub member_no: String,
    home: PathBuf,
    server: String,
}

/// How a command ended.
#[derive(Clone, Debug)]
pub struct Said {
    /// What was typed, for messages.
    typed: String,
    /// The exit code.
    pub exit: Exit,
    /// The document on stdout; `Null` if there is none.
    pub json: Value,
    /// What stood on stderr.
    pub err: String,
}

impl Person {
    /// A person whose profile lies in `home` and who uses the server at this URL.
    #[must_use]
    pub fn new(member_no: &str, home: PathBuf, server: &str) -> Self {
        Self { member_no: member_no.to_owned(), home, server: server.to_owned() }
    }

    /// The same person at another address of the server, as after a restart.
    pub fn moves_to(&mut self, server: &str) {
        server.clone_into(&mut self.server);
    }

    /// The folder of the profile.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// A file of this person's.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.home.join(name)
    }

    /// Runs a command on the server.
    #[must_use]
    pub fn run(&self, words: &[&str]) -> Said {
        self.answering(words, &[])
    }

    /// Runs a command on the server and answers what it asks for, in this order.
    #[must_use]
    pub fn answering(&self, words: &[&str], answers: &[&str]) -> Said {
        let home = self.home.to_string_lossy();
        let connection = ["--home", &home, "--server", &self.server];
        typed(words, &connection, answers)
    }

    /// Chooses a password with an activation code; then the person is signed in.
    ///
    /// # Errors
    /// The server refuses.
    pub fn activate(&self, code: &str, password: &str) -> Result<()> {
        self.answering(&["activate", "--member", &self.member_no], &[code, password]).yes().map(drop)
    }

    /// Signs in.
    ///
    /// # Errors
    /// The server refuses.
    pub fn login(&self, password: &str) -> Result<()> {
        self.answering(&["login", "--member", &self.member_no], &[password]).yes().map(drop)
    }
}

/// What a monitor said: its lines, one document each.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The exit code.
    pub exit: Exit,
    /// The documents on stdout.
    pub lines: Vec<Value>,
    /// What stood on stderr.
    pub err: String,
}

impl Watch {
    /// What was found of one kind.
    pub fn found<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.lines.iter().filter(move |line| line["finding"] == kind)
    }

    /// The codes of all alarms.
    #[must_use]
    pub fn alarms(&self) -> Vec<&str> {
        self.found("alarm").filter_map(|line| line["code"].as_str()).collect()
    }
}

impl Person {
    /// Runs a monitor on the person's server; `more` are further words.
    #[must_use]
    pub fn monitor(&self, more: &[&str]) -> Watch {
        let home = self.home.to_string_lossy();
        let words = ["scrutineer", "--json", "monitor", &self.server, "--home", &home];
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let all = words.iter().chain(more);
        let exit = scrutineer_cli::run(all, &mut std::io::empty(), &mut out, &mut err);
        let lines = String::from_utf8_lossy(&out);
        Watch {
            exit,
            lines: lines.lines().map(|line| serde_json::from_str(line).unwrap_or_default()).collect(),
            err: String::from_utf8_lossy(&err).into_owned(),
        }
    }
}

/// Runs a command that needs no server.
#[must_use]
pub fn offline(words: &[&str]) -> Said {
    typed(words, &[], &[])
}

fn typed(words: &[&str], more: &[&str], answers: &[&str]) -> Said {
    let all = ["scrutineer", "--json"].iter().chain(words).chain(more);
    let mut stdin = Cursor::new(answers.iter().flat_map(|answer| [answer, "\n"]).collect::<String>());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = scrutineer_cli::run(all, &mut stdin, &mut out, &mut err);
    Said {
        typed: words.join(" "),
        exit,
        json: serde_json::from_slice(&out).unwrap_or_default(),
        err: String::from_utf8_lossy(&err).into_owned(),
    }
}

impl Said {
    /// The answer of a command that is to say yes.
    ///
    /// # Errors
    /// It did not: what it said instead.
    pub fn yes(self) -> Result<Value> {
        self.ended(Exit::Yes)
    }

    /// The answer of a command that is to say a clean no.
    ///
    /// # Errors
    /// It did not: what it said instead.
    pub fn no(self) -> Result<Value> {
        self.ended(Exit::No)
    }

    /// The sentence of a command that is to fail.
    ///
    /// # Errors
    /// It did not, or failed without a sentence.
    pub fn error(self) -> Result<String> {
        let sentence = self.json["error"]["message"].as_str().map(str::to_owned);
        match (self.exit, sentence) {
            (Exit::Error, Some(sentence)) if !sentence.is_empty() => Ok(sentence),
            _ => bail!(
                "`{}` was to fail, but ended with {:?}: {}{}",
                self.typed,
                self.exit,
                self.json,
                self.err
            ),
        }
    }

    /// The stable word of a server's refusal.
    ///
    /// # Errors
    /// The command did not fail, or not by the server's refusal.
    pub fn refusal(self) -> Result<String> {
        match (self.exit, self.json["error"]["code"].as_str()) {
            (Exit::Error, Some(code)) => Ok(code.to_owned()),
            _ => bail!(
                "`{}` was to be refused, but ended with {:?}: {}{}",
                self.typed,
                self.exit,
                self.json,
                self.err
            ),
        }
    }

    fn ended(self, exit: Exit) -> Result<Value> {
        if self.exit == exit {
            return Ok(self.json);
        }
        let said =
            if self.err.trim().is_empty() { self.json.to_string() } else { self.err.trim().to_owned() };
        bail!("`scrutineer {}` ended with code {}: {said}", self.typed, self.exit.code())
    }
}
