//! What is wrong with a rule: the place, what was expected there, and what stood there instead.

use std::fmt;

/// The text in which a mistake was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The rule's text, or a reference `rule:NAME`.
    Rule,
    /// The text given for `yes` beside a named rule.
    Yes,
    /// The text given for `no` beside a named rule.
    No,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rule => "the rule",
            Self::Yes => "`yes`",
            Self::No => "`no`",
        })
    }
}

/// A mistake in a rule. Its `Display` is a whole sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("in {place}, at character {at}: expected {expected}, but found {found}{}", Hint(.hint))]
pub struct RuleError {
    /// Which text the mistake stands in.
    pub place: Place,
    /// Where: characters (not bytes) from 1, blanks before the rule left out.
    pub at: usize,
    /// What should have stood there, in words.
    pub expected: String,
    /// What stands there instead, in words.
    pub found: String,
    /// How to put it right, where that is not plain from `expected`.
    pub hint: Option<String>,
}

/// Appends a hint in brackets.
struct Hint<'a>(&'a Option<String>);

impl fmt::Display for Hint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl RuleError {
    /// A mistake in the rule's own text.
    pub(crate) fn new(at: usize, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { place: Place::Rule, at, expected: expected.into(), found: found.into(), hint: None }
    }

    /// The same with a hint.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The same in another text than the rule's.
    pub(crate) fn in_place(self, place: Place) -> Self {
        Self { place, ..self }
    }
}
