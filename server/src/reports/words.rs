//! The fixed words of a report (*Where*, *We saw*, *No answer by …*), one file for each language under `templates/report/`.
//! What a person wrote is never here; how a thing looks is the writers' business.

use anyhow::Context as _;
use serde::Deserialize;

use super::model::{Due, DueKind, How};

/// Every fixed word that a report prints. Fields are named after what they say; `{…}` is filled in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub r#where: String,
    pub when: String,
    pub who: String,
    pub found: String,
    pub ask: String,
    pub by_when: String,
    pub due_on: String,
    pub asked_by: String,
    pub for_whom: String,
    pub finding: String,
    pub rests_on_one: String,
    pub rests_on: String,
    pub we: String,
    pub seen: String,
    pub heard: String,
    pub smelt: String,
    pub told: String,
    pub read: String,
    pub and: String,
    pub we_noted: String,
    pub quote_open: String,
    pub quote_close: String,
    pub withheld_quote: String,
    pub withheld_photo: String,
    pub missing_photo: String,
    pub undescribed_photo: String,
    pub photo_permission: String,
    pub differ: String,
    pub differ_printed: String,
    pub asks_caption: String,
    pub number: String,
    pub we_ask: String,
    pub ask_by: String,
    pub answer: String,
    pub your_answer: String,
    pub your_answer_due: String,
    pub your_answer_asked: String,
    pub will: String,
    pub in_part: String,
    pub will_not: String,
    pub answer_by_when: String,
    pub done_by: String,
    pub answered_on: String,
    pub no_answer: String,
    pub name_and_office: String,
    pub date: String,
    pub refused: String,
    pub cut_short: String,
    pub ground: String,
    pub what_happened: String,
    pub said_by: String,
    pub rule: String,
    pub page_of: String,
}

impl Words {
    /// The words for a language; those of `en-GB` where it has no file yet.
    pub fn of(_language: &str) -> anyhow::Result<Self> {
        serde_json::from_str(include_str!("../../templates/report/words.en-GB.json"))
            .context("the report's fixed words (templates/report/words.en-GB.json) could not be read")
    }

    /// *We saw and heard*; *We noted* where nobody said how.
    pub fn how(&self, how: &[How]) -> String {
        let verbs: Vec<&str> = how.iter().map(|h| self.verb(*h)).collect();
        match verbs.split_last() {
            None => self.we_noted.clone(),
            Some((last, [])) => format!("{} {last}", self.we),
            Some((last, before)) => {
                format!("{} {} {} {last}", self.we, before.join(", "), self.and)
            }
        }
    }

    fn verb(&self, how: How) -> &str {
        match how {
            How::Seen => &self.seen,
            How::Heard => &self.heard,
            How::Smelt => &self.smelt,
            How::Told => &self.told,
            How::Read => &self.read,
        }
    }

    /// *Due on …* where a law obliges, else *Asked for by …*.
    pub fn due(&self, due: &Due) -> String {
        let pattern = match due.kind {
            DueKind::Due => &self.due_on,
            DueKind::Asked => &self.asked_by,
        };
        fill(pattern, "date", &due.on)
    }

    /// *Rests on 7 notes*.
    pub fn rests(&self, notes: u32) -> String {
        if notes == 1 { self.rests_on_one.clone() } else { fill(&self.rests_on, "n", &notes.to_string()) }
    }
}

/// Puts a value in the place of `{name}`; the value is not looked into again.
pub fn fill(pattern: &str, name: &str, value: &str) -> String {
    pattern.replace(&format!("{{{name}}}"), value)
}
