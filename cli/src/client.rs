//! Talks HTTP to a server: one place for addresses, limits, timeouts, and for turning every kind of failure into a
//! sentence.

mod address;
mod refusal;

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::read::GzDecoder;
use scrutineer_api::secret::Secret;
use scrutineer_api::vote::EIGHTHS;
use serde::Serialize;
use serde::de::{DeserializeOwned, DeserializeSeed};
use thiserror::Error;
use ureq::http::request::Builder;
use ureq::http::{Method, Request, StatusCode, header};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, Timeout};
use zeroize::Zeroizing;

pub use address::{Address, AddressError, Endpoint};
pub use refusal::{Refusal, RefusedRow};

/// Most bytes of a reply that is read into memory; the largest is the roll of a million members.
const MAX_REPLY: u64 = 256 << 20;
/// Most bytes of a problem document; a roll file can have many bad rows.
const MAX_PROBLEM: u64 = 64 << 20;
/// Most bytes of a record: the most that its format can hold in one of its parts.
pub(crate) const MAX_RECORD: u64 = 8 << 30;
/// Most bytes of a file of certificates.
const MAX_CA_FILE: u64 = 4 << 20;

/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(15);
/// How long a server may think, or stand still in the middle of a reply: freezing a large roll and signing in when many do
/// take their time.
const THINK: Duration = Duration::from_secs(900);
/// How long a request's body or a record may stand still on its way.
const STALL: Duration = Duration::from_secs(60);
/// How long an idle connection is used again; servers close theirs after some seconds.
const IDLE: Duration = Duration::from_secs(2);

/// A server, and perhaps a session there.
pub struct Client {
    agent: Agent,
    address: Address,
    token: Option<Secret>,
    /// How long a record may stand still.
    stall: Duration,
}

/// Why a request did not get what it asked for.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The server says no.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// No connection, or one that broke before the reply was there. Whether the server did what it was asked is unknown.
    #[error("{server} cannot be reached: {why}. Is it running, and is the address right?")]
    Unreachable {
        /// The server's address.
        server: Address,
        /// What the network says.
        why: String,
    },
    /// A connection on which nothing comes any more.
    #[error("{server} took too long to answer. Please try again")]
    Late {
        /// The server's address.
        server: Address,
    },
    /// Something before the server says that it cannot be reached for some time.
    #[error("{server} cannot answer now ({status}): please try again later")]
    Away {
        /// The server's address.
        server: Address,
        /// The HTTP status.
        status: u16,
        /// Seconds to wait before another try, where it says so.
        retry_after: Option<u64>,
    },
    /// The server cannot prove who it is. Nothing was sent.
    #[error(
        "{server} cannot prove that it is the right server ({why}), so nothing was sent. If your union vouches for it \
         itself, give its certificate with --ca-file"
    )]
    Untrusted {
        /// The server's address.
        server: Address,
        /// What is wrong with its certificate.
        why: String,
    },
    /// The reply began and did not end.
    #[error("the answer of {server} did not arrive whole: {why}. Please try again")]
    Interrupted {
        /// The server's address.
        server: Address,
        /// What the network says.
        why: String,
    },
    /// A reply that no server of ours gives.
    #[error("what answers at {server} does not speak like a Scrutineer server ({why}): check the address")]
    NotOurs {
        /// The server's address.
        server: Address,
        /// What is odd.
        why: String,
    },
    /// Asked to go elsewhere, which a program with a session does not do.
    #[error("{server} sends its callers on to {to}: if that is right, use it with --server")]
    Elsewhere {
        /// The server's address.
        server: Address,
        /// Where it sends them.
        to: String,
    },
    /// More than anything of its kind.
    #[error("the answer of {server} is larger than {limit} bytes, more than it can be")]
    TooLarge {
        /// The server's address.
        server: Address,
        /// The most that is read.
        limit: u64,
    },
    /// The file that takes a reply cannot be written.
    #[error("what {server} sends cannot be written down: {source}")]
    Write {
        /// The server's address.
        server: Address,
        /// What the system says.
        source: io::Error,
    },
    /// The certificates given with `--ca-file`.
    #[error("{} holds no certificate in PEM form", .0.display())]
    CaFile(PathBuf),
}

