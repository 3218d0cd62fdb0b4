//! Checking a pack whole: what may be empty, what must be there once, what points where. An error names the pack, the
//! place in it and the reason, because a person writes packs.

use std::collections::BTreeSet;

use super::{Scheme, StepRule, place};
use crate::clock::Calendar;
use crate::entry::Consent;

/// Why a text is not a pack. Nothing is loaded from it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The scheme {pack} cannot be used: line {line}, {path}: {reason}. The scheme in use is unchanged.")]
pub struct SchemeError {
    /// The pack's id, or *(unnamed)*.
    pub pack: String,
    /// On which line of its text; what is missing has the line of that in which it is missed.
    pub line: usize,
    /// Where in it, such as `checklist[3].theme` or *column 7*.
    pub path: String,
    /// What is wrong there.
    pub reason: String,
}

impl SchemeError {
    pub(super) fn new(pack: &str, path: String, reason: impl Into<String>) -> Self {
        Self { pack: pack.to_owned(), line: 1, path, reason: reason.into() }
    }

    /// With the line of its place.
    pub(super) fn found_in(self, json: &str) -> Self {
        Self { line: place::line(json, &self.path), ..self }
    }

    pub(super) fn unreadable(json: &str, error: &serde_json::Error) -> Self {
        let pack = serde_json::from_str::<serde_json::Value>(json)
            .ok()
            .and_then(|value| value.get("id").and_then(|id| id.as_str().map(str::to_owned)))
            .unwrap_or_else(|| "(unnamed)".to_owned());
        let at = format!(" at line {} column {}", error.line(), error.column());
        Self {
            pack,
            line: error.line(),
            path: format!("column {}", error.column()),
            reason: error.to_string().replace(&at, ""),
        }
    }
}

/// The words that a standing text may leave open.
const OPEN: [&str; 8] = ["place", "network", "host", "date", "ground", "citation", "lead", "phone"];

pub(super) fn check(scheme: &Scheme) -> Result<(), SchemeError> {
    let at = Checking { scheme };
    at.vocabulary()?;
    at.places()?;
    at.consent()?;
    at.entering()?;
    at.clocks()?;
    at.roles()?;
    at.team()?;
    at.texts()
}

struct Checking<'a> {
    scheme: &'a Scheme,
}

