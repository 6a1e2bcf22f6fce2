//! What the crate promises, through its public interface.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod counts;
mod explain;
mod fixtures;
mod grammar;
mod library;
mod margin;
mod properties;
mod verdict;
mod words;

use scrutineer_rules::{Choose, Counts, CountsInput};

/// Counts that reconcile, one choice a vote: the cast votes are the sum.
fn counts(eligible: u64, answers: &[(&str, u64)], blank: u64, spoiled: u64) -> Counts {
    Counts::new(input(eligible, answers, blank, spoiled)).expect("the test's counts reconcile")
}

/// The same, not yet checked.
fn input(eligible: u64, answers: &[(&str, u64)], blank: u64, spoiled: u64) -> CountsInput {
    let answers = answers.iter().map(|(name, votes)| ((*name).to_owned(), *votes)).collect();
    CountsInput { eligible, cast: None, answers, blank, spoiled, choose: Choose::ONE }
}
