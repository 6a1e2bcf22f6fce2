//! The languages of the pages: which one a reader gets, and its texts.
//!
//! Texts are Fluent messages in `i18n/<language>/*.ftl`, plain text only, built into the program. A test holds every language
//! to the same messages with the same variables, and every message to being used.

mod choice;

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use scrutineer_letters::numbers;
use unic_langid::LanguageIdentifier;

pub use choice::choose;
pub use scrutineer_letters::Language;

/// The texts of the pages in a language.
pub trait InWords {
    /// Its texts.
    fn texts(self) -> &'static Texts;
}

impl InWords for Language {
    fn texts(self) -> &'static Texts {
        match self {
            Self::En => &EN,
            Self::Es => &ES,
            Self::Pl => &PL,
        }
    }
}

/// The messages of one language that the server uses.
macro_rules! sources {
    ($tag:literal) => {
        [
            include_str!(concat!("../../i18n/", $tag, "/common.ftl")),
            include_str!(concat!("../../i18n/", $tag, "/delivery.ftl")),
            include_str!(concat!("../../i18n/", $tag, "/pages.ftl")),
            include_str!(concat!("../../i18n/", $tag, "/desk.ftl")),
            include_str!(concat!("../../i18n/", $tag, "/rules.ftl")),
        ]
    };
}

const SOURCES: [[&str; 5]; 3] = [sources!("en"), sources!("es"), sources!("pl")];

static EN: LazyLock<Texts> = LazyLock::new(|| Texts::new(Language::En, SOURCES[0]));
static ES: LazyLock<Texts> = LazyLock::new(|| Texts::new(Language::Es, SOURCES[1]));
static PL: LazyLock<Texts> = LazyLock::new(|| Texts::new(Language::Pl, SOURCES[2]));

/// What stands in the place of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// Text, as it is.
    Text(String),
    /// A number: written as the language groups its digits, and it decides the plural.
    Number(u64),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Templates hold references to what they loop over.
impl From<&&str> for Arg {
    fn from(text: &&str) -> Self {
        Self::Text((*text).to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<u64> for Arg {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

/// Lengths of lists.
impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Number(u64::try_from(number).unwrap_or(u64::MAX))
    }
}

impl From<&u64> for Arg {
    fn from(number: &u64) -> Self {
        Self::Number(*number)
    }
}

/// The texts of one language.
pub struct Texts {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    fn new(language: Language, sources: [&str; 5]) -> Self {
        let locale: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // Pages escape what they print, and invisible marks would be copied along with numbers and trackers.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::En => |value: &FluentValue<'_>, _: &_| numbers::formatted(value, Language::En),
            Language::Es => |value: &FluentValue<'_>, _: &_| numbers::formatted(value, Language::Es),
            Language::Pl => |value: &FluentValue<'_>, _: &_| numbers::formatted(value, Language::Pl),
        }));
        for source in sources {
            // What cannot be read is left out; a test finds it.
            let resource =
                FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, _)| readable);
            let added = bundle.add_resource(resource);
            debug_assert!(added.is_ok(), "{language:?}: {:?}", added.err());
        }
        Self { language, bundle }
    }

    /// The language.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// A text without variables.
    #[must_use]
    pub fn get(&self, id: &str) -> String {
        self.with(id, &[])
    }

    /// A text with something in the place of its variables.
    #[must_use]
    pub fn with(&self, id: &str, args: &[(&str, Arg)]) -> String {
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else {
            debug_assert!(false, "there is no text {id:?}");
            tracing::error!(id, language = self.language.tag(), "a text is missing");
            return id.to_owned();
        };
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            values.set(
                *name,
                match arg {
                    Arg::Text(text) => FluentValue::from(text.as_str()),
                    Arg::Number(number) => FluentValue::from(*number),
                },
            );
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&values), &mut errors);
        debug_assert!(errors.is_empty(), "{id}: {errors:?}");
        text.into_owned()
    }

    /// A number as the language groups its digits.
    #[must_use]
    pub fn number(&self, number: u64) -> String {
        numbers::grouped(&number.to_string(), self.language)
    }

    /// A decimal number that was written with a point, as the language writes it.
    #[must_use]
    pub fn decimal(&self, text: &str) -> String {
        numbers::grouped(text, self.language)
    }
}

#[cfg(test)]
mod tests;
