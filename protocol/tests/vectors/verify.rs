//! Whole archives: finished elections, elections under way, and the pack of cases.

use crate::data;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use scrutineer_protocol::archive::{ArchiveError, Kind, Reader};
use scrutineer_protocol::credential::PublicCredentials;
use scrutineer_protocol::group::Encoding;
use scrutineer_protocol::verify::{self, Cast, Level, Report, VerifyError, Visitor, names, no_shares};
use serde_json::Value;
use std::collections::HashMap;

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(1)
}

pub(crate) fn report(bytes: &[u8]) -> Result<Report, VerifyError> {
    verify::archive(bytes, no_shares, &mut rng(), &mut ())
}

/// The checks of this level, as text.
pub(crate) fn at(report: &Report, level: Level) -> Vec<String> {
    let found = report.checks.iter().filter(|check| check.level == level);
    found.map(|check| format!("{}: {}", check.name, check.detail)).collect()
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

#[test]
fn finished_elections_verify_and_give_their_results() {
    for name in data::SUPPORTED {
        let report = report(&data::election(name)).expect(name);
        let expected = data::expected(name);
        assert!(report.ok(), "{name}: {:?}", at(&report, Level::Fail));
        assert!(report.complete);
        // No side file: that alone is worth a warning.
        let warnings: Vec<_> =
            report.checks.iter().filter(|c| c.level == Level::Warning).map(|c| c.name).collect();
        assert_eq!(warnings, [names::SHARES], "{name}");

        let election = report.election.as_ref().expect("an election");
        assert_eq!(election.uuid().as_str(), expected["uuid"]);
        assert_eq!(election.fingerprint().to_string(), expected["election_fingerprint"]);
        assert_eq!(report.votes, number(&expected["voters_who_voted"]), "{name}");
        assert_eq!(report.votes + report.replaced, number(&expected["ballots"]), "{name}");
        let checksums = &expected["compute-checksums"];
        assert_eq!(election.hash().to_string(), checksums["election"]);
        assert_eq!(report.voters, number(&checksums["num_voters"]));
        assert_eq!(report.head.expect("a last event").1.to_string(), checksums["final"]);

        let counts = report.counts.as_ref().expect("counts");
        let counts: Vec<Vec<u64>> = counts
            .iter()
            .map(|question| {
                question.blank.into_iter().chain(question.answers.iter().map(|a| a.votes)).collect()
            })
            .collect();
        assert_eq!(serde_json::json!(counts), expected["result"], "{name}");
        if let Some(used) = expected["shares_used"].as_array() {
            let single = expected["single_trustees_in_order"].as_array().map_or(0, Vec::len);
            let owners: Vec<u64> = used.iter().map(|share| number(share) + single as u64).collect();
            let found: Vec<u64> = report.decrypted_by.iter().map(|owner| *owner as u64).collect();
            assert!(owners.iter().all(|owner| found.contains(owner)), "{name}: {owners:?} in {found:?}");
        }
    }
}

#[test]
fn the_event_of_the_tally_is_reported() {
    let bytes = data::election("e01-yesno");
    let report = report(&bytes).expect("a report");
    let wanted = report.encrypted_tally_event.expect("a tally");
    let mut records = Reader::new(bytes.as_slice()).expect("an archive").map(|r| r.expect("a record"));
    let event = records.find(|record| record.hash == wanted).expect("the event");
    assert_eq!(event.kind, Kind::Event);
    assert!(String::from_utf8_lossy(&event.body).contains("EncryptedTally"));
}

#[test]
fn elections_under_way_are_right_so_far() {
    for name in data::SUPPORTED {
        let report = report(&data::open_election(name)).expect(name);
        assert_eq!(report.level(), Level::Ok, "{name}: {:?}", report.checks);
        assert!(!report.complete);
        assert!(report.counts.is_none());
        assert_eq!(report.votes, number(&data::expected(name)["voters_who_voted"]));
    }
}

#[test]
fn an_election_may_stop_after_any_event() {
    let bytes = data::election("e04-mixed");
    let mut reader = Reader::new(bytes.as_slice()).expect("an archive");
    let (mut stops, mut between) = (0, 0);
    while let Some(record) = reader.next_record().expect("a record") {
        let end = usize::try_from(reader.offset()).expect("a small file");
        let report = report(&bytes[..end]).expect("a report");
        if record.kind == Kind::Event {
            stops += 1;
            assert!(report.ok(), "{end}: {:?}", at(&report, Level::Fail));
            assert_eq!(report.complete, end == bytes.len());
        } else {
            between += 1;
            assert!(!report.ok());
            assert!(at(&report, Level::Fail)[0].starts_with(names::RECORDS));
        }
    }
    assert!(stops > 5 && between > stops);
}

#[test]
fn unsupported_elections_are_named_as_such() {
    for name in data::UNSUPPORTED {
        for bytes in [data::election(name), data::open_election(name)] {
            let error = report(&bytes).expect_err(name);
            assert!(matches!(error, VerifyError::Unsupported(_)), "{name}");
            assert!(error.to_string().contains("not supported"), "{error}");
        }
    }
}

/// The kinds of questions in an archive's election, read without our parser. `None` where it has no election that can
/// be read.
fn question_kinds(bytes: &[u8]) -> Option<Vec<String>> {
    let first = Reader::new(bytes).ok()?.next()?.ok()?;
    let election: Value = serde_json::from_slice(&first.body).ok()?;
    let kind = |question: &Value| question["type"].as_str().unwrap_or("Homomorphic").to_owned();
    Some(election["questions"].as_array()?.iter().map(kind).collect())
}

#[test]
fn every_case_gets_its_verdict() {
    let (mut judged, mut unsupported) = (0, Vec::new());
    for case in data::cases() {
        let id = &case.id;
        let kinds = question_kinds(&case.bytes);
        let supported = kinds.is_none_or(|kinds| kinds.iter().all(|kind| kind == "Homomorphic"));
        let report = match report(&case.bytes) {
            Ok(report) => report,
            Err(VerifyError::Unsupported(_)) => {
                assert!(!supported, "{id}");
                unsupported.push(case.id);
                continue;
            }
            Err(error) => panic!("{id}: {error}"),
        };
        assert!(supported, "{id}");
        judged += 1;
        let failures = at(&report, Level::Fail);
        match case.expected.as_str() {
            "accept" => assert!(report.ok(), "{id}: {failures:?}"),
            "reject" => assert!(!report.ok(), "{id}: {:?}", report.checks),
            "reject-or-warn" => {
                let odd =
                    !report.ok() || at(&report, Level::Warning).iter().any(|w| !w.starts_with(names::SHARES));
                assert!(odd, "{id}: {:?}", report.checks);
            }
            other => panic!("{id}: {other}"),
        }
    }
    assert_eq!(judged, 79);
    let listed = [
        "case-002", "case-005", "case-013", "case-020", "case-022", "case-029", "case-035", "case-038",
        "case-049", "case-051", "case-065", "case-068", "case-076", "case-079", "case-086", "case-087",
    ];
    assert_eq!(unsupported, listed);
}

#[test]
fn files_that_are_no_records_are_errors() {
    for bytes in [&b""[..], b"BELENIOS", &[0; 2048], &b"name,vote\n".repeat(100)] {
        assert!(matches!(report(bytes), Err(VerifyError::Unreadable(_))));
    }
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let half = data::election("e01-yesno");
    let failing = std::io::Read::chain(&half[..5000], Broken);
    let error = verify::archive(failing, no_shares, &mut rng(), &mut ()).expect_err("unreadable");
    assert!(matches!(error, VerifyError::Unreadable(ArchiveError::Io(_))));
}

/// Remembers what it is shown.
#[derive(Default)]
struct Witness {
    trackers: Vec<String>,
    counted: HashMap<String, String>,
    replaced: usize,
    heights: Vec<u64>,
    bytes: u64,
    listed: Vec<String>,
}

impl Visitor for Witness {
    fn credentials(&mut self, credentials: &PublicCredentials) {
        assert!(self.listed.is_empty() && self.trackers.is_empty());
        self.listed = credentials.encodings().iter().map(Encoding::to_string).collect();
    }

    fn ballot(&mut self, cast: &Cast<'_>) {
        assert!(self.listed.contains(&cast.credential.to_text()));
        let before = self.counted.insert(cast.credential.to_text(), cast.tracker.to_string());
        assert_eq!(before, cast.replaces.map(|tracker| tracker.to_string()));
        self.replaced += usize::from(before.is_some());
        self.trackers.push(hex::encode(cast.tracker.digest()));
        self.heights.push(cast.height);
        assert_eq!(cast.number, self.trackers.len() as u64);
    }

    fn progress(&mut self, bytes: u64) {
        assert!(bytes > self.bytes);
        self.bytes = bytes;
    }
}

#[test]
fn a_visitor_sees_every_ballot_in_order() {
    for name in data::SUPPORTED {
        let bytes = data::election(name);
        let mut witness = Witness::default();
        let report = verify::archive(bytes.as_slice(), no_shares, &mut rng(), &mut witness).expect(name);
        assert_eq!(witness.counted.len() as u64, report.votes);
        assert_eq!(witness.replaced as u64, report.replaced);
        assert_eq!(witness.listed.len() as u64, report.voters);
        assert_eq!(report.weighted, name == "e08-weights");
        assert_eq!(witness.bytes, bytes.len() as u64);
        let heights: Vec<u64> = (1..).take(witness.trackers.len()).collect();
        assert_eq!(witness.heights, heights);
        // The summary lists the ballots that count.
        let mut counted: Vec<String> = witness.counted.into_values().collect();
        let summary = data::expected(name)["compute-ballot-summary"].clone();
        let mut listed: Vec<String> = summary
            .as_array()
            .expect("a list")
            .iter()
            .map(|ballot| {
                let digest = hex::decode(ballot["hash"].as_str().expect("a hash")).expect("hex");
                scrutineer_protocol::hash::Base64Hash::from_digest(digest.try_into().expect("32 bytes"))
                    .to_string()
            })
            .collect();
        counted.sort();
        listed.sort();
        assert_eq!(counted, listed, "{name}");
    }
}

#[test]
fn the_report_does_not_depend_on_the_number_of_threads() {
    let bytes = data::election("e02-homomorphic");
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| report(&bytes)).expect("a report").checks
    };
    assert_eq!(with(1), with(4));
}
