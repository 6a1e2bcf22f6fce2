//! The named rules, and how a ballot's own words take the place of Yes and No.

use scrutineer_rules::{Place, Rule, library, named, resolve};

#[test]
fn every_rule_parses_prints_as_it_stands_and_explains_itself() {
    assert_eq!(library().len(), 16);
    for rule in library() {
        let parsed = Rule::parse(rule.text).unwrap_or_else(|e| panic!("{}: {e}", rule.name));
        assert_eq!(parsed.to_string(), rule.text, "{}", rule.name);
        assert_eq!(parsed.text(), rule.text);
        assert!(parsed.answers().iter().all(|a| ["Yes", "No"].contains(a)), "{}", rule.name);
        assert_eq!(named(rule.name), Some(rule));
        assert_eq!(resolve(&format!("rule:{}", rule.name), None, None).expect("resolves"), parsed);
        for text in [rule.title, rule.source, rule.not_voting] {
            assert!(!text.is_empty() && !text.contains("  "), "{}: {text}", rule.name);
        }
        assert!(rule.not_voting.starts_with("Not voting") && rule.not_voting.ends_with('.'), "{}", rule.name);
        assert_eq!(rule.not_voting.matches('.').count(), 1, "{}: one sentence", rule.name);
    }
}

#[test]
fn names_are_unique() {
    for (i, rule) in library().iter().enumerate() {
        assert!(library()[..i].iter().all(|earlier| earlier.name != rule.name), "{}", rule.name);
    }
    assert_eq!(named("no-such-rule"), None);
}

#[test]
fn the_texts_are_those_of_the_sources() {
    for (name, text) in [
        ("majority", "Yes > half of valid"),
        ("majority-of-ballots", "top answer > half of cast"),
        ("two-thirds", "Yes >= 2/3 of valid"),
        ("illinois-chicago-strike", "Yes >= 3/4 of eligible"),
        ("ctu-action-60", "Yes >= 60% of eligible"),
        ("ctu-ratification", "Yes > half of valid"),
        ("uaw-strike", "Yes >= 2/3 of valid"),
        (
            "teamsters-final-offer-2018",
            "not (No > half of valid and cast >= half of eligible) and not (No >= 2/3 of valid)",
        ),
        ("uk-general", "Yes > half of cast and cast >= half of eligible"),
        (
            "uk-important-services-2016",
            "Yes > half of cast and cast >= half of eligible and Yes >= 40% of eligible",
        ),
        ("australia-459", "Yes > half of valid and cast >= half of eligible"),
        ("ontario-79", "Yes > half of valid"),
        ("igmetall-strike", "Yes >= 75% of eligible"),
        ("igmetall-accept", "Yes >= 25% of eligible"),
        ("verdi-strike", "Yes > 75% of eligible"),
        ("every-unit", "each unit: Yes > half of valid"),
    ] {
        assert_eq!(named(name).map(|rule| rule.text), Some(text), "{name}");
    }
}

#[test]
fn a_ballots_own_words_take_the_place_of_yes_and_no() {
    let offer = |name: &str, yes, no| resolve(name, yes, no).expect("resolves").text().to_owned();
    assert_eq!(
        offer("rule:majority", Some("Accept the offer"), Some("Reject the offer")),
        r#""Accept the offer" > half of valid"#
    );
    assert_eq!(offer("rule:majority", Some("Ja"), None), "Ja > half of valid");
    assert_eq!(offer(" rule: majority ", Some("Oui"), Some("Non")), "Oui > half of valid");
    assert_eq!(
        offer("rule:teamsters-final-offer-2018", Some("Accept"), Some("Reject the offer")),
        "not (\"Reject the offer\" > half of valid and cast >= half of eligible) \
         and not (\"Reject the offer\" >= 2/3 of valid)"
    );
    // Both at once, so that the words may even be swapped.
    assert_eq!(
        offer("rule:teamsters-final-offer-2018", Some("No"), Some("Yes")),
        "not (Yes > half of valid and cast >= half of eligible) and not (Yes >= 2/3 of valid)"
    );
    for (answer, spelled) in [
        ("valid", "\"valid\""),
        ("top", "\"top\""),
        ("2nd", "\"2nd\""),
        ("O'Neill", "O'Neill"),
        ("Ja!", "\"Ja!\""),
        ("the \"final\" offer", "\"the \"\"final\"\" offer\""),
        ("Zażółć", "Zażółć"),
    ] {
        let rule = resolve("rule:majority", Some(answer), None).expect("resolves");
        assert_eq!(rule.text(), format!("{spelled} > half of valid"));
        assert_eq!(rule.answers(), [answer]);
    }
}

#[test]
fn a_reference_that_means_nothing_is_refused() {
    let error = resolve("rule:majorty", None, None).expect_err("unknown");
    assert_eq!((error.place, error.at), (Place::Rule, 6));
    assert_eq!(error.found, "`majorty`");
    assert!(error.expected.contains("majority, majority-of-ballots"), "{error}");
    let error = resolve("rule:", None, None).expect_err("no name");
    assert_eq!(error.found, "nothing");

    let error = resolve("Yes > half of valid", Some("Accept"), None).expect_err("not a named rule");
    assert_eq!((error.place, error.at), (Place::Yes, 1));
    let error = resolve("Yes > half of valid", None, Some("Reject")).expect_err("not a named rule");
    assert_eq!(error.place, Place::No);

    for empty in ["", "  "] {
        let error = resolve("rule:majority", Some(empty), None).expect_err("empty");
        assert_eq!((error.place, error.found.as_str()), (Place::Yes, "nothing"));
    }
    let error = resolve("rule:majority", Some("Yes"), Some("Off\ner")).expect_err("two lines");
    assert_eq!((error.place, error.at), (Place::No, 4));
    let error = resolve("rule:majority", Some("Accept"), Some("Accept")).expect_err("the same");
    assert_eq!(error.place, Place::No);
    let error = resolve("rule:majority", Some("No"), None).expect_err("the same as the usual No");
    assert_eq!(error.place, Place::Yes);
    let long = "x".repeat(5000);
    resolve("rule:majority", Some(&long), None).expect_err("too long for a ballot");
}

#[test]
fn a_rule_that_names_an_answer_which_does_not_exist_is_refused() {
    let rule = resolve("rule:majority", None, None).expect("resolves");
    rule.check_answers(&["Yes", "No"]).expect("both exist");
    let error = rule.check_answers(&["Accept the offer", "Reject"]).expect_err("no Yes");
    assert_eq!(error.at, 1);
    assert_eq!(
        error.to_string(),
        "in the rule, at character 1: expected one of the question's answers, written exactly as there \
         (\"Accept the offer\", Reject), but found Yes (where the answers read otherwise, `yes` and `no` beside a \
         named rule say which is which)"
    );
    let rule = Rule::parse("  cast >= half of eligible and \"Yes \" > 3").expect("parses");
    let error = rule.check_answers(&["Yes".to_owned(), "No".to_owned()]).expect_err("a blank too many");
    assert_eq!((error.at, error.found.as_str()), (30, "\"Yes \""));
    let rule = Rule::parse("valid > 3 and top answer > 2").expect("parses");
    rule.check_answers(&[""; 0]).expect("names none");
}
