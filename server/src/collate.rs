//! A report from rows and projections: everything that is printed is put together here, in the pack's order.
//! No layout lives here and no rule of consent: a quote comes only through `View::quotable`, a step only from the domain.

mod after;
mod areas;
mod blocks;
mod compare;
mod first_page;
mod gather;
mod passages;
mod weigh;

pub use blocks::value_words;
pub use compare::{KeptSentence, changes, kept};
pub use gather::{Beside, Gathered, Typed};
pub use passages::{Part, Passage, Sentence, key_of};
pub use weigh::{Asked, FEW, Withheld};

use crate::objects::Objects;
use crate::office::notes::pack_of;
use crate::office::on_the_day::Day;
use crate::office::words::{self, list};
use crate::reports::{
    Answer, Block, Document, Fact, Photos, ProviderWords, Recommendation, Recommendations, Run, Section, Table,
};
use crate::store::OrgStore;
use crate::store::findings::numbered;
use anyhow::{Context as _, Result};
use domain::entry::{Entry, View};
use domain::report::{Disagreement, Mark, TeamReading};
use domain::scheme::Scheme;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// The zone in which days and times of a report are told.
#[must_use]
pub fn zone() -> TimeZone {
    TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)
}

/// The report `report_id` as it is printed on `today`, with the photos that stand in it.
///
/// # Errors
/// The store's, or a report that is not there.
pub async fn document(org: &OrgStore, objects: &Objects, report_id: &str, today: Date) -> Result<(Document, Photos)> {
    let document = Gathered::of_report(org, report_id, today).await?.document();
    let photos = photos(org, objects, &document).await?;
    Ok((document, photos))
}

/// The photos that stand in a document; one whose bytes have not come stays out, and `check` says so.
///
/// # Errors
/// The store's.
pub async fn photos(org: &OrgStore, objects: &Objects, document: &Document) -> Result<Photos> {
    let mut photos = Photos::new();
    for hash in document.photos() {
        if let Some(bytes) = photo_bytes(org, objects, &hash).await? {
            photos.insert(hash, bytes);
        }
    }
    Ok(photos)
}

impl Gathered {
    /// Everything that is printed: the words, as they stand or as they were signed and sent, and what came after.
    #[must_use]
    pub fn document(&self) -> Document {
        let mut document = self.kept.clone().unwrap_or_else(|| self.written());
        self.add_what_came_after(&mut document);
        document
    }

    /// The words alone, in the pack's order: what is read, signed and sent.
    #[must_use]
    pub fn written(&self) -> Document {
        let mut sections = Vec::new();
        for section in &self.pack.report.sections {
            let standing = self.fill(&section.standing);
            match section.code.as_str() {
                "findings" => sections.extend(self.findings(&section.heading)),
                code => {
                    let mut blocks = Vec::new();
                    if !standing.is_empty() {
                        blocks.extend(standing.split("\n\n").map(Block::paragraph));
                    }
                    blocks.extend(self.section(code));
                    if !blocks.is_empty() {
                        sections
                            .push(Section { code: code.to_owned(), ..Section::new(section.heading.clone(), blocks) });
                    }
                }
            }
        }
        Document {
            language: "en-GB".to_owned(),
            organisation: self.org_name.clone(),
            stage: None,
            running: format!("{}. {}, {}, {}", self.pack.report.footer, self.org_name, self.place.name, self.month()),
            created: jiff::Timestamp::UNIX_EPOCH,
            title: self.title_page(),
            sections,
        }
    }

    fn fill(&self, text: &str) -> String {
        text.replace("{place}", &self.place.name)
            .replace("{network}", &self.org_name)
            .replace("{host}", &self.host)
            .replace("{date}", &words::several(&self.days))
    }

    fn month(&self) -> String {
        let last = self.days.last().copied().unwrap_or(self.today);
        words::plain(last).split_once(words::NBSP).map(|(_, month)| month.to_owned()).unwrap_or_default()
    }

    fn section(&self, code: &str) -> Vec<Block> {
        match code {
            "details" => self.details(),
            "purpose" => vec![Block::paragraph(self.visit.purpose.clone())],
            "methods" => self.methods(),
            "summary" => self.summary(),
            "good practice" => self.blocks_of(&self.practice),
            "recommendations" => self.recommendations(),
            "distribution" => self.distribution(),
            "contact" => self.typed.contact.lines().filter(|l| !l.trim().is_empty()).map(Block::paragraph).collect(),
            _ => Vec::new(),
        }
    }

    fn details(&self) -> Vec<Block> {
        let p = &self.place;
        let mut rows = vec![Fact::new("Place", format!("{}, {}", p.name, p.kind))];
        if !p.address.is_empty() {
            rows.push(Fact::new("Address", format!("{}, {}", p.address, p.postcode)));
        }
        rows.extend(p.provider_name.as_ref().map(|n| Fact::new("Run by", n.clone())));
        rows.extend(p.commissioner_name.as_ref().map(|n| Fact::new("Paid for by", n.clone())));
        rows.push(Fact::new("When", self.when_words()));
        let team: Vec<&str> = self.team.iter().map(|m| m.name.as_str()).collect();
        rows.push(Fact::new("Team", list(&team)));
        let lead = self.team.iter().find(|m| self.visit.lead.as_deref() == Some(m.person.as_str()));
        rows.extend(lead.map(|m| Fact::new("Lead", m.name.clone())));
        let day = Day::of(&self.books, &self.names, zone());
        rows.extend(day.for_the_report().into_iter().map(|(heading, words)| Fact::new(&heading, words)));
        if !self.as_before {
            rows.extend(self.areas(&day));
        }
        let mut blocks = vec![Block::Facts { rows }];
        blocks.extend(self.refusals());
        blocks
    }

