//! Applies a rule to counts. Every comparison is worked out, also where the outcome no longer hangs on it, so that
//! the verdict can show them all.

use crate::counts::{Counts, MAX_COUNT};
use crate::error::RuleError;
use crate::expr::{Comparison, Expr, Op, Quantity, Share};
use crate::rule::Rule;
use crate::verdict::{Condition, Outcome, Verdict};

/// What a rule is applied to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Electorate {
    /// One set of counts.
    Whole(Counts),
    /// The counts of every unit by name. Outside `each unit:` their sums count.
    Units(Vec<(String, Counts)>),
}

/// Why a rule cannot be applied to the counts. Each `Display` is a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecideError {
    /// The rule names an answer that was not counted.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The rule speaks of each unit, the counts do not.
    #[error("the rule says `each unit:`, so it needs the counts of every unit, each with the unit's name")]
    NeedsUnits,
    /// Units were announced, but there is none.
    #[error("there are no units to count")]
    NoUnits,
    /// Two units have one name.
    #[error("the unit `{unit}` is counted twice")]
    DuplicateUnit {
        /// The name.
        unit: String,
    },
    /// Units were asked different questions.
    #[error("the units `{first}` and `{unit}` do not count the same answers")]
    AnswersDiffer {
        /// The first unit.
        first: String,
        /// The one that differs from it.
        unit: String,
    },
    /// The units together have more than [`MAX_COUNT`] of something.
    #[error("the counts of all units together are above {MAX_COUNT}")]
    TooLarge,
}

/// Applies a rule to counts.
///
/// With no valid vote every comparison that speaks of `valid` fails.
///
/// # Errors
/// Where the rule and the counts do not fit each other: an answer that was not counted, `each unit:` without
/// units, units that do not belong together. Never an outcome in doubt.
pub fn decide(rule: &Rule, electorate: &Electorate) -> Result<Verdict, DecideError> {
    let units = match electorate {
        Electorate::Whole(_) if rule.needs_units() => return Err(DecideError::NeedsUnits),
        Electorate::Whole(_) => &[][..],
        Electorate::Units(units) => units,
    };
    let summed;
    let whole = match electorate {
        Electorate::Whole(counts) => counts,
        Electorate::Units(units) => {
            summed = sum(units)?;
            &summed
        }
    };
    let mut evaluation = Evaluation { rule, units, conditions: Vec::new() };
    let passed = evaluation.expr(&rule.expr, whole, None)?;
    let outcome = if passed { Outcome::Passed } else { Outcome::NotPassed };
    Ok(Verdict { outcome, rule: rule.text().to_owned(), conditions: evaluation.conditions })
}

/// The counts of all units together.
pub(crate) fn sum(units: &[(String, Counts)]) -> Result<Counts, DecideError> {
    let ((first, total), others) = units.split_first().ok_or(DecideError::NoUnits)?;
    let mut total = total.clone();
    for (i, (unit, counts)) in others.iter().enumerate() {
        if unit == first || others[..i].iter().any(|(earlier, _)| earlier == unit) {
            return Err(DecideError::DuplicateUnit { unit: unit.clone() });
        }
        if !total.same_answers(counts) {
            return Err(DecideError::AnswersDiffer { first: first.clone(), unit: unit.clone() });
        }
        total = total.plus(counts).ok_or(DecideError::TooLarge)?;
    }
    Ok(total)
}

struct Evaluation<'a> {
    rule: &'a Rule,
    units: &'a [(String, Counts)],
    conditions: Vec<Condition>,
}

impl<'a> Evaluation<'a> {
    fn expr(&mut self, expr: &Expr, counts: &Counts, unit: Option<&str>) -> Result<bool, DecideError> {
        match expr {
            // No short cut: each part leaves its conditions.
            Expr::Or(parts) => {
                let mut any = false;
                for part in parts {
                    any |= self.expr(part, counts, unit)?;
                }
                Ok(any)
            }
            Expr::And(parts) => {
                let mut all = true;
                for part in parts {
                    all &= self.expr(part, counts, unit)?;
                }
                Ok(all)
            }
            Expr::Not(part) => Ok(!self.expr(part, counts, unit)?),
            Expr::EachUnit(part) => {
                let units: &'a [(String, Counts)] = self.units;
                let mut all = true;
                for (name, counts) in units {
                    all &= self.expr(part, counts, Some(name))?;
                }
                Ok(all)
            }
            Expr::Comparison(comparison) => {
                let condition = self.comparison(comparison, counts, unit)?;
                let holds = condition.holds;
                self.conditions.push(condition);
                Ok(holds)
            }
        }
    }

    fn comparison(
        &self,
        comparison: &Comparison,
        counts: &Counts,
        unit: Option<&str>,
    ) -> Result<Condition, DecideError> {
        let got = self.quantity(&comparison.left, counts)?;
        let mut needed = match (&comparison.share, comparison.op) {
            (Share::Part(fraction, base), op) => fraction.needed(op, self.quantity(base, counts)?),
            (Share::Number(number), Op::AtLeast) => *number,
            (Share::Number(number), Op::MoreThan) => number + 1,
        };
        let speaks_of_valid = comparison.quantities().any(|quantity| *quantity == Quantity::Valid);
        if speaks_of_valid && counts.valid() == 0 {
            // Nothing that was got is enough while no vote is valid.
            needed = needed.max(got + 1);
        }
        Ok(Condition {
            text: comparison.to_string(),
            needed,
            got,
            // Counts are at most MAX_COUNT and needs at most one more, far below 2^63.
            margin: got.cast_signed() - needed.cast_signed(),
            holds: got >= needed,
            unit: unit.map(ToOwned::to_owned),
        })
    }

    fn quantity(&self, quantity: &Quantity, counts: &Counts) -> Result<u64, RuleError> {
        Ok(match quantity {
            Quantity::Eligible => counts.eligible(),
            Quantity::Cast => counts.cast(),
            Quantity::Valid => counts.valid(),
            Quantity::Blank => counts.blank(),
            Quantity::Spoiled => counts.spoiled(),
            Quantity::TopAnswer => counts.top_answer(),
            Quantity::Answer(answer) => counts.votes_for(answer).ok_or_else(|| {
                let available: Vec<&str> = counts.answers().iter().map(|(name, _)| name.as_str()).collect();
                self.rule.unknown_answer(answer, &available)
            })?,
        })
    }
}
