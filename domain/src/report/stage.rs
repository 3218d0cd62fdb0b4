//! The stages of a report in their order, each with its facts and those of the stages before it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Addressee, Answerer, Mark, TeamAnswer};
use crate::scheme::fold;

/// Where a report is (DOMAIN §3, *Report*).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Stage {
    /// Being written.
    Draft,
    /// Those who went have read it.
    ReadByTeam {
        /// Who said what.
        read: TeamReading,
    },
    /// Checked for consent, names, and who could have said this.
    Checked {
        /// By whom, and the reading before.
        checked: CheckedText,
    },
    /// The provider checks facts only.
    WithProvider {
        /// The check before.
        checked: CheckedText,
        /// The window, and what came back.
        facts: FactsShown,
    },
    /// The steering group has signed off these very words.
    SignedOff {
        /// The check before.
        checked: CheckedText,
        /// The facts before.
        facts: FactsShown,
        /// Who signed what.
        signed: SignOff,
    },
    /// With those it is addressed to; a clock runs for each.
    Sent {
        /// The check before.
        checked: CheckedText,
        /// The facts before.
        facts: FactsShown,
        /// Who signed what.
        signed: SignOff,
        /// To whom it went.
        sent: Sending,
    },
    /// Anybody may read it, with the answers or without.
    Published {
        /// The check before.
        checked: CheckedText,
        /// The facts before.
        facts: FactsShown,
        /// Who signed what.
        signed: SignOff,
        /// To whom it went, and what they answered.
        sent: Sending,
        /// When, and who has copies.
        published: Publication,
    },
}

impl Stage {
    /// Its name, as a person reads it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::ReadByTeam { .. } => "read by the team",
            Self::Checked { .. } => "checked",
            Self::WithProvider { .. } => "with the provider for facts",
            Self::SignedOff { .. } => "signed off",
            Self::Sent { .. } => "sent",
            Self::Published { .. } => "published",
        }
    }

    /// The step that comes next, as a person reads it.
    #[must_use]
    pub const fn next(&self) -> &'static str {
        match self {
            Self::Draft => "read by the team",
            Self::ReadByTeam { .. } => "checked",
            Self::Checked { .. } => "sent for facts",
            Self::WithProvider { .. } => "signed off",
            Self::SignedOff { .. } => "sent",
            Self::Sent { .. } => "published",
            Self::Published { .. } => "promises followed up",
        }
    }

    /// The day it came here; none for a draft.
    #[must_use]
    pub const fn since(&self) -> Option<Date> {
        match self {
            Self::Draft => None,
            Self::ReadByTeam { read } => Some(read.on),
            Self::Checked { checked } => Some(checked.on),
            Self::WithProvider { facts, .. } => Some(facts.sent_on),
            Self::SignedOff { signed, .. } => Some(signed.on),
            Self::Sent { sent, .. } => Some(sent.on),
            Self::Published { published, .. } => Some(published.on),
        }
    }

    /// The draft as the provider had it for facts, once they had.
    #[must_use]
    pub const fn facts_shown(&self) -> Option<&FactsShown> {
        match self {
            Self::WithProvider { facts, .. }
            | Self::SignedOff { facts, .. }
            | Self::Sent { facts, .. }
            | Self::Published { facts, .. } => Some(facts),
            _ => None,
        }
    }

    /// What those who went said of it, once one of them has.
    #[must_use]
    pub const fn reading(&self) -> Option<&TeamReading> {
        match self {
            Self::Draft => None,
            Self::ReadByTeam { read } => Some(read),
            Self::Checked { checked }
            | Self::WithProvider { checked, .. }
            | Self::SignedOff { checked, .. }
            | Self::Sent { checked, .. }
            | Self::Published { checked, .. } => Some(&checked.read),
        }
    }

    /// The sign-off that stands.
    #[must_use]
    pub const fn signed(&self) -> Option<&SignOff> {
        match self {
            Self::SignedOff { signed, .. } | Self::Sent { signed, .. } | Self::Published { signed, .. } => Some(signed),
            _ => None,
        }
    }

    /// Whether it has gone out, and its words stay for good.
    #[must_use]
    pub const fn is_out(&self) -> bool {
        matches!(self, Self::Sent { .. } | Self::Published { .. })
    }

    /// What the provider said about facts, whatever the stage.
    #[must_use]
    pub fn facts(&self) -> &[FactAnswer] {
        self.facts_shown().map_or(&[], |facts| &facts.answers)
    }
}

/// The reading by those who went: *that is not what I meant* is settled or printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamReading {
    /// The day.
    pub on: Date,
    /// Who said what.
    pub answers: Vec<TeamAnswer>,
    /// Who had said nothing when their window was over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silent: Vec<Silent>,
}

/// Somebody of the team who said nothing of the draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silent {
    /// Who.
    pub by: String,
    /// The day on which the draft was given to them.
    pub asked: Date,
    /// The last day to say something.
    pub until: Date,
}

/// What somebody did not agree to and nobody settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disagreement<'a> {
    /// Who.
    pub by: &'a str,
    /// What they did not mean; none where it is about the whole.
    pub about: Option<&'a Mark>,
    /// What they say.
    pub says: &'a str,
}

