//! The published format's test data, read through the crate's public face. One binary, so that it links once.

mod archive;
mod data;
mod event;
