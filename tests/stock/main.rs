//! Both ways with the stock `belenios-tool`: it accepts our records and votes, and we accept its.
//!
//! `SCRUTINEER_BELENIOS_TOOL` names the program; `make test` sets it, and counts this suite as skipped where the program
//! cannot be had.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod elections;
mod records;
mod served;
mod tool;
mod votes;
