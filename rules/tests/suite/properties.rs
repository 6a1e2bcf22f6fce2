//! Properties that hold for every rule and every count, found by trying many.

use std::fmt::Write as _;

use proptest::prelude::*;
use scrutineer_rules::{Choose, Counts, CountsInput, Electorate, Outcome, Rule, decide};

const ANSWERS: [&str; 3] = ["Yes", "No", "Not sure"];

/// A rule as the test sees it: a second, naive reading of the language to compare with.
#[derive(Clone, Debug)]
pub(crate) enum Naive {
    Or(Box<Naive>, Box<Naive>),
    And(Box<Naive>, Box<Naive>),
    Not(Box<Naive>),
    Compare { left: usize, strict: bool, right: Right },
}

#[derive(Clone, Debug)]
pub(crate) enum Right {
    Number(u64),
    /// Text of the fraction, its value, what it is of.
    Part(String, (u64, u64), usize),
}

const QUANTITIES: [&str; 9] =
    ["eligible", "cast", "valid", "blank", "spoiled", "top answer", "Yes", "No", "\"Not sure\""];
const VALID: usize = 2;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    pub(crate) unused: u64,
    pub(crate) answers: [u64; 3],
    pub(crate) blank: u64,
    pub(crate) spoiled: u64,
}

impl Numbers {
    fn valid(&self) -> u64 {
        self.answers.iter().sum()
    }

    fn cast(&self) -> u64 {
        self.valid() + self.blank + self.spoiled
    }

    fn quantity(&self, i: usize) -> u64 {
        let top = self.answers.iter().copied().max().unwrap_or(0);
        let [yes, no, unsure] = self.answers;
        let all = [self.cast() + self.unused, self.cast(), self.valid(), self.blank, self.spoiled];
        [&all[..], &[top, yes, no, unsure]].concat()[i]
    }

    pub(crate) fn counts(&self) -> Counts {
        let answers = ANSWERS.iter().zip(self.answers).map(|(name, votes)| ((*name).to_owned(), votes));
        Counts::new(CountsInput {
            eligible: self.quantity(0),
            cast: Some(self.cast()),
            answers: answers.collect(),
            blank: self.blank,
            spoiled: self.spoiled,
            choose: Choose::ONE,
        })
        .expect("made to reconcile")
    }
}

impl Naive {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Or(a, b) => format!("({}) or ({})", a.text(), b.text()),
            Self::And(a, b) => format!("({}) and ({})", a.text(), b.text()),
            Self::Not(a) => format!("not ({})", a.text()),
            Self::Compare { left, strict, right } => {
                let mut text = format!("{} {} ", QUANTITIES[*left], if *strict { ">" } else { ">=" });
                match right {
                    Right::Number(n) => write!(text, "{n}"),
                    Right::Part(fraction, _, of) => write!(text, "{fraction} of {}", QUANTITIES[*of]),
                }
                .expect("writes to a string");
                text
            }
        }
    }

    fn with_yes_and_no_swapped(&self) -> Self {
        let swapped = |part: &Self| Box::new(part.with_yes_and_no_swapped());
        let other = |quantity: &usize| match *quantity {
            6 => 7,
            7 => 6,
            same => same,
        };
        match self {
            Self::Or(a, b) => Self::Or(swapped(a), swapped(b)),
            Self::And(a, b) => Self::And(swapped(a), swapped(b)),
            Self::Not(a) => Self::Not(swapped(a)),
            Self::Compare { left, strict, right } => {
                let right = match right {
                    Right::Number(n) => Right::Number(*n),
                    Right::Part(text, value, of) => Right::Part(text.clone(), *value, other(of)),
                };
                Self::Compare { left: other(left), strict: *strict, right }
            }
        }
    }

    /// Both sides brought over one denominator and compared as they are.
    fn holds(&self, numbers: &Numbers) -> bool {
        match self {
            Self::Or(a, b) => a.holds(numbers) || b.holds(numbers),
            Self::And(a, b) => a.holds(numbers) && b.holds(numbers),
            Self::Not(a) => !a.holds(numbers),
            Self::Compare { left, strict, right } => {
                let (numerator, denominator, base, of) = match right {
                    Right::Number(n) => (1, 1, *n, None),
                    Right::Part(_, (numerator, denominator), of) => {
                        (*numerator, *denominator, numbers.quantity(*of), Some(*of))
                    }
                };
                if (*left == VALID || of == Some(VALID)) && numbers.valid() == 0 {
                    return false;
                }
                let got = i128::from(denominator) * i128::from(numbers.quantity(*left));
                let share = i128::from(numerator) * i128::from(base);
                if *strict { got > share } else { got >= share }
            }
        }
    }
}

