//! Whatever is changed in a ballot is caught: by its form, by a proof, or by the signature.

use crate::sealing::election;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_protocol::ballot::{Ballot, Selection};
use scrutineer_protocol::group::{Point, Scalar, power_of_g, scalar_from_text, scalar_to_text};
use scrutineer_protocol::json;
use serde_json::Value;

/// One way of changing the value at one place of a ballot's JSON.
#[derive(Clone, Copy, Debug)]
enum Tweak {
    /// Another value of the same kind.
    Change,
    /// The value is left out.
    Remove,
    /// The value stands twice.
    Repeat,
    /// A field or item is added.
    Add,
}

/// Every place of a JSON value, from the outside in.
fn places(value: &Value, here: &[String], out: &mut Vec<Vec<String>>) {
    let inside: Vec<(String, &Value)> = match value {
        Value::Array(items) => items.iter().enumerate().map(|(i, item)| (i.to_string(), item)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), field)).collect(),
        _ => Vec::new(),
    };
    out.push(here.to_vec());
    for (step, value) in inside {
        let mut there = here.to_vec();
        there.push(step);
        places(value, &there, out);
    }
}

fn changed(text: &str) -> String {
    let one = Scalar::ONE;
    if let Ok(point) = Point::from_text(text) {
        return Point::new(point.element() + power_of_g(&one)).to_text();
    }
    if let Ok(scalar) = scalar_from_text(text) {
        return scalar_to_text(&(scalar + one));
    }
    let other = if text.starts_with('A') { 'B' } else { 'A' };
    format!("{other}{}", &text[1..])
}

/// The ballot's text with one tweak at one place; `None` where the tweak makes no sense there.
fn apply(ballot: &Value, place: &[String], tweak: Tweak) -> Option<String> {
    let mut tweaked = ballot.clone();
    let (last, path) = place.split_last()?;
    let parent = path.iter().fold(&mut tweaked, |value, step| match value {
        Value::Array(items) => &mut items[step.parse::<usize>().unwrap()],
        other => &mut other[step.as_str()],
    });
    match (parent, tweak) {
        (Value::Array(items), tweak) => {
            let i: usize = last.parse().unwrap();
            match tweak {
                Tweak::Change => items[i] = Value::String(changed(items[i].as_str()?)),
                Tweak::Remove => drop(items.remove(i)),
                Tweak::Repeat => items.insert(i, items[i].clone()),
                Tweak::Add => items.push(Value::Null),
            }
        }
        (Value::Object(fields), tweak) => match tweak {
            Tweak::Change => {
                let text = changed(fields[last].as_str()?);
                fields.insert(last.clone(), Value::String(text));
            }
            Tweak::Remove => drop(fields.shift_remove(last)?),
            Tweak::Repeat => return None,
            Tweak::Add => drop(fields.insert("extra".to_owned(), Value::from(1))),
        },
        _ => return None,
    }
    Some(json::to_text(&tweaked))
}

#[test]
fn every_change_of_a_ballot_is_caught() {
    let (election, credential) = election();
    let vote = [Selection::Answers(vec![0]), Selection::Answers(vec![1, 2]), Selection::Answers(vec![])];
    let ballot = Ballot::seal(&election, &credential, &vote, &mut ChaCha20Rng::seed_from_u64(3)).unwrap();
    let text = ballot.to_text();
    let value: Value = serde_json::from_str(&text).unwrap();
    let mut all = Vec::new();
    places(&value, &[], &mut all);
    let mut tried = 0;
    for place in &all {
        for tweak in [Tweak::Change, Tweak::Remove, Tweak::Repeat, Tweak::Add] {
            let Some(tweaked) = apply(&value, place, tweak) else { continue };
            assert_ne!(tweaked, text, "{tweak:?} at {place:?} changed nothing");
            let caught = Ballot::parse(tweaked.as_bytes()).map(|ballot| ballot.verify(&election).is_err());
            assert!(caught.unwrap_or(true), "{tweak:?} at {place:?} was not caught");
            tried += 1;
        }
    }
    assert!(tried > 300, "only {tried} tweaks were tried");
}

