//! How languages group digits: as CLDR has it, so that the booth, which asks the browser, writes the same.

use fluent_bundle::FluentValue;

use crate::language::Language;

/// What stands between groups of three digits, from how many digits on, and what stands before decimals.
const fn marks(language: Language) -> (char, usize, char) {
    match language {
        Language::En => (',', 4, '.'),
        Language::Es => ('.', 5, ','),
        // A space that no line ends at.
        Language::Pl => ('\u{a0}', 5, ','),
    }
}

/// A number that was written with a point, or without decimals, as the language writes it.
#[must_use]
pub fn grouped(number: &str, language: Language) -> String {
    let (group, from, decimal) = marks(language);
    let (whole, decimals) = match number.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (number, None),
    };
    let digits = whole.len();
    let mut text = String::with_capacity(number.len() + digits / 3);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && digits >= from && (digits - place).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    if let Some(decimals) = decimals {
        text.push(decimal);
        text.push_str(decimals);
    }
    text
}

/// What a bundle of texts asks for every value that it writes.
#[must_use]
pub fn formatted(value: &FluentValue<'_>, language: Language) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(grouped(&number.as_string(), language)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;
    use crate::language::Language;

    #[test]
    fn digits_are_grouped_as_each_language_does() {
        for (number, en, es, pl) in [
            ("0", "0", "0", "0"),
            ("999", "999", "999", "999"),
            ("1234", "1,234", "1234", "1234"),
            ("15265", "15,265", "15.265", "15\u{a0}265"),
            ("1234567", "1,234,567", "1.234.567", "1\u{a0}234\u{a0}567"),
            ("59.9", "59.9", "59,9", "59,9"),
            ("12345.67", "12,345.67", "12.345,67", "12\u{a0}345,67"),
        ] {
            for (language, expected) in Language::ALL.into_iter().zip([en, es, pl]) {
                assert_eq!(grouped(number, language), expected);
            }
        }
    }
}
