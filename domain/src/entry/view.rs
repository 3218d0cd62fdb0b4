//! What somebody told us, and the consent that binds it: the only road on which words reach print.

use super::Tone;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a person allowed us to do with their words: for this person, this visit, now (`DOMAIN` §3, *Consent*).
///
/// A view that nobody has been asked about has no consent at all and stays a draft; it is not a value of this type.
/// In order from what allows most to what allows least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
pub enum Consent {
    /// Their words may be printed.
    #[serde(rename = "quote")]
    Quote,
    /// What they said may be used, their words may not be printed.
    #[serde(rename = "not my words")]
    NotMyWords,
    /// It may make us look further; it stands in no report, count or list outside the host and is no evidence by itself.
    #[serde(rename = "in confidence")]
    InConfidence,
    /// Only that somebody was spoken to is kept, never the words.
    #[serde(rename = "no")]
    No,
    /// The person could not say; only that is kept. What they showed or did is an observation.
    #[serde(rename = "could not say", alias = "they could not say")]
    CouldNotSay,
}

impl Consent {
    /// Every answer, in the order in which the pack asks.
    pub const ALL: [Self; 5] = [Self::Quote, Self::NotMyWords, Self::InConfidence, Self::No, Self::CouldNotSay];

    /// Whether the words themselves may be kept at all.
    #[must_use]
    pub const fn keeps_words(self) -> bool {
        matches!(self, Self::Quote | Self::NotMyWords | Self::InConfidence)
    }

    /// The one of several answers that binds, where two stand side by side: whoever allowed least is believed.
    pub fn strictest(answers: impl IntoIterator<Item = Self>) -> Option<Self> {
        answers.into_iter().max()
    }

    /// Whether a finding may rest on such a view.
    #[must_use]
    pub const fn may_be_evidence(self) -> bool {
        matches!(self, Self::Quote | Self::NotMyWords)
    }
}

/// Who helped to understand the person; what a member of staff interpreted is never quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Interpreter {
    /// A professional interpreter.
    Professional,
    /// A relative or friend.
    Relative,
    /// Somebody who works at the place.
    Staff,
}

/// What somebody told us, in their words, within what they allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct View {
    /// Their words; empty where the answer was *no* or *could not say*.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// Which kind of person spoke: a speaker of the pack.
    pub speaker: String,
    /// What they allowed.
    pub consent: Consent,
    /// How they found it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tone: Option<Tone>,
    /// What about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// Where, when it was in a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// About which service, at a stall or a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// In which language, when not English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Who interpreted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<Interpreter>,
    /// Others could hear: such a view waits for the officer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub others_could_hear: bool,
    /// The officer has weighed a view that others could hear and lets it be quoted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub released: bool,
    /// They typed it themselves, while the tablet was handed to them: nobody corrects their words, only adds beside them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_themselves: bool,
}

/// Words that may be printed, with the kind of person who said them. Only [`View::quotable`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotableView {
    words: String,
    speaker: String,
}

impl QuotableView {
    /// The words as they were said.
    #[must_use]
    pub fn words(&self) -> &str {
        &self.words
    }

    /// The pack's code for the kind of person who said them.
    #[must_use]
    pub fn speaker(&self) -> &str {
        &self.speaker
    }
}

impl View {
    /// What is left where nothing may be kept but that somebody was spoken to (`DOMAIN` §3: *no*, only a count is kept).
    #[must_use]
    pub fn counted(&self) -> Self {
        Self {
            words: String::new(),
            speaker: self.speaker.clone(),
            consent: self.consent,
            tone: None,
            theme: None,
            area: None,
            service: None,
            language: None,
            interpreter: None,
            others_could_hear: false,
            released: false,
            by_themselves: self.by_themselves,
        }
    }

    /// The only way a quotation reaches a report: consent to quote, not interpreted by staff of the place,
    /// and not overheard unless the officer has let it go (`DOMAIN` §3, *Consent*).
    #[must_use]
    pub fn quotable(&self) -> Option<QuotableView> {
        let allowed = self.consent == Consent::Quote
            && self.interpreter != Some(Interpreter::Staff)
            && (!self.others_could_hear || self.released)
            && !self.words.trim().is_empty();
        allowed.then(|| QuotableView { words: self.words.clone(), speaker: self.speaker.clone() })
    }
}
