//! Dates, times and counts as a person reads them on the office's pages.
//! What is deliberately absent: any clock (today is handed in) and any rule of law.

use domain::report::{FactAnswer, FactDecision};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A no-break space: day and month never part.
pub const NBSP: char = '\u{a0}';

fn month(date: Date) -> &'static str {
    usize::try_from(date.month() - 1).ok().and_then(|n| MONTHS.get(n)).copied().unwrap_or("")
}

fn weekday(date: Date) -> &'static str {
    use jiff::civil::Weekday;
    match date.weekday() {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// *Tuesday 10 November 2026*: in full, for print and for anything that is kept.
#[must_use]
pub fn in_full(date: Date) -> String {
    format!("{} {}{NBSP}{} {}", weekday(date), date.day(), month(date), date.year())
}

/// *10 November 2026*: without the weekday.
#[must_use]
pub fn plain(date: Date) -> String {
    format!("{}{NBSP}{} {}", date.day(), month(date), date.year())
}

/// *Tue 10 November*, with the year only when it is not this one.
#[must_use]
pub fn short(date: Date, today: Date) -> String {
    let weekday: String = weekday(date).chars().take(3).collect();
    let year = if date.year() == today.year() { String::new() } else { format!(" {}", date.year()) };
    format!("{weekday}{NBSP}{}{NBSP}{}{year}", date.day(), month(date))
}

/// *10 November*, for the line of steps.
#[must_use]
pub fn day_month(date: Date) -> String {
    format!("{}{NBSP}{}", date.day(), month(date))
}

/// *10 and 11 November 2026*, for several days of one visit.
#[must_use]
pub fn several(days: &[Date]) -> String {
    match days {
        [] => String::new(),
        [one] => plain(*one),
        [first, .., last] if first.year() == last.year() && first.month() == last.month() => {
            let numbers: Vec<String> = days.iter().map(|d| d.day().to_string()).collect();
            format!("{}{NBSP}{} {}", list(&numbers), month(*last), last.year())
        }
        _ => list(&days.iter().map(|d| plain(*d)).collect::<Vec<_>>()),
    }
}

/// *Asha, Tom and Grace*.
#[must_use]
pub fn list<S: AsRef<str>>(words: &[S]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", most.join(", "), last.as_ref())
        }
    }
}

/// The day and the time of day, in the place's zone, of milliseconds since 1970.
#[must_use]
pub fn local(millis: i64, zone: &TimeZone) -> (Date, String) {
    let at = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone());
    (at.date(), format!("{:02}:{:02}", at.hour(), at.minute()))
}

/// *morning*, *afternoon* or *evening*, from the hour of `10:24`.
#[must_use]
pub fn part_of_day(time: &str) -> &'static str {
    match time.get(..2).and_then(|h| h.parse::<u8>().ok()) {
        Some(0..12) => "morning",
        Some(12..17) => "afternoon",
        _ => "evening",
    }
}

/// *one note*, *7 notes*.
#[must_use]
pub fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1{NBSP}{one}") } else { format!("{n}{NBSP}{many}") }
}

/// A day as somebody typed it: `2026-11-10`, or `10/11/2026` as English people write it.
#[must_use]
pub fn typed_day(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Ok(date) = text.parse::<Date>() {
        return Some(date);
    }
    let mut parts = text.split(['/', '.', ' ', '-']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = month.parse().ok().or_else(|| {
        let month = month.to_lowercase();
        MONTHS.iter().position(|m| m.to_lowercase() == month).and_then(|n| i8::try_from(n + 1).ok())
    })?;
    Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()
}

/// A word with its first letter as a capital.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What became of what a provider said about a fact: *Accepted: now nine minutes*; none while nobody has decided.
#[must_use]
pub fn outcome_words(fact: &FactAnswer) -> Option<String> {
    let outcome = fact.outcome.as_deref().filter(|outcome| !outcome.trim().is_empty())?;
    Some(match fact.decided {
        Some(FactDecision::Accepted) => format!("Accepted, and changed: {outcome}"),
        Some(FactDecision::NotAccepted) => format!("Not accepted, because: {outcome}"),
        None => outcome.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_are_words_and_days_of_one_visit_stand_together() {
        let (first, second) = (date(2026, 11, 10), date(2026, 11, 11));
        assert_eq!(in_full(first), "Tuesday 10\u{a0}November 2026");
        assert_eq!(short(first, date(2026, 12, 1)), "Tue\u{a0}10\u{a0}November");
        assert_eq!(short(first, date(2027, 1, 4)), "Tue\u{a0}10\u{a0}November 2026");
        assert_eq!(several(&[first, second]), "10 and 11\u{a0}November 2026");
        assert_eq!(list(&["Asha", "Tom", "Grace"]), "Asha, Tom and Grace");
    }

    #[test]
    fn a_day_is_read_as_people_type_it() {
        for typed in ["2026-11-10", "10/11/2026", " 10 November 2026 ", "10.11.2026"] {
            assert_eq!(typed_day(typed), Some(date(2026, 11, 10)), "{typed}");
        }
        for wrong in ["", "31/11/2026", "tomorrow"] {
            assert_eq!(typed_day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_time_is_told_in_the_zone_of_the_place() {
        let zone = TimeZone::get("Europe/London").unwrap();
        assert_eq!(local(1_783_591_440_000, &zone), (date(2026, 7, 9), "11:04".to_owned()));
    }
}
