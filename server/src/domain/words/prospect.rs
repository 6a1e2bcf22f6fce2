//! Whether a member could vote in an announced ballot, and why not, in the reader's language.

use scrutineer_ballot::eligibility::Reason;

use crate::domain::prospect::Prospect;
use crate::i18n::Texts;

/// Every reason why a member may not vote, each a sentence; nothing for who may.
#[must_use]
pub fn reasons(t: &Texts, prospect: &Prospect) -> Vec<String> {
    match prospect {
        Prospect::May => Vec::new(),
        Prospect::MayNot(reasons) => reasons.iter().map(|one| reason(t, one)).collect(),
        Prospect::NotOnRoll => vec![t.get("reason-not-on-roll")],
    }
}

fn reason(t: &Texts, reason: &Reason) -> String {
    let (id, value) = match reason {
        Reason::Standing(standing) => ("reason-standing", standing),
        Reason::Classification(Some(classification)) => ("reason-classification", classification),
        Reason::Classification(None) => return t.get("reason-no-classification"),
        Reason::Unit(unit) => ("reason-unit", unit),
    };
    t.with(id, &[("value", value.into())])
}

/// Whether a member may vote, and why not, as one paragraph.
#[must_use]
pub fn prospect(t: &Texts, prospect: &Prospect) -> String {
    let mut sentences = vec![t.get(if prospect.may() { "prospect-may" } else { "prospect-may-not" })];
    sentences.extend(reasons(t, prospect));
    sentences.join(" ")
}
