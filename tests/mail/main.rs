//! Letters on their way to a real mail server, and back.
//!
//! Needs Node 20 or newer and `npm ci --prefix tests/mail`.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests")]

mod killed;
mod smtp;
