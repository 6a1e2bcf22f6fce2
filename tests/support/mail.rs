//! A real mail server for tests: `tests/mail/server.mjs`, in a process of its own, on loopback.
//!
//! What it does with a letter stands in the recipient's local part: `defer-anna`, `reject-anna`, `refuse-anna`, `drop-anna`,
//! `slow-anna`, `bounce-anna`; with a number, such as `drop-1-anna`, the first times only. Everybody else's is taken.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use base64ct::{Base64, Encoding};
use mail_parser::MessageParser;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Longest time that the server may take to start, and letters to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// How the way to the server is protected, in the word of `mail.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Not at all.
    None,
    /// STARTTLS.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

impl Way {
    /// As in `mail.toml`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::StartTls => "starttls",
            Self::Tls => "tls",
        }
    }
}

/// A letter as the server got it.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Where it would come back to.
    pub from: String,
    /// To whom.
    pub to: String,
    /// Whether the server said that it took it; otherwise it only came.
    pub taken: bool,
    /// Whether it came over TLS.
    pub protected: bool,
    /// The whole message.
    pub raw: Vec<u8>,
}

impl Mail {
    /// Its message id, with the angle brackets.
    #[must_use]
    pub fn message_id(&self) -> String {
        let id =
            MessageParser::default().parse(&self.raw).and_then(|mail| mail.message_id().map(str::to_owned));
        format!("<{}>", id.unwrap_or_default())
    }

    /// Its subject.
    #[must_use]
    pub fn subject(&self) -> String {
        let mail = MessageParser::default().parse(&self.raw);
        mail.and_then(|mail| mail.subject().map(str::to_owned)).unwrap_or_default()
    }

    /// What it says as plain text.
    #[must_use]
    pub fn text(&self) -> String {
        let mail = MessageParser::default().parse(&self.raw);
        mail.and_then(|mail| mail.body_text(0).map(|text| text.replace("\r\n", "\n"))).unwrap_or_default()
    }

    /// The address after `/vote#` in it, with the voting code.
    #[must_use]
    pub fn vote_link(&self) -> Option<String> {
        let text = self.text();
        text.split_whitespace().find(|word| word.contains("/vote#")).map(str::to_owned)
    }
}

type Letters = Arc<(Mutex<Vec<Mail>>, Condvar)>;

/// A running mail server. Dropping it ends it.
#[derive(Debug)]
pub struct MailServer {
    child: Child,
    /// The server ends when this does.
    _stdin: Option<ChildStdin>,
    port: u16,
    way: Way,
    account: Option<(&'static str, &'static str)>,
    letters: Letters,
    bounces: TempDir,
}

impl MailServer {
    /// Starts one that anybody may use, without TLS.
    ///
    /// # Errors
    /// It does not start; `npm ci --prefix tests/mail` may be what is missing.
    pub fn start() -> Result<Self> {
        Self::started(Way::None, None)
    }

    /// Starts one that is reached in this way, by whoever knows this user name and password.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn started(way: Way, account: Option<(&'static str, &'static str)>) -> Result<Self> {
        let bounces = tempfile::tempdir()?;
        let mut options =
            json!({ "security": way.word(), "tls": folder().join("tls"), "bounces": bounces.path() });
        if let Some((user, password)) = account {
            options["user"] = user.into();
            options["password"] = password.into();
        }
        let mut child = Command::new("node")
            .arg(folder().join("server.mjs"))
            .arg(options.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("node cannot be started")?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().context("the mail server has no stdout")?;
        let letters = Letters::default();
        let (tell, started) = channel();
        let coming = Arc::clone(&letters);
        // Ends with the process.
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines() {
                let Some(said) = line.ok().and_then(|line| serde_json::from_str::<Value>(&line).ok()) else {
                    return;
                };
                match said["port"].as_u64() {
                    Some(port) => drop(tell.send(port)),
                    None => {
                        lock(&coming.0).push(mail(&said));
                        coming.1.notify_all();
                    }
                }
            }
        });
        // Made first, so that the process ends also where it does not start.
        let mut server = Self { child, _stdin: stdin, port: 0, way, account, letters, bounces };
        let port = started.recv_timeout(PATIENCE).context(
            "the mail server of the tests did not start; its packages may be missing: npm ci --prefix tests/mail",
        )?;
        server.port = u16::try_from(port)?;
        Ok(server)
    }

    /// On which port of 127.0.0.1 it listens.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The folder in which letters that came back are put, as `.eml` files.
    #[must_use]
    pub fn bounces(&self) -> &Path {
        self.bounces.path()
    }

    /// Every letter that has come so far, in the order in which they came.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        lock(&self.letters.0).clone()
    }

    /// The letters that were taken, by address, each message id once: as members' mail programs show them.
    #[must_use]
    pub fn inboxes(&self) -> BTreeMap<String, Vec<Mail>> {
        let mut inboxes: BTreeMap<String, Vec<Mail>> = BTreeMap::new();
        for mail in self.mails().into_iter().filter(|mail| mail.taken) {
            let inbox = inboxes.entry(mail.to.clone()).or_default();
            if inbox.iter().all(|known| known.message_id() != mail.message_id()) {
                inbox.push(mail);
            }
        }
        inboxes
    }

    /// Waits until so many letters have come.
    ///
    /// # Errors
    /// They do not.
    pub fn wait_for(&self, count: usize) -> Result<Vec<Mail>> {
        let (mutex, condition) = &*self.letters;
        let (letters, late) = condition
            .wait_timeout_while(lock(mutex), PATIENCE, |letters| letters.len() < count)
            .unwrap_or_else(PoisonError::into_inner);
        ensure!(!late.timed_out(), "only {} of {count} letters have come", letters.len());
        Ok(letters.clone())
    }

    /// Writes a `mail.toml` for it into a folder, with these further lines, and says where it is.
    ///
    /// # Errors
    /// The files cannot be written.
    pub fn config(&self, into: &Path, more: &str) -> Result<PathBuf> {
        let mut text = format!(
            "from = \"votes@union.example\"\nreturn_path = \"bounces@union.example\"\nhost = \"127.0.0.1\"\nport = {}\n\
             security = \"{}\"\n{more}\n",
            self.port,
            self.way.word()
        );
        if self.way != Way::None {
            fs::copy(folder().join("tls/ca.pem"), into.join("ca.pem"))?;
            text.push_str("ca = \"ca.pem\"\n");
        }
        if let Some((user, password)) = self.account {
            write_private(&into.join("password"), password)?;
            text.push_str(&format!("username = \"{user}\"\npassword_file = \"password\"\n"));
        }
        let file = into.join("mail.toml");
        fs::write(&file, text)?;
        Ok(file)
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It may have ended already: then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes a file that only its owner may read.
///
/// # Errors
/// The system's.
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text)?;
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("mail")
}

fn lock(letters: &Mutex<Vec<Mail>>) -> MutexGuard<'_, Vec<Mail>> {
    letters.lock().unwrap_or_else(PoisonError::into_inner)
}

fn mail(said: &Value) -> Mail {
    let text = |field: &str| said[field].as_str().unwrap_or_default().to_owned();
    Mail {
        from: text("from"),
        to: text("to"),
        taken: said["taken"] == true,
        protected: said["protected"] == true,
        raw: Base64::decode_vec(&text("raw")).unwrap_or_default(),
    }
}