impl ClientError {
    /// Whether the server may have done what it was asked although no reply came.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Interrupted { .. } | Self::Late { .. })
    }

    /// Where the server says no only for now: how long to wait, at least where it does not say so.
    #[must_use]
    pub fn not_now(&self) -> Option<Duration> {
        let seconds = match self {
            Self::Refused(refusal) if matches!(refusal.status, 429 | 503) => refusal.retry_after,
            Self::Away { retry_after, .. } => *retry_after,
            _ => return None,
        };
        Some(Duration::from_secs(seconds.unwrap_or_default()))
    }

    /// The problem's stable word, where the server said no.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => Some(&refusal.code),
            _ => None,
        }
    }
}

/// A reply that says yes. Its body has not been read yet.
pub struct Reply {
    address: Address,
    status: StatusCode,
    /// Whether the body travels compressed: only where that was asked for.
    gzip: bool,
    /// Which part of something it is.
    part: Option<Part>,
    /// Seconds to wait before another try.
    retry_after: Option<u64>,
    body: Body,
}

/// Some of the bytes of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The first of them.
    pub first: u64,
    /// How many bytes the whole has.
    pub total: u64,
}

impl Part {
    /// Reads `bytes 10-19/30`. Where it does not say how many there are, nobody can tell whether that is all: it is no part.
    fn parse(range: &str) -> Option<Self> {
        let (part, total) = range.strip_prefix("bytes ")?.split_once('/')?;
        Some(Self { first: part.split_once('-')?.0.parse().ok()?, total: total.parse().ok()? })
    }
}

