//! An observer's objection to a result, as it is signed: a line that says to what, an empty line, the objection.
//!
//! The line names the last event of every record, so that the objection is to this result and no other, and can be held
//! against the records with any tool that checks SSH signatures.

use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::hash::HexHash;
use thiserror::Error;

use crate::text::{self, TextError};

/// What every objection begins with.
const BEGINNING: &str = "Objection to ballot ";

/// Most bytes of a signed objection.
pub const MAX_BYTES: usize = 64 << 10;

/// Why an objection cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ObjectionError {
    /// Too long.
    #[error("an objection has at most {} KiB", MAX_BYTES >> 10)]
    TooLong,
    /// Another first line.
    #[error(
        "an objection begins with the line that says to which result it is, and an empty line; here that is: {0}"
    )]
    FirstLine(String),
    /// A line to be signed that no objection begins with.
    #[error(
        "the server gives a first line for the objection that none can have, so nothing was signed: {0:?}"
    )]
    OtherLine(String),
    /// Something that people cannot read.
    #[error("the objection {0}")]
    Text(#[from] TextError),
}

/// The line that says to which result an objection is.
#[must_use]
pub fn first_line<'a>(
    ballot: &Uuid,
    title: &str,
    last_events: impl IntoIterator<Item = &'a HexHash>,
) -> String {
    let events: Vec<String> = last_events.into_iter().map(ToString::to_string).collect();
    let events = format!("last event{} {}", if events.len() == 1 { "" } else { "s" }, events.join(", "));
    format!("{BEGINNING}{ballot} (\"{title}\"), {events}")
}

/// What is signed.
///
/// # Errors
/// The line is not one of [`first_line()`]; the text is empty, too long, or has characters that cannot be seen.
pub fn signed(first_line: &str, text: &str) -> Result<String, ObjectionError> {
    // Whoever signs has the line from a server, which must not choose what else is signed.
    let is_line = text::paragraphs(first_line, MAX_BYTES).is_ok_and(|line| line == first_line)
        && !first_line.contains('\n');
    if !is_line || !first_line.starts_with(BEGINNING) {
        return Err(ObjectionError::OtherLine(first_line.chars().take(200).collect()));
    }
    let text = text::paragraphs(text, MAX_BYTES)?;
    let signed = format!("{first_line}\n\n{text}\n");
    if signed.len() > MAX_BYTES { Err(ObjectionError::TooLong) } else { Ok(signed) }
}

/// The objection in what was signed.
///
/// # Errors
/// It is not as [`signed()`] writes it for this result.
pub fn text_of<'a>(signed_text: &'a str, first_line: &str) -> Result<&'a str, ObjectionError> {
    if signed_text.len() > MAX_BYTES {
        return Err(ObjectionError::TooLong);
    }
    let text = signed_text.strip_prefix(first_line).and_then(|rest| rest.strip_prefix("\n\n"));
    let text = text.ok_or_else(|| ObjectionError::FirstLine(first_line.to_owned()))?;
    text::paragraphs(text, MAX_BYTES)?;
    Ok(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(events: &[HexHash]) -> String {
        first_line(&Uuid::from_text("ZM9Q5QG2xbtcA9").unwrap(), "Work \"remotely\"", events)
    }

    #[test]
    fn an_objection_says_to_which_result_it_is() {
        let (one, two) = (HexHash::from_digest([1; 32]), HexHash::from_digest([2; 32]));
        let first = line(&[one]);
        assert_eq!(
            first,
            format!("Objection to ballot ZM9Q5QG2xbtcA9 (\"Work \"remotely\"\"), last event {one}")
        );
        assert!(line(&[one, two]).ends_with(&format!(", last events {one}, {two}")));
        let signed = signed(&first, "  I saw two tellers only.\r\nZażółć. ").unwrap();
        assert_eq!(signed, format!("{first}\n\nI saw two tellers only.\nZażółć.\n"));
        assert_eq!(text_of(&signed, &first), Ok("I saw two tellers only.\nZażółć."));
        assert!(matches!(text_of(&signed, &line(&[two])), Err(ObjectionError::FirstLine(_))));
    }

    #[test]
    fn what_nobody_can_read_is_no_objection() {
        let first = line(&[HexHash::from_digest([1; 32])]);
        assert_eq!(signed(&first, " \n "), Err(ObjectionError::Text(TextError::Empty)));
        assert!(matches!(signed(&first, "a\u{202e}b"), Err(ObjectionError::Text(TextError::Invisible(_)))));
        let more = format!("{first}\nI withdraw it.");
        for other in ["", "I agree with", more.as_str()] {
            assert!(matches!(signed(other, "x"), Err(ObjectionError::OtherLine(_))), "{other:?}");
        }
        let most = MAX_BYTES - first.len() - 3;
        assert!(signed(&first, &"x".repeat(most)).is_ok());
        assert_eq!(signed(&first, &"x".repeat(most + 1)), Err(ObjectionError::TooLong));
        assert_eq!(signed(&first, &"ż".repeat(most)), Err(ObjectionError::TooLong));
        for bad in [
            String::new(),
            first.clone(),
            format!("{first}\n\n"),
            format!("{first}\n\n\n"),
            format!(" {first}\n\nx"),
        ] {
            assert!(text_of(&bad, &first).is_err(), "{bad:?}");
        }
        assert_eq!(text_of(&"x".repeat(MAX_BYTES + 1), ""), Err(ObjectionError::TooLong));
    }
}
