//! `make demo`: a whole vote, from the roll to a certificate that strangers can check, on a real server and with the
//! real command line.
//!
//! | module | what it is for |
//! |---|---|
//! | [`story`] | the vote, step by step |
//! | [`voting`] | members come in groups: each chooses a password, votes, some vote again |
//! | [`outcome`] | what the numbers must be, and whether they are |
//! | [`practice`] | a second ballot, for whoever watches to vote in |
//! | [`narrator`] | what is printed |
//! | [`stop`] | Ctrl-C |

mod narrator;
mod outcome;
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
}

fn main() -> ExitCode {
    if std::env::args_os().next().is_some_and(|name| name == SERVER) {
        return scrutineer_server::main();
    }
    let args = Args::parse();
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
