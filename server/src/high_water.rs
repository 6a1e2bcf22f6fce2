//! How far the clock has come: a clock that was set back stops voting, because deadlines could not be kept by it.
//!
//! The mark in memory moves with every look at it. The one in the database, for the time after a restart, is moved by the
//! schedule alone and to the minute, so that it says nothing of votes.

use std::sync::atomic::{AtomicI64, Ordering};

/// The latest time that was seen, in seconds since the epoch.
#[derive(Debug)]
pub struct HighWater(AtomicI64);

impl HighWater {
    /// A mark at this time.
    #[must_use]
    pub const fn new(at: i64) -> Self {
        Self(AtomicI64::new(at))
    }

    /// Notes a time; whether none later was seen before.
    pub fn reached(&self, now: i64) -> bool {
        self.0.fetch_max(now, Ordering::SeqCst) <= now
    }
}

#[cfg(test)]
mod tests {
    use super::HighWater;

    #[test]
    fn a_time_before_the_latest_is_not_reached_again_until_then() {
        let mark = HighWater::new(100);
        assert!(!mark.reached(99));
        assert!(mark.reached(100) && mark.reached(100) && mark.reached(105));
        assert!(!mark.reached(104) && mark.reached(105));
    }
}
