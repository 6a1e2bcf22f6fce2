//! A rule in one or two English sentences, for documents: exactly what it asks for, whatever the rule. Pages say it in the
//! reader's language from the same [`Explanation`](crate::Explanation), at more length.

use crate::explain::{Clause, Explanation};
use crate::expr::{Comparison, Fraction, Op, Quantity, Share};

/// The whole rule.
pub(crate) fn sentences(explanation: &Explanation) -> String {
    let mut text = match &explanation.clause {
        Clause::Not(part) => format!("The question fails if {}; otherwise it passes.", clause(part, true)),
        whole => format!("The question passes if {}.", clause(whole, true)),
    };
    if explanation.needs_valid_vote {
        text.push_str(" Where no vote chooses an answer, a condition on the votes that do does not hold.");
    }
    text
}

/// One clause; `outermost` lists need no brackets.
fn clause(of: &Clause, outermost: bool) -> String {
    match of {
        Clause::All(parts) => list(parts, ", and ", outermost),
        Clause::Any(parts) => list(parts, ", or ", outermost),
        Clause::Not(part) => format!("it is not so that {}", clause(part, false)),
        Clause::EachUnit(part) => format!("in every unit {}", clause(part, false)),
        Clause::Comparison(one) => comparison(one),
    }
}

fn list(parts: &[Clause], word: &str, outermost: bool) -> String {
    let text = parts.iter().map(|part| clause(part, false)).collect::<Vec<_>>().join(word);
    if outermost { text } else { format!("({text})") }
}

fn comparison(Comparison { left, op, share }: &Comparison) -> String {
    match share {
        Share::Part(fraction, base) => match (group(base), doing(left, base)) {
            (Some(group), Some(doing)) => format!("{} of {group} {doing}", bound(*op, fraction)),
            _ => format!("{} is {} of {}", number_of(left), bound(*op, fraction), number_of(base)),
        },
        Share::Number(number) => format!("{} is {} {number}", number_of(left), compared(*op)),
    }
}

const fn compared(op: Op) -> &'static str {
    match op {
        Op::MoreThan => "more than",
        Op::AtLeast => "at least",
    }
}

/// As the rule writes the fraction, so that whoever compares the two sees the same.
fn bound(op: Op, fraction: &Fraction) -> String {
    format!("{} {fraction}", compared(op))
}

/// Those of whom a part does something.
const fn group(base: &Quantity) -> Option<&'static str> {
    match base {
        Quantity::Eligible => Some("all members who may vote"),
        Quantity::Cast => Some("all votes cast"),
        Quantity::Valid => Some("the votes that choose an answer"),
        Quantity::Blank | Quantity::Spoiled | Quantity::TopAnswer | Quantity::Answer(_) => None,
    }
}

/// What they do: people vote, votes choose. Only where each of the group can do it at most once.
fn doing(left: &Quantity, base: &Quantity) -> Option<String> {
    let people = *base == Quantity::Eligible;
    let of_valid = *base == Quantity::Valid;
    match left {
        Quantity::Answer(answer) if people => Some(format!("choose \u{201c}{answer}\u{201d}")),
        Quantity::Answer(answer) => Some(format!("are for \u{201c}{answer}\u{201d}")),
        Quantity::TopAnswer if people => Some("choose one and the same answer".to_owned()),
        Quantity::TopAnswer => Some("are for one and the same answer".to_owned()),
        Quantity::Cast if people => Some("cast a vote".to_owned()),
        Quantity::Valid if people => Some("choose an answer".to_owned()),
        Quantity::Valid if !of_valid => Some("choose an answer".to_owned()),
        Quantity::Blank if people => Some("cast a blank vote".to_owned()),
        Quantity::Blank if !of_valid => Some("are blank".to_owned()),
        Quantity::Spoiled if !people && !of_valid => Some("are spoiled".to_owned()),
        _ => None,
    }
}

fn number_of(quantity: &Quantity) -> String {
    match quantity {
        Quantity::Eligible => "the number of members who may vote".to_owned(),
        Quantity::Cast => "the number of votes cast".to_owned(),
        Quantity::Valid => "the number of votes that choose an answer".to_owned(),
        Quantity::Blank => "the number of blank votes".to_owned(),
        Quantity::Spoiled => "the number of spoiled votes".to_owned(),
        Quantity::TopAnswer => "the largest number of votes for one answer".to_owned(),
        Quantity::Answer(answer) => format!("the number of votes for \u{201c}{answer}\u{201d}"),
    }
}
