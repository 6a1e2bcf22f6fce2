//! What people do, one file for each kind of deed.
//!
//! An action checks what the authorization table cannot know, does its work in one transaction with its audit entry, and
//! says in words why it did not. Actions know no HTTP.

pub mod about;
pub mod activate;
pub mod announce;
pub mod announced;
pub mod answer;
pub mod audit_log;
pub mod ballot_deed;
pub mod ballot_id;
pub mod booth;
pub mod cancel;
pub mod cast;
pub mod ceremony;
pub mod certificate;
pub mod check_receipt;
pub mod closing;
pub mod codes;
pub mod create_board;
pub mod decrypt;
pub mod deed;
pub mod deliveries;
pub mod desk;
pub mod draft;
pub mod eligibility;
pub mod employer_domains;
pub mod extend;
pub mod finish;
pub mod freeze;
pub mod home;
pub mod import_roll;
pub mod init;
pub mod issue;
pub mod keeping;
pub mod keys;
pub mod letters;
#[cfg(feature = "misbehave")]
mod misbehave;
pub mod objections;
pub mod opening;
pub mod participation;
pub mod proposals;
pub mod record;
pub mod record_page;
pub mod record_pieces;
pub mod registrar;
pub mod reissue;
pub mod results;
pub mod roles;
pub mod roll;
pub mod roll_objections;
pub mod schedule;
pub mod show;
pub mod sign_in;
pub mod statements;
pub mod tally;
pub mod test_vote;
pub mod watch;