impl Client {
    /// A client of the server at `address`; `ca_file` has the certificates to trust instead of the public ones.
    ///
    /// # Errors
    /// The file cannot be read or has no certificate.
    pub fn new(address: Address, ca_file: Option<&Path>) -> anyhow::Result<Self> {
        let mut tls = TlsConfig::builder();
        if let Some(path) = ca_file {
            tls = tls.root_certs(roots(path)?);
        }
        let mut config = Agent::config_builder()
            .tls_config(tls.build())
            .https_only(!address.is_loopback())
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("scrutineer/", env!("CARGO_PKG_VERSION")))
            .max_idle_age(IDLE)
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(THINK))
            // It counts while a server thinks, too.
            .timeout_per_read(Some(THINK))
            .timeout_per_write(Some(STALL));
        if address.is_loopback() {
            config = config.proxy(None);
        }
        Ok(Self { agent: config.build().new_agent(), address, token: None, stall: STALL })
    }

    /// The same with a session's token.
    #[must_use]
    pub fn with_token(mut self, token: Secret) -> Self {
        self.token = Some(token);
        self
    }

    /// The same with another time that a record may stand still.
    #[cfg(test)]
    pub(crate) fn with_stall(mut self, stall: Duration) -> Self {
        self.stall = stall;
        self
    }

    /// The server's address.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Asks for something.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub fn get(&self, endpoint: &Endpoint) -> Result<Reply, ClientError> {
        self.send(&Method::GET, endpoint, None, &[])
    }

    /// Asks for a record from a byte on, and does not wait long where nothing comes; what comes may be all of it nevertheless
    /// ([`Reply::part`]).
    ///
    /// # Errors
    /// See [`ClientError`].
    pub fn get_record(&self, endpoint: &Endpoint, first: u64) -> Result<Reply, ClientError> {
        let request = match first {
            0 => Request::builder(),
            _ => Request::builder().header(header::RANGE, format!("bytes={first}-")),
        };
        self.send_with(request, (&Method::GET, self.stall), endpoint, None, &[])
    }

    /// Asks for something that may travel compressed; it is to be read with [`Reply::reader`].
    ///
    /// # Errors
    /// See [`ClientError`].
    pub fn get_compressed(&self, endpoint: &Endpoint) -> Result<Reply, ClientError> {
        let request = Request::builder().header(header::ACCEPT_ENCODING, "gzip");
        self.send_with(request, (&Method::GET, THINK), endpoint, None, &[])
    }

    /// Sends something new.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub fn post(&self, endpoint: &Endpoint, body: &impl Serialize) -> Result<Reply, ClientError> {
        self.send(&Method::POST, endpoint, Some(JSON), &json(body))
    }

    /// Casts a sealed vote, whose bytes must not change, with the eighths of its points.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub fn cast(&self, endpoint: &Endpoint, vote: &[u8], eighths: &str) -> Result<Reply, ClientError> {
        let request = Request::builder().header(EIGHTHS, eighths);
        self.send_with(request, (&Method::POST, THINK), endpoint, Some(JSON), vote)
    }

    /// Orders a deed that has no particulars.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub fn order(&self, endpoint: &Endpoint) -> Result<Reply, ClientError> {
        self.send(&Method::POST, endpoint, None, &[])
    }

    /// Puts something in its place.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub fn put(&self, endpoint: &Endpoint, body: &impl Serialize) -> Result<Reply, ClientError> {
        self.send(&Method::PUT, endpoint, Some(JSON), &json(body))
    }

    /// Takes something away.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub fn delete(&self, endpoint: &Endpoint) -> Result<Reply, ClientError> {
        self.send(&Method::DELETE, endpoint, None, &[])
    }

    fn send(
        &self,
        method: &Method,
        endpoint: &Endpoint,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Reply, ClientError> {
        self.send_with(Request::builder(), (method, THINK), endpoint, content_type, body)
    }

    fn send_with(
        &self,
        request: Builder,
        (method, patience): (&Method, Duration),
        endpoint: &Endpoint,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Reply, ClientError> {
        let mut request = request.method(method.clone()).uri(self.address.uri(endpoint));
        request = request.header(header::ACCEPT, "application/json, application/problem+json, */*");
        if let Some(token) = &self.token {
            let value = Zeroizing::new(format!("Bearer {}", token.expose()));
            request = request.header(header::AUTHORIZATION, value.as_str());
        }
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let without_body = *method == Method::GET || *method == Method::DELETE;
        let sent = if without_body {
            request.body(()).map_err(ureq::Error::from).and_then(|request| {
                let request = self.agent.configure_request(request).timeout_per_read(Some(patience));
                self.agent.run(request.build())
            })
        } else {
            request.body(body).map_err(ureq::Error::from).and_then(|request| self.agent.run(request))
        };
        let response = sent.map_err(|error| self.failed(&error))?;
        let status = response.status();
        if status.is_redirection() {
            let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
            let to = to.unwrap_or("another address").to_owned();
            return Err(ClientError::Elsewhere { server: self.address.clone(), to });
        }
        let gzip = response.headers().get(header::CONTENT_ENCODING).is_some_and(|by| by == "gzip");
        let told = |name| response.headers().get(name).and_then(|told| told.to_str().ok());
        let part = told(header::CONTENT_RANGE).filter(|_| status == StatusCode::PARTIAL_CONTENT);
        let (part, retry_after) = (part.and_then(Part::parse), told(header::RETRY_AFTER));
        let retry_after = retry_after.and_then(|seconds| seconds.parse().ok());
        let body = response.into_body();
        let reply = Reply { address: self.address.clone(), status, gzip, part, retry_after, body };
        if status.is_success() { Ok(reply) } else { Err(reply.refusal()) }
    }

    fn failed(&self, error: &ureq::Error) -> ClientError {
        let why = match error {
            ureq::Error::HostNotFound => "there is no such host".to_owned(),
            ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => "it does not answer".to_owned(),
            ureq::Error::Io(error) => error.to_string(),
            other => other.to_string(),
        };
        let server = self.address.clone();
        match error {
            ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => {
                ClientError::NotOurs { server, why }
            }
            ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
                ClientError::Unreachable { server, why }
            }
            ureq::Error::Timeout(_) => ClientError::Late { server },
            ureq::Error::Rustls(_) | ureq::Error::Tls(_) => ClientError::Untrusted { server, why },
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                ClientError::Untrusted { server, why }
            }
            _ => ClientError::Unreachable { server, why },
        }
    }
}

const JSON: &str = "application/json";

/// A request's body; it may quote secrets.
fn json(body: &impl Serialize) -> Zeroizing<Vec<u8>> {
    #[expect(clippy::expect_used, reason = "requests are structs of strings and numbers, written to memory")]
    Zeroizing::new(serde_json::to_vec(body).expect("a request has a JSON text"))
}

fn roots(path: &Path) -> anyhow::Result<RootCerts> {
    let pem = crate::files::read(path, MAX_CA_FILE)?;
    let none = || ClientError::CaFile(path.to_owned());
    let mut certificates = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|_| none())? {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        return Err(none().into());
    }
    Ok(RootCerts::from(certificates))
}

