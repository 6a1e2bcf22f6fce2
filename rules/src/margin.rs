//! How near an outcome was: so many votes, cast otherwise or besides, leave it as it is at least up to that number less one.
//!
//! For one comparison it is what the verdict shows as its margin, without the sign. Votes can count in several comparisons
//! at once, so where several must turn, the one that is farthest away counts, not their sum. So the number is never above
//! what would do, and may be below it.

use std::slice::Iter;

use crate::counts::Counts;
use crate::decide::{DecideError, Electorate, decide, sum};
use crate::expr::{Comparison, Expr, Fraction, Op, Quantity, Share};
use crate::rule::Rule;
use crate::verdict::Condition;

/// The fewest votes that could change what a rule makes of counts. Never above the true number.
///
/// # Errors
/// As [`decide`].
pub fn margin(rule: &Rule, electorate: &Electorate) -> Result<u64, DecideError> {
    let verdict = decide(rule, electorate)?;
    let (whole, units) = match electorate {
        Electorate::Whole(counts) => (counts.clone(), &[][..]),
        Electorate::Units(units) => (sum(units)?, &units[..]),
    };
    let mut walk = Walk { units, conditions: verdict.conditions.iter() };
    Ok(walk.expr(&rule.expr, &whole).votes)
}

/// The fewest votes that could change which answer leads, where no rule decides. Where several may be chosen nobody says here
/// how many of them win, so it is what could change the place of any.
#[must_use]
pub fn lead(votes: &[u64], choose_max: u32) -> u64 {
    let mut votes = votes.to_vec();
    votes.sort_unstable_by(|a, b| b.cmp(a));
    if let [only] = votes[..] {
        return only;
    }
    // A vote that goes from one answer to another closes the distance by two.
    let mut distances = votes.iter().zip(votes.iter().skip(1)).map(|(a, b)| (a - b).div_ceil(2));
    let nearest = if choose_max <= 1 { distances.next() } else { distances.min() };
    nearest.unwrap_or(0)
}

/// A part of a rule: whether it holds, and how many votes could turn it.
#[derive(Clone, Copy)]
struct Part {
    holds: bool,
    votes: u64,
}

/// Goes through a rule as [`decide`] does, with the conditions that it left.
struct Walk<'a> {
    units: &'a [(String, Counts)],
    conditions: Iter<'a, Condition>,
}

impl Walk<'_> {
    fn expr(&mut self, expr: &Expr, counts: &Counts) -> Part {
        match expr {
            Expr::And(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.expr(part, counts)).collect();
                all(&parts, |votes| votes.max().unwrap_or(0))
            }
            Expr::Or(parts) => {
                // It fails where all of the opposites hold.
                let parts: Vec<_> = parts.iter().map(|part| opposite(self.expr(part, counts))).collect();
                opposite(all(&parts, |votes| votes.max().unwrap_or(0)))
            }
            Expr::Not(part) => opposite(self.expr(part, counts)),
            Expr::EachUnit(part) => {
                let units = self.units;
                let parts: Vec<_> = units.iter().map(|(_, counts)| self.expr(part, counts)).collect();
                // Nobody votes in two units.
                all(&parts, |votes| votes.fold(0, u64::saturating_add))
            }
            Expr::Comparison(comparison) => match self.conditions.next() {
                Some(condition) => turned(comparison, condition, counts),
                // There is one for every comparison, or it was not decided.
                None => Part { holds: false, votes: 0 },
            },
        }
    }
}

const fn opposite(part: Part) -> Part {
    Part { holds: !part.holds, votes: part.votes }
}

/// Parts that must all hold: one of them is enough to turn that, and all that fail have to be turned for it.
fn all(parts: &[Part], together: impl FnOnce(&mut dyn Iterator<Item = u64>) -> u64) -> Part {
    let holds = parts.iter().all(|part| part.holds);
    let mut failing = parts.iter().filter(|part| !part.holds).map(|part| part.votes);
    let votes =
        if holds { parts.iter().map(|part| part.votes).min().unwrap_or(0) } else { together(&mut failing) };
    Part { holds, votes }
}

fn turned(comparison: &Comparison, condition: &Condition, counts: &Counts) -> Part {
    let Condition { got, needed, holds, .. } = *condition;
    let mut votes = got.abs_diff(needed);
    if let Share::Part(fraction, base) = &comparison.share
        && !is_within(&comparison.left, base)
        && !is_within(base, &comparison.left)
    {
        // One vote can take from one side what it gives to the other.
        votes = votes.min(both_ways(fraction, comparison.op, holds, got, base, counts));
    }
    let speaks_of_valid = comparison.quantities().any(|quantity| *quantity == Quantity::Valid);
    if holds && speaks_of_valid {
        // Without a valid vote it fails.
        votes = votes.min(counts.valid());
    }
    Part { holds, votes }
}

/// The fewest votes, each of which moves both sides of a comparison at once, that could turn it.
fn both_ways(fraction: &Fraction, op: Op, holds: bool, left: u64, base: &Quantity, counts: &Counts) -> u64 {
    let right = match base {
        Quantity::Eligible => counts.eligible(),
        Quantity::Cast => counts.cast(),
        Quantity::Valid => counts.valid(),
        Quantity::Blank => counts.blank(),
        Quantity::Spoiled => counts.spoiled(),
        Quantity::TopAnswer => counts.top_answer(),
        Quantity::Answer(answer) => counts.votes_for(answer).unwrap_or(0),
    };
    // All factors are below 2^64, so the products are below 2^128.
    let left = u128::from(left) * u128::from(fraction.denominator);
    let right = u128::from(right) * u128::from(fraction.numerator);
    let distance = left.abs_diff(right);
    let is_far = matches!((op, holds), (Op::AtLeast, true) | (Op::MoreThan, false));
    let needed = distance + u128::from(is_far);
    let by_one = u128::from(fraction.denominator) + u128::from(fraction.numerator);
    u64::try_from(needed.div_ceil(by_one)).unwrap_or(u64::MAX)
}

/// Whether every vote, or member, that counts in `part` counts in `whole` as well.
fn is_within(part: &Quantity, whole: &Quantity) -> bool {
    match whole {
        Quantity::Eligible => true,
        Quantity::Cast => *part != Quantity::Eligible,
        Quantity::Valid => matches!(part, Quantity::Valid | Quantity::TopAnswer | Quantity::Answer(_)),
        Quantity::Blank | Quantity::Spoiled | Quantity::TopAnswer | Quantity::Answer(_) => part == whole,
    }
}
