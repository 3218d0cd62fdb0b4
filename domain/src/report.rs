//! A report on its way: read by the team, checked, shown to the provider for facts, signed off, sent, answered,
//! published. Each stage carries its facts, so none can be reached without them. The words themselves, the findings and
//! their evidence live elsewhere; here is their digest, the recommendations, and who owes an answer by when.

mod addressee;
mod deed;
mod refused;
mod stage;
mod steps;

pub use addressee::{Addressee, AnswerState, Answerer, Disowned, Duty, Earlier, Promise, Receipt, Reply, Will};
pub use deed::{Deed, Mark, SendTo, TeamAnswer};
pub use refused::StepRefused;
pub use stage::{
    Against, CheckedText, Disagreement, FactAnswer, FactDecision, FactsAgreed, FactsShown, GivenCopy, LeftRoom,
    Publication, Room, Sending, SignOff, Silent, Stage, TeamReading, Undone,
};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::clock::{self, Calendar, ClockError, FirstDay};
use crate::scheme::{Scheme, fold};

/// What the steps of a report are judged by.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The pack that the report is under.
    pub scheme: &'a Scheme,
    /// The calendar that says which days work.
    pub calendar: &'a Calendar,
    /// The day on which the step is entered.
    pub today: Date,
}

/// Something that is asked of one addressee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    /// Its number in the report, from 1.
    pub n: u32,
    /// The one it is for; a recommendation has one addressee.
    pub to: String,
    /// What is asked.
    pub text: String,
}

/// What stands in a report just now: the digest of all its words, and its recommendations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    digest: String,
    recommendations: Vec<Recommendation>,
}

impl Words {
    /// The words with that digest, and recommendations as (to whom, what), numbered from 1 in this order.
    #[must_use]
    pub fn new(digest: &str, recommendations: impl IntoIterator<Item = (String, String)>) -> Self {
        let numbered = (1..).zip(recommendations).map(|(n, (to, text))| Recommendation { n, to, text }).collect();
        Self { digest: digest.to_owned(), recommendations: numbered }
    }

    /// The digest of everything that is printed.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The recommendations, in order.
    #[must_use]
    pub fn recommendations(&self) -> &[Recommendation] {
        &self.recommendations
    }
}

/// A report, with its stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    title: String,
    team: Vec<String>,
    written_by: Vec<String>,
    words: Words,
    stage: Stage,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shown: Option<Date>,
    /// To whom; empty where it was given before this was kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    shown_to: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    undone: Vec<Undone>,
}

impl Report {
    /// A draft on the visit of `team`, of which `written_by` wrote some.
    #[must_use]
    pub fn draft(title: &str, team: Vec<String>, written_by: Vec<String>, words: Words) -> Self {
        let (stage, shown, shown_to, undone) = (Stage::Draft, None, Vec::new(), Vec::new());
        Self { title: title.to_owned(), team, written_by, words, stage, shown, shown_to, undone }
    }

    /// Its title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Those who went, who read it first.
    #[must_use]
    pub fn team(&self) -> &[String] {
        &self.team
    }

    /// The report with `team` as those who went: who joined can answer, nobody waits for who left. What was said stays.
    #[must_use]
    pub fn team_is(self, team: Vec<String>) -> Self {
        Self { team, ..self }
    }

    /// The day on which the draft was given to those who went; where nobody wrote that down, the first on which one of
    /// them said something of it.
    #[must_use]
    pub fn shown(&self) -> Option<Date> {
        self.shown.or_else(|| self.stage.reading().map(|read| read.on))
    }

    /// The last day on which those who went are waited for; none while they do not have it.
    ///
    /// # Errors
    /// When the calendar does not reach so far.
    pub fn team_until(&self, rules: &Rules<'_>) -> Result<Option<Date>, ClockError> {
        let window = &rules.scheme.report.team_window;
        let until = |shown| {
            clock::due(shown, window.length, window.unit, FirstDay::DoesNotCount, rules.calendar).map(|days| days.due)
        };
        self.shown().map(until).transpose()
    }

