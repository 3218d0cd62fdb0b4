//! A scenario file as typed things: who, where, what was recorded when on which tablet, what the office does with it.
//!
//! Everything is read and checked before anything is played, so that a bad file leaves nothing half done.
//! Words of the scheme (speakers, grounds) are checked against a [`Vocabulary`]; themes and areas are free words.

mod check;
mod entry;
mod office;
mod reading;

pub use check::Vocabulary;
pub use entry::{Concern, Contact, Cover, PhotoFile, Recorded, SummaryEdit, What};
pub use office::{Dated, Finding, Office, Promise, Recommendation, Settled, Step, TeamAnswer, Will, Written};
pub use reading::Refused;

use jiff::civil::Date;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A small month for a story of its own: one visit of Asha and Tom, and a note of each.
pub const HAZEL_COURT: &str = r#"{
    "organisation": {"name": "Sutton LINk", "scheme": "link-2008", "host": "SCVS"},
    "people": [
        {"name": "Samuel Osei", "role": "host administrator"}, {"name": "Priya Nair", "role": "host officer"},
        {"name": "Femi Adewale", "role": "safeguarding lead"},
        {"name": "Asha Patel", "role": "authorised representative", "check_seen": "2026-01-12",
         "valid_until": "2029-03-01", "trained": "2026-01-20", "code_signed": "2026-01-20"},
        {"name": "Tom Okafor", "role": "authorised representative", "check_seen": "2026-01-12",
         "valid_until": "2029-03-01", "trained": "2026-01-20", "code_signed": "2026-01-20"}
    ],
    "places": [{"name": "Hazel Court", "kind": "care home"}],
    "visits": [{
        "place": "Hazel Court", "announcement": "announced", "purpose": "evenings",
        "team": ["Asha Patel", "Tom Okafor"], "lead": "Asha Patel",
        "entries": [
            {"at": "2026-11-10T10:02", "tablet": 1, "by": "Asha Patel", "kind": "arrival", "told": "nurse", "shown": "card"},
            {"at": "2026-11-10T10:20", "tablet": 2, "by": "Tom Okafor", "kind": "observation", "words": "Level threshold."},
            {"at": "2026-11-10T10:40", "tablet": 1, "kind": "sync"}
        ]
    }]
}"#;

/// The organisation whose month it is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Organisation {
    /// `Sutton LINk`.
    pub name: String,
    /// The pack's id, `link-2008`.
    pub scheme: String,
    /// The body that supports it.
    pub host: String,
}

/// Somebody who works with the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Person {
    /// Their name, by which the rest of the file knows them.
    pub name: String,
    /// A role of the pack.
    pub role: String,
    /// When a criminal record check was seen.
    pub check_seen: Option<Date>,
    /// The last day of their authority.
    pub valid_until: Option<Date>,
    /// When they were trained.
    pub trained: Option<Date>,
    /// When they signed the code of conduct.
    pub code_signed: Option<Date>,
    /// Interests that they declared, in words.
    #[serde(default)]
    pub interests: Vec<String>,
    /// A safeguarding lead's number.
    pub phone: Option<String>,
    /// What an attempt to assign them must answer; somebody with this is put forward for a visit.
    pub expect: Option<String>,
}

/// Where a visit goes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Place {
    /// Its name, by which visits know it.
    pub name: String,
    /// A kind of the pack: `care home`.
    pub kind: String,
    /// Who runs it.
    pub provider: Option<String>,
    /// Who pays for it.
    pub commissioner: Option<String>,
    /// Its address in one line.
    pub address: Option<String>,
    /// Its postcode.
    pub postcode: Option<String>,
    /// Its code in the directory of `from`.
    pub ods: Option<String>,
    /// A directory file, beside the scenario; found and readable.
    pub from: Option<PathBuf>,
}

/// One visit with all that was recorded on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// A place of the file.
    pub place: String,
    /// `announced`, `unannounced`, `within a window`.
    pub announcement: String,
    /// Why.
    pub purpose: String,
    /// Who goes, by name.
    pub team: Vec<String>,
    /// Who leads, one of the team.
    pub lead: String,
    /// When, in words: `2026-11-10 morning`; empty where the entries' days say it.
    pub sessions: Vec<String>,
    /// In order of time.
    pub entries: Vec<Recorded>,
}

/// A stall or group, with what people said there.
#[derive(Clone, Debug, PartialEq)]
pub struct Outreach {
    /// What it was.
    pub event: String,
    /// The day.
    pub date: Date,
    /// A method of the pack.
    pub method: String,
    /// How many were there.
    pub present: u32,
    /// Who was there for us.
    pub by: String,
    /// On which tablet.
    pub tablet: u32,
    /// What people said, in order.
    pub views: Vec<(domain::entry::View, Option<Contact>)>,
    /// Equality monitoring, tied to nobody: strand → answer.
    pub equality_sheets: Vec<BTreeMap<String, String>>,
}

/// A presentation: a count of people, and no views.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Presentation {
    /// To whom.
    pub group: String,
    /// The day.
    pub date: Date,
    /// How many were there.
    pub present: u32,
    /// A method of the pack.
    pub method: String,
}

/// A whole scenario, read and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The file it was read from.
    pub file: PathBuf,
    /// Whose month it is.
    pub organisation: Organisation,
    /// Everybody, by the file's order.
    pub people: Vec<Person>,
    /// Everywhere, by the file's order.
    pub places: Vec<Place>,
    /// Visits, by the file's order.
    pub visits: Vec<Visit>,
    /// Stalls and groups.
    pub outreach: Vec<Outreach>,
    /// Presentations.
    pub presentations: Vec<Presentation>,
    /// What the office does; a file may end at the tablets.
    pub office: Option<Office>,
    /// Fields that no version of the shape knows, passed over; for whoever plays the file to say.
    pub passed_over: Vec<String>,
}

impl Scenario {
    /// Reads `file`, and looks at every photo and directory file that it names.
    ///
    /// # Errors
    /// The first thing that is not as it must be, with the file, the entry's number and the reason.
    pub fn read(file: &Path, words: &Vocabulary) -> Result<Self, Refused> {
        reading::read(file, words)
    }

    /// Every tablet that the file names, in order of number.
    #[must_use]
    pub fn tablets(&self) -> BTreeSet<u32> {
        let on_visits = self.visits.iter().flat_map(|v| v.entries.iter().map(|e| e.tablet));
        on_visits.chain(self.outreach.iter().map(|o| o.tablet)).collect()
    }

    /// The visit that the office's report is about: the one whose place its title names, or else the first.
    #[must_use]
    pub fn reported_visit(&self) -> Option<usize> {
        let title = &self.office.as_ref()?.report;
        let named = self.visits.iter().position(|v| title.contains(&v.place));
        named.or_else(|| (!self.visits.is_empty()).then_some(0))
    }
}
