//! Who may vote: the ballot file's `[eligible]` table applied to the roll.
//!
//! Every line narrows the roll; a value must match exactly. A line for `classification` or `unit` that is left out does not
//! narrow. `standing` left out means `["good"]`, with or without the table: a ballot that members in bad standing may vote
//! in has to say so.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::roll::RollEntry;

/// Most values that a sentence lists of what is on the roll.
const LISTED: usize = 12;

/// The three lists that decide who may vote. No list is empty and none holds a value twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eligibility {
    /// Standings that may vote.
    pub standing: Vec<String>,
    /// Classifications that may vote; `None` for all, members without one among them.
    pub classification: Option<Vec<String>>,
    /// Units that may vote; `None` for all.
    pub unit: Option<Vec<String>>,
}

impl Default for Eligibility {
    /// Everyone in good standing.
    fn default() -> Self {
        Self { standing: vec!["good".to_owned()], classification: None, unit: None }
    }
}

/// Why one member may not vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The member's standing is not listed.
    Standing(String),
    /// The member's classification is not listed, or the member has none.
    Classification(Option<String>),
    /// The member's unit is not listed.
    Unit(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standing(standing) => write!(f, "standing is {standing:?}"),
            Self::Classification(Some(classification)) => write!(f, "classification is {classification:?}"),
            Self::Classification(None) => f.write_str("has no classification"),
            Self::Unit(unit) => write!(f, "unit is {unit:?}"),
        }
    }
}

/// The roll divided into those who may vote and those who may not, both in the roll's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection<'a> {
    /// Members who may vote.
    pub included: Vec<&'a RollEntry>,
    /// Members who may not, each with every reason.
    pub excluded: Vec<(&'a RollEntry, Vec<Reason>)>,
}

/// Why the table cannot be applied to this roll.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EligibilityError {
    /// A value that nobody on the roll has; most likely it is misspelt.
    #[error("nobody on the roll has the {key} {value:?}; it may be misspelt (the roll has {present})")]
    Unmatched {
        /// `standing`, `classification` or `unit`.
        key: &'static str,
        /// The value that matches nobody.
        value: String,
        /// Values that do occur, for the sentence.
        present: String,
    },
    /// Every value matches somebody, but no member matches all lines.
    #[error("nobody on the roll may vote: no member matches every line of [eligible]")]
    Nobody,
}

impl Eligibility {
    /// Divides the roll into those who may vote in a ballot and those who may not.
    ///
    /// # Errors
    /// A value that matches nobody on the whole roll, or nobody who may vote.
    pub fn select<'a>(
        &self,
        entries: impl IntoIterator<Item = &'a RollEntry>,
    ) -> Result<Selection<'a>, EligibilityError> {
        let entries: Vec<_> = entries.into_iter().collect();
        let mut census = Census::of(self);
        for entry in &entries {
            census.count(entry);
        }
        census.finish()?;
        Ok(self.divide(entries))
    }

    /// Divides the roll whatever comes of it: also where a value matches nobody, and where nobody may vote.
    pub fn divide<'a>(&self, entries: impl IntoIterator<Item = &'a RollEntry>) -> Selection<'a> {
        let lists = Lists::of(self);
        let mut selection = Selection { included: Vec::new(), excluded: Vec::new() };
        for entry in entries {
            let reasons = lists.reasons(entry);
            if reasons.is_empty() {
                selection.included.push(entry);
            } else {
                selection.excluded.push((entry, reasons));
            }
        }
        selection
    }

    /// Every reason why one member may not vote; none if they may.
    pub fn reasons(&self, entry: &RollEntry) -> Vec<Reason> {
        Lists::of(self).reasons(entry)
    }
}

/// A roll that is looked at one member at a time, and of which nothing is kept but numbers: it may have a million.
pub struct Census<'e> {
    eligibility: &'e Eligibility,
    lists: Lists<'e>,
    standings: BTreeSet<String>,
    classifications: BTreeSet<String>,
    units: BTreeSet<String>,
    eligible: BTreeMap<String, u64>,
}

