//! What the pack says of reports, of equality monitoring, and of the year's account.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::clock::Unit;

/// Sections and standing words of a report. `{place}`, `{network}`, `{host}`, `{date}`, `{ground}` and `{citation}` are
/// filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ReportWording {
    /// Its title.
    pub title: String,
    /// At the foot of every page.
    pub footer: String,
    /// How long the provider has to check facts.
    pub facts_window: FactsWindow,
    /// In order.
    pub sections: Vec<Section>,
    /// Beside a recommendation that nobody answered.
    pub no_answer: String,
    /// Of a visit that was broken off.
    pub cut_short: String,
    /// Of a visit that was not let in.
    pub refused: String,
    /// Under every table of views (GR 5.10 v).
    pub experts_by_experience: String,
}

/// How long the provider has to say which facts are wrong. Facts only, no veto.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FactsWindow {
    /// How many days.
    pub length: u32,
    /// Of what kind.
    pub unit: Unit,
    /// What is asked of the provider.
    pub asks: String,
}

/// A section of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// What belongs in it.
    pub code: String,
    /// Its heading.
    pub heading: String,
    /// The words that every report has there; empty where there are none.
    pub standing: String,
}

/// Equality monitoring: on a sheet of its own, tied to no name; small numbers are hidden (DOMAIN §4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Equality {
    /// The answer of who was asked and would rather not.
    pub prefer_not_to_say: String,
    /// What stands where nobody asked: another thing.
    pub not_asked: String,
    /// The smallest number printed as one; 1 up to this is a star.
    pub smallest_shown: u32,
    /// Others are rounded to this.
    pub round_to: u32,
    /// What is asked about.
    pub strands: Vec<Strand>,
}

/// One thing that equality monitoring asks about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Strand {
    /// As sheets have it.
    pub code: String,
    /// For a person.
    pub label: String,
    /// Answers to offer; none where people use their own words.
    pub answers: Vec<String>,
    /// Where it comes from.
    pub citation: String,
}

/// When the year's account is due and what must be in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AnnualReport {
    /// Month, 1 to 12.
    pub due_month: i8,
    /// Day of that month.
    pub due_day: i8,
    /// Where it is written.
    pub citation: String,
    /// What is in it.
    pub contents: Vec<String>,
}