/// A fraction as text and as value.
fn fraction() -> impl Strategy<Value = (String, (u64, u64))> {
    prop_oneof![
        Just(("half".to_owned(), (1, 2))),
        Just(("two-thirds".to_owned(), (2, 3))),
        Just(("three-quarters".to_owned(), (3, 4))),
        (0..=100_u64).prop_map(|p| (format!("{p}%"), (p, 100))),
        (0..1_000_000_u64).prop_map(|p| { (format!("{}.{:04}%", p / 10_000, p % 10_000), (p, 1_000_000)) }),
        (0..1000_u64).prop_map(|p| (format!("{}.{}%", p / 10, p % 10), (p, 1000))),
        (1..40_u64).prop_flat_map(|d| (0..=d, Just(d))).prop_map(|(n, d)| (format!("{n}/{d}"), (n, d))),
    ]
}

fn comparison() -> impl Strategy<Value = Naive> {
    let right = prop_oneof![
        1 => (0..60_u64).prop_map(Right::Number),
        4 => (fraction(), 0..QUANTITIES.len()).prop_map(|((text, value), of)| Right::Part(text, value, of)),
    ];
    (0..QUANTITIES.len(), any::<bool>(), right).prop_map(|(left, strict, right)| Naive::Compare {
        left,
        strict,
        right,
    })
}

pub(crate) fn rule() -> impl Strategy<Value = Naive> {
    comparison().prop_recursive(4, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Naive::Or(Box::new(a), Box::new(b))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Naive::And(Box::new(a), Box::new(b))),
            inner.prop_map(|a| Naive::Not(Box::new(a))),
        ]
    })
}

/// Comparisons of Yes and of turnout joined by `and` and `or`: those that one more Yes cannot harm.
fn monotone_rule() -> impl Strategy<Value = Naive> {
    let of_yes = (fraction(), any::<bool>(), 0..3_usize).prop_map(|((text, value), strict, of)| {
        Naive::Compare { left: 6, strict, right: Right::Part(text, value, of) }
    });
    let turnout = (fraction(), any::<bool>()).prop_map(|((text, value), strict)| Naive::Compare {
        left: 1,
        strict,
        right: Right::Part(text, value, 0),
    });
    prop_oneof![of_yes, turnout].prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Naive::Or(Box::new(a), Box::new(b))),
            (inner.clone(), inner).prop_map(|(a, b)| Naive::And(Box::new(a), Box::new(b))),
        ]
    })
}

/// Small numbers, so that ties, exact shares and zeros are common.
pub(crate) fn numbers() -> impl Strategy<Value = Numbers> {
    let small = || prop_oneof![Just(0_u64), 0..8_u64, 0..60_u64];
    (small(), [small(), small(), small()], small(), small())
        .prop_map(|(unused, answers, blank, spoiled)| Numbers { unused, answers, blank, spoiled })
}

