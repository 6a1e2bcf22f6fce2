//! The file form of a record: an append-only `.bel` archive (belenios-v1 section 5).
//!
//! An archive is a tar file of the oldest kind, never terminated. Its first member, `BELENIOS`, holds the
//! container's version and the one time that every member carries; after it come data and event records, each
//! named by the SHA-256 of its bytes. There is exactly one way to write a given sequence of records, so the
//! [`Reader`] refuses every byte that the [`Writer`] would not have written. Both work on streams and hold one
//! record at a time.
//!
//! What the records say is not looked at here: see [`crate::event`] and [`crate::verify`].

mod header;
mod prefix;
mod reader;
mod writer;

pub use header::{Kind, Timestamp};
pub use prefix::{PrefixError, is_prefix};
pub use reader::{Reader, Record};
pub use writer::{Writer, header, opening, record};

/// The size of a tar block in bytes: headers are one block, bodies are padded to whole blocks.
pub const BLOCK: usize = 512;

/// The most bytes that a [`Reader`] takes before the first event, in all records together. The list of credentials is
/// the one record that grows with the number of voters: this is room for some four million.
pub const MAX_SETUP_RECORD: u64 = 256 << 20;

/// The largest record in bytes beside the list of credentials (see [`Reader::limit_records`]). The
/// ballot of an election with a thousand answers takes about 1 MB.
pub const MAX_RECORD: u64 = 16 << 20;

/// Why a file is not an archive, or cannot be read or written as one. Offsets are in bytes from the file's start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// There is nothing in it.
    #[error("the file is empty: a record begins with a header named BELENIOS")]
    Empty,
    /// It does not begin as an archive does.
    #[error("the file is not a record (.bel): {0}")]
    NotAnArchive(&'static str),
    /// It ends within a header or a body.
    #[error(
        "the file ends at byte {offset}, in the middle of {what}; it may have been cut off when it was copied"
    )]
    Truncated {
        /// Where the file ends.
        offset: u64,
        /// What was being read.
        what: &'static str,
    },
    /// A header holds bytes that a canonical one does not.
    #[error("the header at byte {offset} is not canonical: {why}")]
    Header {
        /// Where the header begins.
        offset: u64,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A member carries another time than the first.
    #[error("the header at byte {offset} carries another time than the archive's first member")]
    Time {
        /// Where the header begins.
        offset: u64,
    },
    /// A record is not stored under its own hash.
    #[error("the record at byte {offset} is named {name} but its content hashes to {hash}")]
    Name {
        /// Where the record's header begins.
        offset: u64,
        /// The hash in its name.
        name: crate::hash::HexHash,
        /// The hash of its body.
        hash: crate::hash::HexHash,
    },
    /// The bytes after a body are not zero.
    #[error("the padding after the record at byte {offset} is not zero")]
    Padding {
        /// Where the record's header begins.
        offset: u64,
    },
    /// The first member is not `{"version":1,"timestamp":"..."}`.
    #[error("the first member of the archive does not hold version 1 and a time: {0}")]
    Opening(#[from] crate::ParseError),
    /// A record is larger than we take.
    #[error("the record at byte {offset} has {size} bytes, more than the {limit} that are read")]
    TooLarge {
        /// Where the record's header begins.
        offset: u64,
        /// Its size in bytes.
        size: u64,
        /// The largest that is read.
        limit: u64,
    },
    /// A time or size that no header can hold.
    #[error("{what} {value} does not fit a header, which holds 11 octal digits")]
    Number {
        /// What it is.
        what: &'static str,
        /// Its value.
        value: u64,
    },
    /// The reader or writer failed.
    #[error("reading or writing the archive failed: {0}")]
    Io(#[from] std::io::Error),
}
