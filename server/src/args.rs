//! The command line of `scrutineer-server`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;

use crate::app::LetterLimits;
use crate::public_url::PublicUrl;

/// The ballot server of a union. Exit codes: 0 yes/ok, 1 a clean no, 2 an error.
#[derive(Debug, Parser)]
#[command(name = "scrutineer-server", version)]
pub struct Cli {
    /// Print one JSON document instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to log on stderr, such as "info" or "warn,scrutineer_server=debug".
    #[arg(
        long,
        global = true,
        env = "SCRUTINEER_LOG",
        default_value = "warn,scrutineer_server=info",
        value_name = "FILTER"
    )]
    pub log: String,
    /// Anything but nothing: no colours (<https://no-color.org>).
    #[arg(long, global = true, hide = true, env = "NO_COLOR", default_value = "", value_name = "1")]
    pub no_color: String,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a data folder and its first officer; prints the officer's activation code.
    Init(Init),
    /// Serve pages and API.
    Serve(Serve),
    /// Copy the database to one file, also while the server runs; the copy is read back and checked.
    Backup(Backup),
    /// Check a data folder, also while the server runs.
    Check(Check),
    /// Take in a letter that came back: for the mail server that receives at the return path (docs/OPERATIONS.md). Also while
    /// the server runs, which reads it.
    Bounce(Bounce),
    /// Make an activation code for an officer, where no two officers are left who can sign in and approve one. The server
    /// must be stopped.
    Activation(Activation),
    /// List the ballots whose time of keeping is over; with --yes delete all of them but their certificates. The server must
    /// be stopped.
    Purge(Purge),
}

/// `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The data folder; made if it is not there.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// The union's name.
    #[arg(long, value_name = "NAME")]
    pub union: String,
    /// The first officer's member number.
    #[arg(long, value_name = "NO")]
    pub officer: String,
    /// The first officer's name.
    #[arg(long)]
    pub name: String,
    /// The first officer's e-mail address.
    #[arg(long)]
    pub email: String,
}

/// `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Where to listen. Elsewhere than on this machine only with TLS or behind a proxy.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Where people reach the server: https, host name and, if need be, port.
    #[arg(long, value_name = "URL")]
    pub public_url: Option<PublicUrl>,
    /// TLS: the certificate chain, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_key", conflicts_with = "behind_proxy")]
    pub tls_cert: Option<PathBuf>,
    /// TLS: the private key, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// The proxy's address or network; it alone may set `Forwarded`, and others than it are turned away.
    #[arg(long, value_name = "CIDR", value_parser = proxy)]
    pub behind_proxy: Option<IpNet>,
    /// How many officers must sign a certificate where the ballot file does not say.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..))]
    pub officers_needed: u32,
    /// How often a member may replace a vote.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub replacements: u64,
    /// How many seconds a member waits before replacing a vote.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(i64).range(0..))]
    pub seconds_between_votes: i64,
    /// In which steps, in seconds, the record of an open ballot is shown: so that its growth tells nobody when somebody voted.
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(i64).range(1..))]
    pub record_step: i64,
    /// How letters are sent: a file, mail.toml (docs/OPERATIONS.md). Without it no letters are sent.
    #[arg(long, value_name = "FILE")]
    pub mail: Option<PathBuf>,
    /// How many seconds pass after the first letters of a run, and again after the next, so that what comes back stops the run
    /// before the rest is sent.
    #[arg(long, value_name = "SECONDS", default_value_t = LetterLimits::DEFAULT.stage_pause, value_parser = clap::value_parser!(i64).range(0..))]
    pub letters_pause: i64,
    /// Be dishonest: for the tests that show that it is caught.
    #[cfg(feature = "misbehave")]
    #[arg(long, hide = true)]
    pub misbehave: Option<crate::app::Misbehave>,
}

/// `backup`.
#[derive(Debug, Args)]
pub struct Backup {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// The new file.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
}

/// `bounce`.
#[derive(Debug, Args)]
pub struct Bounce {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// The letter, as a file; - is standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    pub file: PathBuf,
}

/// `activation`.
#[derive(Debug, Args)]
pub struct Activation {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// The officer's member number.
    #[arg(long, value_name = "NO")]
    pub member: String,
}

/// `purge`.
#[derive(Debug, Args)]
pub struct Purge {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Delete what is listed; it cannot be brought back.
    #[arg(long)]
    pub yes: bool,
}

/// A network, or one address.
fn proxy(text: &str) -> Result<IpNet, ipnet::AddrParseError> {
    text.parse().or_else(|error| text.parse::<std::net::IpAddr>().map(IpNet::from).map_err(|_| error))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::Cli;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn certificate_and_key_go_together_and_exclude_a_proxy() {
        let serve = |more: &[&str]| {
            let words = ["scrutineer-server", "serve", "--data", "d"].iter().chain(more).copied();
            Cli::try_parse_from(words).is_ok()
        };
        assert!(serve(&[]));
        assert!(serve(&["--tls-cert", "c", "--tls-key", "k"]));
        assert!(serve(&["--behind-proxy", "10.0.0.0/8"]));
        assert!(serve(&["--behind-proxy", "10.0.0.1"]));
        assert!(!serve(&["--tls-cert", "c"]));
        assert!(!serve(&["--tls-key", "k"]));
        assert!(!serve(&["--tls-cert", "c", "--tls-key", "k", "--behind-proxy", "10.0.0.1"]));
        assert!(!serve(&["--behind-proxy", "example.org"]));
        assert!(!serve(&["--public-url", "vote.example.org"]));
    }
}
