//! `scrutineer letters`: letters to members and how far they have come.

pub mod runs;
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
    /// Who would get which letters, with one of them as it would be.
    Preview(runs::Preview),
    /// Send what the preview showed.
    Send(runs::Send),
    /// List the runs of letters and what became of them.
    List,
    /// Send nothing more of a run until it is resumed.
    Pause(runs::Run),
    /// Go on with a run that was paused, or that has stopped by itself.
    Resume(runs::Run),
    /// End a run: nothing more of it is ever sent.
    Cancel(runs::Run),
    /// Send a number to one's own address, to see that mail arrives (officers).
    Test,
    /// Type the number of the test letter that came.
    ConfirmTest(runs::ConfirmTest),
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
        LettersDeed::Preview(deed) => runs::preview(deed, &client, session),
        LettersDeed::Send(deed) => runs::send(deed, &client, session),
        LettersDeed::List => runs::list(&client, session),
        LettersDeed::Pause(run) => runs::change(run, "pause", &client, session),
        LettersDeed::Resume(run) => runs::change(run, "resumption", &client, session),
        LettersDeed::Cancel(run) => runs::change(run, "cancellation", &client, session),
        LettersDeed::Test => runs::test(&client, session),
        LettersDeed::ConfirmTest(deed) => runs::confirm_test(deed, &client, session),
        LettersDeed::Status(deed) => status::status(deed, &client, session),
        LettersDeed::Domains(deed) => status::domains(deed, &client, session),
        LettersDeed::AllowEmployer(deed) => status::allow_employer(deed, &client, session),
    }
}
