//! A right record, changed in one thing at a time: every change is found, by the check that is meant to.
//!
//! The chain is made anew after each change, so that nothing else gives it away, except where the chain itself is
//! what is changed.

mod list;
mod record;

use crate::data;
use crate::verify::{at, report};
use list::{DECRYPTION, ELECTION, SETUP, TRUSTEES, TWEAKS, Tweak};
use proptest::prelude::*;
use record::{NEUTRAL, archive, body, last, of_owner, other_owner, records, replace, steps};
use scrutineer_protocol::archive::{Kind, MAX_RECORD};
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::verify::{Level, VerifyError, names};

#[test]
fn the_untouched_record_is_right() {
    let bytes = archive(&records(&steps()));
    let report = report(&bytes).expect("a report");
    assert!(report.ok() && report.complete, "{:?}", at(&report, Level::Fail));
}

#[test]
fn every_tweak_is_found() {
    for (tweak, check) in TWEAKS {
        let mut changed = steps();
        tweak.apply(&mut changed);
        let mut records = records(&changed);
        if matches!(tweak, Tweak::DataAfterTheEnd) {
            records.pop();
        }
        let report = report(&archive(&records)).expect("a report");
        let failures = at(&report, Level::Fail);
        assert!(failures.iter().any(|failure| failure.starts_with(check)), "{tweak:?}: {failures:?}");
    }
}

#[test]
fn only_the_list_of_credentials_may_be_large() {
    let filling = "a".repeat(usize::try_from(MAX_RECORD).expect("it fits"));
    for (data, text, check) in
        [(ELECTION, "\"description\":\"", names::ELECTION), (TRUSTEES, "[[", names::TRUSTEES)]
    {
        let mut changed = steps();
        changed.truncate(1);
        replace(body(&mut changed, SETUP, data), text, &format!("{text}{filling}"));
        let report = report(&archive(&records(&changed))).expect("a report");
        let failures = at(&report, Level::Fail);
        assert!(failures.iter().any(|f| f.starts_with(check) && f.contains("16777216")), "{failures:?}");
    }
}

#[test]
fn an_election_of_another_version_or_group_is_unsupported() {
    for (from, to) in
        [("\"version\":1", "\"version\":2"), ("\"group\":\"Ed25519\"", "\"group\":\"RFC-3526-2048\"")]
    {
        let mut changed = steps();
        replace(body(&mut changed, SETUP, ELECTION), from, to);
        let found = report(&archive(&records(&changed)));
        assert!(matches!(found, Err(VerifyError::Unsupported(_))), "{to}");
    }
}

#[test]
fn a_share_of_a_board_that_is_not_valid_is_a_warning_where_enough_others_are() {
    let mut changed = steps();
    let unused = (2..5).find(|owner| !changed.iter().any(|step| of_owner(step, *owner))).expect("a trustee");
    let place = last(&changed, DECRYPTION);
    let again = changed[place].clone();
    changed.insert(place + 1, again);
    other_owner(&mut changed, unused);
    let report = report(&archive(&records(&changed))).expect("a report");
    assert!(report.ok(), "{:?}", at(&report, Level::Fail));
    let warnings = at(&report, Level::Warning);
    assert!(warnings[0].starts_with(names::DECRYPTIONS), "{warnings:?}");
    assert!(!report.decrypted_by.contains(&unused));
    assert!(report.counts.is_some());
}

/// Changes the text of the first event that is not the Setup, without joining the others to it anew.
#[test]
fn an_event_that_does_not_continue_the_chain_is_found() {
    let right = records(&steps());
    let place = right.iter().rposition(|(kind, _)| *kind == Kind::Event).expect("an event");
    let parent = HexHash::of(right[place - 2].1.as_bytes()).to_string();
    for (from, to, check) in [
        ("\"height\":", "\"height\":1", names::CHAIN),
        ("\"parent\":\"", "\"parent\":null,\"was\":\"", names::CHAIN),
        (parent.as_str(), NEUTRAL, names::CHAIN),
        ("\"type\":\"Result\"", "\"type\":\"Outcome\"", names::CHAIN),
        ("\"type\":\"Result\"", "\"type\":\"EndBallots\"", names::ORDER),
        (",", ", ", names::CHAIN),
        ("\"payload\":\"", "\"payload\":\"0000", names::CHAIN),
    ] {
        let mut changed = right.clone();
        replace(&mut changed[place].1, from, to);
        let report = report(&archive(&changed)).expect("a report");
        let failures = at(&report, Level::Fail);
        assert!(failures.len() == 1 && failures[0].starts_with(check), "{to}: {failures:?}");
    }
    let mut changed = right.clone();
    let payload = HexHash::of(right[place - 1].1.as_bytes()).to_string();
    replace(&mut changed[place].1, &payload, NEUTRAL);
    let other = report(&archive(&changed)).expect("a report");
    assert!(at(&other, Level::Fail)[0].starts_with(names::RECORDS));
    replace(&mut changed[place].1, &format!(",\"payload\":\"{NEUTRAL}\""), "");
    let none = report(&archive(&changed)).expect("a report");
    assert!(at(&none, Level::Fail)[0].starts_with(names::RECORDS));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A changed byte anywhere in the file is found.
    #[test]
    fn a_changed_byte_is_found(place: prop::sample::Index, flip in 1u8..) {
        let mut bytes = data::election("e01-yesno");
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        match report(&bytes) {
            Ok(report) => prop_assert!(!report.ok()),
            // Without its first member's name it is not an archive at all.
            Err(error) => prop_assert!(place < 9 && matches!(error, VerifyError::Unreadable(_))),
        }
    }

    /// Nothing that is read as an archive makes the verifier panic, whatever its records hold.
    #[test]
    fn records_of_anything_are_judged(bodies in prop::collection::vec((any::<bool>(), "[\\[\\]{}\",:0-9a-z]{0,40}"), 0..8)) {
        let records: Vec<(Kind, String)> =
            bodies.into_iter().map(|(event, body)| (if event { Kind::Event } else { Kind::Data }, body)).collect();
        let report = report(&archive(&records));
        prop_assert!(report.is_ok_and(|report| !report.ok()));
    }
}
