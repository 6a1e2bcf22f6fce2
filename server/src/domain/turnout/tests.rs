//! What is told never lets a few members be counted, however often it is told and whatever is added and subtracted.

use std::collections::BTreeSet;

use proptest::prelude::{Just, Strategy, prop};
use proptest::test_runner::Config;
use proptest::{prop_assert, prop_assert_eq, proptest};

use super::{Cell, FEW, Publication, UnitCount, publish, publish_last};

fn units(counts: &[(&str, u64, u64)]) -> Vec<UnitCount> {
    counts
        .iter()
        .map(|(unit, eligible, cast)| UnitCount {
            unit: (*unit).to_owned(),
            eligible: *eligible,
            cast: *cast,
        })
        .collect()
}

fn cells(told: &Publication) -> Vec<(String, u64, u64)> {
    told.cells.iter().map(|cell| (cell.units.join("+"), cell.eligible, cell.cast)).collect()
}

fn told(now: &[(&str, u64, u64)], past: &[Publication]) -> Publication {
    publish(&units(now), past).unwrap()
}

fn cell(units: &str, eligible: u64, cast: u64) -> (String, u64, u64) {
    (units.to_owned(), eligible, cast)
}

#[test]
fn units_of_which_enough_have_voted_and_not_voted_stand_alone() {
    let first = told(&[("North", 100, 40), ("South", 60, 10), ("East", 50, 40)], &[]);
    assert_eq!(cells(&first), [cell("East", 50, 40), cell("North", 100, 40), cell("South", 60, 10)]);
    assert_eq!((first.cast(), first.by_unit().len()), (90, 3));
}

#[test]
fn a_unit_of_which_few_have_voted_or_few_have_not_is_merged() {
    let few = told(&[("North", 100, 40), ("South", 60, 9), ("East", 90, 40)], &[]);
    assert_eq!(cells(&few), [cell("East+South", 150, 49), cell("North", 100, 40)]);
    let nearly_all = told(&[("North", 100, 40), ("South", 60, 51), ("East", 90, 40)], &[]);
    assert_eq!(cells(&nearly_all), [cell("East+South", 150, 91), cell("North", 100, 40)]);
    let two = told(&[("North", 100, 9), ("South", 60, 9), ("East", 90, 40)], &[]);
    assert_eq!(cells(&two), [cell("East", 90, 40), cell("North+South", 160, 18)]);
    let all = told(&[("North", 100, 9), ("South", 60, 9)], &[]);
    assert_eq!((cells(&all), all.by_unit()), (vec![cell("North+South", 160, 18)], &[][..]));
}

#[test]
fn numbers_of_boxes_that_are_known_give_no_unit_away() {
    let now = [("A", 40, 12), ("B", 40, 3), ("C", 90, 40), ("D", 30, 15)];
    let boxes = Publication {
        cells: [("A", "B", 80, 15), ("C", "D", 120, 55)]
            .map(|(one, other, eligible, cast)| Cell {
                units: vec![one.to_owned(), other.to_owned()],
                eligible,
                cast,
            })
            .to_vec(),
    };
    // B with D would leave B to be found: the box of A and B, less A.
    assert_eq!(cells(&told(&now, &[])), [cell("A", 40, 12), cell("B+D", 70, 18), cell("C", 90, 40)]);
    let last = publish_last(&units(&now), std::slice::from_ref(&boxes));
    assert_eq!(cells(&last), [cell("A+B+C+D", 200, 70)]);
    // Where all hold, units stand alone within their boxes.
    let now = [("A", 40, 12), ("B", 40, 13), ("C", 90, 40), ("D", 30, 15)];
    let boxes = Publication { cells: publish_last(&units(&[("A+B", 80, 25), ("C+D", 120, 55)]), &[]).cells };
    let split =
        |cell: &Cell| Cell { units: cell.units[0].split('+').map(str::to_owned).collect(), ..cell.clone() };
    let boxes = Publication { cells: boxes.cells.iter().map(split).collect() };
    assert_eq!(publish_last(&units(&now), &[boxes]).cells.len(), 4);
}

#[test]
fn nothing_is_told_where_even_the_whole_is_about_a_few() {
    for now in [&[("North", 19, 9)][..], &[("North", 19, 10)], &[("North", 5, 5), ("South", 6, 4)], &[]] {
        assert_eq!(publish(&units(now), &[]), None, "{now:?}");
    }
    assert_eq!(cells(&told(&[("North", 20, 10)], &[])), [cell("North", 20, 10)]);
}

