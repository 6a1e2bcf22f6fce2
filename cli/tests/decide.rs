//! `scrutineer decide` as a program: exit codes, what it prints, what it refuses.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::process::Command;

use serde_json::{Value, json};

/// How the program ended and what it wrote.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "one document: {}", self.stdout);
        serde_json::from_str(&self.stdout).expect("stdout is JSON")
    }
}

fn scrutineer(args: &[&str]) -> Ran {
    let output =
        Command::new(env!("CARGO_BIN_EXE_scrutineer")).args(args).output().expect("the program starts");
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// `decide` with arguments separated by `|`.
fn decide(args: &str) -> Ran {
    scrutineer(&std::iter::once("decide").chain(args.split('|')).collect::<Vec<_>>())
}

/// Asserts an error: exit code 2, a sentence that holds `expected`, and the same from `--json`.
fn refused(args: &str, expected: &str) {
    let ran = decide(args);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{args}: {}", ran.stderr);
    assert!(ran.stderr.starts_with("scrutineer: "), "{args}: {}", ran.stderr);
    assert!(ran.stderr.contains(expected), "{args}: {}", ran.stderr);
    let ran = decide(&format!("{args}|--json"));
    assert_eq!(ran.code, Some(2), "{args}");
    assert!(ran.stderr.starts_with("scrutineer: "), "{args}: {}", ran.stderr);
    let document = ran.json();
    let message = document["error"]["message"].as_str().expect("a message");
    assert!(message.contains(expected) && !message.contains("Usage:"), "{args}: {message}");
    assert_eq!(document, json!({"error": {"message": message}}));
}

#[test]
fn every_published_vote_gets_its_outcome() {
    let rows = include_str!("../../rules/tests/data/votes.csv");
    assert!(!rows.contains('"'), "no field is quoted, so commas separate");
    let mut lines = rows.lines();
    let header = "id,vote,rule,eligible,cast,yes,no,blank,spoiled,outcome,note,source";
    assert_eq!(lines.next(), Some(header));
    let mut count = 0;
    for line in lines {
        let [id, _, rule, eligible, cast, yes, no, blank, spoiled, outcome, _, _] =
            line.split(',').collect::<Vec<_>>()[..]
        else {
            panic!("twelve columns: {line}");
        };
        let args = format!(
            "--json|--rule|rule:{rule}|--eligible|{eligible}|--cast|{cast}|--count|Yes={yes}|--count|No={no}\
             |--blank|{blank}|--spoiled|{spoiled}"
        );
        let ran = decide(&args);
        let document = ran.json();
        match outcome {
            "error" => {
                assert_eq!(ran.code, Some(2), "{id}");
                let message = document["error"]["message"].as_str().expect("a message");
                assert!(message.contains("do not reconcile"), "{id}: {message}");
            }
            _ => {
                assert_eq!(ran.code, Some(i32::from(outcome != "passed")), "{id}: {}", ran.stderr);
                assert_eq!(document["outcome"], outcome, "{id}");
                assert_eq!(ran.stderr, "", "{id}");
            }
        }
        count += 1;
    }
    assert_eq!(count, 17);
}

#[test]
fn the_json_document_has_this_form() {
    let ran = decide("--json|--rule|rule:ctu-action-60|--eligible|25000|--count|Yes=15265|--count|No=6235");
    assert_eq!(
        ran.stdout,
        "{\"outcome\":\"passed\",\"rule\":\"Yes >= 60% of eligible\",\"conditions\":[\
         {\"text\":\"Yes >= 60% of eligible\",\"needed\":15000,\"got\":15265,\"margin\":265,\"holds\":true}]}\n"
    );
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let ran = decide(
        "--rule|each unit: Yes > half of valid|--unit|North|--eligible|10|--count|Yes=3|--count|No=3\
         |--unit|South|--count|Yes=2|--count|No=1|--eligible|5|--blank|1|--json",
    );
    assert_eq!(ran.code, Some(1));
    assert_eq!(
        ran.json(),
        json!({"outcome": "not_passed", "rule": "each unit: Yes > half of valid", "conditions": [
            {"text": "Yes > half of valid", "needed": 4, "got": 3, "margin": -1, "holds": false, "unit": "North"},
            {"text": "Yes > half of valid", "needed": 2, "got": 2, "margin": 0, "holds": true, "unit": "South"},
        ]})
    );
}

#[test]
fn people_get_the_reasons_in_words() {
    let ran = decide(
        "--rule|rule:uk-important-services-2016|--eligible|2327|--cast|1198|--count|Yes=926|--count|No=267\
         |--spoiled|5",
    );
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""));
    assert_eq!(
        ran.stdout,
        "The rule: Yes > half of cast and cast >= half of eligible and Yes >= 40% of eligible\n\
         Yes > half of cast holds: needed 600, got 926, 326 more than needed.\n\
         cast >= half of eligible holds: needed 1164, got 1198, 34 more than needed.\n\
         Yes >= 40% of eligible does not hold: needed 931, got 926, 5 short.\n\
         Not passed: the rule does not hold.\n"
    );
}

