//! The texts of what is printed for members, in their languages: Fluent messages in `i18n/<language>/paper.ftl`, and from
//! the other files what pages say alike (months, member number).

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;
use unic_langid::LanguageIdentifier;

use crate::PrintError;

macro_rules! sources {
    ($tag:literal) => {
        [
            include_str!(concat!("../../../i18n/", $tag, "/rules.ftl")),
            include_str!(concat!("../../../i18n/", $tag, "/paper.ftl")),
        ]
    };
}

static WORDS: LazyLock<[Words; 3]> = LazyLock::new(|| {
    [Words::new("en", sources!("en")), Words::new("es", sources!("es")), Words::new("pl", sources!("pl"))]
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
    tag: &'static str,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// Those of the language with this tag; regions do not matter (`es-MX` is Spanish), and a language that there is none of
    /// gets English.
    pub(super) fn of(tag: &str) -> &'static Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        let [english, others @ ..] = &*WORDS;
        others.iter().find(|words| words.tag.eq_ignore_ascii_case(primary)).unwrap_or(english)
    }

    /// Those of all languages.
    pub(super) fn all() -> impl Iterator<Item = &'static Self> {
        WORDS.iter()
    }

    fn new(tag: &'static str, sources: [&str; 2]) -> Self {
        let locale: LanguageIdentifier = tag.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        bundle.set_use_isolating(false);
        for source in sources {
            // What cannot be read is left out, and asking for it is an error; a test asks for everything.
            let resource =
                FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, _)| readable);
            let added = bundle.add_resource(resource);
            debug_assert!(added.is_ok(), "{tag}: {:?}", added.err());
        }
        Self { tag, bundle }
    }

    /// The language's tag.
    pub(super) fn tag(&self) -> &'static str {
        self.tag
    }

    /// A text without variables.
    pub(super) fn get(&self, id: &'static str) -> Result<String, PrintError> {
        self.with(id, &[])
    }

    /// A text with something in the place of its variables. One that is missing is an error: nothing is printed with a hole.
    pub(super) fn with(&self, id: &'static str, args: &[(&str, Value<'_>)]) -> Result<String, PrintError> {
        let missing = || PrintError::Text { id, language: self.tag };
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
    pub(super) fn moment(&self, zone: &str, seconds: i64) -> Result<String, PrintError> {
        let zone_data = TimeZoneDatabase::bundled().get(zone).map_err(|_| PrintError::Time)?;
        let moment = Timestamp::from_second(seconds).map_err(|_| PrintError::Time)?;
        let local = moment.to_zoned(zone_data.clone());
        let name = |list: &[&'static str], place: i8| {
            let id = usize::try_from(place).ok().and_then(|place| list.get(place.checked_sub(1)?));
            id.map_or(Err(PrintError::Time), |id| self.get(id))
        };
        let weekday = name(&WEEKDAYS, local.weekday().to_monday_one_offset())?;
        let month = name(&MONTHS, local.month())?;
        let (day, year) = (local.day().to_string(), local.year().to_string());
        let clock = match local.second() {
            0 => local.strftime("%H:%M"),
            _ => local.strftime("%H:%M:%S"),
        };
        let (clock, offset) = (clock.to_string(), local.strftime("%:z").to_string());
        let ambiguous = zone_data.to_ambiguous_timestamp(local.datetime()).is_ambiguous();
        let args = [
            ("weekday", (&weekday).into()),
            ("day", (&day).into()),
            ("month", (&month).into()),
            ("year", (&year).into()),
            ("clock", (&clock).into()),
            ("zone", zone.into()),
            ("offset", (&offset).into()),
        ];
        self.with(if ambiguous { "time-offset" } else { "time" }, &args)
    }
}

const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9",
    "month-10", "month-11", "month-12",
];
const WEEKDAYS: [&str; 7] =
    ["weekday-1", "weekday-2", "weekday-3", "weekday-4", "weekday-5", "weekday-6", "weekday-7"];

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
        let [english, spanish, polish] =
            [sources!("en")[1], sources!("es")[1], sources!("pl")[1]].map(messages);
        assert!(english.len() > 25, "{english:?}");
        assert_eq!(english, spanish);
        assert_eq!(english, polish);
    }

    #[test]
    fn every_text_is_used() {
        let used = [include_str!("letter.rs"), include_str!("slip.rs"), include_str!("list.rs")].concat();
        for id in messages(sources!("en")[1]).keys() {
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

    #[test]
    fn moments_are_local_and_in_words() {
        let closes = 1_611_467_940;
        let said = |tag| Words::of(tag).moment("America/Chicago", closes).unwrap();
        assert_eq!(said("en"), "Saturday, 23 January 2021, 23:59 (America/Chicago)");
        assert_eq!(said("es"), "sábado, 23 de enero de 2021, 23:59 (America/Chicago)");
        assert_eq!(said("pl"), "sobota, 23 stycznia 2021, 23:59 (America/Chicago)");
        assert!(Words::of("en").moment("Mars/Base", closes).is_err());
    }
}
