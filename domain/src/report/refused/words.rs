//! What a person reads when a step is refused: what stands against it, the rule, where it is written, what comes first.

use super::StepRefused;
use crate::scheme::{Scheme, StepRule};

/// What stands against the step, which rule that is, and what comes first.
struct Parts {
    what: String,
    rule: StepRule,
    first: String,
}

fn parts(what: impl Into<String>, rule: StepRule, first: impl Into<String>) -> Parts {
    Parts { what: what.into(), rule, first: first.into() }
}

/// Names in a sentence.
fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [some @ .., last] => format!("{} and {last}", some.join(", ")),
    }
}

const fn has(names: &[String]) -> &'static str {
    if names.len() == 1 { "has" } else { "have" }
}

impl StepRefused {
    /// The rule that stands against the step; the pack has its words and where it is written.
    #[must_use]
    pub fn rule(&self) -> StepRule {
        self.parts().rule
    }

    /// What must happen first.
    #[must_use]
    pub fn first(&self) -> String {
        self.parts().first
    }

    /// Where the rule is written: that of the clock where a day is not over, else as the pack has it.
    #[must_use]
    pub fn citation<'s>(&'s self, pack: &'s Scheme) -> &'s str {
        match self {
            Self::StillTime { citation, .. } => citation,
            _ => &pack.report.rules.of(self.rule()).citation,
        }
    }

    /// All of it, with the words of this pack for the rule.
    #[must_use]
    pub fn said(&self, pack: &Scheme) -> String {
        let Parts { what, rule, first } = self.parts();
        let (what, first) = (what.trim_end_matches('.'), first.trim_end_matches('.'));
        let rule = &pack.report.rules.of(rule).rule;
        format!("Nothing was changed: {what}. The rule: {rule} ({}). First: {first}.", self.citation(pack))
    }

    fn parts(&self) -> Parts {
        match self {
            Self::OutOfOrder { .. }
            | Self::BeforeLastStep { .. }
            | Self::NotYet { .. }
            | Self::SentIsFinal { .. }
            | Self::Clock(_) => self.on_the_way(),
            Self::NobodyRead
            | Self::NotOfTheTeam { .. }
            | Self::NothingSaid { .. }
            | Self::TeamHasTime { .. }
            | Self::NotGivenTo { .. }
            | Self::FactUndecided { .. }
            | Self::NoWindow { .. }
            | Self::WindowOpen { .. }
            | Self::FactOpen { .. } => self.on_reading(),
            Self::Interested { .. }
            | Self::NotFit { .. }
            | Self::LeftTheRoom { .. }
            | Self::NotDeclared { .. }
            | Self::StayedInTheRoom { .. } => self.on_who_signs(),
            Self::WroteIt { .. } | Self::MayNotSign { .. } | Self::NoDecision | Self::OtherWords => self.on_signing(),
            Self::NobodyToSendTo
            | Self::NamedTwice { .. }
            | Self::RecommendationForNobody { .. }
            | Self::Receipt { .. } => self.on_sending(),
            _ => self.on_answering(),
        }
    }

    fn on_the_way(&self) -> Parts {
        match self {
            Self::BeforeLastStep { deed, on, last } => parts(
                format!("“{deed}” on {on} would be before the step of {last}"),
                StepRule::Order,
                format!("type a day from {last} on"),
            ),
            Self::NotYet { deed, on, today } => parts(
                format!("“{deed}” on {on} lies ahead: today is {today}"),
                StepRule::Day,
                "type the day on which it was done, or come back when it is",
            ),
            Self::SentIsFinal { on } => parts(
                format!("the report was sent on {on}, and its words stay as they were signed"),
                StepRule::SameWords,
                "make a new edition that says what was wrong, for everybody who had the first",
            ),
            Self::Clock(error) => parts(error.to_string(), StepRule::Answering, "give the calendar the years it lacks"),
            Self::OutOfOrder { deed, at, next } => {
                parts(format!("“{deed}” cannot be done to a report at the stage “{at}”"), StepRule::Order, *next)
            }
            _ => self.on_answering(),
        }
    }

    fn on_reading(&self) -> Parts {
        let (team, facts) = (StepRule::Team, StepRule::Facts);
        match self {
            Self::NotOfTheTeam { who } => {
                parts(format!("{who} was not on this visit"), team, "ask one of those who went")
            }
            Self::NothingSaid { who } => parts(
                format!("what {who} says of it is empty"),
                team,
                "write that they agreed, or what they did not mean",
            ),
            Self::TeamHasTime { who, until } => parts(
                format!("{} can say until {until} what is not meant, and {} not answered", list(who), has(who)),
                team,
                format!("their answer, or the day after {until}"),
            ),
            Self::NotGivenTo { who } => parts(
                format!("{} joined the team after the draft was given to it, and {} not answered", list(who), has(who)),
                team,
                "their answer, or give the draft to the team once more",
            ),
            Self::FactUndecided { says } => parts(
                format!("it is not said whether this was accepted: {says}"),
                facts,
                "say whether the words were changed, or why not",
            ),
            Self::NoWindow { until } => parts(
                format!("a window until {until} leaves the provider no day"),
                facts,
                "give them a day after that of sending",
            ),
            Self::WindowOpen { until } => parts(
                format!("the provider has until {until} to say which facts are wrong, and has not answered"),
                facts,
                format!("their answer, or the day after {until}"),
            ),
            Self::FactOpen { says } => parts(
                format!("nobody has decided what becomes of: {says}"),
                facts,
                "write what was changed, or that their words are printed beside ours",
            ),
            _ => parts("nobody who went has said anything about it", team, "ask those who went"),
        }
    }

