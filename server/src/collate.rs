//! A report from rows and projections: everything that is printed is put together here, in the pack's order.
//! No layout lives here and no rule of consent: a quote comes only through `View::quotable`, a step only from the domain.

mod blocks;
mod gather;

pub use blocks::value_words;
pub use gather::{Gathered, Typed};

use crate::objects::Objects;
use crate::office::words::{self, in_full, list};
use crate::reports::{
    Answer, Ask, Block, ByWhen, Choice, Document, Due, Fact, Photos, ProviderWords, Recommendation, Recommendations,
    Run, Section, Table, TitlePage,
};
use crate::store::OrgStore;
use anyhow::{Context as _, Result};
use domain::entry::{Consent, Entry, View};
use domain::report::{AnswerState, Duty, Stage, Will};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// The zone in which days and times of a report are told.
#[must_use]
pub fn zone() -> TimeZone {
    TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)
}

/// The report `report_id` as it would be printed on `today`, with the photos that stand in it.
///
/// # Errors
/// The store's, or a report that is not there.
pub async fn document(org: &OrgStore, objects: &Objects, report_id: &str, today: Date) -> Result<(Document, Photos)> {
    let gathered = Gathered::of_report(org, report_id, today).await?;
    let document = gathered.document();
    let mut photos = Photos::new();
    for hash in gathered.photos() {
        // A photo whose bytes have not come stays out; `check` says so.
        if let Some(bytes) = photo_bytes(org, objects, &hash).await? {
            photos.insert(hash, bytes);
        }
    }
    Ok((document, photos))
}

