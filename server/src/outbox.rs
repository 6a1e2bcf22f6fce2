//! What the worker that sends letters remembers from one moment to the next, and only until the server stops: how many
//! letters went in the last minute, what keeps mail from being sent, what came back that is not ours.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Over how many seconds letters are counted for the limit per minute.
const MINUTE: i64 = 60;
/// For how many seconds nothing is tried where the operator has to put something right: a password that is tried too often
/// may lock the account.
const AFTER_FAULT: i64 = 15 * 60;
/// For how many seconds nothing is tried when no mail server could be reached.
const AFTER_SILENCE: i64 = 60;
/// For how many seconds a bounce is passed over that made trouble, and from one look for unfinished ones to the next.
const AFTER_TROUBLE: i64 = 60 * 60;
/// The most bounces that are passed over; beyond it all are tried again.
const PASSED_OVER: usize = 10_000;

/// What the worker remembers.
#[derive(Default)]
pub struct Outbox(Mutex<State>);

#[derive(Default)]
struct State {
    /// When letters were tried, the oldest first; none older than a minute.
    tried: VecDeque<i64>,
    /// What keeps all letters from being sent.
    fault: Option<String>,
    /// Nothing is tried before.
    not_before: i64,
    /// Bounces that no letter of ours came back with.
    foreign_bounces: u64,
    /// Bounces that made trouble, with when.
    passed_over: HashMap<PathBuf, i64>,
    /// When unfinished bounces were last looked for.
    swept: Option<i64>,
    /// The hour, since the epoch, in which alarms were last looked at.
    alarms: Option<i64>,
    /// Whether the write-ahead log has voting codes that were erased from the tables.
    log_has_codes: bool,
    /// Whether the server is about to stop.
    stopping: bool,
}

impl Outbox {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many letters may be tried now, of so many in any minute.
    pub(crate) fn allowance(&self, now: i64, per_minute: u32) -> usize {
        let mut state = self.state();
        // Nothing waits longer than after a fault: a clock that was set back must not stop letters for as long.
        if now < state.not_before && state.not_before <= now + AFTER_FAULT {
            return 0;
        }
        while state.tried.front().is_some_and(|at| at + MINUTE <= now) {
            state.tried.pop_front();
        }
        // A clock that was set back must not stop letters for longer than a minute of its own.
        state.tried.retain(|at| *at <= now);
        usize::try_from(per_minute).unwrap_or(usize::MAX).saturating_sub(state.tried.len())
    }

    /// Notes that a letter is tried.
    pub(crate) fn tried(&self, now: i64) {
        self.state().tried.push_back(now);
    }

    /// Notes what keeps all letters from being sent. Whether that is news.
    pub(crate) fn failed(&self, fault: &str, now: i64) -> bool {
        let mut state = self.state();
        state.not_before = now + AFTER_FAULT;
        let news = state.fault.as_deref() != Some(fault);
        state.fault = Some(fault.to_owned());
        news
    }

    /// Notes that no mail server could be reached.
    pub(crate) fn unreachable(&self, now: i64) {
        self.state().not_before = now + AFTER_SILENCE;
    }

    /// Notes that a mail server has answered about a letter. Whether something had kept letters from being sent before.
    pub(crate) fn works(&self) -> bool {
        self.state().fault.take().is_some()
    }

