//! The texts of what is printed for members, in their languages: Fluent messages in `i18n/<language>/paper.ftl`.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use scrutineer_ballot::zone::Zone;
use scrutineer_letters::{Language, time};
use unic_langid::LanguageIdentifier;

use crate::PrintError;

macro_rules! source {
    ($tag:literal) => {
        include_str!(concat!("../../../i18n/", $tag, "/paper.ftl"))
    };
}

static WORDS: LazyLock<[Words; 3]> = LazyLock::new(|| {
    [
        Words::new(Language::En, source!("en")),
        Words::new(Language::Es, source!("es")),
        Words::new(Language::Pl, source!("pl")),
    ]
});

/// Where numbers decide the plural.
pub(super) enum Value<'a> {
    Text(&'a str),
    Number(usize),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Number(number)
    }
}

/// The texts of one language.
pub(super) struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// Those of the language with this tag; English where there are none.
    pub(super) fn of(tag: &str) -> &'static Self {
        let language = Language::of_member(Some(tag));
        let [english, others @ ..] = &*WORDS;
        others.iter().find(|words| words.language == language).unwrap_or(english)
    }

    /// Those of all languages.
    pub(super) fn all() -> impl Iterator<Item = &'static Self> {
        WORDS.iter()
    }

    fn new(language: Language, source: &str) -> Self {
        let locale: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        bundle.set_use_isolating(false);
        // What cannot be read is left out, and asking for it is an error; a test asks for everything.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, _)| readable);
        let added = bundle.add_resource(resource);
        debug_assert!(added.is_ok(), "{language:?}: {:?}", added.err());
        Self { language, bundle }
    }

    /// The language's tag.
    pub(super) fn tag(&self) -> &'static str {
        self.language.tag()
    }

    /// A text without variables.
    pub(super) fn get(&self, id: &'static str) -> Result<String, PrintError> {
        self.with(id, &[])
    }

    /// A text with something in the place of its variables. One that is missing is an error: nothing is printed with a hole.
    pub(super) fn with(&self, id: &'static str, args: &[(&str, Value<'_>)]) -> Result<String, PrintError> {
        let missing = || PrintError::Text { id, language: self.tag() };
        let pattern = self.bundle.get_message(id).and_then(|message| message.value()).ok_or_else(missing)?;
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            values.set(
                *name,
                match value {
                    Value::Text(text) => FluentValue::from(*text),
                    Value::Number(number) => FluentValue::from(*number),
                },
            );
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&values), &mut errors);
        if errors.is_empty() { Ok(text.into_owned()) } else { Err(missing()) }
    }

    /// A moment as the clocks of a zone show it.
    pub(super) fn moment(&self, zone: &Zone, seconds: i64) -> String {
        time(self.language, zone.name(), seconds)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The messages of a file with their variables.
    fn messages(source: &str) -> BTreeMap<String, Vec<String>> {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut last = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if let Some((id, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
                last = id.to_owned();
                all.entry(last.clone()).or_default();
            }
            for part in line.split("{ $").skip(1) {
                let name = part.split([' ', '}']).next().unwrap().to_owned();
                let names = all.get_mut(&last).unwrap();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        all.values_mut().for_each(|names| names.sort());
        all
    }

    #[test]
    fn every_language_has_the_same_texts_with_the_same_variables() {
        let [english, spanish, polish] = [source!("en"), source!("es"), source!("pl")].map(messages);
        assert!(english.len() > 25, "{english:?}");
        assert_eq!(english, spanish);
        assert_eq!(english, polish);
    }

    #[test]
    fn every_text_is_used() {
        let used = [include_str!("letter.rs"), include_str!("slip.rs"), include_str!("list.rs")].concat();
        for id in messages(source!("en")).keys() {
            assert!(used.contains(&format!("\"{id}\"")), "{id}");
        }
    }

    #[test]
    fn a_text_with_a_hole_is_an_error() {
        let english = Words::of("en");
        let error = english.with("letter-subject", &[]).unwrap_err().to_string();
        assert!(error.contains("letter-subject") && error.contains("en"), "{error}");
        assert!(english.get("no-such-text").is_err());
    }

    #[test]
    fn the_language_is_that_of_the_member_or_english() {
        for (tag, got) in
            [("", "en"), ("en-GB", "en"), ("ES", "es"), ("es-MX", "es"), ("pl_PL", "pl"), ("de", "en")]
        {
            assert_eq!(Words::of(tag).tag(), got, "{tag}");
        }
    }
}