fn passes(rule: &str, counts: Counts) -> bool {
    let rule = Rule::parse(rule).unwrap_or_else(|e| panic!("{rule}: {e}"));
    decide(&rule, &Electorate::Whole(counts)).expect("decides").outcome == Outcome::Passed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_outcome_is_that_of_exact_fractions(rule in rule(), numbers in numbers()) {
        prop_assert_eq!(passes(&rule.text(), numbers.counts()), rule.holds(&numbers));
    }

    #[test]
    fn the_outcome_is_exact_for_large_counts_too(
        rule in comparison(),
        answers in [0..1_u64 << 50, 0..1_u64 << 50, 0..1_u64 << 50],
        unused in 0..1_u64 << 50,
    ) {
        let numbers = Numbers { unused, answers, blank: 0, spoiled: 0 };
        prop_assert_eq!(passes(&rule.text(), numbers.counts()), rule.holds(&numbers));
    }

    #[test]
    fn needed_is_the_smallest_count_and_margin_the_distance(rule in comparison(), numbers in numbers()) {
        let parsed = Rule::parse(&rule.text()).expect("parses");
        let verdict = decide(&parsed, &Electorate::Whole(numbers.counts())).expect("decides");
        let condition = &verdict.conditions[0];
        prop_assert_eq!(&condition.text, &rule.text());
        let difference = i128::from(condition.got) - i128::from(condition.needed);
        prop_assert_eq!(i128::from(condition.margin), difference);
        prop_assert_eq!(condition.holds, condition.margin >= 0);
        let Naive::Compare { left, strict, right } = &rule else { unreachable!("one comparison") };
        let (value, base, of) = match right {
            Right::Number(n) => ((1, 1), *n, None),
            Right::Part(_, value, of) => (*value, numbers.quantity(*of), Some(*of)),
        };
        if numbers.valid() > 0 || (*left != VALID && of != Some(VALID)) {
            // Counting up from nothing to the first count that holds.
            let first = (0..).find(|n| {
                let (got, share) = (n * value.1, value.0 * base);
                if *strict { got > share } else { got >= share }
            });
            prop_assert_eq!(Some(condition.needed), first);
        }
    }

    #[test]
    fn what_prints_parses_to_the_same_rule(rule in rule()) {
        let parsed = Rule::parse(&rule.text()).expect("parses");
        let printed = parsed.to_string();
        let again = Rule::parse(&printed).expect("parses again");
        prop_assert_eq!(&again, &parsed);
        prop_assert_eq!(again.to_string(), printed);
    }

    #[test]
    fn an_answer_of_any_text_can_be_named(answer in "[^\\p{Cc}\u{2028}\u{2029}\u{202A}-\u{202E}\u{2066}-\u{2069}]{1,12}") {
        prop_assume!(!answer.trim().is_empty() && answer != "No");
        let rule = scrutineer_rules::resolve("rule:two-thirds", Some(&answer), None).expect("resolves");
        prop_assert_eq!(rule.answers(), [answer.as_str()]);
        prop_assert_eq!(Rule::parse(rule.text()).expect("parses"), rule);
    }

    #[test]
    fn no_text_breaks_the_parser(text in "([ ()\"><=:%/.,0-9a-z]|and |or |not |each unit:|half of |valid|Yes|é|\u{0}){0,30}") {
        if let Err(error) = Rule::parse(&text) {
            prop_assert!(error.at >= 1 && error.at <= text.chars().count() + 1, "{}", error);
        }
    }

    #[test]
    fn one_more_yes_never_harms_a_rule_of_yes_and_turnout(rule in monotone_rule(), numbers in numbers()) {
        let before = passes(&rule.text(), numbers.counts());
        let mut converted = numbers;
        if converted.answers[1] > 0 {
            converted.answers[1] -= 1;
            converted.answers[0] += 1;
            prop_assert!(!before || passes(&rule.text(), converted.counts()), "a No became a Yes");
        }
        let mut joined = numbers;
        if joined.unused > 0 {
            joined.unused -= 1;
            joined.answers[0] += 1;
            prop_assert!(!before || passes(&rule.text(), joined.counts()), "one more member voted Yes");
        }
    }

    #[test]
    fn the_order_of_answers_and_of_units_does_not_matter(rule in rule(), a in numbers(), b in numbers()) {
        let text = rule.text();
        let counts = a.counts();
        let turned = Counts::new(CountsInput {
            eligible: counts.eligible(),
            cast: Some(counts.cast()),
            answers: counts.answers().iter().rev().cloned().collect(),
            blank: counts.blank(),
            spoiled: counts.spoiled(),
            choose: Choose::ONE,
        })
        .expect("the same counts");
        prop_assert_eq!(passes(&text, counts.clone()), passes(&text, turned.clone()));

        let each = Rule::parse(&format!("each unit: ({text}) or ({text})")).expect("parses");
        let units = |list: Vec<(&str, Counts)>| {
            let list = list.into_iter().map(|(name, counts)| (name.to_owned(), counts)).collect();
            decide(&each, &Electorate::Units(list)).expect("decides").outcome
        };
        prop_assert_eq!(
            units(vec![("A", turned), ("B", b.counts())]),
            units(vec![("B", b.counts()), ("A", counts)])
        );
    }

    #[test]
    fn answers_are_treated_alike(rule in rule(), numbers in numbers()) {
        // Yes and No change places in the rule and in the counts.
        let mut swapped = numbers;
        swapped.answers.swap(0, 1);
        let turned = rule.with_yes_and_no_swapped().text();
        prop_assert_eq!(passes(&rule.text(), numbers.counts()), passes(&turned, swapped.counts()));
    }

    #[test]
    fn each_unit_holds_if_every_unit_alone_does(rule in rule(), list in prop::collection::vec(numbers(), 1..4)) {
        let text = rule.text();
        let alone = list.iter().all(|numbers| passes(&text, numbers.counts()));
        let each = Rule::parse(&format!("each unit: ({text})")).expect("parses");
        let units = list.iter().enumerate().map(|(i, numbers)| (i.to_string(), numbers.counts())).collect();
        let verdict = decide(&each, &Electorate::Units(units)).expect("decides");
        prop_assert_eq!(verdict.outcome == Outcome::Passed, alone);
        prop_assert_eq!(verdict.conditions.len() % list.len(), 0);
        prop_assert!(verdict.conditions.iter().all(|condition| condition.unit.is_some()));
    }
}
