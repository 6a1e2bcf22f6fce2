//! Signatures of ours as the stock `ssh-keygen` sees them, and the other way round.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod certificates;
mod keygen;
mod receipts;
mod served;
