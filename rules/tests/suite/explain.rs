//! What an explanation says is what the rule does.

use proptest::prelude::*;
use scrutineer_rules::{
    Abstaining, Clause, Electorate, Explanation, NotVoting, Outcome, Rule, Verdict, decide, library,
};

use crate::properties::{Numbers, numbers, rule};

fn explain(text: &str) -> Explanation {
    Rule::parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).explain()
}

fn verdict(text: &str, numbers: &Numbers) -> Verdict {
    decide(&Rule::parse(text).expect("parses"), &Electorate::Whole(numbers.counts())).expect("decides")
}

fn passes(text: &str, numbers: &Numbers) -> bool {
    verdict(text, numbers).outcome == Outcome::Passed
}

/// Whether a clause holds where its comparisons came out as in a verdict.
fn holds(clause: &Clause, verdict: &Verdict) -> bool {
    match clause {
        Clause::All(parts) => parts.iter().all(|part| holds(part, verdict)),
        Clause::Any(parts) => parts.iter().any(|part| holds(part, verdict)),
        Clause::Not(part) => !holds(part, verdict),
        Clause::EachUnit(_) => unreachable!("these rules have no units"),
        Clause::Comparison(comparison) => {
            let text = comparison.to_string();
            verdict
                .conditions
                .iter()
                .find(|condition| condition.text == text)
                .expect("is in the verdict")
                .holds
        }
    }
}

/// No `Not` in a `Not`, no list of one, no list right in a list of its kind.
fn well_formed(clause: &Clause) -> bool {
    match clause {
        Clause::All(parts) => {
            parts.len() > 1 && parts.iter().all(|part| !matches!(part, Clause::All(_)) && well_formed(part))
        }
        Clause::Any(parts) => {
            parts.len() > 1 && parts.iter().all(|part| !matches!(part, Clause::Any(_)) && well_formed(part))
        }
        Clause::Not(part) => !matches!(part.as_ref(), Clause::Not(_)) && well_formed(part),
        Clause::EachUnit(part) => well_formed(part),
        Clause::Comparison(_) => true,
    }
}

#[test]
fn the_rules_of_the_library_say_what_not_voting_does() {
    for rule in library() {
        let not_voting = explain(rule.text).not_voting;
        let expected = match rule.name {
            "majority"
            | "majority-of-ballots"
            | "two-thirds"
            | "ctu-ratification"
            | "uaw-strike"
            | "ontario-79"
            | "every-unit" => NotVoting::Nothing,
            "teamsters-final-offer-2018" => NotVoting::CanHelp { by_turnout: true },
            "uk-general" | "uk-important-services-2016" | "australia-459" => NotVoting::CanStop,
            _ => NotVoting::LikeNotChoosing("Yes".to_owned()),
        };
        assert_eq!(not_voting, expected, "{}", rule.name);
    }
}

#[test]
fn abstaining_is_told_from_not_voting() {
    let abstaining = |text| explain(text).abstaining;
    let like_no = Abstaining::LikeNotChoosing("Yes".to_owned());
    assert_eq!(abstaining("Yes >= 60% of eligible"), like_no);
    assert_eq!(abstaining("Yes > half of cast and cast >= half of eligible"), like_no);
    assert_eq!(abstaining("Yes > half of valid"), Abstaining::LikeNotVoting);
    assert_eq!(abstaining("Yes > half of valid and cast >= half of eligible"), Abstaining::TurnoutOnly);
    assert_eq!(abstaining("top answer > half of cast"), Abstaining::InTotal);
    assert_eq!(abstaining("Yes > half of valid and blank >= 3"), Abstaining::AsTheRuleSays);
    assert_eq!(abstaining("Yes > half of valid and cast >= half of blank"), Abstaining::AsTheRuleSays);
    assert_eq!(abstaining("Yes > half of valid and cast > half of No"), Abstaining::InTotal);
}

#[test]
fn a_rule_of_nothing_but_refusals_is_said_as_one() {
    let Clause::Not(part) =
        explain("not (No > half of valid and cast >= 5) and not No >= 2/3 of valid").clause
    else {
        panic!("a refusal");
    };
    let Clause::Any(parts) = *part else { panic!("of any of two") };
    assert!(matches!(&parts[..], [Clause::All(both), Clause::Comparison(_)] if both.len() == 2));
    assert!(matches!(explain("not not Yes >= 1").clause, Clause::Comparison(_)));
    assert!(matches!(explain("each unit: not Yes >= 1").clause, Clause::EachUnit(_)));
    // One that is no refusal stays in its list.
    let Clause::All(parts) = explain("Yes >= 1 and not No >= 2 and not cast >= 3").clause else {
        panic!("a list");
    };
    assert_eq!(parts.len(), 3);
}

#[test]
fn comparisons_that_would_surprise_without_a_valid_vote_are_noticed() {
    for plain in
        ["Yes > half of valid", "top answer >= 2/3 of valid", "cast >= half of eligible", "blank > 3"]
    {
        assert!(!explain(plain).needs_valid_vote, "{plain}");
    }
    for odd in ["cast >= half of valid", "valid >= 0", "Yes >= 0% of valid", "blank > 10% of valid"] {
        assert!(explain(odd).needs_valid_vote, "{odd}");
        let nobody = Numbers { unused: 10, answers: [0; 3], blank: 4, spoiled: 0 };
        assert!(!passes(odd, &nobody), "{odd}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_conditions_are_the_rule_and_name_every_comparison(rule in rule(), numbers in numbers()) {
        let text = rule.text();
        let explanation = explain(&text);
        let verdict = verdict(&text, &numbers);
        prop_assert!(well_formed(&explanation.clause), "{:?}", explanation.clause);
        prop_assert_eq!(holds(&explanation.clause, &verdict), verdict.outcome == Outcome::Passed);
        let named: Vec<_> = explanation.comparisons().iter().map(|(one, _)| one.to_string()).collect();
        let decided: Vec<_> = verdict.conditions.iter().map(|one| one.text.clone()).collect();
        prop_assert_eq!(named, decided);
    }

    #[test]
    fn what_it_says_of_not_voting_is_so(rule in rule(), numbers in numbers()) {
        let text = rule.text();
        let before = passes(&text, &numbers);
        let stays_away = Numbers { unused: numbers.unused + 1, ..numbers };
        match explain(&text).not_voting {
            NotVoting::Nothing => prop_assert_eq!(passes(&text, &stays_away), before),
            NotVoting::LikeNotChoosing(answer) => {
                let mut other = numbers;
                other.answers[usize::from(answer == "Yes")] += 1;
                prop_assert_eq!(passes(&text, &stays_away), passes(&text, &other));
            }
            NotVoting::CanStop | NotVoting::CanHelp { .. } | NotVoting::Depends => {}
        }
    }

    #[test]
    fn what_it_says_of_abstaining_is_so(rule in rule(), numbers in numbers()) {
        let text = rule.text();
        let abstains = Numbers { blank: numbers.blank + 1, ..numbers };
        match explain(&text).abstaining {
            Abstaining::LikeNotVoting => {
                let stays_away = Numbers { unused: numbers.unused + 1, ..numbers };
                prop_assert_eq!(passes(&text, &abstains), passes(&text, &stays_away));
            }
            Abstaining::LikeNotChoosing(answer) => {
                let mut other = numbers;
                other.answers[usize::from(answer == "Yes")] += 1;
                prop_assert_eq!(passes(&text, &abstains), passes(&text, &other));
            }
            Abstaining::TurnoutOnly | Abstaining::InTotal | Abstaining::AsTheRuleSays => {}
        }
    }
}
