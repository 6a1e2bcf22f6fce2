//! The published format's test data, read through the crate's public face. One binary, so that it links once.

#![expect(clippy::expect_used, reason = "also outside of test functions, everything here is a test")]

mod archive;
mod data;
mod event;
mod follow;
mod large;
mod made;
mod tweaks;
mod verify;