#[test]
fn json_may_stand_before_the_command_too() {
    let after = decide("--rule|Yes > 1|--eligible|9|--count|Yes=2|--json");
    let before =
        scrutineer(&["--json", "decide", "--rule", "Yes > 1", "--eligible", "9", "--count", "Yes=2"]);
    assert_eq!(before.stdout, after.stdout);
    assert_eq!(before.json()["outcome"], "passed");
}

#[test]
fn the_ballots_own_words_stand_for_yes_and_no() {
    let ran = decide(
        "--rule|rule:majority|--yes|Accept the offer|--no|Reject the offer|--eligible|9\
         |--count|Accept the offer=3|--count|Reject the offer=2|--json",
    );
    assert_eq!(ran.code, Some(0));
    assert_eq!(ran.json()["rule"], "\"Accept the offer\" > half of valid");
}

#[test]
fn a_count_splits_at_the_last_equals_sign() {
    let ran = decide("--rule|\"a=b\" > 1|--eligible|9|--count|a=b=2|--json");
    assert_eq!(ran.json()["conditions"][0]["got"], 2);
    // Several counts may follow one flag.
    let ran = decide("--rule|cast > 4|--eligible|9|--count|Yes=3|No=2|--json");
    assert_eq!((ran.code, &ran.json()["conditions"][0]["got"]), (Some(0), &json!(5)));
}

#[test]
fn several_choices_need_the_number_of_votes() {
    let args = "--rule|top answer > half of cast|--choose|1..2|--eligible|20|--count|A=9|--count|B=6";
    refused(args, "`--cast N`");
    let ran = decide(&format!("{args}|--cast|10|--json"));
    assert_eq!((ran.code, &ran.json()["conditions"][0]["needed"]), (Some(0), &json!(6)));
    refused(&format!("{args}|--cast|7"), "`A` has 9 votes, but only 7 votes are valid");
    refused(&format!("{args}|--cast|16"), "each must choose at least 1");
    refused(&args.replace("1..2", "2..1"), "`--choose MIN..MAX`");
}

#[test]
fn counts_that_do_not_reconcile_are_refused() {
    let given = "--rule|rule:majority|--eligible|9|--count|Yes=3|--count|No=2";
    refused(
        &format!("{given}|--cast|6"),
        "5 for answers, 0 blank and 0 spoiled make 5, but 6 votes were cast",
    );
    refused(&format!("{given}|--blank|5"), "10 votes were cast, but only 9 members are eligible");
    refused(&format!("{given}|--count|Yes=1"), "`Yes` is counted twice");
    refused(&format!("{given}|--spoiled|9007199254740992"), "can be above");
    refused("--rule|Yes > 1|--eligible|9|--count|=2", "an answer has no text");
}

#[test]
fn a_rule_that_cannot_be_applied_is_refused() {
    let with = |rule: &str| format!("--rule|{rule}|--eligible|9|--count|Yes=3|--count|No=2");
    refused(&with("Yes > half valid"), "at character 12: expected `of`");
    refused(&with(""), "at character 1: expected a comparison");
    refused(&with("rule:majorty"), "the name of a rule in the library (majority, ");
    refused(
        &with("Maybe > half of valid"),
        "one of the question's answers, written exactly as there (Yes, No)",
    );
    refused(&with("each unit: Yes > half of valid"), "needs the counts of every unit");
    refused(&with("rule:every-unit"), "needs the counts of every unit");
    refused(&format!("{}|--yes|Ja", with("Yes > 1")), "in `yes`, at character 1");
    refused(&format!("{}|--yes|Ja", with("rule:majority")), "one of the question's answers");
}

