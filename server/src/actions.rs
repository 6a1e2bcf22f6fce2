//! What people do, one file for each kind of deed.
//!
//! An action checks what the authorization table cannot know, does its work in one transaction with its audit entry, and
//! says in words why it did not. Actions know no HTTP.

pub mod about;
pub mod activate;
pub mod audit_log;
pub mod ballot_id;
pub mod cast;
pub mod ceremony;
pub mod create_board;
pub mod deed;
pub mod init;
pub mod keys;
#[cfg(feature = "misbehave")]
mod misbehave;
pub mod roles;
pub mod roll;
pub mod sign_in;
pub mod tally;
