//! What may stand in a text that people wrote: names, titles, questions, answers.
//!
//! Texts end up on a ballot, in the record and on a certificate, where a character that cannot be seen would make two
//! different texts look the same. Such characters are refused, never silently removed; only blanks at both ends are.

use thiserror::Error;

/// Why a text cannot be taken. The sentence is made to follow the name of the field (`the name ...`).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TextError {
    /// Nothing is left after the blanks at both ends are taken away.
    #[error("is empty")]
    Empty,
    /// The text is longer than the field allows; both numbers count characters.
    #[error("has {length} characters; at most {limit} are allowed")]
    TooLong {
        /// Characters in the text.
        length: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// A line break where one line is wanted.
    #[error("contains a line break; it must stand on one line")]
    LineBreak,
    /// A control character or one that changes or hides what is shown.
    #[error("contains the invisible character U+{:04X}; delete it", u32::from(*.0))]
    Invisible(char),
    /// U+FFFD stands where an earlier program could not read a character.
    #[error("contains a character that another program could not read (\u{fffd}); correct it")]
    Unreadable,
}

/// Takes the blanks at both ends away and checks that the rest is one line of visible text of 1 to `limit` characters.
///
/// # Errors
/// Says what is wrong with the text.
pub fn line(text: &str, limit: usize) -> Result<String, TextError> {
    let text = optional_line(text, limit)?;
    if text.is_empty() { Err(TextError::Empty) } else { Ok(text) }
}

/// Like [`line()`], but the text may be empty.
///
/// # Errors
/// Says what is wrong with the text.
pub fn optional_line(text: &str, limit: usize) -> Result<String, TextError> {
    let text = text.trim();
    check(text, limit, false)?;
    Ok(text.to_owned())
}

/// Takes the blanks at both ends away, makes every line end with a single line feed, and checks that the rest is visible
/// text of 1 to `limit` characters. A tab is allowed.
///
/// # Errors
/// Says what is wrong with the text.
pub fn paragraphs(text: &str, limit: usize) -> Result<String, TextError> {
    let text = text.trim().replace("\r\n", "\n");
    check(&text, limit, true)?;
    if text.is_empty() { Err(TextError::Empty) } else { Ok(text) }
}

fn check(text: &str, limit: usize, many_lines: bool) -> Result<(), TextError> {
    for c in text.chars() {
        match c {
            '\n' | '\t' if many_lines => {}
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => return Err(TextError::LineBreak),
            '\u{fffd}' => return Err(TextError::Unreadable),
            c if is_invisible(c) => return Err(TextError::Invisible(c)),
            _ => {}
        }
    }
    let length = text.chars().count();
    if length > limit { Err(TextError::TooLong { length, limit }) } else { Ok(()) }
}

/// Control characters, zero-width blanks, marks that turn the writing direction, and the byte order mark. The two joiners
/// U+200C and U+200D stay allowed: names in Persian and in several Indian scripts need them.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_at_both_ends_are_taken_away() {
        assert_eq!(line("  Ann  Lee\u{a0}", 20), Ok("Ann  Lee".to_owned()));
        assert_eq!(optional_line("   ", 20), Ok(String::new()));
        assert_eq!(paragraphs("\n one\r\ntwo \n", 20), Ok("one\ntwo".to_owned()));
    }

    #[test]
    fn what_cannot_be_seen_is_refused() {
        assert_eq!(line("a\u{7}b", 20), Err(TextError::Invisible('\u{7}')));
        assert_eq!(line("a\u{202e}b", 20), Err(TextError::Invisible('\u{202e}')));
        assert_eq!(line("a\u{200b}b", 20), Err(TextError::Invisible('\u{200b}')));
        assert_eq!(line("a\nb", 20), Err(TextError::LineBreak));
        assert_eq!(paragraphs("a\u{2028}b", 20), Err(TextError::LineBreak));
        assert_eq!(paragraphs("a\rb", 20), Err(TextError::LineBreak));
        assert_eq!(line("a\u{fffd}b", 20), Err(TextError::Unreadable));
        assert_eq!(line("   ", 20), Err(TextError::Empty));
        assert_eq!(paragraphs(" \n ", 20), Err(TextError::Empty));
    }

    #[test]
    fn the_limit_counts_characters() {
        assert_eq!(line("åäö", 3), Ok("åäö".to_owned()));
        assert_eq!(line("åäöx", 3), Err(TextError::TooLong { length: 4, limit: 3 }));
    }

    #[test]
    fn sentences_read_well_after_the_name_of_a_field() {
        assert_eq!(
            TextError::Invisible('\u{7}').to_string(),
            "contains the invisible character U+0007; delete it"
        );
    }
}
