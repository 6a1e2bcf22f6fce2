//! Moments as people of a time zone read them.

use crate::i18n::Texts;

/// A moment, in seconds since the epoch, as the clocks of a zone show it, in the words that letters have too
/// ([`scrutineer_letters::time`]).
#[must_use]
pub fn time(t: &Texts, zone: &str, seconds: i64) -> String {
    scrutineer_letters::time(t.language(), zone, seconds)
}
