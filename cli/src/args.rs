//! What can be typed: the commands, and the flags that all of them take. A command's own flags stand beside what it
//! does, in the file of the kind of person who uses it.

use clap::{Parser, Subcommand};

use crate::{decide, verify};

/// Secret votes that anyone can check: the command line of delegates, tellers, officers and observers.
#[derive(Debug, Parser)]
#[command(name = "scrutineer", version)]
pub struct Args {
    /// Print one JSON document instead of text for people.
    #[arg(long, global = true)]
    pub json: bool,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Apply a passage rule to given counts: did it pass? Needs no server.
    Decide(decide::Decide),
    /// Check records from their files alone: every proof, every count. Needs no server.
    Verify(verify::Verify),
}
