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