    /// Those who went and have said nothing of the draft.
    #[must_use]
    pub fn not_heard(&self) -> Vec<&str> {
        let read = self.stage.reading();
        let heard = |name: &String| read.is_some_and(|read| read.of(name).is_some());
        self.team.iter().filter(|name| !heard(name)).map(String::as_str).collect()
    }

    /// Everybody who wrote any of it, and so may not sign it off.
    #[must_use]
    pub fn written_by(&self) -> &[String] {
        &self.written_by
    }

    /// What stands in it now.
    #[must_use]
    pub const fn words(&self) -> &Words {
        &self.words
    }

    /// Where it is, with what that stage and those before it hold.
    #[must_use]
    pub const fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Sign-offs that a change of words undid, oldest first.
    #[must_use]
    pub fn undone(&self) -> &[Undone] {
        &self.undone
    }

    /// Those it was sent to; none before that.
    #[must_use]
    pub fn addressees(&self) -> &[Addressee] {
        match &self.stage {
            Stage::Sent { sent, .. } | Stage::Published { sent, .. } => &sent.to,
            _ => &[],
        }
    }

    /// The addressee of that name.
    #[must_use]
    pub fn addressee(&self, name: &str) -> Option<&Addressee> {
        self.addressees().iter().find(|addressee| fold(&addressee.name) == fold(name))
    }

    /// What was answered to a recommendation, if anything was.
    #[must_use]
    pub fn answer_to(&self, n: u32) -> Option<&Promise> {
        self.addressees().iter().find(|addressee| addressee.recommendations.contains(&n))?.answer_to(n)
    }

    /// The numbers of recommendations without an answer.
    #[must_use]
    pub fn unanswered(&self) -> Vec<u32> {
        self.words.recommendations.iter().map(|r| r.n).filter(|n| self.answer_to(*n).is_none()).collect()
    }

    /// Who answered nothing, or not all of it, and whose day was over on `today`; obliged or only asked.
    pub fn silent(&self, today: Date) -> impl Iterator<Item = &Addressee> {
        self.addressees()
            .iter()
            .filter(move |addressee| matches!(addressee.state(today), AnswerState::Overdue | AnswerState::Silent))
    }

    /// The report after `deed`.
    ///
    /// # Errors
    /// When a rule stands against it: says which, where it is written, and what comes first. This report is unchanged.
    pub fn apply(&self, deed: Deed, rules: &Rules<'_>) -> Result<Self, StepRefused> {
        steps::apply(self, deed, rules)
    }

    /// The report after somebody changed its words; the same words change nothing.
    ///
    /// What is signed is what is sent: after sign-off a change undoes it, and the report waits for a second sign-off.
    /// After the check a change asks for another check. While the provider checks facts, changes are what that is for.
    ///
    /// # Errors
    /// When the report has been sent: then it is corrected by a new edition.
    pub fn words_changed(&self, words: Words, by: &str, on: Date) -> Result<Self, StepRefused> {
        if words == self.words {
            return Ok(self.clone());
        }
        let mut report = self.clone();
        report.stage = match report.stage {
            Stage::Sent { sent, .. } | Stage::Published { sent, .. } => {
                return Err(StepRefused::SentIsFinal { on: sent.on });
            }
            Stage::SignedOff { checked, facts, signed } => {
                report.undone.push(Undone { signed, on, by: by.to_owned() });
                Stage::WithProvider { checked, facts }
            }
            Stage::Checked { checked } => Stage::ReadByTeam { read: checked.read },
            stage @ (Stage::Draft | Stage::ReadByTeam { .. } | Stage::WithProvider { .. }) => stage,
        };
        report.words = words;
        if !report.written_by.iter().any(|name| fold(name) == fold(by)) {
            report.written_by.push(by.to_owned());
        }
        Ok(report)
    }
}

#[cfg(test)]
mod tests;
