//! SMTP (RFC 5321) with TLS. `lettre` speaks it; here is which answers at which step mean what, and which connections stay.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, CertificateStore, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::Response;
use zeroize::Zeroizing;

use super::{SendError, Transport};
use crate::outgoing::Outgoing;

/// Letters by one connection; then another is made, since many mail servers end long ones in the middle of a letter.
const LETTERS_EACH: u32 = 100;

/// How long an answer that nobody asked for is waited for; one that was slipped in is there already.
const SURPLUS_WAIT: Duration = Duration::from_millis(1);

/// How the way to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// TLS by STARTTLS, or no connection at all.
    StartTls,
    /// None: to this machine alone.
    None,
}

/// Where the mail server is, and who we are to it.
pub struct SmtpSettings {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the way there is protected.
    pub security: Security,
    /// User name and password, where it wants them.
    pub account: Option<(String, Zeroizing<String>)>,
    /// PEM certificates of an authority of one's own, instead of the public ones.
    pub authority: Option<Vec<u8>>,
    /// The name by which we greet.
    pub hello: String,
    /// The longest that one answer may take.
    pub patience: Duration,
    /// Connections that are kept.
    pub connections: u32,
}

/// Sends letters to a mail server. Dropping it ends its connections.
pub struct Smtp {
    settings: SmtpSettings,
    tls: Option<TlsParameters>,
    idle: Mutex<Vec<Open>>,
}

/// A connection, signed in.
struct Open {
    connection: SmtpConnection,
    /// Letters that it has carried.
    letters: u32,
}

/// How far a letter got before something happened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Greeting,
    StartTls,
    SignIn,
    Sender,
    Recipient,
    Letter,
}

impl Smtp {
    /// Nothing is connected yet.
    ///
    /// # Errors
    /// [`SendError::Misconfigured`]: the certificates cannot be read.
    pub fn new(settings: SmtpSettings) -> Result<Self, SendError> {
        let tls = match settings.security {
            Security::None => None,
            Security::Tls | Security::StartTls => Some(tls(&settings)?),
        };
        Ok(Self { settings, tls, idle: Mutex::default() })
    }

    /// A connection that is kept, or a new one; and whether it was kept.
    fn connection(&self) -> Result<(Open, bool), SendError> {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match kept {
            Some(open) => Ok((open, true)),
            None => self.connect().map(|open| (open, false)),
        }
    }

    fn keep(&self, mut open: Open) {
        open.letters = open.letters.saturating_add(1);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let room = usize::try_from(self.settings.connections).is_ok_and(|most| idle.len() < most);
        if room && open.letters < LETTERS_EACH && !open.connection.has_broken() {
            idle.push(open);
        } else {
            drop(idle);
            open.connection.abort();
        }
    }

