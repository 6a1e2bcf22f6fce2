//! Time zones: from the clock on the wall, as a ballot file has it, to the one instant that it means, and back.
//!
//! The zone database is the one compiled in, never the machine's, so that a ballot means the same everywhere. A time that
//! the clocks skip or repeat is never guessed at: the sentence offers the two instants that could be meant.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use thiserror::Error;
use toml::value::Datetime;

/// A time zone of the IANA database, by its name there.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone {
    zone: TimeZone,
    name: String,
}

/// The name is not one of the IANA database.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the time zone {0:?} is unknown; write it like \"America/Chicago\" or \"Europe/Berlin\"")]
pub struct UnknownZone(pub String);

/// Why a written time is not one instant in its zone.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TimeError {
    /// Not a date with a time of day.
    #[error("is not a date with a time; write it like 2021-01-23T23:59:00")]
    Form,
    /// Parts of a second.
    #[error("has parts of a second; leave them out")]
    Fraction,
    /// The date does not exist or is outside of the years 0 to 9999.
    #[error("is not a date of the calendar")]
    Calendar,
    /// The clocks are put forward over this time.
    #[error(
        "does not exist in {zone}: the clocks skip {written} that day; write {before} or {after} instead"
    )]
    Skipped {
        /// The zone's name.
        zone: String,
        /// The time as written.
        written: String,
        /// The same distance after the last time before the gap, seen from before it.
        before: String,
        /// The instant that the written time would be, seen from after the gap.
        after: String,
    },
    /// The clocks are put back, so that this time comes twice.
    #[error(
        "comes twice in {zone}: the clocks are put back that day; write {first} (the first) or {second} (the second)"
    )]
    Repeated {
        /// The zone's name.
        zone: String,
        /// The first instant, with its offset.
        first: String,
        /// The second instant, with its offset.
        second: String,
    },
    /// The written offset is not the zone's at that instant.
    #[error(
        "has the offset {written}, but at that time the clocks in {zone} are at {actual}; leave the offset out"
    )]
    Offset {
        /// The offset as written.
        written: String,
        /// The zone's name.
        zone: String,
        /// The zone's offset at that instant.
        actual: String,
    },
}

impl Zone {
    /// Finds a zone by its name, whatever its case.
    ///
    /// # Errors
    /// There is none.
    pub fn parse(name: &str) -> Result<Self, UnknownZone> {
        let unknown = || UnknownZone(name.chars().take(60).collect());
        let zone = TimeZoneDatabase::bundled().get(name.trim()).map_err(|_| unknown())?;
        match zone.iana_name() {
            Some("Etc/Unknown") | None => Err(unknown()),
            Some(name) => Ok(Self { name: name.to_owned(), zone }),
        }
    }

    /// The zone's name as the database writes it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The instant that a written time means, in seconds since the epoch: `2021-01-23T23:59:00`, seconds optional, a
    /// blank allowed for `T`; with an offset (`-06:00`) only if it is the zone's at that time.
    ///
    /// # Errors
    /// The text is not a time, or not exactly one instant of this zone.
    pub fn instant(&self, written: &str) -> Result<i64, TimeError> {
        self.instant_of(&written.trim().parse().map_err(|_| TimeError::Form)?)
    }

    /// The same for a date-time of a TOML file.
    pub(crate) fn instant_of(&self, written: &Datetime) -> Result<i64, TimeError> {
        let (Some(date), Some(time)) = (written.date, written.time) else { return Err(TimeError::Form) };
        if time.nanosecond.is_some_and(|n| n > 0) {
            return Err(TimeError::Fraction);
        }
        let small = |n: u8| i8::try_from(n).map_err(|_| TimeError::Calendar);
        let year = i16::try_from(date.year).map_err(|_| TimeError::Calendar)?;
        let second = small(time.second.unwrap_or(0))?;
        let local = DateTime::new(
            year,
            small(date.month)?,
            small(date.day)?,
            small(time.hour)?,
            small(time.minute)?,
            second,
            0,
        )
        .map_err(|_| TimeError::Calendar)?;
        match written.offset {
            None => self.local(local),
            Some(toml::value::Offset::Z) => self.with_offset(local, Offset::UTC),
            Some(toml::value::Offset::Custom { minutes }) => {
                let offset =
                    Offset::from_seconds(i32::from(minutes) * 60).map_err(|_| TimeError::Calendar)?;
                self.with_offset(local, offset)
            }
        }
    }

