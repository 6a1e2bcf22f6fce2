//! The ballot server: pages and API on embedded SQLite.
//!
//! ```text
//! http (gate, api) -> actions -> { domain, store }
//! ```
//!
//! | module | what it is for |
//! |---|---|
//! | [`authorization`] | who may do what: one row for every operation |
//! | [`i18n`] | the languages of the pages |
//! | [`http`] | the gate that every request passes; handlers without logic |
//! | [`actions`] | what people do: one transaction each, with its audit entry |
//! | [`domain`] | rules that need neither database nor network |
//! | [`auth`] | passwords, tokens, limits on guessing |
//! | [`store`] | the database: all SQL, no decisions |
//! | [`data_folder`] | files beside the database, and who has them in use |
//! | [`app`] | all that a request may touch |
//! | [`proofs`] | the threads that check proofs |
//! | [`elections`] | what never changes about a box |
//! | [`lengths`] | where events begin in archives, for downloads in parts |
//! | [`downloads`] | how many downloads there may be, and that one of them reads at a time |
//! | [`pieces`] | pieces of records, compressed once and kept for those who follow them |
//! | [`receipts`] | what the server signs about records |
//! | [`outbox`] | what the worker that sends letters remembers |
//! | [`high_water`] | a clock that was set back is seen |
//! | [`clock`], [`entropy`] | the one source of time, the one source of chance |
//! | [`args`], [`commands`] | the program |

pub mod actions;
pub mod app;
pub mod args;
pub mod auth;
pub mod authorization;
pub mod clock;
pub mod commands;
pub mod data_folder;
mod descriptors;
pub mod domain;
pub mod downloads;
pub mod elections;
pub mod entropy;
pub mod high_water;
pub mod http;
pub mod i18n;
pub mod lengths;
pub mod outbox;
pub mod pieces;
pub mod proofs;
pub mod public_url;
pub mod receipts;
pub mod store;
pub mod sums;

pub use commands::{main, main_with_clock};
