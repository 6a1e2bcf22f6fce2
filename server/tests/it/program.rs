//! The program itself: words, exit codes, signals.

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn program(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scrutineer-server"));
    command.args(words).env_remove("SCRUTINEER_LOG");
    command
}

fn init(data: &str) -> Output {
    let words =
        ["init", "--data", data, "--union", "U", "--officer", "7", "--name", "N", "--email", "n@example.org"];
    program(&words).arg("--json").output().unwrap()
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

    let mut server = program(&["serve", "--data", &data, "--listen", "127.0.0.1:0", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let started: Value = serde_json::from_str(&line).unwrap();
    let url = started["url"].as_str().unwrap();
    assert!(ureq::get(format!("{url}/health")).call().unwrap().status().is_success());

    let second = program(&["serve", "--data", &data, "--listen", "127.0.0.1:0"]).output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&second.stderr).contains("in use by another server"));
    let port = program(&["serve", "--data", &data, "--listen", started["listen"].as_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(port.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&port.stderr).contains("in use by another program"));
    assert_eq!(program(&["check", "--data", &data]).output().unwrap().status.code(), Some(0));
    assert_eq!(program(&["backup", "--data", &data, "--out", &out]).output().unwrap().status.code(), Some(0));

    let killed = Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(server.wait().unwrap().code(), Some(0));

    std::fs::remove_file(temp.path().join("data/fact_key")).unwrap();
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
