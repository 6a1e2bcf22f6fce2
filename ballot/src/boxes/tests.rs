//! Who shares a box with whom, and what cannot be a box.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

const FILE: &str = "title = \"T\"\ntime_zone = \"UTC\"\ncontact = \"C\"\ntellers = \"server\"\n";
const QUESTION: &str = "\n[[question]]\ntext = \"Q?\"\nanswers = [\"Yes\", \"No\"]\n";
const EACH: &str = "passes = \"each unit: Yes > half of valid\"\n";
const WHOLE: &str = "passes = \"Yes > half of valid\"\n";

fn file(keys: &str, boxes: &str, rule: &str) -> BallotFile {
    BallotFile::parse(&format!("{FILE}{keys}\n{boxes}{QUESTION}{rule}")).unwrap()
}

/// So many members in each of these units.
fn members(units: &[(&str, usize)]) -> Vec<RollEntry> {
    let units = units.iter().enumerate().flat_map(|(n, (unit, size))| (0..*size).map(move |i| (n, unit, i)));
    units.map(|(n, unit, i)| RollEntry::new(&format!("{n}-{i}"), "A", unit, "good", "").unwrap()).collect()
}

fn sizes(file: &BallotFile, units: &[(&str, usize)]) -> Vec<(String, usize)> {
    let boxes = divide(file, members(units)).unwrap();
    boxes.into_iter().map(|one| (one.name, one.roll.len())).collect()
}

fn refusal(file: &BallotFile, units: &[(&str, usize)]) -> String {
    divide(file, members(units)).unwrap_err().to_string()
}

#[test]
fn one_box_unless_units_are_asked_for() {
    let file = file("", "", WHOLE);
    assert!(!file.counts_units());
    assert_eq!(sizes(&file, &[("A", 1), ("B", 2)]), [("all".to_owned(), 3)]);
    assert_eq!(divide(&file, []).unwrap_err(), BoxesError::Roll(FrozenRollError::Empty));
}

#[test]
fn every_unit_is_a_box_unless_it_is_put_together_with_others() {
    let units = [("C", 20), ("A", 25), ("B", 15), ("D", 5)];
    let merged = "[boxes]\n\"North side\" = [\"B\", \"D\"]\n";
    let expected = [("A", 25), ("C", 20), ("North side", 20)].map(|(name, size)| (name.to_owned(), size));
    for rule in [EACH, WHOLE, ""] {
        assert_eq!(sizes(&file("", merged, rule), &units), expected, "{rule}");
    }
    let each = file("smallest_box = 5", "", EACH);
    let expected = [("A", 25), ("B", 15), ("C", 20), ("D", 5)].map(|(name, size)| (name.to_owned(), size));
    assert_eq!(sizes(&each, &units), expected);
    // Called like the larger of its units.
    let joined = file("", "[boxes]\nA = [\"A\", \"B\", \"C\", \"D\"]\n", EACH);
    assert_eq!(sizes(&joined, &units), [("A".to_owned(), 65)]);
}

#[test]
fn small_boxes_are_listed_with_what_to_write() {
    let each = file("", "", EACH);
    assert_eq!(
        refusal(&each, &[("A", 3), ("B", 40), ("C \"x\"", 19)]),
        "fewer than 20 members may vote in each of these boxes, so that their results could show how people voted: \"A\" (3), \
         \"C \\\"x\\\"\" (19); count them together with others: under [boxes] in the ballot file write, for example, \
         \"Small units together\" = [\"A\", 'C \"x\"']"
    );
    // The next larger joins where they are not enough.
    let sentence = refusal(&each, &[("A", 3), ("B", 40), ("C", 30), ("D", 50)]);
    assert!(sentence.contains("count it together") && sentence.ends_with("= [\"A\", \"C\"]"), "{sentence}");
    let merged = file("", "[boxes]\nN = [\"A\", \"B\"]\n", EACH);
    let sentence = refusal(&merged, &[("A", 3), ("B", 4), ("C", 30)]);
    assert!(sentence.contains("\"N\" (7)") && sentence.ends_with("= [\"A\", \"B\", \"C\"]"), "{sentence}");
    let sentence = refusal(&each, &[("A", 3), ("B", 4)]);
    assert!(sentence.contains("all who may vote are fewer than that"), "{sentence}");
    assert_eq!(sizes(&each, &[("A", 20)]), [("A".to_owned(), 20)]);
    assert!(divide(&each, members(&[("A", 19)])).is_err());
}

#[test]
fn what_was_written_is_followed_by_the_advice() {
    let units = [("A", 3), ("B \"x\"", 19), ("C", 30)];
    let sentence = refusal(&file("", "", EACH), &units);
    let (_, line) = sentence.split_once("for example, ").unwrap();
    let expected = [("C".to_owned(), 30), ("Small units together".to_owned(), 22)];
    assert_eq!(sizes(&file("", &format!("[boxes]\n{line}\n"), EACH), &units), expected);
}