    fn connect(&self) -> Result<Open, SendError> {
        let settings = &self.settings;
        let hello = match settings.hello.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
            Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
            Err(_) => ClientId::Domain(settings.hello.clone()),
        };
        let wrapper = self.tls.as_ref().filter(|_| settings.security == Security::Tls);
        let mut connection = SmtpConnection::connect(
            (settings.host.as_str(), settings.port),
            Some(settings.patience),
            &hello,
            wrapper,
            None,
        )
        .map_err(|error| self.judge(Step::Greeting, &error))?;
        if let (Security::StartTls, Some(tls)) = (settings.security, &self.tls) {
            if !connection.can_starttls() {
                connection.abort();
                return Err(self.no_starttls());
            }
            connection.starttls(tls, &hello).map_err(|error| self.judge(Step::StartTls, &error))?;
            self.nothing_slipped_in(&mut connection)?;
        }
        if let Some((user, password)) = &settings.account {
            let credentials = Credentials::new(user.clone(), password.to_string());
            let answer = connection
                .auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
                .map_err(|error| self.judge(Step::SignIn, &error))?;
            expect(&answer, 235)?;
        }
        Ok(Open { connection, letters: 0 })
    }

    /// Whoever sits on the way could have put answers before the first protected one; they would be taken for the answers to
    /// what we say next, a letter's among them.
    fn nothing_slipped_in(&self, connection: &mut SmtpConnection) -> Result<(), SendError> {
        let wait = |connection: &mut SmtpConnection, how_long| {
            connection.set_timeout(Some(how_long)).map_err(|_| lost())
        };
        wait(connection, SURPLUS_WAIT)?;
        match connection.read_response() {
            Err(error) if timed_out(&error) => wait(connection, self.settings.patience),
            _ => {
                connection.abort();
                Err(SendError::Later { status: "an answer nobody asked for".to_owned() })
            }
        }
    }

    /// Takes a letter as far as it goes.
    fn deliver(
        &self,
        connection: &mut SmtpConnection,
        letter: &Outgoing,
        message: &[u8],
    ) -> Result<(), Stopped> {
        let at = |step| move |error| Stopped { step, why: Why::Smtp(error) };
        let (from, to) = (letter.return_path().inner(), letter.to.inner());
        let mut parameters = Vec::new();
        if !letter.to.as_str().is_ascii() || !letter.return_path().as_str().is_ascii() {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Stopped { step: Step::Recipient, why: Why::Letters });
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let other = |step| move |why| Stopped { step, why: Why::Answer(why) };
        let answer = connection.command(Mail::new(Some(from), parameters)).map_err(at(Step::Sender))?;
        expect(&answer, 250).map_err(other(Step::Sender))?;
        let answer = connection.command(Rcpt::new(to, Vec::new())).map_err(at(Step::Recipient))?;
        if !answer.has_code(251) {
            expect(&answer, 250).map_err(other(Step::Recipient))?;
        }
        let answer = connection.command(Data).map_err(at(Step::Letter))?;
        expect(&answer, 354).map_err(other(Step::Letter))?;
        let answer = connection.message(message).map_err(at(Step::Letter))?;
        expect(&answer, 250).map_err(other(Step::Letter))
    }

    /// What an error at a step means for the letter.
    fn judge(&self, step: Step, error: &SmtpError) -> SendError {
        let (host, port) = (&self.settings.host, self.settings.port);
        if let Some(fault) = tls_fault(error) {
            return SendError::Misconfigured(format!(
                "no protected connection to the mail server {host}:{port} can be made: {fault}; check host, port and security \
                 in the mail configuration and, where the server's certificate is from an authority of your own, ca"
            ));
        }
        if let Some(code) = error.status() {
            let number = u16::from(code);
            let status = status(error, number);
            if error.is_transient() {
                return SendError::Later { status };
            }
            return match step {
                Step::Greeting => SendError::Misconfigured(format!(
                    "the mail server {host}:{port} takes no connection from here ({status}); ask whoever runs it"
                )),
                Step::StartTls => self.no_starttls(),
                Step::SignIn => SendError::Misconfigured(format!(
                    "the mail server {host}:{port} does not take user name and password ({status}); check username and \
                     password_file in the mail configuration"
                )),
                _ if number == 530 => SendError::Misconfigured(format!(
                    "the mail server {host}:{port} wants a user name and a password ({status}); set username and \
                     password_file in the mail configuration"
                )),
                Step::Sender => SendError::Misconfigured(format!(
                    "the mail server {host}:{port} does not take letters from this sender ({status}); check from and \
                     return_path in the mail configuration"
                )),
                Step::Recipient | Step::Letter => SendError::Never { status },
            };
        }
        if step == Step::SignIn && error.is_client() {
            return SendError::Misconfigured(format!(
                "the mail server {host}:{port} offers no way to sign in that this program knows (PLAIN or LOGIN)"
            ));
        }
        let status = match () {
            () if timed_out(error) => "no answer in time",
            () if error.is_response() => "an answer that does not read",
            () => return lost_or_unreached(step),
        };
        SendError::Later { status: status.to_owned() }
    }

    fn no_starttls(&self) -> SendError {
        SendError::Misconfigured(format!(
            "the mail server {}:{} does not offer STARTTLS; set security = \"tls\" in the mail configuration, or ask whoever \
             runs it",
            self.settings.host, self.settings.port
        ))
    }
}

impl Transport for Smtp {
    fn send(&self, letter: &Outgoing) -> Result<(), SendError> {
        let message = letter.message().map_err(|error| SendError::Misconfigured(error.to_string()))?;
        loop {
            let (mut open, kept) = self.connection()?;
            let stopped = match self.deliver(&mut open.connection, letter, &message) {
                Ok(()) => {
                    self.keep(open);
                    return Ok(());
                }
                Err(stopped) => stopped,
            };
            if kept && stopped.was_stale() {
                // The mail server had ended it since the letter before; nothing of this one was sent.
                continue;
            }
            // Where it only said no, the connection is good for the next letter.
            if stopped.is_refusal() && open.connection.command(Rset).is_ok_and(|answer| answer.has_code(250))
            {
                self.keep(open);
            } else {
                open.connection.abort();
            }
            return Err(match stopped.why {
                Why::Smtp(error) => self.judge(stopped.step, &error),
                Why::Answer(error) => error,
                Why::Letters => SendError::Never { status: "5.6.7".to_owned() },
            });
        }
    }

