//! The clock: from the day something arrived to the day an answer is due, with the working shown.
//! Here are counting and calendars. Which length applies to whom is a rule of a pack (`scheme`), not of this file.

mod calendar;
mod working;

pub use calendar::{Calendar, CalendarError, NotWorking};
pub use working::{CountedDay, Distance, SkippedDay, Why, Working, distance, working_days_between};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a length of time is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub enum Unit {
    /// Any day but Saturday, Sunday, Christmas Day, Good Friday and the bank holidays of the calendar.
    #[serde(rename = "working days")]
    WorkingDays,
    /// Every day of the calendar.
    #[serde(rename = "days")]
    Days,
}

impl std::fmt::Display for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::WorkingDays => "working days",
            Self::Days => "days",
        })
    }
}

/// Whether the day of the trigger is itself day 1 ("beginning with the date on which …", SI 2008/528 reg 17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum FirstDay {
    /// The day itself is day 1, if it is a working day.
    Counts,
    /// Counting starts on the day after.
    DoesNotCount,
}

impl std::fmt::Display for FirstDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Counts => "the first day counts",
            Self::DoesNotCount => "the first day does not count",
        })
    }
}

/// Why no due date could be worked out. A date is never guessed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// A day is needed that the calendar knows nothing of.
    #[error(
        "The bank holidays of {year} are not known, so no date was worked out and nothing was changed. The calendar {calendar} knows {known}. Give it the newest list from https://www.gov.uk/bank-holidays.json and ask again."
    )]
    OutsideCalendar {
        /// The year that is missing.
        year: i16,
        /// The calendar's name, such as `england-and-wales`.
        calendar: String,
        /// The years that it knows, in words.
        known: String,
    },
    /// A length of nought days, which has no last day.
    #[error("A length of no days has no last day. Type how many days there are to answer, 1 or more.")]
    NoLength,
    /// The day lies outside what dates can express.
    #[error("{date} with {length} days to count leads outside the dates that can be written. Check the day.")]
    OutsideDates {
        /// The day counted from.
        date: Date,
        /// The length asked for.
        length: u32,
    },
}

/// The day on which `length` days from `start` have passed, with every day counted and skipped.
///
/// A trigger that falls on a day that is no working day is not moved: day 1 is then the next working day, whether the
/// first day counts or not, because there is no first working day to leave out.
///
/// # Errors
/// When `length` is 0, and when a working day would have to be judged in a year that the calendar does not know.
pub fn due(
    start: Date,
    length: u32,
    unit: Unit,
    first_day: FirstDay,
    calendar: &Calendar,
) -> Result<Working, ClockError> {
    if length == 0 {
        return Err(ClockError::NoLength);
    }
    let mut counted = Vec::new();
    let mut skipped = Vec::new();
    let mut day = start;
    let mut number = 0;
    loop {
        match reason_to_skip(day, start, unit, first_day, calendar)? {
            Some(why) => skipped.push(SkippedDay { date: day, why }),
            None => {
                number += 1;
                counted.push(CountedDay { date: day, number });
                if number == length {
                    return Ok(Working { start, length, unit, first_day, due: day, counted, skipped });
                }
            }
        }
        day = day.tomorrow().map_err(|_| ClockError::OutsideDates { date: start, length })?;
    }
}

/// Why `day` is not counted, or `None` when it is.
fn reason_to_skip(
    day: Date,
    start: Date,
    unit: Unit,
    first_day: FirstDay,
    calendar: &Calendar,
) -> Result<Option<Why>, ClockError> {
    if unit == Unit::WorkingDays
        && let Some(not_working) = calendar.not_working(day)?
    {
        return Ok(Some(Why::NotWorking(not_working)));
    }
    if day == start && first_day == FirstDay::DoesNotCount {
        return Ok(Some(Why::FirstDay));
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
