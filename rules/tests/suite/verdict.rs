//! Verdicts: needs, margins, units, and the words and the JSON they are given in.

use scrutineer_rules::{Counts, DecideError, Electorate, Outcome, Rule, Verdict, decide, resolve};

use crate::counts;

fn verdict(rule: &str, counts: &Counts) -> Verdict {
    let rule = Rule::parse(rule).unwrap_or_else(|e| panic!("{rule}: {e}"));
    decide(&rule, &Electorate::Whole(counts.clone())).expect("decides")
}

/// Needed, got, margin and whether it holds, of a rule with one comparison.
fn numbers(rule: &str, counts: &Counts) -> (u64, u64, i64, bool) {
    let verdict = verdict(rule, counts);
    let [condition] = &verdict.conditions[..] else { panic!("{rule}: one comparison") };
    assert_eq!(verdict.outcome == Outcome::Passed, condition.holds);
    (condition.needed, condition.got, condition.margin, condition.holds)
}

#[test]
fn needed_is_the_smallest_count_that_holds() {
    let counts = counts(1000, &[("Yes", 100), ("No", 50)], 10, 3);
    for (rule, needed, got, margin, holds) in [
        ("Yes > half of valid", 76, 100, 24, true),
        ("Yes >= half of valid", 75, 100, 25, true),
        ("Yes >= 2/3 of valid", 100, 100, 0, true),
        ("Yes > 2/3 of valid", 101, 100, -1, false),
        ("Yes >= two-thirds of valid", 100, 100, 0, true),
        ("Yes >= 66.6666% of valid", 100, 100, 0, true),
        ("Yes >= 66.6667% of valid", 101, 100, -1, false),
        ("Yes >= 66.7% of cast", 109, 100, -9, false),
        ("Yes >= three-quarters of cast", 123, 100, -23, false),
        ("Yes > half of cast", 82, 100, 18, true),
        ("cast >= half of eligible", 500, 163, -337, false),
        ("cast >= 16.3% of eligible", 163, 163, 0, true),
        ("cast > 16.3% of eligible", 164, 163, -1, false),
        ("top answer > half of eligible", 501, 100, -401, false),
        ("No > half of top answer", 51, 50, -1, false),
        ("Yes >= half of Yes", 50, 100, 50, true),
        ("Yes > 100% of Yes", 101, 100, -1, false),
        ("blank >= 10", 10, 10, 0, true),
        ("blank > 10", 11, 10, -1, false),
        ("spoiled >= 0% of eligible", 0, 3, 3, true),
        ("eligible > 9007199254740991", 9_007_199_254_740_992, 1000, -9_007_199_254_739_992, false),
    ] {
        assert_eq!(numbers(rule, &counts), (needed, got, margin, holds), "{rule}");
    }
}

#[test]
fn the_largest_counts_are_decided_exactly() {
    let all = scrutineer_rules::MAX_COUNT;
    let counts = counts(all, &[("Yes", all / 2 + 1), ("No", all / 2)], 0, 0);
    assert_eq!(numbers("Yes > half of valid", &counts), (all / 2 + 1, all / 2 + 1, 0, true));
    assert_eq!(numbers("No > half of valid", &counts), (all / 2 + 1, all / 2, -1, false));
    let rule = format!("cast >= {all}/{all} of eligible");
    assert_eq!(numbers(&rule, &counts), (all, all, 0, true));
}

#[test]
fn with_no_valid_vote_every_comparison_with_valid_fails() {
    let nobody = counts(100, &[("Yes", 0), ("No", 0)], 0, 0);
    assert_eq!(numbers("Yes > half of valid", &nobody), (1, 0, -1, false));
    assert_eq!(numbers("Yes >= 2/3 of valid", &nobody), (1, 0, -1, false));
    assert_eq!(numbers("Yes >= 0% of valid", &nobody), (1, 0, -1, false));
    assert_eq!(numbers("valid >= 0", &nobody), (1, 0, -1, false));
    assert_eq!(numbers("valid >= half of eligible", &nobody), (50, 0, -50, false));
    let blanks = counts(100, &[("Yes", 0), ("No", 0)], 30, 2);
    assert_eq!(numbers("cast >= half of valid", &blanks), (33, 32, -1, false));
    assert_eq!(numbers("cast >= 30% of eligible", &blanks), (30, 32, 2, true));
    // Under `not` a comparison that fails is one that holds.
    assert_eq!(verdict("not (No >= 2/3 of valid)", &blanks).outcome, Outcome::Passed);
}

