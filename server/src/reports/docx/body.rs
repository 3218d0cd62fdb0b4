//! The body of the Word file: what the page's margin says stands over its words as a small line of its own style.
//! Tables are next door; the parts around the body too.

use crate::reports::page::{Cover, CoverLook, CoverRow, Page, PageBlock, PagePhoto, PageSection};

use super::tables;
use super::xml::{bold, escape, paragraph, paragraph_with, plain, run, runs};

/// The widest and highest that a photo is printed, in millimetres, and what Word counts in one of them.
const PHOTO_WIDTH: f64 = 120.0;
const PHOTO_HEIGHT: f64 = 85.0;
const EMU: f64 = 36_000.0;

/// The body's XML and what it refers to.
pub struct Body {
    pub xml: String,
    /// The hashes of the photos, in the order of their names `photo-0.jpg` and on.
    pub pictures: Vec<String>,
    /// How many numbered lists there are; each begins again at one.
    pub numbered_lists: usize,
    new_page: bool,
    marks: (String, String),
}

/// The body of a page.
pub fn body(page: &Page) -> Body {
    let mut body =
        Body { xml: String::new(), pictures: vec![], numbered_lists: 0, new_page: false, marks: page.marks.clone() };
    body.push(&paragraph("Organisation", &plain(&page.organisation)));
    if let Some(stage) = &page.stage {
        body.push(&paragraph("Stage", &plain(stage)));
    }
    body.cover(&page.cover);
    body.new_page = true;
    for section in &page.sections {
        body.section(section);
    }
    body
}

impl Body {
    fn push(&mut self, xml: &str) {
        self.xml.push_str(xml);
    }

    fn cover(&mut self, cover: &Cover) {
        self.push(&paragraph("Heading1", &plain(&cover.place)));
        self.push(&paragraph("Subtitle", &plain(&cover.kind)));
        let rows: Vec<(String, String)> = cover.rows.iter().map(|row| (plain(&row.label), cover_lines(row))).collect();
        self.push(&tables::facts(&rows));
    }

    fn section(&mut self, section: &PageSection) {
        if section.blocks.iter().any(|b| matches!(b, PageBlock::Asks(asks) if asks.sign.is_some())) {
            self.new_page = true;
        }
        if let Some(heading) = &section.heading {
            self.heading(section.level, heading);
        }
        self.blocks(&section.blocks);
    }

    fn heading(&mut self, level: u8, words: &str) {
        let breaks = if std::mem::take(&mut self.new_page) { "<w:pageBreakBefore/>" } else { "" };
        let style = format!("Heading{}", level.clamp(2, 4));
        self.push(&paragraph_with(&style, breaks, &plain(words)));
    }

    fn blocks(&mut self, blocks: &[PageBlock]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &PageBlock) {
        match block {
            PageBlock::Words { side, runs: list } => {
                self.side(&side.join(", "));
                self.push(&paragraph("Normal", &runs(list)));
            }
            PageBlock::List { numbered, items } => self.list(*numbered, items),
            PageBlock::Facts { rows } => {
                let rows: Vec<(String, String)> =
                    rows.iter().map(|r| (plain(&r.label), paragraph("Cell", &runs(&r.runs)))).collect();
                self.push(&tables::facts(&rows));
            }
            PageBlock::Finding { side, heading, level, blocks } => {
                self.heading(*level, heading);
                self.side(&side.join(" · "));
                self.blocks(blocks);
            }
            PageBlock::Quote { side, words, rtl } => self.quote(side, words, *rtl),
            PageBlock::Photo(photo) => self.photo(photo),
            PageBlock::Theirs { side, words } => self.sided("Theirs", side, words),
            PageBlock::Held { side, words } => self.sided("Held", side, words),
            PageBlock::Differences { field, note, texts } => {
                self.push(&paragraph("TableTitle", &plain(field)));
                self.push(&paragraph("Small", &plain(note)));
                self.push(&tables::differences(field, texts));
            }
            PageBlock::Asks(asks) => self.push(&tables::asks(asks)),
            PageBlock::Table(table) => self.push(&tables::counts(table)),
        }
    }

