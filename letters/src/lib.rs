//! Letters to members: what they say in each language, and how they leave and come back.
//!
//! ```text
//! Letter + About --render--> Rendered --Mailer--> Outgoing --Transport--> a mail server
//!                                                 a mail server --bounce::parse--> Report
//! ```
//!
//! | module | what it is for |
//! |---|---|
//! | [`Kind`], [`Letter`], [`About`] | which letters there are, and what stands in them |
//! | [`render`], [`samples`] | their words, in every language |
//! | [`Mailer`], [`Outgoing`], [`Transport`] | how they leave: [`Smtp`], [`Folder`], [`Memory`] |
//! | [`config`] | the file that says so |
//! | [`bounce`] | how they come back |
//! | [`Address`], [`MessageId`] | where to, and as which |
//! | [`Language`], [`time()`], [`numbers`] | languages, and how they write moments and numbers |
//!
//! Nothing here knows a database, a ballot file or the server. Time is an argument; there is no chance in it.

mod address;
pub mod bounce;
pub mod config;
mod kind;
mod language;
mod letter;
mod mailer;
mod message_id;
pub mod numbers;
mod outgoing;
mod render;
pub mod sample;
mod texts;
mod time;
mod transport;

pub use address::{Address, NotAnAddress, canonical_domain};
pub use kind::{Kind, NoSuchKind};
pub use language::Language;
pub use letter::{About, Ballot, Code, Decision, Letter, Rendered};
pub use mailer::{CONNECTIONS, Mailer, PER_MINUTE};
pub use message_id::{MessageId, NotAMessageId};
pub use outgoing::{NotWritten, Outgoing, Sender};
pub use render::render;
pub use sample::samples;
pub use texts::RenderError;
pub use time::time;
pub use transport::{Folder, Memory, Security, SendError, Smtp, SmtpSettings, Transport};
