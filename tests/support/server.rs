//! The server's program as an operator runs it: a process of its own that is started, stopped and, where a test wants to
//! see what a power cut does, killed.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// Longest time that a start or a stop may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// How the server's program is started.
#[derive(Clone, Debug)]
pub struct Program {
    file: PathBuf,
    name: Option<&'static str>,
    settings: Vec<(&'static str, OsString)>,
}

impl Program {
    /// The program in this file.
    #[must_use]
    pub fn at(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into(), name: None, settings: Vec::new() }
    }

    /// The program in this file, which does other things under other names, under `name`.
    #[must_use]
    pub fn under_name(file: impl Into<PathBuf>, name: &'static str) -> Self {
        Self { file: file.into(), name: Some(name), settings: Vec::new() }
    }

    /// The same with a variable of its environment.
    #[must_use]
    pub fn with(mut self, variable: &'static str, value: impl Into<OsString>) -> Self {
        self.settings.push((variable, value.into()));
        self
    }

    /// A command with these words, without the settings of whoever runs the tests.
    pub fn command<W: Into<OsString>>(&self, words: impl IntoIterator<Item = W>) -> Command {
        let mut command = Command::new(&self.file);
        if let Some(name) = self.name {
            command.arg0(name);
        }
        command.args(words.into_iter().map(Into::into)).env_remove("SCRUTINEER_LOG").stdin(Stdio::null());
        command.envs(self.settings.iter().map(|(variable, value)| (variable, value)));
        command
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn output<W: Into<OsString>>(&self, words: impl IntoIterator<Item = W>) -> Result<Output> {
        self.command(words).output().with_context(|| format!("cannot run {}", self.file.display()))
    }

    /// Runs a command that is to succeed with `--json` and gives back its document.
    ///
    /// # Errors
    /// It cannot be started, or ends with another exit code than 0.
    pub fn json<W: Into<OsString>>(&self, words: impl IntoIterator<Item = W>) -> Result<Value> {
        let words = words.into_iter().map(Into::into).chain([OsString::from("--json")]);
        let output = self.output(words)?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

/// A running server. Dropping it kills it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    url: String,
    /// What it prints. The lock is never waited for: it lets threads share a server.
    lines: Mutex<Receiver<String>>,
}

impl Server {
    /// Starts a server on a data folder and waits until it listens. `more` are further words of its command line; its
    /// log goes to the end of the file `log`.
    ///
    /// # Errors
    /// It does not start; its log says why.
    pub fn start(program: &Program, data: &Path, listen: &str, more: &[&str], log: &Path) -> Result<Self> {
        let words: [OsString; 6] =
            ["serve".into(), "--data".into(), data.into(), "--listen".into(), listen.into(), "--json".into()];
        let mut command = program.command(words);
        command.args(more);
        Self::started(command, log)
    }

    /// The same from a command of one's own, which is to end in a `serve --json`.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn started(mut command: Command, log: &Path) -> Result<Self> {
        let file = File::options().create(true).append(true).open(log)?;
        let mut child =
            command.stdout(Stdio::piped()).stderr(file).spawn().context("the server cannot be started")?;
        let stdout = child.stdout.take().context("the server has no stdout")?;
        let (tell, lines) = channel();
        // Ends with the process; the channel's end then says so.
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines() {
                let Ok(line) = line else { return };
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        let mut server = Self { child, url: String::new(), lines: Mutex::new(lines) };
        match server.next_line() {
            Ok(line) => {
                let said: Value = serde_json::from_str(&line).context("the server's first line")?;
                said["url"].as_str().context("the server names no address")?.clone_into(&mut server.url);
                Ok(server)
            }
            Err(RecvTimeoutError::Timeout) => bail!("the server did not start within {PATIENCE:?}"),
            Err(RecvTimeoutError::Disconnected) => {
                let status = server.child.wait()?;
                let log = std::fs::read_to_string(log).unwrap_or_default();
                bail!(
                    "the server did not start ({status}): {}",
                    log.lines().next_back().unwrap_or("it says nothing")
                )
            }
        }
    }

    /// Where it is reached.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The process's number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop (SIGTERM) and waits until it has.
    ///
    /// # Errors
    /// It does not stop, or says that something went wrong.
    pub fn stop(mut self) -> Result<()> {
        // Ctrl-C reaches it by itself: then it is on its way already.
        if self.child.try_wait()?.is_none() {
            Command::new("kill").args(["-TERM", &self.id().to_string()]).stderr(Stdio::null()).status()?;
        }
        let status = self.ended()?;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }

    /// Kills it in the middle of whatever it does (SIGKILL).
    ///
    /// # Errors
    /// It is gone already.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// It does not.
    pub fn ended(&mut self) -> Result<ExitStatus> {
        loop {
            match self.next_line() {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(self.child.wait()?),
                Err(RecvTimeoutError::Timeout) => bail!("the server did not stop within {PATIENCE:?}"),
            }
        }
    }

    fn next_line(&self) -> Result<String, RecvTimeoutError> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(PATIENCE)
    }

    /// Processor time that the process has used, as [`processor_time`] says.
    #[must_use]
    pub fn processor_time(&self) -> Option<Duration> {
        processor_time(self.id())
    }
}

/// Processor time that a process has used, in its own code and in the kernel for it. `None` where the system does not tell.
#[must_use]
pub fn processor_time(process: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is the program's name in brackets; it may hold blanks. Fields 14 and 15 are what is wanted.
    let after = stat.rsplit_once(") ")?.1;
    let mut fields = after.split(' ').skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    // Hundredths of a second, on every Linux that Rust runs on.
    Some(Duration::from_millis((user + system) * 10))
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already: then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
