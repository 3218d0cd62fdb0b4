//! What the host's desk does once the tablets have sent: settle, find, recommend, and walk the report's steps.

use jiff::civil::{Date, Time};
use serde::Deserialize;
use std::fmt;

/// The office's part.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Office {
    /// The report's title.
    pub report: String,
    /// The officer.
    pub by: String,
    /// Differences that a person settles.
    #[serde(default)]
    pub resolve: Vec<Settled>,
    /// What was found.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// What deserves to be told to others, each named as evidence is.
    #[serde(default)]
    pub good_practice: Vec<Written>,
    /// What is asked for.
    #[serde(default)]
    pub recommendations: Vec<Recommendation>,
    /// The report's way.
    #[serde(default)]
    pub steps: Vec<Dated>,
}

/// A difference settled by one person's words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Settled {
    /// Which field of the summary.
    pub field: String,
    /// Who settled it.
    pub by: String,
    /// The words that stand from now on.
    pub words: String,
}

/// An entry named by the day of the month and the minute of its writing: `10 10:24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Written {
    /// Day of the month.
    pub day: i8,
    /// Hour and minute.
    pub time: Time,
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02} {:02}:{:02}", self.day, self.time.hour(), self.time.minute())
    }
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let parts = text.split_once(' ').and_then(|(day, time)| {
            let (hour, minute) = time.trim().split_once(':')?;
            let time = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
            Some(Self { day: day.parse().ok()?, time })
        });
        parts.ok_or_else(|| {
            serde::de::Error::custom(format!("`{text}` names no entry; a day and a time do, such as `10 10:24`"))
        })
    }
}

/// A finding with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Finding {
    /// What about.
    pub theme: String,
    /// The finding's words.
    pub text: String,
    /// What it stands on.
    #[serde(default)]
    pub evidence: Vec<Written>,
    /// Evidence whose words must not be printed.
    #[serde(default)]
    pub names_no_quote_from: Vec<Written>,
}

/// Something asked of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Recommendation {
    /// Of whom.
    pub to: String,
    /// What.
    pub text: String,
    /// The themes of the findings it comes from.
    #[serde(default)]
    pub from: Vec<String>,
}

/// A step with its day.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Dated {
    /// The day.
    pub on: Date,
    /// What is done.
    #[serde(flatten)]
    pub step: Step,
}

/// One step of the report's way.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "do")]
pub enum Step {
    /// Everybody who went has read it.
    #[serde(rename = "read by the team")]
    ReadByTeam {
        /// Who said what.
        #[serde(default)]
        answers: Vec<TeamAnswer>,
    },
    /// Consent, names and who could have said it were looked at.
    #[serde(rename = "checked")]
    Checked {
        /// By whom.
        by: String,
    },
    /// The provider is asked about facts only.
    #[serde(rename = "sent for facts")]
    SentForFacts {
        /// The last day of the window.
        until: Date,
    },
    /// The provider said a fact was wrong, and what became of it.
    #[serde(rename = "fact answered")]
    FactAnswered {
        /// Who said it.
        by: String,
        /// What.
        says: String,
        /// What was done about it.
        #[serde(default)]
        outcome: String,
    },
    /// The steering group, or the member to whom it delegated that.
    #[serde(rename = "signed off")]
    SignedOff {
        /// Who.
        by: String,
        /// Under which decision.
        #[serde(default)]
        under: String,
    },
    /// It goes out, and a clock starts for each.
    #[serde(rename = "sent")]
    Sent {
        /// To whom.
        to: Vec<String>,
    },
    /// Somebody answered.
    #[serde(rename = "reply")]
    Reply {
        /// Who.
        by: String,
        /// Recommendation by recommendation.
        #[serde(default)]
        answers: Vec<Promise>,
    },
    /// The day came and nothing did.
    #[serde(rename = "no reply")]
    NoReply {
        /// From whom.
        by: String,
    },
    /// Everybody may read it.
    #[serde(rename = "published")]
    Published {
        /// Who gets copies.
        #[serde(default)]
        copies: Vec<String>,
    },
}

/// What one of the team said of the draft.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TeamAnswer {
    /// Who.
    pub by: String,
    /// `agreed`, or what they meant instead.
    pub says: String,
}

/// An answer to one recommendation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Promise {
    /// The recommendation's number, from 1.
    pub n: usize,
    /// `yes`, `in part`, `no`.
    pub will: Will,
    /// In their words.
    #[serde(default)]
    pub what: String,
    /// By when.
    pub by: Option<Date>,
}

/// Whether they will.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Will {
    /// They will.
    #[serde(rename = "yes")]
    Yes,
    /// Some of it.
    #[serde(rename = "in part")]
    InPart,
    /// They will not.
    #[serde(rename = "no")]
    No,
}
