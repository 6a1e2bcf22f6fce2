//! The stock tool as a program.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What the tool is asked for, in a folder, with something on its stdin; what it answers on stdout.
///
/// # Panics
/// Where it fails.
pub(crate) fn ask(folder: &Path, args: &[&str], stdin: &[u8]) -> Vec<u8> {
    let output = run(folder, args, stdin);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The same without minding how it ends.
pub(crate) fn run(folder: &Path, args: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new(path())
        .args(args)
        .current_dir(folder)
        .env("BELENIOS_USE_URANDOM", "1")
        .env("LWT_ASYNC_METHOD", "none")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{} cannot be started: {error}", path().display()));
    child.stdin.take().expect("a pipe").write_all(stdin).expect("it listens");
    child.wait_with_output().expect("it ends")
}

fn path() -> OsString {
    std::env::var_os("SCRUTINEER_BELENIOS_TOOL")
        .expect("SCRUTINEER_BELENIOS_TOOL names no belenios-tool: `make test` sets it")
}

/// Whether the tool verifies the record in a folder that holds it alone.
pub(crate) fn verifies(record: &[u8], uuid: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(format!("{uuid}.bel")), record).expect("a file");
    let output = run(folder.path(), &["election", "verify"], b"");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() && said.contains("all checks passed") { Ok(()) } else { Err(said) }
}