    fn on_who_signs(&self) -> Parts {
        let (another, interest) = ("another member of the steering group signs", StepRule::Interest);
        match self {
            Self::Interested { who, words } => {
                parts(format!("{who} has declared an interest: {words}"), interest, another)
            }
            Self::NotFit { who, why } => parts(
                format!("{who} cannot sign: {}", why.join("; ")),
                StepRule::Fit,
                "what is missing is put right, or another member of the steering group signs",
            ),
            Self::LeftTheRoom { who } => {
                parts(format!("{who} is said to have left the room"), interest, "somebody signs who was there")
            }
            Self::NotDeclared { who } => parts(
                format!("{who} has not said that they wrote none of it and have no interest in the place"),
                interest,
                "they say so, or another member of the steering group signs",
            ),
            Self::StayedInTheRoom { who } => parts(
                format!("{who} has declared an interest and is not said to have left the room"),
                interest,
                format!("write down that {who} left, or decide again without them"),
            ),
            _ => parts(String::new(), StepRule::Order, String::new()),
        }
    }

    fn on_signing(&self) -> Parts {
        match self {
            Self::WroteIt { who } => parts(
                format!("{who} wrote some of it"),
                StepRule::OwnWork,
                "another member of the steering group signs",
            ),
            Self::MayNotSign { who } => parts(
                format!("{who} is nobody who signs reports off"),
                StepRule::Signer,
                "somebody signs who holds that role and has not left",
            ),
            Self::NoDecision => {
                parts("no meeting and no delegation is named", StepRule::Decision, "name the decision it rests on")
            }
            _ => parts(
                "the words that were read are not those that stand there now",
                StepRule::SameWords,
                "read what changed, then go on",
            ),
        }
    }

    fn on_sending(&self) -> Parts {
        match self {
            Self::NamedTwice { name } => parts(format!("{name} is named twice"), StepRule::Answering, "name each once"),
            Self::RecommendationForNobody { n, to } => parts(
                format!("recommendation {n} is for {to}, who does not get the report"),
                StepRule::Belongs,
                format!("send it to {to} as well, or give recommendation {n} to somebody else"),
            ),
            Self::Receipt { who, on } => parts(
                format!("{who} is said to have received it on {on}"),
                StepRule::Receipt,
                "type the day and how it is known",
            ),
            _ => parts("nobody is named", StepRule::Answering, "name who gets it"),
        }
    }

    fn on_answering(&self) -> Parts {
        match self {
            Self::NotAnAddressee { who } => {
                parts(format!("the report did not go to {who}"), StepRule::Answering, format!("send it to {who}"))
            }
            Self::NotTheirs { who, n } => parts(
                format!("recommendation {n} is not for {who}"),
                StepRule::Belongs,
                "answer the recommendations that are theirs",
            ),
            Self::EmptyPromise { who, n } => parts(
                format!("what {who} will do about recommendation {n}, or why nothing will be done, is not said"),
                StepRule::Promise,
                "type what they said",
            ),
            Self::ReplyBeforeReceipt { who, received } => parts(
                format!("{who} had the report on {received}"),
                StepRule::Answering,
                format!("type the day the reply came, from {received} on"),
            ),
            Self::HasAnswered { who } => parts(format!("{who} has answered"), StepRule::Answering, "read the answer"),
            Self::StillTime { who, until, .. } => parts(
                format!("{who} has until {until} to answer"),
                StepRule::Answering,
                format!("their answer, or the day after {until}"),
            ),
            Self::NoSuchReply { who, n } => parts(
                format!("there is no reply {n} of {who} that can be disowned on that day"),
                StepRule::Answering,
                "choose one that came by then and still counts",
            ),
            Self::DisownedWithout { who } => parts(
                format!("why the reply is not that of {who} is not said"),
                StepRule::Answering,
                "type what they said, and how you know",
            ),
            Self::EmptyReply { who } => {
                parts(format!("the reply of {who} says nothing"), StepRule::Answering, "type what they said")
            }
            _ => parts(String::new(), StepRule::Order, String::new()),
        }
    }
}

/// For a log: without the pack's words.
impl std::fmt::Display for StepRefused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Parts { what, first, .. } = self.parts();
        write!(f, "Nothing was changed: {}. First: {}.", what.trim_end_matches('.'), first.trim_end_matches('.'))
    }
}

impl std::error::Error for StepRefused {}