impl TeamReading {
    /// This reading and a later one: whoever answered again is heard as they answered last, nobody else's answer goes.
    #[must_use]
    pub(super) fn with(mut self, later: Self) -> Self {
        self.on = later.on;
        self.silent.retain(|silent| later.of(&silent.by).is_none());
        for answer in later.answers {
            match self.answers.iter_mut().find(|known| fold(&known.by) == fold(&answer.by)) {
                Some(known) => *known = answer,
                None => self.answers.push(answer),
            }
        }
        self
    }

    /// What that person answered, if they have.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<&TeamAnswer> {
        self.answers.iter().find(|answer| fold(&answer.by) == fold(name))
    }

    /// What somebody did not agree to and nobody settled; the report prints it.
    pub fn to_print(&self) -> impl Iterator<Item = Disagreement<'_>> {
        self.answers.iter().flat_map(|answer| {
            let (by, says) = (answer.by.as_str(), answer.says.as_str());
            let whole = !answer.agrees() && answer.settled.is_none() && !says.trim().is_empty();
            let marks = answer.marks.iter().filter(|mark| mark.settled.is_none());
            let at = marks.map(move |mark| Disagreement { by, about: Some(mark), says: &mark.says });
            whole.then_some(Disagreement { by, about: None, says }).into_iter().chain(at)
        })
    }
}

/// The check for consent, names, and who could have said this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedText {
    /// The reading before.
    pub read: TeamReading,
    /// Who checked.
    pub by: String,
    /// The day.
    pub on: Date,
}

/// The draft with the provider, to say which facts are wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactsShown {
    /// The day it went.
    pub sent_on: Date,
    /// The last day to say so.
    pub until: Date,
    /// What was said.
    pub answers: Vec<FactAnswer>,
    /// That the provider has nothing to put right; nobody waits for the window then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<FactsAgreed>,
}

/// The provider has nothing to put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactsAgreed {
    /// Who.
    pub by: String,
    /// When.
    pub on: Date,
    /// Who said so for them, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_by: Option<Answerer>,
}

/// What the provider said about a fact. They have no veto: the words are changed, or printed beside ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactAnswer {
    /// Who.
    pub by: String,
    /// When.
    pub on: Date,
    /// What they say is wrong.
    pub says: String,
    /// What was changed, or why nothing was; none while nobody has decided.
    pub outcome: Option<String>,
    /// Which of the two, where it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<FactDecision>,
    /// Who said so for them, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_by: Option<Answerer>,
}

/// What became of what the provider said about a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FactDecision {
    /// The words were changed.
    #[serde(rename = "accepted")]
    Accepted,
    /// They were not; theirs are printed beside ours.
    #[serde(rename = "not accepted")]
    NotAccepted,
}

impl FactAnswer {
    /// Whether the provider's words are printed beside ours: not where ours were changed to theirs.
    #[must_use]
    pub fn is_printed(&self) -> bool {
        self.decided != Some(FactDecision::Accepted)
    }
}

/// A sign-off (GR 6.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOff {
    /// Who.
    pub by: String,
    /// When.
    pub on: Date,
    /// The meeting or the delegation it rests on.
    pub under: String,
    /// The digest of the words signed.
    pub digest: String,
    /// Who was there when it was decided.
    #[serde(default, skip_serializing_if = "Room::is_empty")]
    pub room: Room,
}

/// Those who were there when a report was signed off.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Room {
    /// Who took part.
    pub present: Vec<String>,
    /// Who left the room for it.
    pub left: Vec<LeftRoom>,
    /// Who did not agree.
    pub against: Vec<Against>,
}

/// Somebody who left the room while a report was decided on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftRoom {
    /// Who.
    pub who: String,
    /// Why.
    pub why: String,
}

/// Somebody who did not agree that a report goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Against {
    /// Who.
    pub who: String,
    /// What they say; empty where they would not have it written down.
    pub says: String,
    /// Whether they want it printed.
    pub print: bool,
}

impl Room {
    /// Whether nobody is written down.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.present.is_empty() && self.left.is_empty() && self.against.is_empty()
    }

    /// Whether that person left for it.
    #[must_use]
    pub fn has_left(&self, name: &str) -> bool {
        self.left.iter().any(|left| fold(&left.who) == fold(name))
    }

    /// Those who did not agree and want it printed.
    pub fn to_print(&self) -> impl Iterator<Item = &Against> {
        self.against.iter().filter(|against| against.print && !against.says.trim().is_empty())
    }
}

/// A sign-off that a change of words undid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// What it was.
    pub signed: SignOff,
    /// When it fell.
    pub on: Date,
    /// Whose change it was.
    pub by: String,
}

/// The sending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// The day.
    pub on: Date,
    /// To whom; a clock for each.
    pub to: Vec<Addressee>,
}

/// The publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// The day.
    pub on: Date,
    /// Who has copies.
    pub copies: Vec<String>,
    /// Whose answer it says is missing, with the day it was due or asked for.
    pub without_answer: Vec<(String, Date)>,
    /// The copies that went out, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<GivenCopy>,
}

/// A copy that went to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenCopy {
    /// The day.
    pub on: Date,
    /// To whom.
    pub to: String,
    /// How.
    pub how: String,
}
