//! The working of a due date, as a value and as lines to print, and how far off a day is.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Calendar, ClockError, FirstDay, NotWorking, Unit};

/// A day that counted, with its number from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedDay {
    /// The day.
    pub date: Date,
    /// Which day it is of those counted, from 1.
    pub number: u32,
}

/// Why a day between the trigger and the due date did not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It is no working day.
    NotWorking(NotWorking),
    /// It is the day of the trigger, and the rule starts on the day after.
    FirstDay,
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotWorking(reason) => reason.fmt(f),
            Self::FirstDay => f.write_str("the first day does not count"),
        }
    }
}

/// A day that did not count, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedDay {
    /// The day.
    pub date: Date,
    /// Why it did not count.
    pub why: Why,
}

/// A due date with its working: every day from the trigger to the due date is in `counted` or in `skipped`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Working {
    /// The day of the trigger.
    pub start: Date,
    /// How many days were to be counted.
    pub length: u32,
    /// Of what kind.
    pub unit: Unit,
    /// Whether the day of the trigger counted.
    pub first_day: FirstDay,
    /// The last day on which the answer is in time.
    pub due: Date,
    /// The days that counted, in order.
    pub counted: Vec<CountedDay>,
    /// The days that did not, in order, each with its reason.
    pub skipped: Vec<SkippedDay>,
}

impl Working {
    /// The working as lines of text: the date alone on the first, then what was counted, each day skipped, the citation.
    #[must_use]
    pub fn lines(&self, citation: Option<&str>) -> Vec<String> {
        let mut lines = vec![
            self.due.to_string(),
            format!("{} {} from {}; {}", self.length, self.unit, in_full(self.start), self.first_day),
        ];
        if let (Some(first), Some(last)) = (self.counted.first(), self.counted.last()) {
            lines.push(format!("Day 1 is {}, day {} is {}", in_full(first.date), last.number, in_full(last.date)));
        }
        match self.skipped.len() {
            0 => lines.push("No day was skipped".to_owned()),
            1 => lines.push("Skipped 1 day:".to_owned()),
            n => lines.push(format!("Skipped {n} days:")),
        }
        lines.extend(self.skipped.iter().map(|day| format!("  {}  {}", day.date, day.why)));
        if let Some(citation) = citation {
            lines.push(format!("Rule: {citation}"));
        }
        lines
    }
}

/// A day as print has it: *Wednesday 30 December 2026*.
fn in_full(day: Date) -> String {
    day.strftime("%A %-d %B %Y").to_string()
}

/// Working days from the day after `today` up to and with `day`; below nought when `day` is past, counted from the day
/// after it up to and with `today`.
///
/// # Errors
/// When a year between the two is not in the calendar.
pub fn working_days_between(today: Date, day: Date, calendar: &Calendar) -> Result<i64, ClockError> {
    let (earlier, later, sign) = if day >= today { (today, day, 1) } else { (day, today, -1) };
    let mut days = 0;
    let mut at = earlier;
    while at < later {
        at = at.tomorrow().map_err(|_| ClockError::OutsideDates { date: at, length: 1 })?;
        if calendar.not_working(at)?.is_none() {
            days += 1;
        }
    }
    Ok(sign * days)
}

/// How far off a bound day is, in the words that stand under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distance {
    /// That many working days past, 0 when only a weekend lies between.
    Past(i64),
    /// Today.
    Today,
    /// Tomorrow.
    Tomorrow,
    /// In that many working days, 0 when only a weekend lies between.
    In(i64),
}

impl std::fmt::Display for Distance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let days = |n: &i64| if *n == 1 { "day" } else { "days" };
        match self {
            Self::Past(n) => write!(f, "{n} working {} past", days(n)),
            Self::Today => f.write_str("today"),
            Self::Tomorrow => f.write_str("tomorrow"),
            Self::In(n) => write!(f, "in {n} working {}", days(n)),
        }
    }
}

/// How far `day` is from `today`: *in 9 working days*, *tomorrow*, *today*, *3 working days past*.
///
/// # Errors
/// When a year between the two is not in the calendar.
pub fn distance(today: Date, day: Date, calendar: &Calendar) -> Result<Distance, ClockError> {
    if day == today {
        return Ok(Distance::Today);
    }
    if today.tomorrow().is_ok_and(|tomorrow| tomorrow == day) {
        return Ok(Distance::Tomorrow);
    }
    let days = working_days_between(today, day, calendar)?;
    Ok(if day < today { Distance::Past(-days) } else { Distance::In(days) })
}
