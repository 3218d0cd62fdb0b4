//! A scenario's local times as the clocks of tablets and office tell them.

use anyhow::{Context, Result};
use domain::entry::Millis;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Milliseconds since 1970 of a local time in England; of an hour that comes twice, the first.
///
/// # Errors
/// The system and the built-in table know no such zone.
pub fn millis(at: DateTime) -> Result<Millis> {
    let zone = TimeZone::get("Europe/London").context("the time zone Europe/London")?;
    Ok(at.to_zoned(zone)?.timestamp().as_millisecond())
}

/// A time of day on a day.
#[must_use]
pub fn on(date: Date, hour: i8, minute: i8) -> DateTime {
    date.at(hour, minute, 0, 0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn summer_and_winter_are_told_apart() {
        assert_eq!(millis(jiff::civil::date(2026, 7, 1).at(10, 0, 0, 0)).unwrap() % 86_400_000, 9 * 3_600_000);
        assert_eq!(millis(jiff::civil::date(2026, 11, 10).at(10, 0, 0, 0)).unwrap() % 86_400_000, 10 * 3_600_000);
        let twice = millis(jiff::civil::date(2026, 10, 25).at(1, 30, 0, 0)).unwrap();
        assert_eq!(twice % 86_400_000, 30 * 60_000, "the first of the two, still summer time");
    }
}
