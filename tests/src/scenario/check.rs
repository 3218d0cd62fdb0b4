//! Whether a file holds together: names that it uses are names that it brings, words are the pack's, photos are there.

use super::entry::What;
use super::reading::Refused;
use super::{Scenario, Step, Visit, Written};
use domain::scheme::Scheme;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The words of a scheme that a file may not invent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Ids of packs.
    pub schemes: BTreeSet<String>,
    /// Kinds of person who may have spoken.
    pub speakers: BTreeSet<String>,
    /// Letters of the grounds on which a team may be refused.
    pub grounds: BTreeSet<String>,
}

impl Vocabulary {
    /// The words of every pack that the product carries; which of them a file's pack lacks, the office will say.
    #[must_use]
    pub fn of_the_embedded_packs() -> Self {
        let packs = || Scheme::embedded_ids().filter_map(Scheme::embedded);
        Self {
            schemes: Scheme::embedded_ids().map(str::to_owned).collect(),
            speakers: packs().flat_map(|p| p.speakers.iter().map(|s| s.code.clone())).collect(),
            grounds: packs().flat_map(|p| p.grounds.iter().map(|g| g.letter.clone())).collect(),
        }
    }
}

/// Checks the whole, and resolves the paths of photos and directories against the file's own folder.
pub(super) fn check(scenario: &mut Scenario, words: &Vocabulary) -> Result<(), Refused> {
    let file = scenario.file.clone();
    let check = Check { file: &file, words };
    if !words.schemes.contains(&scenario.organisation.scheme) {
        let known = listed(&words.schemes);
        return Err(check
            .refused("organisation", format!("unknown scheme `{}`; known are {known}", scenario.organisation.scheme)));
    }
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    for (n, place) in scenario.places.iter_mut().enumerate() {
        if let Some(from) = &mut place.from {
            *from = check.found(&format!("places[{n}]"), &folder, from)?;
        }
    }
    let people: BTreeSet<&str> = scenario.people.iter().map(|p| p.name.as_str()).collect();
    let places: BTreeSet<&str> = scenario.places.iter().map(|p| p.name.as_str()).collect();
    for (n, visit) in scenario.visits.iter_mut().enumerate() {
        let at = format!("visits[{n}]");
        check.known(&at, "place", &visit.place, &places)?;
        for name in visit.team.iter().chain([&visit.lead]) {
            check.known(&at, "person", name, &people)?;
        }
        check.entries(&at, visit, &folder, &people)?;
    }
    for (n, event) in scenario.outreach.iter().enumerate() {
        let at = format!("outreach[{n}]");
        check.known(&at, "person", &event.by, &people)?;
        for (v, (view, _)) in event.views.iter().enumerate() {
            check.speaker(&format!("{at}.views[{v}]"), &view.speaker)?;
        }
    }
    check.office(scenario, &people)
}

struct Check<'a> {
    file: &'a Path,
    words: &'a Vocabulary,
}

impl Check<'_> {
    fn refused(&self, at: &str, reason: String) -> Refused {
        Refused { file: self.file.to_owned(), at: at.to_owned(), reason }
    }

    fn known(&self, at: &str, what: &str, name: &str, all: &BTreeSet<&str>) -> Result<(), Refused> {
        if all.contains(name) {
            return Ok(());
        }
        Err(self.refused(at, format!("the {what} `{name}` is not in this file")))
    }

    fn speaker(&self, at: &str, speaker: &str) -> Result<(), Refused> {
        if self.words.speakers.contains(speaker) {
            return Ok(());
        }
        Err(self.refused(at, format!("unknown speaker `{speaker}`; known are {}", listed(&self.words.speakers))))
    }

    fn entries(&self, at: &str, visit: &mut Visit, folder: &Path, people: &BTreeSet<&str>) -> Result<(), Refused> {
        for entry in &mut visit.entries {
            let at = format!("{at}.entries[{}] (kind {})", entry.line, entry.what.kind());
            if !entry.by.is_empty() {
                self.known(&at, "person", &entry.by, people)?;
            }
            match &mut entry.what {
                What::View(view, _) => self.speaker(&at, &view.speaker)?,
                What::Refusal(refusal) if !self.words.grounds.contains(&refusal.ground) => {
                    let known = listed(&self.words.grounds);
                    return Err(self.refused(&at, format!("unknown ground `{}`; known are {known}", refusal.ground)));
                }
                What::Photo(photo) => photo.file = self.found(&at, folder, &photo.file)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// A file beside the scenario; looked at, so that nothing starts that cannot end.
    fn found(&self, at: &str, folder: &Path, named: &Path) -> Result<PathBuf, Refused> {
        let path = folder.join(named);
        let looked = std::fs::File::open(&path).and_then(|file| file.metadata());
        match looked {
            Ok(found) if found.is_file() => Ok(path),
            Ok(_) => Err(self.refused(at, format!("{} is not a file", named.display()))),
            Err(why) => Err(self.refused(at, format!("{} cannot be read: {why}", named.display()))),
        }
    }

    fn office(&self, scenario: &Scenario, people: &BTreeSet<&str>) -> Result<(), Refused> {
        let Some(office) = &scenario.office else { return Ok(()) };
        self.known("office", "person", &office.by, people)?;
        let Some(visit) = scenario.reported_visit().and_then(|n| scenario.visits.get(n)) else {
            return Err(self.refused("office", "there is no visit that the report could be about".into()));
        };
        for (n, settled) in office.resolve.iter().enumerate() {
            self.known(&format!("office.resolve[{n}]"), "person", &settled.by, people)?;
        }
        for (n, finding) in office.findings.iter().enumerate() {
            let at = format!("office.findings[{n}]");
            if finding.evidence.is_empty() {
                return Err(self.refused(&at, "a finding stands on evidence, and none is named".into()));
            }
            for written in finding.evidence.iter().chain(&finding.names_no_quote_from) {
                self.written(&at, visit, *written)?;
            }
        }
        for (n, written) in office.good_practice.iter().enumerate() {
            self.written(&format!("office.good_practice[{n}]"), visit, *written)?;
        }
        for (n, dated) in office.steps.iter().enumerate() {
            let at = format!("office.steps[{n}]");
            match &dated.step {
                Step::Checked { by } | Step::SignedOff { by, .. } => self.known(&at, "person", by, people)?,
                Step::Reply { answers, .. } => {
                    let asked = office.recommendations.len();
                    if let Some(answer) = answers.iter().find(|a| a.n == 0 || a.n > asked) {
                        return Err(self.refused(&at, format!("there is no recommendation {}", answer.n)));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn written(&self, at: &str, visit: &Visit, written: Written) -> Result<(), Refused> {
        if visit.entries.iter().any(|e| e.is(written)) {
            return Ok(());
        }
        Err(self.refused(at, format!("no entry of the visit to {} was written at `{written}`", visit.place)))
    }
}

fn listed(words: &BTreeSet<String>) -> String {
    words.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
