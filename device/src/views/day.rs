//! What a visit's page shows of the day itself: what there is to ask and to time, who is there, where nobody went.

use domain::entry::Millis;
use domain::ids::PersonId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a visit's day is made of beside its notes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Day {
    /// The pack's questions for this kind of place.
    pub questions: Vec<Question>,
    /// What is timed at this kind of place: `bell`, `queue`.
    pub stopwatch: Option<String>,
    /// Where nobody went, and why.
    pub not_seen: Vec<NotSeen>,
    /// Who said that no photos are wanted.
    pub no_photos: Option<NoPhotos>,
    /// The team, and who was added, each with when they came and left.
    pub there: Vec<There>,
    /// Each change of the lead.
    pub leads: Vec<Led>,
    /// Who waited outside.
    pub outside: Vec<Outside>,
    /// Mileage and hours that somebody wrote down.
    pub travel: Vec<Travel>,
}

/// Somebody's way there and back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Travel {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// As they wrote it.
    pub miles: String,
    /// As they wrote it.
    pub hours: String,
}

/// A question of the pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Question {
    /// Its code.
    pub code: String,
    /// The question.
    pub ask: String,
    /// What it is about.
    pub theme: String,
    /// How many notes answer it.
    pub noted: u32,
}

/// A place where nobody went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NotSeen {
    /// Where.
    pub area: String,
    /// Why.
    pub why: String,
    /// Who wrote it down.
    pub name: String,
}

/// No photos are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoPhotos {
    /// Who said so.
    pub said_by: String,
    /// Who wrote it down.
    pub name: String,
    /// When.
    #[ts(type = "number")]
    pub at: Millis,
}

/// Somebody of the team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct There {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// When they came last.
    #[ts(type = "number | null")]
    pub from: Option<Millis>,
    /// When they left after that.
    #[ts(type = "number | null")]
    pub until: Option<Millis>,
    /// They were added on the day.
    pub added: bool,
}

/// A change of the lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Led {
    /// Who leads from then on.
    pub name: String,
    /// Why.
    pub why: String,
    /// Who wrote it down.
    pub by: String,
    /// When.
    #[ts(type = "number")]
    pub at: Millis,
}

/// Somebody who came and was not let join.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Outside {
    /// Their name.
    pub name: String,
    /// Why.
    pub why: String,
    /// When it was written down.
    #[ts(type = "number")]
    pub at: Millis,
}

/// Whether somebody who came could be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MayJoin {
    /// Their authority is on this tablet and holds today, and the office knows of no interest that stands against it.
    Yes,
    /// The last day of their authority is past, or none is known here.
    Lapsed,
    /// The office has not said that they may go to this place.
    NotCleared,
}

/// Somebody who could have come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Another {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Whether they could be added.
    pub may: MayJoin,
}
