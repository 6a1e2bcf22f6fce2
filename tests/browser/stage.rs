//! Plays a story: starts `run.mjs` on a union of its own and does what it asks for, one line of JSON after the other.
//!
//! The story says what it wants on its stdout, `{"do":"close","id":…}`, and reads the answer on its stdin, `{"ok":…}` or
//! `{"error":…}`. Lines that are no JSON object are what it tells people.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use scrutineer_tests::clock::Stopwatch;
use scrutineer_tests::person::{Person, offline};
use scrutineer_tests::union::{NAME, PASSWORD, codes, path};
use scrutineer_tests::world::World;
use serde_json::{Value, json};

/// The server's program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_e2e-server");
/// Everybody on the roll; seven have something to do beside voting.
const MEMBERS: usize = 24;
/// Longest time that a story may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(280);
/// How long the browser may take to end once it was asked to.
const FAREWELL: Duration = Duration::from_secs(10);

/// Plays a story to its end, on a union of its own; where it is about one language, in that one.
pub(crate) fn play(story: &[&str]) {
    if let Err(error) = Stage::set(story).and_then(Stage::play) {
        panic!("{}: {error:#}", story.join(" "));
    }
}

/// The union, and the program that has the browser.
struct Stage {
    world: World,
    program: Program,
    /// Where the server is, also while it is stopped.
    url: String,
}

impl Stage {
    fn set(story: &[&str]) -> Result<Self> {
        let world = World::settled(PROGRAM, MEMBERS, &[])?;
        let url = world.running()?.url().to_owned();
        let program = Program::start(story)?;
        Ok(Self { world, program, url })
    }

    fn play(mut self) -> Result<()> {
        let members: Vec<Value> = self
            .world
            .roll
            .iter()
            .map(|entry| json!({ "no": entry.no().as_str(), "name": entry.name(), "unit": entry.unit() }))
            .collect();
        let files = self.world.file("browser");
        fs::create_dir_all(&files)?;
        self.program.tell(&json!({
            "url": self.url, "union": NAME, "password": PASSWORD, "files": path(&files), "members": members,
        }))?;
        while let Some(wish) = self.program.next_wish()? {
            let answer = match self.fulfil(&wish) {
                Ok(answer) => json!({ "ok": answer }),
                Err(error) => json!({ "error": format!("{wish}: {error:#}") }),
            };
            self.program.tell(&answer)?;
        }
        self.program.end()
    }

    /// Does what the story wants done.
    fn fulfil(&mut self, wish: &Value) -> Result<Value> {
        let word = |name: &str| wish[name].as_str().with_context(|| format!("{name} is missing"));
        match word("do")? {
            "draft" => self.world.draft(word("toml")?).map(Value::from),
            "practice" => self.draft_practice(word("toml")?).map(Value::from),
            "freeze" => self.world.freeze(word("id")?).map(Value::from),
            "codes" => Ok(json!(self.world.fetch_codes(word("id")?)?.codes)),
            "open" => self.world.open(word("id")?).map(Value::from),
            "close" => self.world.close(word("id")?).map(Value::from),
            "cancel" => self.world.cancel(word("id")?, word("reason")?).map(Value::from),
            "certify" => {
                self.world.answer_warnings(word("id")?, "Everybody concerned was asked.\n")?;
                let officers = self.world.officers();
                officers
                    .iter()
                    .try_for_each(|one| self.world.certify(one, word("id")?).yes().map(drop))
                    .map(Value::from)
            }
            "object" => {
                let (observer, text) = (self.world.observer(), word("text")?);
                self.world.object(observer, word("id")?, text)?.yes().map(drop).map(Value::from)
            }
            "correct" => {
                let words = ["certificate", "correct", word("id")?, "--reason", word("reason")?];
                self.world.first_officer().run(&words).yes().map(drop).map(Value::from)
            }
            "reissue" => self.reissue(word("id")?, word("member")?).map(Value::from),
            "activation_code" => self.world.activation_code(word("member")?).map(Value::from),
            "activate" => self.world.activate(&self.person(word("member")?)?).map(Value::from),
            "pass" => {
                self.world.pass(wish["seconds"].as_i64().context("seconds is missing")?)?;
                self.sign_in_again().map(Value::from)
            }
            "now" => Ok(self.world.now().into()),
            "until" => self.world.until(word("id")?, word("state")?).map(Value::from),
            "stop" => self.world.stop().map(Value::from),
            "start" => self.world.start_again(&self.url).map(Value::from),
            "run" => self.run(wish),
            "log" => Ok(fs::read_to_string(self.world.log())?.into()),
            other => bail!("nobody here can {other}"),
        }
    }