#[test]
fn what_grew_by_a_few_is_merged_and_what_did_not_grow_is_told() {
    let first = told(&[("A", 100, 40), ("B", 100, 40), ("C", 100, 40)], &[]);
    let past = [first];
    let same = told(&[("A", 100, 40), ("B", 100, 40), ("C", 100, 50)], &past);
    assert_eq!(cells(&same), [cell("A", 100, 40), cell("B", 100, 40), cell("C", 100, 50)]);
    let few = told(&[("A", 100, 41), ("B", 100, 40), ("C", 100, 60)], &past);
    assert_eq!(cells(&few), [cell("A+B+C", 300, 141)], "A and B together grew by a few as well");
    let enough = told(&[("A", 100, 45), ("B", 100, 45), ("C", 100, 60)], &past);
    assert_eq!(cells(&enough), [cell("A+B", 200, 90), cell("C", 100, 60)]);
    assert_eq!(publish(&units(&[("A", 100, 49), ("B", 100, 40), ("C", 100, 40)]), &past), None);
}

#[test]
fn cells_of_different_days_never_overlap() {
    // On the first day C is told with D, so on the second A, of which too few are new, is not told with C alone.
    let first = told(&[("A", 100, 40), ("B", 100, 40), ("C", 50, 5), ("D", 60, 40)], &[]);
    assert_eq!(cells(&first), [cell("A", 100, 40), cell("B", 100, 40), cell("C+D", 110, 45)]);
    let second = told(&[("A", 100, 41), ("B", 100, 60), ("C", 50, 20), ("D", 60, 50)], &[first]);
    assert_eq!(cells(&second), [cell("A+C+D", 210, 111), cell("B", 100, 60)]);
}

#[test]
fn at_the_end_the_whole_is_told_whatever_it_is() {
    let first = told(&[("A", 100, 40), ("B", 100, 40)], &[]);
    let past = [first];
    let now = units(&[("A", 100, 42), ("B", 100, 41)]);
    assert_eq!(publish(&now, &past), None);
    assert_eq!(cells(&publish_last(&now, &past)), [cell("A+B", 200, 83)]);
    assert_eq!(cells(&publish_last(&now, &[])), [cell("A", 100, 42), cell("B", 100, 41)]);
    let now = units(&[("A", 100, 60), ("B", 100, 50)]);
    assert_eq!(cells(&publish_last(&now, &past)), [cell("A", 100, 60), cell("B", 100, 50)]);
    assert_eq!(cells(&publish_last(&units(&[("A", 3, 3)]), &[])), [cell("A", 3, 3)]);
    let only_whole = [told(&[("A", 100, 4), ("B", 100, 40)], &[])];
    let units_at_the_end = publish_last(&units(&[("A", 100, 14), ("B", 100, 33)]), &only_whole);
    assert_eq!(cells(&units_at_the_end), [cell("A", 100, 14), cell("B", 100, 33)]);
}

#[test]
fn what_is_told_again_at_the_end_is_the_same() {
    let past = [told(&[("A", 100, 40), ("B", 100, 40), ("C", 30, 4)], &[])];
    let now = units(&[("A", 100, 60), ("B", 100, 43), ("C", 30, 20)]);
    let last = publish_last(&now, &past);
    let with_it = [past.to_vec(), vec![last.clone()]].concat();
    assert_eq!(publish_last(&now, &with_it), last);
}

#[test]
fn an_earlier_publication_about_other_units_stops_what_would_be_told() {
    let other = Publication { cells: vec![Cell { units: vec!["Z".to_owned()], eligible: 50, cast: 20 }] };
    assert_eq!(publish(&units(&[("A", 100, 40)]), std::slice::from_ref(&other)), None);
    assert_eq!(cells(&publish_last(&units(&[("A", 100, 40)]), &[other])), [cell("A", 100, 40)]);
    let twice = Cell { units: vec!["A".to_owned(), "A".to_owned()], eligible: 100, cast: 20 };
    assert_eq!(publish(&units(&[("A", 100, 40)]), &[Publication { cells: vec![twice] }]), None);
}

/// Members of each unit, and who of them has voted after each day.
fn days() -> impl Strategy<Value = Vec<Vec<UnitCount>>> {
    let unit = (1..60_u64).prop_flat_map(|eligible| {
        let turns = prop::collection::vec(turn(eligible), 3);
        (Just(eligible), turns)
    });
    prop::collection::vec(unit, 1..5).prop_map(|units| {
        (0..3)
            .map(|day| {
                let count = |(number, (eligible, turns)): (usize, &(u64, Vec<u64>))| UnitCount {
                    unit: format!("U{number}"),
                    eligible: *eligible,
                    cast: turns[..=day].iter().sum::<u64>().min(*eligible),
                };
                units.iter().enumerate().map(count).collect()
            })
            .collect()
    })
}

/// How many of a unit vote on a day: often none or a few, sometimes many.
fn turn(eligible: u64) -> impl Strategy<Value = u64> {
    (0..4_u8, 0..=eligible).prop_map(|(kind, many)| match kind {
        0 => 0,
        1 => many % 12,
        _ => many,
    })
}

