//! Why a step cannot be taken, with the facts; the rule, its source and what comes first are in `words`.

mod words;

use jiff::civil::Date;

use crate::clock::ClockError;

/// A step that a rule stands against. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepRefused {
    /// The report is not there yet, or already past it.
    OutOfOrder {
        /// The step.
        deed: &'static str,
        /// Where the report is.
        at: &'static str,
        /// What comes next.
        next: &'static str,
    },
    /// The day lies before that of the step before.
    BeforeLastStep {
        /// The step.
        deed: &'static str,
        /// Its day.
        on: Date,
        /// The day of the step before.
        last: Date,
    },
    /// The day has not come.
    NotYet {
        /// The step.
        deed: &'static str,
        /// Its day.
        on: Date,
        /// The day on which it was entered.
        today: Date,
    },
    /// None of those who went has read it.
    NobodyRead,
    /// Somebody who did not go answered for the team.
    NotOfTheTeam {
        /// Who.
        who: String,
    },
    /// An answer of one of those who went that says nothing.
    NothingSaid {
        /// Whose.
        who: String,
    },
    /// Some of those who went have said nothing, and still can.
    TeamHasTime {
        /// Who.
        who: Vec<String>,
        /// Their last day.
        until: Date,
    },
    /// Some of those who went joined the team after the draft was given to it.
    NotGivenTo {
        /// Who.
        who: Vec<String>,
    },
    /// The window to say which facts are wrong has no day in it.
    NoWindow {
        /// Its last day.
        until: Date,
    },
    /// The provider can still say which facts are wrong, and has said nothing.
    WindowOpen {
        /// Its last day.
        until: Date,
    },
    /// What the provider said about a fact has no outcome.
    FactOpen {
        /// What they said.
        says: String,
    },
    /// It is written what became of a fact, and not whether the provider's word was accepted.
    FactUndecided {
        /// What they said.
        says: String,
    },
    /// Whoever signs wrote some of it.
    WroteIt {
        /// Who.
        who: String,
    },
    /// Whoever signs has left, or holds no role that signs off.
    MayNotSign {
        /// Who.
        who: String,
    },
    /// Whoever signs has declared an interest in the place or in who runs it.
    Interested {
        /// Who.
        who: String,
        /// What they declared.
        words: String,
    },
    /// Whoever signs has not what their role needs.
    NotFit {
        /// Who.
        who: String,
        /// What is missing or over.
        why: Vec<String>,
    },
    /// Whoever signs was not there when it was decided.
    LeftTheRoom {
        /// Who.
        who: String,
    },
    /// Whoever signs has not said that they wrote none of it and have no interest.
    NotDeclared {
        /// Who.
        who: String,
    },
    /// Somebody with a declared interest was there and did not leave.
    StayedInTheRoom {
        /// Who.
        who: String,
    },
    /// No meeting or delegation is named.
    NoDecision,
    /// The words that were checked, or signed, are not those that stand there.
    OtherWords,
    /// There is nobody to send it to.
    NobodyToSendTo,
    /// One addressee is named twice.
    NamedTwice {
        /// Who.
        name: String,
    },
    /// A recommendation is for somebody who does not get the report.
    RecommendationForNobody {
        /// Its number.
        n: u32,
        /// For whom it is.
        to: String,
    },
    /// A day of receipt before the day of sending, or another one without its reason.
    Receipt {
        /// Who.
        who: String,
        /// The day.
        on: Date,
    },
    /// The report did not go to them.
    NotAnAddressee {
        /// Who.
        who: String,
    },
    /// A recommendation that is somebody else's, or no recommendation of the report.
    NotTheirs {
        /// Who answered.
        who: String,
        /// Its number.
        n: u32,
    },
    /// A reply that says nothing.
    EmptyReply {
        /// Whose.
        who: String,
    },
    /// An answer to a recommendation that says neither what will be done nor why nothing will be.
    EmptyPromise {
        /// Who answered.
        who: String,
        /// Its number.
        n: u32,
    },
    /// A reply from before they had the report.
    ReplyBeforeReceipt {
        /// Whose.
        who: String,
        /// When they had it.
        received: Date,
    },
    /// They have no such reply, or it is disowned already, or the day lies before it.
    NoSuchReply {
        /// Whose.
        who: String,
        /// Which, from 1.
        n: usize,
    },
    /// A reply is disowned, and nobody says why.
    DisownedWithout {
        /// Whose.
        who: String,
    },
    /// They have answered.
    HasAnswered {
        /// Who.
        who: String,
    },
    /// Their day is not over.
    StillTime {
        /// Who.
        who: String,
        /// That day.
        until: Date,
        /// The rule that gives it.
        citation: String,
    },
    /// The words of a report that was sent do not change.
    SentIsFinal {
        /// When it was sent.
        on: Date,
    },
    /// No due date can be worked out.
    Clock(ClockError),
}

impl From<ClockError> for StepRefused {
    fn from(error: ClockError) -> Self {
        Self::Clock(error)
    }
}
