//! The error of everything that is parsed.

/// Why a text is not what it should be. Says what was read and what is wrong with it, never the text of a
/// secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}")]
pub struct ParseError {
    what: &'static str,
    why: String,
}

impl ParseError {
    /// `what` names the thing that was read ("point", "ballot"), `why` the fault; of a long one the beginning is kept, for
    /// it may quote what was read.
    pub fn new(what: &'static str, why: impl Into<String>) -> Self {
        Self { what, why: shortened(why.into()) }
    }

    /// The thing that was read.
    pub fn what(&self) -> &'static str {
        self.what
    }
}

/// The most bytes of a sentence that may quote what somebody else has written.
const LONGEST: usize = 400;

/// A sentence, or its beginning.
pub(crate) fn shortened(mut sentence: String) -> String {
    if sentence.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|end| sentence.is_char_boundary(*end)).unwrap_or(0);
        sentence.truncate(end);
        sentence.shrink_to_fit();
        sentence.push('…');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_sentence_the_beginning_is_kept() {
        assert_eq!(ParseError::new("ballot", "is short").to_string(), "ballot: is short");
        let long = format!("unknown field {}", "é".repeat(1 << 20));
        let error = ParseError::new("ballot", long.clone()).to_string();
        assert!(error.len() < 500 && error.ends_with('…') && long.starts_with("unknown"), "{error}");
        assert_eq!(shortened("x".repeat(400)).len(), 400);
    }
}