#[test]
fn other_spellings_of_a_ballot_are_refused() {
    let (election, credential) = election();
    let vote = [Selection::Answers(vec![1]), Selection::Blank, Selection::Answers(vec![])];
    let text =
        Ballot::seal(&election, &credential, &vote, &mut ChaCha20Rng::seed_from_u64(4)).unwrap().to_text();
    let spellings = [
        text.replacen(',', ", ", 1),
        format!("{text}\n"),
        format!(" {text}"),
        text.replacen("\"challenge\":\"", "\"challenge\":\"0", 1),
        text.replacen("election_uuid", "election_uui\\u0064", 1),
    ];
    for spelling in spellings {
        assert!(Ballot::parse(spelling.as_bytes()).is_err(), "{}", &spelling[..60]);
    }
    for cut in [0, 1, text.len() / 2, text.len() - 1] {
        assert!(Ballot::parse(&text.as_bytes()[..cut]).is_err());
    }
}

#[test]
fn odd_spellings_inside_answers_are_read_on_foreign_records_and_named() {
    let (election, credential) = election();
    let vote = [Selection::Answers(vec![1]), Selection::Blank, Selection::Answers(vec![])];
    let ballot = Ballot::seal(&election, &credential, &vote, &mut ChaCha20Rng::seed_from_u64(4)).unwrap();
    let text = ballot.to_text();
    let odd = text.replacen("\"challenge\":\"", "\"challenge\":\"0", 1);
    let (read, oddity) = Ballot::parse_tolerant(odd.as_bytes()).unwrap();
    assert!(oddity.is_some());
    assert_eq!(read.to_text(), text);
    // The signature is over the bytes as sent, so this one no longer holds.
    assert!(read.verify(&election).is_err());
    let outside = text.replacen("{\"election_uuid\"", "{\"extra\":1,\"election_uuid\"", 1);
    assert!(Ballot::parse_tolerant(outside.as_bytes()).is_err());
}

#[test]
fn a_ballot_whose_answers_have_another_shape_is_read_nowhere() {
    let (election, credential) = election();
    let vote = [Selection::Answers(vec![1]), Selection::Blank, Selection::Answers(vec![])];
    let ballot = Ballot::seal(&election, &credential, &vote, &mut ChaCha20Rng::seed_from_u64(4)).unwrap();
    let ballot: Value = serde_json::from_str(&ballot.to_text()).unwrap();
    let values = |object: &Value| Value::Array(object.as_object().unwrap().values().cloned().collect());
    // Lists of values where objects belong, and the other way round.
    for place in ["", "/choices/0", "/individual_proofs/0/1", "/overall_proof/0"] {
        let mut changed = ballot.clone();
        let place = changed.pointer_mut(&format!("/answers/0{place}")).unwrap();
        *place = values(place);
        assert!(Ballot::parse_tolerant(json::to_text(&changed).as_bytes()).is_err(), "{changed}");
    }
    for place in ["/choices", "/individual_proofs", "/individual_proofs/0", "/overall_proof"] {
        let mut changed = ballot.clone();
        let place = changed.pointer_mut(&format!("/answers/0{place}")).unwrap();
        *place = place[0].clone();
        assert!(Ballot::parse_tolerant(json::to_text(&changed).as_bytes()).is_err(), "{changed}");
    }
}

/// A ballot's text and the same with something put before the first field of its first answer.
fn with(addition: &str) -> (String, String) {
    let (election, credential) = election();
    let vote = [Selection::Answers(vec![1]), Selection::Blank, Selection::Answers(vec![])];
    let ballot = Ballot::seal(&election, &credential, &vote, &mut ChaCha20Rng::seed_from_u64(4)).unwrap();
    let text = ballot.to_text();
    let first = "\"answers\":[{";
    let changed = text.replacen(first, &format!("{first}{addition},"), 1);
    (text, changed)
}