#[test]
fn units_have_their_own_numbers() {
    let north = "--unit|North|--eligible|9|--count|Yes=3|--count|No=2";
    let south = "--unit|South|--eligible|9|--count|Yes=1|--count|No=4";
    let rule = "--rule|rule:every-unit";
    assert_eq!(decide(&format!("{rule}|{north}")).code, Some(0));
    assert_eq!(decide(&format!("{rule}|{north}|{south}")).code, Some(1));
    assert_eq!(decide(&format!("{south}|{north}|{rule}")).code, Some(1));
    let ran = decide(&format!("{north}|--blank|1|{south}|--cast|5|--rule|cast > 10|--json"));
    assert_eq!((ran.code, &ran.json()["conditions"][0]["got"]), (Some(0), &json!(11)));

    refused(&format!("{rule}|--eligible|9|{north}"), "`--eligible` stands before the first `--unit`");
    refused(&format!("{rule}|{north}|{north}"), "the unit `North` is counted twice");
    refused(&format!("{rule}|{north}|--eligible|8"), "unit `North`: `--eligible` is given twice");
    refused(&format!("{rule}|{north}|--unit|South|--count|Yes=1"), "unit `South`: `--eligible` is missing");
    refused(&format!("{rule}|{north}|--unit|South|--eligible|1"), "unit `South`: `--count` is missing");
    refused(&format!("{rule}|{north}|--unit|South"), "unit `South`: `--eligible` is missing");
    refused(&format!("{rule}|{north}|--unit||--eligible|1|--count|Yes=1"), "empty name");
    refused(&format!("{rule}|{north}|{south}|--cast|7"), "unit `South`: the counts do not reconcile");
    refused(
        &format!("{rule}|{north}|--unit|South|--eligible|9|--count|Yes=1|--count|Nein=1"),
        "do not count the same answers",
    );
}

#[test]
fn mistakes_in_the_arguments_are_errors() {
    let given = "--rule|Yes > 1|--eligible|9|--count|Yes=3";
    refused("--rule|Yes > 1|--eligible|9", "--count");
    refused("--rule|Yes > 1|--count|Yes=1", "--eligible");
    refused("--eligible|9|--count|Yes=1", "--rule");
    refused(&given.replace("Yes=3", "Yes"), "such as `Yes=120`");
    refused(&given.replace("Yes=3", "Yes=-3"), "such as `Yes=120`");
    refused(&given.replace("Yes=3", "Yes=3.0"), "such as `Yes=120`");
    refused(&given.replace("|9|", "|many|"), "--eligible");
    refused(&given.replace("|9|", "|99999999999999999999|"), "--eligible");
    refused(&format!("{given}|--choose|2"), "two whole numbers such as `1..3`");
    refused(&format!("{given}|--choose|0..0"), "members cannot choose 0 to 0 answers");
    refused(&format!("{given}|--cast|3|--cast|3"), "`--cast` is given twice");
    refused(&format!("{given}|--eligible|9"), "`--eligible` is given twice");
    refused(&format!("{given}|--no-such-flag"), "--no-such-flag");
    refused(&format!("{given}|--rule|Yes > 2"), "--rule");
}

#[test]
fn help_and_version_are_answers_and_no_command_is_an_error() {
    for args in [&["--help"][..], &["decide", "--help"], &["--json", "--help"]] {
        let ran = scrutineer(args);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
        assert!(ran.stdout.contains("Usage: scrutineer"), "{}", ran.stdout);
    }
    let ran = scrutineer(&["--version"]);
    assert_eq!(ran.code, Some(0));
    assert_eq!(ran.stdout, format!("scrutineer {}\n", env!("CARGO_PKG_VERSION")));
    let ran = scrutineer(&[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.starts_with("scrutineer: which command?"), "{}", ran.stderr);
    let ran = scrutineer(&["--json", "decode"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.json()["error"]["message"].as_str().is_some_and(|message| message.contains("decode")));
}
