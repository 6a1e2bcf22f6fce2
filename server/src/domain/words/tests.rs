//! Every sentence of the library's rules and of odd ones, in every language, read by people and kept; and what must hold of
//! the sentences of any rule.

use std::fmt::Write as _;

use proptest::prelude::*;
use scrutineer_api::count::{AnswerCount, QuestionCount};
use scrutineer_ballot::eligibility::Eligibility;
use scrutineer_ballot::file::{BallotFile, Choose, Question};
use scrutineer_rules::{Counts, CountsInput, Electorate, Rule, decide, library};

use super::rule::{Mood, Words};
use super::{Opener, conditions, rule, setting, time, verdict, who};
use crate::i18n::{InWords as _, Language};

const ODD: [&str; 22] = [
    "Yes >= 66.7% of eligible",
    "Yes > 50.0001% of valid",
    "Yes >= 2/3 of eligible",
    "Yes > 1/4 of cast",
    "Yes >= 100% of eligible",
    "Yes > 100% of eligible",
    "Yes >= 3/3 of valid",
    "Yes >= 1",
    "Yes >= 22",
    "Yes > 1500",
    "cast >= half of eligible",
    "valid >= 20% of eligible",
    "blank >= 1/10 of eligible",
    "top answer >= 2/5 of eligible",
    "top answer > half of valid and not (blank > half of cast)",
    "spoiled >= 5 or eligible > 10",
    "Yes > half of No",
    "Yes >= 0% of valid",
    "not Yes >= 2/3 of valid",
    "not (Yes > half of valid or cast >= 12)",
    "(Yes > half of valid and (cast >= half of eligible or Yes >= 40% of eligible)) or not (No >= 3 and blank >= 2)",
    "each unit: (Yes > half of valid and cast >= 10)",
];

fn question(rule: &str, answers: &[&str], choose: Choose, blank: bool) -> Question {
    Question {
        text: "Shall we?".to_owned(),
        answers: answers.iter().map(|answer| (*answer).to_owned()).collect(),
        choose,
        blank,
        rule: Some(Rule::parse(rule).unwrap_or_else(|e| panic!("{rule}: {e}"))),
    }
}

fn yes_no(rule: &str) -> Question {
    question(rule, &["Yes", "No"], Choose::ONE, true)
}

/// A rule and its sentences, as they are kept.
fn shown(language: Language, head: &str, question: &Question, page: &mut String) {
    let text = question.rule.as_ref().unwrap().text();
    writeln!(page, "{head}{text}").unwrap();
    for sentence in rule(language.texts(), question) {
        writeln!(page, "    {sentence}").unwrap();
    }
    page.push('\n');
}

#[test]
fn the_rules_of_the_library_read_well() {
    for language in Language::ALL {
        let mut page = String::new();
        for named in library() {
            shown(language, &format!("{}: ", named.name), &yes_no(named.text), &mut page);
        }
        insta::assert_snapshot!(format!("library-{}", language.tag()), page);
    }
}

#[test]
fn odd_rules_are_said_exactly() {
    for language in Language::ALL {
        let mut page = String::new();
        for text in ODD {
            shown(language, "", &yes_no(text), &mut page);
        }
        shown(language, "no abstaining: ", &question(ODD[0], &["Yes", "No"], Choose::ONE, false), &mut page);
        let text = "Yes > half of valid and valid >= 20% of eligible";
        shown(language, "no abstaining: ", &question(text, &["Yes", "No"], Choose::ONE, false), &mut page);
        let text = "\"Accept the offer\" >= 60% of eligible";
        let answers = ["Accept the offer", "Reject it", "Talk on"];
        shown(language, "three answers: ", &question(text, &answers, Choose::ONE, true), &mut page);
        let two = Choose { min: 1, max: 2 };
        shown(language, "both may be chosen: ", &question(ODD[0], &["Yes", "No"], two, true), &mut page);
        insta::assert_snapshot!(format!("odd-{}", language.tag()), page);
    }
}

