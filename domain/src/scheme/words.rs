//! The pack's vocabulary: what things are called, what notes are about, who spoke, what was allowed.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::entry::{Consent, How, Tone};

/// What the network, its people and its powers are called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Names {
    /// *Local Involvement Network*.
    pub network: String,
    /// *LINk*.
    pub network_short: String,
    /// The organisation that supports it.
    pub host: String,
    /// The group that decides and signs off.
    pub steering: String,
    /// Who may enter and view.
    pub representative: String,
    /// The same, several.
    pub representatives: String,
    /// Who goes out to stalls and groups.
    pub outreach_worker: String,
    /// Who writes at the host's desk.
    pub officer: String,
    /// Who runs a service.
    pub provider: String,
    /// Who pays for it.
    pub commissioner: String,
    /// The council's committee to which a matter can be referred.
    pub scrutiny: String,
    /// What the power is called.
    pub power: String,
    /// What one use of it is called.
    pub visit: String,
    /// What somebody shows at the door; empty in packs that are older than the word.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub card: String,
    /// What the card says of whoever shows it, before the name of the place: *may enter and view*.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub may: String,
}

/// What a note or a view can be about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Theme {
    /// Lower-case English, as entries have it.
    pub code: String,
    /// As a heading.
    pub label: String,
    /// Words and phrases that suggest it; a star at the end stands for any ending.
    pub words: Vec<String>,
}

/// A kind of person who can have spoken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Speaker {
    /// Lower-case English, as entries have it.
    pub code: String,
    /// On a button.
    pub label: String,
    /// In print, where the kind of place does not merge it otherwise.
    pub in_print: String,
    /// In print on their own, when they agreed to that: *the manager*.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub alone: Option<String>,
}

/// Areas and speakers where no kind of place of the pack fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Elsewhere {
    /// Areas to offer.
    pub areas: Vec<String>,
    /// Codes of speakers to offer, at most six.
    pub speakers: Vec<String>,
}

/// A tone with its word and its mark, which is never colour alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ToneWords {
    /// Which.
    pub code: Tone,
    /// On a button.
    pub label: String,
    /// The shape, for where shapes are typed.
    pub mark: String,
}

/// A way of knowing, with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HowKnown {
    /// Which.
    pub code: How,
    /// On a button.
    pub label: String,
    /// In print: *We saw*.
    pub in_print: String,
}

/// What is said to a person before their words are used (DOMAIN §3, *Consent*).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConsentWording {
    /// The question, to be read aloud.
    pub read_aloud: String,
    /// The same in single easy sentences, for the form with pictures.
    pub easy: Vec<String>,
    /// What stands where nobody has asked yet.
    pub not_asked: String,
    /// The five answers, in the order in which they are offered.
    pub answers: Vec<ConsentAnswer>,
}

/// One of the five answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConsentAnswer {
    /// Which; what it allows is [`Consent`]'s.
    pub code: Consent,
    /// On the button.
    pub label: String,
    /// One line of what it does.
    pub does: String,
    /// The same said to the person; empty where there is nothing to say.
    pub aloud: String,
}

/// A code with its words and where it comes from: a method of involvement, a relevant decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Plain {
    /// Lower-case English.
    pub code: String,
    /// A short name, when the code is not one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub label: Option<String>,
    /// What it is, in plain words.
    pub plain: String,
    /// Its source.
    pub citation: String,
}

/// The theme with the most words of its list among `words`; a phrase weighs as many as it has words, and of two equal
/// ones the earlier in the pack wins.
pub(super) fn propose<'a>(themes: &'a [Theme], words: &str) -> Option<&'a Theme> {
    let said = split(words);
    let mut best: Option<(usize, &Theme)> = None;
    for theme in themes {
        let weight = theme.words.iter().map(|phrase| weight(phrase, &said)).sum::<usize>();
        if weight > best.map_or(0, |(most, _)| most) {
            best = Some((weight, theme));
        }
    }
    best.map(|(_, theme)| theme)
}

/// The number of words in `phrase` when it stands in `said`, else 0.
fn weight(phrase: &str, said: &[String]) -> usize {
    let any_ending = phrase.ends_with('*');
    let sought = split(phrase);
    let Some((last, before)) = sought.split_last() else { return 0 };
    let stands = said.windows(sought.len()).any(|window| {
        window.split_last().is_some_and(|(end, start)| {
            start == before && if any_ending { end.starts_with(last.as_str()) } else { end == last }
        })
    });
    if stands { sought.len() } else { 0 }
}

/// Words in small letters without marks; hyphens and slashes part words, typographic apostrophes are plain ones.
fn split(words: &str) -> Vec<String> {
    words
        .to_lowercase()
        .replace('’', "'")
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .map(|word| word.trim_matches('\'').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}
