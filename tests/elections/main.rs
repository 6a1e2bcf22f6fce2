//! Whole ballots on a real server, by people at the real command line: what happens when all goes well, and what is
//! refused when something does not.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests")]

mod announced;
mod audit;
mod bad_input;
mod boxes;
mod desk;
mod downloads;
mod main_job;
mod monitor;
mod objections;
mod practice;
mod raw_requests;
mod refusals;
mod registrar;
mod schedule;
mod server_alone;
mod two_people;

use scrutineer_tests::union::Union;
use scrutineer_tests::union::ballot::{Ballot, YES_NO, file};
use scrutineer_tests::world::World;

/// The server's program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_e2e-server");

/// A union without a board.
fn world(members: usize) -> World {
    World::settled(PROGRAM, members, &[]).unwrap()
}

/// A yes/no ballot that the server counts alone, open for votes.
fn open_ballot(union: &Union) -> Ballot {
    union.bring_to_open(&file("server", &[YES_NO]), &[]).unwrap()
}