#[test]
fn the_sentence_of_the_founding_example() {
    let sentences = rule(Language::En.texts(), &yes_no("Yes >= 60% of eligible"));
    assert_eq!(
        sentences,
        [
            "To pass, 60 of every 100 members must vote Yes.",
            "Not voting works like No.",
            "Abstaining works like No."
        ]
    );
    let counted = Question { rule: None, ..yes_no("Yes >= 1") };
    assert_eq!(
        rule(Language::En.texts(), &counted),
        ["No rule decides this question: its votes are counted."]
    );
}

/// The verdict and the conditions for counts, as a page says them.
fn outcome(language: Language, text: &str, eligible: u64, votes: [u64; 2], blank: u64) -> String {
    let question = yes_no(text);
    let answers = [("Yes", votes[0]), ("No", votes[1])];
    let counts = Counts::new(CountsInput {
        eligible,
        answers: answers.iter().map(|(answer, votes)| ((*answer).to_owned(), *votes)).collect(),
        blank,
        ..CountsInput::default()
    })
    .unwrap();
    let counts = if question.rule.as_ref().unwrap().needs_units() {
        Electorate::Units(vec![
            ("Hall School".to_owned(), counts.clone()),
            ("Whitney School".to_owned(), counts),
        ])
    } else {
        Electorate::Whole(counts)
    };
    let decided = decide(question.rule.as_ref().unwrap(), &counts).unwrap();
    let count = count(&answers, blank);
    let t = language.texts();
    let mut page = verdict(t, &question, &count, Some(&decided));
    for line in conditions(t, &question, &count, &decided) {
        page.push_str("\n    ");
        page.push_str(&line);
    }
    page
}

fn count(answers: &[(&str, u64)], blank: u64) -> QuestionCount {
    let one = |(answer, votes): &(&str, u64)| AnswerCount { answer: (*answer).to_owned(), votes: *votes };
    QuestionCount {
        question: "Shall we?".to_owned(),
        answers: answers.iter().map(one).collect(),
        blank: Some(blank),
    }
}

#[test]
fn verdicts_read_well() {
    let cases = [
        ("Yes >= 60% of eligible", 25_000, [15_265, 6_235], 0),
        ("Yes >= 60% of eligible", 25_000, [14_986, 6_235], 3),
        ("Yes >= 1", 25, [1, 0], 0),
        ("Yes >= 2", 25, [1, 0], 0),
        ("cast >= half of eligible", 8, [1, 1], 0),
        ("cast >= half of eligible", 8, [2, 2], 0),
        ("top answer > half of cast", 8, [2, 2], 0),
        ("top answer > half of cast", 8, [2, 3], 0),
        ("blank >= 3", 8, [2, 3], 1),
        ("blank >= 1", 8, [2, 3], 1),
        ("not No >= 2/3 of valid", 8, [2, 3], 1),
        ("not No >= 2/3 of valid", 8, [1, 5], 1),
        ("not cast >= 5", 8, [1, 2], 1),
        ("not cast >= 4", 8, [1, 2], 1),
        ("Yes > half of cast and cast >= half of eligible", 8, [3, 1], 1),
        ("Yes > half of cast and cast >= half of eligible", 8, [1, 1], 1),
        ("not (No > half of valid and cast >= half of eligible) and not (No >= 2/3 of valid)", 20, [5, 7], 0),
        ("each unit: (Yes > half of valid and top answer >= 1)", 20, [5, 7], 0),
    ];
    for language in Language::ALL {
        let mut page = String::new();
        for (text, eligible, votes, blank) in cases {
            writeln!(page, "{text}\n  {}\n", outcome(language, text, eligible, votes, blank)).unwrap();
        }
        let counted = Question { rule: None, ..yes_no("Yes >= 1") };
        let counts = count(&[("Yes", 1234), ("No", 0)], 56_789);
        page.push_str(&verdict(language.texts(), &counted, &counts, None));
        insta::assert_snapshot!(format!("verdicts-{}", language.tag()), page);
    }
}

