//! What letters there are, by the stable words that the database, the command line and the API know them by.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A kind of letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An activation code, with which a member chooses a password.
    Activation,
    /// A vote is coming.
    Notice,
    /// The vote is open: the link with the voting code, or how the code arrives otherwise.
    Open,
    /// A re-issued voting code.
    NewCode,
    /// Somebody asked for another voting code for the member: a permit to type.
    CodeAsked,
    /// The vote is open, and no vote stands for the member yet.
    Reminder,
    /// The same, shortly before voting ends.
    ClosingSoon,
    /// A vote was recorded for the member.
    Recorded,
    /// The member's vote was replaced by another.
    Replaced,
    /// What the vote decided, and whether a vote was recorded for the member.
    Result,
    /// The member's e-mail address was changed; to the old one.
    AddressChanged,
    /// A test that mail arrives, with a number to type.
    Test,
}

/// The text names no kind of letter.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no letter {0:?}; there are {list}", list = words())]
pub struct NoSuchKind(String);

fn words() -> String {
    Kind::ALL.map(Kind::as_str).join(", ")
}

impl Kind {
    /// All of them, in the order in which a ballot needs them.
    pub const ALL: [Self; 12] = [
        Self::Activation,
        Self::Notice,
        Self::Open,
        Self::NewCode,
        Self::CodeAsked,
        Self::Reminder,
        Self::ClosingSoon,
        Self::Recorded,
        Self::Replaced,
        Self::Result,
        Self::AddressChanged,
        Self::Test,
    ];

    /// Its stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Activation => "activation",
            Self::Notice => "notice",
            Self::Open => "open",
            Self::NewCode => "new_code",
            Self::CodeAsked => "code_asked",
            Self::Reminder => "reminder",
            Self::ClosingSoon => "closing_soon",
            Self::Recorded => "recorded",
            Self::Replaced => "replaced",
            Self::Result => "result",
            Self::AddressChanged => "address_changed",
            Self::Test => "test",
        }
    }

    /// Whether that it exists says whether or when somebody has voted: such a letter leaves no trace when it was sent.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(self, Self::Reminder | Self::ClosingSoon | Self::Recorded | Self::Replaced)
    }

    /// Whether it is sent to many at once, after somebody has seen a preview and confirmed the number of recipients.
    #[must_use]
    pub const fn is_run(self) -> bool {
        matches!(
            self,
            Self::Activation | Self::Notice | Self::Open | Self::Reminder | Self::ClosingSoon | Self::Result
        )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = NoSuchKind;

    fn from_str(text: &str) -> Result<Self, NoSuchKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| NoSuchKind(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn every_kind_has_a_word_of_its_own() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        let error = "letter".parse::<Kind>().unwrap_err().to_string();
        assert!(error.contains("\"letter\"") && error.contains("closing_soon, recorded"), "{error}");
    }
}
