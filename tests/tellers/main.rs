//! Tellers at the real command line: how a board comes to be, and what its tellers do not do whatever the server says.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests")]

mod ceremony;
mod one_count;

use scrutineer_tests::world::World;

/// The server's program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_e2e-server");

/// A union without a board.
fn world() -> World {
    World::settled(PROGRAM, 10, &[]).unwrap()
}

/// A union with a board of three.
fn world_with_board() -> World {
    World::with_board(PROGRAM, 10).unwrap()
}
