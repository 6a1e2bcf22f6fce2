//! `serve`: from the command line's words to a running server, with a sentence for everything that prevents it.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use anyhow::{Context, Result};
use scrutineer_letters::config::MailConfig;
use scrutineer_letters::{Mailer, SendError};
use scrutineer_protocol::group::Backend;
use thiserror::Error;

use super::print;
use crate::app::{App, CONNECTIONS, LetterLimits, Settings, VoteLimits};
use crate::args::Serve;
use crate::clock::Clock;
use crate::data_folder::DataFolder;
use crate::descriptors::{self, BESIDE_CONNECTIONS};
use crate::entropy::Entropy;
use crate::http::{self, Signals, Ticking};
use crate::public_url::{NotAPublicUrl, PublicUrl};

/// Why the server does not start where it was told to.
#[derive(Debug, Error)]
pub enum ServeError {
    /// Passwords would travel in the clear.
    #[error(
        "{0} can be reached from other machines, so it needs TLS (--tls-cert, --tls-key) or a proxy that does TLS \
         (--behind-proxy); without either, listen on 127.0.0.1"
    )]
    NotProtected(SocketAddr),
    /// Links, cookies and the check of `Origin` need it.
    #[error("say with --public-url where people reach the server, such as https://vote.example.org")]
    NoPublicUrl,
    /// Scheme and way do not fit.
    #[error("--public-url must begin with https:// {0}")]
    MustBeHttps(&'static str),
    /// Scheme and way do not fit.
    #[error(
        "--public-url begins with https://, so say who does TLS: --tls-cert and --tls-key, or --behind-proxy"
    )]
    WhoDoesTls,
    /// Occupied.
    #[error("{0} is in use by another program; stop that one, or choose another address with --listen")]
    PortInUse(SocketAddr),
    /// Not allowed, or not there.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The address of the listener is none.
    #[error(transparent)]
    PublicUrl(#[from] NotAPublicUrl),
}

/// Connections that the server may have, as the system allows.
fn connections() -> usize {
    let wanted = u64::try_from(CONNECTIONS).unwrap_or(u64::MAX).saturating_add(BESIDE_CONNECTIONS);
    let files = descriptors::ask_for(wanted);
    if files < wanted {
        tracing::warn!(
            files,
            wanted,
            "the system lets the server have fewer connections at once (ulimit -n)"
        );
    }
    usize::try_from(files.saturating_sub(BESIDE_CONNECTIONS))
        .map_or(CONNECTIONS, |room| room.clamp(64, CONNECTIONS))
}

/// Serves until SIGINT or SIGTERM.
pub(super) fn run(args: &Serve, clock: Arc<dyn Clock>, entropy: Entropy, json: bool) -> Result<()> {
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(certificates), Some(key)) => Some(http::tls::config(certificates, key)?),
        _ => None,
    };
    check_protection(args)?;
    let listener = bind(args.listen)?;
    let public_url = public_url(args, listener.local_addr()?)?;
    let mail = match &args.mail {
        Some(file) => Some(MailConfig::read(file)?.mailer(public_url.host())),
        None => None,
    };
    let settings = Settings {
        connections: connections(),
        mail,
        behind_proxy: args.behind_proxy,
        officers_needed: args.officers_needed,
        votes: VoteLimits {
            replacements: args.replacements,
            seconds_between: args.seconds_between_votes,
            ..VoteLimits::DEFAULT
        },
        record_step: args.record_step,
        letters: LetterLimits { stage_pause: args.letters_pause, ..LetterLimits::DEFAULT },
        #[cfg(feature = "misbehave")]
        misbehave: args.misbehave,
        ..Settings::new(public_url.clone())
    };
    let app = App::open(DataFolder::new(&args.data), settings, clock, entropy)?;
    let union_name = app.installation.union_name.clone();
    let mailer = app.mailer.clone();
    let running = http::start(Arc::new(app), listener, tls, Signals::Stop, Ticking::EverySecond)
        .context("the server did not start")?;
    let (mail, arithmetic) = (mailer.as_ref().map(Mailer::describe), Backend::in_use());
    let document = serde_json::json!({
        "url": public_url.origin(), "listen": running.address().to_string(), "mail": mail,
        "arithmetic": arithmetic.to_string()
    });
    let mail = mail.map_or_else(String::new, |to| format!("\nLetters go to the {to}"));
    print(
        json,
        &document,
        &format!("Scrutineer for {union_name} is at {public_url}{mail}\nArithmetic: {arithmetic}"),
    )?;
    // Not waited for: a vote goes on without mail. It ends within the limits of the configuration.
    if let Some(mailer) = mailer {
        std::thread::spawn(move || check_mail(&mailer));
    }
    running.wait().context("the server stopped")?;
    Ok(())
}

