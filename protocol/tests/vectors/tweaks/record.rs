//! A record as steps that can be changed and joined again.

use super::list::DECRYPTION;
use crate::data;
use scrutineer_protocol::archive::{Kind, Reader, Timestamp, Writer};
use scrutineer_protocol::event::{Event, EventKind};
use scrutineer_protocol::hash::HexHash;

pub(super) const NEUTRAL: &str = "0000000000000000000000000000000000000000000000000000000000000001";
pub(super) const GENERATOR: &str = "6666666666666666666666666666666666666666666666666666666666666658";

/// An event with the data records before it.
#[derive(Clone)]
pub(super) struct Step {
    pub(super) kind: EventKind,
    pub(super) data: Vec<String>,
    /// Whether the payload is to name the data before it anew.
    pub(super) join: bool,
}

pub(super) type Steps = Vec<Step>;

/// An election with a single trustee and a board of 2 of 3.
pub(super) fn steps() -> Steps {
    let bytes = data::election("e04-mixed");
    let (mut steps, mut data) = (Steps::new(), Vec::new());
    for record in Reader::new(bytes.as_slice()).expect("an archive") {
        let record = record.expect("a record");
        match record.kind {
            Kind::Data => data.push(String::from_utf8(record.body).expect("UTF-8")),
            Kind::Event => {
                let kind = Event::parse(&record.body).expect("an event").kind;
                steps.push(Step { kind, data: std::mem::take(&mut data), join: true });
            }
        }
    }
    steps
}

/// The records of these steps, joined by hashes as they must be: data to their payload, events to a chain.
pub(super) fn records(steps: &[Step]) -> Vec<(Kind, String)> {
    let hash = |text: &String| HexHash::of(text.as_bytes()).to_string();
    let (mut records, mut parent) = (Vec::new(), None);
    for (height, step) in (0..).zip(steps) {
        let mut data = step.data.clone();
        if let Some((last, others)) = data.split_last_mut() {
            let original = step.data.len();
            match step.kind {
                _ if !step.join => {}
                EventKind::Setup => {
                    let fields = ["election", "trustees", "credentials"];
                    for (field, body) in fields.iter().zip(others.iter()) {
                        put(last, field, &hash(body));
                    }
                }
                EventKind::EncryptedTally if original == 2 => put(last, "encrypted_tally", &hash(&others[0])),
                EventKind::PartialDecryption if original == 2 => put(last, "payload", &hash(&others[0])),
                _ => {}
            }
        }
        let payload = data.last().map(|body| HexHash::of(body.as_bytes()));
        let event = Event { parent, height, kind: step.kind, payload }.to_text();
        parent = Some(HexHash::of(event.as_bytes()));
        records.extend(data.into_iter().map(|body| (Kind::Data, body)));
        records.push((Kind::Event, event));
    }
    records
}

/// Replaces the hash in a field.
pub(super) fn put(text: &mut String, field: &str, hash: &str) {
    let label = format!("\"{field}\":\"");
    if let Some(place) = text.find(&label) {
        let start = place + label.len();
        text.replace_range(start..start + 64, hash);
    }
}

pub(super) fn archive(records: &[(Kind, String)]) -> Vec<u8> {
    let time = Timestamp::new(1_700_000_000).expect("a time");
    let mut writer = Writer::new(Vec::new(), time).expect("memory");
    for (kind, body) in records {
        writer.record(*kind, body.as_bytes()).expect("memory");
    }
    writer.finish().expect("memory")
}

/// The positions of the steps of this kind.
pub(super) fn all(steps: &[Step], kind: EventKind) -> Vec<usize> {
    (0..steps.len()).filter(|position| steps[*position].kind == kind).collect()
}

pub(super) fn first(steps: &[Step], kind: EventKind) -> usize {
    all(steps, kind)[0]
}

pub(super) fn last(steps: &[Step], kind: EventKind) -> usize {
    *all(steps, kind).last().expect("such a step")
}

/// One data record of the first step of a kind.
pub(super) fn body(steps: &mut [Step], kind: EventKind, record: usize) -> &mut String {
    let position = first(steps, kind);
    &mut steps[position].data[record]
}

/// Replaces the first occurrence.
pub(super) fn replace(text: &mut String, from: &str, to: &str) {
    assert!(text.contains(from), "{from} in {text}");
    *text = text.replacen(from, to, 1);
}

/// Exchanges two parts of a text of the same length.
pub(super) fn exchange(text: &mut String, field: &str, length: usize) {
    let places: Vec<usize> =
        text.match_indices(field).map(|(place, _)| place + field.len()).take(2).collect();
    let part = |place: usize| text[place..place + length].to_owned();
    let (a, b) = (part(places[0]), part(places[1]));
    assert_ne!(a, b);
    text.replace_range(places[0]..places[0] + length, &b);
    text.replace_range(places[1]..places[1] + length, &a);
}

/// Puts another digit at the end of the first number in a field.
pub(super) fn other_number(text: &mut String, field: &str) {
    let start = text.find(field).expect("the field") + field.len();
    let digits = text[start..].find(|c: char| !c.is_ascii_digit()).expect("an end");
    let digit = if text.as_bytes()[start + digits - 1] == b'7' { "6" } else { "7" };
    text.replace_range(start + digits - 1..start + digits, digit);
}

/// The first point in a field.
pub(super) fn set_point(text: &mut String, field: &str, point: &str) {
    let start = text.find(field).expect("the field") + field.len();
    text.replace_range(start..start + 64, point);
}

/// Puts another ballot's fingerprint of the election.
pub(super) fn set_hash(ballot: &mut String) {
    let start = ballot.find("\"election_hash\":\"").expect("a hash") + 17;
    ballot.replace_range(start..start + 1, if ballot[start..].starts_with('A') { "B" } else { "A" });
}

pub(super) fn repeat(steps: &mut Steps, kind: EventKind, place: usize) {
    let again = steps[last(steps, kind)].clone();
    steps.insert(place, again);
}

pub(super) fn move_to(steps: &mut Steps, from: usize, to: usize) {
    let step = steps.remove(from);
    steps.insert(to, step);
}

pub(super) fn of_owner(step: &Step, owner: usize) -> bool {
    step.kind == DECRYPTION && step.data[1].contains(&format!("\"owner\":{owner},"))
}

/// Gives the last share to another owner.
pub(super) fn other_owner(steps: &mut Steps, owner: usize) {
    let place = last(steps, DECRYPTION);
    let owned = &mut steps[place].data[1];
    let (_, rest) = owned.split_once(',').expect("two fields");
    *owned = format!("{{\"owner\":{owner},{rest}");
}
