//! `mail.toml`: how letters leave. Read strictly: a word that is not known is a mistake, not a wish.

use std::fmt;
use std::fs;
use std::io;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::address::{Address, NotAnAddress};
use crate::mailer::{CONNECTIONS, Mailer, PER_MINUTE};
use crate::outgoing::Sender;
use crate::transport::{Folder, Security, SendError, Smtp, SmtpSettings, Transport};

/// What a mail configuration may hold; every key is explained in docs/OPERATIONS.md.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    from: String,
    name: Option<String>,
    reply_to: Option<String>,
    return_path: Option<String>,
    folder: Option<PathBuf>,
    host: Option<String>,
    port: Option<u16>,
    security: Option<SecurityWord>,
    username: Option<String>,
    password_file: Option<PathBuf>,
    ca: Option<PathBuf>,
    hello: Option<String>,
    per_minute: Option<u32>,
    connections: Option<u32>,
    timeout_seconds: Option<u32>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SecurityWord {
    Tls,
    Starttls,
    None,
}

/// Why a mail configuration cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Not TOML, a key that is not known, or one that is missing.
    #[error("{}: {}", path.display(), fault.trim_end())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its place.
        fault: String,
    },
    /// An address that is none.
    #[error("{}: {key}: {source}", path.display())]
    Address {
        /// The file.
        path: PathBuf,
        /// Under which key.
        key: &'static str,
        /// What is wrong.
        source: NotAnAddress,
    },
    /// A value that cannot be, or keys that do not go together.
    #[error("{}: {fault}", path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        fault: String,
    },
    /// Others could read the password.
    #[error("{} can be read by others than its owner; make it private: chmod 600 {}", path.display(), path.display())]
    NotPrivate {
        /// The file.
        path: PathBuf,
    },
    /// What the transport says.
    #[error(transparent)]
    Transport(#[from] SendError),
}

/// A mail configuration that was read and checked.
pub struct MailConfig {
    transport: Arc<dyn Transport>,
    sender: Sender,
    per_minute: u32,
    connections: u32,
}

impl MailConfig {
    /// Reads the file and the password beside it. Paths in it are meant from the file's own folder. Nothing is connected.
    ///
    /// # Errors
    /// [`ConfigError`], a sentence each.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|source| unreadable(path, source))?;
        let keys: Keys = toml::from_str(&text)
            .map_err(|error| ConfigError::Form { path: path.to_path_buf(), fault: error.to_string() })?;
        Reader { path, keys: &keys }.config()
    }

    /// What sends letters by it. `host` is where members reach the server.
    #[must_use]
    pub fn mailer(self, host: &str) -> Mailer {
        Mailer::new(self.transport, self.sender, host).with_limits(self.per_minute, self.connections)
    }
}

impl fmt::Debug for MailConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MailConfig").field(&self.transport.describe()).finish()
    }
}

fn unreadable(path: &Path, source: io::Error) -> ConfigError {
    ConfigError::Read { path: path.to_path_buf(), source }
}

/// The keys of a file, on their way to what they mean.
struct Reader<'a> {
    path: &'a Path,
    keys: &'a Keys,
}

