//! A decision that explains itself: what was needed, what was got, and the outcome; as data and in plain words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::rule::Rule;

/// Whether the question passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The rule holds.
    Passed,
    /// The rule does not hold.
    NotPassed,
}

/// One comparison of the rule, worked out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The comparison as text.
    pub text: String,
    /// The smallest count of the left side that holds, given the right side. With no valid vote and a comparison
    /// that speaks of `valid`: more than was got.
    pub needed: u64,
    /// The count of the left side.
    pub got: u64,
    /// `got - needed`: negative exactly when the comparison fails.
    pub margin: i64,
    /// Whether the comparison holds.
    pub holds: bool,
    /// The unit whose counts these are, inside `each unit:`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// The decision on one question; its JSON is what `scrutineer decide --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// Whether the question passed.
    pub outcome: Outcome,
    /// The rule as it was written.
    pub rule: String,
    /// Every comparison in the order of the rule; inside `each unit:` all of the first unit's, then the next one's.
    pub conditions: Vec<Condition>,
}

impl Verdict {
    /// The verdict in plain words, one sentence a line: the rule, each comparison, the outcome.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let against = counts_against(&self.rule);
        let mut sentences = vec![format!("The rule: {}", self.rule)];
        for condition in &self.conditions {
            let against = against.get(&condition.text).copied().unwrap_or(false);
            sentences.push(condition.sentence(against));
        }
        sentences.push(match self.outcome {
            Outcome::Passed => "Passed: the rule holds.".to_owned(),
            Outcome::NotPassed => "Not passed: the rule does not hold.".to_owned(),
        });
        sentences
    }
}

impl Condition {
    /// What was needed and what was got, in one sentence. `against` adds that the rule turns it round.
    fn sentence(&self, against: bool) -> String {
        let place = match &self.unit {
            Some(unit) => format!("In {unit}: "),
            None => String::new(),
        };
        let holds = if self.holds { "holds" } else { "does not hold" };
        let margin = match (self.holds, self.margin.unsigned_abs()) {
            (true, 0) => "exactly enough".to_owned(),
            (true, more) => format!("{more} more than needed"),
            (false, short) => format!("{short} short"),
        };
        let turned = if against { " Under `not`, it counts against passing." } else { "" };
        let Self { text, needed, got, .. } = self;
        format!("{place}{text} {holds}: needed {needed}, got {got}, {margin}.{turned}")
    }
}

/// For each comparison's text whether it stands under `not`, where all with this text agree.
fn counts_against(rule: &str) -> BTreeMap<String, bool> {
    let mut against = BTreeMap::new();
    let Ok(rule) = Rule::parse(rule) else { return against };
    let mut both_ways = Vec::new();
    rule.expr.each_comparison(false, &mut |comparison, negated| {
        let text = comparison.to_string();
        if against.insert(text.clone(), negated).is_some_and(|earlier| earlier != negated) {
            both_ways.push(text);
        }
    });
    for text in both_ways {
        against.remove(&text);
    }
    against
}
