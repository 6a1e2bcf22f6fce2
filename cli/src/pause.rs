//! The one place that waits by the clock: between two questions to a server whether others have done their part.

use std::time::Duration;

/// Time between two questions.
const BETWEEN: Duration = Duration::from_secs(3);

/// Waits until it is worth while to ask the server again.
pub fn before_asking_again() {
    wait(BETWEEN);
}

/// Waits.
#[expect(clippy::disallowed_methods, reason = "other people's deeds are polled: the server cannot call back")]
pub fn wait(time: Duration) {
    std::thread::sleep(time);
}
