//! The boxes of a ballot: who is counted together with whom.
//!
//! Nearly every ballot has one box. A ballot whose rule says `each unit:`, or whose file has `[boxes]`, has several: the
//! boxes that the file names, each of several units, and one for every other unit that has members who may vote. What a box
//! comes to is public, so a box with very few members would show how they voted: such a ballot is not frozen.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::file::BallotFile;
use crate::roll::{FrozenRoll, FrozenRollError, RollEntry};

/// The name of the one box of a ballot that has one.
pub const THE_BOX: &str = "all";
/// What a box for several small units is called in the sentence that asks for it.
const TOGETHER: &str = "Small units together";
/// Most units that a sentence lists where one is misspelt.
const LISTED: usize = 12;

/// One box with the members who vote in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxRoll {
    /// Its name: a unit's, one of `[boxes]`, or [`THE_BOX`].
    pub name: String,
    /// Its members.
    pub roll: FrozenRoll,
}

/// Why a ballot cannot be counted in boxes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BoxesError {
    /// A unit of `[boxes]` without anybody who may vote.
    #[error(
        "[boxes] has the unit {unit:?} in {box_name:?}, but nobody who may vote is in it; it may be misspelt (those who may \
         vote are in {present})"
    )]
    UnknownUnit {
        /// The box.
        box_name: String,
        /// The unit.
        unit: String,
        /// Units that there are, for the sentence.
        present: String,
    },
    /// A box that is called like a unit outside of it.
    #[error(
        "[boxes] calls a box {0:?}, which is the name of a unit that is not in it; call the box something else, or add the \
         unit to it"
    )]
    NameOfUnit(String),
    /// Boxes that would show how people voted.
    #[error("{}", too_small(*.smallest, .boxes, .units.as_deref()))]
    TooSmall {
        /// Members that a box must have.
        smallest: u32,
        /// Every box that has fewer, with its members.
        boxes: Vec<(String, u64)>,
        /// Units that together are enough for a box; none where all members together are not.
        units: Option<Vec<String>>,
    },
    /// A roll cannot be frozen.
    #[error(transparent)]
    Roll(#[from] FrozenRollError),
}

impl BallotFile {
    /// Whether the ballot is counted in a box for each unit, or for the units that `[boxes]` puts together. Otherwise all
    /// its votes are counted together.
    #[must_use]
    pub fn counts_units(&self) -> bool {
        let each = |question: &crate::file::Question| question.rule.as_ref().is_some_and(|r| r.needs_units());
        !self.boxes.is_empty() || self.questions.iter().any(each)
    }
}

/// A box before its members are in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedBox {
    /// Its name: a unit's, one of `[boxes]`, or [`THE_BOX`].
    pub name: String,
    /// Members who may vote in it.
    pub eligible: u64,
}

/// The boxes of a ballot, by their names, and whose votes go into which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    boxes: Vec<PlannedBox>,
    /// By unit; nothing where there is one box for all.
    of_unit: Option<BTreeMap<String, usize>>,
}

impl Plan {
    /// The boxes, by their names.
    #[must_use]
    pub fn boxes(&self) -> &[PlannedBox] {
        &self.boxes
    }

    /// The place among [`Plan::boxes`] of the box of a unit. Nothing if nobody in the unit may vote.
    #[must_use]
    pub fn box_of(&self, unit: &str) -> Option<usize> {
        self.of_unit.as_ref().map_or(Some(0), |of_unit| of_unit.get(unit).copied())
    }
}

/// Plans the boxes in which votes are counted, from the numbers of those who may vote by unit.
///
/// # Errors
/// As [`divide`].
pub fn plan(file: &BallotFile, units: &BTreeMap<String, u64>) -> Result<Plan, BoxesError> {
    if !file.counts_units() {
        let eligible = units.values().sum();
        if eligible == 0 {
            return Err(FrozenRollError::Empty.into());
        }
        return Ok(Plan { boxes: vec![PlannedBox { name: THE_BOX.to_owned(), eligible }], of_unit: None });
    }
    check_names(file, units)?;
    let mut boxes: BTreeMap<&str, Members> = BTreeMap::new();
    let box_of: BTreeMap<&str, &str> = file
        .boxes
        .iter()
        .flat_map(|(name, units)| units.iter().map(|unit| (unit.as_str(), name.as_str())))
        .collect();
    for (unit, eligible) in units {
        let members = boxes.entry(box_of.get(unit.as_str()).copied().unwrap_or(unit)).or_default();
        members.units.insert(unit);
        members.eligible += eligible;
    }
    check_sizes(file.smallest_box, &boxes)?;
    // A ballot that nobody may vote in is nobody's mistake of units.
    if boxes.is_empty() {
        return Err(FrozenRollError::Empty.into());
    }
    let of_unit = boxes
        .values()
        .enumerate()
        .flat_map(|(place, members)| members.units.iter().map(move |unit| ((*unit).to_owned(), place)));
    let of_unit = Some(of_unit.collect());
    let planned =
        |(name, members): (&str, Members)| PlannedBox { name: name.to_owned(), eligible: members.eligible };
    Ok(Plan { boxes: boxes.into_iter().map(planned).collect(), of_unit })
}

/// Who shares a box.
#[derive(Default)]
struct Members<'a> {
    units: BTreeSet<&'a str>,
    eligible: u64,
}

