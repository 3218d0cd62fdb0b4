//! What the pack says of reports, of equality monitoring, and of the year's account.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::clock::Unit;

/// Sections and standing words of a report. `{place}`, `{network}`, `{host}`, `{date}`, `{ground}` and `{citation}` are
/// filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReportWording {
    /// Its title, where nobody gives it another.
    pub title: String,
    /// What kind of report it is: under the place's name on the first page.
    pub kind: String,
    /// Of how many people, where a kind of speaker could be one person.
    pub everybody: String,
    /// How an answer is given, under the table that asks for it.
    pub how_to_answer: String,
    /// At the foot of every page.
    pub footer: String,
    /// How long those who went have to read the draft.
    #[serde(default)]
    pub team_window: TeamWindow,
    /// How long the provider has to check facts.
    pub facts_window: FactsWindow,
    /// What stands against a step that comes too early or from the wrong person.
    #[serde(default)]
    pub rules: StepRules,
    /// In order.
    pub sections: Vec<Section>,
    /// Of a visit that was broken off.
    pub cut_short: String,
    /// Of a visit that was not let in.
    pub refused: String,
    /// Where no view may be counted: nobody was asked, or whoever spoke did so in confidence; true of both.
    #[serde(default)]
    pub no_views: String,
    /// Under every table of views (GR 5.10 v).
    pub experts_by_experience: String,
}

/// How long those who went have to say *that is not what I meant*; after it their silence is recorded as silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TeamWindow {
    /// How many days from the one on which the draft was given to them, which does not count.
    pub length: u32,
    /// Of what kind.
    pub unit: Unit,
}

/// What packs meant that did not say it yet.
impl Default for TeamWindow {
    fn default() -> Self {
        Self { length: 7, unit: Unit::Days }
    }
}

/// How long the provider has to say which facts are wrong. Facts only, no veto.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FactsWindow {
    /// How many days.
    pub length: u32,
    /// Of what kind.
    pub unit: Unit,
    /// What is asked of the provider.
    pub asks: String,
}

/// The rules of a report's steps (DOMAIN §3): each in the pack's words, with where it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StepRules {
    /// One step after the other.
    pub order: WrittenRule,
    /// Those who went read it first.
    pub team: WrittenRule,
    /// The provider's window for facts.
    pub facts: WrittenRule,
    /// When a step may be entered.
    pub day: WrittenRule,
    /// Who signs off.
    pub signer: WrittenRule,
    /// Who must not sign off.
    pub own_work: WrittenRule,
    /// Who takes no part in a sign-off.
    #[serde(default)]
    pub interest: WrittenRule,
    /// What who signs must have.
    #[serde(default)]
    pub fit: WrittenRule,
    /// What a sign-off rests on.
    pub decision: WrittenRule,
    /// Words after sign-off.
    pub same_words: WrittenRule,
    /// The time to answer.
    pub answering: WrittenRule,
    /// For whom a recommendation is.
    pub belongs: WrittenRule,
    /// The day on which somebody had it.
    pub receipt: WrittenRule,
    /// What an answer has to say.
    pub promise: WrittenRule,
}

impl StepRules {
    /// The words of that rule.
    #[must_use]
    pub fn of(&self, rule: StepRule) -> &WrittenRule {
        match rule {
            StepRule::Order => &self.order,
            StepRule::Team => &self.team,
            StepRule::Facts => &self.facts,
            StepRule::Day => &self.day,
            StepRule::Signer => &self.signer,
            StepRule::OwnWork => &self.own_work,
            StepRule::Interest => &self.interest,
            StepRule::Fit => &self.fit,
            StepRule::Decision => &self.decision,
            StepRule::SameWords => &self.same_words,
            StepRule::Answering => &self.answering,
            StepRule::Belongs => &self.belongs,
            StepRule::Receipt => &self.receipt,
            StepRule::Promise => &self.promise,
        }
    }
}

/// One of [`StepRules`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepRule {
    /// See [`StepRules::order`].
    Order,
    /// See [`StepRules::team`].
    Team,
    /// See [`StepRules::facts`].
    Facts,
    /// See [`StepRules::day`].
    Day,
    /// See [`StepRules::signer`].
    Signer,
    /// See [`StepRules::own_work`].
    OwnWork,
    /// See [`StepRules::interest`].
    Interest,
    /// See [`StepRules::fit`].
    Fit,
    /// See [`StepRules::decision`].
    Decision,
    /// See [`StepRules::same_words`].
    SameWords,
    /// See [`StepRules::answering`].
    Answering,
    /// See [`StepRules::belongs`].
    Belongs,
    /// See [`StepRules::receipt`].
    Receipt,
    /// See [`StepRules::promise`].
    Promise,
}

impl StepRule {
    /// Every rule.
    pub const ALL: [Self; 14] = [
        Self::Order,
        Self::Team,
        Self::Facts,
        Self::Day,
        Self::Signer,
        Self::OwnWork,
        Self::Interest,
        Self::Fit,
        Self::Decision,
        Self::SameWords,
        Self::Answering,
        Self::Belongs,
        Self::Receipt,
        Self::Promise,
    ];
}

/// A rule in a sentence without a full stop, and where it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WrittenRule {
    /// The rule.
    pub rule: String,
    /// Where it is written.
    pub citation: String,
}

/// A section of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Section {
    /// What belongs in it.
    pub code: String,
    /// Its heading.
    pub heading: String,
    /// The words that every report has there; empty where there are none.
    pub standing: String,
}

/// Equality monitoring: on a sheet of its own, tied to no name; small numbers are hidden (DOMAIN §4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Equality {
    /// The answer of who was asked and would rather not.
    pub prefer_not_to_say: String,
    /// What stands where nobody asked: another thing.
    pub not_asked: String,
    /// The smallest number printed as one; 1 up to this is a star.
    pub smallest_shown: u32,
    /// Others are rounded to this.
    pub round_to: u32,
    /// What is asked about.
    pub strands: Vec<Strand>,
}

/// One thing that equality monitoring asks about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Strand {
    /// As sheets have it.
    pub code: String,
    /// For a person.
    pub label: String,
    /// Answers to offer; none where people use their own words.
    pub answers: Vec<String>,
    /// Where it comes from.
    pub citation: String,
}

/// When the year's account is due and what must be in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AnnualReport {
    /// Month, 1 to 12.
    pub due_month: i8,
    /// Day of that month.
    pub due_day: i8,
    /// Where it is written.
    pub citation: String,
    /// What is in it.
    pub contents: Vec<String>,
}