    fn side(&mut self, words: &str) {
        if !words.is_empty() {
            self.push(&paragraph("Side", &plain(words)));
        }
    }

    fn sided(&mut self, style: &str, side: &str, words: &str) {
        self.side(side);
        self.push(&paragraph(style, &plain(words)));
    }

    fn quote(&mut self, side: &str, words: &str, rtl: bool) {
        self.side(side);
        let mark = |sign: &str| run(sign, "<w:b/><w:bCs/><w:color w:val=\"0A545B\"/>", None);
        let inside = format!("{}{}{}", mark(&self.marks.0), plain(words), mark(&self.marks.1));
        self.push(&paragraph_with("Quote", if rtl { "<w:bidi/>" } else { "" }, &inside));
    }

    fn list(&mut self, numbered: bool, items: &[Vec<crate::reports::page::PageRun>]) {
        let properties = if numbered {
            self.numbered_lists += 1;
            format!("<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"{}\"/></w:numPr>", self.numbered_lists + 1)
        } else {
            String::new()
        };
        let style = if numbered { "ListNumber" } else { "ListBullet" };
        for item in items {
            self.push(&paragraph_with(style, &properties, &runs(item)));
        }
    }

    fn photo(&mut self, photo: &PagePhoto) {
        let at = self.pictures.iter().position(|hash| *hash == photo.hash).unwrap_or_else(|| {
            self.pictures.push(photo.hash.clone());
            self.pictures.len().saturating_sub(1)
        });
        let (width, height) = size(photo);
        let id = self.xml.matches("<wp:docPr ").count() + 1;
        let alt = escape(&photo.alt);
        self.push(&paragraph(
            "Picture",
            &format!(
                "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">\
             <wp:extent cx=\"{width}\" cy=\"{height}\"/><wp:docPr id=\"{id}\" name=\"Photo {id}\" descr=\"{alt}\"/>\
             <wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect=\"1\"/></wp:cNvGraphicFramePr>\
             <a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>\
             <pic:nvPicPr><pic:cNvPr id=\"{id}\" name=\"photo-{at}.jpg\" descr=\"{alt}\"/><pic:cNvPicPr/></pic:nvPicPr>\
             <pic:blipFill><a:blip r:embed=\"photo{at}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
             <pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>\
             <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>\
             </wp:inline></w:drawing></w:r>"
            ),
        ));
        self.push(&paragraph("Caption", &plain(&sentences(&photo.side))));
    }
}

/// Lines of the margin as one line of words.
fn sentences(lines: &[String]) -> String {
    let ended = |line: &String| {
        if line.ends_with(['.', '!', '?']) { line.clone() } else { format!("{line}.") }
    };
    lines.iter().map(ended).collect::<Vec<_>>().join(" ")
}

fn size(photo: &PagePhoto) -> (u64, u64) {
    let (width, height) = (f64::from(photo.width.max(1)), f64::from(photo.height.max(1)));
    let scale = (PHOTO_WIDTH / width).min(PHOTO_HEIGHT / height) * EMU;
    // Within 4.4 million of Word's units, and never negative.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 120 mm")]
    let units = |length: f64| (length * scale).round() as u64;
    (units(width), units(height))
}

fn cover_lines(row: &CoverRow) -> String {
    row.lines
        .iter()
        .map(|line| match (row.look, line.number) {
            (CoverLook::Found, _) => paragraph("Found", &plain(&line.words)),
            (CoverLook::ByWhen, _) => paragraph("ByWhen", &plain(&line.words)),
            (_, Some(number)) => paragraph("Cell", &format!("{}{}", bold(&format!("{number}  ")), plain(&line.words))),
            (_, None) => paragraph("Cell", &plain(&line.words)),
        })
        .collect()
}
