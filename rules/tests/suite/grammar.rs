//! The language: what it accepts and how that prints, and what it refuses, with the place.

use scrutineer_rules::Rule;

#[test]
fn rules_print_in_plain_form() {
    for (written, plain) in [
        ("Yes > half of valid", "Yes > half of valid"),
        ("  Yes>half   of\n\tvalid ", "Yes > half of valid"),
        ("Yes >= 66.7% of cast", "Yes >= 66.7% of cast"),
        ("Yes >= 66.7000% of cast", "Yes >= 66.7000% of cast"),
        ("Yes >= 0% of cast", "Yes >= 0% of cast"),
        ("Yes >= 100% of cast", "Yes >= 100% of cast"),
        ("Yes >= 100.0000% of cast", "Yes >= 100.0000% of cast"),
        ("Yes >= 3/3 of cast", "Yes >= 3/3 of cast"),
        ("Yes >= two-thirds of blank", "Yes >= two-thirds of blank"),
        ("Yes >= three-quarters of spoiled", "Yes >= three-quarters of spoiled"),
        ("Yes > 500", "Yes > 500"),
        ("Yes>=0", "Yes >= 0"),
        ("top  answer > half of No", "top answer > half of No"),
        ("Yes > half of top answer", "Yes > half of top answer"),
        (r#""Yes" > 1"#, "Yes > 1"),
        (r#""valid" > half of valid"#, r#""valid" > half of valid"#),
        (r#""Reject the offer" > 1"#, r#""Reject the offer" > 1"#),
        (r#""the ""final"" offer" > 1"#, r#""the ""final"" offer" > 1"#),
        (r#""a\b" > 1"#, r#""a\b" > 1"#),
        ("Half > half of Valid", "Half > half of Valid"),
        ("Sí > 1 and Не_знаю > 2", "Sí > 1 and Не_знаю > 2"),
        ("A > 1 or B > 1 and C > 1", "A > 1 or B > 1 and C > 1"),
        ("A > 1 or (B > 1 and C > 1)", "A > 1 or B > 1 and C > 1"),
        ("(A > 1 or B > 1) and C > 1", "(A > 1 or B > 1) and C > 1"),
        ("((A > 1))", "A > 1"),
        ("A > 1 and (B > 1 and C > 1)", "A > 1 and (B > 1 and C > 1)"),
        ("(A > 1 or B > 1) or C > 1", "(A > 1 or B > 1) or C > 1"),
        ("not A > 1 and B > 1", "not (A > 1) and B > 1"),
        ("not (A > 1 and B > 1)", "not (A > 1 and B > 1)"),
        ("not not A > 1", "not not (A > 1)"),
        ("each unit: A > 1", "each unit: A > 1"),
        ("each unit : A > 1 and B > 1", "each unit: A > 1 and B > 1"),
        ("each unit:(A > 1 and B > 1)", "each unit: (A > 1 and B > 1)"),
        ("each unit: not A > 1", "each unit: not (A > 1)"),
        ("(not A > 1) and each unit: B > 1", "not (A > 1) and each unit: B > 1"),
    ] {
        let rule = Rule::parse(written).unwrap_or_else(|e| panic!("{written}: {e}"));
        assert_eq!(rule.to_string(), plain, "{written}");
        assert_eq!(rule.text(), written.trim());
        let again = Rule::parse(plain).unwrap_or_else(|e| panic!("{plain}: {e}"));
        assert_eq!(again, rule, "{written}");
    }
}

#[test]
fn between_words_stands_nothing_that_hides_a_part_of_the_rule() {
    for blank in [" ", "\t", "\n", "\r\n", "\u{a0}", "\u{2009}", "\u{3000}"] {
        let rule = Rule::parse(&format!("Yes > 1 or{blank}No > 2")).expect("parses");
        assert_eq!(rule.to_string(), "Yes > 1 or No > 2", "{blank:?}");
    }
    // On a terminal all before a carriage return is written over by what follows.
    for hidden in ["\r", "\r\r\n", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}"] {
        let error = Rule::parse(&format!("Yes > 1 or{hidden}No > 2")).expect_err(hidden);
        let shown = error.to_string();
        let code = u32::from(hidden.chars().next().expect("one"));
        assert!(shown.contains(&format!("the character U+{code:04X}")), "{shown}");
    }
}

#[test]
fn rules_that_say_different_things_are_not_equal() {
    let rule = |text| Rule::parse(text).expect("parses");
    assert_ne!(rule("A > 1 or B > 1 and C > 1"), rule("(A > 1 or B > 1) and C > 1"));
    assert_ne!(rule("not A > 1 and B > 1"), rule("not (A > 1 and B > 1)"));
    assert_ne!(rule("each unit: A > 1 and B > 1"), rule("each unit: (A > 1 and B > 1)"));
    assert_ne!(rule("A > 1"), rule("A >= 1"));
    assert_ne!(rule("valid > 1"), rule("\"valid\" > 1"));
    assert_ne!(rule("yes > 1"), rule("Yes > 1"));
}

#[test]
fn answers_are_named_once_in_order() {
    let rule =
        Rule::parse(r#"No > half of "top answer" or Yes > 1 and not (No > 2) or cast > half of Maybe"#);
    assert_eq!(rule.expect("parses").answers(), ["No", "top answer", "Yes", "Maybe"]);
    assert!(Rule::parse("cast > 1").expect("parses").answers().is_empty());
}

#[test]
fn a_rule_knows_whether_it_speaks_of_units() {
    assert!(Rule::parse("cast > 1 and (Yes > 1 or each unit: Yes > 1)").expect("parses").needs_units());
    assert!(!Rule::parse("cast > 1 and \"each unit:\" > 1").expect("parses").needs_units());
}

/// Text, the place of the mistake, and a part of what was expected there or of the hint.
const BAD: &[(&str, usize, &str)] = &[
    ("", 1, "a comparison"),
    ("   ", 1, "a comparison"),
    ("Yes", 4, "`>` or `>=`"),
    ("  Yes", 4, "`>` or `>=`"),
    ("Yes >", 6, "a share"),
    ("Yes > half", 11, "`of`"),
    ("Yes > half of", 14, "`eligible`"),
    ("Yes > half valid", 12, "`of`"),
    ("Yes > half of 5", 15, "`eligible`"),
    ("Yes > half of half", 15, "in quotes"),
    ("Yes > half of and", 15, "in quotes"),
    ("Yes < half of valid", 5, "`>` or `>=`"),
    ("Yes = 5", 5, "`>` or `>=`"),
    ("Yes => 5", 5, "`>` or `>=`"),
    ("Yes ≥ 5", 5, "`>` or `>=`"),
    ("Yes != 5", 5, "`>` or `>=`"),
    ("Yes > = 5", 7, "`>` or `>=`"),
    ("Yes >> 5", 6, "a share"),
    ("Yes > No", 7, "a share"),
    ("Yes > valid", 7, "a share"),
    ("Yes > 5 of valid", 7, "a fraction"),
    ("Yes > 60 % of valid", 10, "without blanks"),
    ("Yes > 2 / 3 of valid", 9, "without blanks"),
    ("Yes > 60 valid", 10, "the end of the rule"),
    ("Yes > 101% of valid", 7, "0% to 100%"),
    ("Yes > 100.0001% of valid", 7, "0% to 100%"),
    ("Yes > 66.66667% of valid", 7, "four decimals"),
    ("Yes > 66.% of valid", 7, "0% to 100%"),
    ("Yes > 66,7% of valid", 7, "0% to 100%"),
    ("Yes > 6.6.7% of valid", 7, "0% to 100%"),
    ("Yes > .5% of valid", 7, "a word, a number"),
    ("Yes > -5", 7, "a word, a number"),
    ("Yes > 1e3", 7, "a whole number"),
    ("Yes > 1.5", 7, "a whole number"),
    ("Yes > 1,000", 7, "a whole number"),
    ("Yes > 9007199254740992", 7, "at most 9007199254740991"),
    ("Yes > 99999999999999999999999", 7, "at most"),
    ("Yes > 2/0 of valid", 7, "not over zero"),
    ("Yes > 0/0 of valid", 7, "not over zero"),
    ("Yes > 4/3 of valid", 7, "at most 1"),
    ("Yes > 2/ of valid", 7, "a fraction such as"),
    ("Yes > 2/3/4 of valid", 7, "a fraction such as"),
    ("Yes > 1/99999999999999999999 of valid", 7, "a fraction such as"),
    ("5 > Yes", 1, "a comparison"),
    ("half of valid > Yes", 1, "in quotes"),
    ("2nd > 5", 1, "an answer that begins with a digit"),
    ("Reject the offer > 5", 8, "more than one word"),
    ("Yes > 1 AND No > 2", 9, "lower case"),
    ("Not (Yes > 1)", 5, "`>` or `>=`"),
    ("Yes > Half of valid", 7, "lower case"),
    ("Yes > 1 and", 12, "a comparison"),
    ("and Yes > 1", 1, "in quotes"),
    ("Yes > 1 and and No > 2", 13, "in quotes"),
    ("Yes > 1 or > 2", 12, "a comparison"),
    ("Yes > 1 No > 2", 9, "`and`, `or` or the end"),
    ("Yes > 1 & No > 2", 9, "`and` or `or`"),
    ("not", 4, "a comparison"),
    ("(Yes > 1", 9, "`and`, `or` or `)`"),
    ("Yes > 1)", 8, "the end of the rule"),
    ("()", 2, "a comparison"),
    ("(Yes) > 1", 5, "`>` or `>=`"),
    ("top > 5", 5, "`answer` after `top`"),
    ("answer > 5", 1, "in quotes"),
    ("unit > 5", 1, "in quotes"),
    ("each Yes > 1", 6, "`unit:` after `each`"),
    ("each unit Yes > 1", 11, "`:` after `each unit`"),
    ("each unit: ", 11, "a comparison"),
    ("each unit: each unit: Yes > 1", 12, "no second"),
    ("each unit: (No > 1 or each unit: Yes > 1)", 23, "no second"),
    ("each unit: Yes > 1 and each unit: No > 1", 24, "only once"),
    ("not each unit: Yes > 1", 5, "under `not`"),
    ("not (No > 1 or not each unit: Yes > 1)", 20, "under `not`"),
    ("rule:majority", 5, "stands alone"),
    ("\"Yes > 1", 1, "a closing"),
    ("\"\" > 1", 1, "the text of an answer"),
    ("Yes > half of \"\"", 15, "the text of an answer"),
    ("\"Ja\nNein\" > 1", 4, "on one line"),
    ("\"Ja\u{202E}\" > 1", 4, "on one line"),
    ("“Yes” > 1", 1, "a straight quote"),
    ("'Yes' > 1", 1, "a straight quote"),
    ("Yes; > 1", 4, "a word, a number"),
    ("Sí > ½ of valid", 6, "a word, a number"),
    ("Yes\u{200B} > 1", 4, "a word, a number"),
    ("Yes\0 > 1", 4, "a word, a number"),
];

#[test]
fn a_mistake_is_answered_with_the_place_and_what_was_expected() {
    for (text, at, expected) in BAD {
        let error = Rule::parse(text).expect_err(text);
        assert_eq!(error.at, *at, "{text:?}: {error}");
        let sentence = error.to_string();
        assert!(sentence.contains(expected), "{text:?}: {sentence}");
        assert!(sentence.starts_with(&format!("in the rule, at character {at}: expected ")), "{sentence}");
        assert!(sentence.chars().all(|c| !c.is_control() && c != '\u{202E}'), "{sentence:?}");
    }
}

#[test]
fn nesting_and_length_are_bounded() {
    for (open, close) in [("(", ")"), ("not ", ""), ("not (", ")")] {
        let nested = |n: usize| format!("{}Yes > 1{}", open.repeat(n), close.repeat(n));
        Rule::parse(&nested(15)).expect("deep enough for anyone");
        let error = Rule::parse(&nested(400)).expect_err("too deep");
        assert!(error.expected.contains("inside one another"), "{error}");
    }
    let wide = vec!["Yes > 1"; 300].join(" and ");
    Rule::parse(&wide).expect("long, not deep");
    let error = Rule::parse(&vec!["Yes > 1"; 3000].join(" and ")).expect_err("too long");
    assert_eq!(error.at, 4001);
}
