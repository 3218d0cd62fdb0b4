//! One who received a report: when, what they owe by when under which rule, and what they answered.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::clock::ClockError;
use crate::scheme::Confidence;

use super::Rules;

/// One who received a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// Their name.
    pub name: String,
    /// Their kind, as the pack has it: `provider`, `commissioner`, ….
    pub kind: String,
    /// How it went to them, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// When they received it.
    pub receipt: Receipt,
    /// The days that were thought to be that before, oldest first; no clock moves unseen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
    /// Whether the day is due or asked for.
    pub duty: Duty,
    /// That day.
    pub until: Date,
    /// The pack's rule that says so.
    pub rule: String,
    /// Where the rule is written.
    pub citation: String,
    /// How sure the pack is of it.
    pub confidence: Confidence,
    /// The numbers of the recommendations that are theirs.
    pub recommendations: Vec<u32>,
    /// What they answered, oldest first.
    pub replies: Vec<Reply>,
    /// The day on which somebody noted that none had come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_reply_noted: Option<Date>,
}

/// The day a recipient had it in hand: the day of sending unless another was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The day.
    pub on: Date,
    /// Why it is not the day of sending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A day of receipt that was put right, and the clock that ran from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// What it was.
    pub receipt: Receipt,
    /// Until when they had by it.
    pub until: Date,
    /// The day on which it was put right.
    pub changed: Date,
    /// That somebody had noted by then that no reply had come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_reply_noted: Option<Date>,
}

/// Whether a law obliges an addressee to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// It does: *due*.
    Due,
    /// It does not: *asked by*, never *due*.
    AskedBy,
}

/// A reply: an acknowledgement, and what will be done about each recommendation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The day it came.
    pub on: Date,
    /// What they said in general.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub acknowledgement: String,
    /// What they said to each.
    pub answers: Vec<Promise>,
    /// Who gave it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_by: Option<Answerer>,
    /// That it was given in the wrong name; it is kept, and answers nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disowned: Option<Disowned>,
}

/// Somebody who answers for an addressee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answerer {
    /// Their name.
    pub name: String,
    /// What they are there: *manager*.
    pub role: String,
}

/// That an addressee did not give a reply which came in their name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disowned {
    /// The day it was said.
    pub on: Date,
    /// Why, and how that is known.
    pub why: String,
    /// Who said so, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Answerer>,
}

/// What will be done about one recommendation and by when, or why nothing will be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The recommendation's number.
    pub n: u32,
    /// Whether they will.
    pub will: Will,
    /// What they will do, or why not.
    #[serde(default)]
    pub what: String,
    /// By when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Date>,
}

/// *We will*, *in part*, *we will not*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Will {
    /// They will.
    #[serde(rename = "yes")]
    Yes,
    /// They will do some of it.
    #[serde(rename = "in part")]
    InPart,
    /// They will not.
    #[serde(rename = "no")]
    No,
}

/// How an addressee stands on a day. It is read from the facts, and no stage of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerState {
    /// All that is theirs is answered.
    Answered,
    /// The day is not over.
    Waiting,
    /// It was due and is not there.
    Overdue,
    /// It was asked for and is not there; nobody is obliged.
    Silent,
}

impl Addressee {
    /// An addressee whose clock starts on the day of `receipt`, by the pack's rule for that kind.
    pub(super) fn new(
        name: String,
        kind: String,
        receipt: Receipt,
        recommendations: Vec<u32>,
        rules: &Rules<'_>,
    ) -> Result<Self, ClockError> {
        let clock = rules.scheme.clock_for(&kind);
        let until = clock.due(receipt.on, rules.calendar)?.due;
        Ok(Self {
            name,
            kind,
            how: None,
            receipt,
            earlier: Vec::new(),
            duty: if clock.obliges() { Duty::Due } else { Duty::AskedBy },
            until,
            rule: clock.rule.clone(),
            citation: clock.citation.clone(),
            confidence: clock.confidence,
            recommendations,
            replies: Vec::new(),
            no_reply_noted: None,
        })
    }

    /// The same with another day of receipt, and the clock started anew; replies stay, and so does what was thought before.
    pub(super) fn received(&self, receipt: Receipt, rules: &Rules<'_>) -> Result<Self, ClockError> {
        let anew = Self::new(self.name.clone(), self.kind.clone(), receipt, self.recommendations.clone(), rules)?;
        let mut earlier = self.earlier.clone();
        earlier.push(Earlier {
            receipt: self.receipt.clone(),
            until: self.until,
            changed: rules.today,
            no_reply_noted: self.no_reply_noted,
        });
        Ok(Self { how: self.how.clone(), earlier, replies: self.replies.clone(), ..anew })
    }

    /// The replies that are theirs, oldest first; one that was given in the wrong name is none.
    pub fn own_replies(&self) -> impl DoubleEndedIterator<Item = &Reply> {
        self.replies.iter().filter(|reply| reply.disowned.is_none())
    }

    /// What they last said to a recommendation.
    #[must_use]
    pub fn answer_to(&self, n: u32) -> Option<&Promise> {
        self.own_replies().rev().flat_map(|reply| &reply.answers).find(|answer| answer.n == n)
    }

    /// Whether all that is theirs is answered; without a recommendation of their own, whether any reply came.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.own_replies().next().is_some() && self.recommendations.iter().all(|n| self.answer_to(*n).is_some())
    }

    /// How they stand on a day. The last day itself is not yet over.
    #[must_use]
    pub fn state(&self, today: Date) -> AnswerState {
        // Who noted after the day that none had come has said it for good, whatever a later reader's clock shows.
        let over = today > self.until || self.no_reply_noted.is_some_and(|noted| noted > self.until);
        match (self.is_answered(), over, self.duty) {
            (true, ..) => AnswerState::Answered,
            (_, false, _) => AnswerState::Waiting,
            (_, true, Duty::Due) => AnswerState::Overdue,
            (_, true, Duty::AskedBy) => AnswerState::Silent,
        }
    }

    /// Whether the answer is overdue on that day; never for whoever is only asked.
    #[must_use]
    pub fn overdue(&self, today: Date) -> bool {
        self.state(today) == AnswerState::Overdue
    }
}
