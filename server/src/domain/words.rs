//! What pages and booth say about a ballot in the reader's language: what it takes to pass, who may vote, what the trust in
//! it rests on, and when. Pure: from the ballot file and its frozen numbers to sentences of `i18n/`.

mod boxes;
mod prospect;
mod results;
mod rule;
#[cfg(test)]
mod tests;
mod time;

use scrutineer_ballot::eligibility::Eligibility;
use scrutineer_ballot::file::{BallotFile, Codes, RecordAccess, Tellers};

pub use boxes::{Size, boxes};
pub use prospect::{prospect, reasons};
pub use results::{conditions, verdict};
pub use rule::{answer, rule};
pub use time::time;

use crate::i18n::Texts;

/// Most values of a list that a sentence names; a union may list thousands of units.
const LISTED: usize = 24;

/// The standing that a ballot file means where it names none.
const GOOD: &str = "good";

/// Who opens the count of a ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opener {
    /// The server alone.
    Server,
    /// A board of this many tellers, of whom so many are needed.
    Board {
        /// Tellers needed.
        needed: u64,
        /// Tellers on the board.
        size: u64,
    },
    /// A board that is not known yet, of a draft.
    SomeBoard,
}

impl Opener {
    /// Who opens the count of a ballot whose board, where it has one that is known, is of `size` tellers, `needed` of whom
    /// open it.
    #[must_use]
    pub fn of(file: &BallotFile, board: Option<(usize, usize)>) -> Self {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        match (&file.tellers, board) {
            (Tellers::Server, _) => Self::Server,
            (Tellers::Board(_), Some((needed, size))) => {
                Self::Board { needed: number(needed), size: number(size) }
            }
            (Tellers::Board(_), None) => Self::SomeBoard,
        }
    }
}

/// Who has to be trusted, and for what, in plain sentences (design section 4).
#[must_use]
pub fn setting(t: &Texts, file: &BallotFile, opener: Opener, practice: bool) -> Vec<String> {
    let mut sentences = Vec::new();
    if practice {
        sentences.push(t.get("setting-practice"));
    }
    sentences.push(match opener {
        Opener::Server => t.get("setting-server"),
        Opener::Board { needed, size } => {
            t.with("setting-board", &[("needed", needed.into()), ("size", size.into())])
        }
        Opener::SomeBoard => t.get("setting-board-unnamed"),
    });
    sentences.push(t.get(match file.codes {
        Codes::Server => "setting-codes-server",
        Codes::Registrar => "setting-codes-registrar",
    }));
    if file.record == RecordAccess::Public {
        sentences.push(t.get("setting-live"));
    }
    for id in ["setting-device", "setting-count", "setting-receipts", "setting-coercion"] {
        sentences.push(t.get(id));
    }
    sentences
}

/// Who may vote; with the number of members on the frozen roll, where there is one.
#[must_use]
pub fn who(t: &Texts, eligibility: &Eligibility, eligible: Option<u64>) -> String {
    let Eligibility { standing, classification, unit } = eligibility;
    let good = standing.len() == 1 && standing.iter().all(|one| one == GOOD);
    let sentence = if good && classification.is_none() && unit.is_none() {
        t.get("who-good")
    } else {
        let list = |values: &[String]| any_of(t, values);
        let mut conditions = vec![if good {
            t.get("who-good-standing")
        } else {
            t.with("who-standing", &[("list", list(standing).into())])
        }];
        if let Some(values) = classification {
            conditions.push(t.with("who-classification", &[("list", list(values).into())]));
        }
        if let Some(values) = unit {
            conditions.push(t.with("who-unit", &[("list", list(values).into())]));
        }
        t.with("who-some", &[("conditions", conditions.join("; ").into())])
    };
    match eligible {
        Some(n) => format!("{sentence} {}", t.with("who-eligible", &[("n", n.into())])),
        None => sentence,
    }
}

/// `A, B or C`.
fn any_of(t: &Texts, values: &[String]) -> String {
    let (shown, others) = match values.get(..LISTED) {
        Some(shown) if values.len() > LISTED => (shown, values.len() - LISTED),
        _ => (values, 0),
    };
    if others > 0 {
        let n = u64::try_from(others).unwrap_or(u64::MAX);
        return t.with("list-and-others", &[("list", shown.join(", ").into()), ("n", n.into())]);
    }
    let Some((last, before)) = shown.split_last() else { return String::new() };
    let Some((first, before)) = before.split_last() else { return last.clone() };
    let two = t.with("list-two", &[("first", first.into()), ("last", last.into())]);
    before
        .iter()
        .rev()
        .fold(two, |rest, first| t.with("list-more", &[("first", first.into()), ("rest", rest.into())]))
}

/// The same sentence or clause with a capital at its beginning.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
