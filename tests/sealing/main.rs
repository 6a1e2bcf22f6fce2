//! The booth against `protocol`: two implementations of the same sealing that share no code. What one seals the other accepts,
//! both refuse what is changed, and codes, trackers, words and signatures are the same in both.
//!
//! The booth runs in node, as the program that `booth/test/tools/sealing.ts` becomes.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod booth;
mod made_up;
#[cfg(feature = "stock")]
mod record;
mod texts;
#[cfg(feature = "stock")]
#[path = "../stock/tool.rs"]
#[expect(dead_code, reason = "the stock suite uses all of it")]
mod tool;
mod votes;
