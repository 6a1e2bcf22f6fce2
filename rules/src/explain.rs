//! What a rule says, as data that sentences in any language are made of: its conditions, and what not voting and
//! abstaining do under it. Only what is exactly true of the rule is said; where nothing simple is, that is said too.

use crate::expr::{Comparison, Expr, Quantity, Share};

/// A rule, ready to be put into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The conditions. Holds exactly where the rule does.
    pub clause: Clause,
    /// What a member does to the outcome who does not vote.
    pub not_voting: NotVoting,
    /// What a member does to the outcome who votes without choosing an answer.
    pub abstaining: Abstaining,
    /// Whether people must be told that a comparison that speaks of `valid` fails where no vote is valid, because they
    /// would not expect it of one of these comparisons.
    pub needs_valid_vote: bool,
}

/// A rule or a part of one. Never a `Not` right inside a `Not`; where all parts of a list would be a `Not`, the `Not` stands
/// around the list instead, since "it fails if any of these holds" is easier to follow than "none of these may fail to
/// hold".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// Holds if every part holds. At least two parts.
    All(Vec<Clause>),
    /// Holds if any part holds. At least two parts.
    Any(Vec<Clause>),
    /// Holds if the part does not.
    Not(Box<Clause>),
    /// Holds if the part holds in every unit.
    EachUnit(Box<Clause>),
    /// One comparison.
    Comparison(Comparison),
}

/// What not voting does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotVoting {
    /// Exactly what a vote does that does not choose this answer.
    LikeNotChoosing(String),
    /// Nothing: only votes are counted, and only against each other.
    Nothing,
    /// It can stop the question from passing, since so many members must take part or choose an answer.
    CanStop,
    /// It can help the question to pass, since it takes so many members to stop it.
    CanHelp {
        /// Whether any vote adds to what can stop it.
        by_turnout: bool,
    },
    /// It depends on the other votes.
    Depends,
}

/// What abstaining (a blank vote) does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Abstaining {
    /// Exactly what a vote does that does not choose this answer.
    LikeNotChoosing(String),
    /// Exactly what not voting does.
    LikeNotVoting,
    /// It counts towards the members who must take part, and for no answer.
    TurnoutOnly,
    /// It counts in the total of votes cast, and for no answer.
    InTotal,
    /// The rule's own conditions speak of blank votes.
    AsTheRuleSays,
}

impl Explanation {
    pub(crate) fn of(expr: &Expr) -> Self {
        let mut leaves = Vec::new();
        expr.each_comparison(false, &mut |comparison, negated| leaves.push((comparison, negated)));
        Self {
            clause: clause(expr),
            not_voting: not_voting(&leaves),
            abstaining: abstaining(&leaves),
            needs_valid_vote: leaves.iter().any(|(comparison, _)| surprises_without_valid_votes(comparison)),
        }
    }

    /// Every comparison in the order of the rule, and whether it counts against passing (it stands under an odd number of
    /// `not`).
    #[must_use]
    pub fn comparisons(&self) -> Vec<(&Comparison, bool)> {
        let mut found = Vec::new();
        collect(&self.clause, false, &mut found);
        found
    }
}

fn collect<'a>(clause: &'a Clause, against: bool, found: &mut Vec<(&'a Comparison, bool)>) {
    match clause {
        Clause::All(parts) | Clause::Any(parts) => {
            for part in parts {
                collect(part, against, found);
            }
        }
        Clause::Not(part) => collect(part, !against, found),
        Clause::EachUnit(part) => collect(part, against, found),
        Clause::Comparison(comparison) => found.push((comparison, against)),
    }
}

fn clause(expr: &Expr) -> Clause {
    match expr {
        Expr::And(parts) => list(parts, Clause::All, Clause::Any),
        Expr::Or(parts) => list(parts, Clause::Any, Clause::All),
        Expr::Not(part) => not(clause(part)),
        Expr::EachUnit(part) => Clause::EachUnit(Box::new(clause(part))),
        Expr::Comparison(comparison) => Clause::Comparison(comparison.clone()),
    }
}

/// A list of parts; `dual` makes the list that fails exactly where this one holds, of parts that do.
fn list(parts: &[Expr], make: fn(Vec<Clause>) -> Clause, dual: fn(Vec<Clause>) -> Clause) -> Clause {
    let parts: Vec<_> = parts.iter().map(clause).collect();
    if parts.iter().all(|part| matches!(part, Clause::Not(_))) {
        return not(flat(parts.into_iter().map(not).collect(), dual));
    }
    flat(parts, make)
}