#[test]
fn names_that_cannot_be_meant_are_said() {
    let units = [("A", 30), ("B", 30)];
    assert_eq!(
        refusal(&file("", "[boxes]\nN = [\"A\", \"b\"]\n", EACH), &units),
        "[boxes] has the unit \"b\" in \"N\", but nobody who may vote is in it; it may be misspelt (those who may vote are in \
         \"A\", \"B\")"
    );
    assert_eq!(
        refusal(&file("", "[boxes]\nB = [\"A\"]\n", EACH), &units),
        "[boxes] calls a box \"B\", which is the name of a unit that is not in it; call the box something else, or add the \
         unit to it"
    );
    let many: Vec<String> = (10..30).map(|i| format!("U{i}")).collect();
    let many: Vec<_> = many.iter().map(|unit| (unit.as_str(), 20)).collect();
    let sentence = refusal(&file("", "[boxes]\nN = [\"A\"]\n", EACH), &many);
    assert!(sentence.ends_with("\"U21\", and 8 others)"), "{sentence}");
}

#[test]
fn spares_are_divided_by_size() {
    for (spares, members, expected) in [
        (20, vec![100], vec![20]),
        (20, vec![50, 50], vec![10, 10]),
        (20, vec![75, 25], vec![15, 5]),
        (10, vec![1000, 20, 20], vec![8, 1, 1]),
        (5, vec![30, 30, 30], vec![2, 2, 1]),
        (3, vec![30, 30, 30], vec![1, 1, 1]),
        (2, vec![30, 30, 30], vec![1, 1, 1]),
        (0, vec![30, 30], vec![0, 0]),
        (7, vec![], vec![]),
    ] {
        assert_eq!(divide_spares(spares, &members), expected, "{spares} {members:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_member_is_in_exactly_one_box(
        sizes in prop::collection::vec(0_usize..40, 1..12),
        merged in prop::collection::vec(0_usize..4, 12),
        each: bool,
    ) {
        let units: Vec<String> = (0..sizes.len()).map(|i| format!("Unit {i}")).collect();
        let mut boxes = String::from("[boxes]\n");
        // Units with 0 stay by themselves.
        for number in 1..4 {
            let of_box = units.iter().zip(&sizes).zip(&merged);
            let of_box = of_box.filter(|((_, size), merged)| **merged == number && **size > 0);
            let of_box: Vec<_> = of_box.map(|((unit, _), _)| format!("{unit:?}")).collect();
            if !of_box.is_empty() {
                boxes.push_str(&format!("Box{number} = [{}]\n", of_box.join(", ")));
            }
        }
        let file = file("", &boxes, if each { EACH } else { WHOLE });
        let all = members(&units.iter().zip(&sizes).map(|(unit, size)| (unit.as_str(), *size)).collect::<Vec<_>>());
        prop_assume!(!all.is_empty());
        match divide(&file, all.clone()) {
            Ok(boxes) => {
                let mut seen: HashMap<String, usize> = HashMap::new();
                let mut unit_of: HashMap<String, String> = HashMap::new();
                for one in &boxes {
                    prop_assert!(one.roll.len() >= 20 || !file.counts_units());
                    for entry in one.roll.entries() {
                        *seen.entry(entry.no().to_string()).or_default() += 1;
                        let first = unit_of.entry(entry.unit().to_owned()).or_insert_with(|| one.name.clone());
                        prop_assert!(*first == one.name || !file.counts_units());
                    }
                }
                prop_assert_eq!(seen.len(), all.len());
                prop_assert!(seen.values().all(|times| *times == 1));
                let names: std::collections::HashSet<_> = boxes.iter().map(|one| &one.name).collect();
                prop_assert_eq!(names.len(), boxes.len());
            }
            Err(BoxesError::TooSmall { boxes, units, .. }) => {
                prop_assert!(!boxes.is_empty() && boxes.iter().all(|(_, size)| *size < 20));
                prop_assert_eq!(units.is_some(), all.len() >= 20);
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn spares_are_as_many_as_asked_for(
        spares in 0_u64..200,
        members in prop::collection::vec(1_u64..500, 1..20),
    ) {
        let divided = divide_spares(spares, &members);
        let boxes = u64::try_from(members.len()).unwrap();
        prop_assert_eq!(divided.len(), members.len());
        let sum: u64 = divided.iter().sum();
        prop_assert_eq!(sum, if spares == 0 { 0 } else { spares.max(boxes) });
        if spares > 0 {
            prop_assert!(divided.iter().all(|spares| *spares >= 1));
        }
        for (a, more) in divided.iter().zip(&members) {
            for (b, fewer) in divided.iter().zip(&members) {
                prop_assert!(more <= fewer || a + 1 >= *b);
            }
        }
    }
}
