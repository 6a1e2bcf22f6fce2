//! Texts of letters: Fluent messages of `i18n/<language>/`, built into the program. What is missing is an error, since a letter
//! cannot be called back.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use thiserror::Error;
use unic_langid::LanguageIdentifier;

use crate::language::Language;
use crate::numbers;

/// Why a letter cannot be put into words.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RenderError {
    /// No such text.
    #[error("the letters in {language} have no text {id:?}; correct i18n/{language}/letters.ftl")]
    Missing {
        /// Which text.
        id: String,
        /// In which language.
        language: &'static str,
    },
    /// A text asks for something that it is not given, or cannot be read.
    #[error(
        "the text {id:?} of the letters in {language} cannot be written: {fault}; correct i18n/{language}/letters.ftl"
    )]
    Faulty {
        /// Which text.
        id: String,
        /// In which language.
        language: &'static str,
        /// What is wrong with it.
        fault: String,
    },
}

/// The messages of one language that letters use.
macro_rules! sources {
    ($tag:literal) => {
        [
            include_str!(concat!("../../i18n/", $tag, "/letters.ftl")),
            include_str!(concat!("../../i18n/", $tag, "/common.ftl")),
            include_str!(concat!("../../i18n/", $tag, "/rules.ftl")),
        ]
    };
}

pub(crate) const SOURCES: [[&str; 3]; 3] = [sources!("en"), sources!("es"), sources!("pl")];

static EN: LazyLock<Texts> = LazyLock::new(|| Texts::new(Language::En, &SOURCES[0]));
static ES: LazyLock<Texts> = LazyLock::new(|| Texts::new(Language::Es, &SOURCES[1]));
static PL: LazyLock<Texts> = LazyLock::new(|| Texts::new(Language::Pl, &SOURCES[2]));

/// What stands in the place of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Arg<'a> {
    /// Text, as it is.
    Text(Cow<'a, str>),
    /// A number: written as the language groups its digits, and it decides the plural.
    Number(u64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<u64> for Arg<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

/// The texts of one language.
pub(crate) struct Texts {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// The texts that are built in.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Es => &ES,
            Language::Pl => &PL,
        }
    }

    pub(crate) fn new(language: Language, sources: &[&str]) -> Self {
        let locale: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // Where a text needs marks of direction it brings them itself (`words.rs`).
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::En => |value: &FluentValue<'_>, _: &_| numbers::formatted(value, Language::En),
            Language::Es => |value: &FluentValue<'_>, _: &_| numbers::formatted(value, Language::Es),
            Language::Pl => |value: &FluentValue<'_>, _: &_| numbers::formatted(value, Language::Pl),
        }));
        for source in sources {
            // What cannot be read is missing, and said to be when it is asked for.
            let resource =
                FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(readable, _)| readable);
            let _ = bundle.add_resource(resource);
        }
        Self { language, bundle }
    }

    /// A text without variables.
    pub(crate) fn get(&self, id: &str) -> Result<String, RenderError> {
        self.with(id, &[])
    }

    /// A text with something in the place of its variables.
    pub(crate) fn with(&self, id: &str, args: &[(&str, Arg<'_>)]) -> Result<String, RenderError> {
        let language = self.language.tag();
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else {
            return Err(RenderError::Missing { id: id.to_owned(), language });
        };
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            values.set(
                *name,
                match arg {
                    Arg::Text(text) => FluentValue::from(&**text),
                    Arg::Number(number) => FluentValue::from(*number),
                },
            );
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&values), &mut errors);
        match errors.first() {
            None => Ok(text.into_owned()),
            Some(error) => Err(RenderError::Faulty { id: id.to_owned(), language, fault: error.to_string() }),
        }
    }
}
