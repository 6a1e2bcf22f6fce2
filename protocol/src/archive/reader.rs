//! Reading an archive, one record at a time.

use super::header::{self, FIRST, Kind, Timestamp};
use super::{ArchiveError, BLOCK, MAX_SETUP_RECORD};
use crate::hash::HexHash;
use std::io::{self, BufReader, Read};

/// A record: its kind, its hash (which is its name) and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Data or event.
    pub kind: Kind,
    /// The SHA-256 of `body`, compared with the name.
    pub hash: HexHash,
    /// The bytes.
    pub body: Vec<u8>,
    /// Where its header begins, in bytes from the start of the archive.
    pub offset: u64,
}

/// Reads the records of an archive in order; an iterator that ends after the first error.
///
/// Checks everything that can be said of one record by itself: headers byte for byte, one time in all of
/// them, names that are the hashes of what they name, zero padding, an end at the end of a record.
pub struct Reader<R: Read> {
    inner: BufReader<R>,
    /// None until the first record of a piece has been read.
    time: Option<Timestamp>,
    offset: u64,
    limit: u64,
    /// The sizes of the records before the first event; none after it.
    unbound: Option<u64>,
    done: bool,
}

impl<R: Read> Reader<R> {
    /// Reads the first member.
    ///
    /// # Errors
    /// [`ArchiveError::Empty`] and [`ArchiveError::NotAnArchive`] where the file does not begin like an
    /// archive at all; otherwise whatever is wrong with the first member.
    pub fn new(inner: R) -> Result<Self, ArchiveError> {
        let mut reader = Self {
            inner: BufReader::with_capacity(1 << 16, inner),
            time: None,
            offset: 0,
            limit: MAX_SETUP_RECORD,
            unbound: Some(0),
            done: false,
        };
        let mut block = [0; BLOCK];
        match read_up_to(&mut reader.inner, &mut block)? {
            0 => return Err(ArchiveError::Empty),
            BLOCK => {}
            _ => return Err(ArchiveError::NotAnArchive("it is shorter than a header")),
        }
        if block[..=FIRST.len()] != *b"BELENIOS\0" {
            return Err(ArchiveError::NotAnArchive("its first member is not named BELENIOS"));
        }
        let wrong = |why| ArchiveError::Header { offset: 0, why };
        let (name, size, time) = header::read(&block).ok_or(wrong("its fields cannot be read"))?;
        if size > BLOCK as u64 {
            return Err(wrong("the first member is too large"));
        }
        if header::write(name, size, time)? != block {
            return Err(wrong("it is not what name, size and time make it"));
        }
        reader.offset = BLOCK as u64;
        let body = reader.body(size, 0)?;
        if Timestamp::parse_opening(&body)? != time {
            return Err(ArchiveError::Time { offset: 0 });
        }
        reader.time = Some(time);
        Ok(reader)
    }

    /// Reads records that go on behind an archive's first member, as they were cut out of it between two records: offsets
    /// count from the cut. Without a `time` the first record says which one they all must carry.
    pub fn piece(inner: R, time: Option<Timestamp>) -> Self {
        let inner = BufReader::with_capacity(1 << 16, inner);
        Self { inner, time, offset: 0, limit: MAX_SETUP_RECORD, unbound: Some(0), done: false }
    }

    /// The time that every member carries; none before the first record of a piece that was read without one.
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.time
    }

    /// The bytes read so far: where the next record begins.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Refuses records of more than `bytes` from here on. At first the limit is [`MAX_SETUP_RECORD`]. Whoever reads
    /// holds the records before the first event together: up to there the limit is that of their sum.
    pub fn limit_records(&mut self, bytes: u64) {
        self.limit = bytes;
    }

    /// The next record, or `None` at the end of the archive.
    ///
    /// # Errors
    /// With the first thing that is not as it must be; nothing can be read after it.
    pub fn next_record(&mut self) -> Result<Option<Record>, ArchiveError> {
        if self.done {
            return Ok(None);
        }
        let record = self.read_record();
        self.done = !matches!(record, Ok(Some(_)));
        record
    }

    fn read_record(&mut self) -> Result<Option<Record>, ArchiveError> {
        let offset = self.offset;
        let mut block = [0; BLOCK];
        let read = read_up_to(&mut self.inner, &mut block)?;
        self.offset += read as u64;
        match read {
            0 => return Ok(None),
            BLOCK => {}
            _ => return Err(ArchiveError::Truncated { offset: self.offset, what: "a header" }),
        }
        let wrong = |why| ArchiveError::Header { offset, why };
        if block == [0; BLOCK] {
            return Err(wrong("it is all zeros; an archive has no end mark"));
        }
        let (name, size, time) = header::read(&block).ok_or(wrong("its fields cannot be read"))?;
        let (kind, expected) = header::parse_record_name(name)
            .ok_or(wrong("its name is not a hash and .data.json or .event.json"))?;
        if header::write(name, size, time)? != block {
            return Err(wrong("it is not what name, size and time make it"));
        }
        if time != *self.time.get_or_insert(time) {
            return Err(ArchiveError::Time { offset });
        }
        let body = self.body(size, offset)?;
        self.unbound = match kind {
            Kind::Data => self.unbound.map(|bytes| bytes.saturating_add(size)),
            Kind::Event => None,
        };
        let hash = HexHash::of(&body);
        if hash != expected {
            return Err(ArchiveError::Name { offset, name: expected, hash });
        }
        Ok(Some(Record { kind, hash, body, offset }))
    }

    /// The body after the header at `header`, which says that it has `size` bytes.
    fn body(&mut self, size: u64, header: u64) -> Result<Vec<u8>, ArchiveError> {
        let limit = self.limit.saturating_sub(self.unbound.unwrap_or(0));
        if size > limit {
            return Err(ArchiveError::TooLarge { offset: header, size, limit });
        }
        // The size is only believed as far as there are bytes: the buffer grows with what is read.
        let mut body = Vec::with_capacity(usize::try_from(size.min(1 << 16)).unwrap_or_default());
        let read = self.inner.by_ref().take(size).read_to_end(&mut body)? as u64;
        self.offset += read;
        if read < size {
            return Err(ArchiveError::Truncated { offset: self.offset, what: "a record" });
        }
        let mut rest = [0; BLOCK];
        let padding = header::padding(size);
        let rest = &mut rest[..usize::try_from(padding).unwrap_or_default()];
        let read = read_up_to(&mut self.inner, rest)?;
        self.offset += read as u64;
        if read < rest.len() {
            return Err(ArchiveError::Truncated { offset: self.offset, what: "a record's padding" });
        }
        if rest.iter().any(|byte| *byte != 0) {
            return Err(ArchiveError::Padding { offset: header });
        }
        Ok(body)
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Record, ArchiveError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_record().transpose()
    }
}

/// Fills `buffer` as far as there are bytes.
pub(super) fn read_up_to(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
