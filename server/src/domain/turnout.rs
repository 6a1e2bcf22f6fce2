//! Turnout by unit, told so that no number can be pinned on a few members.
//!
//! A publication puts every unit into one cell and gives the cell's number. Whoever reads several of them can add cells
//! up and subtract earlier numbers from later ones. So of every number that comes out of that, at least [`FEW`] members
//! stand behind it, behind its complement, and behind its growth since any earlier publication, unless it did not grow:
//! - in every cell, at least [`FEW`] have voted and at least [`FEW`] have not;
//! - against every earlier publication, either the new cells are unions of old ones or the old ones unions of new ones, so
//!   that nothing can be squeezed out between cells that overlap;
//! - where both can be added up to the same units, the number has grown by nothing or by at least [`FEW`].
//!
//! Where a ballot is counted in several boxes, how many have voted in each is public: to the rule that is a publication like
//! any other, of the same moment.
//!
//! Cells that break this are merged until none does. Where not even the number of all units together holds, nothing new is
//! told, and what was told before stands.

use serde::{Deserialize, Serialize};

/// The fewest members that a number may be about.
pub const FEW: u64 = 10;

/// How many of a unit may vote, and how many have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitCount {
    /// The unit, as on the frozen roll.
    pub unit: String,
    /// Members of it on the frozen roll.
    pub eligible: u64,
    /// Those who have voted.
    pub cast: u64,
}

/// Units that are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The units, sorted.
    pub units: Vec<String>,
    /// Members of them on the frozen roll.
    pub eligible: u64,
    /// Those who have voted.
    pub cast: u64,
}

/// What is told at one time: every unit in one cell, cells by their first unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Publication {
    /// The cells.
    pub cells: Vec<Cell>,
}

impl Publication {
    /// How many have voted, in all.
    #[must_use]
    pub fn cast(&self) -> u64 {
        self.cells.iter().map(|cell| cell.cast).sum()
    }

    /// Its cells, if it says more than the number of all units together.
    #[must_use]
    pub fn by_unit(&self) -> &[Cell] {
        if self.cells.len() > 1 { &self.cells } else { &[] }
    }
}

/// What may be told now, while voting goes on, after all that was told before; `None`: nothing new.
#[must_use]
pub fn publish(now: &[UnitCount], past: &[Publication]) -> Option<Publication> {
    coarsen(now, past, Whole::MustHold)
}

/// What is told at the end, when how many have voted in all is known anyhow: that number, and the units as far as they may
/// be told.
#[must_use]
pub fn publish_last(now: &[UnitCount], past: &[Publication]) -> Publication {
    coarsen(now, past, Whole::IsKnown).unwrap_or_else(|| told(&sorted(now), &Partition::whole(now.len())))
}

/// What is asked of the number of all units together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    /// The same as of every other.
    MustHold,
    /// Nothing: everybody knows it.
    IsKnown,
}

/// Merges cells, beginning with one a unit, until the rule holds.
fn coarsen(now: &[UnitCount], past: &[Publication], whole: Whole) -> Option<Publication> {
    if now.is_empty() {
        return None;
    }
    let units = sorted(now);
    let past = past.iter().map(|told| Past::read(&units, told)).collect::<Option<Vec<_>>>()?;
    let mut cells = Partition::fine(units.len());
    loop {
        if let Some(overlapping) = past.iter().find(|past| !cells.nests_with(&past.cells)) {
            cells = cells.join(&overlapping.cells);
            continue;
        }
        let offending = offending(&units, &cells, &past, whole);
        if offending.is_empty() {
            return Some(told(&units, &cells));
        }
        if cells.count() <= 1 {
            return None;
        }
        cells.merge(&units, offending);
    }
}

fn sorted(units: &[UnitCount]) -> Vec<UnitCount> {
    let mut units = units.to_vec();
    units.sort_by(|a, b| a.unit.cmp(&b.unit));
    units
}

