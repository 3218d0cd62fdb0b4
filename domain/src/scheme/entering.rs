//! What the pack says of going in: kinds of place, where there is no right to go, why they may say no, what to look
//! for, and what to do when something worries somebody.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Confidence;

/// Whether there is a right to enter a kind of place at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Right {
    /// There is, but for what `no_right` names.
    Yes,
    /// There is not; one may be asked in.
    No,
}

/// A kind of place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PlaceKind {
    /// As places have it: `care home`, `GP practice`.
    pub code: String,
    /// As a heading.
    pub label: String,
    /// Whether there is a right to enter.
    pub right: Right,
    /// Why not, and what is possible all the same; there when `right` is no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub why_not: Option<String>,
    /// Areas to offer.
    pub areas: Vec<String>,
    /// Codes of speakers to offer, at most six; *someone else* is added.
    pub speakers: Vec<String>,
    /// Kinds of speaker that are one in print, so that none could be one person.
    pub merged: Vec<Printed>,
    /// What the stopwatch measures here: *bell*, *queue*.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub stopwatch: Option<String>,
    /// Codes of where there is no right to go here.
    pub no_right: Vec<String>,
}

/// Speakers that are printed under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Printed {
    /// Their codes.
    pub speakers: Vec<String>,
    /// *Residents and relatives*.
    pub label: String,
}

/// A ground on which the duty to let us in falls away (SI 2008/915 reg 3, SI 2013/351 reg 11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Ground {
    /// One small letter, as notebooks have it.
    pub letter: String,
    /// For the tablet.
    pub plain: String,
    /// As the law has it.
    pub law: String,
    /// Where.
    pub citation: String,
    /// How sure the pack is of it; left out where the law was read.
    #[serde(default, skip_serializing_if = "Confidence::is_read")]
    #[ts(as = "Option<Confidence>", optional)]
    pub confidence: Confidence,
}

/// Somewhere there is no right to go. Being asked in is another matter, and says under what conditions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoRight {
    /// Lower-case English.
    pub code: String,
    /// For the tablet.
    pub plain: String,
    /// When one may go all the same; empty for never.
    pub unless: String,
    /// As the law has it.
    pub law: String,
    /// Where.
    pub citation: String,
    /// How sure the pack is of it; left out where the law was read.
    #[serde(default, skip_serializing_if = "Confidence::is_read")]
    #[ts(as = "Option<Confidence>", optional)]
    pub confidence: Confidence,
}

/// Something to look for or to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChecklistQuestion {
    /// Stable from version to version.
    pub code: String,
    /// The theme it points to.
    pub theme: String,
    /// The question.
    pub ask: String,
    /// Kinds of place it is for; none for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
}

/// What stands on the screen of something that worries somebody. `{lead}` and `{phone}` are filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Safeguarding {
    /// First, while there is no signal.
    pub not_reached: String,
    /// Instead, where no lead is set up.
    pub no_lead: String,
    /// What to do, in order.
    pub steps: Vec<String>,
    /// Who can read it.
    pub sealed: String,
}
