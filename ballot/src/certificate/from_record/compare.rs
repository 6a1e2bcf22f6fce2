//! A certificate against the records that it speaks of: everything that follows from them is worked out again.

use std::fmt;

use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::verify::Report;
use serde::Serialize;
use serde_json::{Value, json};

use super::super::{BoxReport, Certificate, Tellers};
use super::{FromRecordError, OnRecord, VoidWatch, board_report};
use crate::outcome::Outcome;
use crate::zone::Zone;

/// A record that was verified, to hold a certificate against.
#[derive(Debug, Clone, Copy)]
pub struct BoxRecord<'a> {
    /// What the verification of the record found.
    pub report: &'a Report,
    /// What the record comes to.
    pub outcome: &'a Outcome,
    /// SHA-256 of the archive's bytes.
    pub archive: HexHash,
    /// What was seen of the certificate's void codes while the record was verified.
    pub void: &'a VoidWatch,
}

/// Something that the certificate says and its records do not give, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference(String);

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Compares every field of the certificate that follows from the records with what they give; none when all agree.
///
/// A certificate can only be read when its fields agree with each other ([`Certificate::parse`]). What rests on its
/// issuer alone is taken as it stands: names, times (but not a close before the deadline on the record), codes re-issued.
/// Signatures and shares are for the caller.
pub fn check_against(certificate: &Certificate, records: &[BoxRecord<'_>]) -> Vec<Difference> {
    let mut found = Found::default();
    let mut read = Vec::with_capacity(records.len());
    for record in records {
        match OnRecord::read(record.report, record.outcome) {
            Ok(on_record) => read.push((on_record, record)),
            Err(error) => found.say(error.to_string()),
        }
    }
    for (on_record, _) in &read {
        let uuid = on_record.election.uuid();
        if !certificate.boxes().iter().any(|one| one.record.election == *uuid) {
            found.say(format!("the record of election {uuid} is none of those on the certificate"));
        }
    }
    for (i, one) in certificate.boxes().iter().enumerate() {
        let mut of_box =
            read.iter().filter(|(on_record, _)| *on_record.election.uuid() == one.record.election).peekable();
        if of_box.peek().is_none() {
            found.say(format!(
                "the record of the box {:?} (election {}) was not among those that were checked",
                one.name, one.record.election
            ));
        }
        of_box.for_each(|(on_record, record)| check_box(&mut found, i, one, on_record, record));
    }
    if let Some((first, rest)) = read.split_first() {
        let agree = rest.iter().try_for_each(|(other, _)| first.0.same_ballot(other));
        if let Err(error) = agree.and_then(|()| check_terms(&mut found, certificate, &first.0)) {
            found.say(error.to_string());
        }
        let on_records: Vec<&OnRecord<'_>> = read.iter().map(|(on_record, _)| on_record).collect();
        check_tellers(&mut found, certificate.tellers(), &on_records);
    }
    found.0
}

/// What is fixed for the whole ballot.
fn check_terms(
    found: &mut Found,
    certificate: &Certificate,
    record: &OnRecord<'_>,
) -> Result<(), FromRecordError> {
    let (ballot, line) = (certificate.ballot(), record.line);
    found.compare("ballot.id", &ballot.id, &line.ballot);
    found.compare("ballot.title", &ballot.title, record.election.name());
    found.compare("ballot.description", &ballot.description, &record.description());
    found.compare("codes", &certificate.codes(), &line.codes);
    found.compare("officers", certificate.officers(), &line.officers);
    found.compare("receipts", &certificate.receipts(), &line.receipts);
    if usize::try_from(line.boxes) != Ok(certificate.boxes().len()) {
        found.say(format!(
            "boxes on the certificate: {}, but the ballot is counted in {} boxes, as its record says",
            certificate.boxes().len(),
            line.boxes
        ));
    }
    let asked = certificate.questions().iter().map(|question| {
        let rule = question.decision.as_ref().map(|verdict| verdict.rule.as_str());
        json!({"question": question.question, "choose": question.choose, "rule": rule})
    });
    let fixed = record.questions()?;
    let fixed = fixed.iter().map(|question| {
        let rule = question.rule.as_ref().map(scrutineer_rules::Rule::text);
        json!({"question": question.text, "choose": question.choose, "rule": rule})
    });
    found.compare("questions", &asked.collect::<Vec<_>>(), &fixed.collect::<Vec<_>>());
    if let Some(closes) = line.closes.filter(|closes| ballot.closed.seconds < *closes) {
        let deadline = Zone::parse(&ballot.time_zone)
            .map_or_else(|_| format!("{closes} seconds since 1970"), |zone| zone.rfc3339(closes));
        found.say(format!(
            "the certificate says that voting closed at {}, but the deadline that the record fixed is {deadline}",
            ballot.closed.local
        ));
    }
    Ok(())
}

fn check_tellers(found: &mut Found, tellers: &Tellers, records: &[&OnRecord<'_>]) {
    let board = records.first().and_then(|record| record.board);
    match (tellers, board) {
        (Tellers::Server, None) => {}
        (Tellers::Server, Some(_)) => found.say(
            "the certificate says that the server opened the count alone, but the record has a board of tellers"
                .to_owned(),
        ),
        (Tellers::Board(_), None) => {
            found.say("the certificate names a board of tellers, but the record has none".to_owned());
        }
        (Tellers::Board(claimed), Some(board)) => {
            let expected = board_report(board, claimed.name.clone(), claimed.opened_by.clone());
            found.compare("tellers.board", claimed, &expected);
            let mut seats: Vec<u32> = records.iter().flat_map(|record| record.seats()).collect();
            seats.sort_unstable();
            seats.dedup();
            let claimed: Vec<u32> = claimed.opened_by.iter().map(|teller| teller.index).collect();
            if claimed != seats {
                found.say(format!(
                    "the certificate says that the tellers in the seats {} opened the count, but the shares on the \
                     record are those of {}",
                    list(&claimed),
                    list(&seats)
                ));
            }
        }
    }
}

fn check_box(found: &mut Found, i: usize, one: &BoxReport, on_record: &OnRecord<'_>, record: &BoxRecord<'_>) {
    let codes = &one.codes;
    let expected =
        on_record.box_report(record.archive, codes.reissued, codes.void.clone(), one.votes.participation);
    found.compare(&format!("boxes[{i}]"), one, &expected);
    for void in &codes.void {
        if !record.void.is_listed(void) {
            found.say(format!("the void code {void} does not stand on the record of the box {:?}", one.name));
        }
        if record.void.has_voted(void) {
            found.say(format!(
                "the void code {void} has a counted vote on the record of the box {:?}",
                one.name
            ));
        }
    }
}

fn list(seats: &[u32]) -> String {
    seats.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

/// The differences so far.
#[derive(Default)]
struct Found(Vec<Difference>);

impl Found {
    fn say(&mut self, sentence: String) {
        self.0.push(Difference(sentence));
    }

    /// Says every place below `path` in which the two differ.
    fn compare<T: Serialize + ?Sized, U: Serialize + ?Sized>(&mut self, path: &str, claimed: &T, record: &U) {
        match (serde_json::to_value(claimed), serde_json::to_value(record)) {
            (Ok(claimed), Ok(record)) => self.walk(path, &claimed, &record),
            (Err(error), _) | (_, Err(error)) => self.say(format!("{path} cannot be compared: {error}")),
        }
    }

    fn walk(&mut self, path: &str, claimed: &Value, record: &Value) {
        match (claimed, record) {
            (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
                for ((name, a), b) in a.iter().zip(b.values()) {
                    self.walk(&format!("{path}.{name}"), a, b);
                }
            }
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                for (i, (a, b)) in a.iter().zip(b).enumerate() {
                    self.walk(&format!("{path}[{i}]"), a, b);
                }
            }
            _ if claimed == record => {}
            _ => self.say(format!("{path} on the certificate is {claimed}, but the record gives {record}")),
        }
    }
}