/// The cells that break the rule.
fn offending(units: &[UnitCount], cells: &Partition, past: &[Past], whole: Whole) -> Vec<usize> {
    let known = |partition: &Partition| whole == Whole::IsKnown && partition.count() <= 1;
    let mut offending = Vec::new();
    if !known(cells) {
        offending.extend(cells.all().filter(|cell| {
            let sum = |of: fn(&UnitCount) -> u64| -> u64 {
                cells.members(*cell).map(|unit| of(&units[unit])).sum()
            };
            let (eligible, cast) = (sum(|unit| unit.eligible), sum(|unit| unit.cast));
            cast < FEW || eligible.saturating_sub(cast) < FEW
        }));
    }
    for past in past {
        let both = cells.join(&past.cells);
        if known(&both) {
            continue;
        }
        for component in both.all() {
            let cast: u64 = both.members(component).map(|unit| units[unit].cast).sum();
            let before: u64 = both.members(component).filter_map(|unit| past.first_of_cell.get(unit)).sum();
            // A number never goes down; if one did, it would have to be looked at, not told.
            if cast != before && cast < before.saturating_add(FEW) {
                offending.extend(both.members(component).map(|unit| cells.cell(unit)));
            }
        }
    }
    offending.sort_unstable();
    offending.dedup();
    offending
}

fn told(units: &[UnitCount], cells: &Partition) -> Publication {
    let cell = |cell| {
        let members: Vec<_> = cells.members(cell).map(|unit| &units[unit]).collect();
        Cell {
            units: members.iter().map(|unit| unit.unit.clone()).collect(),
            eligible: members.iter().map(|unit| unit.eligible).sum(),
            cast: members.iter().map(|unit| unit.cast).sum(),
        }
    };
    Publication { cells: cells.all().map(cell).collect() }
}

/// An earlier publication, over the units of today.
struct Past {
    cells: Partition,
    /// Each cell's number at its first unit, 0 at all others: sums over whole cells come out right.
    first_of_cell: Vec<u64>,
}

impl Past {
    /// `None` if it is not about these units.
    fn read(units: &[UnitCount], told: &Publication) -> Option<Self> {
        let mut of = vec![None; units.len()];
        let mut first_of_cell = vec![0; units.len()];
        for cell in &told.cells {
            let mut first = None;
            for name in &cell.units {
                let unit = units.binary_search_by(|unit| unit.unit.cmp(name)).ok()?;
                let first = *first.get_or_insert(unit);
                if of[unit].replace(first).is_some() {
                    return None;
                }
            }
            first_of_cell[first?] = cell.cast;
        }
        let of = of.into_iter().collect::<Option<Vec<_>>>()?;
        Some(Self { cells: Partition { of }, first_of_cell })
    }
}

/// Units 0 to n-1 in cells; a cell is known by one of its units.
#[derive(Clone, PartialEq, Eq)]
struct Partition {
    /// The cell of each unit.
    of: Vec<usize>,
}

impl Partition {
    fn fine(units: usize) -> Self {
        Self { of: (0..units).collect() }
    }

    fn whole(units: usize) -> Self {
        Self { of: vec![0; units] }
    }

    fn cell(&self, unit: usize) -> usize {
        self.of[unit]
    }

    /// The cells, in the order of their first units.
    fn all(&self) -> impl Iterator<Item = usize> {
        let first = |(unit, cell): (usize, &usize)| (!self.of[..unit].contains(cell)).then_some(*cell);
        self.of.iter().enumerate().filter_map(first)
    }

    fn count(&self) -> usize {
        self.all().count()
    }

    fn members(&self, cell: usize) -> impl Iterator<Item = usize> {
        self.of.iter().enumerate().filter_map(move |(unit, of)| (*of == cell).then_some(unit))
    }

    fn unite(&mut self, one: usize, other: usize) {
        if one != other {
            self.of.iter_mut().filter(|cell| **cell == other).for_each(|cell| *cell = one);
        }
    }

    /// The finest partition of which the cells of both are parts.
    fn join(&self, other: &Self) -> Self {
        let mut join = self.clone();
        for (unit, cell) in other.of.iter().enumerate() {
            join.unite(join.of[*cell], join.of[unit]);
        }
        join
    }

    /// Whether each cell of one is a union of cells of the other.
    fn nests_with(&self, other: &Self) -> bool {
        let join = self.join(other).count();
        join == self.count() || join == other.count()
    }

    /// Makes these cells one; a single one takes the smallest other cell in.
    fn merge(&mut self, units: &[UnitCount], mut cells: Vec<usize>) {
        if let [only] = cells[..] {
            let eligible = |cell: &usize| self.members(*cell).map(|unit| units[unit].eligible).sum::<u64>();
            let smallest = self.all().filter(|cell| *cell != only).min_by_key(eligible);
            cells.extend(smallest);
        }
        if let [first, others @ ..] = &cells[..] {
            for other in others {
                self.unite(*first, *other);
            }
        }
    }
}

#[cfg(test)]
mod tests;
