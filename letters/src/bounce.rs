//! Letters that came back: notices of delivery status (RFC 3464), read strictly, since anybody can send one. A notice counts only if
//! it names a letter of ours by its message id, which none but the recipient's mail servers have seen.

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};
use thiserror::Error;

use crate::address::Address;
use crate::message_id::MessageId;

/// The most bytes of a notice. With the letter that came back whole in it, one has a tenth of it.
pub const LARGEST: usize = 256 * 1024;

/// The most messages, and parts of several parts, within one another; notices have five at most.
const MOST_MESSAGES: usize = 16;

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It could not be delivered, and will not be tried again.
    Failed,
    /// It could not be delivered yet; the mail server goes on.
    Delayed,
    /// It is in the recipient's mailbox.
    Delivered,
}

/// What a notice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// About which letter.
    pub message_id: MessageId,
    /// What became of it.
    pub action: Action,
    /// The status code (RFC 3463), such as `5.1.1`.
    pub status: String,
    /// To whom it was sent, as far as the mail server says so: the address that we sent it to, and where that one led.
    pub recipients: Vec<Address>,
}

impl Report {
    /// Whether it is about a letter to this address. One that names another is about another letter, or made up.
    #[must_use]
    pub fn is_about(&self, address: &Address) -> bool {
        // Local parts are told apart by case by hardly any mail server, and some change it on the way.
        self.recipients.iter().any(|one| one.as_str().eq_ignore_ascii_case(address.as_str()))
    }
}

/// Why a message is not taken for a notice about a letter of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BounceError {
    /// More than any notice has.
    #[error("the message is too large for a notice of delivery status: {LARGEST} bytes at most")]
    TooLarge,
    /// Messages in messages in messages.
    #[error("the message holds too many other messages for a notice of delivery status")]
    TooDeep,
    /// Something else.
    #[error("the message is no notice of delivery status (multipart/report); look at it yourself")]
    NotAReport,
    /// No status for anybody, or one that contradicts itself.
    #[error("the notice does not say what became of the letter (RFC 3464)")]
    NoStatus,
    /// The letter went on elsewhere; that is no news.
    #[error("the notice says only that the letter was passed on")]
    PassedOn,
    /// No recipient that reads.
    #[error("the notice does not say to whom the letter was sent")]
    NoRecipient,
    /// No message id of ours.
    #[error("the notice names no letter of this server")]
    Foreign,
}

/// Reads a notice about a letter from a server at `host`. Any bytes may be given.
///
/// # Errors
/// [`BounceError`].
pub fn parse(bytes: &[u8], host: &str) -> Result<Report, BounceError> {
    if bytes.len() > LARGEST {
        return Err(BounceError::TooLarge);
    }
    if messages(bytes) > MOST_MESSAGES {
        return Err(BounceError::TooDeep);
    }
    let message = MessageParser::default().parse(bytes).ok_or(BounceError::NotAReport)?;
    let parts = parts_of_report(&message).ok_or(BounceError::NotAReport)?;
    let status = parts
        .iter()
        .find(|part| {
            part.is_content_type("message", "delivery-status")
                || part.is_content_type("message", "global-delivery-status")
        })
        .ok_or(BounceError::NotAReport)?;
    let status = String::from_utf8_lossy(status.contents());
    let groups = groups(&status);
    let (about_message, about_recipients) = groups.split_first().ok_or(BounceError::NoStatus)?;
    let (action, status, recipients) = outcome(about_recipients)?;
    let message_id = message_id(&message, &parts, about_message, host).ok_or(BounceError::Foreign)?;
    Ok(Report { message_id, action, status, recipients })
}

/// How many messages there may be in it. Counted before it is parsed, so that a message made of nothing else costs nothing.
fn messages(bytes: &[u8]) -> usize {
    let kinds: [&[u8]; 3] = [b"message/rfc822", b"message/global", b"multipart/"];
    kinds
        .iter()
        .map(|kind| bytes.windows(kind.len()).filter(|window| window.eq_ignore_ascii_case(kind)).count())
        .sum()
}

/// The parts of a `multipart/report; report-type=delivery-status`.
fn parts_of_report<'a>(message: &'a Message<'a>) -> Option<Vec<&'a MessagePart<'a>>> {
    let root = message.parts.first()?;
    let kind = root.content_type()?;
    let is_report = root.is_content_type("multipart", "report")
        && kind.attribute("report-type").is_some_and(|kind| kind.eq_ignore_ascii_case("delivery-status"));
    match &root.body {
        PartType::Multipart(ids) if is_report => {
            Some(ids.iter().filter_map(|id| message.part(*id)).collect())
        }
        _ => None,
    }
}

