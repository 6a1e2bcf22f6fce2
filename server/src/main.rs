//! See the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    scrutineer_server::main()
}
