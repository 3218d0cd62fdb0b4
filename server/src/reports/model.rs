//! The one model of a report: `Document → Section → Block → Run`, plain data in the order it is printed.
//! Words arrive ready to print: dates written out, kinds of speaker merged, confidential views left out.
//! No database type and no layout lives here; a stage, a clock or a rule of consent is the domain's.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

mod quote;
mod table;

pub use quote::{Quotable, Quote, QuoteRun};
pub use table::{Answer, Choice, Due, DueKind, Recommendation, Recommendations, Refusal, Table};

/// The photos of a report: the hash that a [`Photo`] names, and the JPEG's bytes as the tablet encoded them.
pub type Photos = BTreeMap<String, Vec<u8>>;

/// One report, complete: every word of it in the order of printing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The language of the whole as a BCP 47 tag, such as `en-GB`.
    pub language: String,
    /// The organisation that publishes, such as *Sutton LINk*.
    pub organisation: String,
    /// A line over the title while this is not the published text, such as *Draft, for the team to read*.
    pub stage: Option<String>,
    /// The line at the foot of every page: *A snapshot of two visits, not an inspection. Sutton LINk, …*.
    pub running: String,
    /// When this text was made; it becomes the files' creation date and is never read from a clock here.
    pub created: jiff::Timestamp,
    /// The facts of the first page.
    pub title: TitlePage,
    /// The sections in the scheme's order.
    pub sections: Vec<Section>,
}

impl Document {
    /// The hashes of the photos that stand in it.
    #[must_use]
    pub fn photos(&self) -> BTreeSet<String> {
        let mut hashes = BTreeSet::new();
        for section in &self.sections {
            photos_of(&section.blocks, &mut hashes);
        }
        hashes
    }

    /// Every photo that stands in it, also within findings.
    pub fn each_photo(&mut self, mut look: impl FnMut(&mut Photo)) {
        for section in &mut self.sections {
            each_photo(&mut section.blocks, &mut look);
        }
    }
}

fn each_photo(blocks: &mut [Block], look: &mut impl FnMut(&mut Photo)) {
    for block in blocks {
        match block {
            Block::Photo(photo) => look(photo),
            Block::Finding(finding) => each_photo(&mut finding.evidence, look),
            _ => {}
        }
    }
}

fn photos_of(blocks: &[Block], hashes: &mut BTreeSet<String>) {
    for block in blocks {
        match block {
            Block::Photo(photo) => drop(hashes.insert(photo.hash.clone())),
            Block::Finding(finding) => photos_of(&finding.evidence, hashes),
            _ => {}
        }
    }
}

/// The first page: what a manager reads if they read one page. It fits one page or `check` says which line is too long.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TitlePage {
    /// The place, the report's only first-level heading: *Hazel Court*.
    pub place: String,
    /// What kind of report: *Enter and view report*.
    pub kind: String,
    /// *Where*: name, kind and address of the place, and who runs it.
    pub where_: String,
    /// *When*: the days and parts of the day, and whether the place knew.
    pub when: String,
    /// *Who*: the team with its lead, and which kinds of people spoke to them.
    pub who: String,
    /// *What we found*: at most five lines, one thought each.
    pub found: Vec<String>,
    /// *What we ask*: one short line for each recommendation, numbered as in the table.
    pub ask: Vec<Ask>,
    /// *By when*: one line for each date; empty while nothing was sent.
    pub by_when: Vec<ByWhen>,
}

/// One line of *What we ask*.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// The recommendation's number in the table.
    pub number: u32,
    /// The request in a few words.
    pub words: String,
}

/// One line of *By when*.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ByWhen {
    /// The date, and whether it binds.
    pub due: Due,
    /// For whom it counts, where dates differ between recipients.
    pub to: Option<String>,
}

/// One section of the pack's list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// What belongs in it, by the pack's code; empty where nothing asks for it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The heading; absent only where every block brings its own (a run of findings).
    pub heading: Option<String>,
    /// The heading's level: 2 for a section, 3 for a part of one. Level 1 is the place.
    pub level: u8,
    /// What stands in it, in order.
    pub blocks: Vec<Block>,
}

impl Section {
    /// A section of the second level, the usual kind.
    pub fn new(heading: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self { code: String::new(), heading: Some(heading.into()), level: 2, blocks }
    }

    /// Findings that stand on their own, each with its text as a second-level heading.
    pub fn of_findings(findings: Vec<Finding>) -> Self {
        let blocks = findings.into_iter().map(Block::Finding).collect();
        Self { code: String::new(), heading: None, level: 2, blocks }
    }

    /// The level at which a finding in this section has its heading.
    pub fn finding_level(&self) -> u8 {
        if self.heading.is_some() { self.level.saturating_add(1) } else { self.level }
    }
}

/// One thing on the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// Running words; standing texts of the pack (disclaimer, what enter and view is) are paragraphs too.
    Paragraph {
        /// The words, in order.
        runs: Vec<Run>,
    },
    /// A list of short items, with bullets or with numbers.
    List {
        /// Whether the items are numbered.
        numbered: bool,
        /// The items.
        items: Vec<Vec<Run>>,
    },
    /// Label and words in rows: details of the visit, the distribution list, how to reach us.
    Facts {
        /// The rows, in order.
        rows: Vec<Fact>,
    },
    /// A finding with what it rests on.
    Finding(Finding),
    /// What the team saw, heard, smelt, was told or read.
    Observation(Observation),
    /// A person's own words, with proof of their consent.
    Quote(Quote),
    /// A photo with what it shows.
    Photo(Photo),
    /// The provider's own statement beside what it disputes.
    ProviderWords(ProviderWords),
    /// Two or more texts of one field, side by side.
    Differences(Differences),
    /// What we ask, and the answers.
    Recommendations(Recommendations),
    /// A table, such as the counts of who was spoken to.
    Table(Table),
    /// A visit refused or cut short.
    Refusal(Refusal),
}

