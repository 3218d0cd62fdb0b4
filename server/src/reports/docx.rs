//! The report as a Word file: real headings, tables with head rows, pictures with alternative texts, boxes that can be ticked.
//! A file of this kind is a zip of XML parts; this writes the few that a report needs and no others.

use std::io::{Cursor, Write as _};

use anyhow::Context as _;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::model::Photos;
use super::page::Page;

mod body;
mod parts;
mod tables;
mod xml;

/// The page's Word file. The same page gives the same bytes.
pub fn write(page: &Page, photos: &Photos, created: jiff::Timestamp) -> anyhow::Result<Vec<u8>> {
    let body = body::body(page);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, bytes: &[u8], how: CompressionMethod| {
        let options = SimpleFileOptions::default().compression_method(how).last_modified_time(DateTime::default());
        zip.start_file(name, options)?;
        zip.write_all(bytes).map_err(anyhow::Error::from)
    };
    for (name, text) in parts::all(page, &body, created) {
        put(name, text.as_bytes(), CompressionMethod::Deflated).with_context(|| format!("{name} of the Word file"))?;
    }
    for (at, hash) in body.pictures.iter().enumerate() {
        let bytes = photos.get(hash).with_context(|| format!("the photo {hash} is not here"))?;
        // A JPEG is already as small as it gets; it goes in as it is.
        put(&format!("word/media/photo-{at}.jpg"), bytes, CompressionMethod::Stored)?;
    }
    Ok(zip.finish().context("the Word file could not be closed")?.into_inner())
}
