//! Pieces of records as they are sent: made and compressed once, then kept in memory, so that however many watch a record,
//! its database and the processor have the work of one.
//!
//! What is kept is bounded by bytes; what was asked for longest ago goes first. Whoever asks for a piece that is being made
//! waits for it instead of making it again.

use std::collections::HashMap;
use std::io::{self, Cursor, Read, Write};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use scrutineer_protocol::election::Uuid;
use scrutineer_protocol::hash::HexHash;
use tokio::sync::{OnceCell, Semaphore};

/// What an entry takes beside its bytes, roughly.
const ENTRY: usize = 512;

/// A piece of a record, ready to be sent.
#[derive(Debug)]
pub struct Packed {
    /// The hash of its last event: two pieces of the same number with the same are the same.
    pub event: HexHash,
    /// Its bytes, compressed by gzip.
    pub gzip: Bytes,
    /// How many bytes it has uncompressed.
    plain: usize,
}

impl Packed {
    /// Compresses a piece: well where it stays as it is for ever, quickly where more events will come into it.
    ///
    /// # Errors
    /// None that writing to memory has.
    pub fn new(bytes: &[u8], event: HexHash, complete: bool) -> io::Result<Self> {
        let level = if complete { Compression::default() } else { Compression::fast() };
        let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), level);
        encoder.write_all(bytes)?;
        Ok(Self { event, gzip: encoder.finish()?.into(), plain: bytes.len() })
    }

    /// Its bytes, uncompressed.
    #[must_use]
    pub fn plain(&self) -> Plain {
        Plain { from: GzDecoder::new(Cursor::new(self.gzip.clone())), left: self.plain }
    }

    fn size(&self) -> usize {
        self.gzip.len().saturating_add(ENTRY)
    }
}

/// A piece on its way, uncompressed as it is taken.
pub struct Plain {
    from: GzDecoder<Cursor<Bytes>>,
    left: usize,
}

/// Bytes of it that are uncompressed at once.
const AT_ONCE: usize = 16 << 10;

impl MessageBody for Plain {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(u64::try_from(self.left).unwrap_or(u64::MAX))
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let this = self.get_mut();
        if this.left == 0 {
            return Poll::Ready(None);
        }
        let mut bytes = vec![0; AT_ONCE.min(this.left)];
        if let Err(error) = this.from.read_exact(&mut bytes) {
            this.left = 0;
            return Poll::Ready(Some(Err(error)));
        }
        this.left -= bytes.len();
        Poll::Ready(Some(Ok(bytes.into())))
    }
}

/// The election of a box, and the number of a piece of its record.
type Key = (Uuid, u64);

/// A piece, made or being made.
type Slot = Arc<OnceCell<Arc<Packed>>>;

/// One piece of one record.
struct Entry {
    /// Up to this event. With another it is another piece.
    to: u64,
    slot: Slot,
    /// Bytes that are counted for it: none before it is made.
    bytes: usize,
    /// When it was asked for last, in requests.
    asked: u64,
}

#[derive(Default)]
struct Kept {
    entries: HashMap<Key, Entry>,
    bytes: usize,
    requests: u64,
}

/// The pieces that are kept.
pub struct Pieces {
    kept: Mutex<Kept>,
    limit: usize,
    /// Held by whoever makes a piece: what others wait for is not in memory meanwhile.
    making: Semaphore,
}

impl Pieces {
    /// Keeps at most so many bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { kept: Mutex::default(), limit, making: Semaphore::new(1) }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The piece of this number up to this event; made by `make` if nobody has asked for it, one piece after the other.
    ///
    /// # Errors
    /// Those of `make`: then the next who asks tries again.
    pub async fn get<E>(
        &self,
        election: &Uuid,
        number: u64,
        to: u64,
        make: impl Future<Output = Result<Packed, E>>,
    ) -> Result<Arc<Packed>, E> {
        let key = (election.clone(), number);
        let slot = self.slot(&key, to);
        let in_turn = async || {
            // It is never closed.
            let _turn = self.making.acquire().await.ok();
            make.await.map(Arc::new)
        };
        let packed = Arc::clone(slot.get_or_try_init(in_turn).await?);
        self.count(&key, &slot, packed.size());
        Ok(packed)
    }

    /// Where the piece is, or will be.
    fn slot(&self, key: &Key, to: u64) -> Slot {
        let mut kept = self.kept();
        kept.requests = kept.requests.saturating_add(1);
        let asked = kept.requests;
        if let Some(entry) = kept.entries.get_mut(key)
            // Whoever saw the record a moment ago does not put an older piece in the place of a newer one.
            && entry.to >= to
        {
            entry.asked = asked;
            return if entry.to == to { Arc::clone(&entry.slot) } else { Slot::default() };
        }
        let slot = Slot::default();
        let entry = Entry { to, slot: Arc::clone(&slot), bytes: 0, asked };
        if let Some(older) = kept.entries.insert(key.clone(), entry) {
            kept.bytes = kept.bytes.saturating_sub(older.bytes);
        }
        slot
    }

