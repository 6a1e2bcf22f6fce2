//! Two monitors, programs of their own, follow the ballot from outside while members vote: the observer's and another
//! member's. They give way to everything else on this machine.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use scrutineer_tests::clock::Stopwatch;
use scrutineer_tests::person::{Person, offline};
use scrutineer_tests::server::processor_time;
use scrutineer_tests::union::{Union, path};
use serde_json::Value;

/// The first word under which this program is a monitor.
pub(crate) const MONITOR: &str = "as-scrutineer";
/// The longest that is waited for something that a monitor is to say.
const PATIENCE: Duration = Duration::from_secs(600);

/// A monitor at work.
pub(crate) struct Watcher {
    child: Child,
    lines: Receiver<Value>,
    /// What it keeps.
    pub(crate) state: PathBuf,
    /// Votes that it has verified.
    pub(crate) votes: u64,
    /// Whether it has verified the result.
    pub(crate) verified: bool,
    /// What it raised the alarm about.
    pub(crate) alarm: Option<String>,
    /// Its processor time so far.
    pub(crate) spent: Option<Duration>,
}

/// Both of them.
pub(crate) struct Monitors(pub(crate) [Watcher; 2]);

impl Monitors {
    /// Starts both.
    ///
    /// # Errors
    /// One does not start.
    pub(crate) fn start(union: &Union, ballot: &str) -> Result<Self> {
        Ok(Self([
            Watcher::start(union, union.observer(), ballot)?,
            Watcher::start(union, union.delegate(), ballot)?,
        ]))
    }

    /// Waits until both have seen so many votes.
    ///
    /// # Errors
    /// They do not.
    pub(crate) fn see(&mut self, votes: u64) -> Result<()> {
        self.0.iter_mut().try_for_each(|one| one.until(|one| one.votes >= votes))
    }

    /// Waits until both have ended by themselves; gives their exit codes.
    ///
    /// # Errors
    /// They do not end.
    pub(crate) fn end(&mut self) -> Result<[i32; 2]> {
        let [one, other] = &mut self.0;
        Ok([one.end()?, other.end()?])
    }

    /// Whether one record explains what both saw.
    ///
    /// # Errors
    /// Their state files cannot be compared.
    pub(crate) fn agree(&self, url: &str) -> Result<bool> {
        let [one, other] = &self.0;
        let words = ["monitor", url, "--state", &path(&one.state), "--compare", &path(&other.state)];
        Ok(offline(&words).yes()?["agree"] == true)
    }

    /// Their processor time for a vote.
    pub(crate) fn for_a_vote(&self) -> Option<Duration> {
        let [one, other] = &self.0;
        let votes = u32::try_from(one.votes + other.votes).ok().filter(|votes| *votes > 0)?;
        Some((one.spent? + other.spent?) / votes)
    }
}

impl Watcher {
    fn start(union: &Union, person: &Person, ballot: &str) -> Result<Self> {
        let url = union.running()?.url();
        let state = union.file(&format!("monitor-{}.jsonl", person.member_no));
        let log = File::create(union.file(&format!("monitor-{}.log", person.member_no)))?;
        // It gives way to the vote: nothing of it is urgent.
        let mut child = Command::new("nice")
            .args(["-n", "15"])
            .arg(std::env::current_exe()?)
            .args([MONITOR, "--json", "monitor", url, "--ballot", ballot, "--interval", "2"])
            .args(["--home", &path(person.home()), "--state", &path(&state)])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.try_clone()?)
            .spawn()
            .context("a monitor cannot be started")?;
        let stdout = child.stdout.take().context("a monitor has no stdout")?;
        let (tell, lines) = channel();
        std::thread::spawn(move || copy(stdout, log, &tell));
        Ok(Self { child, lines, state, votes: 0, verified: false, alarm: None, spent: None })
    }

    fn note(&mut self, line: &Value) {
        self.spent = processor_time(self.child.id()).or(self.spent);
        for one in line["ballots"].as_array().into_iter().flatten() {
            self.votes += one["new_votes"].as_u64().unwrap_or(0);
        }
        self.verified |= line["what"] == "result";
        if line["finding"] == "alarm" {
            self.alarm = line["message"].as_str().map(str::to_owned);
        }
    }

    fn until(&mut self, come: impl Fn(&Self) -> bool) -> Result<()> {
        let watch = Stopwatch::start();
        while !come(self) {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.note(&line),
                Err(RecvTimeoutError::Timeout) => bail!("a monitor says nothing"),
                Err(RecvTimeoutError::Disconnected) => bail!("a monitor has ended; its log says why"),
            }
            ensure!(watch.elapsed() < PATIENCE, "a monitor does not see what is there");
        }
        Ok(())
    }

    fn end(&mut self) -> Result<i32> {
        let watch = Stopwatch::start();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.note(&line),
                Err(RecvTimeoutError::Timeout) => bail!("a monitor does not end"),
                Err(RecvTimeoutError::Disconnected) => break,
            }
            ensure!(watch.elapsed() < PATIENCE, "a monitor does not end");
        }
        self.child.wait()?.code().context("a monitor was killed")
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        // It has ended by itself, or the demo ends early.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Copies what a monitor says to its log, and tells it.
fn copy(stdout: impl std::io::Read, mut log: File, tell: &std::sync::mpsc::Sender<Value>) {
    for line in BufReader::new(stdout).lines() {
        let Ok(line) = line else { return };
        // The log is for whoever is curious.
        let _ = writeln!(log, "{line}");
        if tell.send(serde_json::from_str(&line).unwrap_or_default()).is_err() {
            return;
        }
    }
}
