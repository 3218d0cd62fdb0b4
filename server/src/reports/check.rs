//! What would be wrong with a report if it went out now, said where, what and what to do.
//! Nothing is changed here; what must never be printed is held back by the page itself, whether or not anybody looked.

use serde::{Deserialize, Serialize};

use super::fonts;
use super::model::{
    Block, Differences, Document, Finding, Observation, Photo, Photos, Quote, Recommendations, Run, Section, Table,
};
use super::photo;

mod title;
mod words;

/// How far a problem reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Something to know; the report can go.
    Notice,
    /// A draft may show it; the report may not be sent.
    StopsSending,
    /// No writer prints it: a sentence stands in its place, and the report may not be sent.
    HeldBack,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// How far it reaches.
    pub severity: Severity,
    /// Where it stands, in the report's own words: *Finding 2, photo “Leaflet rack”*.
    #[serde(rename = "where")]
    pub where_: String,
    /// What is wrong.
    pub what: String,
    /// What somebody can do about it.
    #[serde(rename = "do")]
    pub do_: String,
}

impl Problem {
    /// Whether the report may not be sent while this stands.
    pub fn stops_sending(&self) -> bool {
        self.severity >= Severity::StopsSending
    }
}

/// Everything that is wrong, in the order of the report. To be asked before any writer, and empty of
/// [`Problem::stops_sending`] before the report is sent.
pub fn check(document: &Document, photos: &Photos) -> Vec<Problem> {
    let mut found = Findings { photos, problems: vec![], place: vec![] };
    title::check(&mut found, document);
    let mut level = 1;
    for section in &document.sections {
        found.section(section, &mut level);
    }
    found.problems
}

/// The problems so far, and where the reader stands.
struct Findings<'a> {
    photos: &'a Photos,
    problems: Vec<Problem>,
    place: Vec<String>,
}

