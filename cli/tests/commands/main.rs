//! Commands that talk to a server, against a stand-in that answers as the API says. What needs a real server is tested
//! in the tests crate.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod accounts;
mod audit_log;
mod boards;
mod ceremony;
mod certifying;
mod desk;
mod dishonest;
mod downloads;
mod monitor;
mod practice;
mod proposals;
mod stub;
mod tellers;
mod tested;
mod votes;
mod world;
