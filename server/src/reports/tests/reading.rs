//! How the tests read the three forms back: the words that a reader meets, in order, without spaces.

use std::io::{Cursor, Read as _};

use serde_json::Value;
use typst::layout::{Frame, FrameItem};

use crate::reports::{Document, Photos, docx, html, page, pdf};

/// The words of each form, by its name.
pub fn all_forms(report: &Document, photos: &Photos) -> [(&'static str, String); 3] {
    [
        ("page", squeezed(&html_words(&html(report, photos).unwrap()))),
        ("Word file", squeezed(&docx_words(&docx(report, photos).unwrap()))),
        ("PDF", squeezed(&pdf_words(report, photos))),
    ]
}

pub fn html_words(html: &str) -> String {
    let page = scraper::Html::parse_document(html);
    let body = scraper::Selector::parse("body").unwrap();
    page.select(&body).flat_map(|body| body.text()).collect()
}

/// One part of a Word file; the parser panics on anything that is not XML.
pub fn docx_part(docx: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut xml = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut xml).unwrap();
    roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{name} is no XML: {error}"));
    xml
}

pub fn docx_words(docx: &[u8]) -> String {
    ["word/document.xml", "word/footer1.xml"].map(|part| xml_words(&docx_part(docx, part))).concat()
}

fn xml_words(xml: &str) -> String {
    let document = roxmltree::Document::parse(xml).unwrap();
    document.descendants().filter(|n| n.has_tag_name((W, "t"))).filter_map(|n| n.text()).collect()
}

pub const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// The words as they were laid on the sheets.
pub fn pdf_words(report: &Document, photos: &Photos) -> String {
    let page = page::compose(report, photos).unwrap();
    let sheets = pdf::lay_out(&page, photos).unwrap();
    let mut words = String::new();
    for sheet in sheets.pages() {
        read(&sheet.frame, &mut words);
    }
    words
}

fn read(frame: &Frame, words: &mut String) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Text(text) => words.push_str(&text.text),
            FrameItem::Group(group) => read(&group.frame, words),
            _ => {}
        }
    }
}

/// Words without what a line's end adds or takes away.
pub fn squeezed(words: &str) -> String {
    words.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\u{200B}' | '□')).collect()
}

/// Every word that the composed page holds, wherever it stands.
pub fn composed_words(report: &Document, photos: &Photos) -> Vec<String> {
    let page = serde_json::to_value(page::compose(report, photos).unwrap()).unwrap();
    let mut words = Vec::new();
    collect(&page, &mut words);
    assert!(words.len() > 60, "the fixture is a whole report");
    words
}

fn collect(value: &Value, words: &mut Vec<String>) {
    // Not words: what a form is told about itself, or shows as a picture, a field or a hidden head.
    let apart = [
        "hash", "look", "kind", "state", "lang", "language", "region", "name", "page_of", "marks", "alt", "heads",
        "caption",
    ];
    match value {
        Value::String(said) => words.push(said.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        Value::Object(fields) => {
            fields
                .iter()
                .filter(|(name, _)| !apart.contains(&name.as_str()))
                .for_each(|(_, field)| collect(field, words));
        }
        _ => {}
    }
}
