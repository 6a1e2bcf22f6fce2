//! How far the clock has come: a clock that was set back stops voting, because deadlines could not be kept by it.
//!
//! The mark in memory moves with every look at it. The one in the database, for the time after a restart, is moved by the
//! schedule alone and to the minute, so that it says nothing of votes.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The latest time that was seen, in seconds since the epoch.
#[derive(Debug)]
pub struct HighWater(AtomicI64);

/// The mark as it was before the clock is asked. While it is asked, others may see the next second begin: a time before
/// theirs does not say that the clock was set back, one before this mark does.
#[derive(Clone, Debug)]
pub struct Watch {
    mark: Arc<HighWater>,
    since: i64,
}

impl HighWater {
    /// A mark at this time.
    #[must_use]
    pub const fn new(at: i64) -> Self {
        Self(AtomicI64::new(at))
    }

    /// Notes a time, and gives the latest that was seen.
    pub fn note(&self, now: i64) -> i64 {
        self.0.fetch_max(now, Ordering::SeqCst).max(now)
    }

    /// To be called before the clock is asked.
    #[must_use]
    pub fn watch(self: &Arc<Self>) -> Watch {
        Watch { mark: Arc::clone(self), since: self.0.load(Ordering::SeqCst) }
    }
}

impl Watch {
    /// Notes what the clock said, and gives the latest time that was seen; none if the clock was set back.
    #[must_use]
    pub fn now(&self, said: i64) -> Option<i64> {
        (said >= self.since).then(|| self.mark.note(said))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::HighWater;

    #[test]
    fn a_time_before_the_mark_is_none_until_the_mark_is_reached_again() {
        let mark = Arc::new(HighWater::new(100));
        assert_eq!(mark.watch().now(99), None);
        assert_eq!(mark.watch().now(100), Some(100));
        assert_eq!(mark.watch().now(105), Some(105));
        assert_eq!(mark.watch().now(104), None);
        assert_eq!(mark.watch().now(105), Some(105));
    }

    #[test]
    fn a_second_that_begins_while_the_clock_is_asked_counts_for_all() {
        let mark = Arc::new(HighWater::new(100));
        let watch = mark.watch();
        assert_eq!(mark.note(101), 101);
        assert_eq!(watch.now(100), Some(101));
        assert_eq!(mark.watch().now(100), None);
    }
}
