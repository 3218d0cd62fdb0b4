//! What people do to a report, one variant for each step, in the words that the steps have on paper.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Answerer, FactDecision, Promise, Receipt, Room};
use crate::authorisation::RefusedAssignment;

/// Something done to a report on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do")]
pub enum Deed {
    /// The draft was given to those who went, to read: from here on their silence counts.
    #[serde(rename = "shown to the team")]
    ShownToTeam {
        /// The day.
        on: Date,
    },
    /// Those who went have read it.
    #[serde(rename = "read by the team")]
    ReadByTeam {
        /// The day.
        on: Date,
        /// Who said what.
        answers: Vec<TeamAnswer>,
    },
    /// Somebody checked it for consent, names, and who could have said this.
    #[serde(rename = "checked")]
    Checked {
        /// The day.
        on: Date,
        /// Who.
        by: String,
        /// The digest of the words that lay before them.
        digest: String,
    },
    /// It went to the provider, to say which facts are wrong.
    #[serde(rename = "sent for facts")]
    SentForFacts {
        /// The day.
        on: Date,
        /// The last day to say so.
        until: Date,
    },
    /// The provider said that a fact is wrong; the same words again carry what became of it.
    #[serde(rename = "fact answered")]
    FactAnswered {
        /// The day.
        on: Date,
        /// Who.
        by: String,
        /// What they say.
        says: String,
        /// What was changed, or why nothing was, once somebody decided.
        #[serde(default)]
        outcome: Option<String>,
        /// Which of the two.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decided: Option<FactDecision>,
        /// Who said so for them, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        given_by: Option<Answerer>,
    },
    /// The provider said that the facts are right.
    #[serde(rename = "facts agreed")]
    FactsAgreed {
        /// The day.
        on: Date,
        /// Who.
        by: String,
        /// Who said so for them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        given_by: Option<Answerer>,
    },
    /// The steering group signed these words off, at a meeting or by the member it delegated that to.
    #[serde(rename = "signed off")]
    SignedOff {
        /// The day.
        on: Date,
        /// Who.
        by: String,
        /// The meeting or delegation it rests on.
        under: String,
        /// The digest of the words that lay before them.
        digest: String,
        /// The roles that they hold, by the pack's names.
        #[serde(default)]
        roles: Vec<String>,
        /// The day they left, where they have.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        left: Option<Date>,
        /// Whether they say that they wrote none of it and have no interest in the place or in who runs it.
        #[serde(default)]
        declares: bool,
        /// Who was there when it was decided.
        #[serde(default, skip_serializing_if = "Room::is_empty")]
        room: Room,
        /// What stands against their signing, as `authorisation` judges it. No history keeps it: it names checks.
        #[serde(skip)]
        unfit: Vec<RefusedAssignment>,
        /// Those who were there and have declared an interest in the place or in who runs it.
        #[serde(skip)]
        interested: Vec<String>,
    },
    /// It went to those it is addressed to.
    #[serde(rename = "sent")]
    Sent {
        /// The day.
        on: Date,
        /// To whom.
        to: Vec<SendTo>,
    },
    /// An addressee had it in hand on another day than that of sending.
    #[serde(rename = "received")]
    Received {
        /// Who.
        by: String,
        /// When they had it.
        on: Date,
        /// How that is known.
        why: String,
    },
    /// An addressee replied.
    #[serde(rename = "reply")]
    Reply {
        /// The day it came.
        on: Date,
        /// Who.
        by: String,
        /// What they said in general.
        #[serde(default)]
        acknowledgement: String,
        /// What they said to each recommendation.
        #[serde(default)]
        answers: Vec<Promise>,
        /// Who gave it for them, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        given_by: Option<Answerer>,
    },
    /// A reply turned out to be given in the wrong name. It is kept, and answers nothing any more.
    #[serde(rename = "disowned")]
    Disowned {
        /// The day.
        on: Date,
        /// In whose name it was given.
        by: String,
        /// Which of their replies, from 1.
        reply: usize,
        /// Why, and how that is known.
        why: String,
        /// Who said so for them, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said_by: Option<Answerer>,
    },
    /// Somebody noted that no reply had come.
    #[serde(rename = "no reply")]
    NoReply {
        /// The day.
        on: Date,
        /// From whom none came.
        by: String,
    },
    /// It was published.
    #[serde(rename = "published")]
    Published {
        /// The day.
        on: Date,
        /// Who gets copies; none for those the pack names.
        #[serde(default)]
        copies: Vec<String>,
    },
    /// A copy of what was published went to somebody.
    #[serde(rename = "copy given")]
    CopyGiven {
        /// The day.
        on: Date,
        /// To whom.
        to: String,
        /// How: *by post*.
        how: String,
    },
}

impl Deed {
    /// The day on which it was done.
    #[must_use]
    pub const fn on(&self) -> Date {
        match self {
            Self::ShownToTeam { on }
            | Self::ReadByTeam { on, .. }
            | Self::Checked { on, .. }
            | Self::SentForFacts { on, .. }
            | Self::FactAnswered { on, .. }
            | Self::FactsAgreed { on, .. }
            | Self::Disowned { on, .. }
            | Self::SignedOff { on, .. }
            | Self::Sent { on, .. }
            | Self::Received { on, .. }
            | Self::Reply { on, .. }
            | Self::NoReply { on, .. }
            | Self::Published { on, .. }
            | Self::CopyGiven { on, .. } => *on,
        }
    }

    /// Its name, as on paper.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ShownToTeam { .. } => "shown to the team",
            Self::ReadByTeam { .. } => "read by the team",
            Self::Checked { .. } => "checked",
            Self::SentForFacts { .. } => "sent for facts",
            Self::FactAnswered { .. } => "fact answered",
            Self::FactsAgreed { .. } => "facts agreed",
            Self::SignedOff { .. } => "signed off",
            Self::Sent { .. } => "sent",
            Self::Received { .. } => "received",
            Self::Reply { .. } => "reply",
            Self::Disowned { .. } => "disowned",
            Self::NoReply { .. } => "no reply",
            Self::Published { .. } => "published",
            Self::CopyGiven { .. } => "copy given",
        }
    }
}

/// What one of those who went said of the draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamAnswer {
    /// Who.
    pub by: String,
    /// *agreed*, or what they did not mean; empty where they said it at the sentences alone.
    #[serde(default)]
    pub says: String,
    /// How a disagreement was settled; without it, it is printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<String>,
    /// What they did not mean, sentence by sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
}

/// *That is not what I meant*, said at a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The sentence as they read it; of a note, what it is and never its words, for those may have to go.
    pub about: String,
    /// The note, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// What they meant.
    pub says: String,
    /// How it was settled; without it, it is printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<String>,
}

impl TeamAnswer {
    /// Whether they agreed to all of it.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.marks.is_empty() && self.says.trim().eq_ignore_ascii_case("agreed")
    }

    /// Whether it says anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty() && self.says.trim().is_empty()
    }
}

/// One to send a report to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendTo {
    /// Their name, as the recommendations have it.
    pub name: String,
    /// Their kind, as the pack has it.
    pub kind: String,
    /// When they had it, where it was not the day of sending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Receipt>,
    /// How it went: *by post*.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
}
