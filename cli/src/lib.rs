//! scrutineer: the command line of delegates, tellers, officers and observers, and the offline verifier.
//!
//! One file for each kind of person; [`args`] lists the commands, [`printer`] does all the talking, [`exit`] says
//! what exit codes mean. A command is a function from its flags and a [`Session`] to an [`Exit`] or an error, whose
//! sentence is printed here.

pub mod account;
pub mod announce;
pub mod answer;
pub mod args;
pub mod audit;
pub mod boxes;
pub mod cells;
pub mod certificate;
pub mod certify;
pub mod check_test;
pub mod client;
pub mod codes;
pub mod decide;
pub mod delegate;
pub mod deliveries;
pub mod desk;
mod download;
pub mod entropy;
pub mod exit;
pub mod files;
pub mod ids;
pub mod letters;
pub mod member;
pub mod monitor;
pub mod object;
pub mod observer;
pub mod officer;
pub mod paper;
pub mod pause;
pub mod printer;
pub mod profile;
pub mod prompt;
pub mod proposals;
pub mod receipt;
pub mod registrar;
pub mod rehearse;
pub mod roll;
pub mod rules;
pub mod teller;
pub mod verify;
pub mod vouched;
pub mod watch;

use std::ffi::OsString;
use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::args::{Args, Command};
use crate::client::ClientError;
use crate::exit::Exit;
use crate::printer::Printer;

/// What a command can speak and listen with.
pub struct Session<'a> {
    /// Says things.
    pub printer: Printer<'a>,
    /// Where answers to prompts come from, one line each.
    pub stdin: &'a mut dyn BufRead,
    /// Whether a person sits at stdin, so that secrets are asked for without showing them.
    pub attended: bool,
}

/// Runs the program on the process's own arguments and streams.
pub fn main() -> ExitCode {
    let terminals = Terminals { stdin: io::stdin().is_terminal(), stderr: io::stderr().is_terminal() };
    let (mut stdin, mut stdout, mut stderr) = (io::stdin().lock(), io::stdout(), io::stderr());
    run_at(std::env::args_os(), &mut stdin, &mut stdout, &mut stderr, terminals).into()
}