    fn check(&self) -> Result<(), SendError> {
        let mut open = self.connect()?;
        let answer = open.connection.command(Noop).map_err(|error| self.judge(Step::Greeting, &error))?;
        expect(&answer, 250)?;
        self.keep(open);
        Ok(())
    }

    fn describe(&self) -> String {
        format!("mail server {}:{}", self.settings.host, self.settings.port)
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let idle = self.idle.get_mut().unwrap_or_else(PoisonError::into_inner);
        idle.iter_mut().for_each(|open| open.connection.abort());
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Smtp").field(&self.describe()).finish()
    }
}

/// A letter that was not taken.
struct Stopped {
    step: Step,
    why: Why,
}

enum Why {
    /// What the library says.
    Smtp(SmtpError),
    /// An answer to something else.
    Answer(SendError),
    /// The address has letters that the mail server does not know (RFC 6531).
    Letters,
}

impl Stopped {
    /// Whether the connection had been ended before this letter.
    fn was_stale(&self) -> bool {
        self.step == Step::Sender
            && matches!(&self.why, Why::Smtp(error)
                if error.status().is_none_or(|code| u16::from(code) == 421) && !timed_out(error))
    }

    /// Whether the mail server said no to this letter and waits for the next.
    fn is_refusal(&self) -> bool {
        match &self.why {
            Why::Smtp(error) => error.status().is_some_and(|code| u16::from(code) != 421),
            Why::Answer(_) => false,
            Why::Letters => true,
        }
    }
}

fn tls(settings: &SmtpSettings) -> Result<TlsParameters, SendError> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    builder = match &settings.authority {
        None => builder.certificate_store(CertificateStore::WebpkiRoots),
        Some(pem) => {
            let certificates = Certificate::from_pem(pem);
            let certificates = certificates
                .map_err(|_| SendError::Misconfigured("the file named by ca holds no certificates".into()))?;
            builder.certificate_store(CertificateStore::None).add_root_certificate(certificates)
        }
    };
    builder.build().map_err(|error| {
        SendError::Misconfigured(format!("the certificates for the mail server cannot be used: {error}"))
    })
}

/// Another answer than the one that belongs to what was said: whoever answers, it is not the mail server to us.
fn expect(answer: &Response, code: u16) -> Result<(), SendError> {
    if answer.has_code(code) {
        return Ok(());
    }
    Err(SendError::Later { status: format!("{} where {code} was expected", answer.code()) })
}

fn lost() -> SendError {
    SendError::Later { status: "the connection was lost".to_owned() }
}

fn lost_or_unreached(step: Step) -> SendError {
    if step == Step::Greeting {
        return SendError::Later { status: "the mail server cannot be reached".to_owned() };
    }
    lost()
}

/// The enhanced status code (RFC 3463) where the answer begins with one, else its three digits. No more of the answer is kept:
/// the rest often names the recipient.
fn status(error: &SmtpError, code: u16) -> String {
    let text = error.source().map(ToString::to_string).unwrap_or_default();
    let word = text.split_whitespace().next().unwrap_or_default();
    let parts: Vec<_> = word.split('.').collect();
    let number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if parts.len() == 3
        && parts.iter().all(number)
        && parts.first().is_some_and(|class| ["4", "5"].contains(class))
    {
        return word.to_owned();
    }
    code.to_string()
}

/// All causes of an error, those inside of the system's errors too.
fn causes(error: &SmtpError) -> Vec<&(dyn StdError + 'static)> {
    let mut found: Vec<&(dyn StdError + 'static)> = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        found.push(cause);
        next = match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inside) => Some(inside),
            None => cause.source(),
        };
    }
    found
}

fn tls_fault(error: &SmtpError) -> Option<String> {
    causes(error).into_iter().find_map(|cause| cause.downcast_ref::<rustls::Error>()).map(ToString::to_string)
}

fn timed_out(error: &SmtpError) -> bool {
    causes(error).into_iter().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|cause| {
        // A socket with a limit says either, by system.
        matches!(cause.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
    })
}

#[cfg(test)]
mod tests;
