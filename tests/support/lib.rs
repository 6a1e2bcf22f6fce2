//! What the end-to-end tests and the demo share: a real server in a process of its own, and people who use the real
//! command line on it.
//!
//! | module | what it is for |
//! |---|---|
//! | [`server`] | the server's program: make a data folder, start, stop, kill |
//! | [`person`] | one person at the command line, with a profile folder of their own |
//! | [`roll`] | made-up members, as many as are asked for |
//! | [`union`] | a whole union: its server, its people, and what they do to bring a ballot from draft to certificate |
//! | [`world`] | a union of one's own for a test |
//! | [`mail`] | a real mail server that takes letters, defers them, refuses them, or sends them back |
//! | [`raw`] | plain HTTP, for what no command line would send |
//! | [`clock`] | how long something took |

pub mod clock;
pub mod mail;
pub mod person;
pub mod raw;
pub mod roll;
pub mod server;
pub mod union;
pub mod world;
