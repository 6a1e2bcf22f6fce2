//! Where the events of records begin in their archives, so that a download can begin anywhere and says how long it is.
//!
//! Every so many events there is a mark, kept for as long as the server runs: eight bytes for 64 votes, which is what somebody costs who
//! asks for a single byte. Marks are made when somebody first asks, a thousand events at a look, so that no look at the database
//! lasts: beside it votes are cast. The newest length is kept too, so that asking again takes no look at all.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use scrutineer_protocol::archive::BLOCK;

use crate::downloads::Downloads;
use crate::store::{BoxId, Error, Store, Tx};

/// Events from one mark to the next.
const BETWEEN: u64 = 64;
/// Marks that are made at a look.
const AT_A_LOOK: u64 = 16;

/// The marks of all records that anybody has downloaded.
#[derive(Default)]
pub struct Lengths {
    /// How many bytes the first 64 events and their data have in an archive, the first 128, and so on.
    marks: Mutex<HashMap<BoxId, Vec<u64>>>,
    /// The height that was last asked for, and the bytes up to it: the next sum begins there.
    newest: Mutex<HashMap<BoxId, (u64, u64)>>,
    /// Held by whoever makes marks: others wait for them instead of making them too.
    making: tokio::sync::Mutex<()>,
}

/// Where to begin to read for a place in an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begin {
    /// The event at a mark before the place.
    pub event: u64,
    /// How many bytes lie between them.
    pub skip: u64,
}

impl Lengths {
    /// How many bytes the events up to a height, which is included, have in an archive, with their data.
    ///
    /// # Errors
    /// The database's.
    pub async fn up_to(
        &self,
        (store, downloads): (&Store, &Downloads),
        id: BoxId,
        height: u64,
    ) -> Result<u64, Error> {
        let read = async |from: u64, to: u64| {
            let block = u32::try_from(BLOCK).unwrap_or(u32::MAX);
            let sums = move |tx: &Tx<'_>| tx.record_bytes(id, (from, to), BETWEEN, block);
            downloads.read::<_, Error, _>(store, "record: length", sums).await
        };
        let events = height.saturating_add(1);
        let whole = events / BETWEEN;
        if self.made(id) < whole {
            let _alone = self.making.lock().await;
            while self.made(id) < whole {
                let (made, mut mark) = self.last(id, whole);
                let to = whole.min(made + AT_A_LOOK);
                for bytes in read(made * BETWEEN, to * BETWEEN - 1).await? {
                    mark = mark.saturating_add(bytes);
                    self.marks().entry(id).or_default().push(mark);
                }
            }
        }
        let (made, before) = self.last(id, whole);
        let marked = (made * BETWEEN, before);
        let newest = self.newest().get(&id).map(|(height, bytes)| (height.saturating_add(1), *bytes));
        let (from, before) = newest.filter(|(from, _)| (marked.0..=events).contains(from)).unwrap_or(marked);
        let rest = if from < events { read(from, height).await?.into_iter().sum() } else { 0 };
        let bytes = before.saturating_add(rest);
        self.newest().insert(id, (height, bytes));
        Ok(bytes)
    }

    /// Where to begin for the byte at an offset from the first event, after [`Self::up_to`] the end.
    #[must_use]
    pub fn begin(&self, id: BoxId, offset: u64) -> Begin {
        let marks = self.marks();
        let marks = marks.get(&id).map(Vec::as_slice).unwrap_or_default();
        let passed = marks.partition_point(|mark| *mark <= offset);
        let before = passed.checked_sub(1).and_then(|last| marks.get(last)).copied().unwrap_or_default();
        let passed = u64::try_from(passed).unwrap_or_default();
        Begin { event: passed * BETWEEN, skip: offset - before }
    }

    fn marks(&self) -> MutexGuard<'_, HashMap<BoxId, Vec<u64>>> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn newest(&self) -> MutexGuard<'_, HashMap<BoxId, (u64, u64)>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn made(&self, id: BoxId) -> u64 {
        self.marks().get(&id).map_or(0, |marks| u64::try_from(marks.len()).unwrap_or(u64::MAX))
    }

    /// How many of the first so many marks there are, and what the last of these says.
    fn last(&self, id: BoxId, most: u64) -> (u64, u64) {
        let made = self.made(id).min(most);
        let last = usize::try_from(made).ok().and_then(|made| made.checked_sub(1));
        let marks = self.marks();
        let bytes = last.and_then(|last| marks.get(&id)?.get(last)).copied().unwrap_or_default();
        (made, bytes)
    }
}
