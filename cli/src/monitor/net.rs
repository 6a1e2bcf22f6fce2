//! The network as a monitor sees it: what it asks for, and what can go wrong on the way. A trait, so that tests are a network
//! that breaks where they want it to.

use std::cell::RefCell;
use std::io::{self, Read};
use std::path::PathBuf;

use scrutineer_api::secret::Secret;
use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::account;
use crate::client::{Address, Client, ClientError, Endpoint};
use crate::files;
use crate::profile::Connection;

/// Most bytes of a JSON answer; the longest are ballots with boards of many tellers.
const MAX_JSON: u64 = 8 << 20;
/// Most bytes of a password file.
const MAX_PASSWORD: u64 = 4096;

/// Why an answer did not come, or is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Trouble {
    /// A broken line, a server that is down, restarting or busy, something between: it may pass.
    #[error("{why}")]
    Passing {
        /// What happened.
        why: String,
        /// Seconds to wait before another try, where the server says so.
        after: Option<u64>,
    },
    /// It is for people who are signed in, and nobody is.
    #[error("{0}")]
    SignIn(String),
    /// The server says no.
    #[error("{why}")]
    Refused {
        /// The stable word.
        code: String,
        /// The sentence.
        why: String,
    },
}

impl Trouble {
    /// Something that may pass.
    pub fn passing(why: impl Into<String>) -> Self {
        Self::Passing { why: why.into(), after: None }
    }

    /// Whether the server has nothing there.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "not_found" || code == "conflict")
    }
}

impl From<ClientError> for Trouble {
    fn from(error: ClientError) -> Self {
        match &error {
            ClientError::Refused(refusal) if refusal.code == "not_signed_in" => {
                Self::SignIn(error.to_string())
            }
            ClientError::Refused(refusal) if refusal.status >= 500 || refusal.status == 429 => {
                Self::Passing { why: error.to_string(), after: refusal.retry_after }
            }
            ClientError::Refused(refusal) => {
                Self::Refused { code: refusal.code.clone(), why: error.to_string() }
            }
            _ => Self::passing(error.to_string()),
        }
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    /// Whoever is signed in, if anybody is.
    Member,
    /// Nobody in particular.
    Visitor,
}

/// An answer on its way.
pub struct Answer {
    /// What kind of document it says that it is.
    pub kind: String,
    /// Its bytes, uncompressed. Whoever reads them sets the bounds.
    pub body: Box<dyn Read>,
}

/// What a monitor asks for.
pub trait Network {
    /// Asks for something.
    ///
    /// # Errors
    /// See [`Trouble`].
    fn get(&self, endpoint: &Endpoint, who: As) -> Result<Answer, Trouble>;

    /// Begins a session anew, where one has ended. `false`: there is no way to.
    ///
    /// # Errors
    /// See [`Trouble`].
    fn sign_in(&self) -> Result<bool, Trouble>;
}

/// Asks for a JSON document.
///
/// # Errors
/// See [`Trouble`]; another document is trouble that may pass, for a proxy may have made it.
pub fn json<T: DeserializeOwned>(net: &dyn Network, endpoint: &Endpoint) -> Result<T, Trouble> {
    let answer = net.get(endpoint, As::Member)?;
    if answer.kind != "application/json" {
        return Err(Trouble::passing("it does not answer with JSON"));
    }
    let bytes = read(answer, MAX_JSON)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Trouble::passing(format!("its JSON is not what it should be, line {line} column {column}"))
    })
}

/// Reads an answer of at most so many bytes.
///
/// # Errors
/// It broke off, or is longer.
pub fn read(answer: Answer, limit: u64) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    answer.body.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(broken)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(Trouble::passing(format!(
            "its answer is larger than {limit} bytes, more than it can be"
        )));
    }
    Ok(bytes)
}

/// An answer that broke off.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub fn broken(error: io::Error) -> Trouble {
    Trouble::passing(format!("its answer did not arrive whole: {error}"))
}

/// The real network.
pub struct Http {
    connection: Connection,
    visitor: Client,
    member: RefCell<Option<Session>>,
    password: Option<PathBuf>,
    /// The member's number, where it was given.
    number: Option<String>,
}

/// A session that is used.
struct Session {
    client: Client,
    member_no: String,
    token: Secret,
}

impl Http {
    /// The network to a server, with the profile's session there if there is one.
    ///
    /// # Errors
    /// The profile cannot be read.
    pub fn new(
        connection: &Connection,
        server: &Address,
        password: Option<PathBuf>,
        number: Option<String>,
    ) -> anyhow::Result<Self> {
        let connection = connection.to(server);
        let visitor = connection.visitor()?;
        let http = Self { connection, visitor, member: RefCell::new(None), password, number };
        let session = http.saved()?;
        http.member.replace(session);
        Ok(http)
    }

    /// The session that the profile has now.
    fn saved(&self) -> anyhow::Result<Option<Session>> {
        let Some(saved) = self.connection.profile()?.session(self.visitor.address())? else {
            return Ok(None);
        };
        let token = saved.token().clone();
        let client = self.connection.visitor()?.with_token(token.clone());
        Ok(Some(Session { client, member_no: saved.member_no.clone(), token }))
    }

    fn try_sign_in(&self) -> anyhow::Result<bool> {
        // Somebody may have signed in with the same profile meanwhile.
        let found = self.saved()?;
        let number = found.as_ref().map(|session| session.member_no.clone());
        let is_used = |found: &Session| {
            self.member.borrow().as_ref().is_some_and(|used| used.token.expose() == found.token.expose())
        };
        if let Some(found) = found
            && !is_used(&found)
        {
            self.member.replace(Some(found));
            return Ok(true);
        }
        let (Some(file), Some(number)) = (&self.password, self.number.clone().or(number)) else {
            return Ok(false);
        };
        let password = files::read_secret(file, MAX_PASSWORD)?;
        let password = Secret::new(password.trim_end_matches(['\r', '\n']).to_owned());
        account::begin(&self.visitor, &number, password, &self.connection)?;
        self.member.replace(self.saved()?);
        Ok(true)
    }
}

impl Network for Http {
    fn get(&self, endpoint: &Endpoint, who: As) -> Result<Answer, Trouble> {
        let member = self.member.borrow();
        let client = match (who, member.as_ref()) {
            (As::Member, Some(session)) => &session.client,
            _ => &self.visitor,
        };
        let reply = client.get_compressed(endpoint)?;
        Ok(Answer { kind: reply.kind().to_owned(), body: reply.reader() })
    }

    fn sign_in(&self) -> Result<bool, Trouble> {
        self.try_sign_in().map_err(|error| match error.downcast::<ClientError>() {
            Ok(error) => error.into(),
            Err(error) => Trouble::passing(crate::printer::sentence(&error)),
        })
    }
}
