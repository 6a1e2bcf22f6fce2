//! Finding members by what somebody at the desk types: words of a name in any order, without accents and capitals.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text as it is compared: small letters, no accents.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase) {
        match letter {
            // Letters that are no letter with a mark, by Unicode, and are typed as one where keyboards lack them.
            'ł' => folded.push('l'),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            '’' | 'ʼ' | '`' | '´' => folded.push('\''),
            // What a capital letter with a dot becomes besides the letter.
            mark if is_combining_mark(mark) => {}
            letter => folded.push(letter),
        }
    }
    folded
}

/// What is searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// As typed, for numbers.
    whole: String,
    words: Vec<String>,
}

/// How well a member fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The number, just so.
    Number,
    /// Every word begins a word of the name, or the number.
    Beginnings,
    /// Every word stands somewhere in name or number.
    Somewhere,
}

impl Query {
    /// Reads what was typed; nothing if there is no word in it.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let whole = folded(text.trim());
        let words: Vec<_> = words(&whole).map(ToOwned::to_owned).collect();
        (!words.is_empty()).then_some(Self { whole, words })
    }

    /// How well a member fits, if at all.
    #[must_use]
    pub fn fits(&self, member_no: &str, name: &str) -> Option<Fit> {
        let (number, name) = (folded(member_no), folded(name));
        if number == self.whole {
            return Some(Fit::Number);
        }
        let begins = |word: &String| number.starts_with(word) || words(&name).any(|of| of.starts_with(word));
        if self.words.iter().all(begins) {
            return Some(Fit::Beginnings);
        }
        let stands = |word: &String| number.contains(word) || name.contains(word);
        self.words.iter().all(stands).then_some(Fit::Somewhere)
    }
}

/// What stands between blanks, commas and the like; dashes divide words too, for people leave them out.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let divides =
        |letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '.' | '-' | '(' | ')');
    text.split(divides).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, proptest};

    use super::{Fit, Query, folded};

    fn fits(typed: &str, member_no: &str, name: &str) -> Option<Fit> {
        Query::new(typed)?.fits(member_no, name)
    }

    #[test]
    fn names_are_found_however_they_are_typed() {
        for typed in ["zolc", "ŻÓŁĆ", "anna zolc", "Żółć, Anna", "  zo   AN ", "zołc"] {
            assert_eq!(fits(typed, "17", "Anna Żółć"), Some(Fit::Beginnings), "{typed}");
        }
        assert_eq!(fits("nna", "17", "Anna Żółć"), Some(Fit::Somewhere));
        assert_eq!(fits("anna x", "17", "Anna Żółć"), None);
        assert_eq!(fits("garcia lopez", "1", "Lucía García-López"), Some(Fit::Beginnings));
        assert_eq!(fits("garcia-lopez", "1", "Lucía García López"), Some(Fit::Beginnings));
        assert_eq!(fits("o'neil", "1", "Sean O’Neil"), Some(Fit::Beginnings));
        assert_eq!(fits("strasse", "1", "Straße"), Some(Fit::Beginnings));
        assert_eq!(fits("istanbul", "1", "İstanbul"), Some(Fit::Beginnings));
    }

    #[test]
    fn a_number_comes_before_what_only_begins_with_it() {
        assert_eq!(fits("100", "100", "Ana"), Some(Fit::Number));
        assert_eq!(fits("a-17", "A-17", "Ana"), Some(Fit::Number));
        assert_eq!(fits("100", "1001", "Ana"), Some(Fit::Beginnings));
        assert_eq!(fits("100", "2100", "Ana"), Some(Fit::Somewhere));
        assert!(Fit::Number < Fit::Beginnings && Fit::Beginnings < Fit::Somewhere);
    }

    #[test]
    fn nothing_is_searched_for_nothing() {
        for typed in ["", "  ", ", - .", "\u{301}"] {
            assert_eq!(Query::new(typed), None, "{typed:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn everybody_is_found_by_their_name(name in "\\PC{0,30}", no in "[0-9]{1,5}") {
            // Without order: the last word first.
            let typed = name.split_whitespace().rev().collect::<Vec<_>>().join(" ");
            if let Some(query) = Query::new(&typed) {
                assert!(query.fits(&no, &name).is_some(), "{typed:?} in {name:?}");
            }
            assert_eq!(folded(&folded(&name)), folded(&name));
        }
    }
}
