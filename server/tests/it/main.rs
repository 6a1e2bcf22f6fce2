//! The server over HTTP, in this process: port 0, a clock that the tests move, chance that repeats itself.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests")]

mod accounts;
mod announced;
mod audit;
mod authorization;
mod ballots;
mod boards;
mod bodies;
mod boxes;
mod check_receipt;
mod codes;
mod count;
mod folder;
mod guesses;
mod keeping;
mod objections;
mod origin;
mod pages;
mod practice;
mod program;
mod proposals;
mod races;
mod record;
mod reimport;
mod roles;
mod roll;
mod rush;
mod schedule;
mod sessions;
mod statements;
mod store;
mod support;
mod tested_votes;
mod tls;
mod union;
mod votes;
