//! From the database to a verification on another thread: a few pieces of the archive at a time, so that memory does not
//! grow with the number of votes.

use std::io::{self, Read};
use std::sync::Arc;

use scrutineer_protocol::hash::HexHash;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::actions::record::{Archive, Piece, Place, RecordError};
use crate::downloads::Parts;
use crate::store::Store;

/// Pieces that may lie between the two.
const PIECES: usize = 4;

/// Where the pieces go in.
pub(super) struct Feed(Sender<Option<Vec<u8>>>);

/// Where they come out, hashed on the way. To be read on a thread that may wait.
pub(super) struct Pipe {
    pieces: Receiver<Option<Vec<u8>>>,
    piece: Vec<u8>,
    read: usize,
    ended: bool,
    hash: Sha256,
}

/// A pipe and its feed.
pub(super) fn new() -> (Feed, Pipe) {
    let (feed, pieces) = channel(PIECES);
    (Feed(feed), Pipe { pieces, piece: Vec::new(), read: 0, ended: false, hash: Sha256::new() })
}

impl Feed {
    /// Sends an archive, then what is to follow it. Whoever reads may stop reading.
    pub(super) async fn archive(
        self,
        store: &Store,
        archive: &Archive,
        tail: Vec<u8>,
    ) -> Result<(), RecordError> {
        let mut next = Place::before(0);
        let mut piece = archive.opening();
        let parts = Arc::new(Parts::new(1));
        while self.0.send(Some(piece)).await.is_ok() {
            let read = archive.piece(Arc::clone(&parts), next, 0);
            match store.read("record: piece", read).await? {
                Some(Piece { bytes, next: after, .. }) => (piece, next) = (bytes, after),
                None => {
                    let _ = self.0.send(Some(tail)).await;
                    let _ = self.0.send(None).await;
                    break;
                }
            }
        }
        Ok(())
    }
}

impl Pipe {
    /// SHA-256 of everything that was read.
    pub(super) fn finish(self) -> HexHash {
        HexHash::from_digest(self.hash.finalize().into())
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read == self.piece.len() && !self.ended {
            match self.pieces.blocking_recv() {
                Some(Some(piece)) => (self.piece, self.read) = (piece, 0),
                Some(None) => self.ended = true,
                // Without its end the archive would be another one.
                None => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the record broke off")),
            }
        }
        let rest = self.piece.get(self.read..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        let (from, to) = (rest.get(..count), buffer.get_mut(..count));
        if let (Some(from), Some(to)) = (from, to) {
            to.copy_from_slice(from);
            self.hash.update(from);
        }
        self.read += count;
        Ok(count)
    }
}
