//! Points, scalars, credentials and ballots: against the vectors, and whatever is changed is caught.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod credentials;
mod eighths;
mod group;
mod opening;
mod sealing;
mod tweaks;

use serde_json::Value;
use std::path::PathBuf;

/// A JSON file of the unit vectors.
fn unit(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/unit").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// The items of an array of objects or strings.
fn items<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let items = value[name].as_array().unwrap();
    assert!(!items.is_empty(), "{name} has no items");
    items
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