    /// What keeps all letters from being sent, in a sentence.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        self.state().fault.clone()
    }

    /// Counts a bounce that is none of ours.
    pub(crate) fn foreign_bounce(&self) {
        self.state().foreign_bounces += 1;
    }

    /// Bounces since the server was started that no letter of ours came back with.
    #[must_use]
    pub fn foreign_bounces(&self) -> u64 {
        self.state().foreign_bounces
    }

    /// Passes a bounce over for an hour: it made trouble.
    pub(crate) fn pass_over(&self, bounce: PathBuf, now: i64) {
        let mut state = self.state();
        state.passed_over.retain(|_, since| lately(*since, now));
        if state.passed_over.len() >= PASSED_OVER {
            state.passed_over.clear();
        }
        state.passed_over.insert(bounce, now);
    }

    /// Whether a bounce is passed over.
    pub(crate) fn is_passed_over(&self, bounce: &Path, now: i64) -> bool {
        self.state().passed_over.get(bounce).is_some_and(|since| lately(*since, now))
    }

    /// Whether unfinished bounces are to be looked for: once an hour.
    pub(crate) fn sweep_is_due(&self, now: i64) -> bool {
        let mut state = self.state();
        let due = !state.swept.is_some_and(|since| lately(since, now));
        if due {
            state.swept = Some(now);
        }
        due
    }

    /// Whether an hour has begun since this was asked last; not so when it is asked for the first time, for when the server
    /// was started says nothing of hours.
    pub(crate) fn hour_has_begun(&self, now: i64) -> bool {
        let hour = now.div_euclid(60 * 60);
        self.state().alarms.replace(hour).is_some_and(|before| before != hour)
    }

    /// Notes that voting codes were erased from the tables.
    pub(crate) fn codes_were_erased(&self) {
        self.state().log_has_codes = true;
    }

    /// Has the worker end soon.
    pub(crate) fn stop(&self) {
        self.state().stopping = true;
    }

    /// Whether it has to.
    pub(crate) fn is_stopping(&self) -> bool {
        self.state().stopping
    }

    /// Whether voting codes were erased since this was asked last.
    pub(crate) fn log_has_codes(&self) -> bool {
        std::mem::take(&mut self.state().log_has_codes)
    }
}

/// Whether this was within the hour; a clock that was set back does not make it longer.
const fn lately(since: i64, now: i64) -> bool {
    since <= now && now < since + AFTER_TROUBLE
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::Outbox;

    #[test]
    fn what_made_trouble_is_passed_over_for_an_hour_and_no_more_than_so_many() {
        let outbox = Outbox::default();
        outbox.pass_over(PathBuf::from("a"), 100);
        let is = |now| outbox.is_passed_over(Path::new("a"), now);
        assert!(is(100) && is(3699) && !is(3700) && !is(99) && !outbox.is_passed_over(Path::new("b"), 100));
        for n in 0..super::PASSED_OVER {
            outbox.pass_over(PathBuf::from(n.to_string()), 100);
        }
        assert!(outbox.state().passed_over.len() <= super::PASSED_OVER);
        assert!(outbox.sweep_is_due(100) && !outbox.sweep_is_due(3699) && outbox.sweep_is_due(3700));
    }

    #[test]
    fn no_more_letters_are_tried_in_any_minute_than_may_be() {
        let outbox = Outbox::default();
        for at in [100, 100, 130] {
            assert!(outbox.allowance(at, 3) > 0);
            outbox.tried(at);
        }
        assert_eq!(outbox.allowance(130, 3), 0);
        assert_eq!(outbox.allowance(159, 3), 0);
        assert_eq!(outbox.allowance(160, 3), 2, "the first two are a minute ago");
        assert_eq!(outbox.allowance(50, 3), 3, "by a clock that was set back nothing was tried yet");
    }

    #[test]
    fn a_fault_is_news_once_and_waits() {
        let outbox = Outbox::default();
        assert!(outbox.failed("the password is wrong", 100));
        assert!(!outbox.failed("the password is wrong", 200));
        assert_eq!((outbox.allowance(200, 9), outbox.allowance(200 + 15 * 60, 9)), (0, 9));
        assert_eq!(outbox.allowance(100, 9), 9, "by a clock that was set back it was never so late");
        assert_eq!(outbox.fault().as_deref(), Some("the password is wrong"));
        assert!(outbox.works() && !outbox.works() && outbox.fault().is_none());
    }

    #[test]
    fn an_hour_begins_once() {
        let outbox = Outbox::default();
        let hour = 60 * 60;
        let asked = [hour + 1, 2 * hour - 1, 2 * hour, 2 * hour + 1, 5 * hour];
        assert_eq!(asked.map(|now| outbox.hour_has_begun(now)), [false, false, true, false, true]);
    }
}
