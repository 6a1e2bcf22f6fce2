//! Downloads of records under way: so many at once and from one place, each holding little, and only one of them reading the
//! database at a time, so that no vote ever waits behind them.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::web::Bytes;
use scrutineer_protocol::election::Uuid;
use tokio::sync::Semaphore;

use crate::auth::guesses::Site;
use crate::store::{BoxId, Error, Store, Tx};

/// Bytes of a list of credentials that are read at once: finding a place in it takes a look at all pages before it.
const PART: usize = 512 << 10;
/// Bytes of it that a download is given at once.
const PIECE: usize = 64 << 10;
/// How many parts of lists are kept in memory for those who come next: those who begin together, or ask for the same again.
const KEPT: usize = 16;

/// How many downloads there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DownloadLimits {
    /// At once.
    pub at_once: usize,
    /// Of these, from one address.
    pub from_one_site: usize,
}

impl DownloadLimits {
    /// Those of a server that is not told otherwise. Each holds some hundred kilobytes.
    pub const DEFAULT: Self = Self { at_once: 256, from_one_site: 64 };
}

#[derive(Default)]
struct UnderWay {
    all: usize,
    from: HashMap<Site, usize>,
}

/// The downloads of a server.
pub struct Downloads {
    limits: DownloadLimits,
    under_way: Mutex<UnderWay>,
    /// Held by whoever reads.
    turn: Arc<Semaphore>,
    parts: Arc<Parts>,
}

/// A place among the downloads, until it is dropped.
pub struct Place {
    downloads: Arc<Downloads>,
    site: Site,
}

impl Downloads {
    /// None are under way.
    #[must_use]
    pub fn new(limits: DownloadLimits) -> Self {
        let turn = Arc::new(Semaphore::new(1));
        Self { limits, under_way: Mutex::default(), turn, parts: Arc::new(Parts::new(KEPT)) }
    }

    /// A place for somebody at this address; none while there are too many. A quarter of the places is for those who are
    /// signed in: tellers and officers must get at records whoever else wants them.
    #[must_use]
    pub fn begin(self: &Arc<Self>, address: IpAddr, signed_in: bool) -> Option<Place> {
        let site = Site::from(address);
        let kept_free = if signed_in { 0 } else { self.limits.at_once / 4 };
        let mut under_way = self.under_way();
        let here = under_way.from.get(&site).copied().unwrap_or_default();
        if under_way.all >= self.limits.at_once.saturating_sub(kept_free) || here >= self.limits.from_one_site
        {
            return None;
        }
        under_way.all += 1;
        under_way.from.insert(site, here + 1);
        Some(Place { downloads: Arc::clone(self), site })
    }

    /// Reads the database when it is this one's turn. The turn ends with the work, also where nobody waits for it any more.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn read<T, E, F>(&self, store: &Store, name: &'static str, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| Error::Unfinished)?;
        let read = store.read(name, move |tx| {
            let _turn = turn;
            work(tx)
        });
        read.await
    }

    /// The parts of lists of credentials that downloads share.
    #[must_use]
    pub fn parts(&self) -> Arc<Parts> {
        Arc::clone(&self.parts)
    }

    fn under_way(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut under_way = self.downloads.under_way();
        under_way.all = under_way.all.saturating_sub(1);
        let left = under_way.from.get(&self.site).map_or(0, |count| count.saturating_sub(1));
        if left == 0 {
            under_way.from.remove(&self.site);
        } else {
            under_way.from.insert(self.site, left);
        }
    }
}

/// Which part of which of the data before the first event of which record: none of them ever changes.
type Key = (Uuid, u32, u64);

/// Parts of what records begin with, as they were read last.
pub struct Parts {
    kept: Mutex<VecDeque<(Key, Bytes)>>,
    most: usize,
}

impl Parts {
    /// Keeps at most so many, of half a megabyte each.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { kept: Mutex::default(), most }
    }

    /// Some bytes of one of the data before the first event of a record, from an offset on: all of those that are kept together
    /// with the first, but not too many. None where there is no such one.
    ///
    /// # Errors
    /// The database's.
    pub fn read(
        &self,
        tx: &Tx<'_>,
        (election, id): (&Uuid, BoxId),
        position: u32,
        offset: u64,
    ) -> Result<Option<Bytes>, Error> {
        let size = u64::try_from(PART).unwrap_or(u64::MAX);
        let (number, within) = (offset / size, usize::try_from(offset % size).unwrap_or(PART));
        let key = (election.clone(), position, number);
        let part = match self.take(&key) {
            Some(part) => part,
            None => match tx.record_datum_part(id, 0, position, number * size, PART)? {
                Some(part) => part.into(),
                None => return Ok(None),
            },
        };
        // What is whole with its first bytes is read as quickly again.
        if number > 0 || part.len() == PART {
            let mut kept = self.kept();
            kept.push_front((key, part.clone()));
            kept.truncate(self.most);
        }
        let from = within.min(part.len());
        Ok(Some(part.slice(from..from.saturating_add(PIECE).min(part.len()))))
    }

    fn take(&self, key: &Key) -> Option<Bytes> {
        let mut kept = self.kept();
        let place = kept.iter().position(|(kept, _)| kept == key)?;
        kept.remove(place).map(|(_, part)| part)
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<(Key, Bytes)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::sync::Arc;

    use super::{DownloadLimits, Downloads};

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn places_are_bounded_and_come_back() {
        let downloads = Arc::new(Downloads::new(DownloadLimits { at_once: 5, from_one_site: 2 }));
        let mut places = Vec::new();
        for from in [1, 1, 2, 2, 3] {
            places.push(downloads.begin(address(from), true).unwrap());
            assert!(from == 3 || downloads.begin(address(from), true).is_none() == (places.len() % 2 == 0));
        }
        assert!(downloads.begin(address(4), true).is_none(), "all are taken");
        places.remove(0);
        assert!(downloads.begin(address(2), true).is_none(), "from there come two already");
        places.push(downloads.begin(address(1), true).unwrap());
        assert!(downloads.begin(address(4), true).is_none());
        drop(places);
        assert_eq!(downloads.under_way().all, 0);
        assert!(downloads.under_way().from.is_empty(), "nobody is remembered");
    }

    #[test]
    fn some_places_are_for_those_who_are_signed_in() {
        let downloads = Arc::new(Downloads::new(DownloadLimits { at_once: 8, from_one_site: 8 }));
        let anyone: Vec<_> = (0..9).filter_map(|_| downloads.begin(address(1), false)).collect();
        assert_eq!(anyone.len(), 6);
        let signed_in: Vec<_> = (0..9).filter_map(|_| downloads.begin(address(2), true)).collect();
        assert_eq!(signed_in.len(), 2);
        drop(anyone);
        let all: Vec<_> = (0..9).filter_map(|_| downloads.begin(address(2), true)).collect();
        assert_eq!(all.len(), 6, "they may have the others too");
    }
}
