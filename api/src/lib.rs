//! The JSON that server and command line speak: requests, replies, problem codes.
//!
//! Data only, but for the words in which the entries of the audit log, and sizes, are read to people. Requests refuse fields that they do not know; replies may grow fields in later versions, so a client
//! should ignore those it does not know. Times are seconds since the epoch, UTC. Paths are in the OpenAPI document
//! that the server gives at `/api/v1/openapi.json`.

pub mod about;
pub mod account;
pub mod announcement;
pub mod audit;
pub mod ballot;
pub mod board;
pub mod booth;
pub mod count;
pub mod delivery;
pub mod desk;
pub mod key;
pub mod letters;
pub mod problem;
pub mod proposal;
pub mod registrar;
pub mod role;
pub mod roll;
pub mod secret;
pub mod size;
pub mod vote;
