//! Trustees and the encrypted tally: who can decrypt, and what comes out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod tally;
mod trustees;