/// Names in lower case, and values.
type Fields = Vec<(String, String)>;

/// The groups of fields in a delivery status: about the message, then about each recipient.
fn groups(text: &str) -> Vec<Fields> {
    let mut groups: Vec<Fields> = Vec::new();
    let mut current: Fields = Vec::new();
    for line in text.lines().chain([""]) {
        if line.trim().is_empty() {
            if !current.is_empty() {
                groups.push(std::mem::take(&mut current));
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = current.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            current.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    groups
}

fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// What the groups about recipients say: of several, into which an address may have led, the worst.
fn outcome(groups: &[Fields]) -> Result<(Action, String, Vec<Address>), BounceError> {
    let mut passed_on = false;
    let mut found: Option<(Action, String, &Fields)> = None;
    for group in groups {
        let action = match field(group, "action").map(str::to_ascii_lowercase).as_deref() {
            Some("failed") => Action::Failed,
            Some("delayed") => Action::Delayed,
            Some("delivered") => Action::Delivered,
            Some("relayed" | "expanded") => {
                passed_on = true;
                continue;
            }
            _ => return Err(BounceError::NoStatus),
        };
        let status = field(group, "status").and_then(status_code).ok_or(BounceError::NoStatus)?;
        let fits = match action {
            Action::Failed => !status.starts_with('2'),
            Action::Delayed => status.starts_with('4'),
            Action::Delivered => status.starts_with('2'),
        };
        if !fits {
            return Err(BounceError::NoStatus);
        }
        let worse = |known: &Action| rank(action) > rank(*known);
        if found.as_ref().is_none_or(|(known, ..)| worse(known)) {
            found = Some((action, status, group));
        }
    }
    let (action, status, group) =
        found.ok_or(if passed_on { BounceError::PassedOn } else { BounceError::NoStatus })?;
    let recipients: Vec<Address> = ["original-recipient", "final-recipient", "x-actual-recipient"]
        .into_iter()
        .filter_map(|name| field(group, name).and_then(recipient))
        .collect();
    if recipients.is_empty() {
        return Err(BounceError::NoRecipient);
    }
    Ok((action, status, recipients))
}

const fn rank(action: Action) -> u8 {
    match action {
        Action::Delivered => 0,
        Action::Delayed => 1,
        Action::Failed => 2,
    }
}

/// `5.1.1`, without the comment that may follow.
fn status_code(value: &str) -> Option<String> {
    let code = value.split([' ', '\t', '(']).next()?;
    let parts: Vec<_> = code.split('.').collect();
    let [class, subject, detail] = parts.as_slice() else { return None };
    let number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    (matches!(*class, "2" | "4" | "5") && number(subject) && number(detail)).then(|| code.to_owned())
}

/// `rfc822; anna@example.org`, also with angle brackets.
fn recipient(value: &str) -> Option<Address> {
    let (kind, address) = value.split_once(';')?;
    let kind = kind.trim();
    if !(kind.eq_ignore_ascii_case("rfc822") || kind.eq_ignore_ascii_case("utf-8")) {
        return None;
    }
    address.trim().trim_start_matches('<').trim_end_matches('>').parse().ok()
}

/// Our letter's id: from the letter or its headers in the notice, else from a field in which some mail servers repeat it. Two
/// different ones are none.
fn message_id(
    message: &Message<'_>,
    parts: &[&MessagePart<'_>],
    about_message: &Fields,
    host: &str,
) -> Option<MessageId> {
    let ours = |text: &str| text.parse::<MessageId>().ok().filter(|id| id.is_from(host));
    let mut found: Vec<MessageId> = Vec::new();
    for part in parts {
        let returned = match &part.body {
            PartType::Message(returned) => returned.message_id().and_then(ours),
            _ if part.is_content_type("text", "rfc822-headers")
                || part.is_content_type("message", "global-headers") =>
            {
                let head = MessageParser::default().parse_headers(part.contents());
                head.as_ref().and_then(Message::message_id).and_then(ours)
            }
            _ => None,
        };
        found.extend(returned);
    }
    if found.is_empty() {
        found.extend(field(about_message, "x-original-message-id").and_then(ours));
        found.extend(message.in_reply_to().as_text_list().into_iter().flatten().filter_map(|id| ours(id)));
    }
    found.dedup();
    let id = found.pop()?;
    found.is_empty().then_some(id)
}

#[cfg(test)]
mod tests;
