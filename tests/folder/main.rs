//! A data folder that cannot be written to: each time there is a sentence, and nothing half-happens.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests")]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use scrutineer_tests::person::Person;
use scrutineer_tests::roll;
use scrutineer_tests::server::{Program, Server};
use scrutineer_tests::union::{PASSWORD, path};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_e2e-server");
/// A user who owns nothing.
const NOBODY: u32 = 65_534;

/// A data folder in a folder of its own, and its first officer's activation code.
struct Made {
    temp: TempDir,
    data: PathBuf,
    code: String,
}

fn words(data: &Path) -> [String; 11] {
    let data = path(data);
    ["init", "--data", &data, "--union", "U", "--officer", "1", "--name", "N", "--email", "n@example.org"]
        .map(str::to_owned)
}

fn made() -> Made {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    let said = Program::at(PROGRAM).json(words(&data)).unwrap();
    Made { temp, data, code: said["activation_code"].as_str().unwrap().to_owned() }
}

/// The program with room for files of so many half kilobytes each, as on a disk that is nearly full.
fn with_room(blocks: u32, words: &[String]) -> Command {
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    command.args(["-c", &script, "sh", PROGRAM]).args(words);
    command
}

/// What an operator gets who cannot have what they asked for.
#[track_caller]
fn is_refused(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.starts_with("error: ") && said.trim().lines().count() == 1, "{said}");
    said
}

fn serve(data: &Path) -> Vec<String> {
    ["serve", "--data", &path(data), "--listen", "127.0.0.1:0", "--json"].map(str::to_owned).to_vec()
}

#[test]
fn a_full_disk_stops_writing_with_a_sentence_and_nothing_half_happens() {
    let made = made();
    let log = made.temp.path().join("log");
    let server = Server::started(with_room(1024, &serve(&made.data)), &log).unwrap();
    let officer = Person::new("1", made.temp.path().join("officer"), server.url());
    officer.activate(&made.code, PASSWORD).unwrap();
    let small = made.temp.path().join("small.csv");
    fs::write(&small, roll::csv(&roll::members(20).unwrap()).unwrap()).unwrap();
    officer.run(&["roll", "import", &path(&small)]).yes().unwrap();

    let large = made.temp.path().join("large.csv");
    fs::write(&large, roll::csv(&roll::members(20_000).unwrap()).unwrap()).unwrap();
    assert_eq!(officer.run(&["roll", "import", &path(&large)]).refusal().unwrap(), "storage");
    // Reading goes on.
    let check = ["roll", "import", "--dry-run", &path(&small)];
    let as_before = officer.run(&check).yes().unwrap();
    assert_eq!((&as_before["unchanged"], &as_before["not_in_file"]), (&20.into(), &0.into()), "{as_before}");
    server.stop().unwrap();

    // With room again everything is as it was, and goes on.
    let server = Server::start(&Program::at(PROGRAM), &made.data, "127.0.0.1:0", &[], &log).unwrap();
    let mut officer = officer;
    officer.moves_to(server.url());
    officer.login(PASSWORD).unwrap();
    assert_eq!(officer.run(&check).yes().unwrap(), as_before);
    officer.run(&["roll", "import", &path(&large)]).yes().unwrap();
    server.stop().unwrap();
    assert!(Program::at(PROGRAM).output(["check", "--data", &path(&made.data)]).unwrap().status.success());
}

#[test]
fn nothing_is_begun_on_a_disk_without_any_room() {
    let made = made();
    let said = is_refused(&with_room(0, &serve(&made.data)).output().unwrap());
    assert!(said.contains(&path(&made.data)), "{said}");
    let new = made.temp.path().join("new");
    is_refused(&with_room(0, &words(&new)).output().unwrap());
    assert!(!new.join("scrutineer.db").exists());
    // Once there is room both work.
    Program::at(PROGRAM).json(words(&new)).unwrap();
    let log = made.temp.path().join("log");
    Server::start(&Program::at(PROGRAM), &made.data, "127.0.0.1:0", &[], &log).unwrap().stop().unwrap();
}

#[test]
fn a_folder_that_may_not_be_written_to_is_refused() {
    let made = made();
    let everything = made.temp.path();
    let root = fs::metadata(everything).unwrap().uid() == 0;
    // Permissions do not stop root, so root runs the program as somebody else.
    let mut program = Command::new(PROGRAM);
    if root {
        let copy = everything.join("server");
        fs::copy(PROGRAM, &copy).unwrap();
        for place in [everything, &made.data, &copy] {
            chown(place, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        for entry in fs::read_dir(&made.data).unwrap() {
            chown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        program = Command::new("setpriv");
        program
            .args([&format!("--reuid={NOBODY}"), &format!("--regid={NOBODY}"), "--clear-groups"])
            .arg(copy);
    }
    let mode = |mode| fs::set_permissions(&made.data, fs::Permissions::from_mode(mode)).unwrap();
    mode(0o500);
    let said = is_refused(&program.args(serve(&made.data)).output().unwrap());
    mode(0o700);
    assert!(said.contains(&path(&made.data)), "{said}");
    assert!(said.to_lowercase().contains("permission denied") || said.contains("read-only"), "{said}");
}
