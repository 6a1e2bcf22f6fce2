//! Archives: the exact bytes of members, and what a reader refuses.

use crate::data;
use proptest::prelude::*;
use scrutineer_protocol::archive::{
    ArchiveError, BLOCK, Kind, PrefixError, Reader, Record, Timestamp, Writer, is_prefix, opening, record,
};
use std::io::{self, Read};

fn time() -> Timestamp {
    Timestamp::new(1_700_000_000).expect("a time")
}

fn records(bytes: &[u8]) -> Result<Vec<Record>, ArchiveError> {
    Reader::new(bytes)?.collect()
}

fn written_again(bytes: &[u8]) -> Vec<u8> {
    let reader = Reader::new(bytes).expect("an archive");
    let mut writer = Writer::new(Vec::new(), reader.timestamp().expect("a time")).expect("memory");
    for record in reader {
        let record = record.expect("a record");
        assert_eq!(writer.record(record.kind, &record.body).expect("memory"), record.hash);
    }
    writer.finish().expect("memory")
}

/// Three records: what the tests below change.
fn sample() -> Vec<u8> {
    let mut bytes = opening(time());
    for (kind, body) in
        [(Kind::Data, "x".repeat(700)), (Kind::Data, "y".repeat(512)), (Kind::Event, "z".into())]
    {
        bytes.extend(record(kind, body.as_bytes(), time()).expect("a record"));
    }
    bytes
}

#[test]
fn headers_are_those_of_the_format() {
    let vectors = data::json("unit/archive.json");
    let expected = |name: &str| hex::decode(vectors[name].as_str().expect("hex")).expect("hex");
    assert_eq!(opening(time())[..BLOCK], expected("tar_header_of_BELENIOS"));
    let made = record(Kind::Data, b"{}", time()).expect("a record");
    assert_eq!(made[..BLOCK], expected("tar_header_data"));
    assert_eq!(made.len(), 2 * BLOCK);
}

#[test]
fn every_archive_is_read_and_written_byte_for_byte() {
    for name in data::SUPPORTED.into_iter().chain(data::UNSUPPORTED) {
        for bytes in [data::election(name), data::open_election(name)] {
            assert!(written_again(&bytes) == bytes, "{name}");
        }
    }
    for name in ["proofs", "with_credentials_certificate"] {
        let bytes = data::file(&format!("unit/{name}.bel"));
        assert!(written_again(&bytes) == bytes, "{name}");
    }
    for case in data::cases() {
        if records(&case.bytes).is_ok() {
            assert!(written_again(&case.bytes) == case.bytes, "{}", case.id);
        } else {
            assert_eq!(case.expected, "reject", "{}", case.id);
        }
    }
}

#[test]
fn a_writer_goes_on_where_another_stopped() {
    let whole = data::election("e01-yesno");
    let all = records(&whole).expect("an archive");
    let time = Reader::new(whole.as_slice()).expect("an archive").timestamp().expect("a time");
    let mut writer = Writer::new(Vec::new(), time).expect("memory");
    for record in &all[..5] {
        writer.record(record.kind, &record.body).expect("memory");
    }
    let begun = writer.finish().expect("memory");
    let mut writer = Writer::append(begun, time);
    for record in &all[5..] {
        writer.record(record.kind, &record.body).expect("memory");
    }
    assert!(writer.finish().expect("memory") == whole);
}

#[test]
fn files_that_are_no_archives_are_refused_at_once() {
    let refuse = |bytes: &[u8]| Reader::new(bytes).err().expect("refused");
    assert!(matches!(refuse(b""), ArchiveError::Empty));
    for bytes in [&b"BELENIOS"[..], &[0; 4096], "Dear members".repeat(100).as_bytes(), &sample()[1024..]] {
        assert!(matches!(refuse(bytes), ArchiveError::NotAnArchive(_)));
    }
    // Two gigabytes of zeros: only the first block is read.
    let mut zeros = Counted { inner: io::repeat(0).take(2 << 30), read: 0 };
    assert!(matches!(Reader::new(&mut zeros).err(), Some(ArchiveError::NotAnArchive(_))));
    assert!(zeros.read <= 1 << 16);
}

