//! What a report prints in rows: recommendations with their answers, tables of counts, a refusal by its ground.
//! Dates arrive written out; which date binds whom is the domain's clock to say.

use serde::{Deserialize, Serialize};

use super::Run;

/// A date, and whether it binds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Whether a law obliges.
    pub kind: DueKind,
    /// The day written out: *Wednesday 30 December 2026*.
    pub on: String,
}

impl Due {
    /// A date that a law sets.
    #[expect(clippy::self_named_constructors, reason = "beside *asked*, *due* is the field's word for it")]
    pub fn due(on: impl Into<String>) -> Self {
        Self { kind: DueKind::Due, on: on.into() }
    }

    /// A date that we ask for where no law obliges.
    pub fn asked(on: impl Into<String>) -> Self {
        Self { kind: DueKind::Asked, on: on.into() }
    }
}

/// Whether a date binds its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueKind {
    /// A law obliges: *due on*.
    Due,
    /// No law obliges: *asked for by*, never *due*.
    Asked,
}

/// What we ask, of whom, and what they answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recommendations {
    /// The recommendations in order of number.
    pub rows: Vec<Recommendation>,
    /// How to answer, below the table, while answers are awaited: *Please answer in writing to Sutton LINk.*
    pub how_to_answer: Option<String>,
}

/// One recommendation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recommendation {
    /// Its number, from 1.
    pub number: u32,
    /// To whom: *Beechway Care Ltd*.
    pub to: String,
    /// What we ask.
    pub text: String,
    /// The day by which we ask for it, written out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// By when an answer is due or asked for; absent in a draft.
    pub due: Option<Due>,
    /// What came.
    pub answer: Answer,
}

/// What stands beside a recommendation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// Nothing yet: three boxes and lines to write on.
    Awaited,
    /// Their answer.
    Given {
        /// Which of the three.
        choice: Choice,
        /// Their words.
        words: String,
        /// By when they will have done it, written out.
        by_when: Option<String>,
        /// The day they answered, written out.
        on: String,
    },
    /// The date went by: *No answer by Wednesday 30 December 2026*.
    Missing {
        /// The date that went by, written out.
        by: String,
    },
}

/// The three answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// *We will.*
    Will,
    /// *In part.*
    InPart,
    /// *We will not.*
    WillNot,
}

/// A table with a caption and one header row; the first cell of a row names the row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What the table shows.
    pub caption: String,
    /// The heads of its columns.
    pub header: Vec<String>,
    /// The rows, each as long as the header; small numbers are already hidden.
    pub rows: Vec<Vec<String>>,
    /// A sentence below it: *These are people who chose to speak to us, not a sample.*
    pub note: Option<String>,
}

/// A visit that was refused or cut short, by its ground.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// Whether the team was inside already.
    pub cut_short: bool,
    /// The ground's letter: *a*.
    pub ground: String,
    /// The ground in the pack's words.
    pub ground_words: String,
    /// Where the law says so: *SI 2008/915 reg 3(2)(a)*.
    pub citation: String,
    /// What was said or happened.
    pub runs: Vec<Run>,
    /// Who said it, by office: *practice manager*.
    pub said_by: String,
    /// When, written out.
    pub when: String,
}