/// Runs the program on given arguments (the program's name first) and streams, none of them a terminal.
pub fn run<T: Into<OsString>>(
    args: impl IntoIterator<Item = T>,
    stdin: &mut dyn BufRead,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Exit {
    run_at(args, stdin, stdout, stderr, Terminals { stdin: false, stderr: false })
}

/// Which streams have a person at the other end.
#[derive(Clone, Copy)]
struct Terminals {
    stdin: bool,
    stderr: bool,
}

fn run_at<T: Into<OsString>>(
    args: impl IntoIterator<Item = T>,
    stdin: &mut dyn BufRead,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
    terminals: Terminals,
) -> Exit {
    let typed: Vec<OsString> = args.into_iter().map(Into::into).collect();
    let parsed = Args::try_parse_from(&typed);
    let json = match &parsed {
        Ok(args) => args.json,
        // What was typed makes no sense, but in which form to say so does.
        Err(_) => typed.iter().take_while(|arg| *arg != "--").any(|arg| arg == "--json"),
    };
    let printer = Printer::new(json, stdout, stderr, terminals.stderr);
    let mut session = Session { printer, stdin, attended: terminals.stdin };
    let result = match parsed {
        Ok(args) => command(&args.command, &mut session),
        Err(error) => misused(&error, &mut session.printer),
    };
    let result = result.and_then(|exit| {
        session.printer.flush()?;
        Ok(exit)
    });
    result.unwrap_or_else(|error| {
        match error.downcast_ref() {
            Some(ClientError::Refused(refusal)) => session.printer.refused(refusal),
            _ => session.printer.error(&printer::sentence(&error)),
        }
        Exit::Error
    })
}

/// Does what was asked.
fn command(command: &Command, session: &mut Session<'_>) -> anyhow::Result<Exit> {
    match command {
        Command::Activate(args) => account::activate(args, session),
        Command::Login(args) => account::login(args, session),
        Command::Logout(args) => account::logout(args, session),
        Command::Roll(args) => roll::run(args, session),
        Command::Role(args) => officer::role(args, session),
        Command::Keys(args) => officer::keys(args, session),
        Command::Desk(args) => desk::run(args, session),
        Command::Proposals(args) => proposals::list(args, session),
        Command::Approve(args) => proposals::approve(args, session),
        Command::Reject(args) => proposals::reject(args, session),
        Command::Ballot(args) => delegate::run(args, session),
        Command::Objections(args) => announce::objections(args, session),
        Command::Tellers(args) => teller::run(args, session),
        Command::Codes(args) => codes::run(args, session),
        Command::Letters(args) => letters::run(args, session),
        Command::Vote(args) => member::vote(args, session),
        Command::Receipt(args) => receipt::run(args, session),
        Command::Audit(args) => audit::run(args, session),
        Command::Participation(args) => watch::participation(args, session),
        Command::Results(args) => observer::results(args, session),
        Command::Record(args) => observer::record(args, session),
        Command::Answer(args) => answer::run(args, session),
        Command::Certify(args) => certify::run(args, session),
        Command::Certificate(args) => certificate::run(args, session),
        Command::Object(args) => object::run(args, session),
        Command::Monitor(args) => monitor::run(args, session),
        Command::Decide(decide) => decide::run(decide, &mut session.printer),
        Command::Rules(args) => rules::run(args, &mut session.printer),
        Command::Rehearse(rehearse) => rehearse::run(rehearse, &mut session.printer),
        Command::Verify(verify) => verify::run(verify, &mut session.printer),
        Command::CheckTest(args) => check_test::run(args, &mut session.printer),
    }
}

/// Answers what is not a command: a call for help, or a mistake in the arguments.
fn misused(error: &clap::Error, printer: &mut Printer<'_>) -> anyhow::Result<Exit> {
    let text = error.to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            printer.verbatim(&text)?;
            return Ok(Exit::Yes);
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let message = "which command? (`--help` lists them)";
            printer.usage_error(message, &format!("{message}\n\n{text}"));
        }
        _ => {
            let text = text.strip_prefix("error: ").unwrap_or(&text);
            // Programs get the sentence without the instructions that follow it.
            let sentence = text.split("\n\nUsage:").next().unwrap_or(text);
            let sentence = sentence.split("\n\nFor more information").next().unwrap_or(sentence);
            let message = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
            printer.usage_error(&message, text);
        }
    }
    Ok(Exit::Error)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSES: &[&str] =
        &["scrutineer", "decide", "--rule", "Yes > 1", "--eligible", "9", "--count", "Yes=2"];
    const FAILS: &[&str] =
        &["scrutineer", "--json", "decide", "--rule", "Yes > 2", "--eligible", "9", "--count", "Yes=2"];

    /// A stream that answers every write with one kind of error.
    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_reader_that_goes_away_does_not_change_the_exit_code() {
        for (args, exit) in
            [(PASSES, Exit::Yes), (FAILS, Exit::No), (&["scrutineer", "--help"][..], Exit::Yes)]
        {
            let mut stderr = Vec::new();
            let ended = run(args, &mut io::empty(), &mut Broken(io::ErrorKind::BrokenPipe), &mut stderr);
            assert_eq!((ended, stderr.as_slice()), (exit, &b""[..]));
        }
    }

    #[test]
    fn an_answer_that_cannot_be_written_is_an_error() {
        for args in [PASSES, FAILS] {
            let mut stderr = Vec::new();
            let ended = run(args, &mut io::empty(), &mut Broken(io::ErrorKind::StorageFull), &mut stderr);
            assert_eq!(ended, Exit::Error);
            assert!(
                stderr.starts_with(b"scrutineer: the answer cannot be written: "),
                "{}",
                String::from_utf8_lossy(&stderr)
            );
        }
    }

    #[test]
    fn errors_are_told_by_the_exit_code_where_no_stream_can() {
        let mut broken = (Broken(io::ErrorKind::StorageFull), Broken(io::ErrorKind::StorageFull));
        let ended = run(["scrutineer", "nonsense", "--json"], &mut io::empty(), &mut broken.0, &mut broken.1);
        assert_eq!(ended, Exit::Error);
    }

    #[test]
    fn the_arguments_are_well_formed() {
        use clap::CommandFactory;
        Args::command().debug_assert();
    }
}