/// Sees whether letters could be sent, and says so.
fn check_mail(mailer: &Mailer) {
    let to = mailer.describe();
    match mailer.check() {
        Ok(()) => tracing::info!(to, "letters can be sent"),
        Err(SendError::Misconfigured(sentence)) => {
            tracing::error!(to, "no letters can be sent: {sentence}");
        }
        Err(SendError::Later { status } | SendError::Never { status }) => {
            tracing::warn!(to, status, "letters cannot be sent now");
        }
    }
}

/// Whether passwords and votes travel protected.
fn check_protection(args: &Serve) -> Result<(), ServeError> {
    let protected = args.tls_cert.is_some() || args.behind_proxy.is_some();
    if !protected && !args.listen.ip().is_loopback() {
        return Err(ServeError::NotProtected(args.listen));
    }
    match &args.public_url {
        None if protected && (args.behind_proxy.is_some() || !args.listen.ip().is_loopback()) => {
            Err(ServeError::NoPublicUrl)
        }
        Some(url) if url.is_secure() && !protected => Err(ServeError::WhoDoesTls),
        Some(url) if !url.is_secure() && args.tls_cert.is_some() => {
            Err(ServeError::MustBeHttps("when the server does TLS"))
        }
        Some(url) if !url.is_secure() && !url.is_loopback() => {
            Err(ServeError::MustBeHttps("wherever people come from other machines"))
        }
        _ => Ok(()),
    }
}

fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ServeError::PortInUse(address),
        _ => ServeError::Listen { address, source },
    })
}

fn public_url(args: &Serve, listening: SocketAddr) -> Result<PublicUrl, ServeError> {
    match &args.public_url {
        Some(url) => Ok(url.clone()),
        None => {
            let scheme = if args.tls_cert.is_some() { "https" } else { "http" };
            Ok(format!("{scheme}://{listening}").parse()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{ServeError, bind, check_protection};
    use crate::args::{Cli, Command, Serve};

    fn args(more: &str) -> Serve {
        let words = ["scrutineer-server", "serve", "--data", "d"].into_iter().chain(more.split_whitespace());
        match Cli::parse_from(words).command {
            Command::Serve(serve) => serve,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn starts_only_where_passwords_travel_protected() {
        const TLS: &str = "--tls-cert c --tls-key k";
        for (words, starts) in [
            (String::new(), true),
            ("--listen [::1]:0".to_owned(), true),
            ("--public-url http://localhost:8080".to_owned(), true),
            ("--public-url http://vote.example.org".to_owned(), false),
            ("--public-url https://vote.example.org".to_owned(), false),
            ("--listen 0.0.0.0:80".to_owned(), false),
            ("--listen 192.0.2.1:80 --public-url https://vote.example.org".to_owned(), false),
            (format!("--listen 0.0.0.0:443 {TLS}"), false),
            (format!("--listen 0.0.0.0:443 {TLS} --public-url http://vote.example.org"), false),
            (format!("--listen 0.0.0.0:443 {TLS} --public-url https://vote.example.org"), true),
            (format!("--listen 127.0.0.1:443 {TLS}"), true),
            ("--listen 0.0.0.0:80 --behind-proxy 10.0.0.1".to_owned(), false),
            ("--listen 0.0.0.0:80 --behind-proxy 10.0.0.1 --public-url http://v.org".to_owned(), false),
            ("--listen 0.0.0.0:80 --behind-proxy 10.0.0.1 --public-url https://v.org".to_owned(), true),
            ("--behind-proxy 127.0.0.1 --public-url https://v.org".to_owned(), true),
        ] {
            assert_eq!(check_protection(&args(&words)).is_ok(), starts, "{words}");
        }
    }

    #[test]
    fn says_that_a_port_is_in_use() {
        let first = bind(([127, 0, 0, 1], 0).into()).unwrap();
        let address = first.local_addr().unwrap();
        let error = bind(address).unwrap_err();
        assert!(matches!(error, ServeError::PortInUse(_)));
        assert!(error.to_string().contains(&address.to_string()));
    }
}
