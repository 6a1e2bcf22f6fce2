//! What whoever sends letters holds: the way they leave, in whose name, and how fast.

use std::fmt;
use std::sync::Arc;

use crate::address::Address;
use crate::language::Language;
use crate::letter::Rendered;
use crate::message_id::MessageId;
use crate::outgoing::{Outgoing, Sender};
use crate::transport::{SendError, Transport};

/// Letters in a minute where the configuration does not say: what mail providers of small customers take.
pub const PER_MINUTE: u32 = 120;

/// Connections at once where the configuration does not say.
pub const CONNECTIONS: u32 = 2;

/// Sends letters.
#[derive(Clone)]
pub struct Mailer {
    transport: Arc<dyn Transport>,
    sender: Sender,
    host: String,
    per_minute: u32,
    connections: u32,
}

impl Mailer {
    /// Sends through `transport` in the name of `sender`. `host` is where members reach the server, such as
    /// `vote.example.org`: letters' message ids end in it.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>, sender: Sender, host: &str) -> Self {
        Self { transport, sender, host: host.to_owned(), per_minute: PER_MINUTE, connections: CONNECTIONS }
    }

    /// The same with other limits: letters in a minute, and letters at once.
    #[must_use]
    pub fn with_limits(self, per_minute: u32, connections: u32) -> Self {
        Self { per_minute: per_minute.max(1), connections: connections.max(1), ..self }
    }

    /// The same with this name beside the sender's address, where the configuration has none.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.sender.name.get_or_insert_with(|| name.to_owned());
        self
    }

    /// The most letters in a minute.
    #[must_use]
    pub const fn per_minute(&self) -> u32 {
        self.per_minute
    }

    /// The most letters at once.
    #[must_use]
    pub const fn connections(&self) -> u32 {
        self.connections
    }

    /// The host in message ids, which bounces have to name.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// In whose name letters are sent.
    #[must_use]
    pub const fn sender(&self) -> &Sender {
        &self.sender
    }

    /// The letter with these 16 bytes, ready to be sent at `date`, in seconds since the epoch.
    #[must_use]
    pub fn outgoing(
        &self,
        letter: [u8; 16],
        to: &Address,
        language: Language,
        rendered: Rendered,
        date: i64,
    ) -> Outgoing {
        let id = MessageId::new(letter, &self.host);
        Outgoing { id, from: self.sender.clone(), to: to.clone(), language, date, rendered }
    }

    /// Hands a letter over. Blocks the thread until the mail server has answered.
    ///
    /// # Errors
    /// [`SendError`].
    pub fn send(&self, letter: &Outgoing) -> Result<(), SendError> {
        self.transport.send(letter)
    }

    /// Sees whether letters could be sent now, without sending one. Blocks as well.
    ///
    /// # Errors
    /// [`SendError`].
    pub fn check(&self) -> Result<(), SendError> {
        self.transport.check()
    }

    /// Where letters go, as the operator reads it.
    #[must_use]
    pub fn describe(&self) -> String {
        self.transport.describe()
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer")
            .field("to", &self.describe())
            .field("sender", &self.sender)
            .finish_non_exhaustive()
    }
}
