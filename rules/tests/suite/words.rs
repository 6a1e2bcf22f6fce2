//! Rules in English sentences.

use scrutineer_rules::{Rule, library};

fn words(rule: &str) -> String {
    Rule::parse(rule).expect("a rule").in_words()
}

#[test]
fn the_library_reads_as_people_would_say_it() {
    let all: Vec<_> = library().iter().map(|rule| format!("{}: {}", rule.name, words(rule.text))).collect();
    assert_eq!(
        all,
        [
            "majority: The question passes if more than half of the votes that choose an answer are for “Yes”.",
            "majority-of-ballots: The question passes if more than half of all votes cast are for one and the same answer.",
            "two-thirds: The question passes if at least 2/3 of the votes that choose an answer are for “Yes”.",
            "illinois-chicago-strike: The question passes if at least 3/4 of all members who may vote choose “Yes”.",
            "ctu-action-60: The question passes if at least 60% of all members who may vote choose “Yes”.",
            "ctu-ratification: The question passes if more than half of the votes that choose an answer are for “Yes”.",
            "uaw-strike: The question passes if at least 2/3 of the votes that choose an answer are for “Yes”.",
            "teamsters-final-offer-2018: The question fails if (more than half of the votes that choose an answer are for \
             “No”, and at least half of all members who may vote cast a vote), or at least 2/3 of the votes that choose an \
             answer are for “No”; otherwise it passes.",
            "uk-general: The question passes if more than half of all votes cast are for “Yes”, and at least half of all \
             members who may vote cast a vote.",
            "uk-important-services-2016: The question passes if more than half of all votes cast are for “Yes”, and at least \
             half of all members who may vote cast a vote, and at least 40% of all members who may vote choose “Yes”.",
            "australia-459: The question passes if more than half of the votes that choose an answer are for “Yes”, and at \
             least half of all members who may vote cast a vote.",
            "ontario-79: The question passes if more than half of the votes that choose an answer are for “Yes”.",
            "igmetall-strike: The question passes if at least 75% of all members who may vote choose “Yes”.",
            "igmetall-accept: The question passes if at least 25% of all members who may vote choose “Yes”.",
            "verdi-strike: The question passes if more than 75% of all members who may vote choose “Yes”.",
            "every-unit: The question passes if in every unit more than half of the votes that choose an answer are for “Yes”.",
        ]
    );
}

#[test]
fn what_belongs_together_is_in_brackets() {
    assert_eq!(
        words("A > 1 and (B >= 2 or not (C > 3 and D > 4))"),
        "The question passes if the number of votes for “A” is more than 1, and (the number of votes for “B” is at least 2, \
         or it is not so that (the number of votes for “C” is more than 3, and the number of votes for “D” is more than 4))."
    );
    assert_eq!(
        words("each unit: (Yes > half of valid and cast >= 50% of eligible)"),
        "The question passes if in every unit (more than half of the votes that choose an answer are for “Yes”, and at least \
         50% of all members who may vote cast a vote)."
    );
    assert_eq!(
        words("not (No >= half of cast)"),
        "The question fails if at least half of all votes cast are for “No”; otherwise it passes."
    );
}

#[test]
fn what_nobody_would_say_is_said_with_numbers() {
    assert_eq!(
        words("eligible > 2/3 of \"Reject the offer\""),
        "The question passes if the number of members who may vote is more than 2/3 of the number of votes for “Reject the \
         offer”."
    );
    assert_eq!(
        words("cast >= half of valid"),
        "The question passes if the number of votes cast is at least half of the number of votes that choose an answer. \
         Where no vote chooses an answer, a condition on the votes that do does not hold."
    );
    assert_eq!(
        words("blank > 10% of cast or spoiled >= 5% of cast or valid > half of cast"),
        "The question passes if more than 10% of all votes cast are blank, or at least 5% of all votes cast are spoiled, or \
         more than half of all votes cast choose an answer. Where no vote chooses an answer, a condition on the votes that \
         do does not hold."
    );
    assert_eq!(
        words("blank > 10% of valid"),
        "The question passes if the number of blank votes is more than 10% of the number of votes that choose an answer. \
         Where no vote chooses an answer, a condition on the votes that do does not hold."
    );
    assert_eq!(
        words("top answer >= 10"),
        "The question passes if the largest number of votes for one answer is at least 10."
    );
}
