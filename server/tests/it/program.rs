//! The program itself: words, exit codes, signals.

use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

pub(crate) fn program(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scrutineer-server"));
    command.args(words).env_remove("SCRUTINEER_LOG");
    command
}

fn init(data: &str) -> Output {
    let words =
        ["init", "--data", data, "--union", "U", "--officer", "7", "--name", "N", "--email", "n@example.org"];
    program(&words).arg("--json").output().unwrap()
}

/// A server in a process of its own.
pub(crate) struct Serving {
    child: Child,
    pub(crate) url: String,
    listen: String,
}

impl Serving {
    /// Makes a data folder and serves it.
    pub(crate) fn start(data: &str, more: &[&str]) -> Self {
        assert_eq!(init(data).status.code(), Some(0));
        Self::on(data, more)
    }

    /// Serves a data folder on a free port.
    fn on(data: &str, more: &[&str]) -> Self {
        Self::logging(data, more, Stdio::inherit())
    }

    fn logging(data: &str, more: &[&str], log: Stdio) -> Self {
        let mut command = program(&["serve", "--data", data, "--listen", "127.0.0.1:0", "--json"]);
        let mut child = command.args(more).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let started: Value = serde_json::from_str(&line).unwrap();
        let text = |field: &str| started[field].as_str().unwrap().to_owned();
        Self { child, url: text("url"), listen: text("listen") }
    }

    /// Asks it to stop; its exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Only if the test failed before it was stopped.
        if let Ok(None) = self.child.try_wait() {
            let _ = self.child.kill();
        }
    }
}

#[test]
fn init_serve_check_backup_and_their_exit_codes() {
    let temp = tempfile::tempdir().unwrap();
    let path = |name: &str| temp.path().join(name).to_str().unwrap().to_owned();
    let (data, out) = (path("data"), path("backup.db"));
    let made = init(&data);
    assert_eq!(made.status.code(), Some(0));
    let document: Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!(document["member_no"], "7");
    assert_eq!(document["activation_code"].as_str().unwrap().len(), 19);
    let again = init(&data);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("already holds a Scrutineer database"));

    let server = Serving::on(&data, &[]);
    assert!(ureq::get(format!("{}/health", server.url)).call().unwrap().status().is_success());

    let second = program(&["serve", "--data", &data, "--listen", "127.0.0.1:0"]).output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&second.stderr).contains("in use by another server"));
    let port = program(&["serve", "--data", &data, "--listen", &server.listen]).output().unwrap();
    assert_eq!(port.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&port.stderr).contains("in use by another program"));
    assert_eq!(program(&["check", "--data", &data]).output().unwrap().status.code(), Some(0));
    assert_eq!(program(&["backup", "--data", &data, "--out", &out]).output().unwrap().status.code(), Some(0));

    assert_eq!(server.terminate(), Some(0));

    let log = program(&["serve", "--data", &data, "--log", "][", "--json"]).output().unwrap();
    assert_eq!(log.status.code(), Some(2));
    let document: Value = serde_json::from_slice(&log.stdout).unwrap();
    assert!(document["error"]["message"].as_str().unwrap().contains("does not say what to log"));
    let mut checking = program(&["check", "--data", &data]).stdout(Stdio::piped()).spawn().unwrap();
    drop(checking.stdout.take());
    assert_eq!(checking.wait().unwrap().code(), Some(0), "a reader may go away");

    std::fs::remove_file(temp.path().join("data/fact_key")).unwrap();
    let served = program(&["serve", "--data", &data, "--listen", "127.0.0.1:0"]).output().unwrap();
    assert_eq!(served.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&served.stderr).contains("restore it from your copy"));
    let checked = program(&["check", "--data", &data, "--json"]).output().unwrap();
    assert_eq!(checked.status.code(), Some(1));
    let document: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(document["ok"], false);
    assert_eq!(program(&["check", "--data", &path("nothing")]).output().unwrap().status.code(), Some(2));
    assert_eq!(
        program(&["serve", "--data", &data, "--listen", "0.0.0.0:0"]).output().unwrap().status.code(),
        Some(2)
    );
    assert_eq!(program(&["nonsense"]).output().unwrap().status.code(), Some(2));
    assert_eq!(program(&["--version"]).output().unwrap().status.code(), Some(0));
}