impl Reader<'_> {
    fn config(&self) -> Result<MailConfig, ConfigError> {
        let keys = self.keys;
        let from = self.address("from", &keys.from)?;
        let optional =
            |key, text: &Option<String>| text.as_deref().map(|text| self.address(key, text)).transpose();
        let per_minute = self.within("per_minute", keys.per_minute, PER_MINUTE, 1..=100_000)?;
        let connections = self.within("connections", keys.connections, CONNECTIONS, 1..=32)?;
        let transport: Arc<dyn Transport> = match &keys.folder {
            Some(folder) => {
                self.nothing_but_folder()?;
                Arc::new(Folder::new(self.beside(folder)))
            }
            None => Arc::new(Smtp::new(self.smtp(&from, connections)?)?),
        };
        let sender = Sender {
            name: keys.name.clone(),
            reply_to: optional("reply_to", &keys.reply_to)?,
            return_path: optional("return_path", &keys.return_path)?,
            address: from,
        };
        Ok(MailConfig { transport, sender, per_minute, connections })
    }

    fn smtp(&self, from: &Address, connections: u32) -> Result<SmtpSettings, ConfigError> {
        let keys = self.keys;
        let Some(host) = keys.host.as_deref().map(str::trim).filter(|host| !host.is_empty()) else {
            return Err(self.fault("say where letters go: host = \"…\", the mail server, or folder = \"…\""));
        };
        let (security, usual_port) = match keys.security.unwrap_or(SecurityWord::Tls) {
            SecurityWord::Tls => (Security::Tls, 465),
            SecurityWord::Starttls => (Security::StartTls, 587),
            SecurityWord::None => (Security::None, 25),
        };
        if security == Security::None && !is_loopback(host) {
            return Err(self.fault(
                "security = \"none\" is only for a mail server on this machine (host = \"127.0.0.1\" or \"localhost\"): letters \
                 carry voting codes; use \"tls\" or \"starttls\"",
            ));
        }
        let account = match (&keys.username, &keys.password_file) {
            (Some(user), Some(file)) => Some((user.clone(), password(&self.beside(file))?)),
            (None, None) => None,
            _ => return Err(self.fault("username and password_file go together")),
        };
        let authority = match &keys.ca {
            Some(_) if security == Security::None => {
                return Err(self.fault("ca is for security = \"tls\" or \"starttls\""));
            }
            Some(file) => {
                let file = self.beside(file);
                let pem = fs::read(&file).map_err(|source| unreadable(&file, source))?;
                if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
                    return Err(self.fault("the file named by ca holds no certificate in PEM form"));
                }
                Some(pem)
            }
            None => None,
        };
        let hello =
            keys.hello.as_deref().unwrap_or_else(|| from.domain()).trim_matches(['[', ']']).to_owned();
        let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '_');
        if hello.is_empty() || !hello.chars().all(name) {
            return Err(self.fault("hello is the host name of this machine, such as vote.example.org"));
        }
        let seconds = self.within("timeout_seconds", keys.timeout_seconds, 30, 1..=300)?;
        Ok(SmtpSettings {
            host: host.to_owned(),
            port: keys.port.unwrap_or(usual_port),
            security,
            account,
            authority,
            hello,
            patience: Duration::from_secs(u64::from(seconds)),
            connections,
        })
    }

    /// Letters go to one place.
    fn nothing_but_folder(&self) -> Result<(), ConfigError> {
        let keys = self.keys;
        let smtp = [
            ("host", keys.host.is_some()),
            ("port", keys.port.is_some()),
            ("security", keys.security.is_some()),
            ("username", keys.username.is_some()),
            ("password_file", keys.password_file.is_some()),
            ("ca", keys.ca.is_some()),
            ("hello", keys.hello.is_some()),
            ("timeout_seconds", keys.timeout_seconds.is_some()),
        ];
        match smtp.iter().find(|(_, there)| *there) {
            Some((key, _)) => Err(self.fault(&format!(
                "{key} is for a mail server, but folder says that letters are written into a folder; leave one of them out"
            ))),
            None => Ok(()),
        }
    }

    fn address(&self, key: &'static str, text: &str) -> Result<Address, ConfigError> {
        text.parse().map_err(|source| ConfigError::Address { path: self.path.to_path_buf(), key, source })
    }

    fn within(
        &self,
        key: &str,
        value: Option<u32>,
        usual: u32,
        range: RangeInclusive<u32>,
    ) -> Result<u32, ConfigError> {
        let value = value.unwrap_or(usual);
        if range.contains(&value) {
            return Ok(value);
        }
        Err(self.fault(&format!("{key} is {value}; it can be {} to {}", range.start(), range.end())))
    }

    fn beside(&self, file: &Path) -> PathBuf {
        self.path.parent().map_or_else(|| file.to_path_buf(), |folder| folder.join(file))
    }

    fn fault(&self, fault: &str) -> ConfigError {
        ConfigError::Value { path: self.path.to_path_buf(), fault: fault.to_owned() }
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The password in a file: its first line. Nobody else may be able to read it.
fn password(file: &Path) -> Result<Zeroizing<String>, ConfigError> {
    let metadata = fs::metadata(file).map_err(|source| unreadable(file, source))?;
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::mode(&metadata) & 0o077 != 0 {
        return Err(ConfigError::NotPrivate { path: file.to_path_buf() });
    }
    #[cfg(not(unix))]
    let _ = metadata;
    let text = Zeroizing::new(fs::read_to_string(file).map_err(|source| unreadable(file, source))?);
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        let fault = "the password is missing: it stands alone in the first line".to_owned();
        return Err(ConfigError::Value { path: file.to_path_buf(), fault });
    }
    Ok(Zeroizing::new(line.to_owned()))
}

#[cfg(test)]
mod tests;
