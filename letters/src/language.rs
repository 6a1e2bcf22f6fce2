//! The languages in which letters and pages are written.

/// A language that letters and pages come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    En,
    /// Spanish.
    Es,
    /// Polish.
    Pl,
}

impl Language {
    /// All of them, the one for readers of none of them first.
    pub const ALL: [Self; 3] = [Self::En, Self::Es, Self::Pl];

    /// Its tag (BCP 47), as in `<html lang>`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
            Self::Pl => "pl",
        }
    }

    /// Its name in itself.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Es => "Español",
            Self::Pl => "Polski",
        }
    }

    /// The language with this tag; regions and scripts do not matter (`es-MX` is Spanish).
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The language of a member whose roll says this, or nothing: English where it is none of ours.
    #[must_use]
    pub fn of_member(tag: Option<&str>) -> Self {
        tag.and_then(Self::from_tag).unwrap_or(Self::En)
    }
}
