//! The preview of a draft: who may vote by the roll as it is now, by unit, and who is left out and why.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use scrutineer_api::announcement::{BoxEligibility, Eligibility, LeftOut, ReasonCount, UnitEligibility};
use scrutineer_api::ballot::BallotState;
use scrutineer_api::role::Role;
use scrutineer_ballot::boxes::{PlannedBox, plan};
use scrutineer_ballot::eligibility::{Census, Lists};
use scrutineer_ballot::file::BallotFile;
use scrutineer_ballot::roll::RollEntry;
use thiserror::Error;

use super::ballot_deed::{BallotRefusal, may_run};
use super::ballot_id::{self, Drafts, IdError};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::domain::life::is;
use crate::store::Error as StoreError;

/// Why there is no preview.
#[derive(Debug, Error)]
pub enum PreviewError {
    /// Which ballot, may the caller?
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// Its roll is fixed.
    #[error(
        "this ballot {}, and who may vote in it was fixed when it was frozen: `scrutineer ballot show` says how many", is(*.0)
    )]
    Fixed(BallotState),
}

impl From<StoreError> for PreviewError {
    fn from(error: StoreError) -> Self {
        Self::Ballot(error.into())
    }
}

impl From<IdError> for PreviewError {
    fn from(error: IdError) -> Self {
        Self::Ballot(error.into())
    }
}

/// Applies a draft's `[eligible]` to the roll as it is now. For officers, observers, and delegates who may run it.
///
/// # Errors
/// See [`PreviewError`].
pub async fn preview(app: &App, caller: &Caller, id: String) -> Result<Eligibility, PreviewError> {
    let caller = caller.clone();
    app.store
        .read("eligibility", move |tx| {
            let ballot = ballot_id::find(tx, &id, Drafts::to(Some(&caller)))?.ballot;
            let file = ballot.file()?;
            if !caller.has(Role::Officer) && !caller.has(Role::Observer) {
                may_run(&caller, &file)?;
            }
            if ballot.state != BallotState::Draft {
                return Err(PreviewError::Fixed(ballot.state));
            }
            Ok(applied(&file, |take| tx.each_roll_entry(take))?)
        })
        .await
}

/// A ballot file applied to a roll, which `each` hands over one member after the other.
///
/// # Errors
/// Those of `each`.
pub fn applied<E>(
    file: &BallotFile,
    each: impl FnOnce(&mut dyn FnMut(&RollEntry)) -> Result<(), E>,
) -> Result<Eligibility, E> {
    let lists = Lists::of(&file.eligible);
    let mut census = Census::of(&file.eligible);
    let (mut members, mut eligible): (u64, u64) = (0, 0);
    let mut units: BTreeMap<String, UnitEligibility> = BTreeMap::new();
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    let mut left_out = Vec::new();
    each(&mut |entry| {
        members += 1;
        let unit = || UnitEligibility { unit: entry.unit().to_owned(), members: 0, eligible: 0 };
        if !units.contains_key(entry.unit()) {
            units.insert(entry.unit().to_owned(), unit());
        }
        let may = census.count(entry);
        if let Some(unit) = units.get_mut(entry.unit()) {
            unit.members += 1;
            unit.eligible += u64::from(may);
        }
        if may {
            eligible += 1;
            return;
        }
        let because: Vec<_> = lists.reasons(entry).iter().map(ToString::to_string).collect();
        for reason in &because {
            *reasons.entry(reason.clone()).or_default() += 1;
        }
        left_out.push(LeftOut {
            member_no: entry.no().to_string(),
            name: entry.name().to_owned(),
            unit: entry.unit().to_owned(),
            because,
        });
    })?;
    let mut problems: Vec<_> = census.finish().err().iter().map(ToString::to_string).collect();
    let mut boxes = Vec::new();
    if file.counts_units() && eligible > 0 {
        let with_eligible = units.values().filter(|unit| unit.eligible > 0);
        match plan(file, &with_eligible.map(|unit| (unit.unit.clone(), unit.eligible)).collect()) {
            Ok(plan) => boxes = plan.boxes().iter().map(urn).collect(),
            Err(error) => problems.push(error.to_string()),
        }
    }
    let reason = |(because, members)| ReasonCount { because, members };
    let mut reasons: Vec<_> = reasons.into_iter().map(reason).collect();
    reasons.sort_by_key(|reason| Reverse(reason.members));
    Ok(Eligibility {
        members,
        eligible,
        units: units.into_values().collect(),
        left_out,
        reasons,
        boxes,
        problems,
    })
}

