//! Words of others in a letter: names, titles, contacts. They cannot end a line, turn the direction of what follows, or fill
//! a subject.

use crate::outgoing::one_line;

/// The most characters of such words in a subject.
const LONGEST: usize = 80;

/// What begins and ends a stretch whose direction is its own (Unicode Standard Annex 9, FSI and PDI).
const ISOLATE: (char, char) = ('\u{2068}', '\u{2069}');

/// Words on one line, without marks that change the direction of other words; those that run from right to left are kept
/// apart from what stands around them.
pub(super) fn clean(text: &str) -> String {
    let plain: String = one_line(text).chars().filter(|c| !turns(*c)).collect();
    if plain.chars().any(runs_left) { format!("{}{plain}{}", ISOLATE.0, ISOLATE.1) } else { plain }
}

/// Cleaned words, cut where they are too long for a subject.
pub(super) fn headline(cleaned: &str) -> String {
    if cleaned.chars().count() <= LONGEST {
        return cleaned.to_owned();
    }
    let apart = cleaned.starts_with(ISOLATE.0);
    let cut: String = cleaned.chars().take(LONGEST - 1).collect();
    // Not in the middle of a word, unless there is but one.
    let cut = cut.rsplit_once(' ').map_or(&*cut, |(words, _)| words).trim_end();
    format!("{cut}…{}", if apart { ISOLATE.1.to_string() } else { String::new() })
}

/// Whether a character only says which way others run.
const fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character runs from right to left: the blocks of Hebrew, Arabic and their neighbours.
const fn runs_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

    use super::{LONGEST, clean, headline};

    #[test]
    fn words_stay_on_their_line_and_keep_their_direction_to_themselves() {
        for (text, expected) in [
            ("Anna Nowak", "Anna Nowak"),
            ("Anna\r\nBcc: all@example.org", "Anna Bcc: all@example.org"),
            ("a\u{2028}b\u{85}c\td", "a b c d"),
            ("evil \u{202e}gpj.exe", "evil gpj.exe"),
            ("דוד לוי", "\u{2068}דוד לוי\u{2069}"),
        ] {
            assert_eq!(clean(text), expected);
        }
    }

    #[test]
    fn subjects_are_cut_between_words() {
        let cut = headline(&"remote work ".repeat(20));
        assert!(cut.ends_with("work…") || cut.ends_with("remote…"), "{cut}");
        let cut = headline(&clean(&"שלום ".repeat(40)));
        assert!(cut.starts_with('\u{2068}') && cut.ends_with("…\u{2069}"));
        assert_eq!(headline("short"), "short");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn anything_becomes_one_short_line(text in any::<String>()) {
            let clean = clean(&text);
            prop_assert!(!clean.chars().any(char::is_control));
            prop_assert_eq!(clean.matches('\u{2068}').count(), clean.matches('\u{2069}').count());
            prop_assert!(headline(&clean).chars().count() <= LONGEST + 1);
        }
    }
}
