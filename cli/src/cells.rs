//! Cells of CSV files that people open in a spreadsheet: one that would be taken for a formula gets an apostrophe in front,
//! which spreadsheets do not show, and loses it when it is read again.

use std::borrow::Cow;

/// What a formula begins with, for one program or another.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A text as it is written into a cell.
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A text as it was before it was written into a cell.
#[must_use]
pub fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text) => text,
        _ => cell,
    }
}

/// Whether a text would be taken for a formula, or looks like one that was guarded.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use super::{guarded, plain};

    #[test]
    fn what_would_be_a_formula_is_guarded_and_comes_back_as_it_was() {
        for (text, cell) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@sum", "'@sum"),
            ("\tx", "'\tx"),
            ("'=x", "''=x"),
            ("''-x", "'''-x"),
        ] {
            assert_eq!(guarded(text), cell);
            assert_eq!(plain(cell), text);
        }
        for text in ["", "Ana", "'t Hooft", "'", "''", "1-2", "a=b", "O'Neil"] {
            assert_eq!(guarded(text), text);
            assert_eq!(plain(text), text);
        }
    }
}