#[test]
fn on_foreign_records_further_fields_may_hold_anything() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(50_000), close.repeat(50_000));
    for value in [
        "1",
        "-1",
        "0",
        "0.1",
        "-0.0",
        "1.5e+300",
        "123456789012345678901234567890",
        "null",
        "true",
        "\"a\\\"\\u007f\"",
        "[]",
        "{}",
        "[1,{\"a\":[],\"b\":{\"c\":null}},\"]\"]",
        "{\"a\":1,\"a\":2}",
        &deep("[", "]"),
        &deep("{\"a\":[", "]}"),
    ] {
        let (text, changed) = with(&format!("\"x\":{value}"));
        let (read, oddity) = Ballot::parse_tolerant(changed.as_bytes()).unwrap();
        assert!(oddity.is_some() && read.to_text() == text, "{}", value.get(..40).unwrap_or(value));
    }
    for value in [
        "",
        "01",
        "-0",
        "-",
        "+1",
        "1e5",
        ".5",
        "1.",
        "NaN",
        "nul",
        "truefalse",
        "\"\\u0061\"",
        "\"\\/\"",
        "\"\u{7f}\"",
        "\"\\ud800\"",
        " 1",
        "1 ",
        "(1)",
        "<\"A\">",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{1:1}",
        "[1}",
        "{]",
        "\"",
        "/**/1",
        &"[".repeat(100_000),
    ] {
        let (_, changed) = with(&format!("\"x\":{value}"));
        assert!(Ballot::parse_tolerant(changed.as_bytes()).is_err(), "{}", value.get(..40).unwrap_or(value));
    }
}

#[test]
fn on_foreign_records_the_last_of_a_repeated_field_counts() {
    let (text, _) = with("");
    let choices = &text[text.find("\"choices\":").unwrap()..text.find(",\"individual_proofs\"").unwrap()];
    let other = choices.replacen("\"alpha\"", "\"gamma\"", 1).replacen("\"beta\"", "\"alpha\"", 1);
    let other = other.replacen("\"gamma\"", "\"beta\"", 1);
    let (text, changed) = with(&other);
    let (read, oddity) = Ballot::parse_tolerant(changed.as_bytes()).unwrap();
    assert!(oddity.is_some() && read.to_text() == text);
    let last = text.replacen(choices, &format!("{choices},{other}"), 1);
    assert_ne!(Ballot::parse_tolerant(last.as_bytes()).unwrap().0.to_text(), text);
}

#[test]
fn on_foreign_records_points_and_numbers_may_be_spelled_otherwise() {
    let (text, _) = with("");
    let neutral = format!("{}1", "0".repeat(63));
    let point = text.split("\"alpha\":\"").nth(1).unwrap().get(..64).unwrap();
    let scalar = text.split("\"challenge\":\"").nth(1).unwrap().split('"').next().unwrap();
    let accepted = [
        (point, point.to_uppercase(), point),
        (scalar, format!("000{scalar}"), scalar),
        (scalar, "000".to_owned(), "0"),
        (point, format!("8{}1", "0".repeat(62)), &neutral),
        (point, format!("7{}ee", "f".repeat(61)), &neutral),
        (point, format!("F{}EE", "f".repeat(61)), &neutral),
    ];
    for (from, to, meant) in accepted {
        let (read, oddity) = Ballot::parse_tolerant(text.replacen(from, &to, 1).as_bytes()).unwrap();
        assert!(oddity.is_some() && read.to_text() == text.replacen(from, meant, 1), "{to}");
    }
    let order = "7237005577332262213973186563042994240857116359379907606001950938285454250989";
    for (from, to) in [
        (point, format!("{point}0")),
        (point, format!("0{}", "f".repeat(63))),
        (point, String::new()),
        (scalar, String::new()),
        (scalar, format!("+{scalar}")),
        (scalar, format!("-{scalar}")),
        (scalar, order.to_owned()),
    ] {
        assert!(Ballot::parse_tolerant(text.replacen(from, &to, 1).as_bytes()).is_err(), "{to}");
    }
    // Outside of answers there is one spelling.
    let outside = text.replacen("\"credential\":\"", "\"credential\":\"0", 1);
    assert!(Ballot::parse_tolerant(outside.as_bytes()).is_err());
    let place = text.find("\"credential\":\"").unwrap() + 14;
    let upper = text[..place].to_owned() + &text[place..place + 64].to_uppercase() + &text[place + 64..];
    assert!(upper == text || Ballot::parse_tolerant(upper.as_bytes()).is_err());
}
