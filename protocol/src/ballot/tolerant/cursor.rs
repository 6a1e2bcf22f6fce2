//! Reads compact JSON piece by piece. What is passed over may nest as deep as there are bytes: no call here calls itself
//! because of what the bytes say.

use super::Read;
use crate::{ParseError, json};

/// A place in a JSON text.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn next(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    fn unexpected(&self) -> ParseError {
        ParseError::new("ballot", format!("has something at byte {} that cannot stand there", self.at))
    }

    /// Reads exactly this.
    pub(super) fn expect(&mut self, text: &str) -> Read<()> {
        if !self.rest().starts_with(text.as_bytes()) {
            return Err(self.unexpected());
        }
        self.at += text.len();
        Ok(())
    }

    /// Reads this, if it is there.
    fn take(&mut self, text: &str) -> bool {
        self.expect(text).is_ok()
    }

    /// Reads a text, written in the one way.
    pub(super) fn string(&mut self) -> Read<String> {
        let start = self.at;
        self.expect("\"")?;
        loop {
            match self.next() {
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(_) => self.at += 1,
                None => return Err(self.unexpected()),
            }
        }
        self.at += 1;
        json::parse("ballot", self.bytes.get(start..self.at).unwrap_or_default())
    }

    /// Reads a field's name and the colon after it.
    fn name(&mut self) -> Read<String> {
        let name = self.string()?;
        self.expect(":")?;
        Ok(name)
    }

    /// Reads a list.
    pub(super) fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let mut items = Vec::new();
        self.expect("[")?;
        if self.take("]") {
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            if self.take("]") {
                return Ok(items);
            }
            self.expect(",")?;
        }
    }

    /// Reads an object; `field` is given each name and reads the value.
    pub(super) fn object(&mut self, mut field: impl FnMut(&str, &mut Self) -> Read<()>) -> Read<()> {
        self.expect("{")?;
        if self.take("}") {
            return Ok(());
        }
        loop {
            let name = self.name()?;
            field(&name, self)?;
            if self.take("}") {
                return Ok(());
            }
            self.expect(",")?;
        }
    }

    /// Reads a value that may be left out by writing `null`.
    pub(super) fn unless_null<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<Option<T>> {
        if self.take("null") { Ok(None) } else { read(self).map(Some) }
    }

    /// Reads any value and forgets it.
    pub(super) fn pass_over(&mut self) -> Read<()> {
        // What closes the lists and objects that are open.
        let mut open: Vec<&str> = Vec::new();
        loop {
            match self.next() {
                Some(b'[') => {
                    self.expect("[")?;
                    if !self.take("]") {
                        open.push("]");
                        continue;
                    }
                }
                Some(b'{') => {
                    self.expect("{")?;
                    if !self.take("}") {
                        self.name()?;
                        open.push("}");
                        continue;
                    }
                }
                Some(b'"') => drop(self.string()?),
                _ => self.word_or_number()?,
            }
            // A value has ended, and with it perhaps what it stands in.
            while open.last().is_some_and(|close| self.take(close)) {
                open.pop();
            }
            let Some(close) = open.last() else { return Ok(()) };
            self.expect(",")?;
            if *close == "}" {
                self.name()?;
            }
        }
    }

    fn word_or_number(&mut self) -> Read<()> {
        if ["true", "false", "null"].iter().any(|word| self.take(word)) {
            return Ok(());
        }
        let length = self.rest().iter().take_while(|byte| b"+-.eE0123456789".contains(byte)).count();
        let number = self.rest().get(..length).unwrap_or_default();
        if !is_number(number) {
            return Err(self.unexpected());
        }
        self.at += length;
        Ok(())
    }
}

/// A whole number of any size in its one form, or one with decimals.
fn is_number(text: &[u8]) -> bool {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let whole = unsigned.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match unsigned {
        [b'0'] => text == b"0",
        [b'0', b'.', ..] | [b'1'..=b'9', ..] => {
            // The rest of a number with decimals is as JSON has it.
            whole == unsigned.len()
                || (unsigned.get(whole) == Some(&b'.') && serde_json::from_slice::<f64>(text).is_ok())
        }
        _ => false,
    }
}
