//! From the model to the printed page: labels, cleaning, and holding back what has no proof.
//! What *would* be wrong is told by `check`; here it is only never printed.

use super::*;
use crate::reports::model::{
    Block, Differences, Document, Fact, Finding, Observation, Photo, Photos, Quote, Refusal, Run, Section, Table,
    TitlePage,
};
use crate::reports::photo::size as photo_size;
use crate::reports::text::{clean, is_right_to_left, one_line};
use crate::reports::words::{Words, fill};

/// The page of a document. Fails only when the fixed words cannot be read.
pub fn compose(document: &Document, photos: &Photos) -> anyhow::Result<Page> {
    let words = Words::of(&document.language)?;
    let composer = Composer { words: &words, photos };
    let (lang, region) = tag_parts(&document.language);
    Ok(Page {
        rtl: matches!(lang.as_str(), "ar" | "fa" | "he" | "ps" | "ur" | "yi"),
        language: region.as_ref().map_or_else(|| lang.clone(), |r| format!("{lang}-{r}")),
        lang,
        region,
        name: name(document),
        organisation: one_line(&document.organisation),
        stage: document.stage.as_deref().map(one_line),
        running: one_line(&document.running),
        page_of: words.page_of.clone(),
        cover: composer.cover(&document.title),
        sections: composer.sections(&document.sections),
        marks: (words.quote_open.clone(), words.quote_close.clone()),
    })
}

/// The title in the file's properties: place and kind, or whatever of them there is.
fn name(document: &Document) -> String {
    let parts = [&document.title.place, &document.title.kind].map(|words| one_line(words));
    let said: Vec<&str> = parts.iter().map(String::as_str).filter(|words| !words.is_empty()).collect();
    if said.is_empty() { one_line(&document.organisation) } else { said.join(": ") }
}

/// Language and region of a tag; what is no such tag becomes `en`, because a file without a language is not accessible.
fn tag_parts(tag: &str) -> (String, Option<String>) {
    let mut parts = tag.split('-');
    let lang = parts.next().unwrap_or_default().to_ascii_lowercase();
    let known = (2..=3).contains(&lang.len()) && lang.chars().all(|c| c.is_ascii_lowercase());
    let region = parts.find(|p| p.len() == 2 && p.chars().all(|c| c.is_ascii_alphabetic()));
    (if known { lang } else { "en".to_owned() }, region.map(str::to_ascii_uppercase))
}

pub(super) struct Composer<'a> {
    pub(super) words: &'a Words,
    photos: &'a Photos,
}

