//! What the screens say in the pack's own words: the words to read aloud, reasons for a no, kinds of people, steps.
//!
//! Only what is shown; rules stay in the pack and in `domain`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The shown part of a pack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct PackWords {
    /// Id and version, as notes carry them: `link-2008/2`.
    pub stamp: String,
    /// What things are called.
    pub names: NameWords,
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
    /// What people are asked about themselves, on a sheet that is tied to nobody.
    pub equality: EqualityWords,
    /// Of the packs that were in use before, what notes are read by: each in the words that it was written under.
    pub before: Vec<WordsBefore>,
}

/// What notes that were written under an older pack are read by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct WordsBefore {
    /// Id and version, as notes carry them: `link-2008/1`.
    pub stamp: String,
    /// How it asked for consent.
    pub consent: ConsentWords,
    /// Why a visit could be refused.
    pub grounds: Vec<GroundWords>,
    /// Kinds of people.
    pub speakers: Vec<Named>,
}

/// What things are called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct NameWords {
    /// What somebody shows at the door: `authority card`; empty in packs that are older than the word.
    pub card: String,
    /// What the card says, before the name of the place: `may enter and view`.
    pub may: String,
}

/// What an equality sheet asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct EqualityWords {
    /// The answer of who was asked and would rather not.
    pub prefer_not_to_say: String,
    /// What is asked about.
    pub strands: Vec<StrandWords>,
}

/// One thing that an equality sheet asks about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct StrandWords {
    /// As sheets have it.
    pub code: String,
    /// What people call it.
    pub label: String,
    /// Answers to offer; none where people use their own words.
    pub answers: Vec<String>,
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
    pub fn read(stamp: &str, json: &str) -> Option<Self> {
        let words: Self = serde_json::from_str(json).ok()?;
        Some(Self { stamp: stamp.to_owned(), before: Vec::new(), ..words })
    }

    /// With the words of packs that were in use before, by their stamps.
    #[must_use]
    pub fn after(self, before: &[(String, String)]) -> Self {
        let read = |(stamp, json): &(String, String)| {
            let words: WordsBefore = serde_json::from_str(json).ok()?;
            Some(WordsBefore { stamp: stamp.clone(), ..words })
        };
        Self { before: before.iter().filter_map(read).collect(), ..self }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn a_pack_with_more_than_the_screens_show_is_read_all_the_same() {
        let words = r#"{"id":"x","clocks":[1],"consent":{"read_aloud":"May we?","not_asked":"…"}}"#;
        assert_eq!(PackWords::read("x/1", words).unwrap().consent.read_aloud, "May we?");
        assert_eq!(PackWords::read("x/1", "not a pack"), None);
    }

    #[test]
    fn the_shipped_packs_say_everything_that_a_screen_asks_them_for() {
        for id in domain::scheme::Scheme::embedded_ids() {
            let pack = domain::scheme::Scheme::embedded(id).unwrap();
            let words = PackWords::read(&pack.stamp(), &serde_json::to_string(pack).unwrap()).unwrap();
            assert!(
                words.safeguarding.not_reached.contains("{lead}") && words.safeguarding.not_reached.contains("{phone}")
            );
            assert!(!words.safeguarding.no_lead.is_empty());
            assert!(!words.equality.prefer_not_to_say.is_empty() && words.equality.strands.len() >= 5, "{id}");
            assert!(!words.names.card.is_empty() && !words.names.may.is_empty(), "{id}");
            assert!(words.methods.iter().all(|m| !m.code.is_empty() && !m.label.is_empty() && !m.plain.is_empty()));
            assert_eq!((words.methods.len(), words.stamp.as_str()), (5, pack.stamp().as_str()));
        }
    }

    #[test]
    fn a_note_finds_the_words_of_the_pack_it_was_written_under() {
        let pack = |words: &str| format!(r#"{{"grounds":[{{"letter":"e","plain":"{words}"}}]}}"#);
        let now = PackWords::read("x/2", &pack("now"))
            .unwrap()
            .after(&[("x/1".into(), pack("then")), ("x/0".into(), "no".into())]);
        assert_eq!(now.before.iter().map(|words| words.stamp.as_str()).collect::<Vec<_>>(), ["x/1"]);
        assert_eq!((now.grounds[0].plain.as_str(), now.before[0].grounds[0].plain.as_str()), ("now", "then"));
    }
}
