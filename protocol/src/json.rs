//! Strict JSON: every value has one byte form, and nothing else is read (belenios-v1 section 3).
//!
//! Reading means: parse into a type that refuses unknown and duplicate fields, write it again, and demand
//! the same bytes. The election object alone may hold fields that we do not know; see
//! [`parse_open`].

mod duplicates;
mod weight;

use crate::ParseError;
use serde::de::{DeserializeOwned, Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::ser::{CharEscape, Formatter, Serializer};
use std::{fmt, io};
pub use weight::Weight;

/// The compact form: no blanks, and U+007F escaped as the stock tool does.
struct Compact;

impl Formatter for Compact {
    fn write_string_fragment<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // Most have none, which is seen quickly; looking for it is not.
        if !fragment.as_bytes().contains(&0x7f) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut parts = fragment.split('\u{7f}');
        if let Some(first) = parts.next() {
            writer.write_all(first.as_bytes())?;
        }
        for part in parts {
            writer.write_all(b"\\u007f")?;
            writer.write_all(part.as_bytes())?;
        }
        Ok(())
    }

    fn write_char_escape<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        let short: &[u8] = match escape {
            CharEscape::Quote => b"\\\"",
            CharEscape::ReverseSolidus | CharEscape::Solidus => b"\\\\",
            CharEscape::Backspace => b"\\b",
            CharEscape::FormFeed => b"\\f",
            CharEscape::LineFeed => b"\\n",
            CharEscape::CarriageReturn => b"\\r",
            CharEscape::Tab => b"\\t",
            CharEscape::AsciiControl(byte) => return write!(writer, "\\u{byte:04x}"),
        };
        writer.write_all(short)
    }
}

/// The canonical text of a value.
///
/// # Panics
/// Never for the types of this crate: their fields are strings, integers, arrays and objects of these.
pub fn to_text(value: &impl Serialize) -> String {
    to_text_of(value, 2048)
}

/// The same for a text of about so many bytes.
pub(crate) fn to_text_of(value: &impl Serialize, bytes: usize) -> String {
    let mut bytes = Vec::with_capacity(bytes);
    let written = value.serialize(&mut Serializer::with_formatter(&mut bytes, Compact));
    let text =
        written.map_err(io::Error::other).and_then(|()| String::from_utf8(bytes).map_err(io::Error::other));
    #[expect(clippy::expect_used, reason = "memory takes every byte, and the serializer writes UTF-8 alone")]
    text.expect("a value of this crate has a JSON text")
}

/// Whether these bytes are the canonical text of a value; no other text is made for it.
fn is_text_of(value: &impl Serialize, bytes: &[u8]) -> bool {
    /// What has not been written again yet.
    struct Rest<'a>(&'a [u8]);

    impl io::Write for Rest<'_> {
        fn write(&mut self, written: &[u8]) -> io::Result<usize> {
            self.0 = self.0.strip_prefix(written).ok_or(io::ErrorKind::InvalidData)?;
            Ok(written.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut rest = Rest(bytes);
    value.serialize(&mut Serializer::with_formatter(&mut rest, Compact)).is_ok() && rest.0.is_empty()
}

/// Reads a value from its canonical text.
///
/// # Errors
/// Where the text is not JSON, does not fit the type, or is not the canonical form of what it says.
pub fn parse<T: DeserializeOwned + Serialize>(what: &'static str, bytes: &[u8]) -> Result<T, ParseError> {
    let value: T = serde_json::from_slice(bytes).map_err(|e| ParseError::new(what, e.to_string()))?;
    if !is_text_of(&value, bytes) {
        return Err(ParseError::new(what, "is not in canonical form"));
    }
    Ok(value)
}

/// As [`parse`], for a text that holds a secret.
///
/// # Errors
/// As [`parse`], but never quoting the text.
pub(crate) fn parse_secret<T: DeserializeOwned + Serialize>(
    what: &'static str,
    bytes: &[u8],
) -> Result<T, ParseError> {
    let value: T = serde_json::from_slice(bytes)
        .map_err(|_| ParseError::new(what, "is not the JSON of such a message"))?;
    if !is_text_of(&value, bytes) {
        return Err(ParseError::new(what, "is not in canonical form"));
    }
    Ok(value)
}

/// Reads an object that may hold unknown fields, in any order, but no name twice.
///
/// # Errors
/// Where the text is not a JSON object, names a field twice, or does not fit the type.
pub fn parse_open<'de, T: Deserialize<'de>>(what: &'static str, bytes: &'de [u8]) -> Result<T, ParseError> {
    // A type with named fields would also be read from a list of their values.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(ParseError::new(what, "must be a JSON object"));
    }
    duplicates::refuse(bytes).map_err(|e| ParseError::new(what, e.to_string()))?;
    serde_json::from_slice(bytes).map_err(|e| ParseError::new(what, e.to_string()))
}

/// For serde: reads a value from a text where it stands, so that no copy of it is made.
///
/// # Errors
/// Where there is no text, or none that `read` takes.
pub(crate) fn from_text<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    expecting: &'static str,
    read: impl FnOnce(&str) -> Result<T, ParseError>,
) -> Result<T, D::Error> {
    struct Text<F>(&'static str, F);

    impl<T, F: FnOnce(&str) -> Result<T, ParseError>> Visitor<'_> for Text<F> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            (self.1)(text).map_err(E::custom)
        }
    }

    deserializer.deserialize_str(Text(expecting, read))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_have_one_form() {
        assert_eq!(to_text(&"a/\u{2028}é\u{7f}\u{1f}\n\"\\"), "\"a/\u{2028}é\\u007f\\u001f\\n\\\"\\\\\"");
    }

    #[test]
    fn other_forms_are_refused() {
        assert!(parse::<Vec<u32>>("list", b"[1,2]").is_ok());
        for bad in ["[1, 2]", "[1,2] ", "[1,2]x", "[01]", "[1,2", ""] {
            assert!(parse::<Vec<u32>>("list", bad.as_bytes()).is_err(), "{bad:?}");
        }
        assert!(parse::<String>("text", br#""\u0061""#).is_err());
        assert!(parse::<String>("text", br#""\/""#).is_err());
    }

    #[test]
    fn open_objects_are_objects() {
        #[derive(Deserialize)]
        struct Pair {
            a: u32,
            b: u32,
        }
        let read = |text: &str| parse_open::<Pair>("object", text.as_bytes()).map(|pair| (pair.a, pair.b));
        assert_eq!(read(" {\"c\":0,\"b\":2,\"a\":1}\n"), Ok((1, 2)));
        for bad in ["[1,2]", " [1,2]", "1", ""] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn open_objects_refuse_a_name_twice() {
        let read = |text: &str| parse_open::<serde_json::Value>("object", text.as_bytes());
        assert!(read(r#"{"b":1, "a":[{"x":1},{"x":2}]}"#).is_ok());
        assert!(read(r#"{"a":1,"a":1}"#).is_err());
        assert!(read(r#"{"b":[{"c":{"a":1,"\u0061":2}}]}"#).is_err());
        assert!(read(&"[".repeat(100_000)).is_err());
    }
}
