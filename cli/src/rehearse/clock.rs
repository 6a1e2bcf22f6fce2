//! The clock of a rehearsal: the ballot file's times, or times of its own.

use scrutineer_ballot::file::BallotFile;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// When voting opens where the file has no time at all: 21 January 2021, 15:00 UTC (9:00 in Chicago).
const OPENS: i64 = 1_611_241_200;
/// How long voting takes where the file does not say.
const LASTS: i64 = 2 * DAY;

/// When things happen, in seconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The ballot is frozen: a day before it opens.
    pub frozen: i64,
    /// Voting opens.
    pub opened: i64,
    /// Voting closes.
    pub closed: i64,
    /// The result is there: an hour later.
    pub tallied: i64,
}

impl Clock {
    /// The times of a ballot: those in its file; where one is missing, two days from or to the other; where both are,
    /// from 21 January 2021, 15:00 UTC.
    #[must_use]
    pub fn of(file: &BallotFile) -> Self {
        let (opened, closed) = match (file.opens, file.closes) {
            (Some(opens), Some(closes)) => (opens, closes),
            (Some(opens), None) => (opens, opens.saturating_add(LASTS)),
            (None, Some(closes)) => (closes.saturating_sub(LASTS), closes),
            (None, None) => (OPENS, OPENS + LASTS),
        };
        Self { frozen: opened.saturating_sub(DAY), opened, closed, tallied: closed.saturating_add(HOUR) }
    }

    /// Until when observers could object to the result.
    #[must_use]
    pub fn objections_until(&self, file: &BallotFile) -> i64 {
        self.tallied.saturating_add(i64::from(file.objection_hours).saturating_mul(HOUR))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_says_when_or_else_two_days_of_january_2021() {
        let mut file = BallotFile::parse(scrutineer_ballot::file::TEMPLATE).unwrap();
        let (opens, closes) = (file.opens.unwrap(), file.closes.unwrap());
        let clock = Clock::of(&file);
        assert_eq!((clock.frozen, clock.opened, clock.closed), (opens - DAY, opens, closes));
        file.opens = None;
        assert_eq!(Clock::of(&file).opened, closes - 2 * DAY);
        file.closes = None;
        let clock = Clock::of(&file);
        assert_eq!((clock.opened, clock.closed, clock.tallied), (OPENS, OPENS + 2 * DAY, OPENS + 49 * HOUR));
        file.opens = Some(0);
        assert_eq!(Clock::of(&file).closed, 2 * DAY);
    }
}
