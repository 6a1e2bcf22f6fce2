//! The particulars of an entry, as words.

use serde_json::Value;

/// What is said where an entry lacks a particular.
const LACKING: &str = "(not stated)";

/// Reads an entry's particulars, whatever stands there.
#[derive(Clone, Copy)]
pub(super) struct Particulars<'a>(pub(super) &'a Value);

impl Particulars<'_> {
    /// A text or a number as it stands.
    pub(super) fn text(self, key: &str) -> String {
        words(self.0.get(key))
    }

    /// A text that people wrote, in quotation marks.
    pub(super) fn quoted(self, key: &str) -> String {
        match self.0.get(key) {
            Some(Value::String(text)) => format!("\u{201c}{text}\u{201d}"),
            other => words(other),
        }
    }

    /// The beginning of an identifier: long enough to tell ballots apart, and what commands take.
    pub(super) fn id(self, key: &str) -> String {
        self.beginning(key, 8)
    }

    /// The beginning of a hash.
    pub(super) fn short(self, key: &str) -> String {
        self.beginning(key, 16)
    }

    fn beginning(self, key: &str, most: usize) -> String {
        let text = self.text(key);
        match text.char_indices().nth(most) {
            Some((end, _)) if self.0.get(key).is_some() => text[..end].to_owned(),
            _ => text,
        }
    }

    /// A number with what it counts: `1 member`, `2 members`.
    pub(super) fn count(self, key: &str, one: &str) -> String {
        let plural = if self.0.get(key).and_then(Value::as_i64) == Some(1) { "" } else { "s" };
        format!("{} {one}{plural}", self.text(key))
    }

    /// A moment, in UTC.
    pub(super) fn time(self, key: &str) -> String {
        let moment = self.0.get(key).and_then(Value::as_i64).map(super::utc);
        moment.unwrap_or_else(|| self.text(key))
    }

    /// Member numbers in a row: `member 7`, `members 7, 8 and 9`.
    pub(super) fn members(self, key: &str) -> String {
        let Some(Value::Array(numbers)) = self.0.get(key) else {
            return format!("members {}", self.text(key));
        };
        let numbers: Vec<_> = numbers.iter().map(|number| words(Some(number))).collect();
        match numbers.as_slice() {
            [] => "no member".to_owned(),
            [one] => format!("member {one}"),
            [most @ .., last] => format!("members {} and {last}", most.join(", ")),
        }
    }

    /// Words in a row, with commas.
    pub(super) fn list(self, key: &str) -> String {
        match self.0.get(key) {
            Some(Value::Array(all)) => all.iter().map(|one| words(Some(one))).collect::<Vec<_>>().join(", "),
            other => words(other),
        }
    }

    /// The box that an entry is about; its name where there may be others.
    pub(super) fn urn(self) -> String {
        match self.0.get("box") {
            Some(_) => format!("box {}", self.quoted("box")),
            None => "the box".to_owned(),
        }
    }

    /// Every element of a list, said by `say`.
    pub(super) fn each(self, key: &str, say: impl Fn(Particulars<'_>) -> String) -> String {
        match self.0.get(key) {
            Some(Value::Array(all)) if !all.is_empty() => {
                all.iter().map(|one| say(Particulars(one))).collect::<Vec<_>>().join("; ")
            }
            Some(Value::Array(_)) => "none".to_owned(),
            other => words(other),
        }
    }
}

/// A value in words: a text without quotation marks, everything else as JSON.
fn words(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => LACKING.to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
