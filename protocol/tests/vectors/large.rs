//! Files that are large for nothing: what is wrong with them is said where it stands, before they are read.

use crate::data;
use crate::verify::at;
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use scrutineer_protocol::archive::{BLOCK, Kind, MAX_RECORD, MAX_SETUP_RECORD, Reader, Timestamp, record};
use scrutineer_protocol::event::{EventKind, State};
use scrutineer_protocol::hash::HexHash;
use scrutineer_protocol::verify::{self, Level, Report, names};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// What is read ahead.
const AHEAD: u64 = 1 << 16;
const GIGABYTE: u64 = 1 << 30;

/// A file, and how much of it was read.
struct Counted {
    file: File,
    read: u64,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read += read as u64;
        Ok(read)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Verifies these bytes, followed by so many zeros that take no room on the disk; also says how much was read.
fn report(bytes: &[u8], zeros: u64) -> (Report, u64) {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("room");
    file.set_len(bytes.len() as u64 + zeros).expect("a sparse file");
    file.rewind().expect("a file");
    let mut counted = Counted { file, read: 0 };
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let report = verify::archive(&mut counted, verify::no_shares, &mut rng, &mut ()).expect("a report");
    (report, counted.read)
}

/// The header of a record that is so large, with the checksum that belongs to it.
fn header(kind: Kind, size: u64, time: Timestamp) -> Vec<u8> {
    let mut block = record(kind, b"x", time).expect("a record");
    block.truncate(BLOCK);
    block[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
    block[154] = 0;
    block
}

/// A record under way: its bytes, its time and where its chain stands.
fn open_election() -> (Vec<u8>, Timestamp, State) {
    let bytes = data::open_election("e01-yesno");
    let mut reader = Reader::new(bytes.as_slice()).expect("an archive");
    let mut state = State::start();
    while let Some(record) = reader.next_record().expect("a record") {
        if record.kind == Kind::Event {
            let event = scrutineer_protocol::event::Event::parse(&record.body).expect("an event");
            state.apply(&event, record.hash).expect("continues");
        }
    }
    let time = reader.timestamp().expect("a time");
    (bytes, time, state)
}

fn failures(report: &Report) -> Vec<String> {
    at(report, Level::Fail)
}

#[test]
fn a_vote_of_a_gigabyte_is_refused_where_it_begins() {
    let (mut bytes, time, _) = open_election();
    let start = bytes.len() as u64;
    for kind in [Kind::Data, Kind::Event] {
        bytes.truncate(usize::try_from(start).expect("small"));
        bytes.extend(header(kind, GIGABYTE, time));
        let (report, read) = report(&bytes, GIGABYTE);
        let expected = format!(
            "{}: the record at byte {start} has {GIGABYTE} bytes, more than the {MAX_RECORD} that are read",
            names::CONTAINER
        );
        assert_eq!(failures(&report), [expected]);
        assert!(read <= bytes.len() as u64 + AHEAD, "{read} bytes were read");
    }
    // A size that there are no bytes for.
    bytes.truncate(usize::try_from(start).expect("small"));
    bytes.extend(header(Kind::Data, MAX_RECORD, time));
    let (report, _) = report(&bytes, 10);
    assert!(failures(&report)[0].contains("in the middle of a record"), "{:?}", failures(&report));
}

#[test]
fn what_stands_before_the_first_event_is_bounded_as_a_whole() {
    let time = Timestamp::new(1_700_000_000).expect("a time");
    let first = record(Kind::Data, &vec![b' '; 3 << 20], time).expect("a record");
    let bytes = [
        scrutineer_protocol::archive::opening(time),
        first.clone(),
        header(Kind::Data, MAX_SETUP_RECORD, time),
    ];
    let bytes = bytes.concat();
    let (report, read) = report(&bytes, MAX_SETUP_RECORD);
    let rest = MAX_SETUP_RECORD - (3 << 20);
    assert!(
        failures(&report)[0].ends_with(&format!("more than the {rest} that are read")),
        "{:?}",
        failures(&report)
    );
    assert!(read <= bytes.len() as u64 + AHEAD, "{read} bytes were read");
}

#[test]
fn events_without_votes_end_at_the_first() {
    let (mut bytes, time, mut state) = open_election();
    let start = bytes.len() as u64;
    for _ in 0..2_000 {
        let event = state.append(EventKind::Ballot, Some(HexHash::of(b"no vote"))).expect("voting is open");
        bytes.extend(record(Kind::Event, event.text.as_bytes(), time).expect("a record"));
    }
    let (report, read) = report(&bytes, GIGABYTE);
    let expected = format!(
        "{}: the Ballot event at byte {start}: 0 data records stand before it, where it needs: the ballot",
        names::RECORDS
    );
    assert_eq!(failures(&report), [expected]);
    assert!(read <= start + AHEAD, "{read} bytes were read");
}

#[test]
fn votes_that_are_none_are_counted_and_the_first_of_them_told() {
    let (mut bytes, time, mut state) = open_election();
    let before = report(&bytes, 0).0.votes;
    for i in 0..700 {
        let vote = format!("{{\"vote\":{i}}}");
        let event =
            state.append(EventKind::Ballot, Some(HexHash::of(vote.as_bytes()))).expect("voting is open");
        bytes.extend(record(Kind::Data, vote.as_bytes(), time).expect("a record"));
        bytes.extend(record(Kind::Event, event.text.as_bytes(), time).expect("a record"));
    }
    let (report, _) = report(&bytes, 0);
    let failures = failures(&report);
    assert_eq!(failures.len(), 21);
    assert!(failures.iter().all(|failure| failure.starts_with(names::BALLOTS)), "{failures:?}");
    assert!(failures[20].ends_with("and 680 more of this kind"), "{failures:?}");
    assert_eq!(report.votes, before);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_record_that_was_cut_is_no_whole_one(place in any::<prop::sample::Index>()) {
        let whole = data::election("e01-yesno");
        // Shorter than its first member it is no record at all.
        let end = 1024 + place.index(whole.len() - 1024);
        let (report, _) = report(&whole[..end], 0);
        prop_assert!(!report.complete && report.counts.is_none());
        prop_assert!(!report.ok() || end.is_multiple_of(BLOCK), "{}", end);
    }
}