impl Block {
    /// A paragraph of plain words.
    pub fn paragraph(words: impl Into<String>) -> Self {
        Self::Paragraph { runs: vec![Run::plain(words)] }
    }
}

/// A stretch of words with one look and one language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The words themselves; never markup.
    pub words: String,
    /// How they stand out.
    #[serde(default)]
    pub look: Look,
    /// Their language where it is not the document's, as a BCP 47 tag.
    #[serde(default)]
    pub language: Option<String>,
}

impl Run {
    /// Words as they are.
    pub fn plain(words: impl Into<String>) -> Self {
        Self { words: words.into(), look: Look::Plain, language: None }
    }

    /// Words in bold.
    pub fn strong(words: impl Into<String>) -> Self {
        Self { words: words.into(), look: Look::Strong, language: None }
    }

    /// Words in italics.
    pub fn emphasis(words: impl Into<String>) -> Self {
        Self { words: words.into(), look: Look::Emphasis, language: None }
    }

    /// Words in another language than the document's, such as `ta` for Tamil.
    pub fn in_language(words: impl Into<String>, language: impl Into<String>) -> Self {
        Self { words: words.into(), look: Look::Plain, language: Some(language.into()) }
    }
}

/// How a run stands out from its neighbours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Not at all.
    #[default]
    Plain,
    /// Bold.
    Strong,
    /// Italic.
    Emphasis,
}

/// A row of [`Block::Facts`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is: *Lead*, *By post*.
    pub label: String,
    /// The words beside it.
    pub runs: Vec<Run>,
}

impl Fact {
    /// A row of plain words.
    pub fn new(label: impl Into<String>, words: impl Into<String>) -> Self {
        Self { label: label.into(), runs: vec![Run::plain(words)] }
    }
}

/// A finding: one statement and the evidence that carries it (it cannot exist without).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Its number in the report, from 1.
    pub number: u32,
    /// The theme it belongs to, in the pack's words.
    pub theme: String,
    /// The statement. Up to [`Finding::HEADING_CHARS`] it is the heading; a longer one stands under its theme.
    pub text: String,
    /// How many notes it rests on; in print a number without a link.
    pub rests_on: u32,
    /// How strong that is: of which kinds, by how many of us, in how many places. Never a share of those who live there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strength: Option<String>,
    /// The evidence that is printed, and words between.
    pub evidence: Vec<Block>,
}

impl Finding {
    /// The longest text that is its own heading, in characters: three lines of the printed page.
    pub const HEADING_CHARS: usize = 130;

    /// The words of the heading.
    pub fn heading(&self) -> &str {
        if self.text_is_heading() { &self.text } else { &self.theme }
    }

    /// The text as a first paragraph, where it is too long to be a heading.
    pub fn lead(&self) -> Option<&str> {
        (!self.text_is_heading()).then_some(self.text.as_str())
    }

    fn text_is_heading(&self) -> bool {
        self.theme.trim().is_empty() || self.text.chars().count() <= Self::HEADING_CHARS
    }
}

/// How something is known; several at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Seen.
    Seen,
    /// Heard.
    Heard,
    /// Smelt.
    Smelt,
    /// Told by somebody.
    Told,
    /// Read in a document.
    Read,
}

/// What the team noticed. It says how it is known and never how good it is: a published report rates nobody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// How it is known.
    pub how: Vec<How>,
    /// Where, if that helps the reader: *Dining room*.
    pub area: Option<String>,
    /// The words.
    pub runs: Vec<Run>,
}

impl Observation {
    /// An observation in plain words.
    pub fn new(how: Vec<How>, words: impl Into<String>) -> Self {
        Self { how, area: None, runs: vec![Run::plain(words)] }
    }
}

/// A photo and everything the page says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Photo {
    /// The key of its bytes in [`Photos`].
    pub hash: String,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
    /// What it shows, for those who cannot see it.
    pub shows: String,
    /// The words printed beside it.
    pub caption: String,
    /// What was covered, in words: *One name is covered.* Nothing when nothing was.
    pub covered: Option<String>,
    /// Whether the person who took it confirmed that faces, names and badges are covered or absent.
    pub cover_confirmed: bool,
    /// Whether somebody who did not take it has looked as well. It stands beside the words and is not signed with them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub second_look: bool,
    /// Who at the place permitted it, by office and not by name: *deputy manager*.
    pub permission: String,
}

/// The provider's own statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProviderWords {
    /// Whose words: *The home says*.
    pub label: String,
    /// The words as they sent them.
    pub words: String,
}

/// Texts of one field that differ. Printed side by side; they stop the sending until a person settles them or has them printed so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Differences {
    /// The field: *Overall impression*.
    pub field: String,
    /// The texts, in order of time; two or more.
    pub texts: Vec<Told>,
    /// Whether the team decided to print their disagreement.
    pub printed_by_decision: bool,
    /// Who decided, and when, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<String>,
}

/// One person's text of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The words.
    pub words: String,
    /// Who wrote them.
    pub by: String,
    /// When, written out: *Tuesday 10 November 2026, 11:20*.
    pub at: String,
}
