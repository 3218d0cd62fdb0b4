//! One line of a visit: when, on which tablet, by whom, and what was recorded.

use super::Written;
use domain::entry::{Arrival, Consent, Departure, Interpreter, Observation, Refusal, Tone, View};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// One recorded thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Its place in the file's list, from 0.
    pub line: usize,
    /// Local time (Europe/London).
    pub at: DateTime,
    /// The tablet's number in the file.
    pub tablet: u32,
    /// Who was writing on it.
    pub by: String,
    /// What.
    pub what: What,
}

impl Recorded {
    /// Whether the office would name it so.
    #[must_use]
    pub fn is(&self, written: Written) -> bool {
        let at = self.at;
        at.day() == written.day && at.hour() == written.time.hour() && at.minute() == written.time.minute()
    }
}

/// Somebody who wants to hear what became of their words; sealed on the tablet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Their name.
    pub name: String,
    /// How to reach them.
    pub how: String,
    /// What they want to hear.
    #[serde(default)]
    pub wants: String,
}

/// A rectangle to cover, in pixels of the upright picture at full size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cover {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
    /// What is covered.
    #[serde(default)]
    pub why: String,
}

/// What can be recorded on a visit.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// At the door.
    Arrival(Arrival),
    /// What was seen, heard, smelt.
    Observation(Observation),
    /// What somebody said, with how to reach them where they wished it.
    View(View, Option<Contact>),
    /// A picture from a file.
    Photo(PhotoFile),
    /// A field of the visit's summary.
    SummaryEdit(SummaryEdit),
    /// Something worrying, for the safeguarding lead.
    Concern(Concern),
    /// Not let in, or asked to leave.
    Refusal(Refusal),
    /// On leaving.
    Departure(Departure),
    /// The tablet has signal now.
    Sync,
}

impl What {
    /// Its kind, as the file writes it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Arrival(_) => "arrival",
            Self::Observation(_) => "observation",
            Self::View(..) => "view",
            Self::Photo(_) => "photo",
            Self::SummaryEdit(_) => "summary edit",
            Self::Concern(_) => "concern",
            Self::Refusal(_) => "refusal",
            Self::Departure(_) => "departure",
            Self::Sync => "sync",
        }
    }
}

impl What {
    /// The words that it is told in; empty where it has none.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::Observation(seen) => &seen.words,
            Self::View(view, _) => &view.words,
            Self::Photo(photo) => &photo.shows,
            Self::SummaryEdit(edit) => &edit.words,
            Self::Concern(concern) => &concern.words,
            Self::Refusal(refusal) => &refusal.words,
            Self::Arrival(_) | Self::Departure(_) | Self::Sync => "",
        }
    }
}

/// Every kind that a file may name.
pub(super) const KINDS: [&str; 9] =
    ["arrival", "observation", "view", "photo", "summary edit", "concern", "refusal", "departure", "sync"];

/// A photo's file with what the writer says about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhotoFile {
    /// The file; once read, a path that exists.
    pub file: PathBuf,
    /// A line for under the picture.
    #[serde(default)]
    pub caption: String,
    /// Who said yes.
    pub permission: String,
    /// What it shows.
    #[serde(default)]
    pub shows: String,
    /// What to cover.
    #[serde(default)]
    pub redact: Vec<Cover>,
    /// Where it was taken.
    #[serde(default)]
    pub area: Option<String>,
    /// What about.
    #[serde(default)]
    pub theme: Option<String>,
}

/// One whole value of a field of the visit's summary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryEdit {
    /// Which field: `overall impression`.
    pub field: String,
    /// The value.
    pub words: String,
}

/// A safeguarding concern as the file tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concern {
    /// What was seen or heard.
    pub words: String,
    /// About whom.
    #[serde(default)]
    pub about: String,
    /// Who was told.
    #[serde(default)]
    pub told: String,
}

/// A view as the file writes it: the notebook's fields, and the contact that the notebook never has.
#[derive(Serialize, Deserialize)]
pub(super) struct ViewLine {
    speaker: String,
    consent: Consent,
    #[serde(default)]
    words: Option<String>,
    #[serde(default)]
    tone: Option<Tone>,
    #[serde(default)]
    theme: Option<String>,
    #[serde(default)]
    area: Option<String>,
    #[serde(default)]
    service: Option<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    interpreter: Option<Interpreter>,
    #[serde(default)]
    others_could_hear: bool,
    #[serde(default)]
    contact: Option<Contact>,
}

impl ViewLine {
    /// The view and its contact.
    ///
    /// # Errors
    /// No words where the answer was such that words are kept.
    pub(super) fn parts(self) -> Result<(View, Option<Contact>), String> {
        let words = match self.words {
            Some(words) => words,
            None if !self.consent.keeps_words() => String::new(),
            None => return Err("the field `words` is missing".into()),
        };
        let view = View {
            words,
            speaker: self.speaker,
            consent: self.consent,
            tone: self.tone,
            theme: self.theme,
            area: self.area,
            service: self.service,
            language: self.language,
            interpreter: self.interpreter,
            others_could_hear: self.others_could_hear,
            released: false,
            by_themselves: false,
        };
        Ok((view, self.contact))
    }
}