fn urn(PlannedBox { name, eligible }: &PlannedBox) -> BoxEligibility {
    BoxEligibility { box_name: name.clone(), eligible: *eligible }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;
    use scrutineer_ballot::file::{BallotFile, TEMPLATE};
    use scrutineer_ballot::roll::RollEntry;

    use super::applied;

    fn file(
        standing: Vec<String>,
        classification: Option<Vec<String>>,
        unit: Option<Vec<String>>,
    ) -> BallotFile {
        let mut file = BallotFile::parse(TEMPLATE).unwrap();
        file.eligible.standing = standing;
        file.eligible.classification = classification;
        file.eligible.unit = unit;
        // One box.
        file.boxes.clear();
        file.questions.iter_mut().for_each(|question| question.rule = None);
        file
    }

    fn some_of(words: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
        proptest::sample::subsequence(words, 1..=words.len())
            .prop_map(|words| words.into_iter().map(str::to_owned).collect())
    }

    const UNITS: &[&str] = &["Łódź", "North", "South", "Nowhere"];
    const STANDINGS: &[&str] = &["good", "lapsed", "none"];
    const CLASSES: &[&str] = &["Teacher", "Clerk", "Cook"];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Every member is either counted in or left out with a reason, also by unit.
        #[test]
        fn a_preview_adds_up(
            members in proptest::collection::vec((0..3_usize, 0..2_usize, 0..4_usize), 0..40),
            standing in some_of(STANDINGS),
            classification in proptest::option::of(some_of(CLASSES)),
            unit in proptest::option::of(some_of(UNITS)),
        ) {
            let roll: Vec<_> = members
                .iter()
                .enumerate()
                .map(|(no, (unit, standing, class))| {
                    let class = CLASSES.get(*class).copied().unwrap_or("");
                    RollEntry::new(&format!("{no:03}"), "Zażółć Gęś", UNITS[*unit], STANDINGS[*standing], class).unwrap()
                })
                .collect();
            let file = file(standing, classification, unit);
            let shown = applied(&file, |take| { roll.iter().for_each(take); Ok::<_, Infallible>(()) }).unwrap();
            prop_assert_eq!(usize::try_from(shown.members).unwrap(), roll.len());
            prop_assert_eq!(usize::try_from(shown.eligible).unwrap() + shown.left_out.len(), roll.len());
            prop_assert_eq!(shown.units.iter().map(|unit| unit.members).sum::<u64>(), shown.members);
            prop_assert_eq!(shown.units.iter().map(|unit| unit.eligible).sum::<u64>(), shown.eligible);
            prop_assert!(shown.units.iter().all(|unit| unit.members > 0 && unit.eligible <= unit.members));
            prop_assert!(shown.left_out.iter().all(|left| !left.because.is_empty()));
            let reasons: usize = shown.left_out.iter().map(|left| left.because.len()).sum();
            prop_assert_eq!(shown.reasons.iter().map(|reason| reason.members).sum::<u64>(), u64::try_from(reasons).unwrap());
            prop_assert!(shown.reasons.is_sorted_by(|one, next| one.members >= next.members));
            // Freezing goes by the same.
            match file.eligible.select(&roll) {
                Ok(selection) => prop_assert_eq!(u64::try_from(selection.included.len()).unwrap(), shown.eligible),
                Err(error) => prop_assert_eq!(shown.problems, vec![error.to_string()]),
            }
        }
    }
}
