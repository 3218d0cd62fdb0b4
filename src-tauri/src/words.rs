//! What the screens say in the pack's own words: the words to read aloud, reasons for a no, kinds of people, steps.
//!
//! Only what is shown; rules stay in the pack and in `domain`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The shown part of a pack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct PackWords {
    /// How the pack asks for consent.
    pub consent: ConsentWords,
    /// Why a visit may be refused.
    pub grounds: Vec<GroundWords>,
    /// Kinds of people.
    pub speakers: Vec<Named>,
    /// What to do about something that worries.
    pub safeguarding: WorryWords,
    /// Ways in which people take part (GR 3.3).
    pub methods: Vec<MethodWords>,
    /// Roles.
    pub roles: Vec<Role>,
}

/// How the pack asks for consent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ConsentWords {
    /// The words to read aloud.
    pub read_aloud: String,
    /// The same in easy words, a line each.
    pub easy: Vec<String>,
    /// The answers, in the order in which they are asked.
    pub answers: Vec<AnswerWords>,
}

/// One answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct AnswerWords {
    /// As it stands in the notebook.
    pub code: String,
    /// `Quote me`.
    pub label: String,
    /// What it does, for the writer.
    pub does: String,
    /// What it does, for the person; empty where it is not offered.
    pub aloud: String,
}

/// One reason for a no.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct GroundWords {
    /// `a`.
    pub letter: String,
    /// In plain words.
    pub plain: String,
    /// In the law's words.
    pub law: String,
    /// Where it stands.
    pub citation: String,
}

/// A code and what people call it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Named {
    /// As it stands in the notebook.
    pub code: String,
    /// What people call it.
    pub label: String,
}

/// A way in which people take part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct MethodWords {
    /// As it stands in the notebook.
    pub code: String,
    /// What people call it.
    pub label: String,
    /// What it means, in plain words.
    pub plain: String,
}

/// A role and what people call it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Role {
    /// As the office has it.
    pub name: String,
    /// What people call it.
    pub label: String,
}

/// What to do about something that worries; `{lead}` and `{phone}` stand for the lead's name and number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct WorryWords {
    /// That it has reached nobody, and whom to ring.
    pub not_reached: String,
    /// The same where no lead is set up; `{phone}` is then the office's.
    pub no_lead: String,
    /// Short steps.
    pub steps: Vec<String>,
    /// What sealing means.
    pub sealed: String,
}

impl PackWords {
    /// Reads the shown part out of a pack's JSON text; nothing where it is not readable, and the screens then say so.
    #[must_use]
    pub fn read(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_pack_with_more_than_the_screens_show_is_read_all_the_same() {
        let words = PackWords::read(r#"{"id":"x","clocks":[1],"consent":{"read_aloud":"May we?","not_asked":"…"}}"#);
        assert_eq!(words.unwrap().consent.read_aloud, "May we?");
        assert_eq!(PackWords::read("not a pack"), None);
    }

    #[test]
    fn the_shipped_pack_says_everything_that_a_screen_asks_it_for() {
        let words = PackWords::read(include_str!("../../schemes/link-2008.json")).unwrap();
        assert!(
            words.safeguarding.not_reached.contains("{lead}") && words.safeguarding.not_reached.contains("{phone}")
        );
        assert!(!words.safeguarding.no_lead.is_empty());
        assert!(words.methods.iter().all(|m| !m.code.is_empty() && !m.label.is_empty() && !m.plain.is_empty()));
        assert_eq!(words.methods.len(), 5);
    }
}
