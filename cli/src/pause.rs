//! The one place with a clock: waits between two questions to a server whether others have done their part, and between two
//! mails; dates mails.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Time between two questions.
pub(crate) const BETWEEN: Duration = Duration::from_secs(3);

/// Waits until it is worth while to ask the server again.
pub fn before_asking_again() {
    wait(BETWEEN);
}

/// Waits.
#[expect(clippy::disallowed_methods, reason = "other people's deeds are polled: the server cannot call back")]
pub fn wait(time: Duration) {
    std::thread::sleep(time);
}

/// Seconds since the epoch, for the date of a mail; nothing else goes by this clock.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a mail says when it was sent")]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