    /// How many of each printed kind of speaker: merged, until none could be one person; in confidence counts as nothing.
    fn counts(&self) -> BTreeMap<String, usize> {
        let counts = self.kinds();
        if counts.len() > 1 && counts.values().any(|n| *n == 1) {
            let all = counts.values().sum();
            return BTreeMap::from([(self.pack.report.everybody.clone(), all)]);
        }
        counts
    }

    /// Each view that stands, with the pack that it was recorded under.
    fn views(&self) -> impl Iterator<Item = (View, &Scheme)> + '_ {
        self.entries.values().filter_map(|e| match e.standing() {
            Some(Entry::View(view)) => Some((view, pack_of(&e.read, self.pack))),
            _ => None,
        })
    }

    fn methods(&self) -> Vec<Block> {
        let counts = self.counts();
        if counts.is_empty() {
            return vec![Block::paragraph(self.fill(&self.pack.report.no_views))];
        }
        let row = |(label, n): (String, usize)| vec![words::capital(&label), n.to_string()];
        vec![Block::Table(Table {
            caption: "Who spoke to us".to_owned(),
            header: vec!["Kind of person".to_owned(), "People".to_owned()],
            rows: counts.into_iter().map(row).collect(),
            note: Some(self.fill(&self.pack.report.experts_by_experience)),
        })]
    }

    fn summary(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = self.differences();
        blocks.extend(self.impression().map(Block::paragraph));
        blocks.extend(self.typed.summary.lines().filter(|l| !l.trim().is_empty()).map(Block::paragraph));
        let read = self.report.as_ref().and_then(|report| report.stage().reading());
        for Disagreement { by, about, says } in read.into_iter().flat_map(TeamReading::to_print) {
            blocks.push(Block::paragraph(match about {
                None => format!("{by} read this report and does not agree: {says}"),
                Some(Mark { about, entry: Some(_), .. }) => {
                    format!("{by} read this report and does not agree with {about}: {says}")
                }
                Some(Mark { about, .. }) => format!("{by} read this report and does not agree with “{about}”: {says}"),
            }));
        }
        blocks
    }

    fn findings(&self, heading: &str) -> Vec<Section> {
        let findings: Vec<_> = numbered(&self.findings).map(|(number, f)| self.finding(number, f)).collect();
        let mut sections = Vec::new();
        if findings.is_empty() {
            sections.push(Section::new(heading, vec![Block::paragraph("No finding has been written yet.")]));
        } else {
            sections.push(Section::of_findings(findings));
        }
        let unplaced: Vec<Block> = self.provider_words(None);
        if !unplaced.is_empty() {
            sections.push(Section::new("What the provider says about facts", unplaced));
        }
        sections
    }

    /// What the provider said about facts, beside the finding it was set beside; `None` for the rest.
    fn provider_words(&self, finding: Option<&str>) -> Vec<Block> {
        let facts = self.report.as_ref().map(|r| r.stage().facts()).unwrap_or_default();
        let stands = |says: &str| {
            let mut ids = self.typed.beside.get(says).into_iter().flat_map(Beside::findings);
            match finding {
                Some(finding) => ids.any(|id| id == finding),
                None => !ids.any(|id| self.findings.iter().any(|f| f.id == id)),
            }
        };
        let mut blocks = Vec::new();
        for fact in facts.iter().filter(|fact| fact.is_printed() && stands(&fact.says)) {
            blocks.push(Block::ProviderWords(ProviderWords {
                label: format!("{} says", fact.by),
                words: fact.says.clone(),
            }));
        }
        blocks
    }

    fn recommendations(&self) -> Vec<Block> {
        if self.asks.is_empty() {
            return vec![Block::paragraph("We ask nothing of anybody.")];
        }
        let row = |(number, ask): (u32, &crate::store::findings::Recommendation)| Recommendation {
            number,
            to: self.body_name(&ask.body),
            text: ask.words.clone(),
            by: ask.asked_by.as_ref().and_then(|day| day.parse().ok()).map(words::in_full),
            due: None,
            answer: Answer::Awaited,
        };
        let rows = numbered(&self.asks).map(row).collect();
        vec![Block::Recommendations(Recommendations { rows, how_to_answer: None })]
    }

    fn distribution(&self) -> Vec<Block> {
        let items = self.pack.copies_to.iter().map(|copy| vec![Run::plain(words::capital(copy))]).collect();
        vec![Block::List { numbered: false, items }]
    }

    fn body_name(&self, id: &str) -> String {
        self.bodies.get(id).cloned().unwrap_or_default()
    }
}

/// A report's row, or an error that says that it is not there.
pub(crate) async fn row(org: &OrgStore, id: &str) -> Result<crate::store::reports::Report> {
    org.report(id).await?.context("There is no such report here.")
}

/// A photo's bytes, or none while they have not come, or where they were refused.
///
/// # Errors
/// The store's, or an object that is lost or broken.
pub async fn photo_bytes(org: &OrgStore, objects: &Objects, hash: &str) -> Result<Option<Vec<u8>>> {
    match org.photo_progress(hash).await? {
        Some(photo) if photo.state == "stored" => objects.get(org.id(), hash).await.context("a photo's object"),
        _ => Ok(None),
    }
}