impl<'e> Census<'e> {
    /// A census of nobody yet.
    #[must_use]
    pub fn of(eligibility: &'e Eligibility) -> Self {
        Self {
            eligibility,
            lists: Lists::of(eligibility),
            standings: BTreeSet::new(),
            classifications: BTreeSet::new(),
            units: BTreeSet::new(),
            eligible: BTreeMap::new(),
        }
    }

    /// Counts a member; whether they may vote.
    pub fn count(&mut self, entry: &RollEntry) -> bool {
        note(&mut self.standings, entry.standing());
        note(&mut self.units, entry.unit());
        if let Some(classification) = entry.classification() {
            note(&mut self.classifications, classification);
        }
        let may = self.lists.allow(entry);
        if may {
            match self.eligible.get_mut(entry.unit()) {
                Some(members) => *members += 1,
                None => drop(self.eligible.insert(entry.unit().to_owned(), 1)),
            }
        }
        may
    }

    /// How many may vote, by unit.
    ///
    /// # Errors
    /// As [`Eligibility::select`].
    pub fn finish(self) -> Result<BTreeMap<String, u64>, EligibilityError> {
        let Eligibility { standing, classification, unit } = self.eligibility;
        all_match("standing", Some(standing), &self.standings)?;
        all_match("classification", classification.as_ref(), &self.classifications)?;
        all_match("unit", unit.as_ref(), &self.units)?;
        if self.eligible.is_empty() { Err(EligibilityError::Nobody) } else { Ok(self.eligible) }
    }
}

/// Notes a value that occurs; nearly always it has before.
fn note(values: &mut BTreeSet<String>, value: &str) {
    if !values.contains(value) {
        values.insert(value.to_owned());
    }
}

/// The lists, made for being asked often.
pub struct Lists<'e> {
    standing: HashSet<&'e str>,
    classification: Option<HashSet<&'e str>>,
    unit: Option<HashSet<&'e str>>,
}

impl<'e> Lists<'e> {
    /// Those of a ballot file.
    #[must_use]
    pub fn of(eligibility: &'e Eligibility) -> Self {
        fn set(list: &[String]) -> HashSet<&str> {
            list.iter().map(String::as_str).collect()
        }
        Self {
            standing: set(&eligibility.standing),
            classification: eligibility.classification.as_deref().map(set),
            unit: eligibility.unit.as_deref().map(set),
        }
    }

    /// Whether a member may vote.
    #[must_use]
    pub fn allow(&self, entry: &RollEntry) -> bool {
        self.standing.contains(entry.standing())
            && allows(self.classification.as_ref(), entry.classification())
            && allows(self.unit.as_ref(), Some(entry.unit()))
    }

    /// Every reason why a member may not; none if they may.
    #[must_use]
    pub fn reasons(&self, entry: &RollEntry) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if !self.standing.contains(entry.standing()) {
            reasons.push(Reason::Standing(entry.standing().to_owned()));
        }
        if !allows(self.classification.as_ref(), entry.classification()) {
            reasons.push(Reason::Classification(entry.classification().map(str::to_owned)));
        }
        if !allows(self.unit.as_ref(), Some(entry.unit())) {
            reasons.push(Reason::Unit(entry.unit().to_owned()));
        }
        reasons
    }
}

fn allows(list: Option<&HashSet<&str>>, value: Option<&str>) -> bool {
    list.is_none_or(|list| value.is_some_and(|value| list.contains(value)))
}

