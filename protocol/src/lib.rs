//! Belenios election format version 1 over Ed25519: how votes are sealed, proved, tallied, recorded and
//! verified.
//!
//! This crate implements a published format, so here, and only here, that format's words hold. What they
//! are called elsewhere in Scrutineer: *election* = box of a ballot, *ballot* = sealed vote, *credential* =
//! voting code, *trustee* = teller (or the server's key of a box), *archive* = record.
//!
//! The crate does no I/O of its own (readers and writers are arguments), has no clock, and takes
//! randomness as an argument. Everything that is parsed is checked: points lie in the prime-order group,
//! scalars are below its order, JSON has its one canonical form. Secret values are zeroized and have no
//! `Debug`. Variable-time arithmetic is used on public data only.
//!
//! Where to find things, from the bottom up: [`group`], [`hash`], [`json`], [`proof`] (all zero-knowledge
//! proofs), [`credential`], [`question`], [`election`], [`ballot`], [`trustee`], [`tally`], [`event`] (the
//! state machine of a record), [`archive`] (its file form) and [`verify`] (everything, in one pass).

pub mod archive;
pub mod ballot;
pub mod base58;
pub mod credential;
pub mod election;
pub mod elgamal;
pub mod error;
pub mod event;
pub mod group;
pub mod hash;
#[cfg(test)]
mod hash_trace;
pub mod json;
pub mod proof;
pub mod question;
pub mod tally;
pub mod trustee;
pub mod verify;

pub use error::ParseError;
pub use group::{Point, Scalar};
