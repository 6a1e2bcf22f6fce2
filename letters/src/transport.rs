//! How letters leave: by SMTP, into a folder, or into memory.

mod folder;
mod memory;
mod smtp;

use thiserror::Error;

use crate::outgoing::Outgoing;

pub use folder::Folder;
pub use memory::Memory;
pub use smtp::{Security, Smtp, SmtpSettings};

/// Takes letters away. Many threads may send at once.
pub trait Transport: Send + Sync {
    /// Hands one letter over. `Ok` says that it will be delivered or come back; after any error it may be tried again under
    /// the same message id, and at worst arrives twice as one letter.
    ///
    /// # Errors
    /// [`SendError`].
    fn send(&self, letter: &Outgoing) -> Result<(), SendError>;

    /// Sees whether letters could be sent now, without sending one.
    ///
    /// # Errors
    /// [`SendError`], whose `Never` does not happen here.
    fn check(&self) -> Result<(), SendError>;

    /// Where letters go, as the operator reads it; without secrets.
    fn describe(&self) -> String;
}

/// Why a letter was not taken. No variant names a recipient, since it may go to a log.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SendError {
    /// Not now: the mail server asks to come again, or cannot be reached.
    #[error("the letter could not be sent now ({status}); it is tried again later")]
    Later {
        /// What the mail server said, such as `451` or `4.7.1`, or one word for why it could not be asked.
        status: String,
    },
    /// Not to this recipient, ever.
    #[error("the mail server refused the letter for good ({status})")]
    Never {
        /// What the mail server said, such as `550` or `5.1.1`.
        status: String,
    },
    /// No letter can be sent until the operator has put something right.
    #[error("{0}")]
    Misconfigured(String),
}
