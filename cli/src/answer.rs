//! `scrutineer answer`: an officer says something to a number that could have changed a result, before anybody signs.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use scrutineer_api::count::{NewWarningAnswer, ResultWarnings};
use scrutineer_ballot::certificate::{MAX_WARNING_ANSWER, Warning};

use crate::Session;
use crate::client::Endpoint;
use crate::exit::Exit;
use crate::files;
use crate::ids::BallotId;
use crate::observer;
use crate::profile::Connection;

/// What was typed after `answer`.
#[derive(Args, Debug)]
#[command(
    after_help = "The answer stands on the certificate, with your name. It can be changed until somebody signs."
)]
pub struct AnswerArgs {
    #[command(flatten)]
    connection: Connection,

    /// The ballot.
    id: BallotId,

    /// Which warning.
    #[arg(value_enum)]
    warning: Which,

    /// What to say, a text file.
    #[arg(long, value_name = "FILE")]
    text_file: PathBuf,
}

/// A warning, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Which {
    /// Members whom no code reached and who did not vote.
    Unreached,
    /// Votes under codes that were re-issued.
    Reissued,
    /// Votes of members whose address or password was changed during the vote.
    Changed,
}

impl From<Which> for Warning {
    fn from(which: Which) -> Self {
        match which {
            Which::Unreached => Self::Unreached,
            Which::Reissued => Self::Reissued,
            Which::Changed => Self::Changed,
        }
    }
}

/// Answers a warning.
///
/// # Errors
/// The result has no such warning, the text cannot be taken, or the certificate is signed.
pub fn run(args: &AnswerArgs, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    let limit = u64::try_from(MAX_WARNING_ANSWER.saturating_mul(4)).unwrap_or(u64::MAX);
    let text = files::read_text(&args.text_file, limit)?;
    let client = args.connection.member()?;
    let endpoint = Endpoint::new(&["ballots", args.id.as_str(), "answers"]);
    let warning = Warning::from(args.warning).as_str().to_owned();
    let now: ResultWarnings = client.post(&endpoint, &NewWarningAnswer { warning, text })?.json()?;
    let mut lines = vec!["Your answer stands on the certificate.".to_owned()];
    lines.extend(observer::warning_lines(&now.warnings, args.id.as_str()));
    session.printer.answer(&now, lines)?;
    Ok(Exit::Yes)
}
