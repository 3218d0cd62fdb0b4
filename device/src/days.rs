//! Days and weeks as people in England count them, whatever zone the tablet's system believes in.

use domain::entry::Millis;
use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};

/// The zone of every visit.
const ZONE: &str = "Europe/London";

/// The date there.
pub(crate) fn date_of(at: Millis) -> Date {
    let at = Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(TimeZone::get(ZONE).unwrap_or(TimeZone::UTC)).date()
}

/// The date there as `YYYY-MM-DD`.
pub(crate) fn day_of(at: Millis) -> String {
    date_of(at).to_string()
}

/// The day of a session, `YYYY-MM-DD` or `YYYY-MM-DD HH:MM`.
pub(crate) fn day_of_session(session: &str) -> Option<Date> {
    session.get(..10).and_then(|day| day.parse().ok())
}

/// The last day of the seven that begin with this one.
pub(crate) fn in_a_week(from: Date) -> Date {
    from.checked_add(Span::new().days(6)).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_past_midnight_in_summer_is_the_new_day() {
        // 2026-06-30T23:30Z is 00:30 on 1 July in London; in winter the two agree.
        assert_eq!(day_of(1_782_862_200_000), "2026-07-01");
        assert_eq!(day_of(1_795_476_600_000), "2026-11-23");
    }
}
