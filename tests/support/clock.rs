//! How long something took: the one place that looks at the machine's clock.

use std::time::{Duration, Instant};

/// A stopwatch that runs from when it was made.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts one.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one clock of tests and demo")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since then.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A duration for people: `7 seconds`, `3 minutes 20 seconds`.
#[must_use]
pub fn in_words(duration: Duration) -> String {
    let plural = |number: u64, unit: &str| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
    match (duration.as_secs() / 60, duration.as_secs() % 60) {
        (0, 0) => "less than a second".to_owned(),
        (0, seconds) => plural(seconds, "second"),
        (minutes, 0) => plural(minutes, "minute"),
        (minutes, seconds) => format!("{} {}", plural(minutes, "minute"), plural(seconds, "second")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, in_words};

    #[test]
    fn durations_read_like_speech() {
        for (seconds, words) in
            [(0, "less than a second"), (1, "1 second"), (60, "1 minute"), (125, "2 minutes 5 seconds")]
        {
            assert_eq!(in_words(Duration::from_secs(seconds)), words);
        }
    }
}
