//! `make demo`: a whole vote, from the roll to a certificate that strangers can check, on a real server and with the
//! real command line.
//!
//! | module | what it is for |
//! |---|---|
//! | [`story`] | the vote, step by step |
//! | [`voting`] | members come in groups: each chooses a password, votes, some vote again |
//! | [`post`] | letters to members, some of which come back, and the desk |
//! | [`monitors`] | two monitors follow it from outside |
//! | [`outcome`] | what the numbers must be, and whether they are |
//! | [`practice`] | a second ballot, for whoever watches to vote in |
//! | [`narrator`] | what is printed |
//! | [`stop`] | Ctrl-C |

mod monitors;
mod narrator;
mod outcome;
mod post;
mod practice;
mod stop;
mod story;
mod voting;

use std::process::ExitCode;

use clap::Parser;
use scrutineer_tests::union::LEAST_MEMBERS;

use crate::stop::Stop;

/// The name under which this program is the server: one program, so that `cargo run` builds all that is needed.
const SERVER: &str = "scrutineer-server";

/// Runs the vote of January 2021 with made-up members.
#[derive(Debug, Parser)]
#[command(name = "demo")]
struct Args {
    /// How many members the union has.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    members: usize,
    /// Stop the server at the end, with exit code 0 if everything held.
    #[arg(long)]
    once: bool,
    /// Let the server be dishonest, to see the monitors raise the alarm: `drop` leaves a vote out that was shown. Only in
    /// builds for tests.
    #[arg(long, env = "DEMO_MISBEHAVE", value_name = "drop", hide_env_values = true)]
    misbehave: Option<String>,
}

/// What is said where this program cannot be dishonest.
const HONEST: &str = "this build of the demo has no dishonest server in it; `DEMO_MISBEHAVE=drop make demo` builds one that has (feature \
     `misbehave`)";

fn main() -> ExitCode {
    if std::env::args_os().next().is_some_and(|name| name == SERVER) {
        return scrutineer_server::main();
    }
    if std::env::args_os().nth(1).is_some_and(|word| word == monitors::MONITOR) {
        return as_scrutineer();
    }
    let mut args = Args::parse();
    args.misbehave = args.misbehave.filter(|how| !how.is_empty());
    match args.misbehave.as_deref() {
        None => {}
        Some("drop") if cfg!(feature = "misbehave") => {}
        Some("drop") => {
            narrator::fail(HONEST);
            return ExitCode::from(2);
        }
        Some(other) => {
            narrator::fail(&format!("DEMO_MISBEHAVE can be `drop`, not {other:?}"));
            return ExitCode::from(2);
        }
    }
    if args.members < LEAST_MEMBERS {
        narrator::fail(&format!("the demo needs at least {LEAST_MEMBERS} members: make demo MEMBERS=200"));
        return ExitCode::from(2);
    }
    let stop = Stop::watch();
    match story::tell(&args, &stop) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if stop.asked() => {
            narrator::fail("stopped before the end; the server is stopped too");
            ExitCode::from(130)
        }
        Err(error) => {
            narrator::fail(&format!("something did not hold: {error:#}"));
            ExitCode::from(1)
        }
    }
}

/// The command line, as a process of its own.
fn as_scrutineer() -> ExitCode {
    let words = std::env::args_os().skip(2);
    let all = [std::ffi::OsString::from("scrutineer")].into_iter().chain(words);
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    scrutineer_cli::run(all, &mut std::io::stdin().lock(), &mut out, &mut err).into()
}
