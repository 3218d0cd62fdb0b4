//! The one data file that the template reads: the page with every word made printable, the fonts and the photos' names.
//! Nothing is escaped here, because nothing here is ever read as markup.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::reports::fonts;
use crate::reports::model::Photos;
use crate::reports::page::{Page, PageBlock};

/// The longest word that is left whole, in characters: what fits a cell of a table, and what fits the margin.
/// An address of either length can be copied out of the PDF as it is; a longer one has places to break in it.
const WIDEST: usize = 36;
const WIDEST_IN_MARGIN: usize = 20;
/// How far apart those places are, in characters.
const STEP: usize = 18;

/// `report.json`.
pub fn data(page: &Page) -> anyhow::Result<Vec<u8>> {
    let mut value = serde_json::to_value(page).context("the report could not be written as data")?;
    make_printable(&mut value, WIDEST);
    let names = names(page);
    let data = json!({ "page": value, "families": fonts::FAMILIES, "files": names });
    serde_json::to_vec(&data).context("the report could not be written as data")
}

/// The photos that the page shows, by the names under which the template finds them.
pub fn files(page: &Page, photos: &Photos) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    names(page)
        .into_iter()
        .map(|(hash, name)| {
            let bytes = photos.get(&hash).with_context(|| format!("the photo {hash} is not here"))?;
            Ok((name, bytes.clone()))
        })
        .collect()
}

/// Fixed names, `photo-0.jpg` and on: Typst never forgets a file's name.
fn names(page: &Page) -> BTreeMap<String, String> {
    let mut hashes = Vec::new();
    for section in &page.sections {
        collect(&section.blocks, &mut hashes);
    }
    hashes.sort();
    hashes.dedup();
    hashes.into_iter().enumerate().map(|(at, hash)| (hash, format!("photo-{at}.jpg"))).collect()
}

fn collect(blocks: &[PageBlock], hashes: &mut Vec<String>) {
    for block in blocks {
        match block {
            PageBlock::Photo(photo) => hashes.push(photo.hash.clone()),
            PageBlock::Finding { blocks, .. } => collect(blocks, hashes),
            _ => {}
        }
    }
}

fn make_printable(value: &mut Value, widest: usize) {
    match value {
        Value::String(words) => *words = breakable(&fonts::printable(words), widest),
        Value::Array(items) => items.iter_mut().for_each(|item| make_printable(item, widest)),
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                match name.as_str() {
                    // A photo's key is no word: it is never printed.
                    "hash" => {}
                    "side" | "label" | "field" => make_printable(field, WIDEST_IN_MARGIN),
                    _ => make_printable(field, widest),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Puts zero-width spaces into words that would run over the edge; Typst breaks a line at spaces only.
fn breakable(words: &str, widest: usize) -> String {
    let longest = words.split([' ', '\n']).map(|word| word.chars().count()).max().unwrap_or(0);
    if longest <= widest {
        return words.to_owned();
    }
    let mut out = String::with_capacity(words.len() + words.len() / STEP);
    let mut stretch = 0;
    for c in words.chars() {
        stretch = if c == ' ' || c == '\n' { 0 } else { stretch + 1 };
        if stretch > STEP && c.is_alphanumeric() {
            out.push('\u{200B}');
            stretch = 1;
        }
        out.push(c);
    }
    out
}
