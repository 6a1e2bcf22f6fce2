//! What stands in letters: one variant for every kind, with what its text needs. Texts come from `i18n/<language>/letters.ftl`.

use zeroize::Zeroizing;

use crate::kind::Kind;

/// Who writes to whom: around every letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The union's name.
    pub union: String,
    /// Whom members ask, such as `Election committee, 555-0100`; the ballot's, where the letter is about one.
    pub contact: Option<String>,
    /// Where people reach the server, without a slash at the end, such as `https://vote.example.org`.
    pub site: String,
    /// The member's name.
    pub name: String,
    /// The member's number.
    pub member_no: String,
}

/// The ballot that a letter is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// Its title.
    pub title: String,
    /// The address of its page.
    pub page: String,
    /// When voting begins, in seconds since the epoch; `None`: when a delegate says so.
    pub opens: Option<i64>,
    /// When voting ends; `None`: when a delegate says so.
    pub closes: Option<i64>,
    /// The time zone in which members read both, such as `America/Chicago`.
    pub zone: String,
    /// Whether it is for practice and decides nothing.
    pub practice: bool,
}

/// How a member gets a voting code.
pub enum Code {
    /// In the letter's link to the voting page, which is wholly given here: whoever has it has the code.
    Link(Zeroizing<String>),
    /// Separately: on paper, by hand, or from the union's registrar.
    Separately,
}

/// What one question decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The question's text.
    pub question: String,
    /// What was decided, as a sentence in the letter's language.
    pub outcome: String,
}

/// A letter, before it is in words. There is no `Debug`: some carry secrets.
pub enum Letter {
    /// [`Kind::Activation`].
    Activation {
        /// The activation code, as people type it.
        code: Zeroizing<String>,
        /// For how many days it works.
        days: u64,
    },
    /// [`Kind::Notice`].
    Notice {
        /// The ballot.
        ballot: Ballot,
    },
    /// [`Kind::Open`].
    Open {
        /// The ballot.
        ballot: Ballot,
        /// How the member gets the code.
        code: Code,
    },
    /// [`Kind::NewCode`].
    NewCode {
        /// The ballot.
        ballot: Ballot,
        /// The link to the voting page with the new code.
        link: Zeroizing<String>,
    },
    /// [`Kind::CodeAsked`].
    CodeAsked {
        /// The ballot.
        ballot: Ballot,
        /// What the member types to get another code.
        permit: Zeroizing<String>,
        /// The address of the page on which it is typed.
        page: String,
        /// For how many hours it works.
        hours: u64,
    },
    /// [`Kind::Reminder`].
    Reminder {
        /// The ballot.
        ballot: Ballot,
    },
    /// [`Kind::ClosingSoon`].
    ClosingSoon {
        /// The ballot.
        ballot: Ballot,
    },
    /// [`Kind::Recorded`].
    Recorded {
        /// The ballot.
        ballot: Ballot,
    },
    /// [`Kind::Replaced`].
    Replaced {
        /// The ballot.
        ballot: Ballot,
    },
    /// [`Kind::Result`].
    Result {
        /// The ballot.
        ballot: Ballot,
        /// What was decided, question by question.
        decisions: Vec<Decision>,
        /// Whether a vote was recorded for the member.
        recorded: bool,
    },
    /// [`Kind::AddressChanged`].
    AddressChanged,
    /// [`Kind::Test`].
    Test {
        /// The number that the officer types.
        number: Zeroizing<String>,
    },
}

impl Letter {
    /// Which kind it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Activation { .. } => Kind::Activation,
            Self::Notice { .. } => Kind::Notice,
            Self::Open { .. } => Kind::Open,
            Self::NewCode { .. } => Kind::NewCode,
            Self::CodeAsked { .. } => Kind::CodeAsked,
            Self::Reminder { .. } => Kind::Reminder,
            Self::ClosingSoon { .. } => Kind::ClosingSoon,
            Self::Recorded { .. } => Kind::Recorded,
            Self::Replaced { .. } => Kind::Replaced,
            Self::Result { .. } => Kind::Result,
            Self::AddressChanged => Kind::AddressChanged,
            Self::Test { .. } => Kind::Test,
        }
    }

    /// The ballot that it is about, if about one.
    #[must_use]
    pub const fn ballot(&self) -> Option<&Ballot> {
        match self {
            Self::Notice { ballot }
            | Self::Open { ballot, .. }
            | Self::NewCode { ballot, .. }
            | Self::CodeAsked { ballot, .. }
            | Self::Reminder { ballot }
            | Self::ClosingSoon { ballot }
            | Self::Recorded { ballot }
            | Self::Replaced { ballot }
            | Self::Result { ballot, .. } => Some(ballot),
            Self::Activation { .. } | Self::AddressChanged | Self::Test { .. } => None,
        }
    }
}

/// A letter in words. It may hold a code: there is no `Debug`, and both texts are wiped when they go.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// The letter as plain text, lines ending in `\n`.
    pub text: Zeroizing<String>,
    /// The same as a whole HTML document that loads nothing.
    pub html: Zeroizing<String>,
}
