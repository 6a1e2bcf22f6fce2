//! What the program's exit code says.

use std::process::ExitCode;

/// How a command ended. Scripts rely on it: a clean no is not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Code 0: yes, or done.
    Yes,
    /// Code 1: a clean no: not passed, does not verify, waits for others.
    No,
    /// Code 2: an error: what was asked could not be done.
    Error,
}

impl Exit {
    /// The code that the process ends with.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Yes => 0,
            Self::No => 1,
            Self::Error => 2,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
