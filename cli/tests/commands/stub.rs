//! A stand-in for a server, and a user with a folder of their own who runs commands against it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use scrutineer_cli::exit::Exit;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Method and path with query: `GET /api/v1/me`.
    pub(crate) line: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

/// What the stand-in answers.
pub(crate) struct Answer {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// 200 with a document.
pub(crate) fn ok(document: &Value) -> Answer {
    bytes("application/json", document.to_string().into_bytes())
}

/// 200 with bytes.
pub(crate) fn bytes(kind: &str, body: Vec<u8>) -> Answer {
    Answer { head: format!("200 OK\r\ncontent-type: {kind}"), body }
}

/// A refusal.
pub(crate) fn refused(status: u16, code: &str, detail: &str) -> Answer {
    let problem = json!({
        "type": format!("urn:scrutineer:problem:{code}"), "title": "T", "status": status, "code": code,
        "detail": detail, "request_id": "r1",
    });
    Answer {
        head: format!("{status} No\r\ncontent-type: application/problem+json"),
        body: problem.to_string().into_bytes(),
    }
}

/// Nothing: the connection breaks.
pub(crate) fn silence() -> Answer {
    Answer { head: String::new(), body: Vec::new() }
}

/// A running stand-in.
pub(crate) struct Stub {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Stub {
    /// Answers every request with `answer`.
    pub(crate) fn start(answer: impl Fn(&Asked) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if let Some(request) = read(&stream) {
                    seen.lock().expect("no panic").push(request.clone());
                    write(stream, &answer(&request));
                }
            }
        });
        Self { url, asked }
    }

    /// What has been asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }

    /// The lines of what has been asked so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let line = first.trim_end().strip_suffix(" HTTP/1.1")?.to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { line, headers, body })
}

fn write(mut stream: TcpStream, answer: &Answer) {
    if answer.head.is_empty() {
        return;
    }
    let length = answer.body.len();
    // The caller may have gone away, which is a test's own business.
    let _ =
        write!(stream, "HTTP/1.1 {}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n", answer.head)
            .and_then(|()| stream.write_all(&answer.body));
}

/// Somebody at the command line.
pub(crate) struct User {
    pub(crate) home: TempDir,
    server: String,
}

/// How a command ended and what it wrote.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: Exit,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// The one document on stdout.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "one document: {self:?}");
        serde_json::from_str(&self.stdout).expect("stdout is JSON")
    }
}

impl User {
    /// Somebody who talks to this server.
    pub(crate) fn of(stub: &Stub) -> Self {
        // Some live as long as the process, which leaves their folders behind: here they are in nobody's way.
        let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        Self { home, server: stub.url.clone() }
    }

    /// A file in the user's own folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file and gives its name.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).expect("a file");
        self.path(name).display().to_string()
    }

    /// Runs a command with these lines on stdin.
    pub(crate) fn run(&self, args: &[&str], stdin: &str) -> Ran {
        let home = self.path("profiles").display().to_string();
        let server: &[&str] =
            if args.contains(&"--server") { &[] } else { &["--server", self.server.as_str()] };
        let args = [&["scrutineer"], args, server, &["--home", &home]].concat();
        scrutineer(&args, stdin)
    }

    /// Runs a command that has to succeed and answers with a document.
    pub(crate) fn json(&self, args: &[&str], stdin: &str) -> Value {
        let ran = self.run(&[args, &["--json"]].concat(), stdin);
        assert_eq!(ran.exit, Exit::Yes, "{args:?}: {ran:?}");
        ran.json()
    }

    /// Runs a command that has to fail with a sentence that holds `expected`, for people and for programs.
    pub(crate) fn refused(&self, args: &[&str], stdin: &str, expected: &str) {
        let ran = self.run(&[args, &["--json"]].concat(), stdin);
        assert_eq!(ran.exit, Exit::Error, "{args:?}: {ran:?}");
        assert!(ran.stderr.contains(expected), "{args:?}: {}", ran.stderr);
        let document = ran.json();
        let message = document["error"]["message"].as_str().expect("a message");
        assert!(message.contains(expected), "{args:?}: {message}");
    }

    /// Signs in at a stand-in that takes everybody.
    pub(crate) fn sign_in(&self) {
        self.sign_in_as("7");
    }

    /// The same as another member.
    pub(crate) fn sign_in_as(&self, member_no: &str) {
        self.json(&["login", "--member", member_no], "a password\n");
    }
}

/// Runs a command with these lines on stdin.
pub(crate) fn scrutineer(args: &[&str], stdin: &str) -> Ran {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let exit = scrutineer_cli::run(args, &mut stdin.as_bytes(), &mut stdout, &mut stderr);
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran { exit, stdout: text(stdout), stderr: text(stderr) }
}

/// The answer to a sign-in.
pub(crate) fn session() -> Value {
    json!({"token": "the-token", "member_no": "7", "name": "Ana", "expires_at": 1_900_000_000})
}
