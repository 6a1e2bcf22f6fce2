//! Certificates, letters, slips and lists on paper: what stands on the pages, that nothing is cut off, and the same bytes every time.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod facts;
mod pages;
mod paper;