    fn draft_practice(&self, toml: &str) -> Result<String> {
        let file = self.world.file("practice.toml");
        fs::write(&file, toml)?;
        let made = self.world.delegate().run(&["ballot", "draft", &path(&file), "--practice"]).yes()?;
        made["id"].as_str().map(str::to_owned).context("draft prints an id")
    }

    /// A new code for a member, from the desk.
    fn reissue(&self, id: &str, member: &str) -> Result<String> {
        self.world.first_officer().run(&["desk", "reissue", id, "--member", member]).yes()?;
        let file = self.world.file(&format!("new-code-{member}.csv"));
        self.world.delegate().run(&["codes", "fetch", id, "--out", &path(&file)]).yes()?;
        self.world.delegate().run(&["codes", "confirm", id]).yes()?;
        codes(&file)?.remove(member).context("no new code came")
    }

    /// Sessions of those who run the ballot ended while time passed.
    fn sign_in_again(&self) -> Result<()> {
        let [one, two] = self.world.officers();
        [one, two, self.world.delegate(), self.world.observer()]
            .iter()
            .try_for_each(|person| person.login(PASSWORD))
    }

    /// Any command: of a member who is signed in there, of anyone on the server, or without a server.
    fn run(&self, wish: &Value) -> Result<Value> {
        let words: Vec<&str> =
            wish["words"].as_array().context("words are missing")?.iter().filter_map(Value::as_str).collect();
        let answers: Vec<&str> =
            wish["answers"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let said = match wish["who"].as_str() {
            None => offline(&words),
            Some("anyone") => self.world.stranger().answering(&words, &answers),
            Some("delegate") => self.world.delegate().answering(&words, &answers),
            Some(member) => self.person(member)?.answering(&words, &answers),
        };
        Ok(json!({ "exit": said.exit.code(), "json": said.json, "err": said.err }))
    }

    fn person(&self, member: &str) -> Result<Person> {
        let person = self.world.people().iter().find(|person| person.member_no == member);
        person.cloned().with_context(|| format!("nobody has the number {member}"))
    }
}

/// `run.mjs`. Dropping it ends it and its browser.
struct Program {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
    told: Vec<String>,
    watch: Stopwatch,
}

impl Program {
    fn start(story: &[&str]) -> Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
        let mut command = Command::new("node");
        // A group of its own: Ctrl-C reaches it through us, in an orderly way.
        command.arg(folder.join("run.mjs")).args(story).process_group(0);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("node cannot be started")?;
        let stdin = child.stdin.take().context("node has no stdin")?;
        let stdout = child.stdout.take().context("node has no stdout")?;
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
        Ok(Self { child, stdin, lines, told: Vec::new(), watch: Stopwatch::start() })
    }

    fn tell(&mut self, what: &Value) -> Result<()> {
        writeln!(self.stdin, "{what}").context("the story ended too early")
    }

    /// What the story wants next; `None` at its end.
    fn next_wish(&mut self) -> Result<Option<Value>> {
        loop {
            let left = PATIENCE.saturating_sub(self.watch.elapsed());
            match self.lines.recv_timeout(left) {
                Ok(line) if line.starts_with('{') => return Ok(Some(serde_json::from_str(&line)?)),
                Ok(line) => self.told.push(line),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) => {
                    bail!("it did not end within {PATIENCE:?}\n{}", self.told.join("\n"))
                }
            }
        }
    }

    /// It came to its end: a good one?
    fn end(&mut self) -> Result<()> {
        let status = self.child.wait()?;
        ensure!(status.success(), "{}", self.told.join("\n"));
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        // Asked first, so that it ends the browser; the channel's end says that it has.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let watch = Stopwatch::start();
        while watch.elapsed() < FAREWELL
            && self.lines.recv_timeout(FAREWELL) != Err(RecvTimeoutError::Disconnected)
        {}
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