struct Counted<R> {
    inner: R,
    read: usize,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read += read;
        Ok(read)
    }
}

#[test]
fn a_large_size_is_refused_before_anything_is_read() {
    let mut bytes = opening(time());
    let mut huge = record(Kind::Data, b"x", time()).expect("a record");
    huge[124..135].copy_from_slice(b"77777777777");
    let sum: u32 = huge[..BLOCK]
        .iter()
        .enumerate()
        .map(|(i, b)| if (148..156).contains(&i) { 32 } else { u32::from(*b) })
        .sum();
    huge[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
    bytes.extend(huge);
    assert!(matches!(records(&bytes), Err(ArchiveError::TooLarge { offset: 1024, .. })));
    let mut reader = Reader::new(bytes.as_slice()).expect("an archive");
    reader.limit_records(u64::MAX);
    assert!(matches!(reader.next_record(), Err(ArchiveError::Truncated { .. })));
    assert!(matches!(reader.next_record(), Ok(None)));
}

#[test]
fn zero_blocks_at_the_end_are_refused() {
    let bytes = [sample(), vec![0; 2 * BLOCK]].concat();
    assert!(
        matches!(records(&bytes), Err(ArchiveError::Header { offset, .. }) if offset == sample().len() as u64)
    );
}

#[test]
fn an_archive_that_is_cut_is_refused_unless_between_records() {
    let bytes = sample();
    let boundaries = [1024, 1024 + 512 + 1024, 1024 + 512 + 1024 + 1024, bytes.len()];
    for end in (1..bytes.len()).step_by(7).chain(boundaries) {
        assert_eq!(records(&bytes[..end]).is_ok(), boundaries.contains(&end), "{end}");
    }
    assert_eq!(records(&bytes).expect("an archive").len(), 3);
}

#[test]
fn times_that_differ_are_refused() {
    let other = Timestamp::new(1).expect("a time");
    let bytes = [opening(other), sample()[1024..].to_vec()].concat();
    assert!(matches!(records(&bytes), Err(ArchiveError::Time { offset: 1024 })));
}

#[test]
fn times_have_at_most_eleven_octal_digits() {
    assert!(Timestamp::new((1 << 33) - 1).is_ok());
    assert!(matches!(Timestamp::new(1 << 33), Err(ArchiveError::Number { .. })));
}

#[test]
fn an_older_copy_is_the_beginning_of_a_newer() {
    for name in data::SUPPORTED {
        let (older, newer) = (data::open_election(name), data::election(name));
        is_prefix(older.as_slice(), newer.as_slice()).expect(name);
        is_prefix(newer.as_slice(), newer.as_slice()).expect(name);
        let backwards = is_prefix(newer.as_slice(), older.as_slice());
        assert!(matches!(backwards, Err(PrefixError::Shorter { offset }) if offset == older.len() as u64));
        let mut changed = older.clone();
        let place = changed.len() - 700;
        changed[place] ^= 1;
        let differs = is_prefix(changed.as_slice(), newer.as_slice());
        assert!(matches!(differs, Err(PrefixError::Differs { offset }) if offset == place as u64));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Every single changed byte is seen: there is one way to write a sequence of records.
    #[test]
    fn a_changed_byte_is_refused(place: prop::sample::Index, flip in 1u8..) {
        let mut bytes = sample();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        prop_assert!(records(&bytes).is_err());
    }

    #[test]
    fn what_is_written_is_read(bodies in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<u8>(), 0..1600)), 0..6), seconds in 0u64..1 << 33) {
        let time = Timestamp::new(seconds).expect("a time");
        let mut writer = Writer::new(Vec::new(), time).expect("memory");
        for (event, body) in &bodies {
            writer.record(if *event { Kind::Event } else { Kind::Data }, body).expect("memory");
        }
        let bytes = writer.finish().expect("memory");
        let read: Vec<_> = records(&bytes).expect("an archive").into_iter().map(|r| (r.kind == Kind::Event, r.body)).collect();
        prop_assert_eq!(read, bodies);
    }
}
