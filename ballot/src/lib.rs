//! A ballot as a union writes it: ballot file, roll, eligibility, voting codes, certificate.
//!
//! Everything here is pure: no files, no network, no clock; chance is an argument. Server, command line and rehearsal
//! use the same functions, so that they cannot disagree on who may vote, what a code means or what a certificate says.

pub mod boxes;
pub mod certificate;
pub mod code;
pub mod description;
pub mod eligibility;
pub mod file;
pub mod fingerprint;
pub mod objection;
pub mod outcome;
pub mod practice;
pub mod proposal;
pub mod receipt;
pub mod reconcile;
pub mod registrar;
pub mod roll;
pub mod setup;
pub mod signature;
pub mod teller;
pub mod terms;
pub mod test_file;
pub mod text;
pub mod zone;
