//! `scrutineer rules` as a program.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::process::{Command, Output};

use serde_json::Value;

fn scrutineer(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_scrutineer")).args(args).output().expect("the program starts")
}

fn json(args: &[&str]) -> Value {
    serde_json::from_slice(&scrutineer(args).stdout).expect("stdout is one document")
}

#[test]
fn every_rule_of_the_library_is_listed_and_shown() {
    let list = json(&["rules", "list", "--json"]);
    let rules = list["rules"].as_array().expect("a list");
    assert!(rules.len() >= 16);
    let text = String::from_utf8(scrutineer(&["rules", "list"]).stdout).expect("UTF-8");
    for rule in rules {
        let name = rule["name"].as_str().expect("a name");
        assert!(text.lines().any(|line| line.starts_with(name)), "{name}");
        assert_eq!(json(&["rules", "show", name, "--json"]), *rule);
        for field in ["title", "rule", "in_words", "source", "not_voting"] {
            assert!(rule[field].as_str().is_some_and(|text| !text.is_empty()), "{name} {field}");
        }
    }
}

#[test]
fn one_rule_is_shown_by_either_name_with_its_source_and_a_caution() {
    let shown = scrutineer(&["rules", "show", "rule:ctu-action-60"]);
    assert_eq!(shown.status.code(), Some(0));
    let text = String::from_utf8(shown.stdout).expect("UTF-8");
    for part in [
        "Rule: Yes >= 60% of eligible",
        "The question passes if at least 60% of all members who may vote choose “Yes”.",
        "Not voting works as a No",
        "From: Chicago Teachers Union, collective action of January 2021",
        "passes = \"rule:ctu-action-60\"",
        "not advice",
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(scrutineer(&["rules", "show", " ctu-action-60 "]).stdout, text.as_bytes());
}

#[test]
fn an_unknown_rule_is_refused_with_the_way_to_the_list() {
    for name in ["", "rule:", "CTU-ACTION-60", "Yes > half of valid"] {
        let refused = scrutineer(&["rules", "show", name]);
        assert_eq!(refused.status.code(), Some(2), "{name}");
        let said = String::from_utf8(refused.stderr).expect("UTF-8");
        assert!(said.contains("scrutineer rules list"), "{said}");
    }
    assert_eq!(scrutineer(&["rules"]).status.code(), Some(2));
}
