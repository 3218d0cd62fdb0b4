//! What a person may put into a notebook: one type for each kind of entry, and the consent that binds it.
//!
//! No sealed matter lives here (see [`crate::sealed`]), and no photo bytes: a photo's entry names them by hash.

mod view;

pub use view::{Consent, Interpreter, QuotableView, View};

use crate::ids::PersonId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Milliseconds since 1970 began in UTC, as the tablet's own clock told them.
pub type Millis = i64;

/// How something struck the person who noted it. It is a help for reading and is never printed: a report rates nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// Good.
    Good,
    /// Some good, some poor.
    Mixed,
    /// Poor.
    Poor,
    /// Just a fact.
    Neutral,
}

/// How the writer knows what is noted; several hold at once (`DOMAIN` §3, *There*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// Seen with own eyes.
    Seen,
    /// Heard.
    Heard,
    /// Smelt.
    Smelt,
    /// Told by somebody.
    Told,
    /// Read in a document that anybody may read there.
    Read,
}

/// What we saw, heard or smelt ourselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Observation {
    /// What was noted; the one thing that must be there.
    pub words: String,
    /// Where: a name from the pack or free words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// What about: a name from the pack or free words; settled at the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// How it struck the writer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tone: Option<Tone>,
    /// How the writer knows; starts at *seen*.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub how: Vec<How>,
    /// The question of the pack's checklist that it answers, by its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// What was timed: a stopwatch of the pack, `bell`, `queue`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timed: Option<String>,
    /// When that began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub from: Option<Millis>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub until: Option<Millis>,
}

/// A picture, already upright, covered and stripped on the tablet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Photo {
    /// SHA-256 of the JPEG's bytes, 64 lower-case hexadecimal digits.
    pub hash: String,
    /// Size of the JPEG in bytes.
    #[ts(type = "number")]
    pub size: u64,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// A short line for under the picture.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub caption: String,
    /// What the picture shows, for somebody who cannot see it; may wait until the office.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shows: String,
    /// Who said yes for the place; in notes from before, for anybody in view as well.
    pub permission: String,
    /// Who is in view and said yes themselves, or who said it for them; nothing where nobody is in view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_said: Option<String>,
    /// What was covered, one line a cover.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covered: Vec<String>,
    /// A person looked and confirmed that nobody in it can be recognised.
    pub nobody_recognisable: bool,
    /// Where it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// What about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
}

/// The team at the door: whom they told, what they showed, what was agreed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Arrival {
    /// Whom they told that they had come.
    pub told: String,
    /// What they showed: authority card, letter.
    pub shown: String,
    /// Where it was agreed that they go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreed_areas: Vec<String>,
    /// Where it was agreed that they do not go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_entered: Vec<String>,
    /// Who came; nobody is named in notes from before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub who: Vec<PersonId>,
}

/// The team leaves: whom they told, and what they said to them on the day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Departure {
    /// Whom they told that they were leaving.
    pub told: String,
    /// The feedback given on the day.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub feedback: String,
    /// Who left; nobody is named in notes from before, and then it is everybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub who: Vec<PersonId>,
}

/// The team was not let in or was asked to leave; itself evidence (`DOMAIN` §3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Refusal {
    /// The ground's letter in the pack, `a` to `h` in `link-2008` (SI 2008/915 reg 3).
    pub ground: String,
    /// Who said it.
    pub said_by: String,
    /// What was said or happened.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
}

/// One tap: so many more people of one kind stopped by or were spoken to. The count is the sum of the taps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Count {
    /// Which kind of person, a speaker of the pack; empty for *stopped by*.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// How many; `-1` takes one back.
    pub people: i32,
}

/// Anything that a person records in a notebook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Entry {
    /// At the door.
    Arrival(Arrival),
    /// What we saw, heard, smelt.
    Observation(Observation),
    /// What somebody told us.
    View(View),
    /// A picture.
    Photo(Photo),
    /// Not let in, or asked to leave.
    Refusal(Refusal),
    /// On leaving.
    Departure(Departure),
    /// Somebody stopped by.
    Count(Count),
}

/// Why an entry cannot be kept as it stands; each names what is missing, for the screen to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfinished {
    /// There are no words.
    #[error("there are no words yet")]
    NoWords,
    /// A picture without who allowed it, or not yet confirmed.
    #[error("nobody has said yes to this photo, or nobody has confirmed that no one in it can be recognised")]
    PhotoNotAllowed,
    /// A field that must be there is empty.
    #[error("{0} is missing")]
    Missing(&'static str),
}

/// What was added beside an entry whose own words stay as they are: those that somebody typed themselves, or signed.
pub const ADDITION: &str = "addition";
/// The field of a view that says that whoever spoke typed it themselves.
pub const BY_THEMSELVES: &str = "by_themselves";

