//! The ballot server: pages and API on embedded SQLite.

pub mod auth;
pub mod clock;
pub mod data_folder;
pub mod domain;
pub mod entropy;
pub mod store;

use std::process::ExitCode;

/// Runs the program.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
