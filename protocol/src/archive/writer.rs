//! Writing an archive, whole or piece by piece.

use super::header::{self as block, FIRST, Kind, Timestamp};
use super::{ArchiveError, BLOCK};
use crate::event::{Entry, Event};
use crate::hash::HexHash;
use std::io::Write;

/// The exact bytes of the first member, with which every archive begins.
pub fn opening(time: Timestamp) -> Vec<u8> {
    let body = time.opening();
    let header = block::write(FIRST, body.len() as u64, time);
    #[expect(clippy::expect_used, reason = "a body of at most 64 bytes fits every header")]
    padded(&header.expect("a small size"), body.as_bytes())
}

/// The exact bytes of a record: its header, its body, its padding. What a server appends to an archive that it
/// keeps or sends on.
///
/// # Errors
/// [`ArchiveError::Number`] where the body is larger than 8 GiB.
pub fn record(kind: Kind, body: &[u8], time: Timestamp) -> Result<Vec<u8>, ArchiveError> {
    Ok(padded(&header(kind, &HexHash::of(body), body.len() as u64, time)?, body))
}

/// The header alone, for a body of so many bytes with this hash: for one that is too large to be held at once. After the body
/// come zeros up to a whole [`BLOCK`].
///
/// # Errors
/// [`ArchiveError::Number`] where the body is larger than 8 GiB.
pub fn header(kind: Kind, hash: &HexHash, size: u64, time: Timestamp) -> Result<[u8; BLOCK], ArchiveError> {
    block::write(&block::record_name(kind, hash), size, time)
}

fn padded(block: &[u8; BLOCK], body: &[u8]) -> Vec<u8> {
    let size = BLOCK + body.len().next_multiple_of(BLOCK);
    let mut bytes = Vec::with_capacity(size);
    bytes.extend_from_slice(block);
    bytes.extend_from_slice(body);
    bytes.resize(size, 0);
    bytes
}

/// Writes records to a stream, in the order in which they are given.
pub struct Writer<W: Write> {
    inner: W,
    time: Timestamp,
}

impl<W: Write> Writer<W> {
    /// Begins a new archive: writes its first member.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn new(mut inner: W, time: Timestamp) -> Result<Self, ArchiveError> {
        inner.write_all(&opening(time))?;
        Ok(Self { inner, time })
    }

    /// Goes on with an archive that is there already; `inner` stands at its end, and `time` is the one in its
    /// first member.
    pub fn append(inner: W, time: Timestamp) -> Self {
        Self { inner, time }
    }

    /// Writes a record and returns the hash that is its name.
    ///
    /// # Errors
    /// Those of the writer, and [`ArchiveError::Number`] where the body is larger than 8 GiB.
    pub fn record(&mut self, kind: Kind, body: &[u8]) -> Result<HexHash, ArchiveError> {
        let hash = HexHash::of(body);
        self.inner.write_all(&header(kind, &hash, body.len() as u64, self.time)?)?;
        self.inner.write_all(body)?;
        self.inner.write_all(&[0; BLOCK][..body.len().next_multiple_of(BLOCK) - body.len()])?;
        Ok(hash)
    }

    /// Writes a data record.
    ///
    /// # Errors
    /// As [`Self::record`].
    pub fn data(&mut self, body: &[u8]) -> Result<HexHash, ArchiveError> {
        self.record(Kind::Data, body)
    }

    /// Writes an event record.
    ///
    /// # Errors
    /// As [`Self::record`].
    pub fn event(&mut self, event: &Event) -> Result<HexHash, ArchiveError> {
        self.record(Kind::Event, event.to_text().as_bytes())
    }

    /// Writes everything that belongs to one step of a record: its data, then its event.
    ///
    /// # Errors
    /// As [`Self::record`].
    pub fn entry(&mut self, entry: &Entry) -> Result<(), ArchiveError> {
        for body in &entry.data {
            self.record(Kind::Data, body.as_bytes())?;
        }
        self.record(Kind::Event, entry.event.text.as_bytes())?;
        Ok(())
    }

    /// The stream, flushed.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self) -> Result<W, ArchiveError> {
        self.inner.flush()?;
        Ok(self.inner)
    }
}