    fn local(&self, local: DateTime) -> Result<i64, TimeError> {
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        let with = |offset: Offset| offset.to_timestamp(local).map_err(|_| TimeError::Calendar);
        match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { offset } => Ok(with(offset)?.as_second()),
            // Counted with the offset after the gap, the instant lies before it, and the other way round.
            AmbiguousOffset::Gap { before, after } => Err(TimeError::Skipped {
                zone: self.name.clone(),
                written: Plain(local).to_string(),
                before: Plain(self.zone.to_datetime(with(after)?)).to_string(),
                after: Plain(self.zone.to_datetime(with(before)?)).to_string(),
            }),
            AmbiguousOffset::Fold { before, after } => Err(TimeError::Repeated {
                zone: self.name.clone(),
                first: format!("{}{}", Plain(local), Shown(before)),
                second: format!("{}{}", Plain(local), Shown(after)),
            }),
        }
    }

    fn with_offset(&self, local: DateTime, offset: Offset) -> Result<i64, TimeError> {
        let instant = offset.to_timestamp(local).map_err(|_| TimeError::Calendar)?;
        let actual = self.zone.to_offset(instant);
        if actual == offset {
            return Ok(instant.as_second());
        }
        Err(TimeError::Offset {
            written: Shown(offset).to_string(),
            zone: self.name.clone(),
            actual: Shown(actual).to_string(),
        })
    }

    /// The instant as RFC 3339 with the zone's offset: `2021-01-23T23:59:00-06:00`. Reads back with [`Zone::instant`].
    pub fn rfc3339(&self, seconds: i64) -> String {
        self.show_with(seconds, |instant| {
            format!("{}{}", Plain(self.zone.to_datetime(instant)), Shown(self.zone.to_offset(instant)))
        })
    }

    /// The instant for people: `Saturday, 23 January 2021, 23:59 CST`.
    pub fn sentence(&self, seconds: i64) -> String {
        self.show_with(seconds, |instant| {
            instant.to_zoned(self.zone.clone()).strftime("%A, %-d %B %Y, %H:%M %Z").to_string()
        })
    }

    fn show_with(&self, seconds: i64, show: impl Fn(Timestamp) -> String) -> String {
        match Timestamp::from_second(seconds) {
            Ok(instant) => show(instant),
            Err(_) => format!("{seconds} seconds since 1970"),
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({:?})", self.name)
    }
}

/// A local time as a ballot file has it.
struct Plain(DateTime);

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m-%dT%H:%M:%S"))
    }
}