/// Fields that a later correction may write. Consent is not among them, nor what hangs on it: an answer changed to *no*
/// takes words away, and a correction only adds. A photo's bytes, covers and permission are what was confirmed then.
const CORRECTABLE: [&str; 20] = [
    ADDITION,
    "words",
    "area",
    "theme",
    "tone",
    "how",
    "speaker",
    "service",
    "language",
    "caption",
    "shows",
    "told",
    "shown",
    "agreed_areas",
    "not_entered",
    "feedback",
    "said_by",
    "ground",
    "people",
    "of",
];

impl Entry {
    /// Whether a field of an entry may be corrected after it was written.
    #[must_use]
    pub fn may_be_corrected(field: &str) -> bool {
        CORRECTABLE.contains(&field)
    }

    /// The kind's name, as it stands in the notebook.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Arrival(_) => "arrival",
            Self::Observation(_) => "observation",
            Self::View(_) => "view",
            Self::Photo(_) => "photo",
            Self::Refusal(_) => "refusal",
            Self::Departure(_) => "departure",
            Self::Count(_) => "count",
        }
    }

    /// What may be kept of this: the words of a view go where the answer was *no* or *could not say*.
    ///
    /// # Errors
    /// Says what is still missing; such an entry stays a draft on the tablet.
    pub fn kept(mut self) -> Result<Self, Unfinished> {
        let empty = |text: &str| text.trim().is_empty();
        match &mut self {
            Self::Observation(o) if empty(&o.words) => return Err(Unfinished::NoWords),
            Self::View(v) => {
                if empty(&v.speaker) {
                    return Err(Unfinished::Missing("who said it"));
                }
                if !v.consent.keeps_words() {
                    *v = v.counted();
                } else if empty(&v.words) {
                    return Err(Unfinished::NoWords);
                }
            }
            Self::Photo(p) if empty(&p.permission) || !p.nobody_recognisable => {
                return Err(Unfinished::PhotoNotAllowed);
            }
            Self::Arrival(a) if empty(&a.told) => return Err(Unfinished::Missing("whom you told")),
            Self::Departure(d) if empty(&d.told) => return Err(Unfinished::Missing("whom you told")),
            Self::Refusal(r) if empty(&r.ground) => return Err(Unfinished::Missing("why they said no")),
            Self::Refusal(r) if empty(&r.said_by) => return Err(Unfinished::Missing("who said no")),
            _ => {}
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn view(consent: Consent) -> View {
        View {
            words: "They know I take my tea without milk.".into(),
            speaker: "resident".into(),
            consent,
            tone: Some(Tone::Good),
            theme: None,
            area: None,
            service: None,
            language: None,
            interpreter: None,
            others_could_hear: false,
            released: false,
            by_themselves: false,
        }
    }

    #[test]
    fn only_consent_to_quote_lets_words_be_printed() {
        for consent in Consent::ALL {
            assert_eq!(view(consent).quotable().is_some(), consent == Consent::Quote, "{consent:?}");
        }
    }

    #[test]
    fn what_staff_interpreted_or_others_heard_is_not_quoted_before_the_officer_has_weighed_it() {
        let by_staff = View { interpreter: Some(Interpreter::Staff), ..view(Consent::Quote) };
        assert_eq!(by_staff.quotable(), None);
        let overheard = View { others_could_hear: true, ..view(Consent::Quote) };
        assert_eq!(overheard.quotable(), None);
        assert!(View { released: true, ..overheard }.quotable().is_some());
    }

    #[test]
    fn after_no_only_the_fact_that_somebody_was_spoken_to_remains() {
        for consent in [Consent::No, Consent::CouldNotSay] {
            let told = View {
                theme: Some("food".into()),
                area: Some("room 12".into()),
                service: Some("meals".into()),
                language: Some("Tamil".into()),
                interpreter: Some(Interpreter::Relative),
                others_could_hear: true,
                released: true,
                by_themselves: false,
                ..view(consent)
            };
            let Ok(Entry::View(kept)) = Entry::View(told).kept() else { panic!("a view") };
            let counted = serde_json::to_value(&kept).unwrap();
            assert_eq!(counted, serde_json::json!({"speaker": "resident", "consent": consent}));
        }
        let Ok(Entry::View(kept)) = Entry::View(view(Consent::InConfidence)).kept() else { panic!("a view") };
        assert!(kept.words.starts_with("They know"));
    }

    #[test]
    fn an_entry_without_its_necessary_words_stays_a_draft() {
        let blank = Entry::Observation(Observation { words: "  ".into(), ..Observation::default() });
        assert_eq!(blank.kept(), Err(Unfinished::NoWords));
        let refusal = Refusal { ground: String::new(), said_by: "manager".into(), words: String::new() };
        assert_eq!(Entry::Refusal(refusal).kept(), Err(Unfinished::Missing("why they said no")));
    }

    #[test]
    fn entries_read_as_the_scenario_writes_them() {
        let json = r#"{"kind":"view","words":"Found one.","speaker":"member of the public","consent":"not my words"}"#;
        let Entry::View(view) = serde_json::from_str(json).unwrap() else { panic!("a view") };
        assert_eq!(view.consent, Consent::NotMyWords);
    }
}
