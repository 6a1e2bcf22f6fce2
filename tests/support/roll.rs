//! The roll of a made-up union, of the same members that `scrutineer rehearse` makes up.

use anyhow::Result;
use scrutineer_ballot::eligibility::Eligibility;
use scrutineer_ballot::roll::{FrozenRoll, RollEntry};
use scrutineer_cli::rehearse::chance::Chance;
use scrutineer_cli::rehearse::people;
use scrutineer_cli::rehearse::split::Percent;

/// Chooses the names; another number would give other people.
const SEED: u64 = 2021;

/// The first `count` made-up members, all in good standing; the same ones every time.
///
/// # Errors
/// None that can happen with a number of members.
pub fn members(count: usize) -> Result<Vec<RollEntry>> {
    Ok(people::members(count, &Eligibility::default(), &[], &Chance::new(SEED, &[]))?)
}

/// Members as a roll file.
///
/// # Errors
/// A number appears twice.
pub fn csv(members: &[RollEntry]) -> Result<String> {
    Ok(FrozenRoll::new(members.iter().cloned())?.to_csv())
}

/// A part of a hundred, rounded up: who votes, who votes yes.
///
/// # Errors
/// It is not from 0 to 100.
pub fn percent(part: u8, whole: usize) -> Result<usize> {
    Ok(part.to_string().parse::<Percent>()?.of(whole))
}

#[cfg(test)]
mod tests {
    use scrutineer_ballot::roll::Roll;

    use super::{csv, members, percent};

    #[test]
    fn rolls_of_any_size_can_be_imported() {
        for count in [10, 1000] {
            let made = members(count).unwrap();
            let read = Roll::parse(csv(&made).unwrap().as_bytes()).unwrap();
            assert_eq!((read.roll.len(), read.warnings.len()), (count, 0));
        }
    }

    #[test]
    fn parts_are_rounded_up() {
        assert_eq!((percent(86, 25_000).unwrap(), percent(71, 21_500).unwrap()), (21_500, 15_265));
        assert_eq!((percent(86, 10).unwrap(), percent(71, 9).unwrap()), (9, 7));
    }
}