    /// Counts a piece that has been made, and lets others go if there are too many.
    fn count(&self, key: &Key, slot: &Slot, bytes: usize) {
        let mut kept = self.kept();
        match kept.entries.get_mut(key) {
            Some(entry) if entry.bytes == 0 && Arc::ptr_eq(&entry.slot, slot) => entry.bytes = bytes,
            _ => return,
        }
        kept.bytes = kept.bytes.saturating_add(bytes);
        while kept.bytes > self.limit {
            let made = kept.entries.iter().filter(|(_, entry)| entry.bytes > 0);
            let oldest = made.min_by_key(|(_, entry)| entry.asked).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { return };
            if let Some(gone) = kept.entries.remove(&oldest) {
                kept.bytes = kept.bytes.saturating_sub(gone.bytes);
            }
        }
    }

    /// How many bytes are kept.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.kept().bytes
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::convert::Infallible;

    use actix_web::body::to_bytes;

    use super::{HexHash, Packed, Pieces, Uuid};

    fn election() -> Uuid {
        Uuid::from_text("ZM9Q5QG2xbtcA9").unwrap()
    }

    fn packed(bytes: &[u8]) -> Packed {
        Packed::new(bytes, HexHash::of(bytes), true).unwrap()
    }

    #[actix_web::test]
    async fn one_piece_is_made_at_a_time() {
        let (pieces, election, made) = (Pieces::new(1 << 20), election(), RefCell::new(Vec::new()));
        let make = async |number: u8| {
            made.borrow_mut().push((number, "begun"));
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            made.borrow_mut().push((number, "made"));
            Ok::<_, Infallible>(packed(&[number]))
        };
        let get = async |number: u8| {
            pieces.get(&election, u64::from(number), 1, make(number)).await.unwrap();
        };
        tokio::join!(get(0), get(1), get(2));
        let made = made.into_inner();
        assert_eq!(made.len(), 6);
        assert!(made.chunks(2).all(|pair| pair[0].0 == pair[1].0 && pair[1].1 == "made"), "{made:?}");
    }

    /// Noise, which no compression makes smaller.
    fn noise(seed: u8, blocks: usize) -> Vec<u8> {
        let mut digest = [seed; 32];
        let mut next = || {
            digest = *HexHash::of(&digest).digest();
            digest
        };
        (0..blocks).flat_map(|_| next()).collect()
    }

    /// Asks for a piece; whether it had to be made.
    async fn ask(pieces: &Pieces, number: u64, to: u64, bytes: &[u8]) -> bool {
        let made = Cell::new(false);
        let make = async {
            made.set(true);
            Ok::<_, Infallible>(packed(bytes))
        };
        let got = pieces.get(&election(), number, to, make).await.unwrap();
        assert_eq!(to_bytes(got.plain()).await.unwrap(), bytes);
        made.get()
    }

    #[actix_web::test]
    async fn a_piece_is_made_once_and_anew_when_it_has_grown() {
        let pieces = Pieces::new(1 << 20);
        assert!(ask(&pieces, 0, 5, b"five").await);
        assert!(!ask(&pieces, 0, 5, b"five").await);
        assert!(ask(&pieces, 0, 6, b"six").await);
        // Whoever is late gets what was asked for, and the newer one stays.
        assert!(ask(&pieces, 0, 5, b"five").await);
        assert!(!ask(&pieces, 0, 6, b"six").await);
        assert_eq!(pieces.bytes(), packed(b"six").size());
    }

    #[actix_web::test]
    async fn memory_is_bounded_and_what_is_asked_for_stays() {
        let limit = 50_000;
        let pieces = Pieces::new(limit);
        for number in 0..200 {
            let bytes = noise(u8::try_from(number % 100).unwrap(), 60);
            assert!(ask(&pieces, number, number, &bytes).await);
            assert!(pieces.bytes() <= limit);
            let first = noise(0, 60);
            assert!(!ask(&pieces, 0, 0, &first).await, "the first one is asked for all the time");
        }
        assert!(pieces.bytes() > limit / 2);
        // One that is larger than all of the memory is given out and not kept.
        assert!(ask(&pieces, 1000, 1, &noise(7, 3000)).await);
        assert!(pieces.bytes() <= limit);
    }

    #[actix_web::test]
    async fn whoever_asks_meanwhile_waits_for_the_same() {
        let pieces = Pieces::new(1 << 20);
        let made = Cell::new(0);
        let make = || async {
            made.set(made.get() + 1);
            tokio::task::yield_now().await;
            Ok::<_, Infallible>(packed(b"slow"))
        };
        let id = &election();
        let (one, other) = tokio::join!(pieces.get(id, 0, 9, make()), pieces.get(id, 0, 9, make()));
        assert_eq!((one.unwrap().event, made.get()), (other.unwrap().event, 1));
        let failed = pieces.get(id, 1, 9, async { Err::<Packed, _>("no") }).await;
        assert_eq!(failed.err(), Some("no"));
        pieces.get(id, 1, 9, make()).await.unwrap();
        assert_eq!(made.get(), 2);
    }
}