#[test]
fn no_log_says_when_a_vote_came() {
    let temp = tempfile::tempdir().unwrap();
    let (data, log) = (temp.path().join("data"), temp.path().join("log"));
    let data = data.to_str().unwrap();
    assert_eq!(init(data).status.code(), Some(0));
    let file = std::fs::File::create(&log).unwrap();
    let server = Serving::logging(data, &["--log", "trace,actix_http=trace"], file.into());
    assert!(ureq::get(format!("{}/api/v1", server.url)).call().unwrap().status().is_success());
    let vote = ureq::post(format!("{}/api/v1/ballots/12345678/votes", server.url)).send("{}");
    assert!(matches!(vote, Err(ureq::Error::StatusCode(401))), "{vote:?}");
    assert_eq!(server.terminate(), Some(0));
    let log = std::fs::read_to_string(&log).unwrap();
    assert!(log.contains("pattern=\"/api/v1\""), "{log}");
    // The HTTP library would say how long it was.
    assert!(!log.contains("/votes") && !log.contains("actix_http::"), "{log}");
}

#[test]
fn the_operator_makes_a_code_for_an_officer_where_nobody_could_approve_one() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data").to_str().unwrap().to_owned();
    let server = Serving::start(&data, &[]);
    let make = |member: &str| {
        let words = ["activation", "--data", &data, "--member", member, "--json"];
        let said = program(&words).output().unwrap();
        (said.status.code(), serde_json::from_slice::<Value>(&said.stdout).unwrap_or_default())
    };
    let (code, busy) = make("7");
    assert!(code == Some(2) && busy.to_string().contains("in use by another server"), "{busy}");
    assert_eq!(server.terminate(), Some(0));
    let (code, made) = make(" 7 ");
    assert_eq!((code, made["member_no"].as_str()), (Some(0), Some("7")));
    let activation = made["activation_code"].as_str().unwrap();
    for nobody in ["8", ""] {
        let (code, refused) = make(nobody);
        assert!(code == Some(2) && refused.to_string().contains("no member"), "{refused}");
    }
    let server = Serving::on(&data, &[]);
    let body =
        serde_json::json!({ "member_no": "7", "code": activation, "password": "correct horse battery" });
    let sent = ureq::post(format!("{}/api/v1/activations", server.url))
        .header("content-type", "application/json")
        .send(body.to_string());
    assert_eq!(sent.unwrap().status(), 201);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn takes_in_letters_that_came_back_also_while_it_serves() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let bounce = |more: &[&str], letter: &str| {
        let mut command = program(&[&["bounce", "--data", data], more].concat());
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.spawn().unwrap();
        // It may have refused before it read.
        let _ = child.stdin.take().unwrap().write_all(letter.as_bytes());
        child.wait_with_output().unwrap()
    };
    let refused = bounce(&[], "letter");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not a Scrutineer data folder"));
    let server = Serving::start(data, &[]);
    assert_eq!(bounce(&[], "from a pipe").status.code(), Some(0));
    let file = folder.path().join("letter.eml");
    std::fs::write(&file, "from a file").unwrap();
    assert_eq!(bounce(&[file.to_str().unwrap()], "").status.code(), Some(0));
    assert_eq!(bounce(&["/nowhere/letter.eml"], "").status.code(), Some(2));
    assert_eq!(bounce(&["-"], "").status.code(), Some(2));
    let kept: Vec<_> = std::fs::read_dir(format!("{data}/bounces")).unwrap().collect();
    assert_eq!(kept.len(), 2);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn a_mail_configuration_that_cannot_be_used_keeps_it_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    assert_eq!(init(data).status.code(), Some(0));
    let mail = folder.path().join("mail.toml");
    let serve = |mail: &str| {
        program(&["serve", "--data", data, "--listen", "127.0.0.1:0", "--mail", mail]).output().unwrap()
    };
    for (config, sentence) in [
        ("from = \"v@u.example\"\nhots = \"h\"", "unknown field `hots`"),
        (
            "from = \"v@u.example\"\nhost = \"mail.u.example\"\nsecurity = \"none\"",
            "only for a mail server on this machine",
        ),
    ] {
        std::fs::write(&mail, config).unwrap();
        let output = serve(mail.to_str().unwrap());
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains(sentence), "{output:?}");
    }
    assert_eq!(serve("/nowhere/mail.toml").status.code(), Some(2));
}