impl Findings<'_> {
    fn say(&mut self, severity: Severity, what: impl Into<String>, do_: impl Into<String>) {
        let where_ = self.place.join(", ");
        self.problems.push(Problem { severity, where_, what: what.into(), do_: do_.into() });
    }

    fn at(&mut self, place: impl Into<String>, look: impl FnOnce(&mut Self)) {
        self.place.push(place.into());
        look(self);
        self.place.pop();
    }

    fn section(&mut self, section: &Section, level: &mut u8) {
        let name = section.heading.clone().unwrap_or_else(|| "Findings".to_owned());
        self.at(name, |me| {
            if let Some(heading) = &section.heading {
                me.heading(heading, section.level, level);
            } else if section.blocks.iter().any(|b| !matches!(b, Block::Finding(_))) {
                me.say(
                    Severity::StopsSending,
                    "This section has no heading.",
                    "Give it one, so that people who listen to the report can find it.",
                );
            }
            if section.blocks.is_empty() {
                me.say(Severity::StopsSending, "Nothing stands in this section.", "Write it, or take it out.");
            }
            let own = *level;
            for block in &section.blocks {
                *level = own;
                me.block(block, section.finding_level(), level);
            }
        });
    }

    fn heading(&mut self, words: &str, at: u8, level: &mut u8) {
        if words.trim().is_empty() {
            self.say(Severity::StopsSending, "This heading is empty.", "Write it, or take the section out.");
        }
        if at < 2 || at > level.saturating_add(1) {
            self.say(
                Severity::StopsSending,
                format!("This heading is of level {at}, and the one before it of level {level}: a level is skipped."),
                "Put it one level below the heading that it belongs to.",
            );
        }
        *level = at;
        self.words("", words);
    }

    fn block(&mut self, block: &Block, finding_level: u8, level: &mut u8) {
        match block {
            Block::Paragraph { runs } => self.runs(runs),
            Block::List { items, .. } => {
                for item in items {
                    self.runs(item);
                }
            }
            Block::Facts { rows } => {
                for row in rows {
                    self.at(row.label.clone(), |me| me.runs(&row.runs));
                }
            }
            Block::Finding(finding) => {
                let place = format!("Finding {}", finding.number);
                self.at(place, |me| me.finding(finding, finding_level, level));
            }
            Block::Observation(seen) => self.observation(seen),
            Block::Quote(quote) => self.quote(quote),
            Block::Photo(photo) => {
                let place = format!("photo “{}”", photo.caption);
                self.at(place, |me| me.photo(photo));
            }
            Block::ProviderWords(theirs) => self.words("the provider's words", &theirs.words),
            Block::Differences(differences) => {
                self.at(differences.field.clone(), |me| me.differences(differences));
            }
            Block::Recommendations(asks) => self.asks(asks),
            Block::Table(table) => self.at(format!("table “{}”", table.caption), |me| me.table(table)),
            Block::Refusal(refusal) => {
                self.runs(&refusal.runs);
                if refusal.ground.trim().is_empty() || refusal.citation.trim().is_empty() {
                    self.say(
                        Severity::StopsSending,
                        "The refusal does not say on which ground, or where the law says so.",
                        "Choose the ground from the scheme's list.",
                    );
                }
            }
        }
    }

    fn finding(&mut self, finding: &Finding, at: u8, level: &mut u8) {
        self.heading(finding.heading(), at, level);
        self.words("", finding.lead().unwrap_or_default());
        if finding.rests_on == 0 {
            self.say(Severity::StopsSending, "This finding rests on no note.", "Link the notes that carry it.");
        }
        if finding.evidence.is_empty() {
            self.say(
                Severity::Notice,
                "Nothing that was seen or said is printed under this finding.",
                "Lend it an observation, a quote or a photo, if one may be printed.",
            );
        }
        for block in &finding.evidence {
            self.block(block, at.saturating_add(1), level);
        }
    }

    fn observation(&mut self, seen: &Observation) {
        if seen.how.is_empty() {
            self.say(
                Severity::StopsSending,
                "An observation does not say how it is known.",
                "Ask the person who wrote it whether it was seen, heard, smelt, told or read.",
            );
        }
        self.runs(&seen.runs);
    }

    fn quote(&mut self, quote: &Quote) {
        self.at(format!("quote of {}", quote.speaker), |me| {
            if !quote.words.is_proven() {
                me.say(
                    Severity::HeldBack,
                    "Nothing shows that this person agreed to be quoted.",
                    "Take the quote out, or say in our own words what it carries if they agreed to that.",
                );
            }
            if quote.speaker.trim().is_empty() {
                me.say(Severity::StopsSending, "The quote does not say what kind of person spoke.", "Add the kind.");
            }
            me.words("", quote.words.words());
        });
    }

    fn photo(&mut self, photo: &Photo) {
        if photo.shows.trim().is_empty() {
            self.say(
                Severity::HeldBack,
                "Nobody has described what this photo shows.",
                "Describe it in a sentence, for people who cannot see it.",
            );
        }
        if !photo.cover_confirmed {
            self.say(
                Severity::HeldBack,
                "Nobody has confirmed that faces and names on this photo are covered.",
                "Ask the person who took it to look and confirm, or take the photo out.",
            );
        }
        if !photo.second_look {
            self.say(
                Severity::StopsSending,
                "Only the person who took this photo has looked at it.",
                "Let somebody else look on the page of the visit's photos, or take the photo out.",
            );
        }
        match self.photos.get(&photo.hash).map(|bytes| photo::size(bytes)) {
            None => self.say(
                Severity::HeldBack,
                "This photo has not arrived.",
                "Wait for the tablet that has it, or take the photo out. Its words are safe.",
            ),
            Some(None) => self.say(
                Severity::HeldBack,
                "This photo's file is broken.",
                "Ask for it to be sent again from the tablet, or take the photo out.",
            ),
            Some(Some(size)) if size != (photo.width, photo.height) => self.say(
                Severity::Notice,
                "This photo has another size than its note says.",
                "Look at it once more: it may be another photo.",
            ),
            Some(Some(_)) => {}
        }
        if photo.permission.trim().is_empty() {
            self.say(
                Severity::StopsSending,
                "Nobody is named as having permitted this photo.",
                "Ask who permitted it, or take the photo out.",
            );
        }
        self.words("", &photo.caption);
        self.words("its description", &photo.shows);
    }

    fn differences(&mut self, differences: &Differences) {
        if !differences.printed_by_decision {
            self.say(
                Severity::StopsSending,
                "Two people wrote this differently, and it is not settled.",
                "Settle it with them, or let the team decide to print both.",
            );
        }
        for text in &differences.texts {
            self.words(&text.by, &text.words);
        }
    }

    fn asks(&mut self, asks: &Recommendations) {
        for row in &asks.rows {
            self.at(format!("recommendation {}", row.number), |me| {
                if row.to.trim().is_empty() {
                    me.say(Severity::StopsSending, "It does not say of whom we ask this.", "Choose who is to answer.");
                }
                if row.text.trim().is_empty() {
                    me.say(Severity::StopsSending, "It does not say what we ask.", "Write it, or take it out.");
                }
                me.words("", &row.text);
            });
        }
    }

    fn table(&mut self, table: &Table) {
        if table.caption.trim().is_empty() {
            self.say(Severity::StopsSending, "This table does not say what it shows.", "Give it a caption.");
        }
        if table.header.is_empty() || table.rows.iter().any(|row| row.len() != table.header.len()) {
            self.say(
                Severity::StopsSending,
                "A row of this table has more or fewer cells than its head.",
                "Give each row one cell for each head.",
            );
        }
        for cell in table.rows.iter().flatten() {
            self.words("", cell);
        }
    }

    fn runs(&mut self, runs: &[Run]) {
        for run in runs {
            self.words("", &run.words);
        }
    }
}
