//! Reports: one model of a published report, and its writers as HTML, PDF and DOCX.
//! Nothing here reads the store, the clock or the network: the office composes a [`Document`], hands in
//! the photos' bytes and the date, and gets the same bytes each time.

mod check;
mod docx;
mod fonts;
mod html;
mod model;
mod page;
mod pdf;
mod photo;
mod text;
mod words;

#[cfg(test)]
mod tests;

pub use check::{Problem, Severity, check};
pub use model::*;

/// The report as one HTML file with style, fonts and photos inside it. Fails only on a fault of ours in the template.
pub fn html(document: &Document, photos: &Photos) -> anyhow::Result<String> {
    html::write(&page::compose(document, photos)?, photos)
}

/// The report as PDF/UA-1 and PDF/A-2a in one file, dated [`Document::created`]. What [`check`] calls
/// held back has a sentence in its place. Fails only on a fault of ours, with words for a log.
pub fn pdf(document: &Document, photos: &Photos) -> anyhow::Result<Vec<u8>> {
    pdf::write(&page::compose(document, photos)?, photos, document.created)
}

/// The report as a Word file. Fails only when a photo's bytes are missing between two reads.
pub fn docx(document: &Document, photos: &Photos) -> anyhow::Result<Vec<u8>> {
    docx::write(&page::compose(document, photos)?, photos, document.created)
}