/// Divides those who may vote into the boxes in which their votes are counted: everybody into exactly one. The boxes come by
/// their names.
///
/// # Errors
/// `[boxes]` does not fit the units of those who may vote, or a box would be too small.
pub fn divide(
    file: &BallotFile,
    eligible: impl IntoIterator<Item = RollEntry>,
) -> Result<Vec<BoxRoll>, BoxesError> {
    let entries: Vec<RollEntry> = eligible.into_iter().collect();
    let mut units: BTreeMap<String, u64> = BTreeMap::new();
    for entry in &entries {
        *units.entry(entry.unit().to_owned()).or_default() += 1;
    }
    let plan = plan(file, &units)?;
    let mut rolls: Vec<Vec<RollEntry>> = plan.boxes.iter().map(|_| Vec::new()).collect();
    for entry in entries {
        if let Some(roll) = plan.box_of(entry.unit()).and_then(|place| rolls.get_mut(place)) {
            roll.push(entry);
        }
    }
    let roll = |(planned, entries): (PlannedBox, Vec<RollEntry>)| {
        Ok(BoxRoll { name: planned.name, roll: FrozenRoll::new(entries)? })
    };
    plan.boxes.into_iter().zip(rolls).map(roll).collect()
}

fn check_names(file: &BallotFile, units: &BTreeMap<String, u64>) -> Result<(), BoxesError> {
    for (name, listed) in &file.boxes {
        if let Some(unit) = listed.iter().find(|unit| !units.contains_key(*unit)) {
            let (box_name, unit, present) = (name.clone(), unit.clone(), present(units));
            return Err(BoxesError::UnknownUnit { box_name, unit, present });
        }
        if units.contains_key(name) && !listed.contains(name) {
            return Err(BoxesError::NameOfUnit(name.clone()));
        }
    }
    Ok(())
}

fn present(units: &BTreeMap<String, u64>) -> String {
    let mut names: Vec<_> = units.keys().take(LISTED).map(|unit| format!("{unit:?}")).collect();
    if units.len() > LISTED {
        names.push(format!("and {} others", units.len() - LISTED));
    }
    names.join(", ")
}

fn check_sizes(smallest: u32, boxes: &BTreeMap<&str, Members<'_>>) -> Result<(), BoxesError> {
    let least = u64::from(smallest);
    let size_of = |(name, members): (&&str, &Members<'_>)| ((*name).to_owned(), members.eligible);
    let small: Vec<_> = boxes.iter().map(size_of).filter(|(_, size)| *size < least).collect();
    if small.is_empty() {
        return Ok(());
    }
    // All that are too small, and with them as many of the next larger as it takes.
    let mut by_size: Vec<&Members<'_>> = boxes.values().collect();
    by_size.sort_by_key(|members| members.eligible);
    let (mut together, mut units) = (0, BTreeSet::new());
    for members in by_size {
        let size = members.eligible;
        if size >= least && together >= least {
            break;
        }
        together += size;
        units.extend(members.units.iter().map(|unit| (*unit).to_owned()));
    }
    let units = (together >= least).then(|| units.into_iter().collect());
    Err(BoxesError::TooSmall { smallest, boxes: small, units })
}

fn too_small(smallest: u32, boxes: &[(String, u64)], units: Option<&[String]>) -> String {
    let list: Vec<_> = boxes.iter().map(|(name, size)| format!("{name:?} ({size})")).collect();
    let (list, them) = (list.join(", "), if boxes.len() == 1 { "it" } else { "them" });
    let advice = match units {
        Some(units) => {
            let quoted = |text: &str| toml::Value::from(text).to_string();
            let units: Vec<_> = units.iter().map(|unit| quoted(unit)).collect();
            format!(
                "count {them} together with others: under [boxes] in the ballot file write, for example, {} = [{}]",
                quoted(TOGETHER),
                units.join(", ")
            )
        }
        None => {
            "all who may vote are fewer than that, so use a rule without \"each unit:\" and leave [boxes] out"
                .to_owned()
        }
    };
    format!(
        "fewer than {smallest} members may vote in each of these boxes, so that their results could show how people voted: \
         {list}; {advice}"
    )
}

/// Divides the spare codes of a ballot among its boxes: one for each, and the rest in proportion to the members, largest
/// remainders first and earlier boxes first among equals. Together they are exactly `spares`, unless that is fewer than one
/// a box; a ballot without spares has none in any box.
#[must_use]
pub fn divide_spares(spares: u64, members: &[u64]) -> Vec<u64> {
    let boxes = u64::try_from(members.len()).unwrap_or(u64::MAX);
    let rest = u128::from(spares.saturating_sub(boxes));
    let each = u64::from(spares > 0);
    let all = members.iter().map(|members| u128::from(*members)).sum::<u128>().max(1);
    let share = |members: &u64| rest * u128::from(*members);
    let whole = |members: &u64| u64::try_from(share(members) / all).unwrap_or(u64::MAX);
    let mut divided: Vec<u64> = members.iter().map(|members| each.saturating_add(whole(members))).collect();
    let mut left = rest.saturating_sub(members.iter().map(|m| u128::from(whole(m))).sum());
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|place| {
        let remainder = members.get(*place).map_or(0, |members| share(members) % all);
        (std::cmp::Reverse(remainder), *place)
    });
    for place in order {
        if let Some(spares) = divided.get_mut(place).filter(|_| left > 0) {
            *spares = spares.saturating_add(1);
            left -= 1;
        }
    }
    divided
}