/// A list without lists of its own kind in it.
fn flat(parts: Vec<Clause>, make: fn(Vec<Clause>) -> Clause) -> Clause {
    let is_all = matches!(make(Vec::new()), Clause::All(_));
    let mut all = Vec::new();
    for part in parts {
        match part {
            Clause::All(inner) if is_all => all.extend(inner),
            Clause::Any(inner) if !is_all => all.extend(inner),
            other => all.push(other),
        }
    }
    make(all)
}

fn not(clause: Clause) -> Clause {
    match clause {
        Clause::Not(part) => *part,
        other => Clause::Not(Box::new(other)),
    }
}

/// Whether somebody who reads "3/4 of the votes that choose an answer" would expect otherwise than that it fails where
/// there are none.
fn surprises_without_valid_votes(comparison: &Comparison) -> bool {
    let as_people_expect = match (&comparison.left, &comparison.share) {
        (Quantity::Answer(_) | Quantity::TopAnswer, Share::Part(fraction, Quantity::Valid)) => {
            fraction.numerator > 0
        }
        _ => false,
    };
    !as_people_expect && comparison.quantities().any(|quantity| *quantity == Quantity::Valid)
}

type Leaves<'a> = [(&'a Comparison, bool)];

/// The one answer that a rule names, if besides it the rule speaks of nothing but these and whole numbers.
fn only_answer(leaves: &Leaves<'_>, besides: &[Quantity]) -> Option<String> {
    let mut answer = None;
    for quantity in leaves.iter().flat_map(|(comparison, _)| comparison.quantities()) {
        match quantity {
            Quantity::Answer(text) if answer.is_none_or(|earlier| earlier == text) => answer = Some(text),
            other if besides.contains(other) => {}
            _ => return None,
        }
    }
    answer.cloned()
}

/// Whether what a comparison asks for grows with the members, or is a fixed number.
fn asks_of_members(comparison: &Comparison) -> bool {
    matches!(comparison.share, Share::Part(_, Quantity::Eligible) | Share::Number(_))
}

fn not_voting(leaves: &Leaves<'_>) -> NotVoting {
    if let Some(answer) = only_answer(leaves, &[Quantity::Eligible]) {
        return NotVoting::LikeNotChoosing(answer);
    }
    let speaks_of_members = |comparison: &Comparison| {
        asks_of_members(comparison) || comparison.quantities().any(|quantity| *quantity == Quantity::Eligible)
    };
    let telling: Vec<_> = leaves.iter().filter(|(comparison, _)| speaks_of_members(comparison)).collect();
    if telling.is_empty() {
        return NotVoting::Nothing;
    }
    // One vote more never lowers these, and the share that they are held against does not move.
    let of_votes = |comparison: &Comparison| {
        let left = &comparison.left;
        asks_of_members(comparison)
            && matches!(left, Quantity::Cast | Quantity::Valid | Quantity::TopAnswer | Quantity::Answer(_))
    };
    let all =
        |wanted: bool| telling.iter().all(|(comparison, against)| of_votes(comparison) && *against == wanted);
    if all(false) {
        NotVoting::CanStop
    } else if all(true) {
        let by_turnout =
            |comparison: &Comparison| matches!(comparison.left, Quantity::Cast | Quantity::Valid);
        NotVoting::CanHelp { by_turnout: telling.iter().any(|(comparison, _)| by_turnout(comparison)) }
    } else {
        NotVoting::Depends
    }
}

fn abstaining(leaves: &Leaves<'_>) -> Abstaining {
    if let Some(answer) = only_answer(leaves, &[Quantity::Eligible, Quantity::Cast]) {
        return Abstaining::LikeNotChoosing(answer);
    }
    let speaks_of = |wanted: &Quantity| {
        leaves.iter().any(|(comparison, _)| comparison.quantities().any(|quantity| quantity == wanted))
    };
    if speaks_of(&Quantity::Blank) {
        return Abstaining::AsTheRuleSays;
    }
    if !speaks_of(&Quantity::Cast) {
        return Abstaining::LikeNotVoting;
    }
    let for_turnout = |comparison: &Comparison| match comparison.left {
        Quantity::Cast => asks_of_members(comparison),
        _ => !matches!(comparison.share, Share::Part(_, Quantity::Cast)),
    };
    if leaves.iter().all(|(comparison, _)| for_turnout(comparison)) {
        Abstaining::TurnoutOnly
    } else {
        Abstaining::InTotal
    }
}
