//! The records of several boxes of one ballot together: that they belong to each other, that none lacks, and what the rules
//! make of all of them.

use scrutineer_ballot::outcome::{BoxCounts, Together, differing};
use scrutineer_ballot::terms::Terms;
use scrutineer_protocol::election::Election;
use scrutineer_protocol::verify::{Check, Level};

use super::{Checked, names};

/// The most boxes that a sentence names.
const LISTED: usize = 12;

/// The boxes of one ballot whose records were checked.
#[derive(Debug)]
pub(super) struct Joint<'a> {
    /// The records, in the order in which they came.
    pub(super) records: Vec<Member<'a>>,
    /// What was found of them together.
    pub(super) checks: Vec<Check>,
    /// What they come to: of all boxes, every record right and with its result.
    pub(super) together: Option<Together>,
}

/// One of the boxes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member<'a> {
    /// Its record.
    pub(super) checked: &'a Checked,
    /// Its election.
    pub(super) election: &'a Election,
    /// What its record fixed.
    pub(super) terms: &'a Terms,
}

impl<'a> Joint<'a> {
    /// Puts the records of ballots with several boxes together, ballot by ballot. Other records are left out.
    pub(super) fn all(checked: &[&'a Checked]) -> Vec<Self> {
        let mut ballots: Vec<Vec<Member<'a>>> = Vec::new();
        for checked in checked {
            let (Some(terms), Some(election)) = (&checked.terms, &checked.report.election) else { continue };
            if terms.line.boxes == 1 {
                continue;
            }
            let member = Member { checked, election, terms };
            match ballots.iter_mut().find(|boxes| boxes.iter().any(|one| one.is_of(terms))) {
                Some(boxes) => boxes.push(member),
                None => ballots.push(vec![member]),
            }
        }
        ballots.into_iter().map(Self::of).collect()
    }

    fn of(records: Vec<Member<'a>>) -> Self {
        let mut joint = Self { records, checks: Vec::new(), together: None };
        if joint.belong_together() {
            joint.decide();
        }
        joint
    }

    /// Whether they are boxes of one ballot, each once, and all of them.
    fn belong_together(&mut self) -> bool {
        let mut faults = Vec::new();
        for (i, one) in self.records.iter().enumerate() {
            let name = &one.terms.line.box_name;
            let others = self.records.get(..i).unwrap_or_default();
            if others.iter().any(|other| other.terms.line.box_name == *name) {
                faults.push(format!("the box {name:?} is there twice"));
            }
            let Some(first) = others.first() else { continue };
            if let Some(what) =
                differing((first.election, &first.terms.line), (one.election, &one.terms.line))
            {
                let first = &first.terms.line.box_name;
                faults.push(format!(
                    "the records of the boxes {first:?} and {name:?} do not belong to one ballot: their {what} differs"
                ));
            }
        }
        let (have, of) = (self.records.len(), self.of_ballot());
        if !faults.is_empty() {
            faults.into_iter().for_each(|fault| self.say(names::BOXES, Level::Fail, fault));
            return false;
        }
        if usize::try_from(of) == Ok(have) {
            let detail =
                format!("the records of all {of} boxes are here, and fix the same for the whole ballot");
            self.say(names::BOXES, Level::Ok, detail);
            return true;
        }
        let detail = format!(
            "{have} of the ballot's {of} boxes are here ({}): it is decided by all of them together, so nothing is decided \
             without the others",
            self.list(|_| true)
        );
        self.say(names::BOXES, Level::Warning, detail);
        false
    }

    /// Applies the frozen rules to all boxes, if each has its result.
    fn decide(&mut self) {
        if self.records.iter().any(|one| !one.checked.report.ok()) {
            let detail = format!(
                "nothing is decided: a record does not verify ({})",
                self.list(|one| !one.checked.report.ok())
            );
            return self.say(names::DECISIONS, Level::Fail, detail);
        }
        let counts = |one: &Member<'a>| {
            let outcome = one.checked.outcome.as_ref()?;
            Some(BoxCounts {
                election: one.election,
                line: &one.terms.line,
                counts: &outcome.counts,
                cast: outcome.cast,
            })
        };
        let Some(counts) = self.records.iter().map(counts).collect::<Option<Vec<_>>>() else {
            let detail = format!(
                "nothing is decided yet: no result in {}",
                self.list(|one| one.checked.outcome.is_none())
            );
            return self.say(names::DECISIONS, Level::Ok, detail);
        };
        match Together::of(&counts) {
            Ok(together) => {
                let detail = match together.decisions.iter().flatten().count() {
                    0 => "no question has a rule: the counts decide nothing".to_owned(),
                    1 => "the one frozen rule was applied to the counts of all boxes".to_owned(),
                    rules => format!("the {rules} frozen rules were applied to the counts of all boxes"),
                };
                self.together = Some(together);
                self.say(names::DECISIONS, Level::Ok, detail);
            }
            Err(error) => self.say(names::DECISIONS, Level::Fail, error.to_string()),
        }
    }

    /// How many boxes the ballot has.
    pub(super) fn of_ballot(&self) -> u32 {
        self.records.first().map_or(0, |one| one.terms.line.boxes)
    }

    fn list(&self, which: impl Fn(&Member<'a>) -> bool) -> String {
        let which: Vec<_> = self.records.iter().filter(|one| which(one)).collect();
        let mut names: Vec<_> =
            which.iter().take(LISTED).map(|one| one.terms.line.box_name.clone()).collect();
        if which.len() > LISTED {
            names.push(format!("and {} others", which.len() - LISTED));
        }
        names.join(", ")
    }

    fn say(&mut self, name: &'static str, level: Level, detail: String) {
        self.checks.push(Check { name, level, detail });
    }
}

impl Member<'_> {
    fn is_of(&self, other: &Terms) -> bool {
        self.terms.line.ballot == other.line.ballot
    }
}