/// An offset as `+05:30`; offsets with seconds, of the time before zones, round towards zero.
struct Shown(Offset);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.seconds();
        let minutes = seconds.unsigned_abs() / 60;
        write!(f, "{}{:02}:{:02}", if seconds < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chicago() -> Zone {
        Zone::parse("America/Chicago").unwrap()
    }

    #[test]
    fn written_times_are_instants_of_the_zone() {
        // date -d '2021-01-23 23:59 CST' +%s
        assert_eq!(chicago().instant("2021-01-23T23:59:00"), Ok(1_611_467_940));
        assert_eq!(chicago().instant(" 2021-01-23 23:59 "), Ok(1_611_467_940));
        assert_eq!(chicago().instant("2021-01-23T23:59:00-06:00"), Ok(1_611_467_940));
        assert_eq!(Zone::parse("UTC").unwrap().instant("2021-01-24T05:59:00Z"), Ok(1_611_467_940));
        assert_eq!(Zone::parse("asia/kolkata").unwrap().rfc3339(0), "1970-01-01T05:30:00+05:30");
        assert_eq!(chicago().rfc3339(1_611_467_940), "2021-01-23T23:59:00-06:00");
        assert_eq!(chicago().sentence(1_611_467_940), "Saturday, 23 January 2021, 23:59 CST");
        assert_eq!(chicago().sentence(i64::MAX), "9223372036854775807 seconds since 1970");
    }

    #[test]
    fn zones_have_their_names_from_the_database() {
        assert_eq!(Zone::parse(" america/chicago ").unwrap().name(), "America/Chicago");
        for bad in [
            "",
            "Chicago",
            "CST6CDT,M3.2.0,M11.1.0",
            "America/Chicag0",
            "Etc/Unknown",
            "../etc/passwd",
            "+02:00",
        ] {
            assert_eq!(Zone::parse(bad), Err(UnknownZone(bad.to_owned())), "{bad}");
        }
    }

    #[test]
    fn a_time_that_the_clocks_skip_is_refused_with_both_meanings() {
        assert_eq!(
            chicago().instant("2021-03-14T02:30:00").unwrap_err().to_string(),
            "does not exist in America/Chicago: the clocks skip 2021-03-14T02:30:00 that day; write \
             2021-03-14T01:30:00 or 2021-03-14T03:30:00 instead"
        );
        assert!(chicago().instant("2021-03-14T01:59:59").is_ok());
        assert!(chicago().instant("2021-03-14T03:00:00").is_ok());
    }

    #[test]
    fn a_time_that_the_clocks_repeat_needs_its_offset() {
        assert_eq!(
            chicago().instant("2021-11-07T01:30:00").unwrap_err().to_string(),
            "comes twice in America/Chicago: the clocks are put back that day; write 2021-11-07T01:30:00-05:00 (the \
             first) or 2021-11-07T01:30:00-06:00 (the second)"
        );
        let first = chicago().instant("2021-11-07T01:30:00-05:00").unwrap();
        assert_eq!(chicago().instant("2021-11-07T01:30:00-06:00"), Ok(first + 3600));
        // A zone whose clocks move by half an hour.
        let lord_howe = Zone::parse("Australia/Lord_Howe").unwrap();
        assert!(matches!(lord_howe.instant("2021-10-03T02:15:00"), Err(TimeError::Skipped { .. })));
        assert!(matches!(lord_howe.instant("2021-04-04T01:45:00"), Err(TimeError::Repeated { .. })));
    }

    #[test]
    fn other_offsets_and_half_times_are_refused() {
        assert_eq!(
            chicago().instant("2021-07-01T12:00:00-06:00").unwrap_err().to_string(),
            "has the offset -06:00, but at that time the clocks in America/Chicago are at -05:00; leave the offset out"
        );
        assert!(matches!(chicago().instant("2021-07-01T12:00:00Z"), Err(TimeError::Offset { .. })));
        for bad in ["", "2021-01-23", "23:59:00", "tomorrow", "2021-02-29T12:00:00", "2021-01-23T24:00:00"] {
            assert_eq!(chicago().instant(bad), Err(TimeError::Form), "{bad}");
        }
        assert_eq!(chicago().instant("2021-01-23T23:59:00.5"), Err(TimeError::Fraction));
        assert_eq!(chicago().instant("2016-12-31T23:59:60"), Err(TimeError::Calendar));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn shown_instants_read_back(seconds in 0i64..4_000_000_000) {
            for zone in ["America/Chicago", "Europe/Dublin", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"] {
                let zone = Zone::parse(zone).unwrap();
                prop_assert_eq!(zone.instant(&zone.rfc3339(seconds)), Ok(seconds));
            }
        }
    }
}