impl Composer<'_> {
    fn cover(&self, title: &TitlePage) -> Cover {
        let w = self.words;
        let row = |label: &str, look, lines: Vec<CoverLine>| CoverRow { label: label.to_owned(), look, lines };
        let one = |words: &str| CoverLine { number: None, words: one_line(words) };
        let ask = |a: &crate::reports::Ask| CoverLine { number: Some(a.number), words: one_line(&a.words) };
        let mut rows = vec![
            row(&w.r#where, CoverLook::Words, vec![one(&title.where_)]),
            row(&w.when, CoverLook::Words, vec![one(&title.when)]),
            row(&w.who, CoverLook::Words, vec![one(&title.who)]),
            row(&w.found, CoverLook::Found, title.found.iter().map(|f| one(f)).collect()),
            row(&w.ask, CoverLook::Ask, title.ask.iter().map(ask).collect()),
            row(&w.by_when, CoverLook::ByWhen, title.by_when.iter().map(|b| one(&self.by_when(b))).collect()),
        ];
        for row in &mut rows {
            row.lines.retain(|line| !line.words.is_empty());
        }
        rows.retain(|row| !row.lines.is_empty());
        let (place, kind) = (one_line(&title.place), one_line(&title.kind));
        // The first heading cannot be empty, even in a draft that has no place yet.
        Cover { place: if place.is_empty() { kind.clone() } else { place }, kind, rows }
    }

    fn by_when(&self, by_when: &crate::reports::ByWhen) -> String {
        let due = self.words.due(&by_when.due);
        match &by_when.to {
            None => due,
            Some(whom) => fill(&fill(&self.words.for_whom, "words", &due), "whom", whom),
        }
    }

    /// The sections, each heading at most one level below the one before: a PDF that skips one is refused by its readers.
    fn sections(&self, sections: &[Section]) -> Vec<PageSection> {
        let mut before = 1;
        let mut out = Vec::new();
        for section in sections {
            let level = section.level.clamp(2, 3).min(before + 1);
            let heading = section.heading.as_deref().map(one_line).filter(|words| !words.is_empty());
            let finding_level = if heading.is_some() { level + 1 } else { level };
            before = level;
            out.push(PageSection { heading, level, blocks: self.blocks(&section.blocks, finding_level) });
        }
        out
    }

    fn blocks(&self, blocks: &[Block], finding_level: u8) -> Vec<PageBlock> {
        blocks.iter().map(|b| self.block(b, finding_level)).filter(says_something).collect()
    }

    fn block(&self, block: &Block, finding_level: u8) -> PageBlock {
        match block {
            Block::Paragraph { runs } => PageBlock::Words { side: vec![], runs: self.runs(runs) },
            Block::List { numbered, items } => {
                PageBlock::List { numbered: *numbered, items: items.iter().map(|i| self.runs(i)).collect() }
            }
            Block::Facts { rows } => PageBlock::Facts { rows: rows.iter().map(|r| self.fact(r)).collect() },
            Block::Finding(finding) => self.finding(finding, finding_level),
            Block::Observation(seen) => self.observation(seen),
            Block::Quote(quote) => self.quote(quote),
            Block::Photo(photo) => self.photo(photo),
            Block::ProviderWords(theirs) => {
                PageBlock::Theirs { side: one_line(&theirs.label), words: clean(&theirs.words) }
            }
            Block::Differences(differences) => self.differences(differences),
            Block::Recommendations(asks) => PageBlock::Asks(self.asks(asks)),
            Block::Table(table) => PageBlock::Table(cleaned_table(table)),
            Block::Refusal(refusal) => self.refusal(refusal),
        }
    }

    fn runs(&self, runs: &[Run]) -> Vec<PageRun> {
        runs.iter()
            .map(|run| PageRun {
                words: clean(&run.words),
                look: run.look,
                lang: run.language.as_deref().map(|tag| tag_parts(tag).0),
            })
            .collect()
    }

    fn fact(&self, fact: &Fact) -> PageFact {
        PageFact { label: one_line(&fact.label), runs: self.runs(&fact.runs) }
    }

    fn finding(&self, finding: &Finding, level: u8) -> PageBlock {
        let mut side = vec![fill(&self.words.finding, "n", &finding.number.to_string())];
        let mut blocks = Vec::new();
        match finding.lead() {
            Some(lead) => {
                blocks.push(PageBlock::Words { side: vec![], runs: self.runs(&[Run::plain(lead)]) });
            }
            None => side.push(capitalised(&one_line(&finding.theme))),
        }
        let rests = self.words.rests(finding.rests_on);
        match &finding.strength {
            Some(strength) => {
                let runs = self.runs(&[Run::plain(one_line(strength))]);
                blocks.push(PageBlock::Words { side: vec![rests], runs });
            }
            None => side.push(rests),
        }
        side.retain(|line| !line.is_empty());
        // A finding inside a finding means nothing, but must not skip a level either.
        blocks.extend(self.blocks(&finding.evidence, level.saturating_add(1).min(4)));
        PageBlock::Finding { side, heading: self.finding_heading(finding), level, blocks }
    }

    fn finding_heading(&self, finding: &Finding) -> String {
        let heading = capitalised(&one_line(finding.heading()));
        if heading.is_empty() { fill(&self.words.finding, "n", &finding.number.to_string()) } else { heading }
    }

    fn observation(&self, seen: &Observation) -> PageBlock {
        let mut side = vec![self.words.how(&seen.how)];
        side.extend(seen.area.as_deref().map(|area| capitalised(&one_line(area))));
        PageBlock::Words { side, runs: self.runs(&seen.runs) }
    }

    fn quote(&self, quote: &Quote) -> PageBlock {
        let side = one_line(&quote.speaker);
        if !quote.words.is_proven() {
            return PageBlock::Held { side, words: self.words.withheld_quote.clone() };
        }
        let words = clean(quote.words.words());
        PageBlock::Quote { side, rtl: is_right_to_left(&words), words: words.trim().to_owned() }
    }

    fn photo(&self, photo: &Photo) -> PageBlock {
        let held = |why: &str| PageBlock::Held { side: one_line(&photo.caption), words: why.to_owned() };
        if !photo.cover_confirmed {
            return held(&self.words.withheld_photo);
        }
        if photo.shows.trim().is_empty() {
            return held(&self.words.undescribed_photo);
        }
        let Some((width, height)) = self.photos.get(&photo.hash).and_then(|bytes| photo_size(bytes)) else {
            return held(&self.words.missing_photo);
        };
        let mut side = vec![one_line(&photo.caption)];
        side.extend(photo.covered.as_deref().map(one_line));
        if !photo.permission.trim().is_empty() {
            side.push(fill(&self.words.photo_permission, "whom", &one_line(&photo.permission)));
        }
        side.retain(|line| !line.is_empty());
        PageBlock::Photo(PagePhoto { hash: photo.hash.clone(), width, height, alt: one_line(&photo.shows), side })
    }

    fn differences(&self, differences: &Differences) -> PageBlock {
        let w = self.words;
        let note = if differences.printed_by_decision { &w.differ_printed } else { &w.differ };
        let texts = differences.texts.iter();
        PageBlock::Differences {
            field: capitalised(&one_line(&differences.field)),
            note: differences
                .decided
                .as_deref()
                .map_or_else(|| note.clone(), |who| format!("{note} {}", one_line(who))),
            texts: texts
                .map(|t| PageTold { words: clean(&t.words), by: one_line(&t.by), at: one_line(&t.at) })
                .collect(),
        }
    }

    fn refusal(&self, refusal: &Refusal) -> PageBlock {
        let w = self.words;
        let first = if refusal.cut_short { &w.cut_short } else { &w.refused };
        let ground = format!("({}) {}", one_line(&refusal.ground), one_line(&refusal.ground_words));
        let said = one_line(&refusal.said_by);
        let fact = |label: &str, runs: Vec<PageRun>| PageFact { label: label.to_owned(), runs };
        PageBlock::Facts {
            rows: vec![
                fact(first, self.runs(&[Run::strong(one_line(&refusal.when))])),
                fact(&w.ground, self.runs(&[Run::plain(ground)])),
                fact(&w.what_happened, self.runs(&refusal.runs)),
                fact(&w.said_by, self.runs(&[Run::plain(capitalised(&said))])),
                fact(&w.rule, self.runs(&[Run::plain(one_line(&refusal.citation))])),
            ],
        }
    }
}

fn cleaned_table(table: &Table) -> Table {
    let wide = table.header.len();
    let row = |cells: &Vec<String>| {
        let mut cells: Vec<String> = cells.iter().map(|c| one_line(c)).collect();
        cells.resize(wide, String::new());
        cells
    };
    Table {
        caption: one_line(&table.caption),
        header: table.header.iter().map(|h| one_line(h)).collect(),
        rows: table.rows.iter().map(row).collect(),
        note: table.note.as_deref().map(one_line),
    }
}

/// Whether there is anything to print; a table without columns is none.
fn says_something(block: &PageBlock) -> bool {
    match block {
        PageBlock::Words { runs, .. } => runs.iter().any(|run| !run.words.trim().is_empty()),
        PageBlock::List { items, .. } => !items.is_empty(),
        PageBlock::Facts { rows } => !rows.is_empty(),
        PageBlock::Differences { texts, .. } => !texts.is_empty(),
        PageBlock::Asks(asks) => !asks.rows.is_empty(),
        PageBlock::Table(table) => !table.header.is_empty(),
        _ => true,
    }
}

/// The words with a capital first letter: the pack's themes and areas are written small.
fn capitalised(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
