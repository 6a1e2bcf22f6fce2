//! How near an outcome was: by tables over the library, and never above what every other way to vote shows.

use proptest::prelude::*;
use scrutineer_rules::{Counts, Electorate, Rule, decide, lead, margin, named};

use crate::counts;
use crate::properties::{Numbers, rule};

fn of(rule: &str, counts: &Counts) -> u64 {
    let text = rule.strip_prefix("rule:").map_or(rule, |name| named(name).expect("in the library").text);
    let rule = Rule::parse(text).unwrap_or_else(|e| panic!("{rule}: {e}"));
    margin(&rule, &Electorate::Whole(counts.clone())).expect("decides")
}

#[test]
fn the_margin_of_one_condition_is_the_one_that_the_verdict_shows() {
    // 71 % of the votes, 61 % of all members.
    let ctu = counts(1000, &[("Yes", 611), ("No", 249)], 0, 0);
    for (rule, votes) in [
        ("rule:ctu-action-60", 11),
        ("rule:illinois-chicago-strike", 139),
        ("rule:igmetall-strike", 139),
        ("rule:igmetall-accept", 361),
        ("rule:verdi-strike", 140),
        ("rule:majority", 180),
        ("rule:ctu-ratification", 180),
        ("rule:ontario-79", 180),
        ("rule:majority-of-ballots", 180),
        ("rule:two-thirds", 37),
        ("rule:uaw-strike", 37),
        ("Yes >= 100", 511),
        ("Yes > 610", 0),
    ] {
        assert_eq!(of(rule, &ctu), votes, "{rule}");
    }
}

#[test]
fn of_several_conditions_those_count_that_decide() {
    let close_turnout = counts(1000, &[("Yes", 400), ("No", 105)], 0, 0);
    for (rule, votes) in [
        // Both hold: the nearer one can turn it.
        ("rule:uk-general", 5),
        ("rule:australia-459", 5),
        // The third condition is met exactly.
        ("rule:uk-important-services-2016", 0),
        // Neither rejects: a majority of No is far, two thirds are farther; turnout is there.
        ("rule:teamsters-final-offer-2018", 148),
    ] {
        assert_eq!(of(rule, &close_turnout), votes, "{rule}");
    }
    let low_turnout = counts(1000, &[("Yes", 300), ("No", 120)], 0, 0);
    // Only turnout fails; then both fail: the farther one has to be turned.
    assert_eq!(of("rule:uk-general", &low_turnout), 80);
    assert_eq!(of("rule:uk-important-services-2016", &low_turnout), 100);
    // One of two is enough to pass, and both hold: both must be turned.
    assert_eq!(of("Yes >= 100 or cast >= 400", &low_turnout), 200);
    assert_eq!(of("Yes >= 310 or cast >= 500", &low_turnout), 10);
    // Under the rule of 2018 a rejection fell for want of turnout: 62 % No of 44 %.
    let teamsters = counts(1000, &[("Yes", 170), ("No", 270)], 0, 0);
    assert_eq!(of("rule:teamsters-final-offer-2018", &teamsters), 24);
}

#[test]
fn each_unit_decides_for_itself() {
    let rule = Rule::parse(named("every-unit").expect("in the library").text).expect("parses");
    let unit = |name: &str, yes, no| (name.to_owned(), counts(100, &[("Yes", yes), ("No", no)], 0, 0));
    let of = |units: Vec<(String, Counts)>| margin(&rule, &Electorate::Units(units)).expect("decides");
    // All hold: the nearest can turn it.
    assert_eq!(of(vec![unit("North", 30, 10), unit("South", 24, 20)]), 1);
    // One fails: it has to be turned, however far the others are.
    assert_eq!(of(vec![unit("North", 30, 10), unit("South", 20, 25)]), 3);
    // Two fail: nobody votes in both.
    assert_eq!(of(vec![unit("North", 10, 19), unit("South", 20, 25)]), 8);
}

#[test]
fn a_vote_that_changes_sides_counts_twice_where_a_rule_compares_both() {
    let counts = counts(1000, &[("Yes", 110), ("No", 89)], 40, 0);
    // needed 90, got 110: but eleven who change sides are enough.
    assert_eq!(of("Yes > 100% of No", &counts), 11);
    assert_eq!(of("blank >= half of valid", &counts), 40);
    assert_eq!(of("not blank >= 10% of valid", &counts), 19);
    // A tie.
    let tie = crate::counts(1000, &[("Yes", 50), ("No", 50)], 0, 0);
    assert_eq!(of("Yes > half of valid", &tie), 1);
}

#[test]
fn without_a_rule_it_is_what_could_change_who_leads() {
    for (votes, max, expected) in [
        (&[100, 88][..], 1, 6),
        (&[88, 100], 1, 6),
        (&[100, 89], 1, 6),
        (&[50, 50], 1, 0),
        (&[100, 20, 19], 1, 40),
        // Several may be chosen: how many of them win is not said here.
        (&[100, 20, 19], 2, 1),
        (&[12], 1, 12),
        (&[0], 1, 0),
        (&[], 1, 0),
    ] {
        assert_eq!(lead(votes, max), expected, "{votes:?}, {max}");
    }
}

/// Every way in which so many members may vote: not at all, blank, for one of three answers; nobody spoils a vote.
fn ways(members: u64) -> Vec<Numbers> {
    let mut ways = Vec::new();
    for unused in 0..=members {
        for blank in 0..=members - unused {
            for yes in 0..=members - unused - blank {
                for no in 0..=members - unused - blank - yes {
                    let unsure = members - unused - blank - yes - no;
                    ways.push(Numbers { unused, answers: [yes, no, unsure], blank, spoiled: 0 });
                }
            }
        }
    }
    ways
}

/// How many members do something else.
fn moved(a: &Numbers, b: &Numbers) -> u64 {
    let all = |n: &Numbers| [n.unused, n.blank, n.answers[0], n.answers[1], n.answers[2]];
    all(a).iter().zip(all(b)).map(|(a, b)| a.saturating_sub(b)).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_fewer_votes_change_the_outcome(rule in rule(), members in 1..7_u64, at in any::<prop::sample::Index>()) {
        let ways = ways(members);
        let is = at.get(&ways);
        let parsed = Rule::parse(&rule.text()).expect("parses");
        let outcome = |n: &Numbers| {
            decide(&parsed, &Electorate::Whole(n.counts())).expect("decides").outcome
        };
        let was = outcome(is);
        let nearest = ways.iter().filter(|other| outcome(other) != was).map(|other| moved(is, other)).min();
        let claimed = margin(&parsed, &Electorate::Whole(is.counts())).expect("decides");
        if let Some(nearest) = nearest {
            prop_assert!(claimed <= nearest, "{}: {is:?} claims {claimed}, but {nearest} are enough", rule.text());
        }
    }
}
