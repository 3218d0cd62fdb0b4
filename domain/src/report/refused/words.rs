//! What a person reads when a step is refused: what stands against it, the rule, where it is written, what comes first.

use super::StepRefused;

const ORDER: &str = "a report goes from one step to the next and leaves none out";
const SIGNING: &str = "the steering group signs off every external report";
const ANSWERING: &str = "whoever receives a report has a set time to answer";
const PRACTICE: &str = "practice of published enter and view reports";
const REPLIES: &str = "Local Government and Public Involvement in Health Act 2007 s 224";

/// What stands against the step, the rule, its source, what comes first.
struct Parts {
    what: String,
    rule: &'static str,
    citation: String,
    first: String,
}

impl StepRefused {
    /// The rule that stands against the step.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        self.parts().rule
    }

    /// Where the rule is written.
    #[must_use]
    pub fn citation(&self) -> String {
        self.parts().citation
    }

    /// What must happen first.
    #[must_use]
    pub fn first(&self) -> String {
        self.parts().first
    }

    fn parts(&self) -> Parts {
        let (what, rule, citation, first) = match self {
            Self::OutOfOrder { .. } | Self::BeforeLastStep { .. } | Self::SentIsFinal { .. } | Self::Clock(_) => {
                self.on_the_way()
            }
            Self::NobodyRead
            | Self::NotOfTheTeam { .. }
            | Self::NoWindow { .. }
            | Self::WindowOpen { .. }
            | Self::FactOpen { .. } => self.on_reading(),
            Self::WroteIt { .. } | Self::NoDecision | Self::OtherWords => self.on_signing(),
            Self::NobodyToSendTo
            | Self::NamedTwice { .. }
            | Self::RecommendationForNobody { .. }
            | Self::Receipt { .. } => self.on_sending(),
            _ => self.on_answering(),
        };
        Parts { what, rule, citation: citation.to_owned(), first }
    }

    fn on_the_way(&self) -> (String, &'static str, &str, String) {
        match self {
            Self::BeforeLastStep { deed, on, last } => (
                format!("“{deed}” on {on} would be before the step of {last}"),
                ORDER,
                PRACTICE,
                format!("type a day from {last} on"),
            ),
            Self::SentIsFinal { on } => (
                format!("the report was sent on {on}, and its words stay as they were signed"),
                "what is signed is what is sent",
                "GR 6.1",
                "make a new edition that says what was wrong, for everybody who had the first".to_owned(),
            ),
            Self::Clock(error) => {
                (error.to_string(), ANSWERING, REPLIES, "give the calendar the years it lacks".to_owned())
            }
            Self::OutOfOrder { deed, at, next } => (
                format!("“{deed}” cannot be done to a report at the stage “{at}”"),
                ORDER,
                PRACTICE,
                (*next).to_owned(),
            ),
            _ => self.on_answering(),
        }
    }

    fn on_reading(&self) -> (String, &'static str, &str, String) {
        let team = "those who went read it before anybody else";
        let facts = "the provider checks facts only, within a window";
        match self {
            Self::NotOfTheTeam { who } => {
                (format!("{who} was not on this visit"), team, PRACTICE, "ask one of those who went".to_owned())
            }
            Self::NoWindow { until } => (
                format!("a window until {until} leaves the provider no day"),
                facts,
                PRACTICE,
                "give them a day after that of sending".to_owned(),
            ),
            Self::WindowOpen { until } => (
                format!("the provider has until {until} to say which facts are wrong, and has not answered"),
                facts,
                PRACTICE,
                format!("their answer, or the day after {until}"),
            ),
            Self::FactOpen { says } => (
                format!("nobody has decided what becomes of: {says}"),
                facts,
                PRACTICE,
                "write what was changed, or that their words are printed beside ours".to_owned(),
            ),
            _ => (
                "nobody who went has said anything about it".to_owned(),
                team,
                PRACTICE,
                "ask those who went".to_owned(),
            ),
        }
    }

    fn on_signing(&self) -> (String, &'static str, &str, String) {
        match self {
            Self::WroteIt { who } => (
                format!("{who} wrote some of it"),
                "nobody signs off what they wrote",
                "GR 6.2, conflicts of interest",
                "another member of the steering group signs".to_owned(),
            ),
            Self::NoDecision => (
                "no meeting and no delegation is named".to_owned(),
                SIGNING,
                "GR 6.1; SI 2008/528 reg 2(1)(d)",
                "name the decision it rests on".to_owned(),
            ),
            _ => (
                "the words that were read are not those that stand there now".to_owned(),
                "what is signed is what is sent",
                "GR 6.1",
                "read what changed, then sign".to_owned(),
            ),
        }
    }

    fn on_sending(&self) -> (String, &'static str, &str, String) {
        match self {
            Self::NamedTwice { name } => {
                (format!("{name} is named twice"), ANSWERING, REPLIES, "name each once".to_owned())
            }
            Self::RecommendationForNobody { n, to } => (
                format!("recommendation {n} is for {to}, who does not get the report"),
                "a recommendation belongs to one addressee",
                REPLIES,
                format!("send it to {to} as well, or give recommendation {n} to somebody else"),
            ),
            Self::Receipt { who, on } => (
                format!("{who} is said to have received it on {on}"),
                "a day of receipt is not before that of sending, and another day than that has its reason",
                REPLIES,
                "type the day and how it is known".to_owned(),
            ),
            _ => ("nobody is named".to_owned(), ANSWERING, REPLIES, "name who gets it".to_owned()),
        }
    }

    fn on_answering(&self) -> (String, &'static str, &str, String) {
        match self {
            Self::NotAnAddressee { who } => {
                (format!("the report did not go to {who}"), ANSWERING, REPLIES, format!("send it to {who}"))
            }
            Self::NotTheirs { who, n } => (
                format!("recommendation {n} is not for {who}"),
                "a recommendation belongs to one addressee",
                REPLIES,
                "answer the recommendations that are theirs".to_owned(),
            ),
            Self::EmptyPromise { who, n } => (
                format!("what {who} will do about recommendation {n}, or why nothing will be done, is not said"),
                "an answer says what will be done and by when, or why nothing will be",
                REPLIES,
                "type what they said".to_owned(),
            ),
            Self::ReplyBeforeReceipt { who, received } => (
                format!("{who} had the report on {received}"),
                ANSWERING,
                REPLIES,
                format!("type the day the reply came, from {received} on"),
            ),
            Self::HasAnswered { who } => {
                (format!("{who} has answered"), ANSWERING, REPLIES, "read the answer".to_owned())
            }
            Self::StillTime { who, until, citation } => (
                format!("{who} has until {until} to answer"),
                ANSWERING,
                citation,
                format!("their answer, or the day after {until}"),
            ),
            Self::EmptyReply { who } => {
                (format!("the reply of {who} says nothing"), ANSWERING, REPLIES, "type what they said".to_owned())
            }
            _ => (String::new(), ORDER, PRACTICE, String::new()),
        }
    }
}

impl std::fmt::Display for StepRefused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Parts { what, rule, citation, first } = self.parts();
        let (what, first) = (what.trim_end_matches('.'), first.trim_end_matches('.'));
        write!(f, "Nothing was changed: {what}. The rule: {rule} ({citation}). First: {first}.")
    }
}

impl std::error::Error for StepRefused {}
