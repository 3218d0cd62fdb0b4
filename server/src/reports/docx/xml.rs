//! The few pieces of WordprocessingML: escaped words, runs, paragraphs.
//! Every word of a person passes through [`escape`]; nothing else here takes one.

use crate::reports::Look;
use crate::reports::page::PageRun;
use crate::reports::text::{is_hidden, is_rtl_letter};

/// The words with what XML reads as its own taken apart, and without what XML cannot hold.
pub fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars().filter(|c| !is_hidden(*c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            c => out.push(c),
        }
    }
    out
}

/// A paragraph of a style with ready runs.
pub fn paragraph(style: &str, runs: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{runs}</w:p>")
}

/// A paragraph with further properties, such as a page break before it. They stand in the schema's order.
pub fn paragraph_with(style: &str, properties: &str, runs: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{properties}</w:pPr>{runs}</w:p>")
}

/// Words as they are.
pub fn plain(words: &str) -> String {
    run(words, "", None)
}

/// Words in bold.
pub fn bold(words: &str) -> String {
    run(words, "<w:b/><w:bCs/>", None)
}

/// Runs with their looks and languages.
pub fn runs(list: &[PageRun]) -> String {
    list.iter()
        .map(|r| {
            let look = match r.look {
                Look::Plain => "",
                Look::Strong => "<w:b/><w:bCs/>",
                Look::Emphasis => "<w:i/><w:iCs/>",
            };
            run(&r.words, look, r.lang.as_deref())
        })
        .collect()
}

/// A run of words with a look; Word needs to be told which stretches are written from the right.
pub fn run(words: &str, look: &str, lang: Option<&str>) -> String {
    let mut out = String::new();
    for (rtl, stretch) in stretches(words) {
        let tag =
            lang.map(|l| if rtl { format!("<w:lang w:bidi=\"{l}\"/>") } else { format!("<w:lang w:val=\"{l}\"/>") });
        let direction = if rtl { "<w:rtl/>" } else { "" };
        let properties = format!("{look}{direction}{}", tag.unwrap_or_default());
        out.push_str("<w:r>");
        if !properties.is_empty() {
            out.push_str(&format!("<w:rPr>{properties}</w:rPr>"));
        }
        for (at, line) in stretch.split('\n').enumerate() {
            if at > 0 {
                out.push_str("<w:br/>");
            }
            out.push_str(&format!("<w:t xml:space=\"preserve\">{}</w:t>", escape(line)));
        }
        out.push_str("</w:r>");
    }
    out
}

/// The words cut where their direction changes; spaces and marks between two letters of one direction go with them.
fn stretches(words: &str) -> Vec<(bool, String)> {
    let mut out: Vec<(bool, String)> = Vec::new();
    let mut between = String::new();
    for c in words.chars() {
        let strong = c.is_alphanumeric();
        let rtl = is_rtl_letter(c);
        if !strong && !rtl {
            between.push(c);
            continue;
        }
        match out.last_mut() {
            Some((direction, stretch)) if *direction == rtl => {
                stretch.push_str(&between);
                stretch.push(c);
            }
            // What stands between two directions belongs to the one that is not turned.
            Some((true, _)) | None => out.push((rtl, if rtl { String::from(c) } else { format!("{between}{c}") })),
            Some((false, stretch)) => {
                stretch.push_str(&between);
                out.push((rtl, String::from(c)));
            }
        }
        between.clear();
    }
    match out.last_mut() {
        Some((_, stretch)) => stretch.push_str(&between),
        None => out.push((false, between)),
    }
    out
}
