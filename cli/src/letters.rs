//! `scrutineer letters`: letters to members and how far they have come.

pub mod status;

use clap::{Args, Subcommand};

use crate::Session;
use crate::exit::Exit;
use crate::profile::Connection;

/// What was typed after `letters`.
#[derive(Args, Debug)]
pub struct LettersArgs {
    #[command(flatten)]
    connection: Connection,

    #[command(subcommand)]
    deed: LettersDeed,
}

#[derive(Debug, Subcommand)]
enum LettersDeed {
    /// How far letters and codes have come, by unit, and whom none has reached.
    Status(status::Status),
    /// Mail domains that are an employer's: no voting code goes there without a second officer's yes.
    Domains(status::Domains),
    /// Allow voting codes of a ballot to employers' addresses; takes two people.
    AllowEmployer(status::AllowEmployer),
}

/// Does what was asked of letters.
///
/// # Errors
/// Whatever the server refuses.
pub fn run(args: &LettersArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let client = args.connection.member()?;
    match &args.deed {
        LettersDeed::Status(deed) => status::status(deed, &client, session),
        LettersDeed::Domains(deed) => status::domains(deed, &client, session),
        LettersDeed::AllowEmployer(deed) => status::allow_employer(deed, &client, session),
    }
}
