//! The server's program, where the end-to-end tests find it.

use std::process::ExitCode;

fn main() -> ExitCode {
    scrutineer_server::main()
}
