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
    /// `what` names the thing that was read ("point", "ballot"), `why` the fault.
    pub fn new(what: &'static str, why: impl Into<String>) -> Self {
        Self { what, why: why.into() }
    }

    /// The thing that was read.
    pub fn what(&self) -> &'static str {
        self.what
    }
}
