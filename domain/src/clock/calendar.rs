//! Which days are working days: bank holidays as the government publishes them, by year.
//! Reading a file from disk is the caller's; here is only its text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::ClockError;

const PUBLISHED: &str = include_str!("../../../schemes/calendars/england-and-wales.json");
const YEARS_GONE_BY: &str = include_str!("../../../schemes/calendars/england-and-wales-2007-2023.json");

/// England and Wales have had eight bank holidays or more in every year since 1978; fewer means a list cut short.
const HOLIDAYS_A_YEAR: usize = 8;

/// The division of the published file that is read.
const DIVISION: &str = "england-and-wales";

/// Why a day is no working day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotWorking {
    /// A Saturday.
    Saturday,
    /// A Sunday.
    Sunday,
    /// A holiday of that name, such as `Christmas Day`.
    Holiday(String),
}

impl std::fmt::Display for NotWorking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Saturday => f.write_str("Saturday"),
            Self::Sunday => f.write_str("Sunday"),
            Self::Holiday(title) => f.write_str(title),
        }
    }
}

/// What is wrong with a list of bank holidays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The text is not the published shape.
    #[error(
        "This is not a list of bank holidays as https://www.gov.uk/bank-holidays.json gives it ({0}). The calendar in use is unchanged."
    )]
    Unreadable(String),
    /// The file has no events for England and Wales.
    #[error("The list has no bank holidays for England and Wales. The calendar in use is unchanged.")]
    NothingForEnglandAndWales,
    /// A year with fewer holidays than any year has.
    #[error(
        "The list has only {found} bank holidays for {year}; every year has at least 8. It may have been cut short. The calendar in use is unchanged."
    )]
    YearCutShort {
        /// The year.
        year: i16,
        /// How many the list has.
        found: usize,
    },
}

/// Bank holidays by day, and the years for which they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    name: String,
    holidays: BTreeMap<Date, String>,
    years: BTreeSet<i16>,
}

#[derive(Deserialize)]
struct PublishedDivision {
    events: Vec<PublishedEvent>,
}

#[derive(Deserialize)]
struct PublishedEvent {
    title: String,
    date: Date,
    #[serde(default)]
    notes: String,
}

impl Calendar {
    /// The calendar that comes with the program: 2007 to 2027.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Calendar> = LazyLock::new(|| {
            // Both texts are part of the program and a test parses them; were one broken, its years would be unknown
            // and every clock in them would say so.
            let gone_by = Calendar::parse(YEARS_GONE_BY).unwrap_or_else(|_| Calendar::knowing_nothing());
            match Calendar::parse(PUBLISHED) {
                Ok(published) => gone_by.with(&published),
                Err(_) => gone_by,
            }
        });
        &EMBEDDED
    }

    /// Reads the text of a list of bank holidays in the government's published shape.
    ///
    /// # Errors
    /// When the shape is another, when England and Wales are missing, or when a year is cut short.
    pub fn parse(json: &str) -> Result<Self, CalendarError> {
        let mut divisions: BTreeMap<String, PublishedDivision> =
            serde_json::from_str(json).map_err(|e| CalendarError::Unreadable(e.to_string()))?;
        let events = divisions
            .remove(DIVISION)
            .map(|division| division.events)
            .filter(|events| !events.is_empty())
            .ok_or(CalendarError::NothingForEnglandAndWales)?;
        let mut calendar = Self::knowing_nothing();
        for event in events {
            calendar.years.insert(event.date.year());
            calendar.holidays.insert(event.date, holiday_title(&event));
        }
        for year in &calendar.years {
            let found = calendar.holidays.keys().filter(|day| day.year() == *year).count();
            if found < HOLIDAYS_A_YEAR {
                return Err(CalendarError::YearCutShort { year: *year, found });
            }
        }
        Ok(calendar)
    }

    /// This calendar with every year of `later` replaced by what `later` says of it.
    #[must_use]
    pub fn with(&self, later: &Self) -> Self {
        let mut joined = self.clone();
        joined.holidays.retain(|day, _| !later.years.contains(&day.year()));
        joined.holidays.extend(later.holidays.clone());
        joined.years.extend(&later.years);
        joined
    }

    /// The calendar's name, as the packs write it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The years whose holidays are known, in order.
    pub fn years(&self) -> impl Iterator<Item = i16> + '_ {
        self.years.iter().copied()
    }

    /// The years that are known, in words: *2007 to 2027*.
    #[must_use]
    pub fn years_in_words(&self) -> String {
        let mut runs: Vec<(i16, i16)> = Vec::new();
        for year in self.years() {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == year => *last = year,
                _ => runs.push((year, year)),
            }
        }
        let runs: Vec<String> = runs
            .into_iter()
            .map(|(first, last)| if first == last { first.to_string() } else { format!("{first} to {last}") })
            .collect();
        if runs.is_empty() { "no year".to_owned() } else { runs.join(", ") }
    }

    /// Why `day` is no working day, or `None` when it is one.
    ///
    /// # Errors
    /// When the year of `day` is not known, even for a Saturday, so that an answer never rests on half a calendar.
    pub fn not_working(&self, day: Date) -> Result<Option<NotWorking>, ClockError> {
        if !self.years.contains(&day.year()) {
            return Err(ClockError::OutsideCalendar {
                year: day.year(),
                calendar: self.name.clone(),
                known: self.years_in_words(),
            });
        }
        Ok(match day.weekday() {
            Weekday::Saturday => Some(NotWorking::Saturday),
            Weekday::Sunday => Some(NotWorking::Sunday),
            _ => {
                let listed = self.holidays.get(&day).cloned();
                listed.or_else(|| by_law(day).map(str::to_owned)).map(NotWorking::Holiday)
            }
        })
    }

    fn knowing_nothing() -> Self {
        Self { name: DIVISION.to_owned(), holidays: BTreeMap::new(), years: BTreeSet::new() }
    }
}

