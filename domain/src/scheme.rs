//! A scheme: everything that a law, a programme or a name decides, as data. Vocabulary, grounds, clocks, checklists,
//! wording of consent, sections of a report, what a role needs. The work outlives every name, so none of it is an `if`.
//! Here are the loader and the lookups; counting days is `clock`, and judging a person `authorisation`.

mod check;
mod entering;
mod people;
mod place;
mod recipients;
mod reporting;
mod words;

pub use check::SchemeError;
pub use entering::{ChecklistQuestion, Ground, NoRight, PlaceKind, Printed, Right, Safeguarding};
pub use people::{Need, NeedKind, Role, TeamSize};
pub use recipients::{ClockRule, Confidence, Matter, Recipient};
pub use reporting::{
    AnnualReport, Equality, FactsWindow, ReportWording, Section, StepRule, StepRules, Strand, TeamWindow, WrittenRule,
};
pub use words::{ConsentAnswer, ConsentWording, Elsewhere, HowKnown, Names, Plain, Speaker, Theme, ToneWords};

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::entry::{Consent, How, Tone};

/// The packs that come with the program: id, version and text, of one id the newest first. A version that was once in use
/// stays for good: what was recorded under it means what its words meant.
const EMBEDDED: [(&str, &str, &str); 4] = [
    ("link-2008", "2", include_str!("../../schemes/link-2008.json")),
    ("link-2008", "1", include_str!("../../schemes/old/link-2008-1.json")),
    ("healthwatch-2013", "1", include_str!("../../schemes/healthwatch-2013.json")),
    ("lay-visiting", "1", include_str!("../../schemes/lay-visiting.json")),
];

/// One scheme pack, checked: every name in it that points somewhere points to something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Scheme {
    /// Such as `link-2008`.
    pub id: String,
    /// Counts up with every change of a word; entries name the one they were recorded under.
    pub version: String,
    /// What this scheme is and under which law, in a sentence.
    pub about: String,
    /// What things are called.
    pub names: Names,
    /// What notes and views can be about.
    pub themes: Vec<Theme>,
    /// Kinds of place.
    pub places: Vec<PlaceKind>,
    /// Areas and speakers where the kind of place is none of these, and at a stall.
    pub elsewhere: Elsewhere,
    /// Who can have spoken.
    pub speakers: Vec<Speaker>,
    /// The code of the speaker that every list ends with.
    pub someone_else: String,
    /// Good, mixed, poor, just a fact.
    pub tones: Vec<ToneWords>,
    /// How something is known; several at once.
    pub how_known: Vec<HowKnown>,
    /// What is read to a person, and the five answers.
    pub consent: ConsentWording,
    /// Why the duty to let us in may fall away.
    pub grounds: Vec<Ground>,
    /// Where there is no right to go.
    pub no_right: Vec<NoRight>,
    /// What to look for and ask.
    pub checklist: Vec<ChecklistQuestion>,
    /// What to do when something worries somebody.
    pub safeguarding: Safeguarding,
    /// Kinds of recipient of a report, a request or a referral.
    pub recipients: Vec<Recipient>,
    /// The clocks that a law starts.
    pub clocks: Vec<ClockRule>,
    /// The clock for everybody whom no law obliges: *asked by*, never *due*.
    pub asked_by: ClockRule,
    /// Sections and standing words of a report.
    pub report: ReportWording,
    /// Roles and what each needs.
    pub roles: Vec<Role>,
    /// How many go on a visit.
    #[serde(default)]
    pub team: TeamSize,
    /// How many days before something lapses the person and the host are told, longest first.
    pub warn_days: Vec<u32>,
    /// The principles of public life.
    pub nolan: Vec<String>,
    /// Methods of involvement.
    pub methods: Vec<Plain>,
    /// Decisions that are published with their reasons.
    pub decisions: Vec<Plain>,
    /// Who gets a copy of a published report.
    pub copies_to: Vec<String>,
    /// Equality monitoring.
    pub equality: Equality,
    /// When the annual report is due and what is in it.
    pub annual_report: AnnualReport,
}