#[test]
fn who_may_vote_is_said_by_what_narrows_the_roll() {
    let list = |values: &[&str]| Some(values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>());
    let good = Eligibility::default();
    let classes =
        Eligibility { classification: list(&["Teacher", "Clerk", "Technology coordinator"]), ..good.clone() };
    let all = Eligibility {
        standing: vec!["good".to_owned(), "on leave".to_owned()],
        classification: list(&["Teacher"]),
        unit: list(&["Hall"]),
    };
    let many: Vec<_> = (1..=30).map(|i| format!("School {i}")).collect();
    let units = Eligibility { unit: Some(many), ..good.clone() };
    for language in Language::ALL {
        let t = language.texts();
        let page = [
            who(t, &good, None),
            who(t, &good, Some(1)),
            who(t, &classes, Some(25_000)),
            who(t, &all, Some(3)),
            who(t, &units, None),
        ];
        insta::assert_snapshot!(format!("who-{}", language.tag()), page.join("\n"));
    }
}

#[test]
fn the_setting_says_on_whom_the_trust_rests() {
    let file = |tellers: &str, codes: &str, record: &str| {
        let text = format!(
            "title = \"T\"\ntime_zone = \"UTC\"\ncontact = \"C\"\ntellers = \"{tellers}\"\ncodes = \"{codes}\"\n\
             {record}\n[[question]]\ntext = \"Q\"\nanswers = [\"Yes\", \"No\"]\n"
        );
        BallotFile::parse(&text).unwrap_or_else(|e| panic!("{e}"))
    };
    let server = file("server", "server", "record = \"public\"");
    let board = file("Election committee", "registrar", "");
    assert_eq!(Opener::of(&server, None), Opener::Server);
    assert_eq!(Opener::of(&board, None), Opener::SomeBoard);
    assert_eq!(Opener::of(&board, Some((2, 3))), Opener::Board { needed: 2, size: 3 });
    for language in Language::ALL {
        let t = language.texts();
        let page = [
            setting(t, &server, Opener::Server, true),
            setting(t, &board, Opener::Board { needed: 2, size: 3 }, false),
            setting(t, &board, Opener::SomeBoard, false),
        ];
        let page = page.map(|sentences| sentences.join("\n")).join("\n\n");
        insta::assert_snapshot!(format!("setting-{}", language.tag()), page);
    }
}

#[test]
fn times_are_those_of_the_ballots_zone() {
    let at = |language: Language, seconds| time(language.texts(), "America/Chicago", seconds);
    assert_eq!(at(Language::En, 1_611_467_940), "Saturday, 23 January 2021, 23:59 (America/Chicago)");
    assert_eq!(at(Language::Es, 1_611_467_940), "sábado, 23 de enero de 2021, 23:59 (America/Chicago)");
    assert_eq!(at(Language::Pl, 1_611_467_940), "sobota, 23 stycznia 2021, 23:59 (America/Chicago)");
    assert_eq!(at(Language::En, 1_611_467_941), "Saturday, 23 January 2021, 23:59:01 (America/Chicago)");
    // The clocks show half past one twice on 7 November 2021.
    assert_eq!(
        at(Language::En, 1_636_266_600),
        "Sunday, 7 November 2021, 01:30 (America/Chicago, UTC-05:00)"
    );
    assert_eq!(
        at(Language::En, 1_636_270_200),
        "Sunday, 7 November 2021, 01:30 (America/Chicago, UTC-06:00)"
    );
    for (month, name) in ["January", "December"].iter().enumerate() {
        let seconds = [1_609_500_000, 1_640_000_000][month];
        assert!(time(Language::En.texts(), "UTC", seconds).contains(name));
    }
    assert!(time(Language::En.texts(), "Nowhere", 12).contains("12 s"));
}