impl Checking<'_> {
    fn wrong<T>(&self, path: String, reason: impl Into<String>) -> Result<T, SchemeError> {
        Err(SchemeError::new(&self.scheme.id, path, reason))
    }

    /// Every one of `codes` is there, none twice, none empty.
    fn once<'c>(&self, list: &str, codes: impl Iterator<Item = &'c str>) -> Result<(), SchemeError> {
        let mut seen = BTreeSet::new();
        for (n, code) in codes.enumerate() {
            if code.trim().is_empty() {
                return self.wrong(format!("{list}[{n}]"), "its name is empty");
            }
            if !seen.insert(code) {
                return self.wrong(format!("{list}[{n}]"), format!("“{code}” is there twice"));
            }
        }
        if seen.is_empty() { self.wrong(list.to_owned(), "is empty") } else { Ok(()) }
    }

    /// Every one of `codes` is known.
    fn known<'c>(
        &self,
        path: &str,
        codes: impl Iterator<Item = &'c String>,
        what: &str,
        known: impl Fn(&str) -> bool,
    ) -> Result<(), SchemeError> {
        for code in codes {
            if !known(code) {
                return self.wrong(path.to_owned(), format!("“{code}” is no {what} of this scheme"));
            }
        }
        Ok(())
    }

    fn vocabulary(&self) -> Result<(), SchemeError> {
        let s = self.scheme;
        self.once("id", [s.id.as_str()].into_iter())?;
        // Tablets are told it as a number, and take the higher one.
        if !s.version.parse::<u32>().is_ok_and(|version| version > 0) {
            return self.wrong("version".to_owned(), "must be a whole number, one higher with every change of a word");
        }
        let n = &s.names;
        for (name, words) in [
            ("network", &n.network),
            ("network_short", &n.network_short),
            ("host", &n.host),
            ("steering", &n.steering),
            ("representative", &n.representative),
            ("representatives", &n.representatives),
            ("outreach_worker", &n.outreach_worker),
            ("officer", &n.officer),
            ("provider", &n.provider),
            ("commissioner", &n.commissioner),
            ("scrutiny", &n.scrutiny),
            ("power", &n.power),
            ("visit", &n.visit),
        ] {
            if words.trim().is_empty() {
                return self.wrong(format!("names.{name}"), "is empty");
            }
        }
        self.once("themes", s.themes.iter().map(|t| t.code.as_str()))?;
        self.once("places", s.places.iter().map(|p| p.code.as_str()))?;
        self.once("speakers", s.speakers.iter().map(|p| p.code.as_str()))?;
        self.once("recipients", s.recipients.iter().map(|p| p.code.as_str()))?;
        self.once("methods", s.methods.iter().map(|m| m.code.as_str()))?;
        self.once("decisions", s.decisions.iter().map(|d| d.code.as_str()))?;
        self.once("report.sections", s.report.sections.iter().map(|x| x.code.as_str()))?;
        self.once("equality.strands", s.equality.strands.iter().map(|x| x.code.as_str()))?;
        for (n, theme) in s.themes.iter().enumerate() {
            self.once(&format!("themes[{n}].words"), theme.words.iter().map(String::as_str))?;
        }
        let is_speaker = |code: &str| s.speaker(code).is_some();
        self.known("someone_else", [&s.someone_else].into_iter(), "speaker", is_speaker)?;
        let tones = s.tones.iter().map(|t| t.code).collect::<BTreeSet<_>>();
        if tones.len() != 4 || s.tones.len() != 4 {
            return self.wrong("tones".to_owned(), "needs good, mixed, poor and neutral, each once");
        }
        let how = s.how_known.iter().map(|h| h.code).collect::<BTreeSet<_>>();
        if how.len() != 5 || s.how_known.len() != 5 {
            return self.wrong("how_known".to_owned(), "needs seen, heard, smelt, told and read, each once");
        }
        Ok(())
    }

    fn places(&self) -> Result<(), SchemeError> {
        let s = self.scheme;
        let is_speaker = |code: &str| s.speaker(code).is_some();
        self.offered("elsewhere.speakers", &s.elsewhere.speakers)?;
        for (n, place) in s.places.iter().enumerate() {
            self.offered(&format!("places[{n}].speakers"), &place.speakers)?;
            let merged = place.merged.iter().flat_map(|merged| &merged.speakers);
            self.known(&format!("places[{n}].merged"), merged.clone(), "speaker", is_speaker)?;
            self.once_or_never(&format!("places[{n}].merged"), merged)?;
            let is_no_right = |code: &str| s.no_right.iter().any(|entry| entry.code == code);
            self.known(&format!("places[{n}].no_right"), place.no_right.iter(), "entry of no_right", is_no_right)?;
            if (place.right == super::Right::No) != place.why_not.is_some() {
                return self
                    .wrong(format!("places[{n}].why_not"), "belongs to a place without a right, and to no other");
            }
        }
        Ok(())
    }

    fn offered(&self, path: &str, speakers: &[String]) -> Result<(), SchemeError> {
        self.known(path, speakers.iter(), "speaker", |code| self.scheme.speaker(code).is_some())?;
        self.once_or_never(path, speakers.iter())?;
        if speakers.len() > 6 {
            return self.wrong(path.to_owned(), format!("offers {} speakers; six fit on the screen", speakers.len()));
        }
        if speakers.contains(&self.scheme.someone_else) {
            return self.wrong(path.to_owned(), format!("“{}” is added by itself", self.scheme.someone_else));
        }
        Ok(())
    }

    fn once_or_never<'c>(&self, path: &str, codes: impl Iterator<Item = &'c String>) -> Result<(), SchemeError> {
        let mut codes = codes.map(String::as_str).peekable();
        if codes.peek().is_none() { Ok(()) } else { self.once(path, codes) }
    }

    fn consent(&self) -> Result<(), SchemeError> {
        let answers: Vec<Consent> = self.scheme.consent.answers.iter().map(|answer| answer.code).collect();
        for consent in Consent::ALL {
            if answers.iter().filter(|answer| **answer == consent).count() != 1 {
                return self.wrong("consent.answers".to_owned(), "needs each of the five answers once");
            }
        }
        Ok(())
    }

    fn entering(&self) -> Result<(), SchemeError> {
        let s = self.scheme;
        self.once("grounds", s.grounds.iter().map(|g| g.letter.as_str()))?;
        self.once("no_right", s.no_right.iter().map(|g| g.code.as_str()))?;
        self.once("checklist", s.checklist.iter().map(|q| q.code.as_str()))?;
        for (n, ground) in s.grounds.iter().enumerate() {
            if ground.citation.trim().is_empty() || ground.plain.trim().is_empty() {
                return self.wrong(format!("grounds[{n}]"), "needs plain words and a citation");
            }
            if !matches!(ground.letter.as_bytes(), [b'a'..=b'z']) {
                return self.wrong(format!("grounds[{n}].letter"), "must be one small letter");
            }
        }
        for (n, question) in s.checklist.iter().enumerate() {
            let path = format!("checklist[{n}]");
            self.known(&path, [&question.theme].into_iter(), "theme", |code| s.theme(code).is_some())?;
            self.known(&path, question.places.iter(), "kind of place", |code| s.place_kind(code).is_some())?;
        }
        if s.safeguarding.steps.is_empty() {
            return self.wrong("safeguarding.steps".to_owned(), "is empty");
        }
        Ok(())
    }

    fn clocks(&self) -> Result<(), SchemeError> {
        let s = self.scheme;
        self.once("clocks", s.clocks.iter().chain([&s.asked_by]).map(|c| c.rule.as_str()))?;
        let is_recipient = |code: &str| s.recipients.iter().any(|recipient| recipient.code == code);
        let mut bound = BTreeSet::new();
        for (n, clock) in s.clocks.iter().chain([&s.asked_by]).enumerate() {
            let path = if clock.rule == s.asked_by.rule { "asked_by".to_owned() } else { format!("clocks[{n}]") };
            self.known(&path, clock.recipients.iter(), "recipient", is_recipient)?;
            if clock.length == 0 {
                return self.wrong(format!("{path}.length"), "a clock needs a day at least");
            }
            if clock.calendar != Calendar::embedded().name() {
                return self.wrong(format!("{path}.calendar"), format!("“{}” is no calendar", clock.calendar));
            }
            if clock.obliges() == (clock.rule == s.asked_by.rule) {
                return self.wrong(format!("{path}.recipients"), "a clock binds somebody, and asked_by nobody");
            }
            for kind in &clock.recipients {
                if !bound.insert((clock.matter as u8, kind)) {
                    return self.wrong(format!("{path}.recipients"), format!("“{kind}” has another clock for this"));
                }
            }
        }
        Ok(())
    }

    fn team(&self) -> Result<(), SchemeError> {
        let team = &self.scheme.team;
        if team.least == 0 || team.least > team.most {
            return self.wrong("team".to_owned(), "its fewest are none, or more than its most");
        }
        Ok(())
    }

    fn roles(&self) -> Result<(), SchemeError> {
        let s = self.scheme;
        self.once("roles", s.roles.iter().map(|role| role.name.as_str()))?;
        for (n, role) in s.roles.iter().enumerate() {
            let path = format!("roles[{n}]");
            self.known(&format!("{path}.not_with"), role.not_with.iter(), "role", |name| s.role(name).is_some())?;
            for need in &role.needs {
                let held = |what| role.needs.iter().any(|other| other.what == what && other.given_with.is_none());
                if need.given_with.is_some_and(|with| with == need.what || !held(with)) {
                    return self
                        .wrong(format!("{path}.needs"), "given_with names nothing that this role needs by itself");
                }
                if need.valid_months.is_some_and(|months| months < 1) {
                    return self.wrong(format!("{path}.needs"), "valid_months must be 1 or more, or left out");
                }
            }
        }
        for deed in ["enter and view", "sign off", "administer", "read concerns", "write"] {
            if !s.roles.iter().any(|role| role.may(deed)) {
                return self.wrong("roles".to_owned(), format!("nobody may {deed}"));
            }
        }
        if s.warn_days.is_empty() || !s.warn_days.iter().rev().is_sorted() {
            return self.wrong("warn_days".to_owned(), "needs days, the longest first");
        }
        Ok(())
    }

    fn texts(&self) -> Result<(), SchemeError> {
        let (report, safe) = (&self.scheme.report, &self.scheme.safeguarding);
        if report.team_window.length == 0 || report.facts_window.length == 0 {
            return self.wrong("report.team_window".to_owned(), "a window needs a day, for the team and for facts");
        }
        for rule in StepRule::ALL {
            let written = report.rules.of(rule);
            if written.rule.trim().is_empty() || written.citation.trim().is_empty() {
                return self.wrong("report.rules".to_owned(), format!("{rule:?} needs its words and a citation"));
            }
        }
        let sections = report.sections.iter().map(|section| ("report.sections", &section.standing));
        let steps = safe.steps.iter().map(|step| ("safeguarding.steps", step));
        let single = [
            ("report.title", &report.title),
            ("report.kind", &report.kind),
            ("report.everybody", &report.everybody),
            ("report.how_to_answer", &report.how_to_answer),
            ("report.no_views", &report.no_views),
            ("report.cut_short", &report.cut_short),
            ("report.refused", &report.refused),
            ("safeguarding.not_reached", &safe.not_reached),
            ("safeguarding.no_lead", &safe.no_lead),
        ];
        for (path, text) in single.into_iter().chain(sections).chain(steps) {
            for open in text.split('{').skip(1) {
                let name = open.split('}').next().unwrap_or_default();
                if !OPEN.contains(&name) {
                    return self.wrong(path.to_owned(), format!("nothing fills in “{{{name}}}”"));
                }
            }
        }
        Ok(())
    }
}
