//! The server's program, where the end-to-end tests find it. A test that lets days pass names a file in
//! `SCRUTINEER_TEST_CLOCK`: by so many seconds, written in it, the server's clock is ahead.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use scrutineer_server::clock::{Clock, SystemClock};

/// A clock that is ahead of the machine's.
struct Ahead(PathBuf);

impl Clock for Ahead {
    fn now(&self) -> i64 {
        let ahead = std::fs::read_to_string(&self.0).ok().and_then(|text| text.trim().parse().ok());
        SystemClock.now().saturating_add(ahead.unwrap_or(0))
    }
}

fn main() -> ExitCode {
    match std::env::var_os("SCRUTINEER_TEST_CLOCK") {
        Some(file) => scrutineer_server::main_with_clock(Arc::new(Ahead(file.into()))),
        None => scrutineer_server::main(),
    }
}