impl Scheme {
    /// Reads a pack from its JSON text and checks it whole.
    ///
    /// # Errors
    /// When the text is not a pack, or a name in it points to nothing: says which pack, on which line, and why.
    pub fn parse(json: &str) -> Result<Self, SchemeError> {
        let mut unknown = None;
        let mut reading = serde_json::Deserializer::from_str(json);
        let scheme: Self = serde_ignored::deserialize(&mut reading, |path| {
            unknown.get_or_insert_with(|| path.to_string());
        })
        .and_then(|scheme| reading.end().map(|()| scheme))
        .map_err(|e| SchemeError::unreadable(json, &e))?;
        if let Some(path) = unknown {
            return Err(SchemeError::new(&scheme.id, path, "is no field of a pack").found_in(json));
        }
        check::check(&scheme).map_err(|error| error.found_in(json))?;
        Ok(scheme)
    }

    /// A pack that an office sent, which may be newer or older than this program: what is not known yet is left aside,
    /// and what the office does not know yet is empty. Whoever sent it had checked it.
    ///
    /// # Errors
    /// When it cannot be understood even so.
    pub fn received(json: &str) -> Result<Self, SchemeError> {
        serde_json::from_str(json).map_err(|e| SchemeError::unreadable(json, &e))
    }

    /// The newest pack of that id which comes with the program.
    #[must_use]
    pub fn embedded(id: &str) -> Option<&'static Self> {
        Self::nth(EMBEDDED.iter().position(|(known, ..)| *known == id)?)
    }

    /// The pack under which something was recorded, by its stamp (`link-2008/1`): that very version where the program has
    /// it, and else the newest of its id.
    #[must_use]
    pub fn recorded_under(stamp: &str) -> Option<&'static Self> {
        let (id, version) = stamp.split_once('/')?;
        match EMBEDDED.iter().position(|(known, of, _)| *known == id && *of == version) {
            Some(place) => Self::nth(place),
            None => Self::embedded(id),
        }
    }

    /// Read at its first use: an office needs one of them, a tablet none. A test reads them all, so that none is left out
    /// in silence.
    fn nth(place: usize) -> Option<&'static Self> {
        static PACKS: [OnceLock<Option<Scheme>>; EMBEDDED.len()] = [const { OnceLock::new() }; EMBEDDED.len()];
        let (.., json) = EMBEDDED.get(place)?;
        PACKS.get(place)?.get_or_init(|| Self::parse(json).ok()).as_ref()
    }

    /// The ids of the packs that come with the program, each once.
    pub fn embedded_ids() -> impl Iterator<Item = &'static str> {
        let first = |place: &usize, id: &str| !EMBEDDED.iter().take(*place).any(|(before, ..)| *before == id);
        EMBEDDED.iter().enumerate().filter(move |(place, (id, ..))| first(place, id)).map(|(_, (id, ..))| *id)
    }

    /// Id and version as entries carry them: `link-2008/1`.
    #[must_use]
    pub fn stamp(&self) -> String {
        format!("{}/{}", self.id, self.version)
    }

    /// The speaker of that code.
    #[must_use]
    pub fn speaker(&self, code: &str) -> Option<&Speaker> {
        self.speakers.iter().find(|speaker| speaker.code == code)
    }

    /// The ground of that letter, written large or small, with or without brackets.
    #[must_use]
    pub fn ground(&self, letter: &str) -> Option<&Ground> {
        let letter = letter.trim().trim_matches(['(', ')']).to_lowercase();
        self.grounds.iter().find(|ground| ground.letter == letter)
    }

    /// The theme of that code; any other theme is free words and as welcome.
    #[must_use]
    pub fn theme(&self, code: &str) -> Option<&Theme> {
        self.themes.iter().find(|theme| theme.code == code)
    }

    /// The theme that the words of a note seem to be about, to be settled at the office; none when nothing fits.
    #[must_use]
    pub fn propose_theme(&self, words: &str) -> Option<&Theme> {
        words::propose(&self.themes, words)
    }

    /// The kind of place of that name, whatever its capitals; none for a kind the pack does not know.
    #[must_use]
    pub fn place_kind(&self, kind: &str) -> Option<&PlaceKind> {
        let kind = fold(kind);
        self.places.iter().find(|place| fold(&place.code) == kind)
    }

    /// The areas to offer in that kind of place; what is typed instead stays as free words.
    #[must_use]
    pub fn areas_for(&self, kind: &str) -> &[String] {
        self.place_kind(kind).map_or(&self.elsewhere.areas, |place| &place.areas)
    }

    /// The speakers to offer in that kind of place: at most six, and *someone else* last.
    #[must_use]
    pub fn speakers_for(&self, kind: &str) -> Vec<&Speaker> {
        let codes = self.place_kind(kind).map_or(&self.elsewhere.speakers, |place| &place.speakers);
        codes.iter().chain([&self.someone_else]).filter_map(|code| self.speaker(code)).collect()
    }

    /// How a report on that kind of place names a speaker, after kinds that could be one person were merged.
    ///
    /// Free words are printed as *visitors and others*, so that nobody is known by them. A speaker for whom the pack has
    /// a name of their own (the manager, when they agreed to be quoted) has it in [`Speaker::alone`].
    #[must_use]
    pub fn printed_speaker(&self, kind: &str, code: &str) -> &str {
        let merged = self
            .place_kind(kind)
            .and_then(|place| place.merged.iter().find(|merged| merged.speakers.iter().any(|speaker| speaker == code)));
        if let Some(merged) = merged {
            return &merged.label;
        }
        self.speaker(code).or_else(|| self.speaker(&self.someone_else)).map_or("others", |s| s.in_print.as_str())
    }

    /// The words for a tone.
    #[must_use]
    pub fn tone(&self, tone: Tone) -> Option<&ToneWords> {
        self.tones.iter().find(|words| words.code == tone)
    }

    /// The words for how something is known.
    #[must_use]
    pub fn how(&self, how: How) -> Option<&HowKnown> {
        self.how_known.iter().find(|words| words.code == how)
    }

    /// The words for an answer to *may we use what you said*.
    #[must_use]
    pub fn consent_answer(&self, consent: Consent) -> Option<&ConsentAnswer> {
        self.consent.answers.iter().find(|answer| answer.code == consent)
    }

    /// The clock of that rule, *asked by* among them.
    #[must_use]
    pub fn clock(&self, rule: &str) -> Option<&ClockRule> {
        self.clocks.iter().chain([&self.asked_by]).find(|clock| clock.rule == rule)
    }

    /// The clock that a report starts for that kind of recipient; *asked by* for whoever is not obliged.
    #[must_use]
    pub fn clock_for(&self, recipient: &str) -> &ClockRule {
        self.clock_on(Matter::Report, recipient)
    }

    /// The clock that a report, a request or a referral starts for that kind of recipient.
    #[must_use]
    pub fn clock_on(&self, matter: Matter, recipient: &str) -> &ClockRule {
        let recipient = fold(recipient);
        self.clocks
            .iter()
            .find(|clock| clock.matter == matter && clock.recipients.iter().any(|kind| fold(kind) == recipient))
            .unwrap_or(&self.asked_by)
    }

    /// Where it is written that somebody else than they judges the check of whoever enters and views.
    #[must_use]
    pub fn judged_by_another(&self) -> &str {
        let entering = self.roles.iter().filter(|role| role.may("enter and view")).flat_map(|role| &role.needs);
        let check = entering.into_iter().find(|need| need.what == NeedKind::Check);
        check.map_or("", |need| need.citation.as_str())
    }

    /// What people call that role, as words within a sentence; one that this pack does not know is called as it stands.
    #[must_use]
    pub fn role_words(&self, name: &str) -> String {
        self.role(name).map_or_else(|| name.to_owned(), |role| fold(&role.label))
    }

    /// The same of several, one after the other.
    #[must_use]
    pub fn roles_words(&self, names: &[String]) -> String {
        names.iter().map(|name| self.role_words(name)).collect::<Vec<_>>().join(", ")
    }

    /// The role of that name.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<&Role> {
        let name = fold(name);
        self.roles.iter().find(|role| fold(&role.name) == name)
    }

    /// The questions for that kind of place, in the pack's order.
    pub fn checklist_for(&self, kind: &str) -> impl Iterator<Item = &ChecklistQuestion> {
        let kind = fold(kind);
        self.checklist.iter().filter(move |question| {
            question.places.is_empty() || question.places.iter().any(|place| fold(place) == kind)
        })
    }

    /// Where there is no right to go in that kind of place.
    #[must_use]
    pub fn no_right_for(&self, kind: &str) -> Vec<&NoRight> {
        match self.place_kind(kind) {
            Some(place) => self.no_right.iter().filter(|entry| place.no_right.contains(&entry.code)).collect(),
            None => self.no_right.iter().collect(),
        }
    }
}

/// Names compared without regard to capitals and spaces at the ends.
pub(crate) fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}

#[cfg(test)]
mod tests;
