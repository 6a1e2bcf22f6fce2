//! A letter as it goes to a mail server: headers, plain text and HTML (RFC 5322, RFC 2045).

use std::time::{Duration, UNIX_EPOCH};

use lettre::Message;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::address::Address;
use crate::language::Language;
use crate::letter::Rendered;
use crate::message_id::MessageId;

/// In whose name letters are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The name beside the address, such as the union's.
    pub name: Option<String>,
    /// From which address.
    pub address: Address,
    /// Where answers go; `None`: to the address.
    pub reply_to: Option<Address>,
    /// Where letters go that cannot be delivered; `None`: to the address.
    pub return_path: Option<Address>,
}

/// A letter that is ready to be sent.
#[derive(Clone)]
pub struct Outgoing {
    /// The same whenever this letter is tried.
    pub id: MessageId,
    /// In whose name.
    pub from: Sender,
    /// To whom.
    pub to: Address,
    /// In which language it is.
    pub language: Language,
    /// When it is sent, in seconds since the epoch.
    pub date: i64,
    /// What it says.
    pub rendered: Rendered,
}

/// The letter cannot be put into the form in which mail travels; not for parsed addresses and rendered texts.
#[derive(Debug, Error)]
#[error("a letter cannot be written as mail: {0}")]
pub struct NotWritten(#[from] lettre::error::Error);

/// Headers without a type of their own in the library; all values are fixed.
macro_rules! fixed_header {
    ($(#[$doc:meta])* $name:ident, $header:literal, $value:literal) => {
        $(#[$doc])*
        #[derive(Clone)]
        struct $name;

        impl Header for $name {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($header)
            }

            fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self)
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), $value.to_owned())
            }
        }
    };
}

fixed_header!(
    /// No person wrote it: nobody's holiday notice is wanted (RFC 3834).
    AutoSubmitted,
    "Auto-Submitted",
    "auto-generated"
);
fixed_header!(
    /// The same for Exchange; notices of failure are wanted.
    SuppressReplies,
    "X-Auto-Response-Suppress",
    "OOF, AutoReply, RN, NRN"
);

/// `Content-Language` (RFC 3282).
#[derive(Clone)]
struct ContentLanguage(&'static str);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Err("only written".into())
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.to_owned())
    }
}

impl Outgoing {
    /// Where the mail server sends the letter back to if it cannot be delivered.
    #[must_use]
    pub fn return_path(&self) -> &Address {
        self.from.return_path.as_ref().unwrap_or(&self.from.address)
    }

    /// The whole message, lines ending in CRLF: the same bytes for the same letter at the same date.
    ///
    /// # Errors
    /// [`NotWritten`].
    pub fn message(&self) -> Result<Zeroizing<Vec<u8>>, NotWritten> {
        let date = UNIX_EPOCH + Duration::from_secs(u64::try_from(self.date).unwrap_or_default());
        let mailbox = |name: Option<&str>, address: &Address| {
            Mailbox::new(name.map(one_line).filter(|name| !name.is_empty()), address.inner())
        };
        let mut builder = Message::builder()
            .from(mailbox(self.from.name.as_deref(), &self.from.address))
            .to(mailbox(None, &self.to))
            .subject(one_line(&self.rendered.subject))
            .date(date)
            .message_id(Some(self.id.to_string()))
            .header(ContentLanguage(self.language.tag()))
            .header(AutoSubmitted)
            .header(SuppressReplies);
        if let Some(reply_to) = &self.from.reply_to {
            builder = builder.reply_to(mailbox(self.from.name.as_deref(), reply_to));
        }
        // The library would draw one; this way the same letter is the same bytes.
        let boundary = format!("scrutineer-{}", hex::encode(self.id.letter()));
        let plain =
            SinglePart::builder().header(ContentType::TEXT_PLAIN).body(self.rendered.text.to_string());
        let html = SinglePart::builder().header(ContentType::TEXT_HTML).body(self.rendered.html.to_string());
        let parts = MultiPart::builder()
            .kind(lettre::message::MultiPartKind::Alternative)
            .boundary(boundary)
            .singlepart(plain)
            .singlepart(html);
        Ok(Zeroizing::new(builder.multipart(parts)?.formatted()))
    }
}

/// A text as it may stand in a header: one line, without what would begin another.
pub(crate) fn one_line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}
