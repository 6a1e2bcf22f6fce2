//! What the operator does at the machine: `init`, `serve`, `backup`, `check`, `bounce`, `activation`, `purge`.

mod offline;
pub mod serve;

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Parser;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::actions::init::{NewInstallation, init};
use crate::args::{Backup, Bounce, Check, Cli, Command, Init};
use crate::clock::{Clock, SystemClock};
use crate::data_folder::DataFolder;
use crate::entropy::Entropy;
use crate::store;

/// How a command that could be run went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Yes, or done.
    Yes,
    /// A clean no.
    No,
}

/// Runs the program and says how it went: 0 yes, 1 a clean no, 2 an error.
pub fn main() -> ExitCode {
    main_with_clock(Arc::new(SystemClock))
}

/// The same by another clock: tests let days pass.
pub fn main_with_clock(clock: Arc<dyn Clock>) -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Also --help and --version, which are no errors.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    match start_log(&cli).and_then(|()| run(&cli, clock)) {
        Ok(Outcome::Yes) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(1),
        Err(error) => {
            let message = sentence(&error);
            let _ = writeln!(io::stderr(), "error: {message}");
            if cli.json {
                // The exit code still tells, where stdout cannot.
                let _ = print(true, &serde_json::json!({ "error": { "message": message } }), "");
            }
            ExitCode::from(2)
        }
    }
}

/// What is asked for in vain: on the level `trace` the HTTP libraries say when each request came and how long it was, and
/// so when each vote did.
const QUIET: [&str; 2] = ["actix_http=info", "h2=info"];

/// Begins to log on stderr; in colours only on a terminal whose user has not asked for none.
fn start_log(cli: &Cli) -> Result<()> {
    let filter = EnvFilter::try_new(&cli.log).with_context(|| {
        format!(
            "{:?} does not say what to log; write it like \"info\" or \"warn,scrutineer_server=debug\"",
            cli.log
        )
    })?;
    let filter = QUIET
        .iter()
        .try_fold(filter, |filter, one| Ok::<_, ParseError>(filter.add_directive(one.parse()?)))?;
    let colours = io::stderr().is_terminal() && cli.no_color.is_empty();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(colours).init();
    Ok(())
}

fn run(cli: &Cli, clock: Arc<dyn Clock>) -> Result<Outcome> {
    match &cli.command {
        Command::Init(args) => run_init(args, clock.now(), cli.json),
        Command::Serve(args) => {
            serve::run(args, clock, Entropy::system(), cli.json)?;
            Ok(Outcome::Yes)
        }
        Command::Backup(args) => run_backup(args, cli.json),
        Command::Check(args) => run_check(args, cli.json),
        Command::Bounce(args) => run_bounce(args, cli.json),
        Command::Activation(args) => offline::activation(args, &clock, cli.json),
        Command::Purge(args) => offline::purge(args, &clock, cli.json),
    }
}

/// An error with its causes. A cause that the sentence before it quotes already is not said again.
fn sentence(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |said, cause| match said.as_str() {
        "" => cause,
        text if text.contains(&cause) => said,
        text => format!("{text}: {cause}"),
    })
}

/// Prints the text for people, or the JSON document. A reader that has gone away has heard what it wanted.
pub(crate) fn print(json: bool, document: &serde_json::Value, text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let written = if json { writeln!(out, "{document}") } else { writeln!(out, "{text}") };
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

fn run_init(args: &Init, now: i64, json: bool) -> Result<Outcome> {
    let folder = DataFolder::new(&args.data);
    let asked = NewInstallation {
        union_name: args.union.clone(),
        officer_no: args.officer.clone(),
        name: args.name.clone(),
        email: args.email.clone(),
    };
    let code = init(&folder, &asked, now, &mut Entropy::system().rng())?;
    let (member_no, code) = (args.officer.trim(), code.expose());
    let document = serde_json::json!({ "member_no": member_no, "activation_code": code });
    let text = format!(
        "The data folder {} is ready.\n\nActivation code of officer {member_no}: {code}\n\n\
         It is shown this once and ends after 30 days. Start the server, then choose a password with\n  \
         scrutineer activate --member {member_no}",
        args.data.display()
    );
    print(json, &document, &text)?;
    Ok(Outcome::Yes)
}

fn run_backup(args: &Backup, json: bool) -> Result<Outcome> {
    let file = store::backup(&DataFolder::new(&args.data), &args.out)?;
    let open = if file == args.out {
        ""
    } else {
        "\nA ballot is frozen or open, and the file's name says so: it can say which sealed vote came from whom. Keep it as the data \
         folder itself, and destroy it once the ballot is closed."
    };
    let file = file.display().to_string();
    let text = format!(
        "The database was copied to {file}, read back and found whole.{open}\nThe keys beside it (receipt_key, fact_key) \
         never change; keep one copy of them in another safe place. The keys of ballots under way, in the folder keys, are \
         in no backup, since they are destroyed on their day."
    );
    print(json, &serde_json::json!({ "file": file }), &text)?;
    Ok(Outcome::Yes)
}

fn run_check(args: &Check, json: bool) -> Result<Outcome> {
    let checks = store::check(&DataFolder::new(&args.data))?;
    let ok = checks.iter().all(|check| check.ok);
    let document: Vec<_> = checks
        .iter()
        .map(|check| serde_json::json!({ "name": check.name, "ok": check.ok, "detail": check.detail }))
        .collect();
    let lines: Vec<_> = checks
        .iter()
        .map(|check| format!("{}  {}", if check.ok { "ok  " } else { "FAIL" }, check.detail))
        .collect();
    print(json, &serde_json::json!({ "ok": ok, "checks": document }), &lines.join("\n"))?;
    Ok(if ok { Outcome::Yes } else { Outcome::No })
}

fn run_bounce(args: &Bounce, json: bool) -> Result<Outcome> {
    let folder = DataFolder::new(&args.data);
    let mut rng = Entropy::system().rng();
    if args.file.as_os_str() == "-" {
        folder.put_bounce(io::stdin().lock(), &mut rng)?;
    } else {
        let letter =
            File::open(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
        folder.put_bounce(letter, &mut rng)?;
    }
    print(json, &serde_json::json!({ "kept": true }), "Kept: the server reads it when it runs.")?;
    Ok(Outcome::Yes)
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::sentence;

    #[test]
    fn causes_are_said_once() {
        assert_eq!(sentence(&anyhow!("not found").context("/data: not found")), "/data: not found");
        assert_eq!(sentence(&anyhow!("not found").context("/data")), "/data: not found");
    }
}