/// Text of a rule over some answers.
fn any_rule() -> impl Strategy<Value = String> {
    let quantity = prop::sample::select(vec![
        "eligible",
        "cast",
        "valid",
        "blank",
        "spoiled",
        "top answer",
        "Yes",
        "No",
        "\"Not sure\"",
    ]);
    let fraction = prop_oneof![
        prop::sample::select(vec![
            "half",
            "two-thirds",
            "three-quarters",
            "0%",
            "100%",
            "66.7%",
            "0/1",
            "7/7"
        ])
        .prop_map(str::to_owned),
        (1..40_u64).prop_flat_map(|d| (0..=d, Just(d))).prop_map(|(n, d)| format!("{n}/{d}")),
        (0..=100_u8).prop_map(|percent| format!("{percent}%")),
    ];
    let share = prop_oneof![
        4 => (fraction, quantity.clone()).prop_map(|(part, of)| format!("{part} of {of}")),
        1 => (0..3000_u32).prop_map(|n| n.to_string()),
    ];
    let comparison = (quantity, any::<bool>(), share)
        .prop_map(|(left, strict, share)| format!("{left} {} {share}", if strict { ">" } else { ">=" }));
    comparison.prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" and "))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" or "))),
            inner.prop_map(|part| format!("not ({part})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn every_comparison_of_any_rule_is_said(text in any_rule(), units: bool, blank: bool, max in 1..3_u32) {
        let text = if units { format!("each unit: ({text})") } else { text };
        let question = question(&text, &["Yes", "No", "Not sure"], Choose { min: 1, max }, blank);
        let explanation = question.rule.as_ref().unwrap().explain();
        for language in Language::ALL {
            let t = language.texts();
            let sentences = rule(t, &question);
            prop_assert!(sentences.iter().all(|one| one.ends_with(['.', ':']) && !one.contains("  ")), "{sentences:?}");
            let page = sentences.join("\n").to_lowercase();
            let words = Words::new(t, &question);
            for (comparison, _) in explanation.comparisons() {
                let said = |mood| page.contains(&words.comparison(comparison, mood).to_lowercase());
                prop_assert!(
                    said(Mood::Must) || said(Mood::If),
                    "{comparison} in {sentences:?}"
                );
            }
        }
    }

    #[test]
    fn comparisons_that_differ_are_said_differently(a in any_rule(), b in any_rule()) {
        let said = |text: &str| rule(Language::En.texts(), &yes_no(&text.replace("\"Not sure\"", "Yes")));
        let (one, other) = (yes_no(&a.replace("\"Not sure\"", "Yes")), yes_no(&b.replace("\"Not sure\"", "Yes")));
        let clause = |question: &Question| question.rule.as_ref().unwrap().explain().clause;
        if said(&a) == said(&b) {
            // The same sentences only for the same rule, in whatever spelling of its shares and order of its brackets.
            prop_assert_eq!(plain(&clause(&one)), plain(&clause(&other)));
        }
    }
}

/// A clause with its shares as numbers, however they were spelled.
fn plain(clause: &scrutineer_rules::Clause) -> String {
    use scrutineer_rules::{Clause, Share};
    let list = |name: &str, parts: &[Clause]| {
        format!("{name}({})", parts.iter().map(plain).collect::<Vec<_>>().join(","))
    };
    match clause {
        Clause::All(parts) => list("all", parts),
        Clause::Any(parts) => list("any", parts),
        Clause::Not(part) => list("not", std::slice::from_ref(part)),
        Clause::EachUnit(part) => list("each", std::slice::from_ref(part)),
        Clause::Comparison(one) => match &one.share {
            Share::Number(n) => format!("{} {} {n}", one.left, one.op),
            Share::Part(part, base) => {
                let (n, d) = (part.numerator(), part.denominator());
                let divisor = gcd(n, d);
                format!("{} {} {}/{} {base}", one.left, one.op, n / divisor, d / divisor)
            }
        },
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