#[test]
fn and_or_and_not_join_comparisons_and_all_of_them_are_shown() {
    let counts = counts(100, &[("Yes", 30), ("No", 20)], 0, 0);
    for (rule, outcome) in [
        ("Yes > 29 and No > 19", Outcome::Passed),
        ("Yes > 30 and No > 19", Outcome::NotPassed),
        ("Yes > 30 or No > 19", Outcome::Passed),
        ("Yes > 30 or No > 20", Outcome::NotPassed),
        ("Yes > 29 or Yes > 30 and No > 20", Outcome::Passed),
        ("(Yes > 29 or Yes > 30) and No > 20", Outcome::NotPassed),
        ("not Yes > 30 and No > 20", Outcome::NotPassed),
        ("not (Yes > 30 and No > 20)", Outcome::Passed),
        ("not not Yes > 29", Outcome::Passed),
    ] {
        let verdict = verdict(rule, &counts);
        assert_eq!(verdict.outcome, outcome, "{rule}");
        assert_eq!(verdict.conditions.len(), rule.matches('>').count(), "{rule}");
        assert_eq!(verdict.rule, rule);
    }
}

#[test]
fn one_more_yes_can_bring_the_turnout_that_rejects() {
    let rule = resolve("rule:teamsters-final-offer-2018", None, None).expect("resolves");
    let outcome = |yes| {
        let counts = counts(100, &[("Yes", yes), ("No", 30)], 0, 0);
        decide(&rule, &Electorate::Whole(counts)).expect("decides").outcome
    };
    assert_eq!((outcome(19), outcome(20)), (Outcome::Passed, Outcome::NotPassed));
}

fn units(list: &[(&str, Counts)]) -> Electorate {
    Electorate::Units(list.iter().map(|(name, counts)| ((*name).to_owned(), counts.clone())).collect())
}

#[test]
fn each_unit_must_hold_and_the_rest_counts_the_sums() {
    let north = counts(100, &[("Yes", 60), ("No", 10)], 5, 0);
    let south = counts(50, &[("No", 12), ("Yes", 11)], 0, 1);
    let rule = Rule::parse("cast >= 66% of eligible and each unit: Yes > half of valid").expect("parses");
    let verdict = decide(&rule, &units(&[("North", north.clone()), ("South", south)])).expect("decides");
    assert_eq!(verdict.outcome, Outcome::NotPassed);
    let shown: Vec<_> =
        verdict.conditions.iter().map(|c| (c.unit.as_deref(), c.needed, c.got, c.holds)).collect();
    assert_eq!(shown, [(None, 99, 99, true), (Some("North"), 36, 60, true), (Some("South"), 12, 11, false)]);
    let south = counts(50, &[("Yes", 12), ("No", 11)], 0, 1);
    let verdict = decide(&rule, &units(&[("North", north.clone()), ("South", south)])).expect("decides");
    assert_eq!(verdict.outcome, Outcome::Passed);
    // One unit in which nobody voted is enough to fail.
    let empty = counts(5, &[("Yes", 0), ("No", 0)], 0, 0);
    let rule = Rule::parse("each unit: Yes >= half of valid").expect("parses");
    let verdict = decide(&rule, &units(&[("North", north), ("South", empty)])).expect("decides");
    assert_eq!(verdict.outcome, Outcome::NotPassed);
}

#[test]
fn units_also_serve_a_rule_that_does_not_speak_of_them() {
    let rule = Rule::parse("Yes > half of valid").expect("parses");
    let list =
        [("A", counts(9, &[("Yes", 5), ("No", 1)], 0, 0)), ("B", counts(9, &[("Yes", 0), ("No", 4)], 0, 0))];
    let verdict = decide(&rule, &units(&list)).expect("decides");
    assert_eq!(verdict.outcome, Outcome::NotPassed);
    assert_eq!((verdict.conditions[0].needed, verdict.conditions[0].got), (6, 5));
    assert_eq!(verdict.conditions[0].unit, None);
}

