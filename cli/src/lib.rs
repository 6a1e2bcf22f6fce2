//! scrutineer: the command line of delegates, tellers, officers and observers, and the offline verifier.

use std::process::ExitCode;

/// Runs the program.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
