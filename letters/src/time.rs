//! Moments as people of a time zone read them.

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;

use crate::language::Language;
use crate::texts::{Arg, Texts};

const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9",
    "month-10", "month-11", "month-12",
];
const WEEKDAYS: [&str; 7] =
    ["weekday-1", "weekday-2", "weekday-3", "weekday-4", "weekday-5", "weekday-6", "weekday-7"];

/// A moment, in seconds since the epoch, as the clocks of a zone show it: `Saturday, 23 January 2021, 23:59
/// (America/Chicago)`. Where the clocks show the same time twice, the distance from UTC is added.
///
/// Zone and moment come from a checked ballot file; others are written as plain seconds rather than wrongly.
#[must_use]
pub fn time(language: Language, zone: &str, seconds: i64) -> String {
    let otherwise = || format!("{seconds} s (UTC, 1970-01-01 +)");
    let found = TimeZoneDatabase::bundled().get(zone).ok().zip(Timestamp::from_second(seconds).ok());
    let Some((zone_data, moment)) = found else { return otherwise() };
    let local = moment.to_zoned(zone_data.clone());
    let t = Texts::of(language);
    let name = |list: &[&'static str], place: i8| {
        let id = usize::try_from(place).ok().and_then(|place| list.get(place - 1));
        id.and_then(|id| t.get(id).ok()).unwrap_or_default()
    };
    let clock = match local.second() {
        0 => local.strftime("%H:%M"),
        _ => local.strftime("%H:%M:%S"),
    };
    let mut args: Vec<(&str, Arg<'_>)> = vec![
        ("weekday", name(&WEEKDAYS, local.weekday().to_monday_one_offset()).into()),
        ("day", local.day().to_string().into()),
        ("month", name(&MONTHS, local.month()).into()),
        ("year", local.year().to_string().into()),
        ("clock", clock.to_string().into()),
        ("zone", zone.into()),
    ];
    let text = if zone_data.to_ambiguous_timestamp(local.datetime()).is_ambiguous() {
        args.push(("offset", local.strftime("%:z").to_string().into()));
        t.with("time-offset", &args)
    } else {
        t.with("time", &args)
    };
    text.unwrap_or_else(|_| otherwise())
}