/// Christmas Day and Good Friday are no working days by law, whatever a list says (`DOMAIN` §2).
fn by_law(day: Date) -> Option<&'static str> {
    match (day.month(), day.day()) {
        (12, 25) => Some("Christmas Day"),
        _ => (Some(day) == good_friday(day.year())).then_some("Good Friday"),
    }
}

/// Two days before Easter Sunday, by the Gregorian reckoning as the Nautical Almanac has it (Butcher 1876).
fn good_friday(year: i16) -> Option<Date> {
    let year = i32::from(year);
    let (golden, century, of_century) = (year % 19, year / 100, year % 100);
    let leap_correction = (century + 8) / 25;
    let moon_correction = (century - leap_correction + 1) / 3;
    let epact = (19 * golden + century - century / 4 - moon_correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let march_days = epact + weekday - 7 * late + 114;
    let (month, day) = (i8::try_from(march_days / 31).ok()?, i8::try_from(march_days % 31 + 1).ok()?);
    let easter = Date::new(i16::try_from(year).ok()?, month, day).ok()?;
    easter.checked_sub(jiff::Span::new().days(2)).ok()
}

fn holiday_title(event: &PublishedEvent) -> String {
    if event.notes.is_empty() {
        event.title.clone()
    } else {
        format!("{} ({})", event.title, event.notes.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn good_friday_is_where_the_published_lists_have_it() {
        let listed = Calendar::embedded().holidays.iter().filter(|(_, title)| *title == "Good Friday");
        let days: Vec<Date> = listed.map(|(day, _)| *day).collect();
        assert!(days.len() > 15);
        for day in days {
            assert_eq!(good_friday(day.year()), Some(day));
        }
    }

    #[test]
    fn christmas_day_and_good_friday_are_no_working_days_whatever_a_list_says() {
        let events: Vec<_> =
            (1..=8).map(|n| serde_json::json!({"date": format!("2028-0{n}-03"), "title": "x"})).collect();
        let list = Calendar::parse(&serde_json::json!({DIVISION: {"events": events}}).to_string()).unwrap();
        for (day, title) in [("2028-12-25", "Christmas Day"), ("2028-04-14", "Good Friday")] {
            let why = list.not_working(day.parse().unwrap()).unwrap();
            assert_eq!(why, Some(NotWorking::Holiday(title.into())), "{day}");
        }
    }
}