impl Reply {
    /// The status: 200, 201 and the like.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// How many bytes the body has, where the server says so.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.body.content_length()
    }

    /// Which part it is of what was asked for, where it is one that says how many bytes there are.
    #[must_use]
    pub fn part(&self) -> Option<Part> {
        self.part
    }

    /// Reads a document.
    ///
    /// # Errors
    /// It did not arrive, or is another one than the API says.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, ClientError> {
        let server = self.address.clone();
        if self.body.mime_type() != Some(JSON) {
            return Err(ClientError::NotOurs { server, why: "it does not answer with JSON".to_owned() });
        }
        let bytes = Zeroizing::new(self.bytes()?);
        serde_json::from_slice(&bytes).map_err(|error| {
            // The place, not the text: it may quote a secret.
            let why = format!("its JSON is another one, line {} column {}", error.line(), error.column());
            ClientError::NotOurs { server, why }
        })
    }

    /// Reads a document as it comes, and gives its parts to whoever reads it.
    ///
    /// # Errors
    /// It did not arrive whole, or is another one than the API says, or its reader does not want to go on.
    pub fn json_by(self, reader: impl for<'de> DeserializeSeed<'de, Value = ()>) -> Result<(), ClientError> {
        let server = self.address.clone();
        if self.body.mime_type() != Some(JSON) {
            return Err(ClientError::NotOurs { server, why: "it does not answer with JSON".to_owned() });
        }
        let mut json = serde_json::Deserializer::from_reader(io::BufReader::new(self.reader()));
        reader.deserialize(&mut json).and_then(|()| json.end()).map_err(|error| {
            // The place, not the text: it may quote a secret.
            let (line, column) = (error.line(), error.column());
            if error.is_io() || error.is_eof() {
                let why = format!("it ended at line {line} column {column}");
                return ClientError::Interrupted { server, why };
            }
            let why = format!("its JSON is another one, line {line} column {column}");
            ClientError::NotOurs { server, why }
        })
    }

    /// What kind of document it says that it is, without parameters; empty where it does not say.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.body.mime_type().unwrap_or_default()
    }

    /// The body as a stream, uncompressed; whoever reads it sets the bounds.
    #[must_use]
    pub fn reader(self) -> Box<dyn Read> {
        let reader = self.body.into_reader();
        if self.gzip { Box::new(GzDecoder::new(reader)) } else { Box::new(reader) }
    }

    /// Reads bytes as they are.
    ///
    /// # Errors
    /// They did not arrive, or are too many.
    pub fn bytes(self) -> Result<Vec<u8>, ClientError> {
        self.at_most(MAX_REPLY)
    }

    /// Copies the body to `target` and says how many bytes it had; `seen` hears of every step.
    ///
    /// # Errors
    /// It did not arrive, is too long, or cannot be written.
    pub fn copy_to(self, target: &mut impl io::Write, mut seen: impl FnMut(u64)) -> Result<u64, ClientError> {
        let Self { address, body, .. } = self;
        let expected = body.content_length();
        let mut reader = body.into_reader();
        let mut buffer = vec![0; 1 << 16];
        let mut total = 0u64;
        loop {
            let read = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    return Err(ClientError::Interrupted { server: address, why: error.to_string() });
                }
            };
            total = total.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
            if total > MAX_RECORD {
                return Err(ClientError::TooLarge { server: address, limit: MAX_RECORD });
            }
            let written = target.write_all(buffer.get(..read).unwrap_or_default());
            written.map_err(|source| ClientError::Write { server: address.clone(), source })?;
            seen(total);
        }
        match expected {
            Some(expected) if expected != total => {
                let why = format!("{total} of {expected} bytes came");
                Err(ClientError::Interrupted { server: address, why })
            }
            _ => Ok(total),
        }
    }

    fn at_most(mut self, limit: u64) -> Result<Vec<u8>, ClientError> {
        self.body.with_config().limit(limit).read_to_vec().map_err(|error| match error {
            ureq::Error::BodyExceedsLimit(_) => ClientError::TooLarge { server: self.address.clone(), limit },
            other => ClientError::Interrupted { server: self.address.clone(), why: other.to_string() },
        })
    }

    fn refusal(self) -> ClientError {
        let server = self.address.clone();
        let status = self.status;
        if self.body.mime_type() != Some("application/problem+json") {
            if matches!(status.as_u16(), 429 | 502..=504) {
                let (status, retry_after) = (status.as_u16(), self.retry_after);
                return ClientError::Away { server, status, retry_after };
            }
            let why = format!("it answers {status} without a reason");
            return ClientError::NotOurs { server, why };
        }
        match self.at_most(MAX_PROBLEM) {
            Err(error) => error,
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(refusal) => ClientError::Refused(Box::new(refusal)),
                Err(_) => {
                    let why = format!("it answers {status} with a reason that cannot be read");
                    ClientError::NotOurs { server, why }
                }
            },
        }
    }
}
