//! The report as it is printed: every label chosen, every word cleaned, and what may not be shown already held back.
//! All writers print this and decide nothing; which words stand where is decided once, in `page/compose.rs`.

use serde::Serialize;

mod asks;
mod compose;

pub use compose::compose;

/// A whole report, ready for any writer.
#[derive(Debug, Clone, Serialize)]
pub struct Page {
    /// The language as a tag: `en-GB`.
    pub language: String,
    /// Its first part: `en`.
    pub lang: String,
    /// Its region, if it has one: `GB`.
    pub region: Option<String>,
    /// Whether the language is written from the right.
    pub rtl: bool,
    /// The title in the file's properties and in the window: *Hazel Court: Enter and view report*.
    pub name: String,
    /// Who publishes.
    pub organisation: String,
    /// The line over the title of a draft.
    pub stage: Option<String>,
    /// The line at the foot.
    pub running: String,
    /// *Page {n} of {total}*.
    pub page_of: String,
    /// The first page.
    pub cover: Cover,
    /// The sections.
    pub sections: Vec<PageSection>,
    /// The opening and closing mark of a quote.
    pub marks: (String, String),
}

/// The first page.
#[derive(Debug, Clone, Serialize)]
pub struct Cover {
    /// The place: the heading of the first level.
    pub place: String,
    /// What kind of report.
    pub kind: String,
    /// The rows below, each under a line; empty ones are left out.
    pub rows: Vec<CoverRow>,
}

/// A row of the first page.
#[derive(Debug, Clone, Serialize)]
pub struct CoverRow {
    /// *Where*.
    pub label: String,
    /// How it looks.
    pub look: CoverLook,
    /// Its lines, each with a number where it has one.
    pub lines: Vec<CoverLine>,
}

/// How a row of the first page looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CoverLook {
    /// Ordinary words.
    Words,
    /// Larger lines, one thought each.
    Found,
    /// Numbered lines.
    Ask,
    /// The date that binds.
    ByWhen,
}

/// A line of a row.
#[derive(Debug, Clone, Serialize)]
pub struct CoverLine {
    /// The number of the recommendation.
    pub number: Option<u32>,
    /// The words.
    pub words: String,
}

/// A section.
#[derive(Debug, Clone, Serialize)]
pub struct PageSection {
    /// Its heading, if it has its own.
    pub heading: Option<String>,
    /// The heading's level, from 2.
    pub level: u8,
    /// What stands in it.
    pub blocks: Vec<PageBlock>,
}

/// Words with one look, cleaned.
#[derive(Debug, Clone, Serialize)]
pub struct PageRun {
    /// The words.
    pub words: String,
    /// `plain`, `strong` or `emphasis`.
    pub look: super::Look,
    /// The language's first part, where it is another than the whole's.
    pub lang: Option<String>,
}

/// One thing on the page, with what stands in the margin beside it.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PageBlock {
    /// Running words.
    Words {
        /// The margin: *We saw*, *Dining room*.
        side: Vec<String>,
        /// The words.
        runs: Vec<PageRun>,
    },
    /// A list.
    List {
        /// Whether it is numbered.
        numbered: bool,
        /// Its items.
        items: Vec<Vec<PageRun>>,
    },
    /// Labels and words in rows.
    Facts {
        /// The rows.
        rows: Vec<PageFact>,
    },
    /// A heading with its number in the margin, and what follows.
    Finding {
        /// The margin: *Finding 1*, the theme, *Rests on 7 notes*.
        side: Vec<String>,
        /// The heading.
        heading: String,
        /// Its level.
        level: u8,
        /// What follows.
        blocks: Vec<PageBlock>,
    },
    /// A person's own words.
    Quote {
        /// Who speaks.
        side: String,
        /// The words.
        words: String,
        /// Whether they are written from the right.
        rtl: bool,
    },
    /// A photo.
    Photo(PagePhoto),
    /// Words that are not ours, on a ground of their own.
    Theirs {
        /// Whose: *The home says*.
        side: String,
        /// The words.
        words: String,
    },
    /// Words that stand in for something that cannot be shown.
    Held {
        /// The margin.
        side: String,
        /// Why.
        words: String,
    },
    /// Texts side by side.
    Differences {
        /// The field.
        field: String,
        /// What is to be said of it.
        note: String,
        /// The texts.
        texts: Vec<PageTold>,
    },
    /// What we ask and what was answered.
    Asks(PageAsks),
    /// A table.
    Table(super::Table),
}

/// A row of [`PageBlock::Facts`].
#[derive(Debug, Clone, Serialize)]
pub struct PageFact {
    /// The label.
    pub label: String,
    /// The words.
    pub runs: Vec<PageRun>,
}

/// A photo that may be shown and whose bytes are here.
#[derive(Debug, Clone, Serialize)]
pub struct PagePhoto {
    /// The key of its bytes.
    pub hash: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// What it shows.
    pub alt: String,
    /// The margin: the caption, what is covered, who permitted it.
    pub side: Vec<String>,
}

/// One of several texts of a field.
#[derive(Debug, Clone, Serialize)]
pub struct PageTold {
    /// The words.
    pub words: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: String,
}

/// The table of recommendations.
#[derive(Debug, Clone, Serialize)]
pub struct PageAsks {
    /// What the table is, for those who hear it.
    pub caption: String,
    /// The three heads: number (for those who hear it), what we ask, the answer.
    pub heads: (String, String, String),
    /// The rows.
    pub rows: Vec<PageAsk>,
    /// How to answer, and the lines to sign on, while an answer is awaited.
    pub sign: Option<PageSign>,
}

/// One recommendation.
#[derive(Debug, Clone, Serialize)]
pub struct PageAsk {
    /// Its number.
    pub number: u32,
    /// What we ask.
    pub text: String,
    /// Of whom.
    pub to: String,
    /// By when, where the head does not say so for all.
    pub due: Option<String>,
    /// The answer's cell.
    pub answer: PageAnswer,
}

/// The answer's cell.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PageAnswer {
    /// Boxes to tick and lines to write on.
    Awaited {
        /// The three choices.
        boxes: (String, String, String),
        /// *By when*.
        by_when: String,
    },
    /// What was answered, or that nothing was.
    Said {
        /// In bold: *We will*, or *No answer by …*.
        choice: String,
        /// Their words.
        words: Option<String>,
        /// Small lines: *By …*, *Answered on …*.
        notes: Vec<String>,
    },
}

/// What stands below the table while answers are awaited.
#[derive(Debug, Clone, Serialize)]
pub struct PageSign {
    /// *Name and office*.
    pub name: String,
    /// *Date*.
    pub date: String,
    /// How to answer.
    pub how: Option<String>,
}
