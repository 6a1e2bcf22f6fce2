//! `scrutineer`: see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    scrutineer_cli::main()
}