impl Gathered {
    /// Everything that is printed, in the pack's order.
    #[must_use]
    pub fn document(&self) -> Document {
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
                        sections.push(Section::new(section.heading.clone(), blocks));
                    }
                }
            }
        }
        Document {
            language: "en-GB".to_owned(),
            organisation: self.org_name.clone(),
            stage: self.stage_line(),
            running: format!("{}. {}, {}, {}", self.pack.report.footer, self.org_name, self.place.name, self.month()),
            created: self.today.to_zoned(zone()).map_or(jiff::Timestamp::UNIX_EPOCH, |z| z.timestamp()),
            title: self.title(),
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

    fn stage_line(&self) -> Option<String> {
        match self.report.as_ref().map(|r| r.stage()) {
            None | Some(Stage::Draft) => Some("Draft, for the team to read".into()),
            Some(Stage::ReadByTeam { .. }) => Some("Draft, read by the team".into()),
            Some(Stage::Checked { .. }) => Some("Draft, checked".into()),
            Some(Stage::WithProvider { facts, .. }) => {
                Some(format!("Draft, for the provider to check facts until {}", in_full(facts.until)))
            }
            Some(Stage::SignedOff { .. } | Stage::Sent { .. } | Stage::Published { .. }) => None,
        }
    }

    fn title(&self) -> TitlePage {
        let summary = self.typed.summary.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned);
        let mut found: Vec<String> = summary.collect();
        if found.is_empty() {
            found = in_five_lines(self.findings.iter().map(|f| f.words.clone()).collect());
        }
        if found.is_empty() {
            found.extend(self.impression());
        }
        let asks = (1..).zip(&self.asks).map(|(number, r)| Ask { number, words: r.words.clone() });
        TitlePage {
            place: self.place.name.clone(),
            kind: "Enter and view report".to_owned(),
            where_: self.where_words(),
            when: self.when_words(),
            who: self.who_words(),
            found,
            ask: asks.collect(),
            by_when: self.by_when(),
        }
    }

    fn where_words(&self) -> String {
        let p = &self.place;
        let run = p.provider_name.as_ref().map(|name| format!("Run by {name}."));
        let address: Vec<&str> =
            [p.kind.as_str(), &p.address, &p.postcode].into_iter().filter(|t| !t.is_empty()).collect();
        let mut parts = vec![format!("{}.", words::capital(&address.join(", ")))];
        parts.extend(run);
        parts.join(" ")
    }

    fn when_words(&self) -> String {
        let session = |s: &crate::store::visits::Session| {
            let day = s.date.parse::<Date>().map(in_full).unwrap_or_default();
            match s.from.as_deref() {
                Some(from) => format!("{day}, {}", words::part_of_day(from)),
                None => day,
            }
        };
        let sessions: Vec<String> = self.visit.sessions.iter().map(session).collect();
        format!("{}. {}.", sessions.join("; "), words::capital(&self.visit.announcement))
    }

    fn who_words(&self) -> String {
        let name = |m: &crate::store::visits::Member| match self.visit.lead.as_deref() == Some(m.person.as_str()) {
            true => format!("{} (lead)", m.name),
            false => m.name.clone(),
        };
        let team = list(&self.team.iter().map(name).collect::<Vec<_>>());
        let spoke: Vec<String> = self.counts().into_keys().collect();
        if spoke.is_empty() { format!("{team}.") } else { format!("{team}. They spoke with {}.", list(&spoke)) }
    }

    fn by_when(&self) -> Vec<ByWhen> {
        let addressees = self.report.as_ref().map(|r| r.addressees()).unwrap_or_default();
        let mut lines: BTreeMap<(Date, bool), Vec<String>> = BTreeMap::new();
        for a in addressees.iter().filter(|a| !a.recommendations.is_empty()) {
            lines.entry((a.until, a.duty == Duty::Due)).or_default().push(a.name.clone());
        }
        let one = lines.len() == 1;
        let line = |((until, due), names): ((Date, bool), Vec<String>)| ByWhen {
            due: if due { Due::due(in_full(until)) } else { Due::asked(in_full(until)) },
            to: (!one).then(|| list(&names)),
        };
        lines.into_iter().map(line).collect()
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
        let mut blocks = vec![Block::Facts { rows }];
        blocks.extend(self.refusals());
        blocks
    }

    /// How many of each printed kind of speaker: merged, until none could be one person; in confidence counts as nothing.
    fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for view in self.views().filter(|v| v.consent != Consent::InConfidence) {
            let label = self.pack.printed_speaker(&self.place.kind, &view.speaker);
            *counts.entry(label.to_owned()).or_default() += 1;
        }
        if counts.len() > 1 && counts.values().any(|n| *n == 1) {
            let all = counts.values().sum();
            return BTreeMap::from([("people who live, work or visit there".to_owned(), all)]);
        }
        counts
    }

    fn views(&self) -> impl Iterator<Item = View> + '_ {
        self.entries.values().filter_map(|e| match e.standing() {
            Some(Entry::View(view)) => Some(view),
            _ => None,
        })
    }

    fn methods(&self) -> Vec<Block> {
        let counts = self.counts();
        if counts.is_empty() {
            return vec![Block::paragraph("Nobody was asked for their views on this visit.")];
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
        let disputed = self.report.as_ref().and_then(reading);
        for answer in disputed.into_iter().flatten() {
            blocks.push(Block::paragraph(format!("{} read this report and does not agree: {}", answer.0, answer.1)));
        }
        blocks
    }

    fn findings(&self, heading: &str) -> Vec<Section> {
        let findings: Vec<_> = (1..).zip(&self.findings).map(|(number, f)| self.finding(number, f)).collect();
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
        let beside = |says: &str| {
            self.typed.beside.get(says).map(String::as_str).filter(|id| self.findings.iter().any(|f| f.id == *id))
        };
        let mut blocks = Vec::new();
        for fact in facts.iter().filter(|fact| beside(&fact.says) == finding) {
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
        let rows: Vec<Recommendation> =
            (1..).zip(&self.asks).map(|(number, ask)| self.recommendation(number, ask)).collect();
        let waits = rows.iter().any(|r| r.answer == Answer::Awaited) && rows.iter().any(|r| r.due.is_some());
        let how = waits.then(|| "Answer by the link you were sent, by post, or on this page.".to_owned());
        vec![Block::Recommendations(Recommendations { rows, how_to_answer: how })]
    }

    fn recommendation(&self, number: u32, ask: &crate::store::findings::Recommendation) -> Recommendation {
        let to = self.body_name(&ask.body);
        let addressee = self.report.as_ref().and_then(|r| r.addressee(&to));
        let due = addressee.map(|a| match a.duty {
            Duty::Due => Due::due(in_full(a.until)),
            Duty::AskedBy => Due::asked(in_full(a.until)),
        });
        let given = addressee.and_then(|a| {
            a.replies.iter().rev().find_map(|r| r.answers.iter().find(|p| p.n == number).map(|p| (r.on, p)))
        });
        let answer = match (given, addressee.map(|a| (a.state(self.today), a))) {
            (Some((on, promise)), _) => Answer::Given {
                choice: match promise.will {
                    Will::Yes => Choice::Will,
                    Will::InPart => Choice::InPart,
                    Will::No => Choice::WillNot,
                },
                words: promise.what.clone(),
                by_when: promise.by.map(in_full),
                on: in_full(on),
            },
            (None, Some((AnswerState::Overdue | AnswerState::Silent, a))) => Answer::Missing { by: in_full(a.until) },
            _ => Answer::Awaited,
        };
        Recommendation { number, to, text: ask.words.clone(), due, answer }
    }

    fn distribution(&self) -> Vec<Block> {
        let addressees = self.report.as_ref().map(|r| r.addressees()).unwrap_or_default();
        let mut items: Vec<Vec<Run>> = addressees.iter().map(|a| vec![Run::plain(a.name.clone())]).collect();
        let copies = match self.report.as_ref().map(|r| r.stage()) {
            Some(Stage::Published { published, .. }) if !published.copies.is_empty() => &published.copies,
            _ => &self.pack.copies_to,
        };
        // Whoever stands there by name is not named by kind (*the provider*) once more.
        let named = |copy: &&String| addressees.iter().any(|a| copy.eq_ignore_ascii_case(&format!("the {}", a.kind)));
        items.extend(copies.iter().filter(|c| !named(c)).map(|c| vec![Run::plain(words::capital(c))]));
        vec![Block::List { numbered: false, items }]
    }

    fn body_name(&self, id: &str) -> String {
        self.bodies.get(id).cloned().unwrap_or_default()
    }
}

/// The findings as the first page has them: whole, for half a sentence may say the opposite; and never one passed over
/// in silence.
fn in_five_lines(mut found: Vec<String>) -> Vec<String> {
    const ROOM: usize = 5;
    if found.len() > ROOM {
        let more = found.len() - (ROOM - 1);
        found.truncate(ROOM - 1);
        found.push(format!("And {more} more, in the pages that follow."));
    }
    found
}

/// What somebody of the team did not agree to and nobody settled: who, and what.
fn reading(report: &domain::report::Report) -> Option<Vec<(String, String)>> {
    let read = match report.stage() {
        Stage::ReadByTeam { read } => read,
        Stage::Checked { checked }
        | Stage::WithProvider { checked, .. }
        | Stage::SignedOff { checked, .. }
        | Stage::Sent { checked, .. }
        | Stage::Published { checked, .. } => &checked.read,
        Stage::Draft => return None,
    };
    Some(read.to_print().map(|a| (a.by.clone(), a.says.clone())).collect())
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

#[cfg(test)]
mod tests {
    use super::in_five_lines;

    #[test]
    fn the_first_page_says_each_finding_whole_and_how_many_more_there_are() {
        let findings =
            |n: usize| (1..=n).map(|n| format!("Staff are kind; at night bell {n} waits.")).collect::<Vec<_>>();
        assert_eq!(in_five_lines(findings(5)), findings(5));
        let seven = in_five_lines(findings(7));
        assert_eq!(seven.get(..4), findings(4).get(..));
        assert_eq!(seven.get(4).map(String::as_str), Some("And 3 more, in the pages that follow."));
        assert_eq!(seven.len(), 5);
    }
}