/// Everything that was told on any day, day by day.
fn all_told(days: &[Vec<UnitCount>]) -> Vec<(usize, Publication)> {
    let mut told: Vec<(usize, Publication)> = Vec::new();
    for (day, now) in days.iter().enumerate() {
        let past: Vec<_> = told.iter().map(|(_, publication)| publication.clone()).collect();
        told.extend(publish(now, &past).map(|publication| (day, publication)));
    }
    told
}

/// Adds and subtracts every choice of numbers that were told, and looks at those sums that count members: each member of
/// some units who voted on some days once. `found` gets the units with their days, and how many that are.
fn attack(told: &[(usize, Publication)], mut found: impl FnMut(&BTreeSet<(String, usize)>, i64)) {
    let numbers: Vec<_> = told
        .iter()
        .flat_map(|(day, publication)| publication.cells.iter().map(move |cell| (*day, cell)))
        .collect();
    let mut signs = vec![-1_i64; numbers.len()];
    loop {
        let mut counted = std::collections::BTreeMap::new();
        let mut sum = 0;
        for (sign, (day, cell)) in signs.iter().zip(&numbers) {
            sum += sign * i64::try_from(cell.cast).unwrap();
            for unit in &cell.units {
                for voted_on in 0..=*day {
                    *counted.entry((unit.clone(), voted_on)).or_insert(0) += sign;
                }
            }
        }
        counted.retain(|_, times| *times != 0);
        if !counted.is_empty() && counted.values().all(|times| *times == 1) {
            found(&counted.into_keys().collect(), sum);
        }
        // The next choice: counts up in -1, 0, 1.
        let Some(next) = signs.iter().position(|sign| *sign < 1) else { return };
        signs[..next].fill(-1);
        signs[next] += 1;
    }
}

proptest! {
    #![proptest_config(Config { cases: 256, failure_persistence: None, ..Config::default() })]

    #[test]
    fn adding_and_subtracting_what_was_told_never_counts_a_few(days in days()) {
        let told = all_told(&days);
        // Up to nine numbers; of more, the days are taken two by two.
        let numbers: usize = told.iter().map(|(_, publication)| publication.cells.len()).sum();
        let choices: Vec<Vec<_>> = if numbers <= 8 {
            vec![told.clone()]
        } else {
            (0..told.len())
                .flat_map(|one| (0..one).map(move |other| (one, other)))
                .map(|(one, other)| vec![told[other].clone(), told[one].clone()])
                .collect()
        };
        for choice in choices {
            let mut wrong = None;
            attack(&choice, |members, number| {
                if number != 0 && number < i64::try_from(FEW).unwrap() {
                    wrong = Some((members.clone(), number));
                }
            });
            prop_assert_eq!(wrong, None, "{:?}", told);
        }
    }

    #[test]
    fn every_number_and_its_complement_are_about_enough(days in days()) {
        for (day, publication) in all_told(&days) {
            let mut named = Vec::new();
            for cell in &publication.cells {
                prop_assert!(cell.cast >= FEW && cell.eligible - cell.cast >= FEW, "{:?}", publication);
                named.extend(cell.units.iter().cloned());
            }
            named.sort();
            let all: Vec<_> = days[day].iter().map(|unit| unit.unit.clone()).collect();
            prop_assert_eq!(named, all);
            prop_assert_eq!(publication.cast(), days[day].iter().map(|unit| unit.cast).sum::<u64>());
        }
    }

    #[test]
    fn of_two_publications_one_divides_the_other(days in days()) {
        let told = all_told(&days);
        let within = |fine: &Publication, coarse: &Publication| {
            fine.cells.iter().all(|small| {
                coarse.cells.iter().any(|large| small.units.iter().all(|unit| large.units.contains(unit)))
            })
        };
        for (_, one) in &told {
            for (_, other) in &told {
                prop_assert!(within(one, other) || within(other, one), "{:?}", told);
            }
        }
    }

    #[test]
    fn the_end_tells_the_whole_and_of_units_only_what_holds(days in days()) {
        let told = all_told(&days[..2]);
        let mut all: Vec<_> = told.clone();
        let past: Vec<_> = told.into_iter().map(|(_, publication)| publication).collect();
        let last = publish_last(&days[2], &past);
        prop_assert_eq!(last.cast(), days[2].iter().map(|unit| unit.cast).sum::<u64>());
        for cell in last.by_unit() {
            prop_assert!(cell.cast >= FEW && cell.eligible - cell.cast >= FEW, "{:?}", last);
        }
        all.push((2, last.clone()));
        let numbers: usize = all.iter().map(|(_, publication)| publication.cells.len()).sum();
        if numbers <= 8 {
            let (everybody, mut wrong) = (days[2].len(), None);
            attack(&all, |members, number| {
                // That the whole grew by a few is known anyhow.
                let whole = members.iter().map(|(unit, _)| unit).collect::<BTreeSet<_>>().len() == everybody;
                if !whole && number != 0 && number < i64::try_from(FEW).unwrap() {
                    wrong = Some((members.clone(), number));
                }
            });
            prop_assert_eq!(wrong, None, "{:?}", all);
        }
    }
}