#[test]
fn units_and_rules_that_do_not_fit_are_refused() {
    let a = counts(9, &[("Yes", 5), ("No", 1)], 0, 0);
    let rule = Rule::parse("each unit: Yes > half of valid").expect("parses");
    assert_eq!(decide(&rule, &Electorate::Whole(a.clone())), Err(DecideError::NeedsUnits));
    assert_eq!(decide(&rule, &Electorate::Units(vec![])), Err(DecideError::NoUnits));
    let twice = decide(&rule, &units(&[("A", a.clone()), ("B", a.clone()), ("A", a.clone())]));
    assert_eq!(twice, Err(DecideError::DuplicateUnit { unit: "A".to_owned() }));
    let twice = decide(&rule, &units(&[("A", a.clone()), ("B", a.clone()), ("B", a.clone())]));
    assert_eq!(twice, Err(DecideError::DuplicateUnit { unit: "B".to_owned() }));
    for other in [&[("Yes", 5), ("Nein", 1)][..], &[("Yes", 5)], &[("Yes", 5), ("No", 1), ("Maybe", 0)]] {
        let differ = decide(&rule, &units(&[("A", a.clone()), ("B", counts(9, other, 0, 0))]));
        let expected = DecideError::AnswersDiffer { first: "A".to_owned(), unit: "B".to_owned() };
        assert_eq!(differ, Err(expected));
    }
    let all = scrutineer_rules::MAX_COUNT;
    let huge = counts(all, &[("Yes", 5), ("No", 1)], 0, 0);
    assert_eq!(decide(&rule, &units(&[("A", a.clone()), ("B", huge)])), Err(DecideError::TooLarge));
    let rule = Rule::parse("cast > 1 or Maybe > 1").expect("parses");
    let Err(DecideError::Rule(error)) = decide(&rule, &Electorate::Whole(a)) else {
        panic!("no such answer")
    };
    assert_eq!((error.at, error.found.as_str()), (13, "Maybe"));
}

#[test]
fn the_json_has_this_form_and_reads_back() {
    let a = counts(10, &[("Yes", 5), ("No", 1)], 0, 0);
    let rule = Rule::parse(" cast>=half of eligible and each unit: Yes > 66.7% of valid").expect("parses");
    let verdict = decide(&rule, &units(&[("A \"1\"", a)])).expect("decides");
    let json = serde_json::to_string(&verdict).expect("serialises");
    assert_eq!(
        json,
        "{\"outcome\":\"passed\",\"rule\":\"cast>=half of eligible and each unit: Yes > 66.7% of valid\",\"conditions\":[\
         {\"text\":\"cast >= half of eligible\",\"needed\":5,\"got\":6,\"margin\":1,\"holds\":true},\
         {\"text\":\"Yes > 66.7% of valid\",\"needed\":5,\"got\":5,\"margin\":0,\"holds\":true,\"unit\":\"A \\\"1\\\"\"}]}"
    );
    assert_eq!(serde_json::from_str::<Verdict>(&json).expect("reads"), verdict);
    let failed = serde_json::to_string(&Outcome::NotPassed).expect("serialises");
    assert_eq!(failed, "\"not_passed\"");
}

#[test]
fn the_verdict_says_why_in_words() {
    let rule = Rule::parse("Yes > half of cast and Yes >= 40% of eligible and not (No >= 2/3 of valid)");
    let counts = counts(2327, &[("Yes", 926), ("No", 267)], 0, 5);
    let verdict = decide(&rule.expect("parses"), &Electorate::Whole(counts.clone())).expect("decides");
    assert_eq!(
        verdict.sentences(),
        [
            "The rule: Yes > half of cast and Yes >= 40% of eligible and not (No >= 2/3 of valid)",
            "Yes > half of cast holds: needed 600, got 926, 326 more than needed.",
            "Yes >= 40% of eligible does not hold: needed 931, got 926, 5 short.",
            "No >= 2/3 of valid does not hold: needed 796, got 267, 529 short. Under `not`, it counts against passing.",
            "Not passed: the rule does not hold.",
        ]
    );
    let rule = Rule::parse("each unit: (Yes >= 926 and not not (Yes > 1)) or not (No > 1) or No > 1")
        .expect("parses");
    let verdict = decide(&rule, &units(&[("Local 1", counts)])).expect("decides");
    assert_eq!(
        verdict.sentences()[1..],
        [
            "In Local 1: Yes >= 926 holds: needed 926, got 926, exactly enough.",
            "In Local 1: Yes > 1 holds: needed 2, got 926, 924 more than needed.",
            "No > 1 holds: needed 2, got 267, 265 more than needed.",
            "No > 1 holds: needed 2, got 267, 265 more than needed.",
            "Passed: the rule holds.",
        ]
    );
}
