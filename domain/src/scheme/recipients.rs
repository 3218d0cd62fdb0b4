//! Who receives a report, a request or a referral, and the clock that starts for each.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::clock::{Calendar, ClockError, FirstDay, Unit, Working, due};

/// A kind of recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Recipient {
    /// As addressees have it.
    pub code: String,
    /// For a person.
    pub label: String,
}

/// What was sent to a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Matter {
    /// A report with its recommendations.
    Report,
    /// A request for information.
    Information,
    /// A matter referred to the overview and scrutiny committee.
    Referral,
}

/// How sure the pack is of a rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The law was read.
    #[default]
    Read,
    /// Its exact words were not to be had; an administrator should look and may change it.
    Unverified,
    /// No law, but how it is done.
    Practice,
}

impl Confidence {
    /// Whether the law was read.
    #[must_use]
    pub const fn is_read(&self) -> bool {
        matches!(self, Self::Read)
    }
}

/// A clock: how long a recipient has, from when, and who says so (DOMAIN §2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClockRule {
    /// Its name, such as `provider-report-reply`.
    pub rule: String,
    /// What starts it.
    pub matter: Matter,
    /// What it binds whom to do.
    pub says: String,
    /// The day that starts it, in words.
    pub trigger: String,
    /// How many days.
    pub length: u32,
    /// Of what kind.
    pub unit: Unit,
    /// Whether the day of the trigger is day 1.
    pub first_day: FirstDay,
    /// The calendar that says which days work.
    pub calendar: String,
    /// Where it is written.
    pub citation: String,
    /// How sure that is.
    pub confidence: Confidence,
    /// Kinds of recipient bound by it; none in the one clock that binds nobody.
    pub recipients: Vec<String>,
}

impl ClockRule {
    /// Whether a law obliges the recipient: then the day is *due*, else *asked by*.
    #[must_use]
    pub fn obliges(&self) -> bool {
        !self.recipients.is_empty()
    }

    /// The due date of this clock started on `start`, with its working.
    ///
    /// # Errors
    /// When the calendar ends before that day.
    pub fn due(&self, start: Date, calendar: &Calendar) -> Result<Working, ClockError> {
        due(start, self.length, self.unit, self.first_day, calendar)
    }
}