fn all_match(
    key: &'static str,
    list: Option<&Vec<String>>,
    on_roll: &BTreeSet<String>,
) -> Result<(), EligibilityError> {
    let Some(value) = list.into_iter().flatten().find(|value| !on_roll.contains(*value)) else {
        return Ok(());
    };
    let mut present: Vec<_> = on_roll.iter().take(LISTED).map(|value| format!("{value:?}")).collect();
    if on_roll.is_empty() {
        present.push("none".to_owned());
    } else if on_roll.len() > LISTED {
        present.push(format!("and {} others", on_roll.len() - LISTED));
    }
    Err(EligibilityError::Unmatched { key, value: value.clone(), present: present.join(", ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roll() -> Vec<RollEntry> {
        [
            ("1", "Hall", "good", "Teacher"),
            ("2", "Hall", "good", "Clerk"),
            ("3", "Whitney", "good", ""),
            ("4", "Whitney", "lapsed", "Teacher"),
            ("5", "Whitney", "good", "Teacher"),
        ]
        .map(|(no, unit, standing, classification)| {
            RollEntry::new(no, "Name", unit, standing, classification).unwrap()
        })
        .into()
    }

    fn list(values: &[&str]) -> Option<Vec<String>> {
        Some(values.iter().map(|v| (*v).to_owned()).collect())
    }

    fn numbers(eligibility: &Eligibility) -> Vec<String> {
        let roll = roll();
        let selection = eligibility.select(&roll).unwrap();
        assert_eq!(selection.included.len() + selection.excluded.len(), roll.len());
        assert!(selection.included.iter().all(|entry| eligibility.reasons(entry).is_empty()));
        assert!(selection.excluded.iter().all(|(entry, reasons)| eligibility.reasons(entry) == *reasons));
        selection.included.iter().map(|e| e.no().to_string()).collect()
    }

    #[test]
    fn left_out_means_everyone_in_good_standing() {
        assert_eq!(numbers(&Eligibility::default()), ["1", "2", "3", "5"]);
    }

    #[test]
    fn every_line_narrows() {
        let teachers = Eligibility { classification: list(&["Teacher"]), ..Eligibility::default() };
        assert_eq!(numbers(&teachers), ["1", "5"]);
        let whitney = Eligibility { unit: list(&["Whitney"]), ..teachers.clone() };
        assert_eq!(numbers(&whitney), ["5"]);
        let both = Eligibility { standing: vec!["good".to_owned(), "lapsed".to_owned()], ..whitney };
        assert_eq!(numbers(&both), ["4", "5"]);
    }

    #[test]
    fn each_excluded_member_has_every_reason() {
        let roll = roll();
        let clerks =
            Eligibility { classification: list(&["Clerk"]), unit: list(&["Hall"]), ..Eligibility::default() };
        let selection = clerks.select(&roll).unwrap();
        let reasons: Vec<_> = selection
            .excluded
            .iter()
            .map(|(entry, reasons)| {
                let reasons: Vec<_> = reasons.iter().map(Reason::to_string).collect();
                format!("{}: {}", entry.no(), reasons.join("; "))
            })
            .collect();
        assert_eq!(
            reasons,
            [
                "1: classification is \"Teacher\"",
                "3: has no classification; unit is \"Whitney\"",
                "4: standing is \"lapsed\"; classification is \"Teacher\"; unit is \"Whitney\"",
                "5: classification is \"Teacher\"; unit is \"Whitney\"",
            ]
        );
    }

    #[test]
    fn a_value_that_matches_nobody_is_an_error() {
        let roll = roll();
        let misspelt = Eligibility { classification: list(&["Teacher", "Clark"]), ..Eligibility::default() };
        assert_eq!(
            misspelt.select(&roll).unwrap_err().to_string(),
            "nobody on the roll has the classification \"Clark\"; it may be misspelt (the roll has \"Clerk\", \"Teacher\")"
        );
        let case = Eligibility { standing: vec!["Good".to_owned()], ..Eligibility::default() };
        assert!(case.select(&roll).unwrap_err().to_string().contains("(the roll has \"good\", \"lapsed\")"));
        let nobody =
            Eligibility { standing: vec!["lapsed".to_owned()], unit: list(&["Hall"]), classification: None };
        assert_eq!(nobody.select(&roll), Err(EligibilityError::Nobody));
        let none = [RollEntry::new("1", "A", "U", "good", "").unwrap()];
        let error = misspelt.select(&none).unwrap_err();
        assert!(error.to_string().contains("the roll has none"), "{error}");
    }

    #[test]
    fn long_lists_are_cut_in_the_sentence() {
        let roll: Vec<_> = (0..20)
            .map(|i| RollEntry::new(&i.to_string(), "A", &format!("Unit {i:02}"), "good", "").unwrap())
            .collect();
        let other = Eligibility { unit: list(&["Unit 20"]), ..Eligibility::default() };
        let sentence = other.select(&roll).unwrap_err().to_string();
        assert!(sentence.ends_with("\"Unit 11\", and 8 others)"), "{sentence}");
    }
}
