//! Published results of real votes, each with the outcome that its rule must give.

use scrutineer_rules::{Counts, Electorate, Outcome, decide, resolve};

use crate::input;

#[test]
fn every_published_vote_gets_its_outcome() {
    let mut reader = csv::Reader::from_reader(&include_bytes!("../data/votes.csv")[..]);
    let columns = reader.headers().expect("a header").clone();
    let column = |name: &str| columns.iter().position(|c| c == name).expect("the column exists");
    let mut rows = 0;
    for record in reader.records() {
        let record = record.expect("a readable row");
        let text = |name: &str| &record[column(name)];
        let number = |name: &str| text(name).parse::<u64>().expect("a whole number");
        let rule = resolve(&format!("rule:{}", text("rule")), None, None).expect("a rule of the library");
        let mut given = input(
            number("eligible"),
            &[("Yes", number("yes")), ("No", number("no"))],
            number("blank"),
            number("spoiled"),
        );
        given.cast = Some(number("cast"));
        let outcome = match Counts::new(given) {
            Err(_) => "error",
            Ok(counts) => match decide(&rule, &Electorate::Whole(counts)).expect("a verdict").outcome {
                Outcome::Passed => "passed",
                Outcome::NotPassed => "not_passed",
            },
        };
        assert_eq!(outcome, text("outcome"), "{}", text("id"));
        rows += 1;
    }
    assert_eq!(rows, 17);
}

#[test]
fn the_january_vote_is_61_percent_of_all_members() {
    let counts = crate::counts(25_000, &[("Yes", 15_265), ("No", 6_235)], 0, 0);
    let action = resolve("rule:ctu-action-60", None, None).expect("parses");
    let verdict = decide(&action, &Electorate::Whole(counts.clone())).expect("decides");
    let [condition] = &verdict.conditions[..] else { panic!("one condition") };
    assert_eq!((condition.needed, condition.got, condition.margin), (15_000, 15_265, 265));
    let strike = resolve("rule:illinois-chicago-strike", None, None).expect("parses");
    let verdict = decide(&strike, &Electorate::Whole(counts)).expect("decides");
    let [condition] = &verdict.conditions[..] else { panic!("one condition") };
    assert_eq!((condition.needed, condition.got, condition.margin), (18_750, 15_265, -3_485));
}
