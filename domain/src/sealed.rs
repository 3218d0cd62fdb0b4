//! What is never in a notebook, because a notebook's history is forever: concerns, contact details, equality sheets.
//!
//! Only their plain shapes live here. The tablet seals them (`device::sealed`), the server opens by role (`server::sealed`).

use crate::entry::Millis;
use crate::ids::{EntryId, NotebookId, PersonId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Something that worries a representative; for the safeguarding lead and nobody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Concern {
    /// What was seen or heard, in exact words.
    pub words: String,
    /// About whom.
    #[serde(default)]
    pub about: String,
    /// Who was told and when.
    #[serde(default)]
    pub told: String,
    /// Who writes.
    pub by: PersonId,
    /// When, by the tablet's clock.
    #[ts(type = "number")]
    pub at: Millis,
    /// During which visit or event.
    pub notebook: Option<NotebookId>,
}

/// How to reach somebody who wants to hear what became of their words; opened at the desk only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Contact {
    /// Their name.
    pub name: String,
    /// How to reach them: a number, an address, *by post*.
    pub how: String,
    /// What they want to hear.
    #[serde(default)]
    pub wants: String,
    /// The view that they gave, if any.
    pub view: Option<EntryId>,
    /// In which notebook.
    pub notebook: Option<NotebookId>,
}

/// Equality monitoring: a random id, its event and month and nothing else (`DOMAIN` §4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EqualitySheet {
    /// The event.
    pub event: NotebookId,
    /// `YYYY-MM`.
    pub month: String,
    /// Strand → answers; a strand that is absent was not asked, *prefer not to say* is an answer.
    pub answers: std::collections::BTreeMap<String, Answers>,
}

/// What somebody answered about one strand. One answer is written as a text, several as a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(from = "OneOrSeveral", into = "OneOrSeveral")]
#[ts(type = "string | string[]")]
pub struct Answers(pub Vec<String>);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum OneOrSeveral {
    One(String),
    Several(Vec<String>),
}

impl From<OneOrSeveral> for Answers {
    fn from(written: OneOrSeveral) -> Self {
        Self(match written {
            OneOrSeveral::One(answer) => vec![answer],
            OneOrSeveral::Several(answers) => answers,
        })
    }
}

impl From<Answers> for OneOrSeveral {
    fn from(Answers(mut answers): Answers) -> Self {
        match (answers.len(), answers.pop()) {
            (1, Some(answer)) => Self::One(answer),
            (_, last) => {
                answers.extend(last);
                Self::Several(answers)
            }
        }
    }
}

/// Which door a sealed record goes through, and so whose key it is sealed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SealedKind {
    /// To each safeguarding lead's own key.
    Concern,
    /// To the desk's key.
    Contact,
    /// To the desk's key, shuffled with its event's others.
    Equality,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn one_answer_is_read_as_it_was_always_written_and_several_as_a_list() {
        let json = r#"{"age":"65-79","disability":["hearing","physical"],"gender":[]}"#;
        let read: std::collections::BTreeMap<String, Answers> = serde_json::from_str(json).unwrap();
        let several = |answers: &[&str]| Answers(answers.iter().map(|one| (*one).to_owned()).collect());
        assert_eq!(read["age"], several(&["65-79"]));
        assert_eq!(read["disability"], several(&["hearing", "physical"]));
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }
}
