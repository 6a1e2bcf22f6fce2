//! `ssh-keygen` as a program.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs `ssh-keygen` in a folder, with something on its stdin.
pub(crate) fn run(folder: &Path, args: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new("ssh-keygen")
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ssh-keygen starts");
    child.stdin.take().expect("a pipe").write_all(stdin).expect("it listens");
    child.wait_with_output().expect("it ends")
}

/// Whether `ssh-keygen` accepts a signature, as design section 8 has people call it.
pub(crate) fn verifies(
    folder: &Path,
    signers: &str,
    identity: &str,
    namespace: &str,
    signature: &str,
    text: &[u8],
) -> bool {
    let args = ["-Y", "verify", "-f", signers, "-I", identity, "-n", namespace, "-s", signature];
    run(folder, &args, text).status.success()
}
